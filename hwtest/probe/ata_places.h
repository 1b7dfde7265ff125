/*
 * ata_places.h - where IDE channels may be, and what is known of each before it is touched: the
 * AT's two, those of PCI functions, and on request the places of ISA cards.
 *
 * The order and the names are the driver's (drivers/ata/pci_ide.c): ide0 and ide1 are the channels
 * at the AT's ports, later ones come as PCI lists them.
 *
 * The drivers' table of chips is linked with this; what it writes to configuration space goes
 * through the view that was opened last. One thread, one struct ata_places at a time.
 *
 * Source: PCI IDE Controller Specification 1.0; hardware-notes 5.1.
 */
#ifndef HWTEST_PROBE_ATA_PLACES_H
#define HWTEST_PROBE_ATA_PLACES_H

#include <drivers/ata/pci_ide.h>
#include "pci_view.h"

#define ATA_PLACES_MAX 16u

struct ata_place {
	char name[8];		     /* "ide0" */
	const char *off;	     /* why it is to be left alone; NULL: it need not be */
	const char *controller;	     /* "PIIX3", "ISA" */
	struct pci_dev *pci;	     /* NULL: ISA */
	u16 base, control, bm;	     /* bm 0: none */
	u32 flags;		     /* ATA_CH_* of the chip */
	const struct ide_chip *chip; /* NULL: ISA */
	unsigned int number;	     /* of the function's channels */
};

/* A function as the drivers' table of chips wants it. */
struct ata_function {
	struct pci_dev dev;
	const struct pci_seen *fn;
};

struct ata_places {
	struct pci_view view;
	struct ata_function *function; /* one for each of view.fn */
	struct ata_place at[ATA_PLACES_MAX];
	unsigned int count;
};

/* cards: also the third and fourth place of ISA cards, which other things may be at. */
void ata_places_find(struct ata_places *p, struct host *host, bool cards);
void ata_places_free(struct ata_places *p);
/* "0000:00:01.1"; "" without PCI. */
const char *ata_place_function(const struct ata_place *at);

#endif
