/* ata_disk.h - what ata_disk.c and its ioctls share. */
#ifndef DRIVERS_ATA_ATA_DISK_H
#define DRIVERS_ATA_ATA_DISK_H

#include <kernel/block.h>
#include "ata_host.h"

struct ata_disk {
	struct ata_unit *unit;
	struct disk disk;
	struct ata_piece *pieces; /* of the request that is served; the unit's lock */
	u8 *trim_block; /* ATA_TRIM_BYTES of the TRIM under way; the unit's lock; NULL: none */
};

/* Cache and DMA may have been switched, by one of several ways: the disk's flags and limits tell
 * how it is. Unit locked. */
void ata_disk_show(struct ata_disk *d);
long ata_disk_ioctl(struct disk *disk, u32 mode, unsigned int cmd, unsigned long arg);

/* ---- ata_sg.c: commands from programs ---- */
long ata_sg_io(struct ata_disk *d, unsigned long arg);
#define ATA_USER_BYTES_MAX 65536u

#endif
