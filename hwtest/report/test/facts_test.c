/* facts_test.c - facts in, facts out: order, search, bad kinds, texts that are no ASCII. */
// LINK: hwtest/report/facts.c common/xalloc.c
#include <host/host.h>
#include "../facts.h"

static struct facts facts;

static int setup(void **state)
{
	facts_init(&facts);
	facts_number(&facts, "rtc", "", "drift", -12, "ppm");
	facts_text(&facts, "ata", "ide0.0", "model", "%s-%d", "QEMU", 7);
	facts_bytes(&facts, "ata", "ide0.0", "identify", "\x40\x00\xff", 3);
	facts_text(&facts, "ata", "ide1.0", "model", "two");
	return 0;
}

static int teardown(void **state)
{
	facts_free(&facts);
	assert_null(facts.first);
	return 0;
}

static void test_finds_by_probe_subject_and_key(void **state)
{
	assert_string_equal(facts_get_text(&facts, "ata", "ide1.0", "model"), "two");
	assert_string_equal(facts_get_text(&facts, "ata", NULL, "model"), "QEMU-7");
	assert_null(facts_get_text(&facts, "ata", "", "model"));
	assert_null(facts_get_text(&facts, "rtc", "ide1.0", "model"));
	assert_int_equal(facts_get_number(&facts, "rtc", "", "drift", 5), -12);
	assert_int_equal(facts_get_number(&facts, "rtc", "", "other", 5), 5);
}

static void test_a_fact_of_another_kind_is_not_there(void **state)
{
	assert_null(facts_get_text(&facts, "rtc", "", "drift"));
	assert_int_equal(facts_get_number(&facts, "ata", "ide0.0", "model", 9), 9);
	assert_null(facts_get_bytes(&facts, "ata", "ide0.0", "model", 0));
}

static void test_bytes_need_their_length(void **state)
{
	assert_non_null(facts_get_bytes(&facts, "ata", NULL, "identify", 3));
	assert_null(facts_get_bytes(&facts, "ata", NULL, "identify", 4));
	assert_int_equal(facts_get_bytes(&facts, "ata", NULL, "identify", 3)->bytes[2], 0xff);
}

static void test_goes_through_all_subjects(void **state)
{
	const struct fact *at = facts_next(&facts, NULL, "ata", "model");

	assert_string_equal(at->subject, "ide0.0");
	at = facts_next(&facts, at, "ata", "model");
	assert_string_equal(at->subject, "ide1.0");
	assert_null(facts_next(&facts, at, "ata", "model"));
}

static void test_texts_are_ascii(void **state)
{
	facts_text(&facts, "x", "s\n", "k", "a\tb\x80\x7f~");
	assert_string_equal(facts_get_text(&facts, "x", "s?", "k"), "a?b??~");
}

static void test_units_are_known_ones(void **state)
{
	assert_string_equal(facts_find(&facts, "rtc", "", "drift")->unit, "ppm");
	assert_string_equal(facts_unit("furlong"), "");
	assert_string_equal(facts_unit(NULL), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_finds_by_probe_subject_and_key, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_fact_of_another_kind_is_not_there, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_bytes_need_their_length, setup, teardown),
		cmocka_unit_test_setup_teardown(test_goes_through_all_subjects, setup, teardown),
		cmocka_unit_test_setup_teardown(test_texts_are_ascii, setup, teardown),
		cmocka_unit_test_setup_teardown(test_units_are_known_ones, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
