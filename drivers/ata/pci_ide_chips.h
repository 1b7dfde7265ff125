/*
 * pci_ide_chips.h - what the table of chips (pci_ide_chips.c) takes from the files that know how a
 * family is programmed.
 *
 * setup() is called once, before the channels are made; it may lower what the row says
 * (udma_mask, flags) or leave the timing to the BIOS (ops NULL). set_mode() is called for each
 * drive by its channel's thread; registers that have bits of both channels are written under
 * ide_registers_lock.
 */
#ifndef DRIVERS_ATA_PCI_IDE_CHIPS_H
#define DRIVERS_ATA_PCI_IDE_CHIPS_H

#include <kernel/lock.h>
#include "pci_ide.h"

extern struct spinlock ide_registers_lock;

/* pci_ide_piix.c: Intel */
extern const struct ata_chip_ops ide_oldpiix_ops; /* 82371FB: one timing for both drives */
extern const struct ata_chip_ops ide_piix_ops;
extern const struct ata_chip_ops ide_ich_ops; /* Ultra DMA 66 and up */
bool ide_ich_cable80(struct ide_controller *c, u8 channel);

/* pci_ide_via.c: VIA (its kinds are below these), AMD */
#define IDE_KIND_AMD_33	 16
#define IDE_KIND_AMD_66	 17
#define IDE_KIND_AMD_100 18
#define IDE_KIND_AMD_133 19
extern const struct ata_chip_ops ide_via_ops;
void ide_via_setup(struct ide_controller *c);
bool ide_via_cable80(struct ide_controller *c, u8 channel);
void ide_amd766_setup(struct ide_controller *c);
bool ide_amd_cable80(struct ide_controller *c, u8 channel);

/* pci_ide_ali.c, pci_ide_sis.c, pci_ide_cmd64x.c */
extern const struct ata_chip_ops ide_ali_ops, ide_sis_ops, ide_cmd64x_ops;
void ide_ali_setup(struct ide_controller *c);
bool ide_ali_cable80(struct ide_controller *c, u8 channel);
void ide_sis_setup(struct ide_controller *c);
bool ide_sis_cable80(struct ide_controller *c, u8 channel);
void ide_cmd64x_setup(struct ide_controller *c);
bool ide_cmd648_cable80(struct ide_controller *c, u8 channel);

#endif
