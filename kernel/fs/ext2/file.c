/*
 * file.c - regular files: write, truncate, attributes, fsync. What is read and mapped, the page
 * cache does by map() (blockfile.h).
 *
 * fsync writes the data, the pointer blocks that changed, the inode; for a file that got a name
 * after the last commit (commit.c) all metadata, so that the file is found again after a power cut.
 */
#include "ext2_internal.h"
#include <kernel/resource.h>
#include <kernel/task.h>

/* ---- sync ---- */
int ext2_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	struct inode *inode = file->inode;
	int err, more;

	/* An error of write-back may be older than this call; each description is told once. */
	(void)mapping_sync(file->mapping, start, end);
	err = file_take_error(file);
	more = ext2_sync_inode(inode);
	return err ? err : more;
}

/* Gives back what is behind `size`. A commit sees all of it or nothing: an inode that it writes
 * with its pointer blocks as they were would get its old size back by e2fsck. */
static void cut(struct inode *inode, loff_t size)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	const u32 bits = fs->geo.block_bits;

	mapping_truncate(&inode->data, size);
	ext2_change_begin(fs);
	ext2_truncate(inode, (u32)((u64)(size + (1ll << bits) - 1) >> bits));
	ext2_change_end(fs);
}

/* ---- write ---- */
/* A write that ended early may have left blocks behind the file's end. */
static void trim(struct inode *inode)
{
	mutex_lock(&inode->lock);
	cut(inode, inode->size);
	mutex_unlock(&inode->lock);
}

static bool is_sync(const struct inode *inode)
{
	return (inode->sb->flags & MS_SYNCHRONOUS) ||
	       (ext2_i((struct inode *)inode)->flags & EXT2_FL_SYNC);
}

/* What was behind the end in the last block becomes part of the file: as zeros. */
static int zero_old_end(struct inode *inode)
{
	int err;

	mutex_lock(&inode->lock);
	err = blockfile_zero_tail(inode, inode->size);
	mutex_unlock(&inode->lock);
	return err;
}

/* Through the cache. */
static ssize_t write_cached(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct inode *inode = file->inode;
	const loff_t before = inode->size;
	const size_t want = from->count;
	ssize_t done;

	if (ext2_commit_is_wanted(ext2_fs(inode->sb)))
		(void)ext2_commit(ext2_fs(inode->sb));
	if (*pos > inode->size && !(file->flags & O_APPEND) && (done = zero_old_end(inode)))
		return done;
	done = generic_file_write(file, from, pos);
	if (inode->size > before)
		blockfile_grown(inode, before);
	if (done < 0 || (size_t)done < want)
		trim(inode);
	if (done > 0 && is_sync(inode) && !(file->flags & O_DSYNC)) {
		int err = ext2_fsync(file, *pos - done, *pos - 1, inode->size == before);

		if (err)
			return err;
	}
	return done;
}

/* ---- O_DIRECT ---- */
static ssize_t ext2_file_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	ssize_t done;

	if (!(file->flags & O_DIRECT))
		return generic_file_read(file, to, pos);
	if (!to->count || *pos >= file->inode->size)
		return 0;
	if (!blockfile_direct_ok(file, to, *pos))
		return -EINVAL;
	mutex_lock(&file->inode->lock);
	done = blockfile_direct_read(file, to, pos);
	mutex_unlock(&file->inode->lock);
	file_accessed(file);
	return done;
}

/* Over blocks that the file has, below the process's limit: nothing else is changed by it. */
static ssize_t overwrite(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct inode *inode = file->inode;
	ssize_t done;
	int err;

	if ((file->flags & O_APPEND) || (u64)*pos + from->count > rlimit(RLIMIT_FSIZE))
		return 0;
	err = file_remove_privs(file);
	if (err)
		return err;
	mutex_lock(&inode->lock);
	done = blockfile_direct_write(file, from, pos);
	if (done > 0)
		inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	mutex_unlock(&inode->lock);
	if (done > 0 && ((file->flags & O_DSYNC) || is_sync(inode)))
		err = ext2_fsync(file, *pos - done, *pos - 1, true);
	return err ? err : done;
}

/* Holes and what makes the file longer go through the cache and out of it, as on Linux. */
static ssize_t write_direct(struct file *file, struct iov_iter *from, loff_t *pos)
{
	ssize_t done, n;

	if (!from->count)
		return 0;
	if (!blockfile_direct_ok(file, from, *pos))
		return -EINVAL;
	done = overwrite(file, from, pos);
	if (done < 0 || !from->count)
		return done;
	n = blockfile_write_through(file, from, pos, write_cached);
	return n < 0 && done ? done : done + n;
}

static ssize_t ext2_file_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return file->flags & O_DIRECT ? write_direct(file, from, pos)
				      : write_cached(file, from, pos);
}

static void ext2_release(struct file *file)
{
	if (file->mode & FMODE_WRITE)
		ext2_window_drop(file->inode);
}

static loff_t ext2_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t pos;

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return generic_llseek(file, offset, whence);
	mutex_lock(&file->inode->lock);
	pos = blockfile_seek(file, offset, whence);
	mutex_unlock(&file->inode->lock);
	if (pos >= 0)
		file->pos = pos;
	return pos;
}

const struct file_ops ext2_file_fops = {
	.read = ext2_file_read,
	.write = ext2_file_write,
	.llseek = ext2_llseek,
	.mmap = blockfile_mmap,
	.release = ext2_release,
	.fsync = ext2_fsync,
	.ioctl = ext2_ioctl,
};

const struct file_ops ext2_dir_fops = {
	.iterate = ext2_iterate,
	.fsync = ext2_fsync,
	.ioctl = ext2_ioctl,
};

/* ---- attributes ---- */
static int set_size(struct inode *inode, loff_t size)
{
	const loff_t old = inode->size;
	int err;

	if (!S_ISREG(inode->mode))
		return S_ISDIR(inode->mode) ? -EISDIR : -EINVAL;
	if (size == old)
		return 0;
	err = blockfile_zero_tail(inode, min(size, old));
	if (err)
		return err;
	inode->size = size;
	if (size < old)
		cut(inode, size);
	else
		blockfile_grown(inode, old);
	inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	return 0;
}

int ext2_setattr(struct dentry *dentry, const struct iattr *attr)
{
	struct inode *inode = dentry->inode;
	int err = 0;

	if (ext2_readonly(ext2_fs(inode->sb)))
		return -EROFS;
	if (attr->valid & ATTR_SIZE)
		err = set_size(inode, attr->size);
	if (err)
		return err;
	setattr_copy(inode, attr);
	return is_sync(inode) ? ext2_sync_inode(inode) : 0;
}

const struct inode_ops ext2_file_iops = {
	.setattr = ext2_setattr,
	.getxattr = ext2_getxattr,
	.setxattr = ext2_setxattr,
	.listxattr = ext2_listxattr,
	.file_flags = EXT2_FL_SETTABLE,
};
