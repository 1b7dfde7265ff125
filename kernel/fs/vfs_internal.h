/*
 * vfs_internal.h - what the files of kernel/fs/ share among themselves.
 */
#ifndef VFS_INTERNAL_H
#define VFS_INTERNAL_H

#include <kernel/assert.h>
#include <kernel/blockdev.h>
#include <kernel/cred.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/inotify.h>

/* ---- dcache.c; _locked: dcache_lock is held ---- */
void dcache_init(void);
void icache_init(void);
void files_init(void);
void mount_init(void);
void locks_init(void);
struct dentry *dentry_find_locked(struct dentry *parent, const struct qstr *name);
static inline void dentry_get_locked(struct dentry *dentry)
{
	atomic_inc(&dentry->refs.count); /* may be zero: it sits in the LRU */
}
void dentry_unhash_locked(struct dentry *dentry);
void dentry_hash_locked(struct dentry *dentry);
u32 qstr_hash(const char *name, u32 len);
void dentry_inode_put(struct inode *inode);
/* The inode leaves the dentry (unlink); the dentry stays hashed as negative if nobody else has it,
 * otherwise it goes off the hash and keeps its inode. Parent's inode locked. */
void dentry_delete(struct dentry *dentry);
/* Another name that the inode has in the cache, referenced; NULL: none. */
struct dentry *dentry_other(struct inode *inode, const struct dentry *but);
/* Renames `dentry` to the place of `target`, which goes off the hash. */
void dentry_move(struct dentry *dentry, struct dentry *target);
void dentry_exchange(struct dentry *a, struct dentry *b);
bool dentry_is_ancestor(const struct dentry *ancestor, const struct dentry *dentry);
/* Drops all unreferenced dentries of a super block; pinned ones too when the tree is dying. */
void dcache_shrink_sb(struct super_block *sb);
void dcache_shrink_children(struct dentry *parent); /* the caller references parent */
void dentry_tree_destroy(struct dentry *root);

/* The file system thaws: the end of inodes whose last reference went while it was frozen. */
void inode_end_kept(struct super_block *sb);

/* ---- inode_attr.c ---- */
void path_accessed(const struct path *path);
u32 privs_to_remove(const struct inode *inode);

/* ---- super.c ---- */
struct super_block *super_get(struct fs_type *type, const char *source, u32 flags,
			      const char *options);
void super_put(struct super_block *sb);
int super_remount(struct super_block *sb, u32 flags, const char *options);
int super_sync(struct super_block *sb, bool wait);
/* What could not be written of its tables; it has a device. */
static inline u32 *device_error(const struct super_block *sb)
{
	return &sb->bdev->inode->data.wb_error;
}
int super_for_each(int (*fn)(struct super_block *sb, void *arg), void *arg);
/* Writes back data, inodes and the super block of all (or one). */
void sync_all(bool wait);
struct super_block *super_find_dev(u32 dev); /* referenced */

/* ---- mount.c; mount_find_child_locked needs dcache_lock ---- */
struct mount *mount_find_child_locked(struct mount *parent, struct dentry *dentry);
extern struct path root_path; /* the system's root; mnt NULL before there is one */
void mount_init(void);
struct mount *mount_new(struct super_block *sb, struct dentry *root, const char *source, u32 flags);
void mount_attach(struct mount *mnt, struct mount *parent, struct dentry *where);
void mount_detach_tree(struct mount *mnt);
void mounts_changed(void);
extern struct list_head all_mounts; /* mount.ns_node, in order; mount_lock */
/* Takes a mount off its place; the two references it had there go to *place. */
void mount_unhook(struct mount *mnt, struct path *place);
/* path_text.c: builds at the end of buf; dcache_lock held. *outside: not below root. */
char *path_build_locked(const struct path *path, const struct path *root, char *buf, size_t size,
			bool *outside);
int mount_bind(const char *source, const struct path *where, bool recursive);
int mount_move(const char *source, const struct path *where);
void fs_replace_root(const struct path *old, const struct path *new);

/* ---- namei.c ---- */
enum last_type {
	LAST_NORM,
	LAST_DOT,
	LAST_DOTDOT,
	LAST_ROOT
};

/* Private lookup flags, beside LOOKUP_*. */
#define LOOKUP_KERNEL	0x10000u /* no permission checks */
#define LOOKUP_NO_XDEV	0x20000u
#define LOOKUP_NO_MAGIC 0x40000u
#define LOOKUP_BENEATH	0x80000u
#define LOOKUP_IN_ROOT	0x100000u
#define LOOKUP_CREATE	0x200000u /* the last component may be missing */

struct walk_link {
	const char *rest; /* of the path the link stood in */
	struct inode *inode;
	void *cookie;
};
#define WALK_INLINE_LINKS 3

/*
 * A walk in progress. While dcache_lock is held (`locked`) cur may run ahead of `held`, the path
 * that is referenced; walk_unlock() makes them equal.
 */
struct walk {
	struct path cur, held;
	struct dentry *extra;	 /* one more reference, dropped at the next unlock */
	const struct path *base; /* root of the walk; NULL: the caller's */
	u32 flags;
	bool locked, trailing; /* trailing: slashes after the last component */
	bool create_ok;	       /* the last walk_step() found a directory without that name */
	enum last_type last_type;
	struct qstr last;
	unsigned int depth, links; /* pending rests; links followed so far */
	struct walk_link *link;
	struct walk_link inline_link[WALK_INLINE_LINKS];
	u8 link_depth[SYMLINK_DEPTH_MAX]; /* which link each pending rest belongs to */
	struct fd dfd;
};

void walk_init(struct walk *w, const struct path *base, u32 flags);
/* Walks all but the last component; ends locked with cur a directory, w->last set. */
int walk_parent(struct walk *w, int dfd, const char *name);
/* The last component: 0, cur is it; 1: it was a link, w->last is now the last component of its
 * text: call again; -ENOENT. Locked before and after. */
int walk_last(struct walk *w, u32 flags);
void walk_unlock(struct walk *w);
void walk_lock(struct walk *w);
/* Ends the walk; *path gets a reference to cur. */
void walk_take(struct walk *w, struct path *path);
/* Ends the walk, keeping nothing. */
void walk_end(struct walk *w);
int walk_path(int dfd, const char *name, u32 flags, const struct path *base, struct path *path);
/* The child in a locked directory: cached or looked up; negative when missing. Referenced. */
struct dentry *lookup_in_locked_dir(struct dentry *dir, const struct qstr *name);
/* Crosses to whatever is mounted on the path (referenced in and out). */
void path_cross_mounts(struct path *path);

/* A user path: short ones need no allocation. */
struct name_buf {
	char *name;
	char inline_buf[120];
};
int name_get(struct name_buf *nb, const char __user *name, bool empty_ok);
static inline void name_put(struct name_buf *nb)
{
	if (nb->name != nb->inline_buf)
		path_putname(nb->name);
}

/*
 * Changes of a directory: begin walks to the parent, locks it and finds the dentry; end undoes all.
 * w->held is the parent's path.
 */
int modify_begin(struct walk *w, int dfd, const char *name, struct dentry **dentry);
void modify_end(struct walk *w, struct dentry *dentry);

/* ---- namei_modify.c ---- */
int may_create(struct inode *dir, u32 flags);
int may_delete(struct inode *dir, struct dentry *victim, bool is_dir, u32 flags);
int dir_create(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev);

/* ---- files.c ---- */
int fd_replace(unsigned int fd, struct file *file, u32 flags); /* -EBADF, -EBUSY, -EMFILE */
void fd_set_cloexec(unsigned int fd, bool on);
void files_close_range(struct files *files, unsigned int first, unsigned int last, bool mark);

/* ---- open.c ---- */
struct open_args {
	u32 flags, mode, lookup;
};
int open_args_check(struct open_args *a, u32 flags, u32 mode);
struct file *file_open_walk(struct walk *w, int dfd, const char *name, const struct open_args *a);
struct file *file_open_args(int dfd, const char *name, const struct open_args *a);
struct file *file_alloc(const struct path *path, u32 flags);
void file_free_unopened(struct file *file);
int file_open_finish(struct file *file);
int file_get_write(struct file *file); /* 0 or -ETXTBSY */
void file_put_write(struct file *file);
/* fasync.c: switches O_ASYNC on a file; 0, -ENOMEM. Also when the file goes. */
int fasync_set(struct file *file, int fd, bool on);
int may_open(const struct path *path, u32 flags, bool created);
int path_truncate(const struct path *path, struct file *file, loff_t length, u32 extra);

static inline bool file_is_shared(const struct file *file)
{
	return refcount_read(&file->refs) > 1;
}
/* A path argument with AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW; an empty name means dfd itself. */
int path_from_at(int dfd, const char __user *name, u32 at_flags, struct path *path);

int sys_fcntl_lock(struct file *file, int fd, int cmd, unsigned long arg, bool is64);
int memfd_fcntl_seals(struct file *file, int cmd, unsigned long arg);

/* file_flags.c: chattr(1). _IOR('f', 1, long), _IOW('f', 2, long). */
#define FS_IOC_GETFLAGS 0x80046601u
#define FS_IOC_SETFLAGS 0x40046602u
long file_flags_ioctl(struct file *file, u32 cmd, unsigned long arg); /* -ENOIOCTLCMD: has none */
void file_flags_fillattr(const struct inode *inode, struct kstat *st);

/* clone.c */
#define FICLONE	      0x40049409u
#define FICLONERANGE  0x4020940Du
#define FIDEDUPERANGE 0xC0189436u
long clone_ioctl(const struct file *file, u32 cmd, unsigned long arg);

#endif
