/*
 * device.c - the device tree: devices, classes, and who wants to hear of them.
 *
 * device_lock guards the lists and is held while listeners are told, so that each hears of every
 * device once, in order. A device holds references to its parent and, from register to unregister,
 * to itself.
 */
#include <kernel/assert.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/lock.h>
#include <kernel/string.h>

static DEFINE_MUTEX(device_lock, RANK_DEVICE);
static LIST_HEAD(all_devices); /* device.all_node, parents before children; device_lock */
static LIST_HEAD(classes);     /* device_lock */
static LIST_HEAD(buses);       /* device_lock */
static LIST_HEAD(listeners);   /* device_lock */

void device_get(struct device *dev)
{
	refcount_inc(&dev->refs);
}

void device_put(struct device *dev)
{
	while (dev && refcount_dec(&dev->refs)) {
		struct device *parent = dev->parent;

		if (dev->release)
			dev->release(dev);
		dev = parent;
	}
}

/* Two devices of one name may stand in different places only. */
static bool name_is_taken(const struct device *dev)
{
	struct device *d;

	list_for_each_entry (d, &all_devices, all_node)
		if (d->parent == dev->parent && d->class == dev->class &&
		    !strcmp(d->name, dev->name))
			return true;
	return false;
}

static bool class_is_known(const struct device_class *class)
{
	struct device_class *c;

	list_for_each_entry (c, &classes, node)
		if (c == class)
			return true;
	return false;
}

static void class_add_locked(struct device_class *class)
{
	struct device_listener *l;

	if (class_is_known(class))
		return;
	list_add_tail(&class->node, &classes);
	list_for_each_entry (l, &listeners, node)
		if (l->class_added)
			l->class_added(class);
}

struct device_class *class_register(struct device_class *class)
{
	mutex_lock(&device_lock);
	class_add_locked(class);
	mutex_unlock(&device_lock);
	return class;
}

void bus_register(struct device_bus *bus)
{
	struct device_listener *l;

	mutex_lock(&device_lock);
	list_add_tail(&bus->node, &buses);
	list_for_each_entry (l, &listeners, node)
		if (l->bus_added)
			l->bus_added(bus);
	mutex_unlock(&device_lock);
}

void device_set_driver(struct device *dev, const char *name)
{
	struct device_listener *l;

	ASSERT(dev->registered && !dev->driver);
	mutex_lock(&device_lock);
	dev->driver = name;
	list_for_each_entry (l, &listeners, node)
		if (l->driver_set)
			l->driver_set(dev);
	mutex_unlock(&device_lock);
}

void device_add_group(struct device *dev, const struct device_attribute_group *group)
{
	struct device_listener *l;

	mutex_lock(&device_lock);
	list_for_each_entry (l, &listeners, node)
		if (l->group_added)
			l->group_added(dev, group);
	mutex_unlock(&device_lock);
}

void device_remove_group(struct device *dev, const struct device_attribute_group *group)
{
	struct device_listener *l;

	mutex_lock(&device_lock);
	list_for_each_entry_reverse (l, &listeners, node)
		if (l->group_removed)
			l->group_removed(dev, group);
	mutex_unlock(&device_lock);
}

static void device_add_locked(struct device *dev)
{
	struct device_listener *l;

	refcount_set(&dev->refs, 1);
	list_init(&dev->children);
	list_init(&dev->sibling);
	list_init(&dev->class_node);
	dev->sysfs = NULL;
	dev->registered = true;
	if (dev->class)
		class_add_locked(dev->class);
	if (dev->parent) {
		device_get(dev->parent);
		list_add_tail(&dev->sibling, &dev->parent->children);
	}
	list_add_tail(&dev->all_node, &all_devices);
	list_for_each_entry (l, &listeners, node)
		l->added(dev);
}

int device_register(struct device *dev)
{
	int err = 0;

	ASSERT(dev->name[0] && (!dev->parent || dev->parent->registered));
	mutex_lock(&device_lock);
	if (name_is_taken(dev))
		err = -EEXIST;
	else
		device_add_locked(dev);
	mutex_unlock(&device_lock);
	return err;
}

void device_unregister(struct device *dev)
{
	struct device_listener *l;

	mutex_lock(&device_lock);
	ASSERT(dev->registered && list_empty(&dev->children));
	list_for_each_entry_reverse (l, &listeners, node)
		l->removed(dev);
	dev->registered = false;
	list_del_init(&dev->all_node);
	list_del_init(&dev->sibling);
	mutex_unlock(&device_lock);
	device_put(dev);
}

void device_listen(struct device_listener *listener)
{
	struct device_class *c;
	struct device_bus *b;
	struct device *d;

	mutex_lock(&device_lock);
	list_add_tail(&listener->node, &listeners);
	if (listener->class_added)
		list_for_each_entry (c, &classes, node)
			listener->class_added(c);
	if (listener->bus_added)
		list_for_each_entry (b, &buses, node)
			listener->bus_added(b);
	list_for_each_entry (d, &all_devices, all_node) {
		listener->added(d);
		if (d->driver && listener->driver_set)
			listener->driver_set(d);
	}
	mutex_unlock(&device_lock);
}
