/*
 * namei.c - the path walk.
 *
 * The common walk, all of whose components are cached, is made under dcache_lock in one go: no
 * reference is taken until the end. What may sleep (a look-up on disk, a symbolic link, a file
 * system's own permission check) is done after walk_unlock(), which takes a reference to the
 * place reached; then the walk goes on from there.
 */
#include "vfs_internal.h"
#include <kernel/blockdev.h>
#include <kernel/message_limit.h>
#include <kernel/printk.h>
#include <kernel/time.h>

#define LINKS_SIZE SYMLINK_DEPTH_MAX
/* Components walked before the lock is let go once, so that preemption is not held off for long. */
#define WALK_BATCH 64

void walk_init(struct walk *w, const struct path *base, u32 flags)
{
	w->held = (struct path){ NULL, NULL };
	w->cur = w->held;
	w->extra = NULL;
	w->base = base;
	w->flags = flags;
	w->locked = false;
	w->trailing = false;
	w->depth = 0;
	w->links = 0;
	w->link = w->inline_link;
	w->dfd = (struct fd){ NULL, false };
}

void walk_lock(struct walk *w)
{
	spin_lock(&dcache_lock);
	w->locked = true;
}

static void put_held(struct walk *w)
{
	if (w->held.dentry)
		path_put(&w->held);
	if (w->extra)
		dentry_put(w->extra);
	w->extra = NULL;
}

void walk_unlock(struct walk *w)
{
	mount_get(w->cur.mnt);
	dentry_get_locked(w->cur.dentry);
	w->locked = false;
	spin_unlock(&dcache_lock);
	put_held(w);
	w->held = w->cur;
}

static void release_links(struct walk *w)
{
	for (unsigned int i = 0; i < w->links; i++) {
		if (!w->link[i].inode)
			continue;
		kfree(w->link[i].cookie);
		inode_put(w->link[i].inode);
	}
	if (w->link != w->inline_link)
		kfree(w->link);
}

void walk_end(struct walk *w)
{
	if (w->locked) {
		w->locked = false;
		spin_unlock(&dcache_lock);
	}
	put_held(w);
	if (w->links)
		release_links(w);
	fd_put_light(w->dfd);
}

void walk_take(struct walk *w, struct path *path)
{
	*path = w->cur;
	mount_get(path->mnt);
	dentry_get_locked(path->dentry);
	walk_end(w);
}

/* The root of this walk; valid while dcache_lock is held. */
static struct path walk_root(struct walk *w)
{
	struct fs_context *fs = current->fs;
	struct path root;

	if (w->base)
		return *w->base;
	if ((w->flags & LOOKUP_KERNEL) || !fs)
		return root_path;
	spin_lock(&fs->lock);
	root = fs->root;
	spin_unlock(&fs->lock);
	return root.dentry ? root : root_path;
}

static struct path walk_cwd(struct walk *w)
{
	struct fs_context *fs = current->fs;
	struct path cwd;

	if (w->base)
		return *w->base;
	if ((w->flags & LOOKUP_KERNEL) || !fs)
		return root_path;
	spin_lock(&fs->lock);
	cwd = fs->cwd;
	spin_unlock(&fs->lock);
	return cwd.dentry ? cwd : root_path;
}

/* Where the walk begins; locks. */
static int walk_start(struct walk *w, int dfd, const char *name)
{
	if (*name == '/' || w->base || dfd == AT_FDCWD) {
		if (*name == '/' && (w->flags & LOOKUP_BENEATH))
			return -EXDEV;
		walk_lock(w);
		w->cur = *name == '/' ? walk_root(w) : walk_cwd(w);
		return w->cur.dentry ? 0 : -ENOENT;
	}
	w->dfd = fd_get_light_raw(dfd);
	if (!w->dfd.file)
		return -EBADF;
	if (*name && !S_ISDIR(w->dfd.file->inode->mode))
		return -ENOTDIR;
	walk_lock(w);
	w->cur = w->dfd.file->path;
	return 0;
}

/* May current search this directory? Locked before and after. */
static int may_search(struct walk *w)
{
	struct inode *inode = w->cur.dentry->inode;
	int err;

	if (w->flags & LOOKUP_KERNEL)
		return 0;
	if (likely(!inode->ops || !inode->ops->permission)) {
		/* Everyone may: no need to know who asks. */
		if ((inode->mode & (S_IXUSR | S_IXGRP | S_IXOTH)) == (S_IXUSR | S_IXGRP | S_IXOTH))
			return 0;
		return generic_permission(inode, MAY_EXEC);
	}
	walk_unlock(w);
	err = inode->ops->permission(inode, MAY_EXEC);
	walk_lock(w);
	return err;
}

/* Reads one component: hash and length; returns its end. */
static const char *scan_component(struct walk *w, const char *name)
{
	const char *p = name;
	u32 h = 0;

	for (; *p && *p != '/'; p++)
		h = (h << 5) - h + (u8)*p;
	w->last.name = name;
	w->last.len = p - name;
	w->last.hash = h;
	w->last_type = LAST_NORM;
	if (unlikely(name[0] == '.')) {
		if (w->last.len == 1)
			w->last_type = LAST_DOT;
		else if (w->last.len == 2 && name[1] == '.')
			w->last_type = LAST_DOTDOT;
	}
	return p;
}

static int walk_dotdot(struct walk *w)
{
	struct path root = walk_root(w);
	struct mount *m;

	for (;;) {
		if (w->cur.dentry == root.dentry && w->cur.mnt == root.mnt) {
			if (w->flags & LOOKUP_BENEATH)
				return -EXDEV;
			break;
		}
		if (w->cur.dentry != w->cur.mnt->root) {
			w->cur.dentry = w->cur.dentry->parent;
			break;
		}
		if (!w->cur.mnt->parent)
			break;
		if (w->flags & LOOKUP_NO_XDEV)
			return -EXDEV;
		w->cur.dentry = w->cur.mnt->mountpoint;
		w->cur.mnt = w->cur.mnt->parent;
	}
	while ((w->cur.dentry->flags & DENTRY_MOUNTED) &&
	       (m = mount_find_child_locked(w->cur.mnt, w->cur.dentry))) {
		w->cur.mnt = m;
		w->cur.dentry = m->root;
	}
	return 0;
}

void path_cross_mounts(struct path *path)
{
	struct path start = *path;
	struct mount *m;

	if (!(path->dentry->flags & DENTRY_MOUNTED))
		return;
	spin_lock(&dcache_lock);
	while ((m = mount_find_child_locked(path->mnt, path->dentry)))
		*path = (struct path){ m, m->root };
	mount_get(path->mnt);
	dentry_get_locked(path->dentry);
	spin_unlock(&dcache_lock);
	path_put(&start);
}

/* A cached child that its file system still vouches for, referenced; NULL: look it up. */
static struct dentry *find_valid(struct dentry *dir, const struct qstr *name)
{
	struct dentry *d = dentry_find(dir, name);
	const struct inode_ops *ops;

	if (!d)
		return NULL;
	ops = d->inode ? d->inode->ops : dir->inode->ops;
	if (likely(!ops || !ops->revalidate))
		return d;
	if (d->inode && ops->revalidate(d) > 0)
		return d;
	dentry_drop(d);
	dentry_put(d);
	return NULL;
}

static bool is_above(const struct dentry *d, const struct dentry *dir)
{
	bool above;

	spin_lock(&dcache_lock);
	above = dentry_is_ancestor(d, dir);
	spin_unlock(&dcache_lock);
	return above;
}

static void say_two_names(const struct dentry *d, const char *why)
{
	static struct message_limit limit;
	char volume[24];
	bool last;

	if (!message_allowed(&limit, clock_monotonic(), &last))
		return;
	strscpy(volume, d->sb->type->name, sizeof(volume));
	if (d->sb->bdev)
		blockdev_name(d->sb->bdev, volume, sizeof(volume));
	pr_warn("VFS (%s): the directory \"%s\" is not looked at: %s%s\n", volume, d->name.name,
		why, last ? "; more follow" : "");
}

/*
 * A directory has one dentry, or it could be moved into itself, or be locked as its own parent. A
 * second spelling of its name becomes the name that it has in the cache. Elsewhere in the tree it
 * cannot be: such a volume is damaged, and which of its names is right is fsck's to say.
 */
static struct dentry *only_dentry(struct dentry *dir, struct dentry *d)
{
	struct dentry *other = dentry_other(d->inode, d);
	int err;

	if (!other) {
		dentry_hash(d);
		return d;
	}
	if (other->parent == dir && other != dir) {
		dentry_move(other, d);
		dentry_put(d);
		return other;
	}
	err = is_above(other, dir) ? -ELOOP : -EIO;
	say_two_names(d, err == -ELOOP ? "it is in itself" : "it has another name");
	dentry_put(other);
	dentry_put(d);
	return ERR_PTR(err);
}

struct dentry *lookup_in_locked_dir(struct dentry *dir, const struct qstr *name)
{
	struct inode *inode = dir->inode;
	struct dentry *d = find_valid(dir, name);
	int err;

	if (d)
		return d;
	if (unlikely(inode->flags & INODE_DEAD))
		return ERR_PTR(-ENOENT);
	if (!inode->ops || !inode->ops->lookup)
		return ERR_PTR(-ENOTDIR);
	d = dentry_alloc(dir, name);
	if (!d)
		return ERR_PTR(-ENOMEM);
	err = inode->ops->lookup(inode, d);
	if (err) {
		dentry_put(d);
		return ERR_PTR(err);
	}
	if (d->inode && S_ISDIR(d->inode->mode))
		return only_dentry(dir, d);
	if (!(d->flags & DENTRY_DONTCACHE) || d->inode)
		dentry_hash(d);
	return d;
}

/* Not cached, or to be asked again. Unlocked before and after. */
static struct dentry *lookup_slow(struct dentry *dir, const struct qstr *name)
{
	struct dentry *d;

	mutex_lock(&dir->inode->lock);
	d = lookup_in_locked_dir(dir, name);
	mutex_unlock(&dir->inode->lock);
	return d;
}

/*
 * The child of cur that w->last names, with the lock held: positive, negative, or an error. What
 * was not cached is kept referenced in w->extra.
 */
static struct dentry *walk_child(struct walk *w)
{
	struct dentry *d = dentry_find_locked(w->cur.dentry, &w->last);
	const struct inode_ops *ops;

	if (likely(d)) {
		ops = d->inode ? d->inode->ops : w->cur.dentry->inode->ops;
		if (likely(!ops || !ops->revalidate))
			return d;
	}
	if (w->last.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	walk_unlock(w);
	d = d ? find_valid(w->cur.dentry, &w->last) : NULL;
	if (!d)
		d = lookup_slow(w->cur.dentry, &w->last);
	if (!IS_ERR(d))
		w->extra = d;
	walk_lock(w);
	return d;
}

static int grow_links(struct walk *w)
{
	struct walk_link *more;

	if (w->links < WALK_INLINE_LINKS || w->link != w->inline_link)
		return 0;
	more = kmalloc(LINKS_SIZE * sizeof(*more), GFP_KERNEL);
	if (!more)
		return -ENOMEM;
	memcpy(more, w->link, sizeof(w->inline_link));
	w->link = more;
	return 0;
}

/* A magic link takes the walk elsewhere. */
static int jump(struct walk *w, struct inode *inode)
{
	struct path path;
	int err;

	if (w->flags & (LOOKUP_NO_MAGIC | LOOKUP_BENEATH | LOOKUP_IN_ROOT))
		return w->flags & LOOKUP_NO_MAGIC ? -ELOOP : -EXDEV;
	err = inode->ops->jump_link(inode, &path);
	if (err)
		return err;
	if ((w->flags & LOOKUP_NO_XDEV) && path.mnt != w->cur.mnt) {
		path_put(&path);
		return -EXDEV;
	}
	put_held(w);
	w->held = w->cur = path;
	return 0;
}

/*
 * Follows the symbolic link `d`, a child of cur (referenced, unlocked): *body becomes its text,
 * NULL when it was a jump. cur is where the text starts from. Ends locked, also with an error.
 */
static int follow_link(struct walk *w, struct dentry *d, const char *rest, const char **body)
{
	struct inode *inode = d->inode;
	struct walk_link *l;
	struct path path;
	int err = -ELOOP;

	*body = NULL;
	if (w->links >= SYMLINK_DEPTH_MAX || (w->flags & LOOKUP_NO_SYMLINKS))
		goto out;
	err = grow_links(w);
	if (err)
		goto out;
	path = (struct path){ w->cur.mnt, d };
	l = &w->link[w->links++];
	*l = (struct walk_link){ rest, NULL, NULL };
	if (inode->ops->jump_link) {
		err = jump(w, inode);
		goto out;
	}
	err = -EINVAL;
	if (!inode->ops->get_link)
		goto out;
	path_accessed(&path);
	*body = inode->ops->get_link(d, inode, &l->cookie);
	if (IS_ERR(*body)) {
		err = PTR_ERR(*body);
		goto out;
	}
	inode_get(inode);
	l->inode = inode;
	err = **body ? 0 : -ENOENT;
out:
	walk_lock(w);
	if (!err && *body && **body == '/') {
		if (w->flags & LOOKUP_BENEATH)
			return -EXDEV;
		w->cur = walk_root(w);
	}
	return err;
}

/*
 * One step to w->last, locked before and after. 0: cur is there (a link too, unless `follow`); 1:
 * it is a link to follow, *body its text (NULL after a jump). -ENOENT: negative.
 */
static int walk_step(struct walk *w, bool follow, const char *rest, const char **body)
{
	struct mount *mnt = w->cur.mnt, *m;
	struct dentry *d;
	int err;

	if (unlikely(w->last_type != LAST_NORM))
		return w->last_type == LAST_DOTDOT ? walk_dotdot(w) : 0;
	d = walk_child(w);
	if (IS_ERR(d))
		return PTR_ERR(d);
	if (unlikely(!d->inode)) {
		w->create_ok = true;
		return -ENOENT;
	}
	while (unlikely(d->flags & DENTRY_MOUNTED) && (m = mount_find_child_locked(mnt, d))) {
		if (w->flags & LOOKUP_NO_XDEV)
			return -EXDEV;
		mnt = m;
		d = m->root;
	}
	if (likely(!S_ISLNK(d->inode->mode) || !follow)) {
		w->cur = (struct path){ mnt, d };
		return 0;
	}
	dentry_get_locked(d);
	walk_unlock(w);
	err = follow_link(w, d, rest, body);
	w->extra = d; /* was emptied by walk_unlock() */
	return err ? err : 1;
}

static const char *skip_slashes(const char *name)
{
	while (*name == '/')
		name++;
	return name;
}

/*
 * Walks `name` and the rests of the links it leads into, up to the last component of all, which is
 * left in w->last.
 */
static int walk_components(struct walk *w, const char *name)
{
	const char *body;
	unsigned int base = w->depth, steps = 0;
	int err;

	w->last_type = LAST_ROOT;
	w->last.len = 0;
	w->trailing = false;
	name = skip_slashes(name);
	for (;;) {
		if (!*name) { /* the text of a link is used up: back to the path it stood in */
			if (w->depth == base)
				return 0;
			name = skip_slashes(w->link[w->link_depth[--w->depth]].rest);
			continue;
		}
		if (!S_ISDIR(w->cur.dentry->inode->mode))
			return -ENOTDIR;
		err = may_search(w);
		if (err)
			return err;
		name = scan_component(w, name);
		body = skip_slashes(name);
		if (!*body && w->depth == base) {
			w->trailing = body != name;
			return 0;
		}
		name = body;
		if (++steps % WALK_BATCH == 0) {
			walk_unlock(w);
			walk_lock(w);
		}
		err = walk_step(w, true, name, &body);
		if (err < 0)
			return err;
		if (err && body) {
			w->link_depth[w->depth++] = w->links - 1;
			name = skip_slashes(body);
		}
	}
}

int walk_parent(struct walk *w, int dfd, const char *name)
{
	int err = walk_start(w, dfd, name);

	return err ? err : walk_components(w, name);
}

int walk_last(struct walk *w, u32 flags)
{
	const char *body = NULL;
	int ret;

	if (w->trailing)
		w->flags |= LOOKUP_DIRECTORY | LOOKUP_FOLLOW;
	w->create_ok = false;
	ret = walk_step(w, (flags | w->flags) & LOOKUP_FOLLOW, "", &body);
	if (ret < 0)
		return ret;
	if (ret && body) {
		ret = walk_components(w, body);
		w->create_ok = false; /* what was missing was on the way */
		return ret ? ret : 1;
	}
	if (((flags | w->flags) & LOOKUP_DIRECTORY) && !S_ISDIR(w->cur.dentry->inode->mode))
		return -ENOTDIR;
	return 0;
}

int walk_path(int dfd, const char *name, u32 flags, const struct path *base, struct path *path)
{
	struct walk w;
	int ret;

	walk_init(&w, base, flags);
	ret = walk_parent(&w, dfd, name);
	if (!ret && !(flags & LOOKUP_PARENT)) {
		do {
			ret = walk_last(&w, flags);
		} while (ret > 0);
	}
	if (ret)
		walk_end(&w);
	else
		walk_take(&w, path);
	return ret;
}
