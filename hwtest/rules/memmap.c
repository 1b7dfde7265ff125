/* memmap.c - do those who tell the memory's size agree, and is it enough? Layouts: probe/memmap.c.
 */
#include "rules.h"
#include <kernel/unaligned.h>
#include <string.h>

#define CMOS_BYTES 8u
#define LOW	   0u /* where in the fact: base KB, extended KB twice, 64 KB above 16 MB */
#define EXTENDED   4u
#define ABOVE_16M  6u
#define KB	   1024ll
#define MB	   (1024 * KB)
#define GB	   (1024 * MB)
/* What the BIOS's areas, a frame buffer out of main memory and rounding may take. */
#define SLACK	    (2 * MB)
#define SHARE_SLACK 16 /* parts: on-board graphics takes up to this */
#define NEEDED	    (4 * MB)
#define COMFORT	    (12 * MB)

static bool is_ram(const struct facts *facts, const char *range)
{
	const char *type = facts_get_text(facts, "memmap", range, "type");

	return type && !strcmp(type, "System RAM");
}

/* RAM below 4 GB by the firmware's map; -1: there is none. */
static int64_t mapped(const struct facts *facts)
{
	const struct fact *start = NULL;
	int64_t sum = -1;

	while ((start = facts_next(facts, start, "memmap", "start"))) {
		int64_t end = facts_get_number(facts, "memmap", start->subject, "end", -1);

		if (sum < 0)
			sum = 0;
		if (!is_ram(facts, start->subject) || start->number < 0 || end < start->number ||
		    start->number >= 4 * GB)
			continue;
		if (end >= 4 * GB)
			end = 4 * GB - 1;
		sum += end - start->number + 1;
		if (sum > 4 * GB)
			sum = 4 * GB; /* ranges that overlap: no more than there can be */
	}
	return sum;
}

/* All by the CMOS bytes; -1: they are not there. */
static int64_t by_cmos(const struct facts *facts)
{
	const struct fact *f = facts_get_bytes(facts, "memmap", "", "cmos", CMOS_BYTES);
	int64_t above;

	if (!f)
		return -1;
	above = (int64_t)get_le16(f->bytes + ABOVE_16M) * 64 * KB;
	/* Only QEMU's and Bochs' BIOSes, and few others, keep these two so. */
	if (above && get_le16(f->bytes + EXTENDED) >= 14 * 1024)
		return 16 * MB + above;
	return MB + get_le16(f->bytes + EXTENDED) * KB;
}

static void judge_sizes(int64_t map, int64_t cmos, int64_t system, struct judgement *j)
{
	if (system > 0 && system < NEEDED - MB)
		judge(j, VERDICT_FAILED, "There are %lld KB of memory; Oldiron needs 4 MB.",
		      (long long)(system / KB));
	else if (system > 0 && system < COMFORT - MB)
		judge(j, VERDICT_LIMITED, "%lld KB of memory: enough for the small system.",
		      (long long)(system / KB));
	if (map > 0 && system > map + SLACK)
		judge(j, VERDICT_MALFUNCTION,
		      "The system uses %lld KB, and the firmware's map has %lld KB.",
		      (long long)(system / KB), (long long)(map / KB));
	else if (map > 0 && system > 0 && system + SLACK < map - map / SHARE_SLACK)
		judge(j, VERDICT_LIMITED,
		      "The system uses %lld KB of the %lld KB that the firmware's map has.",
		      (long long)(system / KB), (long long)(map / KB));
	/* CMOS ends at 64 MB on old boards: less is no contradiction. */
	if (map > 0 && cmos > map + SLACK + map / SHARE_SLACK)
		judge(j, VERDICT_LIMITED,
		      "CMOS says %lld KB, the memory map %lld KB: the loader may have lost some; "
		      "see mem=.",
		      (long long)(cmos / KB), (long long)(map / KB));
}

static void judge_memmap(const struct facts *facts, struct judgement *j)
{
	int64_t map = mapped(facts), cmos = by_cmos(facts);
	int64_t system = facts_get_number(facts, "memmap", "", "system", -1);
	int64_t low = facts_get_number(facts, "memmap", "", "bios-low", -1);

	if (map < 0 && system <= 0) {
		judge(j, VERDICT_FAILED, "Nobody tells how much memory there is.");
		return;
	}
	if (map < 0)
		judge(j, VERDICT_WORKS, "This system does not show the firmware's memory map.");
	judge_sizes(map, cmos, system, j);
	if (low >= 0 && (low < 512 * KB || low > 640 * KB))
		judge(j, VERDICT_LIMITED, "The BIOS counts %lld KB of low memory.",
		      (long long)(low / KB));
}

static void describe_memmap(const struct facts *facts, void (*put)(void *ctx, const char *line),
			    void *ctx)
{
	int64_t cmos = by_cmos(facts), map = mapped(facts);
	int64_t system = facts_get_number(facts, "memmap", "", "system", -1);
	const struct fact *start = NULL;

	while ((start = facts_next(facts, start, "memmap", "start"))) {
		int64_t end = facts_get_number(facts, "memmap", start->subject, "end", -1);
		const char *type = facts_get_text(facts, "memmap", start->subject, "type");

		rule_put(put, ctx, "%010llx-%010llx %s", (unsigned long long)start->number,
			 (unsigned long long)end, type ? type : "?");
	}
	if (map >= 0)
		rule_put(put, ctx, "Memory by the firmware's map: %lld KB", (long long)(map / KB));
	if (cmos >= 0)
		rule_put(put, ctx, "By CMOS: %lld KB", (long long)(cmos / KB));
	if (system > 0)
		rule_put(put, ctx, "The system has: %lld KB", (long long)(system / KB));
}

const struct rule rule_memmap = {
	.probe = "memmap",
	.judge = judge_memmap,
	.describe = describe_memmap,
};
