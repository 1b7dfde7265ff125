/*
 * htree_split.c - hashed directories that grow: a full leaf becomes two, a full index block too, a
 * full root gets a level of index below it; and a directory of one full block becomes hashed.
 *
 * New blocks are made first and are valid (one gap) from then on; what fails later leaves them as
 * empty blocks of the directory.
 */
#include "htree.h"

static u32 dx_limit(const struct dx_walk *w, const struct dx_frame *f)
{
	const u32 size = f->pos.block.size;

	return f == &w->frame[0] ? ext2_dx_root_limit(size) : ext2_dx_node_limit(size);
}

/* A name's place in a leaf that is split. */
struct item {
	u32 hash;
	u16 offset, size;
};

static int new_block(struct inode *dir, struct ext2_dir_pos *pos)
{
	int err = ext2_dir_grow(dir, pos);

	if (err)
		return err;
	ext2_dirblock_init(&pos->block);
	ext2_dir_changed(dir, pos);
	return 0;
}

/* ---- leaves ---- */

/* The names of a block with their hashes; -EIO when a record is broken. */
static int list_names(struct dx_walk *w, const struct ext2_dir_pos *leaf, struct item *items,
		      u32 *count)
{
	const struct ext2_fs *fs = ext2_fs(w->dir->sb);
	const struct ext2_dirent *d;
	u32 at = 0, n = 0;

	for (; (d = ext2_dirent_at(&leaf->block, at)); at += d->rec_len) {
		if (d == EXT2_DIRENT_BAD)
			return ext2_dir_broken(w->dir, leaf, at);
		if (!d->inode)
			continue;
		items[n++] =
			(struct item){ ext2_name_hash(w->version + fs->hash_unsigned,
						      fs->super->hash_seed, d->name, d->name_len),
				       (u16)at, (u16)ext2_dirent_size(d->name_len) };
	}
	*count = n;
	return 0;
}

static void sort_items(struct item *items, u32 n)
{
	for (u32 gap = n / 2; gap > 0; gap /= 2)
		for (u32 i = gap; i < n; i++) {
			const struct item x = items[i];
			u32 j = i;

			for (; j >= gap && items[j - gap].hash > x.hash; j -= gap)
				items[j] = items[j - gap];
			items[j] = x;
		}
}

/* Copies names, one behind the other, into an emptied block; the last record fills it. */
static void pack_names(const struct ext2_dirblock *to, const u8 *from, const struct item *items,
		       u32 n)
{
	struct ext2_dirent *d = NULL;
	u32 at = 0;

	ext2_dirblock_init(to);
	for (u32 i = 0; i < n; i++) {
		d = (struct ext2_dirent *)(to->data + at);
		memcpy(d, from + items[i].offset, items[i].size);
		d->rec_len = items[i].size;
		at += items[i].size;
	}
	if (d)
		d->rec_len = (u16)(to->size - (at - d->rec_len));
}

/* The first item of the upper half, by bytes; both halves get some. */
static u32 middle(const struct item *items, u32 n, u32 block_size)
{
	u32 bytes = 0, i;

	for (i = 0; i < n - 1; i++) {
		bytes += items[i].size;
		if (bytes >= block_size / 2)
			break;
	}
	return i ? i : 1;
}

struct halves {
	struct item *items;
	u8 *copy;
	u32 count, split;
};

static int split_leaf(struct dx_walk *w, struct ext2_dir_pos *leaf, struct halves *h)
{
	struct dx_frame *f = dx_last(w);
	struct ext2_dir_pos upper;
	u32 hash, shared;
	int err = list_names(w, leaf, h->items, &h->count);

	if (err)
		return err;
	if (h->count < 2)
		return -EAGAIN;
	sort_items(h->items, h->count);
	h->split = middle(h->items, h->count, leaf->block.size);
	hash = h->items[h->split].hash;
	shared = hash == h->items[h->split - 1].hash;
	err = new_block(w->dir, &upper);
	if (err)
		return err;
	memcpy(h->copy, leaf->block.data, leaf->block.size);
	pack_names(&upper.block, h->copy, h->items + h->split, h->count - h->split);
	pack_names(&leaf->block, h->copy, h->items, h->split);
	ext2_i(w->dir)->dir_version++;
	ext2_dir_changed(w->dir, &upper);
	ext2_dir_left(w->dir, leaf);
	ext2_dir_changed(w->dir, &f->pos);
	if (!ext2_dx_insert(f->entries, dx_limit(w, f), f->at + 1, hash | shared, upper.index)) {
		ext2_dir_pos_put(&upper);
		return -EAGAIN;
	}
	if (w->hash >= hash) {
		ext2_dir_pos_put(leaf);
		*leaf = upper;
	} else {
		ext2_dir_pos_put(&upper);
	}
	return 0;
}

/* ---- the index ---- */

/* A lower index block with the given entries. */
static int new_node(struct inode *dir, const struct ext2_dx_entry *entries, u32 n,
		    struct dx_frame *f)
{
	struct ext2_dx_node *node;
	int err = new_block(dir, &f->pos);

	if (err)
		return err;
	node = (struct ext2_dx_node *)f->pos.block.data;
	memcpy(node->entry, entries, n * sizeof(*entries));
	node->entry->limit = (u16)ext2_dx_node_limit(f->pos.block.size);
	node->entry->count = (u16)n;
	f->entries = node->entry;
	ext2_dir_changed(dir, &f->pos);
	return 0;
}

/* The root's entries move to a block below it. */
static int add_level(struct dx_walk *w)
{
	struct dx_frame *root = &w->frame[0], *f = &w->frame[1];
	int err = new_node(w->dir, root->entries, root->entries->count, f);

	if (err)
		return err;
	f->at = root->at;
	root->at = 0;
	root->entries->count = 1;
	root->entries->block = f->pos.index;
	((struct ext2_dx_root *)root->pos.block.data)->levels = 1;
	w->depth = 2;
	ext2_dir_changed(w->dir, &root->pos);
	return 0;
}

static int split_node(struct dx_walk *w)
{
	struct dx_frame *root = &w->frame[0], *f = &w->frame[1], upper;
	const u32 half = f->entries->count / 2, hash = f->entries[half].hash;
	int err;

	if (root->entries->count == root->entries->limit)
		return -EAGAIN; /* full for good */
	err = new_node(w->dir, f->entries + half, f->entries->count - half, &upper);
	if (err)
		return err;
	f->entries->count = (u16)half;
	ext2_dir_changed(w->dir, &f->pos);
	ext2_dir_changed(w->dir, &root->pos);
	if (!ext2_dx_insert(root->entries, dx_limit(w, root), root->at + 1, hash,
			    upper.pos.index)) {
		ext2_dir_pos_put(&upper.pos);
		return -EAGAIN;
	}
	if (f->at >= half) {
		upper.at = f->at - half;
		root->at++;
		ext2_dir_pos_put(&f->pos);
		*f = upper;
	} else {
		ext2_dir_pos_put(&upper.pos);
	}
	return 0;
}

int dx_split(struct dx_walk *w, struct ext2_dir_pos *leaf)
{
	const u32 size = leaf->block.size;
	struct halves h;
	int err = 0;

	/* A broken disk may have one block in two places of a directory. */
	for (unsigned int i = 0; i < w->depth; i++)
		if (w->frame[i].pos.disk == leaf->disk)
			return -EAGAIN;
	if (dx_last(w)->entries->count == dx_last(w)->entries->limit)
		err = w->depth == 1 ? add_level(w) : split_node(w);
	if (err)
		return err;
	h.items = kmalloc(size / ext2_dirent_size(1) * sizeof(struct item), GFP_KERNEL);
	h.copy = kmalloc(size, GFP_KERNEL);
	err = h.items && h.copy ? split_leaf(w, leaf, &h) : -ENOMEM;
	kfree(h.items);
	kfree(h.copy);
	return err;
}

/* ---- the first index ---- */
static void init_root(struct inode *dir, struct ext2_dir_pos *pos, u32 leaf)
{
	const struct ext2_fs *fs = ext2_fs(dir->sb);
	struct ext2_dx_root *root = (struct ext2_dx_root *)pos->block.data;
	const u32 size = pos->block.size;

	memset((u8 *)root + 24, 0, size - 24);
	root->dotdot_rec_len = (u16)(size - 12);
	root->hash_version = fs->super->def_hash_version <= EXT2_HASH_TEA
				     ? fs->super->def_hash_version
				     : EXT2_HASH_HALF_MD4;
	root->info_length = 8;
	root->entry->limit = (u16)ext2_dx_root_limit(size);
	root->entry->count = 1;
	root->entry->block = leaf;
}

/* "." and ".." stand where the root of an index has them. */
static bool dots_in_place(const struct ext2_dir_pos *pos)
{
	const struct ext2_dx_root *root = (const struct ext2_dx_root *)pos->block.data;

	return root->dot_inode && root->dotdot_inode && root->dot_rec_len == 12 &&
	       root->dot_name_len == 1 && root->dot_name[0] == '.' && root->dotdot_name_len == 2 &&
	       root->dotdot_name[0] == '.' && root->dotdot_name[1] == '.' &&
	       root->dotdot_rec_len >= 12;
}

static int make_from(struct inode *dir, struct ext2_dir_pos *first, struct halves *h)
{
	struct dx_walk w = { .dir = dir };
	struct ext2_dir_pos leaf;
	int err = list_names(&w, first, h->items, &h->count);

	if (err || h->count < 3 || !dots_in_place(first))
		return err ? err : -EAGAIN;
	err = new_block(dir, &leaf);
	if (err)
		return err;
	pack_names(&leaf.block, first->block.data, h->items + 2, h->count - 2);
	ext2_dir_changed(dir, &leaf);
	init_root(dir, first, leaf.index);
	ext2_dir_left(dir, first);
	ext2_i(dir)->flags |= EXT2_FL_INDEX;
	ext2_i(dir)->dir_version++;
	ext2_dir_pos_put(&leaf);
	return 0;
}

int ext2_htree_make(struct inode *dir)
{
	struct ext2_dir_pos first;
	struct halves h;
	int err = ext2_dir_read(dir, 0, &first);

	if (err)
		return err;
	h.items = kmalloc(first.block.size / ext2_dirent_size(1) * sizeof(struct item), GFP_KERNEL);
	h.copy = NULL;
	err = h.items ? make_from(dir, &first, &h) : -ENOMEM;
	kfree(h.items);
	ext2_dir_pos_put(&first);
	return err;
}
