/*
 * file_flags.c - the flags of chattr(1): FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, and as statx(2) shows
 * them.
 *
 * Kept in inode->flags; which of them a file system has, its inode_ops.file_flags says.
 */
#include "vfs_internal.h"

#define FS_IMMUTABLE_FL 0x10u
#define FS_APPEND_FL	0x20u
#define FS_NODUMP_FL	0x40u
#define FS_NOATIME_FL	0x80u
/* STATX_ATTR_IMMUTABLE, _APPEND, _NODUMP */
#define STATX_ATTR_FLAGS 0x70u

static const struct file_flag {
	u32 fs, inode, statx;
} file_flags[] = {
	{ FS_IMMUTABLE_FL, INODE_IMMUTABLE, 0x10 },
	{ FS_APPEND_FL, INODE_APPEND, 0x20 },
	{ FS_NODUMP_FL, INODE_NODUMP, 0x40 },
	{ FS_NOATIME_FL, INODE_NOATIME, 0 },
};

static u32 flags_of(const struct inode *inode)
{
	u32 flags = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(file_flags); i++)
		if (inode->flags & file_flags[i].inode)
			flags |= file_flags[i].fs;
	return flags;
}

static bool has_flags(const struct inode *inode)
{
	return inode->ops && inode->ops->file_flags;
}

void file_flags_fillattr(const struct inode *inode, struct kstat *st)
{
	st->attributes = 0;
	st->attributes_mask = has_flags(inode) ? STATX_ATTR_FLAGS : 0;
	if (likely(!(inode->flags & (INODE_IMMUTABLE | INODE_APPEND | INODE_NODUMP))))
		return;
	for (unsigned int i = 0; i < ARRAY_SIZE(file_flags); i++)
		if (inode->flags & file_flags[i].inode)
			st->attributes |= file_flags[i].statx;
}

/* inode locked. */
static int set_flags(struct inode *inode, u32 flags)
{
	if ((flags ^ flags_of(inode)) & (FS_IMMUTABLE_FL | FS_APPEND_FL) &&
	    !capable(CAP_LINUX_IMMUTABLE))
		return -EPERM;
	if (flags & ~inode->ops->file_flags)
		return -EOPNOTSUPP;
	for (unsigned int i = 0; i < ARRAY_SIZE(file_flags); i++) {
		if (flags & file_flags[i].fs)
			inode->flags |= file_flags[i].inode;
		else
			inode->flags &= ~file_flags[i].inode;
	}
	inode_touch(inode, ATTR_CTIME);
	return 0;
}

static long change_flags(struct file *file, u32 flags)
{
	struct inode *inode = file->inode;
	int err = mnt_want_write(file->path.mnt);

	if (err)
		return err;
	if (current_cred()->fsuid != inode->uid && !capable(CAP_FOWNER))
		err = -EPERM;
	if (!err) {
		mutex_lock(&inode->lock);
		err = set_flags(inode, flags);
		mutex_unlock(&inode->lock);
	}
	mnt_drop_write(file->path.mnt);
	return err;
}

long file_flags_ioctl(struct file *file, u32 cmd, unsigned long arg)
{
	u32 flags;

	if (!has_flags(file->inode))
		return -ENOIOCTLCMD;
	if (cmd == FS_IOC_GETFLAGS)
		return put_user(flags_of(file->inode), (u32 __user *)arg);
	return get_user(flags, (const u32 __user *)arg) ? -EFAULT : change_flags(file, flags);
}
