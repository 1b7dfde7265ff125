/*
 * disk.c - the disks there are: registration, their nodes in sysfs, block majors.
 */
#include "disk_internal.h"
#include <kernel/slab.h>
#include <kernel/fs.h>

#define GID_DISK  6
#define MAJOR_TOP 254u /* free majors are handed out downwards from here */
#define MAJOR_LOW 234u

#define READ_AHEAD_SECTORS 256u

static DEFINE_MUTEX(disks_lock, RANK_MUTEX_LEAF);
static LIST_HEAD(disks);  /* disk.node; disks_lock */
static u64 last_sequence; /* disks_lock */
static const struct device_attribute *const no_attributes[] = { NULL };

struct device_class block_class = { .name = "block", .node = { NULL, NULL } };

/* ---- looking for disks ---- */
DEFINE_WAIT_QUEUE(disk_arrival);
unsigned int disk_arrivals;

/* ---- majors ---- */
struct major {
	struct list_head node;
	unsigned int number;
	const char *name;
	bool (*probe)(u32 devnum);
};
static LIST_HEAD(majors); /* by number; disks_lock */

static struct major *find_major(unsigned int number, struct list_head **at)
{
	struct major *m;

	*at = &majors;
	list_for_each_entry (m, &majors, node) {
		if (m->number == number)
			return m;
		if (m->number > number) {
			*at = &m->node;
			break;
		}
	}
	return NULL;
}

static int insert_major(struct major *new)
{
	struct list_head *at;

	if (new->number) {
		if (find_major(new->number, &at))
			return -EBUSY;
	} else {
		for (new->number = MAJOR_TOP; find_major(new->number, &at); new->number--)
			if (new->number == MAJOR_LOW)
				return -EBUSY;
	}
	list_add_tail(&new->node, at);
	return (int)new->number;
}

int blkdev_register_major(unsigned int number, const char *name)
{
	struct major *new = kzalloc(sizeof(*new), GFP_KERNEL);
	int ret;

	if (!new)
		return -ENOMEM;
	new->number = number;
	new->name = name;
	mutex_lock(&disks_lock);
	ret = insert_major(new);
	mutex_unlock(&disks_lock);
	if (ret < 0)
		kfree(new);
	return ret;
}

void blkdev_set_probe(unsigned int number, bool (*probe)(u32 devnum))
{
	struct list_head *at;
	struct major *m;

	mutex_lock(&disks_lock);
	m = find_major(number, &at);
	if (m)
		m->probe = probe;
	mutex_unlock(&disks_lock);
}

static bool probe_number(u32 devnum)
{
	bool (*probe)(u32 devnum);
	struct list_head *at;
	struct major *m;

	mutex_lock(&disks_lock);
	m = find_major(MAJOR(devnum), &at);
	probe = m ? m->probe : NULL;
	mutex_unlock(&disks_lock);
	return probe && probe(devnum);
}

size_t blkdev_describe(char *buf, size_t size)
{
	struct major *m;
	size_t n = 0;

	mutex_lock(&disks_lock);
	list_for_each_entry (m, &majors, node)
		n += scnprintf(buf + n, size - n, "%3u %s\n", m->number, m->name);
	mutex_unlock(&disks_lock);
	return n;
}

/* ---- life ---- */
void disk_get(struct disk *disk)
{
	refcount_inc(&disk->refs);
}

void disk_put(struct disk *disk)
{
	if (!refcount_dec(&disk->refs))
		return;
	queue_destroy(disk);
	if (disk->free)
		disk->free(disk);
}

static void device_gone(struct device *dev)
{
	disk_put(container_of(dev, struct disk, dev));
}

void disk_init(struct disk *disk, const char *name, u32 major, u32 first_minor, u32 minors)
{
	*disk = (struct disk){ .major = major,
			       .first_minor = first_minor,
			       .minors = minors,
			       .sector_size = SECTOR_SIZE,
			       .read_ahead = READ_AHEAD_SECTORS };
	strscpy(disk->name, name, sizeof(disk->name));
	mutex_init(&disk->part_lock, RANK_DISK, "disk");
	list_init(&disk->partitions);
	list_init(&disk->node);
	queue_prepare(disk);
	refcount_set(&disk->refs, 1);
}

static void describe_size(u64 sectors, char *buf, size_t size)
{
	u64 mb = sectors / 2048;

	if (!sectors)
		strscpy(buf, "no medium", size);
	else if (mb < 10)
		snprintf(buf, size, "%u KB", (unsigned int)(sectors / 2));
	else if (mb < 10 * 1024)
		snprintf(buf, size, "%u MB", (unsigned int)mb);
	else
		snprintf(buf, size, "%u GB", (unsigned int)(mb / 1024));
}

static void announce(const struct disk *disk)
{
	char size[24];

	if (disk->flags & DISK_VIRTUAL)
		return;
	if (disk->flags & DISK_UNSEEN)
		strscpy(size, "not looked at yet", sizeof(size));
	else
		describe_size(disk->sectors, size, sizeof(size));
	pr_info("%s: %s%s%s%s\n", disk->name, disk->model, disk->model[0] ? ", " : "", size,
		disk->flags & DISK_READONLY ? ", read-only" : "");
}

static int register_device(struct disk *disk)
{
	struct device *dev = &disk->dev;
	int err;

	strscpy(dev->name, disk->name, sizeof(dev->name));
	dev->parent = disk->parent;
	dev->class = &block_class;
	dev->attributes = disk_attributes;
	dev->uevent = disk_uevent;
	disk->groups[0] = (struct device_attribute_group){ "queue", disk_queue_attributes };
	disk->groups[1] = (struct device_attribute_group){ "holders", no_attributes };
	disk->groups[2] = (struct device_attribute_group){ "slaves", no_attributes };
	dev->groups = disk->groups;
	dev->devnum = MKDEV(disk->major, disk->first_minor);
	dev->block = true;
	dev->mode = 0660;
	if (!dev->gid)
		dev->gid = GID_DISK;
	dev->release = device_gone;
	disk_get(disk);
	err = device_register(dev);
	if (err)
		disk_put(disk);
	return err;
}

int disk_add(struct disk *disk)
{
	int err = queue_init(disk);

	if (err)
		return err;
	block_class.attributes = disk_class_attributes;
	mutex_lock(&disks_lock);
	disk->sequence = ++last_sequence;
	mutex_unlock(&disks_lock);
	announce(disk);
	err = register_device(disk);
	if (err)
		return err;
	mutex_lock(&disks_lock);
	list_add_tail(&disk->node, &disks);
	mutex_unlock(&disks_lock);
	partitions_read(disk);
	disk_arrivals++;
	wake_up_all(&disk_arrival);
	return 0;
}

int disk_stop_unused(struct disk *disk)
{
	if (disk->openings)
		return -EBUSY;
	queue_kill(disk);
	return 0;
}

void disk_remove(struct disk *disk)
{
	mutex_lock(&disks_lock);
	list_del_init(&disk->node);
	mutex_unlock(&disks_lock);
	queue_kill(disk);
	queue_wait_idle(disk);
	mutex_lock(&disk->part_lock);
	partitions_drop(disk);
	mutex_unlock(&disk->part_lock);
	device_unregister(&disk->dev);
}

void disk_set_sectors(struct disk *disk, u64 sectors)
{
	disk->sectors = sectors;
	blockdev_resized(disk, NULL);
}

/* In the order in which they came. disks_lock held. */
static struct disk *next_after(u64 sequence)
{
	struct disk *disk, *best = NULL;

	list_for_each_entry (disk, &disks, node)
		if (disk->sequence > sequence && (!best || disk->sequence < best->sequence))
			best = disk;
	return best;
}

/* The one that `fn` had may have left the list meanwhile. */
int disk_for_each(int (*fn)(struct disk *disk, void *arg), void *arg)
{
	struct disk *disk, *held = NULL;
	u64 sequence = 0;
	int ret = 0;

	mutex_lock(&disks_lock);
	while (!ret && (disk = next_after(sequence))) {
		disk_get(disk);
		mutex_unlock(&disks_lock);
		if (held)
			disk_put(held);
		held = disk;
		sequence = disk->sequence;
		ret = fn(disk, arg);
		mutex_lock(&disks_lock);
	}
	mutex_unlock(&disks_lock);
	if (held)
		disk_put(held);
	return ret;
}

struct by_number {
	u32 devnum;
	struct disk *disk;
};

static int matches(struct disk *disk, void *arg)
{
	struct by_number *want = arg;
	u32 minor = MINOR(want->devnum);

	if (MAJOR(want->devnum) == MAJOR_EXTENDED
		    ? !partition_has_number(disk, want->devnum)
		    : disk->major != MAJOR(want->devnum) || minor < disk->first_minor ||
			      minor - disk->first_minor >= disk->minors)
		return 0;
	disk_get(disk);
	want->disk = disk;
	return 1;
}

struct disk *disk_find(u32 devnum)
{
	struct by_number want = { .devnum = devnum };

	disk_for_each(matches, &want);
	if (!want.disk && probe_number(devnum))
		disk_for_each(matches, &want);
	return want.disk;
}
