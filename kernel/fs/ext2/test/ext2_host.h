/*
 * ext2_host.h - an ext2 file system mounted on this host, over an image in memory.
 *
 * Buffers are pieces of memory of a block each, so that ASan sees an access past a block; they
 * reach the image when they are synced, and one that was forgotten never does. File data goes to
 * the image directly. Names are paths from the root; every function returns what the kernel's
 * operation returned.
 */
#ifndef EXT2_HOST_H
#define EXT2_HOST_H

#include <host/host.h>
#include "../ext2_internal.h"

/* Once, before the first test: what stays allocated. */
void eh_start(void);
int eh_mount(u8 *image, size_t size, const char *options, u32 flags);
int eh_remount(u32 flags, const char *options);
void eh_umount(void);
void eh_drop_caches(void); /* all that is not in use */
struct super_block *eh_super(void);

int eh_make(const char *path, u32 mode, u32 rdev); /* also directories */
int eh_symlink(const char *path, const char *target);
int eh_link(const char *old, const char *new);
int eh_remove(const char *path);
int eh_rename(const char *old, const char *new, u32 flags);
int eh_write(const char *path, u64 offset, const void *data, size_t len);
int eh_read(const char *path, u64 offset, void *data, size_t len); /* bytes */
int eh_truncate(const char *path, u64 size);
int eh_readlink(const char *path, char *buf, size_t size);
int eh_setxattr(const char *path, const char *name, const void *value, size_t size);
int eh_getxattr(const char *path, const char *name, void *value, size_t size);
/* Names without "." and ".."; how many there are. */
int eh_list(const char *path, void (*each)(const char *name, u32 len, u32 type, void *arg),
	    void *arg);
/* The inode, referenced; ERR_PTR. */
struct inode *eh_inode(const char *path);
unsigned int eh_buffers_held(void);
/* Where a block of a file is in the image; NULL: a hole, or *err. */
u8 *eh_place(struct inode *inode, u64 block, bool create, int *err);

#endif
