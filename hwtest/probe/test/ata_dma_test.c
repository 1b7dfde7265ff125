/*
 * DMA in the ATA probe, over a simulated channel behind a simulated PIIX3: the same data as by the
 * processor, other data, and none.
 */
// LINK: hwtest/probe/ata.c hwtest/probe/ata_tests.c hwtest/probe/ata_line.c
// LINK: hwtest/probe/ata_session.c
// LINK: hwtest/probe/ata_places.c hwtest/probe/pci_view.c hwtest/probe/pci_files.c
// LINK: hwtest/probe/disks.c
// LINK: hwtest/probe/note.c hwtest/report/facts.c common/xalloc.c hwtest/probe/test/sim_host.c
// LINK: hwtest/probe/test/no_ahci.c
// LINK: hwtest/rules/ata_bios.c hwtest/rules/bios_disk.c
// LINK: hwtest/rules/ata.c hwtest/rules/put.c hwtest/rules/verdict.c hwtest/rules/test/rule_case.c
// LINK: drivers/pci/pci_access.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/pci_ide_chips.c drivers/ata/pci_ide_piix.c drivers/ata/pci_ide_via.c
// LINK: drivers/ata/pci_ide_ali.c drivers/ata/pci_ide_sis.c drivers/ata/pci_ide_cmd64x.c
// LINK: drivers/ata/ide_timing.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
#include <drivers/ata/test/sim_ata.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "../ata_tests.h"
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "../ahci_session.h"
#include "sim_host.h"

#define IDE_DEVFN 0x08 /* 00:01.0 */
#define COMMAND	  0x04

static struct sim_ata sim;
static struct ata_channel spare; /* the simulated chip's own; the probe has another */
static struct sim_host host;
static u8 pages[DMA_PAGES_MAX * DMA_PAGE] __aligned(65536);
static bool pages_moved;

/* ---- memory: a bus master of the simulation reaches what the processor does ---- */

int dma_memory_get(struct dma_memory *m, unsigned int count, const char **why)
{
	*m = (struct dma_memory){ .addr = pages, .pages = count };
	for (unsigned int i = 0; i < count; i++)
		m->phys[i] = (u32)(uintptr_t)(pages + i * DMA_PAGE);
	return 0;
}

bool dma_memory_check(const struct dma_memory *m)
{
	return !pages_moved;
}

void dma_memory_put(struct dma_memory *m)
{
	m->addr = NULL;
}

unsigned int ata_test_beside(struct probe_run *run)
{
	return 0;
}

/* ---- PCI: a host bridge and the IDE function ---- */

static struct {
	u32 address;
	u8 host[256], ide[256];
} pci;

static u8 *registers(void)
{
	u32 devfn = pci.address >> 8 & 0xff;

	if (!(pci.address >> 31) || pci.address >> 16 & 0xff)
		return NULL;
	return devfn == IDE_DEVFN ? pci.ide : !devfn ? pci.host : NULL;
}

static u32 pci_in(void *chip, u16 port, unsigned int width)
{
	u8 *at = registers();
	u32 value = ~0u;

	if (port < 0xCFC)
		return pci.address;
	if (at)
		memcpy(&value, at + (pci.address & 0xfc) + (port & 3), width);
	return value;
}

static void pci_out(void *chip, u16 port, u32 value, unsigned int width)
{
	if (port == 0xCF8 && width == 4)
		pci.address = value;
	else if (port >= 0xCFC && registers())
		memcpy(registers() + (pci.address & 0xfc) + (port & 3), &value, width);
}

static void add_pci(void)
{
	memset(&pci, 0, sizeof(pci));
	put_le32(pci.host, 0x12378086);
	put_le32(pci.host + 8, 0x06000002);
	put_le32(pci.ide, 0x70108086);
	put_le32(pci.ide + 8, 0x01018000);
	put_le16(pci.ide + COMMAND, 1);
	put_le32(pci.ide + 0x20, SIM_BM | 1);
	put_le32(pci.ide + 0x40, 0x80008000); /* both channels decode */
	sim_bus_claim(&sim.bus, 0xCF8, 8, pci_in, pci_out, NULL);
}

static int setup(void **state)
{
	sim_ata_init(&sim, &spare);
	spare.polling = true;
	sim.locked = 1; /* no interrupt is delivered: nobody would take it */
	sim.bus.max_us = 600000000;
	add_pci();
	sim_host_init(&host, &sim.bus);
	host.options.seconds = 0;
	host.options.class = CLASS_R2;
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	pages_moved = false;
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
	assert_int_equal(sim_host_run(&host, &probe_ata), PROBE_DONE);
	facts = host.facts;
	return judge_by(&rule_ata);
}

static void test_the_same_by_dma(void **state)
{
	u8 want[512];

	assert_in_range(run(), VERDICT_WORKS, VERDICT_LIMITED);
	assert_string_equal(sim_fact_text(&host, "ide0.0", "mode"), "MWDMA2");
	assert_int_equal(sim_fact_number(&host, "ide0.0", "dma-same"), 1);
	assert_true(sim_fact_number(&host, "ide0.0", "dma-rate") > 0);
	assert_true(sim.bm_starts > 0);
	sim_ata_pattern(127, want);
	assert_memory_equal(pages + DMA_PAGE + 127 * 512, want, 512);
	/* Bus mastering is as it was, and so is the way in which the rest is read. */
	assert_int_equal(get_le16(pci.ide + COMMAND), 1);
	assert_true(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE] +
			    sim.drive[0].commands[ATA_CMD_READ] >
		    0);
}

/* A bit that turns over on the way into memory. */
static u32 spoil(struct sim_bus *b, u16 port, u32 value, unsigned int width)
{
	if (port == SIM_BM + BM_REG_STATUS)
		pages[DMA_PAGE + 4711] ^= 4;
	return value;
}

static void test_other_data_by_dma(void **state)
{
	sim_ata_pattern(9, pages + DMA_PAGE);
	sim.bus.read_hook = spoil;
	assert_int_equal(run(), VERDICT_MALFUNCTION);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "dma-same"), 0);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "repeat-same"), 1);
	assert_non_null(strstr(reasons, "nodma"));
}

static void test_dma_that_ends_in_errors(void **state)
{
	sim.drive[0].dma_error = SIM_FOREVER;
	assert_int_equal(run(), VERDICT_LIMITED);
	assert_true(sim_fact_exists(&host, "ide0.0", "dma-failed"));
	assert_false(sim_fact_exists(&host, "ide0.0", "dma-same"));
	assert_non_null(strstr(reasons, "DMA does not work"));
	/* The rest is read all the same. */
	assert_int_equal(sim_fact_number(&host, "ide0.0", "bad-sectors"), 0);
	assert_true(sim_fact_number(&host, "ide0.0", "end-rate") > 0);
}

/* Nothing is read into memory that may be another's by now. */
static void test_memory_that_moved(void **state)
{
	pages_moved = true;
	(void)run();
	assert_int_equal(sim.bm_starts, 0);
	assert_false(sim_fact_exists(&host, "ide0.0", "dma-same"));
}

/* Below R2 no mode is set: DMA is tried in the one that the BIOS made ready. */
static void test_as_the_bios_left_it(void **state)
{
	host.options.class = CLASS_R1;
	(void)run();
	assert_non_null(strstr(sim_fact_text(&host, "ide0.0", "no-dma"), "--class R2"));
	assert_int_equal(sim.bm_starts, 0);
	facts_free(&host.facts);
	facts_init(&host.facts);
	sim.bm_status |= BM_STATUS_DRIVE0;
	sim.drive[0].id[63] = 0x0407;
	sim.drive[0].id[88] = 0x003f;
	(void)run();
	assert_int_equal(sim_fact_number(&host, "ide0.0", "dma-same"), 1);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_SET_FEATURES], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_same_by_dma),	    TEST(test_other_data_by_dma),
		TEST(test_dma_that_ends_in_errors), TEST(test_memory_that_moved),
		TEST(test_as_the_bios_left_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
