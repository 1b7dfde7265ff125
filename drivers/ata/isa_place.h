/*
 * isa_place.h - where a channel that no bus describes is: ports and interrupt. Pure.
 *
 * Source: hardware-notes 5.1; Linux 2.4, Documentation/ide.txt (ide?=base,ctl,irq).
 */
#ifndef DRIVERS_ATA_ISA_PLACE_H
#define DRIVERS_ATA_ISA_PLACE_H

#include <kernel/types.h>

struct isa_place {
	u16 base, control;
	int irq; /* -1: none is known, it is polled */
};

#define ISA_PLACES 4u
extern const struct isa_place isa_places[ISA_PLACES]; /* the AT's own, in their order */

/*
 * "BASE[,CONTROL[,IRQ]]", 0x for hexadecimal. What is left out: 206h above the base, and the
 * interrupt that belongs to the base at the AT's own places, else none. IRQ 0: none. False when it
 * is nothing that can be: the base must be a multiple of 8 from 100h on, the interrupt one of
 * ISA's.
 */
bool isa_place_parse(const char *text, struct isa_place *out);

#endif
