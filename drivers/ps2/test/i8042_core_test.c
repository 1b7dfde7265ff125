/* The controller, sound and with everything wrong that is known of them. */
// LINK: drivers/ps2/i8042_core.c drivers/ps2/test/sim_ps2.c
#include "sim_ps2.h"
#include <kernel/errno.h>
#include <string.h>
#include "../i8042_core.h"
#include "../i8042_reg.h"

static struct sim_ps2 sim;
static struct i8042 c;

static u8 heard[2][64];
static unsigned int heard_count[2], heard_flags;

static void hear(void *ctx, u8 byte, unsigned int flags)
{
	unsigned int port = ctx == &heard[1];

	heard[port][heard_count[port]++] = byte;
	heard_flags |= flags;
}

static int setup(void **state)
{
	sim_ps2_init(&sim);
	sim.bus.max_us = 60000000;
	memset(&c, 0, sizeof(c));
	c.hw = &sim.bus.hw;
	c.receive[0] = c.receive[1] = hear;
	c.receive_ctx[0] = &heard[0];
	c.receive_ctx[1] = &heard[1];
	heard_count[0] = heard_count[1] = heard_flags = 0;
	return 0;
}

/* The probe's result and how long it may take. */
static void probe(int want, enum i8042_fault fault, u64 limit_us)
{
	assert_int_equal(i8042_probe(&c), want);
	assert_int_equal(c.fault, fault);
	assert_in_range(sim_elapsed_us(&sim), 0, limit_us);
	assert_true(limit_us <= I8042_PROBE_BUDGET_US);
	assert_non_null(i8042_fault_text(c.fault));
	sim_bus_advance(&sim.bus, 100); /* the controller looks at the last byte */
}

static void test_sound(void **state)
{
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(c.has_aux && c.translated && c.ctr_known);
	assert_false(c.has_mux);
	assert_int_equal(c.initial_ctr, 0x65);
	assert_int_equal(c.self_test, 0x55);
	/* Both clocks run, no interrupts yet. */
	assert_int_equal(sim.ctr, 0x44);
	assert_int_equal(i8042_enable_irqs(&c), 0);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x47);
	i8042_restore(&c);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x65);
}

static void test_untranslated(void **state)
{
	sim.ctr &= (u8)~I8042_CTR_TRANSLATE;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_false(c.translated);
	assert_int_equal(sim.ctr & I8042_CTR_TRANSLATE, 0);
}

static void test_key_waiting(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E, 0x1E, 0x9E };

	sim_kbd_sends(&sim, keys, sizeof(keys));
	sim_bus_advance(&sim.bus, 100);
	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(c.initial_ctr, 0x65);
}

static void test_absent(void **state)
{
	sim_bus_release(&sim.bus, I8042_PORT_STATUS);
	sim_bus_release(&sim.bus, I8042_PORT_DATA);
	probe(-ENODEV, I8042_FAULT_FLOATING, 100);
	assert_true(sim_bus_accessed(&sim.bus, I8042_PORT_COMMAND, true) == 0);
}

static void test_pulled_low(void **state)
{
	test_absent(state);
	setup(state);
	sim_bus_release(&sim.bus, I8042_PORT_STATUS);
	sim_bus_release(&sim.bus, I8042_PORT_DATA);
	sim.bus.floating = 0;
	probe(-ETIMEDOUT, I8042_FAULT_NO_REPLY, 1200000);
}

static void test_stuck_ibf(void **state)
{
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_IBF, I8042_STATUS_IBF);
	probe(-ETIMEDOUT, I8042_FAULT_STUCK_IBF, 1200000);
}

static void test_stuck_obf(void **state)
{
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_OBF, I8042_STATUS_OBF);
	probe(-ENODEV, I8042_FAULT_FLUSH, 2000);
}

static void test_no_reply(void **state)
{
	sim.no_reply = true;
	probe(-ETIMEDOUT, I8042_FAULT_NO_REPLY, 1200000);
}

static void test_ctr_noise(void **state)
{
	sim.ctr_noise = 3;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(c.initial_ctr, 0x65);
}

static void test_ctr_unstable(void **state)
{
	sim.ctr_unstable = true;
	probe(0, I8042_FAULT_CTR_UNSTABLE, 600000);
	assert_true(c.translated);
	assert_false(c.ctr_known);
	sim.ctr = 0x12;
	i8042_restore(&c);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x12);
}

static void test_ctr_readonly(void **state)
{
	sim.ctr_readonly = true;
	probe(0, I8042_FAULT_CTR_WRITE, 600000);
}

static void test_keylock(void **state)
{
	sim.status &= (u8)~I8042_STATUS_UNLOCK;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(sim.ctr & I8042_CTR_IGNORE_LOCK);
}

static void test_self_test_wrong_first(void **state)
{
	sim.bad_self_tests = I8042_SELF_TEST_TRIES - 1;
	sim.ctr_lost_by_test = true;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(c.self_test, 0x55);
	assert_int_equal(sim.ctr, 0x44);
}

static void type_on(void *arg)
{
	static const u8 key = 0x1E;

	if (sim.kbd.out.count < 16)
		sim_kbd_sends(&sim, &key, 1);
	if (sim.bus.now_ns < 40000000)
		sim_bus_at(&sim.bus, 70, type_on, NULL);
}

static void begin_typing(struct sim_ps2 *unused)
{
	sim_bus_at(&sim.bus, 70, type_on, NULL);
}

/* The test switches the keyboard on again: what is typed then must not mix into later answers. */
static void test_typing_after_the_self_test(void **state)
{
	sim.ctr_lost_by_test = true;
	sim.at_self_test = begin_typing;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(c.has_aux);
	assert_false(c.flags & I8042_NOLOOP);
}

static void free_again(void *arg)
{
	sim_bus_unstick(&sim.bus, I8042_PORT_STATUS);
}

static void get_stuck(struct sim_ps2 *unused)
{
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_IBF, I8042_STATUS_IBF);
	sim_bus_at(&sim.bus, I8042_WAIT_US + 60000, free_again, NULL);
}

/* A probe that ends half-way leaves the register as the BIOS had it. */
static void test_stuck_half_way(void **state)
{
	sim.at_self_test = get_stuck;
	probe(-ETIMEDOUT, I8042_FAULT_STUCK_IBF, 1200000);
	assert_int_equal(sim.ctr, 0x65);
}

static void test_self_test_wrong_always(void **state)
{
	sim.bad_self_tests = 100;
	probe(0, I8042_FAULT_SELF_TEST, 50000);
	assert_int_equal(c.self_test, 0xAA);
	assert_int_equal(sim.bad_self_tests, 100 - I8042_SELF_TEST_TRIES);
	assert_true(c.has_aux);
}

static void test_self_test_silent(void **state)
{
	sim.silent_self_test = true;
	probe(0, I8042_FAULT_SELF_TEST, 350000);
	setup(state);
	sim.silent_self_test = true;
	c.flags = I8042_NOSELFTEST;
	probe(0, I8042_FAULT_NONE, 50000);
}

static void test_no_aux(void **state)
{
	sim.no_aux = true;
	probe(0, I8042_FAULT_NONE, 1200000);
	assert_false(c.has_aux);
	assert_int_equal(c.aux_fault, I8042_FAULT_AUX_LOOP);
	/* The missing port stays off. */
	assert_int_equal(i8042_enable_irqs(&c), 0);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x65);
}

static void test_noaux_option(void **state)
{
	c.flags = I8042_NOAUX;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_false(c.has_aux);
	assert_int_equal(c.aux_fault, I8042_FAULT_AUX_OFF);
}

static void test_loop_broken(void **state)
{
	sim.no_loop = true;
	probe(0, I8042_FAULT_NONE, 700000);
	assert_true(c.has_aux);
	setup(state);
	sim.no_loop = true;
	c.flags = I8042_NOLOOP;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(c.has_aux);
	setup(state);
	sim.loop_to_kbd = true;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(c.has_aux);
	assert_true(c.flags & I8042_NOLOOP);
}

static void test_aux_never_off(void **state)
{
	sim.aux_stuck_on = true;
	sim.ctr &= (u8)~I8042_CTR_AUX_DISABLE;
	sim.ctr_readonly = true;
	probe(0, I8042_FAULT_CTR_WRITE, 600000);
	assert_false(c.has_aux);
	assert_int_equal(c.aux_fault, I8042_FAULT_AUX_TOGGLE);
}

static void test_mux(void **state)
{
	sim.mux_on = true;
	sim.mux_answer = 0x11;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_true(c.has_mux && c.has_aux);
	assert_false(sim.mux_on);
	assert_int_equal(c.mux_version, 0x11);
	setup(state);
	sim.mux_answer = 0x11;
	c.flags = I8042_NOMUX;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_false(c.has_mux);
}

static void test_mux_pretended(void **state)
{
	sim.mux_answer = 0xAC;
	probe(0, I8042_FAULT_NONE, 50000);
	assert_false(c.has_mux);
	assert_true(c.has_aux);
}

static void test_aux_irq(void **state)
{
	c.flags = I8042_AUX_IRQ;
	probe(0, I8042_FAULT_NONE, 100000);
	assert_int_equal(c.aux_fault, I8042_FAULT_NONE);
	assert_int_equal(sim.irqs[1], 1);
	setup(state);
	sim.aux_irq_dead = true;
	c.flags = I8042_AUX_IRQ;
	probe(0, I8042_FAULT_NONE, 400000);
	assert_true(c.has_aux);
	assert_int_equal(c.aux_fault, I8042_FAULT_AUX_IRQ);
}

static void test_goes_away(void **state)
{
	for (unsigned int nth = 1; nth < 120; nth++) {
		setup(state);
		sim_bus_float_after(&sim.bus, nth);
		i8042_probe(&c);
		assert_in_range(sim_elapsed_us(&sim), 0, I8042_PROBE_BUDGET_US);
	}
}

static void test_irq_dispatch(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E }, moves[] = { 0x08, 1, 2 };

	probe(0, I8042_FAULT_NONE, 50000);
	i8042_enable_irqs(&c);
	sim_bus_advance(&sim.bus, 100);
	sim.irqs[0] = sim.irqs[1] = 0;
	sim_kbd_sends(&sim, keys, 2);
	sim_mouse_sends(&sim, moves, 3);
	for (int i = 0; i < 10; i++) {
		sim_bus_advance(&sim.bus, 100);
		i8042_core_irq(&c);
	}
	assert_int_equal(heard_count[0], 2);
	assert_memory_equal(heard[0], keys, 2);
	assert_int_equal(heard_count[1], 3);
	assert_memory_equal(heard[1], moves, 3);
	assert_int_equal(c.bytes[0], 2);
	assert_int_equal(c.bytes[1], 3);
	assert_true(sim.irqs[0] == 2 && sim.irqs[1] == 3);
}

static void test_irq_bounds(void **state)
{
	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(i8042_core_irq(&c), 0);
	assert_int_equal(c.spurious, 1);
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_OBF, I8042_STATUS_OBF);
	assert_int_equal(i8042_core_irq(&c), I8042_IRQ_BYTES);
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, 0xFF, 0xFF);
	assert_int_equal(i8042_core_irq(&c), 0);
}

static void test_irq_errors(void **state)
{
	probe(0, I8042_FAULT_NONE, 50000);
	sim_kbd_sends_bad(&sim, 0xFE, I8042_STATUS_TIMEOUT);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(i8042_core_irq(&c), 1);
	assert_int_equal(heard_flags, I8042_RX_TIMEOUT);
	sim_kbd_sends_bad(&sim, 0x00, I8042_STATUS_PARITY);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(i8042_core_irq(&c), 1);
	assert_int_equal(heard_flags, I8042_RX_TIMEOUT | I8042_RX_PARITY);
	assert_int_equal(c.errors, 2);
}

static void test_send(void **state)
{
	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(i8042_send(&c, false, 0xF2), 0);
	assert_int_equal(i8042_send(&c, true, 0xF2), 0);
	for (int i = 0; i < 10; i++) {
		sim_bus_advance(&sim.bus, 1000);
		i8042_core_irq(&c);
	}
	assert_int_equal(heard_count[0], 3);
	assert_int_equal(heard[0][2], 0x41);
	assert_int_equal(heard_count[1], 2);
	sim.start_us = sim.bus.now_ns / 1000;
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_IBF, I8042_STATUS_IBF);
	assert_int_equal(i8042_send(&c, true, 0xF2), -ETIMEDOUT);
	assert_int_equal(i8042_send(&c, false, 0xF2), -ETIMEDOUT);
	assert_in_range(sim_elapsed_us(&sim), 900000, 1100000);
}

static void test_set_port(void **state)
{
	probe(0, I8042_FAULT_NONE, 50000);
	i8042_set_port(&c, true, false);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x64);
	i8042_set_port(&c, false, false);
	i8042_set_port(&c, true, true);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.ctr, 0x54);
}

static void test_reset_cpu(void **state)
{
	i8042_reset_cpu(&sim.bus.hw);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(sim.cpu_resets, I8042_RESET_PULSES);
	sim.start_us = sim.bus.now_ns / 1000;
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, I8042_STATUS_IBF, I8042_STATUS_IBF);
	i8042_reset_cpu(&sim.bus.hw);
	assert_in_range(sim_elapsed_us(&sim), 100000, 200000);
}

static void test_poll(void **state)
{
	static const u8 keys[] = { 0x1E, 0x9E }, moves[] = { 0x08, 1, 2 };

	probe(0, I8042_FAULT_NONE, 50000);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), -1);
	sim_mouse_sends(&sim, moves, 3);
	sim_bus_advance(&sim.bus, 100);
	sim_kbd_sends(&sim, keys, 2);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), -1);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), 0x1E);
	sim_bus_advance(&sim.bus, 100);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), 0x9E);
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, 0xFF, 0xFF);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), -1);
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, 0xFF, 0x31);
	sim_bus_unstick(&sim.bus, I8042_PORT_STATUS);
	sim_bus_stick(&sim.bus, I8042_PORT_STATUS, 0xFF, 0x31);
	assert_int_equal(i8042_poll_byte(&sim.bus.hw), -1);
}

static unsigned int locked, lock_calls;
static unsigned long take_lock(void *ctx)
{
	assert_int_equal(locked, 0);
	locked = 1;
	lock_calls++;
	return 42;
}
static void drop_lock(void *ctx, unsigned long saved)
{
	assert_int_equal(saved, 42);
	assert_int_equal(locked, 1);
	locked = 0;
}

static void test_lock(void **state)
{
	c.lock = take_lock;
	c.unlock = drop_lock;
	lock_calls = locked = 0;
	probe(0, I8042_FAULT_NONE, 50000);
	lock_calls = 0;
	i8042_enable_irqs(&c);
	i8042_send(&c, true, 0xF4);
	i8042_core_irq(&c);
	i8042_set_port(&c, true, true);
	i8042_restore(&c);
	assert_int_equal(lock_calls, 5);
	assert_int_equal(locked, 0);
}

#define ps2_test(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ps2_test(test_sound),
		ps2_test(test_untranslated),
		ps2_test(test_key_waiting),
		ps2_test(test_absent),
		ps2_test(test_pulled_low),
		ps2_test(test_stuck_ibf),
		ps2_test(test_stuck_obf),
		ps2_test(test_no_reply),
		ps2_test(test_ctr_noise),
		ps2_test(test_ctr_unstable),
		ps2_test(test_ctr_readonly),
		ps2_test(test_keylock),
		ps2_test(test_self_test_wrong_first),
		ps2_test(test_typing_after_the_self_test),
		ps2_test(test_stuck_half_way),
		ps2_test(test_self_test_wrong_always),
		ps2_test(test_self_test_silent),
		ps2_test(test_no_aux),
		ps2_test(test_noaux_option),
		ps2_test(test_loop_broken),
		ps2_test(test_aux_never_off),
		ps2_test(test_mux),
		ps2_test(test_mux_pretended),
		ps2_test(test_aux_irq),
		ps2_test(test_goes_away),
		ps2_test(test_irq_dispatch),
		ps2_test(test_irq_bounds),
		ps2_test(test_irq_errors),
		ps2_test(test_send),
		ps2_test(test_set_port),
		ps2_test(test_reset_cpu),
		ps2_test(test_poll),
		ps2_test(test_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
