/*
 * htree.h - a walk down the index of a hashed directory; shared by htree.c and htree_split.c.
 */
#ifndef EXT2_HTREE_H
#define EXT2_HTREE_H

#include "ext2_internal.h"
#include "htree_index.h"

struct dx_frame {
	struct ext2_dir_pos pos;
	struct ext2_dx_entry *entries;
	u32 at; /* the entry the walk went through */
};

struct dx_walk {
	struct inode *dir;
	u32 hash, version;
	unsigned int depth; /* frames in use */
	struct dx_frame frame[EXT2_DX_LEVELS];
};

static inline struct dx_frame *dx_last(struct dx_walk *w)
{
	return &w->frame[w->depth - 1];
}
/* 0, -EAGAIN (no usable index), -EIO. dx_end() in any case. */
int dx_begin(struct dx_walk *w, struct inode *dir, const char *name, u32 len);
void dx_end(struct dx_walk *w);
/* Splits the leaf the walk leads to, the index above it first where that is full; *leaf (held) is
 * then the half that the walk's hash belongs to. */
int dx_split(struct dx_walk *w, struct ext2_dir_pos *leaf);

#endif
