/*
 * knode.h - the tree behind procfs and sysfs: what is there is described, not stored.
 *
 * A knode is a directory or a symbolic link. The files of a directory have no node of their own:
 * they are listed by the directory's sources (a table of files, a table of sysctls, the attributes
 * of a device), so that a file costs nothing until somebody looks it up. Then it gets an inode that
 * carries a copy of its description.
 *
 * Removal: knode_remove() takes a node off the tree; when it returns, no show or write function of
 * its files is running and none will be called again. Nodes that may be removed are made with
 * KNODE_REMOVABLE; their files run under `knode_active`.
 *
 * Locking: knode_lock (mutex, RANK_KNODE) guards the shape of the tree. A node lives as long as it
 * is in the tree or an inode refers to it.
 */
#ifndef KNODE_H
#define KNODE_H

#include <kernel/fs.h>
#include <kernel/seq.h>

struct knode;

struct knode_file {
	const char *name;
	u32 mode; /* permission bits */
	/* What it shows; NULL: -EIO. `arg` is of this description, node->private the
	 * directory's. */
	int (*show)(struct seq *s, struct knode *dir, const void *arg);
	/* A whole write, NUL-terminated, at most KNODE_WRITE_MAX; 0 or -errno. NULL: -EIO. */
	int (*write)(struct knode *dir, const void *arg, char *text, size_t len);
	const struct file_ops *fops; /* instead of show and write */
	const void *arg;
	u32 size;    /* as stat(2) tells it */
	bool strict; /* what the mode gives to nobody root cannot open it for either */
};
#define KNODE_WRITE_MAX 4095u

struct knode_source {
	struct list_head node; /* in knode.sources */
	/* Describes the nth file in *out; false when n is past the last. */
	bool (*nth)(const struct knode_source *source, unsigned int n, struct knode_file *out);
	const void *table;
	unsigned int count;
};

struct knode {
	char *name; /* owned */
	u32 mode;   /* S_IFDIR | 0555 or S_IFLNK | 0777 */
	u32 flags;  /* KNODE_* */
	u32 ino;    /* its files have the next KNODE_INOS - 1 */
	struct refcount refs;
	bool removed;
	u32 position, last_position;
	struct knode *parent;			     /* knode_lock */
	struct list_head children, sibling, sources; /* knode_lock */
	void *private;
	void (*release)(struct knode *node); /* before it is freed; NULL: nothing */
	char *target;			     /* of a link; owned */
	const char *(*get_link)(struct knode *node, void **cookie); /* instead of target */
};
#define KNODE_REMOVABLE 1u
#define KNODE_INOS	256u

struct knode_inode {
	struct inode vfs; /* first */
	struct knode *node;
	struct knode_file file; /* of a file: its description */
};
static inline struct knode_inode *knode_i(const struct inode *inode)
{
	return (struct knode_inode *)(uintptr_t)inode;
}

extern struct mutex knode_lock;
/* knode_vfs.c: between the two no file of a removable node is being shown or written. */
void knode_wait_idle_begin(void);
void knode_wait_idle_end(void);
/* Around what a file with fops of its own does to a removable node: true when it is still there,
 * and stays so until knode_leave(). */
bool knode_enter(struct knode *node);
void knode_leave(struct knode *node);
struct knode *knode_create_root(void);
/* Under parent (with KNODE_REMOVABLE of the parent's); ERR_PTR(-ENOMEM, -EEXIST). */
struct knode *knode_mkdir(struct knode *parent, const char *name, void *private);
struct knode *knode_symlink(struct knode *parent, const char *name, const char *target);
/* "a/b/c", made as needed. ERR_PTR. */
struct knode *knode_mkdir_path(struct knode *root, const char *path);
void knode_add_source(struct knode *dir, struct knode_source *source);
/* Adds a table of struct knode_file. 0 or -ENOMEM. */
int knode_add_files(struct knode *dir, const struct knode_file *files, unsigned int count);
void knode_remove(struct knode *node); /* with all below */
/* The child of that name or NULL; knode_lock held. */
struct knode *knode_find_child(struct knode *dir, const char *name);
void knode_get(struct knode *node);
void knode_put(struct knode *node);
/* "../../x/y": how to get from the directory `from` to `to`, kmalloc'ed; NULL. knode_lock not held.
 */
char *knode_relative_path(struct knode *from, struct knode *to);

/* The file-system side. alloc_inode of the super block gives a struct knode_inode. */
struct inode *knode_inode_new(struct super_block *sb, struct knode *node,
			      const struct knode_file *file, u32 ino);
void knode_inode_release(struct inode *inode); /* free_inode: drops what it refers to */
int knode_lookup(struct inode *dir, struct dentry *dentry);
int knode_iterate(struct file *file, struct dir_context *ctx);
int knode_setattr(struct dentry *dentry, const struct iattr *attr);
/* Fills a super block over a tree. */
int knode_fill_super(struct super_block *sb, struct knode *root, const struct super_ops *ops,
		     u32 magic);
extern const struct inode_ops knode_dir_iops;
extern const struct file_ops knode_dir_fops;
/* For files with fops of their own: -EACCES by `strict`. */
int knode_check_open(struct inode *inode, struct file *file);
/* A file that is only a show function: for other tables. */
extern const struct file_ops knode_file_fops;
#define KNODE_FIRST_POS 2u	    /* directory positions: files, then ... */
#define KNODE_CHILD_POS 0x100000u   /* ... child nodes */
#define KNODE_END_POS	0x40000000u /* beyond all of them */

#endif
