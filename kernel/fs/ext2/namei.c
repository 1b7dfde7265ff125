/*
 * namei.c - the operations on directories: look-up, making, linking, removing and renaming.
 *
 * Order of changes: a name is entered when what it leads to is complete in memory, and an inode's
 * link count falls when the name has gone. Each function that fails takes back what it did.
 */
#include "ext2_internal.h"

/*
 * A directory has one name. A second one (a broken disk can make a circle of them) is not followed:
 * the tree in memory would have no end.
 */
static bool has_name(struct inode *inode)
{
	bool named;

	spin_lock(&dcache_lock);
	named = !list_empty(&inode->dentries);
	spin_unlock(&dcache_lock);
	return named;
}

static int ext2_lookup(struct inode *dir, struct dentry *dentry)
{
	struct ext2_dir_pos pos;
	struct inode *inode;
	u32 ino;
	int err = ext2_dir_find(dir, dentry->name.name, dentry->name.len, &pos);

	if (err)
		return err == -ENOENT ? 0 : err;
	ino = pos.entry->inode;
	ext2_dir_pos_put(&pos);
	inode = ext2_iget(dir->sb, ino);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (S_ISDIR(inode->mode) && has_name(inode)) {
		inode_put(inode);
		return ext2_error(
			ext2_fs(dir->sb),
			"directory inode %u has more than one name, one of them in inode %u", ino,
			(u32)dir->ino);
	}
	dentry_instantiate(dentry, inode);
	return 0;
}

/* After a change of `dir` and perhaps of an inode. */
static int finish(struct inode *dir, struct inode *inode)
{
	int err = 0;

	if (!ext2_dir_is_sync(dir))
		return 0;
	if (inode)
		err = ext2_sync_inode(inode);
	return err ? err : ext2_dir_sync(dir);
}

/* A new inode that came to nothing: its end gives everything back. */
static void discard(struct inode *inode)
{
	inode->nlink = 0;
	inode_iget_done(inode);
	inode_put(inode);
}

/* Gives a new, complete inode its name; takes over the reference. */
static int enter(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	int err;

	ext2_write_inode(inode, false); /* a commit must not write the name alone */
	err = ext2_dir_add(dir, dentry->name.name, dentry->name.len, inode);
	if (err) {
		discard(inode);
		return err;
	}
	inode_mark_dirty(inode);
	inode_iget_done(inode);
	dentry_instantiate(dentry, inode);
	return finish(dir, inode);
}

static int ext2_mknod(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev)
{
	struct inode *inode = ext2_new_inode(dir, mode);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (S_ISCHR(mode) || S_ISBLK(mode))
		inode->rdev = rdev;
	return enter(dir, dentry, inode);
}

static int ext2_create(struct inode *dir, struct dentry *dentry, u32 mode)
{
	return ext2_mknod(dir, dentry, mode, 0);
}

static int ext2_tmpfile(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode = ext2_new_inode(dir, mode);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	inode->nlink = 0;
	inode_mark_dirty(inode);
	inode_iget_done(inode);
	dentry_instantiate(dentry, inode);
	return 0;
}

static int ext2_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	struct inode *inode;
	int err;

	if (strlen(target) >= ext2_fs(dir->sb)->geo.block_size)
		return -ENAMETOOLONG;
	inode = ext2_new_inode(dir, S_IFLNK | 0777);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	err = ext2_set_link(inode, target);
	if (err) {
		discard(inode);
		return err;
	}
	return enter(dir, dentry, inode);
}

static int ext2_mkdir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode;
	int err;

	if (dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	inode = ext2_new_inode(dir, S_IFDIR | mode);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	err = ext2_dir_init(inode, (u32)dir->ino);
	if (err) {
		discard(inode);
		return err;
	}
	dir->nlink++;
	err = enter(dir, dentry, inode);
	if (err && !dentry->inode) {
		dir->nlink--;
		inode_mark_dirty(dir);
	}
	return err;
}

static int ext2_link(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	int err;

	if (inode->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	err = ext2_dir_add(dir, dentry->name.name, dentry->name.len, inode);
	if (err)
		return err;
	inode->nlink++;
	ext2_i(inode)->name_new = true;
	inode_touch(inode, ATTR_CTIME);
	inode_get(inode);
	dentry_instantiate(dentry, inode);
	return finish(dir, inode);
}

/* A link count that the disk had wrong does not wrap. */
static void drop_link(struct inode *inode)
{
	if (inode->nlink)
		inode->nlink--;
	else
		ext2_error(ext2_fs(inode->sb), "inode %u has more names than links",
			   (u32)inode->ino);
	inode_touch(inode, ATTR_CTIME);
}

/* The name must still lead to the inode that the dentry says. */
static int find_entry(struct inode *dir, struct dentry *dentry, struct ext2_dir_pos *pos)
{
	int err = ext2_dir_find(dir, dentry->name.name, dentry->name.len, pos);

	if (err)
		return err;
	if (pos->entry->inode == dentry->inode->ino)
		return 0;
	ext2_dir_pos_put(pos);
	return ext2_error(ext2_fs(dir->sb), "a name in directory inode %u has changed by itself",
			  (u32)dir->ino);
}

static int ext2_unlink(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct ext2_dir_pos pos;
	int err = find_entry(dir, dentry, &pos);

	if (!err)
		err = ext2_dir_remove(dir, &pos);
	if (err)
		return err;
	drop_link(inode);
	return finish(dir, inode);
}

static int ext2_rmdir(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct ext2_dir_pos pos;
	int err = ext2_dir_is_empty(inode);

	if (err != 1)
		return err ? err : -ENOTEMPTY;
	err = find_entry(dir, dentry, &pos);
	if (!err)
		err = ext2_dir_remove(dir, &pos);
	if (err)
		return err;
	inode->nlink = 0;
	inode_touch(inode, ATTR_CTIME);
	drop_link(dir);
	return finish(dir, inode);
}

/* ---- rename ---- */
struct move {
	struct inode *from, *to; /* directories */
	struct dentry *old, *new;
};

/* ".." of a directory that moves. */
static int set_parent(struct inode *dir, struct inode *parent)
{
	struct ext2_dir_pos pos;
	int err = ext2_dir_find(dir, "..", 2, &pos);

	if (err)
		return err == -ENOENT
			       ? ext2_error(ext2_fs(dir->sb), "directory inode %u has no \"..\"",
					    (u32)dir->ino)
			       : err;
	return ext2_dir_set(dir, &pos, parent);
}

static bool changes_parent(const struct move *m, const struct dentry *d)
{
	return m->from != m->to && S_ISDIR(d->inode->mode);
}

static int rename_checks(const struct move *m)
{
	struct inode *target = m->new->inode;
	int err = 0;

	if (changes_parent(m, m->old) && !target && m->to->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	if (target && S_ISDIR(target->mode)) {
		err = ext2_dir_is_empty(target);
		return err == 1 ? 0 : err ? err : -ENOTEMPTY;
	}
	return 0;
}

/* The new name leads to the old inode. */
static int enter_new_name(const struct move *m)
{
	struct ext2_dir_pos pos;
	int err;

	if (!m->new->inode)
		return ext2_dir_add(m->to, m->new->name.name, m->new->name.len, m->old->inode);
	err = find_entry(m->to, m->new, &pos);
	return err ? err : ext2_dir_set(m->to, &pos, m->old->inode);
}

static void count_links(const struct move *m)
{
	struct inode *target = m->new->inode;

	if (target && S_ISDIR(target->mode)) {
		target->nlink = 0;
		inode_touch(target, ATTR_CTIME);
		if (!changes_parent(m, m->old))
			drop_link(m->to);
	} else if (target) {
		drop_link(target);
	}
	if (!changes_parent(m, m->old))
		return;
	drop_link(m->from);
	if (!target) {
		m->to->nlink++;
		inode_mark_dirty(m->to);
	}
}

static int move_name(const struct move *m)
{
	struct ext2_dir_pos pos;
	int err = rename_checks(m);

	if (!err)
		err = enter_new_name(m);
	if (err)
		return err;
	/* Only now: adding a name may have moved the old one. */
	err = find_entry(m->from, m->old, &pos);
	if (!err)
		err = ext2_dir_remove(m->from, &pos);
	if (!err && changes_parent(m, m->old))
		err = set_parent(m->old->inode, m->to);
	/* A name that could not be removed is one more link than the count says: e2fsck's to mend.
	 */
	count_links(m);
	return err;
}

static int exchange_names(const struct move *m)
{
	struct inode *a = m->old->inode, *b = m->new->inode;
	struct ext2_dir_pos pos;
	int err = find_entry(m->from, m->old, &pos);

	if (!err)
		err = ext2_dir_set(m->from, &pos, b);
	if (!err)
		err = find_entry(m->to, m->new, &pos);
	if (!err)
		err = ext2_dir_set(m->to, &pos, a);
	if (!err && changes_parent(m, m->old))
		err = set_parent(a, m->to);
	if (!err && changes_parent(m, m->new))
		err = set_parent(b, m->from);
	if (!err && changes_parent(m, m->old) != changes_parent(m, m->new)) {
		struct inode *gains = S_ISDIR(a->mode) ? m->to : m->from;

		drop_link(gains == m->to ? m->from : m->to);
		gains->nlink++;
		inode_mark_dirty(gains);
	}
	inode_touch(b, ATTR_CTIME);
	ext2_i(b)->name_new = true;
	return err;
}

static int ext2_rename(struct inode *from, struct dentry *old, struct inode *to, struct dentry *new,
		       u32 flags)
{
	const struct move m = { from, to, old, new };
	int err;

	if ((flags & RENAME_EXCHANGE) && changes_parent(&m, old) != changes_parent(&m, new) &&
	    (S_ISDIR(old->inode->mode) ? to : from)->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	err = flags & RENAME_EXCHANGE ? exchange_names(&m) : move_name(&m);
	if (err)
		return err;
	ext2_i(old->inode)->name_new = true;
	inode_touch(old->inode, ATTR_CTIME);
	err = finish(to, old->inode);
	return err || from == to ? err : finish(from, NULL);
}

const struct inode_ops ext2_dir_iops = {
	.lookup = ext2_lookup,
	.create = ext2_create,
	.mkdir = ext2_mkdir,
	.mknod = ext2_mknod,
	.symlink = ext2_symlink,
	.link = ext2_link,
	.unlink = ext2_unlink,
	.rmdir = ext2_rmdir,
	.rename = ext2_rename,
	.tmpfile = ext2_tmpfile,
	.setattr = ext2_setattr,
	.getxattr = ext2_getxattr,
	.setxattr = ext2_setxattr,
	.listxattr = ext2_listxattr,
	.file_flags = EXT2_FL_SETTABLE,
};

const struct inode_ops ext2_special_iops = {
	.setattr = ext2_setattr,
	.getxattr = ext2_getxattr,
	.setxattr = ext2_setxattr,
	.listxattr = ext2_listxattr,
	.file_flags = EXT2_FL_SETTABLE,
};
