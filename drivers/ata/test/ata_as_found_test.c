/* Devices as the BIOS left them (ATA_CH_AS_FOUND): found and read without a reset, nothing set. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
// LINK: drivers/ata/test/disk_fixture.c
#include "disk_fixture.h"
#include <kernel/errno.h>

static int setup(void **state)
{
	(void)disk_setup(state);
	ch.flags |= ATA_CH_AS_FOUND;
	return 0;
}

static void find(enum ata_kind master, enum ata_kind slave)
{
	(void)ata_detect(&ch, NULL);
	assert_int_equal(ch.dev[0].kind, master);
	assert_int_equal(ch.dev[1].kind, slave);
	ata_set_modes(&ch);
}

static void nothing_was_changed(void)
{
	static const u8 changes[] = { ATA_CMD_SET_FEATURES, ATA_CMD_SET_MULTIPLE,
				      ATA_CMD_INIT_PARAMETERS, ATA_CMD_DEVICE_RESET };

	for (unsigned int unit = 0; unit < 2; unit++) {
		assert_int_equal(sim.drive[unit].resets, 0);
		for (unsigned int i = 0; i < ARRAY_SIZE(changes); i++)
			assert_int_equal(sim.drive[unit].commands[changes[i]], 0);
	}
}

static void test_both_kinds(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_cd(&sim, 1);
	ch.flags |= ATA_CH_IO32;
	find(ATA_DISK, ATA_PACKET);
	read_ok(&ch.dev[0], 1000, 9);
	nothing_was_changed();
}

/* The BIOS has used it: no signature is left in the registers. */
static void test_used_cd(void **state)
{
	sim_ata_cd(&sim, 0);
	sim.drive[0].lbam[0] = 0;
	sim.drive[0].lbah[0] = 8;
	find(ATA_PACKET, ATA_NONE);
	nothing_was_changed();
}

static void test_slave_absent(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	find(ATA_DISK, ATA_NONE);
	sim_ata_init(&sim, &ch);
	ch.flags |= ATA_CH_AS_FOUND;
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.ghost_dead = true;
	find(ATA_DISK, ATA_NONE);
	assert_in_range(elapsed_ms(), 0, 3000);
}

/* Sectors are counted by the geometry that the drive has now. */
static void test_geometry(void **state)
{
	sim_ata_disk(&sim, 0, 80640, ATA_CHS);
	sim.drive[0].id[53] |= 1;
	sim.drive[0].id[54] = 160;
	sim.drive[0].id[55] = 8;
	sim.drive[0].id[56] = 63;
	sim.drive[0].set_heads = 8;
	sim.drive[0].set_sectors = 63;
	find(ATA_DISK, ATA_NONE);
	assert_int_equal(ch.dev[0].geometry.heads, 8);
	assert_int_equal(ch.dev[0].sectors, 160 * 8 * 63);
	read_ok(&ch.dev[0], 1000, 3);
	nothing_was_changed();
}

/* What a reset would be needed for ends it. */
static void test_hang(void **state)
{
	u32 good;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	find(ATA_DISK, ATA_NONE);
	sim.drive[0].hang = 1;
	make_buffer(4);
	assert_int_equal(ata_rw(&ch.dev[0], false, 0, 4, &buf, &good), -ENXIO);
	assert_true(ch.dev[0].gone);
	nothing_was_changed();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_both_kinds), TEST(test_used_cd), TEST(test_slave_absent),
		TEST(test_geometry),   TEST(test_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
