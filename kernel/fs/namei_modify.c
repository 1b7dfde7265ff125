/*
 * namei_modify.c - making and removing names: create, mkdir, mknod, symlink, link, unlink, rmdir.
 */
#include "vfs_internal.h"

int may_create(struct inode *dir, u32 flags)
{
	if (dir->flags & INODE_DEAD)
		return -ENOENT;
	if (flags & LOOKUP_KERNEL)
		return 0;
	return inode_permission(dir, MAY_WRITE | MAY_EXEC);
}

/* In a sticky directory only the owner of file or directory may remove or rename. */
static bool sticky_forbids(const struct inode *dir, const struct inode *inode)
{
	uid_t uid = current_cred()->fsuid;

	if (!(dir->mode & S_ISVTX) || inode->uid == uid || dir->uid == uid)
		return false;
	return !capable(CAP_FOWNER);
}

int may_delete(struct inode *dir, struct dentry *victim, bool is_dir, u32 flags)
{
	struct inode *inode = victim->inode;
	int err;

	if (!inode)
		return -ENOENT;
	if (!(flags & LOOKUP_KERNEL)) {
		err = inode_permission(dir, MAY_WRITE | MAY_EXEC);
		if (err)
			return err;
		if (dir->flags & INODE_APPEND)
			return -EPERM;
		if (sticky_forbids(dir, inode) ||
		    (inode->flags & (INODE_APPEND | INODE_IMMUTABLE | INODE_SWAPFILE)))
			return -EPERM;
	}
	if (is_dir) {
		if (!S_ISDIR(inode->mode))
			return -ENOTDIR;
		if (victim->parent == victim)
			return -EBUSY;
	} else if (S_ISDIR(inode->mode)) {
		return -EISDIR;
	}
	return dir->flags & INODE_DEAD ? -ENOENT : 0;
}

static void notify_child(struct inode *dir, struct dentry *dentry, u32 mask)
{
	if (unlikely(dir->marks))
		fsnotify(dir, dentry, mask, 0);
}

/* Any type but directory and symbolic link. Parent locked, checks done. */
int dir_create(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev)
{
	int err;

	if (S_ISREG(mode)) {
		if (!dir->ops->create)
			return -EACCES;
		err = dir->ops->create(dir, dentry, mode);
	} else {
		if (!dir->ops->mknod)
			return -EPERM;
		err = dir->ops->mknod(dir, dentry, mode, rdev);
	}
	if (!err)
		notify_child(dir, dentry, IN_CREATE);
	return err;
}

/* Walks, locks, and says whether `name` may be made there. */
static int create_begin(struct walk *w, int dfd, const char *name, bool want_dir, struct dentry **d)
{
	int err = modify_begin(w, dfd, name, d);

	if (err)
		return err;
	if (!*d || (*d)->inode)
		return -EEXIST;
	if (w->trailing && !want_dir)
		return -ENOENT;
	if (!(w->flags & LOOKUP_KERNEL) && mount_is_readonly(w->cur.mnt))
		return -EROFS;
	return may_create(w->cur.dentry->inode, w->flags);
}

static int mkdir_walk(struct walk *w, int dfd, const char *name, u32 mode)
{
	struct dentry *d;
	struct inode *dir;
	int err = create_begin(w, dfd, name, true, &d);

	if (!err) {
		dir = w->cur.dentry->inode;
		err = dir->ops->mkdir
			      ? dir->ops->mkdir(dir, d, (mode & (S_PERM_MASK & ~S_ISUID)) | S_IFDIR)
			      : -EPERM;
		if (!err)
			notify_child(dir, d, IN_CREATE | IN_ISDIR);
	}
	modify_end(w, d);
	return err;
}

int vfs_mkdir(int dfd, const char *name, u32 mode)
{
	struct walk w;

	walk_init(&w, NULL, 0);
	return mkdir_walk(&w, dfd, name, mode & ~S_ISGID);
}

static int mknod_walk(struct walk *w, int dfd, const char *name, u32 mode, u32 rdev,
		      struct path *out)
{
	struct dentry *d;
	int err = create_begin(w, dfd, name, false, &d);

	if (!err && (S_ISCHR(mode) || S_ISBLK(mode)) && !(w->flags & LOOKUP_KERNEL) &&
	    !capable(CAP_MKNOD))
		err = -EPERM;
	if (!err)
		err = dir_create(w->cur.dentry->inode, d, mode, rdev);
	if (!err && out) {
		*out = (struct path){ w->cur.mnt, d };
		path_get(out);
	}
	modify_end(w, d);
	return err;
}

int vfs_mknod(int dfd, const char *name, u32 mode, u32 rdev)
{
	struct walk w;

	switch (mode & S_IFMT) {
	case 0:
		mode |= S_IFREG;
		break;
	case S_IFREG:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		break;
	default:
		return S_ISDIR(mode) ? -EPERM : -EINVAL;
	}
	walk_init(&w, NULL, 0);
	return mknod_walk(&w, dfd, name, mode, rdev, NULL);
}

int vfs_create_at(const struct path *dir, const char *name, u32 mode, u32 rdev, struct path *out)
{
	struct walk w;
	int err;

	walk_init(&w, dir, LOOKUP_KERNEL | LOOKUP_IN_ROOT);
	if (!S_ISDIR(mode))
		return mknod_walk(&w, AT_FDCWD, name, mode, rdev, out);
	err = mkdir_walk(&w, AT_FDCWD, name, mode);
	return !err && out ? path_lookup_below(dir, name, 0, out) : err;
}

static int symlink_walk(struct walk *w, const char *target, int dfd, const char *name)
{
	struct dentry *d;
	struct inode *dir;
	int err = create_begin(w, dfd, name, false, &d);

	if (!err) {
		dir = w->cur.dentry->inode;
		err = dir->ops->symlink ? dir->ops->symlink(dir, d, target) : -EPERM;
		if (!err)
			notify_child(dir, d, IN_CREATE);
	}
	modify_end(w, d);
	return err;
}

int vfs_symlink(const char *target, int dfd, const char *name)
{
	struct walk w;

	if (!*target)
		return -ENOENT;
	walk_init(&w, NULL, 0);
	return symlink_walk(&w, target, dfd, name);
}

int vfs_symlink_at(const struct path *dir, const char *target, const char *name)
{
	struct walk w;

	walk_init(&w, dir, LOOKUP_KERNEL | LOOKUP_IN_ROOT);
	return symlink_walk(&w, target, AT_FDCWD, name);
}

static int link_checks(const struct path *old, const struct walk *w)
{
	struct inode *inode = old->dentry->inode, *dir = w->cur.dentry->inode;

	if (old->mnt != w->cur.mnt)
		return -EXDEV;
	if (inode->flags & (INODE_APPEND | INODE_IMMUTABLE))
		return -EPERM;
	if (!dir->ops->link || S_ISDIR(inode->mode))
		return -EPERM;
	return 0;
}

static int link_path(const struct path *old, int new_dfd, const char *new_name)
{
	struct inode *inode = old->dentry->inode;
	struct dentry *d;
	struct walk w;
	int err;

	walk_init(&w, NULL, 0);
	err = create_begin(&w, new_dfd, new_name, false, &d);
	if (!err)
		err = link_checks(old, &w);
	if (!err) {
		mutex_lock_nested(&inode->lock);
		/* The last name may have gone meanwhile; O_TMPFILE files have none yet. */
		if (!inode->nlink && !(inode->flags & INODE_LINKABLE))
			err = -ENOENT;
		else
			err = w.cur.dentry->inode->ops->link(w.cur.dentry->inode, d, inode);
		mutex_unlock(&inode->lock);
		if (!err) {
			if (inode->marks)
				fsnotify(inode, NULL, IN_ATTRIB, 0);
			notify_child(w.cur.dentry->inode, d, IN_CREATE);
		}
	}
	modify_end(&w, d);
	return err;
}

int vfs_link_at(const struct path *dir, struct dentry *old, const char *name)
{
	struct inode *inode = old->inode;
	struct dentry *d;
	struct walk w;
	int err;

	walk_init(&w, dir, LOOKUP_KERNEL | LOOKUP_IN_ROOT);
	err = create_begin(&w, AT_FDCWD, name, false, &d);
	if (!err)
		err = w.cur.dentry->inode->ops->link
			      ? w.cur.dentry->inode->ops->link(w.cur.dentry->inode, d, inode)
			      : -EPERM;
	modify_end(&w, d);
	return err;
}

int vfs_link(int old_dfd, const char *old_name, int new_dfd, const char *new_name, u32 flags)
{
	u32 lookup = flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0;
	struct path old;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (flags & AT_EMPTY_PATH) {
		if (!capable(CAP_DAC_READ_SEARCH))
			return -ENOENT;
		lookup |= LOOKUP_EMPTY;
	}
	err = path_lookup(old_dfd, old_name, lookup, &old);
	if (err)
		return err;
	err = link_path(&old, new_dfd, new_name);
	path_put(&old);
	return err;
}

static int remove_file(struct inode *dir, struct dentry *d)
{
	struct inode *inode = d->inode;
	int err;

	if (!dir->ops->unlink)
		return -EPERM;
	if (d->flags & DENTRY_MOUNTED)
		return -EBUSY;
	mutex_lock_nested(&inode->lock);
	err = dir->ops->unlink(dir, d);
	mutex_unlock(&inode->lock);
	if (err)
		return err;
	/* Who hears of IN_DELETE must not find the name; IN_DELETE_SELF comes with the inode. */
	if (unlikely(inode->marks))
		fsnotify(inode, NULL, IN_ATTRIB, 0);
	dentry_delete(d);
	notify_child(dir, d, IN_DELETE);
	return 0;
}

static int remove_dir(struct inode *dir, struct dentry *d)
{
	struct inode *inode = d->inode;
	int err;

	if (!dir->ops->rmdir)
		return -EPERM;
	inode_get(inode);
	mutex_lock_nested(&inode->lock);
	err = d->flags & DENTRY_MOUNTED ? -EBUSY : dir->ops->rmdir(dir, d);
	if (!err) {
		inode->flags |= INODE_DEAD;
		dcache_shrink_children(d);
	}
	mutex_unlock(&inode->lock);
	if (!err)
		dentry_delete(d);
	inode_put(inode);
	if (!err)
		notify_child(dir, d, IN_DELETE | IN_ISDIR);
	return err;
}

/* The errno for removing ".", "..", "/". */
static int last_type_error(enum last_type type, bool dir)
{
	if (!dir)
		return -EISDIR;
	return type == LAST_DOT ? -EINVAL : type == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

static int unlink_checks(struct walk *w, struct dentry *d, bool dir)
{
	if (!(w->flags & LOOKUP_KERNEL) && mount_is_readonly(w->cur.mnt))
		return -EROFS;
	if (!d->inode)
		return -ENOENT;
	if (w->trailing && !dir)
		return S_ISDIR(d->inode->mode) ? -EISDIR : -ENOTDIR;
	return may_delete(w->cur.dentry->inode, d, dir, w->flags);
}

static int unlink_walk(struct walk *w, int dfd, const char *name, bool dir)
{
	struct dentry *d;
	int err = modify_begin(w, dfd, name, &d);

	if (!err && !d)
		err = last_type_error(w->last_type, dir);
	if (!err && (w->flags & LOOKUP_KERNEL))
		dir = d->inode && S_ISDIR(d->inode->mode);
	if (!err)
		err = unlink_checks(w, d, dir);
	if (!err)
		err = dir ? remove_dir(w->cur.dentry->inode, d)
			  : remove_file(w->cur.dentry->inode, d);
	modify_end(w, d);
	return err;
}

int vfs_unlink(int dfd, const char *name, bool dir)
{
	struct walk w;

	walk_init(&w, NULL, 0);
	return unlink_walk(&w, dfd, name, dir);
}

int vfs_unlink_at(const struct path *dir, const char *name)
{
	struct walk w;

	walk_init(&w, dir, LOOKUP_KERNEL | LOOKUP_IN_ROOT);
	return unlink_walk(&w, AT_FDCWD, name, false);
}
