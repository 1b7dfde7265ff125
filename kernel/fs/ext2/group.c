/*
 * group.c - group descriptors (held in memory while mounted) and bitmaps, and whether a block can
 * be a file's.
 */
#include "ext2_internal.h"
#include "bitmap.h"

int ext2_read(struct ext2_fs *fs, u32 block, const char *what, struct buf *b)
{
	int err = buf_read(fs->bdev, block, fs->geo.block_size, b);

	if (!err)
		return 0;
	if (err == -ENOMEM || err == -EINTR)
		return err;
	return ext2_error(fs, "cannot read block %u (%s)", block, what);
}

int ext2_new_block(struct ext2_fs *fs, u32 block, struct buf *b)
{
	int err = buf_get_new(fs->bdev, block, fs->geo.block_size, b);

	if (!err)
		memset(b->data, 0, fs->geo.block_size);
	return err;
}

struct ext2_group_desc *ext2_desc(struct ext2_fs *fs, u32 group)
{
	struct ext2_group_desc *table = fs->desc_bufs[group / fs->geo.descs_per_block].data;

	DEBUG_ASSERT(group < fs->geo.groups);
	return &table[group % fs->geo.descs_per_block];
}

void ext2_desc_dirty(struct ext2_fs *fs, u32 group)
{
	buf_dirty(&fs->desc_bufs[group / fs->geo.descs_per_block]);
}

void ext2_groups_unload(struct ext2_fs *fs)
{
	for (u32 i = 0; fs->desc_bufs && i < fs->geo.desc_blocks; i++)
		if (fs->desc_bufs[i].page)
			buf_put(&fs->desc_bufs[i]);
	kfree(fs->desc_bufs);
	kfree(fs->seen);
	fs->desc_bufs = NULL;
	fs->seen = NULL;
}

static int read_descs(struct ext2_fs *fs, u32 super)
{
	u32 last = 0;

	for (u32 i = 0; i < fs->geo.desc_blocks; i++) {
		const u32 block = ext2_desc_block(&fs->geo, super, i);
		int err;

		if (!ext2_block_in_range(&fs->geo, block))
			return ext2_error(fs, "descriptor block %u is beyond the end", block);
		if (block >= last) {
			buf_read_ahead(fs->bdev, block, 32, fs->geo.block_size);
			last = block + 32;
		}
		err = ext2_read(fs, block, "group descriptors", &fs->desc_bufs[i]);
		if (err)
			return err;
	}
	return 0;
}

/* Adds up what is free. Counts that cannot be are an error, but none that keeps from reading. */
static int check_descs(struct ext2_fs *fs)
{
	const struct ext2_geometry *geo = &fs->geo;

	fs->free_blocks = fs->free_inodes = fs->dirs = 0;
	for (u32 group = 0; group < geo->groups; group++) {
		const struct ext2_group_desc *d = ext2_desc(fs, group);
		const char *why = ext2_desc_check(geo, group, d);

		if (why) {
			ext2_message(fs, KERN_ERR, "group %u: %s", group, why);
			return -EINVAL;
		}
		if (d->free_blocks > ext2_group_blocks(geo, group) ||
		    d->free_inodes > geo->inodes_per_group ||
		    d->used_dirs > geo->inodes_per_group - d->free_inodes) {
			ext2_error(fs, "group %u: impossible count of what is free", group);
			fs->seen[group] |= EXT2_BAD_BLOCKS | EXT2_BAD_INODES;
			continue;
		}
		fs->free_blocks += d->free_blocks;
		fs->free_inodes += d->free_inodes;
		fs->dirs += d->used_dirs;
	}
	return 0;
}

int ext2_groups_load(struct ext2_fs *fs, u32 super_block)
{
	int err = -ENOMEM;

	fs->desc_bufs = kcalloc(fs->geo.desc_blocks, sizeof(*fs->desc_bufs), GFP_KERNEL);
	fs->seen = kzalloc(fs->geo.groups, GFP_KERNEL);
	if (fs->desc_bufs && fs->seen)
		err = read_descs(fs, super_block);
	if (!err)
		err = check_descs(fs);
	if (err)
		ext2_groups_unload(fs);
	return err;
}

/* A group's own metadata is in use. */
static const char *check_block_bitmap(struct ext2_fs *fs, u32 group, const void *map)
{
	const struct ext2_geometry *geo = &fs->geo;
	const struct ext2_group_desc *d = ext2_desc(fs, group);
	const u32 first = ext2_group_first(geo, group);

	if (!ext2_bitmap_all_set(map, d->block_bitmap - first, 1) ||
	    !ext2_bitmap_all_set(map, d->inode_bitmap - first, 1) ||
	    !ext2_bitmap_all_set(map, d->inode_table - first, geo->table_blocks))
		return "the group's own metadata is marked free";
	if (ext2_group_has_super(geo, group) &&
	    !ext2_bitmap_all_set(map, 0, 1 + ext2_group_desc_blocks(geo, group)))
		return "the super block's copy is marked free";
	return NULL;
}

/* After a crash the bitmap may be newer than the count: then the count is wrong. */
static void correct_count(struct ext2_fs *fs, u32 group, const void *map)
{
	struct ext2_group_desc *d = ext2_desc(fs, group);
	const u32 n = ext2_bitmap_count_clear(map, ext2_group_blocks(&fs->geo, group));

	if (n == d->free_blocks)
		return;
	ext2_warn(fs, "group %u has %u free blocks, not %u as its descriptor says", group, n,
		  d->free_blocks);
	fs->free_blocks += n - d->free_blocks;
	d->free_blocks = (u16)n;
	ext2_desc_dirty(fs, group);
}

static int bad_bitmap(struct ext2_fs *fs, u32 group, u8 bad)
{
	fs->seen[group] |= bad;
	return -EIO;
}

int ext2_block_bitmap(struct ext2_fs *fs, u32 group, struct buf *b)
{
	const char *why;
	int err;

	if (fs->seen[group] & EXT2_BAD_BLOCKS)
		return -EIO;
	err = ext2_read(fs, ext2_desc(fs, group)->block_bitmap, "block bitmap", b);
	if (err == -EIO)
		return bad_bitmap(fs, group, EXT2_BAD_BLOCKS);
	if (err || (fs->seen[group] & EXT2_SEEN_BLOCKS))
		return err;
	why = check_block_bitmap(fs, group, b->data);
	if (why) {
		ext2_error(fs, "group %u, block bitmap at %u: %s", group,
			   ext2_desc(fs, group)->block_bitmap, why);
		buf_put(b);
		return bad_bitmap(fs, group, EXT2_BAD_BLOCKS);
	}
	fs->seen[group] |= EXT2_SEEN_BLOCKS;
	correct_count(fs, group, b->data);
	return 0;
}

int ext2_inode_bitmap(struct ext2_fs *fs, u32 group, struct buf *b)
{
	int err;

	if (fs->seen[group] & EXT2_BAD_INODES)
		return -EIO;
	err = ext2_read(fs, ext2_desc(fs, group)->inode_bitmap, "inode bitmap", b);
	return err == -EIO ? bad_bitmap(fs, group, EXT2_BAD_INODES) : err;
}

bool ext2_blocks_ok(struct ext2_fs *fs, u32 first, u32 count)
{
	const struct ext2_geometry *geo = &fs->geo;
	u32 group;

	if (!ext2_block_in_range(geo, first) || count > geo->blocks - first)
		return false;
	for (group = ext2_group_of(geo, first); count; group++) {
		const u32 end = ext2_group_first(geo, group) + ext2_group_blocks(geo, group);
		const u32 n = min(count, end - first);

		if (!ext2_run_is_data(geo, group, ext2_desc(fs, group), first, n))
			return false;
		first += n;
		count -= n;
	}
	return true;
}
