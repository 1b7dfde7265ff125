/* The rule for serial ports. */
// LINK: hwtest/rules/serial.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/report/facts.c common/xalloc.c
#include <stdio.h>
#include "rule_case.h"

static void number(const char *key, int64_t value)
{
	facts_number(&facts, "serial", "com1", key, value, "");
}

static void loop(unsigned int rate, int64_t lost, int64_t wrong, int64_t time)
{
	static const char *const what[] = { "lost", "wrong", "time" };
	int64_t value[] = { lost, wrong, time };
	char key[32];

	for (unsigned int i = 0; i < 3; i++) {
		snprintf(key, sizeof(key), "loop-%u-%s", rate, what[i]);
		number(key, value[i]);
	}
}

/* 20 bytes at 9600 baud take 20833 us. */
static void port(const char *chip, int64_t line, int64_t lost, int64_t wrong, int64_t time)
{
	rule_start_again();
	number("port", 0x3f8);
	facts_text(&facts, "serial", "com1", "chip", "%s", chip);
	number("lines-raised", line);
	loop(9600, lost, wrong, time);
}

static void test_verdicts(void **state)
{
	port("16550A", 1 << 4, 0, 0, 21500);
	expect_verdict(&rule_serial, VERDICT_WORKS, NULL);
	expect_line(&rule_serial, "com1: 16550A at 3f8, line 4\n");
	expect_line(&rule_serial, "  loop at 9600 baud: 0 lost, 0 changed, 103 % of the time\n");
	port("16550A", 1 << 4, 0, 0, 100); /* an emulator's */
	expect_verdict(&rule_serial, VERDICT_WORKS, NULL);
	port("16550A", 1 << 4, 0, 0, 5200);
	expect_verdict(&rule_serial, VERDICT_LIMITED, "24 % of their time");
	port("16450", 1 << 4, 0, 0, 83000);
	expect_verdict(&rule_serial, VERDICT_LIMITED, "crystal is not the usual");
	port("16550", 1 << 4, 0, 0, 21500);
	expect_verdict(&rule_serial, VERDICT_LIMITED, "FIFO loses bytes");
	port("16550A", 1 << 5, 0, 0, 21500);
	expect_verdict(&rule_serial, VERDICT_LIMITED, "line 5 and not the usual 4");
	port("16550A", 0, 0, 0, 21500);
	expect_verdict(&rule_serial, VERDICT_LIMITED, "raises no interrupt line");
	number("lines-before", 1 << 4);
	expect_verdict(&rule_serial, VERDICT_WORKS, NULL);
	port("16550A", 1 << 4, 20, 0, 80000);
	expect_verdict(&rule_serial, VERDICT_FAILED, "20 of 20 bytes did not come back at 9600");
	port("16550A", 1 << 4, 0, 3, 21500);
	expect_verdict(&rule_serial, VERDICT_MALFUNCTION, "3 of 20 bytes came back changed");
	port("none", 0, 0, 0, 0);
	expect_verdict(&rule_serial, VERDICT_FAILED, "no UART");
}

static void test_a_drivers_port(void **state)
{
	number("port", 0x3f8);
	facts_text(&facts, "serial", "com1", "owner", "serial");
	facts_text(&facts, "serial", "com1", "driver-chip", "16550A");
	number("driver-line", 4);
	expect_verdict(&rule_serial, VERDICT_DETECTED, "not tried: serial has it");
	expect_line(&rule_serial, "com1: 16550A at 3f8, line 4\n");
}

static void test_absurd_reports(void **state)
{
	expect_verdict(&rule_serial, VERDICT_FAILED, "No serial port");
	number("port", -1);
	expect_verdict(&rule_serial, VERDICT_DETECTED, "something has it");
	port("?", INT64_MIN, INT64_MAX, INT64_MIN, INT64_MAX);
	(void)judge_by(&rule_serial);
	describe_by(&rule_serial);
	port("?", 3, -1, -1, INT64_MIN);
	(void)judge_by(&rule_serial);
	number("driver-line", INT64_MAX);
	describe_by(&rule_serial);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE_TEST(test_verdicts),
		RULE_TEST(test_a_drivers_port),
		RULE_TEST(test_absurd_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
