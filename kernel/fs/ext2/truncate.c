/*
 * truncate.c - giving back a file's blocks from some block on.
 *
 * The pointer trees are walked from the left; neighbouring blocks are freed in one go. A broken
 * disk may hang one pointer block into the tree many times, or into itself: each visit ends with
 * its bit in the bitmap cleared, and a block whose bit is clear is not visited, so the walk ends.
 */
#include "ext2_internal.h"

struct cut {
	struct inode *inode;
	struct ext2_fs *fs;
	u64 from;	  /* the first file block that goes */
	u32 first, count; /* data blocks to be freed together */
};

static void flush(struct cut *c)
{
	if (!c->count)
		return;
	/* Directories and long links lie in the device's cache, which must not write them now. What
	 * a broken disk calls theirs is somebody else's. */
	if (!S_ISREG(c->inode->mode) && ext2_blocks_ok(c->fs, c->first, c->count))
		ext2_forget(c->fs, c->first, c->count);
	ext2_free_blocks(c->inode, c->first, c->count);
	c->count = 0;
}

static void free_data(struct cut *c, u32 block)
{
	if (c->count && block == c->first + c->count) {
		c->count++;
		return;
	}
	flush(c);
	c->first = block;
	c->count = 1;
}

static void free_table(struct cut *c, u32 *slot, unsigned int level, u64 base);

/* Entry by entry of a table of pointers to things of `level` (0: data); base: its first file block.
 * True: something changed. */
static bool free_entries(struct cut *c, u32 *table, u32 entries, unsigned int level, u64 base)
{
	const unsigned int shift = level * (c->fs->geo.block_bits - 2);
	bool changed = false;

	for (u32 i = 0; i < entries; i++, base += 1ull << shift) {
		if (!table[i] || base + (1ull << shift) <= c->from)
			continue;
		changed = true;
		if (level) {
			free_table(c, &table[i], level, base);
		} else {
			free_data(c, table[i]);
			table[i] = 0;
		}
	}
	return changed;
}

/* The pointer block in *slot: what is below it, and itself when nothing of it stays. */
static void free_table(struct cut *c, u32 *slot, unsigned int level, u64 base)
{
	const u32 block = *slot;
	struct buf b;

	if (!ext2_blocks_ok(c->fs, block, 1) || !ext2_block_in_use(c->fs, block)) {
		ext2_error(c->fs,
			   "inode %u: pointers are said to be at block %u, which is no file's",
			   (u32)c->inode->ino, block);
		*slot = 0;
		return;
	}
	if (ext2_read(c->fs, block, "pointers of a file", &b) == 0) {
		if (free_entries(c, b.data, c->fs->geo.block_size / 4, level - 1, base) &&
		    base < c->from) {
			ext2_wait(c->fs, block, &b, EXT2_WAIT_NAMES);
			ext2_note_meta(ext2_i(c->inode), block);
		}
		buf_put(&b);
	}
	if (base < c->from)
		return;
	*slot = 0;
	flush(c);
	ext2_forget(c->fs, block, 1);
	ext2_free_blocks(c->inode, block, 1);
}

static void free_direct(struct cut *c, u32 *block)
{
	for (u32 i = 0; i < EXT2_DIRECT; i++) {
		if (!block[i] || i < c->from)
			continue;
		free_data(c, block[i]);
		block[i] = 0;
	}
}

void ext2_truncate(struct inode *inode, u32 first)
{
	struct ext2_inode *ei = ext2_i(inode);
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct cut c = { .inode = inode, .fs = fs, .from = first };
	const unsigned int bits = fs->geo.block_bits - 2;
	u64 base = EXT2_DIRECT;

	mutex_lock(&ei->map_lock);
	ei->known.count = 0;
	if (ei->last_file >= first)
		ei->last_disk = 0;
	ext2_window_drop(inode);
	free_direct(&c, ei->block);
	for (unsigned int level = 1; level <= 3; level++) {
		u32 *slot = &ei->block[EXT2_IND + level - 1];

		if (*slot && base + (1ull << level * bits) > first)
			free_table(&c, slot, level, base);
		base += 1ull << level * bits;
	}
	flush(&c);
	mutex_unlock(&ei->map_lock);
	inode_mark_dirty(inode);
}
