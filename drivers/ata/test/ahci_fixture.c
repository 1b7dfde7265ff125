/* The fixture of ahci_fixture.h. */
#include "ahci_fixture.h"
#include <kernel/errno.h>
#include <string.h>

struct sim_ahci sim;
struct ata_channel ch;
struct ahci_port port;
struct ahci_controller controller;
u8 memory[(MAX_SECTORS + 8) * 512] __aligned(4096);
struct ata_piece pieces[MAX_SECTORS + 8];
struct ata_buffer buf;

static bool set_mode(struct ata_channel *c, struct ata_device *dev)
{
	return true;
}
static const struct ata_chip_ops chip = { set_mode, NULL };

void attach(u64 sectors)
{
	sim_ahci_init(&sim, &ch, &port, sectors);
	controller = (struct ahci_controller){ .io = &sim.io, .hw = &sim.bus.hw };
	port.cap = sim.cap;
	ch.chip = &chip;
	ch.pio_max = 4;
	ch.udma_mask = 0x7f;
	ch.cable80 = true;
	sim.bus.max_us = 600000000;
}

int setup(void **state)
{
	attach(100000);
	for (u64 i = 0; i < SIM_AHCI_STORE; i++)
		sim_ahci_pattern(i, sim.store[i]);
	memset(memory, 0xee, sizeof(memory));
	return 0;
}

int teardown(void **state)
{
	assert_int_equal(sim.violations, 0);
	return 0;
}

u64 elapsed_ms(void)
{
	return sim.bus.now_ns / 1000000;
}

void start_time(void)
{
	sim.bus.now_ns = 0;
}

struct ata_device *start(void)
{
	assert_int_equal(ata_detect(&ch, NULL), 0);
	ata_set_modes(&ch);
	ata_enable_irq(&ch, true);
	start_time();
	return &ch.dev[0];
}

bool noted(const char *text)
{
	return strstr(sim.notes, text);
}

void make_buffer(u32 count, bool phys)
{
	u32 done = 0, n = 0;

	for (u32 step = 1; done < count; step = step % 5 + 1) {
		u32 part = min(step, count - done);
		u8 *at = memory + 512 * done;

		pieces[n++] = (struct ata_piece){ .addr = at,
						  .phys = phys ? (u32)(uintptr_t)at : ATA_PHYS_NONE,
						  .bytes = 512 * part };
		done += part;
	}
	buf = (struct ata_buffer){ .pieces = pieces, .count = n, .bytes = count * 512 };
}

void check_pattern(u64 lba, u32 from, u32 count)
{
	u8 want[512];

	for (u32 i = from; i < from + count; i++) {
		sim_ahci_pattern(lba + i, want);
		assert_memory_equal(memory + 512 * i, want, 512);
	}
}

void read_ok(struct ata_device *dev, u64 lba, u32 count)
{
	u32 good;

	memset(memory, 0xee, sizeof(memory));
	make_buffer(count, true);
	assert_int_equal(ata_rw(dev, false, lba, count, &buf, &good), 0);
	assert_int_equal(good, count);
	check_pattern(lba, 0, count);
	assert_int_equal(memory[512 * count], 0xee);
}

int read_fails(struct ata_device *dev, u64 lba, u32 count)
{
	u32 good;
	int err;

	make_buffer(count, true);
	err = ata_rw(dev, false, lba, count, &buf, &good);
	assert_int_equal(good, 0);
	return err;
}

u32 with_errors(struct ata_device *dev, bool write, u64 lba, u32 count, u64 *failed)
{
	u32 done = 0, errors = 0;

	while (done < count) {
		u8 *at = memory + 512 * done;
		struct ata_piece rest = { .addr = at,
					  .phys = (u32)(uintptr_t)at,
					  .bytes = (count - done) * 512 };
		struct ata_buffer part = { .pieces = &rest, .count = 1, .bytes = rest.bytes };
		u32 good = 0;
		int err = ata_rw(dev, write, lba + done, count - done, &part, &good);

		done += good;
		if (!err)
			break;
		assert_int_equal(err, -EIO);
		*failed = lba + done++;
		errors++;
	}
	return errors;
}
