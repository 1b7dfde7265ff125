/*
 * disk_internal.h - disks and their partitions, between the files of kernel/block and the block
 * devices made of them (kernel/fs/bdev).
 */
#ifndef DISK_INTERNAL_H
#define DISK_INTERNAL_H

#include "block_internal.h"
#include <kernel/partition.h>

#define MAJOR_EXTENDED 259u /* numbers of partitions beyond disk.minors, as Linux */

/* ---- sysfs.c ---- */
extern const struct device_attribute *const disk_class_attributes[],
	*const disk_attributes[], *const disk_queue_attributes[], *const partition_attributes[];
/* What the uevent file has besides. */
size_t disk_uevent(struct device *dev, char *buf, size_t size);
size_t partition_uevent(struct device *dev, char *buf, size_t size);

/* ---- partition.c; part_lock held where the name does not say otherwise ---- */
bool partition_has_number(struct disk *disk, u32 devnum); /* takes part_lock */
void partitions_read(struct disk *disk);		  /* takes part_lock */
void partitions_drop(struct disk *disk);

#endif
