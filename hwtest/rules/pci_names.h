/*
 * pci_names.h - PCI classes and makers in words, and which classes Oldiron has a driver for. Pure.
 *
 * Source: PCI Local Bus 3.0, appendix D (classes); PCI-SIG's list of makers, those of old PCs.
 */
#ifndef HWTEST_RULES_PCI_NAMES_H
#define HWTEST_RULES_PCI_NAMES_H

#include <kernel/types.h>

/* Never NULL. class: base << 8 | subclass. */
const char *pci_class_name(u16 class);
/* NULL: not in the list. */
const char *pci_vendor_name(u16 vendor);

#endif
