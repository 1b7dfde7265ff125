/* The rules for the interval timer and the speaker. */
// LINK: hwtest/rules/pit.c hwtest/rules/speaker.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/agree.c hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
#include "rule_case.h"

static void timer(int64_t low, int64_t high, int64_t rate)
{
	rule_start_again();
	facts_number(&facts, "pit", "channel0", "status", 0x34, "");
	facts_number(&facts, "pit", "channel0", "lowest", low, "");
	facts_number(&facts, "pit", "channel0", "highest", high, "");
	facts_number(&facts, "pit", "channel2", "rate", rate, "hz");
	facts_number(&facts, "pit", "channel2", "uncertainty", 20, "ppm");
}

static void test_timers(void **state)
{
	timer(5, 4770, 1193190);
	expect_verdict(&rule_pit, VERDICT_WORKS, NULL);
	expect_line(&rule_pit, "Channel 0: mode 2, counts seen 5 to 4770\n");
	expect_line(&rule_pit, "Channel 2: 1193190 counts a second, +6 ppm\n");
	timer(5, 4770, 1195000);
	expect_verdict(&rule_pit, VERDICT_LIMITED, "differ by 1523 ppm");
	timer(5, 4770, 2386364);
	expect_verdict(&rule_pit, VERDICT_FAILED, "counts 2386364 times a second");
	timer(5, 4770, 0);
	expect_verdict(&rule_pit, VERDICT_FAILED, "does not count");
	timer(65535, 65535, 1193190);
	expect_verdict(&rule_pit, VERDICT_FAILED, "always reads 65535");
	timer(5, 4770, 1193190);
	facts_number(&facts, "pit", "channel0", "interrupts", 0, "hz");
	expect_verdict(&rule_pit, VERDICT_FAILED, "no interrupt");
}

static void rates(int64_t count, int64_t agreeing)
{
	facts_number(&facts, "pit", "channel2", "rates", count, "times");
	facts_number(&facts, "pit", "channel2", "rates-agreeing", agreeing, "times");
}

static void test_measurements_that_differ(void **state)
{
	timer(5, 4770, 1253000);
	rates(5, 4);
	expect_verdict(&rule_pit, VERDICT_LIMITED, "measurements differ");
	timer(5, 4770, 1253000);
	rates(5, 5);
	expect_verdict(&rule_pit, VERDICT_FAILED, "counts 1253000 times a second");
	/* The lowest is right, and another one says so too; or none does. */
	timer(5, 4770, 1193182);
	rates(5, 2);
	expect_verdict(&rule_pit, VERDICT_WORKS, NULL);
	timer(5, 4770, 1193182);
	rates(5, 1);
	expect_verdict(&rule_pit, VERDICT_LIMITED, "is not known");
	/* It moves, and was never watched closely. */
	timer(5, 4770, 0);
	facts_number(&facts, "pit", "channel2", "rates", 0, "times");
	facts_number(&facts, "pit", "channel2", "moved", 1, "");
	expect_verdict(&rule_pit, VERDICT_LIMITED, "is not known");
}

static void speaker(int64_t fell, int64_t rose, int64_t shot, int64_t tone)
{
	rule_start_again();
	facts_number(&facts, "speaker", "", "output-fell", fell, "");
	facts_number(&facts, "speaker", "", "output-rose", rose, "");
	facts_number(&facts, "speaker", "", "shot", shot, "us");
	if (tone)
		facts_number(&facts, "speaker", "", "tone", tone, "hz");
}

static void test_speakers(void **state)
{
	speaker(1, 1, 10003, 440);
	expect_verdict(&rule_speaker, VERDICT_WORKS, NULL);
	expect_line(&rule_speaker, "440 Hz");
	speaker(1, 1, 10003, 0);
	expect_verdict(&rule_speaker, VERDICT_DETECTED, "No tone");
	speaker(1, 0, 50000, 440);
	expect_verdict(&rule_speaker, VERDICT_FAILED, "never rises");
	speaker(0, 1, 0, 440);
	expect_verdict(&rule_speaker, VERDICT_FAILED, "never falls");
	speaker(1, 1, 5000, 440);
	expect_verdict(&rule_speaker, VERDICT_FAILED, "5000 us instead");
	speaker(1, 1, 30000, 440);
	expect_verdict(&rule_speaker, VERDICT_LIMITED, "30000 us instead");
	/* Never watched closely: it may have fallen and risen in between. */
	speaker(0, 1, 3, 440);
	facts_number(&facts, "speaker", "", "shots", 0, "times");
	facts_number(&facts, "speaker", "", "shots-agreeing", 0, "times");
	expect_verdict(&rule_speaker, VERDICT_LIMITED, "could not be timed");
}

static void test_absurd_reports(void **state)
{
	expect_verdict(&rule_pit, VERDICT_FAILED, "could not be read");
	expect_verdict(&rule_speaker, VERDICT_FAILED, "never rises");
	timer(INT64_MAX, INT64_MIN, INT64_MAX);
	(void)judge_by(&rule_pit);
	describe_by(&rule_pit);
	timer(0, 1, INT64_MIN);
	(void)judge_by(&rule_pit);
	describe_by(&rule_pit);
	speaker(INT64_MAX, 1, INT64_MIN, INT64_MIN);
	(void)judge_by(&rule_speaker);
	describe_by(&rule_speaker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_timers),
		RULE_TEST(test_measurements_that_differ),
		RULE_TEST(test_speakers),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
