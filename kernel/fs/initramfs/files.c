/*
 * files.c - cpio entries become files of the root file system.
 *
 * File data is gathered in fresh pages that are then given to the page cache as they are: there is
 * one copy, from the archive to its place.
 */
#include "unpack_internal.h"
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/tmpfs.h>

/* A file with several names, as first seen. */
struct hard_link {
	struct list_head node;
	u32 ino, dev_major, dev_minor;
	struct dentry *dentry;
};

int unpack_files_init(struct unpack_files *u)
{
	memset(u, 0, sizeof(*u));
	for (int i = 0; i < LINK_BUCKETS; i++)
		list_init(&u->links[i]);
	u->target = kmalloc(PATH_MAX, GFP_KERNEL);
	u->name = kmalloc(CPIO_NAME_MAX, GFP_KERNEL);
	if (!u->target || !u->name)
		return -ENOMEM;
	return path_lookup_kernel("/", 0, &u->root);
}

static void forget_links(void *arg)
{
	struct unpack_files *u = arg;
	struct hard_link *l, *next;

	for (int i = 0; i < LINK_BUCKETS; i++) {
		list_for_each_entry_safe (l, next, &u->links[i], node) {
			dentry_put(l->dentry);
			kfree(l);
		}
		list_init(&u->links[i]);
	}
}

static void entry_over(struct unpack_files *u)
{
	if (u->page)
		page_put(u->page);
	u->page = NULL;
	if (u->path.dentry)
		path_put(&u->path);
	u->path.dentry = NULL;
	u->is_file = u->is_link = false;
}

void unpack_files_finish(struct unpack_files *u)
{
	entry_over(u);
	forget_links(u);
	if (u->root.dentry)
		path_put(&u->root);
	kfree(u->target);
	kfree(u->name);
}

static int note_error(struct unpack_files *u, int err)
{
	if (err < 0 && !u->first_error) {
		u->first_error = err;
		strscpy(u->error_name, u->name, sizeof(u->error_name));
	}
	return err;
}

static struct hard_link *find_link(struct unpack_files *u, const struct cpio_entry *e)
{
	struct hard_link *l;

	list_for_each_entry (l, &u->links[e->ino % LINK_BUCKETS], node)
		if (l->ino == e->ino && l->dev_major == e->dev_major &&
		    l->dev_minor == e->dev_minor)
			return l;
	return NULL;
}

static void remember_link(struct unpack_files *u, const struct cpio_entry *e, struct dentry *dentry)
{
	struct hard_link *l = kmalloc(sizeof(*l), GFP_KERNEL);

	if (!l)
		return;
	*l = (struct hard_link){ .ino = e->ino,
				 .dev_major = e->dev_major,
				 .dev_minor = e->dev_minor,
				 .dentry = dentry };
	dentry_get(dentry);
	list_add(&l->node, &u->links[e->ino % LINK_BUCKETS]);
}

/* What is in the way goes: a later archive wins. A directory stays for a directory, a file for a
 * file (its data is replaced). */
static int clear_place(struct unpack_files *u, u32 mode)
{
	struct path old;
	u32 type;

	if (path_lookup_below(&u->root, u->name, 0, &old))
		return 0;
	type = old.dentry->inode->mode & S_IFMT;
	path_put(&old);
	if (type == (mode & S_IFMT) && type == S_IFDIR)
		return 1;
	return vfs_unlink_at(&u->root, u->name);
}

static void set_attributes(struct inode *inode, const struct cpio_entry *e)
{
	mutex_lock(&inode->lock);
	inode->uid = e->uid;
	inode->gid = e->gid;
	if (!S_ISLNK(inode->mode))
		inode->mode = (inode->mode & S_IFMT) | (e->mode & S_PERM_MASK);
	inode->times.mtime = inode->times.atime = (struct file_time){ e->mtime, 0 };
	mutex_unlock(&inode->lock);
}

/* A further name of a file already made; 1 when it was. */
static int make_link(struct unpack_files *u, const struct cpio_entry *e)
{
	struct hard_link *l;
	int err;

	if (e->nlink < 2 || S_ISDIR(e->mode))
		return 0;
	l = find_link(u, e);
	if (!l)
		return 0;
	u->path = (struct path){ u->root.mnt, l->dentry };
	path_get(&u->path);
	err = vfs_link_at(&u->root, l->dentry, u->name);
	return err ? err : 1;
}

static int make_file(struct unpack_files *u, const struct cpio_entry *e)
{
	int err = clear_place(u, e->mode);

	if (err < 0)
		return err;
	if (err > 0) /* the directory is there */
		return path_lookup_below(&u->root, u->name, 0, &u->path);
	err = make_link(u, e);
	if (err)
		return err < 0 ? err : 0;
	err = vfs_create_at(&u->root, u->name, e->mode & (S_IFMT | S_PERM_MASK),
			    MKDEV(e->rdev_major, e->rdev_minor), &u->path);
	if (!err && e->nlink > 1 && !S_ISDIR(e->mode))
		remember_link(u, e, u->path.dentry);
	return err;
}

static int begin(void *arg, const struct cpio_entry *e)
{
	struct unpack_files *u = arg;
	int err;

	entry_over(u);
	u->entry = *e;
	strscpy(u->name, e->name, CPIO_NAME_MAX);
	u->fill = 0;
	u->size = 0;
	switch (e->mode & S_IFMT) {
	case S_IFLNK:
		u->is_link = true;
		return note_error(u, e->size < PATH_MAX ? 0 : -ENAMETOOLONG);
	case S_IFREG:
	case S_IFDIR:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		err = make_file(u, e);
		break;
	default:
		err = -EINVAL;
		break;
	}
	if (err)
		return note_error(u, err);
	u->is_file = S_ISREG(e->mode) && inode_is_tmpfs_file(u->path.dentry->inode);
	if (u->is_file && e->size && u->path.dentry->inode->size) {
		mapping_truncate(u->path.dentry->inode->mapping, 0);
		u->path.dentry->inode->size = 0;
	}
	return 0;
}

static int put_page(struct unpack_files *u)
{
	struct inode *inode = u->path.dentry->inode;
	int err;

	if (u->fill < PAGE_SIZE) {
		char *p = kmap_local(u->page);

		memset(p + u->fill, 0, PAGE_SIZE - u->fill);
		kunmap_local(p);
	}
	err = pagecache_insert(inode->mapping, u->size >> PAGE_SHIFT, u->page);
	if (!err) {
		u->size += u->fill;
		inode->size = u->size;
	}
	page_put(u->page);
	u->page = NULL;
	u->fill = 0;
	return err;
}

static int file_data(struct unpack_files *u, const u8 *data, size_t n)
{
	while (n) {
		size_t part = PAGE_SIZE - u->fill;
		char *p;
		int err;

		if (!u->page)
			u->page = page_alloc(GFP_USER, 0);
		if (!u->page)
			return -ENOMEM;
		if (part > n)
			part = n;
		p = kmap_local(u->page);
		memcpy(p + u->fill, data, part);
		kunmap_local(p);
		u->fill += part;
		data += part;
		n -= part;
		err = u->fill == PAGE_SIZE ? put_page(u) : 0;
		if (err)
			return err;
	}
	return 0;
}

static int data(void *arg, const u8 *bytes, size_t n)
{
	struct unpack_files *u = arg;

	if (u->is_link) {
		memcpy(u->target + u->fill, bytes, n); /* the size was checked in begin() */
		u->fill += n;
		return 0;
	}
	return u->is_file ? note_error(u, file_data(u, bytes, n)) : 0;
}

static int end_link(struct unpack_files *u)
{
	struct path path;
	int err = clear_place(u, S_IFLNK);

	u->target[u->fill] = 0;
	if (err >= 0)
		err = vfs_symlink_at(&u->root, u->target, u->name);
	if (err || path_lookup_below(&u->root, u->name, 0, &path))
		return err;
	set_attributes(path.dentry->inode, &u->entry);
	path_put(&path);
	return 0;
}

static int end(void *arg, bool sum_ok)
{
	struct unpack_files *u = arg;
	int err = 0;

	if (!sum_ok)
		pr_warn("initramfs: %s: wrong checksum\n", u->name);
	if (u->is_link) {
		err = end_link(u);
	} else if (u->path.dentry) {
		if (u->page)
			err = put_page(u);
		set_attributes(u->path.dentry->inode, &u->entry);
	}
	entry_over(u);
	return note_error(u, err);
}

const struct cpio_ops unpack_cpio_ops = {
	.begin = begin, .data = data, .end = end, .trailer = forget_links
};
