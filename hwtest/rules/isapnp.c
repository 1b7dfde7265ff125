/* isapnp.c - ISA Plug and Play cards: what they call themselves. Oldiron has no use for them yet.
 */
#include "rules.h"

static void judge_isapnp(const struct facts *facts, struct judgement *j)
{
	if (facts_next(facts, NULL, "isapnp", "id"))
		judge(j, VERDICT_DETECTED,
		      "Oldiron leaves Plug and Play cards as the BIOS set them up.");
	else
		judge(j, VERDICT_FAILED, "No card was noted.");
}

static void describe_isapnp(const struct facts *facts, void (*put)(void *ctx, const char *line),
			    void *ctx)
{
	const struct fact *id = NULL;

	while ((id = facts_next(facts, id, "isapnp", "id")))
		if (id->kind == FACT_TEXT)
			rule_put(put, ctx, "%s: %s", id->subject, id->text);
}

const struct rule rule_isapnp = {
	.probe = "isapnp",
	.judge = judge_isapnp,
	.describe = describe_isapnp,
};
