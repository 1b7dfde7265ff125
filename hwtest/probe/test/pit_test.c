/* Timer and speaker over a simulated 8254: what is measured, and that it is given back. */
// LINK: hwtest/probe/pit.c hwtest/probe/speaker.c hwtest/probe/timer.c hwtest/probe/text.c
// LINK: hwtest/probe/samples.c hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c
// LINK: hwtest/rules/pit.c hwtest/rules/speaker.c hwtest/rules/agree.c hwtest/rules/put.c
// LINK: hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: hwtest/probe/test/sim_host.c kernel/x86/test/sim_8254.c
#include <kernel/x86/test/sim_8254.h>
#include <stdlib.h>
#include <string.h>
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "sim_host.h"

static struct sim_bus bus;
static struct sim_8254 pit;
static struct sim_host host;

/* The system's own file says nothing of the simulated timer. */
char *host_read_text(const char *path)
{
	return NULL;
}

static void out(u16 port, u8 value)
{
	hw_out8(&bus.hw, port, value);
}

static int setup(void **state)
{
	sim_bus_init(&bus);
	bus.max_us = 60000000;
	sim_8254_init(&pit, &bus);
	out(0x43, 0x34); /* the tick, as Linux has it at 250 Hz */
	out(0x40, 4773 & 0xff);
	out(0x40, 4773 >> 8);
	out(0x43, 0xb6); /* what was the last tone */
	out(0x42, 0x98);
	out(0x42, 0x0a);
	sim_host_init(&host, &bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	return 0;
}

static void test_a_sound_timer(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_pit), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "channel0", "status") & 0x3f, 0x34);
	assert_in_range(sim_fact_number(&host, "channel0", "lowest"), 1, 200);
	assert_in_range(sim_fact_number(&host, "channel0", "highest"), 4600, 4773);
	assert_in_range(sim_fact_number(&host, "channel2", "rate"), 1193000, 1193360);
	assert_in_range(sim_fact_number(&host, "channel2", "uncertainty"), 1, 200);
}

static void test_it_is_given_back(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_pit), PROBE_DONE);
	assert_int_equal(pit.channel[0].reload, 4773);
	assert_int_equal(pit.channel[2].mode, 3);
	assert_int_equal(pit.port61, 0);
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_DONE);
	assert_int_equal(pit.channel[2].mode, 3);
	assert_int_equal(pit.port61, 0);
}

static void test_a_dead_timer(void **state)
{
	pit.dead = true;
	assert_int_equal(sim_host_run(&host, &probe_pit), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "channel0", "lowest"),
			 sim_fact_number(&host, "channel0", "highest"));
	assert_int_equal(sim_fact_number(&host, "channel2", "rate"), 0);
	assert_in_range(bus.now_ns / 1000, 0, 5000000);
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "output-rose"), 0);
}

static void test_no_timer_at_all(void **state)
{
	sim_bus_release(&bus, 0x40);
	assert_int_equal(sim_host_run(&host, &probe_pit), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "channel2", "rate"), 0);
	assert_in_range(bus.now_ns / 1000, 0, 5000000);
}

static void test_the_output_behind_the_speaker(void **state)
{
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "output-fell"), 1);
	assert_int_equal(sim_fact_number(&host, "", "output-rose"), 1);
	assert_in_range(sim_fact_number(&host, "", "shot"), 9900, 10100);
	assert_false(sim_fact_exists(&host, "", "tone"));
}

static u8 loudest;

static u32 listen(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	loudest |= pit.port61;
	return value;
}

static void test_silent_unless_somebody_listens(void **state)
{
	loudest = 0;
	bus.read_hook = listen;
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_DONE);
	assert_int_equal(loudest & 2, 0);
	host.options.interactive = true;
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "", "tone"), 440);
	assert_non_null(strstr(host.said, "440 Hz"));
	assert_int_equal(pit.port61, 0);
}

/* ---- a machine that somebody else uses too ---- */

static enum verdict verdict_of(const struct probe *probe, const struct rule *rule)
{
	facts_free(&host.facts);
	facts_init(&host.facts);
	assert_int_equal(sim_host_run(&host, probe), PROBE_DONE);
	facts = host.facts;
	return judge_by(rule);
}

static u64 away_every, away_us, lost_us;

/* At every so many looks the processor is away, and the system's clock loses some of that. */
static u32 be_away(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	static u64 looks;

	if (++looks % away_every == 0) {
		b->now_ns += away_us * 1000;
		host.lost_us += lost_us;
	}
	return value;
}

static void busy(u64 every, u64 us, u64 lost)
{
	bus.read_hook = be_away;
	away_every = every;
	away_us = us;
	lost_us = lost;
}

static void test_a_host_that_is_busy_at_times(void **state)
{
	/* A speaker's shot is 10000 looks, a window of the timer's some 500. */
	static const u64 every[] = { 1009, 701, 601 };

	for (unsigned int i = 0; i < ARRAY_SIZE(every); i++) {
		busy(every[i], 40000, 0);
		assert_int_equal(verdict_of(&probe_pit, &rule_pit), VERDICT_WORKS);
		assert_in_range(sim_fact_number(&host, "channel2", "rate"), 1193000, 1193360);
		busy(25 * every[i], 40000, 0);
		assert_int_equal(verdict_of(&probe_speaker, &rule_speaker), VERDICT_DETECTED);
		assert_in_range(sim_fact_number(&host, "", "shot"), 9900, 10100);
	}
}

static void test_a_clock_that_lost_ticks(void **state)
{
	busy(1009, 12000, 8000);
	assert_int_equal(verdict_of(&probe_pit, &rule_pit), VERDICT_WORKS);
	assert_in_range(sim_fact_number(&host, "channel2", "rate"), 1193000, 1193360);
	busy(25013, 12000, 8000);
	assert_int_equal(verdict_of(&probe_speaker, &rule_speaker), VERDICT_DETECTED);
	assert_in_range(sim_fact_number(&host, "", "shot"), 9900, 10100);
}

/* Nothing can be measured then; that is no fault of the timer's. */
static void test_a_host_that_is_always_busy(void **state)
{
	busy(19, 40000, 0);
	assert_int_equal(verdict_of(&probe_pit, &rule_pit), VERDICT_LIMITED);
	assert_int_equal(sim_fact_number(&host, "channel2", "moved"), 1);
	assert_non_null(strstr(reasons, "something takes the processor away"));
	busy(3, 40000, 0);
	assert_int_equal(verdict_of(&probe_speaker, &rule_speaker), VERDICT_DETECTED);
	assert_non_null(strstr(reasons, "something takes the processor away"));
	assert_null(strstr(reasons, "never"));
}

/* What is wrong each time is wrong. */
static void test_broken_ones_fail(void **state)
{
	pit.dead = true;
	assert_int_equal(verdict_of(&probe_pit, &rule_pit), VERDICT_FAILED);
	assert_int_equal(verdict_of(&probe_speaker, &rule_speaker), VERDICT_FAILED);
	pit.dead = false;
	sim_bus_stick(&bus, 0x61, 0x20, 0x20);
	assert_int_equal(verdict_of(&probe_speaker, &rule_speaker), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "never falls"));
}

static void test_a_drivers_channel_is_left_alone(void **state)
{
	host.owner = "pcspkr";
	host.owned_first = 0x42;
	host.owned_last = 0x61;
	assert_int_equal(sim_host_run(&host, &probe_pit), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "channel2", "owner"), "pcspkr");
	assert_int_equal(sim_host_run(&host, &probe_speaker), PROBE_NOT_RUN);
	assert_string_equal(sim_fact_text(&host, "", "reason"), "pcspkr has the speaker");
	assert_int_equal(pit.channel[2].reload, 0x0a98);
}

#define TIMER_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TIMER_TEST(test_a_sound_timer),
		TIMER_TEST(test_it_is_given_back),
		TIMER_TEST(test_a_dead_timer),
		TIMER_TEST(test_no_timer_at_all),
		TIMER_TEST(test_the_output_behind_the_speaker),
		TIMER_TEST(test_silent_unless_somebody_listens),
		TIMER_TEST(test_a_host_that_is_busy_at_times),
		TIMER_TEST(test_a_clock_that_lost_ticks),
		TIMER_TEST(test_a_host_that_is_always_busy),
		TIMER_TEST(test_broken_ones_fail),
		TIMER_TEST(test_a_drivers_channel_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
