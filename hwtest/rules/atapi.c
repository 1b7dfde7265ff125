/*
 * atapi.c - CD drives: do they answer, do they read.
 *
 * Source: SFF-8020i rev 2.6, MMC-1.
 */
#include <drivers/ata/cd_decode.h>
#include <drivers/ata/sense_decode.h>
#include "rules.h"

#define EMPTY_ASC 0x3A

static bool get_sense(const struct facts *facts, const char *subject, const char *key,
		      struct sense *sense)
{
	const struct fact *f = facts_get_bytes(facts, "atapi", subject, key, 1);

	return f && sense_decode(f->bytes, (u32)f->count, sense);
}

/* ---- judging ---- */

static void judge_not_ready(const struct facts *facts, const char *subject, struct judgement *j)
{
	struct sense sense;

	if (!get_sense(facts, subject, "not-ready-sense", &sense))
		judge(j, VERDICT_FAILED, "%s: it does not say whether it is ready.", subject);
	else if (sense.asc == EMPTY_ASC)
		judge(j, VERDICT_DETECTED,
		      "%s: there is no disc in it; with one, its reading is tried.", subject);
	else
		judge(j, VERDICT_FAILED, "%s: not ready: %s.", subject, sense_text(&sense));
}

static void judge_reading(const struct facts *facts, const char *subject, struct judgement *j)
{
	struct sense sense;

	if (get_sense(facts, subject, "capacity-sense", &sense))
		judge(j, VERDICT_LIMITED, "%s: it does not say how big the disc is: %s.", subject,
		      sense_text(&sense));
	if (get_sense(facts, subject, "read-sense", &sense))
		judge(j, VERDICT_LIMITED, "%s: reading failed: %s.", subject, sense_text(&sense));
	else if (facts_find(facts, "atapi", subject, "capacity") &&
		 facts_get_number(facts, "atapi", subject, "blocks-read", 0) <= 0)
		judge(j, VERDICT_DETECTED, "%s: no data could be read from the disc.", subject);
}

static void judge_atapi(const struct facts *facts, struct judgement *j)
{
	const struct fact *f = NULL;
	bool any = false;

	while ((f = facts_next(facts, f, "atapi", "ready"))) {
		any = true;
		if (facts_get_number(facts, "atapi", f->subject, "given-up", 0))
			judge(j, VERDICT_FAILED, "%s: it stopped answering.", f->subject);
		else if (!facts_get_number(facts, "atapi", f->subject, "ready", 0))
			judge_not_ready(facts, f->subject, j);
		else
			judge_reading(facts, f->subject, j);
	}
	if (!any)
		judge(j, VERDICT_DETECTED, "The drive was found and not tried.");
}

/* ---- describing ---- */

struct out {
	void (*put)(void *ctx, const char *line);
	void *ctx;
};

static void put_inquiry(const struct out *out, const struct fact *f)
{
	struct cd_inquiry inquiry;

	if (f->kind == FACT_BYTES && !cd_decode_inquiry(f->bytes, (u32)f->count, &inquiry))
		rule_put(out->put, out->ctx, "%s %s %s %s%s", f->subject, inquiry.vendor,
			 inquiry.product, inquiry.revision,
			 inquiry.type == CD_TYPE_CD ? "" : ", no CD drive");
}

static void put_medium(const struct out *out, const struct facts *facts, const char *subject)
{
	const struct fact *f = facts_get_bytes(facts, "atapi", subject, "capacity", 8);
	s64 rate = facts_get_number(facts, "atapi", subject, "read-rate", 0);
	struct cd_capacity cap;

	if (!f || cd_decode_capacity(f->bytes, (u32)f->count, &cap))
		return;
	rule_put(out->put, out->ctx, "    disc of %u blocks of %u bytes%s", cap.blocks,
		 cap.block_bytes, rate ? "" : ", not read");
	if (rate > 0)
		rule_put(out->put, out->ctx, "    reads %lld KB/s (%lld times)",
			 (long long)(rate / 1024), (long long)(rate / 153600));
}

static void put_toc(const struct out *out, const struct facts *facts, const char *subject)
{
	const struct fact *f = facts_get_bytes(facts, "atapi", subject, "toc", 4);
	struct cd_toc toc;

	if (!f || cd_decode_toc(f->bytes, (u32)f->count, false, 0, &toc))
		return;
	for (unsigned int i = 0; i < toc.count; i++)
		rule_put(out->put, out->ctx, "    track %u at %d, %s", toc.track[i].number,
			 toc.track[i].lba,
			 toc.track[i].number == CD_LEADOUT	      ? "the end"
			 : toc.track[i].adr_control & CD_CONTROL_DATA ? "data"
								      : "audio");
}

static void describe_atapi(const struct facts *facts, void (*put)(void *ctx, const char *line),
			   void *ctx)
{
	const struct fact *f = NULL;
	struct out out = { put, ctx };

	while ((f = facts_next(facts, f, "atapi", "inquiry"))) {
		put_inquiry(&out, f);
		put_medium(&out, facts, f->subject);
		put_toc(&out, facts, f->subject);
	}
}

const struct rule rule_atapi = {
	.probe = "atapi",
	.judge = judge_atapi,
	.describe = describe_atapi,
};
