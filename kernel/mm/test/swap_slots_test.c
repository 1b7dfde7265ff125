/* Slots of a swap area: runs, singles when it is in pieces, counting, bad ones, full. */
// LINK: kernel/mm/swap_slots.c
#include <host/host.h>
#include <string.h>
#include "../swap_slots.h"

#define COUNT 200u
#define FRAME 77u

static u32 map[COUNT];
static struct swap_slots s;

static int setup(void **state)
{
	memset(map, 0, sizeof(map));
	swap_slots_init(&s, map, COUNT);
	return host_setup(state);
}

/* One slot with one entry and no page. */
static u32 take(void)
{
	u32 slot = swap_slots_alloc(&s, FRAME);

	if (slot) {
		assert_true(swap_slots_use(&s, slot));
		swap_slots_set_page(&s, slot, 0);
	}
	return slot;
}

static void fill_all(void)
{
	while (take())
		continue;
	assert_int_equal(s.used, s.good);
}

static void in_order(void **state)
{
	for (u32 i = 1; i <= 2 * SWAP_CLUSTER; i++)
		assert_int_equal(take(), i);
}

static void the_header_is_never_given_out(void **state)
{
	for (u32 i = 1; i < COUNT; i++)
		assert_int_not_equal(take(), 0);
	assert_int_equal(take(), 0);
}

static void a_run_before_singles(void **state)
{
	fill_all();
	/* Two holes, and room for a run behind them. */
	swap_slots_unuse(&s, 3);
	swap_slots_unuse(&s, 5);
	for (u32 i = 0; i < SWAP_CLUSTER; i++)
		swap_slots_unuse(&s, 100 + i);
	assert_int_equal(take(), 100);
	assert_int_equal(take(), 101);
}

static void singles_when_there_is_no_run(void **state)
{
	fill_all();
	swap_slots_unuse(&s, 150);
	swap_slots_unuse(&s, 9);
	assert_int_equal(take(), 9);
	assert_int_equal(take(), 150);
	assert_int_equal(take(), 0);
}

static void runs_again_when_enough_is_free(void **state)
{
	fill_all();
	assert_int_equal(take(), 0);
	for (u32 slot = 40; slot < 40 + SWAP_CLUSTER; slot++)
		swap_slots_unuse(&s, slot);
	for (u32 slot = 40; slot < 40 + SWAP_CLUSTER; slot++)
		assert_int_equal(take(), slot);
}

static void a_slot_is_free_without_entries_and_page(void **state)
{
	u32 slot = swap_slots_alloc(&s, FRAME);

	assert_int_equal(swap_slot_page(&s, slot), FRAME);
	assert_true(swap_slots_use(&s, slot));
	assert_true(swap_slots_use(&s, slot));
	assert_int_equal(swap_slot_uses(&s, slot), 2);
	swap_slots_unuse(&s, slot);
	swap_slots_set_page(&s, slot, 0);
	assert_int_equal(s.used, 1);
	swap_slots_set_page(&s, slot, FRAME + 1);
	assert_int_equal(swap_slot_page(&s, slot), FRAME + 1);
	swap_slots_unuse(&s, slot);
	assert_int_equal(s.used, 1);
	swap_slots_set_page(&s, slot, 0);
	assert_int_equal(s.used, 0);
}

static void more_entries_than_can_be_counted(void **state)
{
	u32 slot = swap_slots_alloc(&s, FRAME);

	for (u32 i = 0; i < SLOT_BAD - 1; i++)
		assert_true(swap_slots_use(&s, slot));
	assert_false(swap_slots_use(&s, slot));
	assert_int_equal(swap_slot_uses(&s, slot), SLOT_BAD - 1);
	assert_int_equal(swap_slot_page(&s, slot), FRAME);
}

static void bad_slots_are_left_out(void **state)
{
	swap_slots_set_bad(&s, 2);
	swap_slots_set_bad(&s, 10);
	assert_int_equal(s.good, COUNT - 3);
	for (u32 slot; (slot = take());) {
		assert_int_not_equal(slot, 2);
		assert_int_not_equal(slot, 10);
	}
	assert_int_equal(s.used, s.good);
}

static void an_area_smaller_than_a_run(void **state)
{
	swap_slots_init(&s, map, 3);
	assert_int_equal(take(), 1);
	assert_int_equal(take(), 2);
	assert_int_equal(take(), 0);
}

static void misuse(void **state)
{
	expect_assert_failure(swap_slots_use(&s, 5));
	expect_assert_failure(swap_slots_unuse(&s, 5));
	expect_assert_failure(swap_slots_use(&s, 0));
}

/* Any order of takes and frees: no slot twice, all found again. */
static void at_random(void **state)
{
	u32 held[COUNT], n = 0, x = 1;

	for (unsigned int round = 0; round < 20000; round++) {
		x = x * 1664525u + 1013904223u;
		if (n && (x >> 16) % 2) {
			u32 i = (x >> 18) % n;

			swap_slots_unuse(&s, held[i]);
			held[i] = held[--n];
		} else {
			u32 slot = take();

			assert_int_equal(!slot, n == COUNT - 1);
			for (u32 i = 0; i < n; i++)
				assert_int_not_equal(held[i], slot);
			if (slot)
				held[n++] = slot;
		}
		assert_int_equal(s.used, n);
	}
}

#define slot_test(fn) cmocka_unit_test_setup_teardown(fn, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		slot_test(in_order),
		slot_test(the_header_is_never_given_out),
		slot_test(a_run_before_singles),
		slot_test(singles_when_there_is_no_run),
		slot_test(runs_again_when_enough_is_free),
		slot_test(a_slot_is_free_without_entries_and_page),
		slot_test(more_entries_than_can_be_counted),
		slot_test(bad_slots_are_left_out),
		slot_test(an_area_smaller_than_a_run),
		slot_test(misuse),
		slot_test(at_random),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
