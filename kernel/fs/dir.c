/*
 * dir.c - reading directories, and the system calls that change them.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>
#include <abi/dirent.h>

struct getdents {
	struct dir_context ctx;
	char __user *at, *last; /* last: the record before, whose offset is still to be set */
	size_t left;
	int error;
};

/* The offset in a record says where the next one is: known when that comes. */
static bool begin_record(struct getdents *g, size_t size)
{
	g->error = -EINVAL; /* unless an earlier record fitted */
	if (size > g->left)
		return false;
	/* A signal ends a long listing between records. */
	if (g->last && signal_pending(current)) {
		g->error = -EINTR;
		return false;
	}
	g->error = -EFAULT;
	return true;
}

static bool end_record(struct getdents *g, size_t size)
{
	g->last = g->at;
	g->at += size;
	g->left -= size;
	g->error = 0;
	return true;
}

static bool emit64(struct dir_context *ctx, const char *name, u32 len, loff_t pos, u64 ino,
		   u32 type)
{
	struct getdents *g = container_of(ctx, struct getdents, ctx);
	size_t head = offsetof(struct dirent64_abi, name), size = ALIGN_UP(head + len + 1, 4);
	/* Put together here, so that user memory is entered once. */
	union {
		struct dirent64_abi d;
		u32 words[(offsetof(struct dirent64_abi, name) + NAME_MAX + 5) / 4];
	} r;

	if (!begin_record(g, size))
		return false;
	if (g->last && put_user((s64)pos, &((struct dirent64_abi __user *)g->last)->off))
		return false;
	r.words[size / 4 - 1] = 0; /* the padding behind the name */
	r.d.ino = ino;
	r.d.off = 0;
	r.d.reclen = (u16)size;
	r.d.type = (u8)type;
	memcpy(r.d.name, name, len);
	r.d.name[len] = '\0';
	if (copy_to_user(g->at, &r, size))
		return false;
	return end_record(g, size);
}

static bool emit32(struct dir_context *ctx, const char *name, u32 len, loff_t pos, u64 ino,
		   u32 type)
{
	struct getdents *g = container_of(ctx, struct getdents, ctx);
	size_t head = offsetof(struct dirent_abi, name), size = ALIGN_UP(head + len + 2, 4);
	struct dirent_abi d = { .ino = (u32)ino, .reclen = size };

	if (!begin_record(g, size))
		return false;
	if (d.ino != ino) {
		g->error = -EOVERFLOW;
		return false;
	}
	if (g->last && put_user((u32)pos, &((struct dirent_abi __user *)g->last)->off))
		return false;
	if (copy_to_user(g->at, &d, head) || copy_to_user(g->at + head, name, len) ||
	    clear_user(g->at + head + len, size - head - len) ||
	    put_user((u8)type, (u8 __user *)g->at + size - 1))
		return false;
	return end_record(g, size);
}

static bool emit_old(struct dir_context *ctx, const char *name, u32 len, loff_t pos, u64 ino,
		     u32 type)
{
	struct getdents *g = container_of(ctx, struct getdents, ctx);
	size_t head = offsetof(struct old_dirent_abi, name);
	struct old_dirent_abi d = { .ino = (u32)ino, .off = (u32)pos, .namlen = len };

	if (g->last)
		return false;
	g->error = d.ino != ino ? -EOVERFLOW : -EFAULT;
	if (d.ino != ino || copy_to_user(g->at, &d, head) ||
	    copy_to_user(g->at + head, name, len) || clear_user(g->at + head + len, 1))
		return false;
	return end_record(g, 0);
}

static int iterate(struct file *file, struct dir_context *ctx)
{
	struct inode *inode = file->inode;
	int err;

	if (!file->ops->iterate)
		return -ENOTDIR;
	mutex_lock(&file->pos_lock);
	mutex_lock(&inode->lock);
	ctx->pos = file->pos;
	err = inode->flags & INODE_DEAD ? -ENOENT : file->ops->iterate(file, ctx);
	file->pos = ctx->pos;
	mutex_unlock(&inode->lock);
	mutex_unlock(&file->pos_lock);
	fsnotify_dentry(file->path.dentry, IN_ACCESS);
	file_accessed(file);
	return err;
}

static long read_dir(int fd, void __user *buf, size_t count, struct getdents *g)
{
	struct fd f = fd_get_light(fd);
	long ret;

	if (!f.file)
		return -EBADF;
	g->at = buf;
	g->left = count;
	ret = iterate(f.file, &g->ctx);
	if (ret >= 0)
		ret = g->error;
	if (g->last) {
		/* The offset of the last record: where the next call goes on. */
		s64 pos = g->ctx.pos;
		int fault = 0;

		if (g->ctx.emit == emit64)
			fault = put_user(pos, &((struct dirent64_abi __user *)g->last)->off);
		else if (g->ctx.emit == emit32)
			fault = put_user((u32)pos, &((struct dirent_abi __user *)g->last)->off);
		ret = fault ? -EFAULT : g->at - (char __user *)buf;
	}
	fd_put_light(f);
	return ret;
}

asmlinkage long sys_getdents64(int fd, void __user *dirents, size_t count)
{
	struct getdents g = { .ctx.emit = emit64 };

	return read_dir(fd, dirents, count, &g);
}
asmlinkage long sys_getdents(int fd, void __user *dirents, size_t count)
{
	struct getdents g = { .ctx.emit = emit32 };

	return read_dir(fd, dirents, count, &g);
}
asmlinkage long sys_old_readdir(int fd, void __user *dirent, size_t count)
{
	struct getdents g = { .ctx.emit = emit_old };
	long ret = read_dir(fd, dirent, 1, &g);

	return g.last ? 1 : ret;
}

/* ---- names ---- */

asmlinkage long sys_mkdirat(int dfd, const char __user *name, u32 mode)
{
	struct name_buf nb;
	long err = name_get(&nb, name, false);

	if (err)
		return err;
	err = vfs_mkdir(dfd, nb.name, mode & ~current->fs->umask);
	name_put(&nb);
	return err;
}
asmlinkage long sys_mkdir(const char __user *name, u32 mode)
{
	return sys_mkdirat(AT_FDCWD, name, mode);
}

asmlinkage long sys_mknodat(int dfd, const char __user *name, u32 mode, u32 dev)
{
	struct name_buf nb;
	long err = name_get(&nb, name, false);

	if (err)
		return err;
	err = vfs_mknod(dfd, nb.name, mode & ~current->fs->umask, dev_decode(dev));
	name_put(&nb);
	return err;
}
asmlinkage long sys_mknod(const char __user *name, u32 mode, u32 dev)
{
	return sys_mknodat(AT_FDCWD, name, mode, dev);
}

static long do_unlink(int dfd, const char __user *name, bool dir)
{
	struct name_buf nb;
	long err = name_get(&nb, name, false);

	if (err)
		return err;
	err = vfs_unlink(dfd, nb.name, dir);
	name_put(&nb);
	return err;
}

asmlinkage long sys_unlinkat(int dfd, const char __user *name, u32 flags)
{
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return do_unlink(dfd, name, flags & AT_REMOVEDIR);
}
asmlinkage long sys_unlink(const char __user *name)
{
	return do_unlink(AT_FDCWD, name, false);
}
asmlinkage long sys_rmdir(const char __user *name)
{
	return do_unlink(AT_FDCWD, name, true);
}

/* Two names at a time. */
struct two_names {
	struct name_buf old, new;
};

static long two_names_get(struct two_names *t, const char __user *old, const char __user *new,
			  bool old_may_be_empty)
{
	long err = name_get(&t->old, old, old_may_be_empty);

	if (err)
		return err;
	err = name_get(&t->new, new, false);
	if (err)
		name_put(&t->old);
	return err;
}

static void two_names_put(struct two_names *t)
{
	name_put(&t->new);
	name_put(&t->old);
}

asmlinkage long sys_linkat(int olddfd, const char __user *old, int newdfd, const char __user *new,
			   u32 flags)
{
	struct two_names t;
	long err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = two_names_get(&t, old, new, flags & AT_EMPTY_PATH);
	if (err)
		return err;
	err = vfs_link(olddfd, t.old.name, newdfd, t.new.name, flags);
	two_names_put(&t);
	return err;
}
asmlinkage long sys_link(const char __user *old, const char __user *new)
{
	return sys_linkat(AT_FDCWD, old, AT_FDCWD, new, 0);
}

asmlinkage long sys_symlinkat(const char __user *target, int newdfd, const char __user *name)
{
	struct two_names t;
	long err = two_names_get(&t, target, name, false);

	if (err)
		return err;
	err = vfs_symlink(t.old.name, newdfd, t.new.name);
	two_names_put(&t);
	return err;
}
asmlinkage long sys_symlink(const char __user *target, const char __user *name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

asmlinkage long sys_renameat2(int olddfd, const char __user *old, int newdfd,
			      const char __user *new, u32 flags)
{
	struct two_names t;
	long err = two_names_get(&t, old, new, false);

	if (err)
		return err;
	err = vfs_rename(olddfd, t.old.name, newdfd, t.new.name, flags);
	two_names_put(&t);
	return err;
}
asmlinkage long sys_renameat(int olddfd, const char __user *old, int newdfd, const char __user *new)
{
	return sys_renameat2(olddfd, old, newdfd, new, 0);
}
asmlinkage long sys_rename(const char __user *old, const char __user *new)
{
	return sys_renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}
