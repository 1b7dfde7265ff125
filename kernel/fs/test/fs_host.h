/*
 * fs_host.h - a file system mounted on this host, over an image in memory.
 *
 * Buffers are pieces of memory of a chunk each, so that ASan sees an access past one; they reach
 * the image when they are synced, and one that was forgotten never does. File data goes to the
 * image directly. Names are paths from the root; every function returns what the kernel's operation
 * returned. One file system at a time, of one kind in a program.
 */
#ifndef FS_HOST_H
#define FS_HOST_H

#include <host/host.h>
#include <kernel/fs.h>

/* What the file system does itself. */
struct host_fs {
	int (*init)(void);				 /* its caches */
	u32 (*chunk_size)(const u8 *image, size_t size); /* of its buffers; of a good image */
	int (*mount)(struct super_block *sb, const char *options);
	void (*trim)(struct inode *inode);   /* gives back what lies behind the file's end */
	void (*closed)(struct inode *inode); /* a writer has closed it; NULL: nothing to do */
};

/* Once, before the first test: what stays allocated. */
void eh_start(const struct host_fs *fs);
int eh_mount_image(u8 *image, size_t size, const char *options, u32 flags);
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
/* Called while sectors are given back, which hold 0xdd afterwards; its error becomes that of it. */
extern int (*eh_on_discard)(u64 sector, u64 sectors);
/* Called when all that was written has reached the image. */
extern void (*eh_on_sync)(void);
/* Called before a changed chunk (a buffer, or several) reaches the image, which its error keeps it
 * from; and when the drive's cache is flushed. */
extern int (*eh_on_write)(u32 chunk);
extern void (*eh_on_flush)(void);
struct disk *eh_disk(void);
u32 eh_block_size(const struct inode *inode);
/* For fs_host_paths.c. */
void eh_trim(struct inode *inode);
void eh_closed(struct inode *inode);
/* Where a block of a file is in the image; NULL: a hole, or *err. */
u8 *eh_place(struct inode *inode, u64 block, bool create, int *err);

#endif
