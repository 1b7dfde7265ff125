/* The floppy probe over a simulated controller, and its rule. */
// LINK: hwtest/probe/floppy.c hwtest/probe/floppy_session.c hwtest/probe/note.c
// LINK: hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/rules/floppy.c hwtest/rules/put.c
// LINK: hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: drivers/floppy/fdc_decode.c drivers/floppy/fdc_command.c drivers/floppy/fdc_drive.c
// LINK: drivers/floppy/fdc_transfer.c drivers/floppy/fdc_medium.c drivers/floppy/fdc_rw.c
// LINK: drivers/floppy/fdc_same.c kernel/lib/crc32_small.c
// LINK: drivers/floppy/test/sim_fdc.c
#include <drivers/floppy/test/sim_fdc.h>
#include <string.h>
#include "../../rules/test/rule_case.h"
#include "sim_host.h"

#define TYPE_1440   4u /* in CMOS */
#define FORMAT_1440 7u /* of fdc_formats */

static struct sim_fdc sim;
static struct sim_host host;
static u8 cmos_index, cmos_types;

static u32 read_cmos(void *chip, u16 port, unsigned int width)
{
	return port == 0x71 && cmos_index == 0x10 ? cmos_types : 0;
}

static void write_cmos(void *chip, u16 port, u32 value, unsigned int width)
{
	assert_int_equal(port, 0x70);
	cmos_index = (u8)value;
}

static int setup(void **state)
{
	sim_fdc_init(&sim, TYPE_1440, 0);
	sim_bus_claim(&sim.bus, 0x70, 2, read_cmos, write_cmos, NULL);
	sim.bus.max_us = 300000000;
	cmos_types = TYPE_1440 << 4;
	sim_host_init(&host, &sim.bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	/* Interrupts come unasked for: it polls. Each is one of the simulation's violations. */
	sim_fdc_free(&sim);
	return 0;
}

static enum verdict run(enum probe_class class)
{
	host.options.class = class;
	assert_int_equal(sim_host_run(&host, &probe_floppy), PROBE_DONE);
	facts = host.facts;
	return judge_by(&rule_floppy);
}

static void test_passive(void **state)
{
	assert_int_equal(run(CLASS_R1), VERDICT_DETECTED);
	assert_int_equal(sim_fact_number(&host, "", "cmos-types"), 0x40);
	assert_int_equal(sim.resets, 0);
	assert_int_equal(sim.commands, 0);
	assert_int_equal(sim.violations, 0);
	assert_false(sim.dor & 0xf0);
	/* The clock's index is left where reading changes nothing. */
	assert_int_equal(cmos_index, 0x0d);
	expect_line(&rule_floppy, "fd1: none");
}

static void test_reads_a_disk(void **state)
{
	sim_insert(&sim, 0, FORMAT_1440);
	assert_int_equal(run(CLASS_R2), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "fd0", "sectors"), 2880);
	assert_true(sim_sector_is(sim_fact_bytes(&host, "fd0", "sector-0", 512)->bytes, 0));
	assert_false(sim.dor & 0xf0); /* the motor is off */
}

static void test_no_disk(void **state)
{
	sim_insert(&sim, 0, 0);
	assert_int_equal(run(CLASS_R2), VERDICT_DETECTED);
	assert_in_range(sim.bus.now_ns / 1000000, 0, 60000);
}

static void test_dead_controller(void **state)
{
	sim.dead = true;
	assert_int_equal(run(CLASS_R2), VERDICT_FAILED);
	assert_in_range(sim.bus.now_ns / 1000000, 0, 60000);
}

static void test_mute_controller(void **state)
{
	sim_insert(&sim, 0, FORMAT_1440);
	sim.mute = true;
	(void)run(CLASS_R2);
	assert_false(sim_fact_exists(&host, "fd0", "sector-0"));
	assert_in_range(sim.bus.now_ns / 1000000, 0, 60000);
}

static void test_absent(void **state)
{
	sim_bus_release(&sim.bus, 0x3F0);
	assert_int_equal(sim_host_run(&host, &probe_floppy), PROBE_ABSENT);
}

static void test_owned(void **state)
{
	host.owner = "floppy";
	host.owned_first = 0x3F0;
	host.owned_last = 0x3F5;
	host.options.class = CLASS_R2;
	assert_int_equal(sim_host_run(&host, &probe_floppy), PROBE_NOT_RUN);
	assert_int_equal(sim.commands, 0);
}

static void test_hostile_facts(void **state)
{
	rule_setup(state);
	expect_verdict(&rule_floppy, VERDICT_DETECTED, "no floppy drive");
	facts_text(&facts, "floppy", "", "version", "new");
	facts_number(&facts, "floppy", "", "cmos-types", -1, "");
	facts_number(&facts, "floppy", "fd0", "disk", 1, "");
	facts_text(&facts, "floppy", "fd1", "read-error", "dust");
	facts_text(&facts, "floppy", "", "controller", "smoke");
	expect_verdict(&rule_floppy, VERDICT_FAILED, "does not work: smoke");
	describe_by(&rule_floppy);
	rule_teardown(state);
	facts_init(&host.facts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_passive),	    TEST(test_reads_a_disk),	TEST(test_no_disk),
		TEST(test_dead_controller), TEST(test_mute_controller), TEST(test_absent),
		TEST(test_owned),	    TEST(test_hostile_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
