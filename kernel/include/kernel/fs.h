/*
 * fs.h - the virtual file system: super blocks, inodes, dentries, mounts, open files.
 *
 * An inode is a file's identity and metadata; a dentry one name for it in one directory (NULL
 * inode: known not to exist); a mount puts a dentry tree somewhere; a path is (mount, dentry); a
 * file is an open description. A NULL slot in an ops struct has the errno written beside it.
 *
 * Locking:
 *   inode->lock (mutex, RANK_INODE)  directory contents of a directory; size and data order of a
 *                                    file; metadata changes. Directory operations are called with
 *                                    the parent's lock held. Two inodes: ancestor first, else by
 *                                    address (inode_lock_two()).
 *   dcache_lock (spinlock)           the dentry tree and hash, d_inode links, the LRU.
 *   mount_lock (rwlock, RANK_MOUNT)  the mount tree of a namespace. Who changes it also holds
 *                                    dcache_lock, so that a path walk needs dcache_lock alone.
 *   file->pos_lock (mutex)           the file position, when the description is shared.
 *   inode->times, size               read without lock; written under inode->lock.
 * References: every pointer held in a structure is counted (inode_get/put, dentry_get/put, ...).
 */
#ifndef KERNEL_FS_H
#define KERNEL_FS_H

#include <kernel/file_time.h>
#include <kernel/fs_freeze.h>
#include <kernel/inotify.h>
#include <kernel/iov.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/pagecache.h>
#include <kernel/types.h>
#include <kernel/wait.h>
#include <abi/fcntl.h>
#include <abi/stat.h>

struct dentry;
struct dir_context;
struct file;
struct iattr;
struct file_lock_context;
struct inode;
struct inotify_marks;
struct mount;
struct poll_table;
struct super_block;
struct kstat;
struct kstatfs;
struct cred;
struct mm;

#define NAME_MAX	  255
#define PATH_MAX	  4096
#define SYMLINK_DEPTH_MAX 40

struct qstr { /* a name in a path, not NUL-terminated */
	const char *name;
	u32 len;
	u32 hash;
};

struct path {
	struct mount *mnt;
	struct dentry *dentry;
};

/* ---- file system types and super blocks ---- */
struct fs_type {
	const char *name;
	u32 flags; /* FS_* */
	/* Makes and fills a super block; sb->root set on success. source may be NULL. */
	int (*mount)(struct fs_type *type, struct super_block *sb, const char *source,
		     const char *options);
	struct list_head node;
};
#define FS_REQUIRES_DEV 1u
#define FS_SINGLE	2u /* one super block however often mounted (proc, sysfs, devtmpfs) */
#define FS_NOMOUNT	4u /* the kernel's own: mount(2) answers -ENODEV, /proc/filesystems hides it */
#define FS_NAMELESS	8u  /* files have no place in the tree, /proc shows "/NAME (deleted)" */
#define FS_REMOUNTS	16u /* with FS_SINGLE: options of a further mount become those of all */
int fs_type_register(struct fs_type *type);
struct fs_type *fs_type_find(const char *name);
/* The text of /proc/filesystems. */
size_t fs_types_format(char *buf, size_t size);
/* "key=value" or "key" of a comma-separated option string: cuts the next one off *options (which is
 * changed), *value NULL when there is none. Returns the key, or NULL at the end. */
char *fs_next_option(char **options, char **value);
/* Hands a copy of the option string, which parse() may cut up, to parse(). What that returns, 0
 * without options, -ENOMEM. */
int fs_parse_options(const char *options, int (*parse)(char *text, void *arg), void *arg);
/* All of a value as an unsigned number; base up to 10. False, and *out as it was: it is none. */
bool fs_option_number(const char *text, u32 base, u32 *out);
/* A device number for a super block without a device: MKDEV(0, n); never 0. */
u32 anon_dev_get(void);

struct super_ops {
	struct inode *(*alloc_inode)(struct super_block *sb); /* NULL slot: a plain struct inode */
	void (*free_inode)(struct inode *inode);
	/* Last link and last reference gone: free the file's storage. NULL: nothing. */
	void (*evict_inode)(struct inode *inode);
	/* Takes INODE_DIRTY off, or leaves it to sync() to write the inode. NULL: nothing. */
	int (*write_inode)(struct inode *inode, bool wait);
	void (*dirty_inode)(struct inode *inode);				 /* NULL: ignored */
	int (*sync)(struct super_block *sb, bool wait);				 /* NULL: 0 */
	int (*statfs)(struct super_block *sb, struct kstatfs *st);		 /* NULL: -ENOSYS */
	int (*remount)(struct super_block *sb, u32 *flags, const char *options); /* NULL: 0 */
	void (*put_super)(struct super_block *sb);
	/* Nothing changes any more and all is synced: makes the disk look as after an unmount.
	 * NULL: it cannot be frozen. */
	int (*freeze)(struct super_block *sb);
	int (*thaw)(struct super_block *sb); /* before it changes again */
	/* Appends ",opt=val" for /proc/mounts to buf; returns length. NULL: none. */
	size_t (*show_options)(struct super_block *sb, char *buf, size_t size);
};

struct super_block {
	struct fs_type *type;
	const struct super_ops *ops;
	u32 flags; /* MS_RDONLY, MS_NOSUID ... */
	u32 magic;
	u32 dev; /* st_dev: makedev(0, n) for those without a device */
	u32 block_size;
	loff_t max_bytes;
	bool whole_seconds;	/* it keeps no more of a file's times */
	s64 time_min, time_max; /* seconds since 1970 that it can keep; both 0: all */
	struct dentry *root;
	void *private;
	struct refcount refs; /* mounts */
	/* Names live in the dentries only, pinned (tmpfs and what builds on it); see dentry_pin().
	 */
	bool in_memory;
	struct list_head inodes; /* struct inode.sb_node, under inode_hash lock */
	struct list_head node;
	u64 next_ino;
	struct block_device *bdev; /* FS_REQUIRES_DEV: opened and closed by the VFS */
	struct sb_freeze freeze;
	u32 wb_error; /* of its files' write-back: errseq.h; its tables' is its device's */
};

struct kstatfs {
	u32 type, bsize, namelen, frsize, flags;
	u64 blocks, bfree, bavail, files, ffree;
	u32 fsid[2];
};

/* ---- inodes ---- */
struct inode_times {
	struct file_time atime, mtime, ctime, btime;
};

struct inode {
	struct super_block *sb;
	const struct inode_ops *ops;
	const struct file_ops *fops;
	struct mapping *mapping; /* usually &data */
	struct mapping data;
	u64 ino;
	u32 mode; /* S_IF* | permissions */
	u32 nlink;
	uid_t uid;
	gid_t gid;
	u32 rdev; /* device number of a special file, MKDEV() */
	loff_t size;
	u64 blocks; /* of 512 bytes */
	struct inode_times times;
	u32 flags; /* INODE_* */
	struct refcount refs;
	struct mutex lock;
	struct list_head sb_node;
	struct hlist_node hash_node; /* inode cache, by (sb, ino) */
	struct list_head dentries;   /* dentry.alias_node, under dcache_lock */
	struct atomic write_count;   /* > 0: open for writing; < 0: being executed (ETXTBSY) */
	struct file_lock_context *locks;
	struct inotify_marks *marks;
	void *pipe; /* FIFO: struct pipe; character device, socket: the driver's */
	void *private;
	u32 generation;
};
#define INODE_DIRTY	1u
#define INODE_NOATIME	2u
#define INODE_APPEND	4u
#define INODE_IMMUTABLE 8u
#define INODE_NOCACHE	16u  /* dropped with the last reference */
#define INODE_DEAD	32u  /* directory was removed */
#define INODE_LINKABLE	256u /* O_TMPFILE: may get a first name */
#define INODE_NEW	64u  /* inode_iget() made it; being filled, others wait */
#define INODE_FREEING	128u /* last reference gone, being written or evicted */
#define INODE_NODUMP	512u
#define INODE_SWAPFILE	1024u /* written by the swap code past its file system */
#define INODE_KEPT	2048u /* frozen: the last reference is the file system's */

/* Directory operations: the parent's lock is held; the dentry is negative for create-like ones. */
struct inode_ops {
	/* Finds `dentry`'s name; d_instantiate()s it, or leaves it negative (returns 0). NULL:
	 * -ENOTDIR */
	int (*lookup)(struct inode *dir, struct dentry *dentry);
	int (*create)(struct inode *dir, struct dentry *dentry, u32 mode);	      /* -EACCES */
	int (*mkdir)(struct inode *dir, struct dentry *dentry, u32 mode);	      /* -EPERM */
	int (*mknod)(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev);   /* -EPERM */
	int (*symlink)(struct inode *dir, struct dentry *dentry, const char *target); /* -EPERM */
	int (*link)(struct inode *dir, struct dentry *dentry, struct inode *old);     /* -EPERM */
	int (*unlink)(struct inode *dir, struct dentry *dentry);		      /* -EPERM */
	int (*rmdir)(struct inode *dir, struct dentry *dentry);			      /* -EPERM */
	/* flags: RENAME_NOREPLACE is the VFS's; RENAME_EXCHANGE reaches the file system. */
	int (*rename)(struct inode *old_dir, struct dentry *old_dentry, struct inode *new_dir,
		      struct dentry *new_dentry, u32 flags);		    /* -EPERM */
	int (*tmpfile)(struct inode *dir, struct dentry *dentry, u32 mode); /* -EOPNOTSUPP */
	/*
	 * The target of a symbolic link, NUL-terminated, valid while the inode is referenced or
	 * until kfree(*cookie). ERR_PTR on failure. NULL slot: -EINVAL.
	 */
	const char *(*get_link)(struct dentry *dentry, struct inode *inode, void **cookie);
	/* A "magic" link (/proc/PID/fd/N): jump straight to a path; referenced. NULL: use get_link.
	 */
	int (*jump_link)(struct inode *inode, struct path *path);
	/* NULL: generic_permission(). */
	int (*permission)(struct inode *inode, int mask);
	/* inode locked; attributes already checked. NULL: setattr_copy(). */
	int (*setattr)(struct dentry *dentry, const struct iattr *attr);
	int (*getattr)(const struct path *path, struct kstat *stat); /* NULL: generic_fillattr() */
	/*
	 * Is a cached dentry still right? 1 yes, 0 no. NULL: 1. (procfs) The slot of the dentry's
	 * own inode is asked; a directory with this slot has no cached negative dentries.
	 */
	int (*revalidate)(struct dentry *dentry);
	/*
	 * Extended attributes by full name ("user.x"). getxattr and listxattr return the length
	 * needed when size is 0, else -ERANGE when it does not fit; -ENODATA: no such attribute.
	 * setxattr with value NULL removes; flags XATTR_CREATE, XATTR_REPLACE. NULL: -EOPNOTSUPP
	 * (listxattr: an empty list). inode locked for setxattr.
	 */
	ssize_t (*getxattr)(struct inode *inode, const char *name, void *buf, size_t size);
	int (*setxattr)(struct inode *inode, const char *name, const void *value, size_t size,
			u32 flags);
	ssize_t (*listxattr)(struct inode *inode, char *buf, size_t size);
	u32 file_flags; /* FS_*_FL of chattr(1) that can be set; 0: no FS_IOC_GETFLAGS */
};

struct iattr {
	u32 valid; /* ATTR_* */
	u32 mode;
	uid_t uid;
	gid_t gid;
	loff_t size;
	struct file_time atime, mtime, ctime; /* ctime: vfs_setattr() sets it, to now */
	struct file *file;		      /* ftruncate */
};
#define ATTR_MODE      1u
#define ATTR_UID       2u
#define ATTR_GID       4u
#define ATTR_SIZE      8u
#define ATTR_ATIME     16u
#define ATTR_MTIME     32u
#define ATTR_CTIME     64u
#define ATTR_KILL_SUID 128u
#define ATTR_KILL_SGID 256u
#define ATTR_TOUCH     512u /* utimes(NULL): write permission is enough */

struct kstat {
	u64 ino;
	u32 dev, rdev, mode, nlink, blksize;
	uid_t uid;
	gid_t gid;
	loff_t size;
	u64 blocks;
	struct file_time atime, mtime, ctime, btime;
	u32 attributes, attributes_mask; /* STATX_ATTR_*, only in statx(2) */
};

struct inode *inode_new(struct super_block *sb,
			u32 mode); /* refs 1, owner from current, times now; NULL */
/*
 * Finds (sb, ino) in the cache or makes a new one with *is_new = true; NULL: no memory. Others who
 * want a new one wait until its maker has filled it and calls inode_iget_done(), or has failed:
 * inode_iget_failed() also drops the reference.
 */
struct inode *inode_iget(struct super_block *sb, u64 ino, bool *is_new);
void inode_iget_done(struct inode *inode);
void inode_iget_failed(struct inode *inode);
/* Enters an inode that the file system just made on disk in the cache. */
void inode_hash_insert(struct inode *inode);
/* Visits the inodes of a super block, referenced one at a time; stops when fn returns non-zero. */
int inode_for_each(struct super_block *sb, int (*fn)(struct inode *inode, void *arg), void *arg);
void inode_get(struct inode *inode);
void inode_put(struct inode *inode);
void inode_lock_two(struct inode *a, struct inode *b);
void inode_unlock_two(struct inode *a, struct inode *b);
void inode_touch(struct inode *inode, u32 which); /* ATTR_ATIME|MTIME|CTIME := now */
void inode_mark_dirty(struct inode *inode);
/* Owner, group and mode of something made in `dir` by current (setgid directories). */
void inode_init_owner(struct inode *inode, const struct inode *dir, u32 mode);
void inode_init_special(struct inode *inode, u32 mode,
			u32 rdev); /* fops for chr, blk, fifo, sock */
void setattr_copy(struct inode *inode, const struct iattr *attr);
void generic_fillattr(struct inode *inode, struct kstat *stat);
int generic_permission(struct inode *inode, int mask);
#define MAY_EXEC  1
#define MAY_WRITE 2
#define MAY_READ  4
int inode_permission(struct inode *inode, int mask); /* ops, then read-only and immutable checks */
int inode_deny_write(struct inode *inode);	     /* exec: -ETXTBSY if someone writes */
void inode_allow_write(struct inode *inode);
/* Opening for writing: 0 or -ETXTBSY; undone by inode_put_write(). */
int inode_get_write(struct inode *inode);
void inode_put_write(struct inode *inode);
/* A write by someone without CAP_FSETID takes set-id bits off. Inode locked or not: it locks when
 * there is something to do, so call it unlocked. */
int file_remove_privs(struct file *file);
/* atime by the mount's rule (relatime by default); cheap when nothing changes. */
void file_accessed(struct file *file);
/* It is about to be written, or was: its node's times, unless the node lies where nothing may
 * change, or nothing does just now (frozen). */
void file_modified(struct file *file);

/* ---- dentries ---- */
struct dentry {
	struct refcount refs;
	u32 flags; /* DENTRY_* */
	struct qstr name;
	struct dentry *parent; /* itself for a root */
	struct inode *inode;   /* NULL: negative */
	struct super_block *sb;
	struct hlist_node hash_node;
	struct list_head child_node; /* in parent->children */
	struct list_head children;
	struct list_head alias_node; /* in inode->dentries */
	struct list_head lru_node;
	u32 position,
		last_position; /* in-memory trees: own place in the directory; newest child's */
	char inline_name[44];
	void *private;
};
#define DENTRY_MOUNTED	  1u /* something is mounted here in some namespace */
#define DENTRY_UNHASHED	  2u
#define DENTRY_DONTCACHE  4u /* dropped with the last reference */
#define DENTRY_PINNED	  8u /* holds the reference of dentry_pin() */
#define DENTRY_LRU	  16u
#define DENTRY_REFERENCED 32u /* used since the LRU was scanned */

struct dentry *dentry_alloc_root(struct inode *inode); /* takes over the reference; NULL */
struct dentry *dentry_alloc(struct dentry *parent,
			    const struct qstr *name); /* unhashed, negative */
void dentry_get(struct dentry *dentry);
void dentry_put(struct dentry *dentry);
void dentry_instantiate(struct dentry *dentry, struct inode *inode); /* takes over the reference */
void dentry_hash(struct dentry *dentry);
void dentry_drop(struct dentry *dentry); /* off the hash: the name is gone or stale */
/* All of an inode's but one: other spellings of the name that goes. */
void dentry_drop_others(struct inode *inode, const struct dentry *but);
u32 name_hash(const struct dentry *parent, const char *name, u32 len);
/* A cached child, referenced, or NULL. */
struct dentry *dentry_find(struct dentry *parent, const struct qstr *name);
/* For in-memory trees: creates a positive, hashed dentry that stays pinned until dentry_unpin().
 * Takes over the inode reference on success; not referenced for the caller; NULL: no memory. */
struct dentry *dentry_pin_new(struct dentry *parent, const char *name, struct inode *inode);
void dentry_pin(struct dentry *dentry);
void dentry_unpin(struct dentry *dentry);
/* No positive, hashed child: what rmdir() of an in-memory tree asks. */
bool dentry_is_empty(struct dentry *dentry);
/* iterate() of in-memory trees: the pinned children in order of creation. */
int dentry_iterate(struct file *file, struct dir_context *ctx);
void dentry_iterate_release(
	struct file *file); /* its file_ops.release: file->private is a cursor */
bool dir_emit_dots(struct file *file, struct dir_context *ctx);
/* DT_* of a mode. */
static inline u32 mode_to_dtype(u32 mode)
{
	return (mode & S_IFMT) >> 12;
}
extern struct spinlock dcache_lock;

/* ---- mounts ---- */
struct mount {
	struct super_block *sb;
	struct dentry *root;	   /* of this mount (a bind mount's may be deep) */
	struct mount *parent;	   /* NULL for the root mount */
	struct dentry *mountpoint; /* in parent */
	u32 flags; /* MNT_* = MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RDONLY, MS_NOATIME, ... */
	int id;
	struct refcount refs;
	struct hlist_node hash_node;  /* by (parent, mountpoint) */
	struct hlist_node point_node; /* by mountpoint */
	struct list_head children;    /* child_node */
	struct list_head child_node;
	struct list_head ns_node; /* all mounts, in order, for /proc/mounts */
	char *source;
	struct atomic writers; /* regular files open for writing */
	bool attached;
};
extern struct rwlock mount_lock;
void mount_get(struct mount *mnt);
void mount_put(struct mount *mnt);
static inline void path_get(const struct path *p)
{
	mount_get(p->mnt);
	dentry_get(p->dentry);
}
static inline void path_put(const struct path *p)
{
	dentry_put(p->dentry);
	mount_put(p->mnt);
}
/* mount(2) and umount2(2) after copying; also for the kernel itself. */
int vfs_mount(const char *source, const struct path *where, const char *type, u32 flags,
	      const char *options);
int vfs_umount(const struct path *where, u32 flags);
/* Mounts the first root; called once. */
int vfs_mount_root(const char *type, const char *source, u32 flags, const char *options);
/* What was mounted over the root last becomes the root of everybody who had the old one. */
void vfs_enter_top_root(void);
/* A private mount (pipes, sockets, anonymous files). */
struct mount *vfs_kern_mount(struct fs_type *type, const char *source); /* ERR_PTR */
/*
 * The text of /proc/PID/mounts, mountinfo and mountstats, a line at a time: the line of the
 * index'th mount as seen from root. 0 < length < size; 0: not visible from root, go on with the
 * next index; -ENOENT: no more mounts.
 */
enum mounts_style {
	MOUNTS_PROC,
	MOUNTS_INFO,
	MOUNTS_STATS
};
ssize_t mounts_format(unsigned int index, const struct path *root, enum mounts_style style,
		      char *buf, size_t size);
/* Woken, and the counter grown, with each change of the mount tree: poll() of /proc/mounts. */
extern struct wait_queue mount_wait;
extern u32 mount_changes;
bool mount_is_readonly(const struct mount *mnt);
/* 0 or -EROFS. After 0 the file system is not frozen before mnt_drop_write(); sleeps while it is.
 * Before locks of inodes, and not by who has it already. */
int mnt_want_write(const struct mount *mnt);
void mnt_drop_write(const struct mount *mnt);
/* FIFREEZE: nothing changes until the thaw, and the disk is clean. -EBUSY: it is frozen already,
 * -EOPNOTSUPP: it cannot be. */
int super_freeze(struct super_block *sb);
int super_thaw(struct super_block *sb); /* -EINVAL: it is not frozen */

/* ---- path walk ---- */
#define LOOKUP_FOLLOW	   1u /* follow a final symbolic link */
#define LOOKUP_DIRECTORY   2u
#define LOOKUP_PARENT	   4u /* stop before the last component */
#define LOOKUP_EMPTY	   8u /* AT_EMPTY_PATH */
#define LOOKUP_NO_SYMLINKS 16u
/* dfd: AT_FDCWD or a descriptor. On 0 *path is referenced. */
int path_lookup_user(int dfd, const char __user *name, u32 flags, struct path *path);
int path_lookup(int dfd, const char *name, u32 flags, struct path *path);
/* Kernel use, from the root of the system, without permission checks. */
int path_lookup_kernel(const char *name, u32 flags, struct path *path);
/* The same below `base`, which ".." and "/" do not leave. */
int path_lookup_below(const struct path *base, const char *name, u32 flags, struct path *path);
/* getname(): a user path in a PATH_MAX buffer; ERR_PTR(-EFAULT, -ENAMETOOLONG, -ENOENT when empty).
 */
char *path_getname(const char __user *name, bool empty_ok);
void path_putname(char *name);
/* Absolute name seen from the caller's root, built at the end of buf; ERR_PTR(-ENAMETOOLONG).
 * "(deleted)" is appended. */
char *path_to_string(const struct path *path, char *buf, size_t size);

/* Whole operations with permission checks; used by system calls and initramfs alike. No umask. */
/*
 * Kernel use: makes a file of any type but symlink below `dir` (name may have several components),
 * without permission checks. *out (may be NULL) is referenced. unlink_at removes file or directory.
 */
int vfs_create_at(const struct path *dir, const char *name, u32 mode, u32 rdev, struct path *out);
int vfs_link_at(const struct path *dir, struct dentry *old, const char *name);
int vfs_unlink_at(const struct path *dir, const char *name);
int vfs_symlink_at(const struct path *dir, const char *target, const char *name);
int vfs_mkdir(int dfd, const char *name, u32 mode);
int vfs_mknod(int dfd, const char *name, u32 mode, u32 rdev);
int vfs_symlink(const char *target, int dfd, const char *name);
int vfs_link(int old_dfd, const char *old_name, int new_dfd, const char *new_name, u32 flags);
int vfs_unlink(int dfd, const char *name, bool dir);
int vfs_rename(int old_dfd, const char *old_name, int new_dfd, const char *new_name, u32 flags);
int vfs_setattr(const struct path *path, struct iattr *attr);
int vfs_getattr(const struct path *path, struct kstat *stat);

/* ---- open files ---- */
struct dir_context {
	/* Returns false to stop (buffer full). */
	bool (*emit)(struct dir_context *ctx, const char *name, u32 len, loff_t pos, u64 ino,
		     u32 type);
	loff_t pos;
};

struct file_ops {
	ssize_t (*read)(struct file *file, struct iov_iter *to, loff_t *pos);	 /* -EINVAL */
	ssize_t (*write)(struct file *file, struct iov_iter *from, loff_t *pos); /* -EINVAL */
	loff_t (*llseek)(struct file *file, loff_t offset, int whence); /* NULL: generic_llseek() */
	/* POLL* events ready now; queues on wait queues through poll_wait(). NULL: always ready. */
	u32 (*poll)(struct file *file, struct poll_table *pt);
	long (*ioctl)(struct file *file, unsigned int cmd, unsigned long arg); /* -ENOTTY */
	int (*mmap)(struct file *file, struct vma *vma);		       /* -ENODEV */
	int (*open)(struct inode *inode, struct file *file);		       /* fine */
	/* Each close() of a descriptor; NULL: nothing. */
	int (*flush)(struct file *file);
	void (*release)(struct file *file); /* the last reference went */
	int (*fsync)(struct file *file, loff_t start, loff_t end, bool datasync); /* -EINVAL */
	int (*iterate)(struct file *file, struct dir_context *ctx);		  /* -ENOTDIR */
	int (*fallocate)(struct file *file, int mode, loff_t offset, loff_t len); /* -EOPNOTSUPP */
	/* Move pages without copying through user memory; NULL: a copy through a kernel buffer. */
	ssize_t (*splice_read)(struct file *in, loff_t *pos, struct file *pipe, size_t len,
			       u32 flags);
	void (*show_fdinfo)(struct file *file, char *buf, size_t size); /* NULL: nothing */
};

struct file {
	const struct file_ops *ops;
	struct path path;
	struct inode *inode; /* path.dentry->inode */
	struct mapping *mapping;
	u32 flags; /* O_*, changed by F_SETFL under lock */
	u32 mode;  /* FMODE_* */
	struct refcount refs;
	loff_t pos;
	struct mutex pos_lock;
	struct cred *cred; /* of the opener */
	struct {	   /* F_SETOWN, F_SETSIG */
		struct pid *pid;
		int type, sig;
		uid_t uid, euid;
	} owner;
	struct fasync *fasync;			 /* O_ASYNC is on; fs/fasync.c */
	unsigned long ra_next, ra_size, ra_mark; /* mm/read_ahead.c */
	bool ra_random;				 /* POSIX_FADV_RANDOM: nothing is read ahead */
	u32 wb_seen;		      /* write-back errors of the mapping told so far: errseq.h */
	u32 sb_seen, dev_seen;	      /* of the whole file system, and of its device: syncfs() */
	struct list_head epoll_items; /* epoll watches, under epoll's lock */
	void *private;
};
#define FMODE_READ    1u
#define FMODE_WRITE   2u
#define FMODE_PATH    4u  /* O_PATH: only names things */
#define FMODE_PREAD   8u  /* has a position: pread, lseek */
#define FMODE_STREAM  16u /* no position at all: pipe, socket, tty */
#define FMODE_EXEC    32u
#define FMODE_EXCL    128u /* a block device that this opening has for itself */
#define FMODE_NODELAY 64u  /* blockdev_open(): O_NONBLOCK, a drive without a medium opens */

/* A new description without a descriptor. Takes references of its own. ERR_PTR. */
struct file *file_open_path(const struct path *path, u32 flags);
struct file *file_open(int dfd, const char *name, u32 flags, u32 mode); /* kernel name */
/* A file without a name in the tree ("anon_inode:[eventfd]", "pipe:[7]"). ERR_PTR. */
struct file *file_anon(const char *name, const struct file_ops *ops, void *private, u32 flags);
/*
 * The same over an inode of the caller's (inode_new(anon_sb, S_IFIFO | 0600), say), so that fstat()
 * tells what it is; takes references of its own and does not call ops->open. file_anon_again()
 * makes another description of the same anonymous file: same inode, name, ops and private.
 */
struct file *file_anon_inode(struct inode *inode, const char *name, const struct file_ops *ops,
			     void *private, u32 flags);
struct file *file_anon_again(struct file *file, u32 flags);
void file_get(struct file *file);
void file_put(struct file *file);
ssize_t file_read_kernel(struct file *file, void *buf, size_t len, loff_t *pos);
ssize_t file_write_kernel(struct file *file, const void *buf, size_t len, loff_t *pos);
ssize_t vfs_read(struct file *file, struct iov_iter *to, loff_t *pos);
ssize_t vfs_write(struct file *file, struct iov_iter *from, loff_t *pos);
int vfs_fallocate(struct file *file, int mode, loff_t offset, loff_t len); /* arguments checked */
loff_t generic_llseek(struct file *file, loff_t offset, int whence);
loff_t llseek_size(struct file *file, loff_t offset, int whence, loff_t size);
int nonseekable_open(struct inode *inode, struct file *file);
u32 vfs_poll(struct file *file, struct poll_table *pt);

/* Sends SIGIO (or F_SETSIG's) to the owner; code is POLL_IN, ...; band its POLL* events. Any
 * context. Called by a driver whose file has O_ASYNC. */
void file_send_sigio(struct file *file, int fd, int code);
/* F_SETOWN as socket ioctls and the tty use it; pid < 0: a process group. */
int file_set_owner(struct file *file, int pid);
int file_get_owner(const struct file *file);
/* Open descriptions now and their limit: /proc/sys/fs/file-nr. */
unsigned int files_open_count(void);
extern unsigned int files_open_max;
extern unsigned int mounts_max; /* fs.mount-max: more is ENOSPC */

/* Descriptor tables: kernel/files.h. Locks: fs/locks.c. */
/*
 * Notification (ipc/inotify): tells the watchers in inode->marks. child NULL: something happened
 * to inode itself; else to the entry `child` of the directory `inode`. IN_* mask (abi/inotify.h),
 * IN_ISDIR set when the subject is a directory. Called only when inode->marks is set; may sleep.
 */
void fsnotify(struct inode *inode, struct dentry *child, u32 mask, u32 cookie);
/* Tells the file's own watchers and those of its directory. */
void fsnotify_dentry_slow(struct dentry *dentry, u32 mask);
static inline void fsnotify_dentry(struct dentry *dentry, u32 mask)
{
	if (unlikely(dentry->inode->marks || dentry->parent->inode->marks))
		fsnotify_dentry_slow(dentry, mask);
}
void locks_remove_posix(struct file *file, void *owner); /* a close by this table */
void locks_remove_file(struct file *file);		 /* the description goes */
size_t locks_format(char *buf, size_t size);		 /* the text of /proc/locks */

/* ---- character and block device switch: device numbers to file_ops ---- */
#define MINORBITS     20
#define MKDEV(ma, mi) ((u32)(ma) << MINORBITS | (u32)(mi))
#define MAJOR(dev)    ((u32)(dev) >> MINORBITS)
#define MINOR(dev)    ((u32)(dev) & ((1u << MINORBITS) - 1))
u64 dev_encode64(u32 dev); /* as stat64 and statx show it */
u32 dev_decode(u32 dev);   /* as mknod takes it */

/* The block layer gives the file_ops of block devices; until then open() answers -ENXIO. */
void blkdev_set_fops(const struct file_ops *fops);
extern const struct file_ops fifo_fops, socket_fops; /* ipc/; socket: open() says -ENXIO */

void vfs_init(void);
extern struct super_block *anon_sb;

#endif
