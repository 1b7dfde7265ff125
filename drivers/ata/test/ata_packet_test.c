/* The packet command: its phases, and devices that get them wrong. */
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
static struct ata_device *dev;
static u8 memory[16384] __aligned(4096);
static struct ata_piece piece;
static struct ata_buffer buf;
static struct ata_packet p;

static bool set_mode(struct ata_channel *c, struct ata_device *d)
{
	return true;
}
static const struct ata_chip_ops chip = { set_mode, NULL };

static void start(bool dma)
{
	if (dma) {
		ch.chip = &chip;
		ch.pio_max = 4;
		ch.mwdma_mask = 6;
	}
	assert_int_equal(ata_detect(&ch, NULL), 0);
	ata_set_modes(&ch);
	ata_enable_irq(&ch, true);
	dev = &ch.dev[0];
	sim.bus.now_ns = 0;
}

static int setup(void **state)
{
	sim_ata_init(&sim, &ch);
	sim.bus.max_us = 300000000;
	sim_ata_cd(&sim, 0);
	memset(memory, 0xee, sizeof(memory));
	memset(&p, 0, sizeof(p));
	return 0;
}

static int teardown(void **state)
{
	assert_int_equal(sim.violations, 0);
	return 0;
}

static void use_buffer(u32 bytes)
{
	piece = (struct ata_piece){ .addr = memory,
				    .phys = (u32)(uintptr_t)memory,
				    .bytes = bytes };
	buf = (struct ata_buffer){ .pieces = &piece, .count = 1, .bytes = bytes };
	p.buffer = &buf;
}

static void inquiry(u32 bytes)
{
	memset(&p, 0, sizeof(p));
	p.cdb[0] = 0x12;
	p.cdb[4] = (u8)bytes;
	use_buffer(bytes);
}

static void read10(u32 sectors)
{
	memset(&p, 0, sizeof(p));
	p.cdb[0] = 0x28;
	p.cdb[5] = 9;
	p.cdb[8] = (u8)sectors;
	use_buffer(sectors * 2048);
}

static void check_data(u32 bytes)
{
	for (u32 i = 0; i < bytes; i++)
		assert_int_equal(memory[i], (u8)(p.cdb[5] + i * 3 + i / 256));
	assert_int_equal(memory[bytes], 0xee);
}

static void test_no_data(void **state)
{
	start(false);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 0);
	assert_int_equal(ch.lost_total, 0);
}

static void test_small(void **state)
{
	start(false);
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 36);
	check_data(36);
}

static void test_packet_interrupt(void **state)
{
	sim.drive[0].id[0] = 0x85A0;
	start(false);
	assert_true(dev->id.packet_irq);
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(36);
	assert_int_equal(ch.lost_total, 0);
	assert_int_equal(ch.spurious, 0);
}

static void test_sectors(void **state)
{
	start(false);
	read10(3);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 6144);
	check_data(6144);
}

static void test_many_phases(void **state)
{
	start(false);
	sim.drive[0].packet_phase_max = 510;
	read10(2);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 4096);
	check_data(4096);
}

static void test_write(void **state)
{
	start(false);
	read10(2);
	p.cdb[0] = 0x2A;
	p.write = true;
	for (u32 i = 0; i < 4096; i++)
		memory[i] = (u8)(i * 5);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 4096);
}

static void test_dma(void **state)
{
	start(true);
	assert_int_equal(dev->dma_mode, ATA_MODE_MWDMA + 2);
	read10(4);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 8192);
	check_data(8192);
	assert_true(sim.drive[0].feature[0] & ATAPI_FEATURE_DMA);
	inquiry(48);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_false(sim.drive[0].feature[0] & ATAPI_FEATURE_DMA);
}

static void test_dma_hang(void **state)
{
	start(true);
	sim.drive[0].dma_hang = 2;
	for (unsigned int i = 0; i < 2; i++) {
		read10(1);
		p.timeout_us = 5000000;
		assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	}
	assert_true(dev->dma_off);
	read10(1);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(2048);
}

/* Less than was asked for, by DMA: told as it is, and no fault of the bus master. */
static void test_dma_short(void **state)
{
	start(true);
	for (unsigned int i = 0; i < 3; i++) {
		memset(memory, 0xee, sizeof(memory));
		read10(4);
		sim.drive[0].packet_short = 2048;
		assert_int_equal(ata_packet(dev, &p), 0);
		assert_int_equal(p.bytes, 6144);
		check_data(6144);
	}
	assert_false(dev->dma_off);
	assert_int_equal(dev->timeouts, 0);
}

/* An interrupt too many raises the bit while data still moves: nothing is complete. */
static void early(void *arg)
{
	sim.bm_status |= BM_STATUS_INTR;
	(void)sim_ata_spurious(&sim);
}

static void test_dma_stopped_early(void **state)
{
	start(true);
	sim.command_us = 10000;
	read10(4);
	sim_bus_at(&sim.bus, 15000, early, NULL);
	assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	assert_int_equal(p.fault, ATA_FAULT_DMA);
	assert_int_equal(p.bytes, 0);
	read10(4);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(8192);
}

/* Polling, and the drive interrupts for the packet: the bit of that is not the end's. */
static void test_dma_polled_after_packet_interrupt(void **state)
{
	sim.drive[0].id[0] = 0x85A0;
	start(true);
	ata_enable_irq(&ch, false);
	sim.lose_irqs = SIM_FOREVER;
	for (unsigned int i = 0; i < 3; i++) {
		memset(memory, 0xee, sizeof(memory));
		read10(4);
		assert_int_equal(ata_packet(dev, &p), 0);
		check_data(8192);
	}
	assert_int_equal(dev->timeouts, 0);
	assert_false(dev->dma_off);
}

static void test_check_condition(void **state)
{
	start(false);
	sim.drive[0].sense_key = 6;
	assert_int_equal(ata_packet(dev, &p), -EIO);
	assert_true(p.sense_needed);
	assert_int_equal(p.sense_key, 6);
	assert_int_equal(sim.drive[0].resets, 1);
	memset(&p, 0, sizeof(p));
	p.cdb[0] = 0x03;
	p.cdb[4] = 18;
	use_buffer(18);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 18);
}

static void test_excess(void **state)
{
	start(false);
	sim.drive[0].packet_excess = 60;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 36);
	assert_int_equal(p.excess, 60);
	check_data(36);
}

static void test_short(void **state)
{
	start(false);
	sim.drive[0].packet_short = 7;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 29);
	assert_int_equal(memory[31], 0xee);
}

static void test_data_nobody_asked_for(void **state)
{
	start(false);
	inquiry(36);
	p.buffer = NULL;
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.excess, 36);
}

static void test_wrong_direction(void **state)
{
	start(false);
	inquiry(36);
	p.write = true;
	assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	assert_int_equal(p.fault, ATA_FAULT_PHASE);
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
}

static void test_wrong_reason(void **state)
{
	start(false);
	sim.drive[0].wrong_ireason = true;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	/* Known for it. */
	sim_ata_init(&sim, &ch);
	sim_ata_cd(&sim, 0);
	sim_ata_text(sim.drive[0].id + 27, 20, "ASUS CD-S500/A");
	start(false);
	sim.drive[0].wrong_ireason = true;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(36);
}

static void test_takes_no_packet(void **state)
{
	start(false);
	sim.drive[0].no_packet_drq = true;
	assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	assert_int_equal(p.fault, ATA_FAULT_NO_DRQ);
	assert_true(sim.drive[0].commands[ATA_CMD_DEVICE_RESET] > 0);
	sim.drive[0].no_packet_drq = false;
	assert_int_equal(ata_packet(dev, &p), 0);
}

static void test_hang(void **state)
{
	start(false);
	sim.drive[0].hang = 0;
	sim.drive[0].packet_hang = 1;
	inquiry(36);
	p.timeout_us = 2000000;
	assert_int_equal(ata_packet(dev, &p), -ETIMEDOUT);
	assert_in_range(sim.bus.now_ns / 1000000, 2000, 4000);
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
}

/* DEVICE RESET was not enough: SRST before the drive is given up. */
static void test_device_reset_is_not_enough(void **state)
{
	u32 resets;

	start(false);
	resets = sim.drive[0].resets;
	sim.drive[0].packet_hang = 1;
	sim.drive[0].identify_fails = 1;
	inquiry(36);
	p.timeout_us = 2000000;
	assert_int_equal(ata_packet(dev, &p), -ETIMEDOUT);
	assert_false(dev->gone);
	assert_int_equal(sim.drive[0].resets, resets + 2);
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(36);
}

static void test_vanishes(void **state)
{
	start(false);
	sim.drive[0].gone = true;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), -ENXIO);
	assert_true(dev->gone);
	assert_int_equal(ata_packet(dev, &p), -ENXIO);
}

static void test_lost_interrupts(void **state)
{
	start(false);
	sim.lose_irqs = SIM_FOREVER;
	for (unsigned int i = 0; i < 4; i++) {
		inquiry(36);
		assert_int_equal(ata_packet(dev, &p), 0);
		check_data(36);
		memset(memory, 0xee, sizeof(memory));
	}
	assert_true(ch.polling);
}

/* The bus master wants memory at multiples of four. */
static void test_dma_odd_memory(void **state)
{
	start(true);
	read10(1);
	piece.addr = memory + 2;
	piece.phys += 2;
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(p.bytes, 2048);
	assert_int_equal(memory[2], (u8)p.cdb[5]);
	assert_false(sim.drive[0].feature[0] & ATAPI_FEATURE_DMA);
	read10(1);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_true(sim.drive[0].feature[0] & ATAPI_FEATURE_DMA);
}

static void test_sixteen_bytes(void **state)
{
	sim.drive[0].id[0] = 0x8581;
	start(false);
	inquiry(36);
	p.cdb[15] = 0xa7;
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_int_equal(sim.drive[0].cdb[15], 0xa7);
	check_data(36);
}

/* An odd amount: the byte limit is even all the same. */
static void test_odd_amount(void **state)
{
	start(false);
	inquiry(37);
	assert_int_equal(ata_packet(dev, &p), 0);
	assert_true(p.bytes >= 36);
}

/* Between the end of busy and the request for the packet there may be time. */
static void test_request_late(void **state)
{
	start(false);
	sim.drive[0].packet_drq_late_us = 3000;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
	check_data(36);
}

static void test_phases_without_bytes(void **state)
{
	start(false);
	sim.drive[0].packet_zero_phase = true;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), -EAGAIN);
	assert_int_equal(p.fault, ATA_FAULT_PHASE);
	assert_true(sim.bus.now_ns < 1000000000);
	sim.drive[0].packet_zero_phase = false;
	inquiry(36);
	assert_int_equal(ata_packet(dev, &p), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_no_data),
		TEST(test_small),
		TEST(test_packet_interrupt),
		TEST(test_sectors),
		TEST(test_many_phases),
		TEST(test_write),
		TEST(test_dma),
		TEST(test_dma_hang),
		TEST(test_dma_short),
		TEST(test_dma_stopped_early),
		TEST(test_dma_polled_after_packet_interrupt),
		TEST(test_check_condition),
		TEST(test_excess),
		TEST(test_short),
		TEST(test_data_nobody_asked_for),
		TEST(test_wrong_direction),
		TEST(test_wrong_reason),
		TEST(test_takes_no_packet),
		TEST(test_hang),
		TEST(test_device_reset_is_not_enough),
		TEST(test_vanishes),
		TEST(test_lost_interrupts),
		TEST(test_dma_odd_memory),
		TEST(test_sixteen_bytes),
		TEST(test_odd_amount),
		TEST(test_request_late),
		TEST(test_phases_without_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
