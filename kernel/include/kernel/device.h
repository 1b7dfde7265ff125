/*
 * device.h - devices as the rest of the kernel and sysfs see them, and character device numbers.
 *
 * struct device is a node of the device tree (/sys/devices/...), may belong to a class
 * (/sys/class/CLASS/NAME) and may have a device number, in which case devtmpfs shows /dev/NODENAME.
 * A device is registered once it is usable and unregistered before it goes; attributes are read and
 * written through a page-sized buffer.
 *
 * chrdev_register() claims `count` minors of a major for file_ops; open() of such a node uses them.
 * Major 0 asks for any free one, which is returned.
 * Locking: device_lock (mutex, RANK_DEVICE) inside device.c; show/store may sleep and are over when
 * device_unregister() returns, so neither may register or unregister a device. Register and
 * unregister without locks held: both make and remove files.
 */
#ifndef KERNEL_DEVICE_H
#define KERNEL_DEVICE_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/types.h>

struct device;
struct file_ops;

struct device_attribute {
	const char *name;
	u32 mode;
	ssize_t (*show)(struct device *dev, char *buf, size_t size);	    /* NULL: -EACCES */
	ssize_t (*store)(struct device *dev, const char *buf, size_t size); /* NULL: -EACCES */
};

/* A file of fixed size that is read and written in pieces: registers, firmware. */
struct device_bin_attribute {
	const char *name;
	u32 mode, size;
	/* offset + n <= size; bytes done, which may be fewer, or -errno. NULL: -EACCES. */
	ssize_t (*read)(struct device *dev, void *buf, u32 offset, size_t n);
	ssize_t (*write)(struct device *dev, const void *buf, u32 offset, size_t n);
};

/* /sys/bus/NAME, also while it is empty. */
struct device_bus {
	const char *name;
	struct list_head node;
};

/* Attributes in a folder of their own below the device's; a list of them ends with a NULL name. */
struct device_attribute_group {
	const char *name;
	const struct device_attribute *const *attributes; /* NULL-terminated */
};

struct device_class {
	const char *name; /* "tty", "input", "mem", "misc", "block" */
	const struct device_attribute *const *attributes; /* NULL-terminated, of every member */
	struct list_head node;
};

struct device {
	char name[32];
	struct device *parent; /* NULL: below /sys/devices/virtual/CLASS or /sys/devices */
	struct device_class *class;
	const char *bus; /* "pci", "isa", "serio": /sys/bus/BUS/devices/NAME link; NULL */
	const struct device_attribute *const *attributes;	  /* NULL-terminated */
	const struct device_bin_attribute *const *bin_attributes; /* NULL-terminated; NULL */
	/* Appends "KEY=value" lines to the uevent file; returns their length. NULL: none. */
	size_t (*uevent)(struct device *dev, char *buf, size_t size);
	const char *driver; /* who drives it, of its bus's drivers; device_set_driver() */
	u32 devnum;	    /* 0: none */
	bool block;	    /* devnum is a block device's */
	u32 mode;	    /* of the /dev node; 0: 0600 */
	const struct device_attribute_group *groups; /* or NULL */
	gid_t gid;
	char node_name[32]; /* below /dev, may contain '/'; empty: name */
	/* A second name below /dev, a symbolic link; of several devices that want the same, the one
	 * whose node's name comes first has it. NULL: none. */
	const char *link_name;
	struct list_head children, sibling, class_node, all_node;
	struct refcount refs;
	void (*release)(struct device *dev); /* the last reference went; NULL: nothing */
	void *private;
	void *sysfs; /* its directory in sysfs; kernel/fs/sysfs */
	bool registered;
};

int device_register(struct device *dev); /* 0, -EEXIST, -ENOMEM */
void device_unregister(struct device *dev);
void device_get(struct device *dev);
void device_put(struct device *dev);
struct device_class *class_register(struct device_class *class); /* returns it; twice is fine */

void bus_register(struct device_bus *bus); /* stays */
/* Says who drives a registered device, once: /sys/.../driver, /sys/bus/BUS/drivers/NAME. `name`
 * must stay. */
void device_set_driver(struct device *dev, const char *name);
/* A folder of attributes that comes and goes while the device is registered; it is not there yet,
 * or is. The group stays as long as it is there; what is read of it is over when the second
 * returns. */
void device_add_group(struct device *dev, const struct device_attribute_group *group);
void device_remove_group(struct device *dev, const struct device_attribute_group *group);

int chrdev_register(unsigned int major, unsigned int first_minor, unsigned int count,
		    const char *name, const struct file_ops *fops);
void chrdev_unregister(unsigned int major, unsigned int first_minor, unsigned int count);
const struct file_ops *chrdev_find(u32 devnum); /* NULL: -ENXIO */
/* For /proc/devices. */
size_t chrdev_describe(char *buf, size_t size);

/*
 * Drivers that look for their devices in threads of their own say so between these, any context;
 * who needs a device that may be among them (the root disk) waits until none looks any more.
 * User land reads the number of those that still look in /proc/oldiron/probes.
 */
void device_probe_begin(void);
void device_probe_end(void);
unsigned int device_probes_running(void);
void device_wait_probes(void);

/* device.c tells devtmpfs and sysfs, which register here (kernel/ fs does not depend on them). */
struct device_listener {
	struct list_head node;
	void (*added)(struct device *dev);
	void (*removed)(struct device *dev);
	void (*class_added)(struct device_class *class); /* may be NULL */
	void (*bus_added)(struct device_bus *bus);	 /* may be NULL */
	void (*driver_set)(struct device *dev);		 /* may be NULL; after added() */
	/* may be NULL, both */
	void (*group_added)(struct device *dev, const struct device_attribute_group *group);
	void (*group_removed)(struct device *dev, const struct device_attribute_group *group);
};
void device_listen(struct device_listener *listener); /* replays what exists */
/* The file name below /dev. */
static inline const char *device_node_name(const struct device *dev)
{
	return dev->node_name[0] ? dev->node_name : dev->name;
}

#endif
