/*
 * grub_place.h - GRUB 2 for PC BIOSes into sectors: what grub-bios-setup does, as a pure function.
 *
 * boot.img becomes the boot sector of a disk or a partition, core.img (made by grub-mkimage) lies
 * in sectors that the caller names: the gap behind the MBR, a BIOS boot partition, or the blocks of
 * a file. Nothing is written here; the caller has the sectors before it starts, and puts the boot
 * sector last.
 *
 * What the boot sector held and keeps: the BIOS parameter block; of a disk also the disk signature
 * and the partition table. What is put in: where core.img's first sector lies; "boot from the drive
 * that the BIOS names"; and, as for every hard disk, no check of that drive's number, because some
 * BIOSes say 00 or 01 for a hard disk. core.img's first sector gets the list of the others' places,
 * at its end and growing downwards.
 *
 * Units: sectors of 512 bytes, counted from the start of the disk; GRUB boots from no others.
 * Errors: -EINVAL, the images are none of GRUB's; -ENOSPC, too few sectors; -E2BIG, they lie in too
 * many pieces. Source: GRUB 2.06, include/grub/i386/pc/boot.h (offsets) and the output of its
 * grub-bios-setup, which test/grub_place_test.c is compared with byte for byte (make grub-compare).
 */
#ifndef INSTALLER_GRUB_PLACE_H
#define INSTALLER_GRUB_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRUB_SECTOR 512u

struct grub_images {
	const uint8_t *boot; /* boot.img: one sector */
	size_t boot_bytes;
	const uint8_t *core; /* core.img */
	size_t core_bytes;
};

struct grub_target {
	const uint8_t *old_boot;  /* the boot sector as it is now */
	bool whole_disk;	  /* it is an MBR, not a partition's */
	const uint64_t *core_lba; /* where core.img's sectors go, in order */
	size_t core_sectors;	  /* at least grub_core_sectors() */
};

/* How many sectors core.img takes. */
size_t grub_core_sectors(const struct grub_images *images);

/*
 * `boot` gets the boot sector, `core` grub_core_sectors() sectors. On error neither is to be used.
 */
int grub_place(const struct grub_images *images, const struct grub_target *target,
	       uint8_t boot[GRUB_SECTOR], uint8_t *core);
/*
 * Is that what these sectors hold? target->old_boot is the boot sector as it is, `core_now` what
 * lies at core_lba: grub_core_sectors() of them. False also for images that cannot be placed.
 */
bool grub_is_placed(const struct grub_images *images, const struct grub_target *target,
		    const uint8_t *core_now);

#endif
