/*
 * fadvise.c - what a program says of how it will use a file: posix_fadvise(2), readahead(2).
 */
#include "vfs_internal.h"
#include <kernel/pagecache.h>
#include <kernel/syscall.h>

#define POSIX_FADV_NORMAL     0
#define POSIX_FADV_RANDOM     1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED   3
#define POSIX_FADV_DONTNEED   4
#define POSIX_FADV_NOREUSE    5

/* Bytes [start, end), of which all that is there is read. */
static void will_need(struct mapping *m, loff_t start, loff_t end)
{
	unsigned long first = (unsigned long)(start >> PAGE_SHIFT);

	end = min_t(loff_t, end, m->host->size);
	if (start < end)
		read_ahead_range(m, first, (unsigned long)((end - 1) >> PAGE_SHIFT) - first + 1);
}

/*
 * Whole pages; the last one of the file is whole in its way. What is dirty stays, on its way out:
 * who writes and says so again and again leaves little in memory.
 */
static void do_not_need(struct mapping *m, loff_t start, loff_t end)
{
	u64 first = ((u64)start + PAGE_SIZE - 1) >> PAGE_SHIFT;
	u64 after = end >= m->host->size ? ~0ul : (u64)end >> PAGE_SHIFT;

	mapping_begin_sync(m, start, end);
	if (first < after)
		mapping_drop_clean(m, (unsigned long)first, (unsigned long)after - 1);
}

static int take_advice(struct file *file, loff_t start, loff_t end, int advice)
{
	struct mapping *m = file->mapping;
	const bool cached = m && m->ops && m->ops->read_page && !m->unevictable && start >= 0;

	switch (advice) {
	case POSIX_FADV_NORMAL:
	case POSIX_FADV_SEQUENTIAL:
	case POSIX_FADV_RANDOM:
		file->ra_random = advice == POSIX_FADV_RANDOM;
		return 0;
	case POSIX_FADV_WILLNEED:
		if (cached)
			will_need(m, start, end);
		return 0;
	case POSIX_FADV_DONTNEED:
		if (cached)
			do_not_need(m, start, end);
		return 0;
	default:
		return advice == POSIX_FADV_NOREUSE ? 0 : -EINVAL;
	}
}

static long advise(int fd, loff_t start, loff_t len, int advice)
{
	struct fd f = fd_get_light(fd);
	u64 end = (u64)start + (u64)len;
	long err;

	if (!f.file)
		return -EBADF;
	if (S_ISFIFO(f.file->inode->mode))
		err = -ESPIPE;
	else if (len < 0)
		err = -EINVAL;
	else
		err = take_advice(f.file, start, !len || end > LLONG_MAX ? LLONG_MAX : (loff_t)end,
				  advice);
	fd_put_light(f);
	return err;
}

asmlinkage long sys_fadvise64(int fd, u32 low, u32 high, size_t len, int advice)
{
	return advise(fd, loff_from_words(low, high), len, advice);
}
asmlinkage long sys_fadvise64_64(int fd, u32 low, u32 high, u32 nlow, u32 nhigh, int advice)
{
	return advise(fd, loff_from_words(low, high), loff_from_words(nlow, nhigh), advice);
}

/* Begins to read and does not wait. */
asmlinkage long sys_readahead(int fd, u32 low, u32 high, size_t count)
{
	loff_t start = loff_from_words(low, high);
	struct fd f = fd_get_light(fd);
	long err = 0;

	if (!f.file)
		return -EBADF;
	if (!(f.file->mode & FMODE_READ))
		err = -EBADF;
	else if (!S_ISREG(f.file->inode->mode) && !S_ISBLK(f.file->inode->mode))
		err = -EINVAL;
	else if (start >= 0 && start <= LLONG_MAX - (loff_t)count)
		err = take_advice(f.file, start, start + (loff_t)count, POSIX_FADV_WILLNEED);
	fd_put_light(f);
	return err;
}
