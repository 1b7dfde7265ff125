/* What a command costs in port accesses, each of which is a microsecond on ISA and much more in an
 * emulator; and commands that are not given at all. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
// LINK: drivers/ata/test/disk_fixture.c
#include "disk_fixture.h"
#include <kernel/errno.h>

/* Of a second command to the same drive: status; seven registers. */
#define GIVE 8u
/* Table, direction, old status; start; at the interrupt status, stop, one look, clear, end. */
#define MASTER 9u

static u64 cost_of_read(struct ata_device *dev, u32 count)
{
	u64 before;

	read_ok(dev, 100, count);
	before = sim.bus.accesses;
	read_ok(dev, 200, count);
	return sim.bus.accesses - before;
}

static void test_dma(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	u64 before;

	assert_int_equal(cost_of_read(dev, 64), GIVE + MASTER);
	before = sim.bus.accesses;
	write_ok(dev, 300, 64, 3);
	assert_int_equal(sim.bus.accesses - before, GIVE + MASTER);
}

/* Five more registers. */
static void test_lba48(void **state)
{
	struct ata_device *dev = start_disk(6ull << 30, ATA_LBA48, true);
	u64 before;

	read_ok(dev, 3ull << 30, 64);
	before = sim.bus.accesses;
	read_ok(dev, 4ull << 30, 64);
	assert_int_equal(sim.bus.accesses - before, GIVE + MASTER + 5);
}

/* Without a bus master: a pause's read after the command; of a block two reads at the interrupt,
 * one to see that it was ours, the data, a pause's read; at the end one look. */
static void test_pio(void **state)
{
	struct ata_device *dev;

	ch.bm = 0;
	dev = start_disk(400000, ATA_LBA28, false);
	assert_int_equal(dev->multiple, 16);
	assert_int_equal(cost_of_read(dev, 16), GIVE + 1 + (2 + 1 + 16 * 256 + 1) + 1);
	assert_int_equal(cost_of_read(dev, 32), GIVE + 1 + 2 * (2 + 1 + 16 * 256 + 1) + 1);
	ch.dev[0].io32 = true;
	assert_int_equal(cost_of_read(dev, 16), GIVE + 1 + (2 + 1 + 16 * 128 + 1) + 1);
}

/* Another drive than the last one's is selected and looked at before. */
static void test_selection(void **state)
{
	u64 before;

	sim_ata_disk(&sim, 0, 80640, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_LBA28);
	(void)start(true);
	read_ok(&ch.dev[0], 100, 4);
	read_ok(&ch.dev[1], 100, 4);
	before = sim.bus.accesses;
	read_ok(&ch.dev[0], 100, 4);
	assert_int_equal(sim.bus.accesses - before, GIVE + MASTER + 3);
	assert_int_equal(sim.selected, 0);
}

static unsigned int loaded;

static bool no_mode(struct ata_channel *c, struct ata_device *dev)
{
	return false;
}
static void load(struct ata_channel *c, struct ata_device *dev)
{
	loaded++;
}
static const struct ata_chip_ops one_timing = { no_mode, load };

/* The drive is selected, and the controller has the other one's timing. */
static void test_timing(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, false);

	ch.chip = &one_timing;
	read_ok(dev, 100, 4);
	loaded = 0;
	read_ok(dev, 100, 4);
	assert_int_equal(loaded, 0);
	ch.timed = 1;
	read_ok(dev, 100, 4);
	assert_int_equal(loaded, 1);
}

/* Allowing interrupts selects both. */
static void test_selected_meanwhile(void **state)
{
	u64 before;

	sim_ata_disk(&sim, 0, 80640, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_LBA28);
	(void)start(true);
	read_ok(&ch.dev[0], 100, 4);
	ata_enable_irq(&ch, true);
	before = sim.bus.accesses;
	read_ok(&ch.dev[0], 100, 4);
	assert_int_equal(sim.bus.accesses - before, GIVE + MASTER + 3);
}

/* PIO leaves the bus master's interrupt bit, a broken transfer its error. */
static void test_old_status(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	u64 before;

	sim.bm_status |= BM_STATUS_INTR | BM_STATUS_ERROR;
	before = sim.bus.accesses;
	read_ok(dev, 100, 4);
	assert_int_equal(dev->timeouts, 0);
	assert_in_range(sim.bus.accesses - before, GIVE + MASTER, GIVE + MASTER + 4);
}

/* Registers are read for whoever wants them. */
static void test_registers(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	struct ata_command cmd = { .tf = { .command = ATA_CMD_RECALIBRATE, .nsect = 0x5A } };

	assert_int_equal(ata_execute(dev, &cmd), 0);
	assert_int_equal(cmd.result.nsect, 0);
	cmd.registers = true;
	assert_int_equal(ata_execute(dev, &cmd), 0);
	assert_int_equal(cmd.result.nsect, 0x5A);
}

/* ---- flushes ---- */

static u32 flushes(void)
{
	return sim.drive[0].commands[ATA_CMD_FLUSH];
}

/* Nothing may be in a cache into which nothing went since the last time. */
static void test_flush_only_after_writes(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 1);
	read_ok(dev, 100, 64);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 1);
	write_ok(dev, 100, 64, 3);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 2);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 2);
	ata_use_dma(dev, false);
	write_ok(dev, 100, 1, 3);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 3);
}

/* A write that failed may have written some of it; whatever a program sends may write. */
static void test_flush_after_doubt(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	struct ata_command idle = { .tf.command = ATA_CMD_RECALIBRATE };
	u32 good;

	assert_int_equal(ata_flush(dev), 0);
	sim.drive[0].bad[0] = 110;
	sim.drive[0].bad_count = 1;
	fill_for_write(100, 20, 3);
	assert_int_equal(ata_rw(dev, true, 110, 1, &buf, &good), -EIO);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 2);
	assert_int_equal(ata_execute(dev, &idle), 0);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 3);
}

/* What could not be flushed is tried again the next time. */
static void test_flush_fails(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_NO_MULTIPLE; /* nor is it set again after a reset */
	dev = start_disk(400000, ATA_LBA28, false);
	dev->unflushed = true;
	sim.drive[0].hang = 2;
	assert_int_equal(ata_flush(dev), -ETIMEDOUT);
	assert_int_equal(flushes(), 2);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(flushes(), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_dma),
		TEST(test_lba48),
		TEST(test_pio),
		TEST(test_selection),
		TEST(test_timing),
		TEST(test_selected_meanwhile),
		TEST(test_old_status),
		TEST(test_registers),
		TEST(test_flush_only_after_writes),
		TEST(test_flush_after_doubt),
		TEST(test_flush_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
