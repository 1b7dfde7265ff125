/*
 * bdev_file.c - /dev nodes of block devices: open, read, write, seek, map.
 *
 * The file's data is the device's cache. O_DIRECT goes past it, through pages of its own: what the
 * cache has of the range is written before and dropped after.
 */
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/signal.h>

#define DIRECT_PAGES 32u
#define DIRECT_ALIGN 512u /* of the addresses in memory, as Linux wants it of drives */

static const void *holder_of(const struct file *file)
{
	return file->mode & FMODE_EXCL ? file : NULL;
}

static int bdev_file_open(struct inode *inode, struct file *file)
{
	/* O_NONBLOCK opens a drive without a medium: eject and the like. */
	u32 mode = (file->mode & (FMODE_READ | FMODE_WRITE)) |
		   (file->flags & O_NONBLOCK ? FMODE_NODELAY : 0);
	struct block_device *b;

	if (file->flags & O_EXCL)
		file->mode |= FMODE_EXCL;
	b = blockdev_open(inode->rdev, mode, holder_of(file));
	if (IS_ERR(b))
		return (int)PTR_ERR(b);
	file->private = b;
	file->mapping = &b->inode->data;
	return 0;
}

static void bdev_file_release(struct file *file)
{
	blockdev_close(bdev_of(file), file->mode & (FMODE_READ | FMODE_WRITE), holder_of(file));
}

static loff_t bdev_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t size = file->mapping->host->size, old = file->pos;

	if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
		return -EINVAL;
	offset = llseek_size(file, offset, whence, size);
	if (offset <= size)
		return offset;
	file->pos = old;
	return -EINVAL;
}

/* ---- past the cache ---- */
struct direct {
	struct block_device *bdev;
	struct page *page[DIRECT_PAGES];
	unsigned int pages;
};

static void direct_free(struct direct *d)
{
	while (d->pages)
		page_put(d->page[--d->pages]);
}

static int direct_alloc(struct direct *d, size_t len)
{
	unsigned int want =
		(unsigned int)min_t(size_t, (len + PAGE_SIZE - 1) >> PAGE_SHIFT, DIRECT_PAGES);

	while (d->pages < want) {
		struct page *page = page_alloc(GFP_USER | GFP_NORETRY, 0);

		if (!page)
			return d->pages ? 0 : -ENOMEM;
		d->page[d->pages++] = page;
	}
	return 0;
}

static int direct_io(struct direct *d, enum bio_op op, loff_t pos, size_t len)
{
	struct bio *bio = bio_alloc(d->bdev->disk, op, d->pages, GFP_KERNEL);
	int err;

	if (!bio)
		return -ENOMEM;
	bio->sector = d->bdev->start + (u64)(pos >> SECTOR_SHIFT);
	for (unsigned int i = 0; len; i++) {
		unsigned int n = (unsigned int)min_t(size_t, len, PAGE_SIZE);

		bio_add(bio, d->page[i], 0, n);
		len -= n;
	}
	err = bio_submit_wait(bio);
	bio_free(bio);
	return err;
}

static size_t direct_copy(struct direct *d, struct iov_iter *it, enum bio_op op, size_t len)
{
	size_t done = 0;

	for (unsigned int i = 0; done < len; i++) {
		size_t n = min_t(size_t, len - done, PAGE_SIZE), moved;

		moved = op == BIO_READ ? iov_copy_page_to(it, d->page[i], 0, n)
				       : iov_copy_page_from(it, d->page[i], 0, n);
		done += moved;
		if (moved < n)
			break;
	}
	return done;
}

/* One round: at most DIRECT_PAGES. Bytes or -errno. */
static ssize_t direct_round(struct direct *d, struct iov_iter *it, enum bio_op op, loff_t pos,
			    size_t len)
{
	size_t copied;
	int err;

	len = min_t(size_t, len, d->pages * PAGE_SIZE);
	if (op == BIO_WRITE && direct_copy(d, it, op, len) < len)
		return -EFAULT;
	err = direct_io(d, op, pos, len);
	if (err)
		return err;
	copied = op == BIO_READ ? direct_copy(d, it, op, len) : len;
	return copied ? (ssize_t)copied : -EFAULT;
}

static ssize_t direct_transfer(struct file *file, struct iov_iter *it, loff_t *pos, enum bio_op op)
{
	struct direct d = { .bdev = bdev_of(file) };
	u32 mask = d.bdev->disk->sector_size - 1;
	ssize_t n = 0, done = 0;
	int err;

	if (((u32)*pos | it->count) & mask || iov_misaligned(it, DIRECT_ALIGN - 1, mask))
		return -EINVAL;
	err = mapping_sync(file->mapping, *pos, *pos + (loff_t)it->count - 1);
	if (!err)
		err = direct_alloc(&d, it->count);
	while (!err && it->count) {
		n = direct_round(&d, it, op, *pos, it->count);
		if (n <= 0)
			break;
		if (op == BIO_WRITE)
			mapping_drop_clean(file->mapping, (unsigned long)(*pos >> PAGE_SHIFT),
					   (unsigned long)((*pos + n - 1) >> PAGE_SHIFT));
		*pos += n;
		done += n;
	}
	direct_free(&d);
	return done ? done : err ? err : n;
}

/* ---- reading and writing ---- */
/* Cuts the request at the device's end. */
static bool clip(struct file *file, struct iov_iter *it, loff_t pos)
{
	loff_t size = file->mapping->host->size;

	if (pos >= size)
		return false;
	it->count = (size_t)min_t(u64, it->count, (u64)(size - pos));
	return true;
}

static ssize_t bdev_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	if (!(file->flags & O_DIRECT))
		return generic_file_read(file, to, pos);
	if (!to->count || !clip(file, to, *pos))
		return 0;
	return direct_transfer(file, to, pos, BIO_READ);
}

static ssize_t bdev_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	if (blockdev_readonly(bdev_of(file)))
		return -EPERM;
	if (!from->count)
		return 0;
	if (!clip(file, from, *pos))
		return -ENOSPC;
	if (!(file->flags & O_DIRECT))
		return generic_file_write(file, from, pos);
	return direct_transfer(file, from, pos, BIO_WRITE);
}

static int bdev_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	int err, flush;

	(void)mapping_sync(file->mapping, start, end);
	flush = disk_flush(bdev_of(file)->disk);
	err = file_take_error(file);
	return err ? err : flush;
}

const struct file_ops blockdev_fops = {
	.open = bdev_file_open,
	.release = bdev_file_release,
	.llseek = bdev_llseek,
	.read = bdev_read,
	.write = bdev_write,
	.fsync = bdev_fsync,
	.mmap = blockfile_mmap,
	.ioctl = blockdev_ioctl,
};
