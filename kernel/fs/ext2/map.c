/*
 * map.c - where a file's blocks are: twelve direct pointers, then blocks of pointers one, two and
 * three levels deep.
 *
 * Every pointer is checked before it is followed or handed out. Allocation builds what is missing
 * (pointer blocks, then a run of data blocks behind them), fills it, and hangs it into the tree
 * last, so that a failure leaves the tree as it was.
 */
#include "ext2_internal.h"

struct step {
	struct buf buf; /* of the pointer block; page NULL: the inode's own pointers */
	u32 *table;
	u32 index, size; /* entries of the table from the level's first */
	u32 block;	 /* of the table */
};

struct route {
	u32 path[4];
	unsigned int depth;   /* steps needed */
	unsigned int reached; /* steps that are there: the last one's pointer is zero, or data */
	struct step step[4];
};

unsigned int ext2_block_path(const struct ext2_geometry *geo, u64 block, u32 path[4])
{
	const unsigned int bits = geo->block_bits - 2;
	const u32 mask = (1u << bits) - 1;
	u64 n = block;

	if (n < EXT2_DIRECT) {
		path[0] = (u32)n;
		return 1;
	}
	n -= EXT2_DIRECT;
	for (unsigned int level = 1; level <= 3; level++) {
		if (n < 1ull << level * bits) {
			path[0] = EXT2_IND + level - 1;
			for (unsigned int i = 1; i <= level; i++)
				path[i] = (u32)(n >> (level - i) * bits) & mask;
			return level + 1;
		}
		n -= 1ull << level * bits;
	}
	return 0;
}

void ext2_note_meta(struct ext2_inode *ei, u32 block)
{
	for (unsigned int i = 0; i < ei->dirty_count && i < EXT2_DIRTY_META; i++)
		if (ei->dirty_meta[i] == block)
			return;
	if (ei->dirty_count < EXT2_DIRTY_META)
		ei->dirty_meta[ei->dirty_count] = block;
	if (ei->dirty_count <= EXT2_DIRTY_META)
		ei->dirty_count++;
}

static void route_end(struct route *r)
{
	for (unsigned int i = 1; i < 4; i++)
		if (r->step[i].buf.page)
			buf_put(&r->step[i].buf);
}

static u32 pointer(const struct route *r)
{
	const struct step *s = &r->step[r->reached - 1];

	return s->table[s->index];
}

static int bad_pointer(struct inode *inode, u32 block, u64 file_block)
{
	return ext2_error(ext2_fs(inode->sb),
			  "inode %u: block %llu is said to be at %u, where no file can be",
			  (u32)inode->ino, (unsigned long long)file_block, block);
}

/* Follows the pointers as far as they go. map_lock held; route_end() in any case. */
static int route_find(struct inode *inode, u64 block, struct route *r)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);

	memset(r->step, 0, sizeof(r->step));
	r->depth = ext2_block_path(&fs->geo, block, r->path);
	if (!r->depth)
		return -EFBIG;
	r->step[0].table = ei->block;
	r->step[0].index = r->path[0];
	r->step[0].size = r->depth == 1 ? EXT2_DIRECT : r->path[0] + 1;
	for (r->reached = 1; r->reached < r->depth; r->reached++) {
		struct step *s = &r->step[r->reached];
		const u32 next = pointer(r);
		int err;

		if (!next)
			return 0;
		if (!ext2_blocks_ok(fs, next, 1))
			return bad_pointer(inode, next, block);
		err = ext2_read(fs, next, "pointers of a file", &s->buf);
		if (err) {
			s->buf.page = NULL;
			return err;
		}
		s->table = s->buf.data;
		s->index = r->path[r->reached];
		s->size = fs->geo.block_size / 4;
		s->block = next;
	}
	return 0;
}

/* Neighbours in the last table that continue as the first begins. */
static u32 run_length(const struct route *r, u32 max)
{
	const struct step *s = &r->step[r->reached - 1];
	const u32 first = s->table[s->index];
	u32 n = 1;

	while (n < max && s->index + n < s->size &&
	       s->table[s->index + n] == (first ? first + n : 0))
		n++;
	return n;
}

/* The hole that a missing pointer at some level means: what is left of its subtree. */
static u32 hole_length(const struct ext2_fs *fs, const struct route *r, u32 max)
{
	const unsigned int below = r->depth - r->reached, bits = fs->geo.block_bits - 2;
	u64 inside = 0;

	if (!below)
		return run_length(r, max);
	for (unsigned int i = r->reached; i < r->depth; i++)
		inside = (inside << bits) + r->path[i];
	return (u32)min_t(u64, max, (1ull << below * bits) - inside);
}

static int found(struct inode *inode, u64 block, u32 max, const struct route *r,
		 struct block_extent *out)
{
	struct ext2_inode *ei = ext2_i(inode);
	const u32 first = pointer(r);

	out->count = run_length(r, max);
	if (!ext2_blocks_ok(ext2_fs(inode->sb), first, out->count)) {
		/* The first may be good and one behind it bad. */
		out->count = 1;
		if (!ext2_blocks_ok(ext2_fs(inode->sb), first, 1))
			return bad_pointer(inode, first, block);
	}
	out->block = first;
	out->fresh = false;
	ei->known.file = (u32)block;
	ei->known.disk = first;
	ei->known.count = out->count;
	return 0;
}

/* ---- allocation ---- */

/* Where a new block should be: behind the file's last, else near its neighbours and pointers. */
static u32 find_goal(struct inode *inode, u64 block, const struct route *r)
{
	const struct ext2_inode *ei = ext2_i(inode);
	const struct step *s = &r->step[r->reached - 1];

	if (ei->last_disk && ei->last_file + 1 == block)
		return ei->last_disk + 1;
	for (u32 i = s->index; i > 0; i--)
		if (s->table[i - 1])
			return s->table[i - 1] + 1;
	if (s->block)
		return s->block + 1;
	return ext2_group_first(&ext2_fs(inode->sb)->geo, ei->group);
}

struct branch {
	u32 meta[3]; /* new pointer blocks, upper first */
	unsigned int levels;
	u32 first, count; /* data */
};

static void branch_undo(struct inode *inode, const struct branch *b)
{
	for (unsigned int i = 0; i < b->levels; i++) {
		ext2_forget(ext2_fs(inode->sb), b->meta[i], 1);
		ext2_free_blocks(inode, b->meta[i], 1);
	}
	if (b->count)
		ext2_free_blocks(inode, b->first, b->count);
}

static int branch_alloc(struct inode *inode, u32 goal, unsigned int levels, u32 max,
			struct branch *b)
{
	int err;

	*b = (struct branch){ .levels = 0 };
	while (b->levels < levels) {
		u32 one = 1;

		err = ext2_alloc_blocks(inode, goal, &b->meta[b->levels], &one);
		if (err)
			return err;
		goal = b->meta[b->levels++] + 1;
	}
	b->count = max;
	err = ext2_alloc_blocks(inode, goal, &b->first, &b->count);
	if (err)
		b->count = 0;
	return err;
}

static void fill_run(u32 *table, u32 index, u32 first, u32 count)
{
	for (u32 i = 0; i < count; i++)
		table[index + i] = first + i;
}

/* When a pointer block is written that points to so many levels of new ones. */
static enum ext2_wait wait_kind(unsigned int new_levels)
{
	return new_levels == 0	 ? EXT2_WAIT_NAMES
	       : new_levels == 1 ? EXT2_WAIT_UPPER
				 : EXT2_WAIT_TOP;
}

/* Fills the new pointer blocks, lowest first. */
static int branch_fill(struct inode *inode, const struct route *r, const struct branch *b)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);

	for (unsigned int i = b->levels; i > 0; i--) {
		const u32 index = r->path[r->reached + i - 1];
		struct buf buf;
		int err = ext2_new_block(fs, b->meta[i - 1], &buf);

		if (err)
			return err;
		if (i == b->levels)
			fill_run(buf.data, index, b->first, b->count);
		else
			fill_run(buf.data, index, b->meta[i], 1);
		ext2_wait(fs, b->meta[i - 1], &buf, wait_kind(b->levels - i));
		buf_put(&buf);
		ext2_note_meta(ext2_i(inode), b->meta[i - 1]);
	}
	return 0;
}

static void branch_hang(struct inode *inode, struct route *r, const struct branch *b)
{
	struct step *s = &r->step[r->reached - 1];

	if (b->levels)
		s->table[s->index] = b->meta[0];
	else
		fill_run(s->table, s->index, b->first, b->count);
	if (s->buf.page) {
		ext2_wait(ext2_fs(inode->sb), s->block, &s->buf, wait_kind(b->levels));
		ext2_note_meta(ext2_i(inode), s->block);
	}
	if (b->levels)
		ext2_i(inode)->meta_new = true;
	inode_mark_dirty(inode);
}

/* How many data blocks may come in a row: holes up to the end of their table. */
static u32 room_for_run(const struct ext2_fs *fs, const struct route *r, u32 max)
{
	if (r->reached == r->depth)
		return run_length(r, max);
	return min(max,
		   (r->depth == 1 ? EXT2_DIRECT : fs->geo.block_size / 4) - r->path[r->depth - 1]);
}

static int create_blocks(struct inode *inode, u64 block, u32 max, struct route *r,
			 struct block_extent *out)
{
	struct ext2_inode *ei = ext2_i(inode);
	struct branch b;
	int err = branch_alloc(inode, find_goal(inode, block, r), r->depth - r->reached,
			       room_for_run(ext2_fs(inode->sb), r, max), &b);

	if (!err)
		err = branch_fill(inode, r, &b);
	if (err) {
		branch_undo(inode, &b);
		return err;
	}
	branch_hang(inode, r, &b);
	*out = (struct block_extent){ .block = b.first, .count = b.count, .fresh = true };
	ei->known.file = (u32)block;
	ei->known.disk = b.first;
	ei->known.count = b.count;
	ei->last_file = (u32)block + b.count - 1;
	ei->last_disk = b.first + b.count - 1;
	return 0;
}

/* ---- the question ---- */
static bool is_known(const struct ext2_inode *ei, u64 block, u32 max, struct block_extent *out)
{
	const u64 skip = block - ei->known.file;

	if (block < ei->known.file || skip >= ei->known.count)
		return false;
	*out = (struct block_extent){ .block = ei->known.disk + (u32)skip,
				      .count = min(max, ei->known.count - (u32)skip) };
	return true;
}

static int map_locked(struct inode *inode, u64 block, u32 max, bool create,
		      struct block_extent *out)
{
	struct route r;
	int err = route_find(inode, block, &r);

	if (!err && r.reached == r.depth && pointer(&r)) {
		err = found(inode, block, max, &r, out);
	} else if (!err && create) {
		err = create_blocks(inode, block, max, &r, out);
	} else if (!err) {
		*out = (struct block_extent){ .count = hole_length(ext2_fs(inode->sb), &r, max) };
	}
	route_end(&r);
	return err;
}

int ext2_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out)
{
	struct ext2_inode *ei = ext2_i(inode);
	/* Other inodes' blocks are part of a change of names. */
	const bool change = create && S_ISREG(inode->mode);
	int err = 0;

	if (change)
		ext2_change_begin(ext2_fs(inode->sb));
	mutex_lock(&ei->map_lock);
	if (!is_known(ei, block, max, out))
		err = map_locked(inode, block, max, create, out);
	mutex_unlock(&ei->map_lock);
	if (change)
		ext2_change_end(ext2_fs(inode->sb));
	return err;
}
