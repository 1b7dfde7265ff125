/* AHCI over a simulated adapter: everything that goes wrong once a port is up. */
// LINK: drivers/ata/ahci_controller.c drivers/ata/ahci_port.c drivers/ata/ahci_link.c
// LINK: drivers/ata/ahci_command.c drivers/ata/ahci_memory.c drivers/ata/ahci_recover.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ahci.c drivers/ata/test/sim_ahci_dev.c
// LINK: drivers/ata/test/ahci_fixture.c
#include "ahci_fixture.h"
#include <kernel/errno.h>
#include <string.h>

/* ---- bad sectors ---- */

static void check_bad(bool write)
{
	struct ata_device *dev = start();
	u64 failed = 0;

	sim.bad[0] = 177;
	sim.bad_count = 1;
	memset(memory, 0x5a, sizeof(memory));
	assert_int_equal(with_errors(dev, write, 100, 200, &failed), 1);
	assert_int_equal(failed, 177);
	if (write) {
		for (u32 i = 100; i < 300; i++)
			assert_int_equal(sim.store[i][9], i == 177 ? (u8)(177 * 11 + 9) : 0x5a);
	} else {
		check_pattern(100, 0, 77);
		check_pattern(100, 78, 122);
	}
	assert_true(elapsed_ms() < 1000);
	assert_int_equal(sim.resets, 0);
	/* The drive's word for the sector is taken: what lies before it, its tries, the rest. */
	assert_true(sim.commands[write ? ATA_CMD_WRITE_DMA : ATA_CMD_READ_DMA] < 8);
	read_ok(dev, 400, 100);
}

static void test_bad_sector(void **state)
{
	check_bad(false);
}

static void test_bad_write(void **state)
{
	check_bad(true);
}

/* QEMU says no more than that. */
static void test_bad_sector_aborts(void **state)
{
	struct ata_device *dev = start();
	u64 failed = 0;

	read_ok(dev, 0, 8);
	sim.bad[0] = 555;
	sim.bad_count = 1;
	sim.bad_is_abort = true;
	assert_int_equal(with_errors(dev, false, 500, 256, &failed), 1);
	assert_int_equal(failed, 555);
	check_pattern(500, 0, 55);
	check_pattern(500, 56, 200);
	assert_true(elapsed_ms() < 3000);
}

static void test_bad_far_out(void **state)
{
	struct ata_device *dev;
	u64 failed = 0, at = (1ull << 33) + 99;

	attach(1ull << 34);
	dev = start();
	sim.bad[0] = at;
	sim.bad_count = 1;
	assert_int_equal(with_errors(dev, false, at - 20, 64, &failed), 1);
	assert_true(failed == at);
	check_pattern(at - 20, 0, 20);
	check_pattern(at - 20, 21, 43);
}

static void test_busy_after_error(void **state)
{
	struct ata_device *dev = start();
	u64 failed = 0;

	sim.bad[0] = 150;
	sim.bad_count = 1;
	sim.junk_with_error = true;
	assert_int_equal(with_errors(dev, false, 100, 100, &failed), 1);
	assert_int_equal(failed, 150);
	assert_true(sim.clos > 0);
	assert_int_equal(sim.resets, 0);
}

static void test_busy_after_error_no_clo(void **state)
{
	struct ata_device *dev;
	u64 failed = 0;

	sim.cap &= ~AHCI_CAP_CLO;
	port.cap = sim.cap;
	dev = start();
	sim.bad[0] = 150;
	sim.bad_count = 1;
	sim.junk_with_error = true;
	assert_int_equal(with_errors(dev, false, 149, 3, &failed), 1);
	assert_int_equal(failed, 150);
	assert_true(sim.resets > 0);
	assert_true(elapsed_ms() < 5000);
}

/* ---- the engine ---- */

static void test_cr_stuck_until_reset(void **state)
{
	struct ata_device *dev = start();
	u64 failed = 0;

	sim.bad[0] = 10;
	sim.bad_count = 1;
	sim.cr_sticks_on_error = sim.stuck_cr_until_reset = true;
	assert_int_equal(with_errors(dev, false, 8, 8, &failed), 1);
	assert_int_equal(failed, 10);
	assert_true(elapsed_ms() < 10000);
	assert_int_equal(dev->timeouts, 0);
	read_ok(dev, 20, 20);
}

static void test_cr_stuck_for_ever(void **state)
{
	struct ata_device *dev = start();

	sim.bad[0] = 10;
	sim.bad_count = 1;
	sim.cr_sticks_on_error = true;
	assert_int_equal(read_fails(dev, 10, 1), -ENXIO);
	assert_true(elapsed_ms() < 5000);
	assert_true(noted("does not stop"));
	assert_true(noted("given up"));
	assert_false(ahci_port_quiet(&port));
}

/* ---- interrupts ---- */

static void test_lost_interrupts(void **state)
{
	struct ata_device *dev = start();

	sim.lose_irqs = 1;
	read_ok(dev, 3, 5);
	assert_true(elapsed_ms() >= 500 && elapsed_ms() < 600);
	assert_true(noted("lost interrupt"));
	assert_false(ch.polling);
	read_ok(dev, 3, 5);
	sim.lose_irqs = SIM_FOREVER;
	for (unsigned int i = 0; i < 6; i++)
		read_ok(dev, i, 9);
	assert_true(ch.polling);
	assert_int_equal(sim.pie, 0);
	assert_true(elapsed_ms() < 2200);
	assert_true(noted("polling from now on"));
}

static void test_shared_line(void **state)
{
	start();
	assert_false(ata_irq(&ch));
	sim.is = 1u << (SIM_PORT + 1);
	assert_false(ata_irq(&ch));
	assert_int_equal(sim.is, 1u << (SIM_PORT + 1));
	sim.is = 0;
}

/* ---- time-outs and links ---- */

static void test_hang_once(void **state)
{
	struct ata_device *dev = start();

	sim.hang = 1;
	read_ok(dev, 60, 30);
	assert_int_equal(sim.resets, 1);
	assert_int_equal(dev->timeouts, 1);
	assert_true(elapsed_ms() < 11000);
	/* The mode is agreed on again. */
	assert_true(sim.commands[ATA_CMD_SET_FEATURES] >= 4);
}

static void test_hang_for_ever(void **state)
{
	struct ata_device *dev = start();
	u32 resets;

	sim.hang = SIM_FOREVER;
	while (read_fails(dev, 5, 1) != -ENXIO)
		;
	assert_true(elapsed_ms() < 200000);
	assert_true(noted("given up"));
	resets = sim.resets;
	start_time();
	assert_int_equal(read_fails(dev, 5, 1), -ENXIO);
	assert_int_equal(elapsed_ms(), 0);
	assert_int_equal(sim.resets, resets);
}

static void test_vanishes(void **state)
{
	struct ata_device *dev = start();
	u64 accesses;

	sim.gone = true;
	assert_int_equal(read_fails(dev, 5, 10), -ENXIO);
	assert_true(elapsed_ms() < 1000);
	accesses = sim.bus.accesses;
	assert_int_equal(read_fails(dev, 5, 10), -ENXIO);
	assert_int_equal(sim.bus.accesses, accesses);
	assert_int_equal(ata_flush(dev), -ENXIO);
}

static void test_unplugged(void **state)
{
	struct ata_device *dev = start();

	sim.unplugged = true;
	assert_int_equal(read_fails(dev, 5, 10), -ENXIO);
	assert_true(elapsed_ms() < 1000);
	assert_true(noted("link does not come back"));
	assert_true(noted("given up"));
}

static void test_other_drive_in_its_place(void **state)
{
	struct ata_device *dev = start();

	sim.hang = 1;
	sim.other_drive = true;
	assert_int_equal(read_fails(dev, 5, 10), -ENXIO);
}

/* While nothing was asked of it. */
static void test_replugged_between_commands(void **state)
{
	struct ata_device *dev = start();

	read_ok(dev, 5, 10);
	sim_ahci_replug(&sim, false);
	read_ok(dev, 5, 10);
	assert_false(dev->gone);
	assert_int_equal(sim.resets, 1);
	sim_ahci_replug(&sim, true);
	assert_int_equal(read_fails(dev, 5, 10), -ENXIO);
	assert_true(dev->gone);
	assert_int_equal(sim.resets, 2);
}

static void test_link_error_once(void **state)
{
	struct ata_device *dev = start();

	sim.link_errors = 1;
	read_ok(dev, 5, 10);
	assert_int_equal(sim.resets, 1);
	assert_int_equal(port.speed_limit, 0);
	sim.crc_errors = 1;
	read_ok(dev, 5, 10);
	sim.bus_errors = 1;
	read_ok(dev, 5, 10);
	assert_int_equal(sim.resets, 3);
	assert_true(elapsed_ms() < 1000);
	assert_false(dev->dma_off);
}

static void test_link_too_fast(void **state)
{
	struct ata_device *dev = start();

	sim.fast_link_only_fails = 1;
	read_ok(dev, 5, 10);
	assert_int_equal(port.speed_limit, 1);
	assert_int_equal(SATA_SPEED(sim.ssts), 1);
	assert_true(noted("slower speed"));
	read_ok(dev, 50, 100);
}

static void test_link_errors_for_ever(void **state)
{
	struct ata_device *dev = start();

	sim.link_errors = SIM_FOREVER;
	while (read_fails(dev, 5, 10) != -ENXIO)
		;
	assert_true(elapsed_ms() < 5000);
}

static void test_harmless_interface_errors(void **state)
{
	struct ata_device *dev;

	port.quirks = AHCI_IGNORE_IFS;
	dev = start();
	sim.harmless_ifs = true;
	read_ok(dev, 5, 10);
	assert_int_equal(sim.resets, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bad_sector),
		TEST(test_bad_write),
		TEST(test_bad_sector_aborts),
		TEST(test_bad_far_out),
		TEST(test_busy_after_error),
		TEST(test_busy_after_error_no_clo),
		TEST(test_cr_stuck_until_reset),
		TEST(test_cr_stuck_for_ever),
		TEST(test_lost_interrupts),
		TEST(test_shared_line),
		TEST(test_hang_once),
		TEST(test_hang_for_ever),
		TEST(test_vanishes),
		TEST(test_unplugged),
		TEST(test_other_drive_in_its_place),
		TEST(test_replugged_between_commands),
		TEST(test_link_error_once),
		TEST(test_link_too_fast),
		TEST(test_link_errors_for_ever),
		TEST(test_harmless_interface_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
