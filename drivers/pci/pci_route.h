/*
 * pci_route.h - which line a function's interrupt comes on. Core.
 *
 * What the BIOS wrote into the function is believed if a card can have that line; it knows the
 * board. Else the routing table tells the router's input and the router the line it leads to; an
 * input that leads nowhere is led to the best line that the table allows. The line is made
 * level-triggered when the router confirms it.
 *
 * A function behind a bridge that the table does not know has its pins turned by the slot number,
 * bridge by bridge. Source: PCI-to-PCI Bridge 1.0, 9.1; hardware-notes 3.3.
 */
#ifndef DRIVERS_PCI_ROUTE_H
#define DRIVERS_PCI_ROUTE_H

#include "pci_router.h"

struct pci_routing {
	const struct pci_tree *tree;
	struct pir_table table; /* slots NULL: there is none */
	struct pci_router router;
	struct hw *hw;
};

bool pci_line_is_believable(unsigned int line);
/* Where the function's pin is wired to; false: not told. */
bool pci_route_link(const struct pci_routing *r, const struct pci_dev *p, struct pir_link *out);
/*
 * The line, or -1. `taken`: lines that others than PCI use, bit n for line n. It is written into
 * the function where that is news, or where the write itself leads the interrupt there.
 */
int pci_route(const struct pci_routing *r, struct pci_dev *p, u16 taken);

#endif
