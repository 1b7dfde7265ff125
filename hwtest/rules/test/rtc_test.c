/* The rule for the battery clock: sound, worn and lying ones. */
// LINK: hwtest/rules/rtc.c hwtest/rules/put.c hwtest/rules/verdict.c hwtest/rules/agree.c
// LINK: hwtest/rules/test/rule_case.c
// LINK: hwtest/report/facts.c common/xalloc.c drivers/rtc/rtc_decode.c
#include <string.h>
#include "rule_case.h"

/* 2004-05-06 07:08:09, BCD, 24 hours; all bytes of the checksum 1. */
static void fill(uint8_t bytes[128])
{
	static const uint8_t head[14] = { 9, 0, 8, 0, 7, 0, 5, 6, 0x05, 4, 0, 0x02, 0x00, 0x80 };

	memset(bytes, 1, 128);
	memcpy(bytes, head, sizeof(head));
	bytes[7] = 0x06;
	bytes[0x0a] = 0x26;
	bytes[0x2e] = 0;
	bytes[0x2f] = 0x1e;
	bytes[0x32] = 0x20;
}

static void add(const uint8_t bytes[128], int drift, const char *date)
{
	rule_start_again();
	facts_bytes(&facts, "rtc", "", "registers", bytes, 128);
	facts_text(&facts, "rtc", "", "date", "%s", date);
	facts_number(&facts, "rtc", "", "update-stuck", 0, "");
	facts_number(&facts, "rtc", "", "updates", 5, "");
	facts_number(&facts, "rtc", "", "drift", drift, "ppm");
	facts_number(&facts, "rtc", "", "drift-uncertainty", 3, "ppm");
}

#define DATE "2004-05-06 07:08:09"

static void test_a_sound_clock(void **state)
{
	uint8_t bytes[128];

	fill(bytes);
	add(bytes, -12, DATE);
	facts_text(&facts, "rtc", "", "driver-date", "2004-05-06 07:08:10");
	expect_verdict(&rule_rtc, VERDICT_WORKS, NULL);
	expect_line(&rule_rtc, "Date: 2004-05-06 07:08:09\n");
	expect_line(&rule_rtc, "BCD, 24 hours; battery good; BIOS checksum fits");
	expect_line(&rule_rtc, "-12 ppm (give or take 3)");
}

static void test_worn_clocks(void **state)
{
	uint8_t bytes[128];

	fill(bytes);
	bytes[0x0d] = 0;
	add(bytes, 0, DATE);
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "battery is empty");
	fill(bytes);
	bytes[0x20]++;
	add(bytes, 0, DATE);
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "do not fit their checksum");
	bytes[0x2f] = 0; /* a BIOS that keeps none */
	add(bytes, 0, DATE);
	expect_verdict(&rule_rtc, VERDICT_WORKS, NULL);
	fill(bytes);
	bytes[0x0b] |= 0x80;
	add(bytes, 0, DATE);
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "stopped");
	fill(bytes);
	add(bytes, 1000, DATE);
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "86 seconds a day fast");
	add(bytes, -1000, DATE);
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "86 seconds a day slow");
	add(bytes, 40000, DATE);
	expect_verdict(&rule_rtc, VERDICT_FAILED, "differ by 3456 seconds");
	facts_number(&facts, "rtc", "", "seconds", 4, "times");
	facts_number(&facts, "rtc", "", "seconds-agreeing", 2, "times");
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "something takes the processor away");
	add(bytes, 0, "2004-02-30 00:00:00");
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "no date");
}

static void test_a_clock_that_does_not_count(void **state)
{
	uint8_t bytes[128];

	fill(bytes);
	rule_start_again();
	facts_bytes(&facts, "rtc", "", "registers", bytes, 128);
	facts_text(&facts, "rtc", "", "date", DATE);
	facts_number(&facts, "rtc", "", "updates", 0, "");
	expect_verdict(&rule_rtc, VERDICT_FAILED, "does not count");
	rule_start_again();
	facts_bytes(&facts, "rtc", "", "registers", bytes, 128);
	facts_text(&facts, "rtc", "", "date", DATE);
	facts_number(&facts, "rtc", "", "updates", 0, "");
	facts_number(&facts, "rtc", "", "update-stuck", 1, "");
	expect_verdict(&rule_rtc, VERDICT_LIMITED, "always says that it is being updated");
}

static void test_a_driver_that_reads_something_else(void **state)
{
	uint8_t bytes[128];

	fill(bytes);
	add(bytes, 0, DATE);
	facts_text(&facts, "rtc", "", "driver-date", "2004-05-06 08:08:09");
	expect_verdict(&rule_rtc, VERDICT_MALFUNCTION, "3600 seconds away");
}

static void test_absurd_reports(void **state)
{
	static const char *const dates[] = { "",
					     "x",
					     "2004",
					     "2004-05-06",
					     "9999999999-1-1 1:1:1",
					     "2004-05-06 07:08:",
					     "-1--1--1 -1:-1:-1" };
	uint8_t bytes[128];

	expect_verdict(&rule_rtc, VERDICT_FAILED, "could not be read");
	facts_bytes(&facts, "rtc", "", "registers", "abc", 3);
	expect_verdict(&rule_rtc, VERDICT_FAILED, "could not be read");
	describe_by(&rule_rtc);
	assert_string_equal(lines, "");
	fill(bytes);
	for (unsigned int i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		add(bytes, 0, dates[i]);
		expect_verdict(&rule_rtc, VERDICT_LIMITED, "no date");
	}
	add(bytes, 0, DATE);
	facts_text(&facts, "rtc", "", "driver-date", "nonsense");
	expect_verdict(&rule_rtc, VERDICT_WORKS, NULL);
	/* A rate that no clock has is no measurement; nor is one as uncertain as this. */
	rule_start_again();
	memset(bytes, 0xff, sizeof(bytes));
	facts_bytes(&facts, "rtc", "", "registers", bytes, 128);
	facts_number(&facts, "rtc", "", "drift", INT64_MIN, "ppm");
	facts_number(&facts, "rtc", "", "drift-uncertainty", INT64_MAX, "ppm");
	(void)judge_by(&rule_rtc);
	describe_by(&rule_rtc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_a_sound_clock),
		RULE_TEST(test_worn_clocks),
		RULE_TEST(test_a_clock_that_does_not_count),
		RULE_TEST(test_a_driver_that_reads_something_else),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
