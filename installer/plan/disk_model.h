/*
 * disk_model.h - what a machine's disks hold, as data: the whole input of a plan.
 *
 * Pure: no I/O. probe/ fills it from a machine or an image file, tests by hand. The model owns all
 * its arrays and strings (machine_free() gives everything back); strings are UTF-8, NULL where
 * nothing is known. Arrays grow, there is no largest number of anything.
 *
 * Use: m = {0}; d = machine_add_disk(&m); ... p = disk_add_partition(d); ...
 * disk_find_free(d). A pointer to a disk or partition is good until the next one is added.
 *
 * Units: positions and lengths are in the disk's logical sectors (sector_size bytes) unless the
 * name says bytes. Errors: NULL or -ENOMEM when memory is short. Threading: the caller's.
 */
#ifndef INSTALLER_DISK_MODEL_H
#define INSTALLER_DISK_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GUID_BYTES   16u
#define PLAN_MIB     (1024u * 1024u)
#define SECTORS_NONE 0u

struct geometry {
	uint32_t cylinders, heads, sectors; /* heads or sectors 0: unknown */
};

enum table_kind {
	TABLE_NONE,	   /* nothing that is known: an empty disk, or unknown data from sector 0 */
	TABLE_MBR,	   /* stale_gpt may be set beside it */
	TABLE_GPT,	   /* a GPT; TROUBLE_GPT_DAMAGED: only one copy is whole */
	TABLE_HYBRID,	   /* a GPT, and an MBR with partitions of its own: never edited */
	TABLE_SUPERFLOPPY, /* one file system from sector 0 */
	TABLE_BROKEN,	   /* table_reason says why; never edited, may be replaced */
};

enum partition_kind {
	PARTITION_PRIMARY,
	PARTITION_EXTENDED,
	PARTITION_LOGICAL,
	PARTITION_GPT,
};

enum partition_use {
	USE_NONE,
	USE_MOUNTED, /* used_where: the mount point */
	USE_SWAP,
	USE_MEDIUM, /* the installer's own medium, or its root */
	USE_OTHER,  /* held by something else: used_where says by what */
};

/* What is on a volume. */
struct volume {
	char *file_system;    /* "ext2", "vfat", "swap", ... */
	char *label, *uuid;   /* as blkid shows them */
	char *os;	      /* in words: "MS-DOS 6.22", "Debian GNU/Linux 12"; NULL: none found */
	uint64_t used_bytes;  /* as far as known, else 0 */
	uint64_t fs_sectors;  /* length of the file system, where it says so (ext2); else 0 */
	uint64_t boot_sector; /* checksum of the first sector, for the reader of a log; 0: not read
			       */
};

struct partition {
	unsigned int number; /* hda5: 5 */
	char *device;	     /* "hda5"; NULL when it has none */
	enum partition_kind kind;
	uint64_t start, count;
	uint8_t type;		       /* MBR's type byte; 0 with a GPT */
	uint8_t type_guid[GUID_BYTES]; /* GPT: as on the disk */
	uint8_t guid[GUID_BYTES];
	bool active;	    /* MBR flag 80, GPT legacy BIOS bootable */
	char *name;	    /* GPT */
	bool clipped;	    /* its entry goes past the disk's end */
	bool locked;	    /* behind a disk manager: must not be written */
	bool mid_track;	    /* the CHS start of its entry is not the beginning of a track (MBR) */
	uint64_t table_lba; /* the sector whose table names it: 0, its EBR, or the GPT's entry */
	struct volume volume;
	enum partition_use use;
	char *used_where;
};

/* A stretch without partition where one can be made. Tables' own sectors are left out. */
struct free_region {
	uint64_t start, count;
	bool logical; /* inside the extended partition: its EBR needs a sector of it too */
};

/* What is wrong with a table. Any of the first group: it must not be edited. */
#define TROUBLE_OVERLAP	     (1u << 0) /* partitions overlap */
#define TROUBLE_EBR_LOOP     (1u << 1)
#define TROUBLE_EBR_CHAIN    (1u << 2) /* the chain of logical partitions is damaged */
#define TROUBLE_TWO_EXTENDED (1u << 3)
#define TROUBLE_MANAGER	     (1u << 4) /* EZ-Drive, Disk Manager */
#define TROUBLE_HIDDEN	     (1u << 5) /* an entry that cannot be is left out of the model */
#define TROUBLE_COVERS	     (1u << 6) /* a partition covers the table */
#define TROUBLE_GPT_DAMAGED  (1u << 7) /* one copy is bad, or they differ */
#define TROUBLE_NO_EDIT	     0xFFu
#define TROUBLE_CLIPPED	     (1u << 8)
#define TROUBLE_MANY_ACTIVE  (1u << 9)
#define TROUBLE_GPT_MOVED    (1u << 10) /* the backup is not at the disk's end */

struct gpt_place {
	uint64_t header, alternate, entries, alternate_entries; /* 0: that copy is not there */
	uint64_t first_usable, last_usable;
	uint32_t slots, entry_size;
	uint8_t disk_guid[GUID_BYTES];
};

struct disk {
	/* what it is */
	char *name; /* "hda"; of an image: the file's name */
	char *path; /* "/dev/hda" */
	char *model, *serial, *firmware;
	char *position; /* in words: "IDE, primary master"; also what an answer file may name */
	uint64_t sectors;
	uint32_t sector_size; /* 512, 1024, 2048 or 4096 */
	bool removable, read_only, is_file;
	unsigned int bios_number; /* 0x80..; 0: not known */
	/* three opinions on its geometry; table: as the CHS fields of its entries have it */
	struct geometry identify, bios, table;
	/* what is on it */
	enum table_kind kind;
	char *table_reason;    /* TABLE_BROKEN, or what else is wrong with the table; else NULL */
	uint32_t troubles;     /* TROUBLE_* */
	uint32_t signature;    /* MBR's disk signature */
	bool stale_gpt;	       /* an intact GPT that the MBR does not announce */
	bool boot_code;	       /* the MBR's code area is not empty */
	char *boot_code_name;  /* "GRUB", "Windows", ...; NULL: none or unknown */
	bool table_unreadable; /* a sector of a table gave an error: bad_lba */
	uint64_t bad_lba;
	struct gpt_place gpt;
	struct partition *partition;
	size_t partitions;
	uint64_t *ebr; /* the chain of extended tables, in its order */
	size_t ebrs;
	struct free_region *region;
	size_t regions;
	struct volume volume;	/* superfloppy: what is on the whole disk */
	enum partition_use use; /* of the whole-disk device itself */
	char *used_where;
};

struct machine {
	struct disk *disk;
	size_t disks;
};

struct disk *machine_add_disk(struct machine *machine);	 /* cleared; NULL */
struct partition *disk_add_partition(struct disk *disk); /* cleared; NULL */
int disk_add_ebr(struct disk *disk, uint64_t lba);	 /* -ENOMEM */
void machine_free(struct machine *machine);
/* Replaces *to by a copy (NULL: by nothing). Control characters become '?'. -ENOMEM. */
int model_set(char **to, const char *text);

/* Sorts partitions by start and fills disk->region from them. -ENOMEM. */
int disk_find_free(struct disk *disk);

struct partition *disk_partition(const struct disk *disk, unsigned int number); /* or NULL */
const struct partition *disk_extended(const struct disk *disk);			/* or NULL */
static inline uint64_t partition_end(const struct partition *p)
{
	return p->start + p->count;
}
static inline uint64_t disk_bytes(const struct disk *disk, uint64_t sectors)
{
	return sectors * disk->sector_size;
}
bool partition_type_is_extended(uint8_t type);
/* The geometry by which cylinders are counted: table's, else the BIOS's, IDENTIFY's, 255/63. */
struct geometry disk_geometry(const struct disk *disk);
/* Is the disk itself or one of its partitions in use? NULL, or the one (the disk: its use). */
bool disk_in_use(const struct disk *disk, enum partition_use *use, const char **where);

/* How a disk is named by a person: every field that is not NULL must fit. */
struct disk_choice {
	const char *model, *serial, *position, *name;
};
/* 0 and *found; -ENODEV: none fits; -ENOTUNIQ: several do; -EINVAL: nothing was named. */
int machine_choose(const struct machine *machine, const struct disk_choice *choice,
		   const struct disk **found);

/* 16 bytes as on the disk to text, 36 characters and NUL. */
#define GUID_TEXT 37u
void guid_text(char out[GUID_TEXT], const uint8_t guid[GUID_BYTES]);

#endif
