/*
 * bdev.c - block devices: found by number, opened, closed.
 *
 * An object exists while somebody has it open. Openings and holders are guarded by the disk's
 * part_lock, the table by bdevs_lock.
 */
#include "bdev_internal.h"
#include "../vfs_internal.h"
#include <kernel/hash.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>

#define BDEV_MAGIC     0x62646576u
#define BDEV_HASH_BITS 4u

struct bdev_object {
	struct block_device bdev;
	struct blockfile file;
};

static DEFINE_MUTEX(bdevs_lock, RANK_MUTEX_LEAF);
static struct hlist_head bdevs[1u << BDEV_HASH_BITS]; /* bdevs_lock */
static struct super_block *bdev_sb;

static struct hlist_head *bucket(u32 devnum)
{
	return &bdevs[hash_u32(devnum, BDEV_HASH_BITS)];
}

static struct block_device *find_locked(u32 devnum)
{
	struct block_device *b;

	hlist_for_each_entry (b, bucket(devnum), hash_node)
		if (b->devnum == devnum)
			return b;
	return NULL;
}

static struct block_device *find(u32 devnum)
{
	struct block_device *b;

	mutex_lock(&bdevs_lock);
	b = find_locked(devnum);
	mutex_unlock(&bdevs_lock);
	return b;
}

/* ---- making one; part_lock held ---- */
static unsigned int bits_of(u32 size)
{
	unsigned int bits = SECTOR_SHIFT;

	while (1u << bits < size && bits < PAGE_SHIFT)
		bits++;
	return bits;
}

static void set_range(struct block_device *b, u64 start, u64 sectors)
{
	b->start = start;
	b->sectors = sectors;
	b->inode->size = (loff_t)(sectors << SECTOR_SHIFT);
	b->inode->blocks = sectors;
}

/* The largest block size that the device's size is a multiple of, as Linux starts with. */
static u32 natural_block_size(const struct block_device *b)
{
	u32 size = b->disk->sector_size;

	while (size < PAGE_SIZE && !(b->sectors & ((size << 1 >> SECTOR_SHIFT) - 1)))
		size <<= 1;
	return size;
}

static void set_mapping(struct bdev_object *o)
{
	struct mapping *m = &o->bdev.inode->data;

	o->file = (struct blockfile){ .bdev = &o->bdev,
				      .block_bits = bits_of(o->bdev.disk->sector_size) };
	mapping_init(m, o->bdev.inode, &blockfile_ops);
	/* Below a file's: a file system reads its tables while it holds that. */
	rwlock_init(&m->invalidate_lock, RANK_DEVICE_MAP, "device invalidate");
	m->private = &o->file;
	m->low_pages = true;
}

static struct block_device *create(struct disk *disk, u32 devnum, struct partition *p)
{
	struct bdev_object *o = kzalloc(sizeof(*o), GFP_KERNEL);
	struct block_device *b = &o->bdev;

	if (!o)
		return ERR_PTR(-ENOMEM);
	b->inode = inode_new(bdev_sb, S_IFBLK | 0600);
	if (!b->inode) {
		kfree(o);
		return ERR_PTR(-ENOMEM);
	}
	disk_get(disk);
	b->disk = disk;
	b->devnum = devnum;
	b->partno = p ? p->number : 0;
	b->inode->rdev = devnum;
	b->inode->flags |= INODE_NOCACHE;
	set_mapping(o);
	set_range(b, p ? p->start : 0, p ? p->sectors : disk->sectors);
	b->block_size = natural_block_size(b);
	b->readonly = p && p->readonly;
	b->inode->data.wb_error = p ? p->wb_error : disk->wb_error;
	mutex_lock(&bdevs_lock);
	hlist_add_head(&b->hash_node, bucket(devnum));
	mutex_unlock(&bdevs_lock);
	return b;
}

/* An error that nobody has been told of is kept for who opens it next. */
static void keep_error(const struct block_device *b)
{
	struct partition *p = b->partno ? partition_find(b->disk, b->partno) : NULL;

	if (!b->partno)
		b->disk->wb_error = b->inode->data.wb_error;
	else if (p && p->devnum == b->devnum)
		p->wb_error = b->inode->data.wb_error;
}

static void destroy(struct block_device *b)
{
	struct disk *disk = b->disk;

	keep_error(b);
	mutex_lock(&bdevs_lock);
	if (b->hash_node.pprev)
		hlist_del_init(&b->hash_node);
	mutex_unlock(&bdevs_lock);
	mapping_truncate(&b->inode->data, 0);
	inode_put(b->inode);
	kfree(container_of(b, struct bdev_object, bdev));
	disk_put(disk);
}

/* ---- holders ---- */
bool blockdev_may_hold(const struct block_device *b, const void *holder)
{
	if (b->holder)
		return b->holder == holder;
	return b->partno ? !b->disk->holder : !b->disk->part_holders;
}

static void hold(struct block_device *b, const void *holder)
{
	if (!b->holds++) {
		b->holder = holder;
		if (b->partno)
			b->disk->part_holders++;
		else
			b->disk->holder = holder;
	}
}

static void unhold(struct block_device *b)
{
	if (--b->holds)
		return;
	b->holder = NULL;
	if (b->partno)
		b->disk->part_holders--;
	else
		b->disk->holder = NULL;
}

/* ---- opening ---- */
static void check_medium(struct disk *disk)
{
	if (disk->openings || !disk->ops->media_changed || !disk->ops->media_changed(disk))
		return;
	if (!(disk->flags & (DISK_CD | DISK_NO_PARTS)))
		(void)partitions_reread(disk);
}

static struct partition *partition_by_devnum(struct disk *disk, u32 devnum)
{
	struct partition *p;

	list_for_each_entry (p, &disk->partitions, node)
		if (p->devnum == devnum)
			return p;
	return NULL;
}

static int open_counts(struct block_device *b, struct partition *p, u32 mode, const void *holder)
{
	struct disk *disk = b->disk;
	int err;

	/* A CD's drive is opened so for packets to it; blocks are not written. */
	if ((mode & FMODE_WRITE) && (disk->flags & DISK_READONLY) &&
	    !((disk->flags & DISK_CD) && (mode & FMODE_NODELAY)))
		return -EROFS;
	if (holder && !blockdev_may_hold(b, holder))
		return -EBUSY;
	err = disk->ops->open ? disk->ops->open(disk, mode) : 0;
	if (err)
		return err;
	if (holder)
		hold(b, holder);
	b->openings++;
	disk->openings++;
	if (p)
		p->openings++;
	return 0;
}

static struct block_device *open_locked(struct disk *disk, u32 devnum, u32 mode, const void *holder)
{
	struct partition *p = NULL;
	struct block_device *b;
	int err;

	if (disk->queue.dead)
		return ERR_PTR(-ENXIO);
	check_medium(disk);
	if (devnum != MKDEV(disk->major, disk->first_minor)) {
		p = partition_by_devnum(disk, devnum);
		if (!p)
			return ERR_PTR(-ENXIO);
	}
	b = find(devnum);
	if (!b)
		b = create(disk, devnum, p);
	if (IS_ERR(b))
		return b;
	err = open_counts(b, p, mode, holder);
	if (!b->openings)
		destroy(b);
	return err ? ERR_PTR(err) : b;
}

struct block_device *blockdev_open(u32 devnum, u32 mode, const void *holder)
{
	struct disk *disk = disk_find(devnum);
	struct block_device *b;

	if (!disk)
		return ERR_PTR(-ENXIO);
	mutex_lock(&disk->part_lock);
	b = open_locked(disk, devnum, mode, holder);
	mutex_unlock(&disk->part_lock);
	disk_put(disk);
	return b;
}

int blockdev_resolve(const char *path, u32 *devnum)
{
	struct path where;
	int err = path_lookup(AT_FDCWD, path, LOOKUP_FOLLOW, &where);

	if (err)
		return err;
	if (!S_ISBLK(where.dentry->inode->mode))
		err = -ENOTBLK;
	else if (where.mnt->flags & MS_NODEV)
		err = -EACCES;
	else
		*devnum = where.dentry->inode->rdev;
	path_put(&where);
	return err;
}

/* The bookkeeping of one opening; returns the object when it was the last. */
static bool close_counts(struct block_device *b, const void *holder)
{
	struct disk *disk = b->disk;
	struct partition *p = b->partno ? partition_by_devnum(disk, b->devnum) : NULL;

	if (holder)
		unhold(b);
	if (p)
		p->openings--;
	disk->openings--;
	if (disk->ops->release)
		disk->ops->release(disk);
	return !--b->openings;
}

void blockdev_close(struct block_device *b, u32 mode, const void *holder)
{
	struct disk *disk = b->disk;

	disk_get(disk);
	if (b->openings == 1 && ((mode & FMODE_WRITE) || !list_empty(&b->inode->data.dirty_node)))
		(void)blockdev_sync(b);
	mutex_lock(&disk->part_lock);
	/* Before the driver hears of it: a loop device may let go of its file then. Also what the
	 * flusher is just writing, and what another who closed at the same time left. */
	if (b->openings == 1 && b->inode->data.nr_pages)
		(void)mapping_sync(&b->inode->data, 0, LLONG_MAX);
	if (close_counts(b, holder))
		destroy(b);
	mutex_unlock(&disk->part_lock);
	disk_put(disk);
}

/* ---- the cache ---- */
int blockdev_sync(struct block_device *b)
{
	int err = mapping_sync(&b->inode->data, 0, LLONG_MAX), flush = disk_flush(b->disk);

	return err ? err : flush;
}

int blockdev_flush_cache(struct block_device *b)
{
	int err = mapping_sync(&b->inode->data, 0, LLONG_MAX);

	mapping_drop_clean(&b->inode->data, 0, ~0ul);
	return err;
}

unsigned long blockdev_cached_pages(void)
{
	const struct block_device *b;
	unsigned long pages = 0;

	mutex_lock(&bdevs_lock);
	for (unsigned int i = 0; i < ARRAY_SIZE(bdevs); i++)
		hlist_for_each_entry (b, &bdevs[i], hash_node)
			pages += b->inode->data.nr_pages;
	mutex_unlock(&bdevs_lock);
	return pages;
}

/*
 * The device of that disk with the next number after *number that has something cached; its inode
 * is held. Not by the list of dirty ones: what the flusher is just writing is not in it.
 */
static struct inode *next_cached(const struct disk *disk, u32 *number)
{
	struct block_device *b, *best = NULL;
	struct inode *inode = NULL;

	mutex_lock(&bdevs_lock);
	for (unsigned int i = 0; i < ARRAY_SIZE(bdevs); i++)
		hlist_for_each_entry (b, &bdevs[i], hash_node)
			if (b->disk == disk && b->devnum > *number && b->inode->data.nr_pages &&
			    (!best || b->devnum < best->devnum))
				best = b;
	if (best) {
		*number = best->devnum;
		inode = best->inode;
		inode_get(inode);
	}
	mutex_unlock(&bdevs_lock);
	return inode;
}

static int sync_one(struct disk *disk, void *arg)
{
	struct inode *inode;
	u32 number = 0;

	while ((inode = next_cached(disk, &number))) {
		(void)mapping_sync(&inode->data, 0, LLONG_MAX);
		inode_put(inode);
	}
	(void)disk_flush(disk);
	return 0;
}

void blockdev_sync_all(void)
{
	disk_for_each(sync_one, NULL);
}

static bool forget_cached(struct disk *disk)
{
	struct inode *inode;
	bool left = false;
	u32 number = 0;

	while ((inode = next_cached(disk, &number))) {
		(void)mapping_sync(&inode->data, 0, LLONG_MAX);
		left |= !mapping_take_out(&inode->data, 0, ~0ul);
		inode_put(inode);
	}
	return !left;
}

/* ---- what the disk tells ---- */
bool blockdev_moves(struct disk *disk)
{
	return forget_cached(disk);
}

int blockdev_set_sector_size(struct disk *disk, u32 size)
{
	struct block_device *b;

	if (!forget_cached(disk))
		return -EAGAIN; /* pages know their sectors by the old size */
	disk->sector_size = size;
	mutex_lock(&bdevs_lock);
	for (unsigned int i = 0; i < ARRAY_SIZE(bdevs); i++)
		hlist_for_each_entry (b, &bdevs[i], hash_node)
			if (b->disk == disk) {
				container_of(b, struct bdev_object, bdev)->file.block_bits =
					bits_of(size);
				b->block_size = natural_block_size(b);
			}
	mutex_unlock(&bdevs_lock);
	return 0;
}

void blockdev_resized(struct disk *disk, const struct partition *p)
{
	struct block_device *b;

	mutex_lock(&bdevs_lock);
	b = find_locked(p ? p->devnum : disk->dev.devnum);
	if (b && b->disk == disk)
		set_range(b, b->start, p ? p->sectors : disk->sectors);
	mutex_unlock(&bdevs_lock);
}

void blockdev_forget(u32 devnum)
{
	struct block_device *b;

	mutex_lock(&bdevs_lock);
	b = find_locked(devnum);
	if (b)
		hlist_del_init(&b->hash_node);
	mutex_unlock(&bdevs_lock);
}

bool blockdev_is_held(u32 devnum)
{
	const struct block_device *b = find(devnum);

	return b && b->holds;
}

/* ---- start ---- */
static const struct super_ops bdev_super_ops = { .alloc_inode = NULL };

static int bdev_fill(struct fs_type *type, struct super_block *sb, const char *source,
		     const char *options)
{
	struct inode *root;

	sb->ops = &bdev_super_ops;
	sb->magic = BDEV_MAGIC;
	sb->in_memory = true;
	root = inode_new(sb, S_IFDIR | 0555);
	sb->root = root ? dentry_alloc_root(root) : NULL;
	return sb->root ? 0 : -ENOMEM;
}

static struct fs_type bdev_type = { .name = "bdev", .flags = FS_NOMOUNT, .mount = bdev_fill };

static int bdev_init(void)
{
	struct mount *m;
	int err = fs_type_register(&bdev_type);

	if (err)
		return err;
	m = vfs_kern_mount(&bdev_type, "bdev");
	if (IS_ERR(m))
		return (int)PTR_ERR(m);
	bdev_sb = m->sb;
	blkdev_set_fops(&blockdev_fops);
	return 0;
}
INIT_CALL(INIT_FS, bdev_init);
