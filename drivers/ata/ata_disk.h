/* ata_disk.h - what ata_disk.c and its ioctls share. */
#ifndef DRIVERS_ATA_ATA_DISK_H
#define DRIVERS_ATA_ATA_DISK_H

#include <kernel/block.h>
#include "ata_host.h"

struct ata_disk {
	struct ata_unit *unit;
	struct disk disk;
	struct ata_piece *pieces; /* of the request that is served; the unit's lock */
};

#endif
