/* Lines for a screen: words, tables, characters of several bytes; and amounts. */
// LINK: common/wrap.c installer/ui/amount.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/ui/amount.h>
#include <common/wrap.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

static void join(void *arg, const char *start, size_t length)
{
	xtext_add(arg, "%.*s|", (int)length, start);
}

static void wraps(const char *text, size_t width, const char *expected)
{
	struct xtext out = { 0 };

	wrap_text(text, width, join, &out);
	assert_string_equal(out.text, expected);
	free(out.text);
}

static void paragraphs(void **state)
{
	wraps("", 20, "|");
	wraps("one", 20, "one|");
	wraps("one two three four", 10, "one two|three four|");
	wraps("one\n\ntwo\n", 10, "one||two|");
	wraps("exactly ten", 11, "exactly ten|");
	wraps("exactly10 x", 9, "exactly10|x|");
	wraps("a word that-is-too-long", 10, "a word|that-is-to|o-long|");
}

static void rows_of_tables_keep_their_blanks(void **state)
{
	wraps("  a   b\nc", 20, "  a   b|c|");
	wraps("  one two three four five", 20, "  one two three four|      five|");
}

static void characters_count_not_bytes(void **state)
{
	wraps("\303\244\303\244\303\244\303\244 \303\244\303\244\303\244\303\244", 9,
	      "\303\244\303\244\303\244\303\244 \303\244\303\244\303\244\303\244|");
	wraps("\303\244\303\244\303\244\303\244 \303\244\303\244\303\244\303\244", 8,
	      "\303\244\303\244\303\244\303\244|\303\244\303\244\303\244\303\244|");
}

static void lists(void **state)
{
	size_t n;
	char **lines = wrap_lines("one two", 1, &n);

	assert_int_equal(n, 1);
	assert_string_equal(lines[0], "one two");
	wrap_free(lines, n);
}

static void amounts_are_shown(void **state)
{
	char out[AMOUNT_TEXT];

	assert_string_equal(amount_text(out, 0), "0 bytes");
	assert_string_equal(amount_text(out, 999), "999 bytes");
	assert_string_equal(amount_text(out, 1000), "1 KB");
	assert_string_equal(amount_text(out, 1540000), "1.5 MB");
	assert_string_equal(amount_text(out, 528482304), "528 MB");
	assert_string_equal(amount_text(out, UINT64_MAX), "18446744 TB");
}

static void amounts_are_read(void **state)
{
	uint64_t n = 0;

	assert_true(amount_parse("64", &n) && n == 64000000);
	assert_true(amount_parse("1.5G", &n) && n == 1500000000);
	assert_true(amount_parse("12 kb", &n) && n == 12000);
	assert_true(amount_parse("2MiB", &n) && n == 2097152);
	assert_false(amount_parse("", &n));
	assert_false(amount_parse("-1", &n));
	assert_false(amount_parse("1.55G", &n));
	assert_false(amount_parse("12Mi", &n));
	assert_false(amount_parse("12Q", &n));
	assert_false(amount_parse("12Mx", &n));
	assert_false(amount_parse("9999999999T", &n));
}

static void parts_of_a_hundred(void **state)
{
	assert_int_equal(amount_percent(0, 0), 100);
	assert_int_equal(amount_percent(1, 3), 33);
	assert_int_equal(amount_percent(UINT64_MAX / 2 + 1, UINT64_MAX), 50);
	assert_int_equal(amount_percent(5, 4), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paragraphs),
		cmocka_unit_test(rows_of_tables_keep_their_blanks),
		cmocka_unit_test(characters_count_not_bytes),
		cmocka_unit_test(lists),
		cmocka_unit_test(amounts_are_shown),
		cmocka_unit_test(amounts_are_read),
		cmocka_unit_test(parts_of_a_hundred),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
