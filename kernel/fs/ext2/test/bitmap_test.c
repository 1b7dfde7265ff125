/* Runs of bits. */
// LINK: kernel/fs/ext2/bitmap.c kernel/lib/bitops.c
#include <host/host.h>
#include "../bitmap.h"

static unsigned long map[32]; /* 1024 bits */

static void test_runs(void **state)
{
	u32 start = 0;

	memset(map, 0, sizeof(map));
	assert_int_equal(ext2_bitmap_run(map, 1000, 0, 5000, &start), 1000);
	ext2_bitmap_set(map, 0, 10);
	ext2_bitmap_set(map, 40, 1);
	assert_int_equal(ext2_bitmap_run(map, 1000, 0, 5000, &start), 30);
	assert_int_equal(start, 10);
	assert_int_equal(ext2_bitmap_run(map, 1000, 35, 3, &start), 3);
	assert_int_equal(start, 35);
	assert_int_equal(ext2_bitmap_clear_at(map, 1000, 40, 5), 0);
	assert_int_equal(ext2_bitmap_clear_at(map, 1000, 995, 50), 5);
	assert_int_equal(ext2_bitmap_run(map, 1000, 1000, 1, &start), 0);
	assert_int_equal(ext2_bitmap_count_clear(map, 1000), 989);
	ext2_bitmap_set(map, 0, 1000);
	assert_int_equal(ext2_bitmap_run(map, 1000, 3, 1, &start), 0);
	assert_int_equal(ext2_bitmap_count_clear(map, 1000), 0);
}

static void test_clear(void **state)
{
	memset(map, 0, sizeof(map));
	ext2_bitmap_set(map, 100, 50);
	assert_true(ext2_bitmap_all_set(map, 100, 50));
	assert_false(ext2_bitmap_all_set(map, 100, 51));
	assert_false(ext2_bitmap_all_set(map, 99, 2));
	assert_int_equal(ext2_bitmap_clear(map, 90, 20), 10);
	assert_int_equal(ext2_bitmap_clear(map, 90, 20), 0);
	assert_true(ext2_bitmap_all_set(map, 110, 40));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_runs),
		host_test(test_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
