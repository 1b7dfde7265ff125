/* file_time_test.c - file times and nanoseconds, at and beyond the ends of both. */
// LINK: kernel/fs/file_time.c
#include <host/host.h>
#include <kernel/file_time.h>
#include <kernel/time.h>

static void expect_split(s64 ns, s64 sec, u32 nsec)
{
	struct file_time t = file_time_from_ns(ns);

	assert_int_equal(t.sec, sec);
	assert_int_equal(t.nsec, nsec);
	assert_int_equal(file_time_to_ns(&t), ns);
}

static void nanoseconds_there_and_back(void **state)
{
	(void)state;
	expect_split(0, 0, 0);
	expect_split(1, 0, 1);
	expect_split(SEC(1718452800) + 5, 1718452800, 5);
	expect_split(-1, -1, 999999999);
	expect_split(-SEC(1), -1, 0);
	expect_split(-SEC(1) - 1, -2, 999999999);
}

static void what_nanoseconds_cannot_hold_is_the_nearest(void **state)
{
	const struct file_time late = { LLONG_MAX, 0 }, early = { LLONG_MIN, 0 };

	(void)state;
	assert_true(file_time_to_ns(&late) == LLONG_MAX);
	assert_true(file_time_to_ns(&early) == -LLONG_MAX);
}

static void compare_looks_at_seconds_first(void **state)
{
	const struct file_time a = { -1, 5 }, b = { 0, 3 }, c = { 0, 4 };

	(void)state;
	assert_true(file_time_compare(&a, &b) < 0);
	assert_true(file_time_compare(&c, &b) > 0);
	assert_int_equal(file_time_compare(&c, &c), 0);
}

static void now_is_the_last_tick(void **state)
{
	struct file_time t;

	(void)state;
	host_advance(SEC(3) + 7);
	t = file_time_now();
	assert_true(file_time_to_ns(&t) == clock_coarse_realtime());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(nanoseconds_there_and_back),
		host_test(what_nanoseconds_cannot_hold_is_the_nearest),
		host_test(compare_looks_at_seconds_first),
		host_test(now_is_the_last_tick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
