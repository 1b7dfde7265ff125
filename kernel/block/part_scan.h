/*
 * part_scan.h - what partitions a disk has: MBR with extended partitions, GPT, none.
 *
 * Pure: the only I/O is source.read(), the only memory struct part_scan and a buffer of one sector,
 * both the caller's. Any contents of the disk are safe: the number of reads is bounded
 * (PART_READS_MAX), nothing beyond source.sectors is read, and what is reported lies inside the
 * disk. Nothing is ever written.
 *
 *   struct part_scan *scan = ...;              about 3.5 KB: not for a kernel stack
 *   scan->source = (struct part_source){ ... };
 *   scan->found = fn;
 *   part_scan(scan);                           fn(scan->arg, entry) for each partition
 *   scan->scheme, scan->problems, ...
 *
 * Units: what is read counts in the medium's own sectors (source.sector_size), what is reported in
 * sectors of 512 bytes. Both are 64-bit.
 * Sources: UEFI specification 2.10, chapter 5; hardware notes, chapter 6; numbers and names of
 * partitions are those of Linux.
 */
#ifndef BLOCK_PART_SCAN_H
#define BLOCK_PART_SCAN_H

#include <kernel/types.h>

#define PART_SECTOR_MAX	  4096u
#define PART_NUMBER_MAX	  255u
#define PART_ARRAY_MAX	  (1u << 20) /* bytes of a GPT's array of entries */
#define PART_READS_MAX	  (4u * PART_ARRAY_MAX / 512u + 1100u)
#define PART_NAME_SIZE	  112u /* 36 UTF-16 units as UTF-8, NUL */
#define PART_RANGES_MAX	  128u /* partitions that are compared for overlaps */
#define PART_UUID_SIZE	  37u
#define PART_SECTOR_UNITS 512u

struct part_source {
	/* One sector into `sector`; 0 or -errno. */
	int (*read)(void *ctx, u64 lba, void *sector);
	void *ctx;
	u64 sectors;	 /* of sector_size */
	u32 sector_size; /* 512, 1024, 2048 or 4096 */
	void *buffer;	 /* sector_size bytes */
};

struct part_entry {
	unsigned int number;
	u64 start, count;	   /* 512 bytes; count > 0, inside the disk */
	u8 mbr_type;		   /* 0 for a GPT */
	u8 type_guid[16];	   /* as on the disk; zero for an MBR */
	char type[PART_UUID_SIZE]; /* "0x83", or the GUID's text */
	char name[PART_NAME_SIZE]; /* GPT: UTF-8; else empty */
	char uuid[PART_UUID_SIZE]; /* PARTUUID: "0123abcd-05", or the GUID's text in lower case */
	u32 flags;		   /* PART_* */
	u64 attributes;		   /* GPT's, as on the disk */
	u64 container_sectors;	   /* PART_CONTAINER: its real size; count is what is shown of it */
};
#define PART_ACTIVE    1u  /* MBR: flag 80; GPT: legacy BIOS bootable */
#define PART_READONLY  2u  /* must not be written: a disk manager is in the way */
#define PART_CONTAINER 4u  /* an extended partition: only its first sectors are shown */
#define PART_LOGICAL   8u  /* inside a container */
#define PART_CLIPPED   16u /* its table entry goes beyond the end of the disk */

enum part_scheme {
	PART_SCHEME_NONE,
	PART_SCHEME_SUPERFLOPPY, /* one file system from sector 0 */
	PART_SCHEME_MBR,
	PART_SCHEME_GPT,
	PART_SCHEME_GPT_BACKUP, /* the primary is damaged */
	PART_SCHEME_HYBRID,	/* GPT is used; the MBR names partitions of its own */
};

/* Problems; part_problem_text() says each in words. */
#define PART_BAD_READ		(1u << 0) /* a sector could not be read */
#define PART_BAD_BEYOND_END	(1u << 1)
#define PART_BAD_CLIPPED	(1u << 2)
#define PART_BAD_OVERLAP	(1u << 3)
#define PART_BAD_NO_ACTIVE	(1u << 4)
#define PART_BAD_MANY_ACTIVE	(1u << 5)
#define PART_BAD_SECTOR_0	(1u << 6)
#define PART_BAD_COVERS_TABLE	(1u << 7)
#define PART_BAD_EBR_LOOP	(1u << 8)
#define PART_BAD_EBR_OUTSIDE	(1u << 9)
#define PART_BAD_EBR_SIGNATURE	(1u << 10)
#define PART_BAD_EBR_LONG	(1u << 11)
#define PART_BAD_LOGICAL	(1u << 12) /* a logical partition leaves its container */
#define PART_BAD_TWO_EXTENDED	(1u << 13)
#define PART_BAD_MANAGER	(1u << 14) /* a disk manager's layout */
#define PART_BAD_MANY		(1u << 15) /* more than PART_NUMBER_MAX */
#define PART_BAD_GPT_HEADER	(1u << 16)
#define PART_BAD_GPT_ARRAY	(1u << 17)
#define PART_BAD_GPT_NONE	(1u << 18) /* protective MBR, but neither GPT is usable */
#define PART_BAD_GPT_BACKUP	(1u << 19)
#define PART_BAD_GPT_DIFFER	(1u << 20)
#define PART_BAD_GPT_NOT_AT_END (1u << 21)
#define PART_BAD_GPT_ENTRY	(1u << 22)
#define PART_BAD_GPT_STALE	(1u << 23) /* a GPT that the MBR does not protect: not used */
#define PART_BAD_GPT_HYBRID	(1u << 24)
#define PART_BAD_SECTOR_SIZE	(1u << 25)
#define PART_BAD_COUNT		26u

struct part_range {
	u64 start, end; /* 512 bytes */
};

struct part_scan {
	struct part_source source;
	void (*found)(void *arg, const struct part_entry *entry);
	void *arg;
	/* the result */
	enum part_scheme scheme;
	u32 problems; /* PART_BAD_* */
	unsigned int count;
	u32 disk_signature;		/* MBR's, 0 without one */
	char disk_uuid[PART_UUID_SIZE]; /* "0123abcd", a GUID, or empty */
	const char *contents;		/* superfloppy: "fat", "ntfs", "exfat" */
	/* the parsers' own */
	unsigned int reads, ranges_used;
	unsigned int compare_from; /* first range that overlaps matter with */
	struct part_range ranges[PART_RANGES_MAX];
	unsigned int ebrs_used;
	u32 ebrs[PART_NUMBER_MAX]; /* of the chain so far, relative to its container */
	struct part_entry entry;   /* being reported */
};

/* 0; -EINVAL for a sector size that is none of the four; else what reading sector 0 answered. */
int part_scan(struct part_scan *scan);
/* One bit of problems in words, without a full stop. */
const char *part_problem_text(u32 problem);
const char *part_scheme_name(enum part_scheme scheme);

/* ---- for the parsers ---- */
/* Sector `lba` into source.buffer; NULL and PART_BAD_READ when it cannot be had. */
const u8 *part_read(struct part_scan *scan, u64 lba);
/* Cleared, for the caller to fill in and give to part_report(). */
struct part_entry *part_entry_new(struct part_scan *scan);
/*
 * scan->entry with start and count in logical sectors: makes units of 512 bytes of them, cuts at
 * the disk's end, looks for overlaps, and reports it. False: not reported (outside, empty).
 */
bool part_report(struct part_scan *scan);
/* 16 bytes as on the disk (the first three groups little endian) as 36 characters and NUL. */
void part_guid_text(char *out, const u8 *guid);

#endif
