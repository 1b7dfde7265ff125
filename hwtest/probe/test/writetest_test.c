/* The write test over simulated disks, and its rule: it writes nothing but the blank
 * medium that was named, finds what keeps nothing, and leaves it blank. */
// LINK: hwtest/probe/writetest.c hwtest/probe/media.c hwtest/probe/media_file.c
// LINK: hwtest/probe/media_floppy.c hwtest/probe/floppy_session.c hwtest/probe/ata_session.c
// LINK: hwtest/probe/ata_places.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/probe/test/no_ahci.c hwtest/rules/writetest.c hwtest/rules/put.c
// LINK: hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: hwtest/host/dma_memory.c drivers/pci/pci_access.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
// LINK: drivers/floppy/fdc_decode.c drivers/floppy/fdc_command.c drivers/floppy/fdc_drive.c
// LINK: drivers/floppy/fdc_transfer.c drivers/floppy/fdc_medium.c drivers/floppy/fdc_rw.c
// LINK: drivers/floppy/fdc_same.c kernel/lib/crc32_small.c
#include <drivers/ata/test/sim_ata.h>
#include <string.h>
#include "writetest_case.h"

#define PLACES_WRITTEN (32 * 8)

static struct sim_ata sim;
static struct ata_channel spare;
static struct sim_host host;

static int setup(void **state)
{
	sim_ata_init(&sim, &spare);
	spare.polling = true;
	for (unsigned int unit = 0; unit < 2; unit++) {
		sim_ata_disk(&sim, unit, SIM_STORE, ATA_LBA28);
		memset(sim.drive[unit].store, 0, sizeof(sim.drive[unit].store));
	}
	start(&host, &sim.bus);
	host.options.write_on = "ide0.0";
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	assert_int_equal(sim.violations, 0);
	return 0;
}

static u32 writes(unsigned int unit)
{
	const u32 *commands = sim.drive[unit].commands;

	return commands[ATA_CMD_WRITE] + commands[ATA_CMD_WRITE_MULTIPLE];
}

static bool is_blank(unsigned int unit)
{
	static const u8 zeros[512];

	for (u32 i = 0; i < SIM_STORE; i++)
		if (memcmp(sim.drive[unit].store[i], zeros, sizeof(zeros)) != 0)
			return false;
	return true;
}

static void test_keeps(void **state)
{
	assert_int_equal(run(&host), VERDICT_WORKS);
	assert_in_range(sim_fact_number(&host, "ide0.0", "written"), PLACES_LEAST * 8, 1024);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "differ"), 0);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "left"), 0);
	assert_true(writes(0) >= 2 * PLACES_LEAST);
	assert_true(sim.drive[0].commands[ATA_CMD_FLUSH] > 0);
	assert_true(is_blank(0));
	assert_int_equal(writes(1), 0);
	expect_line(&rule_writetest, " sectors written");
}

static void test_blank_by_another_byte(void **state)
{
	memset(sim.drive[0].store, 0xff, sizeof(sim.drive[0].store));
	assert_int_equal(run(&host), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "blank"), 0xff);
	for (u32 i = 0; i < sizeof(sim.drive[0].store); i++)
		assert_int_equal(((u8 *)sim.drive[0].store)[i], 0xff);
}

static void test_not_blank(void **state)
{
	static const u32 at[] = { 0, 1, 63, 700, SIM_STORE - 1 };

	for (size_t i = 0; i < ARRAY_SIZE(at); i++) {
		sim.drive[0].store[at[i]][511] = 1;
		expect_refused(&host, "ide0.0 is not blank");
		assert_in_range(sim_fact_number(&host, "ide0.0", "not-blank-at"),
				at[i] < 7 ? 0 : at[i] - 7, at[i]);
		sim.drive[0].store[at[i]][511] = 0;
		sim_host_free(&host);
		(void)setup(state);
	}
	assert_int_equal(writes(0), 0);
}

/* Between the places of a large disk's beginning and end, too. */
static void test_large_disk_with_data(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	memset(sim.drive[0].store, 0, sizeof(sim.drive[0].store));
	expect_refused(&host, "is not blank"); /* what is behind the store is a pattern */
	assert_int_equal(writes(0), 0);
}

/* The thousand places between are looked at. */
static void test_large_disk_with_a_bad_sector(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	memset(sim.drive[0].store, 0, sizeof(sim.drive[0].store));
	sim.drive[0].deaf_lines = ~(u64)(SIM_STORE - 1);
	sim.drive[0].bad[0] = 4096 + 10 * ((400000 - 2 * 4096) / 1024) + 2;
	sim.drive[0].bad_count = 1;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "unreadable-at"),
			 sim.drive[0].bad[0] - 2);
	assert_int_equal(writes(0), 0);
}

static void test_only_what_is_named(void **state)
{
	host.options.write_on = "ide0.1";
	assert_int_equal(run(&host), VERDICT_WORKS);
	assert_int_equal(writes(0), 0);
	assert_true(is_blank(1));
}

static void test_no_name(void **state)
{
	host.options.write_on = NULL;
	expect_refused(&host, "no medium is named");
}

static void test_no_such_disk(void **state)
{
	host.options.write_on = "ide1.0";
	expect_refused(&host, "there is no disk ide1.0");
	assert_int_equal(writes(0) + writes(1), 0);
}

static void test_not_below_class_w(void **state)
{
	host.options.class = CLASS_R2;
	expect_refused(&host, "there is no disk");
	assert_int_equal(writes(0) + writes(1), 0);
}

/* A line of the address that is not there: some sectors are those of others. */
static void test_wrong_address(void **state)
{
	for (u64 line = 8; line < SIM_STORE; line *= 2) {
		sim.drive[0].deaf_lines = line;
		assert_int_equal(run(&host), VERDICT_MALFUNCTION);
		assert_int_equal(sim_fact_number(&host, "ide0.0", "differs-at"), line);
		assert_true(is_blank(0));
		sim_host_free(&host);
		(void)setup(state);
	}
}

static void test_told_which_sector_it_holds(void **state)
{
	sim.drive[0].deaf_lines = 256;
	assert_int_equal(run(&host), VERDICT_MALFUNCTION);
	assert_non_null(strstr(reasons, "sector 256 holds what was written to sector 0"));
}

/* What is written is not what comes back, and not another's either. */
static void test_forgets(void **state)
{
	sim.drive[0].forgets = true;
	assert_int_equal(run(&host), VERDICT_MALFUNCTION);
	assert_non_null(strstr(reasons, "sector 0 does not hold what was written"));
	assert_int_equal(sim_fact_number(&host, "ide0.0", "differ"),
			 sim_fact_number(&host, "ide0.0", "written"));
}

static void test_unreadable(void **state)
{
	sim.drive[0].bad[0] = 100;
	sim.drive[0].bad_count = 1;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "near sector 96 it cannot be read"));
	assert_int_equal(writes(0), 0);
}

static void test_write_error(void **state)
{
	sim.drive[0].bad[0] = 130;
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_to_write = true;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "near sector 128 it cannot be written"));
	assert_true(is_blank(0));
}

static void test_cannot_be_read_back(void **state)
{
	sim.drive[0].bad[0] = 2; /* in the first place: nobody looks there between */
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_once_written = true;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "near sector 0 it cannot be read back"));
	assert_int_equal(sim_fact_number(&host, "ide0.0", "differ"), 0);
}

static void test_flush_error(void **state)
{
	sim.drive[0].aborts_flushes = 4;
	assert_int_equal(run(&host), VERDICT_FAILED);
	assert_non_null(strstr(reasons, "cannot be written out"));
	assert_true(is_blank(0));
}

static void test_dies(void **state)
{
	for (u64 after = 100; after < 1000000; after = after * 3 / 2) {
		(void)setup(state);
		sim_bus_float_after(&sim.bus, after);
		(void)sim_host_run(&host, &probe_writetest);
		assert_in_range(sim.bus.now_ns / 1000000, 0, 600000);
		facts = host.facts;
		/* Or it had come to its end by then. */
		if (facts_find(&facts, "writetest", "ide0.0", "written") &&
		    judge_by(&rule_writetest) == VERDICT_WORKS)
			assert_true(is_blank(0));
		sim_host_free(&host);
		facts_init(&host.facts);
	}
}

/* ---- what a report says that is no honest one ---- */

static void test_hostile_facts(void **state)
{
	rule_setup(state);
	expect_verdict(&rule_writetest, VERDICT_DETECTED, "No medium");
	facts_number(&facts, "writetest", "fd0", "sectors", -5, "");
	expect_verdict(&rule_writetest, VERDICT_FAILED, "did not come to its end");
	facts_number(&facts, "writetest", "fd0", "written", INT64_MAX, "");
	facts_number(&facts, "writetest", "fd0", "sector-size", INT64_MAX, "");
	facts_number(&facts, "writetest", "fd0", "write-time", 1, "");
	facts_number(&facts, "writetest", "fd0", "differ", 0, "");
	facts_number(&facts, "writetest", "fd0", "left", 3, "");
	expect_verdict(&rule_writetest, VERDICT_FAILED, "3 sectors could not be made blank");
	expect_line(&rule_writetest, "blank again: no");
	rule_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_keeps),
		TEST(test_blank_by_another_byte),
		TEST(test_not_blank),
		TEST(test_large_disk_with_data),
		TEST(test_large_disk_with_a_bad_sector),
		TEST(test_only_what_is_named),
		TEST(test_no_name),
		TEST(test_no_such_disk),
		TEST(test_not_below_class_w),
		TEST(test_wrong_address),
		TEST(test_told_which_sector_it_holds),
		TEST(test_forgets),
		TEST(test_unreadable),
		TEST(test_write_error),
		TEST(test_cannot_be_read_back),
		TEST(test_flush_error),
		TEST(test_dies),
		cmocka_unit_test(test_hostile_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
