/*
 * sim_fdc.h - a simulated 82077AA (or 765) with two drives, over sim_bus.h: registers, commands,
 * turning disks, the change line, DMA by the host's hooks, faults.
 *
 * A disk's sectors are filled with their numbers (sim_sector_byte). What a driver must not do is
 * counted in `violations`: a command byte the chip did not ask for, a command before all is sensed
 * that a reset or a seek left, a transfer while the motor is off or too slow, a step without
 * SPECIFY, a rate that was never set.
 */
#ifndef SIM_FDC_H
#define SIM_FDC_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../fdc_core.h"

#define SIM_BASE  0x3F0u
#define SIM_BYTES (80u * 2u * 36u * 512u)

struct sim_disk {
	bool in, protected;
	u8 sect, heads, tracks, rate; /* rate: of CCR */
	bool one_number;	      /* READ ID shows the same mark always */
	u8 size;		      /* N of its marks; 2 */
	u8 *data;
};

struct sim_drive {
	bool there;
	bool changed; /* the line */
	bool line_stuck;
	bool no_track0;
	int cylinder;	   /* where the heads are */
	int told;	   /* where the controller thinks */
	int slip;	   /* steps that the next seek loses */
	unsigned int turn; /* which mark comes next */
	u64 motor_ns;
	struct sim_disk disk;
};

struct sim_fdc {
	struct sim_bus bus;
	struct fdc fdc;
	struct sim_drive drive[2];
	u8 buffer[36 * 512 * 2];
	/* faults */
	bool old;	     /* a 765: no CONFIGURE, no PERPENDICULAR */
	bool mute;	     /* takes commands, never ends one */
	bool dead;	     /* never ready for a byte */
	int hang;	     /* so many transfers do not end; -1: all by DMA */
	int overrun;	     /* so many transfers */
	int spurious;	     /* interrupts in commands */
	s32 bad_sector;	     /* CRC error there; -1: none */
	int bad_times;	     /* how often; -1: always */
	u8 bad_st1, bad_st2; /* and what it looks like */
	bool no_reason;	     /* writes fail without a bit set */
	bool short_dma;	     /* says that all is well, moves nothing */
	void (*in_transfer)(struct sim_fdc *sim);
	/* seen */
	unsigned int violations, resets, commands, transfers, turns, seeks, recalibrations;
	char notes[256];
	/* the chip */
	u8 dor, ccr, spec[2];
	bool specified, rate_set, configured, perpendicular;
	u8 in[16], out[16];
	unsigned int in_count, out_count, out_at;
	u8 pending[4]; /* ST0 for SENSE INTERRUPT */
	unsigned int pending_count;
	u8 seeking;
	int step_to; /* -1: until track 0 */
	bool busy, executing;
	/* DMA, or bytes by the port */
	bool dma_armed, dma_to_memory;
	u8 *dma_at;
	u32 dma_left;
	u8 *pio_at;
	u32 pio_left;
	bool pio_reading;
};

/* With drives of these kinds (CMOS numbers, 0: none), interrupts and DMA. */
void sim_fdc_init(struct sim_fdc *sim, unsigned int type0, unsigned int type1);
void sim_fdc_free(struct sim_fdc *sim);
/* Takes out what is there and puts in a disk of that type of fdc_formats; 0: none. */
void sim_insert(struct sim_fdc *sim, unsigned int unit, unsigned int type);
u8 sim_sector_byte(u32 sector);
bool sim_sector_is(const u8 *data, u32 sector);
u8 *sim_disk_sector(struct sim_fdc *sim, unsigned int unit, u32 sector);

#endif
