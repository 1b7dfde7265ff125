/*
 * gpt.h - the GUID partition table: header and entries at the disk's start, a copy at its end.
 * Pure; part_scan.h says how it is used. The entries are read a sector at a time, once for their
 * checksum and once to be reported. Source: UEFI specification 2.10, 5.3.
 */
#ifndef BLOCK_GPT_H
#define BLOCK_GPT_H

#include "part_scan.h"

struct gpt_header {
	u64 my_lba, alternate_lba, first_usable, last_usable, entries_lba;
	u32 entries, entry_size, array_crc;
	u8 disk_guid[16];
};

/* Is `sector` (of sector_size bytes, read from lba) an intact header that fits the disk? */
bool gpt_header_decode(struct gpt_header *header, const u8 *sector, u32 sector_size, u64 lba,
		       u64 disk_sectors);
/* PART_SCHEME_GPT, GPT_BACKUP, or NONE when neither copy is intact; partitions are reported. */
enum part_scheme gpt_scan(struct part_scan *scan);
/* Is there an intact primary header? */
bool gpt_is_present(struct part_scan *scan);

#endif
