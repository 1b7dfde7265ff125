/* power.c - can the machine be switched off by its system? */
#include "rules.h"

static int64_t number(const struct facts *facts, const char *key)
{
	return facts_get_number(facts, "power", "", key, -1);
}

static void judge_power(const struct facts *facts, struct judgement *j)
{
	if (number(facts, "still-on") == 1)
		judge(j, VERDICT_FAILED, "It was to be switched off, and is still on.");
	else if (number(facts, "acpi") < 0 && number(facts, "apm") < 0)
		judge(j, VERDICT_FAILED, "The ways to switch off were not looked for.");
	else if (number(facts, "acpi") != 1 && number(facts, "apm") != 1)
		judge(j, VERDICT_LIMITED,
		      "Only an APM BIOS could switch it off, if there is one: the system says when "
		      "the switch may be used, and asks it.");
	else
		judge(j, VERDICT_DETECTED, "Not tried: --poweroff does.");
}

static void describe_power(const struct facts *facts, void (*put)(void *ctx, const char *line),
			   void *ctx)
{
	if (number(facts, "acpi") == 1)
		rule_put(put, ctx, "By ACPI");
	if (number(facts, "apm") == 1)
		rule_put(put, ctx, "By the APM BIOS%s",
			 number(facts, "acpi") == 1 ? ", if ACPI does not" : "");
}

const struct rule rule_power = {
	.probe = "power",
	.judge = judge_power,
	.describe = describe_power,
};
