/* The CD probe over a simulated drive: with a disc, without one, spinning up, dying. */
// LINK: hwtest/probe/atapi.c hwtest/probe/atapi_alone.c
// LINK: hwtest/probe/ata_session.c hwtest/probe/ata_places.c hwtest/probe/pci_view.c
// LINK: hwtest/probe/pci_files.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/probe/test/no_ahci.c
// LINK: hwtest/rules/atapi.c hwtest/rules/put.c hwtest/rules/verdict.c
// LINK: hwtest/rules/test/rule_case.c hwtest/host/dma_memory.c drivers/pci/pci_access.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c drivers/ata/cd_decode.c drivers/ata/sense_decode.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c drivers/ata/test/sim_cd.c
#include <drivers/ata/scsi_cdb.h>
#include <drivers/ata/sense_decode.h>
#include <drivers/ata/test/sim_cd.h>
#include <string.h>
#include "../../rules/rules.h"
#include "../atapi.h"
#include "../../rules/test/rule_case.h"
#include "../ahci_session.h"
#include "sim_host.h"

#define BLOCKS 5000u

static struct sim_ata sim;
static struct ata_channel spare;
static struct sim_cd cd;
static struct sim_host host;

/* The build host's drives are none of its business. */
unsigned int packet_test_beside(struct probe_run *run)
{
	return 0;
}

static int setup(void **state)
{
	sim_ata_init(&sim, &spare);
	spare.polling = true;
	sim.bus.max_us = 600000000;
	sim_cd_attach(&cd, &sim, 0);
	sim_host_init(&host, &sim.bus);
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	assert_int_equal(sim.violations, 0);
	return 0;
}

static enum verdict run(void)
{
	assert_int_equal(sim_host_run(&host, &probe_atapi), PROBE_DONE);
	facts = host.facts;
	return judge_by(&rule_atapi);
}

/* Nothing that moves, locks or sets. */
static void only_looked(void)
{
	static const u8 acts[] = { SCSI_START_STOP, SCSI_PREVENT_REMOVAL, SCSI_MODE_SELECT_10,
				   SCSI_WRITE_10,   SCSI_SET_SPEED,	  SCSI_PLAY_AUDIO_MSF };

	for (unsigned int i = 0; i < ARRAY_SIZE(acts); i++)
		assert_int_equal(cd.count[acts[i]], 0);
	assert_int_equal(sim.drive[0].resets, 0);
}

static void test_disc(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	assert_int_equal(run(), VERDICT_WORKS);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "ready"), 1);
	assert_int_equal(get_be32(sim_fact_bytes(&host, "ide0.0", "capacity", 8)->bytes),
			 BLOCKS - 1);
	assert_true(sim_fact_number(&host, "ide0.0", "blocks-read") > 0);
	assert_true(sim_fact_number(&host, "ide0.0", "read-rate") > 0);
	assert_true(sim_fact_exists(&host, "ide0.0", "toc"));
	only_looked();
	expect_line(&rule_atapi, "disc of 5000 blocks of 2048 bytes");
}

static void test_empty(void **state)
{
	sim_cd_remove(&cd);
	assert_int_equal(run(), VERDICT_DETECTED);
	assert_int_equal(cd.count[SCSI_READ_10], 0);
	assert_non_null(strstr(reasons, "no disc"));
	only_looked();
}

/* Told in place of the answer, once each. */
static void test_attentions(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	sim_cd_attend(&cd, SENSE_ATTENTION, 0x29, 0);
	sim_cd_attend(&cd, SENSE_ATTENTION, 0x28, 0);
	assert_int_equal(run(), VERDICT_WORKS);
}

static void test_spins_up(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	cd.ready_at_us = sim.bus.now_ns / 1000 + 7000000;
	assert_int_equal(run(), VERDICT_WORKS);
	assert_in_range(sim_fact_number(&host, "ide0.0", "ready-time"), 6000000, 9000000);
}

static void test_never_ready(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	cd.ready_at_us = ~0ull;
	assert_int_equal(run(), VERDICT_FAILED);
	assert_in_range(sim.bus.now_ns / 1000000, 0, 60000);
}

static void test_bad_disc(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	cd.bad[0] = 20;
	cd.bad_count = 1;
	cd.bad_tries = SIM_FOREVER;
	assert_int_equal(run(), VERDICT_LIMITED);
	assert_non_null(strstr(reasons, "reading failed"));
}

static void test_hangs(void **state)
{
	sim_cd_insert(&cd, 1, BLOCKS);
	sim.drive[0].packet_hang = SIM_FOREVER;
	(void)run();
	assert_int_equal(sim.drive[0].resets, 0);
	assert_in_range(sim.bus.now_ns / 1000000, 0, 100000);
	assert_int_equal(judge_by(&rule_atapi), VERDICT_FAILED);
}

/* A report from outside. */
static void test_hostile_facts(void **state)
{
	rule_setup(state);
	expect_verdict(&rule_atapi, VERDICT_DETECTED, "not tried");
	facts_text(&facts, "atapi", "x", "ready", "yes");
	facts_bytes(&facts, "atapi", "x", "not-ready-sense", "\x70", 1);
	facts_bytes(&facts, "atapi", "x", "inquiry", "\x05", 1);
	facts_bytes(&facts, "atapi", "x", "toc", "\xff\xff\x01\x63\x00", 5);
	facts_bytes(&facts, "atapi", "x", "capacity", "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
	facts_number(&facts, "atapi", "x", "read-rate", INT64_MIN, "bytes");
	expect_verdict(&rule_atapi, VERDICT_FAILED, "does not say whether");
	describe_by(&rule_atapi);
	rule_teardown(state);
	facts_init(&host.facts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_disc),     TEST(test_empty),	       TEST(test_attentions),
		TEST(test_spins_up), TEST(test_never_ready),   TEST(test_bad_disc),
		TEST(test_hangs),    TEST(test_hostile_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
