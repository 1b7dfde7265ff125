/*
 * tmpfs.h - files in memory: what other file systems and the kernel build on tmpfs.
 *
 * A tmpfs keeps names in pinned dentries and data in the page cache, which is their only store.
 * Every page and every inode is counted against the limits of its super block.
 */
#ifndef KERNEL_TMPFS_H
#define KERNEL_TMPFS_H

#include <kernel/types.h>

struct file;
struct inode;
struct super_block;

/*
 * Makes sb a tmpfs with mount options (may be NULL) and a root directory: the body of a
 * fs_type.mount(). 0, -EINVAL, -ENOMEM. devtmpfs is such a one.
 */
int tmpfs_fill_super(struct super_block *sb, const char *options);
/* From now on it may hold what it has and half of the memory that is free. */
void tmpfs_limit_growth(struct super_block *sb);
/* A file without a name (memfd, shared memory); seals: F_SEAL_*. O_RDWR. ERR_PTR. */
struct file *tmpfs_anon_file(const char *name, loff_t size, u32 seals);
bool inode_is_tmpfs_file(const struct inode *inode);

#endif
