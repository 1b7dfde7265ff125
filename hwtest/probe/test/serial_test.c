/* The serial ports' probe over simulated UARTs: sound, worn, with another crystal, a driver's. */
// LINK: hwtest/probe/serial.c hwtest/probe/note.c hwtest/report/facts.c
// LINK: common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: drivers/serial/uart8250_core.c drivers/serial/test/sim_uart.c
#include <drivers/serial/test/sim_uart.h>
#include <string.h>
#include "sim_host.h"

static struct sim_uart uart;
static struct sim_host host;

static u16 requests(void)
{
	return uart.line_high ? 1 << 4 : 0;
}

static u16 no_requests(void)
{
	return 0;
}

static int setup(void **state)
{
	sim_uart_init(&uart, UART_16550A);
	sim_host_init(&host, &uart.bus);
	host.requests = requests;
	host.masks = 0xffff;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void run(enum probe_end end)
{
	assert_int_equal(sim_host_run(&host, &probe_serial), end);
}

static void test_a_sound_port(void **state)
{
	uart.dll = 12;
	uart.lcr = 0x1b;
	uart.mcr = 3;
	run(PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "com1", "chip"), "16550A");
	assert_int_equal(sim_fact_number(&host, "com1", "port"), 0x3f8);
	assert_int_equal(sim_fact_number(&host, "com1", "loop-9600-lost"), 0);
	assert_int_equal(sim_fact_number(&host, "com1", "loop-115200-wrong"), 0);
	assert_in_range(sim_fact_number(&host, "com1", "loop-9600-time"), 20800, 23000);
	assert_in_range(sim_fact_number(&host, "com1", "loop-38400-time"), 5200, 6500);
	assert_int_equal(sim_fact_number(&host, "com1", "lines-raised"), 1 << 4);
	assert_false(sim_fact_exists(&host, "com2", "port"));
}

static void test_everything_is_put_back_and_nothing_sent(void **state)
{
	uart.dll = 12;
	uart.lcr = 0x1b;
	uart.mcr = 3;
	run(PROBE_DONE);
	assert_int_equal(uart.dll, 12);
	assert_int_equal(uart.dlm, 0);
	assert_int_equal(uart.lcr, 0x1b);
	assert_int_equal(uart.mcr, 3);
	assert_int_equal(uart.ier, 0);
	assert_int_equal(uart.sent_count, 0);
	assert_string_equal(host.said, "serial: com1: bytes through the loop inside the chip\n");
}

static void test_a_broken_loop(void **state)
{
	uart.loop_dead = true;
	run(PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "com1", "loop-9600-lost"), 20);
	assert_in_range(uart.bus.now_ns / 1000, 0, 2000000);
}

static void test_bits_that_change(void **state)
{
	uart.loop_flips = 0x10;
	run(PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "com1", "loop-9600-wrong"), 20);
}

static void test_another_crystal(void **state)
{
	uart.crystal_percent = 400;
	run(PROBE_DONE);
	assert_in_range(sim_fact_number(&host, "com1", "loop-9600-time"), 5000, 6500);
}

static void test_a_transmitter_that_never_empties(void **state)
{
	uart.thre_stuck = true;
	run(PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "com1", "loop-9600-lost"), 20);
	assert_in_range(uart.bus.now_ns / 1000, 0, 3000000);
}

static void test_no_line_and_no_controllers(void **state)
{
	host.requests = no_requests;
	run(PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "com1", "lines-raised"), 0);
	host.requests = NULL;
	facts_free(&host.facts);
	facts_init(&host.facts);
	run(PROBE_DONE);
	assert_false(sim_fact_exists(&host, "com1", "lines-raised"));
}

static void test_a_line_in_use_is_not_watched(void **state)
{
	host.masks = (u16) ~(1u << 4);
	run(PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "com1", "lines-raised"), 0);
}

static void test_nothing_there(void **state)
{
	sim_bus_release(&uart.bus, SIM_UART_BASE);
	run(PROBE_ABSENT);
}

static void test_it_goes_away(void **state)
{
	sim_bus_float_after(&uart.bus, 60);
	run(PROBE_DONE);
	assert_in_range(uart.bus.now_ns / 1000, 0, 3000000);
}

static void test_a_drivers_port_is_left_alone(void **state)
{
	host.owner = "serial";
	host.owned_first = 0x3f8;
	host.owned_last = 0x3ff;
	run(PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "com1", "owner"), "serial");
	assert_false(sim_fact_exists(&host, "com1", "chip"));
	for (unsigned int reg = 0; reg < 8; reg++)
		assert_int_equal(sim_bus_accessed(&uart.bus, (u16)(0x3f8 + reg), true), 0);
}

static void test_com3_and_com4_only_when_asked(void **state)
{
	run(PROBE_DONE);
	assert_int_equal(sim_bus_accessed(&uart.bus, 0x3e8 + 3, false), 0);
	host.options.com34 = true;
	run(PROBE_DONE);
	assert_int_not_equal(sim_bus_accessed(&uart.bus, 0x3e8 + 3, false), 0);
	assert_int_not_equal(sim_bus_accessed(&uart.bus, 0x2e8 + 3, false), 0);
}

static void test_the_bios_knows_another_place(void **state)
{
	sim_bus_release(&uart.bus, SIM_UART_BASE);
	memcpy(host.memory + 0x400, "\x80\x02\x03\x00\x00\x00\x20\x03", 8);
	run(PROBE_ABSENT);
	assert_int_not_equal(sim_bus_accessed(&uart.bus, 0x280 + 3, false), 0);
	/* 3 is no port, 320 is not to be touched. */
	assert_int_not_equal(sim_bus_accessed(&uart.bus, 0x2f8 + 3, false), 0);
	assert_int_equal(sim_bus_accessed(&uart.bus, 0x320 + 3, false), 0);
	assert_int_equal(sim_fact_number(&host, "", "left-out"), 0x320);
}

#define PORT_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PORT_TEST(test_a_sound_port),
		PORT_TEST(test_everything_is_put_back_and_nothing_sent),
		PORT_TEST(test_a_broken_loop),
		PORT_TEST(test_bits_that_change),
		PORT_TEST(test_another_crystal),
		PORT_TEST(test_a_transmitter_that_never_empties),
		PORT_TEST(test_no_line_and_no_controllers),
		PORT_TEST(test_a_line_in_use_is_not_watched),
		PORT_TEST(test_nothing_there),
		PORT_TEST(test_it_goes_away),
		PORT_TEST(test_a_drivers_port_is_left_alone),
		PORT_TEST(test_com3_and_com4_only_when_asked),
		PORT_TEST(test_the_bios_knows_another_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
