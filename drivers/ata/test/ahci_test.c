/* AHCI over a simulated adapter: bringing ports up, reading and writing, packets. */
// LINK: drivers/ata/ahci_controller.c drivers/ata/ahci_port.c drivers/ata/ahci_link.c
// LINK: drivers/ata/ahci_command.c drivers/ata/ahci_memory.c drivers/ata/ahci_recover.c
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_io32.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/ata_trim.c drivers/ata/identify_decode.c
// LINK: drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ahci.c drivers/ata/test/sim_ahci_dev.c
// LINK: drivers/ata/test/ahci_fixture.c
#include "ahci_fixture.h"
#include "../ahci_internal.h"
#include <kernel/errno.h>
#include <string.h>

/* ---- the controller ---- */

static void test_controller(void **state)
{
	sim.ghc = 0;
	sim.ae_late = 2;
	sim.pie = 0x10;
	assert_int_equal(ahci_controller_init(&controller), 0);
	assert_int_equal(sim.ghc, AHCI_GHC_AE);
	assert_int_equal(controller.ports, 1u << SIM_PORT);
	assert_int_equal(controller.version, 0x10300);
	assert_int_equal(sim.pie, 0);
	ahci_controller_enable_irq(&controller);
	assert_int_equal(sim.ghc, AHCI_GHC_AE | AHCI_GHC_IE);
}

static void test_controller_dead(void **state)
{
	sim.ghc = 0;
	sim.ae_late = SIM_FOREVER;
	assert_int_equal(ahci_controller_init(&controller), -EIO);
	assert_true(elapsed_ms() < 100);
	sim_bus_float_after(&sim.bus, 1);
	assert_int_equal(ahci_controller_init(&controller), -ENXIO);
}

static void test_handoff(void **state)
{
	sim.cap2 = AHCI_CAP2_BOH;
	sim.bohc = AHCI_BOHC_BIOS;
	sim.bios_busy_us = 300000;
	assert_int_equal(ahci_controller_init(&controller), 0);
	assert_int_equal(sim.bohc, AHCI_BOHC_OS);
	assert_true(elapsed_ms() < 400);
}

static void test_handoff_refused(void **state)
{
	sim.cap2 = AHCI_CAP2_BOH;
	sim.bohc = AHCI_BOHC_BIOS;
	sim.bios_keeps = true;
	sim.bios_busy_us = 60000000;
	assert_int_equal(ahci_controller_init(&controller), 0);
	assert_true(elapsed_ms() >= 2000 && elapsed_ms() < 2100);
}

static void test_ports(void **state)
{
	sim.pi = 0;
	sim.cap = 3;
	assert_int_equal(ahci_controller_init(&controller), 0);
	assert_int_equal(controller.ports, 0xf);
	sim.cap = 31;
	controller.ports_allowed = 0x80000001;
	assert_int_equal(ahci_controller_init(&controller), 0);
	assert_int_equal(controller.ports, 0x80000001);
}

/* ---- bringing a port up ---- */

static void test_disk(void **state)
{
	struct ata_device *dev;

	assert_int_equal(ata_detect(&ch, NULL), 0);
	assert_true(elapsed_ms() < 10);
	assert_int_equal(sim.resets, 0);
	dev = start();
	assert_int_equal(dev->kind, ATA_DISK);
	assert_string_equal(dev->id.model, "SIM SATA DISK");
	assert_int_equal(dev->sectors, 100000);
	assert_int_equal(dev->addressing, ATA_LBA48);
	assert_int_equal(ch.dev[1].kind, ATA_NONE);
	assert_string_equal(ata_mode_text(dev), "UDMA100");
	assert_int_equal(sim.cmd & 0xf0000017,
			 AHCI_CMD_ICC_ACTIVE | AHCI_CMD_FRE | AHCI_CMD_SUD | AHCI_CMD_ST);
}

static void test_empty_port(void **state)
{
	sim.absent = true;
	sim.ssts = SATA_DET_NONE;
	sim.sig = AHCI_SIG_NONE;
	sim.tfd = 0x7f;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 150);
	assert_string_equal(sim.notes, "");
	assert_true(ahci_port_quiet(&port));
	assert_int_equal(sim.cmd & (AHCI_CMD_FR | AHCI_CMD_CR), 0);
}

static void test_link_was_down(void **state)
{
	sim.ssts = SATA_DET_NONE;
	sim.sig = AHCI_SIG_NONE;
	sim.tfd = 0x7f;
	read_ok(start(), 5, 3);
	assert_int_equal(sim.resets, 1);
}

static void test_link_never_up(void **state)
{
	sim.ssts = SATA_DET_PRESENT;
	sim.never_up = true;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 2500);
	assert_true(noted("link does not come up"));
}

static void test_busy_for_ever(void **state)
{
	sim.tfd = ATA_STATUS_BSY;
	sim.stuck_busy = true;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 63000);
	assert_true(noted("busy for ever"));
}

static void test_busy_until_reset(void **state)
{
	sim.tfd = ATA_STATUS_BSY;
	sim.busy_until_reset = true;
	sim.spin_up_us = 9000000;
	read_ok(start(), 0, 8);
	assert_int_equal(sim.resets, 1);
	assert_true(noted("waiting for the drive to start"));
}

static void test_fr_stuck(void **state)
{
	sim.cmd = AHCI_CMD_FRE | AHCI_CMD_FR;
	sim.stuck_fr = true;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 1100);
	assert_true(noted("does not stop"));
	assert_int_equal(sim.fb, 0);
	assert_false(ahci_port_quiet(&port));
}

static void test_cr_stuck_at_start(void **state)
{
	sim.cmd = AHCI_CMD_ST | AHCI_CMD_CR;
	sim.stuck_cr = true;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 1100);
	assert_int_equal(sim.clb, 0);
}

static void test_gone_at_start(void **state)
{
	sim_bus_float_after(&sim.bus, 1);
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(elapsed_ms() < 10);
}

static void test_skipped(void **state)
{
	ch.flags |= ATA_CH_SKIP0;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_int_equal(sim.bus.accesses, 0);
}

static void test_multiplier(void **state)
{
	sim.sig = AHCI_SIG_MULTI;
	assert_int_equal(ata_detect(&ch, NULL), -ENODEV);
	assert_true(noted("multiplier"));
}

static void test_wrong_signature(void **state)
{
	sim_ahci_cd(&sim);
	sim.sig = AHCI_SIG_NONE;
	assert_int_equal(start()->kind, ATA_PACKET);
}

/* ---- reading and writing ---- */

static void test_read_write(void **state)
{
	struct ata_device *dev = start();
	u32 good;

	for (u32 count = 1; count <= MAX_SECTORS; count += 51)
		read_ok(dev, 100, count);
	make_buffer(200, true);
	for (u32 i = 0; i < 200 * 512; i++)
		memory[i] = (u8)(i * 7 + i / 512);
	assert_int_equal(ata_rw(dev, true, 300, 200, &buf, &good), 0);
	assert_int_equal(good, 200);
	assert_memory_equal(sim.store[300], memory, 200 * 512);
	assert_int_equal(sim.resets, 0);
	assert_true(sim.irqs >= 6);
	assert_int_equal(ch.lost_total, 0);
	assert_int_equal(sim.is | sim.pis, 0);
	assert_int_equal(sim.commands[ATA_CMD_WRITE_DMA], 1);
}

static void test_lba48(void **state)
{
	u64 size = 6442450944ull; /* 3 TB */
	struct ata_device *dev;

	attach(size);
	dev = start();
	assert_true(dev->sectors == size);
	read_ok(dev, (1ull << 28) - 4, 8);
	read_ok(dev, (1ull << 32) + 12345, 256);
	read_ok(dev, size - 8, 8);
	assert_int_equal(sim.commands[ATA_CMD_READ_DMA_EXT], 3);
	assert_int_equal(read_fails(dev, size - 1, 2), -EINVAL);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.commands[ATA_CMD_FLUSH_EXT], 1);
}

static void test_bounce(void **state)
{
	struct ata_device *dev = start();
	u32 good;

	make_buffer(100, false);
	assert_int_equal(ata_rw(dev, false, 7, 100, &buf, &good), 0);
	check_pattern(7, 0, 100);
	assert_int_equal(memory[100 * 512], 0xee);
	for (u32 i = 0; i < 100 * 512; i++)
		memory[i] ^= 0xff;
	assert_int_equal(ata_rw(dev, true, 7, 100, &buf, &good), 0);
	assert_memory_equal(sim.store[7], memory, 100 * 512);
}

/* More than the bounce buffer holds is refused without an end in a reset for each try. */
static void test_bounce_too_small(void **state)
{
	struct ata_device *dev = start();
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_READ_DMA, .device = ATA_DEVICE_LBA, .nsect = 200 },
		.protocol = ATA_DMA_IN,
		.buffer = &buf,
		.bytes = 200 * 512,
	};

	make_buffer(200, false);
	assert_int_equal(ata_execute(dev, &cmd), -EIO);
	assert_int_equal(cmd.fault, ATA_FAULT_DMA);
	assert_int_equal(sim.commands[ATA_CMD_READ_DMA], 0);
	read_ok(dev, 1, 2);
}

/* More pieces than the table has entries, and memory at an odd address: by the bounce buffer. */
static void test_what_the_table_cannot(void **state)
{
	static struct ata_piece many[2 * (AHCI_PRDS + 2)];
	struct ata_device *dev = start();
	u32 good, sectors = (AHCI_PRDS + 2) * 256 / 512;

	for (u32 i = 0; i < 2 * sectors; i++)
		many[i] = (struct ata_piece){ .addr = memory + 256 * i,
					      .phys = (u32)(uintptr_t)(memory + 256 * i),
					      .bytes = 256 };
	buf = (struct ata_buffer){ .pieces = many, .count = 2 * sectors, .bytes = 512 * sectors };
	assert_true(2 * sectors > AHCI_PRDS);
	assert_int_equal(ata_rw(dev, false, 7, sectors, &buf, &good), 0);
	check_pattern(7, 0, sectors);
	for (u32 write = 0; write < 2; write++) {
		struct ata_command cmd = {
			.tf = { .command = write ? ATA_CMD_WRITE : ATA_CMD_READ,
				.device = ATA_DEVICE_LBA,
				.lbal = 40,
				.nsect = 1 },
			.protocol = write ? ATA_PIO_OUT : ATA_PIO_IN,
			.buffer = &buf,
			.bytes = 512,
		};

		many[0] = (struct ata_piece){ .addr = memory + 1,
					      .phys = (u32)(uintptr_t)(memory + 1),
					      .bytes = 512 };
		buf = (struct ata_buffer){ .pieces = many, .count = 1, .bytes = 512 };
		assert_int_equal(ata_execute(dev, &cmd), 0);
	}
	assert_memory_equal(sim.store[40], memory + 1, 512);
}

static void test_no_start_while_busy(void **state)
{
	(void)start();
	assert_true(ahci_stop(&port));
	sim.tfd = ATA_STATUS_BSY;
	assert_false(ahci_start(&port));
	assert_true(ch.stopped);
	sim.tfd = ATA_STATUS_DRDY;
	assert_true(ahci_start(&port));
}

static void test_part_of_buffer(void **state)
{
	struct ata_device *dev = start();
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_READ_DMA,
			.device = ATA_DEVICE_LBA,
			.lbal = 40,
			.nsect = 9 },
		.protocol = ATA_DMA_IN,
		.buffer = &buf,
		.offset = 5 * 512,
		.bytes = 9 * 512,
	};

	make_buffer(30, true);
	assert_int_equal(ata_execute(dev, &cmd), 0);
	assert_int_equal(cmd.done, 9 * 512);
	assert_int_equal(memory[5 * 512 - 1], 0xee);
	check_pattern(35, 5, 9);
	assert_int_equal(memory[14 * 512], 0xee);
}

static void test_no_dma(void **state)
{
	ch.flags |= ATA_CH_NO_DMA;
	read_ok(start(), 50, 100);
	assert_int_equal(sim.commands[ATA_CMD_READ_DMA], 0);
	assert_int_equal(sim.commands[ATA_CMD_READ], 1);
}

static void test_flush(void **state)
{
	struct ata_device *dev = start();

	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.commands[ATA_CMD_FLUSH], 1);
}

static void test_trim(void **state)
{
	struct ata_device *dev;

	attach(1ull << 34);
	sim.id[80] = 0x01fe;
	dev = start();
	make_buffer(1, true);
	assert_int_equal(ata_max_trim(dev), 64 * 65535);
	assert_int_equal(ata_trim(dev, (1ull << 33) + 5, 200000, &buf), 0);
	assert_true(sim_trim_was(&sim.trim, (1ull << 33) + 5, 200000));
	assert_int_equal(ata_trim(dev, (1ull << 34) - 1, 1, &buf), 0);
	assert_int_equal(sim.commands[ATA_CMD_DSM], 2);
	/* It never began, which is no reason not to try again. */
	ch.stopped = true;
	assert_int_equal(ata_trim(dev, 5, 1, &buf), 0);
	sim.link_errors = 1;
	assert_int_equal(ata_trim(dev, 5, 1, &buf), 0);
	/* It began, and nobody knows what became of it. */
	sim.hang = 1;
	assert_int_equal(ata_trim(dev, 5, 1, &buf), -ETIMEDOUT);
}

static void test_trim_on_a_bad_link(void **state)
{
	struct ata_device *dev;

	attach(1ull << 34);
	sim.id[80] = 0x01fe;
	dev = start();
	make_buffer(1, true);
	sim.link_errors = SIM_FOREVER;
	assert_int_equal(ata_trim(dev, 5, 1, &buf), -EIO);
	assert_int_equal(sim.commands[ATA_CMD_DSM], 3);
}

static void test_max_255(void **state)
{
	port.quirks = AHCI_MAX_255;
	read_ok(start(), 0, 256);
	assert_int_equal(sim.commands[ATA_CMD_READ_DMA], 2);
}

/* ---- packets ---- */

static u8 answer[2048];

static int packet(struct ata_device *dev, u8 opcode, u32 bytes, struct ata_packet *p)
{
	static struct ata_piece piece;
	static struct ata_buffer b;

	memset(answer, 0xee, sizeof(answer));
	ata_buffer_init(&b, &piece, answer, bytes);
	*p = (struct ata_packet){ .cdb = { opcode }, .buffer = bytes ? &b : NULL };
	return ata_packet(dev, p);
}

static void test_packet(void **state)
{
	struct ata_device *dev;
	struct ata_packet p;

	sim_ahci_cd(&sim);
	dev = start();
	assert_int_equal(dev->kind, ATA_PACKET);
	assert_string_equal(dev->id.model, "SIM CD");
	assert_int_equal(packet(dev, 0x28, 2048, &p), 0);
	assert_int_equal(p.bytes, 2048);
	for (u32 i = 0; i < 2048; i++)
		assert_int_equal(answer[i], (u8)(i * 3 + 0x28));
	sim.packet_bytes = 36;
	assert_int_equal(packet(dev, 0x12, 96, &p), 0);
	assert_int_equal(p.bytes, 36);
	assert_int_equal(answer[35], (u8)(35 * 3 + 0x12));
	assert_int_equal(answer[36], 0xee);
	assert_int_equal(packet(dev, 0x12, 17, &p), 0);
	assert_int_equal(p.bytes, 17);
	assert_int_equal(answer[17], 0xee);
	assert_int_equal(packet(dev, 0x00, 0, &p), 0);
}

static void test_packet_check_condition(void **state)
{
	struct ata_device *dev;
	struct ata_packet p;

	sim_ahci_cd(&sim);
	dev = start();
	sim.sense_key = 6;
	assert_int_equal(packet(dev, 0x00, 0, &p), -EIO);
	assert_true(p.sense_needed);
	assert_int_equal(p.sense_key, 6);
	assert_int_equal(packet(dev, 0x03, 18, &p), 0);
	assert_int_equal(p.bytes, 18);
	assert_int_equal(sim.resets, 0);
}

static void test_packet_hang(void **state)
{
	struct ata_device *dev;
	struct ata_packet p;

	sim_ahci_cd(&sim);
	dev = start();
	sim.hang = 1;
	assert_int_equal(packet(dev, 0x28, 2048, &p), -ETIMEDOUT);
	assert_true(elapsed_ms() < 40000);
	assert_int_equal(packet(dev, 0x28, 2048, &p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_controller),
		TEST(test_controller_dead),
		TEST(test_handoff),
		TEST(test_handoff_refused),
		TEST(test_ports),
		TEST(test_disk),
		TEST(test_empty_port),
		TEST(test_link_was_down),
		TEST(test_link_never_up),
		TEST(test_busy_for_ever),
		TEST(test_busy_until_reset),
		TEST(test_fr_stuck),
		TEST(test_cr_stuck_at_start),
		TEST(test_gone_at_start),
		TEST(test_skipped),
		TEST(test_multiplier),
		TEST(test_wrong_signature),
		TEST(test_read_write),
		TEST(test_lba48),
		TEST(test_bounce),
		TEST(test_bounce_too_small),
		TEST(test_what_the_table_cannot),
		TEST(test_no_start_while_busy),
		TEST(test_part_of_buffer),
		TEST(test_no_dma),
		TEST(test_flush),
		TEST(test_trim),
		TEST(test_trim_on_a_bad_link),
		TEST(test_max_255),
		TEST(test_packet),
		TEST(test_packet_check_condition),
		TEST(test_packet_hang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
