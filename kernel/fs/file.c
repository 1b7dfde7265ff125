/*
 * file.c - open descriptions: allocation, references, anonymous files.
 */
#include "vfs_internal.h"
#include <kernel/epoll.h>
#include <kernel/printk.h>
#include <abi/statfs.h>

static struct kmem_cache *file_cache;
static struct atomic open_count;
unsigned int files_open_max;

struct super_block *anon_sb;
static struct mount *anon_mount;
static struct inode *anon_inode; /* of all "anon_inode:" files */

unsigned int files_open_count(void)
{
	return atomic_read(&open_count);
}

struct file *file_alloc(const struct path *path, u32 flags)
{
	struct file *file;

	if (unlikely((unsigned int)atomic_read(&open_count) >= files_open_max) &&
	    !capable(CAP_SYS_ADMIN))
		return ERR_PTR(-ENFILE);
	file = kmem_cache_alloc(file_cache, GFP_KERNEL | GFP_ZERO);
	if (!file)
		return ERR_PTR(-ENOMEM);
	atomic_inc(&open_count);
	refcount_set(&file->refs, 1);
	mutex_init(&file->pos_lock, RANK_FILE_POS, "file position");
	list_init(&file->epoll_items);
	/* O_NOCTTY and O_EXCL stay until the driver's open() has seen them. */
	file->flags = flags & ~(u32)(O_CREAT | O_TRUNC | O_CLOEXEC);
	file->mode = ((flags + 1) & O_ACCMODE) | FMODE_PREAD;
	file->cred = current_cred();
	cred_get(file->cred);
	if (path) {
		file->path = *path;
		path_get(path);
	}
	return file;
}

void file_free_unopened(struct file *file)
{
	if (file->path.dentry)
		path_put(&file->path);
	cred_put(file->cred);
	if (file->owner.pid)
		pid_put(file->owner.pid);
	atomic_add(&open_count, -1);
	kmem_cache_free(file_cache, file);
}

void file_get(struct file *file)
{
	refcount_inc(&file->refs);
}

/* A regular file open for writing keeps its mount from becoming read-only. */
int file_get_write(struct file *file)
{
	int err = inode_get_write(file->inode);

	if (!err && S_ISREG(file->inode->mode))
		atomic_inc(&file->path.mnt->writers);
	return err;
}

void file_put_write(struct file *file)
{
	inode_put_write(file->inode);
	if (S_ISREG(file->inode->mode))
		(void)atomic_add(&file->path.mnt->writers, -1);
}

static void file_release(struct file *file)
{
	if (!(file->mode & FMODE_PATH)) {
		fsnotify_dentry(file->path.dentry,
				file->mode & FMODE_WRITE ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
		epoll_file_gone(file);
		if (unlikely(file->fasync))
			fasync_set(file, -1, false);
		if (unlikely(file->inode->locks))
			locks_remove_file(file);
		if (file->ops->release)
			file->ops->release(file);
		if (file->mode & FMODE_WRITE)
			file_put_write(file);
	}
	file_free_unopened(file);
}

__hot void file_put(struct file *file)
{
	if (refcount_dec(&file->refs))
		file_release(file);
}

/* ---- files without a place in the tree ---- */

static struct file *anon_open(struct dentry *dentry, const struct file_ops *ops, void *private,
			      u32 flags)
{
	struct path path = { anon_mount, dentry };
	struct file *file = file_alloc(&path, flags);

	if (IS_ERR(file))
		return file;
	file->inode = dentry->inode;
	file->mapping = file->inode->mapping;
	file->ops = ops;
	file->private = private;
	if (!ops->llseek)
		file->mode = (file->mode & ~FMODE_PREAD) | FMODE_STREAM;
	if (file->mode & FMODE_WRITE)
		(void)file_get_write(file);
	return file;
}

struct file *file_anon_inode(struct inode *inode, const char *name, const struct file_ops *ops,
			     void *private, u32 flags)
{
	struct qstr q = { name, strlen(name), 0 };
	struct dentry *d = dentry_alloc(anon_sb->root, &q);
	struct file *file;

	if (!d)
		return ERR_PTR(-ENOMEM);
	inode_get(inode);
	dentry_instantiate(d, inode);
	file = anon_open(d, ops, private, flags);
	dentry_put(d);
	return file;
}

struct file *file_anon_again(struct file *file, u32 flags)
{
	return anon_open(file->path.dentry, file->ops, file->private, flags);
}

struct file *file_anon(const char *name, const struct file_ops *ops, void *private, u32 flags)
{
	return file_anon_inode(anon_inode, name, ops, private, flags);
}

static int anon_fs_mount(struct fs_type *type, struct super_block *sb, const char *source,
			 const char *options)
{
	struct inode *root = inode_new(sb, S_IFDIR | 0555);

	if (!root)
		return -ENOMEM;
	sb->magic = ANON_INODE_MAGIC;
	sb->in_memory = true;
	sb->root = dentry_alloc_root(root);
	if (!sb->root) {
		inode_put(root);
		return -ENOMEM;
	}
	return 0;
}

static struct fs_type anon_fs = { .name = "anon_inodefs",
				  .flags = FS_NOMOUNT,
				  .mount = anon_fs_mount };

static void __init anon_init(void)
{
	anon_mount = vfs_kern_mount(&anon_fs, "anon_inodefs");
	if (IS_ERR(anon_mount))
		panic("Cannot make anonymous files");
	anon_sb = anon_mount->sb;
	anon_inode = inode_new(anon_sb, 0600);
	if (!anon_inode)
		panic("Cannot make anonymous files");
}

static void __init file_init(void)
{
	struct page_stats stats;

	file_cache = kmem_cache_create("file", sizeof(struct file), 8);
	if (!file_cache)
		panic("No memory for files");
	page_get_stats(&stats);
	/* As Linux: a tenth of memory at a kilobyte a file. */
	files_open_max = stats.total * (PAGE_SIZE / 1024) / 10;
	if (files_open_max < 1024)
		files_open_max = 1024;
}

void __init vfs_init(void)
{
	mount_init();
	dcache_init();
	icache_init();
	files_init();
	file_init();
	anon_init();
}
