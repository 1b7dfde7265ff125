/* The 8254 over a simulated one. */
// LINK: kernel/x86/pit.c kernel/x86/test/sim_8254.c
#include <host/host.h>
#include "../pit.h"
#include "sim_8254.h"

static struct sim_bus bus;
static struct sim_8254 timer;
struct hw *host_ports;

static void begin(void)
{
	sim_bus_init(&bus);
	bus.max_accesses = 5000000;
	host_ports = &bus.hw;
	sim_8254_init(&timer, &bus);
}

static void periodic_at_the_tick_rate(void **state)
{
	begin();
	pit_set_periodic();
	assert_int_equal(timer.channel[0].mode, 2);
	assert_int_equal(timer.channel[0].reload, PIT_RELOAD);
	/* As near as a whole number of clocks comes. */
	assert_in_range(SIM_8254_HZ * 1000 / PIT_RELOAD, PIT_TICK_HZ * 1000 - 30,
			PIT_TICK_HZ * 1000 + 30);
}

static void one_shot_counts_what_it_was_given(void **state)
{
	begin();
	pit_set_oneshot(0x1234);
	assert_int_equal(timer.channel[0].mode, 0);
	assert_int_equal(timer.channel[0].reload, 0x1234);
	assert_false(sim_8254_out(&timer, 0));
	sim_bus_advance(&bus, 3906); /* 4660 clocks: 3905.5 us */
	assert_true(sim_8254_out(&timer, 0));
}

/* Latched: the count goes on between the two bytes. */
static void a_count_is_read_as_of_one_moment(void **state)
{
	begin();
	pit_set_oneshot(0xffff);
	bus.access_ns = 250000; /* more than 256 clocks between the bytes */
	for (int i = 0; i < 20; i++) {
		const u64 before = sim_8254_clocks(&timer, 0);
		const u32 count = pit_read_channel0();
		const u64 after = sim_8254_clocks(&timer, 0);

		assert_in_range(0xffff - count, before, after);
	}
}

static void a_delay_takes_its_time_and_not_much_more(void **state)
{
	static const unsigned int delays[] = { 1, 10, 100, 3000, 50000, 200000 };

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		u64 before;

		begin();
		pit_set_periodic();
		before = bus.now_ns;
		pit_delay_us(delays[i]);
		assert_in_range(bus.now_ns - before, delays[i] * 1000ull,
				delays[i] * 1000ull + 20000);
	}
}

static void a_delay_with_the_timer_as_the_bios_left_it(void **state)
{
	u64 before;

	begin();
	bus.hw.ops->out8(&bus.hw, 0x43, 0x34);
	bus.hw.ops->out8(&bus.hw, 0x40, 0);
	bus.hw.ops->out8(&bus.hw, 0x40, 0);
	pit_set_oneshot(0xffff); /* `reload` of an earlier test must not matter */
	before = bus.now_ns;
	pit_delay_us(120000); /* two rounds */
	assert_in_range(bus.now_ns - before, 120000000, 120100000);
}

static void a_dead_timer_hangs_nothing(void **state)
{
	u64 start, end;

	begin();
	timer.dead = true;
	bus.max_accesses = 30000000;
	pit_delay_us(1000);
	assert_false(pit_gate_tsc(10, &start, &end));
}

static void the_gate_opens_for_the_time_asked(void **state)
{
	u64 start, end, before;

	begin();
	bus.hw.ops->out8(&bus.hw, 0x61, 0x0e); /* other bits of the port stay; the speaker was on */
	before = bus.now_ns;
	assert_true(pit_gate_tsc(20, &start, &end));
	assert_in_range(bus.now_ns - before, 20000000, 20050000);
	assert_int_equal(timer.port61, 0x0e);
	assert_int_equal(timer.channel[2].mode, 0);
	assert_true(end > start);
}

/* A bit 5 that is stuck at one would make any TSC endlessly fast. */
static void a_gate_that_is_open_at_once_is_not_believed(void **state)
{
	u64 start, end;

	begin();
	sim_bus_stick(&bus, 0x61, 0x20, 0x20);
	assert_false(pit_gate_tsc(20, &start, &end));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(periodic_at_the_tick_rate),
		host_test(one_shot_counts_what_it_was_given),
		host_test(a_count_is_read_as_of_one_moment),
		host_test(a_delay_takes_its_time_and_not_much_more),
		host_test(a_delay_with_the_timer_as_the_bios_left_it),
		host_test(a_dead_timer_hangs_nothing),
		host_test(the_gate_opens_for_the_time_asked),
		host_test(a_gate_that_is_open_at_once_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
