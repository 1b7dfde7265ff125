/* Memory maps as bad as BIOSes make them. */
// LINK: kernel/x86/memmap.c
#include <host/host.h>
#include <stdlib.h>
#include <string.h>
#include "../memmap.h"

#define MB 0x100000ull

static struct memmap map;

static void expect_ranges(const struct mem_range *want, unsigned int count)
{
	assert_int_equal(map.ram_count, count);
	for (unsigned int i = 0; i < count; i++) {
		assert_true(map.ram[i].start == want[i].start);
		assert_true(map.ram[i].end == want[i].end);
	}
}

static void reset(void)
{
	memset(&map, 0, sizeof(map));
}

static void ordinary_pc(void **state)
{
	reset();
	memmap_add(&map, 0, 0x9fc00, true);
	memmap_add(&map, 0x9fc00, 0x400, false);
	memmap_add(&map, 0xf0000, 0x10000, false);
	memmap_add(&map, MB, 63 * MB, true);
	memmap_reserve(&map, MB, MB + 0x12345);
	memmap_finish(&map);
	expect_ranges((struct mem_range[]){ { 0, 0x9f000 }, { MB + 0x13000, 64 * MB } }, 2);
	assert_true(memmap_total(&map) == 0x9f000 + 63 * MB - 0x13000);
	assert_true(memmap_top(&map) == 64 * MB);
}

static void unsorted_and_overlapping(void **state)
{
	reset();
	memmap_add(&map, 32 * MB, 32 * MB, true);
	memmap_add(&map, MB, 40 * MB, true);
	memmap_add(&map, 8 * MB, MB, true);
	memmap_add(&map, 0, 0, true);
	memmap_finish(&map);
	expect_ranges((struct mem_range[]){ { MB, 64 * MB } }, 1);
}

static void reserved_wins_over_ram(void **state)
{
	reset();
	memmap_add(&map, 15 * MB, MB, false);
	memmap_add(&map, MB, 31 * MB, true);
	memmap_finish(&map);
	expect_ranges((struct mem_range[]){ { MB, 15 * MB }, { 16 * MB, 32 * MB } }, 2);
}

static void above_4_gb_and_wrapping(void **state)
{
	reset();
	memmap_add(&map, 0xfff00000ull, 2 * MB, true);
	memmap_add(&map, 0x100000000ull, 1024 * MB, true);
	memmap_add(&map, ~0ull - 100, 4096, true);
	memmap_finish(&map);
	expect_ranges((struct mem_range[]){ { 0xfff00000ull, 0x100000000ull } }, 1);
}

static void mem_limit(void **state)
{
	reset();
	memmap_add(&map, MB, 127 * MB, true);
	memmap_limit(&map, 16 * MB + 5);
	memmap_finish(&map);
	expect_ranges((struct mem_range[]){ { MB, 16 * MB } }, 1);
}

static void too_small_for_a_page(void **state)
{
	reset();
	memmap_add(&map, MB + 1, 4096, true);
	memmap_finish(&map);
	expect_ranges(NULL, 0);
	assert_true(memmap_top(&map) == 0);
}

static void overflow_is_counted(void **state)
{
	reset();
	for (u64 i = 0; i < MEMMAP_MAX + 5; i++)
		memmap_add(&map, i * 2 * MB, MB, true);
	assert_int_equal(map.dropped, 5);
	memmap_finish(&map);
	assert_int_equal(map.ram_count, MEMMAP_MAX);
}

/* Against a byte map of 64 units. */
static void random_maps(void **state)
{
	for (int round = 0; round < 2000; round++) {
		u8 ram[64] = { 0 }, no[64] = { 0 };

		reset();
		for (int i = 0; i < 12; i++) {
			u64 a = (u64)(rand() % 64), n = (u64)(rand() % 20);
			bool is_ram = rand() & 1;

			memmap_add(&map, a << 12, n << 12, is_ram);
			for (u64 k = a; k < a + n && k < 64; k++)
				(is_ram ? ram : no)[k] = 1;
		}
		memmap_limit(&map, 64 << 12);
		memmap_finish(&map);
		for (u64 k = 0; k < 64; k++) {
			bool in = false;

			for (unsigned int i = 0; i < map.ram_count; i++)
				in = in ||
				     (map.ram[i].start <= k << 12 && map.ram[i].end > k << 12);
			assert_int_equal(in, ram[k] && !no[k]);
		}
		for (unsigned int i = 1; i < map.ram_count; i++)
			assert_true(map.ram[i].start > map.ram[i - 1].end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(ordinary_pc),
		host_test(unsorted_and_overlapping),
		host_test(reserved_wins_over_ram),
		host_test(above_4_gb_and_wrapping),
		host_test(mem_limit),
		host_test(too_small_for_a_page),
		host_test(overflow_is_counted),
		host_test(random_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
