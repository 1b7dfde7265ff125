/* The ATA probe over simulated channels: sound drives, dead ones, and what it leaves alone. */
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
#include <errno.h>
#include <kernel/unaligned.h>
#include <string.h>
#include "../ata_tests.h"
#include "../disks.h"
#include "../../rules/rules.h"
#include "../../rules/test/rule_case.h"
#include "../ahci_session.h"
#include "sim_host.h"

static struct sim_ata sim;
static struct ata_channel spare; /* the simulated chip's own; the probe has another */
static struct sim_host host;

/* A bus master of the simulation reaches what the processor does. */
static u8 pages[DMA_PAGES_MAX * DMA_PAGE] __aligned(65536);

int dma_memory_get(struct dma_memory *m, unsigned int count, const char **why)
{
	*m = (struct dma_memory){ .addr = pages, .pages = count };
	for (unsigned int i = 0; i < count; i++)
		m->phys[i] = (u32)(uintptr_t)(pages + i * DMA_PAGE);
	return 0;
}

bool dma_memory_check(const struct dma_memory *m)
{
	return true;
}

void dma_memory_put(struct dma_memory *m)
{
	m->addr = NULL;
}

/* The build host's disks are none of its business. */
unsigned int ata_test_beside(struct probe_run *run)
{
	return 0;
}

static int setup(void **state)
{
	sim_ata_init(&sim, &spare);
	spare.polling = true;
	sim.bus.max_us = 600000000;
	sim_host_init(&host, &sim.bus);
	host.options.seconds = 0;
	return 0;
}

static int teardown(void **state)
{
	sim_host_free(&host);
	assert_int_equal(sim.violations, 0);
	return 0;
}

static u64 elapsed_ms(void)
{
	return sim.bus.now_ns / 1000000;
}

static enum probe_end run(void)
{
	return sim_host_run(&host, &probe_ata);
}

/* The probe's facts before the rule, which is linked for this. */
static enum verdict verdict(void)
{
	facts = host.facts;
	return judge_by(&rule_ata);
}

static void nothing_was_written(void)
{
	static const u8 writes[] = { ATA_CMD_WRITE,	      ATA_CMD_WRITE_EXT,
				     ATA_CMD_WRITE_DMA,	      ATA_CMD_WRITE_DMA_EXT,
				     ATA_CMD_WRITE_MULTIPLE,  ATA_CMD_SET_FEATURES,
				     ATA_CMD_INIT_PARAMETERS, ATA_CMD_SET_MULTIPLE };

	for (unsigned int unit = 0; unit < 2; unit++) {
		assert_int_equal(sim.drive[unit].resets, 0);
		for (unsigned int i = 0; i < ARRAY_SIZE(writes); i++)
			assert_int_equal(sim.drive[unit].commands[writes[i]], 0);
	}
}

static void test_sound_disk(void **state)
{
	const struct fact *identify;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	assert_int_equal(run(), PROBE_DONE);
	nothing_was_written();
	identify = sim_fact_bytes(&host, "ide0.0", "identify", 512);
	for (unsigned int i = 0; i < 256; i++)
		assert_int_equal(get_le16(identify->bytes + 2 * i), sim.drive[0].id[i]);
	/* The serial number, the name that no other drive has, the medium's number; nothing else.
	 */
	for (unsigned int i = 0; i < 512; i++)
		assert_int_equal(facts_is_hidden(identify, i), (i >= 20 && i < 40) ||
								       (i >= 216 && i < 232) ||
								       (i >= 352 && i < 412));
	assert_int_equal(sim_fact_number(&host, "ide0.0", "repeat-same"), 1);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "chs-same"), 1);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "io32-same"), 1);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "bad-sectors"), 0);
	assert_true(sim_fact_number(&host, "ide0.0", "start-rate") > 0);
	assert_true(sim_fact_number(&host, "ide0.0", "end-rate") > 0);
	assert_false(sim_fact_exists(&host, "ide0.0", "given-up"));
	assert_string_equal(sim_fact_text(&host, "ide0.0", "no-dma"), "there is no PCI");
	/* Interrupts are allowed again. */
	assert_false(sim.control & ATA_CONTROL_NIEN);
	assert_in_range(verdict(), VERDICT_WORKS, VERDICT_LIMITED);
}

static void test_registers_come_first(void **state)
{
	const struct fact *registers;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].nsect[0] = 0x12;
	sim.drive[0].lbah[0] = 0x34;
	(void)run();
	registers = sim_fact_bytes(&host, "ide0", "registers", 8);
	assert_int_equal(registers->bytes[2], 0x12);
	assert_int_equal(registers->bytes[5], 0x34);
	assert_int_equal(registers->bytes[7], registers->bytes[0]);
}

static void test_nothing(void **state)
{
	static const u8 floats[] = { 0xff, 0x7f, 0x00 };

	for (unsigned int i = 0; i < ARRAY_SIZE(floats); i++) {
		(void)setup(state);
		sim.bus.floating = floats[i];
		assert_int_equal(run(), PROBE_ABSENT);
		assert_in_range(elapsed_ms(), 0, 1000);
		facts_free(&host.facts);
	}
}

/* A slave that the master answers for is none; time is bounded. */
static void test_ghost_slave(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.alias = true;
	assert_int_equal(run(), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "ide0.1", "identify"));
	assert_int_equal(sim_fact_number(&host, "ide0", "devices"), 1);
	assert_in_range(elapsed_ms(), 0, 20000);
}

static void test_busy_for_ever(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].stuck_busy = true;
	sim.drive[0].status = ATA_STATUS_BSY;
	(void)run();
	assert_in_range(elapsed_ms(), 0, 20000);
	nothing_was_written();
}

/* It dies while it is read: given up without a reset, and named. */
static void test_dies(void **state)
{
	for (u64 after = 200; after < 20000; after = after * 3 / 2) {
		(void)setup(state);
		sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
		sim_bus_float_after(&sim.bus, after);
		(void)run();
		assert_in_range(elapsed_ms(), 0, 60000);
		assert_int_equal(sim.drive[0].resets, 0);
		if (sim_fact_exists(&host, "ide0.0", "given-up"))
			assert_int_equal(verdict(), VERDICT_FAILED);
		facts_free(&host.facts);
	}
}

static void test_hangs(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].never_drq = 1;
	(void)run();
	assert_int_equal(sim.drive[0].resets, 0);
	assert_in_range(elapsed_ms(), 0, 60000);
}

static void test_bad_sector(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].bad[0] = 3;
	sim.drive[0].bad_count = 1;
	assert_int_equal(run(), PROBE_DONE);
	assert_true(sim_fact_number(&host, "ide0.0", "bad-sectors") > 0);
	assert_int_equal(verdict(), VERDICT_LIMITED);
}

static void test_narrow_bus(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.swaps_words = true;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "io32-same"), 0);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "repeat-same"), 1);
}

/* Reads that come out otherwise the second time. */
static u32 flip(struct sim_bus *bus, u16 port, u32 value, unsigned int width)
{
	static u32 words;

	return port == SIM_BASE && ++words % 10007 == 0 ? value ^ 0x10 : value;
}

static void test_corrupted_reads(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.bus.read_hook = flip;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "repeat-same"), 0);
	assert_int_equal(verdict(), VERDICT_MALFUNCTION);
}

static void test_geometry_that_lies(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	/* What it says it has set, and what it has. */
	sim.drive[0].set_heads = 5;
	sim.drive[0].set_sectors = 17;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "chs-same"), 0);
	assert_int_equal(verdict(), VERDICT_LIMITED);
}

/* Packet devices are identified, and left to their own probe. */
static void test_packet(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_cd(&sim, 1);
	assert_int_equal(run(), PROBE_DONE);
	assert_string_equal(sim_fact_text(&host, "ide0.1", "kind"), "packet");
	sim_fact_bytes(&host, "ide0.1", "identify", 512);
	assert_int_equal(sim.drive[1].commands[ATA_CMD_PACKET], 0);
}

/* A driver has the ports, without it being known that drivers run. */
static void test_owned(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	host.owner = "ide0";
	host.owned_first = 0x1F0;
	host.owned_last = 0x1F7;
	assert_int_equal(run(), PROBE_ABSENT);
	assert_string_equal(sim_fact_text(&host, "ide0", "left-alone"), "driver ide0");
	assert_int_equal(sim.drive[0].commands[ATA_CMD_IDENTIFY], 0);
	assert_int_equal(sim_bus_accessed(&sim.bus, SIM_BASE + ATA_REG_DEVICE, true), 0);
}

static void test_bios_tables(void **state)
{
	const struct fact *f;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	host.memory[0x475] = 1;
	put_le32(host.memory + 0x104, 0x9FC0003D);
	put_le16(host.memory + 0x9FC3D, 1024);
	host.memory[0x9FC3D + 2] = 16;
	host.memory[0x9FC3D + 14] = 63;
	assert_int_equal(run(), PROBE_DONE);
	f = sim_fact_bytes(&host, "bios0", "parameters", 16);
	assert_int_equal(get_le16(f->bytes), 1024);
	assert_false(sim_fact_exists(&host, "bios1", "parameters"));
	facts = host.facts;
	describe_by(&rule_ata);
	assert_non_null(strstr(lines, "disk 0 has 504 MB"));
}

/* What is asked for by name only: reset and the driver's own set-up. */
static void test_as_the_driver(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	host.options.class = CLASS_R2;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim.drive[0].resets, 0);
	assert_true(sim.drive[0].commands[ATA_CMD_SET_MULTIPLE] > 0);
	facts_free(&host.facts);
	host.options.srst = true;
	assert_int_equal(run(), PROBE_DONE);
	assert_true(sim.drive[0].resets > 0);
}

static u16 line_of_the_drive(void)
{
	return sim.line_up ? 1 << 14 : 0;
}

static u16 no_line(void)
{
	return 0;
}

static u16 stuck_line(void)
{
	return 1 << 14;
}

static void test_its_interrupt(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.locked = 1; /* nobody takes it */
	host.requests = line_of_the_drive;
	host.masks = 0xffff;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "line"), 14);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "line-raised"), 1);
	nothing_was_written();
	facts_free(&host.facts);
	host.requests = no_line;
	assert_int_equal(run(), PROBE_DONE);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "line-raised"), 0);
	assert_int_equal(sim_fact_number(&host, "ide0.0", "repeat-same"), 1);
	assert_int_equal(verdict(), VERDICT_LIMITED);
}

/* A line that somebody serves, or that hangs, says nothing. */
static void test_an_interrupt_that_cannot_be_seen(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	host.requests = line_of_the_drive;
	assert_int_equal(run(), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "ide0.0", "line-raised"));
	host.requests = stuck_line;
	host.masks = 0xffff;
	assert_int_equal(run(), PROBE_DONE);
	assert_false(sim_fact_exists(&host, "ide0.0", "line-raised"));
	assert_int_equal(sim.drive[0].commands[ATA_CMD_CHECK_POWER], 0);
}

static void test_disk_names(void **state)
{
	char subject[DISK_NAME];

	assert_true(disk_subject_of_ide("hda", subject));
	assert_string_equal(subject, "ide0.0");
	assert_true(disk_subject_of_ide("hdd", subject));
	assert_string_equal(subject, "ide1.1");
	assert_false(disk_subject_of_ide("hd", subject));
	assert_false(disk_subject_of_ide("hda1", subject));
	assert_false(disk_subject_of_ide("sda", subject));
	assert_true(disk_name_is_disk("sda"));
	assert_true(disk_name_is_disk("sr0"));
	assert_false(disk_name_is_disk("sda1"));
	assert_false(disk_name_is_disk("sd"));
	assert_false(disk_name_is_disk("loop0"));
	assert_false(disk_name_is_disk("fd0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sound_disk),
		TEST(test_registers_come_first),
		TEST(test_nothing),
		TEST(test_ghost_slave),
		TEST(test_busy_for_ever),
		TEST(test_dies),
		TEST(test_hangs),
		TEST(test_bad_sector),
		TEST(test_narrow_bus),
		TEST(test_corrupted_reads),
		TEST(test_geometry_that_lies),
		TEST(test_packet),
		TEST(test_owned),
		TEST(test_bios_tables),
		TEST(test_as_the_driver),
		TEST(test_its_interrupt),
		TEST(test_an_interrupt_that_cannot_be_seen),
		TEST(test_disk_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
