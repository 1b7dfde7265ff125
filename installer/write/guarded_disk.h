/*
 * guarded_disk.h - the one routine that writes to a whole-disk device.
 *
 * A guarded disk knows the ranges that the plan allows and the steps they belong to. A write that
 * is not inside one range of the present step or an earlier one is refused (-EPERM), remembered
 * (refused), and every later write is refused too: the run has a defect and ends. What is written
 * is flushed and read back from the medium by guarded_commit(), past the page cache.
 *
 * Between the disk and this stands struct disk_io, so that tests and records in files work alike.
 *
 * Units: logical sectors. Errors: -errno; -EPERM outside the ranges; -EILSEQ when what was read
 * back is not what was written. Threading: one.
 */
#ifndef INSTALLER_GUARDED_DISK_H
#define INSTALLER_GUARDED_DISK_H

#include <installer/plan/disk_plan.h>
#include "disk_io.h"

struct guarded_write; /* one that was made since the last commit */

struct guarded_disk {
	struct disk_io io;
	uint64_t sectors;
	uint32_t sector_size;
	const struct plan_range *range; /* the plan's; must outlive this */
	size_t ranges;
	enum plan_step step; /* ranges of later steps are not open yet */
	/* Called for each write before it is made, with the range's reason; may be NULL. */
	void (*log)(void *ctx, uint64_t lba, uint64_t count, const char *reason);
	void *log_ctx;
	bool refused;
	uint64_t refused_lba;
	uint64_t writes; /* made so far */
	struct guarded_write *pending;
};

int guarded_read(struct guarded_disk *disk, uint64_t lba, uint64_t count, void *data);
int guarded_write(struct guarded_disk *disk, uint64_t lba, uint64_t count, const void *data);
/* Flushes, reads back all that was written since the last commit and compares. */
int guarded_commit(struct guarded_disk *disk);
/* The same as a disk_io of whole sectors: writes go through the guard, a flush is a commit. */
void guarded_as_io(struct guarded_disk *disk, struct disk_io *io);
void guarded_free(struct guarded_disk *disk); /* forgets what was not committed */

#endif
