/*
 * clone.c - FICLONE, FICLONERANGE and FIDEDUPERANGE. No file system here lets files share blocks;
 * what is asked for is looked at as if one did, so that programs take the right way instead (cp
 * --reflink).
 *
 * Source: ioctl_ficlonerange(2), ioctl_fideduperange(2).
 */
#include "vfs_internal.h"

struct clone_range {
	s64 source;
	u64 source_offset, length, offset;
};

static int both_are_files(const struct inode *a, const struct inode *b)
{
	if (S_ISDIR(a->mode) || S_ISDIR(b->mode))
		return -EISDIR;
	return S_ISREG(a->mode) && S_ISREG(b->mode) ? 0 : -EINVAL;
}

static long clone(const struct file *to, int fd)
{
	struct fd from = fd_get_light(fd);
	long err;

	if (!from.file)
		return -EBADF;
	err = both_are_files(from.file->inode, to->inode);
	if (from.file->inode->sb != to->inode->sb)
		err = -EXDEV;
	else if (!err && (!(from.file->mode & FMODE_READ) || !(to->mode & FMODE_WRITE) ||
			  (to->flags & O_APPEND)))
		err = -EBADF;
	fd_put_light(from);
	return err ? err : -EOPNOTSUPP;
}

long clone_ioctl(const struct file *file, u32 cmd, unsigned long arg)
{
	struct clone_range range;
	int err;

	switch (cmd) {
	case FICLONE:
		return clone(file, (int)arg);
	case FICLONERANGE:
		if (copy_from_user(&range, (const void __user *)arg, sizeof(range)))
			return -EFAULT;
		return clone(file, (int)range.source);
	default:
		if (!(file->mode & FMODE_READ))
			return -EINVAL;
		err = both_are_files(file->inode, file->inode);
		return err ? err : -EOPNOTSUPP;
	}
}
