/*
 * namei_lookup.c - paths from user memory, and the look-ups other parts of the kernel use.
 */
#include "vfs_internal.h"

char *path_getname(const char __user *user, bool empty_ok)
{
	char *name = kmalloc(PATH_MAX, GFP_KERNEL);
	ssize_t n;

	if (!name)
		return ERR_PTR(-ENOMEM);
	n = strncpy_from_user(name, user, PATH_MAX);
	if (n > 0 && n < PATH_MAX)
		return name;
	if (n == 0 && empty_ok)
		return name;
	kfree(name);
	if (n == 0)
		return ERR_PTR(-ENOENT);
	return ERR_PTR(n < 0 ? n : -ENAMETOOLONG);
}

void path_putname(char *name)
{
	kfree(name);
}

__hot int name_get(struct name_buf *nb, const char __user *user, bool empty_ok)
{
	ssize_t n = strncpy_from_user(nb->inline_buf, user, sizeof(nb->inline_buf));

	nb->name = nb->inline_buf;
	if (likely(n > 0 && n < (ssize_t)sizeof(nb->inline_buf)))
		return 0;
	if (n < 0)
		return n;
	if (n == 0)
		return empty_ok ? 0 : -ENOENT;
	nb->name = path_getname(user, empty_ok);
	return IS_ERR(nb->name) ? PTR_ERR(nb->name) : 0;
}

int path_lookup(int dfd, const char *name, u32 flags, struct path *path)
{
	if (!*name && !(flags & LOOKUP_EMPTY))
		return -ENOENT;
	return walk_path(dfd, name, flags, NULL, path);
}

__hot int path_lookup_user(int dfd, const char __user *name, u32 flags, struct path *path)
{
	struct name_buf nb;
	int err = name_get(&nb, name, flags & LOOKUP_EMPTY);

	if (err)
		return err;
	err = walk_path(dfd, nb.name, flags, NULL, path);
	name_put(&nb);
	return err;
}

int path_lookup_kernel(const char *name, u32 flags, struct path *path)
{
	return walk_path(AT_FDCWD, name, flags | LOOKUP_KERNEL, NULL, path);
}

int path_lookup_below(const struct path *base, const char *name, u32 flags, struct path *path)
{
	return walk_path(AT_FDCWD, name, flags | LOOKUP_KERNEL | LOOKUP_IN_ROOT, base, path);
}

int path_from_at(int dfd, const char __user *name, u32 at_flags, struct path *path)
{
	u32 flags = at_flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;

	if (at_flags & AT_EMPTY_PATH)
		flags |= LOOKUP_EMPTY;
	return path_lookup_user(dfd, name, flags, path);
}

/* ---- the frame of everything that changes a directory ---- */

int modify_begin(struct walk *w, int dfd, const char *name, struct dentry **dentry)
{
	int err;

	*dentry = NULL;
	if (!*name)
		return -ENOENT;
	err = walk_parent(w, dfd, name);
	if (err)
		return err;
	walk_unlock(w);
	if (w->last_type != LAST_NORM)
		return 0; /* the caller knows the errno */
	if (w->last.len > NAME_MAX)
		return -ENAMETOOLONG;
	sb_gate_begin(w->cur.mnt->sb, SB_GATE_WRITE);
	mutex_lock(&w->cur.dentry->inode->lock);
	*dentry = lookup_in_locked_dir(w->cur.dentry, &w->last);
	if (IS_ERR(*dentry)) {
		mutex_unlock(&w->cur.dentry->inode->lock);
		sb_gate_end(w->cur.mnt->sb, SB_GATE_WRITE);
		err = PTR_ERR(*dentry);
		*dentry = NULL;
	}
	return err;
}

void modify_end(struct walk *w, struct dentry *dentry)
{
	if (dentry) {
		mutex_unlock(&w->cur.dentry->inode->lock);
		sb_gate_end(w->cur.mnt->sb, SB_GATE_WRITE);
		dentry_put(dentry);
	}
	walk_end(w);
}
