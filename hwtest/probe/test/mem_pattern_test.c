/* Patterns in memory: cells that stick, lines that are broken, and nothing where all is well. */
// LINK: hwtest/probe/mem_pattern.c hwtest/probe/cpu_speed.c
#include <host/host.h>
#include <stdlib.h>
#include <string.h>
#include "../cpu_speed.h"
#include "../mem_pattern.h"

#define PAGES 8u
#define WORDS (MEM_PAGE / 4)

static u32 memory[PAGES][WORDS];
static struct mem_page pages[PAGES];
static struct mem_result result;

/* In no order, as a system gives them. */
static const u32 phys[PAGES] = { 0x00400000, 0x01234000, 0x00401000, 0x7fffe000,
				 0x01235000, 0x00000000, 0x01274000, 0xfffff000 };

static int setup(void **state)
{
	memset(&result, 0, sizeof(result));
	for (u32 i = 0; i < PAGES; i++)
		pages[i] = (struct mem_page){ memory[i], phys[i] };
	return 0;
}

static void write_all(enum mem_pattern p, u32 pass)
{
	for (u32 i = 0; i < PAGES; i++)
		mem_pattern_write(p, pass, &pages[i]);
}

static void check_all(enum mem_pattern p, u32 pass)
{
	for (u32 i = 0; i < PAGES; i++)
		mem_pattern_check(p, pass, &pages[i], &result);
}

static void test_sound_memory(void **state)
{
	for (u32 pass = 0; pass < 3; pass++) {
		for (u32 p = 0; p < MEM_PATTERNS; p++) {
			write_all((enum mem_pattern)p, pass);
			check_all((enum mem_pattern)p, pass);
		}
	}
	assert_int_equal(result.errors, 0);
	assert_int_equal(result.bits, 0);
}

/* Over all patterns a bit that sticks at 0 or at 1 must show, wherever it is. */
static void test_every_bit_that_sticks_is_found(void **state)
{
	for (u32 bit = 0; bit < 64; bit++) {
		u32 mask = 1u << bit % 32, word = bit * 7919 % WORDS;

		memset(&result, 0, sizeof(result));
		for (u32 p = 0; p < MEM_PATTERNS; p++) {
			write_all((enum mem_pattern)p, 0);
			memory[1][word] =
				bit < 32 ? memory[1][word] | mask : memory[1][word] & ~mask;
			check_all((enum mem_pattern)p, 0);
		}
		assert_int_not_equal(result.errors, 0);
		assert_int_equal(result.bits, mask);
		assert_int_equal(result.first[0].phys, 0x01234000 + 4 * word);
	}
}

static void test_a_broken_address_line_names_its_partner(void **state)
{
	/* 01234000 and 01274000 are the same cells. */
	pages[6].words = memory[1];
	write_all(MEM_ADDRESS, 0);
	check_all(MEM_ADDRESS, 0);
	assert_int_equal(result.errors, WORDS);
	assert_int_equal(result.first[0].phys, 0x01234000);
	assert_int_equal(mem_error_alias(&result.first[0]), 0x01274000);
	memset(&result, 0, sizeof(result));
	write_all(MEM_ADDRESS_INVERSE, 0);
	check_all(MEM_ADDRESS_INVERSE, 0);
	assert_int_equal(mem_error_alias(&result.first[0]), 0x01274000);
}

static void test_other_errors_name_no_partner(void **state)
{
	struct mem_error e = { 0x1000, 0x1000, 0x1003, MEM_ADDRESS };

	assert_int_equal(mem_error_alias(&e), 0); /* two bits away */
	e = (struct mem_error){ 0x1000, 0x10, 0x11, MEM_RANDOM };
	assert_int_equal(mem_error_alias(&e), 0);
}

static void test_many_errors_are_counted_and_the_first_kept(void **state)
{
	write_all(MEM_RANDOM, 5);
	memset(memory, 0, sizeof(memory));
	check_all(MEM_RANDOM, 5);
	assert_in_range(result.errors, PAGES * WORDS - 1, PAGES * WORDS);
	assert_int_equal(result.first[MEM_ERRORS - 1].phys, 0x00400000 + 4 * (MEM_ERRORS - 1));
}

static void test_passes_differ(void **state)
{
	assert_int_not_equal(mem_pattern_word(MEM_RANDOM, 0x1000, 0),
			     mem_pattern_word(MEM_RANDOM, 0x1000, 1));
	assert_int_not_equal(mem_pattern_word(MEM_WALKING, 0x1000, 0),
			     mem_pattern_word(MEM_WALKING, 0x1000, 1));
	assert_int_equal(__builtin_popcount(mem_pattern_word(MEM_WALKING, 0x1000, 3)), 1);
	assert_int_equal(__builtin_popcount(mem_pattern_word(MEM_WALKING_INVERSE, 0x1000, 3)), 31);
	for (u32 p = 0; p < MEM_PATTERNS; p++)
		assert_non_null(mem_pattern_name((enum mem_pattern)p));
}

/* The order of the caches' measurement goes through all slots before it comes back. */
static void test_the_ring_is_whole(void **state)
{
	for (u32 n = 4; n <= 131072; n *= 2) {
		u32 *slots = calloc(n * 8, sizeof(u32)), at = 0, steps = 0;

		cpu_make_ring(slots, n, 8);
		do {
			at = slots[at];
			assert_int_equal(at % 8, 0);
			steps++;
		} while (at && steps <= n);
		assert_int_equal(steps, n);
		free(slots);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sound_memory, setup),
		cmocka_unit_test_setup(test_every_bit_that_sticks_is_found, setup),
		cmocka_unit_test_setup(test_a_broken_address_line_names_its_partner, setup),
		cmocka_unit_test_setup(test_other_errors_name_no_partner, setup),
		cmocka_unit_test_setup(test_many_errors_are_counted_and_the_first_kept, setup),
		cmocka_unit_test_setup(test_passes_differ, setup),
		cmocka_unit_test(test_the_ring_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
