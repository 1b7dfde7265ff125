/* writetest.c - does the medium keep what is written? */
#include <stdio.h>
#include "rules.h"

#define PROBE "writetest"

/* The subject of the one medium; NULL: none. */
static const char *medium(const struct facts *facts)
{
	const struct fact *f = facts_next(facts, NULL, PROBE, "sectors");

	return f ? f->subject : NULL;
}

static int64_t of(const struct facts *facts, const char *key)
{
	return facts_get_number(facts, PROBE, medium(facts), key, -1);
}

static void judge_errors(const struct facts *facts, struct judgement *j)
{
	const char *subject = medium(facts);
	const char *read = facts_get_text(facts, PROBE, subject, "unreadable");
	const char *write = facts_get_text(facts, PROBE, subject, "write-error");
	const char *flush = facts_get_text(facts, PROBE, subject, "flush-error");

	if (read)
		judge(j, VERDICT_FAILED, "%s: near sector %lld it cannot be read: %s.", subject,
		      (long long)of(facts, "unreadable-at"), read);
	if (write)
		judge(j, VERDICT_FAILED, "%s: near sector %lld it cannot be written: %s.", subject,
		      (long long)of(facts, "write-error-at"), write);
	if (flush)
		judge(j, VERDICT_FAILED, "%s: its cache cannot be written out: %s.", subject,
		      flush);
}

/* A sector has another's contents, or what nobody wrote. */
static void judge_difference(const struct facts *facts, struct judgement *j)
{
	int64_t at = of(facts, "differs-at"), holds = of(facts, "holds");

	if (at >= 0 && holds >= 0)
		judge(j, VERDICT_MALFUNCTION,
		      "%s: sector %lld holds what was written to sector %lld.", medium(facts),
		      (long long)at, (long long)holds);
	else if (at >= 0)
		judge(j, VERDICT_MALFUNCTION, "%s: sector %lld does not hold what was written.",
		      medium(facts), (long long)at);
}

static void judge_contents(const struct facts *facts, struct judgement *j)
{
	int64_t differ = of(facts, "differ"), left = of(facts, "left");

	judge_difference(facts, j);
	if (of(facts, "unread-at") >= 0)
		judge(j, VERDICT_FAILED, "%s: near sector %lld it cannot be read back.",
		      medium(facts), (long long)of(facts, "unread-at"));
	if (differ > 0)
		judge(j, VERDICT_MALFUNCTION,
		      "%s: %lld of %lld sectors are not as they were written.", medium(facts),
		      (long long)differ, (long long)of(facts, "written"));
	if (left > 0)
		judge(j, VERDICT_FAILED, "%s: %lld sectors could not be made blank again.",
		      medium(facts), (long long)left);
}

static void judge_writetest(const struct facts *facts, struct judgement *j)
{
	if (!medium(facts)) {
		judge(j, VERDICT_DETECTED, "No medium was tried.");
		return;
	}
	judge_errors(facts, j);
	if (of(facts, "written") < 0 || of(facts, "differ") < 0 || of(facts, "left") < 0) {
		if (j->verdict == VERDICT_WORKS)
			judge(j, VERDICT_FAILED, "It did not come to its end.");
		return;
	}
	judge_contents(facts, j);
}

/* "512 KB/s" of so many sectors in so many us; "" when that is not known. */
static void rate_text(const struct facts *facts, const char *key, char *text, size_t size)
{
	int64_t bytes = of(facts, "written"), us = of(facts, key), each = of(facts, "sector-size");

	text[0] = '\0';
	if (bytes > 0 && bytes <= 1 << 20 && each > 0 && each <= 65536 && us > 0)
		(void)snprintf(text, size, ", %lld KB/s",
			       (long long)(bytes * each * 1000000 / 1024 / us));
}

static void describe_writetest(const struct facts *facts, void (*put)(void *ctx, const char *line),
			       void *ctx)
{
	const char *subject = medium(facts);
	char write[40], read[40];

	if (!subject || of(facts, "written") < 0)
		return;
	rate_text(facts, "write-time", write, sizeof(write));
	rate_text(facts, "read-time", read, sizeof(read));
	rule_put(put, ctx, "%s: %lld sectors written%s, read back%s", subject,
		 (long long)of(facts, "written"), write, read);
	rule_put(put, ctx, "From its first sector to its last; blank again: %s",
		 of(facts, "left") ? "no" : "yes");
}

const struct rule rule_writetest = {
	.probe = PROBE,
	.judge = judge_writetest,
	.describe = describe_writetest,
};
