/*
 * journal.h - which steps of a plan are done, in sectors of the undo record.
 *
 * Two sectors for each step (begun, done) and one for "put back". Each is written once, flushed and
 * read back before the step goes on; a sector is written whole or not at all, so a power cut
 * leaves the state before or the one after. The sectors carry the record's id: those of an earlier
 * record in the same place do not count.
 *
 * Use by flow/:  journal_begin(&j, STEP_TABLE); ...; journal_done(&j, STEP_TABLE);
 * A run that finds a record: journal_read(), and goes on with the first step that is not done.
 */
#ifndef INSTALLER_JOURNAL_H
#define INSTALLER_JOURNAL_H

#include "undo.h"

#define JOURNAL_SECTORS (2u * PLAN_STEPS + 1u)

struct journal {
	const struct disk_io *io;
	uint32_t sector_size;
	uint64_t start; /* of the record; count 0 in the record: no journal is kept, all succeed */
	bool kept;
	const uint8_t *id; /* the record's */
	bool begun[PLAN_STEPS], done[PLAN_STEPS];
	bool put_back; /* oldiron-undo has been at it */
};

/* 0, and the state; sectors that are damaged or of another record count as not written. */
int journal_open(struct journal *journal, const struct undo_record *record,
		 const struct disk_io *io);
int journal_begin(struct journal *journal, enum plan_step step);
int journal_done(struct journal *journal, enum plan_step step);
int journal_mark_put_back(struct journal *journal);
/* The first step that is not done; PLAN_STEPS: all are. */
enum plan_step journal_next(const struct journal *journal);

#endif
