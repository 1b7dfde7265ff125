/* undo.c - see undo.h: gathering, finding, judging and putting back. undo_record.c has the bytes.
 */
#include "journal.h"
#include "undo_internal.h"
#include <errno.h>
#include <common/sha256.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHUNK_BYTES  65536u
#define TAIL_BYTES   (8ull << 20) /* of a partition, where a record is looked for */
#define MBR_TABLE_AT 440u	  /* disk signature and table; the code before it is the loader's */
#define BOOT_SECTOR  512u

/* ---- gathering ---- */
static int gather_extent(struct undo_record *record, const struct plan_range *save,
			 const struct disk_io *io)
{
	struct undo_extent *e = &record->extent[record->extents];
	size_t bytes = (size_t)(save->count * record->sector_size);

	*e = (struct undo_extent){ .lba = save->start, .count = save->count };
	e->old_data = malloc(bytes);
	e->new_hash = calloc((size_t)save->count, SHA256_BYTES);
	record->extents++;
	if (!e->old_data || !e->new_hash)
		return -ENOMEM;
	return io->read(io->ctx, save->start * record->sector_size, e->old_data, bytes);
}

static int copy_plan(struct disk_plan *copy, const struct disk_plan *plan)
{
	uint8_t *data;
	size_t size;
	int error = plan_serialize(plan, &data, &size);

	if (!error)
		error = plan_parse(copy, data, size);
	free(data);
	return error;
}

int undo_gather(struct undo_record *record, const struct disk_plan *plan, const struct disk_io *io)
{
	int error;

	*record = (struct undo_record){ .disk_sectors = plan->disk_sectors,
					.sector_size = plan->sector_size,
					.start = plan->undo_start,
					.count = plan->undo_count,
					.time = (uint64_t)time(NULL) };
	error = copy_plan(&record->plan, plan);
	if (error)
		return error;
	record->extent = calloc(plan->saves ? plan->saves : 1, sizeof(*record->extent));
	if (!record->extent)
		error = -ENOMEM;
	for (size_t i = 0; i < plan->saves && !error; i++)
		error = gather_extent(record, &plan->save[i], io);
	if (error)
		undo_free(record);
	return error;
}

int undo_set_notes(struct undo_record *record, const void *notes, size_t size)
{
	uint8_t *copy;

	if (size > UNDO_NOTES_MAX)
		return -ENOSPC;
	copy = malloc(size ? size : 1);
	if (!copy)
		return -ENOMEM;
	if (size)
		memcpy(copy, notes, size);
	free(record->notes);
	record->notes = copy;
	record->notes_size = size;
	return 0;
}

/* What counts of a sector when two contents are compared. */
static void sector_hash(const struct undo_record *record, uint64_t lba, const uint8_t *data,
			uint8_t hash[SHA256_BYTES])
{
	if (lba == 0)
		sha256(data + MBR_TABLE_AT, BOOT_SECTOR - MBR_TABLE_AT, hash);
	else
		sha256(data, record->sector_size, hash);
}

int undo_expect(struct undo_record *record, uint64_t lba, const void *new_data)
{
	for (size_t i = 0; i < record->extents; i++) {
		struct undo_extent *e = &record->extent[i];

		if (lba < e->lba || lba - e->lba >= e->count)
			continue;
		sector_hash(record, lba, new_data, e->new_hash + (lba - e->lba) * SHA256_BYTES);
		return 0;
	}
	return -ENOENT;
}

/* ---- finding ---- */
struct search {
	struct undo_record *best;
	const struct disk *disk;
	const struct disk_io *io;
	bool found;
	int error; /* why a record that was seen does not count; -ENOENT: none was seen */
	void (*progress)(void *ctx, uint64_t lba, uint64_t sectors);
	void *ctx;
};

static bool is_put_back(const struct undo_record *record, const struct disk_io *io)
{
	struct journal journal;

	return journal_open(&journal, record, io) == 0 && journal.put_back;
}

static void consider(struct search *s, uint64_t lba)
{
	struct undo_record record;
	int error = undo_read(&record, s->io, s->disk->sector_size, lba);

	if (error) {
		if (error != -ENOENT)
			s->error = error;
		return;
	}
	if (record.disk_sectors != s->disk->sectors || record.start != lba)
		s->error = -EXDEV;
	else if (is_put_back(&record, s->io))
		s->error = -EALREADY;
	else if (!s->found || record.time >= s->best->time) {
		if (s->found)
			undo_free(s->best);
		*s->best = record;
		s->found = true;
		return;
	}
	undo_free(&record);
}

static void search_range(struct search *s, uint64_t from, uint64_t to)
{
	uint32_t size = s->disk->sector_size;
	uint8_t *chunk = malloc(CHUNK_BYTES);
	uint64_t step = CHUNK_BYTES / size;

	if (!chunk) {
		s->error = -ENOMEM;
		return;
	}
	for (uint64_t lba = from; lba < to; lba += step) {
		uint64_t n = to - lba < step ? to - lba : step;

		/* Sectors that cannot be read hold no record that could be. */
		if (s->io->read(s->io->ctx, lba * size, chunk, (size_t)(n * size)))
			memset(chunk, 0, CHUNK_BYTES);
		for (uint64_t i = 0; i < n; i++)
			if (undo_is_header(chunk + i * size))
				consider(s, lba + i);
		if (s->progress)
			s->progress(s->ctx, lba + n, s->disk->sectors);
	}
	free(chunk);
}

int undo_find(struct undo_record *record, const struct disk *disk, const struct disk_io *io,
	      bool everywhere, void (*progress)(void *ctx, uint64_t lba, uint64_t sectors),
	      void *ctx)
{
	struct search s = { .best = record, .disk = disk, .io = io, .error = -ENOENT };
	uint64_t tail = TAIL_BYTES / disk->sector_size;

	*record = (struct undo_record){ 0 };
	for (size_t i = 0; i < disk->partitions && !everywhere; i++) {
		uint64_t start = disk->partition[i].start, end = start + disk->partition[i].count;

		if (disk->partition[i].kind != PARTITION_EXTENDED)
			search_range(&s, end - start > tail ? end - tail : start, end);
	}
	s.progress = progress;
	s.ctx = ctx;
	if (everywhere)
		search_range(&s, 0, disk->sectors);
	return s.found ? 0 : s.error;
}

/* ---- judging ---- */
static bool same_name(const char *recorded, const char *have)
{
	return !strcmp(recorded ? recorded : "", have ? have : "");
}

/* An image of a disk has no name of its own: its size and its sectors must do. */
static bool is_the_disk(const struct undo_record *record, const struct disk *disk)
{
	return record->disk_sectors == disk->sectors && record->sector_size == disk->sector_size &&
	       (disk->is_file || (same_name(record->plan.disk_serial, disk->serial) &&
				  same_name(record->plan.disk_model, disk->model)));
}

/* 0: as saved, 1: as it was to be or nothing is known of it, -ESTALE: neither. */
static int judge_sector(const struct undo_record *record, const struct undo_extent *e, uint64_t i,
			const uint8_t *now)
{
	static const uint8_t unknown[SHA256_BYTES];
	const uint8_t *expected = e->new_hash + i * SHA256_BYTES;
	const uint8_t *old = e->old_data + i * record->sector_size;
	uint8_t hash[SHA256_BYTES], old_hash[SHA256_BYTES];

	if (!memcmp(now, old, record->sector_size))
		return 0;
	sector_hash(record, e->lba + i, now, hash);
	sector_hash(record, e->lba + i, old, old_hash);
	if (!memcmp(expected, unknown, sizeof(unknown)) || !memcmp(hash, expected, sizeof(hash)) ||
	    !memcmp(hash, old_hash, sizeof(hash)))
		return 1;
	return -ESTALE;
}

int undo_check(const struct undo_record *record, const struct disk *disk, const struct disk_io *io,
	       uint64_t *differs_at)
{
	uint8_t *now;
	int error = 0;

	if (!is_the_disk(record, disk))
		return -EXDEV;
	now = malloc(record->sector_size);
	if (!now)
		return -ENOMEM;
	for (size_t i = 0; i < record->extents && !error; i++)
		for (uint64_t k = 0; k < record->extent[i].count && !error; k++) {
			uint64_t lba = record->extent[i].lba + k;

			error = io->read(io->ctx, lba * record->sector_size, now,
					 record->sector_size);
			if (!error && judge_sector(record, &record->extent[i], k, now) < 0)
				error = -ESTALE;
			if (error)
				*differs_at = lba;
		}
	free(now);
	return error;
}

/* ---- putting back ---- */
enum turn {
	TURN_CLEARED,
	TURN_VISIBLE,
	TURN_OTHERS,
	TURN_NEW_TABLES,
	TURNS
};

static enum turn turn_of(const struct undo_record *record, uint64_t lba)
{
	const struct disk_plan *plan = &record->plan;

	if ((plan->wipe_gpt && lba == 1) || (plan->wipe_backup && lba == plan->disk_sectors - 1))
		return TURN_CLEARED;
	if (lba == 0)
		return TURN_VISIBLE;
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].ebr == lba)
			return TURN_NEW_TABLES;
	return TURN_OTHERS;
}

static int restore_sector(const struct undo_record *record, const struct disk_io *io, uint64_t lba,
			  const uint8_t *old, uint8_t *buffer)
{
	size_t size = record->sector_size;
	int error = io->read(io->ctx, lba * size, buffer, size);

	if (!error && !memcmp(buffer, old, size))
		return 0;
	return io->write(io->ctx, lba * size, old, size);
}

static int restore_turn(const struct undo_record *record, const struct disk_io *io, enum turn turn,
			uint8_t *buffer)
{
	int error = 0;

	for (size_t i = record->extents; i > 0 && !error; i--) {
		const struct undo_extent *e = &record->extent[i - 1];

		for (uint64_t k = e->count; k > 0 && !error; k--)
			if (turn_of(record, e->lba + k - 1) == turn)
				error = restore_sector(record, io, e->lba + k - 1,
						       e->old_data + (k - 1) * record->sector_size,
						       buffer);
	}
	return error ? error : io->flush(io->ctx);
}

static int verify_all(const struct undo_record *record, const struct disk_io *io, uint8_t *buffer)
{
	size_t size = record->sector_size;

	for (size_t i = 0; i < record->extents; i++)
		for (uint64_t k = 0; k < record->extent[i].count; k++) {
			int error =
				io->read(io->ctx, (record->extent[i].lba + k) * size, buffer, size);

			if (error)
				return error;
			if (memcmp(buffer, record->extent[i].old_data + k * size, size))
				return -EILSEQ;
		}
	return 0;
}

int undo_restore(const struct undo_record *record, const struct disk_io *io)
{
	uint8_t *buffer = malloc(record->sector_size);
	struct journal journal;
	int error = buffer ? 0 : -ENOMEM;

	for (unsigned int turn = 0; turn < TURNS && !error; turn++)
		error = restore_turn(record, io, (enum turn)turn, buffer);
	if (!error)
		error = verify_all(record, io, buffer);
	free(buffer);
	if (!error)
		error = journal_open(&journal, record, io);
	return error ? error : journal_mark_put_back(&journal);
}
