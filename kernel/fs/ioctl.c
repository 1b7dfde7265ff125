/*
 * ioctl.c - the ioctls every file understands; the rest goes to the file's own.
 */
#include "vfs_internal.h"
#include <kernel/blockfile.h>
#include <kernel/syscall.h>
#include <abi/fiemap.h>

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
#ifndef FIFREEZE
#define FIFREEZE 0xc0045877u /* _IOWR('X', 119, int) */
#define FITHAW	 0xc0045878u
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

static long block_size(const struct file *file, unsigned long arg)
{
	const s32 size = (s32)file->inode->sb->block_size;

	return size ? put_user(size, (s32 __user *)arg) : -EINVAL;
}

static long freeze(const struct file *file, u32 cmd)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return cmd == FIFREEZE ? super_freeze(file->inode->sb) : super_thaw(file->inode->sb);
}

static int place_of(struct inode *inode, u32 block, u64 *place)
{
	const struct mapping_ops *ops = inode->mapping->ops;
	const struct blockfile *bf = inode->mapping->private;
	int err;

	if ((ops != &blockfile_ops && ops != &blockfile_readonly_ops) || bf->fill)
		return -EINVAL;
	if ((u64)block << bf->block_bits >= (u64)inode->size)
		return 0;
	/* What was written has a place already, but for what a mapping stored into holes. */
	err = blockfile_bmap(inode, block, place);
	if (err != -EFBIG)
		return err;
	*place = 0;
	return 0;
}

static long tell_block(struct inode *inode, s32 __user *arg)
{
	s32 block;
	u64 place = 0;
	int err;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (get_user(block, arg))
		return -EFAULT;
	err = block < 0 ? -EINVAL : place_of(inode, (u32)block, &place);
	if (!err && place > 0x7fffffff)
		err = -ERANGE;
	return err ? err : put_user((s32)place, arg);
}

static long regular_ioctl(struct file *file, u32 cmd, unsigned long arg)
{
	switch (cmd) {
	case FIONREAD: {
		loff_t left = file->inode->size - file->pos;

		return put_user((s32)(left > 0x7fffffff ? 0x7fffffff : left), (s32 __user *)arg);
	}
	case FIBMAP:
		return tell_block(file->inode, (s32 __user *)arg);
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
	case FIGETBSZ:
		return block_size(file, arg);
	case FIFREEZE:
	case FITHAW:
		return freeze(file, cmd);
	case FICLONE:
	case FICLONERANGE:
	case FIDEDUPERANGE:
		return clone_ioctl(file, cmd, arg);
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
	if ((ret == -ENOIOCTLCMD || ret == -ENOTTY) && cmd == FS_IOC_FIEMAP)
		ret = -EOPNOTSUPP;
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
