/* fs_host_paths.c - the operations of fs_host.h, by path: a small VFS. */
#include "fs_host.h"
#include "../vfs_internal.h"
#include <kernel/blockfile.h>

/* ---- paths ---- */

/* The dentry of a name in a locked directory, looked up. */
static struct dentry *child(struct dentry *dir, const char *name, u32 len)
{
	struct qstr q = { name, len, name_hash(dir, name, len) };
	struct dentry *d = dentry_find(dir, &q);
	int err;

	if (d)
		return d;
	d = dentry_alloc(dir, &q);
	err = dir->inode->ops->lookup(dir->inode, d);
	if (err) {
		dentry_put(d);
		return ERR_PTR(err);
	}
	dentry_hash(d);
	return d;
}

/* Walks; *last (may be NULL) stays for the caller: the parent is returned then. */
static struct dentry *walk(const char *path, const char **last)
{
	struct dentry *d = eh_super()->root, *next;

	dentry_get(d);
	for (;;) {
		const char *end;

		path += strspn(path, "/");
		end = path + strcspn(path, "/");
		if (last && !*end) {
			*last = path;
			return d;
		}
		if (!*path)
			return d;
		if (!d->inode->ops->lookup) {
			dentry_put(d);
			return ERR_PTR(-ENOTDIR);
		}
		mutex_lock(&d->inode->lock);
		next = child(d, path, (u32)(end - path));
		mutex_unlock(&d->inode->lock);
		dentry_put(d);
		if (IS_ERR(next))
			return next;
		if (!next->inode) {
			dentry_put(next);
			return ERR_PTR(-ENOENT);
		}
		d = next;
		path = end;
	}
}

/* The parent, locked, and the name's dentry in it. */
static int begin(const char *path, struct dentry **dir, struct dentry **d)
{
	const char *last;

	*dir = walk(path, &last);
	if (IS_ERR(*dir))
		return (int)PTR_ERR(*dir);
	if (!(*dir)->inode->ops->lookup) {
		dentry_put(*dir);
		return -ENOTDIR;
	}
	mutex_lock(&(*dir)->inode->lock);
	*d = child(*dir, last, (u32)strlen(last));
	if (!IS_ERR(*d))
		return 0;
	mutex_unlock(&(*dir)->inode->lock);
	dentry_put(*dir);
	return (int)PTR_ERR(*d);
}

static void end(struct dentry *dir, struct dentry *d)
{
	mutex_unlock(&dir->inode->lock);
	dentry_put(d);
	dentry_put(dir);
}

int eh_make(const char *path, u32 mode, u32 rdev)
{
	struct dentry *dir, *d;
	int err = begin(path, &dir, &d);

	if (err)
		return err;
	if (d->inode)
		err = -EEXIST;
	else if (S_ISDIR(mode))
		err = dir->inode->ops->mkdir(dir->inode, d, mode);
	else if (S_ISREG(mode))
		err = dir->inode->ops->create(dir->inode, d, mode);
	else
		err = dir->inode->ops->mknod(dir->inode, d, mode, rdev);
	end(dir, d);
	return err;
}

int eh_symlink(const char *path, const char *target)
{
	struct dentry *dir, *d;
	int err = begin(path, &dir, &d);

	if (err)
		return err;
	err = d->inode ? -EEXIST : dir->inode->ops->symlink(dir->inode, d, target);
	end(dir, d);
	return err;
}

int eh_link(const char *old, const char *new)
{
	struct dentry *from = walk(old, NULL), *dir, *d;
	int err;

	if (IS_ERR(from))
		return (int)PTR_ERR(from);
	err = begin(new, &dir, &d);
	if (!err) {
		err = d->inode ? -EEXIST
		      : S_ISDIR(from->inode->mode)
			      ? -EPERM
			      : dir->inode->ops->link(dir->inode, d, from->inode);
		end(dir, d);
	}
	dentry_put(from);
	return err;
}

int eh_remove(const char *path)
{
	struct dentry *dir, *d;
	int err = begin(path, &dir, &d);
	bool is_dir;

	if (err)
		return err;
	if (!d->inode) {
		end(dir, d);
		return -ENOENT;
	}
	is_dir = S_ISDIR(d->inode->mode);
	if (is_dir)
		dcache_shrink_children(d);
	err = is_dir ? dir->inode->ops->rmdir(dir->inode, d)
		     : dir->inode->ops->unlink(dir->inode, d);
	if (!err)
		dentry_delete(d);
	end(dir, d);
	return err;
}

static void lock_both(struct inode *a, struct inode *b)
{
	mutex_lock(&a->lock);
	if (a != b)
		mutex_lock_nested(&b->lock);
}

static int rename_locked(struct dentry *from, struct dentry *to, struct dentry *old,
			 struct dentry *new, u32 flags)
{
	struct inode *target = new->inode;
	int err;

	if (!old->inode || ((flags & RENAME_EXCHANGE) && !target))
		return -ENOENT;
	if (old->inode == target)
		return 0;
	if (dentry_is_ancestor(old, to) || dentry_is_ancestor(new, from))
		return -EINVAL;
	if (target && !(flags & RENAME_EXCHANGE) &&
	    S_ISDIR(target->mode) != S_ISDIR(old->inode->mode))
		return -EISDIR;
	if (target)
		inode_get(target);
	if (target && S_ISDIR(target->mode))
		dcache_shrink_children(new);
	err = from->inode->ops->rename(from->inode, old, to->inode, new, flags);
	if (!err && (flags & RENAME_EXCHANGE))
		dentry_exchange(old, new);
	else if (!err)
		dentry_move(old, new);
	if (target)
		inode_put(target);
	return err;
}

int eh_rename(const char *old, const char *new, u32 flags)
{
	const char *old_name, *new_name;
	struct dentry *from = walk(old, &old_name), *to = walk(new, &new_name), *a, *b;
	int err = -ENOTDIR;

	if (IS_ERR(from) || IS_ERR(to)) {
		err = (int)(IS_ERR(from) ? PTR_ERR(from) : PTR_ERR(to));
	} else if (from->inode->ops->lookup && to->inode->ops->lookup) {
		lock_both(from->inode, to->inode);
		a = child(from, old_name, (u32)strlen(old_name));
		b = IS_ERR(a) ? a : child(to, new_name, (u32)strlen(new_name));
		err = IS_ERR(b) ? (int)PTR_ERR(b) : rename_locked(from, to, a, b, flags);
		if (!IS_ERR(b))
			dentry_put(b);
		if (!IS_ERR(a))
			dentry_put(a);
		if (to->inode != from->inode)
			mutex_unlock(&to->inode->lock);
		mutex_unlock(&from->inode->lock);
	}
	if (!IS_ERR(from))
		dentry_put(from);
	if (!IS_ERR(to))
		dentry_put(to);
	return err;
}

/* ---- contents ---- */
struct inode *eh_inode(const char *path)
{
	struct dentry *d = walk(path, NULL);
	struct inode *inode;

	if (IS_ERR(d))
		return ERR_CAST(d);
	inode = d->inode;
	inode_get(inode);
	dentry_put(d);
	return inode;
}

static int write_blocks(struct inode *inode, u64 offset, const u8 *data, size_t len)
{
	const struct blockfile *bf = inode->data.private;
	const u32 bs = eh_block_size(inode);
	int err = 0;

	if (offset > (u64)inode->size && bf->fill_gap)
		err = bf->fill_gap(inode, (loff_t)offset);
	else if (offset > (u64)inode->size)
		err = blockfile_zero_tail(inode, inode->size);
	while (len && !err) {
		const u32 in = (u32)offset & (bs - 1), n = (u32)min_t(size_t, len, bs - in);
		u8 *p = eh_place(inode, offset / bs, true, &err);

		if (err)
			break;
		memcpy(p + in, data, n);
		offset += n;
		data += n;
		len -= n;
		if (offset > (u64)inode->size)
			inode->size = (loff_t)offset;
	}
	inode_touch(inode, ATTR_MTIME | ATTR_CTIME);
	if (err)
		eh_trim(inode);
	return err;
}

int eh_write(const char *path, u64 offset, const void *data, size_t len)
{
	struct inode *inode = eh_inode(path);
	int err = -EISDIR;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	mutex_lock(&inode->lock);
	if (S_ISREG(inode->mode))
		err = write_blocks(inode, offset, data, len);
	mutex_unlock(&inode->lock);
	eh_closed(inode);
	inode_put(inode);
	return err;
}

static int read_blocks(struct inode *inode, u64 offset, u8 *data, size_t len)
{
	const u32 bs = eh_block_size(inode);
	size_t done = 0;
	int err = 0;

	while (done < len && offset < (u64)inode->size) {
		const u32 in = (u32)offset & (bs - 1);
		const u32 n =
			(u32)min_t(u64, min_t(u64, len - done, bs - in), (u64)inode->size - offset);
		const u8 *p = eh_place(inode, offset / bs, false, &err);

		if (err)
			return err;
		if (p)
			memcpy(data + done, p + in, n);
		else
			memset(data + done, 0, n);
		done += n;
		offset += n;
	}
	return (int)done;
}

int eh_read(const char *path, u64 offset, void *data, size_t len)
{
	struct inode *inode = eh_inode(path);
	int ret = -EISDIR;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	if (S_ISREG(inode->mode))
		ret = read_blocks(inode, offset, data, len);
	inode_put(inode);
	return ret;
}

int eh_truncate(const char *path, u64 size)
{
	const struct iattr attr = { .valid = ATTR_SIZE, .size = (loff_t)size };
	struct dentry *d = walk(path, NULL);
	int err;

	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	mutex_lock(&d->inode->lock);
	err = size > (u64)eh_super()->max_bytes ? -EFBIG : d->inode->ops->setattr(d, &attr);
	mutex_unlock(&d->inode->lock);
	dentry_put(d);
	return err;
}

int eh_readlink(const char *path, char *buf, size_t size)
{
	struct dentry *d = walk(path, NULL);
	void *cookie = NULL;
	const char *text;
	int ret = -EINVAL;

	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	if (d->inode->ops->get_link) {
		text = d->inode->ops->get_link(d, d->inode, &cookie);
		ret = IS_ERR(text) ? (int)PTR_ERR(text) : (int)strscpy(buf, text, size);
	}
	dentry_put(d);
	return ret;
}

int eh_setxattr(const char *path, const char *name, const void *value, size_t size)
{
	struct inode *inode = eh_inode(path);
	int err;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	mutex_lock(&inode->lock);
	err = inode->ops->setxattr ? inode->ops->setxattr(inode, name, value, size, 0)
				   : -EOPNOTSUPP;
	mutex_unlock(&inode->lock);
	inode_put(inode);
	return err;
}

int eh_getxattr(const char *path, const char *name, void *value, size_t size)
{
	struct inode *inode = eh_inode(path);
	int err;

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	err = inode->ops->getxattr ? (int)inode->ops->getxattr(inode, name, value, size)
				   : -EOPNOTSUPP;
	inode_put(inode);
	return err;
}

/* ---- listing ---- */
struct listing {
	struct dir_context ctx;
	void (*each)(const char *name, u32 len, u32 type, void *arg);
	void *arg;
	unsigned int room; /* names until the next call */
	int count;
};

static bool emit(struct dir_context *ctx, const char *name, u32 len, loff_t pos, u64 ino, u32 type)
{
	struct listing *l = container_of(ctx, struct listing, ctx);
	volatile u8 touch = 0;

	if (!l->room--)
		return false;
	for (u32 i = 0; i < len; i++)
		touch ^= (u8)name[i];
	if ((len == 1 && name[0] == '.') || (len == 2 && !memcmp(name, "..", 2)))
		return true;
	l->count++;
	if (l->each)
		l->each(name, len, type, l->arg);
	return true;
}

int eh_list(const char *path, void (*each)(const char *name, u32 len, u32 type, void *arg),
	    void *arg)
{
	struct listing l = { .ctx.emit = emit, .each = each, .arg = arg };
	struct dentry *d = walk(path, NULL);
	struct file file = { .path.dentry = d };
	loff_t before;
	int err = 0;

	if (IS_ERR(d))
		return (int)PTR_ERR(d);
	file.inode = d->inode;
	if (!S_ISDIR(d->inode->mode)) {
		dentry_put(d);
		return -ENOTDIR;
	}
	mutex_lock(&d->inode->lock);
	do {
		before = l.ctx.pos;
		l.room = 7;
		err = d->inode->fops->iterate(&file, &l.ctx);
	} while (!err && l.ctx.pos != before);
	mutex_unlock(&d->inode->lock);
	dentry_put(d);
	return err ? err : l.count;
}
