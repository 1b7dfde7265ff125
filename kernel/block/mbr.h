/*
 * mbr.h - the PC's partition table in sector 0 and its chain of extended tables. Pure; part_scan.h
 * says how it is used. Sources: hardware notes 6.1; the numbering is Linux's.
 */
#ifndef BLOCK_MBR_H
#define BLOCK_MBR_H

#include "part_scan.h"

#define MBR_SLOTS 4u

#define MBR_TYPE_EMPTY	    0x00
#define MBR_TYPE_EXTENDED   0x05
#define MBR_TYPE_EXTENDED_L 0x0F /* by LBA: Windows 95 */
#define MBR_TYPE_DM_AUX1    0x51
#define MBR_TYPE_DM_AUX3    0x53
#define MBR_TYPE_DM_DDO	    0x54 /* Disk Manager 6: everything is 63 sectors further on */
#define MBR_TYPE_EZ_DRIVE   0x55 /* the real table is in sector 1 */
#define MBR_TYPE_EXTENDED_X 0x85 /* Linux */
#define MBR_TYPE_GPT	    0xEE

struct mbr_slot {
	u8 flag, type;
	u32 start, count; /* logical sectors */
};

enum mbr_kind {
	MBR_NONE,	 /* not signed */
	MBR_UNKNOWN,	 /* signed, but no table and no known file system */
	MBR_FILE_SYSTEM, /* the boot sector of one */
	MBR_TABLE,	 /* perhaps with no partitions */
	MBR_PROTECTIVE,	 /* a GPT's */
	MBR_HYBRID,	 /* the same, with other partitions beside */
};

struct mbr_table {
	enum mbr_kind kind;
	u32 signature;
	struct mbr_slot slot[MBR_SLOTS];
	const char *file_system; /* "fat", "ntfs", "exfat" */
};

/* What a sector 0 (its first 512 bytes) of a disk with so many sectors is; also table->kind. */
enum mbr_kind mbr_decode(struct mbr_table *table, const u8 *sector, u64 disk_sectors);
bool mbr_type_is_extended(u8 type);
/* Reports a table's partitions and those of its chains. Uses source.buffer. */
void mbr_scan(struct part_scan *scan, const struct mbr_table *table);

#endif
