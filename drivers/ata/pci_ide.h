/*
 * pci_ide.h - PCI IDE controllers: what the table of chips (pci_ide_chips.c) tells the attachment
 * (pci_ide.c).
 */
#ifndef DRIVERS_ATA_PCI_IDE_H
#define DRIVERS_ATA_PCI_IDE_H

#include "../pci/pci.h"
#include "ata_core.h"

struct ide_controller {
	struct pci_dev *pci;
	const struct ide_chip *chip;
	/* what set-up may change; first as the chip's row says */
	u32 flags;
	const struct ata_chip_ops *ops; /* NULL: timing stays the BIOS's */
	u8 mwdma_mask, udma_mask;
	u8 kind;	  /* of the family, as its file numbers them */
	bool fixed_setup; /* VIA: the address set-up is not to be written */
};

struct ide_channel {
	struct ide_controller *controller;
	u8 number; /* 0 primary, 1 secondary */
};

/* A bit of a configuration register that is set when the channel is on; reg 0: always on. */
struct ide_enable {
	u8 reg, mask;
};

struct ide_chip {
	u16 vendor, device;
	const char *name;
	u32 flags; /* ATA_CH_* */
	struct ide_enable enable[2];
	/* Modes that `ops` can program; without ops timing stays the BIOS's. */
	const struct ata_chip_ops *ops;
	u8 pio_max, mwdma_mask, udma_mask;
	u8 kind;
	bool io_bit_lies;			 /* COMMAND.IO does not tell whether it decodes */
	bool simplex_clears;			 /* the bus master's simplex bit is no limit */
	void (*setup)(struct ide_controller *c); /* NULL: nothing */
	bool (*cable80)(struct ide_controller *c, u8 channel); /* NULL: no */
};

int pci_ide_start(void); /* once, at boot */
/* The row of that function, or the row for those that have none. */
const struct ide_chip *ide_chip_find(u16 vendor, u16 device);

#endif
