/*
 * ide_timing.h - the times of PIO, multiword DMA and Ultra DMA modes in clocks of a controller.
 * Pure.
 *
 * A controller is told how many clocks a strobe is active and how many it recovers, separately for
 * the data port and for the other registers, which one timing of the slower drive serves. What a
 * drive says of its own cycle (IDENTIFY words 65, 67, 68) is kept if it is slower than the mode's.
 *
 * Units: picoseconds in, clocks out; a time is never rounded down. Ultra DMA's clock may be another
 * (33, 66, 100 or 133 MHz from one crystal): udma_ps.
 *
 * Source: T13 1153D (ATA/ATAPI-4) tables of the PIO, multiword and Ultra DMA timing, t0, t1, t2,
 * t2i, t9, tD, tK, tCYC; 1410D for the faster Ultra DMA modes.
 */
#ifndef DRIVERS_ATA_IDE_TIMING_H
#define DRIVERS_ATA_IDE_TIMING_H

#include "ata_core.h"

#define IDE_PCI_CLOCK_PS 30000u /* 33.3 MHz */

struct ide_timing {
	u8 setup;	    /* of the address */
	u8 active8, rest8;  /* registers */
	u8 active, recover; /* data */
	u8 udma;	    /* 0: not in an Ultra DMA mode */
};

/* Of dev->pio_mode and dev->dma_mode together: multiword DMA and PIO share the data's timing, which
 * is then the slower of both. A mode that the BIOS left (0xff) counts as PIO 0. */
void ide_timing_compute(const struct ata_device *dev, u32 clock_ps, u32 udma_ps,
			struct ide_timing *t);
/* What both drives of a channel share becomes the slower one's; `other` may be absent. */
void ide_timing_share(const struct ata_device *other, u32 clock_ps, struct ide_timing *t,
		      bool setup);
/* The value from..to that is nearest. */
static inline u8 ide_timing_fit(u8 value, u8 from, u8 to)
{
	return value < from ? from : value > to ? to : value;
}

#endif
