/* Unit tests of the pipe's ring arithmetic. */
// LINK: kernel/ipc/pipe_ring.c
#include <host/host.h>
#include "../pipe_ring.h"

static struct pipe_buf bufs[16];

static struct pipe_ring ring_of(u32 slots, u32 start)
{
	return (struct pipe_ring){ .bufs = bufs, .slots = slots, .head = start, .tail = start };
}

static void push(struct pipe_ring *r, u16 offset, u16 len, u32 flags)
{
	*ring_push(r) = (struct pipe_buf){ .offset = offset, .len = len, .flags = flags };
}

static void test_counts_wrap(void **state)
{
	struct pipe_ring r = ring_of(4, 0xfffffffeu);

	assert_true(ring_empty(&r));
	for (u16 i = 1; i <= 4; i++)
		push(&r, 0, i, 0);
	assert_true(ring_full(&r));
	assert_int_equal(ring_used(&r), 4);
	assert_int_equal(ring_first(&r)->len, 1);
	assert_int_equal(ring_last(&r)->len, 4);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(ring_nth(&r, i)->len, i + 1);
	assert_int_equal(ring_bytes(&r), 10);
	r.tail++;
	assert_false(ring_full(&r));
	assert_int_equal(ring_first(&r)->len, 2);
}

static void test_merge_room(void **state)
{
	struct pipe_ring r = ring_of(4, 0);

	assert_int_equal(ring_merge_room(&r, 10), 0); /* nothing to append to */
	push(&r, 0, 100, 0);
	assert_int_equal(ring_merge_room(&r, 10), 10);
	assert_int_equal(ring_merge_room(&r, 3996), 3996);
	assert_int_equal(ring_merge_room(&r, 3997), 0); /* a small write is never split */
	assert_int_equal(ring_merge_room(&r, 4096), 0);
	assert_int_equal(ring_merge_room(&r, 8192 + 7), 7);
	push(&r, 4000, 90, 0);
	assert_int_equal(ring_merge_room(&r, 6), 6);
	assert_int_equal(ring_merge_room(&r, 7), 0);
	push(&r, 0, 1, PIPE_BUF_SHARED);
	assert_int_equal(ring_merge_room(&r, 1), 0);
	r.head--;
	push(&r, 0, 1, PIPE_BUF_PACKET);
	assert_int_equal(ring_merge_room(&r, 1), 0);
}

static void test_slots_for_size(void **state)
{
	assert_int_equal(ring_slots_for(0), 1);
	assert_int_equal(ring_slots_for(4096), 1);
	assert_int_equal(ring_slots_for(4097), 2);
	assert_int_equal(ring_slots_for(65536), 16);
	assert_int_equal(ring_slots_for(65537), 32);
	assert_int_equal(ring_slots_for(1ul << 31), 1u << 19);
	assert_int_equal(ring_slots_for((1ul << 31) + 1), 0);
	assert_int_equal(ring_slots_for(~0ul), 0);
}

static void test_resize_keeps_order(void **state)
{
	struct pipe_buf bigger[8], smaller[2];
	struct pipe_ring r = ring_of(4, 3);

	for (u16 i = 1; i <= 4; i++)
		push(&r, 0, i, 0);
	assert_ptr_equal(ring_resize(&r, bigger, 8), bufs);
	assert_int_equal(r.slots, 8);
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(ring_nth(&r, i)->len, i + 1);
	assert_false(ring_full(&r));
	r.tail += 2;
	assert_ptr_equal(ring_resize(&r, smaller, 2), bigger);
	assert_true(ring_full(&r));
	assert_int_equal(ring_first(&r)->len, 3);
	assert_int_equal(ring_last(&r)->len, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_counts_wrap),
		host_test(test_merge_room),
		host_test(test_slots_for_size),
		host_test(test_resize_keeps_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
