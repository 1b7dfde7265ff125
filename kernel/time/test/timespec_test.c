// LINK: kernel/time/timespec.c kernel/time/timer_forward.c kernel/lib/math64.c
/* Conversions to and from nanoseconds; the arithmetic of periodic timers. */
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/time.h>
#include <kernel/wait.h>
#include "../posix_timer.h"
#include "../timespec.h"

static void joining_checks_and_saturates(void **state)
{
	int err;

	assert_true(timespec_join(1, 5, &err) == NSEC_PER_SEC + 5 && !err);
	assert_true(timespec_join(0, 0, &err) == 0 && !err);
	timespec_join(-1, 0, &err);
	assert_int_equal(err, -EINVAL);
	timespec_join(0, 1000000000, &err);
	assert_int_equal(err, -EINVAL);
	timespec_join(0, -1, &err);
	assert_int_equal(err, -EINVAL);
	assert_true(timespec_join(LLONG_MAX, 999999999, &err) == TIMEOUT_NEVER && !err);
	assert_true(timespec_join(9223372036ll, 0, &err) == TIMEOUT_NEVER);
	assert_true(timespec_join(9223372035ll, 0, &err) == 9223372035ll * NSEC_PER_SEC);
}

static void splitting_rounds_down(void **state)
{
	s32 nsec, sec, usec;

	assert_true(timespec_split(3 * NSEC_PER_SEC + 7, &nsec) == 3 && nsec == 7);
	assert_true(timespec_split(-1, &nsec) == -1 && nsec == 999999999);
	assert_true(timespec_split(-NSEC_PER_SEC, &nsec) == -1 && nsec == 0);
	assert_true(timespec_split(TIMEOUT_NEVER, &nsec) == 9223372036ll && nsec == 854775807);
	timeval_split(2 * NSEC_PER_SEC + 1999, &sec, &usec);
	assert_true(sec == 2 && usec == 1);
}

static void forwarding_counts_intervals(void **state)
{
	s64 expires = 100;

	assert_true(timer_forward(&expires, 10, 99) == 0 && expires == 100);
	assert_true(timer_forward(&expires, 10, 100) == 1 && expires == 110);
	assert_true(timer_forward(&expires, 10, 119) == 1 && expires == 120);
	assert_true(timer_forward(&expires, 10, 150) == 4 && expires == 160);
	expires = 0;
	assert_true(timer_forward(&expires, 1, 1000000000000ll) == 1000000000001ull);
	assert_true(expires == 1000000000001ll);
}

static void overruns_are_clamped(void **state)
{
	assert_int_equal(timer_overrun_clamp(0), 0);
	assert_int_equal(timer_overrun_clamp(INT_MAX), INT_MAX);
	assert_int_equal(timer_overrun_clamp(1ull << 40), INT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(joining_checks_and_saturates),
		cmocka_unit_test(splitting_rounds_down),
		cmocka_unit_test(forwarding_counts_intervals),
		cmocka_unit_test(overruns_are_clamped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
