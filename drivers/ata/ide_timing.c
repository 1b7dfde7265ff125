/*
 * ide_timing.c - ide_timing.h's table and arithmetic.
 */
#include "ide_timing.h"

#define WORD_FIELDS	 53
#define WORD_FIELDS_EIDE 2u
#define WORD_DMA_CYCLE	 65
#define WORD_PIO_CYCLE	 67
#define WORD_IORDY_CYCLE 68
#define CYCLE_MAX_NS	 1000u /* slower than any mode: no cycle time */

/* Nanoseconds. */
struct mode {
	u16 setup, active8, rest8, cycle8, active, recover, cycle;
};

static const struct mode pio_modes[5] = {
	{ 70, 290, 240, 600, 165, 150, 600 }, { 50, 290, 93, 383, 125, 100, 383 },
	{ 30, 290, 40, 330, 100, 90, 240 },   { 30, 80, 70, 180, 80, 70, 180 },
	{ 25, 70, 25, 120, 70, 25, 120 },
};

static const struct mode mwdma_modes[3] = {
	{ 60, 0, 0, 0, 215, 215, 480 },
	{ 45, 0, 0, 0, 80, 50, 150 },
	{ 25, 0, 0, 0, 70, 25, 120 },
};

static const u8 udma_cycles[7] = { 120, 80, 60, 45, 30, 20, 15 };

struct clocks {
	u32 setup, active8, rest8, cycle8, active, recover, cycle;
};

static u32 in_clocks(u32 ns, u32 clock_ps)
{
	return (ns * 1000 + clock_ps - 1) / clock_ps;
}

static bool is_mwdma(const struct ata_device *dev)
{
	return dev->dma_mode >= ATA_MODE_MWDMA && dev->dma_mode < ATA_MODE_UDMA;
}

static const struct mode *pio_of(const struct ata_device *dev)
{
	return &pio_modes[dev->pio_mode < ARRAY_SIZE(pio_modes) ? dev->pio_mode : 0];
}

/* The drive's own word, 0 when there is none. */
static u32 own_cycle(const struct ata_device *dev, unsigned int word)
{
	u16 ns = dev->words[WORD_FIELDS] & WORD_FIELDS_EIDE ? dev->words[word] : 0;

	return ns <= CYCLE_MAX_NS ? ns : 0;
}

static void to_clocks(const struct mode *m, u32 own, u32 clock_ps, struct clocks *c)
{
	*c = (struct clocks){ .setup = in_clocks(m->setup, clock_ps),
			      .active8 = in_clocks(m->active8, clock_ps),
			      .rest8 = in_clocks(m->rest8, clock_ps),
			      .cycle8 = in_clocks(max_t(u32, m->cycle8, m->cycle8 ? own : 0),
						  clock_ps),
			      .active = in_clocks(m->active, clock_ps),
			      .recover = in_clocks(m->recover, clock_ps),
			      .cycle = in_clocks(max_t(u32, m->cycle, own), clock_ps) };
}

static void merge(struct clocks *c, const struct clocks *other)
{
	c->setup = max(c->setup, other->setup);
	c->active8 = max(c->active8, other->active8);
	c->rest8 = max(c->rest8, other->rest8);
	c->cycle8 = max(c->cycle8, other->cycle8);
	c->active = max(c->active, other->active);
	c->recover = max(c->recover, other->recover);
	c->cycle = max(c->cycle, other->cycle);
}

/* What a cycle is longer than its parts goes to both. */
static void stretch(u32 *active, u32 *recover, u32 cycle)
{
	u32 spare = *active + *recover < cycle ? cycle - (*active + *recover) : 0;

	*active += spare / 2;
	*recover += spare - spare / 2;
}

static void pio_clocks(const struct ata_device *dev, u32 clock_ps, struct clocks *c)
{
	unsigned int word =
		dev->pio_mode <= 4 && dev->pio_mode > 2 ? WORD_IORDY_CYCLE : WORD_PIO_CYCLE;

	to_clocks(pio_of(dev), own_cycle(dev, word), clock_ps, c);
}

void ide_timing_compute(const struct ata_device *dev, u32 clock_ps, u32 udma_ps,
			struct ide_timing *t)
{
	u8 mode = dev->dma_mode & ATA_MODE_NUMBER;
	struct clocks c, dma;

	pio_clocks(dev, clock_ps, &c);
	if (is_mwdma(dev) && mode < ARRAY_SIZE(mwdma_modes)) {
		to_clocks(&mwdma_modes[mode], own_cycle(dev, WORD_DMA_CYCLE), clock_ps, &dma);
		merge(&c, &dma);
	}
	stretch(&c.active8, &c.rest8, c.cycle8);
	stretch(&c.active, &c.recover, c.cycle);
	*t = (struct ide_timing){ .setup = (u8)c.setup,
				  .active8 = (u8)c.active8,
				  .rest8 = (u8)c.rest8,
				  .active = (u8)c.active,
				  .recover = (u8)c.recover };
	if (dev->dma_mode >= ATA_MODE_UDMA && mode < ARRAY_SIZE(udma_cycles))
		t->udma = (u8)in_clocks(udma_cycles[mode], udma_ps);
}

void ide_timing_share(const struct ata_device *other, u32 clock_ps, struct ide_timing *t,
		      bool setup)
{
	struct ide_timing o;

	if (other->kind == ATA_NONE)
		return;
	ide_timing_compute(other, clock_ps, clock_ps, &o);
	t->active8 = max(t->active8, o.active8);
	t->rest8 = max(t->rest8, o.rest8);
	if (setup)
		t->setup = max(t->setup, o.setup);
}
