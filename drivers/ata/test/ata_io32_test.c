/* The data port 32 bits at a time: tried where it may be, checked, given up when data goes wrong.
 */
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

static struct ata_device *start_wide(void)
{
	ch.flags |= ATA_CH_IO32;
	return start_disk(80640, ATA_LBA28, false);
}

/* As many accesses as there are double words, but for the identity, which is read once so. */
static void test_moves_dwords(void **state)
{
	struct ata_device *dev = start_wide();

	assert_true(dev->io32);
	assert_int_equal(sim.wide, 128);
	read_ok(dev, 100, 64);
	write_ok(dev, 100, 40, 7);
	read_ok(dev, 200, 3);
	assert_int_equal(sim.wide, 128 * (1 + 64 + 40 + 3));
	assert_string_equal(sim.notes, "");
}

static void test_not_unasked(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	read_ok(dev, 100, 64);
	write_ok(dev, 300, 64, 7);
	assert_int_equal(sim.wide, 0);
	/* The user may ask. */
	assert_int_equal(ata_use_io32(dev, true), 0);
	read_ok(dev, 100, 64);
	assert_int_equal(sim.wide, 128 * 65);
	assert_int_equal(ata_use_io32(dev, false), 0);
	read_ok(dev, 100, 64);
	assert_int_equal(sim.wide, 128 * 65);
}

static void test_never(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_NO_IO32;
	dev = start_wide();
	assert_int_equal(ata_use_io32(dev, true), -EINVAL);
	assert_int_equal(ata_use_io32(dev, false), 0);
	read_ok(dev, 100, 64);
	assert_int_equal(sim.wide, 0);
}

/* Packets' data stay at 16 bits. */
static void test_packet_device(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_IO32;
	sim_ata_cd(&sim, 0);
	dev = start(false);
	assert_int_equal(dev->kind, ATA_PACKET);
	assert_int_equal(ata_use_io32(dev, true), -EINVAL);
	assert_int_equal(sim.wide, 0);
}

/* Pieces that end amid a double word. */
static void test_odd_pieces(void **state)
{
	static const u32 sizes[] = { 2, 4, 6, 500, 510, 2, 512, 254, 258 };
	struct ata_device *dev = start_wide();
	u32 at = 0, good;

	for (u32 i = 0; i < ARRAY_SIZE(sizes); at += sizes[i++])
		pieces[i] = (struct ata_piece){ .addr = memory + at,
						.phys = ATA_PHYS_NONE,
						.bytes = sizes[i] };
	buf = (struct ata_buffer){ .pieces = pieces, .count = ARRAY_SIZE(sizes), .bytes = at };
	assert_int_equal(at, 4 * 512);
	assert_int_equal(ata_rw(dev, false, 100, 4, &buf, &good), 0);
	check_pattern(100, 0, 4);
	assert_int_equal(ata_rw(dev, true, 300, 4, &buf, &good), 0);
	for (u32 i = 0; i < 4; i++)
		assert_memory_equal(sim.drive[0].store[300 + i], memory + 512 * i, 512);
	assert_true(dev->io32);
}

static void test_wrong_identity(void **state)
{
	struct ata_device *dev;

	sim.narrow_reads = sim.narrow_writes = true;
	dev = start_wide();
	assert_false(dev->io32);
	assert_non_null(strstr(sim.notes, "0: 32 bits at a time come out wrong: 16\n"));
	assert_string_equal(dev->id.model, "SIMULATED DISK");
	assert_int_equal(sim.wide, 128);
	read_ok(dev, 100, 64);
	write_ok(dev, 100, 64, 7);
	assert_int_equal(sim.wide, 128);
	assert_int_equal(dev->multiple, 16);
	assert_int_equal(dev->resets, 1);
	assert_int_equal(ata_use_io32(dev, true), -EIO);
	assert_false(dev->io32);
}

/* The count is right, the words are not. */
static void test_words_swapped(void **state)
{
	struct ata_device *dev;

	sim.swaps_words = true;
	dev = start_wide();
	assert_false(dev->io32);
	assert_int_equal(dev->resets, 0);
	read_ok(dev, 100, 64);
}

/* Where data ended early all of it is read again, not from there on. */
static void test_short(void **state)
{
	struct ata_device *dev = start_wide();

	assert_int_equal(ata_use_multiple(dev, 4), 0);
	sim.drive[0].short_data = 1;
	read_ok(dev, 100, 5);
	assert_false(dev->io32);
	assert_int_equal(sim_bus_last_write(&sim.bus, SIM_BASE + ATA_REG_LBAL), 100);
}

/* The test fails at the master before the slave is set up; its state is as it should be. */
static void test_wrong_beside_chs(void **state)
{
	ch.flags |= ATA_CH_IO32;
	sim.narrow_reads = true;
	sim_ata_disk(&sim, 0, 80640, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_CHS);
	sim.drive[1].needs_geometry = true;
	(void)start(false);
	assert_false(ch.dev[0].io32 || ch.dev[1].io32);
	read_ok(&ch.dev[1], 100, 20);
	assert_int_equal(sim.drive[1].set_heads, 16);
}

/* Right at the test, wrong later: the command is repeated by 16 bits, nothing is lost. */
static void test_reads_go_wrong(void **state)
{
	struct ata_device *dev = start_wide();

	sim.narrow_reads = true;
	read_ok(dev, 100, 256);
	assert_false(dev->io32);
	assert_non_null(strstr(sim.notes, "16 from now on"));
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 256);
	assert_false(ch.polling);
	assert_in_range(elapsed_ms(), 0, 200);
}

static void test_writes_go_wrong(void **state)
{
	struct ata_device *dev = start_wide();

	/* So many blocks that their missing interrupts count as lost. */
	sim.narrow_writes = true;
	write_ok(dev, 100, 256, 7);
	assert_false(dev->io32);
	assert_false(ch.polling);
	assert_int_equal(sim.control & ATA_CONTROL_NIEN, 0);
	write_ok(dev, 400, 40, 9);
	assert_int_equal(dev->resets, 1);
}

/* A drive that hangs before any data, or a bad sector, says nothing of the port's width. */
static void test_other_faults(void **state)
{
	struct ata_device *dev = start_wide();
	u64 failed[4];

	sim.drive[0].hang = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->timeouts, 1);
	sim.drive[0].never_drq = 1;
	read_ok(dev, 100, 64);
	sim.drive[0].bad[0] = 110;
	sim.drive[0].bad_count = 1;
	assert_int_equal(read_with_errors(dev, 100, 64, failed), 1);
	assert_true(dev->io32);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_moves_dwords),     TEST(test_not_unasked),	TEST(test_never),
		TEST(test_packet_device),    TEST(test_odd_pieces),	TEST(test_wrong_identity),
		TEST(test_wrong_beside_chs), TEST(test_reads_go_wrong), TEST(test_writes_go_wrong),
		TEST(test_other_faults),     TEST(test_words_swapped),	TEST(test_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
