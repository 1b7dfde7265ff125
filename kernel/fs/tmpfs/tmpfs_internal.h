/* tmpfs_internal.h - what the files of tmpfs share. */
#ifndef TMPFS_INTERNAL_H
#define TMPFS_INTERNAL_H

#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/tmpfs.h>

#define TMPFS_FILE_FLAGS 0xf0u /* immutable, append, nodump, noatime */

struct tmpfs_sb {
	struct spinlock lock;		       /* guards the counts and limits */
	unsigned long max_pages, used_pages;   /* max 0: no limit */
	unsigned long max_inodes, used_inodes; /* max 0: no limit */
	u32 mode;
	uid_t uid;
	gid_t gid;
};

struct tmpfs_inode {
	struct inode vfs; /* first: freed by its address */
	char *link;	  /* target of a symbolic link */
	struct list_head xattrs;
	u32 seals; /* F_SEAL_*, under inode->lock */
};

static inline struct tmpfs_inode *tmpfs_i(struct inode *inode)
{
	return container_of(inode, struct tmpfs_inode, vfs);
}
static inline struct tmpfs_sb *tmpfs_s(struct super_block *sb)
{
	return sb->private;
}

/* tmpfs_limits.c: pure accounting. */
int tmpfs_charge_pages(struct tmpfs_sb *s, unsigned long pages); /* 0 or -ENOSPC */
void tmpfs_uncharge_pages(struct tmpfs_sb *s, unsigned long pages);
int tmpfs_charge_inode(struct tmpfs_sb *s);
void tmpfs_uncharge_inode(struct tmpfs_sb *s);
bool tmpfs_has_room(struct tmpfs_sb *s, unsigned long pages);
/* "64k", "10m", "50%" (of total_pages, in bytes); false when malformed. */
bool tmpfs_parse_size(const char *text, unsigned long total_pages, u64 *bytes);
/* Reads options into *s; text is cut up. 0 or -EINVAL. */
int tmpfs_parse_options(struct tmpfs_sb *s, char *text, unsigned long total_pages);
/* New limits from a remount, unless they are below what is in use. */
int tmpfs_change_limits(struct tmpfs_sb *s, const struct tmpfs_sb *want);

struct inode *tmpfs_make_inode(struct super_block *sb, const struct inode *dir, u32 mode, u32 rdev);
extern const struct file_ops tmpfs_file_fops;
extern const struct mapping_ops tmpfs_mapping_ops;
extern const struct inode_ops tmpfs_file_iops;
ssize_t tmpfs_getxattr(struct inode *inode, const char *name, void *buf, size_t size);
int tmpfs_setxattr(struct inode *inode, const char *name, const void *value, size_t size,
		   u32 flags);
ssize_t tmpfs_listxattr(struct inode *inode, char *buf, size_t size);
void tmpfs_free_xattrs(struct tmpfs_inode *ti);
int tmpfs_setattr(struct dentry *dentry, const struct iattr *attr);
int tmpfs_getattr(const struct path *path, struct kstat *st);

#endif
