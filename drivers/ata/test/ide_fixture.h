/* ide_fixture.h - the configuration space of an IDE controller and of one bridge, for tests of
 * chips' rows; both channels have two disks. */
#ifndef DRIVERS_ATA_IDE_FIXTURE_H
#define DRIVERS_ATA_IDE_FIXTURE_H

#include <host/host.h>
#include "../pci_ide_chips.h"

extern u8 config[256], bridge_config[256];
extern struct pci_dev dev, bridge;
extern struct ide_controller controller;
extern struct ata_channel ch[2];
extern u32 stuck; /* bits of register 40 that cannot be cleared */

void start(u16 vendor, u16 device, u8 revision);
/* Beside that bridge (or host bridge); setup() is called. */
void start_with(u16 vendor, u16 device, u16 bridge_device, u8 bridge_revision);
/* By the controller's ops. */
void set(unsigned int c, unsigned int unit, u8 pio, u8 dma);

#endif
