/*
 * gap.h - what lies in the sectors between the MBR and the first partition, where core.img would
 * go. Pure.
 *
 * Those sectors belong to nobody and are used by many: boot managers, disk managers, licence keys,
 * RAID controllers. They are overwritten without being asked only when they are empty or hold a
 * loader of a kind that an installation replaces.
 *
 * Units: sectors of 512 bytes, the first one of the gap being sector 1 of the disk.
 * Source: signatures from GRUB 2.06's util/setup.c and grub-core/partmap/msdos.c (facts only), GRUB
 * legacy's stage2/start.S, hardware-notes on disk managers.
 */
#ifndef INSTALLER_GAP_H
#define INSTALLER_GAP_H

#include <stddef.h>
#include <stdint.h>

enum gap_verdict {
	GAP_EMPTY,
	GAP_LOADER,  /* GRUB's, as an earlier installation left it */
	GAP_UNKNOWN, /* only when the person says so */
	GAP_TAKEN,   /* somebody needs it to reach the disk at all: never */
};

struct gap_content {
	enum gap_verdict verdict;
	const char *what; /* "GRUB 2", "licence data of FlexNet", "data that is not known" */
	size_t sector;	  /* of the disk: the first that it is about; 0 when empty */
};

/* `gap` is `sectors` sectors from sector 1 on. What matters most is what is told. */
struct gap_content gap_inspect(const uint8_t *gap, size_t sectors);

#endif
