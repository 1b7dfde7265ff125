/* bios_test.c - the rule for the BIOS's areas, and how verdicts add up. */
// LINK: hwtest/rules/bios.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/report/facts.c common/xalloc.c
#include <host/host.h>
#include "../rules.h"

static struct facts facts;
static char lines[1024];

static void put(void *ctx, const char *line)
{
	strcat(strcat(lines, line), "\n");
}

static enum verdict judged(char *why, size_t size)
{
	struct judgement j = { .verdict = VERDICT_WORKS };
	enum verdict v;

	rule_bios.judge(&facts, &j);
	v = j.verdict;
	snprintf(why, size, "%s", j.count ? j.why[0] : "");
	judgement_free(&j);
	return v;
}

static void test_a_usual_pc(void **state)
{
	uint8_t bda[256] = { 0xf8, 0x03,	  0xf8, 0x02,	   [8] = 0x78,
			     0x03, [0x13] = 0x7f, 0x02, [0x75] = 2 };
	char why[80];

	facts_bytes(&facts, "bios", "", "bda", bda, sizeof(bda));
	facts_bytes(&facts, "bios", "", "rom-top",
		    "\xea\x5b\xe0\x00\xf0"
		    "06/23/99\x00\xfc\x00",
		    16);
	facts_number(&facts, "bios", "", "ebda-address", 0x9fc00, "");
	assert_int_equal(judged(why, sizeof(why)), VERDICT_WORKS);
	rule_bios.describe(&facts, put, NULL);
	assert_string_equal(lines, "BIOS date: 06/23/99 (month/day/year)\n"
				   "Low memory: 639 KB\n"
				   "Hard disks: 2\n"
				   "Serial ports: 3f8 2f8\n"
				   "Parallel ports: 378\n"
				   "Extended BIOS data area at 9fc00\n");
}

static void test_what_is_missing_or_cut_is_not_read(void **state)
{
	char why[80];

	assert_int_equal(judged(why, sizeof(why)), VERDICT_FAILED);
	facts_bytes(&facts, "bios", "", "bda", "abc", 3);
	facts_bytes(&facts, "bios", "", "rom-top", "06", 2);
	assert_int_equal(judged(why, sizeof(why)), VERDICT_FAILED);
	rule_bios.describe(&facts, put, NULL);
	assert_string_equal(lines, "");
}

static void test_little_memory_is_told(void **state)
{
	uint8_t bda[256] = { [0x13] = 0xff, 0xff };
	char why[80];

	facts_bytes(&facts, "bios", "", "bda", bda, sizeof(bda));
	assert_int_equal(judged(why, sizeof(why)), VERDICT_LIMITED);
	assert_string_equal(why, "The BIOS says that there are 65535 KB of low memory.");
}

static void test_the_worst_verdict_stays(void **state)
{
	struct judgement j = { .verdict = VERDICT_WORKS };

	judge(&j, VERDICT_FAILED, "one");
	judge(&j, VERDICT_LIMITED, "two");
	assert_int_equal(j.verdict, VERDICT_FAILED);
	assert_int_equal(j.count, 2);
	assert_string_equal(j.why[1], "two");
	judgement_free(&j);
}

static void test_names_of_verdicts(void **state)
{
	enum verdict v;

	for (unsigned int i = 0; i < VERDICTS; i++) {
		assert_true(verdict_parse(verdict_name((enum verdict)i), &v));
		assert_int_equal(v, i);
	}
	assert_false(verdict_parse("fine", &v));
}

static int setup(void **state)
{
	facts_init(&facts);
	*lines = 0;
	return 0;
}

static int teardown(void **state)
{
	facts_free(&facts);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_usual_pc, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_missing_or_cut_is_not_read, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_little_memory_is_told, setup, teardown),
		cmocka_unit_test(test_the_worst_verdict_stays),
		cmocka_unit_test(test_names_of_verdicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
