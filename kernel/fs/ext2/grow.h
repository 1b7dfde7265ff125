/*
 * grow.h - what a file system looks like when it has become larger: its geometry, and the metadata
 * of the groups that are added. Pure.
 *
 * Groups are laid out as mke2fs does without flex_bg: copies of super block and descriptors where
 * they belong, block bitmap, inode bitmap, inode table.
 */
#ifndef EXT2_GROW_H
#define EXT2_GROW_H

#include "layout.h"

/* The size nearest to `blocks` that can be used: a last group that has no room beside its own
 * metadata is left out. Not below the present size. */
u32 ext2_grow_fit(const struct ext2_geometry *geo, u32 blocks);
/* Where growing may go in one step, towards `blocks`: to the end of the last group, or as far as
 * one more block of descriptors tells. */
u32 ext2_grow_step(const struct ext2_geometry *geo, u32 blocks);
/*
 * The geometry with that many blocks, not fewer than now. -EOPNOTSUPP: descriptors or copies of the
 * super block are where they cannot be added to (meta_bg, sparse_super2); -ENOSPC: no block was
 * kept for more descriptors; -EINVAL: more inodes than can be counted.
 */
int ext2_grow_geometry(const struct ext2_geometry *geo, u32 blocks, struct ext2_geometry *out);

/* A new group, of the geometry that has it: nothing in it is in use but its metadata. */
void ext2_grow_desc(const struct ext2_geometry *geo, u32 group, struct ext2_group_desc *d);
void ext2_grow_block_bitmap(const struct ext2_geometry *geo, u32 group, void *map);
void ext2_grow_inode_bitmap(const struct ext2_geometry *geo, void *map);

/* ---- the blocks that are kept for more descriptors (the resize inode's) ---- */
/* Groups behind the first that have a copy of the super block. */
u32 ext2_grow_copies(const struct ext2_geometry *geo);
/* The inode's double-indirect block: which blocks behind the first group's descriptors are kept. */
void ext2_grow_kept(const struct ext2_geometry *geo, u32 *map);
/* What such a block itself holds: where its counterparts in groups with copies are. */
void ext2_grow_kept_copies(const struct ext2_geometry *geo, u32 block, u32 *map);
/* inode.blocks of the resize inode. */
u32 ext2_grow_kept_sectors(const struct ext2_geometry *geo);

#endif
