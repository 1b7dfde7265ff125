/* Times on disk: what is written is read again; known values of the format. */
#include <host/host.h>
#include "../times.h"

static void there_and_back(s64 sec, u32 nsec)
{
	const struct file_time t = { sec, nsec };
	u32 extra, s = ext2_time_encode(&t, &extra);
	const struct file_time again = ext2_time_decode(s, extra);

	assert_true(again.sec == sec && again.nsec == nsec);
}

static void test_round_trip(void **state)
{
	there_and_back(0, 0);
	there_and_back(-1, 999999999);
	there_and_back(0x7fffffffll, 999999999);
	there_and_back(0x80000000ll, 0);
	there_and_back(0xffffffffll, 1);
	there_and_back(0x1ffffffffll, 5);
	there_and_back(0x37fffffffll, 5);
	there_and_back(-0x80000000ll, 0);
}

static u32 encode(s64 sec, u32 *extra)
{
	const struct file_time t = { sec, 0 };

	return ext2_time_encode(&t, extra);
}

static void test_known(void **state)
{
	u32 extra;

	/* 2038-01-19 03:14:08: the first second that needs the epoch bits */
	assert_int_equal(encode(0x80000000ll, &extra), 0x80000000);
	assert_int_equal(extra, 1);
	assert_int_equal(encode(-1, &extra), 0xffffffff);
	assert_int_equal(extra, 0);
	assert_true(ext2_time_decode(0x80000000, 0).sec == -0x80000000ll);
}

static void test_clamped(void **state)
{
	assert_int_equal(encode(0x90000000ll, NULL), 0x7fffffff);
	assert_int_equal(encode(-0x90000000ll, NULL), 0x80000000);
	assert_int_equal(ext2_time_decode(5, 0xfffffffc).nsec, 0);
	assert_true(ext2_time_decode(5, 0xfffffffc).sec == 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_round_trip),
		host_test(test_known),
		host_test(test_clamped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
