/*
 * fat_format.h - FAT12, FAT16 and FAT32 as they are on disk. Hardware-like facts only.
 * Source: Microsoft, FAT: General Overview of On-Disk Format 1.03; long names, ibid.
 * Numbers are little-endian and lie at any address: kernel/unaligned.h.
 */
#ifndef FAT_FORMAT_H
#define FAT_FORMAT_H

/* ---- the boot sector: offsets ---- */
#define BOOT_JUMP	     0
#define BOOT_SECTOR_SIZE     11
#define BOOT_CLUSTER_SECTORS 13
#define BOOT_RESERVED	     14
#define BOOT_FATS	     16
#define BOOT_ROOT_ENTRIES    17
#define BOOT_SECTORS_16	     19
#define BOOT_MEDIA	     21
#define BOOT_FAT_SECTORS_16  22
#define BOOT_SECTORS_32	     32
#define BOOT_STATE_16	     37 /* FAT12 and FAT16 */
#define BOOT_EXTENDED_16     38
#define BOOT_FAT_SECTORS_32  36 /* FAT32 from here on */
#define BOOT_FLAGS_32	     40
#define BOOT_VERSION_32	     42
#define BOOT_ROOT_CLUSTER    44
#define BOOT_INFO_SECTOR     48
#define BOOT_STATE_32	     65
#define BOOT_EXTENDED_32     66
#define BOOT_SIZE	     512u

#define BOOT_STATE_DIRTY      1u
#define BOOT_FLAG_NO_MIRROR   0x80u
#define BOOT_FLAG_ACTIVE_MASK 0x0fu
#define BOOT_EXTENDED_OLD     0x28 /* serial number only */
#define BOOT_EXTENDED	      0x29

/* ---- FSInfo of FAT32: offsets ---- */
#define INFO_SIGNATURE	 0
#define INFO_SIGNATURE_2 484
#define INFO_FREE	 488
#define INFO_NEXT	 492
#define INFO_MAGIC	 0x41615252u
#define INFO_MAGIC_2	 0x61417272u
#define INFO_NOT_KNOWN	 0xffffffffu

/* ---- the table ---- */
#define FAT_FIRST_CLUSTER 2u
#define FAT12_MAX	  4084u /* clusters; more is FAT16 */
#define FAT16_MAX	  65524u
#define FAT32_MAX	  0x0ffffff5u
#define FAT_FREE	  0u
/* As fat_get() tells them, whatever the width of the table. */
#define FAT_BAD	       0x0ffffff7u
#define FAT_END	       0x0fffffffu
#define FAT_END_FIRST  0x0ffffff8u
#define FAT32_MASK     0x0fffffffu
#define FAT32_RESERVED 0xf0000000u /* of an entry: kept as they are */

/* ---- directory entries: offsets ---- */
#define ENTRY_SIZE	  32u
#define ENTRY_BITS	  5u
#define ENTRY_NAME	  0
#define ENTRY_ATTR	  11
#define ENTRY_CASE	  12
#define ENTRY_CREATE_10MS 13
#define ENTRY_CREATE_TIME 14
#define ENTRY_CREATE_DATE 16
#define ENTRY_ACCESS_DATE 18
#define ENTRY_CLUSTER_HI  20 /* FAT32 only */
#define ENTRY_TIME	  22
#define ENTRY_DATE	  24
#define ENTRY_CLUSTER_LO  26
#define ENTRY_FILE_SIZE	  28

#define ENTRY_NAME_SIZE 11u
#define ENTRY_LAST	0x00
#define ENTRY_DELETED	0xe5
#define ENTRY_KANJI_E5	0x05 /* stands for 0xe5 as first byte of a name */

#define ATTR_READ_ONLY 0x01
#define ATTR_HIDDEN    0x02
#define ATTR_SYSTEM    0x04
#define ATTR_VOLUME    0x08
#define ATTR_DIRECTORY 0x10
#define ATTR_ARCHIVE   0x20
#define ATTR_LONG_NAME 0x0f
#define ATTR_LONG_MASK 0x3f

#define CASE_LOWER_BASE 0x08
#define CASE_LOWER_EXT	0x10

/* A slot of a long name. */
#define LONG_ORDER	0
#define LONG_CHECKSUM	13
#define LONG_LAST	0x40
#define LONG_ORDER_MASK 0x3f
#define LONG_UNITS	13u /* UTF-16 units in a slot */
#define LONG_SLOTS_MAX	20u
#define LONG_NAME_MAX	255u /* units */

#define DIR_ENTRIES_MAX 65536u /* 2 MB: what DOS and Windows read */
#define FILE_SIZE_MAX	0xffffffffll

#endif
