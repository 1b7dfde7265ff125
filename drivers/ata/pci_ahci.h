/* pci_ahci.h - which AHCI controllers there are, and what is wrong with them. */
#ifndef DRIVERS_ATA_PCI_AHCI_H
#define DRIVERS_ATA_PCI_AHCI_H

#include "../pci/pci.h"

/* Beside AHCI_IGNORE_IFS and AHCI_MAX_255, in ahci_chip.quirks. */
#define AHCI_CHIP_PCS  0x100u /* Intel: ports are enabled by INTEL_PCS */
#define AHCI_PCS_PORTS 0x3Fu

struct ahci_chip {
	u16 vendor, device, last; /* device to last; 0: all of the vendor */
	u32 quirks;
	u32 ports; /* those that exist, whatever PI says; 0: PI is right */
	const char *name;
};
const struct ahci_chip *ahci_chip_find(u16 vendor, u16 device); /* never NULL */

extern const struct pci_id ahci_ids[];

#endif
