/* The disc that was taken out by force and comes back, or another one. */
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

static void use_and_lose(void)
{
	u32 good;

	start_with_disc(false);
	cd_mark_disc(&cd);
	cd.in_use = true;
	sim_cd_remove(&disc);
	assert_int_equal(read_some(0, 2, &good), -ENOMEDIUM);
	cd_look_again(&cd);
	assert_int_equal(read_some(0, 2, &good), -ENOMEDIUM);
}

static int insert_and_read(u8 number, u32 blocks)
{
	u32 good;

	sim_cd_insert(&disc, number, blocks);
	cd_look_again(&cd);
	return read_some(2, 2, &good);
}

static void test_same_disc_back(void **state)
{
	use_and_lose();
	sim_cd_attend(&disc, 2, 0x3A, 0);
	disc.ready_at_us = sim.bus.now_ns / 1000 + 8000000;
	assert_int_equal(insert_and_read(1, BLOCKS), 0);
	check_blocks(2, 0, 2);
	assert_false(cd.stale);
}

static void test_other_disc_instead(void **state)
{
	u32 reads, good;

	use_and_lose();
	assert_int_equal(insert_and_read(2, BLOCKS), -ENOMEDIUM);
	reads = disc.count[SCSI_READ_10];
	cd_look_again(&cd);
	assert_int_equal(read_some(2, 2, &good), -ENOMEDIUM);
	assert_int_equal(disc.count[SCSI_READ_10], reads); /* it has been looked at */
	sim_cd_remove(&disc);
	assert_int_equal(insert_and_read(1, BLOCKS - 1), -ENOMEDIUM);
	sim_cd_remove(&disc);
	assert_int_equal(insert_and_read(1, BLOCKS), 0);
	check_blocks(2, 0, 2);
}

static void test_disc_without_a_mark(void **state)
{
	disc.bad[0] = 17;
	disc.bad_count = 1;
	disc.bad_tries = SIM_FOREVER;
	use_and_lose();
	disc.bad_count = 0;
	assert_int_equal(insert_and_read(1, BLOCKS), -ENOMEDIUM);
}

/* What was marked before a disc without a mark came does not count. */
static void test_disk_has_no_mark(void **state)
{
	start_with_disc(false);
	cd_mark_disc(&cd);
	assert_true(cd.mark.known);
	cd.disk = true;
	cd_mark_disc(&cd);
	assert_false(cd.mark.known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CD_TEST(test_same_disc_back),
		CD_TEST(test_other_disc_instead),
		CD_TEST(test_disc_without_a_mark),
		CD_TEST(test_disk_has_no_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
