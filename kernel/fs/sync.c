/*
 * sync.c - getting data to disk, and room for it: sync, fsync, sync_file_range, fallocate.
 */
#include "vfs_internal.h"
#include <kernel/errseq.h>
#include <kernel/syscall.h>

#define SYNC_FILE_RANGE_WAIT_BEFORE 1u
#define SYNC_FILE_RANGE_WRITE	    2u
#define SYNC_FILE_RANGE_WAIT_AFTER  4u
#define SYNC_FILE_RANGE_ALL	    7u

asmlinkage long sys_sync(void)
{
	sync_all(false);
	sync_all(true);
	return 0;
}

/* What could not be written since the file was opened, also by others than us. */
static int take_sb_errors(struct file *file)
{
	struct super_block *sb = file->inode->sb;
	const int err = errseq_check(&sb->wb_error, &file->sb_seen);
	const int dev_err = sb->bdev ? errseq_check(device_error(sb), &file->dev_seen) : 0;

	return err ? err : dev_err;
}

asmlinkage long sys_syncfs(int fd)
{
	struct fd f = fd_get_light(fd);
	int err, before;

	if (!f.file)
		return -EBADF;
	err = super_sync(f.file->inode->sb, true);
	before = take_sb_errors(f.file);
	fd_put_light(f);
	return err ? err : before;
}

static long sync_file(int fd, bool datasync)
{
	struct fd f = fd_get_light(fd);
	int err = -EINVAL;

	if (!f.file)
		return -EBADF;
	if (f.file->ops->fsync)
		err = f.file->ops->fsync(f.file, 0, LLONG_MAX, datasync);
	fd_put_light(f);
	return err;
}

asmlinkage long sys_fsync(int fd)
{
	return sync_file(fd, false);
}
asmlinkage long sys_fdatasync(int fd)
{
	return sync_file(fd, true);
}

/* Of [start, end]; who waits is told of an error that he has not been told of. */
static int sync_range(struct file *file, loff_t start, loff_t end, u32 flags)
{
	struct mapping *m = file->mapping;
	int err = 0;

	if (flags & SYNC_FILE_RANGE_WAIT_BEFORE) {
		mapping_wait_written(m, start, end);
		err = file_take_error(file);
	}
	if (err)
		return err;
	if ((flags & SYNC_FILE_RANGE_ALL) == SYNC_FILE_RANGE_ALL)
		(void)mapping_sync(m, start, end);
	else if (flags & SYNC_FILE_RANGE_WRITE)
		mapping_begin_sync(m, start, end);
	if (!(flags & SYNC_FILE_RANGE_WAIT_AFTER))
		return 0;
	mapping_wait_written(m, start, end);
	return file_take_error(file);
}

static int sync_file_range(struct file *file, loff_t start, loff_t len, u32 flags)
{
	const u32 mode = file->inode->mode;

	if (flags & ~SYNC_FILE_RANGE_ALL || start < 0 || len < 0 || len > LLONG_MAX - start)
		return -EINVAL;
	if (!S_ISREG(mode) && !S_ISBLK(mode) && !S_ISDIR(mode) && !S_ISLNK(mode))
		return -ESPIPE;
	if (file->mapping->unevictable)
		return 0;
	return sync_range(file, start, len ? start + len - 1 : LLONG_MAX, flags);
}

asmlinkage long sys_sync_file_range(int fd, u32 low, u32 high, u32 nlow, u32 nhigh, u32 flags)
{
	struct fd f = fd_get_light(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = sync_file_range(f.file, loff_from_words(low, high), loff_from_words(nlow, nhigh),
			      flags);
	fd_put_light(f);
	return err;
}

static int check_fallocate(const struct file *file, int mode, loff_t offset, loff_t len)
{
	const u32 type = file->inode->mode & S_IFMT;

	if (offset < 0 || len <= 0)
		return -EINVAL;
	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE))
		return -EOPNOTSUPP;
	if ((mode & FALLOC_FL_PUNCH_HOLE) &&
	    (mode & FALLOC_FL_ZERO_RANGE || !(mode & FALLOC_FL_KEEP_SIZE)))
		return -EOPNOTSUPP;
	if (!(file->mode & FMODE_WRITE))
		return -EBADF;
	if ((file->inode->flags & INODE_APPEND) && (mode & ~FALLOC_FL_KEEP_SIZE))
		return -EPERM;
	if (file->inode->flags & INODE_IMMUTABLE)
		return -EPERM;
	if (type == S_IFIFO)
		return -ESPIPE;
	if (type == S_IFDIR)
		return -EISDIR;
	if (type != S_IFREG && type != S_IFBLK)
		return -ENODEV;
	if (len > file->inode->sb->max_bytes || offset > file->inode->sb->max_bytes - len)
		return -EFBIG;
	return file->ops->fallocate ? 0 : -EOPNOTSUPP;
}

int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len)
{
	int err;

	if (!file->ops->fallocate)
		return -EOPNOTSUPP;
	sb_gate_begin(file->inode->sb, SB_GATE_WRITE);
	err = file->ops->fallocate(file, mode, offset, len);
	sb_gate_end(file->inode->sb, SB_GATE_WRITE);
	return err;
}

asmlinkage long sys_fallocate(int fd, int mode, u32 low, u32 high, u32 nlow, u32 nhigh)
{
	loff_t offset = loff_from_words(low, high), len = loff_from_words(nlow, nhigh);
	struct fd f = fd_get_light(fd);
	long err;

	if (!f.file)
		return -EBADF;
	err = check_fallocate(f.file, mode, offset, len);
	if (!err)
		err = vfs_fallocate(f.file, mode, offset, len);
	if (!err)
		fsnotify_dentry(f.file->path.dentry, IN_MODIFY);
	fd_put_light(f);
	return err;
}
