/*
 * loop.c - the loop devices there are: /dev/loop-control makes and removes them; max_loop= of them
 * exist from the start (none by default: losetup and mount ask the control device).
 */
#include "loop_internal.h"
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/misc.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define LOOP_MAJOR   7u
#define LOOP_MISC    237u
#define LOOP_NUMBERS (1u << 20)

static DEFINE_MUTEX(loops_lock, RANK_DISK - 1);
static DEFINE_SPINLOCK(numbers_lock, RANK_SPIN);
static LIST_HEAD(loops); /* by number; changed with both locks, read with either */
/* Whether a device's folder is there. Removing it waits for those who read it, who take loop.lock.
 */
static DEFINE_MUTEX(folder_lock, RANK_DISK + 1);

bool loop_below(u32 devnum, u32 *below)
{
	const struct loop *l;
	bool found = false;

	spin_lock(&numbers_lock);
	list_for_each_entry (l, &loops, node)
		if (devnum == MKDEV(LOOP_MAJOR, l->number)) {
			*below = READ_ONCE(l->below);
			found = true;
		}
	spin_unlock(&numbers_lock);
	return found;
}

/* ---- sysfs: loop/ ---- */
static struct loop *loop_of_device(struct device *dev)
{
	return loop_of(container_of(dev, struct disk, dev));
}

static ssize_t show_file(struct device *dev, char *buf, size_t size)
{
	struct loop *l = loop_of_device(dev);
	ssize_t n = -ENXIO;
	char *text;

	mutex_lock(&l->lock);
	if (l->file) {
		text = path_to_string(&l->file->path, buf, size - 1);
		n = IS_ERR(text) ? PTR_ERR(text) : (ssize_t)strlen(text);
		if (n >= 0) {
			memmove(buf, text, (size_t)n);
			buf[n++] = '\n';
		}
	}
	mutex_unlock(&l->lock);
	return n;
}

#define SHOW(fn, format, value)                                                                    \
	static ssize_t fn(struct device *dev, char *buf, size_t size)                              \
	{                                                                                          \
		const struct loop *l = loop_of_device(dev);                                        \
                                                                                                   \
		return (ssize_t)scnprintf(buf, size, format "\n", value);                          \
	}
SHOW(show_offset, "%llu", (unsigned long long)l->offset)
SHOW(show_limit, "%llu", (unsigned long long)l->sizelimit)
SHOW(show_autoclear, "%d", l->flags &LO_FLAGS_AUTOCLEAR ? 1 : 0)
SHOW(show_partscan, "%d", l->flags &LO_FLAGS_PARTSCAN ? 1 : 0)
SHOW(show_dio, "%d", l->flags &LO_FLAGS_DIRECT_IO ? 1 : 0)

static const struct device_attribute attr_file = { "backing_file", 0444, show_file, NULL };
static const struct device_attribute attr_offset = { "offset", 0444, show_offset, NULL };
static const struct device_attribute attr_limit = { "sizelimit", 0444, show_limit, NULL };
static const struct device_attribute attr_autoclear = { "autoclear", 0444, show_autoclear, NULL };
static const struct device_attribute attr_partscan = { "partscan", 0444, show_partscan, NULL };
static const struct device_attribute attr_dio = { "dio", 0444, show_dio, NULL };
static const struct device_attribute *const attributes[] = {
	&attr_file, &attr_offset, &attr_limit, &attr_autoclear, &attr_partscan, &attr_dio, NULL
};
static const struct device_attribute_group folder = { "loop", attributes };

void loop_update_folder(struct loop *l)
{
	mutex_lock(&folder_lock);
	if (l->file && !l->has_folder)
		device_add_group(&l->disk.dev, &folder);
	else if (!l->file && l->has_folder)
		device_remove_group(&l->disk.dev, &folder);
	l->has_folder = l->file;
	mutex_unlock(&folder_lock);
}

/* ---- openings ---- */
static int loop_open(struct disk *disk, u32 mode)
{
	return 0;
}

static void loop_release(struct disk *disk)
{
	struct loop *l = loop_of(disk);

	if (disk->openings || !(l->flags & LO_FLAGS_AUTOCLEAR))
		return;
	mutex_lock(&l->lock);
	(void)loop_unbind(l);
	mutex_unlock(&l->lock);
	loop_update_folder(l);
	(void)partitions_reread(disk); /* part_lock is held: they go with the file */
}

const struct disk_ops loop_ops = {
	.kick = loop_kick,
	.open = loop_open,
	.release = loop_release,
	.discard = loop_discard,
	.ioctl = loop_ioctl,
};

void loop_scan_parts(struct loop *l)
{
	struct disk *disk = &l->disk;

	if (l->file && !(l->flags & LO_FLAGS_PARTSCAN))
		return;
	disk->flags &= ~(l->file ? DISK_NO_PARTS : 0);
	mutex_lock(&disk->part_lock);
	(void)partitions_reread(disk);
	mutex_unlock(&disk->part_lock);
}

/* ---- making and removing; loops_lock held ---- */
static struct loop *find(unsigned int number)
{
	struct loop *l;

	list_for_each_entry (l, &loops, node)
		if (l->number == number)
			return l;
	return NULL;
}

static void loop_free(struct disk *disk)
{
	struct loop *l = loop_of(disk);

	if (l->bounce)
		page_put(l->bounce);
	kfree(l);
}

static void link_in_order(struct loop *new)
{
	struct list_head *at = &loops;
	struct loop *l;

	list_for_each_entry (l, &loops, node)
		if (l->number > new->number) {
			at = &l->node;
			break;
		}
	spin_lock(&numbers_lock);
	list_add_tail(&new->node, at);
	spin_unlock(&numbers_lock);
}

static int loop_add(unsigned int number)
{
	struct loop *l;
	char name[16];
	int err;

	if (number >= LOOP_NUMBERS)
		return -EINVAL;
	if (find(number))
		return -EEXIST;
	l = kzalloc(sizeof(*l), GFP_KERNEL);
	if (!l)
		return -ENOMEM;
	snprintf(name, sizeof(name), "loop%u", number);
	disk_init(&l->disk, name, LOOP_MAJOR, number, 1);
	l->number = number;
	mutex_init(&l->lock, RANK_DEVICE + 1, "loop");
	spin_init(&l->holes_lock, RANK_SPIN, "loop holes");
	list_init(&l->holes);
	wait_queue_init(&l->wait);
	wait_queue_init(&l->ended);
	l->disk.ops = &loop_ops;
	l->disk.flags = DISK_VIRTUAL | DISK_NO_PARTS;
	l->disk.free = loop_free;
	err = disk_add(&l->disk);
	if (err) {
		disk_put(&l->disk);
		return err;
	}
	link_in_order(l);
	return (int)number;
}

static int loop_remove(int number)
{
	struct loop *l = number < 0 ? NULL : find((unsigned int)number);
	int err;

	if (!l)
		return number < 0 ? -EINVAL : -ENODEV;
	/* It gets a file only by an opening of its own. */
	mutex_lock(&l->disk.part_lock);
	err = l->file ? -EBUSY : disk_stop_unused(&l->disk);
	mutex_unlock(&l->disk.part_lock);
	if (err)
		return err;
	spin_lock(&numbers_lock);
	list_del(&l->node);
	spin_unlock(&numbers_lock);
	disk_remove(&l->disk);
	disk_put(&l->disk);
	return 0;
}

static int loop_get_free(void)
{
	unsigned int next = 0;
	struct loop *l;

	list_for_each_entry (l, &loops, node) {
		if (!l->file)
			return (int)l->number;
		if (l->number == next)
			next++;
	}
	return loop_add(next);
}

/* Who may open the control device may do all this. */
static long control_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret = -ENOSYS;

	mutex_lock(&loops_lock);
	if (cmd == LOOP_CTL_ADD)
		ret = (int)arg < 0 ? loop_get_free() : loop_add((unsigned int)arg);
	else if (cmd == LOOP_CTL_REMOVE)
		ret = loop_remove((int)arg);
	else if (cmd == LOOP_CTL_GET_FREE)
		ret = loop_get_free();
	mutex_unlock(&loops_lock);
	return ret;
}

/* A node that somebody made without asking the control device: its number's device comes when it is
 * opened. */
static bool probe_number(u32 devnum)
{
	int err;

	mutex_lock(&loops_lock);
	err = loop_add(MINOR(devnum));
	mutex_unlock(&loops_lock);
	return err >= 0 || err == -EEXIST; /* somebody else was faster */
}

static const struct file_ops control_fops = { .ioctl = control_ioctl };
static struct misc_device control = {
	.minor = LOOP_MISC, .name = "loop-control", .fops = &control_fops, .mode = 0660
};

static int loop_init(void)
{
	unsigned int count = cmdline_get_uint("max_loop", 0);
	int err = blkdev_register_major(LOOP_MAJOR, "loop");

	if (err >= 0)
		err = misc_register(&control);
	blkdev_set_probe(LOOP_MAJOR, probe_number);
	mutex_lock(&loops_lock);
	for (unsigned int i = 0; err >= 0 && i < count; i++)
		err = loop_add(i);
	mutex_unlock(&loops_lock);
	return err < 0 ? err : 0;
}
INIT_CALL(INIT_DRIVER, loop_init);
