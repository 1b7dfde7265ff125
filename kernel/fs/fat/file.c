/*
 * file.c - regular files: write, truncate, attributes, fsync. What is read and mapped, the page
 * cache does by map() (blockfile.h).
 *
 * A FAT file has no holes: what lies between its old end and a write behind it is written as zeros.
 */
#include "fat_internal.h"
#include <kernel/errseq.h>
#include <kernel/signal.h>
#include <kernel/task.h>

/* ---- sync ---- */
/* The chain and the entry are in few sectors: all that the device's cache holds is written. */
static int sync_inode(struct inode *inode)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	int write_err = fat_write_inode(inode, false), err = blockdev_sync(fs->bdev), before;

	/* What the flusher could not write may have been this file's. */
	before = errseq_check(fat_device_error(fs), &fat_i(inode)->device_error);
	err = err ? err : before;
	return err ? err : write_err;
}

int fat_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	int err, more;

	(void)mapping_sync(file->mapping, start, end);
	err = file_take_error(file);
	more = sync_inode(file->inode);
	return err ? err : more;
}

/* ---- size ---- */
static u32 clusters_of(const struct inode *inode, loff_t size)
{
	const struct fat_layout *geo = &fat_fs(inode->sb)->geo;

	return (u32)((u64)(size + (1ll << geo->cluster_bits) - 1) >> geo->cluster_bits);
}

/* Makes the file `to` long, which is in the page where it ends now, with zeros. */
static int extend_in_page(struct inode *inode, loff_t to)
{
	struct mapping *m = &inode->data;
	const loff_t from = inode->size;
	const unsigned int at = (unsigned int)(from & (loff_t)(PAGE_SIZE - 1)),
			   len = (unsigned int)(to - from);
	struct page *page = pagecache_read(m, (unsigned long)(from >> PAGE_SHIFT));
	char *va;
	int err;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	page_lock(page);
	page_wait_writeback(page);
	err = m->ops->write_begin(m, page, at, len);
	if (!err) {
		va = kmap_local(page);
		memset(va + at, 0, len);
		kunmap_local(va);
		inode->size = to;
		page_mark_dirty(page);
	}
	page_unlock(page);
	page_put(page);
	return err;
}

/* inode->lock held; makes the file `size` long, the new part zero. */
static int extend(struct inode *inode, loff_t size)
{
	struct mapping *m = &inode->data;
	const loff_t old = inode->size;
	int err = fat_grow(inode, clusters_of(inode, size));

	while (!err && inode->size < size) {
		const loff_t page_end = (inode->size | (loff_t)(PAGE_SIZE - 1)) + 1;

		err = fatal_signal_pending(current) ? -EINTR
						    : extend_in_page(inode, min(size, page_end));
		dirty_throttle(m);
	}
	if (err) {
		inode->size = old;
		mapping_truncate(m, old);
		(void)fat_cut(inode, clusters_of(inode, old));
	}
	inode_mark_dirty(inode);
	return err;
}

static int shrink(struct inode *inode, loff_t size)
{
	inode->size = size;
	mapping_truncate(&inode->data, size);
	inode_mark_dirty(inode);
	return fat_cut(inode, clusters_of(inode, size));
}

static int set_size(struct inode *inode, loff_t size)
{
	int err;

	if (!S_ISREG(inode->mode))
		return S_ISDIR(inode->mode) ? -EISDIR : -EINVAL;
	if (size == inode->size)
		return 0;
	err = size > inode->size ? extend(inode, size) : shrink(inode, size);
	if (!err)
		inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	return err;
}

/* ---- write ---- */
/* A write that ended early may have left clusters behind the file's end. */
static void trim(struct inode *inode)
{
	mutex_lock(&inode->lock);
	mapping_truncate(&inode->data, inode->size);
	(void)fat_cut(inode, clusters_of(inode, inode->size));
	mutex_unlock(&inode->lock);
}

int fat_fill_gap(struct inode *inode, loff_t pos)
{
	return extend(inode, pos);
}

static ssize_t fat_file_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct inode *inode = file->inode;
	const size_t want = from->count;
	ssize_t done;

	done = generic_file_write(file, from, pos);
	if (done < 0 || (size_t)done < want)
		trim(inode);
	if (done > 0) {
		fat_i(inode)->attr |= ATTR_ARCHIVE;
		inode_mark_dirty(inode);
	}
	if (done > 0 && (inode->sb->flags & MS_SYNCHRONOUS) && !(file->flags & O_DSYNC)) {
		int err = fat_fsync(file, *pos - done, *pos - 1, false);

		if (err)
			return err;
	}
	return done;
}

static void fat_release(struct file *file)
{
	if (!(file->mode & FMODE_WRITE) || !fat_fs(file->inode->sb)->opt.flush)
		return;
	(void)mapping_sync(file->mapping, 0, LLONG_MAX);
	(void)sync_inode(file->inode);
}

const struct file_ops fat_file_fops = {
	.read = generic_file_read,
	.write = fat_file_write,
	.mmap = blockfile_mmap,
	.release = fat_release,
	.fsync = fat_fsync,
};

const struct file_ops fat_dir_fops = {
	.iterate = fat_iterate,
	.fsync = fat_fsync,
};

/* ---- attributes ---- */
/*
 * Of the mode, a volume can keep one thing: whether a file can be written. What else is asked for
 * is ignored, as on Linux; set-id bits are refused.
 */
static bool mode_can_be(const struct fat_fs *fs, const struct inode *inode, u32 mode)
{
	const u32 full = 0777 & ~(S_ISDIR(inode->mode) ? fs->opt.dir_mask : fs->opt.file_mask);
	const u32 asked = mode & full, may_write = asked & 0222;

	if ((asked & 0555) != (full & 0555))
		return false;
	return may_write == (full & 0222) || (!may_write && !S_ISDIR(inode->mode));
}

static int check_attr(const struct inode *inode, const struct iattr *attr)
{
	const struct fat_fs *fs = fat_fs(inode->sb);

	if ((attr->valid & ATTR_UID) && attr->uid != fs->opt.uid)
		return -EPERM;
	if ((attr->valid & ATTR_GID) && attr->gid != fs->opt.gid)
		return -EPERM;
	return (attr->valid & ATTR_MODE) && (attr->mode & 07000) ? -EPERM : 0;
}

static void set_mode(struct inode *inode, u32 mode)
{
	struct fat_inode *fi = fat_i(inode);

	if (S_ISDIR(inode->mode) || !mode_can_be(fat_fs(inode->sb), inode, mode))
		return;
	if (mode & 0222)
		fi->attr &= (u8)~ATTR_READ_ONLY;
	else
		fi->attr |= ATTR_READ_ONLY;
	inode->mode = fat_mode(fat_fs(inode->sb), fi->attr);
}

int fat_setattr(struct dentry *dentry, const struct iattr *attr)
{
	struct inode *inode = dentry->inode;
	struct fat_fs *fs = fat_fs(inode->sb);
	struct iattr times = *attr;
	int err;

	if (fat_readonly(fs))
		return -EROFS;
	err = check_attr(inode, attr);
	if (err && !fs->opt.quiet)
		return err;
	if (attr->valid & ATTR_SIZE) {
		int size_err = set_size(inode, attr->size);

		if (size_err)
			return size_err;
	}
	if (!err && (attr->valid & ATTR_MODE))
		set_mode(inode, attr->mode);
	times.valid &= ATTR_ATIME | ATTR_MTIME | ATTR_CTIME;
	setattr_copy(inode, &times);
	inode_mark_dirty(inode);
	return inode->sb->flags & MS_SYNCHRONOUS ? sync_inode(inode) : 0;
}
