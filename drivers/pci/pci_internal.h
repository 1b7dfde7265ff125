/*
 * pci_internal.h - between the parts of PCI: what a scan finds (core, over struct pci_access) and
 * what the kernel makes of it (glue).
 *
 * A tree is built once, by one thread; afterwards buses, functions and their order never change, so
 * nobody locks to walk them. Configuration space has its own lock (pci_access.h).
 */
#ifndef DRIVERS_PCI_INTERNAL_H
#define DRIVERS_PCI_INTERNAL_H

#include "pci.h"
#include "pci_access.h"

#define PCI_DEPTH_MAX	8u /* bridges behind bridges */
#define PCI_BUS_BITMAP	32u
#define PCI_WINDOWS	3u /* of a bridge: I/O, memory, prefetchable memory */
#define PCI_WINDOW_IO	0
#define PCI_WINDOW_MEM	1
#define PCI_WINDOW_PREF 2

struct pci_tree {
	struct pci_access *access;
	struct list_head buses, devs; /* devs: in order of bus, devfn */
	u8 seen[PCI_BUS_BITMAP];      /* bus numbers that are taken */
	u64 ram_end;		      /* no memory BAR can be below */
	u8 latency;		      /* what masters get, 33 MHz clocks */
	bool failed;		      /* no memory for all that is there */
};

struct pci_bus {
	struct pci_tree *tree;
	struct pci_dev *bridge; /* NULL: of a host bridge */
	struct list_head node;
	unsigned int number, last; /* last: highest number behind it */
	unsigned int depth;
	struct pci_bar window[PCI_WINDOWS]; /* of the bridge */
	char name[20];			    /* "PCI Bus 0000:01": in /proc/iomem */
	struct device dev;		    /* of a root bus: "pci0000:00" */
};

/* ---- pci_scan.c ---- */
void pci_tree_init(struct pci_tree *tree, struct pci_access *access, u64 ram_end);
/* Scans bus 0 and all below it, then the buses of `peers`, and those that host bridges are known to
 * have besides, unless a bridge led there. */
void pci_scan(struct pci_tree *tree, u8 peers[PCI_BUS_BITMAP]);
void pci_tree_free(struct pci_tree *tree); /* unit tests */
static inline void pci_bitmap_set(u8 *map, unsigned int bus)
{
	map[bus / 8] |= (u8)(1u << (bus & 7));
}
static inline bool pci_bitmap_test(const u8 *map, unsigned int bus)
{
	return map[bus / 8] & 1u << (bus & 7);
}

/* ---- pci_bar.c ---- */
void pci_bars_read(struct pci_dev *p);
void pci_windows_read(struct pci_bus *bus);

/* ---- pci_dev.c: pci_read8() and its kin, pci_enable(), ... of pci.h ---- */
int pci_enable_all(struct pci_dev *p); /* whatever it has BARs for */
int pci_disable(struct pci_dev *p);    /* once for each pci_enable(); -EIO: it is off */
static inline struct pci_access *pci_access_of(const struct pci_dev *p)
{
	return p->bus->tree->access;
}

/* ---- pci_peers.c ---- */
void pci_peers_add(const struct pci_tree *tree, u8 peers[PCI_BUS_BITMAP]);

/* ---- pci.c ---- */
extern struct pci_tree pci_tree;

#endif
