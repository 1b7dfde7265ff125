/*
 * pci_access.h - how configuration space is reached: mechanism 1, mechanism 2, or not at all.
 *
 * A register is accessed with its own width: CMD640 hangs on 32-bit writes to its byte registers,
 * and status bits beside a byte are cleared by writing them back. What cannot be addressed (a slot
 * above 15 by mechanism 2, an offset above 255, no PCI) reads as all ones; writes to it vanish.
 *
 * Locking: address and data are one pair; the host's lock (irq-safe; NULL: nobody else) is taken
 * around each pair. pci_access_begin() .. _end() hold it over several, with interrupts off: keep
 * that short, and use the _locked forms inside.
 *
 * Source: PCI Local Bus 2.1, 3.7.4; hardware-notes 4.1.
 */
#ifndef DRIVERS_PCI_ACCESS_H
#define DRIVERS_PCI_ACCESS_H

#include <kernel/hw.h>
#include <kernel/types.h>

#define PCI_ALLOW_CONF1 1u
#define PCI_ALLOW_CONF2 2u
#define PCI_ALLOW_ALL	3u

struct pci_access {
	struct hw *hw;
	u8 mechanism; /* 0: none, 1, 2 */
	unsigned long (*lock)(void);
	void (*unlock)(unsigned long saved);
};

/* Finds the mechanism, of those allowed, and makes sure that a PCI bus is behind it. The ports are
 * as before when there is none. 0, -ENODEV. */
int pci_access_probe(struct pci_access *a, unsigned int allowed);

unsigned long pci_access_begin(struct pci_access *a);
void pci_access_end(struct pci_access *a, unsigned long saved);
u32 pci_access_read_locked(struct pci_access *a, unsigned int bus, unsigned int devfn,
			   unsigned int reg, unsigned int width);
void pci_access_write_locked(struct pci_access *a, unsigned int bus, unsigned int devfn,
			     unsigned int reg, unsigned int width, u32 value);
u32 pci_access_read(struct pci_access *a, unsigned int bus, unsigned int devfn, unsigned int reg,
		    unsigned int width);
void pci_access_write(struct pci_access *a, unsigned int bus, unsigned int devfn, unsigned int reg,
		      unsigned int width, u32 value);
static inline unsigned int pci_access_slots(const struct pci_access *a)
{
	return a->mechanism == 2 ? 16 : 32;
}

#endif
