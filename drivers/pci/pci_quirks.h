/* pci_quirks.h - what is known to be wrong with a function; the flags are in pci.h. */
#ifndef DRIVERS_PCI_QUIRKS_H
#define DRIVERS_PCI_QUIRKS_H

#include "pci_internal.h"

/* When its header was read, before its BARs are: sets flags. */
void pci_quirks_early(struct pci_dev *p);
/* When all functions are known: corrects chips. */
void pci_quirks_late(struct pci_tree *tree);

#endif
