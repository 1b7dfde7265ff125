/*
 * journal.c - see journal.h. A sector of it: magic, the record's id, its own number, zeros, and a
 * SHA-256 of all that.
 */
#include "journal.h"
#include <errno.h>
#include <common/sha256.h>
#include <stdlib.h>
#include <string.h>

#define MARK_ID	   16u
#define MARK_INDEX 48u
#define MARK_HASH  64u

static const char magic[17] = "OLDIRON-JOURNAL\n";

/* The sectors behind the header: begun and done of each step, last "put back". */
static unsigned int mark_index(enum plan_step step, bool done)
{
	return 2u * step + done;
}
#define PUT_BACK_INDEX (2u * PLAN_STEPS)

static void make_mark(const struct journal *journal, unsigned int index, uint8_t *sector)
{
	memset(sector, 0, journal->sector_size);
	memcpy(sector, magic, sizeof(magic) - 1);
	memcpy(sector + MARK_ID, journal->id, SHA256_BYTES);
	sector[MARK_INDEX] = (uint8_t)index;
	sha256(sector, MARK_HASH, sector + MARK_HASH);
}

static uint64_t mark_offset(const struct journal *journal, unsigned int index)
{
	return (journal->start + 1 + index) * journal->sector_size;
}

static int read_mark(const struct journal *journal, unsigned int index, uint8_t *buffer, bool *set)
{
	uint8_t *wanted = buffer + journal->sector_size;
	int error = journal->io->read(journal->io->ctx, mark_offset(journal, index), buffer,
				      journal->sector_size);

	make_mark(journal, index, wanted);
	*set = !error && !memcmp(buffer, wanted, journal->sector_size);
	return error;
}

static int read_marks(struct journal *journal, uint8_t *buffer)
{
	int error = 0;

	for (unsigned int i = 0; i < PLAN_STEPS && !error; i++) {
		error = read_mark(journal, mark_index((enum plan_step)i, false), buffer,
				  &journal->begun[i]);
		if (!error)
			error = read_mark(journal, mark_index((enum plan_step)i, true), buffer,
					  &journal->done[i]);
	}
	return error ? error : read_mark(journal, PUT_BACK_INDEX, buffer, &journal->put_back);
}

int journal_open(struct journal *journal, const struct undo_record *record,
		 const struct disk_io *io)
{
	uint8_t *buffer;
	int error;

	*journal = (struct journal){ .io = io,
				     .sector_size = record->sector_size,
				     .start = record->start,
				     .kept = record->count != 0,
				     .id = record->id };
	if (!journal->kept)
		return 0;
	buffer = malloc(2 * (size_t)journal->sector_size);
	if (!buffer)
		return -ENOMEM;
	error = read_marks(journal, buffer);
	free(buffer);
	return error;
}

/* Written, flushed, read back. */
static int set_mark(struct journal *journal, unsigned int index)
{
	const struct disk_io *io = journal->io;
	uint8_t *buffer;
	bool set = false;
	int error;

	if (!journal->kept)
		return 0;
	buffer = malloc(2 * (size_t)journal->sector_size);
	if (!buffer)
		return -ENOMEM;
	make_mark(journal, index, buffer);
	error = io->write(io->ctx, mark_offset(journal, index), buffer, journal->sector_size);
	if (!error)
		error = io->flush(io->ctx);
	if (!error)
		error = read_mark(journal, index, buffer, &set);
	free(buffer);
	return error ? error : set ? 0 : -EILSEQ;
}

int journal_begin(struct journal *journal, enum plan_step step)
{
	int error = set_mark(journal, mark_index(step, false));

	if (!error)
		journal->begun[step] = true;
	return error;
}

int journal_done(struct journal *journal, enum plan_step step)
{
	int error = set_mark(journal, mark_index(step, true));

	if (!error)
		journal->done[step] = true;
	return error;
}

int journal_mark_put_back(struct journal *journal)
{
	int error = set_mark(journal, PUT_BACK_INDEX);

	if (!error)
		journal->put_back = true;
	return error;
}

enum plan_step journal_next(const struct journal *journal)
{
	unsigned int step = 0;

	while (step < PLAN_STEPS && journal->done[step])
		step++;
	return (enum plan_step)step;
}
