// LINK: drivers/floppy/fdc_decode.c drivers/floppy/fdc_command.c drivers/floppy/fdc_drive.c
// LINK: drivers/floppy/fdc_transfer.c drivers/floppy/fdc_medium.c drivers/floppy/fdc_rw.c
// LINK: drivers/floppy/fdc_same.c kernel/lib/crc32_small.c
// LINK: drivers/floppy/test/sim_fdc.c drivers/floppy/test/fdc_fixture.c
/* The floppy core over a simulated controller: bad disks and drives, changed and protected disks,
 * formats. */
#include <errno.h>
#include <string.h>
#include "fdc_fixture.h"

/* ---- bad disks ---- */

static void test_crc_once(void **state)
{
	start(7);
	sim.bad_sector = 105;
	sim.bad_times = 1;
	assert_int_equal(read_one(105), FDC_OK);
	stop();
}

/* Found by the fourth try: the heads were moved away and back. */
static void test_crc_some(void **state)
{
	unsigned int before;

	start(7);
	before = sim.recalibrations;
	sim.bad_sector = 105;
	sim.bad_times = 3;
	assert_int_equal(read_one(105), FDC_OK);
	assert_true(sim.recalibrations > before);
	stop();
}

static void test_crc_always(void **state)
{
	unsigned int before;
	u64 begin;

	start(7);
	sim.bad_sector = 105;
	sim.bad_times = -1;
	before = sim.transfers;
	begin = sim.bus.now_ns;
	assert_int_equal(read_one(105), FDC_CRC_DATA);
	assert_int_equal(sim.transfers - before, FDC_TRIES);
	assert_true(sim.bus.now_ns - begin < 3000000000ull);
	/* Its neighbours are read, also together with it. */
	assert_int_equal(read_one(104), FDC_OK);
	assert_int_equal(read_one(106), FDC_OK);
	stop();
}

static void test_crc_in_the_middle(void **state)
{
	const u8 *data;
	u32 count;

	start(7);
	sim.bad_sector = 20;
	sim.bad_times = -1;
	assert_int_equal(fdc_read(fd0, 0, 36, &data, &count), FDC_OK);
	assert_int_equal(count, 20);
	for (u32 i = 0; i < count; i++)
		assert_true(sim_sector_is(data + i * FDC_SECTOR, i));
	stop();
}

static void test_write_error(void **state)
{
	u32 done;

	start(7);
	sim.bad_sector = 14;
	sim.bad_times = -1;
	sim.bad_st1 = FDC_ST1_NO_SECTOR;
	sim.bad_st2 = 0;
	assert_int_equal(write_some(10, 8, 0xEE, &done), FDC_NO_SECTOR);
	assert_int_equal(done, 4);
	assert_int_equal(sim_disk_sector(&sim, 0, 13)[0], 0xEE);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 14), 14));
	stop();
}

static void test_error_without_reason(void **state)
{
	u32 done;

	start(7);
	sim.no_reason = true;
	assert_int_equal(write_some(10, 1, 0xEE, &done), FDC_NO_REASON);
	assert_int_equal(done, 0);
	stop();
}

static void test_overrun(void **state)
{
	start(7);
	sim.overrun = 2;
	assert_int_equal(read_one(64), FDC_OK);
	stop();
}

/* Found again by track 0, without a reset of all. */
static void test_wrong_cylinder(void **state)
{
	unsigned int resets;

	start(7);
	resets = sim.resets;
	sim.drive[0].slip = 1;
	assert_int_equal(read_one(36 * 50), FDC_OK);
	assert_true(sim.recalibrations > 1);
	assert_int_equal(sim.resets, resets);
	stop();
}

static void test_no_track0(void **state)
{
	start(0);
	sim.drive[0].no_track0 = true;
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_NO_TRACK0);
	assert_int_equal(fdc_errno(FDC_NO_TRACK0), -ENXIO);
	stop();
}

/* 79 steps are more than the controller's 77. */
static void test_far_track(void **state)
{
	start(0);
	sim_insert(&sim, 0, 7);
	sim.drive[0].cylinder = 79;
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	stop();
}

static void test_absent_drive(void **state)
{
	start(0);
	sim.drive[1].there = false;
	assert_int_equal(fdc_detect(fd1), FDC_NO_TRACK0);
	fd1->kind = NULL;
	assert_int_equal(fdc_detect(fd1), FDC_NO_DISK);
	stop();
}

/* ---- protection and change ---- */

static void test_protected(void **state)
{
	u32 done;

	start(0);
	sim_insert(&sim, 0, 7);
	sim.drive[0].disk.protected = true;
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_true(fd0->protected);
	assert_int_equal(write_some(10, 1, 1, &done), FDC_PROTECTED);
	assert_int_equal(fdc_errno(FDC_PROTECTED), -EROFS);
	/* The tab was moved behind the driver's back: the controller refuses. */
	fd0->protected = false;
	assert_int_equal(write_some(10, 1, 1, &done), FDC_PROTECTED);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 10), 10));
	stop();
}

static void test_changed(void **state)
{
	u32 generation, done;

	start(7);
	assert_int_equal(read_one(10), FDC_OK);
	generation = fd0->generation;
	sim_insert(&sim, 0, 4);
	/* Not from the buffer, not from the new disk, and nothing goes to it. */
	assert_int_equal(read_one(10), FDC_CHANGED);
	assert_false(fd0->known);
	assert_int_equal(write_some(10, 1, 1, &done), FDC_CHANGED);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 10), 10));
	assert_int_equal(read_one(10), FDC_CHANGED);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_int_equal(fd0->generation, generation + 1);
	assert_int_equal(fd0->format.sectors, 1440);
	assert_int_equal(read_one(10), FDC_OK);
	stop();
}

static void test_changed_before_write(void **state)
{
	u32 done;

	start(7);
	assert_int_equal(write_some(10, 1, 1, &done), FDC_OK);
	sim_insert(&sim, 0, 7);
	assert_int_equal(write_some(10, 1, 1, &done), FDC_CHANGED);
	assert_int_equal(done, 0);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 10), 10));
	stop();
}

static void take_out(struct sim_fdc *s)
{
	sim_insert(s, 0, 0);
	s->in_transfer = NULL;
}

static void test_taken_out_in_transfer(void **state)
{
	start(7);
	sim.in_transfer = take_out;
	assert_int_equal(read_one(1000), FDC_CHANGED);
	assert_false(fdc->flags & FDC_NO_DMA);
	assert_int_equal(fdc_detect(fd0), FDC_NO_DISK);
	stop();
}

/* The first time the line is not trusted; once it was seen clear an empty drive is known at once.
 */
static void test_no_disk(void **state)
{
	u64 begin;

	start(0);
	assert_int_equal(fdc_detect(fd0), FDC_NO_DISK);
	assert_int_equal(fdc_errno(FDC_NO_DISK), -ENXIO);
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	sim_insert(&sim, 0, 0);
	begin = sim.bus.now_ns;
	assert_int_equal(fdc_detect(fd0), FDC_NO_DISK);
	assert_true(sim.bus.now_ns - begin < 400000000ull);
	stop();
}

static void test_line_stuck(void **state)
{
	start(0);
	sim.drive[0].line_stuck = true;
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_non_null(strstr(sim.notes, "change line"));
	read_all(fd0);
	/* Left alone for long enough it may be another disk. */
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_int_equal(read_one(0), FDC_CHANGED);
	stop();
}

static void test_no_line(void **state)
{
	sim_fdc_init(&sim, 1, 0);
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim.drive[0].cylinder = 39;
	sim_insert(&sim, 0, 1);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	read_all(fd0);
	assert_false(fdc_check_change(fd0));
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_true(fdc_check_change(fd0));
	stop();
}

static void start_without_line(void)
{
	sim_fdc_init(&sim, 1, 0);
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim_insert(&sim, 0, 1);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	fd0->in_use = true;
}

/* A disk that somebody has mounted and that nobody took out goes on after any pause. */
static void test_idle_in_use(void **state)
{
	u32 done;

	start_without_line();
	for (unsigned int i = 0; i < 3; i++) {
		sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
		assert_false(fdc_check_change(fd0));
		assert_int_equal(read_one(100 + i), FDC_OK);
		/* What is written makes it no other disk. */
		assert_int_equal(write_some(2 + i, 8, (u8)i, &done), FDC_OK);
	}
	/* A write that fails leaves a sector of which nothing is known. */
	sim.bad_sector = 6;
	sim.bad_times = -1;
	assert_int_not_equal(write_some(4, 4, 9, &done), FDC_OK);
	memset(sim_disk_sector(&sim, 0, 6), 0x55, FDC_SECTOR);
	sim.bad_sector = -1;
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_false(fdc_check_change(fd0));
	/* Once nobody has it, it may be any. */
	fd0->in_use = false;
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_true(fdc_check_change(fd0));
	stop();
}

static void test_another_in_use(void **state)
{
	u32 done;

	start_without_line();
	sim_insert(&sim, 0, 1);
	sim_disk_sector(&sim, 0, 5)[17] ^= 1;
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_true(fdc_check_change(fd0));
	assert_int_equal(write_some(10, 1, 0xEE, &done), FDC_CHANGED);
	assert_true(sim_sector_is(sim_disk_sector(&sim, 0, 10), 10));
	stop();
	/* Taken out, and none put in. */
	start_without_line();
	sim_insert(&sim, 0, 0);
	sim_bus_advance(&sim.bus, FDC_SWAP_US + 1);
	assert_true(fdc_check_change(fd0));
	stop();
}

/* ---- formats ---- */

static void detects(unsigned int cmos, unsigned int disk, unsigned int want)
{
	sim_fdc_init(&sim, cmos, 0);
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim.drive[0].cylinder = 10;
	sim_insert(&sim, 0, disk);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_memory_equal(&fd0->format, &fdc_formats[want], sizeof(fd0->format));
	read_all(fd0);
	stop();
}

static void test_formats(void **state)
{
	detects(1, 1, 1);   /* 360K where it belongs */
	detects(2, 2, 2);   /* 1.2M */
	detects(2, 5, 5);   /* 360K in a 1.2M drive: two steps a track */
	detects(2, 6, 6);   /* 720K in a 1.2M drive: one */
	detects(3, 4, 4);   /* 720K */
	detects(4, 4, 4);   /* 720K in a 1.44M drive */
	detects(4, 7, 7);   /* 1.44M */
	detects(4, 11, 11); /* 1.68M, as some makers' distribution disks */
	detects(6, 8, 8);   /* 2.88M: perpendicular */
	detects(6, 7, 7);
	detects(6, 4, 4);
	detects(3, 3, 3); /* single-sided */
}

static void test_format_of_no_table(void **state)
{
	start(0);
	sim_insert(&sim, 0, 4);
	sim.drive[0].disk.sect = 8;
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_int_equal(fd0->format.sectors, 8 * 160);
	assert_null(fd0->format.name);
	read_all(fd0);
	stop();
}

/* Some emulators show the same mark always: what can be read tells then. */
static void test_same_mark_always(void **state)
{
	start(0);
	sim_insert(&sim, 0, 7);
	sim.drive[0].disk.one_number = true;
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_int_equal(fd0->format.sectors, 2880);
	stop();
}

static void test_unformatted(void **state)
{
	start(0);
	sim_insert(&sim, 0, 7);
	sim.drive[0].disk.rate = 7;
	assert_int_equal(fdc_detect(fd0), FDC_UNKNOWN_FORMAT);
	assert_false(fd0->known);
	/* ... and then is formatted, in the format that was chosen. */
	fdc_set_format(fd0, &fdc_formats[7]);
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	for (unsigned int track = 0; track < 160; track++)
		assert_int_equal(fdc_format_track(fd0, track / 2, track % 2), FDC_OK);
	assert_int_equal(fdc_format_track(fd0, 80, 0), FDC_END_OF_TRACK);
	for (u32 i = 0; i < 2880; i++)
		assert_int_equal(sim_disk_sector(&sim, 0, i)[511], FDC_FILL_BYTE);
	fd0->fixed = false;
	assert_int_equal(fdc_detect(fd0), FDC_OK);
	assert_int_equal(fd0->format.sectors, 2880);
	stop();
}

static void test_format_protected(void **state)
{
	start(7);
	sim.drive[0].disk.protected = true;
	assert_int_equal(fdc_format_track(fd0, 0, 0), FDC_PROTECTED);
	sim_insert(&sim, 0, 7);
	assert_int_equal(fdc_format_track(fd0, 0, 0), FDC_CHANGED);
	stop();
}

static void test_large_sectors(void **state)
{
	start(0);
	sim_insert(&sim, 0, 7);
	sim.drive[0].disk.size = 3;
	assert_int_equal(fdc_detect(fd0), FDC_UNKNOWN_FORMAT);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_crc_once),
		host_test(test_crc_some),
		host_test(test_crc_always),
		host_test(test_crc_in_the_middle),
		host_test(test_write_error),
		host_test(test_error_without_reason),
		host_test(test_overrun),
		host_test(test_wrong_cylinder),
		host_test(test_no_track0),
		host_test(test_far_track),
		host_test(test_absent_drive),
		host_test(test_protected),
		host_test(test_changed),
		host_test(test_changed_before_write),
		host_test(test_taken_out_in_transfer),
		host_test(test_no_disk),
		host_test(test_line_stuck),
		host_test(test_no_line),
		host_test(test_idle_in_use),
		host_test(test_another_in_use),
		host_test(test_formats),
		host_test(test_format_of_no_table),
		host_test(test_same_mark_always),
		host_test(test_unformatted),
		host_test(test_format_protected),
		host_test(test_large_sectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
