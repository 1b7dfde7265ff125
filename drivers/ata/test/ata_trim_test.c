/* TRIM: the ranges told, when it is not to be had, refusals and faults, which cost no more. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/ata_trim.c drivers/ata/identify_decode.c
// LINK: drivers/ata/chs.c drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
// LINK: drivers/ata/test/disk_fixture.c
#include "disk_fixture.h"
#include <kernel/errno.h>
#include <string.h>

#define SIZE (6ull << 30) /* sectors */
#define MOST (64u * 65535)

static struct ata_device *start_solid(u64 sectors, bool dma)
{
	sim_ata_disk(&sim, 0, sectors, ATA_LBA48);
	sim_ata_solid(&sim, 0);
	return start(dma);
}

static int trim(struct ata_device *dev, u64 lba, u32 count)
{
	memset(memory, 0xee, sizeof(memory));
	make_buffer(1);
	return ata_trim(dev, lba, count, &buf);
}

static void trim_ok(struct ata_device *dev, u64 lba, u32 count)
{
	assert_int_equal(trim(dev, lba, count), 0);
	assert_true(sim_trim_was(&sim.drive[0].trim, lba, count));
	assert_int_equal(memory[512], 0xee);
}

static void test_ranges(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	assert_true(dev->id.solid);
	assert_int_equal(ata_max_trim(dev), MOST);
	trim_ok(dev, 0, 1);
	trim_ok(dev, 63, 65535);
	trim_ok(dev, 63, 65536);
	trim_ok(dev, 0x123456789, 65535 * 3 + 7);
	trim_ok(dev, 8, MOST);
	trim_ok(dev, SIZE - 1, 1);
	trim_ok(dev, SIZE - MOST, MOST);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 7);
	assert_true(dev->unflushed);
	read_ok(dev, 7, 256);
}

static void test_bounds(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	assert_int_equal(trim(dev, 5, 0), -EINVAL);
	assert_int_equal(trim(dev, 5, MOST + 1), -EINVAL);
	assert_int_equal(trim(dev, SIZE - 1, 2), -EINVAL);
	assert_int_equal(trim(dev, SIZE, 1), -EINVAL);
	assert_int_equal(trim(dev, ~0ull, 2), -EINVAL);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 0);
}

static void not_to_be_had(struct ata_device *dev)
{
	assert_int_equal(ata_max_trim(dev), 0);
	assert_int_equal(trim(dev, 5, 1), -EOPNOTSUPP);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 0);
}

static void test_not_there(void **state)
{
	not_to_be_had(start_disk(SIZE, ATA_LBA48, true));
}

static void test_old_word(void **state)
{
	sim_ata_disk(&sim, 0, SIZE, ATA_LBA48);
	sim_ata_solid(&sim, 0);
	sim.drive[0].id[80] = 0x7e;
	not_to_be_had(start(true));
}

static void test_needs_dma(void **state)
{
	not_to_be_had(start_solid(SIZE, false));
}

static void test_needs_lba48(void **state)
{
	ch.flags |= ATA_CH_NO_LBA48;
	not_to_be_had(start_solid(1000000, true));
	disk_setup(NULL);
	ch.flags |= ATA_CH_NO_LBA48_DMA;
	not_to_be_had(start_solid(1000000, true));
}

static void test_dma_switched_off(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	assert_int_equal(ata_use_dma(dev, false), 0);
	not_to_be_had(dev);
	assert_int_equal(ata_use_dma(dev, true), 0);
	trim_ok(dev, 5, 1);
}

static void named(const char *model)
{
	disk_setup(NULL);
	sim_ata_disk(&sim, 0, SIZE, ATA_LBA48);
	sim_ata_solid(&sim, 0);
	sim_ata_text(sim.drive[0].id + 27, 20, model);
}

static void test_known_bad(void **state)
{
	named("SuperSSpeed S238 128GB");
	not_to_be_had(start(true));
	named("M88V29 CF");
	not_to_be_had(start(true));
	named("SanDisk SD8SB8U256G1001");
	assert_int_equal(ata_max_trim(start(true)), (128u << 20) / 512);
	trim_ok(&ch.dev[0], 9, (128u << 20) / 512);
}

/* Large sectors: ranges count them, the block of ranges stays one of 512 bytes. */
static void test_4096_bytes(void **state)
{
	sim_ata_disk(&sim, 0, 1u << 20, ATA_LBA48);
	sim_ata_solid(&sim, 0);
	sim.drive[0].id[106] = 0x5000;
	sim.drive[0].id[117] = 2048;
	trim_ok(start(true), (1u << 20) - 5, 5);
}

/* ---- faults ---- */

/* A disk that has never moved anything by DMA yet. */
static void test_refused(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	sim.drive[0].aborts_trim = 3;
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(trim(dev, 5, 1), -EIO);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 3);
	assert_int_equal(sim.drive[0].resets, 1); /* that of the detection */
	/* The next one is tried all the same, and DMA goes on. */
	trim_ok(dev, 5, 1);
	read_ok(dev, 7, 256);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
}

static void test_hangs(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	sim.drive[0].dma_hang = 2;
	assert_int_equal(trim(dev, 5, 1), -ETIMEDOUT);
	assert_in_range(elapsed_ms(), 60000, 65000);
	assert_int_equal(trim(dev, 5, 1), -ETIMEDOUT);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 2);
	trim_ok(dev, 5, 1);
	read_ok(dev, 7, 256);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
}

static void test_checksum(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	sim.drive[0].crc = 1;
	trim_ok(dev, 5, 1);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_DSM], 2);
	/* Two in a row slow it down. */
	sim.drive[0].crc = 2;
	trim_ok(dev, 5, 1);
	assert_true(dev->dma_mode < ATA_MODE_UDMA + 5);
}

static void test_bus_errors(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	sim.drive[0].dma_error = 1;
	trim_ok(dev, 5, 1);
	sim.drive[0].dma_error = SIM_FOREVER;
	assert_int_equal(trim(dev, 5, 1), -EIO);
	assert_false(dev->dma_mode);
	assert_int_equal(trim(dev, 5, 1), -EOPNOTSUPP);
}

static void test_gone(void **state)
{
	struct ata_device *dev = start_solid(SIZE, true);

	sim.drive[0].gone = true;
	assert_int_equal(trim(dev, 5, 1), -ENXIO);
	assert_int_equal(trim(dev, 5, 1), -ENXIO);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, disk_setup, disk_teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_ranges),     TEST(test_bounds),
		TEST(test_not_there),  TEST(test_old_word),
		TEST(test_needs_dma),  TEST(test_needs_lba48),
		TEST(test_known_bad),  TEST(test_dma_switched_off),
		TEST(test_4096_bytes), TEST(test_refused),
		TEST(test_hangs),      TEST(test_checksum),
		TEST(test_bus_errors), TEST(test_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
