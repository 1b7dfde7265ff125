/*
 * rename.c - rename(2) and its flags.
 *
 * rename_mutex lets one rename between directories happen at a time, so that the shape of the tree
 * stands still while ancestors are compared.
 */
#include "vfs_internal.h"

static DEFINE_MUTEX(rename_mutex, RANK_RENAME);

#define RENAME_KNOWN (RENAME_NOREPLACE | RENAME_EXCHANGE)

struct rename {
	struct walk old_walk, new_walk;
	struct dentry *old_dir, *new_dir, *old, *new;
	u32 flags;
};

/* Ancestor first, else by address. */
static void lock_dirs(struct rename *r)
{
	struct inode *a = r->old_dir->inode, *b = r->new_dir->inode;

	if (a == b) {
		mutex_lock(&a->lock);
		return;
	}
	mutex_lock(&rename_mutex);
	if (dentry_is_ancestor(r->old_dir, r->new_dir)) {
		mutex_lock(&a->lock);
		mutex_lock_nested(&b->lock);
	} else if (dentry_is_ancestor(r->new_dir, r->old_dir)) {
		mutex_lock(&b->lock);
		mutex_lock_nested(&a->lock);
	} else {
		inode_lock_two(a, b);
	}
}

static void unlock_dirs(struct rename *r)
{
	struct inode *a = r->old_dir->inode, *b = r->new_dir->inode;

	inode_unlock_two(a, b);
	if (a != b)
		mutex_unlock(&rename_mutex);
}

static int find_names(struct rename *r)
{
	r->old = lookup_in_locked_dir(r->old_dir, &r->old_walk.last);
	if (IS_ERR(r->old)) {
		int err = PTR_ERR(r->old);

		r->old = NULL;
		return err;
	}
	if (!r->old->inode)
		return -ENOENT;
	r->new = lookup_in_locked_dir(r->new_dir, &r->new_walk.last);
	if (IS_ERR(r->new)) {
		int err = PTR_ERR(r->new);

		r->new = NULL;
		return err;
	}
	if ((r->flags & RENAME_NOREPLACE) && r->new->inode)
		return -EEXIST;
	if ((r->flags & RENAME_EXCHANGE) && !r->new->inode)
		return -ENOENT;
	return 0;
}

/* Trailing slashes want a directory; a directory cannot go into itself. */
static int check_shape(const struct rename *r)
{
	bool exchange = r->flags & RENAME_EXCHANGE;

	if (!S_ISDIR(r->old->inode->mode) &&
	    (r->old_walk.trailing || (!exchange && r->new_walk.trailing)))
		return -ENOTDIR;
	if (exchange && !S_ISDIR(r->new->inode->mode) && r->new_walk.trailing)
		return -ENOTDIR;
	if (dentry_is_ancestor(r->old, r->new_dir))
		return -EINVAL;
	if (dentry_is_ancestor(r->new, r->old_dir))
		return exchange ? -EINVAL : -ENOTEMPTY;
	return 0;
}

static int check_permission(const struct rename *r)
{
	struct inode *old_dir = r->old_dir->inode, *new_dir = r->new_dir->inode;
	bool is_dir = S_ISDIR(r->old->inode->mode), exchange = r->flags & RENAME_EXCHANGE;
	bool new_is_dir = exchange ? S_ISDIR(r->new->inode->mode) : is_dir;
	int err = may_delete(old_dir, r->old, is_dir, 0);

	if (err)
		return err;
	err = r->new->inode ? may_delete(new_dir, r->new, new_is_dir, 0) : may_create(new_dir, 0);
	if (err || old_dir == new_dir)
		return err;
	/* Its ".." changes. */
	if (is_dir)
		err = inode_permission(r->old->inode, MAY_WRITE);
	if (!err && exchange && new_is_dir)
		err = inode_permission(r->new->inode, MAY_WRITE);
	return err;
}

static void notify(const struct rename *r, struct inode *replaced)
{
	struct inode *from = r->old_dir->inode, *to = r->new_dir->inode, *inode = r->old->inode;
	u32 is_dir = S_ISDIR(inode->mode) ? IN_ISDIR : 0;
	u32 cookie = 0;

	if (from->marks || to->marks)
		cookie = fsnotify_cookie();
	/* After the move the other dentry bears the old name. */
	if (from->marks)
		fsnotify(from, r->new, IN_MOVED_FROM | is_dir, cookie);
	if (to->marks)
		fsnotify(to, r->old, IN_MOVED_TO | is_dir, cookie);
	if (inode->marks)
		fsnotify(inode, NULL, IN_MOVE_SELF, 0);
	if (replaced && replaced->marks)
		fsnotify(replaced, NULL, IN_ATTRIB, 0);
}

/* Directories locked, checks done. */
static int rename_names(struct rename *r)
{
	struct inode *old_dir = r->old_dir->inode, *new_dir = r->new_dir->inode;
	struct inode *target = r->new->inode;
	bool exchange = r->flags & RENAME_EXCHANGE, removes;
	int err;

	if ((r->old->flags | r->new->flags) & DENTRY_MOUNTED)
		return -EBUSY;
	if (!old_dir->ops->rename)
		return -EPERM;
	if (target)
		inode_get(target);
	removes = target && S_ISDIR(target->mode) && !exchange;
	if (removes) {
		/* Nothing is put into it between the look whether it is empty and its end. */
		mutex_lock_nested(&target->lock);
		dcache_shrink_children(r->new);
	}
	err = old_dir->ops->rename(old_dir, r->old, new_dir, r->new, r->flags);
	if (!err) {
		if (exchange)
			dentry_exchange(r->old, r->new);
		else
			dentry_move(r->old, r->new);
		if (removes)
			target->flags |= INODE_DEAD;
	}
	if (removes)
		mutex_unlock(&target->lock);
	if (!err)
		notify(r, exchange ? NULL : target);
	if (target)
		inode_put(target);
	return err;
}

static int rename_locked(struct rename *r)
{
	int err = find_names(r);

	if (!err)
		err = check_shape(r);
	if (!err && r->old->inode == r->new->inode)
		return 0; /* two names of one file: nothing happens */
	if (!err)
		err = check_permission(r);
	return err ? err : rename_names(r);
}

/* Both parents, unlocked and referenced, and the right to write there. */
static int find_parents(struct rename *r, int old_dfd, const char *old_name, int new_dfd,
			const char *new_name)
{
	int err = *old_name && *new_name ? walk_parent(&r->old_walk, old_dfd, old_name) : -ENOENT;

	if (err)
		return err;
	walk_unlock(&r->old_walk);
	err = walk_parent(&r->new_walk, new_dfd, new_name);
	if (err)
		return err;
	walk_unlock(&r->new_walk);
	if (r->old_walk.cur.mnt != r->new_walk.cur.mnt)
		return -EXDEV;
	if (r->old_walk.last_type != LAST_NORM)
		return -EBUSY;
	if (r->new_walk.last_type != LAST_NORM)
		return r->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	if (r->old_walk.last.len > NAME_MAX || r->new_walk.last.len > NAME_MAX)
		return -ENAMETOOLONG;
	return mnt_want_write(r->old_walk.cur.mnt);
}

int vfs_rename(int old_dfd, const char *old_name, int new_dfd, const char *new_name, u32 flags)
{
	struct rename r = { .flags = flags };
	int err;

	if (flags & ~RENAME_KNOWN || flags == RENAME_KNOWN)
		return -EINVAL;
	walk_init(&r.old_walk, NULL, 0);
	walk_init(&r.new_walk, NULL, 0);
	err = find_parents(&r, old_dfd, old_name, new_dfd, new_name);
	if (!err) {
		r.old_dir = r.old_walk.cur.dentry;
		r.new_dir = r.new_walk.cur.dentry;
		lock_dirs(&r);
		err = rename_locked(&r);
		unlock_dirs(&r);
		mnt_drop_write(r.old_walk.cur.mnt);
		dentry_put(r.old);
		dentry_put(r.new);
	}
	walk_end(&r.new_walk);
	walk_end(&r.old_walk);
	return err;
}
