/*
 * dirent.h - the records of one directory block: walking, finding, adding, removing. Pure.
 *
 * A block is a chain of records that fills it exactly; a record's rec_len leads to the next. What
 * these functions return lies inside the block whatever the block contains. A broken chain is
 * EXT2_DIRENT_BAD, never followed.
 */
#ifndef EXT2_DIRENT_H
#define EXT2_DIRENT_H

#include "ext2_format.h"

struct ext2_dirblock {
	u8 *data;
	u32 size;
	u32 inodes;    /* the largest inode number there is */
	bool filetype; /* records have types */
};

#define EXT2_DIRENT_BAD ((struct ext2_dirent *)-1)

/* The record at `offset`, NULL at the end of the block, EXT2_DIRENT_BAD. */
struct ext2_dirent *ext2_dirent_at(const struct ext2_dirblock *b, u32 offset);
/* What is wrong with the record at `offset`, in words. */
const char *ext2_dirent_fault(const struct ext2_dirblock *b, u32 offset);
/* The record of that name, NULL, EXT2_DIRENT_BAD (*offset is where). */
struct ext2_dirent *ext2_dirent_find(const struct ext2_dirblock *b, const char *name, u32 len,
				     u32 *offset);
/* A record that has room for a name of len bytes, NULL, EXT2_DIRENT_BAD. */
struct ext2_dirent *ext2_dirent_room(const struct ext2_dirblock *b, u32 len, u32 *offset);
/* Puts a name into the room that record `d` has. False: it has none; on a disk where blocks overlap
 * it may have changed meanwhile. */
bool ext2_dirent_put(const struct ext2_dirblock *b, struct ext2_dirent *d, const char *name,
		     u32 len, u32 ino, u8 type);
/* Removes record `d`: its room goes to the one before it, or it becomes a gap. */
int ext2_dirent_remove(const struct ext2_dirblock *b, const struct ext2_dirent *d);
/* A block of one gap; a block of "." and "..". */
void ext2_dirblock_init(const struct ext2_dirblock *b);
void ext2_dirblock_init_dots(const struct ext2_dirblock *b, u32 self, u32 parent);
/* Nothing but ".", ".." and gaps? 1, 0, or -EIO. */
int ext2_dirblock_is_empty(const struct ext2_dirblock *b, u32 *offset);
/* The record's type of a file's mode, and DT_* of a record. */
u8 ext2_type_of_mode(u32 mode);
u32 ext2_dtype(const struct ext2_dirblock *b, const struct ext2_dirent *d);

#endif
