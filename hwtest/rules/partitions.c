/*
 * partitions.c - is a table sound, and were its cylinder numbers made for this disk?
 *
 * Source: hardware-notes 5.11, 6.1.
 */
#include <kernel/block/mbr.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include <string.h>
#include "bios_disk.h"
#include "rules.h"

#define TABLE_AT    446u
#define ENTRY_BYTES 16u
#define CHS_LIMIT   1023u /* later cylinders have no number there */
/* Told, but nothing that keeps anybody from using or installing. */
#define HARMLESS (PART_BAD_NO_ACTIVE | PART_BAD_SECTOR_0 | PART_BAD_GPT_NOT_AT_END)

static void judge_problems(const struct fact *f, struct judgement *j)
{
	if (f->kind != FACT_NUMBER)
		return;
	for (unsigned int bit = 0; bit < PART_BAD_COUNT; bit++) {
		u32 problem = 1u << bit;

		if ((u64)f->number & problem)
			judge(j, problem & HARMLESS ? VERDICT_WORKS : VERDICT_LIMITED, "%s: %s.",
			      f->subject, part_problem_text(problem));
	}
}

/* The last sector by its cylinder, head and sector is that of start and count, with as many heads
 * and sectors a track as the BIOS has. */
static bool chs_fits(const u8 *entry, u32 heads, u32 track)
{
	u64 last = (u64)get_le32(entry + 8) + get_le32(entry + 12) - 1;
	u32 cylinder = (u32)(entry[6] >> 6) << 8 | entry[7], head = entry[5];
	u32 sector = entry[6] & 63u;

	if (cylinder >= CHS_LIMIT || last / (heads * track) >= CHS_LIMIT)
		return true;
	return sector && (cylinder * heads + head) * track + sector - 1 == last;
}

/* With the BIOS's numbers, where it has a table of this disk; else with those that fit it best. */
static const char *shape(const struct facts *facts, const char *disk, s64 *heads, s64 *track)
{
	struct bios_disk b;

	for (unsigned int i = 0; i < BIOS_DISKS; i++) {
		const char *of = bios_disk_subject(facts, i);

		if (!of || strcmp(of, disk) != 0 || !bios_disk_get(facts, i, &b))
			continue;
		*heads = b.heads;
		*track = b.track;
		return "the BIOS's ";
	}
	*heads = facts_get_number(facts, "partitions", disk, "heads", 0);
	*track = facts_get_number(facts, "partitions", disk, "track-sectors", 0);
	return "";
}

static void judge_chs(const struct facts *facts, const char *disk, struct judgement *j)
{
	const struct fact *f = facts_get_bytes(facts, "partitions", disk, "sector-0", 512);
	const char *scheme = facts_get_text(facts, "partitions", disk, "scheme");
	s64 heads, track;
	const char *whose = shape(facts, disk, &heads, &track);

	if (!f || heads < 1 || heads > 255 || track < 1 || track > 63 || !scheme ||
	    strcmp(scheme, part_scheme_name(PART_SCHEME_MBR)) != 0)
		return;
	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		const u8 *entry = f->bytes + TABLE_AT + i * ENTRY_BYTES;

		if (!entry[4] || !get_le32(entry + 12) || chs_fits(entry, (u32)heads, (u32)track))
			continue;
		judge(j, VERDICT_WORKS,
		      "%s: its table was made for other numbers of heads and sectors than %s%lld "
		      "and %lld; Oldiron does not mind, old systems may.",
		      disk, whose, (long long)heads, (long long)track);
		return;
	}
}

static void judge_partitions(const struct facts *facts, struct judgement *j)
{
	const struct fact *f = NULL;
	bool any = false;

	while ((f = facts_next(facts, f, "partitions", "problems"))) {
		any = true;
		if (facts_get_number(facts, "partitions", f->subject, "error", 0))
			judge(j, VERDICT_FAILED, "%s: its first sector cannot be read.",
			      f->subject);
		judge_problems(f, j);
		judge_chs(facts, f->subject, j);
	}
	if (!any)
		judge(j, VERDICT_DETECTED, "No disk was read.");
}

static void describe_partitions(const struct facts *facts, void (*put)(void *ctx, const char *line),
				void *ctx)
{
	const struct fact *f = NULL;

	while ((f = facts_next(facts, f, "partitions", "scheme")))
		if (f->kind == FACT_TEXT)
			rule_put(put, ctx, "%s: %s, %lld sectors", f->subject, f->text,
				 (long long)facts_get_number(facts, "partitions", f->subject,
							     "sectors", 0));
	while ((f = facts_next(facts, f, "partitions", "type"))) {
		const char *contents = facts_get_text(facts, "partitions", f->subject, "contents");

		if (f->kind != FACT_TEXT)
			continue;
		rule_put(put, ctx, "%s: type %s, from %lld, %lld MB%s%s", f->subject, f->text,
			 (long long)facts_get_number(facts, "partitions", f->subject, "start", 0),
			 (long long)facts_get_number(facts, "partitions", f->subject, "count", 0) /
				 2048,
			 contents ? ", " : "", contents ? contents : "");
	}
}

const struct rule rule_partitions = {
	.probe = "partitions",
	.judge = judge_partitions,
	.describe = describe_partitions,
};
