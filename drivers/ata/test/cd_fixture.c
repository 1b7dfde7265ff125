/* One simulated CD drive on a channel, and reading from it. */
#include "cd_fixture.h"
#include <string.h>

struct sim_ata sim;
struct ata_channel ch;
struct sim_cd disc;
struct cd_drive cd;
u8 memory[ALL * 2048] __aligned(4096);
static struct ata_piece pieces[ALL * 4];
struct ata_buffer buf;

static bool set_mode(struct ata_channel *c, struct ata_device *dev)
{
	return true;
}
static const struct ata_chip_ops chip = { set_mode, NULL };

int cd_setup(void **state)
{
	memset(&cd, 0, sizeof(cd));
	sim_ata_init(&sim, &ch);
	sim.bus.max_us = 600000000;
	sim_cd_attach(&disc, &sim, 0);
	memset(memory, 0xee, sizeof(memory));
	return 0;
}

int cd_teardown(void **state)
{
	assert_int_equal(sim.violations, 0);
	return 0;
}

u64 elapsed_ms(void)
{
	return sim.bus.now_ns / 1000000;
}

void start(bool dma)
{
	if (dma) {
		ch.chip = &chip;
		ch.pio_max = 4;
		ch.mwdma_mask = 7;
	}
	assert_int_equal(ata_detect(&ch, NULL), 0);
	ata_set_modes(&ch);
	ata_enable_irq(&ch, true);
	sim.bus.now_ns = 0;
	assert_int_equal(cd_probe(&cd, &ch.dev[0]), 0);
}

void start_with_disc(bool dma)
{
	sim_cd_insert(&disc, 1, BLOCKS);
	start(dma);
	assert_int_equal(cd_check_medium(&cd), 0);
	assert_int_equal(cd.blocks, BLOCKS);
	assert_int_equal(cd.block_bytes, 2048);
}

/* Pieces of 512, 1024, 1536, ... bytes, across the blocks' bounds. */
void make_buffer(u32 bytes)
{
	u32 done = 0, n = 0;

	for (u32 step = 512; done < bytes; step = step % 4096 + 512) {
		u32 part = min(step, bytes - done);

		pieces[n++] = (struct ata_piece){ .addr = memory + done,
						  .phys = (u32)(uintptr_t)(memory + done),
						  .bytes = part };
		done += part;
	}
	buf = (struct ata_buffer){ .pieces = pieces, .count = n, .bytes = bytes };
}

int read_some(u32 lba, u32 count, u32 *good)
{
	make_buffer(count * cd.block_bytes);
	return cd_transfer(&cd, false, lba, count, &buf, false, good);
}

void check_blocks(u32 lba, u32 at, u32 count)
{
	u8 want[2048];

	for (u32 i = 0; i < count; i++) {
		sim_cd_pattern(&disc, lba + i, want);
		assert_memory_equal(memory + (at + i) * cd.block_bytes, want, cd.block_bytes);
	}
}
