/* iso9660_internal.h - what the files of this file system share: the kernel's side of iso_tree.h.
 */
#ifndef ISO9660_INTERNAL_H
#define ISO9660_INTERNAL_H

#include "iso_tree.h"
#include <kernel/blockfile.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define ISO_COMPLAINTS_MAX 20u /* of one mount: a scratched disc must not fill the log */

/* Options that replace what the disc says. */
struct iso_owner {
	bool uid_set, gid_set, mode_set, dmode_set;
	bool over_rock; /* mode and dmode replace Rock Ridge's too */
	uid_t uid;
	gid_t gid;
	u32 mode, dmode;
};

struct zisofs;

struct iso_sb {
	struct iso_fs fs;
	struct super_block *sb;
	struct iso_owner owner;
	struct atomic complaints;
	struct mutex zisofs_lock; /* RANK_FS_BLOCKS */
	struct zisofs *zisofs;	  /* made when a compressed file is read first; zisofs_lock */
};

struct iso_inode {
	struct inode vfs; /* first: freed by its address */
	struct blockfile file;
	u32 extent;		     /* a directory's */
	char *link;		     /* a symbolic link's target */
	unsigned int sections;	     /* 0: its data cannot be read */
	struct iso_section first;    /* when there is one */
	struct iso_section *section; /* &first, or kmalloc()ed */
	u64 packed;		     /* bytes of a compressed file on the disc */
	u8 zf_header, zf_block_bits;
};

/* A directory being read and the entry in hand: too much for the stack. */
struct iso_walk {
	struct iso_dir dir;
	struct iso_entry entry;
	struct iso_attributes attributes;
};

static inline struct iso_inode *iso_i(struct inode *inode)
{
	return container_of(inode, struct iso_inode, vfs);
}
static inline struct iso_sb *iso_s(struct super_block *sb)
{
	return sb->private;
}

/* session.c: where the volume begins that is mounted, as the options and the drive say. 0, -EINVAL:
 * there is no such session (told in the log). */
int iso_find_session(const struct block_device *bdev, struct iso_options *o);
/* options.c: cuts `text` up. 0 or -EINVAL. */
int iso_parse_options(char *text, struct iso_options *o, struct iso_owner *owner);
/* inode.c */
extern struct kmem_cache *iso_inode_cache;
/* The inode of w->entry, which w->dir stands behind; steps on in the directory. ERR_PTR. */
int iso_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out);
struct inode *iso_inode_get(struct super_block *sb, struct iso_walk *w);
/* zisofs.c */
/* Makes a file compressed, if that can be read: 0 or -EIO. */
int iso_zisofs_set(struct iso_inode *ii, const struct iso_rock *rock, u64 packed);
void iso_zisofs_end(struct iso_sb *s);
/* dir.c */
extern const struct inode_ops iso_dir_iops;
extern const struct file_ops iso_dir_fops;

#endif
