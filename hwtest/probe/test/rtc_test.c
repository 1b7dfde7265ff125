/* The battery clock's probe over a simulated chip: sound, fast, stuck, without a battery, gone. */
// LINK: hwtest/probe/rtc.c hwtest/probe/cmos.c hwtest/probe/note.c hwtest/report/facts.c
// LINK: hwtest/probe/samples.c hwtest/probe/timer.c common/xalloc.c
// LINK: hwtest/probe/test/sim_host.c kernel/x86/test/sim_8254.c
// LINK: hwtest/rules/rtc.c hwtest/rules/agree.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c
// LINK: drivers/rtc/mc146818_core.c drivers/rtc/rtc_decode.c drivers/rtc/test/sim_rtc.c
#include <drivers/rtc/test/sim_rtc.h>
#include <kernel/x86/test/sim_8254.h>
#include <string.h>
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "sim_host.h"

static struct sim_rtc sim;
static struct sim_8254 pit;
static struct sim_host host;

static int setup(void **state)
{
	struct rtc_date d = { 2004, 5, 6, 7, 8, 9 };

	sim_rtc_init(&sim, &d);
	sim.bus.access_ns = 2500; /* half as many looks */
	sim_8254_init(&pit, &sim.bus);
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

static enum verdict verdict(void)
{
	facts = host.facts;
	return judge_by(&rule_rtc);
}

/* The system's clock loses time at those seconds of the chip. */
static u64 lose_us[10];

static u32 lose(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	static u64 last;
	u64 second = b->now_ns / 1000000000u;

	if (second != last && second < ARRAY_SIZE(lose_us))
		host.lost_us += lose_us[second];
	last = second;
	return value;
}

/* A driver has the timer, or nothing may be written: against the system's clock then. */
static void no_timer(void)
{
	host.owner = "pcspkr";
	host.owned_first = 0x61;
	host.owned_last = 0x61;
}

static void test_against_the_timer_if_it_is_free(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "", "against"), "timer");
	facts_free(&host.facts);
	facts_init(&host.facts);
	pit.dead = true;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "", "against"), "system's clock");
	assert_in_range(sim_fact_number(&host, "", "drift") + 5, 0, 10);
	pit.dead = false;
	facts_free(&host.facts);
	facts_init(&host.facts);
	no_timer();
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "", "against"), "system's clock");
	host.owner = NULL;
	host.options.class = CLASS_R0;
	pit.channel[2].reload = 1234;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(pit.channel[2].reload, 1234);
}

/* One tick in each second, as an emulator's host that is busy makes it: all seconds agree. */
static void test_a_clock_that_loses_ticks_is_told_from_the_battery_clock(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(lose_us); i++)
		lose_us[i] = 4000;
	sim.bus.read_hook = lose;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_in_range(sim_fact_number(&host, "", "drift") + 5, 0, 10);
	assert_int_equal(verdict(), VERDICT_LIMITED);
	assert_non_null(strstr(reasons, "The system's clock lost "));
	assert_null(strstr(reasons, "battery clock"));
}

static void test_a_clock_that_lost_ticks_once(void **state)
{
	no_timer();
	memset(lose_us, 0, sizeof(lose_us));
	lose_us[4] = 16000;
	sim.bus.read_hook = lose;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(host.lost_us, 16000);
	assert_in_range(sim_fact_number(&host, "", "drift") + 5, 0, 10);
	assert_int_equal(sim_fact_number(&host, "", "seconds-agreeing"), 3);
	assert_true(verdict() <= VERDICT_LIMITED);
	assert_null(strstr(reasons, "How fast"));
}

static void test_seconds_that_differ_say_nothing(void **state)
{
	no_timer();
	for (unsigned int i = 0; i < ARRAY_SIZE(lose_us); i++)
		lose_us[i] = 4000 * (i % 4) + 4000;
	sim.bus.read_hook = lose;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(verdict(), VERDICT_LIMITED);
	assert_non_null(strstr(reasons, "How fast the battery clock runs is not known"));
}

static void test_one_that_is_wrong_each_second_fails(void **state)
{
	sim.rate_ppm = 5000;
	assert_int_equal(sim_host_run(&host, &probe_rtc), PROBE_DONE);
	assert_int_equal(verdict(), VERDICT_FAILED);
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
	for (unsigned int i = 0; i < fact->count; i++)
		assert_int_equal(facts_is_hidden(fact, i), i >= 0x38 && i < 0x40);
}

#define RTC_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RTC_TEST(test_a_sound_clock),
		RTC_TEST(test_fast_and_slow_are_measured),
		RTC_TEST(test_against_the_timer_if_it_is_free),
		RTC_TEST(test_a_clock_that_loses_ticks_is_told_from_the_battery_clock),
		RTC_TEST(test_a_clock_that_lost_ticks_once),
		RTC_TEST(test_seconds_that_differ_say_nothing),
		RTC_TEST(test_one_that_is_wrong_each_second_fails),
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
