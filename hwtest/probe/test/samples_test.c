/* A measurement that is repeated: its middle, and what agrees with that. */
#include <host/host.h>
#include "../samples.h"

static struct samples of(const s64 *values, unsigned int n)
{
	struct samples s = { .count = 0 };

	for (unsigned int i = 0; i < n; i++)
		samples_add(&s, values[i]);
	return s;
}

static void test_the_middle_and_its_friends(void **state)
{
	static const s64 values[] = { 100, 9000, 101, -500, 103 };
	struct samples s = of(values, 5);

	assert_int_equal(samples_median(&s), 101);
	assert_int_equal(samples_near(&s, 101, 2), 3);
	assert_int_equal(samples_near(&s, 101, 1), 2);
	assert_int_equal(samples_near(&s, -500, 1), 1);
	assert_int_equal(samples_mean(&s, 101, 2), 101);
	assert_int_equal(samples_mean(&s, 101, 10000), (100 + 9000 + 101 - 500 + 103) / 5);
	assert_int_equal(samples_mean(&s, 5000, 10), 0);
	assert_int_equal(s.value[0], -500);
	assert_int_equal(s.value[4], 9000);
}

static void test_none_and_too_many(void **state)
{
	struct samples s = of(NULL, 0);

	assert_int_equal(samples_median(&s), 0);
	assert_int_equal(samples_near(&s, 0, 5), 0);
	assert_int_equal(samples_mean(&s, 0, 5), 0);
	for (unsigned int i = 0; i < SAMPLES_MAX + 3; i++)
		samples_add(&s, i);
	assert_int_equal(s.count, SAMPLES_MAX);
	assert_int_equal(s.value[SAMPLES_MAX - 1], SAMPLES_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_middle_and_its_friends),
		cmocka_unit_test(test_none_and_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
