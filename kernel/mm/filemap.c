/*
 * filemap.c - read, write and mmap of files that live on the page cache.
 *
 * A read takes no lock: it references a page, copies, drops it, and looks at the size anew each
 * time. A write holds inode->lock. Writing to a page that is up to date copies straight from the
 * user; a new page stays locked until it has contents, and is therefore filled with faults
 * forbidden (the user's buffer might be a mapping of that very page), after touching the buffer.
 */
#include "mm_internal.h"
#include "pte.h"
#include "vma.h"
#include <kernel/errno.h>
#include <kernel/errseq.h>
#include <kernel/fs.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/task.h>

#define FAULT_AHEAD 8ul /* pages read for a fault: programs do not run straight through */

/* ---- reading ---- */
/* Being read already: a fast reader has caught up with its disk, which is no miss. */
static bool on_its_way(const struct page *page)
{
	return page && page_test_flag(page, PG_LOCKED);
}

/* A page that is not there or not filled yet; NULL: a hole of a file system in memory. */
static __noinline struct page *read_missing(struct file *file, struct mapping *m,
					    unsigned long index, size_t want, bool coming)
{
	struct page *page;

	if (!m->ops || !m->ops->read_page) {
		page = pagecache_find(m, index);
		if (!page || page_test_flag(page, PG_UPTODATE))
			return page;
		/* Somebody is just writing it for the first time. */
		page_wait_unlocked(page);
		return page;
	}
	if (coming && index == file->ra_mark)
		read_ahead_marked(file, m);
	read_lock(&m->invalidate_lock);
	if (!coming)
		read_ahead_missed(file, m, index, want);
	page = pagecache_read(m, index);
	read_unlock(&m->invalidate_lock);
	return page;
}

static size_t copy_out(struct iov_iter *to, struct page *page, size_t offset, size_t n)
{
	size_t copied;

	if (unlikely(!page))
		return iov_zero(to, n);
	copied = iov_copy_page_to(to, page, offset, n);
	page_mark_accessed(page);
	page_put(page);
	return copied;
}

ssize_t generic_file_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct mapping *m = file->mapping;
	struct inode *inode = m->host;
	ssize_t done = 0;

	while (to->count) {
		loff_t size = inode->size;
		size_t offset = (size_t)*pos & (PAGE_SIZE - 1), n = PAGE_SIZE - offset, copied;
		unsigned long index = (unsigned long)(*pos >> PAGE_SHIFT);
		struct page *page;

		if (*pos >= size)
			break;
		n = min(n, to->count);
		if ((loff_t)n > size - *pos)
			n = (size_t)(size - *pos);
		page = pagecache_find(m, index);
		if (unlikely(!page || !page_test_flag(page, PG_UPTODATE))) {
			bool coming = on_its_way(page);

			if (page)
				page_put(page);
			page = read_missing(file, m, index,
					    (to->count + offset + PAGE_SIZE - 1) >> PAGE_SHIFT,
					    coming);
			if (IS_ERR(page))
				return done ? done : PTR_ERR(page);
		} else if (unlikely(index == file->ra_mark)) {
			read_ahead_marked(file, m);
		}
		copied = copy_out(to, page, offset, n);
		*pos += (loff_t)copied;
		done += (ssize_t)copied;
		if (unlikely(copied < n)) {
			done = done ? done : -EFAULT;
			break;
		}
	}
	file_accessed(file);
	return done;
}

/* ---- writing ---- */
/* How much may be written at *pos: limits of the process and of the file system. */
static ssize_t check_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct inode *inode = file->mapping->host;
	u64 limit = rlimit(RLIMIT_FSIZE);
	loff_t max_bytes = inode->sb->max_bytes;

	if (!from->count)
		return 0;
	if (file->flags & O_APPEND)
		*pos = inode->size;
	if (limit != RLIM_INFINITY) {
		if ((u64)*pos >= limit) {
			signal_kernel_task(SIGXFSZ, current);
			return -EFBIG;
		}
		from->count = (size_t)min_t(u64, from->count, limit - (u64)*pos);
	}
	if (*pos >= max_bytes)
		return -EFBIG;
	from->count = (size_t)min_t(u64, from->count, (u64)(max_bytes - *pos));
	return (ssize_t)from->count;
}

/* Zeroes what a partial write leaves of a page without contents. */
static void zero_around(struct page *page, size_t offset, size_t n)
{
	char *va = kmap_local(page);

	memset(va, 0, offset);
	memset(va + offset + n, 0, PAGE_SIZE - offset - n);
	kunmap_local(va);
}

/*
 * The page is new, locked and empty, and stands for zeros: takes what can be copied without a fault
 * and zeroes the rest. Ends unlocked and up to date.
 */
static size_t write_new_page(struct iov_iter *from, struct page *page, size_t offset, size_t n)
{
	size_t copied;
	char *va;

	preempt_disable();
	va = kmap_local(page);
	copied = iov_copy_from(from, va + offset, n);
	kunmap_local(va);
	preempt_enable();
	if (offset || copied < PAGE_SIZE)
		zero_around(page, offset, copied);
	page_set_flag(page, PG_UPTODATE);
	page_unlock(page);
	page_mark_dirty(page);
	return copied;
}

/* While the page is locked: who writes it back takes what is behind the end for nothing. */
static void grow(struct inode *inode, loff_t end)
{
	if (end <= inode->size)
		return;
	inode->size = end;
	inode_mark_dirty(inode);
}

/* What can be copied without a fault. */
static size_t copy_in(struct iov_iter *from, struct page *page, size_t offset, size_t n)
{
	size_t copied;
	char *va;

	preempt_disable();
	va = kmap_local(page);
	copied = iov_copy_from(from, va + offset, n);
	kunmap_local(va);
	preempt_enable();
	return copied;
}

/*
 * With the file system's own steps before and after. `fresh`: the page is locked and has no
 * contents, of which nothing is to be kept; else it is up to date.
 */
static ssize_t write_with_hooks(struct mapping *m, struct iov_iter *from, struct page *page,
				size_t offset, size_t n, bool fresh)
{
	size_t copied = fresh ? copy_in(from, page, offset, n) : 0;
	int err = 0;

	if (fresh && copied < n && (loff_t)page->index << PAGE_SHIFT < m->host->size) {
		/* What was not overwritten is still on the disk, or a hole: to be read after all.
		 * Nothing was allocated for it yet. */
		page_unlock(page);
		iov_revert(from, copied);
		return -EAGAIN;
	}
	if (!fresh)
		page_lock(page);
	if (m->ops->write_begin)
		err = m->ops->write_begin(m, page, (unsigned int)offset, (unsigned int)n);
	if (err && fresh)
		iov_revert(from, copied);
	if (!err) {
		if (!fresh)
			copied = copy_in(from, page, offset, n);
		if (fresh) {
			if (copied < PAGE_SIZE)
				zero_around(page, offset, copied);
			page_set_flag(page, PG_UPTODATE);
		}
		grow(m->host, ((loff_t)page->index << PAGE_SHIFT) + (loff_t)(offset + copied));
		page_mark_dirty(page);
		if (m->ops->write_end)
			err = m->ops->write_end(m, page, (unsigned int)offset,
						(unsigned int)copied);
	}
	page_unlock(page);
	return err ? err : (ssize_t)copied;
}

/* True: locked. Reading it failed or was not tried; who overwrites all of it need not try again: a
 * drive puts a bad sector elsewhere when it is written. */
static bool lock_unread(struct mapping *m, struct page *page)
{
	page_lock(page);
	if (page->mapping == m && !page_test_flag(page, PG_UPTODATE)) {
		page_clear_flag(page, PG_ERROR);
		return true;
	}
	page_unlock(page);
	return false;
}

/* The page to write [offset, offset + n) into; *fresh: locked and without contents. */
static struct page *page_for_write(struct mapping *m, unsigned long index, size_t offset, size_t n,
				   bool *fresh)
{
	struct page *page = pagecache_get(m, index, fresh);
	bool beyond = (loff_t)index << PAGE_SHIFT >= m->host->size;
	bool reads = m->ops && m->ops->read_page;

	if (IS_ERR(page) || (!*fresh && page_test_flag(page, PG_UPTODATE)))
		return page;
	if (*fresh && (!reads || beyond || (!offset && n == PAGE_SIZE)))
		return page;
	if (*fresh) {
		int err = pagecache_fill_locked(m, page);

		*fresh = false;
		if (!err)
			return page;
		page_put(page);
		return ERR_PTR(err);
	}
	if (!offset && n == PAGE_SIZE && lock_unread(m, page)) {
		*fresh = true;
		return page;
	}
	page_put(page);
	return pagecache_read(m, index);
}

/* Writes at most the rest of one page. Bytes, 0 when the buffer must be touched again, -errno. */
static ssize_t write_page_part(struct mapping *m, struct iov_iter *from, loff_t pos)
{
	size_t offset = (size_t)pos & (PAGE_SIZE - 1),
	       n = min_t(size_t, PAGE_SIZE - offset, from->count);
	bool hooks = m->ops && (m->ops->write_begin || m->ops->write_end), fresh;
	struct page *page;
	ssize_t copied;

	page = page_for_write(m, (unsigned long)(pos >> PAGE_SHIFT), offset, n, &fresh);
	if (IS_ERR(page))
		return PTR_ERR(page);
	if (hooks) {
		copied = write_with_hooks(m, from, page, offset, n, fresh);
		if (copied == -EAGAIN) {
			page_put(page);
			page = pagecache_read(m, (unsigned long)(pos >> PAGE_SHIFT));
			if (IS_ERR(page))
				return PTR_ERR(page);
			copied = write_with_hooks(m, from, page, offset, n, false);
		}
	} else if (fresh) {
		copied = (ssize_t)write_new_page(from, page, offset, n);
	} else {
		copied = (ssize_t)iov_copy_page_from(from, page, offset, n);
		page_mark_dirty(page);
	}
	page_mark_accessed(page);
	page_put(page);
	return copied;
}

/* Bytes, or -errno when it is none. */
static ssize_t write_pages(struct mapping *m, struct iov_iter *from, loff_t *pos)
{
	ssize_t done = 0;

	while (from->count) {
		ssize_t n = write_page_part(m, from, *pos);
		if (n == 0)
			n = iov_fault_in(from, 1, false);
		if (n < 0)
			return done ? done : n;
		*pos += n;
		done += n;
		grow(m->host, *pos);
		dirty_throttle(m);
		if (unlikely(from->count && fatal_signal_pending(current)))
			return done ? done : -EINTR;
	}
	return done;
}

static ssize_t write_locked(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct mapping *m = file->mapping;
	struct inode *inode = m->host;
	ssize_t done, n = check_write(file, from, pos);
	const loff_t old = inode->size;
	int err = 0;

	if (n <= 0)
		return n;
	if (*pos > old && m->ops && m->ops->fill_gap)
		err = m->ops->fill_gap(m, *pos);
	if (err)
		return err;
	inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	done = write_pages(m, from, pos);
	/* Nothing was written: the gap was for nothing. What lies behind is the file system's to
	 * cut. */
	if (done < 0 && inode->size > old) {
		inode->size = old;
		inode_mark_dirty(inode);
	}
	return done;
}

ssize_t generic_file_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct inode *inode = file->mapping->host;
	ssize_t done;
	int err;

	/* Before the lock: the copies below must not fault. Only the first byte must be good. */
	if (from->count && iov_fault_in(from, min_t(size_t, from->count, PAGE_SIZE), false) &&
	    iov_fault_in(from, 1, false))
		return -EFAULT;
	if (from->count && (err = file_remove_privs(file)))
		return err;
	mutex_lock(&inode->lock);
	done = write_locked(file, from, pos);
	mutex_unlock(&inode->lock);
	if (done > 0 && (file->flags & O_DSYNC) && file->ops->fsync) {
		err = file->ops->fsync(file, *pos - done, *pos - 1,
				       (file->flags & O_SYNC) != O_SYNC);
		if (err)
			return err;
	}
	return done;
}

loff_t generic_seek_data_hole(struct file *file, loff_t offset, int whence, loff_t size)
{
	struct mapping *m = file->mapping;
	unsigned long index;
	struct page *page;

	if (offset < 0 || offset >= size)
		return -ENXIO;
	index = (unsigned long)(offset >> PAGE_SHIFT);
	if (whence == SEEK_DATA) {
		unsigned long found = index;

		page = pagecache_next(m, &found);
		if (!page)
			return -ENXIO;
		page_put(page);
		if (found != index)
			offset = (loff_t)found << PAGE_SHIFT;
		return offset < size ? offset : -ENXIO;
	}
	while (offset < size && (page = pagecache_find(m, index))) {
		page_put(page);
		offset = (loff_t)++index << PAGE_SHIFT;
	}
	return min(offset, size);
}

/* ---- mapping ---- */
enum fault_result filemap_fault(struct vma *vma, unsigned long pgoff, unsigned int flags,
				struct page **page)
{
	struct mapping *m = vma->mapping;
	unsigned long pages =
		(unsigned long)((m->host->size + (loff_t)PAGE_SIZE - 1) >> PAGE_SHIFT);
	bool coming;

	if (pgoff >= pages)
		return FAULT_BUS;
	*page = pagecache_find(m, pgoff);
	if (*page && page_test_flag(*page, PG_UPTODATE))
		return FAULT_OK;
	coming = on_its_way(*page);
	if (*page)
		page_put(*page);
	current->maj_flt++;
	if (m->ops && m->ops->read_page && vma->file && !coming)
		read_ahead_missed(vma->file, m, pgoff, FAULT_AHEAD);
	*page = pagecache_read(m, pgoff);
	if (!IS_ERR(*page))
		return FAULT_OK;
	switch (PTR_ERR(*page)) {
	case -ENOMEM:
		return FAULT_OOM;
	case -EINTR:
		return FAULT_RETRY_SIGNAL;
	default:
		return FAULT_BUS;
	}
}

static const struct vm_ops filemap_vm_ops = { .fault = filemap_fault };

int generic_file_mmap(struct file *file, struct vma *vma)
{
	file_accessed(file);
	vma->ops = &filemap_vm_ops;
	return 0;
}

int file_take_error(struct file *file)
{
	return errseq_check(&file->mapping->wb_error, &file->wb_seen);
}
