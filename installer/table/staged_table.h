/*
 * staged_table.h - the new partition table as bytes, made and judged before anything is written.
 *
 * The sectors that hold tables (MBR, EBRs, both GPTs, and what the plan may write beside them) are
 * read into a sparse copy. staged_apply() changes in it exactly the bytes that the plan's entries
 * need: 16 of a slot, 128 of a GPT's entry and the checksums, a link of the EBR chain. Everything
 * else stays as it was read: boot code, disk signature, CHS fields and flags of other entries.
 * staged_judge() then has the copy read by two strangers, the kernel's own parser and libparted:
 * each must see every foreign partition as before and the plan's as planned. What differs from the
 * disk is what will be written: staged_write() does that in the order in which a power cut does
 * least harm.
 *
 * Units: logical sectors. Errors: -errno; findings say more.
 */
#ifndef INSTALLER_STAGED_TABLE_H
#define INSTALLER_STAGED_TABLE_H

#include <installer/plan/plan_check.h>
#include <installer/write/undo.h>

struct staged_sector {
	uint64_t lba;
	uint8_t *was, *is;  /* sector_size bytes each */
	unsigned int order; /* of writing: lower first */
	bool changed;
};

struct staged_table {
	uint64_t sectors;
	uint32_t sector_size;
	struct staged_sector *sector; /* sorted by lba */
	size_t count;
};

/* Reads the sectors of the disk's tables and those that the plan's ranges of STEP_TABLE name. */
int staged_read(struct staged_table *table, const struct disk *disk, const struct disk_plan *plan,
		const struct disk_io *io);
void staged_free(struct staged_table *table);
/* The plan's entries into the copy. */
int staged_apply(struct staged_table *table, const struct disk *disk, const struct disk_plan *plan,
		 struct findings *findings);
/* Only bytes that the plan may change have changed. Pure. */
int staged_check_bytes(const struct staged_table *table, const struct disk *disk,
		       const struct disk_plan *plan, struct findings *findings);
/* By the kernel's own parser, over the copy alone. */
int staged_judge_kernel(const struct staged_table *table, const struct disk *disk,
			const struct disk_plan *plan, struct findings *findings);
/* By that, and by libparted over sparse files in `folder` (a tmpfs). Of a table that libparted
 * could not read before it is not asked after. */
int staged_judge(const struct staged_table *table, const struct disk *disk,
		 const struct disk_plan *plan, const char *folder, struct findings *findings);
/* Tells the undo record what will stand where. */
int staged_expect(const struct staged_table *table, struct undo_record *record);
/* What changed, in its order, through the guard; committed (flushed, read back) group by group. */
int staged_write(const struct staged_table *table, struct guarded_disk *disk);

#endif
