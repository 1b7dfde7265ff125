/* fat_time_test.c - DOS's times against the host's calendar. */
// LINK: kernel/fs/fat/fat_time.c kernel/lib/math64.c
#include <host/host.h>
#include "../fat_time.h"
#include <time.h>

static s64 utc(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900,
			 .tm_mon = month - 1,
			 .tm_mday = day,
			 .tm_hour = hour,
			 .tm_min = minute,
			 .tm_sec = second };

	return (s64)timegm(&tm);
}

static void test_every_day(void **state)
{
	for (int year = 1980; year <= 2037; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 28; day += 9) {
				const s64 want = utc(year, month, day, 13, 14, 16);
				struct file_time t = { .sec = want };
				u16 date, time;

				fat_time_encode(&t, 0, &date, &time, NULL);
				assert_int_equal(date, (year - 1980) << 9 | month << 5 | day);
				assert_int_equal(time, 13 << 11 | 14 << 5 | 8);
				t = fat_time_decode(date, time, 0, 0);
				assert_true(t.sec == want && !t.nsec);
			}
}

static void test_leap_days(void **state)
{
	struct file_time t = fat_time_decode(20 << 9 | 2 << 5 | 29, 0, 0, 0);

	assert_true(t.sec == utc(2000, 2, 29, 0, 0, 0));
	t = fat_time_decode(20 << 9 | 3 << 5 | 1, 0, 0, 0);
	assert_true(t.sec == utc(2000, 3, 1, 0, 0, 0));
	/* 2100 is none: its first of March is 59 days after its first of January. */
	assert_true(fat_time_decode(120 << 9 | 3 << 5 | 1, 0, 0, 0).sec -
			    fat_time_decode(120 << 9 | 1 << 5 | 1, 0, 0, 0).sec ==
		    59 * 86400);
	assert_true(fat_time_decode(127 << 9 | 12 << 5 | 31, 0, 0, 0).sec == 4354732800);
}

static void test_zone_and_hundredths(void **state)
{
	struct file_time t = { .sec = utc(1999, 12, 31, 23, 59, 59), .nsec = 990000000 };
	u16 date, time;
	u8 cs;

	fat_time_encode(&t, 3600, &date, &time, &cs);
	assert_int_equal(date, 20 << 9 | 1 << 5 | 1);
	assert_int_equal(time, 59 << 5 | 29);
	assert_int_equal(cs, 199);
	t = fat_time_decode(date, time, cs, 3600);
	assert_true(t.sec == utc(1999, 12, 31, 23, 59, 59) && t.nsec == 990000000);
}

static void test_out_of_range(void **state)
{
	const struct file_time early = { .sec = -5, .nsec = 7 },
			       late = { .sec = utc(2037, 1, 1, 0, 0, 0) * 4 };
	u16 date, time;

	fat_time_encode(&early, 0, &date, &time, NULL);
	assert_int_equal(date, 1 << 5 | 1);
	assert_int_equal(time, 0);
	fat_time_encode(&late, 0, &date, &time, NULL);
	assert_int_equal(date, 127 << 9 | 12 << 5 | 31);
	/* What no calendar has does not go astray. */
	assert_true(fat_time_decode(0, 0, 0, 0).sec == utc(1980, 1, 1, 0, 0, 0));
	(void)fat_time_decode(0xffff, 0xffff, 255, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_every_day),
		host_test(test_leap_days),
		host_test(test_zone_and_hundredths),
		host_test(test_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
