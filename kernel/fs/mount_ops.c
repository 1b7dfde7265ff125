/*
 * mount_ops.c - mount(2), umount2(2), pivot_root(2): new mounts, bind, remount, move, detach.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

/* Of a mount rather than of the file system below it. */
#define PER_MOUNT_FLAGS                                                                            \
	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME)
#define PROPAGATION_FLAGS (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE)
#define MS_MGC_VAL	  0xC0ED0000u
#define MS_MGC_MASK	  0xffff0000u

static u32 per_mount_flags(u32 flags)
{
	/* relatime is the default; besides noatime it means nothing. */
	flags = flags & MS_NOATIME ? flags & ~MS_RELATIME : flags | MS_RELATIME;
	if (flags & MS_STRICTATIME)
		flags &= ~(MS_NOATIME | MS_RELATIME);
	return flags & PER_MOUNT_FLAGS;
}

/* Attaches to the topmost mount on `where`; takes over the reference to m, also on failure. A file
 * system is not mounted on itself but by `bind`. */
static int attach_at(struct mount *m, const struct path *where, bool bind)
{
	struct path top = *where;
	int err = 0;

	path_get(&top);
	write_lock(&mount_lock);
	path_cross_mounts(&top);
	if (S_ISDIR(m->root->inode->mode) != S_ISDIR(top.dentry->inode->mode))
		err = -ENOTDIR;
	else if ((top.dentry->flags & DENTRY_UNHASHED) && top.dentry->parent != top.dentry)
		err = -ENOENT;
	else if (!top.mnt->attached)
		err = -EINVAL;
	else if (!bind && top.mnt->sb == m->sb && top.dentry == top.mnt->root)
		err = -EBUSY;
	else
		mount_attach(m, top.mnt, top.dentry);
	write_unlock(&mount_lock);
	path_put(&top);
	if (err)
		mount_put(m);
	return err;
}

static int mount_fresh(const char *source, const struct path *where, const char *type, u32 flags,
		       const char *options)
{
	struct fs_type *t = type ? fs_type_find(type) : NULL;
	struct super_block *sb;
	struct mount *m;

	if (!type)
		return -EINVAL;
	if (!t || (t->flags & FS_NOMOUNT))
		return -ENODEV;
	sb = super_get(t, source, flags, options);
	if (IS_ERR(sb))
		return PTR_ERR(sb);
	m = mount_new(sb, sb->root, source, per_mount_flags(flags));
	if (IS_ERR(m)) {
		super_put(sb);
		return PTR_ERR(m);
	}
	return attach_at(m, where, false);
}

static struct mount *mount_clone(struct mount *old, struct dentry *root)
{
	struct mount *m;

	refcount_inc(&old->sb->refs);
	m = mount_new(old->sb, root, old->source, old->flags);
	if (IS_ERR(m))
		super_put(old->sb);
	return m;
}

/*
 * A recursive bind: copies of the mounts below `root` of `from` on `top`, which is attached already
 * and may itself be below `from`: it is not copied again. mount_lock is held for writing. A mount
 * tree is as deep as its user likes, so no recursion.
 */
static int clone_children(struct mount *from, struct mount *top, struct dentry *root)
{
	struct mount *old = from, *copy = top;
	struct list_head *next = old->children.next;

	while (old != from || next != &old->children) {
		struct mount *child, *m;

		if (next == &old->children) {
			next = old->child_node.next;
			old = old->parent;
			copy = copy->parent;
			continue;
		}
		child = list_entry(next, struct mount, child_node);
		next = next->next;
		if (child == top || (old == from && !dentry_is_ancestor(root, child->mountpoint)))
			continue;
		m = mount_clone(child, child->root);
		if (IS_ERR(m))
			return PTR_ERR(m);
		mount_attach(m, copy, child->mountpoint);
		old = child;
		copy = m;
		next = old->children.next;
	}
	return 0;
}

/* Copies what is mounted below; the whole copy goes again when one of them fails. */
static int bind_children(const struct path *from, struct mount *m)
{
	int err;

	write_lock(&mount_lock);
	err = m->attached ? clone_children(from->mnt, m, from->dentry) : 0;
	if (err)
		mount_detach_tree(m); /* drops mount_lock */
	else
		write_unlock(&mount_lock);
	return err;
}

int mount_bind(const char *source, const struct path *where, bool recursive)
{
	struct path from;
	struct mount *m;
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, LOOKUP_FOLLOW, &from);
	if (err)
		return err;
	m = mount_clone(from.mnt, from.dentry);
	if (IS_ERR(m)) {
		path_put(&from);
		return PTR_ERR(m);
	}
	mount_get(m);
	err = attach_at(m, where, true);
	if (!err && recursive)
		err = bind_children(&from, m);
	mount_put(m);
	path_put(&from);
	return err;
}

static bool mount_is_below(const struct mount *m, const struct mount *ancestor)
{
	for (; m; m = m->parent)
		if (m == ancestor)
			return true;
	return false;
}

int mount_move(const char *source, const struct path *where)
{
	struct path from, to = *where, place = { NULL, NULL };
	int err;

	if (!source || !*source)
		return -EINVAL;
	err = path_lookup(AT_FDCWD, source, LOOKUP_FOLLOW, &from);
	if (err)
		return err;
	path_get(&to);
	write_lock(&mount_lock);
	path_cross_mounts(&to);
	if (from.mnt->root != from.dentry || !from.mnt->parent || !to.mnt->attached)
		err = -EINVAL;
	else if (S_ISDIR(from.dentry->inode->mode) != S_ISDIR(to.dentry->inode->mode))
		err = -EINVAL;
	else if (mount_is_below(to.mnt, from.mnt))
		err = -ELOOP;
	if (!err) {
		mount_unhook(from.mnt, &place);
		mount_attach(from.mnt, to.mnt, to.dentry);
	}
	write_unlock(&mount_lock);
	if (place.mnt)
		path_put(&place);
	path_put(&to);
	path_put(&from);
	return err;
}

/* Is somebody writing through this mount, or, for the whole file system, through any of it? */
static bool has_writers(const struct mount *m, bool whole)
{
	const struct mount *other;

	if (!whole)
		return atomic_read(&m->writers) != 0;
	list_for_each_entry (other, &all_mounts, ns_node)
		if (other->sb == m->sb && atomic_read(&other->writers))
			return true;
	return false;
}

static int remount(const struct path *where, u32 flags, const char *options)
{
	struct mount *m = where->mnt;
	int err = 0;

	if (where->dentry != m->root)
		return -EINVAL;
	write_lock(&mount_lock);
	if ((flags & MS_RDONLY) && has_writers(m, !(flags & MS_BIND)))
		err = -EBUSY;
	else if (!(flags & MS_BIND))
		err = super_remount(m->sb, flags, options);
	if (!err) {
		/* Without an atime flag the mount keeps what it has. */
		u32 atime = MS_NOATIME | MS_NODIRATIME | MS_RELATIME;
		u32 new = flags &(atime | MS_STRICTATIME)
				  ? per_mount_flags(flags)
				  : (flags & PER_MOUNT_FLAGS) | (m->flags & atime);

		m->flags = new;
		mounts_changed();
	}
	write_unlock(&mount_lock);
	return err;
}

int vfs_mount(const char *source, const struct path *where, const char *type, u32 flags,
	      const char *options)
{
	if ((flags & MS_MGC_MASK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MASK;
	if (flags & MS_REMOUNT)
		return remount(where, flags, options);
	if (flags & MS_BIND)
		return mount_bind(source, where, flags & MS_REC);
	if (flags & PROPAGATION_FLAGS) /* one namespace: nothing propagates */
		return where->dentry == where->mnt->root ? 0 : -EINVAL;
	if (flags & MS_MOVE)
		return mount_move(source, where);
	return mount_fresh(source, where, type, flags, options);
}

/* In use beyond the tree's and the caller's reference? */
static bool is_busy(const struct mount *m)
{
	return !list_empty(&m->children) || refcount_read(&m->refs) > 2;
}

int vfs_umount(const struct path *where, u32 flags)
{
	struct mount *m = where->mnt;
	int err = 0;

	if (where->dentry != m->root)
		return -EINVAL;
	if (!(flags & MNT_DETACH))
		super_sync(m->sb, true);
	if (refcount_read(&m->sb->refs) == 1)
		inotify_unmounted(m->sb);
	write_lock(&mount_lock);
	if (!m->attached)
		err = -EINVAL;
	else if (!m->parent)
		err = flags & MNT_DETACH ? -EINVAL : -EBUSY;
	else if (!(flags & MNT_DETACH) && is_busy(m))
		err = -EBUSY;
	else if (flags & MNT_EXPIRE)
		err = -EAGAIN;
	if (err)
		write_unlock(&mount_lock);
	else
		mount_detach_tree(m);
	return err;
}

static long do_umount(const char __user *name, u32 flags)
{
	struct path path;
	long err;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if ((flags & MNT_EXPIRE) && (flags & (MNT_FORCE | MNT_DETACH)))
		return -EINVAL;
	err = path_lookup_user(AT_FDCWD, name, flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	err = vfs_umount(&path, flags);
	path_put(&path);
	return err;
}

asmlinkage long sys_umount(const char __user *name, u32 flags)
{
	return do_umount(name, flags);
}
asmlinkage long sys_oldumount(const char __user *name)
{
	return do_umount(name, 0);
}

/* Optional text argument: NULL stays NULL. */
static int copy_text(const char __user *user, size_t max, char **out)
{
	*out = NULL;
	if (!user)
		return 0;
	*out = strndup_user(user, max);
	if (IS_ERR(*out)) {
		int err = PTR_ERR(*out);

		*out = NULL;
		return err;
	}
	return 0;
}

/* The data page need not end in a NUL. */
static int copy_options(const void __user *data, char **out)
{
	char *page;
	size_t missing;

	*out = NULL;
	if (!data)
		return 0;
	page = kzalloc(PAGE_SIZE, GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	missing = copy_from_user_partial(page, data, PAGE_SIZE - 1);
	if (missing == PAGE_SIZE - 1) {
		kfree(page);
		return -EFAULT;
	}
	*out = page;
	return 0;
}

asmlinkage long sys_mount(const char __user *source, const char __user *target,
			  const char __user *type, u32 flags, const void __user *data)
{
	char *src = NULL, *fs = NULL, *options = NULL;
	struct path where;
	long err;

	err = copy_text(type, PATH_MAX, &fs);
	if (!err)
		err = copy_text(source, PATH_MAX, &src);
	if (!err)
		err = copy_options(data, &options);
	if (!err)
		err = path_lookup_user(AT_FDCWD, target, LOOKUP_FOLLOW, &where);
	if (!err) {
		err = capable(CAP_SYS_ADMIN) ? vfs_mount(src, &where, fs, flags, options) : -EPERM;
		path_put(&where);
	}
	kfree(options);
	kfree(src);
	kfree(fs);
	return err;
}

/* new becomes the root, the old root goes to put_old. */
static int pivot_locked(const struct path *root, const struct path *new, const struct path *put_old)
{
	struct path place, root_place;
	struct mount *new_mnt = new->mnt, *root_mnt = root->mnt;

	if (new_mnt == root_mnt || put_old->mnt == root_mnt)
		return -EBUSY;
	if (new_mnt->root != new->dentry || !new_mnt->parent || root_mnt->root != root->dentry)
		return -EINVAL;
	if (!root_mnt->attached || !put_old->mnt->attached || !new_mnt->attached)
		return -EINVAL;
	if (!mount_is_below(put_old->mnt, new_mnt) || !mount_is_below(new_mnt, root_mnt))
		return -EINVAL;
	if (put_old->mnt == new_mnt && !dentry_is_ancestor(new->dentry, put_old->dentry))
		return -EINVAL;
	if (!root_mnt->parent) /* rootfs itself cannot be moved */
		return -EINVAL;
	mount_unhook(new_mnt, &place);
	mount_unhook(root_mnt, &root_place);
	mount_attach(new_mnt, root_place.mnt, root_place.dentry);
	mount_attach(root_mnt, put_old->mnt, put_old->dentry);
	path_put(&place);
	path_put(&root_place);
	return 0;
}

asmlinkage long sys_pivot_root(const char __user *new, const char __user *put_old)
{
	struct path new_path, old_path, root;
	long err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	err = path_lookup_user(AT_FDCWD, new, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &new_path);
	if (err)
		return err;
	err = path_lookup_user(AT_FDCWD, put_old, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &old_path);
	if (err)
		goto out_new;
	fs_get_root(current->fs, &root);
	write_lock(&mount_lock);
	err = pivot_locked(&root, &new_path, &old_path);
	write_unlock(&mount_lock);
	if (!err)
		fs_replace_root(&root, &new_path);
	path_put(&root);
	path_put(&old_path);
out_new:
	path_put(&new_path);
	return err;
}
