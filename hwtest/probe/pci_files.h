/*
 * pci_files.h - configuration space through the files of a system that has the ports itself:
 * /proc/bus/pci, or /sys/bus/pci/devices where there is no such folder. For pci_view.c.
 */
#ifndef HWTEST_PROBE_PCI_FILES_H
#define HWTEST_PROBE_PCI_FILES_H

#include "pci_view.h"

/* Fills v->fn. 0, -ENODEV: neither folder. */
int pci_files_open(struct pci_view *v);
u32 pci_files_read(const struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		   unsigned int width);

/* pci_view.c: appends one, its registers still zero. */
struct pci_seen *pci_view_add(struct pci_view *v, unsigned int bus, unsigned int devfn);

#endif
