/*
 * boot_entries.h - menu entries of GRUB for the other systems of a machine. Pure.
 *
 * DOS, Windows and OS/2 are chain-loaded from their partition, which is made to be the first disk's
 * where it is on another one, because they insist on it. Other systems are asked at boot for a
 * configuration of their own (GRUB 2, then GRUB legacy), and are chain-loaded otherwise. Partitions
 * are found by UUID where they have one.
 */
#ifndef INSTALLER_BOOT_ENTRIES_H
#define INSTALLER_BOOT_ENTRIES_H

#include <installer/plan/disk_model.h>

/* Text of a file for /etc/oldiron/boot.d; NULL when there is no other system. The caller frees it.
 */
char *boot_entries(const struct machine *machine, const struct disk *ours,
		   unsigned int root_number);
/* How many other systems there are. */
size_t boot_entries_count(const struct machine *machine, const struct disk *ours,
			  unsigned int root_number);

/* What a person who keeps another loader has to put into it: for GRUB 2 and GRUB legacy. */
char *boot_entry_for_others(const char *root_uuid, const struct disk *disk,
			    unsigned int root_number, const char *kernel_arguments,
			    const char *serial);

#endif
