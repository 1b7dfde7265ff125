/*
 * dir.c - directories, symbolic links and special files of tmpfs. Names are pinned dentries.
 */
#include "tmpfs_internal.h"

#define NAME_BYTES 20 /* a directory's size grows by this much a name, as on Linux */

static const struct inode_ops dir_iops, link_iops, special_iops;
static const struct file_ops dir_fops;

struct inode *tmpfs_make_inode(struct super_block *sb, const struct inode *dir, u32 mode, u32 rdev)
{
	struct inode *inode;
	int err = tmpfs_charge_inode(tmpfs_s(sb));

	if (err)
		return ERR_PTR(err);
	inode = inode_new(sb, mode);
	if (!inode) {
		tmpfs_uncharge_inode(tmpfs_s(sb));
		return ERR_PTR(-ENOMEM);
	}
	if (dir) {
		inode_init_owner(inode, dir, mode);
		inode->flags |= dir->flags & (INODE_NODUMP | INODE_NOATIME);
	}
	switch (mode & S_IFMT) {
	case S_IFREG:
		inode->ops = &tmpfs_file_iops;
		inode->fops = &tmpfs_file_fops;
		inode->data.ops = &tmpfs_mapping_ops;
		inode->data.unevictable = true;
		break;
	case S_IFDIR:
		inode->ops = &dir_iops;
		inode->fops = &dir_fops;
		inode->nlink = 2;
		inode->size = 2 * NAME_BYTES;
		break;
	case S_IFLNK:
		inode->ops = &link_iops;
		break;
	default:
		inode->ops = &special_iops;
		inode_init_special(inode, inode->mode, rdev);
		break;
	}
	return inode;
}

static void dir_changed(struct inode *dir, int names)
{
	dir->size += names * NAME_BYTES;
	inode_touch(dir, ATTR_MTIME | ATTR_CTIME);
}

/* Every name that exists is in the cache: what is asked for here does not. */
static int tmpfs_lookup(struct inode *dir, struct dentry *dentry)
{
	return 0;
}

static int tmpfs_mknod(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev)
{
	struct inode *inode = tmpfs_make_inode(dir->sb, dir, mode, rdev);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	dentry_instantiate(dentry, inode);
	dentry_pin(dentry);
	dir_changed(dir, 1);
	return 0;
}

static int tmpfs_create(struct inode *dir, struct dentry *dentry, u32 mode)
{
	return tmpfs_mknod(dir, dentry, mode, 0);
}

static int tmpfs_mkdir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	int err = tmpfs_mknod(dir, dentry, mode, 0);

	if (!err)
		dir->nlink++;
	return err;
}

static int tmpfs_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	char *text = kstrdup(target, GFP_KERNEL);
	int err;

	if (!text)
		return -ENOMEM;
	err = tmpfs_mknod(dir, dentry, S_IFLNK | 0777, 0);
	if (err) {
		kfree(text);
		return err;
	}
	tmpfs_i(dentry->inode)->link = text;
	dentry->inode->size = strlen(text);
	return 0;
}

static const char *tmpfs_get_link(struct dentry *dentry, struct inode *inode, void **cookie)
{
	return tmpfs_i(inode)->link;
}

static int tmpfs_link(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	/* Each name costs a dentry: Linux counts it as an inode, so that links are bounded too. */
	inode->nlink++;
	inode_touch(inode, ATTR_CTIME);
	inode_get(inode);
	dentry_instantiate(dentry, inode);
	dentry_pin(dentry);
	dir_changed(dir, 1);
	return 0;
}

static int tmpfs_unlink(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;

	inode->nlink--;
	inode_touch(inode, ATTR_CTIME);
	dir_changed(dir, -1);
	dentry_unpin(dentry);
	return 0;
}

static int tmpfs_rmdir(struct inode *dir, struct dentry *dentry)
{
	if (!dentry_is_empty(dentry))
		return -ENOTEMPTY;
	dentry->inode->nlink--;
	dir->nlink--;
	return tmpfs_unlink(dir, dentry);
}

/* The counts of "..": one less here, one more there, for each directory that moves. */
static void move_dir_links(struct inode *from, struct inode *to, const struct inode *moved)
{
	if (from != to && moved && S_ISDIR(moved->mode)) {
		from->nlink--;
		to->nlink++;
	}
}

static int tmpfs_rename(struct inode *old_dir, struct dentry *old, struct inode *new_dir,
			struct dentry *new, u32 flags)
{
	const bool exchange = flags & RENAME_EXCHANGE;

	if (new->inode && !exchange) {
		int err = S_ISDIR(new->inode->mode) ? tmpfs_rmdir(new_dir, new)
						    : tmpfs_unlink(new_dir, new);

		if (err)
			return err;
	}
	move_dir_links(old_dir, new_dir, old->inode);
	inode_touch(old->inode, ATTR_CTIME);
	if (exchange) {
		move_dir_links(new_dir, old_dir, new->inode);
		inode_touch(new->inode, ATTR_CTIME);
	}
	dir_changed(old_dir, exchange ? 0 : -1);
	dir_changed(new_dir, exchange ? 0 : 1);
	return 0;
}

static int tmpfs_tmpfile(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode = tmpfs_make_inode(dir->sb, dir, mode, 0);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->nlink = 0;
	dentry_instantiate(dentry, inode);
	return 0;
}

static const struct inode_ops dir_iops = {
	.lookup = tmpfs_lookup,
	.create = tmpfs_create,
	.mkdir = tmpfs_mkdir,
	.mknod = tmpfs_mknod,
	.symlink = tmpfs_symlink,
	.link = tmpfs_link,
	.unlink = tmpfs_unlink,
	.rmdir = tmpfs_rmdir,
	.rename = tmpfs_rename,
	.tmpfile = tmpfs_tmpfile,
	.getxattr = tmpfs_getxattr,
	.setxattr = tmpfs_setxattr,
	.listxattr = tmpfs_listxattr,
	.file_flags = TMPFS_FILE_FLAGS,
};

static const struct inode_ops link_iops = {
	.get_link = tmpfs_get_link,
	.getxattr = tmpfs_getxattr,
	.setxattr = tmpfs_setxattr,
	.listxattr = tmpfs_listxattr,
};

static const struct inode_ops special_iops = {
	.getxattr = tmpfs_getxattr,
	.setxattr = tmpfs_setxattr,
	.listxattr = tmpfs_listxattr,
};

static int dir_fsync(struct file *file, loff_t start, loff_t end, bool datasync)
{
	return 0;
}

static const struct file_ops dir_fops = {
	.iterate = dentry_iterate,
	.release = dentry_iterate_release,
	.fsync = dir_fsync,
};
