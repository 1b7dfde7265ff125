/* Mice: three kinds, packets, lost bytes, replug. */
// LINK: drivers/ps2/i8042_core.c drivers/ps2/ps2_port.c drivers/ps2/psmouse_core.c
// LINK: drivers/ps2/test/sim_ps2.c
#include "sim_ps2.h"
#include <kernel/errno.h>
#include <string.h>
#include "../psmouse_core.h"

static struct sim_ps2 sim;
static struct i8042 c;
static struct psmouse m;

static struct psmouse_event events[64];
static unsigned int event_count, replugs;

static void on_event(void *ctx, const struct psmouse_event *ev)
{
	assert_ptr_equal(ctx, &m);
	events[event_count++ % 64] = *ev;
}

static void on_replug(void *ctx)
{
	replugs++;
}

static void irq(void *arg)
{
	i8042_core_irq(arg);
}

static int setup(void **state)
{
	sim_ps2_init(&sim);
	sim.bus.max_us = 60000000;
	memset(&c, 0, sizeof(c));
	c.hw = &sim.bus.hw;
	memset(&m, 0, sizeof(m));
	m.event = on_event;
	m.replug = on_replug;
	m.ctx = &m;
	event_count = replugs = 0;
	return 0;
}

static void bring_up(void)
{
	assert_int_equal(i8042_probe(&c), 0);
	sim_bus_advance(&sim.bus, 1000);
	sim.deliver = irq;
	sim.deliver_arg = &c;
	i8042_enable_irqs(&c);
	sim_bus_advance(&sim.bus, 1000);
	sim.start_us = sim.bus.now_ns / 1000;
}

static void probe(int want, enum psmouse_type type, u64 limit_us)
{
	bring_up();
	assert_int_equal(psmouse_probe(&m, &c), want);
	assert_int_equal(m.type, type);
	assert_in_range(sim_elapsed_us(&sim), 0, limit_us);
}

static void moves(const u8 *bytes, unsigned int n)
{
	sim_mouse_sends(&sim, bytes, n);
	sim_bus_advance(&sim.bus, 10000);
}

static void test_plain(void **state)
{
	static const u8 packet[] = { 0x09, 5, 3 };

	sim.mouse.has_wheel = false;
	probe(0, PSMOUSE_PLAIN, 700000);
	assert_true(sim.mouse.enabled);
	assert_int_equal(sim.mouse.rate, PSMOUSE_DEFAULT_RATE);
	assert_int_equal(sim.mouse.resolution, PSMOUSE_DEFAULT_RES);
	moves(packet, 3);
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].dx, 5);
	assert_int_equal(events[0].dy, -3);
	assert_int_equal(events[0].buttons, PSMOUSE_LEFT);
	assert_int_equal(events[0].wheel, 0);
}

static void test_wheel(void **state)
{
	static const u8 packet[] = { 0x38, 0xFE, 0xFF, 0x01, 0x08, 0, 0, 0xFF };

	probe(0, PSMOUSE_WHEEL, 700000);
	moves(packet, 8);
	assert_int_equal(event_count, 2);
	assert_int_equal(events[0].dx, -2);
	assert_int_equal(events[0].dy, 1);
	assert_int_equal(events[0].wheel, -1);
	assert_int_equal(events[1].wheel, 1);
}

static void test_explorer(void **state)
{
	static const u8 packet[] = { 0x0E, 0, 0, 0x1F, 0x08, 0, 0, 0x21 };

	sim.mouse.has_explorer = true;
	probe(0, PSMOUSE_EXPLORER, 700000);
	moves(packet, 8);
	assert_int_equal(event_count, 2);
	assert_int_equal(events[0].wheel, 1);
	assert_int_equal(events[0].buttons, PSMOUSE_RIGHT | PSMOUSE_MIDDLE | PSMOUSE_SIDE);
	assert_int_equal(events[1].wheel, -1);
	assert_int_equal(events[1].buttons, PSMOUSE_EXTRA);
}

static void test_lost_after_explorer(void **state)
{
	sim.mouse.lost_after_explorer = true;
	probe(0, PSMOUSE_WHEEL, 1200000);
	assert_int_equal(sim.mouse.id[0], 3);
}

static void test_bare_id(void **state)
{
	sim.mouse.bare_id = true;
	probe(0, PSMOUSE_WHEEL, 700000);
}

static void test_no_id(void **state)
{
	sim.mouse.ignores = 0xF2;
	probe(0, PSMOUSE_PLAIN, 2000000);
	assert_int_equal(sim.mouse.resets, 2);
	assert_true(sim.mouse.enabled);
}

static void test_refuses_rates(void **state)
{
	sim.mouse.refuses = 0xF3;
	probe(0, PSMOUSE_PLAIN, 1500000);
}

static void test_absent(void **state)
{
	sim.mouse.absent = true;
	probe(-ENODEV, PSMOUSE_NONE, 100000);
	setup(state);
	sim.mouse.silent = true;
	probe(-ENODEV, PSMOUSE_NONE, 2500000);
	setup(state);
	sim.no_aux = true;
	probe(-ENODEV, PSMOUSE_NONE, 10);
}

static void test_slow_reset(void **state)
{
	sim.mouse.bat_us = 3900000;
	probe(0, PSMOUSE_WHEEL, 4500000);
	setup(state);
	sim.mouse.bat_us = 9000000;
	probe(-ENODEV, PSMOUSE_NONE, 8500000);
}

static void test_bad_self_test(void **state)
{
	sim.mouse.bat_code = 0xFC;
	probe(-ENODEV, PSMOUSE_NONE, 2500000);
	assert_int_equal(sim.mouse.resets, 2);
}

static void test_refuses_enable(void **state)
{
	static const u8 packet[] = { 0x08, 1, 1, 0 };

	sim.mouse.refuses = 0xF4;
	probe(-EIO, PSMOUSE_NONE, 700000);
	moves(packet, 4);
	assert_int_equal(event_count, 0);
}

static void test_keys_between(void **state)
{
	static const u8 keys[] = { 0xFA, 0xAA, 0xFE, 0x1E };

	bring_up();
	sim_kbd_sends(&sim, keys, 4);
	assert_int_equal(psmouse_probe(&m, &c), 0);
	assert_int_equal(m.type, PSMOUSE_WHEEL);
}

static void test_overflow_dropped(void **state)
{
	static const u8 packets[] = { 0x48, 1, 1, 0, 0x88, 1, 1, 0, 0x08, 7, 0, 0 };

	probe(0, PSMOUSE_WHEEL, 700000);
	moves(packets, 12);
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].dx, 7);
}

static void test_sign_of_zero(void **state)
{
	static const u8 packet[] = { 0x38, 0, 0, 0 };
	struct psmouse_event ev;

	assert_true(psmouse_decode(PSMOUSE_WHEEL, packet, &ev));
	assert_int_equal(ev.dx, 0);
	assert_int_equal(ev.dy, 0);
}

static void test_lost_byte_resync(void **state)
{
	static const u8 packet[] = { 0x08, 1, 2, 0 }, cut[] = { 0x08, 1, 2 };

	probe(0, PSMOUSE_WHEEL, 700000);
	/* Cut short, then silence: the next packet is whole. */
	moves(cut, 3);
	sim_bus_advance(&sim.bus, PSMOUSE_RESYNC_US + 1000);
	moves(packet, 4);
	assert_int_equal(event_count, 1);
	assert_int_equal(events[0].dx, 1);
	assert_int_equal(m.resyncs, 1);
	/* Cut short and no silence: bit 3 finds the beginning again. */
	moves(cut, 3);
	for (int i = 0; i < 3; i++)
		moves(packet, 4);
	assert_true(event_count >= 3);
	assert_int_equal(events[event_count - 1].dx, 1);
	assert_int_equal(events[event_count - 1].dy, -2);
}

static void test_bytes_lost_all_the_time(void **state)
{
	static const u8 packet[] = { 0x08, 1, 2, 0 };

	probe(0, PSMOUSE_WHEEL, 700000);
	sim.lost = 7;
	for (int i = 0; i < 200; i++)
		moves(packet, 4);
	assert_true(event_count > 50);
	for (unsigned int i = 0; i < min(event_count, 64u); i++)
		assert_true(events[i].dx >= 0 && events[i].dx <= 8);
}

static void test_nonsense_asks_for_probe(void **state)
{
	static const u8 nonsense[] = { 1, 2, 3, 4, 5, 6, 7 };

	probe(0, PSMOUSE_WHEEL, 700000);
	for (int i = 0; i < PSMOUSE_BAD_BYTES - 1; i++)
		moves(&nonsense[i % 7], 1);
	assert_int_equal(replugs, 0);
	moves(nonsense, 3);
	assert_int_equal(replugs, 1);
	assert_int_equal(psmouse_probe(&m, &c), 0);
	assert_int_equal(m.type, PSMOUSE_WHEEL);
}

static void test_replug(void **state)
{
	static const u8 packet[] = { 0x08, 1, 2, 0 };

	probe(0, PSMOUSE_WHEEL, 700000);
	sim_replug(&sim, &sim.mouse);
	sim_bus_advance(&sim.bus, 1000000);
	assert_int_equal(replugs, 1);
	assert_int_equal(event_count, 0);
	assert_int_equal(psmouse_probe(&m, &c), 0);
	moves(packet, 4);
	assert_int_equal(event_count, 1);
	/* Another one, without a wheel, in its place. */
	sim.mouse.has_wheel = false;
	sim_replug(&sim, &sim.mouse);
	sim_bus_advance(&sim.bus, 1000000);
	assert_int_equal(replugs, 2);
	assert_int_equal(psmouse_probe(&m, &c), 0);
	assert_int_equal(m.type, PSMOUSE_PLAIN);
	moves(packet, 3);
	assert_int_equal(event_count, 2);
}

static void test_controller_dies(void **state)
{
	for (unsigned int nth = 1; nth < 200; nth += 3) {
		setup(state);
		bring_up();
		sim_bus_float_after(&sim.bus, nth);
		psmouse_probe(&m, &c);
		assert_in_range(sim_elapsed_us(&sim), 0, 11000000);
	}
}

#define mouse_test(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		mouse_test(test_plain),
		mouse_test(test_wheel),
		mouse_test(test_explorer),
		mouse_test(test_lost_after_explorer),
		mouse_test(test_bare_id),
		mouse_test(test_no_id),
		mouse_test(test_refuses_rates),
		mouse_test(test_absent),
		mouse_test(test_slow_reset),
		mouse_test(test_bad_self_test),
		mouse_test(test_refuses_enable),
		mouse_test(test_keys_between),
		mouse_test(test_overflow_dropped),
		mouse_test(test_sign_of_zero),
		mouse_test(test_lost_byte_resync),
		mouse_test(test_bytes_lost_all_the_time),
		mouse_test(test_nonsense_asks_for_probe),
		mouse_test(test_replug),
		mouse_test(test_controller_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
