/*
 * namei.c - the operations on directories: look-up, making, removing and renaming.
 *
 * The file system does not know a name by its spelling, the cache of names does: "A" and "a" are
 * two dentries of one inode. A dentry carries the inode's name_version; when the name goes, the
 * version moves on, and all spellings are wrong at once. No absence is cached.
 */
#include "fat_internal.h"

static void set_version(struct dentry *dentry, struct inode *inode)
{
	dentry->private = (void *)(uintptr_t)fat_i(inode)->name_version;
}

static int fat_revalidate(struct dentry *dentry)
{
	struct inode *inode = dentry->inode;

	if (!inode || dentry->parent == dentry)
		return inode != NULL;
	return (u32)(uintptr_t)READ_ONCE(dentry->private) == READ_ONCE(fat_i(inode)->name_version);
}

static struct fat_slot *slot_for(const struct dentry *dentry, struct fat_name **name)
{
	struct {
		struct fat_slot slot;
		struct fat_name name;
	} *both = kmalloc(sizeof(*both), GFP_KERNEL);
	int err;

	if (!both)
		return ERR_PTR(-ENOMEM);
	*name = &both->name;
	err = fat_name_from_utf8(&both->name, dentry->name.name, dentry->name.len);
	if (!err)
		return &both->slot;
	kfree(both);
	return ERR_PTR(err);
}

static int fat_lookup(struct inode *dir, struct dentry *dentry)
{
	struct fat_name *name;
	struct fat_slot *slot = slot_for(dentry, &name);
	struct inode *inode;
	int err;

	if (IS_ERR(slot)) /* a name that cannot be is not there */
		return PTR_ERR(slot) == -EINVAL ? 0 : PTR_ERR(slot);
	err = fat_dir_find(dir, name, slot);
	if (!err) {
		inode = fat_iget(dir->sb, slot->entry);
		if (IS_ERR(inode)) {
			err = PTR_ERR(inode);
		} else {
			set_version(dentry, inode);
			dentry_instantiate(dentry, inode);
		}
	}
	kfree(slot);
	return err == -ENOENT ? 0 : err;
}

static int finish(struct inode *dir)
{
	return dir->sb->flags & (MS_SYNCHRONOUS | MS_DIRSYNC) ? blockdev_sync(fat_fs(dir->sb)->bdev)
							      : 0;
}

/* ---- making ---- */
/* The entry of something new: everything but name and first cluster. */
static void new_raw(struct inode *dir, u8 attr, u8 *raw)
{
	const struct file_time now = file_time_now();
	const s32 zone = fat_zone(fat_fs(dir->sb));
	u16 date, time;

	memset(raw, 0, ENTRY_SIZE);
	raw[ENTRY_ATTR] = attr;
	fat_time_encode(&now, zone, &date, &time, raw + ENTRY_CREATE_10MS);
	put_le16(raw + ENTRY_CREATE_DATE, date);
	put_le16(raw + ENTRY_CREATE_TIME, time);
	put_le16(raw + ENTRY_ACCESS_DATE, date);
	put_le16(raw + ENTRY_DATE, date);
	put_le16(raw + ENTRY_TIME, time);
}

static int make_entry(struct inode *dir, struct dentry *dentry, u8 attr, struct fat_slot **out,
		      struct inode **made)
{
	struct fat_name *name;
	struct fat_slot *slot = slot_for(dentry, &name);
	u8 raw[ENTRY_SIZE];
	int err;

	*out = slot;
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	new_raw(dir, attr, raw);
	err = fat_dir_add(dir, name, raw, slot);
	if (!err) {
		*made = fat_iget(dir->sb, slot->entry);
		if (!IS_ERR(*made))
			return 0;
		err = PTR_ERR(*made);
		(void)fat_dir_remove(dir, slot);
	}
	kfree(slot);
	return err;
}

static int fat_create(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode = NULL;
	struct fat_slot *slot;
	/* As on Linux the mode says nothing here; chmod does. */
	int err = make_entry(dir, dentry, ATTR_ARCHIVE, &slot, &inode);

	if (err)
		return err;
	kfree(slot);
	set_version(dentry, inode);
	dentry_instantiate(dentry, inode);
	return finish(dir);
}

/* It came to nothing: its end gives back what it has. */
static void discard(struct inode *dir, struct inode *inode, const struct fat_slot *slot)
{
	(void)fat_dir_remove(dir, slot);
	fat_move_entry(inode, FAT_NO_ENTRY);
	inode->nlink = 0;
	inode_put(inode);
}

static int fat_mkdir(struct inode *dir, struct dentry *dentry, u32 mode)
{
	struct inode *inode = NULL;
	struct fat_slot *slot;
	int err = make_entry(dir, dentry, ATTR_DIRECTORY, &slot, &inode);

	if (err)
		return err;
	err = fat_dir_init(inode, dir);
	if (!err)
		err = fat_write_inode(inode, false);
	if (err) {
		discard(dir, inode, slot);
		kfree(slot);
		return err;
	}
	kfree(slot);
	dir->nlink++;
	set_version(dentry, inode);
	dentry_instantiate(dentry, inode);
	return finish(dir);
}

/* ---- removing ---- */
/* Finds the entry of the dentry's inode, which must be where the inode says. */
static struct fat_slot *find_entry(struct inode *dir, struct dentry *dentry)
{
	struct fat_name *name;
	struct fat_slot *slot = slot_for(dentry, &name);
	int err;

	if (IS_ERR(slot))
		return slot;
	err = fat_dir_find(dir, name, slot);
	if (!err && slot->entry == fat_i(dentry->inode)->entry)
		return slot;
	kfree(slot);
	if (!err)
		err = fat_error(fat_fs(dir->sb), "a name in a directory has changed by itself");
	return ERR_PTR(err);
}

/* Other dentries of the name would keep the inode, and its clusters, for nothing. */
static void forget_spellings(struct dentry *dentry)
{
	fat_i(dentry->inode)->name_version++;
	dentry_drop_others(dentry->inode, dentry);
}

static int remove_name(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = dentry->inode;
	struct fat_slot *slot = find_entry(dir, dentry);
	int err;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	fat_move_entry(inode, FAT_NO_ENTRY);
	err = fat_dir_remove(dir, slot);
	kfree(slot);
	forget_spellings(dentry);
	inode->nlink = 0;
	inode_touch(inode, ATTR_CTIME);
	return err;
}

static int fat_unlink(struct inode *dir, struct dentry *dentry)
{
	int err = remove_name(dir, dentry);

	return err ? err : finish(dir);
}

static int fat_rmdir(struct inode *dir, struct dentry *dentry)
{
	int err = fat_dir_is_empty(dentry->inode);

	if (err != 1)
		return err ? err : -ENOTEMPTY;
	err = remove_name(dir, dentry);
	if (err)
		return err;
	dir->nlink -= dir->nlink > 2;
	return finish(dir);
}

/* ---- rename ---- */
struct move {
	struct inode *from, *to; /* directories */
	struct dentry *old, *new;
};

static bool moves_dir(const struct move *m)
{
	return S_ISDIR(m->old->inode->mode);
}

/* The target's entry becomes the old inode's: the name is never absent. */
static int take_over(const struct move *m, u64 *entry)
{
	struct inode *target = m->new->inode;
	struct fat_slot *slot = find_entry(m->to, m->new);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	*entry = slot->entry;
	kfree(slot);
	fat_move_entry(target, FAT_NO_ENTRY);
	forget_spellings(m->new);
	target->nlink = 0;
	inode_touch(target, ATTR_CTIME);
	return 0;
}

static int add_new_name(const struct move *m, u64 *entry)
{
	struct fat_name *name;
	struct fat_slot *slot = slot_for(m->new, &name);
	u8 raw[ENTRY_SIZE];
	int err;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	memset(raw, 0, sizeof(raw));
	fat_encode_entry(m->old->inode, raw);
	err = fat_dir_add(m->to, name, raw, slot);
	*entry = slot->entry;
	kfree(slot);
	return err;
}

/*
 * First the new name, then the old one goes: a power cut leaves two names rather than none. The old
 * one is looked for before anything changes; entries stay where they are when one is added.
 */
static int move_name(const struct move *m)
{
	struct inode *inode = m->old->inode;
	struct fat_slot *slot = find_entry(m->from, m->old);
	u64 entry = FAT_NO_ENTRY;
	int err;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	err = m->new->inode ? take_over(m, &entry) : add_new_name(m, &entry);
	if (!err) {
		fat_move_entry(inode, entry);
		forget_spellings(m->old);
		set_version(m->old, inode); /* the VFS gives it the new name */
		err = fat_write_inode(inode, false);
	}
	if (!err)
		err = fat_dir_remove(m->from, slot);
	kfree(slot);
	return err;
}

static int fat_rename(struct inode *from, struct dentry *old, struct inode *to, struct dentry *new,
		      u32 flags)
{
	const struct move m = { from, to, old, new };
	int err;

	if (flags & RENAME_EXCHANGE)
		return -EINVAL;
	if (new->inode && S_ISDIR(new->inode->mode)) {
		err = fat_dir_is_empty(new->inode);
		if (err != 1)
			return err ? err : -ENOTEMPTY;
	}
	if (moves_dir(&m) && from != to && (err = fat_dir_check_parent(old->inode)))
		return err;
	err = move_name(&m);
	if (err)
		return err;
	/* It is moved, whatever becomes of this. */
	if (moves_dir(&m) && from != to)
		(void)fat_dir_set_parent(old->inode, to);
	if (moves_dir(&m)) {
		from->nlink -= from->nlink > 2;
		to->nlink += !new->inode;
	}
	inode_touch(to, ATTR_MTIME | ATTR_CTIME);
	err = finish(to);
	return err || from == to ? err : finish(from);
}

const struct inode_ops fat_dir_iops = {
	.lookup = fat_lookup,
	.create = fat_create,
	.mkdir = fat_mkdir,
	.unlink = fat_unlink,
	.rmdir = fat_rmdir,
	.rename = fat_rename,
	.setattr = fat_setattr,
	.getattr = fat_getattr,
	.revalidate = fat_revalidate,
};

const struct inode_ops fat_file_iops = {
	.setattr = fat_setattr,
	.getattr = fat_getattr,
	.revalidate = fat_revalidate,
};
