/* pci_ide_piix.h - timing of Intel's IDE controllers. */
#ifndef DRIVERS_ATA_PCI_IDE_PIIX_H
#define DRIVERS_ATA_PCI_IDE_PIIX_H

#include "pci_ide.h"

extern const struct ata_chip_ops ide_oldpiix_ops; /* one timing a channel, for both drives */
extern const struct ata_chip_ops ide_piix_ops;	  /* PIIX3, PIIX4 */
extern const struct ata_chip_ops ide_ich_ops;	  /* with a clock for each drive */
bool ide_ich_cable80(struct ide_controller *c, u8 channel);

#endif
