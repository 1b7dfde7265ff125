/*
 * ext2_internal.h - the mounted file system and its inodes, as the files of kernel/fs/ext2/ share
 * them.
 *
 *   namei.c  file.c  super.c        what the VFS calls
 *      |        |       |
 *    dir.c   map.c   inode.c        names in blocks; a file's blocks; inodes in their tables
 *   htree.c  truncate.c  xattr.c
 *      \        |       /
 *     balloc.c  ialloc.c  trim.c    who gets which block, which inode; free blocks go to the disk
 *            group.c  resize.c      descriptors and bitmaps, checked; more of them
 *        layout.c grow.c dirent.c   pure
 *
 *   journal.c                       at mounting: replays an ext3 journal
 *   jbd2_log.c jbd2_super.c ...     pure
 *
 * Numbers read from the disk are checked where they are read; after that they are trusted. What is
 * wrong ends in ext2_error(): a line in the log, the error state on disk, errors= carried out,
 * -EIO.
 *
 * Locks, outermost first: inode->lock of the VFS; fs.commit_lock; fs.change_lock; inode.xattr_lock
 * (RANK_FS_DIR); inode.map_lock (RANK_FS_BLOCKS); fs.alloc_lock (RANK_FS_ALLOC); pending.lock;
 * fs.window_lock (spinning). Pages are locked outside change_lock.
 */
#ifndef EXT2_INTERNAL_H
#define EXT2_INTERNAL_H

#include "dirent.h"
#include "ext2_format.h"
#include "htree_hash.h"
#include "layout.h"
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

struct ext2_options {
	u32 super_block; /* sb=, in units of 1 KB */
	uid_t resuid;
	gid_t resgid;
	u32 errors; /* EXT2_ERRORS_* */
	bool minix_df, bsd_groups, debug, no_uid32, no_user_xattr, no_acl, no_reservation;
	bool no_load;	     /* do not look into the journal */
	bool quota, discard; /* asked for, and not there */
};

/* What of a group's bitmaps was looked at, and more, in fs.seen[]; alloc_lock. */
#define EXT2_SEEN_BLOCKS 1u
#define EXT2_BAD_BLOCKS	 2u
#define EXT2_BAD_INODES	 4u
#define EXT2_TRIMMED	 8u /* given back as a whole; nothing was freed in it since */

/* Blocks and inode numbers that were freed and must not be used before the next commit. */
enum ext2_freed {
	EXT2_FREED_BLOCKS,
	EXT2_FREED_INODES,
	EXT2_FREED_KINDS
};

/* Kinds of metadata in the order in which a commit writes them (commit.c). */
enum ext2_wait {
	EXT2_WAIT_NAMES, /* directories, lowest pointers, attributes, texts of links */
	EXT2_WAIT_UPPER, /* pointers to new pointer blocks */
	EXT2_WAIT_TOP,	 /* pointers to those */
	EXT2_WAIT_INODES,
	EXT2_WAIT_LATE, /* directories that a file left: written when its new name is there */
	EXT2_WAITS
};
#define EXT2_PENDING_BUCKETS 256u

struct ext2_fs {
	struct super_block *sb;
	struct block_device *bdev;
	struct ext2_geometry geo;
	struct ext2_options opt;
	char name[24]; /* of the device, for messages */
	struct buf super_buf;
	struct ext2_super *super;	  /* in super_buf */
	struct buf *desc_bufs;		  /* all held while mounted */
	struct ext2_old_descs *old_descs; /* that it replaced; resize.c */
	bool claimed;			  /* ext2_claim(); alloc_lock */
	u32 overhead;
	u32 hash_unsigned;	 /* added to a hash version of the disk */
	u32 inode_ahead;	 /* first inode table block read ahead last */
	u16 mount_state;	 /* super.state as it will be when unmounted */
	struct mutex alloc_lock; /* bitmaps, counts in descriptors and below, orphans */
	u32 free_blocks, free_inodes, dirs;
	u8 *seen; /* per group */
	struct {
		void **now, **committing; /* per group a bitmap, or NULL */
	} freed[EXT2_FREED_KINDS];
	u32 waiting, committing;	  /* freed blocks in those maps */
	bool unnoted, committing_unnoted; /* for want of memory not in those maps */
	struct {
		u32 first, count; /* blocks that are being given back to the disk; alloc_lock */
		struct wait_queue over;
	} trimming;
	u32 trimmed_least;	  /* the shortest run that was given back of marked groups */
	bool reused;		  /* some of them are used again: nothing else was left */
	s64 freed_since;	  /* 0: nothing */
	struct mutex commit_lock; /* RANK_INODE + 1: taken with an inode's lock held */
	/* Held for reading by who changes names or hangs in blocks, so that a commit sees all of it
	 * or nothing; RANK_FS_DIR - 1. */
	struct rwlock change_lock;
	const struct task *committer;	 /* has it for writing */
	u32 commits_begun, commits_done; /* numbers of the last; changed under commit_lock */
	u32 evicted_name;  /* the commit that the newest of inodes gone from memory waits for */
	s64 changed_since; /* 0: no inode waits */
	bool dead;	   /* an inode on disk has lost its last name since the last commit */
	bool dir_grew, index_moved;
	u32 depth;		   /* of new directories, at most */
	struct list_head replaced; /* inodes whose name another one took; alloc_lock */
	struct {
		struct mutex lock; /* RANK_FS_ALLOC + 1 */
		struct list_head list[EXT2_WAITS];
		struct hlist_head hash[EXT2_PENDING_BUCKETS];
		u32 count, most;
	} pending;
	u32 next_generation;
	struct spinlock window_lock;
	struct list_head windows;
	unsigned int window_count;
	struct message_limit errors;
};

/* A stretch of blocks kept for one file that grows: taken by others only when nothing else is left.
 */
struct ext2_window {
	struct list_head node; /* empty: none */
	u32 start, end;	       /* [start, end) */
	u32 size;	       /* of the next one */
};

#define EXT2_DIRTY_META 12u

struct ext2_inode {
	u32 block[EXT2_POINTERS]; /* map_lock; a fast symbolic link's text */
	u32 flags;		  /* EXT2_FL_*; inode->lock */
	u32 file_acl, dir_acl, dtime, faddr;
	u16 extra_isize;
	bool loaded;	    /* has contents: nothing is written or freed before */
	bool fresh;	    /* the rest of its place in the table is to be zeroed */
	bool on_disk;	    /* was part of a commit */
	bool replaced;	    /* in fs.replaced */
	bool name_kept;	    /* has a name of the commit under way */
	u32 replaced_block; /* where its name was; 0: of a hashed directory */
	bool fast_link;	    /* a symbolic link whose text is in .block */
	bool meta_new;	    /* has pointer blocks that are not on disk; map_lock */
	u32 name_commit;    /* the commit that its names wait for, or a directory's contents */
	u32 left_commit;    /* a directory: the one that a file which left it waits for */
	u32 blocks_on_disk; /* of a directory, as its inode there says */
	bool index_moved;   /* names move between its blocks: no index on disk meanwhile */
	u32 depth;	    /* of a new directory below one that is on disk: 1 and up */
	struct list_head replaced_node;
	u32 group; /* whose inode table it is in */
	struct mutex map_lock;
	struct {
		u32 file, disk, count;
	} known;		  /* where a run of blocks is; map_lock */
	u32 last_file, last_disk; /* the last block that was allocated; map_lock */
	struct ext2_window window;
	u32 dirty_meta[EXT2_DIRTY_META]; /* pointer blocks that fsync has to write; map_lock */
	unsigned int dirty_count;	 /* more than there is room for: all of the device */
	u32 dir_hint, dir_room;		 /* block to look in first; no room before this one */
	u32 dir_version;		 /* records were moved */
	struct mutex xattr_lock;
	struct blockfile blockfile;
	char *link; /* text of a slow symbolic link */
	struct inode vfs;
};

static inline struct ext2_fs *ext2_fs(const struct super_block *sb)
{
	return sb->private;
}
static inline struct ext2_inode *ext2_i(struct inode *inode)
{
	return container_of(inode, struct ext2_inode, vfs);
}
static inline u32 ext2_block_sectors(const struct ext2_fs *fs)
{
	return fs->geo.block_size >> 9;
}
/* Blocks of a directory. */
static inline u32 ext2_dir_blocks(const struct inode *dir)
{
	return (u32)(dir->size >> ext2_fs(dir->sb)->geo.block_bits);
}

/* ---- error.c ---- */
int ext2_error(struct ext2_fs *fs, const char *fmt, ...) __printf(2, 3) __cold; /* -EIO */
void ext2_message(struct ext2_fs *fs, const char *level, const char *fmt, ...) __printf(3, 4);
#define ext2_warn(fs, ...) ext2_message(fs, KERN_WARNING, __VA_ARGS__)
/* Has an error made the file system read-only, or was it mounted so? */
static inline bool ext2_readonly(const struct ext2_fs *fs)
{
	return fs->sb->flags & MS_RDONLY;
}

/* ---- options.c ---- */
void ext2_options_default(struct ext2_options *opt, const struct ext2_super *s);
/* Changes the text. ext3: with what is said of a journal. 0, -EINVAL (told in the log). */
int ext2_options_parse(struct ext2_options *opt, char *text, bool ext3, const char *device);
size_t ext2_options_show(const struct ext2_options *opt, const struct ext2_super *s, char *buf,
			 size_t size);

/* ---- state.c: what the super block says of the file system's condition ---- */
/* Before it is used for writing: counts the mount, takes the mark of cleanliness off. */
int ext2_state_begin(struct ext2_fs *fs);
/* Puts the mark back and writes everything. */
int ext2_state_end(struct ext2_fs *fs);
int ext2_freeze(struct super_block *sb);
int ext2_thaw(struct super_block *sb);
int ext2_sync_super(struct super_block *sb, bool wait);
void ext2_need_feature(struct ext2_fs *fs, u32 compat, u32 ro_compat);

/* ---- commit.c ---- */
int ext2_commit(struct ext2_fs *fs);
/* Makes what was changed before the call durable, by commit `number` (ext2_next_commit()). */
int ext2_commit_until(struct ext2_fs *fs, u32 number);
/* What is being changed now waits for this one. */
static inline u32 ext2_next_commit(const struct ext2_fs *fs)
{
	return READ_ONCE(fs->commits_begun) + 1;
}
static inline bool ext2_is_committed(const struct ext2_fs *fs, u32 number)
{
	return READ_ONCE(fs->commits_done) >= number;
}
void ext2_change_begin(struct ext2_fs *fs);
void ext2_change_end(struct ext2_fs *fs);
/* ---- replaced.c ---- */
/* The inode lost its last name, in that block (0: of a hashed directory), to another, which must
 * be on disk before this one goes. */
void ext2_note_replaced(struct inode *inode, u32 block);
/* A commit's: before names are written; when inodes are; without change_lock. */
void ext2_replaced_begin(struct ext2_fs *fs, struct list_head *list);
void ext2_replaced_written(struct ext2_fs *fs, struct list_head *list);
void ext2_replaced_end(struct list_head *list);
bool ext2_commit_is_due(const struct ext2_fs *fs);
int ext2_freed_init(struct ext2_fs *fs);
void ext2_freed_end(struct ext2_fs *fs);
/* Most of what is free waits for a commit: time for one. */
bool ext2_commit_is_wanted(const struct ext2_fs *fs);
/* alloc_lock held. Bits of a group; how many from the first on may be used again, and where to look
 * next when there is none. */
void ext2_freed_note(struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit, u32 count);
u32 ext2_freed_clear_run(const struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit,
			 u32 count);
u32 ext2_freed_skip(const struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit);

/* ---- pending.c: metadata that waits for a commit ---- */
void ext2_pending_init(struct ext2_fs *fs);
void ext2_pending_end(struct ext2_fs *fs);
/* The block was changed; b is a buffer of it. */
void ext2_wait(struct ext2_fs *fs, u32 block, struct buf *b, enum ext2_wait kind);
bool ext2_waits(struct ext2_fs *fs, u32 block);
bool ext2_waits_as(struct ext2_fs *fs, u32 block, enum ext2_wait kind);
/* Writes one block now, if it waits, and all of a kind; the latter through the drive's cache. What
 * could not be written waits on, so that the next commit tries again and tells it again. */
int ext2_wait_end(struct ext2_fs *fs, u32 block);
int ext2_wait_write(struct ext2_fs *fs, enum ext2_wait kind);
/* Freed metadata: no older state of it is written any more. */
void ext2_forget(struct ext2_fs *fs, u32 first, u32 count);
bool ext2_waits_for_much(const struct ext2_fs *fs);

/* ---- group.c ---- */
int ext2_groups_load(struct ext2_fs *fs, u32 super_block);
void ext2_groups_unload(struct ext2_fs *fs);
struct ext2_group_desc *ext2_desc(struct ext2_fs *fs, u32 group);
void ext2_desc_dirty(struct ext2_fs *fs, u32 group);
/* alloc_lock held. A group whose bitmap cannot be used answers -EIO, and tells it once. */
int ext2_block_bitmap(struct ext2_fs *fs, u32 group, struct buf *b);
int ext2_inode_bitmap(struct ext2_fs *fs, u32 group, struct buf *b);
/* Can [first, first + count) be a file's? */
bool ext2_blocks_ok(struct ext2_fs *fs, u32 first, u32 count);
int ext2_read(struct ext2_fs *fs, u32 block, const char *what, struct buf *b);
int ext2_new_block(struct ext2_fs *fs, u32 block, struct buf *b); /* zeroed */

/* ---- balloc.c ---- */
/* Up to *count blocks in a row, near `goal`; accounts them to the inode. 0, -ENOSPC, -EIO. */
int ext2_alloc_blocks(struct inode *inode, u32 goal, u32 *first, u32 *count);
/* 0, or -EIO when some were not the file's to free. */
int ext2_free_blocks(struct inode *inode, u32 first, u32 count);
bool ext2_block_in_use(struct ext2_fs *fs, u32 block);
/* alloc_lock held. The bitmap calls these blocks free: false when they are metadata, told once. */
bool ext2_check_free_run(struct ext2_fs *fs, u32 group, u32 first, u32 count);
/* ---- trim.c ---- */
long ext2_fitrim(struct ext2_fs *fs, void __user *arg);
/* alloc_lock held. How many of the blocks from the first on are not being given back to the disk.
 */
u32 ext2_trim_clear_run(const struct ext2_fs *fs, u32 first, u32 count);
/* alloc_lock held, and let go of while it waits for what is being given back. False: nothing is. */
bool ext2_trim_wait(struct ext2_fs *fs);
/* ---- resize.c ---- */
/* For one that changes the file system as a whole: false, another one does. */
bool ext2_claim(struct ext2_fs *fs);
void ext2_unclaim(struct ext2_fs *fs);
/* EXT4_IOC_RESIZE_FS: it gets that many blocks, or nearly so. -EPERM (also: it has errors),
 * -EROFS, -EBUSY, -EINVAL (it would get smaller), -ENOSPC (the device is not so large, or there is
 * no room for descriptors), -EOPNOTSUPP, -EINTR, -EIO, -ENOMEM: it may have got larger. */
long ext2_resize(struct ext2_fs *fs, const u64 __user *arg);
void ext2_resize_end(struct ext2_fs *fs);
/* ---- window.c; window_lock where noted ---- */
void ext2_window_drop(struct inode *inode);
/* The first block behind other files' windows that [start, start + count) meets; 0: meets none. */
u32 ext2_window_conflict(struct ext2_fs *fs, const struct ext2_window *own, u32 start, u32 count);
void ext2_window_set(struct inode *inode, u32 start, u32 end);

/* ---- ialloc.c ---- */
/* A new inode, referenced, still marked INODE_NEW; ERR_PTR. */
struct inode *ext2_new_inode(struct inode *dir, u32 mode);
void ext2_free_inode_number(struct ext2_fs *fs, u32 ino, bool is_dir);

/* ---- inode.c ---- */
struct inode *ext2_iget(struct super_block *sb, u32 ino); /* ERR_PTR */
/* A number from the chain of orphans: the caller has checked its range. */
struct inode *ext2_iget_orphan(struct super_block *sb, u32 ino);
struct inode *ext2_iget_journal(struct super_block *sb);
int ext2_write_inode(struct inode *inode, bool wait); /* the VFS's: it waits for a commit */
int ext2_encode_inode(struct inode *inode);	      /* into its table's buffer, which waits */
int ext2_unindex_inode(struct inode *inode); /* takes EXT2_FL_INDEX off there, and no more */
int ext2_zero_inode(struct inode *inode);    /* a fresh one's place in the table */
u32 ext2_inode_block(const struct ext2_fs *fs, u32 ino);
void ext2_evict_inode(struct inode *inode);
void ext2_set_ops(struct inode *inode);
/* The inode's place in its table, in *b. */
int ext2_raw_inode(struct ext2_fs *fs, u32 ino, struct buf *b, struct ext2_raw_inode **raw);
struct inode *ext2_alloc_inode(struct super_block *sb);
void ext2_free_inode(struct inode *inode);
void ext2_apply_flags(struct inode *inode); /* EXT2_FL_* to INODE_* */
int ext2_inode_init(void);
u32 ext2_seconds_now(void); /* as in a super block */

/* ---- map.c, truncate.c ---- */
int ext2_map(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out);
/* Frees everything from block `first` on. */
void ext2_truncate(struct inode *inode, u32 first);
void ext2_note_meta(struct ext2_inode *ei, u32 block);
/* Levels of pointers above a block, and the index in each: 1 to 4. 0: beyond what can be told. */
unsigned int ext2_block_path(const struct ext2_geometry *geo, u64 block, u32 path[4]);

/* ---- dir.c ---- */
/* After so many broken blocks the rest of a directory is not looked at. */
#define EXT2_DIR_BROKEN_MAX 64u
/* A record in a directory block that is held. */
struct ext2_dir_pos {
	struct buf buf;
	struct ext2_dirblock block;
	struct ext2_dirent *entry;
	u32 index, disk; /* the block's number in the directory, and on the disk */
};
void ext2_dir_pos_put(struct ext2_dir_pos *pos);
/* Reads block `index` of a directory; -EIO for holes. */
int ext2_dir_read(struct inode *dir, u32 index, struct ext2_dir_pos *pos);
/* The block's contents were changed. */
void ext2_dir_changed(struct inode *dir, struct ext2_dir_pos *pos);
/* Names went from it to a block that is new: it is written when that is part of the directory. */
void ext2_dir_left(struct inode *dir, struct ext2_dir_pos *pos);
/* Adds a block at the end: its records are to be filled in. */
int ext2_dir_grow(struct inode *dir, struct ext2_dir_pos *pos);
/* 0 with *pos held, -ENOENT, -EIO. */
int ext2_dir_find(struct inode *dir, const char *name, u32 len, struct ext2_dir_pos *pos);
int ext2_dir_add(struct inode *dir, const char *name, u32 len, struct inode *inode);
int ext2_dir_remove(struct inode *dir, struct ext2_dir_pos *pos);		    /* puts pos */
int ext2_dir_set(struct inode *dir, struct ext2_dir_pos *pos, struct inode *inode); /* puts pos */
int ext2_dir_init(struct inode *dir, u32 parent);
int ext2_dir_is_empty(struct inode *dir); /* 1, 0, -EIO */
int ext2_dir_broken(struct inode *dir, const struct ext2_dir_pos *pos, u32 offset);
bool ext2_dir_is_sync(struct inode *dir);
/* ---- readdir.c ---- */
int ext2_iterate(struct file *file, struct dir_context *ctx);

/* ---- htree.c: hashed directories ---- */
bool ext2_is_hashed(struct inode *dir);
/* -EAGAIN: the index cannot be used, look in all blocks. */
int ext2_htree_find(struct inode *dir, const char *name, u32 len, struct ext2_dir_pos *pos);
int ext2_htree_add(struct inode *dir, const char *name, u32 len, u32 ino, u8 type);
/* Makes the one full block of a directory a hashed directory. */
int ext2_htree_make(struct inode *dir);
void ext2_htree_give_up(struct inode *dir);

/* ---- xattr.c ---- */
ssize_t ext2_getxattr(struct inode *inode, const char *name, void *buf, size_t size);
int ext2_setxattr(struct inode *inode, const char *name, const void *value, size_t size, u32 flags);
ssize_t ext2_listxattr(struct inode *inode, char *buf, size_t size);
void ext2_xattr_evict(struct inode *inode);

/* ---- orphan.c ---- */
void ext2_orphans_free(struct ext2_fs *fs);
/* ---- journal.c ---- */
/* Replays the journal if that is due. 0: go on; the super block may be another one then.
 * -EINVAL, -EROFS, -EUCLEAN, -EOPNOTSUPP, all told in the log; -ENOMEM, -EIO. */
int ext2_journal_load(struct ext2_fs *fs);

/* ---- super.c ---- */
int ext2_mount(struct fs_type *type, struct super_block *sb, const char *source,
	       const char *options);
/* Deleted files that are open. */
bool ext2_has_unlinked(struct super_block *sb);
/* ---- file.c, namei.c, symlink.c, ioctl.c ---- */
int ext2_fsync(struct file *file, loff_t start, loff_t end, bool datasync);
int ext2_sync_inode(struct inode *inode);
int ext2_setattr(struct dentry *dentry, const struct iattr *attr);
long ext2_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
int ext2_set_link(struct inode *inode, const char *target);
extern const struct inode_ops ext2_file_iops, ext2_dir_iops, ext2_link_iops, ext2_special_iops;
extern const struct file_ops ext2_file_fops, ext2_dir_fops;

#endif
