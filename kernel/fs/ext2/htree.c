/*
 * htree.c - hashed directories: finding a name by the hash of it, adding one where it belongs.
 *
 * The index is a help, the records are the truth: an index that is broken is given up (its flag is
 * taken off the inode, as Linux's ext2 does it at every change of a hashed directory) and the
 * directory is read block by block. Removing a name or changing its inode needs no change of the
 * index. e2fsck -D makes an index again.
 */
#include "htree.h"

bool ext2_is_hashed(struct inode *dir)
{
	return (ext2_i(dir)->flags & EXT2_FL_INDEX) &&
	       (ext2_fs(dir->sb)->super->compat & EXT2_COMPAT_DIR_INDEX) &&
	       ext2_dir_blocks(dir) > 1;
}

void ext2_htree_give_up(struct inode *dir)
{
	if (!(ext2_i(dir)->flags & EXT2_FL_INDEX))
		return;
	ext2_warn(ext2_fs(dir->sb), "the index of directory inode %u is not used any more",
		  (u32)dir->ino);
	ext2_i(dir)->flags &= ~EXT2_FL_INDEX;
	inode_mark_dirty(dir);
}

void dx_end(struct dx_walk *w)
{
	for (unsigned int i = 0; i < EXT2_DX_LEVELS; i++)
		ext2_dir_pos_put(&w->frame[i].pos);
}

static int unusable(struct inode *dir, u32 block)
{
	ext2_warn(ext2_fs(dir->sb), "directory inode %u: block %u is a broken index", (u32)dir->ino,
		  block);
	ext2_htree_give_up(dir);
	return -EAGAIN;
}

/* The block an entry leads to: one of the directory's, and not its root. */
static u32 entry_block(const struct dx_frame *f)
{
	return f->entries[f->at].block & EXT2_DX_BLOCK_MASK;
}

static int read_below(struct dx_walk *w, struct ext2_dir_pos *pos)
{
	const u32 block = entry_block(dx_last(w));

	if (!block || block >= ext2_dir_blocks(w->dir))
		return unusable(w->dir, dx_last(w)->pos.index);
	return ext2_dir_read(w->dir, block, pos);
}

static u32 hash_of(const struct inode *dir, u32 version, const char *name, u32 len)
{
	const struct ext2_fs *fs = ext2_fs(dir->sb);

	return ext2_name_hash(version + fs->hash_unsigned, fs->super->hash_seed, name, len);
}

static int begin_root(struct dx_walk *w, const char *name, u32 len)
{
	struct dx_frame *f = &w->frame[0];
	const struct ext2_dx_root *root;
	int err = ext2_dir_read(w->dir, 0, &f->pos);

	if (err)
		return err;
	w->depth = 1;
	f->entries = ext2_dx_root_check(f->pos.block.data, f->pos.block.size);
	if (!f->entries)
		return unusable(w->dir, 0);
	root = (const struct ext2_dx_root *)f->pos.block.data;
	w->version = root->hash_version;
	w->hash = hash_of(w->dir, w->version, name, len);
	f->at = ext2_dx_search(f->entries, w->hash);
	return 0;
}

int dx_begin(struct dx_walk *w, struct inode *dir, const char *name, u32 len)
{
	unsigned int levels;
	int err;

	memset(w, 0, sizeof(*w));
	w->dir = dir;
	err = begin_root(w, name, len);
	if (err)
		return err;
	levels = ((const struct ext2_dx_root *)w->frame[0].pos.block.data)->levels;
	while (!err && w->depth <= levels) {
		struct dx_frame *f = &w->frame[w->depth];

		err = read_below(w, &f->pos);
		if (err)
			break;
		f->entries = ext2_dx_node_check(f->pos.block.data, f->pos.block.size);
		if (!f->entries)
			return unusable(dir, f->pos.index);
		f->at = ext2_dx_search(f->entries, w->hash);
		w->depth++;
	}
	return err;
}

/* On to the next leaf if names of the same hash go on there: 1, else 0. */
static int next_leaf(struct dx_walk *w)
{
	unsigned int level = w->depth;

	while (level > 0 && w->frame[level - 1].at + 1 >= w->frame[level - 1].entries->count)
		level--;
	if (!level)
		return 0;
	w->frame[level - 1].at++;
	if ((w->frame[level - 1].entries[w->frame[level - 1].at].hash & ~1u) != w->hash)
		return 0;
	while (level < w->depth) {
		struct dx_frame *above = &w->frame[level - 1], *f = &w->frame[level];
		const u32 block = entry_block(above);
		int err;

		ext2_dir_pos_put(&f->pos);
		if (!block || block >= ext2_dir_blocks(w->dir))
			return unusable(w->dir, above->pos.index);
		err = ext2_dir_read(w->dir, block, &f->pos);
		if (err)
			return err;
		f->entries = ext2_dx_node_check(f->pos.block.data, f->pos.block.size);
		if (!f->entries)
			return unusable(w->dir, f->pos.index);
		f->at = 0;
		level++;
	}
	return 1;
}

static int find_in_leaf(struct dx_walk *w, const char *name, u32 len, struct ext2_dir_pos *pos)
{
	u32 offset;
	int err = read_below(w, pos);

	if (err)
		return err;
	pos->entry = ext2_dirent_find(&pos->block, name, len, &offset);
	if (pos->entry == EXT2_DIRENT_BAD)
		err = ext2_dir_broken(w->dir, pos, offset);
	else if (!pos->entry)
		err = -ENOENT;
	if (err)
		ext2_dir_pos_put(pos);
	return err;
}

int ext2_htree_find(struct inode *dir, const char *name, u32 len, struct ext2_dir_pos *pos)
{
	struct dx_walk w;
	int err = dx_begin(&w, dir, name, len), more;

	while (!err) {
		err = find_in_leaf(&w, name, len, pos);
		if (err != -ENOENT)
			break;
		more = next_leaf(&w);
		if (more != 1) {
			err = more ? more : -ENOENT;
			break;
		}
		err = 0;
	}
	dx_end(&w);
	return err;
}

static int put_in_leaf(struct inode *dir, struct ext2_dir_pos *leaf, const char *name, u32 len,
		       u32 ino, u8 type)
{
	u32 offset;
	struct ext2_dirent *d = ext2_dirent_room(&leaf->block, len, &offset);

	if (d == EXT2_DIRENT_BAD)
		return ext2_dir_broken(dir, leaf, offset);
	if (!d || !ext2_dirent_put(&leaf->block, d, name, len, ino, type))
		return -ENOSPC;
	ext2_dir_changed(dir, leaf);
	return 0;
}

int ext2_htree_add(struct inode *dir, const char *name, u32 len, u32 ino, u8 type)
{
	struct ext2_dir_pos leaf = { .buf.page = NULL };
	struct dx_walk w;
	int err = dx_begin(&w, dir, name, len);

	if (!err)
		err = read_below(&w, &leaf);
	if (!err)
		err = put_in_leaf(dir, &leaf, name, len, ino, type);
	if (err == -ENOSPC) {
		err = dx_split(&w, &leaf);
		if (!err) {
			err = put_in_leaf(dir, &leaf, name, len, ino, type);
			if (err == -ENOSPC) /* long names of one hash */
				err = -EAGAIN;
		}
	}
	ext2_dir_pos_put(&leaf);
	dx_end(&w);
	return err;
}
