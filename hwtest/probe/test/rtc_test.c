/* The battery clock's probe over a simulated chip: sound, fast, stuck, without a battery, gone. */
// LINK: hwtest/probe/rtc.c hwtest/probe/cmos.c hwtest/probe/note.c hwtest/report/facts.c
// LINK: common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: drivers/rtc/mc146818_core.c drivers/rtc/rtc_decode.c drivers/rtc/test/sim_rtc.c
#include <drivers/rtc/test/sim_rtc.h>
#include "sim_host.h"

static struct sim_rtc sim;
static struct sim_host host;

static int setup(void **state)
{
	struct rtc_date d = { 2004, 5, 6, 7, 8, 9 };

	sim_rtc_init(&sim, &d);
	sim_host_init(&host, &sim.bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void test_a_sound_clock(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(sim_fact_bytes(&host, "", "registers", 128)->bytes[RTC_REG_D], 0x80);
	assert_int_equal(sim_fact_number(&host, "", "updates"), 5);
	assert_in_range(sim_fact_number(&host, "", "update-longest"), 2200, 2240);
	assert_in_range(sim_fact_number(&host, "", "drift") + 5, 0, 10);
	/* The date of a second that began just now: the next after the chip was looked for. */
	assert_string_equal(sim_fact_text(&host, "", "date"), "2004-05-06 07:08:10");
	assert_int_equal(sim.ram[RTC_REG_B], RTC_B_24H);
}

static void test_fast_and_slow_are_measured(void **state)
{
	sim.rate_ppm = 1500;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_in_range(sim_fact_number(&host, "", "drift"), 1480, 1520);
	facts_free(&host.facts);
	facts_init(&host.facts);
	sim.rate_ppm = -1500;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_in_range(-sim_fact_number(&host, "", "drift"), 1480, 1520);
}

static void test_an_update_that_never_ends(void **state)
{
	sim.uip_stuck = true;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "update-stuck"), 1);
	assert_int_equal(sim_fact_number(&host, "", "updates"), 0);
	assert_in_range(sim.bus.now_ns / 1000, 0, 8u * SECOND_US);
}

static void test_a_clock_that_stands(void **state)
{
	sim.ram[RTC_REG_B] |= RTC_B_SET;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "updates"), 0);
	assert_int_equal(sim_fact_number(&host, "", "update-stuck"), 0);
	assert_in_range(sim.bus.now_ns / 1000, 0, 8u * SECOND_US);
}

static void test_updates_that_are_not_announced(void **state)
{
	sim.uip_never = true;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "updates-announced"), 0);
	assert_in_range(sim_fact_number(&host, "", "updates"), 5, 10);
}

static void test_no_clock(void **state)
{
	sim_bus_release(&sim.bus, RTC_PORT_INDEX);
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_ABSENT);
	sim.bus.floating = 0;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_ABSENT);
}

static void test_it_goes_away(void **state)
{
	sim_bus_float_after(&sim.bus, 300);
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "", "date"));
	assert_in_range(sim.bus.now_ns / 1000, 0, 8u * SECOND_US);
}

static void test_a_driver_keeps_its_interrupt(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_not_equal(sim.reads_of_c, 0);
	sim.reads_of_c = 0;
	host.host.alone = false;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(sim.reads_of_c, 0);
}

static void test_what_may_be_a_password_is_secret(void **state)
{
	const struct fact *fact;

	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	fact = sim_fact_bytes(&host, "", "registers", 128);
	assert_int_equal(fact->secret_at, 0x38);
	assert_int_equal(fact->secret_len, 8);
}

#define RTC_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RTC_TEST(test_a_sound_clock),
		RTC_TEST(test_fast_and_slow_are_measured),
		RTC_TEST(test_an_update_that_never_ends),
		RTC_TEST(test_a_clock_that_stands),
		RTC_TEST(test_updates_that_are_not_announced),
		RTC_TEST(test_no_clock),
		RTC_TEST(test_it_goes_away),
		RTC_TEST(test_a_driver_keeps_its_interrupt),
		RTC_TEST(test_what_may_be_a_password_is_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
