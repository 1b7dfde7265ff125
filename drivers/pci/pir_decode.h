/*
 * pir_decode.h - the BIOS's PCI interrupt routing table: pure, no I/O.
 *
 * It says to which of the router's inputs ("link") each pin of each slot is wired, and which lines
 * that input can be led to. The table is somewhere in F0000-FFFFF and is untrusted bytes: what is
 * found stays inside the area given, however it is damaged.
 *
 * Source: Microsoft, "PCI IRQ Routing Table Specification" 1.0; hardware-notes 3.3.
 */
#ifndef DRIVERS_PCI_PIR_DECODE_H
#define DRIVERS_PCI_PIR_DECODE_H

#include <kernel/types.h>

struct pir_table {
	const u8 *slots; /* in the area given; NULL: there is no table */
	unsigned int count;
	u8 router_bus, router_devfn;
	u16 vendor, device; /* a chip that the router is compatible with; 0: not told */
	u16 exclusive;	    /* lines that only PCI uses */
};

struct pir_link {
	u8 link;   /* 0: not wired; from F0: fixed to line (link & 15); else the router knows */
	u16 lines; /* bit n: can be led to line n */
};
struct pir_slot {
	u8 bus, device;
	struct pir_link pin[4]; /* A to D */
};

/* The first sound table on a 16-byte boundary of the area. */
bool pir_find(const u8 *area, size_t size, struct pir_table *out);
bool pir_slot(const struct pir_table *table, unsigned int nth, struct pir_slot *out);
/* pin 1 to 4. False: the table does not know the slot. */
bool pir_find_link(const struct pir_table *table, unsigned int bus, unsigned int device,
		   unsigned int pin, struct pir_link *out);

#endif
