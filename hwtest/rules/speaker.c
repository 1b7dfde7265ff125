/* speaker.c - does the timer behind the speaker answer? Whether it is loud is for ears. */
#include "rules.h"

#define SHOT_LEAST 8000
#define SHOT_MOST  14000

static void judge_speaker(const struct facts *facts, struct judgement *j)
{
	int64_t shot = facts_get_number(facts, "speaker", "", "shot", -1);

	enum agreement agree = rule_agree(facts, "speaker", "", "shots");

	if (agree == AGREE_NONE || (agree < AGREE_ALL && shot < SHOT_LEAST))
		judge(j, VERDICT_LIMITED,
		      "The timer's output to the speaker could not be timed: %s.", RULE_DISTURBED);
	else if (facts_get_number(facts, "speaker", "", "output-rose", 0) != 1)
		judge(j, VERDICT_FAILED, "The timer's output to the speaker never rises.");
	else if (facts_get_number(facts, "speaker", "", "output-fell", 0) != 1)
		judge(j, VERDICT_FAILED, "The timer's output to the speaker never falls.");
	else if (shot >= 0 && shot < SHOT_LEAST)
		judge(j, VERDICT_FAILED, "The timer's output rose after %lld us instead of 10000.",
		      (long long)shot);
	else if (shot > SHOT_MOST)
		judge(j, VERDICT_LIMITED, "The timer's output rose after %lld us instead of 10000.",
		      (long long)shot);
	if (facts_get_number(facts, "speaker", "", "tone", 0) <= 0)
		judge(j, VERDICT_DETECTED, "No tone was played: nobody was asked to listen.");
}

static void describe_speaker(const struct facts *facts, void (*put)(void *ctx, const char *line),
			     void *ctx)
{
	int64_t tone = facts_get_number(facts, "speaker", "", "tone", 0);

	if (tone > 0)
		rule_put(put, ctx, "A tone of %lld Hz was played for half a second.",
			 (long long)tone);
}

const struct rule rule_speaker = {
	.probe = "speaker",
	.judge = judge_speaker,
	.describe = describe_speaker,
};
