/*
 * fat_internal.h - the mounted volume and its inodes, as the files of kernel/fs/fat/ share them.
 *
 *   namei.c  file.c  super.c  what the VFS calls
 *      |        |       |
 *    dir.c   map.c   inode.c  entries in directories; a file's clusters; inodes and their entries
 *       \       |      /
 *        table.c             who has which cluster
 *   fat_layout fat_name fat_time  pure
 *
 * An inode is found by the place of its short entry on the disk (fat_inode.entry), which changes
 * when it is renamed; its number stays. A name on disk may be spelt in many ways: each that was
 * used is a dentry of its own, and one is right as long as it carries the inode's name_version.
 *
 * Numbers read from the disk are checked where they are read. What is wrong ends in fat_error(): a
 * line in the log, errors= carried out, -EIO.
 *
 * Locks, outermost first: inode->lock of the VFS (a directory's entries); inode.map_lock
 * (RANK_FS_BLOCKS); fs.table_lock (RANK_FS_ALLOC); fs.entry_lock (spinning).
 */
#ifndef FAT_INTERNAL_H
#define FAT_INTERNAL_H

#include "fat_format.h"
#include "fat_layout.h"
#include "fat_name.h"
#include "fat_time.h"
#include <kernel/assert.h>
#include <kernel/blockdev.h>
#include <kernel/blockfile.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/lock.h>
#include <kernel/message_limit.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>

enum fat_errors {
	FAT_ERRORS_RO,
	FAT_ERRORS_CONTINUE,
	FAT_ERRORS_PANIC
};

struct fat_options {
	uid_t uid;
	gid_t gid;
	u32 file_mask, dir_mask; /* permission bits taken away */
	enum fat_errors errors;
	bool quiet;	 /* chown and chmod that cannot be are ignored */
	bool utc;	 /* tz=UTC */
	bool short_only; /* type msdos: no long names */
	bool flush;	 /* written when a file is closed */
	bool use_free;	 /* usefree: the number of free clusters on the disk is believed */
	bool has_offset;
	s32 offset; /* time_offset=, in seconds */
};

#define FAT_HASH_BITS 6u

struct fat_fs {
	struct super_block *sb;
	struct block_device *bdev;
	struct fat_layout geo;
	struct fat_options opt;
	char name[24];		 /* of the device, for messages */
	struct mutex table_lock; /* the table, the fields below */
	u32 free;		 /* clusters, if free_known */
	bool free_known;
	u32 next;	/* where to look for a free one */
	bool was_dirty; /* somebody else did not unmount it: the mark stays */
	bool failed;	/* an error made it read-only: what was changed before is written */
	u32 sound;	/* errseq of the device's cache, as long as all of it could be written */
	struct spinlock entry_lock;
	struct hlist_head by_entry[1u << FAT_HASH_BITS]; /* entry_lock */
	u64 next_ino;					 /* entry_lock */
	struct message_limit errors;
};

/* A run of a file's clusters. */
struct fat_run {
	u32 file, disk, count;
};
#define FAT_RUNS 8u

#define FAT_NO_ENTRY (~0ull)

struct fat_inode {
	u32 start;    /* first cluster, 0: none; map_lock */
	u32 clusters; /* the chain's length, if chain_known; map_lock */
	u32 last;     /* its last cluster */
	bool chain_known;
	struct fat_run run[FAT_RUNS]; /* the latest first; map_lock */
	struct mutex map_lock;
	u64 entry; /* of the device, in units of ENTRY_SIZE; fs.entry_lock */
	struct hlist_node entry_node;
	u8 attr; /* as on disk; inode->lock */
	u32 name_version;
	u32 device_error; /* errseq of the device's cache: which one its fsync() has told */
	bool loaded;
	struct blockfile blockfile;
	struct inode vfs;
};

static inline struct fat_fs *fat_fs(const struct super_block *sb)
{
	return sb->private;
}
static inline struct fat_inode *fat_i(struct inode *inode)
{
	return container_of(inode, struct fat_inode, vfs);
}
static inline bool fat_readonly(const struct fat_fs *fs)
{
	return fs->sb->flags & MS_RDONLY;
}
/* FAT12's and FAT16's root directory lies before the clusters and cannot grow. */
static inline bool fat_is_fixed_root(const struct inode *inode)
{
	return inode == inode->sb->root->inode && fat_fs(inode->sb)->geo.width != 32;
}

/* ---- super.c ---- */
int fat_mount(struct fs_type *type, struct super_block *sb, const char *source,
	      const char *options);

/* ---- error.c ---- */
/* Tables and directories are in the device's cache: its errors. */
static inline u32 *fat_device_error(const struct fat_fs *fs)
{
	return &fs->bdev->inode->data.wb_error;
}
int fat_error(struct fat_fs *fs, const char *fmt, ...) __printf(2, 3) __cold; /* -EIO */
void fat_message(struct fat_fs *fs, const char *level, const char *fmt, ...) __printf(3, 4);

/* ---- options.c ---- */
void fat_options_default(struct fat_options *opt, bool short_only);
/* Changes the text. 0, -EINVAL (told in the log). */
int fat_options_parse(struct fat_options *opt, char *text, const char *device);
size_t fat_options_show(const struct fat_options *opt, char *buf, size_t size);
/* Seconds that the volume's times are ahead of UTC. */
s32 fat_zone(const struct fat_fs *fs);

/* ---- table.c ---- */
/* What stands in a good cluster's entry: FAT_FREE, the next cluster, FAT_BAD, or FAT_END. */
int fat_table_get(struct fat_fs *fs, u32 cluster, u32 *next);
/*
 * Takes up to `want` clusters, near behind `after` (0: anywhere), chained to one another, ended,
 * and hung behind `after`. One run: *first, *count. -ENOSPC.
 */
int fat_table_alloc(struct fat_fs *fs, u32 after, u32 want, u32 *first, u32 *count);
/* Gives a chain back, from `cluster` on; ends it at `last` before (0: it had no other part). */
int fat_table_free(struct fat_fs *fs, u32 last, u32 cluster);
/* Counts once, then knows. */
int fat_table_count(struct fat_fs *fs, u32 *free);
int fat_info_read(struct fat_fs *fs);  /* FSInfo of FAT32 */
int fat_info_write(struct fat_fs *fs); /* if it changed */

/* ---- map.c ---- */
int fat_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out);
/* The run that holds the file's cluster `n`: -ENOENT behind the chain's end. */
int fat_find_run(struct inode *inode, u32 n, struct fat_run *run);
/* Makes the chain at least `clusters` long. */
int fat_grow(struct inode *inode, u32 clusters);
/* Cuts the chain to `clusters`. */
int fat_cut(struct inode *inode, u32 clusters);
void fat_map_reset(struct inode *inode, u32 start);

/* ---- inode.c ---- */
int fat_inode_init(void);
struct inode *fat_alloc_inode(struct super_block *sb);
void fat_free_inode(struct inode *inode);
void fat_evict_inode(struct inode *inode);
int fat_write_inode(struct inode *inode, bool wait);
/* The directory is locked: the entry stays where it is. ERR_PTR. */
struct inode *fat_iget(struct super_block *sb, u64 entry);
struct inode *fat_root_inode(struct super_block *sb);
/* The number that a file has, or would get. */
u64 fat_ino(struct fat_fs *fs, u64 entry);
void fat_move_entry(struct inode *inode, u64 entry); /* FAT_NO_ENTRY: it has none now */
void fat_encode_entry(struct inode *inode, u8 *raw); /* all but the name */
u32 fat_mode(const struct fat_fs *fs, u8 attr);

/* ---- dir.c: dir->lock held ---- */
struct fat_slot {  /* an entry of a directory: its long name's slots and its own */
	u32 index; /* of the first slot */
	u32 slots; /* with the short one, which is the last */
	u64 entry; /* place of the short one */
	u8 raw[ENTRY_SIZE];
	struct fat_name name;	  /* as it is shown */
	struct fat_long longname; /* while it is read */
};
/* The next one from *index on, which moves behind it: 1, 0 at the end, -errno. */
int fat_dir_next(struct inode *dir, u32 *index, struct fat_slot *slot);
int fat_dir_find(struct inode *dir, const struct fat_name *name,
		 struct fat_slot *slot); /* -ENOENT */
/* raw: everything but the name. Fills in slot. -ENOSPC, -EIO. */
int fat_dir_add(struct inode *dir, const struct fat_name *name, const u8 *raw,
		struct fat_slot *slot);
int fat_dir_remove(struct inode *dir, const struct fat_slot *slot);
/* How many directories are in it. */
int fat_dir_count(struct inode *dir, u32 *dirs);
int fat_dir_is_empty(struct inode *dir); /* 1, 0, -errno */
/* "." and ".." in a new directory's first cluster. */
int fat_dir_init(struct inode *inode, struct inode *parent);
/* Its "..": is it there? 0, or -EIO that was told; then it can be set. */
int fat_dir_check_parent(struct inode *inode);
int fat_dir_set_parent(struct inode *inode, struct inode *parent);
int fat_iterate(struct file *file, struct dir_context *ctx);

/* ---- file.c ---- */
int fat_setattr(struct dentry *dentry, const struct iattr *attr);
int fat_getattr(const struct path *path, struct kstat *st);
int fat_fill_gap(struct inode *inode, loff_t pos);
int fat_fsync(struct file *file, loff_t start, loff_t end, bool datasync);

extern const struct inode_ops fat_file_iops, fat_dir_iops;
extern const struct file_ops fat_file_fops, fat_dir_fops;

#endif
