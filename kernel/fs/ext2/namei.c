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

/* Around each change of `dir`: a commit sees all of it or nothing. */
static void begin(const struct inode *dir)
{
	struct ext2_fs *fs = ext2_fs(dir->sb);

	if (ext2_commit_is_wanted(fs))
		(void)ext2_commit(fs);
	ext2_change_begin(fs);
}

static int finish(struct inode *dir, int err)
{
	ext2_change_end(ext2_fs(dir->sb));
	return !err && ext2_dir_is_sync(dir) ? ext2_commit(ext2_fs(dir->sb)) : err;
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

	err = ext2_dir_add(dir, dentry->name.name, dentry->name.len, inode);
	if (err) {
		discard(inode);
		return err;
	}
	inode_mark_dirty(inode);
	inode_iget_done(inode);
	dentry_instantiate(dentry, inode);
	return 0;
}

static int make_node(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev)
{
	struct inode *inode = ext2_new_inode(dir, mode);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (S_ISCHR(mode) || S_ISBLK(mode))
		inode->rdev = rdev;
	return enter(dir, dentry, inode);
}

static int ext2_mknod(struct inode *dir, struct dentry *dentry, u32 mode, u32 rdev)
{
	begin(dir);
	return finish(dir, make_node(dir, dentry, mode, rdev));
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

static int make_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	struct inode *inode;
	int err;

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

static int ext2_symlink(struct inode *dir, struct dentry *dentry, const char *target)
{
	if (strlen(target) >= ext2_fs(dir->sb)->geo.block_size)
		return -ENAMETOOLONG;
	begin(dir);
	return finish(dir, make_symlink(dir, dentry, target));
}

/* New directories are written from the top down. */
static void set_depth(const struct inode *dir, struct inode *inode)
{
	const struct ext2_inode *parent = ext2_i((struct inode *)dir);
	struct ext2_fs *fs = ext2_fs(dir->sb);

	ext2_i(inode)->depth = parent->on_disk ? 1 : parent->depth + 1;
	fs->depth = max(fs->depth, ext2_i(inode)->depth);
}

static int make_dir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode;
	int err;

	inode = ext2_new_inode(dir, S_IFDIR | mode);
	if (IS_ERR(inode))
		return PTR_ERR(inode);
	err = ext2_dir_init(inode, (u32)dir->ino);
	if (err) {
		discard(inode);
		return err;
	}
	set_depth(dir, inode);
	dir->nlink++;
	err = enter(dir, dentry, inode);
	if (err && !dentry->inode) {
		dir->nlink--;
		inode_mark_dirty(dir);
	}
	return err;
}

static int ext2_mkdir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	if (dir->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	begin(dir);
	return finish(dir, make_dir(dir, dentry, mode));
}

static int ext2_link(struct inode *dir, struct dentry *dentry, struct inode *inode)
{
	int err;

	if (inode->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	begin(dir);
	err = ext2_dir_add(dir, dentry->name.name, dentry->name.len, inode);
	if (err)
		return finish(dir, err);
	inode->nlink++;
	inode_touch(inode, ATTR_CTIME);
	inode_get(inode);
	dentry_instantiate(dentry, inode);
	return finish(dir, 0);
}

/* A link count that the disk had wrong does not wrap. */
static void drop_link(struct inode *inode)
{
	if (inode->nlink)
		inode->nlink--;
	else
		ext2_error(ext2_fs(inode->sb), "inode %u has more names than links",
			   (u32)inode->ino);
	if (!inode->nlink)
		ext2_fs(inode->sb)->dead = true;
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

/* Deleted in its table now: a commit that begins while it leaves memory would not see it. */
static void bury(struct inode *inode)
{
	if (!inode->nlink && ext2_i(inode)->on_disk)
		(void)ext2_encode_inode(inode);
}

static int ext2_unlink(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct ext2_fs *fs = ext2_fs(dir->sb);
	struct ext2_dir_pos pos;
	int err;

	/* Another name stays: it must be on disk before this one goes. */
	if (inode->nlink > 1 && !ext2_is_committed(fs, ext2_i(inode)->name_commit))
		(void)ext2_commit(fs);
	begin(dir);
	err = find_entry(dir, dentry, &pos);
	if (!err)
		err = ext2_dir_remove(dir, &pos);
	if (!err) {
		drop_link(inode);
		bury(inode);
	}
	return finish(dir, err);
}

static int ext2_rmdir(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct ext2_dir_pos pos;
	struct ext2_fs *fs = ext2_fs(dir->sb);
	int err = ext2_dir_is_empty(inode);

	if (err != 1)
		return err ? err : -ENOTEMPTY;
	if (!ext2_is_committed(fs, ext2_i(inode)->left_commit))
		(void)ext2_commit(fs); /* what left it has its new name on disk then */
	begin(dir);
	err = find_entry(dir, dentry, &pos);
	if (!err)
		err = ext2_dir_remove(dir, &pos);
	if (err)
		return finish(dir, err);
	inode->nlink = 0;
	fs->dead = true;
	inode_touch(inode, ATTR_CTIME);
	bury(inode);
	drop_link(dir);
	return finish(dir, 0);
}

/* ---- rename ---- */
struct move {
	struct inode *from, *to; /* directories */
	struct dentry *old, *new;
	u32 block; /* where the name of a file that is replaced was; 0: cannot be told */
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
static int enter_new_name(struct move *m)
{
	struct ext2_dir_pos pos;
	int err;

	if (!m->new->inode)
		return ext2_dir_add(m->to, m->new->name.name, m->new->name.len, m->old->inode);
	err = find_entry(m->to, m->new, &pos);
	if (err)
		return err;
	m->block = ext2_is_hashed(m->to) ? 0 : pos.disk;
	return ext2_dir_set(m->to, &pos, m->old->inode);
}

static void count_links(const struct move *m)
{
	struct inode *target = m->new->inode;

	if (target && S_ISDIR(target->mode)) {
		target->nlink = 0;
		ext2_note_replaced(target, m->block);
		inode_touch(target, ATTR_CTIME);
		if (!changes_parent(m, m->old))
			drop_link(m->to);
	} else if (target) {
		drop_link(target);
		if (!target->nlink)
			ext2_note_replaced(target, m->block);
	}
	if (!changes_parent(m, m->old))
		return;
	drop_link(m->from);
	if (!target) {
		m->to->nlink++;
		inode_mark_dirty(m->to);
	}
}

/*
 * Finds the old name (only now: adding the new one may have moved it). When the two are not in one
 * block the new one is to be on disk first: its block is written in an earlier step of the commit,
 * or by a commit in between where that is not enough.
 */
static int order_names(const struct move *m, struct ext2_dir_pos *pos)
{
	struct ext2_fs *fs = ext2_fs(m->from->sb);
	struct ext2_dir_pos new;
	int err = ext2_dir_find(m->to, m->new->name.name, m->new->name.len, &new);

	if (err)
		return err;
	ext2_dir_pos_put(&new);
	err = find_entry(m->from, m->old, pos);
	if (err || pos->disk == new.disk || !ext2_i(m->old->inode)->on_disk ||
	    S_ISDIR(m->old->inode->mode))
		return err;
	ext2_i(m->from)->left_commit = ext2_next_commit(fs);
	if (!ext2_waits_as(fs, new.disk, EXT2_WAIT_LATE) && ext2_i(m->to)->on_disk) {
		ext2_wait(fs, pos->disk, &pos->buf, EXT2_WAIT_LATE);
		return 0;
	}
	ext2_change_end(fs);
	(void)ext2_commit(fs);
	ext2_change_begin(fs);
	return 0;
}

/* A file that takes the place of another is on disk first, contents and all. */
static void settle(const struct move *m)
{
	struct inode *inode = m->old->inode, *target = m->new->inode;
	struct ext2_fs *fs = ext2_fs(inode->sb);

	if (!target)
		return;
	if (!ext2_i(inode)->on_disk) {
		if (S_ISREG(inode->mode))
			(void)mapping_sync(&inode->data, 0, LLONG_MAX);
		(void)ext2_commit(fs);
	} else if (target->nlink > 1 && !ext2_is_committed(fs, ext2_i(target)->name_commit)) {
		(void)ext2_commit(fs); /* its other name */
	}
}

static int move_name(struct move *m)
{
	struct ext2_dir_pos pos;
	int err = rename_checks(m);

	if (!err)
		err = enter_new_name(m);
	if (err)
		return err;
	err = order_names(m, &pos);
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
	return err;
}

static int ext2_rename(struct inode *from, struct dentry *old, struct inode *to, struct dentry *new,
		       u32 flags)
{
	struct move m = { .from = from, .to = to, .old = old, .new = new };
	int err;

	if ((flags & RENAME_EXCHANGE) && changes_parent(&m, old) != changes_parent(&m, new) &&
	    (S_ISDIR(old->inode->mode) ? to : from)->nlink >= EXT2_LINK_MAX)
		return -EMLINK;
	if (!(flags & RENAME_EXCHANGE))
		settle(&m);
	begin(to);
	err = flags & RENAME_EXCHANGE ? exchange_names(&m) : move_name(&m);
	if (!err)
		inode_touch(old->inode, ATTR_CTIME);
	err = finish(to, err);
	return !err && ext2_dir_is_sync(from) && !ext2_dir_is_sync(to)
		       ? ext2_commit(ext2_fs(to->sb))
		       : err;
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
