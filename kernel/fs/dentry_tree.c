/*
 * dentry_tree.c - changes of the shape of the dentry tree: unlink, rename, in-memory directories.
 */
#include "vfs_internal.h"
#include <kernel/printk.h>

void dentry_pin(struct dentry *dentry)
{
	ASSERT(!(dentry->flags & DENTRY_PINNED));
	dentry_get(dentry);
	spin_lock(&dcache_lock);
	dentry->flags |= DENTRY_PINNED;
	/* Children in order of creation, for dentry_iterate(). */
	dentry->position = ++dentry->parent->last_position;
	list_move_tail(&dentry->child_node, &dentry->parent->children);
	spin_unlock(&dcache_lock);
}

void dentry_unpin(struct dentry *dentry)
{
	bool pinned;

	spin_lock(&dcache_lock);
	pinned = dentry->flags & DENTRY_PINNED;
	dentry->flags &= ~DENTRY_PINNED;
	spin_unlock(&dcache_lock);
	if (pinned)
		dentry_put(dentry);
}

struct dentry *dentry_pin_new(struct dentry *parent, const char *name, struct inode *inode)
{
	struct qstr q = { name, strlen(name), 0 };
	struct dentry *d;

	q.hash = qstr_hash(q.name, q.len);
	d = dentry_alloc(parent, &q);
	if (!d)
		return NULL;
	dentry_instantiate(d, inode);
	dentry_hash(d);
	dentry_pin(d);
	dentry_put(d);
	return d;
}

bool dentry_is_empty(struct dentry *dentry)
{
	struct dentry *d;
	bool empty = true;

	spin_lock(&dcache_lock);
	list_for_each_entry (d, &dentry->children, child_node) {
		if (d->inode && !(d->flags & DENTRY_UNHASHED)) {
			empty = false;
			break;
		}
	}
	spin_unlock(&dcache_lock);
	return empty;
}

bool dir_emit_dots(struct file *file, struct dir_context *ctx)
{
	struct dentry *d = file->path.dentry;

	if (ctx->pos == 0) {
		if (!ctx->emit(ctx, ".", 1, 0, d->inode->ino, DT_DIR))
			return false;
		ctx->pos = 1;
	}
	if (ctx->pos == 1) {
		if (!ctx->emit(ctx, "..", 2, 1, d->parent->inode->ino, DT_DIR))
			return false;
		ctx->pos = 2;
	}
	return true;
}

/* The next pinned child at or after a position, referenced. `after` NULL: from the start. */
static struct dentry *next_child(struct dentry *dir, struct dentry *after, loff_t pos)
{
	struct list_head *node = after ? &after->child_node : &dir->children;
	struct dentry *found = NULL;

	spin_lock(&dcache_lock);
	for (node = node->next; node != &dir->children; node = node->next) {
		struct dentry *d = list_entry(node, struct dentry, child_node);

		if ((d->flags & DENTRY_PINNED) && d->inode && d->position >= pos) {
			dentry_get_locked(d);
			found = d;
			break;
		}
	}
	spin_unlock(&dcache_lock);
	return found;
}

/*
 * Positions rise along the list of children, so a reading can be resumed after any change. The
 * directory's inode is locked: pinned children stay where they are while one is given out.
 */
/* Where the last call stopped, if that is where this one starts: no search from the beginning. */
static struct dentry *take_cursor(struct file *file, loff_t pos)
{
	struct dentry *d = file->private, *dir = file->path.dentry;

	file->private = NULL;
	if (d && d->parent == dir && (d->flags & DENTRY_PINNED) && d->inode && d->position == pos)
		return d;
	if (d)
		dentry_put(d);
	return next_child(dir, NULL, pos);
}

int dentry_iterate(struct file *file, struct dir_context *ctx)
{
	struct dentry *dir = file->path.dentry, *d, *next;

	if (!dir_emit_dots(file, ctx))
		return 0;
	for (d = take_cursor(file, ctx->pos); d; d = next) {
		ctx->pos = (loff_t)d->position;
		if (!ctx->emit(ctx, d->name.name, d->name.len, d->position, d->inode->ino,
			       mode_to_dtype(d->inode->mode))) {
			file->private = d; /* with its reference */
			break;
		}
		ctx->pos++;
		next = next_child(dir, d, 0);
		dentry_put(d);
	}
	return 0;
}

void dentry_iterate_release(struct file *file)
{
	if (file->private)
		dentry_put(file->private);
	file->private = NULL;
}

void dentry_delete(struct dentry *dentry)
{
	struct inode *inode = NULL;

	spin_lock(&dcache_lock);
	if (refcount_read(&dentry->refs) == 1 + !!(dentry->flags & DENTRY_PINNED)) {
		inode = dentry->inode;
		list_del_init(&dentry->alias_node);
		dentry->inode = NULL;
	} else {
		dentry_unhash_locked(dentry);
	}
	spin_unlock(&dcache_lock);
	if (inode)
		dentry_inode_put(inode);
}

bool dentry_is_ancestor(const struct dentry *ancestor, const struct dentry *d)
{
	for (;; d = d->parent) {
		if (d == ancestor)
			return true;
		if (d->parent == d)
			return false;
	}
}

/* Names are swapped, so that no memory is needed. */
static void swap_names(struct dentry *a, struct dentry *b)
{
	char tmp[sizeof(a->inline_name)];
	bool a_inline = a->name.name == a->inline_name, b_inline = b->name.name == b->inline_name;
	struct qstr name = a->name;

	a->name = b->name;
	b->name = name;
	memcpy(tmp, a->inline_name, sizeof(tmp));
	memcpy(a->inline_name, b->inline_name, sizeof(tmp));
	memcpy(b->inline_name, tmp, sizeof(tmp));
	if (b_inline)
		a->name.name = a->inline_name;
	if (a_inline)
		b->name.name = b->inline_name;
}

/* Each keeps the number of references: the parents' counts move with the children. */
static void swap_parents(struct dentry *a, struct dentry *b)
{
	struct dentry *parent = a->parent;

	a->parent = b->parent;
	b->parent = parent;
	list_move_tail(&a->child_node, &a->parent->children);
	list_move_tail(&b->child_node, &b->parent->children);
	a->position = ++a->parent->last_position;
	b->position = ++b->parent->last_position;
}

static void swap_places(struct dentry *a, struct dentry *b)
{
	dentry_unhash_locked(a);
	dentry_unhash_locked(b);
	swap_names(a, b);
	swap_parents(a, b);
}

void dentry_move(struct dentry *dentry, struct dentry *target)
{
	spin_lock(&dcache_lock);
	swap_places(dentry, target);
	dentry_hash_locked(dentry);
	spin_unlock(&dcache_lock);
}

void dentry_exchange(struct dentry *a, struct dentry *b)
{
	spin_lock(&dcache_lock);
	swap_places(a, b);
	dentry_hash_locked(a);
	dentry_hash_locked(b);
	spin_unlock(&dcache_lock);
}

/* The deepest first dentry below root that is still pinned or cached; NULL: only root is left. */
static struct dentry *any_leaf_locked(struct dentry *root)
{
	struct dentry *d = root;

	while (!list_empty(&d->children))
		d = list_first_entry(&d->children, struct dentry, child_node);
	return d == root ? NULL : d;
}

void dentry_tree_destroy(struct dentry *root)
{
	struct dentry *d;

	for (;;) {
		spin_lock(&dcache_lock);
		d = any_leaf_locked(root);
		if (!d) {
			spin_unlock(&dcache_lock);
			break;
		}
		dentry_get_locked(d);
		dentry_unhash_locked(d);
		spin_unlock(&dcache_lock);
		if (d->flags & DENTRY_PINNED)
			dentry_unpin(d);
		if (refcount_read(&d->refs) > 1) {
			pr_err("VFS: dentry \"%s\" still in use at unmount\n", d->name.name);
			dentry_put(d);
			return;
		}
		dentry_put(d);
	}
	dentry_drop(root);
	dentry_put(root);
}
