/*
 * layout.h - where things are on an ext2 disk, worked out from a super block that is checked first.
 * Pure.
 */
#ifndef EXT2_LAYOUT_H
#define EXT2_LAYOUT_H

#include "ext2_format.h"

struct ext2_geometry {
	u32 block_bits, block_size;
	u32 blocks, inodes, first_data_block, groups;
	u32 blocks_per_group, inodes_per_group;
	u32 inode_size, inodes_per_block, first_ino;
	u32 table_blocks; /* of a group's inode table */
	u32 descs_per_block, desc_blocks;
	u32 first_meta_bg, reserved_gdt;
	bool sparse, sparse2, meta_bg, filetype;
};

/* 0 with *geo filled, or -EINVAL with *why in words. */
int ext2_geometry_make(const struct ext2_super *s, u64 device_bytes, struct ext2_geometry *geo,
		       const char **why);

/* The names of the features in `mask`, with blanks between them. */
enum ext2_feature_kind {
	EXT2_KIND_COMPAT,
	EXT2_KIND_INCOMPAT,
	EXT2_KIND_RO_COMPAT
};
const char *ext2_feature_names(enum ext2_feature_kind kind, u32 mask, char *buf, size_t size);

static inline u32 ext2_group_first(const struct ext2_geometry *geo, u32 group)
{
	return geo->first_data_block + group * geo->blocks_per_group;
}
/* Blocks of a group; the last may be shorter. */
static inline u32 ext2_group_blocks(const struct ext2_geometry *geo, u32 group)
{
	return group + 1 < geo->groups ? geo->blocks_per_group
				       : geo->blocks - ext2_group_first(geo, group);
}
static inline u32 ext2_group_of(const struct ext2_geometry *geo, u32 block)
{
	return (block - geo->first_data_block) / geo->blocks_per_group;
}
static inline bool ext2_block_in_range(const struct ext2_geometry *geo, u32 block)
{
	return block >= geo->first_data_block && block < geo->blocks;
}
bool ext2_group_has_super(const struct ext2_geometry *geo, u32 group);
/* Descriptor blocks in a group, and where the nth of all is (`super`: the super block's place). */
u32 ext2_group_desc_blocks(const struct ext2_geometry *geo, u32 group);
u32 ext2_desc_block(const struct ext2_geometry *geo, u32 super, u32 nth);
/* Blocks at the start of a group that are super block, descriptors and their reserve. */
u32 ext2_group_head(const struct ext2_geometry *geo, u32 group);
/* NULL, or what is wrong with a descriptor's places. */
const char *ext2_desc_check(const struct ext2_geometry *geo, u32 group,
			    const struct ext2_group_desc *d);
/* Does [first, first + count), inside one group, touch none of its metadata? */
bool ext2_run_is_data(const struct ext2_geometry *geo, u32 group, const struct ext2_group_desc *d,
		      u32 first, u32 count);
/* Blocks that can never hold files: what statfs takes off. */
u32 ext2_overhead(const struct ext2_geometry *geo);
/* The largest file: what three levels of pointers reach and what inode.blocks can count. */
u64 ext2_max_file(const struct ext2_geometry *geo);

#endif
