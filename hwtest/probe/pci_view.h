/*
 * pci_view.h - the functions on the PCI buses, for the probes that need them: beside a system's
 * drivers by /proc/bus/pci or /sys/bus/pci (nobody but the kernel can keep the pair of ports to
 * itself), else by the ports.
 *
 * Finding them writes nothing but the address registers of the configuration mechanism. Of each
 * function 64 bytes are read; further registers by pci_view_read(), which refuses those from A0 on:
 * reading them hangs some chips (hardware-notes 4.4).
 *
 * Buses are found behind bridges by the numbers that the BIOS gave them, and by those that its
 * routing table names (`peers`); a bus that shows the same functions as bus 0 is bus 0 once more.
 *
 * Errors: negative errno. Source: PCI Local Bus 2.1; hardware-notes 4.
 */
#ifndef HWTEST_PROBE_PCI_VIEW_H
#define HWTEST_PROBE_PCI_VIEW_H

#include <drivers/pci/pci_access.h>
#include "../host/host.h"

#define PCI_VIEW_HEADER 64u
#define PCI_VIEW_SAFE	0xA0u /* no register from here on */
#define PCI_VIEW_NAME	16u

struct pci_seen {
	char name[PCI_VIEW_NAME]; /* "0000:00:01.1" */
	u8 bus, devfn;
	u8 header[PCI_VIEW_HEADER];
};

struct pci_view {
	struct pci_access access; /* mechanism 0: by files */
	const char *folder;	  /* of them, NULL */
	struct pci_seen *fn;	  /* in order of bus, devfn */
	size_t count, room;
	unsigned int buses;
	/* Called before a function's registers are read for the first time. NULL: nobody asks. */
	void (*about)(void *ctx, const char *name);
	void *ctx;
};

/* peers: a bit for each bus that is said to exist, 32 bytes; NULL. 0, -ENODEV: no PCI. */
int pci_view_open(struct pci_view *v, struct host *host, const u8 *peers);
void pci_view_close(struct pci_view *v);
/* width 1, 2 or 4; all ones: not to be had. */
u32 pci_view_read(struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		  unsigned int width);
/* Only by the ports, and never from A0 on: else nothing happens. */
void pci_view_write(struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		    unsigned int width, u32 value);
/* "mechanism 1", "/proc/bus/pci", ... */
const char *pci_view_how(const struct pci_view *v);

static inline u16 pci_seen16(const struct pci_seen *fn, unsigned int reg)
{
	return (u16)(fn->header[reg] | fn->header[reg + 1] << 8);
}
static inline u32 pci_seen32(const struct pci_seen *fn, unsigned int reg)
{
	return pci_seen16(fn, reg) | (u32)pci_seen16(fn, reg + 2) << 16;
}

#endif
