/*
 * probe.h - fills the model of a machine's disks; looks, and changes nothing.
 *
 * Disks come from /sys/block (no RAM disks, loop devices, floppies or CDs), sizes from BLKGETSIZE64
 * and BLKSSZGET, model and serial number from HDIO_GET_IDENTITY, geometries from it, from the
 * BIOS's fixed-disk tables (/dev/mem) and from the CHS fields of the table; partitions from the
 * kernel's own parsers, linked in; contents from libblkid and, for the names of systems, from their
 * own files, read from the volume without mounting it (FAT, ext2) or not at all. What is in use
 * comes from /proc/mounts, /proc/swaps and /proc/cmdline.
 *
 * Every source may be missing: what is not known stays NULL or 0. A disk that cannot be read is in
 * the model with table_unreadable.
 *
 * Errors: -errno when the machine cannot be looked at at all. Threading: one.
 */
#ifndef INSTALLER_PROBE_H
#define INSTALLER_PROBE_H

#include <installer/plan/disk_model.h>

struct probe_options {
	const char *sys;    /* NULL: "/sys" */
	const char *proc;   /* NULL: "/proc" */
	const char *dev;    /* NULL: "/dev" */
	const char *memory; /* NULL: "/dev/mem"; "": do not look for the BIOS's tables */
};

/* NULL: the usual places. */
int probe_machine(struct machine *machine, const struct probe_options *options);
/* One file or device as a disk. A file's sector size is `sector_size`; 0: 512. */
int probe_path(struct machine *machine, const char *path, uint32_t sector_size);
/* Reads table and contents of a disk again, after the table was written. */
int probe_table_again(struct disk *disk);

#endif
