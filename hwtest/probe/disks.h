/*
 * disks.h - the system's disks and CD drives by name, and where they are: the same subject as the
 * probes give them by the ports ("ide0.0" for hda, or for the sda that hangs there on Linux).
 *
 * By /sys/block, or /proc/partitions where that is not mounted. What is no ATA device has its name
 * as subject. Loop devices, RAM disks, floppies and the like are left out.
 *
 * Source: Linux, Documentation/admin-guide/devices.txt; ABI/testing/sysfs-ata.
 */
#ifndef HWTEST_PROBE_DISKS_H
#define HWTEST_PROBE_DISKS_H

#include <kernel/types.h>

#define DISK_NAME 32u

struct disk_name {
	char name[DISK_NAME];	 /* below /dev */
	char subject[DISK_NAME]; /* "ide0.0", "sata1", or the name */
	bool cd;
};

/* An array for free(); *count of them, in order of the subjects. */
struct disk_name *disks_find(size_t *count);
/* Subject of an hdX: pure. False: another kind of name. */
bool disk_subject_of_ide(const char *name, char subject[DISK_NAME]);
/* A whole disk's name (hda, sdb, sr0, nvme0n1) of those worth looking at: pure. */
bool disk_name_is_disk(const char *name);

#endif
