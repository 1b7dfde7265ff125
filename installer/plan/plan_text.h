/*
 * plan_text.h - what a person reads before anything is written.
 *
 * Pure. Each function answers a malloc()ed text of lines of at most 80 columns (or NULL when memory
 * is short); ui/ shows it, --dry-run prints it, the log keeps it.
 */
#ifndef INSTALLER_PLAN_TEXT_H
#define INSTALLER_PLAN_TEXT_H

#include "plan_check.h"

#define PLAN_COLUMNS 80

/* Every disk with its partitions; with a plan: which are kept, changed and LOST, and what is
 * written outside new partitions. `plan` may be NULL: the machine alone. */
char *plan_consent_text(const struct machine *machine, const struct disk_plan *plan);
/* Every step in order, each range of sectors it may write, and the findings. */
char *plan_dry_run_text(const struct machine *machine, const struct disk_plan *plan,
			const struct findings *findings);
char *findings_text(const struct findings *findings);
/* "3.2 GB", "504 MB", "17 KB": powers of ten, as disks are sold. Returns out. */
#define SIZE_TEXT 24u
char *size_text(char out[SIZE_TEXT], uint64_t bytes);
/* One line: "hda  QUANTUM FIREBALL, serial 1234, 3.2 GB, IDE, primary master"; malloc()ed. */
char *disk_title(const struct disk *disk);
/* One line on a partition's contents: "FAT16 \"DOS\", MS-DOS 6.22, mounted at /mnt"; malloc()ed. */
char *partition_contents_text(const struct disk *disk, const struct partition *p);

#endif
