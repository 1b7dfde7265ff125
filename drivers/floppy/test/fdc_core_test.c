// LINK: drivers/floppy/fdc_decode.c drivers/floppy/fdc_command.c drivers/floppy/fdc_drive.c
// LINK: drivers/floppy/fdc_transfer.c drivers/floppy/fdc_medium.c drivers/floppy/fdc_rw.c
// LINK: drivers/floppy/fdc_same.c kernel/lib/crc32_small.c
// LINK: drivers/floppy/test/sim_fdc.c drivers/floppy/test/fdc_fixture.c
/* The floppy core over a simulated controller: finding it, interrupts, moving data with DMA and
 * without. */
#include <string.h>
#include "fdc_fixture.h"

/* ---- the controller ---- */

static void test_absent(void **state)
{
	sim_fdc_init(&sim, 4, 0);
	sim_bus_release(&sim.bus, SIM_BASE);
	sim_bus_release(&sim.bus, SIM_BASE + 7);
	sim.bus.max_us = 100;
	assert_int_equal(fdc_probe(fdc), FDC_NO_CONTROLLER);
	/* Nothing was written to it. */
	assert_int_equal(sim_bus_accessed(&sim.bus, SIM_BASE + FDC_REG_DOR, true), 0);
	stop();
}

static void test_absent_reads_zero(void **state)
{
	sim_fdc_init(&sim, 4, 0);
	sim.dead = true;
	assert_int_equal(fdc_probe(fdc), FDC_NO_RESET);
	stop();
}

static void test_mute(void **state)
{
	sim_fdc_init(&sim, 4, 0);
	sim.mute = true;
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_SEEK_HANGS);
	assert_true(sim.bus.now_ns / 1000 < 2 * FDC_SEEK_US);
	stop();
}

static void test_vanishes(void **state)
{
	u64 sound;

	start(7);
	sound = sim.bus.accesses;
	assert_int_equal(read_one(2000), FDC_OK);
	sound = sim.bus.accesses - sound;
	stop();
	/* But for the last byte of the result, which says nothing. */
	for (u64 nth = 1; nth < sound; nth++) {
		start(7);
		sim_bus_float_after(&sim.bus, nth);
		assert_int_not_equal(read_one(2000), FDC_OK);
		stop();
	}
}

static void test_old_controller(void **state)
{
	sim_fdc_init(&sim, 2, 0);
	sim.old = true;
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	assert_int_equal(fdc->version, FDC_INVALID);
	sim_insert(&sim, 0, 2);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_int_equal(read_one(77), FDC_OK);
	stop();
}

static void test_reset_configures(void **state)
{
	start(7);
	assert_true(sim.configured);
	fdc->needs_reset = true;
	sim.configured = false;
	assert_int_equal(read_one(1000), FDC_OK);
	assert_true(sim.configured);
	stop();
}

/* ---- interrupts ---- */

static void test_no_interrupts(void **state)
{
	sim_fdc_init(&sim, 4, 0);
	sim.bus.lose_irqs = true;
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_true(fdc->flags & FDC_POLL);
	assert_non_null(strstr(sim.notes, "no interrupts"));
	read_all(fd0);
	stop();
}

/* One that is lost costs a look, and is not held against all others. */
static void test_lost_once(void **state)
{
	start(7);
	sim.bus.lose_irqs = true;
	assert_int_equal(fdc_seek(fd0, 40), FDC_OK);
	sim.bus.lose_irqs = false;
	assert_int_equal(read_one(5), FDC_OK);
	assert_false(fdc->flags & FDC_POLL);
	stop();
}

static void test_spurious(void **state)
{
	start(7);
	sim.spurious = 100;
	read_all(fd0);
	stop();
}

static void test_polling_host(void **state)
{
	sim_fdc_init(&sim, 4, 0);
	fdc->flags = FDC_POLL;
	sim.bus.lose_irqs = true;
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	read_all(fd0);
	assert_string_equal(sim.notes, "");
	stop();
}

/* ---- moving data ---- */

/* A cylinder in one command: 80 of them, and what detection read. */
static void test_whole_cylinders(void **state)
{
	unsigned int before;

	start(7);
	before = sim.transfers;
	read_all(fd0);
	assert_int_equal(sim.transfers - before, 80);
	stop();
}

static void test_read_ahead(void **state)
{
	unsigned int before;

	start(7);
	assert_int_equal(read_one(3), FDC_OK);
	before = sim.transfers;
	for (u32 i = 4; i < 18; i++)
		assert_int_equal(read_one(i), FDC_OK);
	assert_int_equal(sim.transfers, before);
	/* The second side is another turn. */
	assert_int_equal(read_one(18), FDC_OK);
	assert_int_equal(sim.transfers, before + 1);
	stop();
}

static void test_small_buffer(void **state)
{
	start(7);
	fdc->buffer_bytes = 4096;
	read_all(fd0);
	stop();
}

static void test_write(void **state)
{
	u32 done;

	start(7);
	assert_int_equal(fdc_write_max(fd0, 10), 26);
	assert_int_equal(write_some(10, 26, 0xEE, &done), FDC_OK);
	assert_int_equal(done, 26);
	for (u32 i = 0; i < 26 * FDC_SECTOR; i++)
		assert_int_equal(sim_disk_sector(&sim, 0, 10)[i], 0xEE);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 9), 9));
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 36), 36));
	/* More than that is written in parts. */
	assert_int_equal(write_some(30, 20, 1, &done), FDC_OK);
	assert_int_equal(done, 6);
	stop();
}

/* What was kept of before is not what is on the disk now. */
static void test_write_then_read(void **state)
{
	const u8 *data;
	u32 done, count;

	start(7);
	assert_int_equal(read_one(0), FDC_OK);
	assert_int_equal(write_some(2, 1, 0x55, &done), FDC_OK);
	assert_int_equal(fdc_read(fd0, 2, 1, &data, &count), FDC_OK);
	assert_int_equal(data[0], 0x55);
	assert_int_equal(read_one(1), FDC_OK);
	assert_int_equal(read_one(3), FDC_OK);
	stop();
}

static void test_beyond_the_end(void **state)
{
	const u8 *data;
	u32 count;

	start(7);
	assert_int_equal(fdc_read(fd0, 2880, 1, &data, &count), FDC_END_OF_TRACK);
	assert_int_equal(read_one(2879), FDC_OK);
	stop();
}

static void test_two_drives(void **state)
{
	const u8 *data;
	u32 count;

	start(7);
	sim_insert(&sim, 1, 2);
	assert_int_equal(fdc_detect(fd1), FDC_OK);
	assert_int_equal(fd1->format.sectors, 2400);
	for (u32 i = 0; i < 5; i++) {
		assert_int_equal(read_one(i * 200), FDC_OK);
		assert_int_equal(fdc_read(fd1, i * 150, 1, &data, &count), FDC_OK);
		assert_true(sim_sector_is(data, i * 150));
	}
	stop();
}

static void test_motor(void **state)
{
	start(7);
	assert_true(sim.dor & FDC_DOR_MOTOR(0));
	fdc_stop_motors(fdc);
	assert_false(sim.dor & (FDC_DOR_MOTOR(0) | FDC_DOR_MOTOR(1)));
	assert_true(sim.dor & FDC_DOR_RUN);
	/* It turns again before anything is read: the simulated disk counts violations. */
	assert_int_equal(read_one(2000), FDC_OK);
	stop();
}

/* ---- without DMA ---- */

static void test_port_reads(void **state)
{
	start(7);
	fdc->flags |= FDC_NO_DMA;
	read_all(fd0);
	stop();
}

static void test_port_writes(void **state)
{
	u32 done;

	start(7);
	fdc->flags |= FDC_NO_DMA;
	assert_int_equal(fdc_write_max(fd0, 10), 8);
	assert_int_equal(write_some(10, 8, 0xEE, &done), FDC_OK);
	assert_int_equal(sim_disk_sector(&sim, 0, 17)[511], 0xEE);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 18), 18));
	stop();
}

static void test_dma_hangs(void **state)
{
	start(7);
	sim.hang = -1;
	assert_int_equal(read_one(500), FDC_OK);
	assert_true(fdc->flags & FDC_NO_DMA);
	assert_non_null(strstr(sim.notes, "DMA does not work"));
	read_all(fd0);
	stop();
}

static void test_dma_hangs_once(void **state)
{
	start(7);
	sim.hang = 1;
	assert_int_equal(read_one(500), FDC_OK);
	assert_false(fdc->flags & FDC_NO_DMA);
	stop();
}

static void test_dma_moves_nothing(void **state)
{
	start(7);
	sim.short_dma = true;
	assert_int_equal(read_one(500), FDC_SHORT);
	stop();
}

static bool no_dma(void *ctx, bool to_memory, u32 offset, u32 bytes)
{
	return false;
}

static void test_dma_refused(void **state)
{
	struct fdc_host host;

	start(7);
	host = *fdc->host;
	host.dma_start = no_dma;
	fdc->host = &host;
	assert_int_equal(read_one(500), FDC_DMA_REFUSED);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_absent),
		host_test(test_absent_reads_zero),
		host_test(test_mute),
		host_test(test_vanishes),
		host_test(test_old_controller),
		host_test(test_reset_configures),
		host_test(test_no_interrupts),
		host_test(test_lost_once),
		host_test(test_spurious),
		host_test(test_polling_host),
		host_test(test_whole_cylinders),
		host_test(test_read_ahead),
		host_test(test_small_buffer),
		host_test(test_write),
		host_test(test_write_then_read),
		host_test(test_beyond_the_end),
		host_test(test_two_drives),
		host_test(test_motor),
		host_test(test_port_reads),
		host_test(test_port_writes),
		host_test(test_dma_hangs),
		host_test(test_dma_hangs_once),
		host_test(test_dma_moves_nothing),
		host_test(test_dma_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
