/*
 * ata_session.h - one IDE channel in the hands of a probe: the driver's core over the machine's
 * ports, by polling, with the devices as the BIOS left them.
 *
 * Class R2 uses the driver's own set-up of controller and devices, and recovers as the driver does;
 * below it nothing is reset or set, and a device that stops answering is given up. A reset while
 * looking for devices needs options->srst besides.
 *
 * The core's notes become facts "note" of the channel or unit. At the end interrupts of the devices
 * are allowed again, as the BIOS has them, and bus mastering is as it was.
 */
#ifndef HWTEST_PROBE_ATA_SESSION_H
#define HWTEST_PROBE_ATA_SESSION_H

#include <drivers/ata/ahci_core.h>
#include "../host/dma_memory.h"
#include "ata_places.h"
#include "probe.h"

#define ATA_SESSION_SUBJECT 12u
#define ATA_SESSION_PAGES   16u			    /* for data */
#define ATA_SESSION_BOUNCE  (1 + ATA_SESSION_PAGES) /* an AHCI port's own, behind them */
#define AHCI_KEPT	    5u

struct ata_session {
	struct ata_channel ch;
	struct ata_place *place;
	struct probe_run *run;
	struct ide_controller controller;
	struct ide_channel channel;
	struct ahci_port port; /* ch.transport: instead of place, controller, channel, command */
	struct ahci_kept {
		u16 reg;
		u32 value;
	} kept[AHCI_KEPT]; /* as it was */
	/* Page 0: the bus master's table, or the port's memory; the others for data. */
	struct dma_memory memory;
	const char *no_dma;		   /* why there is none; NULL: there may be */
	char unit[2][ATA_SESSION_SUBJECT]; /* "ide0.0" */
	u16 command;			   /* PCI's, as it was */
	u64 detect_us;
};

/* Looks for devices. 0, -ENODEV: there is none. Close it in either case. */
int ata_session_open(struct ata_session *s, struct ata_place *place, struct probe_run *run);
void ata_session_close(struct ata_session *s);

/* Reads by the device's own mode, at most ATA_SESSION_PAGES; 0 or the errno of ata_rw(). */
int ata_session_read(struct ata_device *dev, u64 lba, u32 sectors, void *to);
/* Writes by the device's own mode, by DMA where there is memory for it. */
int ata_session_write(struct ata_device *dev, u64 lba, u32 sectors, const void *from);
/* A buffer in the session's memory, from page 1 on. */
struct ata_session_buffer {
	struct ata_piece pieces[ATA_SESSION_PAGES];
	struct ata_buffer buf;
};
/* -EAGAIN: more than there is, or the system has moved it. */
int ata_session_buffer(struct ata_session *s, struct ata_session_buffer *b, u32 bytes);
/* Reads into the session's memory, from page 1 on, which a bus master reaches. -EAGAIN: the
 * system has moved it. */
int ata_session_read_dma(struct ata_session *s, struct ata_device *dev, u64 lba, u32 sectors);

#endif
