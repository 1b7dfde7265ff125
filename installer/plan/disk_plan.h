/*
 * disk_plan.h - from what a person chose to what will be written, sector by sector.
 *
 * Pure. plan_make() turns a model and a request into a plan, or into findings that say in words why
 * not; nothing of the model changes. A plan that was made has been checked (plan_check.h) and names
 *   - the partitions of the new system, new or existing (plan->part),
 *   - the entries that go (plan->deleted),
 *   - everything that may be written, as ranges with the step and the reason (plan->range): the
 *     input of write/guarded_disk.h. What lies in none of them is never written.
 *   - the range at the end of the root partition that is kept for the undo record.
 * A plan can be turned into bytes and back (the undo record carries it), so that a run that was cut
 * off goes on with the same plan although the disk has changed.
 *
 * Units: logical sectors of the disk, bytes where the name says so.
 * Errors: -EINVAL (a finding of severity FINDING_ERROR says why), -ENOMEM.
 */
#ifndef INSTALLER_DISK_PLAN_H
#define INSTALLER_DISK_PLAN_H

#include "disk_model.h"

struct findings;

/* ---- what is asked for ---- */
enum plan_place {
	PLACE_WHOLE_DISK, /* a new table; everything on the disk is lost */
	PLACE_FREE,	  /* new partitions in one free region */
	PLACE_PARTITION,  /* an existing partition becomes the root; the table stays */
	PLACE_BY_HAND,	  /* existing partitions, each assigned; the table stays */
};
enum plan_align {
	ALIGN_MIB,
	ALIGN_CYLINDER
};
enum plan_loader {
	LOADER_MBR,
	LOADER_PARTITION,
	LOADER_NONE
};

struct plan_assign {
	unsigned int number;
	const char *mount_point; /* "/", "/home", "swap", ... */
	bool format;		 /* false: what is on it is kept */
};

struct plan_request {
	struct disk_choice disk;
	enum plan_place place;
	bool gpt;	       /* whole disk: GPT, not MBR; also for an empty disk's free space */
	uint64_t region_start; /* PLACE_FREE: where the region starts; 0: the largest */
	uint64_t region_bytes; /* PLACE_FREE: how much of it; 0: all */
	unsigned int number;   /* PLACE_PARTITION */
	const struct plan_assign *assign; /* PLACE_BY_HAND */
	size_t assigns;
	enum plan_align align;
	uint64_t swap_bytes; /* 0: none. A partition where partitions are made, else a file */
	bool separate_home;
	uint64_t root_bytes; /* with a separate /home: size of the root; 0: half, at least what is
				needed */
	enum plan_loader loader;
	bool set_active; /* mark the root (or its extended partition) active instead of keeping the
			    flag */
	bool want_logical; /* PLACE_FREE: prefer logical partitions where both can be made */
	/* what the new system needs */
	uint64_t needed_bytes; /* of the root file system */
	uint64_t core_bytes;   /* of the loader's core.img; 0: unknown, 64 KB are reckoned with */
	uint8_t seed[32];      /* random: GUIDs and a new disk signature are made from it */
	bool keep_root;	       /* upgrade: by hand, "/" is not formatted and that is meant */
};

/* ---- the plan ---- */
enum plan_role {
	ROLE_ROOT,
	ROLE_HOME,
	ROLE_SWAP,
	ROLE_BIOS_BOOT,
	ROLE_EXTENDED,
	ROLE_OTHER
};

/* The order in which a disk is written; the numbers are the journal's. */
enum plan_step {
	STEP_UNDO,	   /* the record of what was there */
	STEP_TABLE,	   /* EBRs, GPTs, last the sector that makes them visible */
	STEP_FILE_SYSTEMS, /* mke2fs, mkswap */
	STEP_FILES,	   /* copying, verified */
	STEP_CONFIGURE,	   /* configuration, users, the loader's files */
	STEP_LOADER,	   /* core.img in its place */
	STEP_SWITCH,	   /* the loader's one visible sector */
	PLAN_STEPS
};

struct plan_part {
	enum plan_role role;
	char *mount_point;   /* "/", "/home", ...; NULL for those that are not mounted */
	unsigned int number; /* as it will be: hda5 is 5 */
	enum partition_kind kind;
	bool is_new; /* its table entry is made by the plan */
	bool format; /* its contents are lost: a file system or swap area is made */
	bool active;
	uint64_t start, count;
	uint64_t fs_sectors; /* what mke2fs is told: count without the undo range */
	uint64_t ebr;	     /* logical and new: the sector of its own table; else 0 */
	uint8_t type;
	uint8_t type_guid[GUID_BYTES], guid[GUID_BYTES];
};

struct plan_deletion {
	unsigned int number;
	enum partition_kind kind;
	uint64_t start, count;
};

struct plan_range {
	uint64_t start, count;
	enum plan_step step;
	bool outside; /* not inside a partition of the plan: shown at the consent */
	char *reason; /* "the partition table (MBR)" */
};

struct disk_plan {
	/* the disk, as it must still be when it is written */
	char *disk_path, *disk_model, *disk_serial;
	uint64_t disk_sectors;
	uint32_t sector_size;
	struct geometry geometry; /* by which CHS fields of new entries are made */
	/* the table */
	bool new_table;	  /* all old entries go */
	bool gpt;	  /* the disk has (or gets) a GPT */
	bool edit;	  /* the table changes at all */
	bool wipe_gpt;	  /* an old GPT's headers are cleared: the new table is an MBR */
	bool wipe_backup; /* ... and so is one at the disk's end */
	bool set_active;  /* the active flag moves to `active_number` */
	unsigned int active_number;
	uint32_t new_signature; /* a new table's disk signature */
	uint8_t new_disk_guid[GUID_BYTES];
	struct gpt_place gpt_place; /* where the GPT is, or will be */
	struct plan_part *part;
	size_t parts;
	struct plan_deletion *deleted;
	size_t deletions;
	struct plan_range *range;
	size_t ranges;
	uint64_t swap_file_bytes; /* swap as a file in the root; 0: none */
	/* the loader */
	enum plan_loader loader;
	bool core_in_gap;		/* core.img goes to core_start, not into a file */
	uint64_t core_start, core_room; /* the gap or the BIOS boot partition; room 0: none */
	/* the undo record's range, at the root partition's end; count 0: must be kept elsewhere */
	uint64_t undo_start, undo_count;
	/* sectors whose old content the record keeps, sorted, none twice; reads that fail are left
	 * out */
	struct plan_range *save;
	size_t saves;
	uint8_t hash[32]; /* SHA-256 of plan_serialize() */
};

/* 0, or -EINVAL, -ENOMEM. `plan` is overwritten; on error it is empty. Findings are added. */
int plan_make(const struct machine *machine, const struct plan_request *request,
	      struct disk_plan *plan, struct findings *findings);
void plan_free(struct disk_plan *plan);

const struct plan_part *plan_find(const struct disk_plan *plan, enum plan_role role); /* or NULL */
/* A GPT's BIOS boot partition, or NULL. */
const struct partition *disk_bios_boot(const struct disk *disk);
/* "/dev/hda5" of a part; `out` of `size` bytes. A disk whose name ends in a digit gets a 'p'. */
void plan_part_path(const struct disk_plan *plan, const struct plan_part *part, char *out,
		    size_t size);

/* As bytes, the same on every machine; *data is malloc()ed. The hash is not part of them. */
int plan_serialize(const struct disk_plan *plan, uint8_t **data, size_t *size);
/* -EINVAL for anything that plan_serialize() did not write. Fills in the hash. */
int plan_parse(struct disk_plan *plan, const uint8_t *data, size_t size);

extern const char *const plan_step_text[PLAN_STEPS]; /* "write the partition table" */
extern const char *const plan_role_text[];	     /* "root", "home", "swap", ... */

/* GUIDs of types, as on the disk. */
extern const uint8_t guid_linux_data[GUID_BYTES], guid_linux_swap[GUID_BYTES],
	guid_bios_boot[GUID_BYTES];

#endif
