/* The disk of disk_fixture.h. */
#include "disk_fixture.h"
#include <kernel/errno.h>
#include <string.h>

struct sim_ata sim;
struct ata_channel ch;
u8 memory[(MAX_SECTORS + 8) * 512] __aligned(4096);
struct ata_piece pieces[MAX_SECTORS + 8];
struct ata_buffer buf;

u8 programmed[2];

static bool set_mode(struct ata_channel *c, struct ata_device *dev)
{
	programmed[dev->unit] = dev->dma_mode;
	return true;
}
static const struct ata_chip_ops chip = { set_mode, NULL };

int disk_setup(void **state)
{
	sim_ata_init(&sim, &ch);
	sim.bus.max_us = 600000000;
	memset(memory, 0xee, sizeof(memory));
	return 0;
}

int disk_teardown(void **state)
{
	assert_int_equal(sim.violations, 0);
	return 0;
}

u64 elapsed_ms(void)
{
	return sim.bus.now_ns / 1000000;
}

void make_buffer(u32 count)
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

struct ata_device *start(bool dma)
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
	sim.bus.now_ns = sim.settles_ns = 0;
	return &ch.dev[ch.dev[0].kind == ATA_NONE];
}

struct ata_device *start_disk(u64 sectors, enum ata_addressing form, bool dma)
{
	sim_ata_disk(&sim, 0, sectors, form);
	return start(dma);
}

void check_pattern(u64 lba, u32 from, u32 count)
{
	u8 want[512];

	for (u32 i = from; i < from + count; i++) {
		sim_ata_pattern(lba + i, want);
		assert_memory_equal(memory + 512 * i, want, 512);
	}
}

void read_ok(struct ata_device *dev, u64 lba, u32 count)
{
	u32 good;

	memset(memory, 0xee, sizeof(memory));
	make_buffer(count);
	assert_int_equal(ata_rw(dev, false, lba, count, &buf, &good), 0);
	assert_int_equal(good, count);
	check_pattern(lba, 0, count);
	assert_int_equal(memory[512 * count], 0xee);
}

void fill_for_write(u64 lba, u32 count, u8 salt)
{
	make_buffer(count);
	for (u32 i = 0; i < count; i++) {
		sim_ata_pattern(lba + i, memory + 512 * i);
		memory[512 * i] ^= salt;
	}
}

void write_ok(struct ata_device *dev, u64 lba, u32 count, u8 salt)
{
	u32 good;

	fill_for_write(lba, count, salt);
	assert_int_equal(ata_rw(dev, true, lba, count, &buf, &good), 0);
	assert_int_equal(good, count);
	for (u32 i = 0; i < count; i++)
		assert_memory_equal(sim.drive[dev->unit].store[lba + i], memory + 512 * i, 512);
}

u32 read_with_errors(struct ata_device *dev, u64 lba, u32 count, u64 *failed)
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
