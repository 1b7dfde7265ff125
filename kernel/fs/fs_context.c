/*
 * fs_context.c - root, working directory and umask of tasks.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

struct fs_context *fs_context_create(void)
{
	struct fs_context *fs = kzalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	refcount_set(&fs->refs, 1);
	spin_init(&fs->lock, RANK_SPIN, "fs_context");
	fs->umask = 0022;
	if (root_path.dentry) {
		fs->root = fs->cwd = root_path;
		path_get(&fs->root);
		path_get(&fs->cwd);
	}
	return fs;
}

struct fs_context *fs_context_dup(struct fs_context *old)
{
	struct fs_context *fs = kmalloc(sizeof(*fs), GFP_KERNEL);

	if (!fs)
		return NULL;
	refcount_set(&fs->refs, 1);
	spin_init(&fs->lock, RANK_SPIN, "fs_context");
	spin_lock(&old->lock);
	fs->umask = old->umask;
	fs->root = old->root;
	fs->cwd = old->cwd;
	if (fs->root.dentry) {
		path_get(&fs->root);
		path_get(&fs->cwd);
	}
	spin_unlock(&old->lock);
	return fs;
}

void fs_context_put(struct fs_context *fs)
{
	if (!fs || !refcount_dec(&fs->refs))
		return;
	if (fs->root.dentry) {
		path_put(&fs->root);
		path_put(&fs->cwd);
	}
	kfree(fs);
}

static void get(struct fs_context *fs, const struct path *from, struct path *path)
{
	spin_lock(&fs->lock);
	*path = from->dentry ? *from : root_path;
	path_get(path);
	spin_unlock(&fs->lock);
}

void fs_get_root(struct fs_context *fs, struct path *path)
{
	get(fs, &fs->root, path);
}

void fs_get_cwd(struct fs_context *fs, struct path *path)
{
	get(fs, &fs->cwd, path);
}

static void set(struct fs_context *fs, struct path *slot, const struct path *path)
{
	struct path old;

	path_get(path);
	spin_lock(&fs->lock);
	old = *slot;
	*slot = *path;
	spin_unlock(&fs->lock);
	if (old.dentry)
		path_put(&old);
}

void fs_set_root(struct fs_context *fs, const struct path *path)
{
	set(fs, &fs->root, path);
}

void fs_set_cwd(struct fs_context *fs, const struct path *path)
{
	set(fs, &fs->cwd, path);
}

static bool same_path(const struct path *a, const struct path *b)
{
	return a->mnt == b->mnt && a->dentry == b->dentry;
}

/* pivot_root(2): whoever had the old root as root or working directory gets the new one. */
void fs_replace_root(const struct path *old, const struct path *new)
{
	struct process *p;
	struct task *t;
	unsigned int moved = 0;
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	for_each_process (p) {
		for_each_thread (p, t) {
			struct fs_context *fs = t->fs;

			if (!fs)
				continue;
			spin_lock(&fs->lock);
			if (same_path(&fs->root, old)) {
				fs->root = *new;
				path_get(new);
				moved++;
			}
			if (same_path(&fs->cwd, old)) {
				fs->cwd = *new;
				path_get(new);
				moved++;
			}
			spin_unlock(&fs->lock);
		}
	}
	if (same_path(&root_path, old)) {
		root_path = *new;
		path_get(new);
		moved++;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	while (moved--)
		path_put(old);
}

asmlinkage long sys_umask(u32 mask)
{
	struct fs_context *fs = current->fs;
	u32 old;

	spin_lock(&fs->lock);
	old = fs->umask;
	fs->umask = mask & 0777;
	spin_unlock(&fs->lock);
	return old;
}

asmlinkage long sys_chdir(const char __user *name)
{
	struct path path;
	long err;

	err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);
	if (err)
		return err;
	err = inode_permission(path.dentry->inode, MAY_EXEC);
	if (!err)
		fs_set_cwd(current->fs, &path);
	path_put(&path);
	return err;
}

asmlinkage long sys_fchdir(int fd)
{
	struct file *file = fd_get_raw(fd);
	long err;

	if (!file)
		return -EBADF;
	err = S_ISDIR(file->inode->mode) ? inode_permission(file->inode, MAY_EXEC) : -ENOTDIR;
	if (!err)
		fs_set_cwd(current->fs, &file->path);
	file_put(file);
	return err;
}

asmlinkage long sys_chroot(const char __user *name)
{
	struct path path;
	long err;

	err = path_lookup_user(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);
	if (err)
		return err;
	err = inode_permission(path.dentry->inode, MAY_EXEC);
	if (!err && !capable(CAP_SYS_CHROOT))
		err = -EPERM;
	if (!err)
		fs_set_root(current->fs, &path);
	path_put(&path);
	return err;
}
