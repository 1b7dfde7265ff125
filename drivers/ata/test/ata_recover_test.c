/* Time-outs, lost interrupts, resets, devices that go. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
// LINK: drivers/ata/test/disk_fixture.c
#include "disk_fixture.h"
#include <kernel/errno.h>
#include <string.h>

static void test_lost_interrupts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.lose_irqs = 1;
	read_ok(dev, 100, 40);
	assert_false(ch.polling);
	assert_int_equal(ch.lost_total, 1);
	sim.lose_irqs = SIM_FOREVER;
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 256);
	assert_true(ch.polling);
	assert_true(sim.control & ATA_CONTROL_NIEN);
	assert_in_range(elapsed_ms(), 1500, 2000);
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 256);
	assert_in_range(elapsed_ms(), 0, 200);
}

static void test_lost_interrupts_dma(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	sim.lose_irqs = SIM_FOREVER;
	for (unsigned int i = 0; i < 5; i++)
		read_ok(dev, 100, 64);
	assert_true(ch.polling);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	assert_int_equal(sim.drive[0].resets, 1);
}

static void test_spurious_interrupts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	for (unsigned int i = 0; i < 10; i++) {
		sim_ata_spurious(&sim);
		read_ok(dev, 100 * i, 16);
	}
	assert_int_equal(ch.lost_total, 0);
	assert_true(ch.spurious >= 10);
}

/* Without a bus master to tell, each block's interrupt is known by being waited for. */
static void test_every_block_interrupts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	ch.bm = 0;
	dev->multiple = 0;
	sim.block_us = 1;
	read_ok(dev, 100, 64);
	write_ok(dev, 100, 64, 0);
	assert_int_equal(ch.lost_total, 0);
	assert_int_equal(ch.spurious, 0);
}

static u8 timing_of;

static bool load_timing(struct ata_channel *c, struct ata_device *dev)
{
	timing_of = dev->unit;
	return true;
}
static void select_timing(struct ata_channel *c, struct ata_device *dev)
{
	timing_of = dev->unit;
}
static const struct ata_chip_ops one_timing = { load_timing, select_timing };

/* A controller with one timing for both drives always has that of the drive that is used. */
static void test_timing_follows(void **state)
{
	ch.chip = &one_timing;
	ch.pio_max = 4;
	ch.mwdma_mask = 6;
	sim_ata_disk(&sim, 0, 80640, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_LBA28);
	(void)start(false);
	for (unsigned int i = 0; i < 4; i++) {
		read_ok(&ch.dev[i & 1], 100, 4);
		assert_int_equal(timing_of, i & 1);
		(void)ata_reset(&ch.dev[0]);
		read_ok(&ch.dev[i & 1], 100, 4);
		assert_int_equal(timing_of, i & 1);
	}
}

static unsigned int claimed;

static void foreign(void *arg)
{
	claimed += sim_ata_spurious(&sim);
}

/* A shared line: while the drive is busy it is not ours. */
static void test_shared_line(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	ch.bm = 0;
	claimed = 0;
	sim.command_us = 1000;
	sim_bus_at(&sim.bus, 500, foreign, NULL);
	read_ok(dev, 100, 4);
	assert_int_equal(claimed, 0);
	/* One before the command is taken for its end; the end is waited for all the same. */
	sim.foreign_irq = true;
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 4);
	assert_false(sim.foreign_irq);
	assert_int_equal(ch.lost_total, 0);
	assert_in_range(elapsed_ms(), 0, 100);
}

static void test_hang_once(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_CHS, false);

	sim.drive[0].needs_geometry = true;
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->timeouts, 1);
	assert_int_equal(sim.drive[0].resets, 2);
	assert_int_equal(sim.drive[0].multiple, 16);
	assert_in_range(elapsed_ms(), 10000, 12000);
}

/* After the reset the drive loses itself in IDENTIFY: another reset, and it is as before. */
static void test_identify_hangs_once(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_CHS, false);

	sim.drive[0].needs_geometry = true;
	sim.drive[0].hang = 1;
	sim.drive[0].identify_fails = 1;
	read_ok(dev, 100, 64);
	assert_false(dev->gone);
	assert_int_equal(sim.drive[0].resets, 3);
	assert_int_equal(sim.drive[0].multiple, 16);
}

static void test_identify_hangs_for_ever(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim.drive[0].hang = 1;
	sim.drive[0].identify_fails = SIM_FOREVER;
	make_buffer(64);
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -ENXIO);
	assert_true(dev->gone);
	assert_int_equal(sim.drive[0].resets, 3);
}

/* The neighbour of one that hangs in IDENTIFY stays, whichever of the two is lost. */
static void test_neighbour_of_one_that_hangs(void **state)
{
	for (u8 lost = 0; lost < 2; lost++) {
		sim_ata_init(&sim, &ch);
		sim.bus.max_us = 400000000;
		sim_ata_disk(&sim, 0, 80640, ATA_LBA28);
		sim_ata_disk(&sim, 1, 80640, ATA_LBA28);
		(void)start(false);
		sim.drive[lost].identify_fails = SIM_FOREVER;
		sim.drive[!lost].hang = 1;
		read_ok(&ch.dev[!lost], 100, 4);
		assert_true(ch.dev[lost].gone);
		assert_false(ch.dev[!lost].gone);
	}
}

static void test_hang_for_ever(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;
	u64 accesses;

	sim.drive[0].hang = SIM_FOREVER;
	make_buffer(64);
	while (ata_rw(dev, false, 100, 64, &buf, &good) != -ENXIO)
		assert_int_equal(good, 0);
	assert_true(dev->gone);
	assert_in_range(elapsed_ms(), 10000, 120000);
	accesses = sim.bus.accesses;
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -ENXIO);
	assert_int_equal(ata_flush(dev), -ENXIO);
	assert_int_equal(sim.bus.accesses, accesses);
}

/* The other drive of the channel dies and stays busy: this one works on. */
static void test_neighbour_dies_busy(void **state)
{
	for (u8 dead = 0; dead < 2; dead++) {
		struct ata_device *dev;
		u32 good;

		sim_ata_init(&sim, &ch);
		sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
		sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
		(void)start(false);
		dev = &ch.dev[!dead];
		make_buffer(8);
		assert_int_equal(ata_rw(dev, false, 100, 8, &buf, &good), 0);
		sim.drive[dead].hang = SIM_FOREVER;
		sim.drive[dead].stuck_busy = true;
		while (ata_rw(&ch.dev[dead], false, 100, 8, &buf, &good) != -ENXIO)
			assert_int_equal(good, 0);
		assert_true(ch.dev[dead].gone);
		for (u32 i = 0; i < 20; i++) {
			assert_int_equal(ata_rw(dev, false, 100 + i, 8, &buf, &good), 0);
			assert_int_equal(dev->timeout_row, 0);
		}
		assert_false(dev->gone);
		assert_int_equal(dev->resets, 0);
	}
}

static void test_reset_restores_both(void **state)
{
	struct ata_device *dev;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_CHS);
	sim.drive[1].needs_geometry = true;
	dev = start(true);
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[1].set_heads, 16);
	assert_int_equal(sim.drive[1].multiple, 16);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_UDMA + 5);
	read_ok(&ch.dev[1], 50, 20);
}

static void test_never_drq(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].never_drq = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[0].resets, 2);
}

static void test_short_data(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].short_data = 1;
	read_ok(dev, 100, 64);
}

static void test_extra_data(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	/* Who counts otherwise may have sent other words: none of it is taken for good. */
	sim.drive[0].extra_data = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE], 2);
	sim.drive[0].extra_data = 1;
	write_ok(dev, 100, 5, 0);
	read_ok(dev, 100, 5);
}

static void test_vanishes(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);
	u32 good;

	sim.drive[0].gone = true;
	make_buffer(64);
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -ENXIO);
	assert_true(dev->gone);
	assert_in_range(elapsed_ms(), 0, 5000);
	assert_non_null(strstr(sim.notes, "given up"));
}

static void test_vanishes_in_transfer(void **state)
{
	for (unsigned int nth = 1; nth < 400; nth += 7) {
		struct ata_device *dev;
		u32 good;

		sim_ata_init(&sim, &ch);
		sim.bus.max_us = 600000000;
		dev = start_disk(80640, ATA_LBA28, nth & 1);
		make_buffer(16);
		sim_bus_float_after(&sim.bus, nth);
		while (!ata_rw(dev, nth & 2, 100, 16, &buf, &good))
			;
		assert_true(dev->gone);
		assert_in_range(elapsed_ms(), 0, 60000);
		sim.violations = 0;
	}
}

static void test_other_drive_in_its_place(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim_ata_text(sim.drive[0].id + 10, 10, "ANOTHER");
	sim.drive[0].hang = 1;
	make_buffer(4);
	assert_int_equal(ata_rw(dev, true, 100, 4, &buf, &good), -ENXIO);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_WRITE_MULTIPLE], 1);
}

static void test_write_cache_kept(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	dev->write_cache = false;
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 4);
	assert_false(sim.drive[0].write_cache);
}

static void get_ready(void *arg)
{
	sim.drive[0].status |= ATA_STATUS_DRDY;
}

/* Not busy is not ready: old drives take a while between the two. */
static void test_ready_late(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].status = 0;
	sim_bus_at(&sim.bus, 300000, get_ready, NULL);
	read_ok(dev, 100, 4);
	assert_int_equal(dev->resets, 0);
}

/* The drive says that it is done, the bus master that its table is not. */
static void test_short_dma(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	sim.drive[0].short_data = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lost_interrupts),
		TEST(test_lost_interrupts_dma),
		TEST(test_spurious_interrupts),
		TEST(test_every_block_interrupts),
		TEST(test_timing_follows),
		TEST(test_shared_line),
		TEST(test_hang_once),
		TEST(test_identify_hangs_once),
		TEST(test_identify_hangs_for_ever),
		TEST(test_neighbour_of_one_that_hangs),
		TEST(test_hang_for_ever),
		TEST(test_neighbour_dies_busy),
		TEST(test_reset_restores_both),
		TEST(test_never_drq),
		TEST(test_short_data),
		TEST(test_extra_data),
		TEST(test_vanishes),
		TEST(test_vanishes_in_transfer),
		TEST(test_other_drive_in_its_place),
		TEST(test_write_cache_kept),
		TEST(test_ready_late),
		TEST(test_short_dma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
