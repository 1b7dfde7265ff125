/*
 * partition.c - the partitions of a disk: reading its table, BLKPG, their device nodes.
 */
#include "disk_internal.h"
#include "part_scan.h"
#include <kernel/math64.h>
#include <kernel/slab.h>
#include <kernel/fs.h>

#define GID_DISK	6
#define EXTENDED_MINORS (1u << 20)

static struct atomic next_extended = ATOMIC_INIT(0);

struct partition *partition_find(struct disk *disk, u32 number)
{
	struct partition *p;

	list_for_each_entry (p, &disk->partitions, node)
		if (p->number == number)
			return p;
	return NULL;
}

bool partition_has_number(struct disk *disk, u32 devnum)
{
	struct partition *p;
	bool found = false;

	mutex_lock(&disk->part_lock);
	list_for_each_entry (p, &disk->partitions, node)
		found |= p->devnum == devnum;
	mutex_unlock(&disk->part_lock);
	return found;
}

static u32 pick_devnum(const struct disk *disk, u32 number)
{
	if (number < disk->minors)
		return MKDEV(disk->major, disk->first_minor + number);
	return MKDEV(MAJOR_EXTENDED, (u32)atomic_add(&next_extended, 1) % EXTENDED_MINORS);
}

static void partition_free(struct device *dev)
{
	struct partition *p = container_of(dev, struct partition, dev);

	disk_put(p->disk);
	kfree(p);
}

/* hda1, but loop0p1: a digit at the end of the disk's name asks for a letter between. */
static void make_name(const struct partition *p, char *buf, size_t size)
{
	const char *disk = p->disk->name;
	char last = disk[strlen(disk) - 1];

	snprintf(buf, size, "%s%s%u", disk, last >= '0' && last <= '9' ? "p" : "", p->number);
}

static void link_in_order(struct partition *new)
{
	struct partition *p;
	struct list_head *at = &new->disk->partitions;
	unsigned long flags;

	list_for_each_entry (p, &new->disk->partitions, node)
		if (p->number > new->number) {
			at = &p->node;
			break;
		}
	flags = spin_lock_irqsave(&new->disk->queue.lock);
	list_add_tail(&new->node, at);
	spin_unlock_irqrestore(&new->disk->queue.lock, flags);
}

static struct partition *create(struct disk *disk, u32 number, u64 start, u64 sectors)
{
	struct partition *p = kzalloc(sizeof(*p), GFP_KERNEL);
	int err;

	if (!p)
		return ERR_PTR(-ENOMEM);
	p->disk = disk;
	p->number = number;
	p->start = start;
	p->sectors = sectors;
	p->devnum = pick_devnum(disk, number);
	make_name(p, p->dev.name, sizeof(p->dev.name));
	p->dev.parent = &disk->dev;
	p->dev.class = &block_class;
	p->dev.attributes = partition_attributes;
	p->dev.uevent = partition_uevent;
	p->dev.devnum = p->devnum;
	p->dev.block = true;
	p->dev.mode = 0660;
	p->dev.gid = GID_DISK;
	p->dev.release = partition_free;
	disk_get(disk);
	err = device_register(&p->dev);
	if (err) {
		partition_free(&p->dev);
		return ERR_PTR(err);
	}
	link_in_order(p);
	return p;
}

static void destroy(struct partition *p)
{
	unsigned long flags = spin_lock_irqsave(&p->disk->queue.lock);

	list_del(&p->node);
	spin_unlock_irqrestore(&p->disk->queue.lock, flags);
	blockdev_forget(p->devnum);
	device_unregister(&p->dev);
}

/* ---- BLKPG ---- */
static bool overlaps(struct disk *disk, u64 start, u64 sectors, const struct partition *except)
{
	struct partition *p;

	list_for_each_entry (p, &disk->partitions, node)
		if (p != except && start < p->start + p->sectors && p->start < start + sectors)
			return true;
	return false;
}

static bool inside(const struct disk *disk, u64 start, u64 sectors)
{
	return sectors && start < disk->sectors && sectors <= disk->sectors - start;
}

int partition_add(struct disk *disk, u32 number, u64 start, u64 sectors)
{
	struct partition *p;

	if (!number || number > PART_NUMBER_MAX || !inside(disk, start, sectors))
		return -EINVAL;
	if (partition_find(disk, number) || overlaps(disk, start, sectors, NULL))
		return -EBUSY;
	p = create(disk, number, start, sectors);
	return IS_ERR(p) ? (int)PTR_ERR(p) : 0;
}

int partition_delete(struct disk *disk, u32 number)
{
	struct partition *p = partition_find(disk, number);

	if (!p)
		return -ENXIO;
	if (p->openings)
		return -EBUSY;
	destroy(p);
	return 0;
}

int partition_resize(struct disk *disk, u32 number, u64 start, u64 sectors)
{
	struct partition *p = partition_find(disk, number);

	if (!p)
		return -ENXIO;
	if (start != p->start || !inside(disk, start, sectors))
		return -EINVAL;
	/* A file system or swap knows its size of before, and would write into what comes there. */
	if (overlaps(disk, start, sectors, p) ||
	    (sectors < p->sectors && blockdev_is_held(p->devnum)))
		return -EBUSY;
	p->sectors = sectors;
	blockdev_resized(disk, p);
	return 0;
}

/* ---- the table ---- */
struct reader {
	struct disk *disk;
	struct page *page;
	struct part_scan *scan;
};

static int read_sector(void *ctx, u64 lba, void *sector)
{
	struct reader *r = ctx;
	u32 size = r->disk->sector_size;
	struct bio *bio = bio_alloc(r->disk, BIO_READ, 1, GFP_KERNEL);
	int err;

	if (!bio)
		return -ENOMEM;
	bio->sector = lba * (size >> SECTOR_SHIFT);
	bio_add(bio, r->page, 0, size);
	err = bio_submit_wait(bio);
	bio_free(bio);
	if (!err)
		memcpy(sector, page_address(r->page), size);
	return err;
}

static void found(void *arg, const struct part_entry *entry)
{
	struct disk *disk = arg;
	struct partition *p = create(disk, entry->number, entry->start, entry->count);

	if (IS_ERR(p)) {
		pr_err("%s: no device for partition %u: %pE\n", disk->name, entry->number, p);
		return;
	}
	p->type = entry->mbr_type;
	strscpy(p->uuid, entry->uuid, sizeof(p->uuid));
	strscpy(p->name, entry->name, sizeof(p->name));
}

static void report(const struct disk *disk, const struct part_scan *scan)
{
	char line[160];
	struct partition *p;
	size_t n = 0;

	line[0] = 0;
	list_for_each_entry (p, &((struct disk *)disk)->partitions, node)
		n += scnprintf(line + n, sizeof(line) - n, " %s", p->dev.name);
	if (n)
		pr_info("%s: %s:%s\n", disk->name, part_scheme_name(scan->scheme), line);
	for (unsigned int bit = 0; bit < PART_BAD_COUNT; bit++)
		if (scan->problems & (1u << bit))
			pr_warn("%s: partition table: %s\n", disk->name,
				part_problem_text(1u << bit));
}

static int scan_table(struct disk *disk, struct part_scan *scan, struct page *page, void *buffer)
{
	struct reader reader = { .disk = disk, .page = page, .scan = scan };
	int err;

	scan->source = (struct part_source){ .read = read_sector,
					     .ctx = &reader,
					     .sectors = div_u64(disk->sectors,
								disk->sector_size >> SECTOR_SHIFT),
					     .sector_size = disk->sector_size,
					     .buffer = buffer };
	scan->found = found;
	scan->arg = disk;
	err = part_scan(scan);
	if (err)
		pr_err("%s: its partition table cannot be read: %pE\n", disk->name, ERR_PTR(err));
	else
		report(disk, scan);
	return err;
}

static int read_locked(struct disk *disk)
{
	struct part_scan *scan = kzalloc(sizeof(*scan), GFP_KERNEL);
	struct page *page = page_alloc(GFP_KERNEL, 0);
	void *buffer = kmalloc(disk->sector_size, GFP_KERNEL);
	int err = -ENOMEM;

	if (scan && page && buffer)
		err = scan_table(disk, scan, page, buffer);
	kfree(buffer);
	if (page)
		page_put(page);
	kfree(scan);
	return err;
}

void partitions_drop(struct disk *disk)
{
	while (!list_empty(&disk->partitions))
		destroy(list_first_entry(&disk->partitions, struct partition, node));
}

void partitions_read(struct disk *disk)
{
	if ((disk->flags & (DISK_CD | DISK_NO_PARTS)) || !disk->sectors)
		return;
	mutex_lock(&disk->part_lock);
	(void)read_locked(disk);
	mutex_unlock(&disk->part_lock);
}

int partitions_reread(struct disk *disk)
{
	struct partition *p;

	if (disk->flags & DISK_CD)
		return -EINVAL;
	list_for_each_entry (p, &disk->partitions, node)
		if (p->openings)
			return -EBUSY;
	partitions_drop(disk);
	return disk->sectors ? read_locked(disk) : 0;
}
