/* Reading and writing through everything that can go wrong; every neighbour of a bad sector lives.
 */
// LINK: drivers/ata/ata_channel.c drivers/ata/ata_irq.c drivers/ata/ata_command.c
// LINK: drivers/ata/ata_pio.c drivers/ata/ata_dma.c drivers/ata/ata_detect.c
// LINK: drivers/ata/ata_modes.c drivers/ata/ata_recover.c drivers/ata/ata_rw.c
// LINK: drivers/ata/ata_packet.c drivers/ata/identify_decode.c drivers/ata/chs.c
// LINK: drivers/ata/test/sim_ata.c drivers/ata/test/sim_atapi.c
#include "sim_ata.h"
#include <kernel/errno.h>
#include <string.h>

#define MAX_SECTORS 256

static struct sim_ata sim;
static struct ata_channel ch;
static u8 memory[(MAX_SECTORS + 8) * 512] __aligned(4096);
static struct ata_piece pieces[MAX_SECTORS + 8];
static struct ata_buffer buf;

/* Modes that the pretended controller can be programmed for. */
static u8 programmed[2];

static bool set_mode(struct ata_channel *c, struct ata_device *dev)
{
	programmed[dev->unit] = dev->dma_mode;
	return true;
}
static const struct ata_chip_ops chip = { set_mode, NULL };

static int setup(void **state)
{
	sim_ata_init(&sim, &ch);
	sim.bus.max_us = 600000000;
	memset(memory, 0xee, sizeof(memory));
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

/* Uneven pieces, neighbours in memory or not. */
static void make_buffer(u32 count)
{
	u32 done = 0, n = 0;

	for (u32 step = 1; done < count; step = step % 5 + 1) {
		u32 part = min(step, count - done);

		pieces[n++] = (struct ata_piece){ .addr = memory + 512 * done,
						  .phys = (u32)(uintptr_t)(memory + 512 * done),
						  .bytes = 512 * part };
		done += part;
	}
	buf = (struct ata_buffer){ .pieces = pieces, .count = n, .bytes = count * 512 };
}

static struct ata_device *start(bool dma)
{
	if (dma) {
		ch.chip = &chip;
		ch.pio_max = 4;
		ch.mwdma_mask = 7;
		ch.udma_mask = 0x3f;
		ch.cable80 = true;
	}
	assert_int_equal(ata_detect(&ch, NULL), 0);
	ata_set_modes(&ch);
	ata_enable_irq(&ch, true);
	sim.bus.now_ns = 0;
	return &ch.dev[ch.dev[0].kind == ATA_NONE];
}

static struct ata_device *start_disk(u64 sectors, enum ata_addressing form, bool dma)
{
	sim_ata_disk(&sim, 0, sectors, form);
	return start(dma);
}

static void check_pattern(u64 lba, u32 from, u32 count)
{
	u8 want[512];

	for (u32 i = from; i < from + count; i++) {
		sim_ata_pattern(lba + i, want);
		assert_memory_equal(memory + 512 * i, want, 512);
	}
}

static void read_ok(struct ata_device *dev, u64 lba, u32 count)
{
	u32 good;

	memset(memory, 0xee, sizeof(memory));
	make_buffer(count);
	assert_int_equal(ata_rw(dev, false, lba, count, &buf, &good), 0);
	assert_int_equal(good, count);
	check_pattern(lba, 0, count);
	assert_int_equal(memory[512 * count], 0xee);
}

static void fill_for_write(u64 lba, u32 count, u8 salt)
{
	make_buffer(count);
	for (u32 i = 0; i < count; i++) {
		sim_ata_pattern(lba + i, memory + 512 * i);
		memory[512 * i] ^= salt;
	}
}

static void write_ok(struct ata_device *dev, u64 lba, u32 count, u8 salt)
{
	u32 good;

	fill_for_write(lba, count, salt);
	assert_int_equal(ata_rw(dev, true, lba, count, &buf, &good), 0);
	assert_int_equal(good, count);
	for (u32 i = 0; i < count; i++)
		assert_memory_equal(sim.drive[dev->unit].store[lba + i], memory + 512 * i, 512);
}

/* As the disk does: what fails fails alone. Returns how many sectors failed. */
static u32 read_with_errors(struct ata_device *dev, u64 lba, u32 count, u64 *failed)
{
	u32 done = 0, errors = 0;

	memset(memory, 0xee, sizeof(memory));
	while (done < count) {
		static struct ata_piece rest;
		struct ata_buffer part = { .pieces = &rest,
					   .count = 1,
					   .bytes = (count - done) * 512 };
		u32 good;
		int err;

		rest = (struct ata_piece){ .addr = memory + 512 * done,
					   .phys = (u32)(uintptr_t)(memory + 512 * done),
					   .bytes = part.bytes };
		err = ata_rw(dev, false, lba + done, count - done, &part, &good);
		check_pattern(lba, done, good);
		done += good;
		if (!err)
			continue;
		assert_int_equal(err, -EIO);
		failed[errors++] = lba + done;
		done++;
	}
	return errors;
}

/* ---- addressing ---- */

static void test_chs(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_CHS, false);

	assert_int_equal(dev->addressing, ATA_CHS);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_INIT_PARAMETERS], 1);
	read_ok(dev, 0, 1);
	read_ok(dev, 62, 3);
	read_ok(dev, 1007, 256);
	read_ok(dev, 80639, 1);
	write_ok(dev, 100, 64, 0x55);
}

static void test_lba28(void **state)
{
	struct ata_device *dev = start_disk(0x0ffffff0, ATA_LBA28, false);

	assert_int_equal(dev->addressing, ATA_LBA28);
	read_ok(dev, 0, 256);
	read_ok(dev, 0x0fffffef, 1);
	read_ok(dev, 0x01234567, 5);
	write_ok(dev, 10, 256, 0x11);
	assert_int_equal(dev->multiple, 16);
	assert_true(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE] > 0);
}

static void test_lba48(void **state)
{
	struct ata_device *dev = start_disk(6ull << 30, ATA_LBA48, false);

	assert_int_equal(dev->addressing, ATA_LBA48);
	read_ok(dev, 5, 256);
	/* Nothing more is needed below the bound. */
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE_EXT], 0);
	read_ok(dev, (1u << 28) - 3, 6);
	read_ok(dev, (6ull << 30) - 256, 256);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE_EXT], 2);
}

static void test_beyond_the_end(void **state)
{
	struct ata_device *dev = start_disk(1000, ATA_LBA28, false);
	u32 good;

	make_buffer(2);
	assert_int_equal(ata_rw(dev, false, 999, 2, &buf, &good), -EINVAL);
	assert_int_equal(good, 0);
}

static void test_slave(void **state)
{
	struct ata_device *dev;

	sim_ata_disk(&sim, 1, 80640, ATA_CHS);
	dev = start(false);
	assert_int_equal(dev->unit, 1);
	read_ok(dev, 1234, 100);
}

/* ---- DMA ---- */

static void test_dma(void **state)
{
	struct ata_device *dev = start_disk(6ull << 30, ATA_LBA48, true);

	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	assert_int_equal(programmed[0], ATA_MODE_UDMA + 5);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_UDMA + 5);
	assert_string_equal(ata_mode_text(dev), "UDMA100");
	read_ok(dev, 7, 256);
	read_ok(dev, 1ull << 32, 3);
	write_ok(dev, 10, 200, 0x22);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA_EXT], 1);
	assert_int_equal(ch.lost_total, 0);
	assert_in_range(elapsed_ms(), 0, 5);
}

static void test_dma_40_wires(void **state)
{
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].id[93] = 0x404b;
	assert_int_equal(start(true)->dma_mode, ATA_MODE_UDMA + 2);
}

static void test_dma_odd_memory(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	u32 good;

	make_buffer(4);
	pieces[1].phys = ATA_PHYS_NONE;
	assert_int_equal(ata_rw(dev, false, 8, 4, &buf, &good), 0);
	check_pattern(8, 0, 4);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 0);
}

static void test_dma_bios(void **state)
{
	struct ata_device *dev;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].id[88] = 0x043f;
	sim.bm_status = BM_STATUS_DRIVE0;
	ch.flags |= ATA_CH_BIOS_DMA;
	dev = start(false);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 2);
	read_ok(dev, 100, 16);
	/* The BIOS left the bit clear: PIO. */
	sim_ata_init(&sim, &ch);
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	ch.flags |= ATA_CH_BIOS_DMA;
	assert_int_equal(start(false)->dma_mode, 0);
}

static void test_dma_polled(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_POLL;
	dev = start_disk(400000, ATA_LBA28, true);
	ch.lock = NULL;
	ch.unlock = NULL;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
	assert_int_equal(ch.lost_total, 0);
}

static void test_crc_steps_down(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	sim.drive[0].crc = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	sim.drive[0].crc = 2;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 2);
	sim.drive[0].crc = SIM_FOREVER;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, 0);
	assert_true(dev->dma_off);
	assert_int_equal(sim.drive[0].resets, 1);
}

static void test_dma_hang(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	sim.drive[0].dma_hang = SIM_FOREVER;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, 0);
	assert_in_range(elapsed_ms(), 0, 25000);
	read_ok(dev, 300, 64);
}

static void test_dma_bus_error(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	sim.drive[0].dma_error = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_UDMA + 5);
	sim.drive[0].dma_error = 2;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, 0);
}

static void test_dma_refused(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	sim.drive[0].aborts_dma = true;
	read_ok(dev, 100, 64);
	assert_true(dev->dma_off);
}

/* ---- bad sectors ---- */

/* As some emulators have it: the command is aborted, no sector is named. DMA that has worked is not
 * to blame. */
static void test_bad_sector_aborts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);
	u64 failed[256];

	read_ok(dev, 300, 100);
	sim.drive[0].bad[0] = 150;
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_is_abort = true;
	assert_int_equal(read_with_errors(dev, 100, 256, failed), 1);
	assert_int_equal(failed[0], 150);
	assert_false(dev->dma_off);
	ata_use_dma(dev, false);
	assert_int_equal(read_with_errors(dev, 100, 256, failed), 1);
	assert_int_equal(failed[0], 150);
	assert_int_equal(dev->multiple, 16);
}

static void one_bad(bool dma, bool lies, bool junk, enum ata_addressing form)
{
	struct ata_device *dev;
	u64 failed[256];

	sim_ata_init(&sim, &ch);
	dev = start_disk(80640, form, dma);
	sim.drive[0].bad[0] = 150;
	sim.drive[0].bad_count = 1;
	sim.drive[0].error_elsewhere = lies;
	sim.drive[0].junk_with_error = junk;
	assert_int_equal(read_with_errors(dev, 100, 256, failed), 1);
	assert_int_equal(failed[0], 150);
	assert_int_equal(sim.violations, 0);
}

static void test_bad_sector(void **state)
{
	for (unsigned int i = 0; i < 8; i++)
		one_bad(i & 1, i & 2, (i & 4) && !(i & 1), ATA_LBA28);
	one_bad(false, false, false, ATA_CHS);
	one_bad(false, true, false, ATA_CHS);
	one_bad(true, false, false, ATA_LBA48);
}

static void test_many_bad(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);
	static const u64 bad[] = { 100, 101, 103, 200, 355 };
	u64 failed[256];

	memcpy(sim.drive[0].bad, bad, sizeof(bad));
	sim.drive[0].bad_count = ARRAY_SIZE(bad);
	assert_int_equal(read_with_errors(dev, 100, 256, failed), ARRAY_SIZE(bad));
	assert_memory_equal(failed, bad, sizeof(bad));
}

static void test_bad_write(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim.drive[0].bad[0] = 150;
	sim.drive[0].bad_count = 1;
	fill_for_write(100, 64, 0x77);
	assert_int_equal(ata_rw(dev, true, 100, 64, &buf, &good), -EIO);
	assert_int_equal(good, 50);
	for (u32 i = 0; i < 50; i++)
		assert_memory_equal(sim.drive[0].store[100 + i], memory + 512 * i, 512);
}

static void test_idnf_sets_geometry(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_CHS, false);

	/* It forgot, as after a reset of its own. */
	sim.drive[0].set_heads = sim.drive[0].set_sectors = 0;
	read_ok(dev, 100, 4);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_INIT_PARAMETERS], 2);
}

static void test_multiple_refused(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].aborts_multiple = true;
	read_ok(dev, 100, 40);
	assert_int_equal(dev->multiple, 0);
}

static void test_multiple_lost(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].multiple = 0;
	read_ok(dev, 100, 40);
	assert_int_equal(dev->multiple, 16);
	assert_int_equal(sim.drive[0].multiple, 16);
	read_ok(dev, 200, 256);
}

/* ---- time-outs and interrupts ---- */

static void test_lost_interrupts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.lose_irqs = 1;
	read_ok(dev, 100, 40);
	assert_false(ch.polling);
	assert_int_equal(ch.lost_total, 1);
	sim.lose_irqs = SIM_FOREVER;
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 256);
	assert_true(ch.polling);
	assert_true(sim.control & ATA_CONTROL_NIEN);
	assert_in_range(elapsed_ms(), 1500, 2000);
	sim.bus.now_ns = 0;
	read_ok(dev, 100, 256);
	assert_in_range(elapsed_ms(), 0, 200);
}

static void test_lost_interrupts_dma(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	sim.lose_irqs = SIM_FOREVER;
	for (unsigned int i = 0; i < 5; i++)
		read_ok(dev, 100, 64);
	assert_true(ch.polling);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	assert_int_equal(sim.drive[0].resets, 1);
}

static void test_spurious_interrupts(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	for (unsigned int i = 0; i < 10; i++) {
		sim_ata_spurious(&sim);
		read_ok(dev, 100 * i, 16);
	}
	assert_int_equal(ch.lost_total, 0);
	assert_true(ch.spurious >= 10);
}

static void test_hang_once(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_CHS, false);

	sim.drive[0].needs_geometry = true;
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->timeouts, 1);
	assert_int_equal(sim.drive[0].resets, 2);
	assert_int_equal(sim.drive[0].multiple, 16);
	assert_in_range(elapsed_ms(), 10000, 12000);
}

static void test_hang_for_ever(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;
	u64 accesses;

	sim.drive[0].hang = SIM_FOREVER;
	make_buffer(64);
	while (ata_rw(dev, false, 100, 64, &buf, &good) != -ENXIO)
		assert_int_equal(good, 0);
	assert_true(dev->gone);
	assert_in_range(elapsed_ms(), 10000, 120000);
	accesses = sim.bus.accesses;
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -ENXIO);
	assert_int_equal(ata_flush(dev), -ENXIO);
	assert_int_equal(sim.bus.accesses, accesses);
}

static void test_reset_restores_both(void **state)
{
	struct ata_device *dev;

	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim_ata_disk(&sim, 1, 80640, ATA_CHS);
	sim.drive[1].needs_geometry = true;
	dev = start(true);
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[1].set_heads, 16);
	assert_int_equal(sim.drive[1].multiple, 16);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_UDMA + 5);
	read_ok(&ch.dev[1], 50, 20);
}

static void test_never_drq(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].never_drq = 1;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.drive[0].resets, 2);
}

static void test_short_data(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].short_data = 1;
	read_ok(dev, 100, 64);
}

static void test_extra_data(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	sim.drive[0].extra_data = 1;
	read_ok(dev, 100, 64);
	sim.drive[0].extra_data = 1;
	write_ok(dev, 100, 5, 0);
	read_ok(dev, 100, 5);
}

static void test_vanishes(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);
	u32 good;

	sim.drive[0].gone = true;
	make_buffer(64);
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -ENXIO);
	assert_true(dev->gone);
	assert_in_range(elapsed_ms(), 0, 5000);
	assert_non_null(strstr(sim.notes, "given up"));
}

static void test_vanishes_in_transfer(void **state)
{
	for (unsigned int nth = 1; nth < 400; nth += 7) {
		struct ata_device *dev;
		u32 good;

		sim_ata_init(&sim, &ch);
		sim.bus.max_us = 600000000;
		dev = start_disk(80640, ATA_LBA28, nth & 1);
		make_buffer(16);
		sim_bus_float_after(&sim.bus, nth);
		while (!ata_rw(dev, nth & 2, 100, 16, &buf, &good))
			;
		assert_true(dev->gone);
		assert_in_range(elapsed_ms(), 0, 60000);
		sim.violations = 0;
	}
}

static void test_other_drive_in_its_place(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim_ata_text(sim.drive[0].id + 10, 10, "ANOTHER");
	sim.drive[0].hang = 1;
	make_buffer(4);
	assert_int_equal(ata_rw(dev, true, 100, 4, &buf, &good), -ENXIO);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_WRITE_MULTIPLE], 1);
}

static void test_write_cache_kept(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	dev->write_cache = false;
	sim.drive[0].hang = 1;
	read_ok(dev, 100, 4);
	assert_false(sim.drive[0].write_cache);
}

/* ---- flush ---- */

static void test_flush(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH], 1);
	sim.drive[0].aborts_flush = true;
	assert_int_equal(ata_flush(dev), 0);
	sim_ata_init(&sim, &ch);
	dev = start_disk(6ull << 30, ATA_LBA48, false);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH_EXT], 1);
	sim_ata_init(&sim, &ch);
	dev = start_disk(80640, ATA_CHS, false);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH], 0);
}

static void test_irqs_off(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_IRQS_OFF;
	dev = start_disk(80640, ATA_LBA28, false);
	read_ok(dev, 100, 64);
	write_ok(dev, 100, 64, 3);
}

static void *mapped;

static void *map(const struct ata_piece *piece)
{
	assert_null(mapped);
	mapped = (u8 *)piece->owner + piece->offset;
	return mapped;
}
static void unmap(const struct ata_piece *piece, void *addr)
{
	assert_ptr_equal(addr, mapped);
	mapped = NULL;
}

static void test_mapped_pieces(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	make_buffer(8);
	for (u32 i = 0; i < buf.count; i++) {
		pieces[i].owner = memory;
		pieces[i].offset = (u32)((u8 *)pieces[i].addr - memory);
		pieces[i].addr = NULL;
	}
	buf.map = map;
	buf.unmap = unmap;
	assert_int_equal(ata_rw(dev, false, 100, 8, &buf, &good), 0);
	check_pattern(100, 0, 8);
	assert_null(mapped);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_chs),
		TEST(test_lba28),
		TEST(test_lba48),
		TEST(test_beyond_the_end),
		TEST(test_slave),
		TEST(test_dma),
		TEST(test_dma_40_wires),
		TEST(test_dma_odd_memory),
		TEST(test_dma_bios),
		TEST(test_dma_polled),
		TEST(test_crc_steps_down),
		TEST(test_dma_hang),
		TEST(test_dma_bus_error),
		TEST(test_dma_refused),
		TEST(test_bad_sector),
		TEST(test_bad_sector_aborts),
		TEST(test_many_bad),
		TEST(test_bad_write),
		TEST(test_idnf_sets_geometry),
		TEST(test_multiple_refused),
		TEST(test_multiple_lost),
		TEST(test_lost_interrupts),
		TEST(test_lost_interrupts_dma),
		TEST(test_spurious_interrupts),
		TEST(test_hang_once),
		TEST(test_hang_for_ever),
		TEST(test_reset_restores_both),
		TEST(test_never_drq),
		TEST(test_short_data),
		TEST(test_extra_data),
		TEST(test_vanishes),
		TEST(test_vanishes_in_transfer),
		TEST(test_other_drive_in_its_place),
		TEST(test_write_cache_kept),
		TEST(test_flush),
		TEST(test_irqs_off),
		TEST(test_mapped_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
