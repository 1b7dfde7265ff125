/* The rule for interrupt controllers and lines. */
// LINK: hwtest/rules/irq.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
#include "rule_case.h"

static void controllers(int64_t masked, int64_t level, int64_t always)
{
	rule_start_again();
	facts_number(&facts, "irq", "", "masked", masked, "");
	facts_number(&facts, "irq", "", "level", level, "");
	facts_number(&facts, "irq", "", "requests-always", always, "");
	facts_number(&facts, "irq", "irq4", "count", 281, "");
	facts_text(&facts, "irq", "irq4", "owner", "serial");
}

static void test_controllers(void **state)
{
	controllers(0xffe8, 0x0c00, 0);
	expect_verdict(&rule_irq, VERDICT_WORKS, NULL);
	expect_line(&rule_irq, "Masked lines: ffe8, level-triggered: 0c00\n");
	expect_line(&rule_irq, "irq4: 281 interrupts, serial\n");
	/* An ISA board has no such register: the bus floats. */
	controllers(0xffe8, 0xffff, 0);
	expect_verdict(&rule_irq, VERDICT_WORKS, "all lines are edges");
	expect_line(&rule_irq, "level-triggered: 0000\n");
	controllers(0xffff, 0, 0);
	expect_verdict(&rule_irq, VERDICT_FAILED, "may be absent");
	controllers(0xffe8, 0, 1 << 4);
	expect_verdict(&rule_irq, VERDICT_FAILED, "Line 4 asks for an interrupt all the time and");
	controllers(0xfff8, 0, 1 << 5);
	expect_verdict(&rule_irq, VERDICT_WORKS, "nobody listens");
	controllers(0xffe8, 0, 1 << 2);
	expect_verdict(&rule_irq, VERDICT_WORKS, NULL);
	facts_number(&facts, "irq", "irq4", "apic", 1, "");
	expect_verdict(&rule_irq, VERDICT_DETECTED, "APIC");
}

static void test_absurd_reports(void **state)
{
	expect_verdict(&rule_irq, VERDICT_FAILED, "could not be read");
	controllers(INT64_MAX, INT64_MIN, INT64_MAX);
	expect_verdict(&rule_irq, VERDICT_FAILED, "could not be read");
	describe_by(&rule_irq);
	controllers(0, INT64_MAX, 0xffff);
	(void)judge_by(&rule_irq);
	describe_by(&rule_irq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_controllers),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
