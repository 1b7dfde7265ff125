/*
 * pit.c - is the interval timer one that a system can be run by?
 *
 * Source: Intel 8254 data sheet (status byte: mode in bits 1 to 3); hardware-notes 3.2.
 */
#include "rules.h"
#include <stdlib.h>

#define HZ	  1193182
#define MILLION	  1000000
#define PPM_USUAL 500
#define PPM_WRONG 50000
#define HZ_ABSURD (16 * HZ)
#define PERIODIC  2

static int64_t rate_ppm(int64_t rate)
{
	return (rate - HZ) * MILLION / HZ;
}

static void judge_rate(const struct facts *facts, struct judgement *j)
{
	int64_t rate = facts_get_number(facts, "pit", "channel2", "rate", -1);
	int64_t doubt = facts_get_number(facts, "pit", "channel2", "uncertainty", 0), off;
	enum agreement agree = rule_agree(facts, "pit", "channel2", "rates");

	if (rate < 0 || rate > HZ_ABSURD || doubt < 0 || doubt > PPM_WRONG)
		return;
	off = llabs(rate_ppm(rate)) - doubt;
	if (!rate && !facts_get_number(facts, "pit", "channel2", "moved", 0))
		judge(j, VERDICT_FAILED, "Channel 2 of the timer does not count.");
	else if (agree == AGREE_NONE || (agree < AGREE_ALL && off > PPM_USUAL))
		judge(j, VERDICT_LIMITED, "How fast the timer counts is not known: %s.",
		      RULE_DISTURBED);
	else if (off > PPM_WRONG)
		judge(j, VERDICT_FAILED, "The timer counts %lld times a second instead of %d.",
		      (long long)rate, HZ);
	else if (off > PPM_USUAL)
		judge(j, VERDICT_LIMITED, "The timer and the system's clock differ by %lld ppm.",
		      (long long)rate_ppm(rate));
}

static void judge_pit(const struct facts *facts, struct judgement *j)
{
	int64_t low = facts_get_number(facts, "pit", "channel0", "lowest", -1);
	int64_t high = facts_get_number(facts, "pit", "channel0", "highest", -1);
	int64_t status = facts_get_number(facts, "pit", "channel0", "status", 0);

	if (low < 0 || high < 0)
		judge(j, VERDICT_FAILED, "The timer's count could not be read.");
	else if (low == high)
		judge(j, VERDICT_FAILED, "The timer does not count: it always reads %lld.",
		      (long long)low);
	/* In other modes it interrupts when asked to. */
	if ((status >> 1 & 3) == PERIODIC &&
	    facts_get_number(facts, "pit", "channel0", "interrupts", 1) == 0)
		judge(j, VERDICT_FAILED, "The timer raised no interrupt in half a second.");
	judge_rate(facts, j);
}

static void describe_pit(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	int64_t status = facts_get_number(facts, "pit", "channel0", "status", -1);
	int64_t rate = facts_get_number(facts, "pit", "channel2", "rate", -1);
	int64_t interrupts = facts_get_number(facts, "pit", "channel0", "interrupts", -1);

	if (status >= 0 && status <= 0xff)
		rule_put(put, ctx, "Channel 0: mode %lld, counts seen %lld to %lld",
			 (long long)(status >> 1 & 7),
			 (long long)facts_get_number(facts, "pit", "channel0", "lowest", 0),
			 (long long)facts_get_number(facts, "pit", "channel0", "highest", 0));
	if (interrupts >= 0)
		rule_put(put, ctx, "Interrupts a second: %lld", (long long)interrupts);
	if (rate > 0 && rate <= HZ_ABSURD)
		rule_put(put, ctx, "Channel 2: %lld counts a second, %+lld ppm", (long long)rate,
			 (long long)rate_ppm(rate));
}

const struct rule rule_pit = {
	.probe = "pit",
	.judge = judge_pit,
	.describe = describe_pit,
};
