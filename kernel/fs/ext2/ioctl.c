/*
 * ioctl.c - chattr(1)'s flags and version numbers; the way to FIEMAP, FITRIM and resizing.
 */
#include <abi/fiemap.h>
#include <abi/fstrim.h>
#include "ext2_internal.h"
#include <kernel/cred.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

/* The numbers are those of a `long`, as programs of 32 bits pass it. */
#define FS_IOC_GETFLAGS	  0x80046601u /* _IOR('f', 1, long) */
#define FS_IOC_SETFLAGS	  0x40046602u
#define FS_IOC_GETVERSION 0x80047601u /* _IOR('v', 1, long) */
#define FS_IOC_SETVERSION 0x40047602u

#define EXT4_IOC_RESIZE_FS 0x40086610u /* _IOW('f', 16, __u64) */

static u32 flags_for_type(u32 mode, u32 flags)
{
	if (S_ISDIR(mode))
		return flags;
	return flags & (S_ISREG(mode) ? EXT2_FL_OF_FILES : EXT2_FL_OF_OTHER);
}

static int may_change(const struct inode *inode)
{
	return current_cred()->fsuid == inode->uid || capable(CAP_FOWNER) ? 0 : -EPERM;
}

/* inode locked. What cannot be set stays as it is. */
static int set_flags(struct inode *inode, u32 flags)
{
	struct ext2_inode *ei = ext2_i(inode);

	flags = flags_for_type(inode->mode, flags);
	if (((flags ^ ei->flags) & (EXT2_FL_IMMUTABLE | EXT2_FL_APPEND)) &&
	    !capable(CAP_LINUX_IMMUTABLE))
		return -EPERM;
	ei->flags = (ei->flags & ~EXT2_FL_SETTABLE) | (flags & EXT2_FL_SETTABLE);
	ext2_apply_flags(inode);
	inode_touch(inode, ATTR_CTIME);
	return 0;
}

static int change_flags(struct inode *inode, u32 flags)
{
	int err;

	mutex_lock(&inode->lock);
	err = set_flags(inode, flags);
	mutex_unlock(&inode->lock);
	return err;
}

static int change_version(struct inode *inode, u32 version)
{
	mutex_lock(&inode->lock);
	inode->generation = version;
	inode_touch(inode, ATTR_CTIME);
	mutex_unlock(&inode->lock);
	return 0;
}

static long change(struct file *file, int (*fn)(struct inode *inode, u32 value),
		   const u32 __user *arg)
{
	u32 value;
	int err = mnt_want_write(file->path.mnt);

	if (err)
		return err;
	err = may_change(file->inode);
	if (!err && get_user(value, arg))
		err = -EFAULT;
	if (!err)
		err = fn(file->inode, value);
	mnt_drop_write(file->path.mnt);
	return err;
}

static long resize(struct file *file, const u64 __user *arg)
{
	long err = mnt_want_write(file->path.mnt);

	if (err)
		return err;
	err = ext2_resize(ext2_fs(file->inode->sb), arg);
	mnt_drop_write(file->path.mnt);
	return err;
}

long ext2_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct inode *inode = file->inode;

	switch (cmd) {
	case FS_IOC_GETFLAGS:
		return put_user(ext2_i(inode)->flags & EXT2_FL_VISIBLE, (u32 __user *)arg);
	case FS_IOC_SETFLAGS:
		return change(file, change_flags, (const u32 __user *)arg);
	case FS_IOC_GETVERSION:
		return put_user(inode->generation, (u32 __user *)arg);
	case FS_IOC_SETVERSION:
		return change(file, change_version, (const u32 __user *)arg);
	case FS_IOC_FIEMAP:
		return S_ISREG(inode->mode) ? blockfile_fiemap(inode, (void __user *)arg)
					    : -EOPNOTSUPP;
	case FITRIM:
		return ext2_fitrim(ext2_fs(inode->sb), (void __user *)arg);
	case EXT4_IOC_RESIZE_FS:
		return resize(file, (const u64 __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}
