/*
 * ata.c - disks: does each way of reading them give the same data, are they whole, how fast, and
 * what will the BIOS see of them.
 *
 * Source: hardware-notes 5.4, 5.11 (limits of capacity), 5.13.
 */
#include <drivers/ata/identify_decode.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include <string.h>
#include "ata_bios.h"
#include "bios_disk.h"
#include "rules.h"

#define IDENTIFY_BYTES 512u
#define SLOW_RATE      200000 /* bytes a second: below it something is wrong */
#define LIMIT_504M     (1024ull * 16 * 63)
#define LIMIT_8G       (1024ull * 255 * 63)
#define LIMIT_128G     (1ull << 28)
#define STATUS_BITS    0xfdu /* all but the one that turns with the disk */

static const struct fact *next_identify(const struct facts *facts, const struct fact *from)
{
	do {
		from = facts_next(facts, from, "ata", "identify");
	} while (from && (from->kind != FACT_BYTES || from->count != IDENTIFY_BYTES));
	return from;
}

static bool is_packet(const struct facts *facts, const char *subject)
{
	const char *kind = facts_get_text(facts, "ata", subject, "kind");

	return kind && !strcmp(kind, "packet");
}

static int decode(const struct facts *facts, const struct fact *f, struct ata_identity *id)
{
	u16 words[IDENTIFY_WORDS];

	for (unsigned int i = 0; i < IDENTIFY_WORDS; i++)
		words[i] = get_le16(f->bytes + 2 * i);
	return identify_decode(words, is_packet(facts, f->subject), id);
}

/* ---- judging ---- */

/* What differs between two ways of reading: the key, how bad it is, what to tell. */
static const struct {
	const char *key;
	enum verdict verdict;
	const char *text;
} comparisons[] = {
	{ "repeat-same", VERDICT_MALFUNCTION,
	  "reading the same sectors twice gave different data: do not use it" },
	{ "dma-same", VERDICT_MALFUNCTION,
	  "DMA reads other data than the processor does: start with nodma" },
	{ "chs-same", VERDICT_LIMITED,
	  "by cylinder, head and sector it gives other data than by number; Oldiron counts by "
	  "number, old boot loaders may not" },
	{ "io32-same", VERDICT_WORKS,
	  "reading 32 bits at a time goes wrong here; Oldiron reads 16 on such a controller" },
};

static void judge_comparisons(const struct facts *facts, const char *subject, struct judgement *j)
{
	for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++)
		if (!facts_get_number(facts, "ata", subject, comparisons[i].key, 1))
			judge(j, comparisons[i].verdict, "%s: %s.", subject, comparisons[i].text);
}

static void judge_health(const struct facts *facts, const char *subject, struct judgement *j)
{
	const char *dma = facts_get_text(facts, "ata", subject, "dma-failed");
	s64 bad = facts_get_number(facts, "ata", subject, "bad-sectors", 0);
	const char *doing = facts_get_text(facts, "ata", subject, "given-up");

	if (bad > 0)
		judge(j, VERDICT_LIMITED,
		      "%s: %lld places could not be read, the first near sector %lld.", subject,
		      (long long)bad,
		      (long long)facts_get_number(facts, "ata", subject, "bad-sector", -1));
	if (facts_get_number(facts, "ata", subject, "smart-fails", 0))
		judge(j, VERDICT_LIMITED, "%s: the drive itself expects to fail soon.", subject);
	if (doing)
		judge(j, VERDICT_FAILED, "%s: it stopped answering during \"%s\".", subject, doing);
	if (!facts_get_number(facts, "ata", subject, "line-raised", 1))
		judge(j, VERDICT_LIMITED,
		      "%s: its interrupt does not come at line %lld: start with ide=poll.", subject,
		      (long long)facts_get_number(facts, "ata", subject, "line", 0));
	if (dma)
		judge(j, VERDICT_LIMITED, "%s: DMA does not work (%s): start with nodma.", subject,
		      dma);
}

static void judge_speed(const struct facts *facts, const char *subject, struct judgement *j)
{
	static const char *const keys[] = { "start-rate", "middle-rate", "end-rate" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		s64 rate = facts_get_number(facts, "ata", subject, keys[i], SLOW_RATE);

		if (rate >= SLOW_RATE)
			continue;
		judge(j, VERDICT_LIMITED, "%s: it reads only %lld KB a second.", subject,
		      (long long)(rate / 1024));
		return;
	}
}

static void judge_capacity(const struct facts *facts, const char *subject,
			   const struct ata_identity *id, struct judgement *j)
{
	s64 size = facts_get_number(facts, "ata", subject, "size", 0);
	bool known = ata_judge_bios(facts, subject, id, j);

	if (size > 0 && (u64)size / 512 * 512 != id->sectors * id->sector_bytes)
		judge(j, VERDICT_LIMITED, "%s: the system uses %lld MB of its %llu.", subject,
		      (long long)(size >> 20),
		      (unsigned long long)(id->sectors * id->sector_bytes >> 20));
	if (id->sectors > LIMIT_8G)
		judge(j, VERDICT_WORKS,
		      "%s: an old BIOS reaches only its first %s; the installer puts what starts "
		      "there.",
		      subject, id->sectors > LIMIT_128G ? "8 or 128 GB" : "8 GB");
	else if (!known && id->sectors > LIMIT_504M)
		judge(j, VERDICT_WORKS, "%s: a BIOS of before 1994 reaches only its first 504 MB.",
		      subject);
}

static void judge_status(const struct facts *facts, const char *subject, struct judgement *j)
{
	const struct fact *f = facts_get_bytes(facts, "ata", subject, "status-pairs", 2);
	size_t differ = 0;

	for (size_t i = 0; f && i + 1 < f->count; i += 2)
		differ += ((f->bytes[i] ^ f->bytes[i + 1]) & STATUS_BITS) != 0;
	if (f && differ == f->count / 2)
		judge(j, VERDICT_WORKS,
		      "%s: it has no alternate status register; Oldiron does without.", subject);
}

static void judge_disk(const struct facts *facts, const struct fact *f, struct judgement *j)
{
	struct ata_identity id;

	if (decode(facts, f, &id)) {
		judge(j, VERDICT_FAILED, "%s: what it says of itself makes no sense.", f->subject);
		return;
	}
	if (id.packet)
		return;
	judge_comparisons(facts, f->subject, j);
	judge_health(facts, f->subject, j);
	judge_speed(facts, f->subject, j);
	judge_capacity(facts, f->subject, &id, j);
	judge_status(facts, f->subject, j);
}

static void judge_notes(const struct facts *facts, struct judgement *j)
{
	const struct fact *note = NULL;

	while ((note = facts_next(facts, note, "ata", "note")))
		/* What the driver gives DMA up for is told by dma-failed. */
		if (note->kind == FACT_TEXT && !strstr(note->text, "PIO from now on"))
			judge(j, strstr(note->text, "ignored") ? VERDICT_WORKS : VERDICT_DETECTED,
			      "%s: %s.", note->subject, note->text);
}

static void judge_ata(const struct facts *facts, struct judgement *j)
{
	const struct fact *f = next_identify(facts, NULL);

	if (!f)
		judge(j, VERDICT_DETECTED, "No drive could be identified.");
	for (; f; f = next_identify(facts, f))
		judge_disk(facts, f, j);
	judge_notes(facts, j);
}

/* ---- describing ---- */

struct out {
	void (*put)(void *ctx, const char *line);
	void *ctx;
};

static void put_rates(const struct out *out, const struct facts *facts, const char *subject)
{
	s64 start = facts_get_number(facts, "ata", subject, "start-rate", -1);
	s64 end = facts_get_number(facts, "ata", subject, "end-rate", -1);
	s64 seek = facts_get_number(facts, "ata", subject, "seek-us", -1);

	if (start >= 0)
		rule_put(out->put, out->ctx, "    reads %lld KB/s at the start, %lld at the end",
			 (long long)(start / 1024), (long long)(end / 1024));
	if (seek >= 0)
		rule_put(out->put, out->ctx, "    a sector anywhere takes %lld us",
			 (long long)seek);
}

static void put_disk(const struct out *out, const struct facts *facts, const struct fact *f)
{
	const char *mode = facts_get_text(facts, "ata", f->subject, "mode");
	const char *no_dma = facts_get_text(facts, "ata", f->subject, "no-dma");
	s64 dma_rate = facts_get_number(facts, "ata", f->subject, "dma-rate", -1);
	struct ata_identity id;

	if (decode(facts, f, &id))
		return;
	rule_put(out->put, out->ctx, "%s %s, firmware %s%s", f->subject, id.model, id.firmware,
		 id.packet ? ", a packet device" : "");
	if (id.packet)
		return;
	rule_put(out->put, out->ctx, "    %llu MB (%llu sectors), CHS %u/%u/%u, %s",
		 (unsigned long long)(id.sectors * id.sector_bytes >> 20),
		 (unsigned long long)id.sectors, id.geometry.cylinders, id.geometry.heads,
		 id.geometry.sectors,
		 id.lba48 ? "LBA48"
		 : id.lba ? "LBA28"
			  : "no LBA");
	rule_put(out->put, out->ctx, "    can PIO%u, MWDMA %02x, UDMA %02x; multiple %u%s%s",
		 id.pio, id.mwdma_mask, id.udma_mask, id.multiple_max, mode ? "; used: " : "",
		 mode ? mode : "");
	if (no_dma)
		rule_put(out->put, out->ctx, "    DMA not tried: %s", no_dma);
	if (dma_rate >= 0)
		rule_put(out->put, out->ctx, "    reads %lld KB/s by DMA",
			 (long long)(dma_rate / 1024));
	put_rates(out, facts, f->subject);
}

static void put_channels(const struct out *out, const struct facts *facts)
{
	const struct fact *f = NULL;

	while ((f = facts_next(facts, f, "ata", "controller"))) {
		const char *left = facts_get_text(facts, "ata", f->subject, "left-alone");

		if (f->kind != FACT_TEXT)
			continue;
		if (!facts_find(facts, "ata", f->subject, "base")) {
			rule_put(out->put, out->ctx, "%s: %s", f->subject, f->text);
			continue;
		}
		rule_put(out->put, out->ctx, "%s at %03llx, %03llx: %s%s%s", f->subject,
			 (unsigned long long)facts_get_number(facts, "ata", f->subject, "base", 0),
			 (unsigned long long)facts_get_number(facts, "ata", f->subject, "control",
							      0),
			 f->text, left ? "; left alone: " : "", left ? left : "");
	}
}

static void put_bios(const struct out *out, const struct facts *facts)
{
	struct bios_disk b;

	for (unsigned int i = 0; i < BIOS_DISKS; i++)
		if (bios_disk_get(facts, i, &b))
			rule_put(out->put, out->ctx,
				 "The BIOS's disk %u has %llu MB in its table, CHS %u/%u/%u%s", i,
				 (unsigned long long)(bios_disk_sectors(&b) >> 11), b.cylinders,
				 b.heads, b.track, b.translated ? ", translated" : "");
}

static void describe_ata(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	const struct fact *f = NULL;
	struct out out = { put, ctx };

	put_channels(&out, facts);
	while ((f = next_identify(facts, f)))
		put_disk(&out, facts, f);
	put_bios(&out, facts);
}

const struct rule rule_ata = {
	.probe = "ata",
	.judge = judge_ata,
	.describe = describe_ata,
};
