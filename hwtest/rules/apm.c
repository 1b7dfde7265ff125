/* apm.c - is there an APM BIOS that can switch the machine off? Source: APM BIOS 1.2, 4.2. */
#include "rules.h"

static int64_t number(const struct facts *facts, const char *key)
{
	return facts_get_number(facts, "apm", "", key, -1);
}

static void judge_apm(const struct facts *facts, struct judgement *j)
{
	if (number(facts, "major") < 0) {
		judge(j, VERDICT_FAILED, "What the system says of the APM BIOS is not understood.");
		return;
	}
	if (number(facts, "major") == 1 && !number(facts, "minor"))
		judge(j, VERDICT_LIMITED, "APM 1.0 cannot switch the machine off for certain.");
}

static void describe_apm(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	if (number(facts, "major") >= 0)
		rule_put(put, ctx, "APM %lld.%lld, flags %02llx", (long long)number(facts, "major"),
			 (long long)number(facts, "minor"),
			 (unsigned long long)number(facts, "flags"));
}

const struct rule rule_apm = {
	.probe = "apm",
	.judge = judge_apm,
	.describe = describe_apm,
};
