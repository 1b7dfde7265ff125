// LINK: kernel/input/mouse_emul.c kernel/input/event_ring.c
/* /dev/input/mice's packets and commands, and the ring of an open event device. */
#include <host/host.h>

#include <string.h>

#include <abi/input-event-codes.h>
#include "../event_ring.h"
#include "../mouse_emul.h"

static struct mouse_emul m;
static u8 out[8];

static size_t get(void)
{
	memset(out, 0xEE, sizeof(out));
	return mouse_emul_read(&m, out, sizeof(out));
}

static void command(const u8 *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		mouse_emul_command(&m, bytes[i]);
		assert_int_equal(get(), 1);
		assert_int_equal(out[0], 0xFA);
	}
}
#define COMMAND(...) command((const u8[]){ __VA_ARGS__ }, sizeof((const u8[]){ __VA_ARGS__ }))

static u8 identity(void)
{
	mouse_emul_command(&m, 0xF2);
	assert_int_equal(get(), 2);
	assert_int_equal(out[0], 0xFA);
	return out[1];
}

static void test_plain_packets(void **state)
{
	mouse_emul_init(&m);
	assert_false(mouse_emul_readable(&m));
	assert_int_equal(get(), 0);
	mouse_emul_move(&m, 5, 3, 1);
	assert_int_equal(get(), 3);
	/* Down on the screen is negative for a PS/2 mouse. */
	assert_int_equal(out[0], 0x08 | 0x20);
	assert_int_equal(out[1], 5);
	assert_int_equal(out[2], 0xFD);
	mouse_emul_button(&m, 0, true);
	mouse_emul_button(&m, 2, true);
	assert_int_equal(get(), 3);
	assert_int_equal(out[0], 0x08 | 5);
	mouse_emul_button(&m, 0, true);
	assert_false(mouse_emul_readable(&m));
}

static void test_long_way_in_several_packets(void **state)
{
	int x = 0;

	mouse_emul_init(&m);
	mouse_emul_move(&m, -300, 0, 0);
	while (mouse_emul_readable(&m)) {
		assert_int_equal(get(), 3);
		assert_true(out[0] & 0x10 || !out[1]);
		x += (s8)out[1];
	}
	assert_int_equal(x, -300);
}

static void test_knocking(void **state)
{
	mouse_emul_init(&m);
	assert_int_equal(identity(), 0);
	COMMAND(0xF3, 200, 0xF3, 100, 0xF3, 80);
	assert_int_equal(identity(), 3);
	mouse_emul_move(&m, 0, 0, 1);
	assert_int_equal(get(), 4);
	assert_int_equal(out[3], 0xFF);
	COMMAND(0xF3, 200, 0xF3, 200, 0xF3, 80);
	assert_int_equal(identity(), 4);
	mouse_emul_button(&m, 3, true);
	mouse_emul_move(&m, 0, 0, -2);
	assert_int_equal(get(), 4);
	assert_int_equal(out[3], 0x10 | 2);
	mouse_emul_command(&m, 0xFF);
	assert_int_equal(get(), 3);
	assert_memory_equal(out, "\xFA\xAA\0", 3);
	assert_int_equal(identity(), 0);
}

static void test_wrong_knock(void **state)
{
	mouse_emul_init(&m);
	COMMAND(0xF3, 200, 0xF3, 100, 0xF3, 100);
	assert_int_equal(identity(), 0);
	COMMAND(0xF3, 200, 0xE6, 0xF3, 100, 0xF3, 80);
	assert_int_equal(identity(), 0);
}

static void test_small_reads(void **state)
{
	mouse_emul_init(&m);
	mouse_emul_move(&m, 1, -2, 0);
	assert_int_equal(mouse_emul_read(&m, out, 1), 1);
	assert_int_equal(mouse_emul_read(&m, out + 1, 1), 1);
	assert_true(mouse_emul_readable(&m));
	assert_int_equal(mouse_emul_read(&m, out + 2, 8), 1);
	assert_memory_equal(out, "\x08\x01\x02", 3);
	assert_false(mouse_emul_readable(&m));
}

static void put(struct event_ring *r, u16 type, u16 code, s32 value)
{
	struct input_event_abi e = { 1, 2, type, code, value };

	event_ring_put(r, &e);
}

static void test_ring_gives_whole_packets(void **state)
{
	static struct event_ring r;
	struct input_event_abi e;

	put(&r, EV_REL, REL_X, 5);
	assert_true(event_ring_empty(&r));
	put(&r, EV_SYN, SYN_REPORT, 0);
	assert_true(event_ring_get(&r, &e));
	assert_int_equal(e.value, 5);
	assert_true(event_ring_get(&r, &e));
	assert_int_equal(e.type, EV_SYN);
	assert_false(event_ring_get(&r, &e));
}

static void test_ring_overflow(void **state)
{
	static struct event_ring r;
	struct input_event_abi e;

	for (int i = 0; i < (int)EVENT_RING; i++)
		put(&r, EV_REL, REL_X, i);
	put(&r, EV_REL, REL_Y, 7);
	put(&r, EV_SYN, SYN_REPORT, 0);
	assert_true(event_ring_get(&r, &e));
	assert_int_equal(e.type, EV_SYN);
	assert_int_equal(e.code, SYN_DROPPED);
	assert_true(event_ring_get(&r, &e));
	assert_int_equal(e.code, REL_Y);
	assert_int_equal(e.value, 7);
	assert_true(event_ring_get(&r, &e));
	assert_false(event_ring_get(&r, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_plain_packets), host_test(test_long_way_in_several_packets),
		host_test(test_knocking),      host_test(test_wrong_knock),
		host_test(test_small_reads),   host_test(test_ring_gives_whole_packets),
		host_test(test_ring_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
