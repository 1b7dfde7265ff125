/* Reading and writing: addresses, DMA, bad sectors whose neighbours live. */
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
	/* Cylinders with a high byte. */
	sim_ata_init(&sim, &ch);
	dev = start_disk(2000000, ATA_CHS, false);
	read_ok(dev, 1999000, 5);
	write_ok(dev, 100, 64, 0x55);
}

/* A drive that could more, by cylinders because it was asked for; one that has none is as ever. */
static void test_chs_asked_for(void **state)
{
	struct ata_device *dev;

	for (unsigned int dma = 0; dma < 2; dma++) {
		sim_ata_init(&sim, &ch);
		ch.flags |= ATA_CH_NO_LBA;
		dev = start_disk(6ull << 30, ATA_LBA48, dma);
		assert_int_equal(dev->addressing, ATA_CHS);
		assert_int_equal(dev->sectors, 16383 * 16 * 63);
		assert_int_equal(sim.drive[0].commands[ATA_CMD_INIT_PARAMETERS], 1);
		read_ok(dev, 1007, 256);
		read_ok(dev, 16383 * 16 * 63 - 64, 64);
		write_ok(dev, 100, 64, 0x33);
	}
	sim_ata_init(&sim, &ch);
	ch.flags |= ATA_CH_NO_LBA;
	sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
	sim.drive[0].id[1] = 0;
	assert_int_equal(start(false)->addressing, ATA_LBA28);
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
	read_ok(dev, (1u << 28) - 5, 4);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE_EXT], 0);
	read_ok(dev, (1u << 28) - 5, 5);
	read_ok(dev, (1u << 28) - 5, 6);
	read_ok(dev, (6ull << 30) - 256, 256);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE_EXT], 3);
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

	sim.bm_status = BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1;
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 5);
	assert_int_equal(programmed[0], ATA_MODE_UDMA + 5);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_UDMA + 5);
	assert_string_equal(ata_mode_text(dev), "UDMA100");
	read_ok(dev, 7, 256);
	read_ok(dev, 1ull << 32, 3);
	write_ok(dev, 10, 200, 0x22);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA_EXT], 1);
	/* The bus master's bits of the BIOS stay. */
	assert_int_equal(sim.bm_status & 0x60, BM_STATUS_DRIVE0 | BM_STATUS_DRIVE1);
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
	assert_int_equal(sim.drive[0].resets, 1); /* that of the detection */
}

static void test_dma_scattered(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);
	u32 good;

	/* Sectors 2, 1, 0 of the memory, in this order. */
	for (u32 i = 0; i < 3; i++)
		pieces[i] = (struct ata_piece){ .addr = memory + 512 * (2 - i),
						.phys = (u32)(uintptr_t)(memory + 512 * (2 - i)),
						.bytes = 512 };
	buf = (struct ata_buffer){ .pieces = pieces, .count = 3, .bytes = 3 * 512 };
	assert_int_equal(ata_rw(dev, false, 8, 3, &buf, &good), 0);
	for (u32 i = 0; i < 3; i++) {
		u8 want[512];

		sim_ata_pattern(8 + i, want);
		assert_memory_equal(memory + 512 * (2 - i), want, 512);
	}
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_DMA], 1);
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

/* A mode that the controller does not have is none to fall back to. */
static void test_crc_skips_modes(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	ch.udma_mask = 0x29;
	sim.drive[0].crc = 2;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA);
	sim.drive[0].crc = 2;
	read_ok(dev, 100, 64);
	assert_int_equal(dev->dma_mode, 0);
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
	sim.command_us = 0; /* before the engine is started: then it is not */
	read_ok(dev, 100, 64);
	assert_true(dev->dma_off);
	assert_int_equal(sim.bm_starts, 0);
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

/* The drive takes blocks before it writes them: what it took is not written. */
static void test_bad_write_told_late(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim.drive[0].writes_late = true;
	sim.drive[0].bad[0] = 105;
	sim.drive[0].bad_count = 1;
	fill_for_write(100, 250, 0x55);
	assert_int_equal(ata_rw(dev, true, 100, 250, &buf, &good), -EIO);
	assert_int_equal(good, 5);
}

/* What it had taken is forgotten when it hangs and is reset. */
static void test_write_taken_and_forgotten(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good;

	sim.drive[0].writes_late = true;
	sim.drive[0].bad[0] = 105;
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_tries = 1;
	sim.drive[0].bad_is_abort = true;
	fill_for_write(100, 200, 0x66);
	assert_int_equal(ata_rw(dev, true, 100, 200, &buf, &good), 0);
	for (u32 i = 0; i < 200 && 100 + i < SIM_STORE; i++)
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

/* ---- flush ---- */

static void test_flush(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH], 1);
	sim_ata_init(&sim, &ch);
	dev = start_disk(6ull << 30, ATA_LBA48, false);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH_EXT], 1);
	sim_ata_init(&sim, &ch);
	dev = start_disk(80640, ATA_CHS, false);
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_FLUSH], 0);
}

static void test_flush_refused(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);

	assert_true(dev->id.flush_named);
	sim.drive[0].aborts_flushes = 2;
	assert_int_equal(ata_flush(dev), -EIO);
	assert_int_equal(ata_flush(dev), 0);
	/* The second try writes what is behind the sector that is lost: it stays lost. */
	write_ok(dev, 100, 8, 1);
	sim.drive[0].aborts_flushes = 1;
	assert_int_equal(ata_flush(dev), -EIO);
	assert_int_equal(sim.drive[0].aborts_flushes, 0);
	/* Not named, but it has worked. */
	dev->id.flush_named = false;
	sim.drive[0].aborts_flushes = 2;
	assert_int_equal(ata_flush(dev), -EIO);
	/* Never done, and only as of its version: there is nothing to flush. */
	dev->flush_works = false;
	sim.drive[0].aborts_flushes = 2;
	assert_int_equal(ata_flush(dev), 0);
	assert_int_equal(sim.drive[0].aborts_flushes, 1);
}

static void test_irqs_off(void **state)
{
	struct ata_device *dev;

	ch.flags |= ATA_CH_IRQS_OFF;
	dev = start_disk(80640, ATA_LBA28, false);
	sim.unlocked = 0;
	read_ok(dev, 100, 64);
	assert_int_equal(sim.unlocked, 0);
	write_ok(dev, 100, 64, 3);
	ch.flags = 0;
	read_ok(dev, 300, 64);
	assert_int_not_equal(sim.unlocked, 0);
}

/* On PCI a read may take 30 ns; the drive's 400 are waited for all the same. */
static void test_fast_bus(void **state)
{
	struct ata_device *dev;

	sim.bus.access_ns = 30;
	dev = start_disk(80640, ATA_LBA28, false);
	for (unsigned int polling = 0; polling < 2; polling++) {
		ch.polling = polling;
		read_ok(dev, 100, 64);
		write_ok(dev, 300 + 100 * polling, 64, 3);
		assert_int_equal(ata_use_write_cache(dev, true), 0);
	}
	assert_int_equal(dev->resets, 0);
	assert_int_equal(ch.lost_total, 0);
}

/* Some bus masters take a count of 0 for nothing: no region is 64 KB. */
static void test_dma_half_regions(void **state)
{
	struct ata_device *dev;
	u32 good;

	ch.flags |= ATA_CH_PRD_32K;
	dev = start_disk(400000, ATA_LBA28, true);
	pieces[0] = (struct ata_piece){ .addr = memory,
					.phys = (u32)(uintptr_t)memory,
					.bytes = 256 * 512 };
	buf = (struct ata_buffer){ .pieces = pieces, .count = 1, .bytes = 256 * 512 };
	assert_int_equal(ata_rw(dev, false, 100, 256, &buf, &good), 0);
	check_pattern(100, 0, 256);
	for (unsigned int i = 0;; i++) {
		assert_in_range(sim.prd[2 * i + 1] & PRD_COUNT_MASK, 1, 0x8000);
		if (sim.prd[2 * i + 1] & PRD_LAST)
			break;
	}
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

/* ---- faults that only a number of commands tells ---- */

static u32 all_commands(const struct sim_drive *d)
{
	u32 n = 0;

	for (unsigned int i = 0; i < 256; i++)
		n += d->commands[i];
	return n;
}

/* The sector that the drive names is believed, by whatever address form: no halving. */
static void test_named_sector(void **state)
{
	static const struct {
		u64 disk, lba;
		enum ata_addressing form;
		bool dma;
	} rows[] = {
		{ 80640, 100, ATA_LBA28, false },
		{ 0x0ffffff0, 0x0fedcb00, ATA_LBA28, true },
		{ 6ull << 30, 0x123456700ull, ATA_LBA48, true },
		{ 2000000, 1000000, ATA_CHS, false },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ata_device *dev;
		u64 failed[256];
		u32 before;

		sim_ata_init(&sim, &ch);
		dev = start_disk(rows[i].disk, rows[i].form, rows[i].dma);
		sim.drive[0].bad[0] = rows[i].lba + 50;
		sim.drive[0].bad_count = 1;
		before = all_commands(&sim.drive[0]);
		assert_int_equal(read_with_errors(dev, rows[i].lba, 256, failed), 1);
		assert_true(failed[0] == rows[i].lba + 50);
		/* All, what lies before it, it alone three times, what lies behind it. */
		assert_int_equal(all_commands(&sim.drive[0]) - before, 6);
		assert_int_equal(sim.violations, 0);
		/* The drive's registers are the low bytes again. */
		assert_false(sim.control & ATA_CONTROL_HOB);
	}
}

/* What was read before the error is not read again. */
static void test_done_part_stays(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, false);
	u32 good, singles = sim.drive[0].commands[ATA_CMD_READ],
		  multiples = sim.drive[0].commands[ATA_CMD_READ_MULTIPLE];

	sim.drive[0].bad[0] = 148;
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_is_abort = true;
	make_buffer(64);
	assert_int_equal(ata_rw(dev, false, 100, 64, &buf, &good), -EIO);
	assert_int_equal(good, 48);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ_MULTIPLE] - multiples, 1);
	assert_int_equal(sim.drive[0].commands[ATA_CMD_READ] - singles, 1);
}

static void test_third_time_lucky(void **state)
{
	struct ata_device *dev = start_disk(80640, ATA_LBA28, true);

	sim.drive[0].bad[0] = 150;
	sim.drive[0].bad_count = 1;
	sim.drive[0].bad_tries = 3; /* once among others, twice alone */
	read_ok(dev, 100, 256);
}

/* ---- modes ---- */

static void test_slower_controller(void **state)
{
	struct ata_device *dev = start_disk(400000, ATA_LBA28, true);

	ch.udma_mask = 0x03;
	ata_set_modes(&ch);
	assert_int_equal(dev->dma_mode, ATA_MODE_UDMA + 1);
	ch.udma_mask = 0;
	ch.mwdma_mask = 0x03;
	ata_set_modes(&ch);
	assert_int_equal(dev->dma_mode, ATA_MODE_MWDMA + 1);
	assert_int_equal(sim.drive[0].transfer_mode, ATA_MODE_MWDMA + 1);
}

/* Drives that are known to corrupt data by DMA; of some only one firmware. */
static void test_known_for_bad_dma(void **state)
{
	static const struct {
		const char *model, *firmware;
		bool dma;
	} rows[] = {
		{ "WDC AC11000H", "1.0", false },
		{ "SanDisk SDP3B-128", "1.0", false },
		{ "WDC AC32100H", "24.09P07", false },
		{ "WDC AC32100H", "24.09P08", true },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		sim_ata_init(&sim, &ch);
		sim_ata_disk(&sim, 0, 400000, ATA_LBA28);
		sim_ata_text(sim.drive[0].id + 27, 20, rows[i].model);
		sim_ata_text(sim.drive[0].id + 23, 4, rows[i].firmware);
		assert_int_equal(start(true)->dma_mode != 0, rows[i].dma);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_chs),
		TEST(test_chs_asked_for),
		TEST(test_lba28),
		TEST(test_lba48),
		TEST(test_beyond_the_end),
		TEST(test_slave),
		TEST(test_dma),
		TEST(test_dma_40_wires),
		TEST(test_dma_odd_memory),
		TEST(test_dma_scattered),
		TEST(test_dma_bios),
		TEST(test_dma_polled),
		TEST(test_crc_steps_down),
		TEST(test_crc_skips_modes),
		TEST(test_dma_hang),
		TEST(test_dma_bus_error),
		TEST(test_dma_refused),
		TEST(test_bad_sector),
		TEST(test_bad_sector_aborts),
		TEST(test_many_bad),
		TEST(test_bad_write),
		TEST(test_bad_write_told_late),
		TEST(test_write_taken_and_forgotten),
		TEST(test_idnf_sets_geometry),
		TEST(test_multiple_refused),
		TEST(test_multiple_lost),
		TEST(test_flush),
		TEST(test_flush_refused),
		TEST(test_irqs_off),
		TEST(test_fast_bus),
		TEST(test_dma_half_regions),
		TEST(test_mapped_pieces),
		TEST(test_named_sector),
		TEST(test_done_part_stays),
		TEST(test_third_time_lucky),
		TEST(test_slower_controller),
		TEST(test_known_for_bad_dma),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
