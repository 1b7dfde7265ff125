/* What is found on a channel, sound and with everything wrong that is known. */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_ata_disk.c
// LINK: drivers/ata/test/sim_ata_bm.c drivers/ata/test/sim_atapi.c
#include "sim_ata.h"
#include <kernel/errno.h>
#include <string.h>

static struct sim_ata sim;
static struct ata_channel ch;

static int setup(void **state)
{
	sim_ata_init(&sim, &ch);
	sim.bus.max_us = 120000000;
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(sim.violations, 0);
	return 0;
}

static u64 elapsed_ms(void)
{
	return sim.bus.now_ns / 1000000;
}

static void detect(enum ata_kind master, enum ata_kind slave, u64 limit_ms)
{
	int err = ata_detect(&ch, NULL);

	assert_int_equal(ch.dev[0].kind, master);
	assert_int_equal(ch.dev[1].kind, slave);
	assert_int_equal(err, master == ATA_NONE && slave == ATA_NONE ? -ENODEV : 0);
	assert_in_range(elapsed_ms(), 0, limit_ms);
}

static void test_nothing(void **state)
{
	static const u8 floats[] = { 0xff, 0x7f, 0x00 };

	for (unsigned int i = 0; i < ARRAY_SIZE(floats); i++) {
		sim_ata_init(&sim, &ch);
		sim.bus.floating = floats[i];
		detect(ATA_NONE, ATA_NONE, 5);
		assert_string_equal(sim.notes, "");
	}
}

static void test_shy(void **state)
{
	ch.flags |= ATA_CH_SHY;
	detect(ATA_NONE, ATA_NONE, 1);
	assert_int_equal(sim_bus_accessed(&sim.bus, SIM_BASE + ATA_REG_DEVICE, true), 0);
}

static void test_master(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	detect(ATA_DISK, ATA_NONE, 400);
	assert_string_equal(ch.dev[0].id.model, "SIMULATED DISK");
	assert_int_equal(ch.dev[0].id.sectors, 400000);
	assert_string_equal(sim.notes, "");
	assert_int_equal(sim.to_nobody, 0);
	/* Left quiet: its status is read, no interrupt allowed yet. */
	assert_true(sim.control & ATA_CONTROL_NIEN);
}

static void test_ghost_without_registers(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.ghost_dead = true;
	detect(ATA_DISK, ATA_NONE, 400);
}

static void test_both(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80000, ATA_CHS);
	detect(ATA_DISK, ATA_DISK, 400);
	assert_string_equal(ch.dev[1].id.serial, "SERIAL-1");
}

static void test_slave_alone(void **state)
{
	sim_ata_disk(&sim, 1, 80000, ATA_CHS);
	detect(ATA_NONE, ATA_DISK, 500);
	assert_int_equal(sim.selected, 1);
}

static void test_phantom_master(void **state)
{
	sim.drive[0].kind = SIM_PHANTOM;
	sim.drive[0].status = ATA_STATUS_DRDY | ATA_STATUS_ERR;
	sim_ata_disk(&sim, 1, 80000, ATA_CHS);
	detect(ATA_NONE, ATA_DISK, 500);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_IDENTIFY], 0);
}

static void test_cd(void **state)
{
	sim_ata_cd(&sim, 1);
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	detect(ATA_DISK, ATA_PACKET, 500);
	assert_int_equal(ch.dev[1].id.packet_type, 5);
	assert_int_equal(ch.dev[1].id.packet_size, 12);
}

static void test_cd_alone(void **state)
{
	sim_ata_cd(&sim, 0);
	detect(ATA_PACKET, ATA_NONE, 500);
}

static void test_alias(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.alias = true;
	detect(ATA_DISK, ATA_NONE, 500);
	assert_non_null(strstr(sim.notes, "once more"));
}

static void test_alias_by_serial(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].id[93] = 0;
	sim.alias = true;
	detect(ATA_DISK, ATA_NONE, 500);
	assert_non_null(strstr(sim.notes, "once more"));
}

static void test_cd_with_disk_signature(void **state)
{
	sim_ata_cd(&sim, 0);
	sim.drive[0].disk_signature = true;
	detect(ATA_PACKET, ATA_NONE, 500);
}

/* No serial: only if the master says that it answers for the slave. */
static void test_dev0_answers(void **state)
{
	static const u16 says[] = { 0x604b, 0x600b };

	for (unsigned int i = 0; i < 2; i++) {
		sim_ata_init(&sim, &ch);
		sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
		sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
		memset(sim.drive[0].id + 10, 0, 20);
		memset(sim.drive[1].id + 10, 0, 20);
		sim.drive[0].id[93] = sim.drive[1].id[93] = says[i];
		detect(ATA_DISK, i ? ATA_DISK : ATA_NONE, 1000);
	}
}

/* It says so, and there is a slave all the same. */
static void test_dev0_lies(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
	sim.drive[0].id[93] = sim.drive[1].id[93] = 0x604b;
	detect(ATA_DISK, ATA_DISK, 500);
}

static void test_twin_cards(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
	sim_ata_text(sim.drive[1].id + 10, 10, "SERIAL-0");
	/* It says that it is device 1. */
	sim.drive[1].id[93] = 0x4100 | 0x0b00;
	detect(ATA_DISK, ATA_DISK, 500);
}

static void test_stuck_busy(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].stuck_busy = true;
	sim.drive[0].status = ATA_STATUS_BSY;
	detect(ATA_NONE, ATA_NONE, 34000);
	assert_non_null(strstr(sim.notes, "busy for ever"));
}

static void test_slow_spin_up(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].spin_up_us = 25000000;
	sim.drive[0].status = ATA_STATUS_BSY;
	detect(ATA_DISK, ATA_NONE, 26000);
	assert_non_null(strstr(sim.notes, "waiting for the drive"));
}

static void test_bad_signature(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].bad_signature = true;
	detect(ATA_DISK, ATA_NONE, 500);
}

static void test_bad_signature_nothing(void **state)
{
	sim.drive[0].kind = SIM_PHANTOM;
	sim.drive[0].status = ATA_STATUS_DRDY;
	sim.drive[0].bad_signature = true; /* 77 FF */
	detect(ATA_NONE, ATA_NONE, 500);
	assert_string_equal(sim.notes, "");
}

static void test_junk_identity(void **state)
{
	static const u8 junk[] = { 0x00, 0xff, 0x5a };

	for (unsigned int i = 0; i < ARRAY_SIZE(junk); i++) {
		sim_ata_init(&sim, &ch);
		sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
		sim.drive[0].junk_identity = true;
		sim.drive[0].junk = junk[i];
		detect(ATA_NONE, ATA_NONE, 2000);
		assert_non_null(strstr(sim.notes, "cannot be identified"));
	}
}

static void test_identify_second_time(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].never_drq = 1;
	detect(ATA_DISK, ATA_NONE, 1500);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_IDENTIFY], 2);
	assert_string_equal(sim.notes, "");
}

/* One channel at a time, unless the chip is known to take it back; nobody at the ports is no limit.
 */
static void test_simplex(void **state)
{
	assert_false(ata_bm_simplex(ch.hw, SIM_BM, false));
	sim.bm_status = BM_STATUS_SIMPLEX | BM_STATUS_DRIVE0;
	assert_true(ata_bm_simplex(ch.hw, SIM_BM, false));
	assert_true(ata_bm_simplex(ch.hw, SIM_BM, true));
	sim.simplex_clears = true;
	assert_true(ata_bm_simplex(ch.hw, SIM_BM, false));
	assert_false(ata_bm_simplex(ch.hw, SIM_BM, true));
	assert_int_equal(sim.bm_status, BM_STATUS_DRIVE0);
	assert_false(ata_bm_simplex(ch.hw, 0x5000, true));
}

static void test_no_alt_status(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.no_alt_status = true;
	detect(ATA_DISK, ATA_NONE, 1500);
	assert_true(ch.no_alt_status);
}

static void test_spin_up_command(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].incomplete_until_spun = 1;
	detect(ATA_DISK, ATA_NONE, 500);
	assert_string_equal(ch.dev[0].id.model, "SIMULATED DISK");
	assert_int_equal(ch.dev[0].id.sectors, 400000);
}

/* It stays silent about its size: not a disk of none. */
static void test_spin_up_in_vain(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].incomplete_until_spun = 2;
	detect(ATA_NONE, ATA_NONE, 1000);
	assert_non_null(strstr(sim.notes, "cannot be identified"));
}

static void test_old_drive(void **state)
{
	static const struct ata_geometry given[2] = { { 615, 4, 17 }, { 0, 0, 0 } };

	sim_ata_disk(&sim, 0, 615 * 4 * 17, ATA_CHS);
	sim.drive[0].aborts_identify = true;
	detect(ATA_NONE, ATA_NONE, 500);
	sim_ata_init(&sim, &ch);
	sim_ata_disk(&sim, 0, 615 * 4 * 17, ATA_CHS);
	sim.drive[0].aborts_identify = true;
	assert_int_equal(ata_detect(&ch, given), 0);
	assert_int_equal(ch.dev[0].kind, ATA_DISK);
	assert_int_equal(ch.dev[0].id.sectors, 615 * 4 * 17);
}

static void test_tape_nest(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_text(sim.drive[0].id + 27, 20, "EXABYTE EXB-8500 NEST");
	detect(ATA_NONE, ATA_NONE, 500);
}

static void test_skip(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
	ch.flags |= ATA_CH_SKIP0;
	detect(ATA_NONE, ATA_DISK, 500);
	sim_ata_init(&sim, &ch);
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 400000, ATA_LBA28);
	ch.flags |= ATA_CH_NO_SLAVE;
	detect(ATA_DISK, ATA_NONE, 500);
}

/* After a reset its registers say nonsense for a while. */
static void test_babbles_after_reset(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].babbles_us = 100000;
	sim.drive[0].babble = ATA_STATUS_DRDY | ATA_STATUS_DSC;
	detect(ATA_DISK, ATA_NONE, 500);
	assert_string_equal(sim.notes, "");
}

/* The slave may need longer than the master: until then it has neither registers nor readiness. */
static void test_slow_slave(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80000, ATA_CHS);
	sim.drive[1].babbles_us = 200000;
	sim.drive[1].babble = ATA_STATUS_DSC;
	detect(ATA_DISK, ATA_DISK, 500);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing),
		TEST(test_shy),
		TEST(test_master),
		TEST(test_ghost_without_registers),
		TEST(test_both),
		TEST(test_slave_alone),
		TEST(test_phantom_master),
		TEST(test_cd),
		TEST(test_cd_alone),
		TEST(test_alias),
		TEST(test_alias_by_serial),
		TEST(test_cd_with_disk_signature),
		TEST(test_dev0_answers),
		TEST(test_dev0_lies),
		TEST(test_twin_cards),
		TEST(test_stuck_busy),
		TEST(test_slow_spin_up),
		TEST(test_bad_signature),
		TEST(test_bad_signature_nothing),
		TEST(test_junk_identity),
		TEST(test_identify_second_time),
		TEST(test_simplex),
		TEST(test_no_alt_status),
		TEST(test_spin_up_command),
		TEST(test_spin_up_in_vain),
		TEST(test_old_drive),
		TEST(test_tape_nest),
		TEST(test_skip),
		TEST(test_babbles_after_reset),
		TEST(test_slow_slave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
