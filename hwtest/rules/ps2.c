/* ps2.c - is there a controller for keyboard and mouse, and does it do as it is told? */
#include "rules.h"
#include <string.h>

#define SELF_TEST_OK 0x55
#define KEY_UNLOCKED 0x10

static int64_t number(const struct facts *facts, const char *key)
{
	return facts_get_number(facts, "ps2", "", key, -1);
}

static void judge_ps2(const struct facts *facts, struct judgement *j)
{
	const char *owner = facts_get_text(facts, "ps2", "", "owner");
	const char *fault = facts_get_text(facts, "ps2", "", "fault");
	const char *aux = facts_get_text(facts, "ps2", "", "mouse-port-fault");

	if (owner) {
		judge(j, VERDICT_DETECTED, "Its commands were not tried: %s has it.", owner);
		return;
	}
	if (number(facts, "error") != 0 && number(facts, "error") != -1)
		judge(j, VERDICT_FAILED, "The controller cannot be used: %s.",
		      fault ? fault : "unknown");
	else if (number(facts, "status") < 0 || !fault)
		judge(j, VERDICT_FAILED, "The controller was not looked at.");
	else if (number(facts, "faulty") == 1)
		judge(j, VERDICT_LIMITED, "The controller works, but: %s.", fault);
	if (aux)
		judge(j, VERDICT_WORKS, "There is no port for a mouse (%s).", aux);
	if (number(facts, "status") >= 0 && !(number(facts, "status") & KEY_UNLOCKED))
		judge(j, VERDICT_LIMITED, "The key switch of the case is locked.");
	if (number(facts, "self-test") >= 0 && number(facts, "self-test") != SELF_TEST_OK)
		judge(j, VERDICT_LIMITED, "Its self test answered %02llx instead of 55.",
		      (unsigned long long)number(facts, "self-test"));
}

static void describe_ps2(const struct facts *facts, void (*put)(void *ctx, const char *line),
			 void *ctx)
{
	if (number(facts, "status") >= 0)
		rule_put(put, ctx, "Status %02llx", (unsigned long long)number(facts, "status"));
	if (number(facts, "control") >= 0)
		rule_put(put, ctx, "Control register as found %02llx: keyboard codes %s",
			 (unsigned long long)number(facts, "control"),
			 number(facts, "control") & 0x40 ? "translated (set 1)"
							 : "as they come (set 2)");
	if (number(facts, "mouse-port") >= 0)
		rule_put(put, ctx, "Port for a mouse: %s",
			 number(facts, "mouse-port") ? "yes" : "no");
	if (number(facts, "multiplexer") >= 0)
		rule_put(put, ctx, "Active multiplexer, version %02llx",
			 (unsigned long long)number(facts, "multiplexer"));
}

const struct rule rule_ps2 = {
	.probe = "ps2",
	.judge = judge_ps2,
	.describe = describe_ps2,
};
