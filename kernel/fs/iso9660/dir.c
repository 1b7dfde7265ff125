/* dir.c - looking names up and listing directories. Positions are 2 + the byte of the record. */
#include "iso9660_internal.h"

#define DOTS 2 /* "." and ".." have the positions before */

static struct iso_walk *walk_open(struct inode *dir, int *err)
{
	struct iso_walk *w = kmalloc(sizeof(*w), GFP_KERNEL);

	*err = -ENOMEM;
	if (!w)
		return NULL;
	*err = iso_dir_open(&w->dir, &iso_s(dir->sb)->fs, iso_i(dir)->extent, (u32)dir->size);
	return w;
}

static void walk_close(struct iso_walk *w)
{
	if (!w)
		return;
	iso_dir_close(&w->dir);
	kfree(w);
}

/* A directory inside itself: only on a damaged disc, and a trap for who walks the tree. */
static bool is_above(const struct dentry *d, const struct inode *inode)
{
	for (; d->inode != inode; d = d->parent)
		if (d->parent == d)
			return false;
	return true;
}

static int lookup_entry(struct inode *dir, struct dentry *dentry, struct iso_walk *w)
{
	struct inode *inode = iso_inode_get(dir->sb, w);

	if (IS_ERR(inode))
		return (int)PTR_ERR(inode);
	if (S_ISDIR(inode->mode) && is_above(dentry->parent, inode)) {
		inode_put(inode);
		w->dir.fs->io->complain(w->dir.fs->ctx, "a directory contains itself",
					iso_i(dir)->extent);
		return -EIO;
	}
	dentry_instantiate(dentry, inode);
	return 0;
}

static int iso_lookup(struct inode *dir, struct dentry *dentry)
{
	int ret;
	struct iso_walk *w = walk_open(dir, &ret);

	if (!ret)
		ret = iso_dir_find(&w->dir, dentry->name.name, dentry->name.len, &w->entry);
	if (ret > 0)
		ret = lookup_entry(dir, dentry, w);
	walk_close(w);
	return ret;
}

static bool emit_entry(struct dir_context *ctx, struct iso_walk *w)
{
	const struct iso_entry *e = &w->entry;

	iso_entry_attributes(e, &w->attributes);
	return ctx->emit(ctx, e->name, e->name_length, (loff_t)e->pos + DOTS, e->ino,
			 mode_to_dtype(w->attributes.mode));
}

static int list(struct iso_walk *w, struct dir_context *ctx)
{
	int ret = iso_dir_seek(&w->dir, (u32)(ctx->pos - DOTS));

	while (!ret && (ret = iso_dir_next(&w->dir, &w->entry)) > 0) {
		if (!emit_entry(ctx, w)) {
			ctx->pos = (loff_t)w->entry.pos + DOTS;
			return 0;
		}
		ret = iso_dir_skip(&w->dir);
		ctx->pos = (loff_t)w->dir.pos + DOTS;
	}
	return ret;
}

static int iso_iterate(struct file *file, struct dir_context *ctx)
{
	struct iso_walk *w;
	int err;

	if (!dir_emit_dots(file, ctx) || ctx->pos - DOTS >= file->inode->size)
		return 0;
	w = walk_open(file->inode, &err);
	if (!err)
		err = list(w, ctx);
	walk_close(w);
	return err;
}

const struct inode_ops iso_dir_iops = { .lookup = iso_lookup };
const struct file_ops iso_dir_fops = { .iterate = iso_iterate };
