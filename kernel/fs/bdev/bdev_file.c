/*
 * bdev_file.c - /dev nodes of block devices: open, read, write, seek, map.
 *
 * The file's data is the device's cache. O_DIRECT goes past it (direct.c).
 */
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/signal.h>

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
	ssize_t done;

	if (!(file->flags & O_DIRECT))
		return generic_file_read(file, to, pos);
	if (!to->count || !clip(file, to, *pos))
		return 0;
	if (!blockfile_direct_ok(file, to, *pos))
		return -EINVAL;
	done = blockfile_direct_read(file, to, pos);
	file_accessed(file);
	return done;
}

static int bdev_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	int err, flush;

	(void)mapping_sync(file->mapping, start, end);
	flush = disk_flush(bdev_of(file)->disk);
	err = file_take_error(file);
	return err ? err : flush;
}

/* What a file system on the device is using just now goes through the cache that both have. */
static ssize_t write_direct(struct file *file, struct iov_iter *from, loff_t *pos)
{
	ssize_t done = blockfile_direct_write(file, from, pos), n;

	/* Past our cache, but maybe only into the drive's. */
	if (done > 0 && (file->flags & O_DSYNC)) {
		int err = bdev_fsync(file, *pos - done, *pos - 1, true);

		if (err)
			return err;
	}
	if (done < 0 || !from->count)
		return done;
	n = blockfile_write_through(file, from, pos, generic_file_write);
	return n < 0 && done ? done : done + n;
}

static ssize_t bdev_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	if (blockdev_readonly(bdev_of(file)))
		return -EPERM;
	if (file->mapping->host->flags & INODE_SWAPFILE)
		return -ETXTBSY;
	if (!from->count)
		return 0;
	if (!clip(file, from, *pos))
		return -ENOSPC;
	/* By this libblkid sees that what it remembers of the device may be out of date. */
	file_modified(file);
	if (!(file->flags & O_DIRECT))
		return generic_file_write(file, from, pos);
	if (!blockfile_direct_ok(file, from, *pos))
		return -EINVAL;
	return write_direct(file, from, pos);
}

/* Stores would be written like anything else; as Linux says it. */
static int bdev_mmap(struct file *file, struct vma *vma)
{
	if ((vma->flags & VM_SHARED) && (vma->flags & VM_MAYWRITE) &&
	    blockdev_readonly(bdev_of(file)))
		return -EINVAL;
	return blockfile_mmap(file, vma);
}

const struct file_ops blockdev_fops = {
	.open = bdev_file_open,
	.release = bdev_file_release,
	.llseek = bdev_llseek,
	.read = bdev_read,
	.write = bdev_write,
	.fsync = bdev_fsync,
	.mmap = bdev_mmap,
	.ioctl = blockdev_ioctl,
};
