/*
 * ioctl.c - the ioctls every file understands; the rest goes to the file's own.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

#define FIBMAP	 0x0001
#define FIGETBSZ 0x0002
#ifndef FIONREAD
#define FIONREAD 0x541B
#endif
#ifndef FIONBIO
#define FIONBIO 0x5421
#endif
#ifndef FIONCLEX
#define FIONCLEX 0x5450
#define FIOCLEX	 0x5451
#endif
#ifndef FIOASYNC
#define FIOASYNC 0x5452
#endif
#ifndef FIOQSIZE
#define FIOQSIZE 0x5460
#endif

static long set_flag(struct file *file, u32 flag, unsigned long arg)
{
	s32 on;

	if (get_user(on, (const s32 __user *)arg))
		return -EFAULT;
	if (on)
		file->flags |= flag;
	else
		file->flags &= ~flag;
	return 0;
}

static long set_async(struct file *file, int fd, unsigned long arg)
{
	s32 on;

	if (get_user(on, (const s32 __user *)arg))
		return -EFAULT;
	return !on == !(file->flags & O_ASYNC) ? 0 : fasync_set(file, fd, on);
}

static long queue_size(const struct file *file, unsigned long arg)
{
	u32 mode = file->inode->mode;

	if (!S_ISDIR(mode) && !S_ISREG(mode) && !S_ISLNK(mode))
		return -ENOTTY;
	return put_user(file->inode->size, (s64 __user *)arg);
}

static long regular_ioctl(struct file *file, u32 cmd, unsigned long arg)
{
	switch (cmd) {
	case FIONREAD: {
		loff_t left = file->inode->size - file->pos;

		return put_user((s32)(left > 0x7fffffff ? 0x7fffffff : left), (s32 __user *)arg);
	}
	case FIGETBSZ:
		return put_user((s32)file->inode->sb->block_size, (s32 __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

static long do_ioctl(struct file *file, int fd, u32 cmd, unsigned long arg)
{
	long ret = -ENOIOCTLCMD;

	switch (cmd) {
	case FIOCLEX:
	case FIONCLEX:
		fd_set_cloexec(fd, cmd == FIOCLEX);
		return 0;
	case FIONBIO:
		return set_flag(file, O_NONBLOCK, arg);
	case FIOASYNC:
		return set_async(file, fd, arg);
	case FIOQSIZE:
		return queue_size(file, arg);
	default:
		break;
	}
	if (S_ISREG(file->inode->mode))
		ret = regular_ioctl(file, cmd, arg);
	if (ret == -ENOIOCTLCMD && file->ops->ioctl)
		ret = file->ops->ioctl(file, cmd, arg);
	/* A file system that has more flags than the generic ones has answered by now. */
	if ((ret == -ENOIOCTLCMD || ret == -ENOTTY) &&
	    (cmd == FS_IOC_GETFLAGS || cmd == FS_IOC_SETFLAGS))
		ret = file_flags_ioctl(file, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

asmlinkage long sys_ioctl(int fd, u32 cmd, unsigned long arg)
{
	struct fd f = fd_get_light(fd);
	long ret;

	if (!f.file)
		return -EBADF;
	ret = do_ioctl(f.file, fd, cmd, arg);
	fd_put_light(f);
	return ret;
}
