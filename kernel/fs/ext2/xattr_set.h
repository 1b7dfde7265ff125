/*
 * xattr_set.h - the extended attributes of one inode as a set in memory, read from and written to
 * the two places that hold them: the room behind the inode's fields, and a block. Pure.
 *
 * In both, entries grow from the start and values from the end towards each other; four zero bytes
 * end the entries. Values' offsets count from the first entry in an inode, from its start in a
 * block. Source: the documentation of ext4's extended attributes.
 */
#ifndef EXT2_XATTR_SET_H
#define EXT2_XATTR_SET_H

#include "ext2_format.h"

struct ext2_xattr {
	u8 index, name_len;
	const char *name; /* without its prefix; in the source's bytes or the caller's */
	const void *value;
	u32 size;
};

#define EXT2_XATTRS_MAX 256u
struct ext2_xattr_set {
	u32 count;
	struct ext2_xattr attr[EXT2_XATTRS_MAX];
};

/* Entries at `entries` up to `end`, value offsets counting from `base`. Adds to the set; what is
 * wrong in words, or NULL. Nothing of the bytes is copied: they must stay. */
const char *ext2_xattr_parse(struct ext2_xattr_set *set, const u8 *base, const u8 *entries,
			     const u8 *end);
struct ext2_xattr *ext2_xattr_find(struct ext2_xattr_set *set, u8 index, const char *name, u32 len);
void ext2_xattr_delete(struct ext2_xattr_set *set, const struct ext2_xattr *attr);
/* Bytes an attribute takes, entry and value. */
u32 ext2_xattr_bytes(const struct ext2_xattr *attr);
/* Writes attributes first .. first + n - 1 to zeroed bytes; false: no room. A block's have hashes.
 */
bool ext2_xattr_store(const struct ext2_xattr_set *set, u32 first, u32 n, u8 *base, u8 *entries,
		      u8 *end, bool hashed);
/* As a block wants them: by index, length of name, name. */
void ext2_xattr_sort(struct ext2_xattr_set *set, u32 first, u32 n);
/* A block's hash over those of its entries; 0 when one of them has none. */
u32 ext2_xattr_block_hash(const u8 *entries, const u8 *end);

#endif
