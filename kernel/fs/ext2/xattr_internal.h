/*
 * xattr_internal.h - an inode's extended attributes while they are looked at or changed; shared by
 * xattr.c and xattr_write.c. inode.xattr_lock is held throughout.
 */
#ifndef EXT2_XATTR_INTERNAL_H
#define EXT2_XATTR_INTERNAL_H

#include "ext2_internal.h"
#include "xattr_set.h"

struct ext2_xattr_prefix {
	u8 index; /* stands for the text on disk */
	const char *text;
	bool settable;
};

/* All of an inode's attributes, with the buffers that their bytes lie in. */
struct xattrs {
	struct inode *inode;
	struct ext2_fs *fs;
	struct buf inode_buf, block_buf;
	struct ext2_raw_inode *raw;
	u8 *room, *room_end; /* behind the inode's fields; NULL: none */
	struct ext2_xattr_set set;
};

const struct ext2_xattr_prefix *ext2_xattr_prefix(const char *name);
bool ext2_xattr_is_hidden(const struct ext2_fs *fs, u8 index);
struct xattrs *ext2_xattrs_get(struct inode *inode); /* ERR_PTR */
void ext2_xattrs_put(struct xattrs *x);
int ext2_xattr_read_block(struct ext2_fs *fs, struct inode *inode, struct buf *b);

#endif
