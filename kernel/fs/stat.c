/*
 * stat.c - the stat family in all the forms that programs of thirty years use.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

u64 dev_encode64(u32 dev)
{
	u32 ma = MAJOR(dev), mi = MINOR(dev);

	return (mi & 0xff) | (u64)ma << 8 | (u64)(mi & ~0xffu) << 12;
}

u32 dev_decode(u32 dev)
{
	return MKDEV((dev & 0xfff00) >> 8, (dev & 0xff) | ((dev >> 12) & 0xfff00));
}

/* The 16-bit form of old: major and minor below 256. */
static bool dev_fits16(u32 dev)
{
	return MAJOR(dev) < 256 && MINOR(dev) < 256;
}
static u16 dev_encode16(u32 dev)
{
	return MAJOR(dev) << 8 | MINOR(dev);
}

int vfs_getattr(const struct path *path, struct kstat *st)
{
	struct inode *inode = path->dentry->inode;

	if (inode->ops && inode->ops->getattr)
		return inode->ops->getattr(path, st);
	generic_fillattr(inode, st);
	return 0;
}

static int stat_path(int dfd, const char __user *name, u32 at_flags, struct kstat *st)
{
	struct path path;
	int err = path_from_at(dfd, name, at_flags, &path);

	if (err)
		return err;
	err = vfs_getattr(&path, st);
	path_put(&path);
	return err;
}

static int stat_fd(int fd, struct kstat *st)
{
	struct fd f = fd_get_light_raw(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = vfs_getattr(&f.file->path, st);
	fd_put_light(f);
	return err;
}

static u16 id16(u32 id)
{
	return id > 0xffff ? 65534 : id;
}

static long put_stat64(const struct kstat *st, void __user *user)
{
	struct stat64_abi s;

	memset(&s, 0, sizeof(s));
	s.dev = dev_encode64(st->dev);
	s.ino = st->ino;
	s.ino32 = (u32)st->ino;
	s.mode = st->mode;
	s.nlink = st->nlink;
	s.uid = st->uid;
	s.gid = st->gid;
	s.rdev = dev_encode64(st->rdev);
	s.size = st->size;
	s.blksize = st->blksize;
	s.blocks = st->blocks;
	s.atime = (u32)st->atime.sec;
	s.atime_nsec = st->atime.nsec;
	s.mtime = (u32)st->mtime.sec;
	s.mtime_nsec = st->mtime.nsec;
	s.ctime = (u32)st->ctime.sec;
	s.ctime_nsec = st->ctime.nsec;
	return copy_to_user(user, &s, sizeof(s));
}

static long put_stat(const struct kstat *st, void __user *user)
{
	struct stat_abi s;

	if (st->size > 0x7fffffff || !dev_fits16(st->dev) || !dev_fits16(st->rdev))
		return -EOVERFLOW;
	if (st->ino > 0xffffffffu || st->nlink > 0xffff)
		return -EOVERFLOW;
	memset(&s, 0, sizeof(s));
	s.dev = dev_encode16(st->dev);
	s.ino = (u32)st->ino;
	s.mode = st->mode;
	s.nlink = st->nlink;
	s.uid = id16(st->uid);
	s.gid = id16(st->gid);
	s.rdev = dev_encode16(st->rdev);
	s.size = (u32)st->size;
	s.blksize = st->blksize;
	s.blocks = (u32)st->blocks;
	s.atime = (u32)st->atime.sec;
	s.atime_nsec = st->atime.nsec;
	s.mtime = (u32)st->mtime.sec;
	s.mtime_nsec = st->mtime.nsec;
	s.ctime = (u32)st->ctime.sec;
	s.ctime_nsec = st->ctime.nsec;
	return copy_to_user(user, &s, sizeof(s));
}

static long put_old_stat(const struct kstat *st, void __user *user)
{
	struct old_stat_abi s;

	if (st->size > 0x7fffffff || !dev_fits16(st->dev) || !dev_fits16(st->rdev))
		return -EOVERFLOW;
	if (st->ino > 0xffff || st->nlink > 0xffff)
		return -EOVERFLOW;
	memset(&s, 0, sizeof(s));
	s.dev = dev_encode16(st->dev);
	s.ino = (u16)st->ino;
	s.mode = st->mode;
	s.nlink = st->nlink;
	s.uid = id16(st->uid);
	s.gid = id16(st->gid);
	s.rdev = dev_encode16(st->rdev);
	s.size = (u32)st->size;
	s.atime = (u32)st->atime.sec;
	s.mtime = (u32)st->mtime.sec;
	s.ctime = (u32)st->ctime.sec;
	return copy_to_user(user, &s, sizeof(s));
}

static void put_statx_time(struct statx_timestamp_abi *t, const struct file_time *from)
{
	t->sec = from->sec;
	t->nsec = from->nsec;
}

static long put_statx(const struct kstat *st, u64 mnt_id, bool is_root, void __user *user)
{
	const u64 attr_mount_root = 0x2000;
	struct statx_abi s;

	memset(&s, 0, sizeof(s));
	s.mask = STATX_BASIC_STATS | STATX_MNT_ID | (st->btime.sec ? STATX_BTIME : 0);
	s.blksize = st->blksize;
	s.attributes_mask = st->attributes_mask | attr_mount_root;
	s.attributes = st->attributes | (is_root ? attr_mount_root : 0);
	s.nlink = st->nlink;
	s.uid = st->uid;
	s.gid = st->gid;
	s.mode = st->mode;
	s.ino = st->ino;
	s.size = st->size;
	s.blocks = st->blocks;
	put_statx_time(&s.atime, &st->atime);
	put_statx_time(&s.btime, &st->btime);
	put_statx_time(&s.ctime, &st->ctime);
	put_statx_time(&s.mtime, &st->mtime);
	s.rdev_major = MAJOR(st->rdev);
	s.rdev_minor = MINOR(st->rdev);
	s.dev_major = MAJOR(st->dev);
	s.dev_minor = MINOR(st->dev);
	s.mnt_id = mnt_id;
	return copy_to_user(user, &s, sizeof(s));
}

typedef long (*put_fn)(const struct kstat *st, void __user *user);

static __always_inline long stat_call(const char __user *name, u32 flags, void __user *buf,
				      put_fn put)
{
	struct kstat st;
	int err = stat_path(AT_FDCWD, name, flags, &st);

	return err ? err : put(&st, buf);
}

static __always_inline long fstat_call(int fd, void __user *buf, put_fn put)
{
	struct kstat st;
	int err = stat_fd(fd, &st);

	return err ? err : put(&st, buf);
}

asmlinkage long sys_stat64(const char __user *name, void __user *buf)
{
	return stat_call(name, 0, buf, put_stat64);
}
asmlinkage long sys_lstat64(const char __user *name, void __user *buf)
{
	return stat_call(name, AT_SYMLINK_NOFOLLOW, buf, put_stat64);
}
asmlinkage long sys_fstat64(int fd, void __user *buf)
{
	return fstat_call(fd, buf, put_stat64);
}
asmlinkage long sys_stat(const char __user *name, void __user *buf)
{
	return stat_call(name, 0, buf, put_stat);
}
asmlinkage long sys_lstat(const char __user *name, void __user *buf)
{
	return stat_call(name, AT_SYMLINK_NOFOLLOW, buf, put_stat);
}
asmlinkage long sys_fstat(int fd, void __user *buf)
{
	return fstat_call(fd, buf, put_stat);
}
asmlinkage long sys_oldstat(const char __user *name, void __user *buf)
{
	return stat_call(name, 0, buf, put_old_stat);
}
asmlinkage long sys_oldlstat(const char __user *name, void __user *buf)
{
	return stat_call(name, AT_SYMLINK_NOFOLLOW, buf, put_old_stat);
}
asmlinkage long sys_oldfstat(int fd, void __user *buf)
{
	return fstat_call(fd, buf, put_old_stat);
}

#define STAT_AT_FLAGS (AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH)

asmlinkage long sys_fstatat64(int dfd, const char __user *name, void __user *buf, u32 flags)
{
	struct kstat st;
	int err;

	if (flags & ~(STAT_AT_FLAGS | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	err = stat_path(dfd, name, flags, &st);
	return err ? err : put_stat64(&st, buf);
}

asmlinkage long sys_statx(int dfd, const char __user *name, u32 flags, u32 mask, void __user *buf)
{
	const u32 reserved = 0x80000000u;
	struct kstat st;
	struct path path;
	bool is_root;
	u64 id;
	int err;

	if (mask & reserved || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE ||
	    (flags & ~(STAT_AT_FLAGS | AT_STATX_SYNC_TYPE)))
		return -EINVAL;
	err = path_from_at(dfd, name, flags, &path);
	if (err)
		return err;
	err = vfs_getattr(&path, &st);
	file_flags_fillattr(path.dentry->inode, &st);
	id = path.mnt->id;
	is_root = path.dentry == path.mnt->root;
	path_put(&path);
	return err ? err : put_statx(&st, id, is_root, buf);
}

static long readlink_path(const struct path *path, void __user *buf, size_t size)
{
	struct inode *inode = path->dentry->inode;
	void *cookie = NULL;
	const char *text;
	size_t n;
	long ret;

	if (!inode->ops || !inode->ops->get_link)
		return -EINVAL;
	path_accessed(path);
	text = inode->ops->get_link(path->dentry, inode, &cookie);
	if (IS_ERR(text))
		return PTR_ERR(text);
	n = strlen(text);
	if (n > size)
		n = size;
	ret = copy_to_user(buf, text, n) ? -EFAULT : (long)n;
	kfree(cookie);
	return ret;
}

asmlinkage long sys_readlinkat(int dfd, const char __user *name, void __user *buf, size_t size)
{
	struct path path;
	long ret;
	u8 first;

	if ((ssize_t)size <= 0)
		return -EINVAL;
	if (get_user(first, (const u8 __user *)name))
		return -EFAULT;
	ret = path_lookup_user(dfd, name, LOOKUP_EMPTY, &path);
	if (ret)
		return ret;
	ret = S_ISLNK(path.dentry->inode->mode) ? readlink_path(&path, buf, size)
	      : first				? -EINVAL
						: -ENOENT;
	path_put(&path);
	return ret;
}
asmlinkage long sys_readlink(const char __user *name, void __user *buf, size_t size)
{
	return sys_readlinkat(AT_FDCWD, name, buf, size);
}
