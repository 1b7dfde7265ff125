/*
 * inode.c - inodes of an ISO 9660 volume: attributes, where the data is, links. A file whose place
 * on the disc is impossible can still be seen; reading what is not there is an error.
 */
#include "iso9660_internal.h"

#define DEVICE_BYTES 512u

struct kmem_cache *iso_inode_cache;

/* ---- files ---- */
int iso_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out)
{
	const struct iso_inode *ii = iso_i(inode);
	u64 end = iso_s(inode->sb)->fs.device_blocks;
	u32 block_size = 1u << ii->file.block_bits;

	for (unsigned int i = 0; i < ii->sections; i++) {
		const struct iso_section *s = &ii->section[i];
		u32 blocks = (u32)(((u64)s->bytes + block_size - 1) >> ii->file.block_bits);

		if (block < blocks) {
			out->block = s->block + block;
			if (out->block >= end)
				return -EIO;
			out->count = min(max, blocks - (u32)block);
			out->count = (u32)min_t(u64, out->count, end - out->block);
			out->fresh = false;
			return 0;
		}
		block -= blocks;
	}
	return -EIO;
}

static const struct file_ops file_fops = {
	.read = generic_file_read,
	.mmap = generic_file_mmap,
};
static const struct inode_ops file_iops;

static const char *iso_get_link(struct dentry *dentry, struct inode *inode, void **cookie)
{
	return iso_i(inode)->link;
}
static const struct inode_ops link_iops = { .get_link = iso_get_link };

/* All sections, of which the walk has seen the first. */
static int sections_again(struct iso_inode *ii, struct iso_walk *w, unsigned int n)
{
	u64 size;
	int ret;

	ii->section = kmalloc(n * sizeof(*ii->section), GFP_KERNEL);
	if (!ii->section)
		return -ENOMEM;
	w->dir.pos = w->entry.pos;
	ret = iso_record_next(&w->dir, &w->entry.record);
	if (ret > 0)
		ret = iso_entry_sections(&w->dir, &w->entry, ii->section, n, &size);
	if (ret < 0)
		return ret;
	return ret == (int)n ? 0 : -EIO;
}

static int fill_file(struct iso_inode *ii, struct iso_walk *w)
{
	struct inode *inode = &ii->vfs;
	const struct iso_fs *fs = w->dir.fs;
	u64 size = w->entry.record.size, all;
	int n, err = 0;

	inode->ops = &file_iops;
	inode->fops = &file_fops;
	ii->file = (struct blockfile){ .bdev = inode->sb->bdev,
				       .block_bits = fs->block_bits,
				       .map = iso_map };
	inode->data.ops = &blockfile_readonly_ops;
	inode->data.private = &ii->file;
	ii->section = &ii->first;
	n = iso_entry_sections(&w->dir, &w->entry, &ii->first, 1, &all);
	if (n > 0)
		size = all;
	if (n > 1)
		err = sections_again(ii, w, (unsigned int)n);
	ii->sections = n > 0 && !err ? (unsigned int)n : 0;
	inode->size = (loff_t)size;
	inode->blocks = (size + DEVICE_BYTES - 1) / DEVICE_BYTES;
	if ((w->entry.rock.have & ROCK_ZF) && !fs->options.packed &&
	    iso_zisofs_set(ii, &w->entry.rock, size)) {
		fs->io->complain(fs->ctx, "a file is compressed in an unknown way",
				 w->entry.record.extent);
		ii->sections = 0;
	}
	return err == -ENOMEM || n == -ENOMEM ? -ENOMEM : 0;
}

static int fill_link(struct iso_inode *ii, struct iso_walk *w)
{
	u32 length = w->entry.rock.link_length;

	ii->vfs.ops = &link_iops;
	if (!length || length >= PATH_MAX)
		return -EIO;
	ii->link = kmalloc(length + 1, GFP_KERNEL);
	if (!ii->link)
		return -ENOMEM;
	ii->vfs.size = length;
	return iso_entry_link(&w->dir, &w->entry, ii->link, length + 1);
}

/* ---- all ---- */
static void set_owner(struct inode *inode, const struct iso_owner *o, bool rock)
{
	if (o->uid_set)
		inode->uid = o->uid;
	if (o->gid_set)
		inode->gid = o->gid;
	if (rock && !o->over_rock)
		return;
	if (S_ISDIR(inode->mode) && o->dmode_set)
		inode->mode = S_IFDIR | o->dmode;
	else if (S_ISREG(inode->mode) && o->mode_set)
		inode->mode = S_IFREG | o->mode;
}

static int fill(struct inode *inode, struct iso_walk *w)
{
	const struct iso_attributes *a = &w->attributes;
	struct iso_inode *ii = iso_i(inode);

	iso_entry_attributes(&w->entry, &w->attributes);
	inode->mode = a->mode;
	inode->nlink = a->nlink;
	inode->uid = a->uid;
	inode->gid = a->gid;
	inode->times = (struct inode_times){ .atime = file_time_from_ns(a->atime),
					     .mtime = file_time_from_ns(a->mtime),
					     .ctime = file_time_from_ns(a->ctime) };
	set_owner(inode, &iso_s(inode->sb)->owner, w->entry.rock.have & ROCK_PX);
	switch (inode->mode & S_IFMT) {
	case S_IFDIR:
		inode->ops = &iso_dir_iops;
		inode->fops = &iso_dir_fops;
		inode->size = w->dir.size;
		inode->blocks = (w->dir.size + DEVICE_BYTES - 1) / DEVICE_BYTES;
		ii->extent = w->dir.extent;
		return 0;
	case S_IFREG:
		return fill_file(ii, w);
	case S_IFLNK:
		return fill_link(ii, w);
	default:
		inode->ops = &file_iops;
		inode_init_special(inode, inode->mode,
				   a->has_device ? MKDEV(a->dev_major, a->dev_minor) : 0);
		return 0;
	}
}

/* A directory's attributes are those of its own record, wherever its name is. */
static int go_into(struct iso_walk *w)
{
	const struct iso_fs *fs = w->dir.fs;
	u32 extent = w->entry.dir_extent;
	int err;

	iso_dir_close(&w->dir);
	err = iso_dir_open_extent(&w->dir, fs, extent);
	return err ? err : iso_dir_self(&w->dir, &w->entry);
}

/* Is the inode of that number really the file? On a damaged disc numbers may meet. */
static bool is_same(struct inode *inode, const struct iso_walk *w)
{
	const struct iso_entry *e = &w->entry;

	if (S_ISDIR(inode->mode) != e->is_dir)
		return false;
	return !e->has_links || !S_ISREG(inode->mode) || !iso_i(inode)->sections ||
	       iso_i(inode)->section[0].block == e->record.extent || !e->record.size;
}

struct inode *iso_inode_get(struct super_block *sb, struct iso_walk *w)
{
	bool is_new;
	struct inode *inode = inode_iget(sb, w->entry.ino, &is_new);
	int err;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!is_new) {
		if (is_same(inode, w))
			return inode;
		inode_put(inode);
		w->dir.fs->io->complain(w->dir.fs->ctx, "two files share one place", w->entry.ino);
		return ERR_PTR(-EIO);
	}
	err = w->entry.is_dir ? go_into(w) : 0;
	if (!err)
		err = fill(inode, w);
	if (err) {
		inode_iget_failed(inode);
		return ERR_PTR(err);
	}
	inode_iget_done(inode);
	return inode;
}
