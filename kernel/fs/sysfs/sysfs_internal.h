/* sysfs_internal.h - between the parts of sysfs. */
#ifndef SYSFS_INTERNAL_H
#define SYSFS_INTERNAL_H

#include "../knode.h"

struct device;

/* The device whose directory it is. */
struct device *sysfs_device_of(const struct knode *dir);
extern const struct file_ops sysfs_bin_fops;
/* A directory for each range of the firmware's memory map, as Linux has it. */
void sysfs_add_memmap(struct knode *dir);

#endif
