/*
 * undo.h - the record of what stood where the installer writes, and its way back.
 *
 * The record lies in the plan's undo range (the end of the root partition), and, where the person
 * named a floppy, a second disk or a file, there as well. Its sectors, from the range's start:
 *
 *   0          header: magic, sizes, time, hashes
 *   1 .. J     journal (journal.h), zero at first
 *   1 + J ..   body: extents with a hash of each sector's new content where it is known, the plan
 *              (plan_serialize()), notes, the saved sectors
 *
 * The header is written last, so that a record that is found is whole; its hash covers header and
 * body. The journal's sectors carry checksums of their own. Everything counts in the disk's
 * sectors, also in a copy on a floppy.
 *
 * Putting back: what was cleared, the sector that makes the new table visible, the other tables,
 * last the sectors where new EBRs were. Every sector whose new content is known (all of tables)
 * must hold that or what was saved; a disk whose tables somebody else has changed since is refused.
 * Of sector 0 only the table counts for this, not the code. A run that was cut off can be repeated:
 * the record stays until the end.
 *
 * Errors: -ENOENT no record, -EBADMSG damaged, -EXDEV of another disk, -ESTALE changed since,
 * -EALREADY put back before, -ENOSPC does not fit its range. Threading: one.
 */
#ifndef INSTALLER_UNDO_H
#define INSTALLER_UNDO_H

#include "guarded_disk.h"

struct undo_extent {
	uint64_t lba, count;
	uint8_t *old_data; /* count sectors */
	uint8_t *new_hash; /* SHA-256 for each sector; zero: not known */
};

struct undo_record {
	/* the disk */
	uint64_t disk_sectors;
	uint32_t sector_size;
	uint64_t start, count; /* the record's own range on it; count 0: it lies elsewhere */
	/* what was there */
	uint64_t time; /* seconds since 1970 by the machine's clock; the newest record counts */
	struct undo_extent *extent;
	size_t extents;
	/* what was going on */
	struct disk_plan plan;
	uint8_t *notes; /* the caller's own, opaque (flow/'s answers, without passwords) */
	size_t notes_size;
	uint8_t id[32]; /* hash of all of it */
};

#define UNDO_NOTES_MAX 32768u

/* Reads what plan->save names from the disk. An unreadable sector of it is an error. */
int undo_gather(struct undo_record *record, const struct disk_plan *plan, const struct disk_io *io);
/* What STEP_TABLE (or the loader) will write to one sector: lets undo tell its own work. */
int undo_expect(struct undo_record *record, uint64_t lba, const void *new_data);
int undo_set_notes(struct undo_record *record, const void *notes, size_t size);
/* Into its range on the guarded disk, flushed and read back. */
int undo_write(struct undo_record *record, struct guarded_disk *disk);
/* As a file or on another medium from byte `offset` on; the same bytes. */
int undo_write_copy(struct undo_record *record, const struct disk_io *io, uint64_t offset);
void undo_free(struct undo_record *record);

/* The record that begins at `lba`. -ENOENT, -EBADMSG. */
int undo_read(struct undo_record *record, const struct disk_io *io, uint32_t sector_size,
	      uint64_t lba);
/*
 * Looks for records: at the end of each partition of the model, then, if `everywhere`, at every
 * sector of the disk. The newest that is whole and fits the disk. `progress` may be NULL.
 */
int undo_find(struct undo_record *record, const struct disk *disk, const struct disk_io *io,
	      bool everywhere, void (*progress)(void *ctx, uint64_t lba, uint64_t sectors),
	      void *ctx);
/* Is it this disk's, and does every sector hold what was saved or what was written? */
int undo_check(const struct undo_record *record, const struct disk *disk, const struct disk_io *io,
	       uint64_t *differs_at);
/* Puts everything back, flushed and read back, and marks the record as used. */
int undo_restore(const struct undo_record *record, const struct disk_io *io);

#endif
