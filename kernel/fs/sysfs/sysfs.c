/*
 * sysfs.c - "sysfs": the device tree of kernel/device.h as directories.
 *
 *   devices/PARENT/.../NAME         a device; without a parent devices/virtual/CLASS/NAME
 *   class/CLASS/NAME, bus/BUS/devices/NAME, dev/{char,block}/MAJ:MIN, block/NAME    links to it
 *   bus/BUS/drivers/DRIVER/NAME                                                     one more
 *
 * A device's attributes are files of its directory: dev, uevent, then its own and its class's, then
 * the binary ones. Its links are removed with it. All of it happens under device_lock, one device
 * after the other.
 */
#include "../knode.h"
#include <kernel/assert.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/sysctl.h>
#include "sysfs_internal.h"

#define SYSFS_MAGIC    0x62656572u
#define ATTRIBUTE_SIZE PAGE_SIZE
#define LINKS_MAX      5

/* What belongs to a device's directory; freed with it. */
struct sysfs_device {
	struct device *dev; /* referenced */
	struct knode *links[LINKS_MAX];
	unsigned int link_count;
};

static struct knode *sysfs_root, *devices_dir, *class_dir, *bus_dir, *char_dir, *block_dir,
	*all_block;
static struct kmem_cache *inode_cache;

/* ---- attributes ---- */

struct device *sysfs_device_of(const struct knode *dir)
{
	return ((struct sysfs_device *)dir->private)->dev;
}

static int show_dev(struct seq *s, struct knode *dir, const void *arg)
{
	const struct device *dev = sysfs_device_of(dir);

	seq_printf(s, "%u:%u\n", MAJOR(dev->devnum), MINOR(dev->devnum));
	return 0;
}

static void show_bus_uevent(struct seq *s, struct device *dev)
{
	char *room;

	if (dev->driver)
		seq_printf(s, "DRIVER=%s\n", dev->driver);
	room = dev->uevent ? seq_room(s, ATTRIBUTE_SIZE) : NULL;
	if (room)
		seq_commit(s, dev->uevent(dev, room, ATTRIBUTE_SIZE));
}

static bool is_partition(const struct device *dev)
{
	return dev->block && dev->parent && dev->parent->class == dev->class;
}

static int show_uevent(struct seq *s, struct knode *dir, const void *arg)
{
	const struct device *dev = sysfs_device_of(dir);

	show_bus_uevent(s, sysfs_device_of(dir));
	if (!dev->devnum)
		return 0;
	seq_printf(s, "MAJOR=%u\nMINOR=%u\nDEVNAME=%s\n", MAJOR(dev->devnum), MINOR(dev->devnum),
		   device_node_name(dev));
	if (dev->mode)
		seq_printf(s, "DEVMODE=0%o\n", dev->mode & 0777);
	if (dev->block)
		seq_printf(s, "DEVTYPE=%s\n", is_partition(dev) ? "partition" : "disk");
	return 0;
}

/* "add", "change" ask for the event to be sent again; nobody listens, so it is heard. */
static int write_uevent(struct knode *dir, const void *arg, char *text, size_t len)
{
	return 0;
}

static int show_attribute(struct seq *s, struct knode *dir, const void *arg)
{
	const struct device_attribute *a = arg;
	char *room;
	ssize_t n;

	if (!a->show)
		return -EACCES;
	room = seq_room(s, ATTRIBUTE_SIZE);
	n = room ? a->show(sysfs_device_of(dir), room, ATTRIBUTE_SIZE) : -ENOMEM;
	if (n < 0)
		return (int)n;
	seq_commit(s, (size_t)n);
	return 0;
}

static int write_attribute(struct knode *dir, const void *arg, char *text, size_t len)
{
	const struct device_attribute *a = arg;
	ssize_t n = a->store ? a->store(sysfs_device_of(dir), text, len) : -EACCES;

	return n < 0 ? (int)n : 0;
}

/* The nth of a NULL-terminated list; *n becomes what is left beyond its end. */
static const struct device_attribute *nth_attribute(const struct device_attribute *const *list,
						    unsigned int *n)
{
	for (; list && *list; list++)
		if (!(*n)--)
			return *list;
	return NULL;
}

static bool nth_bin_file(const struct device *dev, unsigned int n, struct knode_file *out)
{
	const struct device_bin_attribute *const *a = dev->bin_attributes;

	for (; a && *a; a++) {
		if (n--)
			continue;
		*out = (struct knode_file){ .name = (*a)->name,
					    .mode = (*a)->mode,
					    .size = (*a)->size,
					    .fops = &sysfs_bin_fops,
					    .strict = true,
					    .arg = *a };
		return true;
	}
	return false;
}

static bool nth_group_file(const struct knode_source *source, unsigned int n,
			   struct knode_file *out)
{
	const struct device_attribute *a = nth_attribute(source->table, &n);

	if (!a)
		return false;
	*out = (struct knode_file){ .name = a->name,
				    .mode = a->mode,
				    .show = show_attribute,
				    .write = write_attribute,
				    .strict = true,
				    .arg = a };
	return true;
}

static bool nth_device_file(const struct knode_source *source, unsigned int n,
			    struct knode_file *out)
{
	const struct device *dev = source->table;
	const struct device_attribute *a;

	if (!n--) {
		*out = (struct knode_file){ .name = "uevent",
					    .mode = 0644,
					    .show = show_uevent,
					    .write = write_uevent,
					    .strict = true,
					    .size = ATTRIBUTE_SIZE };
		return true;
	}
	if (dev->devnum && !n--) {
		*out = (struct knode_file){ .name = "dev",
					    .mode = 0444,
					    .show = show_dev,
					    .strict = true,
					    .size = ATTRIBUTE_SIZE };
		return true;
	}
	a = nth_attribute(dev->attributes, &n);
	if (!a && dev->class)
		a = nth_attribute(dev->class->attributes, &n);
	if (!a)
		return nth_bin_file(dev, n, out);
	*out = (struct knode_file){ .name = a->name,
				    .mode = a->mode,
				    .size = ATTRIBUTE_SIZE,
				    .show = show_attribute,
				    .write = write_attribute,
				    .strict = true,
				    .arg = a };
	return true;
}

/* ---- directories ---- */

static void release_device(struct knode *node)
{
	struct sysfs_device *sd = node->private;

	device_put(sd->dev);
	kfree(sd);
}

static struct knode *virtual_dir(const struct device *dev)
{
	char path[64];

	if (!dev->class && !dev->bus)
		return devices_dir;
	snprintf(path, sizeof(path), "%s/%s", dev->class ? "virtual" : "platform",
		 dev->class ? dev->class->name : "");
	return knode_mkdir_path(devices_dir, path);
}

/* Below its parent; one of a class stands in a folder of the class there, as Linux has it. */
static struct knode *place_of(const struct device *dev)
{
	struct knode *parent = dev->parent ? dev->parent->sysfs : NULL;

	if (!parent)
		return virtual_dir(dev);
	if (dev->class && dev->class != dev->parent->class)
		return knode_mkdir_path(parent, dev->class->name);
	return parent;
}

/* The folder of an attribute group: it shares the device's private data and goes with it. */
static void add_group(struct knode *node, const struct device_attribute_group *group)
{
	struct knode_source *source = kmalloc(sizeof(*source), GFP_KERNEL);
	struct knode *dir = source ? knode_mkdir(node, group->name, node->private) : NULL;

	if (IS_ERR_OR_NULL(dir)) {
		kfree(source);
		return;
	}
	*source = (struct knode_source){ .nth = nth_group_file, .table = group->attributes };
	knode_add_source(dir, source);
}

static void add_groups(const struct device *dev, struct knode *node)
{
	for (const struct device_attribute_group *g = dev->groups; g && g->name; g++)
		add_group(node, g);
}

static struct knode *make_directory(struct device *dev)
{
	struct knode_source *source = kmalloc(sizeof(*source), GFP_KERNEL);
	struct sysfs_device *sd = kzalloc(sizeof(*sd), GFP_KERNEL);
	struct knode *place = place_of(dev), *node;

	if (!source || !sd) {
		node = ERR_PTR(-ENOMEM);
		goto out_free;
	}
	node = IS_ERR(place) ? place : knode_mkdir(place, dev->name, sd);
	if (IS_ERR(node))
		goto out_free;
	device_get(dev);
	sd->dev = dev;
	node->release = release_device;
	*source = (struct knode_source){ .nth = nth_device_file, .table = dev };
	knode_add_source(node, source);
	add_groups(dev, node);
	return node;
out_free:
	kfree(source);
	kfree(sd);
	return node;
}

/* ---- links ---- */

/* A link in `dir` that leads to the device's directory; it goes with the device. */
static void link_from(struct knode *dir, const char *name, struct knode *to)
{
	struct sysfs_device *sd = to->private;
	struct knode *link;
	char *target;

	if (IS_ERR_OR_NULL(dir) || sd->link_count == LINKS_MAX)
		return;
	target = knode_relative_path(dir, to);
	link = target ? knode_symlink(dir, name, target) : NULL;
	kfree(target);
	if (!IS_ERR_OR_NULL(link))
		sd->links[sd->link_count++] = link;
}

static void link_to(struct knode *node, const char *name, struct knode *to)
{
	char *target = IS_ERR_OR_NULL(to) ? NULL : knode_relative_path(node, to);

	if (target)
		(void)knode_symlink(node, name, target);
	kfree(target);
}

static struct knode *subdir(struct knode *dir, const char *name, const char *below)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", name, below);
	return knode_mkdir_path(dir, path);
}

static void add_links(struct device *dev, struct knode *node)
{
	char number[24];

	if (dev->class) {
		struct knode *class = knode_mkdir_path(class_dir, dev->class->name);

		link_from(class, dev->name, node);
		link_to(node, "subsystem", class);
		if (dev->block && !is_partition(dev))
			link_from(all_block, dev->name, node);
	} else if (dev->bus) {
		link_from(subdir(bus_dir, dev->bus, "devices"), dev->name, node);
		(void)subdir(bus_dir, dev->bus, "drivers");
		link_to(node, "subsystem", knode_mkdir_path(bus_dir, dev->bus));
	}
	if (dev->class && dev->parent && dev->parent->sysfs && !is_partition(dev))
		link_to(node, "device", dev->parent->sysfs);
	if (dev->devnum) {
		snprintf(number, sizeof(number), "%u:%u", MAJOR(dev->devnum), MINOR(dev->devnum));
		link_from(dev->block ? block_dir : char_dir, number, node);
	}
}

/* ---- the device core's calls ---- */

static void sysfs_added(struct device *dev)
{
	struct knode *node = make_directory(dev);

	if (IS_ERR(node)) {
		pr_err("sysfs: no directory for %s: %pE\n", dev->name, (void *)node);
		return;
	}
	dev->sysfs = node;
	add_links(dev, node);
}

static void sysfs_removed(struct device *dev)
{
	struct knode *node = dev->sysfs;
	struct sysfs_device *sd;

	if (!node)
		return;
	sd = node->private;
	dev->sysfs = NULL;
	while (sd->link_count)
		knode_remove(sd->links[--sd->link_count]);
	knode_remove(node);
}

static void sysfs_class_added(struct device_class *class)
{
	(void)knode_mkdir_path(class_dir, class->name);
}

static void sysfs_bus_added(struct device_bus *bus)
{
	(void)subdir(bus_dir, bus->name, "devices");
	(void)subdir(bus_dir, bus->name, "drivers");
}

static void sysfs_driver_set(struct device *dev)
{
	struct knode *node = dev->sysfs, *driver;
	char path[64];

	if (!node || !dev->bus)
		return;
	snprintf(path, sizeof(path), "drivers/%s", dev->driver);
	driver = subdir(bus_dir, dev->bus, path);
	link_from(driver, dev->name, node);
	link_to(node, "driver", driver);
}

static void sysfs_group_added(struct device *dev, const struct device_attribute_group *group)
{
	if (dev->sysfs)
		add_group(dev->sysfs, group);
}

static void sysfs_group_removed(struct device *dev, const struct device_attribute_group *group)
{
	struct knode *dir = NULL;

	mutex_lock(&knode_lock);
	if (dev->sysfs)
		dir = knode_find_child(dev->sysfs, group->name);
	mutex_unlock(&knode_lock);
	if (dir) /* only device_lock's holders remove it */
		knode_remove(dir);
}

static struct device_listener listener = {
	.added = sysfs_added,
	.removed = sysfs_removed,
	.class_added = sysfs_class_added,
	.bus_added = sysfs_bus_added,
	.driver_set = sysfs_driver_set,
	.group_added = sysfs_group_added,
	.group_removed = sysfs_group_removed,
};

/* ---- the file system ---- */

static struct inode *sysfs_alloc_inode(struct super_block *sb)
{
	struct knode_inode *ki = kmem_cache_alloc(inode_cache, GFP_KERNEL | GFP_ZERO);

	return ki ? &ki->vfs : NULL;
}

static void sysfs_free_inode(struct inode *inode)
{
	knode_inode_release(inode);
	kmem_cache_free(inode_cache, inode);
}

static int sysfs_statfs(struct super_block *sb, struct kstatfs *st)
{
	return 0;
}

static const struct super_ops sysfs_super_ops = {
	.alloc_inode = sysfs_alloc_inode,
	.free_inode = sysfs_free_inode,
	.statfs = sysfs_statfs,
};

static int sysfs_mount(struct fs_type *type, struct super_block *sb, const char *source,
		       const char *options)
{
	return knode_fill_super(sb, sysfs_root, &sysfs_super_ops, SYSFS_MAGIC);
}

static struct fs_type sysfs_type = { .name = "sysfs", .flags = FS_SINGLE, .mount = sysfs_mount };

static int show_uevent_seqnum(struct seq *s, struct knode *dir, const void *arg)
{
	seq_puts(s, "0\n");
	return 0;
}

static const struct knode_file kernel_files[] = {
	{ "uevent_seqnum", 0444, show_uevent_seqnum },
};

static int make_tree(void)
{
	static const struct {
		const char *path;
		struct knode **node;
	} dirs[] = {
		{ "block", &all_block },
		{ "bus", &bus_dir },
		{ "class", &class_dir },
		{ "dev", NULL },
		{ "dev/block", &block_dir },
		{ "dev/char", &char_dir },
		{ "devices", &devices_dir },
		{ "devices/system/cpu/cpu0", NULL },
		{ "devices/virtual", NULL },
		{ "firmware", NULL },
		{ "fs", NULL },
		{ "kernel", NULL },
		{ "module", NULL },
		{ "power", NULL },
	};

	sysfs_root = knode_create_root();
	if (!sysfs_root)
		return -ENOMEM;
	sysfs_root->flags = KNODE_REMOVABLE;
	for (unsigned int i = 0; i < ARRAY_SIZE(dirs); i++) {
		struct knode *node = knode_mkdir_path(sysfs_root, dirs[i].path);

		if (IS_ERR(node))
			return PTR_ERR(node);
		if (dirs[i].node)
			*dirs[i].node = node;
	}
	sysfs_add_memmap(knode_mkdir_path(sysfs_root, "firmware/memmap"));
	return knode_add_files(knode_mkdir_path(sysfs_root, "kernel"), kernel_files,
			       ARRAY_SIZE(kernel_files));
}

static int sysfs_init(void)
{
	int err;

	inode_cache = kmem_cache_create("sysfs_inode", sizeof(struct knode_inode), 8);
	err = inode_cache ? make_tree() : -ENOMEM;
	if (err)
		return err;
	device_listen(&listener);
	return fs_type_register(&sysfs_type);
}
INIT_CALL(INIT_FS, sysfs_init);
