/*
 * ahci_session.h - disks and CD drives at the ports of AHCI controllers, in the hands of a probe:
 * the driver's core over the controller's registers, by polling.
 *
 * A port has no other way than DMA: it is given memory of this process (dma_memory.h), and stopped
 * before that goes back. Below class R2 nothing is set in a device, and no link is reset that is
 * up, unless its device does not get ready; one that fails is given up. The controller is taken
 * from the BIOS; afterwards its registers have what they had, but its ports stand still: where the
 * BIOS had them write to is not known to be free.
 *
 * Locking: one thread, one adapter at a time. Source: Serial ATA AHCI 1.3.1; hardware-notes 12.
 */
#ifndef HWTEST_PROBE_AHCI_SESSION_H
#define HWTEST_PROBE_AHCI_SESSION_H

#include "ata_session.h"

/* What a port is opened with. */
struct ahci_access {
	struct ahci_io *io;
	u32 cap, quirks; /* the controller's, its chip's AHCI_* */
	unsigned int number;
	const char *subject; /* "sata0" */
};

/* Looks for a device. 0, -ENODEV: there is none, -ENOMEM: no memory for it (s->no_dma says why).
 * Close it in any case. False from that: the port does not stop. */
int ahci_session_open(struct ata_session *s, const struct ahci_access *a, struct probe_run *run);
bool ahci_session_close(struct ata_session *s);

/*
 * Calls look() with each port that has a device; the sum of what it returns. With `tell` the
 * controllers are noted ("ahci0": controller, ports), and why one or a port was left alone
 * ("left-alone").
 */
unsigned int ahci_each(struct probe_run *run, bool tell,
		       unsigned int (*look)(struct ata_session *s, void *ctx), void *ctx);

#endif
