/* keyboard.c - does the keyboard answer and do as it is told? */
#include "rules.h"

#define KEYS_FEW 40

static int64_t number(const struct facts *facts, const char *key, int64_t none)
{
	return facts_get_number(facts, "keyboard", "", key, none);
}

static void judge_keyboard(const struct facts *facts, struct judgement *j)
{
	int64_t keys = number(facts, "keys", -1);

	if (facts_get_text(facts, "keyboard", "", "owner")) {
		if (!facts_next(facts, NULL, "keyboard", "name"))
			judge(j, VERDICT_FAILED, "The system lists no keyboard.");
		else
			judge(j, VERDICT_DETECTED, "It was not tried: the system's driver has it.");
		return;
	}
	if (number(facts, "answers", 0) != 1)
		judge(j, VERDICT_FAILED, "No keyboard answers (error %lld).",
		      (long long)number(facts, "error", 0));
	else if (number(facts, "lights-error", 0))
		judge(j, VERDICT_LIMITED, "The keyboard does not take the command for its lights.");
	if (!keys)
		judge(j, VERDICT_FAILED, "No key arrived.");
	else if (keys > 0 && keys < KEYS_FEW)
		judge(j, VERDICT_WORKS, "%lld different keys arrived; the others were not seen.",
		      (long long)keys);
}

static void describe_keyboard(const struct facts *facts, void (*put)(void *ctx, const char *line),
			      void *ctx)
{
	const struct fact *name = NULL;
	int64_t id = number(facts, "id", -1);

	while ((name = facts_next(facts, name, "keyboard", "name")))
		if (name->kind == FACT_TEXT)
			rule_put(put, ctx, "The system's: %s", name->text);
	if (number(facts, "answers", 0) != 1)
		return;
	if (id > 0)
		rule_put(put, ctx, "Its identification: %04llx", (unsigned long long)id & 0xffff);
	else
		rule_put(put, ctx, "It tells no identification (an AT keyboard)");
	rule_put(put, ctx, "Its codes: set %lld", (long long)number(facts, "set", 0));
	if (number(facts, "keys", -1) >= 0)
		rule_put(put, ctx, "Different keys that arrived: %lld",
			 (long long)number(facts, "keys", 0));
}

const struct rule rule_keyboard = {
	.probe = "keyboard",
	.judge = judge_keyboard,
	.describe = describe_keyboard,
};
