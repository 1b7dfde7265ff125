/* CD drives and removable disks through everything that they do wrong, over the packet protocol. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c drivers/ata/test/sim_cd.c
// LINK: drivers/ata/cd_command.c drivers/ata/cd_medium.c drivers/ata/cd_transfer.c
// LINK: drivers/ata/cd_disc.c drivers/ata/cd_control.c drivers/ata/cd_quirks.c
// LINK: drivers/ata/cd_decode.c drivers/ata/sense_decode.c
// LINK: drivers/ata/cd_same.c kernel/lib/crc32_small.c drivers/ata/test/cd_fixture.c
#include "cd_fixture.h"
#include "../scsi_cdb.h"
#include <kernel/errno.h>
#include <string.h>

/* ---- getting ready ---- */

static void test_probe(void **state)
{
	start(false);
	assert_string_equal(cd.inquiry.vendor, "OLDIRON");
	assert_true(cd.caps.known && cd.caps.audio && cd.caps.lock && cd.caps.eject);
	assert_int_equal(cd.caps.loader, CD_TRAY);
	assert_int_equal(cd_speed_times(cd.caps.max_speed), 4);
	assert_false(cd.disk);
}

static void test_probe_without_inquiry(void **state)
{
	disc.d->packet_short = 33; /* three bytes of it */
	start(false);
	assert_string_equal(cd.inquiry.product, "SIMULATED CD-ROM");
}

static void test_no_medium_at_once(void **state)
{
	u64 before;

	start(false);
	before = elapsed_ms();
	assert_int_equal(cd_check_medium(&cd), -ENOMEDIUM);
	assert_true(elapsed_ms() - before < 100);
	assert_false(cd.known);
	assert_int_equal(cd.blocks, 0);
}

static void test_becoming_ready(void **state)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	start(false);
	disc.ready_at_us = sim.bus.now_ns / 1000 + 12000000;
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_in_range(elapsed_ms(), 12000, 13000);
	assert_int_equal(cd.blocks, BLOCKS);
}

static void test_never_ready(void **state)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	start(false);
	disc.ready_at_us = ~0ull;
	assert_int_equal(cd_check_medium(&cd), -EBUSY);
	assert_in_range(elapsed_ms(), CD_READY_US / 1000, CD_READY_US / 1000 + 2000);
	/* One that gives no reason is waited for less long. */
	disc.not_ready[0] = 0x04;
	sim.bus.now_ns = 0;
	assert_int_equal(cd_check_medium(&cd), -EBUSY);
	assert_in_range(elapsed_ms(), CD_VAGUE_US / 1000, CD_VAGUE_US / 1000 + 2000);
}

static void test_wants_start(void **state)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	start(false);
	disc.wants_start = true;
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(disc.count[SCSI_START_STOP], 1);
}

static void test_many_attentions(void **state)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	start(false);
	for (unsigned int i = 0; i < 6; i++)
		sim_cd_attend(&disc, 6, 0x2A, (u8)i);
	assert_int_equal(cd_check_medium(&cd), 0);
}

/* One that comes before a command that is not tried by a loop of its own. */
static void test_attention_before_a_command(void **state)
{
	start_with_disc(false);
	sim_cd_attend(&disc, 6, 0x2A, 0x01);
	assert_int_equal(cd_read_toc(&cd), 0);
}

static void test_sense_is_lost(void **state)
{
	start(false);
	disc.d->packet_short = 18;
	assert_int_equal(cd_test_ready(&cd), -EBUSY); /* the error register's key: not ready */
	assert_int_equal(cd.sense.key, SENSE_NOT_READY);
}

static void test_drive_dies(void **state)
{
	start_with_disc(false);
	disc.d->gone = true;
	disc.d->kind = SIM_ABSENT;
	sim.bus.floating = 0xff;
	sim_bus_float_after(&sim.bus, 1);
	assert_int_equal(cd_check_medium(&cd), -ENXIO);
	assert_true(cd.dev->gone);
	assert_false(cd.known);
}

/* ---- capacity ---- */

static void test_block_sizes(void **state)
{
	static const struct {
		u32 says;
		bool refuses;
		u32 becomes;
	} rows[] = { { 2048, false, 2048 }, { 512, false, 2048 }, { 512, true, 512 },
		     { 2352, false, 2048 }, { 2352, true, 2048 }, { 0, true, 2048 },
		     { 4096, true, 2048 } };

	sim_cd_insert(&disc, 1, BLOCKS);
	start(false);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		disc.block_bytes = rows[i].says;
		disc.refuses_select = rows[i].refuses;
		sim_cd_attend(&disc, 6, 0x28, 0);
		assert_int_equal(cd_check_medium(&cd), 0);
		assert_int_equal(cd.block_bytes, rows[i].becomes);
	}
}

static void test_capacity_from_toc(void **state)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	disc.unknown[disc.unknown_count++] = SCSI_READ_CAPACITY;
	start(false);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(cd.blocks, BLOCKS);
}

/* ---- reading ---- */

static void test_read(void **state)
{
	u32 good;

	start_with_disc(false);
	assert_int_equal(read_some(3, ALL, &good), 0);
	assert_int_equal(good, ALL);
	check_blocks(3, 0, ALL);
	/* Never more than 64 KB in one command. */
	assert_int_equal(disc.largest, CD_MAX_BYTES);
	assert_int_equal(disc.count[SCSI_READ_10], ALL / 32);
}

static void test_read_by_dma_after_pio(void **state)
{
	u32 good;

	start_with_disc(true);
	assert_int_not_equal(cd.dev->dma_mode, 0);
	assert_int_equal(read_some(0, 2, &good), 0);
	assert_int_equal(sim.bm_command & BM_COMMAND_READ, 0); /* the engine was never started */
	assert_int_equal(read_some(7, 9, &good), 0);
	assert_int_not_equal(sim.bm_command & BM_COMMAND_READ, 0);
	check_blocks(7, 0, 9);
}

static void test_dma_that_hangs_is_given_up(void **state)
{
	u32 good;

	start_with_disc(true);
	assert_int_equal(read_some(0, 1, &good), 0);
	disc.d->dma_hang = 1;
	assert_int_equal(read_some(7, 9, &good), 0);
	check_blocks(7, 0, 9);
}

static void one_bad_block(bool told, bool dma)
{
	u32 good;

	start_with_disc(dma);
	assert_int_equal(read_some(0, 1, &good), 0);
	disc.tell_block = told;
	disc.bad[disc.bad_count++] = 110;
	assert_int_equal(read_some(100, 32, &good), -EIO);
	assert_int_equal(good, 10);
	check_blocks(100, 0, 10);
	assert_int_equal(read_some(111, 21, &good), 0);
	check_blocks(111, 0, 21);
	assert_int_equal(cd.run_out, 0);
}

static void test_one_bad_block(void **state)
{
	one_bad_block(false, false);
}

static void test_one_bad_block_told(void **state)
{
	u32 reads;

	one_bad_block(true, false);
	reads = disc.count[SCSI_READ_10];
	assert_in_range(reads, 5, 7);
}

static void test_one_bad_block_dma(void **state)
{
	one_bad_block(false, true);
}

static void test_bad_block_that_heals(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.bad[disc.bad_count++] = 5;
	disc.bad_tries = 2;
	assert_int_equal(read_some(0, 16, &good), 0);
	check_blocks(0, 0, 16);
}

static void test_hurry_gives_up_at_once(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.bad[disc.bad_count++] = 5;
	make_buffer(16 * 2048);
	assert_int_equal(cd_transfer(&cd, false, 0, 16, &buf, true, &good), -EIO);
	assert_int_equal(good, 0);
	assert_int_equal(disc.count[SCSI_READ_10], 1);
}

static void test_block_that_hangs(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.bad[disc.bad_count++] = 5;
	disc.hang_block = SIM_FOREVER;
	sim.bus.now_ns = 0;
	assert_int_equal(read_some(0, 8, &good), -ETIMEDOUT);
	assert_int_equal(good, 5);
	check_blocks(0, 0, 5);
	assert_true(elapsed_ms() < 100000);
	/* And once it is known for that, less is waited for. */
	sim.bus.now_ns = 0;
	assert_int_equal(read_some(5, 1, &good), -ETIMEDOUT);
	assert_true(elapsed_ms() < 20000);
	assert_int_equal(read_some(6, 8, &good), 0);
	check_blocks(6, 0, 8);
}

static void test_hang_once(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.bad[disc.bad_count++] = 5;
	disc.hang_block = 1;
	disc.bad_tries = 0;
	assert_int_equal(read_some(0, 8, &good), 0);
	check_blocks(0, 0, 8);
}

static void test_short_read(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.early_end = 1;
	assert_int_equal(read_some(20, 8, &good), 0);
	check_blocks(20, 0, 8);
	disc.early_end = SIM_FOREVER;
	assert_int_equal(read_some(20, 8, &good), -EIO);
}

static void test_odd_and_excess_bytes(void **state)
{
	u8 cdb[16], data[SCSI_INQUIRY_BYTES];
	u32 good, n;

	start_with_disc(false);
	disc.d->packet_excess = 13;
	assert_int_equal(read_some(20, 3, &good), 0);
	check_blocks(20, 0, 3);
	disc.d->packet_excess = 0;
	disc.d->packet_short = 1; /* 35 bytes of an INQUIRY */
	scsi_cdb_short(cdb, SCSI_INQUIRY, sizeof(data));
	assert_int_equal(cd_simple(&cd, cdb, data, sizeof(data), &n), 0);
	assert_int_equal(n, 35);
	assert_memory_equal(data + 8, "OLDIRON", 7);
}

static void test_wrong_direction(void **state)
{
	u8 cdb[16], data[64] = { 0 };

	start_with_disc(false);
	/* It wants to send, and is sent to. */
	scsi_cdb_short(cdb, SCSI_INQUIRY, 36);
	sim.bus.now_ns = 0;
	assert_int_equal(cd_send(&cd, cdb, data, 36), -EIO);
	assert_true(elapsed_ms() < 5000); /* noticed, not waited for */
	/* And is fine afterwards. */
	assert_int_equal(cd_check_medium(&cd), 0);
}

static void test_reason_stuck(void **state)
{
	u32 good;

	disc.d->wrong_ireason = true;
	sim_ata_text(disc.d->id + 27, 20, "ASUS CD-S340");
	start_with_disc(false);
	assert_int_equal(read_some(20, 3, &good), 0);
	check_blocks(20, 0, 3);
}

static void test_not_a_data_track(void **state)
{
	u32 good;

	start_with_disc(false);
	sim_cd_attend(&disc, 5, 0x64, 0);
	sim_cd_attend(&disc, 5, 0x64, 0);
	assert_int_equal(read_some(20, 1, &good), -EIO);
	assert_int_equal(read_some(20, 1, &good), 0);
}

static void test_run_out(void **state)
{
	u32 good;

	start_with_disc(false);
	disc.bad[disc.bad_count++] = BLOCKS - 2;
	disc.bad[disc.bad_count++] = BLOCKS - 1;
	assert_int_equal(read_some(BLOCKS - 8, 8, &good), -EIO);
	assert_int_equal(good, 6);
	assert_int_equal(cd.run_out, 2);
}

/* ---- changes ---- */

static void test_change_is_noticed(void **state)
{
	start_with_disc(false);
	assert_true(cd_take_changed(&cd, 0));
	assert_false(cd_take_changed(&cd, 0));
	assert_true(cd_take_changed(&cd, 1));
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_false(cd_take_changed(&cd, 0));
	sim_cd_remove(&disc);
	assert_int_equal(cd_check_medium(&cd), -ENOMEDIUM);
	assert_true(cd_take_changed(&cd, 0));
	sim_cd_insert(&disc, 2, BLOCKS / 2);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_true(cd_take_changed(&cd, 0));
	assert_int_equal(cd.blocks, BLOCKS / 2);
}

static void test_change_in_use(void **state)
{
	u32 good;

	start_with_disc(false);
	cd.in_use = true;
	disc.change_in_reads = 2;
	assert_int_equal(read_some(0, 2, &good), 0);
	/* The second disc's blocks are nobody's who opened the first. */
	assert_int_equal(read_some(2, 2, &good), -ENOMEDIUM);
	assert_int_equal(good, 0);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(read_some(2, 2, &good), -ENOMEDIUM);
	cd.in_use = false;
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(read_some(2, 2, &good), 0);
	check_blocks(2, 0, 2);
}

static void test_reset_in_use_is_no_change(void **state)
{
	u32 good;

	start_with_disc(false);
	cd.in_use = true;
	sim_cd_attend(&disc, 6, 0x29, 0);
	assert_int_equal(read_some(0, 2, &good), 0);
	check_blocks(0, 0, 2);
}

static void test_removed_in_use(void **state)
{
	u32 good;

	start_with_disc(false);
	cd.in_use = true;
	sim_cd_remove(&disc);
	assert_int_equal(read_some(0, 2, &good), -ENOMEDIUM);
}

/* The program that asks for the sense data gets them, and the change is noticed all the same. */
static void test_change_seen_by_a_program(void **state)
{
	u8 data[18] = { 0 };
	struct cd_command c = { .data = data, .bytes = sizeof(data) };
	u32 good;

	start_with_disc(false);
	cd.in_use = true;
	(void)cd_take_changed(&cd, 0);
	sim_cd_insert(&disc, 2, BLOCKS);
	scsi_cdb_short(c.cdb, SCSI_REQUEST_SENSE, sizeof(data));
	assert_int_equal(cd_execute(&cd, &c), 0);
	assert_int_equal(data[12], 0x28);
	assert_true(cd_take_changed(&cd, 0));
	assert_int_equal(read_some(0, 2, &good), -ENOMEDIUM);
}

/* A medium with larger blocks than those of the disk that programs have open. */
static void test_sectors_within_a_block(void **state)
{
	cd.block_bytes = 512;
	assert_true(cd_has_blocks(&cd, 3, 512));
	assert_false(cd_has_blocks(&cd, 3, 0));
	cd.block_bytes = 2048;
	assert_true(cd_has_blocks(&cd, 4, 2048));
	assert_true(cd_has_blocks(&cd, 8, 2560));
	assert_false(cd_has_blocks(&cd, 4, 1536));
	assert_false(cd_has_blocks(&cd, 5, 2048));
}

/* ---- control ---- */

/* The drive was reset, by its own fault or its neighbour's: its door is locked again. */
static void test_locked_again(void **state)
{
	u32 good;

	start_with_disc(false);
	cd.in_use = true;
	assert_int_equal(cd_lock(&cd, true), 0);
	disc.locked = false;
	sim_cd_attend(&disc, 6, 0x29, 0);
	assert_int_equal(read_some(0, 2, &good), 0);
	assert_true(disc.locked);
	/* Nobody wants it locked any more. */
	assert_int_equal(cd_lock(&cd, false), 0);
	sim_cd_attend(&disc, 6, 0x29, 0);
	assert_int_equal(read_some(0, 2, &good), 0);
	assert_false(disc.locked);
}

static enum cd_status status(void)
{
	enum cd_status s;

	assert_int_equal(cd_status(&cd, &s), 0);
	return s;
}

static void test_tray(void **state)
{
	start_with_disc(false);
	assert_int_equal(status(), CD_STATUS_READY);
	assert_int_equal(cd_lock(&cd, true), 0);
	assert_true(disc.locked);
	assert_int_equal(cd_eject(&cd), 0);
	assert_false(disc.locked);
	assert_true(disc.tray_open);
	assert_int_equal(cd.blocks, 0);
	assert_int_equal(status(), CD_STATUS_OPEN);
	assert_int_equal(cd_close(&cd), 0);
	assert_int_equal(status(), CD_STATUS_EMPTY);
	sim_cd_insert(&disc, 1, BLOCKS);
	disc.ready_at_us = sim.bus.now_ns / 1000 + 5000000;
	assert_int_equal(status(), CD_STATUS_BUSY);
}

static void test_status_of_old_drives(void **state)
{
	disc.unknown[disc.unknown_count++] = SCSI_GET_EVENT;
	start(false);
	assert_int_equal(status(), CD_STATUS_EMPTY);
	assert_int_equal(status(), CD_STATUS_EMPTY);
	assert_int_equal(disc.count[SCSI_GET_EVENT], 1); /* not asked again */
	disc.empty_ascq = 1;
	assert_int_equal(status(), CD_STATUS_EMPTY);
	disc.tray_open = true;
	assert_int_equal(status(), CD_STATUS_OPEN);
}

static void test_lock_unknown(void **state)
{
	disc.unknown[disc.unknown_count++] = SCSI_PREVENT_REMOVAL;
	start_with_disc(false);
	assert_int_equal(cd_lock(&cd, true), -EOPNOTSUPP);
	assert_false(cd.caps.lock);
	assert_int_equal(cd_lock(&cd, false), 0);
	assert_int_equal(cd_eject(&cd), 0);
}

static void test_audio(void **state)
{
	const u8 start_msf[3] = { 0, 2, 0 }, end_msf[3] = { 0, 10, 5 }, wrong[3] = { 0, 61, 0 };
	u8 volume[4] = { 1, 2, 3, 4 };

	start_with_disc(false);
	assert_int_equal(cd_play(&cd, start_msf, end_msf), 0);
	assert_memory_equal(disc.play, ((u8[]){ 0, 2, 0, 0, 10, 5 }), 6);
	assert_int_equal(cd_play(&cd, end_msf, start_msf), -EINVAL);
	assert_int_equal(cd_play(&cd, start_msf, wrong), -EINVAL);
	assert_int_equal(cd_set_volume(&cd, volume), 0);
	assert_memory_equal(disc.volume, volume, 4);
	memset(volume, 0, 4);
	assert_int_equal(cd_get_volume(&cd, volume), 0);
	assert_int_equal(volume[3], 4);
	assert_int_equal(cd_set_speed(&cd, 8), 0);
	assert_int_equal(disc.speed, 8 * 177);
	assert_int_equal(cd_set_speed(&cd, 0), 0);
	assert_int_equal(disc.speed, 0xffff);
}

static void test_disc_tables(void **state)
{
	bool multi = true;
	s32 lba = -1;
	char mcn[14];

	start_with_disc(false);
	assert_int_equal(cd_read_toc(&cd), 0);
	assert_int_equal(cd.toc.last, 2);
	assert_int_equal(cd_find_track(&cd.toc, 2)->lba, BLOCKS / 2);
	assert_int_equal(cd_last_session(&cd, &lba, &multi), 0);
	assert_int_equal(lba, 0);
	assert_int_equal(cd_last_written(&cd, &lba), 0);
	assert_int_equal(lba, BLOCKS);
	assert_int_equal(cd_read_mcn(&cd, mcn), -EOPNOTSUPP);
	/* Another disc, another table. */
	sim_cd_insert(&disc, 2, 500);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(cd_read_toc(&cd), 0);
	assert_int_equal(cd_find_track(&cd.toc, CD_LEADOUT)->lba, 500);
}

static void test_sessions(void **state)
{
	u32 block = 7;

	start_with_disc(false);
	assert_int_equal(cd_session_block(&cd, 0, &block), 0);
	assert_int_equal(block, 0);
	disc.last_session = 600;
	assert_int_equal(cd_session_block(&cd, 0, &block), 0);
	assert_int_equal(block, 600);
	assert_int_equal(cd_session_block(&cd, 1, &block), 0);
	assert_int_equal(block, 0);
	assert_int_equal(cd_session_block(&cd, 2, &block), -EINVAL); /* audio */
	assert_int_equal(cd_session_block(&cd, 3, &block), -EINVAL);
	assert_int_equal(cd_session_block(&cd, CD_LEADOUT, &block), -EINVAL);
	disc.unknown[disc.unknown_count++] = SCSI_READ_TOC;
	assert_int_equal(cd_session_block(&cd, 0, &block), -EOPNOTSUPP);
}

/* ---- removable disks ---- */

static void test_disk(void **state)
{
	u32 good;

	sim_cd_make_disk(&disc, 400);
	start(false);
	assert_true(cd.disk);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(cd.blocks, 400);
	assert_int_equal(cd.block_bytes, 512);
	assert_false(cd.protected);
	memset(memory, 0x5a, sizeof(memory));
	make_buffer(16 * 512);
	assert_int_equal(cd_transfer(&cd, true, 100, 16, &buf, false, &good), 0);
	assert_int_equal(good, 16);
	assert_int_equal(disc.store[115][511], 0x5a);
	assert_int_equal(disc.store[116][0], 0);
	memset(memory, 0, sizeof(memory));
	assert_int_equal(read_some(99, 4, &good), 0);
	check_blocks(99, 0, 4);
	assert_int_equal(cd_flush(&cd), 0);
}

static void test_disk_protected(void **state)
{
	u32 good;

	disc.protected = true;
	sim_cd_make_disk(&disc, 400);
	start(false);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_true(cd.protected);
	make_buffer(512);
	assert_int_equal(cd_transfer(&cd, true, 0, 1, &buf, false, &good), -EROFS);
}

/* ---- quirks ---- */

static void test_one_block_quirk(void **state)
{
	u32 good;

	sim_ata_text(disc.d->id + 27, 20, "SAMSUNG CD-ROM SCR-2430");
	start_with_disc(false);
	assert_int_equal(read_some(0, 8, &good), 0);
	assert_int_equal(disc.largest, 2048);
	check_blocks(0, 0, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CD_TEST(test_probe),
		CD_TEST(test_probe_without_inquiry),
		CD_TEST(test_no_medium_at_once),
		CD_TEST(test_becoming_ready),
		CD_TEST(test_never_ready),
		CD_TEST(test_wants_start),
		CD_TEST(test_many_attentions),
		CD_TEST(test_attention_before_a_command),
		CD_TEST(test_sense_is_lost),
		CD_TEST(test_drive_dies),
		CD_TEST(test_block_sizes),
		CD_TEST(test_capacity_from_toc),
		CD_TEST(test_read),
		CD_TEST(test_read_by_dma_after_pio),
		CD_TEST(test_dma_that_hangs_is_given_up),
		CD_TEST(test_one_bad_block),
		CD_TEST(test_one_bad_block_told),
		CD_TEST(test_one_bad_block_dma),
		CD_TEST(test_bad_block_that_heals),
		CD_TEST(test_hurry_gives_up_at_once),
		CD_TEST(test_block_that_hangs),
		CD_TEST(test_hang_once),
		CD_TEST(test_short_read),
		CD_TEST(test_odd_and_excess_bytes),
		CD_TEST(test_wrong_direction),
		CD_TEST(test_reason_stuck),
		CD_TEST(test_not_a_data_track),
		CD_TEST(test_run_out),
		CD_TEST(test_change_is_noticed),
		CD_TEST(test_change_in_use),
		CD_TEST(test_reset_in_use_is_no_change),
		CD_TEST(test_change_seen_by_a_program),
		CD_TEST(test_sectors_within_a_block),
		CD_TEST(test_locked_again),
		CD_TEST(test_removed_in_use),
		CD_TEST(test_tray),
		CD_TEST(test_status_of_old_drives),
		CD_TEST(test_lock_unknown),
		CD_TEST(test_audio),
		CD_TEST(test_disc_tables),
		CD_TEST(test_sessions),
		CD_TEST(test_disk),
		CD_TEST(test_disk_protected),
		CD_TEST(test_one_block_quirk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
