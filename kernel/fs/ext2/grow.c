/*
 * grow.c - what a file system looks like when it has become larger; see grow.h.
 */
#include "grow.h"
#include "bitmap.h"
#include <kernel/errno.h>
#include <kernel/string.h>

/* A last group that would have fewer blocks for files is not made; mke2fs and resize2fs agree. */
#define LEAST_IN_GROUP 50u

static u32 groups_of(const struct ext2_geometry *geo, u32 blocks)
{
	return (blocks - geo->first_data_block - 1) / geo->blocks_per_group + 1;
}

static u32 metadata_of(const struct ext2_geometry *geo, u32 group)
{
	return ext2_group_head(geo, group) + 2 + geo->table_blocks;
}

u32 ext2_grow_fit(const struct ext2_geometry *geo, u32 blocks)
{
	const u32 group = groups_of(geo, blocks) - 1, first = ext2_group_first(geo, group);

	if (group < geo->groups || blocks - first >= metadata_of(geo, group) + LEAST_IN_GROUP)
		return blocks;
	return max(first, geo->blocks);
}

u32 ext2_grow_step(const struct ext2_geometry *geo, u32 blocks)
{
	const u32 end = ext2_group_first(geo, geo->groups - 1) + geo->blocks_per_group;
	const u32 groups = (geo->groups / geo->descs_per_block + 1) * geo->descs_per_block;

	/* The end of all may be beyond what 32 bits count. */
	if (end > geo->blocks && end < blocks)
		return end;
	return groups < groups_of(geo, blocks) ? ext2_group_first(geo, groups) : blocks;
}

int ext2_grow_geometry(const struct ext2_geometry *geo, u32 blocks, struct ext2_geometry *out)
{
	const u32 groups = groups_of(geo, blocks);
	const u32 descs = DIV_ROUND_UP(groups, geo->descs_per_block),
		  more = descs - geo->desc_blocks;

	if (geo->meta_bg || geo->sparse2)
		return -EOPNOTSUPP;
	if (more > geo->reserved_gdt)
		return -ENOSPC;
	if ((u64)groups * geo->inodes_per_group > 0xffffffffu)
		return -EINVAL;
	*out = *geo;
	out->blocks = blocks;
	out->groups = groups;
	out->inodes = groups * geo->inodes_per_group;
	out->desc_blocks = descs;
	out->reserved_gdt = geo->reserved_gdt - more;
	/* Each kept block lists the copies. */
	return out->reserved_gdt && ext2_grow_copies(out) > geo->block_size / 4 ? -ENOSPC : 0;
}

void ext2_grow_desc(const struct ext2_geometry *geo, u32 group, struct ext2_group_desc *d)
{
	const u32 at = ext2_group_first(geo, group) + ext2_group_head(geo, group);

	*d = (struct ext2_group_desc){
		.block_bitmap = at,
		.inode_bitmap = at + 1,
		.inode_table = at + 2,
		.free_blocks = (u16)(ext2_group_blocks(geo, group) - metadata_of(geo, group)),
		.free_inodes = (u16)geo->inodes_per_group,
	};
}

/* Bits of nothing are set. */
static void fill_end(const struct ext2_geometry *geo, void *map, u32 used)
{
	ext2_bitmap_set(map, used, geo->block_size * 8 - used);
}

void ext2_grow_block_bitmap(const struct ext2_geometry *geo, u32 group, void *map)
{
	memset(map, 0, geo->block_size);
	ext2_bitmap_set(map, 0, metadata_of(geo, group));
	fill_end(geo, map, ext2_group_blocks(geo, group));
}

void ext2_grow_inode_bitmap(const struct ext2_geometry *geo, void *map)
{
	memset(map, 0, geo->block_size);
	fill_end(geo, map, geo->inodes_per_group);
}

u32 ext2_grow_copies(const struct ext2_geometry *geo)
{
	u32 n = 0;

	for (u32 group = 1; group < geo->groups; group++)
		n += ext2_group_has_super(geo, group);
	return n;
}

void ext2_grow_kept(const struct ext2_geometry *geo, u32 *map)
{
	const u32 pointers = geo->block_size / 4;
	const u32 first = geo->first_data_block + 1 + geo->desc_blocks;

	memset(map, 0, geo->block_size);
	for (u32 i = 0; i < geo->reserved_gdt; i++)
		map[(geo->desc_blocks + i) % pointers] = first + i;
}

void ext2_grow_kept_copies(const struct ext2_geometry *geo, u32 block, u32 *map)
{
	u32 n = 0;

	memset(map, 0, geo->block_size);
	for (u32 group = 1; group < geo->groups; group++)
		if (ext2_group_has_super(geo, group))
			map[n++] = block + group * geo->blocks_per_group;
}

u32 ext2_grow_kept_sectors(const struct ext2_geometry *geo)
{
	return (1 + geo->reserved_gdt * (1 + ext2_grow_copies(geo))) * (geo->block_size / 512);
}
