/*
 * make_fs.h - file systems and swap areas on the partitions of a plan, by mke2fs and mkswap.
 *
 * Before anything is run, the partition's start and length as the kernel has them are compared with
 * the plan: a device that is not the planned stretch of the disk is never formatted. Options for
 * mke2fs suit old disks and machines: ext2, 1 KB blocks below 512 MB (mke2fs's own choice, made
 * explicit), 128-byte inodes below 2 GB, 1 % kept for root, hashed directories.
 *
 * Errors: complaints that the caller frees.
 */
#ifndef INSTALLER_MAKE_FS_H
#define INSTALLER_MAKE_FS_H

#include <installer/plan/disk_plan.h>

#define UUID_TEXT 37

/* The partition that the kernel calls `device` ("hda5") is where the plan has it. `sys` is "/sys".
 */
char *partition_agrees(const char *sys, const char *device, const struct disk_plan *plan,
		       const struct plan_part *part);
/* Arguments for mke2fs, ended by NULL; free_arguments() takes them back. Pure. */
char **mke2fs_arguments(const struct disk_plan *plan, const struct plan_part *part,
			const char *device, const char *uuid);
void free_arguments(char **arguments);

/* A random UUID, version 4, as text. False when there is no randomness. */
bool make_uuid(char uuid[UUID_TEXT]);
/* Waits until the kernel shows the part's device after a new table, and makes what its role wants.
 */
char *make_file_system(const struct disk_plan *plan, const struct plan_part *part,
		       const char *uuid);
/* A swap file of so many bytes, without holes. */
char *make_swap_file(const char *path, uint64_t bytes);

#endif
