/*
 * utimes.c - setting file times: utime, utimes, futimesat, utimensat.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>
#include <kernel/time.h>
#include <abi/time.h>

#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

struct utimbuf_abi {
	s32 actime, modtime;
};

struct when {
	s64 sec;
	s32 nsec; /* or UTIME_NOW, UTIME_OMIT */
};

/* The ends of the range have no fractions, as on Linux. */
static struct file_time to_file_time(const struct when *w)
{
	const bool is_end = w->sec == LLONG_MAX || w->sec == LLONG_MIN;

	return (struct file_time){ w->sec, is_end ? 0 : (u32)w->nsec };
}

static bool is_valid(const struct when *w)
{
	return w->nsec == UTIME_NOW || w->nsec == UTIME_OMIT ||
	       (w->nsec >= 0 && w->nsec < NSEC_PER_SEC);
}

/* times NULL: both now. */
static int set_times(const struct path *path, const struct when *times)
{
	struct inode *inode = path->dentry->inode;
	struct iattr attr = { .valid = ATTR_CTIME | ATTR_ATIME | ATTR_MTIME };
	struct file_time now = file_time_from_ns(clock_realtime());
	bool touch = !times || (times[0].nsec == UTIME_NOW && times[1].nsec == UTIME_NOW);

	attr.atime = attr.mtime = now;
	if (times) {
		if (times[0].nsec == UTIME_OMIT && times[1].nsec == UTIME_OMIT)
			return 0;
		if (times[0].nsec == UTIME_OMIT)
			attr.valid &= ~ATTR_ATIME;
		else if (times[0].nsec != UTIME_NOW)
			attr.atime = to_file_time(&times[0]);
		if (times[1].nsec == UTIME_OMIT)
			attr.valid &= ~ATTR_MTIME;
		else if (times[1].nsec != UTIME_NOW)
			attr.mtime = to_file_time(&times[1]);
	}
	if (inode->flags & INODE_IMMUTABLE)
		return touch ? -EACCES : -EPERM;
	if (touch) {
		int err = mount_is_readonly(path->mnt) ? -EROFS : 0;

		/* Owner, or whoever may write. */
		if (!err && current_cred()->fsuid != inode->uid && !capable(CAP_FOWNER))
			err = inode_permission(inode, MAY_WRITE);
		if (err)
			return err;
		attr.valid |= ATTR_TOUCH;
	}
	return vfs_setattr(path, &attr);
}

static long utimes_at(int dfd, const char __user *name, const struct when *times, u32 flags)
{
	struct path path;
	long err;

	if (times && !(is_valid(&times[0]) && is_valid(&times[1])))
		return -EINVAL;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (!name && dfd != AT_FDCWD) {
		struct file *file;

		if (flags)
			return -EINVAL;
		file = fd_get(dfd);
		if (!file)
			return -EBADF;
		err = set_times(&file->path, times);
		file_put(file);
		return err;
	}
	err = path_from_at(dfd, name, flags, &path);
	if (err)
		return err;
	err = set_times(&path, times);
	path_put(&path);
	return err;
}

asmlinkage long sys_utimensat64(int dfd, const char __user *name, const void __user *user,
				u32 flags)
{
	struct timespec64_abi ts[2];
	struct when w[2];

	if (!user)
		return utimes_at(dfd, name, NULL, flags);
	if (copy_from_user(ts, user, sizeof(ts)))
		return -EFAULT;
	for (int i = 0; i < 2; i++)
		w[i] = (struct when){ ts[i].sec, ts[i].nsec };
	return utimes_at(dfd, name, w, flags);
}

asmlinkage long sys_utimensat32(int dfd, const char __user *name, const void __user *user,
				u32 flags)
{
	struct timespec32_abi ts[2];
	struct when w[2];

	if (!user)
		return utimes_at(dfd, name, NULL, flags);
	if (copy_from_user(ts, user, sizeof(ts)))
		return -EFAULT;
	for (int i = 0; i < 2; i++)
		w[i] = (struct when){ ts[i].sec, ts[i].nsec };
	return utimes_at(dfd, name, w, flags);
}

asmlinkage long sys_futimesat(int dfd, const char __user *name, const void __user *user)
{
	struct timeval_abi tv[2];
	struct when w[2];

	if (!user)
		return utimes_at(dfd, name, NULL, 0);
	if (copy_from_user(tv, user, sizeof(tv)))
		return -EFAULT;
	for (int i = 0; i < 2; i++) {
		if (tv[i].usec < 0 || tv[i].usec >= USEC_PER_SEC)
			return -EINVAL;
		w[i] = (struct when){ tv[i].sec, tv[i].usec * 1000 };
	}
	return utimes_at(dfd, name, w, 0);
}
asmlinkage long sys_utimes(const char __user *name, const void __user *times)
{
	return sys_futimesat(AT_FDCWD, name, times);
}

asmlinkage long sys_utime(const char __user *name, const void __user *user)
{
	struct utimbuf_abi t;
	struct when w[2] = { { 0, 0 }, { 0, 0 } };

	if (!user)
		return utimes_at(AT_FDCWD, name, NULL, 0);
	if (copy_from_user(&t, user, sizeof(t)))
		return -EFAULT;
	w[0].sec = t.actime;
	w[1].sec = t.modtime;
	return utimes_at(AT_FDCWD, name, w, 0);
}
