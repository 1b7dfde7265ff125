/*
 * htree_hash.h - the hashes of names in hashed directories (dir_index). Pure.
 *
 * Half MD4 is the round function of RFC 1320 cut down, TEA Wheeler and Needham's cipher (1994); how
 * names are fed to them: the documentation of ext4's directory hashes.
 */
#ifndef EXT2_HTREE_HASH_H
#define EXT2_HTREE_HASH_H

#include <kernel/types.h>

enum ext2_hash_version { /* as in the index */
	EXT2_HASH_LEGACY,
	EXT2_HASH_HALF_MD4,
	EXT2_HASH_TEA,
	EXT2_HASH_LEGACY_UNSIGNED,
	EXT2_HASH_HALF_MD4_UNSIGNED,
	EXT2_HASH_TEA_UNSIGNED,
	EXT2_HASH_COUNT
};

/* The hash an index sorts by: even, never the mark of the end. seed may be all zero: the standard
 * one is taken then. */
u32 ext2_name_hash(enum ext2_hash_version version, const u32 seed[4], const char *name, u32 len);

#endif
