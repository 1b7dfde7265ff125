/*
 * writetest.c - does a disk or floppy keep what is written on it? Class W: the one medium that
 * --write-on names, and only when it is blank.
 *
 * Blank means: every sector that was looked at holds one and the same byte throughout (00, F6 of a
 * formatter, FF of a flash card). A small medium is looked at whole; of a large one its beginning
 * and end, where tables and backups are, and a thousand places between. Each place is looked at
 * once more right before it is written.
 *
 * Then a pattern that tells each sector's number goes to places from the first sector to the last
 * (choose_places() says which), is read back, and after that the blank byte again. What cannot be
 * put back is told.
 */
#include "media.h"
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BLOCK	      MEDIUM_MOST /* sectors of a place */
#define PLACES_MOST   160u
#define EVENLY	      16u
#define SECTORS_LEAST 256u
#define SECTORS_WHOLE 8192u /* up to here all are looked at */
#define EDGE	      4096u /* of a larger one */
#define BETWEEN	      1024u /* places */

struct writetest {
	struct probe_run *run;
	struct medium *medium;
	u8 *found, *expected; /* BLOCK sectors each */
	u64 place[PLACES_MOST];
	unsigned int places;
	u32 seed;
	u8 blank;
	bool looked;	      /* at the medium that was named */
	unsigned int written; /* places */
	unsigned int touched; /* those, and one whose write failed */
	unsigned int unread;  /* those that cannot be read back */
};

/* ---- where ---- */

static void add_place(struct writetest *t, u64 sector)
{
	u64 last = t->medium->sectors - BLOCK;

	sector = sector < last ? sector / BLOCK * BLOCK : last;
	for (unsigned int i = 0; i < t->places; i++)
		if (sector + BLOCK > t->place[i] && sector < t->place[i] + BLOCK)
			return;
	if (t->places < PLACES_MOST)
		t->place[t->places++] = sector;
}

/* unit, 2 * unit, 4 * unit ... */
static void add_powers(struct writetest *t, u64 unit)
{
	for (u64 at = unit; at && at < t->medium->sectors; at *= 2)
		add_place(t, at);
}

/*
 * The first, the last, some between; and a partner of the first for every line of an address: where
 * a line of the sector's number, the head's or the cylinder's is broken, both are the same.
 */
static void choose_places(struct writetest *t)
{
	const struct medium *m = t->medium;

	add_place(t, 0);
	add_place(t, m->sectors);
	add_powers(t, 1);
	add_powers(t, m->track_sectors);
	add_powers(t, (u64)m->track_sectors * m->heads);
	for (unsigned int i = 1; i < EVENLY; i++)
		add_place(t, m->sectors / EVENLY * i);
}

static size_t block_bytes(const struct writetest *t)
{
	return (size_t)BLOCK * t->medium->sector_bytes;
}

/* ---- blank? ---- */

static bool is_filled(const u8 *data, size_t bytes, u8 with)
{
	return data[0] == with && !memcmp(data, data + 1, bytes - 1);
}

/* Notes why not. */
static bool block_is_blank(struct writetest *t, u64 sector)
{
	const char *subject = t->medium->subject;
	int err = t->medium->read(t->medium, sector, BLOCK, t->found);

	if (err)
		note_text(t->run, subject, "unreadable", "%s", strerror(-err));
	else if (is_filled(t->found, block_bytes(t), t->blank))
		return true;
	note_number(t->run, subject, err ? "unreadable-at" : "not-blank-at", (s64)sector,
		    "sectors");
	return false;
}

static bool range_is_blank(struct writetest *t, u64 from, u64 end)
{
	for (u64 at = from; at < end; at += BLOCK)
		if (!block_is_blank(t, min(at, t->medium->sectors - BLOCK)))
			return false;
	return true;
}

static bool places_are_blank(struct writetest *t)
{
	u64 sectors = t->medium->sectors, span = (sectors - 2 * EDGE) / BETWEEN;

	for (u64 i = 0; i < BETWEEN; i++)
		if (!block_is_blank(t, min(EDGE + i * span, sectors - BLOCK)))
			return false;
	return true;
}

static bool is_blank(struct writetest *t)
{
	struct medium *m = t->medium;

	probe_step(t->run, "%s: is it blank?", m->subject);
	if (m->read(m, 0, 1, t->found) == 0)
		t->blank = t->found[0];
	if (m->sectors <= SECTORS_WHOLE)
		return range_is_blank(t, 0, m->sectors);
	return range_is_blank(t, 0, EDGE) && range_is_blank(t, m->sectors - EDGE, m->sectors) &&
	       places_are_blank(t);
}

/* ---- writing ---- */

/* Begins with the sector's number; the rest is different in each. */
static void make_sector(const struct writetest *t, u64 sector, u8 *to)
{
	u32 x = (u32)(sector * 0x9E3779B1u) ^ t->seed;

	memcpy(to, &sector, sizeof(sector));
	for (size_t i = sizeof(sector); i < t->medium->sector_bytes; i++) {
		x = x * 1664525 + 1013904223;
		to[i] = (u8)(x >> 24);
	}
}

static void make_block(const struct writetest *t, u64 sector, bool pattern)
{
	u32 size = t->medium->sector_bytes;

	if (!pattern)
		memset(t->expected, t->blank, block_bytes(t));
	for (u32 i = 0; pattern && i < BLOCK; i++)
		make_sector(t, sector + i, t->expected + (size_t)i * size);
}

static int write_place(struct writetest *t, unsigned int i, bool pattern)
{
	struct medium *m = t->medium;

	make_block(t, t->place[i], pattern);
	return m->write(m, t->place[i], BLOCK, t->expected);
}

/* What is there instead: another sector's pattern tells of a wrong address. */
static void note_difference(struct writetest *t, u64 sector, const u8 *found)
{
	u8 *other;
	u64 number;

	note_number(t->run, t->medium->subject, "differs-at", (s64)sector, "sectors");
	memcpy(&number, found, sizeof(number));
	if (number == sector || number >= t->medium->sectors)
		return;
	other = xalloc(t->medium->sector_bytes);
	make_sector(t, number, other);
	if (!memcmp(found, other, t->medium->sector_bytes))
		note_number(t->run, t->medium->subject, "holds", (s64)number, "sectors");
	free(other);
}

/* Somebody else writes it, or an address of it is another's that we wrote. */
static bool still_blank(struct writetest *t, u64 sector)
{
	u32 size = t->medium->sector_bytes;

	if (t->medium->read(t->medium, sector, BLOCK, t->found))
		return true; /* what is read afterwards tells */
	for (u32 i = 0; i < BLOCK; i++) {
		if (is_filled(t->found + (size_t)i * size, size, t->blank))
			continue;
		note_difference(t, sector + i, t->found + (size_t)i * size);
		return false;
	}
	return true;
}

static void note_write_error(struct writetest *t, u64 sector, int err)
{
	note_text(t->run, t->medium->subject, "write-error", "%s", strerror(-err));
	note_number(t->run, t->medium->subject, "write-error-at", (s64)sector, "sectors");
}

static void write_patterns(struct writetest *t)
{
	int err = 0;

	while (!err && t->touched < t->places && still_blank(t, t->place[t->touched])) {
		err = write_place(t, t->touched++, true);
		if (err)
			note_write_error(t, t->place[t->touched - 1], err);
		else
			t->written++;
	}
	err = t->medium->flush(t->medium);
	if (err)
		note_text(t->run, t->medium->subject, "flush-error", "%s", strerror(-err));
}

/* What fails here shows when it is read. */
static void write_blanks(struct writetest *t)
{
	for (unsigned int i = 0; i < t->touched; i++)
		(void)write_place(t, i, false);
	(void)t->medium->flush(t->medium);
}

/* Sectors of a place that are not as expected; of the first of all it is noted how. */
static unsigned int compare_place(struct writetest *t, unsigned int i, bool pattern, bool first)
{
	u32 size = t->medium->sector_bytes;
	unsigned int bad = 0;

	make_block(t, t->place[i], pattern);
	if (t->medium->read(t->medium, t->place[i], BLOCK, t->found)) {
		if (pattern && !t->unread++)
			note_number(t->run, t->medium->subject, "unread-at", (s64)t->place[i],
				    "sectors");
		return pattern ? 0 : BLOCK;
	}
	for (u32 n = 0; n < BLOCK; n++) {
		const u8 *found = t->found + (size_t)n * size;

		if (!memcmp(found, t->expected + (size_t)n * size, size))
			continue;
		if (first && pattern && !bad)
			note_difference(t, t->place[i] + n, found);
		bad++;
	}
	return bad;
}

static unsigned int compare_places(struct writetest *t, unsigned int count, bool pattern)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < count; i++)
		bad += compare_place(t, i, pattern, !bad);
	return bad;
}

static void write_and_read(struct writetest *t)
{
	struct probe_run *run = t->run;
	const char *subject = t->medium->subject;
	struct hw *hw = &run->host->hw;
	u64 begin = hw_now_us(hw);

	probe_step(run, "%s: writing", subject);
	write_patterns(t);
	note_number(run, subject, "write-time", (s64)(hw_now_us(hw) - begin), "us");
	note_number(run, subject, "written", t->written * BLOCK, "sectors");
	probe_step(run, "%s: reading back", subject);
	begin = hw_now_us(hw);
	note_number(run, subject, "differ", compare_places(t, t->written, true), "sectors");
	note_number(run, subject, "read-time", (s64)(hw_now_us(hw) - begin), "us");
	probe_step(run, "%s: making it blank again", subject);
	write_blanks(t);
	note_number(run, subject, "left", compare_places(t, t->touched, false), "sectors");
}

/* ---- the probe ---- */

static void look(struct probe_run *run, struct medium *m, void *ctx)
{
	struct writetest *t = ctx;

	if (!m->write)
		return;
	t->looked = true;
	t->medium = m;
	note_number(run, m->subject, "sectors", (s64)m->sectors, "sectors");
	note_number(run, m->subject, "sector-size", m->sector_bytes, "bytes");
	if (m->sectors < SECTORS_LEAST)
		return;
	t->found = xalloc(block_bytes(t));
	t->expected = xalloc(block_bytes(t));
	if (is_blank(t)) {
		note_number(run, m->subject, "blank", t->blank, "");
		choose_places(t);
		write_and_read(t);
	}
	free(t->found);
	free(t->expected);
}

/* Nothing was written, and why. */
static enum probe_end say_why_not(struct writetest *t)
{
	struct probe_run *run = t->run;
	const struct fact *error = facts_next(run->facts, NULL, run->probe->name, "open-error");
	const struct fact *used = facts_next(run->facts, NULL, run->probe->name, "not-blank-at");
	const char *name = run->options->write_on;

	if (!t->looked && error)
		return not_run(run, "%s cannot be opened: %s", name, error->text);
	if (!t->looked)
		return not_run(run, "there is no disk %s", name);
	if (used)
		return not_run(run, "%s is not blank: near sector %lld there is data", name,
			       (long long)used->number);
	return not_run(run, "%s is too small", name);
}

static enum probe_end run_writetest(struct probe_run *run)
{
	const char *name = run->options->write_on;
	struct writetest t = { .run = run, .seed = (u32)time(NULL) };

	if (!name)
		return not_run(run, "no medium is named: --write-on ide0.0, or fd0");
	if (!strncmp(name, "fd", 2))
		(void)media_each_floppy(run, look, &t);
	else
		(void)media_each(run, look, &t);
	if (t.touched || facts_next(run->facts, NULL, run->probe->name, "unreadable"))
		return PROBE_DONE;
	return say_why_not(&t);
}

const struct probe probe_writetest = {
	.name = "writetest",
	.title = "Writing on a blank medium that was named",
	.class = CLASS_W,
	.seconds = 600,
	.run = run_writetest,
};
