/* report_test.c - what is written is read again; hiding; and lines that are not as they should be.
 */
// LINK: hwtest/report/facts.c hwtest/report/json.c hwtest/report/report.c
// LINK: hwtest/report/report_read.c hwtest/report/report_write.c
// LINK: common/xalloc.c common/sha256.c
#include <host/host.h>
#include "../report.h"

static struct report report;

static int setup(void **state)
{
	report_init(&report);
	return 0;
}

static int teardown(void **state)
{
	report_free(&report);
	return 0;
}

static const char *parse(const char *text)
{
	return report_parse(&report, text, strlen(text));
}

#define HEAD "{\"hwtest\":1,\"build\":\"b\",\"system\":\"s\",\"started\":\"t\",\"salt\":\"x\"}\n"

static void test_reads_the_readme_example(void **state)
{
	assert_null(parse(
		HEAD
		"{\"probe\":\"rtc\",\"class\":\"R0\",\"begin\":123456}\n"
		"{\"probe\":\"rtc\",\"of\":\"\",\"fact\":\"registers\",\"bytes\":\"26fe\"}\n"
		"{\"probe\":\"rtc\",\"of\":\"\",\"fact\":\"drift\",\"number\":-12,\"unit\":\"ppm\"}"
		"\n"
		"{\"probe\":\"rtc\",\"end\":1123456,\"verdict\":\"works\",\"why\":[\"a\",\"b\"]}\n"
		"{\"end\":2123456,\"probes\":1}\n"));
	assert_true(report.complete);
	assert_int_equal(report.bad + report.unknown, 0);
	assert_int_equal(report.count, 1);
	assert_string_equal(report.probes[0].verdict, "works");
	assert_string_equal(report.probes[0].why[1], "b");
	assert_int_equal(report.probes[0].end - report.probes[0].begin, 1000000);
	assert_int_equal(facts_get_bytes(&report.facts, "rtc", "", "registers", 2)->bytes[1], 0xfe);
	assert_int_equal(facts_get_number(&report.facts, "rtc", "", "drift", 0), -12);
}

static void test_a_report_that_was_cut_off(void **state)
{
	assert_null(parse(HEAD "{\"probe\":\"rtc\",\"class\":\"R0\",\"begin\":1}\n"
			       "{\"probe\":\"rtc\",\"fact\":\"a\",\"text\":\"x\"}\n"
			       "{\"probe\":\"rtc\",\"fact\":\"b\",\"te"));
	assert_false(report.complete);
	assert_int_equal(report.bad, 1);
	assert_int_equal(report.bad_line, 4);
	assert_int_equal(report.probes[0].end, -1);
	assert_string_equal(facts_get_text(&report.facts, "rtc", "", "a"), "x");
}

/* The last line is there, and a probe between has gone. */
static void test_a_report_that_lost_lines(void **state)
{
	assert_null(parse(HEAD "{\"probe\":\"rtc\",\"class\":\"R0\",\"begin\":1}\n"
			       "{\"probe\":\"rtc\",\"end\":2,\"verdict\":\"works\",\"why\":[]}\n"
			       "{\"end\":3,\"probes\":2}\n"));
	assert_false(report.complete);
}

static void test_unknown_things_are_counted_and_left(void **state)
{
	assert_null(parse(HEAD "{\"colour\":\"red\",\"nested\":{\"a\":[1,{\"b\":\"]}\"}]}}\n"
			       "{\"probe\":\"rtc\",\"fact\":\"a\",\"text\":\"x\",\"more\":[true,"
			       "null],\"y\":1.5e3}\n"
			       "{\"probe\":\"rtc\",\"fact\":\"c\",\"colour\":3}\n"
			       "hello\n"));
	assert_int_equal(report.unknown, 2);
	assert_int_equal(report.bad, 1);
	assert_string_equal(facts_get_text(&report.facts, "rtc", "", "a"), "x");
}

static void test_what_is_no_report_is_refused(void **state)
{
	assert_string_equal(parse("{\"hwtest\":2}\n"), "this report is of a newer hwtest");
	assert_string_equal(parse("# a text\n"), "this is no report of hwtest");
	assert_string_equal(parse(""), "this is no report of hwtest");
}

static char *written(const struct fact *fact, const char *salt)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	report_write_fact(out, fact, salt);
	fclose(out);
	return text;
}

static void read_again(const struct fact *fact, const char *salt)
{
	char *text = written(fact, salt);

	assert_true(report_parse_line(&report, text, strlen(text) - 1));
	assert_int_equal(report.unknown, 0);
	free(text);
}

static void test_identifying_facts_are_hashed(void **state)
{
	struct facts f;
	struct fact *serial, *mac;
	char *text;

	facts_init(&f);
	serial = facts_text(&f, "ata", "ide0.0", "serial", "WD-123");
	serial->identifying = true;
	text = written(serial, "pepper");
	assert_null(strstr(text, "WD-123"));
	free(text);
	read_again(serial, "pepper");
	assert_string_equal(facts_get_text(&report.facts, "ata", "ide0.0", "serial"), "(hidden)");
	assert_int_equal(strlen(report.facts.first->hash), HASH_DIGITS);

	mac = facts_bytes(&f, "net", "c000", "prom", "\x52\x54\x00\x12\x34\x56\x57\x57", 8);
	facts_hide(mac, 3, 3);
	read_again(mac, "pepper");
	assert_memory_equal(facts_get_bytes(&report.facts, "net", NULL, "prom", 8)->bytes,
			    "\x52\x54\x00\0\0\0\x57\x57", 8);
	facts_free(&f);
}

static void test_identifying_facts_in_clear_stay_marked(void **state)
{
	struct facts f;
	struct fact *serial;

	facts_init(&f);
	serial = facts_text(&f, "ata", "ide0.0", "serial", "a\"b\\c");
	serial->identifying = true;
	read_again(serial, NULL);
	assert_string_equal(report.facts.first->text, "a\"b\\c");
	assert_true(report.facts.first->identifying);
	assert_null(report.facts.first->hash);
	facts_free(&f);
}

static void test_hashes_differ_by_salt_and_value(void **state)
{
	char a[HASH_DIGITS + 1], b[HASH_DIGITS + 1];

	report_hash(a, "one", "x", 1);
	report_hash(b, "two", "x", 1);
	assert_string_not_equal(a, b);
	report_hash(b, "one", "y", 1);
	assert_string_not_equal(a, b);
	report_hash(b, "onex", "", 0);
	assert_string_not_equal(a, b);
	report_hash(b, "one", "x", 1);
	assert_string_equal(a, b);
}

static void test_a_secret_range_beyond_the_bytes(void **state)
{
	struct facts f;
	struct fact *fact;

	facts_init(&f);
	fact = facts_bytes(&f, "x", "", "y", "abc", 3);
	facts_hide(fact, 2, SIZE_MAX);
	read_again(fact, "salt");
	assert_memory_equal(report.facts.first->bytes, "ab\0", 3);
	facts_hide(fact, 9, 1);
	read_again(fact, "salt");
	facts_free(&f);
}

static void test_several_secret_ranges(void **state)
{
	struct facts f;
	struct fact *fact;
	const struct fact *again;

	facts_init(&f);
	fact = facts_bytes(&f, "x", "", "y", "abcdefgh", 8);
	facts_hide(fact, 1, 2);
	facts_hide(fact, 6, 1);
	read_again(fact, "salt");
	again = report.facts.first;
	assert_memory_equal(again->bytes, "a\0\0def\0h", 8);
	assert_true(facts_is_hidden(again, 2) && !facts_is_hidden(again, 3));
	assert_true(facts_is_hidden(again, 6) && again->hash);
	facts_free(&f);
}

static void test_numbers_at_the_edge(void **state)
{
	assert_null(parse(HEAD
			  "{\"probe\":\"a\",\"fact\":\"low\",\"number\":-9223372036854775808}\n"
			  "{\"probe\":\"a\",\"fact\":\"high\",\"number\":9223372036854775807}\n"
			  "{\"probe\":\"a\",\"fact\":\"over\",\"number\":9223372036854775808}\n"));
	assert_true(facts_get_number(&report.facts, "a", "", "low", 0) == INT64_MIN);
	assert_true(facts_get_number(&report.facts, "a", "", "high", 0) == INT64_MAX);
	assert_null(facts_find(&report.facts, "a", "", "over"));
	assert_int_equal(report.unknown, 1);
}

static void test_bad_lines_are_named(void **state)
{
	static const char *const lines[] = { "{\"a\":}",
					     "{\"a\" 1}",
					     "{\"a\":1",
					     "{\"a\":1}x",
					     "{\"a\":\"\\q\"}",
					     "{\"a\":\"\\u12g4\"}",
					     "{\"a\":[1 2]}",
					     "{\"a\":{\"b\"}",
					     "{\"a\":01}",
					     "{\"a\":-}",
					     "{\"a\":1.}",
					     "{\"a\":\"\t\"}",
					     "" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		report.bad_why = NULL;
		assert_false(report_parse_line(&report, lines[i], strlen(lines[i])));
		assert_non_null(report.bad_why);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reads_the_readme_example),
		TEST(test_a_report_that_was_cut_off),
		TEST(test_a_report_that_lost_lines),
		TEST(test_unknown_things_are_counted_and_left),
		TEST(test_what_is_no_report_is_refused),
		TEST(test_identifying_facts_are_hashed),
		TEST(test_identifying_facts_in_clear_stay_marked),
		TEST(test_hashes_differ_by_salt_and_value),
		TEST(test_a_secret_range_beyond_the_bytes),
		TEST(test_several_secret_ranges),
		TEST(test_numbers_at_the_edge),
		TEST(test_bad_lines_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
