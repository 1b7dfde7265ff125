/*
 * pci_router.h - chips that lead PCI's interrupts to the lines of the 8259s, and ELCR, the 8259s'
 * edge or level switch. Core, over struct hw and configuration space.
 *
 * A link is what the BIOS's table (pir_decode.h) calls an input of the router. A router that does
 * not know a link answers 0, and refuses to set it.
 *
 * Locking: the caller's; the glue routes at boot, one function after the other.
 */
#ifndef DRIVERS_PCI_ROUTER_H
#define DRIVERS_PCI_ROUTER_H

#include "pci_internal.h"
#include "pir_decode.h"

struct pci_router {
	const struct router_row *row; /* NULL: none is known */
	const struct pci_dev *dev;
	struct hw *hw;
};

/* Looks for it where the table says, then everywhere. */
void pci_router_find(struct pci_router *r, const struct pci_tree *tree,
		     const struct pir_table *table, struct hw *hw);
const char *pci_router_name(const struct pci_router *r);	  /* NULL: none */
unsigned int pci_router_get(const struct pci_router *r, u8 link); /* 0: led nowhere */
/* True when it reads back so. */
bool pci_router_set(const struct pci_router *r, u8 link, unsigned int line);

/* Makes the line level-triggered, in the 8259s and where the router has a switch of its own. */
void pci_router_set_level(const struct pci_router *r, u8 link, unsigned int line);

/* Some boards have none; then nothing happens. */
void elcr_set_level(struct hw *hw, unsigned int line);
bool elcr_is_level(struct hw *hw, unsigned int line);

#endif
