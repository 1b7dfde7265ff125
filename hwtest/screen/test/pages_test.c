/* pages_test.c - pages fit the screen, say what they are, and lose nothing but what is cut in the
 * summary. */
// LINK: hwtest/screen/pages.c hwtest/rules/review.c hwtest/rules/verdict.c
// LINK: hwtest/rules/advice.c hwtest/rules/switches.c hwtest/rules/bios_disk.c
// LINK: hwtest/report/facts.c hwtest/report/report.c common/sha256.c common/xalloc.c common/wrap.c
#include <host/host.h>
#include "../pages.h"

static struct report report;
static struct pages pages;
static unsigned int described; /* lines that the rule has to say */

static void judge_it(const struct facts *facts, struct judgement *j)
{
	judge(j, VERDICT_LIMITED,
	      "A reason that is so long that it cannot stand on one line of a screen, but must be "
	      "cut in the summary and broken on its own page.");
}

static void describe_it(const struct facts *facts, void (*put)(void *ctx, const char *line),
			void *ctx)
{
	char line[32];

	for (unsigned int i = 0; i < described; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		put(ctx, line);
	}
}

static const struct rule rule_it = { "it", judge_it, describe_it };

const struct rule *rule_find(const char *probe)
{
	return strcmp(probe, "it") ? NULL : &rule_it;
}

static void add(const char *name, const char *verdict)
{
	report_add_probe(&report, name, "R0", 0)->verdict = verdict ? strdup(verdict) : NULL;
}

static int setup(void **state)
{
	report_init(&report);
	report.build = strdup("0.1-0123456789ab");
	report.started = strdup("2026-11-22T08:00:00Z");
	report.machine = strdup("Compaq Deskpro 4/33i, its second");
	report.complete = true;
	described = 3;
	return 0;
}

static int teardown(void **state)
{
	pages_free(&pages);
	report_free(&report);
	return 0;
}

static bool has_line(const char *text)
{
	for (size_t page = 0; page < pages.count; page++)
		for (size_t i = 0; i < PAGE_LINES; i++)
			if (!strcmp(pages_line(&pages, page, i), text))
				return true;
	return false;
}

static void test_each_page_says_what_it_is(void **state)
{
	add("it", "works");
	pages_make(&pages, &report, NULL);
	assert_int_equal(pages.count, 2);
	assert_string_equal(pages_line(&pages, 0, 0),
			    "Compaq Deskpro 4/3 2026-11-22 08:00 UTC hwtest 0.1-0123456789ab     "
			    "page 1 of 2");
	assert_string_equal(pages_line(&pages, 1, 2), "it: limited");
}

static void test_the_answers_come_first(void **state)
{
	add("it", "works");
	pages_make(&pages, &report, NULL);
	assert_string_equal(
		pages_line(&pages, 0, 2),
		"Will Oldiron start here: perhaps. Not looked at: processor. Not looked "
		"at:");
	assert_true(has_line("Boot switches to use: none"));
	pages_free(&pages);
	pages_make(&pages, &report, "it");
	assert_false(has_line("Boot switches to use: none"));
}

static void test_the_summary_cuts_and_the_page_breaks(void **state)
{
	add("it", "works");
	pages_make(&pages, &report, NULL);
	assert_true(
		has_line("it           limited      A reason that is so long that it cannot stand "
			 "on o..."));
	assert_true(has_line("be cut in the summary and broken on its own page."));
}

static void test_many_lines_go_over_pages_and_none_is_lost(void **state)
{
	char line[32];

	described = 100;
	add("it", "works");
	pages_make(&pages, &report, "it");
	assert_int_equal(pages.count, 5); /* 104 lines, 22 a page */
	for (unsigned int i = 0; i < described; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		assert_true(has_line(line));
	}
	for (size_t page = 0; page < pages.count; page++)
		for (size_t i = 0; i < PAGE_LINES; i++)
			assert_true(strlen(pages_line(&pages, page, i)) <= PAGE_COLUMNS);
}

static void test_what_is_absent_has_no_page(void **state)
{
	add("it", "absent");
	add("gone", "not run");
	pages_make(&pages, &report, NULL);
	assert_int_equal(pages.count, 1);
	assert_true(has_line("gone         not run      "));
}

static void test_a_run_that_stopped(void **state)
{
	report.complete = false;
	add("it", NULL);
	pages_make(&pages, &report, NULL);
	assert_true(has_line(
		"This report is not complete: the run did not end, or lines are missing."));
	assert_true(has_line("it           hang         The machine stopped here: this probe never "
			     "ended."));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_page_says_what_it_is),
		TEST(test_the_answers_come_first),
		TEST(test_the_summary_cuts_and_the_page_breaks),
		TEST(test_many_lines_go_over_pages_and_none_is_lost),
		TEST(test_what_is_absent_has_no_page),
		TEST(test_a_run_that_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
