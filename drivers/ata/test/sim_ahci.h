/*
 * sim_ahci.h - a simulated AHCI adapter with one port and a disk or CD at it.
 *
 * It does what the registers and the tables in memory say; commands take time, and the end comes
 * with an interrupt while the core does not hold its lock. Faults are fields; counters of them go
 * down as they strike.
 *
 * `violations` counts what a real adapter would not forgive: registers written at the wrong time,
 * a command that the engine does not run for, tables that say nonsense.
 */
#ifndef DRIVERS_ATA_SIM_AHCI_H
#define DRIVERS_ATA_SIM_AHCI_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../ahci_core.h"
#include "sim_trim.h"

#define SIM_PORT       2u
#define SIM_AHCI_STORE 1024 /* sectors that keep what is written */
#define SIM_FOREVER    0x7fffffff

struct sim_ahci {
	struct sim_bus bus;
	struct ahci_io io;
	struct ata_channel *ch;
	struct ahci_port *port;

	/* the controller */
	u32 cap, ghc, is, pi, cap2, bohc;
	int ae_late;	 /* so many writes of AE are lost */
	bool bios_keeps; /* does not hand over */
	u32 bios_busy_us;

	/* the port */
	u32 clb, fb, pis, pie, cmd, tfd, sig, ssts, sctl, serr, ci;
	u32 speed; /* the best that the device does: 1 to 3 */

	/* the device */
	bool packet;
	u16 id[256];
	u64 sectors;
	u8 store[SIM_AHCI_STORE][512];
	u32 command_us;
	u8 sense_key;
	u8 cdb[16];
	u32 packet_bytes; /* what a packet answers with; more than asked for is cut */

	/* faults */
	bool absent, never_up;
	bool stuck_busy; /* never ready */
	bool busy_until_reset;
	u32 spin_up_us;
	u64 bad[8];
	unsigned int bad_count;
	bool bad_is_abort;
	bool junk_with_error; /* busy after an error */
	int hang;	      /* commands that never end */
	int lose_irqs;
	int link_errors, bus_errors, crc_errors;
	u32 fast_link_only_fails; /* link errors above that speed; 0: none */
	bool harmless_ifs;
	bool stuck_cr, stuck_cr_until_reset, stuck_fr;
	bool cr_sticks_on_error;
	bool unplugged;	  /* at the next command */
	bool gone;	  /* all ones, from the next command on */
	bool other_drive; /* after the next link reset */

	/* seen */
	u32 commands[256], resets, violations, irqs, clos;
	u64 reset_ns; /* when the last one began */
	u8 last_device;
	struct sim_trim trim;
	int locked;
	bool irq_pending;
	char notes[2048];
	u8 memory[AHCI_MEMORY_BYTES] __aligned(4096);
	u8 bounce[65536] __aligned(4096);
};

/* A disk of that size is attached, as a BIOS leaves it; nothing of the core ran. */
void sim_ahci_init(struct sim_ahci *sim, struct ata_channel *ch, struct ahci_port *port,
		   u64 sectors);
void sim_ahci_cd(struct sim_ahci *sim);
/* Pulled out and put in again, or another of the same size in its place; ready at once. */
void sim_ahci_replug(struct sim_ahci *sim, bool other);
/* What sector `lba` holds while nobody wrote it. */
void sim_ahci_pattern(u64 lba, u8 *out);

#endif
