// LINK: kernel/proc/futex_key.c
/* Keys, bitsets, requeueing, and the little language of FUTEX_WAKE_OP. */
#include <host/host.h>
#include <kernel/errno.h>
#include "../futex.h"

static int space_a, space_b;

static int setup(void **state)
{
	futex_buckets_init();
	return host_setup(state);
}

static void queue(struct futex_waiter *w, const void *space, u64 offset, u32 bitset)
{
	*w = (struct futex_waiter){ .key = { space, offset }, .bitset = bitset, .queued = true };
	list_add_tail(&w->node, futex_bucket(&w->key));
}

static void keys_differ_by_space_and_offset(void **state)
{
	struct futex_key a = { &space_a, 64 }, b = { &space_b, 64 }, c = { &space_a, 68 };
	struct futex_key high = { &space_a, 64 | 1ull << 40 };

	assert_true(futex_key_equal(&a, &a));
	assert_false(futex_key_equal(&a, &b));
	assert_false(futex_key_equal(&a, &c));
	assert_false(futex_key_equal(&a, &high));
}

static void find_matches_bits_in_order_of_arrival(void **state)
{
	struct futex_key key = { &space_a, 4 };
	struct futex_waiter one, two, other;

	queue(&other, &space_b, 4, 3);
	queue(&one, &space_a, 4, 1);
	queue(&two, &space_a, 4, 3);
	assert_ptr_equal(futex_find(&key, 1), &one);
	assert_ptr_equal(futex_find(&key, 2), &two);
	assert_null(futex_find(&key, 4));
}

static void requeue_moves_at_most_n_and_keeps_order(void **state)
{
	struct futex_key from = { &space_a, 4 }, to = { &space_a, 8 };
	struct futex_waiter w[4];

	for (int i = 0; i < 4; i++)
		queue(&w[i], &space_a, 4, FUTEX_BITSET_ALL);
	assert_int_equal(futex_move_waiters(&from, &to, 2), 2);
	assert_ptr_equal(futex_find(&to, 1), &w[0]);
	assert_ptr_equal(futex_find(&from, 1), &w[2]);
	list_del_init(&w[0].node);
	assert_ptr_equal(futex_find(&to, 1), &w[1]);
	assert_int_equal(futex_move_waiters(&from, &to, INT_MAX), 2);
	assert_null(futex_find(&from, 1));
}

static void requeue_refuses_pi_waiters_and_loses_none(void **state)
{
	struct futex_key from = { &space_a, 4 }, to = { &space_a, 8 };
	struct futex_waiter a, pi;

	queue(&a, &space_a, 4, 1);
	queue(&pi, &space_a, 4, 1);
	pi.pi = true;
	assert_int_equal(futex_move_waiters(&from, &to, 9), -EINVAL);
	assert_ptr_equal(futex_find(&to, 1), &a);
	assert_ptr_equal(futex_find(&from, 1), &pi);
}

static void requeue_onto_itself_ends(void **state)
{
	struct futex_key key = { &space_a, 4 };
	struct futex_waiter w[2];

	queue(&w[0], &space_a, 4, 1);
	queue(&w[1], &space_a, 4, 1);
	assert_int_equal(futex_move_waiters(&key, &key, 100), 2);
}

static u32 encode(u32 op, u32 cmp, s32 oparg, s32 cmparg)
{
	return op << 28 | cmp << 24 | ((u32)oparg & 0xfff) << 12 | ((u32)cmparg & 0xfff);
}

static void operations(void **state)
{
	u32 new;

	assert_int_equal(futex_op_apply(encode(0, 0, 5, 0), 9, &new), 0);
	assert_int_equal(new, 5);
	assert_int_equal(futex_op_apply(encode(1, 0, -1, 0), 9, &new), 0);
	assert_int_equal(new, 8);
	futex_op_apply(encode(2, 0, 6, 0), 9, &new);
	assert_int_equal(new, 15);
	futex_op_apply(encode(3, 0, 1, 0), 9, &new);
	assert_int_equal(new, 8);
	futex_op_apply(encode(4, 0, 3, 0), 9, &new);
	assert_int_equal(new, 10);
	/* the argument as a shift count */
	futex_op_apply(encode(8, 0, 31, 0), 9, &new);
	assert_int_equal(new, 1u << 31);
	assert_int_equal(futex_op_apply(encode(7, 0, 0, 0), 9, &new), -ENOSYS);
}

static void comparisons_are_signed(void **state)
{
	assert_int_equal(futex_op_compare(encode(0, 0, 0, 7), 7), 1);
	assert_int_equal(futex_op_compare(encode(0, 1, 0, 7), 7), 0);
	assert_int_equal(futex_op_compare(encode(0, 2, 0, 0), (u32)-1), 1);
	assert_int_equal(futex_op_compare(encode(0, 3, 0, -1), (u32)-1), 1);
	assert_int_equal(futex_op_compare(encode(0, 4, 0, -2), (u32)-1), 1);
	assert_int_equal(futex_op_compare(encode(0, 5, 0, 0), (u32)-1), 0);
	assert_int_equal(futex_op_compare(encode(0, 6, 0, 0), 0), -ENOSYS);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(keys_differ_by_space_and_offset),
		T(find_matches_bits_in_order_of_arrival),
		T(requeue_moves_at_most_n_and_keeps_order),
		T(requeue_refuses_pi_waiters_and_loses_none),
		T(requeue_onto_itself_ends),
		T(operations),
		T(comparisons_are_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
