/*
 * bios_disk.h - what the BIOS believes of its first two disks: their fixed disk parameter tables,
 * as the ATA probe noted them. Pure.
 *
 * Source: IBM PC/AT technical reference (INT 41h and 46h); Phoenix, Enhanced Disk Drive
 * Specification 1.1, 5.2 (translated tables: the signature in byte 3, what the drive has behind
 * it).
 */
#ifndef HWTEST_RULES_BIOS_DISK_H
#define HWTEST_RULES_BIOS_DISK_H

#include "../report/facts.h"
#include <kernel/types.h>

#define BIOS_DISKS 2u

struct bios_disk {
	/* As programs see it through the BIOS. */
	u32 cylinders, heads, track;
	/* As the drive is driven; the same without translation. */
	bool translated;
	u32 drive_heads, drive_track;
};

/* Number 0 or 1. False: there is no table, or one that no disk has. */
bool bios_disk_get(const struct facts *facts, unsigned int number, struct bios_disk *b);
u64 bios_disk_sectors(const struct bios_disk *b);
/* The subject of the disk that it should be: the BIOS counts as the channels are. NULL: none. */
const char *bios_disk_subject(const struct facts *facts, unsigned int number);

#endif
