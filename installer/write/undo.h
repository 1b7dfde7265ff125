/*
 * undo.h - the record of what stood where the installer writes, and its way back.
 *
 * The record lies in the plan's undo range (the end of the root partition), and, where the person
 * named a floppy, a second disk or a file, there as well. Its sectors, from the range's start:
 *
 *   0                header: magic, version, sizes, the disk's serial number and length, hashes
 *   1 .. J           journal, a sector for each step (journal.h)
 *   1 + J ..         body: table of extents, the plan (plan_serialize()), notes, the saved sectors
 *
 * The header is written last, so that a record that is found is whole; its hash covers header and
 * body. The journal's sectors carry checksums of their own.
 *
 * Putting back: sectors of the table in the reverse of the order they were written in (what makes
 * the new table visible goes first), then the others. Each saved sector must hold either what was
 * saved or what the installer wrote there, where that is known; a disk that somebody else has
 * changed since is refused unless forced. A run that was cut off can be repeated: the record stays
 * until the end.
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
	uint8_t *new_data; /* what the table step writes there; NULL: not known */
};

struct undo_record {
	/* the disk */
	uint64_t disk_sectors;
	uint32_t sector_size;
	char *disk_model, *disk_serial; /* "" when it has none */
	uint64_t start, count; /* the record's own range on it; count 0: it lies elsewhere */
	/* what was there */
	struct undo_extent *extent; /* in the order of writing */
	size_t extents;
	/* what was going on */
	struct disk_plan plan;
	uint8_t *notes; /* the caller's own, opaque (flow/'s answers, without passwords) */
	size_t notes_size;
	uint8_t id[32]; /* hash of all of it */
};

/* How many sectors a record of so much takes, journal included. */
uint64_t undo_sectors_needed(uint32_t sector_size, uint64_t saved_sectors, size_t extents,
			     size_t plan_bytes, size_t notes_bytes);

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
