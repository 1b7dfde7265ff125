/* mouse.c - is there a mouse, and does it move? Source: IDs by hardware-notes 7.4. */
#include "rules.h"

static const struct {
	int64_t id;
	const char *name;
} kinds[] = { { 0, "two or three buttons" },
	      { 3, "with a wheel (IntelliMouse)" },
	      { 4, "with a wheel and five buttons (Explorer)" } };

static int64_t number(const struct facts *facts, const char *key, int64_t none)
{
	return facts_get_number(facts, "mouse", "", key, none);
}

static void judge_mouse(const struct facts *facts, struct judgement *j)
{
	if (facts_get_text(facts, "mouse", "", "owner")) {
		if (!facts_next(facts, NULL, "mouse", "name"))
			judge(j, VERDICT_FAILED, "The system lists no mouse.");
		else
			judge(j, VERDICT_DETECTED, "It was not tried: the system's driver has it.");
		return;
	}
	if (number(facts, "id", -1) < 0) {
		judge(j, VERDICT_FAILED, "No mouse answers.");
		return;
	}
	if (number(facts, "events", -1) < 0)
		judge(j, VERDICT_DETECTED, "It answers; nobody was asked to move it.");
	else if (!number(facts, "events", 0))
		judge(j, VERDICT_FAILED, "No movement arrived.");
	else if (number(facts, "directions", 0) < 4)
		judge(j, VERDICT_LIMITED, "Movements arrived, but not in all four directions.");
}

static void describe_mouse(const struct facts *facts, void (*put)(void *ctx, const char *line),
			   void *ctx)
{
	const struct fact *name = NULL;

	while ((name = facts_next(facts, name, "mouse", "name")))
		if (name->kind == FACT_TEXT)
			rule_put(put, ctx, "The system's: %s", name->text);
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (number(facts, "id", -1) == kinds[i].id)
			rule_put(put, ctx, "A mouse, %s", kinds[i].name);
	if (number(facts, "events", -1) >= 0)
		rule_put(put, ctx, "Movements: %lld, buttons: %03llx",
			 (long long)number(facts, "events", 0),
			 (unsigned long long)number(facts, "buttons", 0));
}

const struct rule rule_mouse = {
	.probe = "mouse",
	.judge = judge_mouse,
	.describe = describe_mouse,
};
