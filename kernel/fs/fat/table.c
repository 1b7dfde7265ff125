/*
 * table.c - the allocation table: chains of clusters, what is free, FSInfo.
 *
 * An entry is 12, 16 or 28 bits; one of 12 bits may lie in two sectors. What changes in the active
 * table goes into the others at once, as buffers of their own, unless FAT32 says that it should
 * not.
 */
#include "fat_internal.h"

static int outside(struct fat_fs *fs, u32 cluster)
{
	return fat_error(fs, "a chain leads to cluster %u, which is not on the volume", cluster);
}

/* ---- one entry; table_lock held ---- */
static u64 table_sector(const struct fat_fs *fs, u32 table, u32 offset)
{
	return fs->geo.fat_start + (u64)table * fs->geo.fat_sectors +
	       (offset >> fs->geo.sector_bits);
}

static int read_sector(struct fat_fs *fs, u32 table, u32 offset, struct buf *b)
{
	const u64 sector = table_sector(fs, table, offset);
	int err = buf_read(fs->bdev, sector, fs->geo.sector_size, b);

	if (err && err != -ENOMEM)
		fat_error(fs, "sector %llu of the allocation table cannot be read", sector);
	return err;
}

/* `count` bytes of the active table from `offset` on. */
static int read_bytes(struct fat_fs *fs, u32 offset, u8 *out, u32 count)
{
	const u32 mask = fs->geo.sector_size - 1;

	while (count) {
		const u32 n = min(count, fs->geo.sector_size - (offset & mask));
		struct buf b;
		int err = read_sector(fs, fs->geo.active, offset, &b);

		if (err)
			return err;
		memcpy(out, (u8 *)b.data + (offset & mask), n);
		buf_put(&b);
		offset += n;
		out += n;
		count -= n;
	}
	return 0;
}

static int write_piece(struct fat_fs *fs, u32 table, u32 offset, const u8 *in, u32 count)
{
	struct buf b;
	int err = read_sector(fs, table, offset, &b);

	if (err)
		return err;
	memcpy((u8 *)b.data + (offset & (fs->geo.sector_size - 1)), in, count);
	buf_dirty(&b);
	buf_put(&b);
	return 0;
}

/* Into the active table, then into the others. */
static int write_bytes(struct fat_fs *fs, u32 offset, const u8 *in, u32 count)
{
	const u32 mask = fs->geo.sector_size - 1;

	while (count) {
		const u32 n = min(count, fs->geo.sector_size - (offset & mask));
		int err = write_piece(fs, fs->geo.active, offset, in, n);

		for (u32 i = 0; !err && fs->geo.mirror && i < fs->geo.fats; i++)
			if (i != fs->geo.active)
				err = write_piece(fs, i, offset, in, n);
		if (err)
			return err;
		offset += n;
		in += n;
		count -= n;
	}
	return 0;
}

static u32 entry_offset(const struct fat_fs *fs, u32 cluster)
{
	return fs->geo.width == 12 ? cluster + cluster / 2 : cluster * (fs->geo.width / 8);
}

static u32 entry_bytes(const struct fat_fs *fs)
{
	return fs->geo.width == 32 ? 4 : 2;
}

/* The last values of a width stand for "bad" and "end". */
static u32 widen(const struct fat_fs *fs, u32 value)
{
	const u32 top = fs->geo.width == 12 ? 0xff7 : fs->geo.width == 16 ? 0xfff7 : FAT_BAD;

	return value < top ? value : value == top ? FAT_BAD : FAT_END;
}

static int get_locked(struct fat_fs *fs, u32 cluster, u32 *next)
{
	u8 bytes[4] = { 0 };
	u32 value;
	int err = read_bytes(fs, entry_offset(fs, cluster), bytes, entry_bytes(fs));

	if (err)
		return err;
	value = get_le32(bytes);
	if (fs->geo.width == 12)
		value = cluster & 1 ? value >> 4 : value & 0xfff;
	else if (fs->geo.width == 32)
		value &= FAT32_MASK;
	*next = widen(fs, value);
	return 0;
}

static int put_locked(struct fat_fs *fs, u32 cluster, u32 value)
{
	const u32 offset = entry_offset(fs, cluster), n = entry_bytes(fs);
	u8 bytes[4] = { 0 };
	u32 old;
	int err = read_bytes(fs, offset, bytes, n);

	if (err)
		return err;
	old = get_le32(bytes);
	if (fs->geo.width == 12)
		value = cluster & 1 ? (old & 0xf) | (value & 0xfff) << 4
				    : (old & 0xf000) | (value & 0xfff);
	else if (fs->geo.width == 32)
		value = (old & FAT32_RESERVED) | (value & FAT32_MASK);
	put_le32(bytes, value);
	return write_bytes(fs, offset, bytes, n);
}

int fat_table_get(struct fat_fs *fs, u32 cluster, u32 *next)
{
	int err;

	mutex_lock(&fs->table_lock);
	err = get_locked(fs, cluster, next);
	mutex_unlock(&fs->table_lock);
	if (err)
		return err;
	if (*next == FAT_FREE || *next == FAT_BAD || *next == FAT_END ||
	    fat_cluster_ok(&fs->geo, *next))
		return 0;
	return outside(fs, *next);
}

/* ---- taking ---- */
static u32 step_after(const struct fat_fs *fs, u32 cluster)
{
	return cluster >= fat_last_cluster(&fs->geo) ? FAT_FIRST_CLUSTER : cluster + 1;
}

static int find_free(struct fat_fs *fs, u32 from, u32 *found)
{
	u32 cluster = fat_cluster_ok(&fs->geo, from) ? from : FAT_FIRST_CLUSTER;

	for (u32 i = 0; i < fs->geo.clusters; i++, cluster = step_after(fs, cluster)) {
		u32 value;
		int err = get_locked(fs, cluster, &value);

		if (err)
			return err;
		if (value == FAT_FREE) {
			*found = cluster;
			return 0;
		}
	}
	fs->free = 0;
	fs->free_known = true;
	return -ENOSPC;
}

/* How many free ones follow one another from a free one on. */
static u32 free_run(struct fat_fs *fs, u32 first, u32 want)
{
	u32 n = 1, value;

	while (n < want && first + n <= fat_last_cluster(&fs->geo) &&
	       !get_locked(fs, first + n, &value) && value == FAT_FREE)
		n++;
	return n;
}

/* The chain is complete before anything leads to it. */
static int chain_up(struct fat_fs *fs, u32 after, u32 first, u32 count)
{
	int err = put_locked(fs, first + count - 1, FAT_END);

	for (u32 i = count - 1; !err && i--;)
		err = put_locked(fs, first + i, first + i + 1);
	return err || !after ? err : put_locked(fs, after, first);
}

static int alloc_locked(struct fat_fs *fs, u32 after, u32 want, u32 *first, u32 *count)
{
	int err;

	if (fs->free_known && !fs->free)
		return -ENOSPC;
	err = find_free(fs, after ? step_after(fs, after) : fs->next, first);
	if (err)
		return err;
	*count = free_run(fs, *first, want);
	err = chain_up(fs, after, *first, *count);
	if (err)
		return err;
	fs->next = step_after(fs, *first + *count - 1);
	fs->free -= fs->free_known ? min(fs->free, *count) : 0;
	return 0;
}

int fat_table_alloc(struct fat_fs *fs, u32 after, u32 want, u32 *first, u32 *count)
{
	int err;

	mutex_lock(&fs->table_lock);
	err = alloc_locked(fs, after, want, first, count);
	mutex_unlock(&fs->table_lock);
	return err;
}

/* ---- giving back ---- */
/* A chain that bites its tail comes to a cluster that is free already. */
static int free_chain(struct fat_fs *fs, u32 cluster)
{
	while (fat_cluster_ok(&fs->geo, cluster)) {
		u32 next;
		int err = get_locked(fs, cluster, &next);

		if (err)
			return err;
		if (next == FAT_FREE || next == FAT_BAD)
			return fat_error(fs, "a file's chain leads through cluster %u, which is %s",
					 cluster, next == FAT_FREE ? "free" : "marked as bad");
		err = put_locked(fs, cluster, FAT_FREE);
		if (err)
			return err;
		buf_forget(fs->bdev, fat_cluster_sector(&fs->geo, cluster), fs->geo.cluster_sectors,
			   fs->geo.sector_size);
		fs->free += fs->free_known;
		cluster = next;
	}
	return cluster == FAT_END ? 0 : outside(fs, cluster);
}

int fat_table_free(struct fat_fs *fs, u32 last, u32 cluster)
{
	int err = 0;

	mutex_lock(&fs->table_lock);
	if (last)
		err = put_locked(fs, last, FAT_END);
	if (!err)
		err = free_chain(fs, cluster);
	mutex_unlock(&fs->table_lock);
	return err;
}

/* ---- counting ---- */
#define AHEAD 64u /* sectors */

static int count_by_entry(struct fat_fs *fs, u32 *n)
{
	for (u32 i = 0; i < fs->geo.clusters; i++) {
		u32 value;
		int err = get_locked(fs, i + FAT_FIRST_CLUSTER, &value);

		if (err)
			return err;
		*n += value == FAT_FREE;
	}
	return 0;
}

/* Entries of 2 or 4 bytes lie whole in a sector. */
static u32 free_in_sector(const struct fat_fs *fs, const u8 *data, u32 from, u32 to)
{
	u32 n = 0;

	for (u32 i = from; i < to; i++)
		n += fs->geo.width == 16 ? !get_le16(data + 2 * i)
					 : !(get_le32(data + 4 * i) & FAT32_MASK);
	return n;
}

static int count_by_sector(struct fat_fs *fs, u32 *n)
{
	const u32 each = fs->geo.sector_size / (fs->geo.width / 8);
	const u32 entries = fs->geo.clusters + FAT_FIRST_CLUSTER;

	for (u32 first = 0; first < entries; first += each) {
		const u32 offset = first * (fs->geo.width / 8), sector = first / each;
		struct buf b;
		int err;

		if (sector % AHEAD == 0)
			buf_read_ahead(fs->bdev, table_sector(fs, fs->geo.active, offset),
				       min(fs->geo.fat_sectors - sector, AHEAD),
				       fs->geo.sector_size);
		err = read_sector(fs, fs->geo.active, offset, &b);
		if (err)
			return err;
		*n += free_in_sector(fs, b.data, first ? 0 : FAT_FIRST_CLUSTER,
				     min(each, entries - first));
		buf_put(&b);
	}
	return 0;
}

static int count_locked(struct fat_fs *fs)
{
	u32 n = 0;
	int err = fs->geo.width == 12 ? count_by_entry(fs, &n) : count_by_sector(fs, &n);

	if (err)
		return err;
	fs->free = n;
	fs->free_known = true;
	return 0;
}

int fat_table_count(struct fat_fs *fs, u32 *free)
{
	int err = 0;

	mutex_lock(&fs->table_lock);
	if (!fs->free_known)
		err = count_locked(fs);
	*free = fs->free;
	mutex_unlock(&fs->table_lock);
	return err;
}

/* ---- FSInfo ---- */
/* 1: it is in `b`. 0: there is none, or none that can be believed. */
static int info_get(struct fat_fs *fs, struct buf *b)
{
	int err;

	if (!fs->geo.info_sector)
		return 0;
	err = buf_read(fs->bdev, fs->geo.info_sector, fs->geo.sector_size, b);
	if (err)
		return err;
	if (get_le32((u8 *)b->data + INFO_SIGNATURE) == INFO_MAGIC &&
	    get_le32((u8 *)b->data + INFO_SIGNATURE_2) == INFO_MAGIC_2)
		return 1;
	buf_put(b);
	fs->geo.info_sector = 0;
	fat_message(fs, KERN_WARNING, "its information sector has no valid signature");
	return 0;
}

int fat_info_read(struct fat_fs *fs)
{
	struct buf b;
	u32 free;
	const int got = info_get(fs, &b);

	if (got <= 0)
		return got;
	free = get_le32((u8 *)b.data + INFO_FREE);
	fs->next = get_le32((u8 *)b.data + INFO_NEXT);
	buf_put(&b);
	/* Others do not always keep it right, so it is believed only when asked for, and of a
	 * volume that was put away properly. */
	if (fs->opt.use_free && free <= fs->geo.clusters && !fs->was_dirty) {
		fs->free = free;
		fs->free_known = true;
	}
	return 0;
}

int fat_info_write(struct fat_fs *fs)
{
	struct buf b;
	u32 free;
	const int got = info_get(fs, &b);

	if (got <= 0)
		return got;
	mutex_lock(&fs->table_lock);
	free = fs->free_known ? fs->free : INFO_NOT_KNOWN;
	if (get_le32((u8 *)b.data + INFO_FREE) != free ||
	    get_le32((u8 *)b.data + INFO_NEXT) != fs->next) {
		put_le32((u8 *)b.data + INFO_FREE, free);
		put_le32((u8 *)b.data + INFO_NEXT, fs->next);
		buf_dirty(&b);
	}
	mutex_unlock(&fs->table_lock);
	buf_put(&b);
	return 0;
}
