/*
 * dir.c - the entries of a directory: reading, adding and removing them.
 *
 * A name is its short entry and, in front of it, the slots of the long name, the last part first.
 * What is deleted stays with a mark; the first entry that begins with zero ends the directory. A
 * directory that has no room for a name grows by a cluster of zeros, but for the root of FAT12 and
 * FAT16.
 *
 * Adding writes the long name's slots before the short entry, removing takes the short entry away
 * first: slots without their entry are nothing.
 */
#include "fat_internal.h"

/* ---- single entries ---- */
struct entry_ref {
	struct buf buf;
	u8 *raw;
	u64 entry;
};

/* The device's sector that holds the `index`th entry: -ENOENT behind the directory's end. */
static int entry_sector(struct inode *dir, u32 index, u64 *sector)
{
	struct fat_fs *fs = fat_fs(dir->sb);
	const u32 at = index >> (fs->geo.sector_bits - ENTRY_BITS);
	const u32 bits = fs->geo.cluster_bits - fs->geo.sector_bits;
	struct fat_run run;
	int err;

	if ((loff_t)index * ENTRY_SIZE >= dir->size)
		return -ENOENT;
	if (!fat_i(dir)->start) {
		*sector = fs->geo.root_start + at;
		return 0;
	}
	err = fat_find_run(dir, at >> bits, &run);
	if (err)
		return err;
	*sector = fat_cluster_sector(&fs->geo, run.disk + ((at >> bits) - run.file)) +
		  (at & ((1u << bits) - 1));
	return 0;
}

static int get_entry(struct inode *dir, u32 index, struct entry_ref *e)
{
	struct fat_fs *fs = fat_fs(dir->sb);
	const u32 each = fs->geo.sector_size / ENTRY_SIZE;
	u64 sector;
	int err = entry_sector(dir, index, &sector);

	if (err)
		return err;
	err = buf_read(fs->bdev, sector, fs->geo.sector_size, &e->buf);
	if (err)
		return err;
	e->raw = (u8 *)e->buf.data + (index & (each - 1)) * ENTRY_SIZE;
	e->entry = sector * each + (index & (each - 1));
	return 0;
}

/* The next one, which may be in the same sector. */
static int next_entry(struct inode *dir, u32 index, struct entry_ref *e)
{
	const u32 each = fat_fs(dir->sb)->geo.sector_size / ENTRY_SIZE;

	if (index & (each - 1)) {
		e->raw += ENTRY_SIZE;
		e->entry++;
		return 0;
	}
	buf_put(&e->buf);
	return get_entry(dir, index, e);
}

static int write_entry(struct inode *dir, u32 index, const u8 *raw)
{
	struct entry_ref e;
	int err = get_entry(dir, index, &e);

	if (err)
		return err == -ENOENT ? -EIO : err;
	memcpy(e.raw, raw, ENTRY_SIZE);
	buf_dirty(&e.buf);
	buf_put(&e.buf);
	return 0;
}

/* ---- reading ---- */
/* True: the short entry of a file or directory, and slot says everything. */
static bool take(struct fat_slot *slot, u32 index, const struct entry_ref *e)
{
	const u8 *raw = e->raw;

	if (raw[0] == ENTRY_DELETED) {
		slot->longname.slots = 0;
		return false;
	}
	if ((raw[ENTRY_ATTR] & ATTR_LONG_MASK) == ATTR_LONG_NAME) {
		fat_long_feed(&slot->longname, raw);
		return false;
	}
	if ((raw[ENTRY_ATTR] & ATTR_VOLUME) || raw[0] == '.') {
		slot->longname.slots = 0;
		return false;
	}
	slot->slots = 1;
	memcpy(slot->raw, raw, ENTRY_SIZE);
	if (fat_long_matches(&slot->longname, raw)) {
		slot->slots += slot->longname.slots;
		slot->name = slot->longname.name;
	} else {
		fat_short_decode(raw, &slot->name);
	}
	slot->longname.slots = 0;
	slot->index = index + 1 - slot->slots;
	slot->entry = e->entry;
	return true;
}

int fat_dir_next(struct inode *dir, u32 *index, struct fat_slot *slot)
{
	struct entry_ref e;
	bool taken = false;
	int err = get_entry(dir, *index, &e);

	slot->longname.slots = 0;
	while (!err) {
		if (e.raw[0] == ENTRY_LAST)
			break;
		taken = take(slot, (*index)++, &e);
		if (taken)
			break;
		err = next_entry(dir, *index, &e);
	}
	if (!err)
		buf_put(&e.buf);
	return err == -ENOENT ? 0 : err ? err : taken;
}

/* A name is found by its long form and by its short one. */
static bool is_named(struct fat_slot *slot, const struct fat_name *name)
{
	struct fat_name *shorter = &slot->longname.name; /* free now */

	if (fat_name_equal(&slot->name, name))
		return true;
	if (slot->slots == 1 || name->len > ENTRY_NAME_SIZE + 1)
		return false;
	fat_short_decode(slot->raw, shorter);
	return fat_name_equal(shorter, name);
}

int fat_dir_find(struct inode *dir, const struct fat_name *name, struct fat_slot *slot)
{
	u32 index = 0;
	int got;

	while ((got = fat_dir_next(dir, &index, slot)) > 0)
		if (is_named(slot, name))
			return 0;
	return got < 0 ? got : -ENOENT;
}

static struct fat_slot *new_slot(void)
{
	return kmalloc(sizeof(struct fat_slot), GFP_KERNEL);
}

int fat_dir_count(struct inode *dir, u32 *dirs)
{
	struct fat_slot *slot = new_slot();
	u32 index = 0;
	int got;

	if (!slot)
		return -ENOMEM;
	while ((got = fat_dir_next(dir, &index, slot)) > 0)
		*dirs += slot->raw[ENTRY_ATTR] & ATTR_DIRECTORY ? 1 : 0;
	kfree(slot);
	return got;
}

int fat_dir_is_empty(struct inode *dir)
{
	struct fat_slot *slot = new_slot();
	u32 index = 0;
	int got;

	if (!slot)
		return -ENOMEM;
	got = fat_dir_next(dir, &index, slot);
	kfree(slot);
	return got < 0 ? got : !got;
}

/* ---- room ---- */
/* One more cluster, of zeros, before the chain leads to it. */
static int zero_cluster(struct fat_fs *fs, u32 cluster)
{
	const u64 first = fat_cluster_sector(&fs->geo, cluster);

	for (u32 i = 0; i < fs->geo.cluster_sectors; i++) {
		struct buf b;
		int err = buf_get_new(fs->bdev, first + i, fs->geo.sector_size, &b);

		if (err)
			return err;
		memset(b.data, 0, b.size);
		buf_dirty(&b);
		buf_put(&b);
	}
	return 0;
}

static int grow(struct inode *dir)
{
	struct fat_fs *fs = fat_fs(dir->sb);
	const u32 have = (u32)(dir->size >> fs->geo.cluster_bits);
	struct fat_run run = { .count = 0 };
	int err;

	if (fat_is_fixed_root(dir) ||
	    dir->size + (1ll << fs->geo.cluster_bits) > (loff_t)DIR_ENTRIES_MAX * ENTRY_SIZE)
		return -ENOSPC;
	err = fat_grow(dir, have + 1);
	if (!err)
		err = fat_find_run(dir, have, &run);
	if (!err)
		err = zero_cluster(fs, run.disk + (have - run.file));
	if (!err)
		dir->size += 1ll << fs->geo.cluster_bits;
	else
		(void)fat_cut(dir, have);
	return err;
}

/* What find_room() is looking at. */
struct room {
	u32 first, count; /* free entries in a row */
	bool end;	  /* the directory's end was seen: all that follows is free */
};

static int scan_room(struct inode *dir, u32 slots, struct room *r)
{
	struct entry_ref e;
	u32 index = 0;
	int err = get_entry(dir, 0, &e);

	while (!err && r->count < slots) {
		r->end |= e.raw[0] == ENTRY_LAST;
		if (r->end || e.raw[0] == ENTRY_DELETED) {
			r->first = r->count ? r->first : index;
			r->count++;
		} else {
			r->count = 0;
		}
		err = next_entry(dir, ++index, &e);
	}
	if (!err)
		buf_put(&e.buf);
	return err == -ENOENT ? 0 : err;
}

/* What follows the directory's new last entry need not have been zero. */
static int put_end(struct inode *dir, u32 index)
{
	struct entry_ref e;
	int err = get_entry(dir, index, &e);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (e.raw[0] != ENTRY_LAST) {
		memset(e.raw, 0, ENTRY_SIZE);
		buf_dirty(&e.buf);
	}
	buf_put(&e.buf);
	return 0;
}

/* Room for `slots` entries: at *index. */
static int find_room(struct inode *dir, u32 slots, u32 *index)
{
	struct room r = { 0, 0, false };
	int err = scan_room(dir, slots, &r);

	if (err)
		return err;
	if (!r.count)
		r.first = (u32)(dir->size >> ENTRY_BITS);
	while (r.first + slots > (u32)(dir->size >> ENTRY_BITS)) {
		err = grow(dir);
		if (err)
			return err;
	}
	*index = r.first;
	return r.end ? put_end(dir, r.first + slots) : 0;
}

/* ---- adding ---- */
#define TAILS_MAX 999999u

static int short_is_taken(struct inode *dir, const u8 *raw, struct fat_slot *scratch)
{
	u32 index = 0;
	int got;

	while ((got = fat_dir_next(dir, &index, scratch)) > 0)
		if (!memcmp(scratch->raw, raw, ENTRY_NAME_SIZE))
			return 1;
	return got;
}

/*
 * ~1 to ~4, then, since each try reads the whole directory, numbers by chance, as Windows does with
 * a hash.
 */
static int find_tail(struct inode *dir, u8 *raw, struct fat_slot *scratch)
{
	u8 tried[ENTRY_NAME_SIZE];
	u32 chance = (u32)file_time_now().nsec ^ (u32)dir->size;
	int taken;

	for (u32 i = 1; i < 1000; i++) {
		memcpy(tried, raw, sizeof(tried));
		chance = chance * 1103515245u + 12345u;
		fat_short_tail(tried, i <= 4 ? i : 5 + (chance >> 8) % (TAILS_MAX - 5));
		taken = short_is_taken(dir, tried, scratch);
		if (taken < 0)
			return taken;
		if (!taken) {
			memcpy(raw, tried, sizeof(tried));
			return 0;
		}
	}
	return -ENOSPC;
}

/* Chooses the short name; *slots: how many entries the name takes. */
static int choose_short(struct inode *dir, const struct fat_name *name, u8 *raw, u32 *slots,
			struct fat_slot *scratch)
{
	bool exact, lossless, any = fat_short_make(name, raw, &exact, &lossless);
	int taken;

	*slots = 1;
	if (exact)
		return 0;
	if (fat_fs(dir->sb)->opt.short_only)
		return lossless ? 0 : -EINVAL;
	*slots += fat_long_slots(name);
	if (!any)
		raw[0] = '_';
	taken = lossless ? short_is_taken(dir, raw, scratch) : 1;
	return taken > 0 ? find_tail(dir, raw, scratch) : taken;
}

static int write_slots(struct inode *dir, const struct fat_name *name, struct fat_slot *slot)
{
	const u8 sum = fat_short_checksum(slot->raw);
	const u32 n = slot->slots - 1;
	u8 raw[ENTRY_SIZE];
	int err = 0;

	for (u32 i = 0; i < n && !err; i++) {
		fat_long_encode(name, n - i, n, sum, raw);
		err = write_entry(dir, slot->index + i, raw);
	}
	return err ? err : write_entry(dir, slot->index + n, slot->raw);
}

int fat_dir_add(struct inode *dir, const struct fat_name *name, const u8 *raw,
		struct fat_slot *slot)
{
	u8 chosen[ENTRY_NAME_SIZE];
	struct entry_ref e;
	u32 slots;
	int err;

	/* Windows takes a blank at the end away, and never finds such a file. */
	if (name->unit[name->len - 1] == ' ')
		return -EINVAL;
	err = choose_short(dir, name, chosen, &slots, slot);
	if (!err)
		err = find_room(dir, slots, &slot->index);
	if (err)
		return err;
	memcpy(slot->raw, raw, ENTRY_SIZE);
	memcpy(slot->raw, chosen, ENTRY_NAME_SIZE);
	slot->raw[ENTRY_CASE] = 0;
	slot->slots = slots;
	err = write_slots(dir, name, slot);
	if (!err)
		err = get_entry(dir, slot->index + slots - 1, &e);
	if (err)
		return err;
	slot->entry = e.entry;
	buf_put(&e.buf);
	inode_touch(dir, ATTR_MTIME | ATTR_CTIME);
	return 0;
}

static int mark_deleted(struct inode *dir, u32 index)
{
	struct entry_ref e;
	int err = get_entry(dir, index, &e);

	if (err)
		return err;
	e.raw[0] = ENTRY_DELETED;
	buf_dirty(&e.buf);
	buf_put(&e.buf);
	return 0;
}

int fat_dir_remove(struct inode *dir, const struct fat_slot *slot)
{
	int err = mark_deleted(dir, slot->index + slot->slots - 1);

	for (u32 i = slot->slots - 1; !err && i--;)
		err = mark_deleted(dir, slot->index + i);
	if (!err)
		inode_touch(dir, ATTR_MTIME | ATTR_CTIME);
	return err;
}

/* ---- "." and ".." ---- */
/* ".." says 0 when it is the root, also on FAT32. */
static void put_start(struct inode *inode, u8 *raw)
{
	const u32 start = inode == inode->sb->root->inode ? 0 : fat_i(inode)->start;

	put_le16(raw + ENTRY_CLUSTER_LO, (u16)start);
	if (fat_fs(inode->sb)->geo.width == 32)
		put_le16(raw + ENTRY_CLUSTER_HI, (u16)(start >> 16));
}

int fat_dir_init(struct inode *inode, struct inode *parent)
{
	u8 raw[ENTRY_SIZE];
	int err = grow(inode);

	if (err)
		return err;
	memset(raw, 0, sizeof(raw));
	fat_encode_entry(inode, raw);
	memset(raw, ' ', ENTRY_NAME_SIZE);
	raw[0] = '.';
	err = write_entry(inode, 0, raw);
	if (err)
		return err;
	raw[1] = '.';
	put_start(parent, raw);
	return write_entry(inode, 1, raw);
}

static int get_parent(struct inode *inode, struct entry_ref *e)
{
	int err = get_entry(inode, 1, e);

	if (!err && memcmp(e->raw, "..         ", ENTRY_NAME_SIZE)) {
		buf_put(&e->buf);
		err = -ENOENT;
	}
	return err == -ENOENT ? fat_error(fat_fs(inode->sb), "a directory has no \"..\"") : err;
}

int fat_dir_check_parent(struct inode *inode)
{
	struct entry_ref e;
	int err = get_parent(inode, &e);

	if (!err)
		buf_put(&e.buf);
	return err;
}

int fat_dir_set_parent(struct inode *inode, struct inode *parent)
{
	struct entry_ref e;
	int err = get_parent(inode, &e);

	if (err)
		return err;
	put_start(parent, e.raw);
	buf_dirty(&e.buf);
	buf_put(&e.buf);
	return 0;
}

/* ---- listing ---- */
#define POS_ENTRIES 2 /* "." and ".." are before them, and need not be on the disk */

/* A name that is too long for UTF-8 is shown by its short form. */
static u32 name_text(struct fat_slot *slot, char *text)
{
	u32 len = fat_name_to_utf8(&slot->name, text, NAME_MAX);

	if (len)
		return len;
	fat_short_decode(slot->raw, &slot->name);
	return fat_name_to_utf8(&slot->name, text, NAME_MAX);
}

int fat_iterate(struct file *file, struct dir_context *ctx)
{
	struct inode *dir = file->inode;
	struct fat_slot *slot;
	char text[NAME_MAX];
	u32 index;
	int got;

	if (ctx->pos < POS_ENTRIES && !dir_emit_dots(file, ctx))
		return 0;
	if (ctx->pos - POS_ENTRIES >= dir->size >> ENTRY_BITS)
		return 0;
	slot = new_slot();
	if (!slot)
		return -ENOMEM;
	index = (u32)(ctx->pos - POS_ENTRIES);
	while ((got = fat_dir_next(dir, &index, slot)) > 0) {
		const u32 len = name_text(slot, text);
		const u32 type = slot->raw[ENTRY_ATTR] & ATTR_DIRECTORY ? S_IFDIR : S_IFREG;

		ctx->pos = slot->index + POS_ENTRIES;
		if (len && !ctx->emit(ctx, text, len, ctx->pos,
				      fat_ino(fat_fs(dir->sb), slot->entry), mode_to_dtype(type)))
			break;
		ctx->pos = index + POS_ENTRIES;
	}
	kfree(slot);
	return got < 0 ? got : 0;
}
