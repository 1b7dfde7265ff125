/* memtest.c - is there a bad cell, and where? */
#include "rules.h"
#include <stdio.h>

#define ERRORS_TOLD 4
#define MB	    (1024 * 1024)
#define NO_ADDRESS  (1ll << 32)

static int64_t of(const struct facts *facts, const char *subject, const char *key)
{
	return facts_get_number(facts, "memtest", subject, key, -1);
}

/* "3", "3 and 5", "3, 5 and 7"; more than three: "of the mask 000000ff". */
static void bits_text(uint32_t bits, char *text, size_t size)
{
	int place[3], count = 0;

	for (int i = 0; i < 32; i++) {
		if (bits >> i & 1 && count < 3)
			place[count] = i;
		count += (int)(bits >> i & 1);
	}
	if (count == 1)
		(void)snprintf(text, size, "bit %d", place[0]);
	else if (count == 2)
		(void)snprintf(text, size, "bits %d and %d", place[0], place[1]);
	else if (count == 3)
		(void)snprintf(text, size, "bits %d, %d and %d", place[0], place[1], place[2]);
	else
		(void)snprintf(text, size, "the bits of the mask %08x", bits);
}

static void judge_error(const struct facts *facts, const char *name, bool physical,
			struct judgement *j)
{
	int64_t address = of(facts, name, "address"), expected = of(facts, name, "expected");
	int64_t found = of(facts, name, "found"), other = of(facts, name, "same-as");
	char bits[64];

	if (address < 0 || address >= NO_ADDRESS || expected < 0 || found < 0)
		return;
	bits_text((uint32_t)(expected ^ found), bits, sizeof(bits));
	if (other >= 0 && other < NO_ADDRESS)
		judge(j, VERDICT_MALFUNCTION,
		      "Addresses %08llx and %08llx are the same cell: a broken address line.",
		      (unsigned long long)address, (unsigned long long)other);
	else
		judge(j, VERDICT_MALFUNCTION, "At %s address %08llx (megabyte %lld): %s wrong.",
		      physical ? "physical" : "relative", (unsigned long long)address,
		      (long long)(address / MB), bits);
}

static void judge_memtest(const struct facts *facts, struct judgement *j)
{
	int64_t errors = of(facts, "", "errors"), taken = of(facts, "", "taken");
	int64_t tested = of(facts, "", "tested");
	char name[24];

	if (errors < 0 || tested < 0) {
		judge(j, VERDICT_FAILED, "The memory test came to no result.");
		return;
	}
	if (errors)
		judge(j, VERDICT_MALFUNCTION,
		      "The memory forgets: %lld words were wrong. Do not install on this machine.",
		      (long long)errors);
	for (int i = 0; i < ERRORS_TOLD && i < errors; i++) {
		(void)snprintf(name, sizeof(name), "error%d", i);
		judge_error(facts, name, of(facts, "", "physical") == 1, j);
	}
	if (!errors && !tested)
		judge(j, VERDICT_DETECTED, "There was no time to test any memory: --seconds.");
	else if (!errors && tested < taken)
		judge(j, VERDICT_WORKS,
		      "Time was short: %lld of %lld KB saw all patterns (--seconds gives more).",
		      (long long)(tested / 1024), (long long)(taken / 1024));
}

static void describe_memtest(const struct facts *facts, void (*put)(void *ctx, const char *line),
			     void *ctx)
{
	int64_t total = of(facts, "", "total"), tested = of(facts, "", "tested");

	if (tested < 0)
		return;
	if (total > 0 && tested <= total)
		rule_put(put, ctx, "Tested: %lld KB, %lld %% of the memory",
			 (long long)(tested / 1024),
			 (long long)((tested >> 10) * 100 / ((total >> 10) + 1)));
	rule_put(put, ctx, "Addresses %08llx to %08llx%s",
		 (unsigned long long)of(facts, "", "lowest"),
		 (unsigned long long)of(facts, "", "highest"),
		 of(facts, "", "physical") == 1 ? "" : " (counted from the test's own beginning)");
	rule_put(put, ctx, "Writing %lld KB a second, checking %lld KB a second",
		 (long long)of(facts, "", "write-speed"), (long long)of(facts, "", "check-speed"));
}

const struct rule rule_memtest = {
	.probe = "memtest",
	.judge = judge_memtest,
	.describe = describe_memtest,
};
