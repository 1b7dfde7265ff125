/* Keyboards: sound, old, slow, stubborn, absent, replugged. */
// LINK: drivers/ps2/i8042_core.c drivers/ps2/ps2_port.c drivers/ps2/atkbd_core.c
// LINK: drivers/ps2/test/sim_ps2.c
#include "sim_ps2.h"
#include <kernel/errno.h>
#include <string.h>
#include "../atkbd_core.h"
#include "../i8042_reg.h"

static struct sim_ps2 sim;
static struct i8042 c;
static struct atkbd k;

static u8 typed[64];
static unsigned int typed_count;

static void hear(void *ctx, u8 byte)
{
	assert_ptr_equal(ctx, &k);
	typed[typed_count++] = byte;
}

static int setup(void **state)
{
	sim_ps2_init(&sim);
	sim.bus.max_us = 60000000;
	memset(&c, 0, sizeof(c));
	c.hw = &sim.bus.hw;
	memset(&k, 0, sizeof(k));
	k.byte = hear;
	k.ctx = &k;
	typed_count = 0;
	return 0;
}

static void irq(void *arg)
{
	i8042_core_irq(arg);
}

static void with_irqs(void)
{
	sim.deliver = irq;
	sim.deliver_arg = &c;
	i8042_enable_irqs(&c);
	sim_bus_advance(&sim.bus, 100);
}

static void bring_up(void)
{
	assert_int_equal(i8042_probe(&c), 0);
	sim_bus_advance(&sim.bus, 1000);
	sim.start_us = sim.bus.now_ns / 1000;
}

static void probe(int want, u64 limit_us)
{
	bring_up();
	assert_int_equal(atkbd_probe(&k, &c), want);
	assert_in_range(sim_elapsed_us(&sim), 0, limit_us);
}

static void test_sound(void **state)
{
	sim.kbd.enabled = false; /* a BIOS may leave it so */
	probe(0, 30000);
	assert_true(k.present && k.listen);
	assert_int_equal(k.id, 0xAB41);
	assert_int_equal(k.set, 1);
	assert_int_equal(sim.kbd.resets, 0);
	assert_true(sim.kbd.enabled);
	assert_int_equal(typed_count, 0);
}

static void test_sound_with_irqs(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E };

	bring_up();
	with_irqs();
	assert_int_equal(atkbd_probe(&k, &c), 0);
	assert_in_range(sim_elapsed_us(&sim), 0, 30000);
	assert_int_equal(k.id, 0xAB41);
	sim_kbd_sends(&sim, keys, 2);
	sim_bus_advance(&sim.bus, 1000);
	assert_int_equal(typed_count, 2);
	assert_memory_equal(typed, keys, 2);
}

static void test_untranslated(void **state)
{
	sim.ctr &= (u8)~I8042_CTR_TRANSLATE;
	sim.kbd.set = 1;
	probe(0, 30000);
	assert_int_equal(k.id, 0xAB83);
	assert_int_equal(k.set, 2);
	assert_int_equal(sim.kbd.set, 2);
}

static void test_absent(void **state)
{
	sim.kbd.absent = true;
	probe(-ENODEV, 100000);
	assert_false(k.present);
	assert_true(k.listen);
	assert_int_equal(atkbd_set_leds(&k, 7), -ENODEV);
	assert_int_equal(atkbd_set_repeat(&k, 250, 33), -ENODEV);
}

static void test_silent(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E };

	sim.kbd.silent = true;
	probe(-ENODEV, 1600000);
	assert_true(k.listen);
	/* A USB emulation that only types. */
	sim_kbd_sends(&sim, keys, 2);
	for (int i = 0; i < 4; i++) {
		sim_bus_advance(&sim.bus, 100);
		i8042_core_irq(&c);
	}
	assert_int_equal(typed_count, 2);
}

static void test_old_keyboard(void **state)
{
	sim.kbd.no_id = true;
	probe(0, 1200000);
	assert_true(k.present);
	assert_int_equal(k.id, 0);
	assert_int_equal(sim.kbd.resets, 0);
}

static void test_ignores_identify(void **state)
{
	sim.kbd.ignores = 0xF2;
	probe(0, 700000);
	assert_true(k.present);
	assert_int_equal(k.id, 0);
}

static void test_refuses_identify(void **state)
{
	sim.kbd.refuses = 0xF2;
	probe(0, 50000);
	assert_int_equal(k.id, 0);
}

static void test_resend(void **state)
{
	sim.kbd.nak = PS2_RETRIES - 1;
	probe(0, 50000);
	assert_int_equal(k.id, 0xAB41);
	setup(state);
	sim.kbd.nak = 1000;
	probe(-ENODEV, 100000);
}

static void test_slow_self_test(void **state)
{
	sim.kbd.nak = 3 * PS2_RETRIES; /* refuses F2 twice and ED at first */
	sim.kbd.bat_us = 3800000;
	bring_up();
	assert_int_equal(atkbd_probe(&k, &c), 0);
	assert_in_range(sim_elapsed_us(&sim), 3800000, 4200000);
	assert_int_equal(sim.kbd.resets, 1);
	assert_int_equal(k.id, 0xAB41);
}

static void test_self_test_fails(void **state)
{
	sim.kbd.nak = 9;
	sim.kbd.bat_code = 0xFC;
	probe(-ENODEV, 600000);
	setup(state);
	sim.kbd.nak = 9;
	sim.kbd.bat_us = 8000000;
	probe(-ENODEV, 4300000);
}

static void test_key_in_the_answer(void **state)
{
	sim.kbd.stray = 0x1E;
	probe(0, 50000);
	assert_int_equal(k.id, 0xAB41);
}

static void test_mouse_bytes_between(void **state)
{
	static const u8 moves[] = { 0x08, 0xFA, 0xFE, 0x08, 0xFC, 0xAA };

	bring_up();
	sim_mouse_sends(&sim, moves, sizeof(moves));
	assert_int_equal(atkbd_probe(&k, &c), 0);
	assert_int_equal(k.id, 0xAB41);
	for (int i = 0; i < 6; i++) {
		sim_bus_advance(&sim.bus, 100);
		i8042_core_irq(&c);
	}
	assert_int_equal(c.bytes[1], 6);
}

static void test_mouse_in_the_wrong_socket(void **state)
{
	sim.kbd.id_count = 1;
	sim.kbd.id[0] = 0;
	probe(-EBUSY, 600000);
	assert_false(k.listen);
}

static void test_line_noise(void **state)
{
	bring_up();
	with_irqs();
	assert_int_equal(atkbd_probe(&k, &c), 0);
	sim_kbd_sends_bad(&sim, 0x5A, I8042_STATUS_PARITY);
	sim_bus_advance(&sim.bus, 1000);
	assert_int_equal(typed_count, 0);
	assert_int_equal(c.errors, 1);
}

static void test_leds(void **state)
{
	probe(0, 30000);
	assert_int_equal(atkbd_set_leds(&k, ATKBD_LED_CAPS | ATKBD_LED_NUM), 0);
	assert_int_equal(sim.kbd.leds, 6);
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(atkbd_set_leds(&k, i), 0);
	assert_int_equal(sim.kbd.leds, 7);
	assert_in_range(sim.kbd.least_led_gap_us, 49000, 60000);
}

static void test_keys_during_command(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E };

	bring_up();
	with_irqs();
	assert_int_equal(atkbd_probe(&k, &c), 0);
	sim_kbd_sends(&sim, keys, 2);
	assert_int_equal(atkbd_set_leds(&k, 1), 0);
	assert_int_equal(typed_count, 2);
	assert_int_equal(sim.kbd.leds, 1);
}

static void test_lost_answer(void **state)
{
	probe(0, 30000);
	sim.start_us = sim.bus.now_ns / 1000;
	sim.kbd.swallow_ack_of = 0xED;
	assert_int_equal(atkbd_set_leds(&k, 1), -ETIMEDOUT);
	assert_in_range(sim_elapsed_us(&sim), 200000, 260000);
	/* The next command finds its way again. */
	sim.kbd.awaiting = 0;
	assert_int_equal(atkbd_set_leds(&k, 2), 0);
	assert_int_equal(sim.kbd.leds, 2);
}

static void test_lost_interrupts(void **state)
{
	bring_up();
	with_irqs();
	sim.deliver = NULL;
	sim.bus.lose_irqs = true;
	assert_int_equal(atkbd_probe(&k, &c), 0);
	assert_in_range(sim_elapsed_us(&sim), 0, 50000);
}

static void test_rates(void **state)
{
	static const struct {
		unsigned int delay, period, got_delay, got_period;
		u8 byte;
	} rows[] = {
		{ 250, 33, 250, 33, 0x00 },	 { 500, 92, 500, 91, 0x2B },
		{ 1000, 500, 1000, 500, 0x7F },	 { 0, 0, 250, 33, 0x00 },
		{ 9999, 9999, 1000, 500, 0x7F }, { 700, 100, 750, 100, 0x4C },
		{ 250, 37, 250, 37, 0x01 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int delay = rows[i].delay, period = rows[i].period;

		assert_int_equal(atkbd_rate_byte(&delay, &period), rows[i].byte);
		assert_int_equal(delay, rows[i].got_delay);
		assert_int_equal(period, rows[i].got_period);
	}
	probe(0, 30000);
	assert_int_equal(atkbd_set_repeat(&k, 500, 92), 0);
	assert_int_equal(sim.kbd.rate, 0x2B);
}

static void test_replug(void **state)
{
	bring_up();
	with_irqs();
	assert_int_equal(atkbd_probe(&k, &c), 0);
	assert_int_equal(atkbd_set_leds(&k, 5), 0);
	assert_int_equal(atkbd_set_repeat(&k, 250, 33), 0);
	sim.kbd.rate = 99;
	sim_replug(&sim, &sim.kbd);
	sim_bus_advance(&sim.bus, 1000000);
	/* The greeting reaches the scancode decoder, which tells replug from Shift. */
	assert_int_equal(typed_count, 1);
	assert_int_equal(typed[0], 0xAA);
	assert_int_equal(sim.kbd.leds, 0);
	assert_int_equal(atkbd_reconnect(&k), 0);
	assert_int_equal(sim.kbd.leds, 5);
	assert_int_equal(sim.kbd.rate, 0);
	sim.kbd.absent = true;
	assert_int_not_equal(atkbd_reconnect(&k), 0);
}

static void test_controller_dies(void **state)
{
	for (unsigned int nth = 1; nth < 60; nth++) {
		setup(state);
		bring_up();
		sim_bus_float_after(&sim.bus, nth);
		atkbd_probe(&k, &c);
		assert_in_range(sim_elapsed_us(&sim), 0, 6000000);
	}
}

static void test_command_bounds(void **state)
{
	u8 reply[PS2_REPLY_MAX + 1];
	struct ps2_cmd cmd = { .command = PS2_CMD_GET_ID,
			       .reply_count = sizeof(reply),
			       .reply = reply };

	probe(0, 30000);
	assert_int_equal(ps2_command(&k.port, &cmd), -EINVAL);
	cmd.reply_count = 3;
	sim.start_us = sim.bus.now_ns / 1000;
	assert_int_equal(ps2_command(&k.port, &cmd), -ETIMEDOUT);
	assert_int_equal(cmd.reply_got, 2);
	assert_in_range(sim_elapsed_us(&sim), 500000, 520000);
}

static void test_drain(void **state)
{
	static const u8 keys[] = { 1, 2, 3 };

	probe(0, 30000);
	sim.start_us = sim.bus.now_ns / 1000;
	sim_kbd_sends(&sim, keys, 3);
	ps2_drain(&k.port, 10000);
	assert_in_range(sim_elapsed_us(&sim), 10000, 12000);
	assert_int_equal(typed_count, 0);
	sim_kbd_sends(&sim, keys, 1);
	sim_bus_advance(&sim.bus, 100);
	i8042_core_irq(&c);
	assert_int_equal(typed_count, 1);
}

#define kbd_test(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		kbd_test(test_sound),
		kbd_test(test_sound_with_irqs),
		kbd_test(test_untranslated),
		kbd_test(test_absent),
		kbd_test(test_silent),
		kbd_test(test_old_keyboard),
		kbd_test(test_ignores_identify),
		kbd_test(test_refuses_identify),
		kbd_test(test_resend),
		kbd_test(test_slow_self_test),
		kbd_test(test_self_test_fails),
		kbd_test(test_key_in_the_answer),
		kbd_test(test_mouse_bytes_between),
		kbd_test(test_mouse_in_the_wrong_socket),
		kbd_test(test_line_noise),
		kbd_test(test_leds),
		kbd_test(test_keys_during_command),
		kbd_test(test_lost_answer),
		kbd_test(test_lost_interrupts),
		kbd_test(test_rates),
		kbd_test(test_replug),
		kbd_test(test_controller_dies),
		kbd_test(test_command_bounds),
		kbd_test(test_drain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
