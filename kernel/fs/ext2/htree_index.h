/*
 * htree_index.h - the index blocks of hashed directories, as they stand on the disk. Pure.
 *
 * Block 0 of the directory is the root: "." and "..", behind them (where the record of ".." has
 * room) the index. Each entry says: from this hash on, names are in that block; the first entry's
 * place holds count and limit instead of a hash, for it begins at 0. A lower index block begins
 * with a record of a gap that fills it, so that to a linear reader all of it is directory.
 */
#ifndef EXT2_HTREE_INDEX_H
#define EXT2_HTREE_INDEX_H

#include "ext2_format.h"

struct ext2_dx_entry {
	union {
		u32 hash; /* lowest bit: the block before also has names of this hash */
		struct {
			u16 limit, count;
		};
	};
	u32 block;
};

struct ext2_dx_root {
	u32 dot_inode;
	u16 dot_rec_len;
	u8 dot_name_len, dot_type;
	char dot_name[4];
	u32 dotdot_inode;
	u16 dotdot_rec_len;
	u8 dotdot_name_len, dotdot_type;
	char dotdot_name[4];
	u32 reserved;
	u8 hash_version, info_length, levels, unused;
	struct ext2_dx_entry entry[];
};
_Static_assert(sizeof(struct ext2_dx_root) == 32, "index root");

struct ext2_dx_node {
	u32 inode;
	u16 rec_len;
	u8 name_len, type;
	struct ext2_dx_entry entry[];
};

#define EXT2_DX_LEVELS	   2u /* index blocks on the way to a leaf, at most */
#define EXT2_DX_BLOCK_MASK 0x0fffffffu

/* How many entries fit. */
static inline u32 ext2_dx_root_limit(u32 block_size)
{
	return (block_size - (u32)sizeof(struct ext2_dx_root)) / 8;
}
static inline u32 ext2_dx_node_limit(u32 block_size)
{
	return (block_size - (u32)sizeof(struct ext2_dx_node)) / 8;
}
/* The entries of a root or lower block; NULL: it is none. */
struct ext2_dx_entry *ext2_dx_root_check(void *data, u32 block_size);
struct ext2_dx_entry *ext2_dx_node_check(void *data, u32 block_size);
/* The entry that a hash belongs to. */
u32 ext2_dx_search(const struct ext2_dx_entry *entries, u32 hash);
/* False: no room, or (on a disk where blocks overlap) the entries changed meanwhile. */
bool ext2_dx_insert(struct ext2_dx_entry *entries, u32 limit, u32 at, u32 hash, u32 block);

#endif
