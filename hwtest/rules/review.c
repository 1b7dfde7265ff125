/* review.c - the verdict on a probe by what its report says and by its rule. */
#include "rules.h"
#include <string.h>

#define KILLED 9 /* not by hwtest: that would be a hang */

/* Reasons that only the run knew. */
static void keep(const struct report_probe *p, enum verdict v, const char *reason,
		 struct judgement *j)
{
	j->verdict = v;
	if (reason)
		judge(j, v, "%s", reason);
	for (size_t i = 0; !reason && i < p->count; i++)
		judge(j, v, "%s", p->why[i]);
}

static bool stays(enum verdict v)
{
	return v == VERDICT_ABSENT || v == VERDICT_NOT_RUN || v == VERDICT_HANG;
}

void review(const struct report *r, const struct report_probe *p, struct judgement *j)
{
	const struct rule *rule = rule_find(p->name);
	int64_t crash = facts_get_number(&r->facts, p->name, "", "crash", 0);
	enum verdict v;

	*j = (struct judgement){ .verdict = VERDICT_WORKS };
	if (!p->verdict)
		judge(j, VERDICT_HANG, "The machine stopped here: this probe never ended.");
	else if (verdict_parse(p->verdict, &v) && stays(v))
		keep(p, v, facts_get_text(&r->facts, p->name, "", "reason"), j);
	else if (crash == KILLED)
		judge(j, VERDICT_DETECTED,
		      "The system ended the probe (signal 9), for want of memory most likely: that "
		      "says nothing of the hardware.");
	else if (crash)
		judge(j, VERDICT_FAILED, "The probe itself crashed (signal %lld).",
		      (long long)crash);
	else if (rule)
		rule->judge(&r->facts, j);
	else
		judge(j, VERDICT_DETECTED, "This hwtest has no rule for it.");
}
