/*
 * sim_ata.h - a simulated ATA channel with two drives and a bus master, for tests of the core.
 *
 * Both drives latch what is written to the command block; the selected one answers. Commands take
 * time, blocks of data are asked for one by one, interrupts reach ata_irq() unless the core holds
 * its lock, when they wait. Faults are fields of the drive or the channel; counters of them ("n
 * times") go down as they strike.
 *
 * `violations` counts what a real device would not forgive: a command while busy, data without a
 * request, the command block touched while the bus master runs, a control register without the
 * bit that old drives want, a command for a drive that is not ready or still resets, an interrupt
 * that was claimed and not taken off the line, an odd byte limit of a packet.
 */
#ifndef DRIVERS_ATA_SIM_ATA_H
#define DRIVERS_ATA_SIM_ATA_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../ata_core.h"
#include "sim_trim.h"

#define SIM_BASE    0x1F0
#define SIM_CONTROL 0x3F6
#define SIM_BM	    0xC000
#define SIM_STORE   1024 /* sectors that keep what is written */
#define SIM_FOREVER 0x7fffffff

enum sim_kind {
	SIM_ABSENT,
	SIM_DISK,
	SIM_CD,
	SIM_PHANTOM /* what an absent master looks like beside a slave */
};

struct sim_ata;

struct sim_drive {
	struct sim_ata *sim;
	enum sim_kind kind;
	u8 unit;
	u16 id[256];
	u64 sectors;
	u8 store[SIM_STORE][512];

	/* registers; [1] is what was written before: 48-bit commands */
	u8 feature[2], nsect[2], lbal[2], lbam[2], lbah[2], device;
	u8 status, error;
	/* the command */
	u8 command;
	u64 lba;
	u32 left, block; /* sectors */
	u8 data[256 * 512];
	u32 pos, len;
	u8 late[256 * 512];
	u32 late_sectors;
	bool out, dma;
	u8 multiple, transfer_mode;
	u16 set_heads, set_sectors; /* CHS as told; 0: not yet */
	u8 cdb[16];
	bool want_packet;
	u32 packet_left, packet_limit;
	u8 sense_key;
	bool write_cache;
	/* A packet device with a mind of its own; false: the answers of sim_atapi.c. */
	bool (*scsi)(struct sim_drive *d);
	void (*scsi_written)(struct sim_drive *d); /* data and len have come */
	void *scsi_private;

	/* faults */
	u64 bad[8]; /* sectors, UNC */
	unsigned int bad_count;
	int bad_tries;	       /* so many times, then they are sound; 0: always */
	bool bad_once_written; /* only for reading, after the first write */
	bool bad_to_write;     /* only for writing */
	bool writes_late;      /* has three blocks before it writes the first */
	bool bad_is_abort;     /* they end in ABRT, without a sector's name */
	bool error_elsewhere;  /* the error registers name another sector */
	bool junk_with_error;  /* data request together with the error */
	int hang;	       /* commands that never end */
	int never_drq;	       /* reads that end without data */
	int crc, dma_hang, dma_error;
	int identify_fails; /* IDENTIFY that the drive stays busy with */
	int short_data;	    /* reads that end one block early, by DMA half-way */
	int extra_data;	    /* reads that go on asking */
	bool junk_identity;
	u8 junk;
	bool aborts_multiple, aborts_dma, aborts_identify;
	int aborts_trim;	     /* the next ones */
	unsigned int aborts_flushes; /* the next ones */
	bool needs_geometry;	     /* CHS fails before INITIALIZE PARAMETERS */
	u32 spin_up_us;		     /* busy so long after a reset */
	u64 deaf_lines;		     /* of the address that the drive does not see */
	bool forgets;		     /* what is written */
	bool stuck_busy;
	bool bad_signature;
	bool disk_signature; /* a packet device without one of its own */
	u32 babbles_us;	     /* has some status for so long after a reset, and is not ready */
	u8 babble;
	bool babbling;
	bool gone;
	u32 incomplete_until_spun; /* IDENTIFY word 2, until so many SET FEATURES 07 */
	bool wrong_ireason;
	u32 packet_excess; /* bytes more than asked for */
	u32 packet_short;
	bool no_packet_drq;
	u32 packet_drq_late_us; /* not busy any more, and not yet asking */
	bool packet_zero_phase; /* asks for no bytes, again and again */
	int packet_hang;	/* packets that are taken and never answered */
	u32 packet_phase_max;	/* bytes of one data phase; 0: as asked for */

	/* seen */
	u32 commands[256];
	u32 resets;
	struct sim_trim trim;
};

struct sim_ata {
	struct sim_bus bus;
	struct sim_drive drive[2];
	u8 selected, control;
	u8 bm_command, bm_status;
	u32 bm_table;
	u32 command_us, block_us;

	bool alias;	    /* the master answers for the slave in full */
	bool ghost_dead;    /* absent slave: registers do not even echo */
	bool no_alt_status; /* the control port floats */
	/* Of an access of 32 bits only the first word is one; the other half is the registers'. */
	bool narrow_reads, narrow_writes;
	bool swaps_words; /* both are, in the wrong order */
	u32 wide;	  /* such accesses */
	/* Status is the old one for 400 ns after a command. */
	u64 settles_ns;
	u8 old_status;
	u32 unlocked;  /* accesses of the data port without the core lock */
	int lose_irqs; /* so many interrupts do not arrive */
	bool no_bm_intr;
	bool simplex_clears;

	struct ata_channel *ch;
	int locked;
	bool irq_pending, line_up;
	u32 irqs, violations;
	u32 to_nobody; /* commands to a unit that is not there */
	u32 bm_starts;
	bool foreign_irq; /* another device's, when the core next arms itself */
	u32 prd[1024] __aligned(4096);
	char notes[2048];
};

/* Nothing attached; the channel `ch` is initialised over it, with interrupts and bus master. */
void sim_ata_init(struct sim_ata *sim, struct ata_channel *ch);
void sim_ata_disk(struct sim_ata *sim, unsigned int unit, u64 sectors, enum ata_addressing form);
void sim_ata_cd(struct sim_ata *sim, unsigned int unit);
/* It has TRIM, and is no older than that. */
void sim_ata_solid(struct sim_ata *sim, unsigned int unit);
/* The word of a text, as drives swap it. */
void sim_ata_text(u16 *words, unsigned int count, const char *text);
/* What sector `lba` holds while nobody wrote it. */
void sim_ata_pattern(u64 lba, u8 *out);
/* The line is up for whatever reason; was it claimed? */
bool sim_ata_spurious(struct sim_ata *sim);

#endif
