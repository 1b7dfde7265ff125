/*
 * inode.c - inodes between their directory entries and memory; their end.
 *
 * FAT has no inode numbers. A file's is made from the place of its entry when it is first looked
 * at, and stays while it is in memory, also when the entry moves: then a file that gets the old
 * place is numbered from a counter.
 */
#include "fat_internal.h"
#include <kernel/errseq.h>
#include <kernel/hash.h>

#define INO_ROOT    1u
#define INO_ENTRIES 0x80000000u /* above: from the counter */

static struct kmem_cache *inode_cache;

/* ---- life in memory ---- */
struct inode *fat_alloc_inode(struct super_block *sb)
{
	struct fat_inode *fi = kmem_cache_alloc(inode_cache, GFP_KERNEL);

	if (!fi)
		return NULL;
	memset(fi, 0, offsetof(struct fat_inode, vfs));
	mutex_init(&fi->map_lock, RANK_FS_BLOCKS, "fat map");
	fi->entry = FAT_NO_ENTRY;
	fi->blockfile = (struct blockfile){ .bdev = sb->bdev,
					    .block_bits = fat_fs(sb)->geo.sector_bits,
					    .map = fat_map,
					    .fill_gap = fat_fill_gap };
	return &fi->vfs;
}

void fat_free_inode(struct inode *inode)
{
	fat_move_entry(inode, FAT_NO_ENTRY);
	kmem_cache_free(inode_cache, fat_i(inode));
}

int __init fat_inode_init(void)
{
	inode_cache = kmem_cache_create("fat_inode", sizeof(struct fat_inode), 8);
	return inode_cache ? 0 : -ENOMEM;
}

/* ---- by the place of the entry ---- */
static struct hlist_head *bucket(struct fat_fs *fs, u64 entry)
{
	return &fs->by_entry[hash_u32((u32)entry, FAT_HASH_BITS)];
}

void fat_move_entry(struct inode *inode, u64 entry)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);
	unsigned long flags = spin_lock_irqsave(&fs->entry_lock);

	if (fi->entry != FAT_NO_ENTRY)
		hlist_del_init(&fi->entry_node);
	fi->entry = entry;
	if (entry != FAT_NO_ENTRY)
		hlist_add_head(&fi->entry_node, bucket(fs, entry));
	spin_unlock_irqrestore(&fs->entry_lock, flags);
}

static u64 number_of_entry(u64 entry)
{
	return entry < INO_ENTRIES - 2 ? entry + 2 : 0;
}

/* The number of the inode that has this entry in memory; 0: none. */
static u64 live_number(struct fat_fs *fs, u64 entry)
{
	unsigned long flags = spin_lock_irqsave(&fs->entry_lock);
	struct fat_inode *fi;
	u64 ino = 0;

	hlist_for_each_entry (fi, bucket(fs, entry), entry_node)
		if (fi->entry == entry)
			ino = fi->vfs.ino;
	spin_unlock_irqrestore(&fs->entry_lock, flags);
	return ino;
}

static u64 next_number(struct fat_fs *fs)
{
	unsigned long flags = spin_lock_irqsave(&fs->entry_lock);
	u64 ino = INO_ENTRIES + fs->next_ino++;

	spin_unlock_irqrestore(&fs->entry_lock, flags);
	return ino;
}

u64 fat_ino(struct fat_fs *fs, u64 entry)
{
	u64 ino = live_number(fs, entry);

	ino = ino ? ino : number_of_entry(entry);
	return ino ? ino : INO_ENTRIES;
}

/* ---- reading ---- */
u32 fat_mode(const struct fat_fs *fs, u8 attr)
{
	const u32 readonly = attr & ATTR_READ_ONLY ? 0222 : 0;

	if (attr & ATTR_DIRECTORY)
		return S_IFDIR | (0777 & ~fs->opt.dir_mask);
	return S_IFREG | (0777 & ~readonly & ~fs->opt.file_mask);
}

static void decode_times(struct inode *inode, const u8 *raw)
{
	const s32 zone = fat_zone(fat_fs(inode->sb));
	struct inode_times *t = &inode->times;

	t->mtime = fat_time_decode(get_le16(raw + ENTRY_DATE), get_le16(raw + ENTRY_TIME), 0, zone);
	t->ctime = t->atime = t->btime = t->mtime;
	if (get_le16(raw + ENTRY_ACCESS_DATE))
		t->atime = fat_time_decode(get_le16(raw + ENTRY_ACCESS_DATE), 0, 0, zone);
	if (get_le16(raw + ENTRY_CREATE_DATE))
		t->btime = fat_time_decode(get_le16(raw + ENTRY_CREATE_DATE),
					   get_le16(raw + ENTRY_CREATE_TIME),
					   raw[ENTRY_CREATE_10MS], zone);
}

static u32 start_cluster(const struct fat_fs *fs, const u8 *raw)
{
	const u32 high = fs->geo.width == 32 ? get_le16(raw + ENTRY_CLUSTER_HI) : 0;

	return high << 16 | get_le16(raw + ENTRY_CLUSTER_LO);
}

static void set_ops(struct inode *inode)
{
	inode->data.private = &fat_i(inode)->blockfile;
	if (S_ISDIR(inode->mode)) {
		inode->ops = &fat_dir_iops;
		inode->fops = &fat_dir_fops;
	} else {
		inode->ops = &fat_file_iops;
		inode->fops = &fat_file_fops;
		inode->data.ops = &blockfile_ops;
	}
}

static void set_owner(struct inode *inode)
{
	const struct fat_fs *fs = fat_fs(inode->sb);

	inode->mode = fat_mode(fs, fat_i(inode)->attr);
	inode->uid = fs->opt.uid;
	inode->gid = fs->opt.gid;
	inode->nlink = 1;
}

static int measure_run(struct inode *inode, u32 *clusters)
{
	struct fat_run run;
	int err = fat_find_run(inode, ~0u - 1, &run);

	if (err && err != -ENOENT)
		return err;
	*clusters = fat_i(inode)->chain_known ? fat_i(inode)->clusters : 0;
	return 0;
}

/* A directory's length is that of its chain; its links are those of the directories in it. */
static int load_dir(struct inode *inode)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	u32 clusters = 0, dirs = 0;
	int err = 0;

	if (fat_i(inode)->start)
		err = measure_run(inode, &clusters);
	if (err)
		return err;
	if (fat_i(inode)->start) {
		inode->size = (loff_t)clusters << fs->geo.cluster_bits;
		inode->blocks = (u64)inode->size >> SECTOR_SHIFT;
	}
	err = fat_dir_count(inode, &dirs);
	inode->nlink = 2 + dirs;
	return err;
}

static int load(struct inode *inode, const u8 *raw)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	struct fat_inode *fi = fat_i(inode);
	const u32 mask = (1u << fs->geo.cluster_bits) - 1;

	fi->attr = raw[ENTRY_ATTR];
	set_owner(inode);
	fat_map_reset(inode, start_cluster(fs, raw));
	decode_times(inode, raw);
	if (fi->start && !fat_cluster_ok(&fs->geo, fi->start))
		return fat_error(fs, "an entry leads to cluster %u, which is not on the volume",
				 fi->start);
	set_ops(inode);
	fi->device_error = errseq_sample(fat_device_error(fs));
	fi->loaded = true;
	if (S_ISDIR(inode->mode))
		return load_dir(inode);
	inode->size = get_le32(raw + ENTRY_FILE_SIZE);
	inode->blocks = (((u64)inode->size + mask) & ~(u64)mask) >> SECTOR_SHIFT;
	return 0;
}

/* A new inode in memory with a number of its own, or the one that has the entry. */
static struct inode *find_or_make(struct super_block *sb, u64 entry, bool *is_new)
{
	struct fat_fs *fs = fat_fs(sb);
	u64 ino = live_number(fs, entry);
	struct inode *inode;

	if (!ino)
		ino = number_of_entry(entry);
	for (;;) {
		inode = inode_iget(sb, ino ? ino : next_number(fs), is_new);
		if (!inode || *is_new || fat_i(inode)->entry == entry)
			return inode;
		inode_put(inode);
		ino = 0;
	}
}

static int read_entry(const struct fat_fs *fs, u64 entry, u8 *raw)
{
	const u32 bits = fs->geo.sector_bits - ENTRY_BITS, mask = (1u << bits) - 1;
	struct buf b;
	int err = buf_read(fs->bdev, entry >> bits, fs->geo.sector_size, &b);

	if (err)
		return err;
	memcpy(raw, (const u8 *)b.data + (entry & mask) * ENTRY_SIZE, ENTRY_SIZE);
	buf_put(&b);
	return 0;
}

/* The entry is read when the inode is ours: one of the same file that was just leaving memory has
 * been waited for, and has written it. */
struct inode *fat_iget(struct super_block *sb, u64 entry)
{
	bool is_new;
	struct inode *inode = find_or_make(sb, entry, &is_new);
	u8 raw[ENTRY_SIZE];
	int err;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!is_new)
		return inode;
	err = read_entry(fat_fs(sb), entry, raw);
	if (!err)
		err = load(inode, raw);
	if (err) {
		fat_i(inode)->loaded = false;
		inode_iget_failed(inode);
		return ERR_PTR(err);
	}
	fat_move_entry(inode, entry);
	inode_iget_done(inode);
	return inode;
}

struct inode *fat_root_inode(struct super_block *sb)
{
	struct fat_fs *fs = fat_fs(sb);
	bool is_new;
	struct inode *inode = inode_iget(sb, INO_ROOT, &is_new);
	int err;

	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (!is_new)
		return inode;
	fat_i(inode)->attr = ATTR_DIRECTORY;
	set_owner(inode);
	set_ops(inode);
	inode->times.mtime = inode->times.atime = inode->times.ctime = fat_time_decode(0, 0, 0, 0);
	fat_map_reset(inode, fs->geo.root_cluster);
	inode->size = (loff_t)fs->geo.root_entries * ENTRY_SIZE;
	inode->blocks = (u64)inode->size >> SECTOR_SHIFT;
	err = load_dir(inode);
	if (err || !inode->size) {
		inode_iget_failed(inode);
		return ERR_PTR(err ? err : fat_error(fs, "the root directory is empty"));
	}
	inode_iget_done(inode);
	return inode;
}

/* ---- attributes ---- */
/* What a time is after it was written: in steps of two seconds, or of a day. */
static struct file_time kept_time(const struct file_time *t, s32 zone, bool day)
{
	u16 date, time;

	fat_time_encode(t, zone, &date, &time, NULL);
	return fat_time_decode(date, day ? 0 : time, 0, zone);
}

/*
 * The times are told as the entry has them, so that they are the same before and after the inode
 * leaves memory. There is no room for the change's: it is the contents'.
 */
int fat_getattr(const struct path *path, struct kstat *st)
{
	struct inode *inode = path->dentry->inode;
	const s32 zone = fat_zone(fat_fs(inode->sb));

	generic_fillattr(inode, st);
	st->mtime = st->ctime = kept_time(&st->mtime, zone, false);
	st->atime = kept_time(&st->atime, zone, true);
	return 0;
}

/* ---- writing ---- */
static void encode_times(struct inode *inode, u8 *raw)
{
	const s32 zone = fat_zone(fat_fs(inode->sb));
	u16 date, time;

	fat_time_encode(&inode->times.mtime, zone, &date, &time, NULL);
	put_le16(raw + ENTRY_DATE, date);
	put_le16(raw + ENTRY_TIME, time);
	fat_time_encode(&inode->times.atime, zone, &date, &time, NULL);
	put_le16(raw + ENTRY_ACCESS_DATE, date);
	fat_time_encode(&inode->times.btime, zone, &date, &time, raw + ENTRY_CREATE_10MS);
	put_le16(raw + ENTRY_CREATE_DATE, date);
	put_le16(raw + ENTRY_CREATE_TIME, time);
}

void fat_encode_entry(struct inode *inode, u8 *raw)
{
	struct fat_inode *fi = fat_i(inode);

	raw[ENTRY_ATTR] = fi->attr;
	put_le16(raw + ENTRY_CLUSTER_LO, (u16)fi->start);
	if (fat_fs(inode->sb)->geo.width == 32)
		put_le16(raw + ENTRY_CLUSTER_HI, (u16)(fi->start >> 16));
	put_le32(raw + ENTRY_FILE_SIZE, S_ISDIR(inode->mode) ? 0 : (u32)inode->size);
	encode_times(inode, raw);
}

static u64 entry_of(struct inode *inode)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	unsigned long flags = spin_lock_irqsave(&fs->entry_lock);
	u64 entry = fat_i(inode)->entry;

	spin_unlock_irqrestore(&fs->entry_lock, flags);
	return entry;
}

/* Into the sector that was read for `entry`. False: meanwhile it is another one. */
static bool encode_if_still(struct inode *inode, u64 entry, u8 *raw)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	unsigned long flags = spin_lock_irqsave(&fs->entry_lock);
	const bool still = fat_i(inode)->entry == entry;

	if (still)
		fat_encode_entry(inode, raw);
	spin_unlock_irqrestore(&fs->entry_lock, flags);
	return still;
}

int fat_write_inode(struct inode *inode, bool wait)
{
	struct fat_fs *fs = fat_fs(inode->sb);
	const u32 bits = fs->geo.sector_bits - ENTRY_BITS, mask = (1u << bits) - 1;
	bool written = false;
	int err = 0;

	inode->flags &= ~INODE_DIRTY;
	if (!fat_i(inode)->loaded || (fat_readonly(fs) && !fs->failed))
		return 0;
	while (!err && !written) {
		const u64 entry = entry_of(inode);
		struct buf b;

		if (entry == FAT_NO_ENTRY)
			return 0;
		err = buf_read(fs->bdev, entry >> bits, fs->geo.sector_size, &b);
		if (err) {
			inode->flags |= INODE_DIRTY;
			return err;
		}
		written = encode_if_still(inode, entry, (u8 *)b.data + (entry & mask) * ENTRY_SIZE);
		if (written)
			buf_dirty(&b);
		if (written && wait)
			err = buf_sync(&b);
		buf_put(&b);
	}
	return err;
}

/* ---- the end ---- */
void fat_evict_inode(struct inode *inode)
{
	struct fat_inode *fi = fat_i(inode);

	if (!fi->loaded || fat_readonly(fat_fs(inode->sb)))
		return;
	fat_move_entry(inode, FAT_NO_ENTRY);
	(void)fat_cut(inode, 0);
	fi->loaded = false;
}
