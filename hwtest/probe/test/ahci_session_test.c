/* An AHCI port in the ATA and CD probes' hands, over a simulated adapter. */
// LINK: hwtest/probe/ahci_session.c hwtest/probe/ata_session.c hwtest/probe/ata_tests.c
// LINK: hwtest/probe/ata_line.c hwtest/probe/ata_places.c hwtest/probe/pci_view.c
// LINK: hwtest/probe/pci_files.c hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c
// LINK: hwtest/probe/test/sim_host.c drivers/pci/pci_access.c
// LINK: drivers/ata/ahci_controller.c drivers/ata/ahci_port.c drivers/ata/ahci_link.c
// LINK: drivers/ata/ahci_command.c drivers/ata/ahci_memory.c drivers/ata/ahci_recover.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c drivers/ata/test/sim_ahci.c drivers/ata/test/sim_ahci_dev.c
#include <drivers/ata/test/sim_ahci.h>
#include <errno.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "../ahci_session.h"
#include "../ata_tests.h"
#include "sim_host.h"

static struct sim_ahci sim;
static struct ata_channel spare; /* the simulated adapter's own; the probe has another */
static struct ahci_port spare_port;
static struct sim_host host;
static struct ata_session session;
static struct ahci_access access;
static const struct probe probe_it = { .name = "ata" };

static u8 pages[2 * DMA_PAGES_MAX][DMA_PAGE] __aligned(4096);
static bool no_pages, pages_back;

int dma_memory_get(struct dma_memory *m, unsigned int count, const char **why)
{
	if (no_pages) {
		*why = "this system does not tell";
		return -ENOMEM;
	}
	*m = (struct dma_memory){ .addr = pages[0], .pages = count };
	for (unsigned int i = 0; i < count; i++)
		m->phys[i] = (u32)(uintptr_t)pages[i];
	pages_back = false;
	return 0;
}

bool dma_memory_check(const struct dma_memory *m)
{
	return true;
}

void dma_memory_put(struct dma_memory *m)
{
	m->addr = NULL;
	pages_back = true;
}

static int setup(void **state)
{
	sim_ahci_init(&sim, &spare, &spare_port, 100000);
	for (u64 i = 0; i < SIM_AHCI_STORE; i++)
		sim_ahci_pattern(i, sim.store[i]);
	sim.bus.max_us = 600000000;
	sim.ghc |= AHCI_GHC_AE;
	sim.locked = 1; /* no interrupt is delivered: nobody would take it */
	sim_host_init(&host, &sim.bus);
	host.run = (struct probe_run){ .probe = &probe_it,
				       .options = &host.options,
				       .host = &host.host,
				       .facts = &host.facts };
	access = (struct ahci_access){
		.io = &sim.io, .cap = sim.cap, .number = SIM_PORT, .subject = "sata2"
	};
	no_pages = false;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	assert_int_equal(sim.violations, 0);
	return 0;
}

static void nothing_was_set(void)
{
	assert_int_equal(sim.commands[ATA_CMD_SET_FEATURES], 0);
	assert_int_equal(sim.commands[ATA_CMD_SET_MULTIPLE], 0);
	assert_int_equal(sim.resets, 0);
}

static void test_a_disk(void **state)
{
	const struct fact *identify;
	u8 got[512], want[512];

	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	assert_int_equal(session.ch.dev[0].kind, ATA_DISK);
	assert_int_equal(ata_session_read(&session.ch.dev[0], 77, 1, got), 0);
	sim_ahci_pattern(77, want);
	assert_memory_equal(got, want, 512);
	ata_test_disk(&session, &session.ch.dev[0], 0);
	identify = sim_fact_bytes(&host, "sata2", "identify", 512);
	for (unsigned int i = 0; i < 256; i++)
		assert_int_equal(get_le16(identify->bytes + 2 * i), sim.id[i]);
	assert_string_equal(sim_fact_text(&host, "sata2", "by"), "AHCI");
	assert_int_equal(sim_fact_number(&host, "sata2", "repeat-same"), 1);
	assert_true(sim_fact_number(&host, "sata2", "start-rate") > 0);
	assert_int_equal(sim_fact_number(&host, "sata2", "bad-sectors"), 0);
	/* What only ports have is not asked for. */
	assert_false(sim_fact_exists(&host, "sata2", "status-pairs"));
	assert_false(sim_fact_exists(&host, "sata2", "io32-same"));
	assert_false(sim_fact_exists(&host, "sata2", "no-dma"));
	nothing_was_set();
	assert_true(ahci_session_close(&session));
}

static void test_the_port_has_its_memory_back(void **state)
{
	sim.clb = 0x7000;
	sim.fb = 0x7400;
	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	assert_int_equal(sim.clb, (u32)(uintptr_t)pages[0]);
	assert_true(ahci_session_close(&session));
	assert_true(pages_back);
	assert_int_equal(sim.clb, 0x7000);
	assert_int_equal(sim.fb, 0x7400);
	assert_int_equal(sim.cmd & (AHCI_CMD_ST | AHCI_CMD_FRE), 0);
}

/* Its memory is nobody else's while it may write there. */
static void test_a_port_that_does_not_stop(void **state)
{
	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	sim.stuck_fr = true;
	assert_false(ahci_session_close(&session));
	assert_false(pages_back);
}

static void test_nobody_there(void **state)
{
	sim.absent = true;
	sim.ssts = 0;
	assert_int_equal(ahci_session_open(&session, &access, &host.run), -ENODEV);
	assert_in_range(sim.bus.now_ns / 1000000, 0, 1000);
	assert_true(ahci_session_close(&session));
	assert_true(pages_back);
}

static void test_no_memory_for_it(void **state)
{
	no_pages = true;
	assert_int_equal(ahci_session_open(&session, &access, &host.run), -ENOMEM);
	assert_string_equal(session.no_dma, "this system does not tell");
	assert_true(ahci_session_close(&session));
}

static void test_a_bad_sector(void **state)
{
	u8 got[512];

	sim.bad[0] = 5;
	sim.bad_count = 1;
	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	assert_int_equal(ata_session_read(&session.ch.dev[0], 5, 1, got), -EIO);
	assert_int_equal(ata_session_read(&session.ch.dev[0], 6, 1, got), 0);
	assert_true(ahci_session_close(&session));
}

static void test_a_cd_drive(void **state)
{
	sim_ahci_cd(&sim);
	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	assert_int_equal(session.ch.dev[0].kind, ATA_PACKET);
	assert_true(ahci_session_close(&session));
}

/* With the class that allows it as the kernel's driver has it. */
static void test_as_the_driver(void **state)
{
	u8 got[512];

	host.options.class = CLASS_R2;
	assert_int_equal(ahci_session_open(&session, &access, &host.run), 0);
	assert_true(sim.commands[ATA_CMD_SET_FEATURES] > 0);
	assert_int_equal(ata_session_read(&session.ch.dev[0], 5, 1, got), 0);
	assert_true(sim.commands[ATA_CMD_READ_DMA] + sim.commands[ATA_CMD_READ_DMA_EXT] > 0);
	assert_true(ahci_session_close(&session));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_disk),
		TEST(test_the_port_has_its_memory_back),
		TEST(test_a_port_that_does_not_stop),
		TEST(test_nobody_there),
		TEST(test_no_memory_for_it),
		TEST(test_a_bad_sector),
		TEST(test_a_cd_drive),
		TEST(test_as_the_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
