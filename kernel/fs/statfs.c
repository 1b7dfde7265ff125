/*
 * statfs.c - statfs(2) in its four forms, ustat(2), sysfs(2).
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>
#include <abi/statfs.h>

static u32 st_flags(const struct mount *m)
{
	u32 f = m->flags | (m->sb->flags & MS_RDONLY);

	return ST_VALID |
	       (f & (ST_RDONLY | ST_NOSUID | ST_NODEV | ST_NOEXEC | ST_NOATIME | ST_NODIRATIME)) |
	       (f & MS_RELATIME ? ST_RELATIME : 0);
}

static int super_statfs(struct super_block *sb, struct kstatfs *st)
{
	int err;

	memset(st, 0, sizeof(*st));
	st->type = sb->magic;
	st->bsize = st->frsize = sb->block_size;
	st->namelen = NAME_MAX;
	st->fsid[0] = (u32)dev_encode64(sb->dev);
	if (!sb->ops || !sb->ops->statfs)
		return sb->in_memory ? 0 : -ENOSYS;
	err = sb->ops->statfs(sb, st);
	if (!st->frsize)
		st->frsize = st->bsize;
	return err;
}

static int path_statfs(const struct path *path, struct kstatfs *st)
{
	int err = super_statfs(path->mnt->sb, st);

	st->flags = st_flags(path->mnt);
	return err;
}

static int name_statfs(const char __user *name, struct kstatfs *st)
{
	struct path path;
	int err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = path_statfs(&path, st);
	path_put(&path);
	return err;
}

static int fd_statfs(int fd, struct kstatfs *st)
{
	struct fd f = fd_get_light_raw(fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = path_statfs(&f.file->path, st);
	fd_put_light(f);
	return err;
}

static long put_statfs(const struct kstatfs *st, void __user *buf)
{
	struct statfs_abi s = { 0 };

	if ((st->blocks | st->bfree | st->bavail) >> 32)
		return -EOVERFLOW;
	/* An unlimited number of inodes does not make the call fail. */
	if ((st->files != ~0ull && st->files >> 32) || (st->ffree != ~0ull && st->ffree >> 32))
		return -EOVERFLOW;
	s = (struct statfs_abi){ .type = st->type,
				 .bsize = st->bsize,
				 .blocks = (u32)st->blocks,
				 .bfree = (u32)st->bfree,
				 .bavail = (u32)st->bavail,
				 .files = (u32)st->files,
				 .ffree = (u32)st->ffree,
				 .fsid = { st->fsid[0], st->fsid[1] },
				 .namelen = st->namelen,
				 .frsize = st->frsize,
				 .flags = st->flags };
	return copy_to_user(buf, &s, sizeof(s));
}

static long put_statfs64(const struct kstatfs *st, void __user *buf)
{
	struct statfs64_abi s = { .type = st->type,
				  .bsize = st->bsize,
				  .blocks = st->blocks,
				  .bfree = st->bfree,
				  .bavail = st->bavail,
				  .files = st->files,
				  .ffree = st->ffree,
				  .fsid = { st->fsid[0], st->fsid[1] },
				  .namelen = st->namelen,
				  .frsize = st->frsize,
				  .flags = st->flags };

	return copy_to_user(buf, &s, sizeof(s));
}

/* Programs pass 84 or, from 64-bit habits, 88. */
static bool size_ok(size_t size)
{
	return size == sizeof(struct statfs64_abi) || size == sizeof(struct statfs64_abi) + 4;
}

asmlinkage long sys_statfs(const char __user *name, void __user *buf)
{
	struct kstatfs st;
	int err = name_statfs(name, &st);

	return err ? err : put_statfs(&st, buf);
}
asmlinkage long sys_fstatfs(int fd, void __user *buf)
{
	struct kstatfs st;
	int err = fd_statfs(fd, &st);

	return err ? err : put_statfs(&st, buf);
}
asmlinkage long sys_statfs64(const char __user *name, size_t size, void __user *buf)
{
	struct kstatfs st;
	int err = size_ok(size) ? name_statfs(name, &st) : -EINVAL;

	return err ? err : put_statfs64(&st, buf);
}
asmlinkage long sys_fstatfs64(int fd, size_t size, void __user *buf)
{
	struct kstatfs st;
	int err = size_ok(size) ? fd_statfs(fd, &st) : -EINVAL;

	return err ? err : put_statfs64(&st, buf);
}

asmlinkage long sys_ustat(u32 dev, void __user *buf)
{
	struct super_block *sb = super_find_dev(dev_decode(dev));
	struct ustat_abi u = { 0 };
	struct kstatfs st;
	int err;

	if (!sb)
		return -EINVAL;
	err = super_statfs(sb, &st);
	super_put(sb);
	if (err)
		return err;
	u.tfree = (s32)st.bfree;
	u.tinode = (u32)st.ffree;
	return copy_to_user(buf, &u, sizeof(u));
}
