/*
 * misc.h - character devices that need one minor only: major 10, class "misc".
 *
 * misc_register() claims the minor (MISC_DYNAMIC: any free one, which is then in `minor`) and shows
 * /dev/NAME; the fields stay the driver's and must live until misc_unregister(). 0, -EBUSY,
 * -ENOMEM. Register without locks held (see device.h).
 */
#ifndef KERNEL_MISC_H
#define KERNEL_MISC_H

#include <kernel/device.h>

#define MISC_MAJOR   10
#define MISC_RTC     135u
#define MISC_DYNAMIC 255u

struct misc_device {
	unsigned int minor;
	const char *name;
	const struct file_ops *fops;
	u32 mode; /* of the node; 0: 0600 */
	struct device device;
	struct list_head node;
};

int misc_register(struct misc_device *misc);
void misc_unregister(struct misc_device *misc);
/* The text of /proc/misc. */
size_t misc_describe(char *buf, size_t size);

#endif
