/*
 * ahci_core.h - AHCI: the controller, and its ports as transports of ATA channels.
 *
 *   ahci_controller_init() -> for each port: ata_channel_init(), ahci_port_init() ->
 *   ata_detect() -> ata_set_modes() -> ata_rw() ...   as on any channel
 *
 * One command at a time, in slot 0. Memory that the port cannot reach (no physical address, odd)
 * goes through its bounce buffer, whole commands at a time.
 *
 * Registers are reached through struct ahci_io, time and interrupts through the channel's struct
 * hw, so that the core runs over a simulated adapter too.
 *
 * Locking: as ata_core.h: the caller serialises all but the interrupt, which shares `events` and
 * `came` under the channel's lock.
 *
 * Source: Serial ATA AHCI 1.3.1; hardware-notes 12.
 */
#ifndef DRIVERS_ATA_AHCI_CORE_H
#define DRIVERS_ATA_AHCI_CORE_H

#include "ahci_reg.h"
#include "ata_core.h"

/* ---- bounds; microseconds ---- */
#define AHCI_ENABLE_TRIES 5u /* some chips take the AE bit late */
#define AHCI_ENABLE_US	  10000u
#define AHCI_HANDOFF_US	  25000u   /* BIOS gives it up, 10.6.3 */
#define AHCI_BIOS_BUSY_US 2000000u /* when it says that it is busy */
#define AHCI_STOP_US	  500000u  /* CR, FR, 10.3.2 */
#define AHCI_CLO_US	  500000u
#define AHCI_RESET_US	  2000u	   /* DET = 1; 1 ms at least, 10.4.2 */
#define AHCI_PRESENCE_US  100000u  /* a device answers a reset within 10 ms */
#define AHCI_LINK_US	  1000000u /* from present to up */
#define AHCI_FIRST_US	  20000u   /* a port that the BIOS left alone starts by itself */
#define AHCI_LINK_STEP_US 1000u

struct ahci_io {
	u32 (*read)(struct ahci_io *io, u32 offset);
	void (*write)(struct ahci_io *io, u32 offset, u32 value);
};

/* ---- the controller: ahci_controller.c ---- */
struct ahci_controller {
	struct ahci_io *io;
	struct hw *hw;
	u32 ports_allowed; /* by quirks; 0: all */
	/* results */
	u32 cap, version, ports; /* mask */
};
/* Takes it from the BIOS, AHCI on, no port interrupts. 0, -ENXIO (all ones), -EIO. */
int ahci_controller_init(struct ahci_controller *c);
/* Ports' interrupts reach the line. */
void ahci_controller_enable_irq(struct ahci_controller *c);

/* ---- ports ---- */
#define AHCI_MEMORY_BYTES 4096u
#define AHCI_PRDS	  168u /* what fits */

#define AHCI_IGNORE_IFS 1u /* port->quirks: it reports interface errors that are none */
#define AHCI_MAX_255	2u /* sectors of one command: 256 are too many */

struct ahci_port {
	/* set by the host before ahci_port_init() */
	struct ata_channel *ch;
	struct ahci_io *io;
	u8 number;
	u32 cap;      /* the controller's */
	u32 quirks;   /* AHCI_* */
	void *memory; /* AHCI_MEMORY_BYTES, aligned to them */
	u32 memory_phys;
	u8 *bounce; /* NULL: none */
	u32 bounce_phys, bounce_bytes;
	/* the core's */
	u8 speed_limit; /* SCTL.SPD; 0: none */
	u8 link_row;	/* link errors in a row */
	/* shared with the interrupt, ch->lock */
	u32 events; /* PIS bits since the command began */
	bool came;
};

/* Makes the port ch's transport; ch is initialised. */
void ahci_port_init(struct ahci_port *port);
/* Nothing is written to its memory any more. False: it does not stop, the memory stays its. */
bool ahci_port_quiet(struct ahci_port *port);

#endif
