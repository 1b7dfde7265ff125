// LINK: kernel/tty/pty_ring.c
/* What a pty's master reads: bytes in order, and packet mode's status bytes. */
#include <host/host.h>

#include <string.h>

#include "../pty_ring.h"

static u8 mem[PTY_RING];
static struct pty_ring r;

static void start(bool packet)
{
	memset(&r, 0, sizeof(r));
	r.bytes = mem;
	r.packet = packet;
}

static void test_order_and_wrap(void **state)
{
	u8 in[1000], out[1000];
	u32 put = 0, got = 0;

	start(false);
	while (got < 50000) {
		size_t n;

		for (u32 i = 0; i < sizeof(in); i++)
			in[i] = (u8)((put + i) * 13 >> 2);
		put += pty_ring_put(&r, in, sizeof(in));
		n = pty_ring_get(&r, out, 700);
		for (size_t i = 0; i < n; i++, got++)
			assert_int_equal(out[i], (u8)(got * 13 >> 2));
	}
	assert_int_equal(pty_ring_room(&r), PTY_RING - (put - got));
}

static void test_full_and_empty(void **state)
{
	static u8 big[PTY_RING + 10];
	u8 c;

	start(false);
	assert_int_equal(pty_ring_get(&r, &c, 1), 0);
	assert_int_equal(pty_ring_put(&r, big, sizeof(big)), PTY_RING);
	assert_int_equal(pty_ring_room(&r), 0);
	assert_int_equal(pty_ring_put(&r, big, 1), 0);
	assert_int_equal(pty_ring_get(&r, &c, 1), 1);
	assert_int_equal(pty_ring_put(&r, big, 5), 1);
}

static void test_packets(void **state)
{
	u8 out[16];

	start(true);
	assert_int_equal(pty_ring_get(&r, out, sizeof(out)), 0);
	(void)pty_ring_put(&r, (const u8 *)"hello", 5);
	assert_true(pty_ring_event(&r, TIOCPKT_STOP));
	/* The status first, alone. */
	assert_int_equal(pty_ring_get(&r, out, sizeof(out)), 1);
	assert_int_equal(out[0], TIOCPKT_STOP);
	assert_int_equal(pty_ring_get(&r, out, 4), 4);
	assert_memory_equal(out, "\0hel", 4);
	assert_int_equal(pty_ring_get(&r, out, sizeof(out)), 3);
	assert_memory_equal(out, "\0lo", 3);
	assert_int_equal(pty_ring_get(&r, out, 0), 0);
}

static void test_events_undo(void **state)
{
	u8 c;

	start(true);
	(void)pty_ring_event(&r, TIOCPKT_STOP);
	(void)pty_ring_event(&r, TIOCPKT_START);
	(void)pty_ring_event(&r, TIOCPKT_DOSTOP);
	(void)pty_ring_event(&r, TIOCPKT_NOSTOP);
	(void)pty_ring_event(&r, TIOCPKT_FLUSHREAD);
	assert_int_equal(pty_ring_get(&r, &c, 1), 1);
	assert_int_equal(c, TIOCPKT_START | TIOCPKT_NOSTOP | TIOCPKT_FLUSHREAD);
	start(false);
	assert_false(pty_ring_event(&r, TIOCPKT_STOP));
	assert_int_equal(r.status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_order_and_wrap),
		host_test(test_full_and_empty),
		host_test(test_packets),
		host_test(test_events_undo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
