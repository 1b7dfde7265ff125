/*
 * chs.h - sector numbers and cylinder, head, sector. Pure.
 *
 * Source: T13 1321D 6.2 (CHS translation); hardware-notes 5.11.
 */
#ifndef DRIVERS_ATA_CHS_H
#define DRIVERS_ATA_CHS_H

#include "identify_decode.h"

#define CHS_CYLINDERS_MAX 65536u

struct chs {
	u32 cylinder;
	u16 head, sector; /* sector from 1 */
};

/* False: beyond what the geometry or 16 bits of cylinder reach. */
bool chs_from_lba(const struct ata_geometry *g, u64 lba, struct chs *out);
u64 chs_to_lba(const struct ata_geometry *g, const struct chs *at);

/*
 * What programs are told (HDIO_GETGEO) and a PC's BIOS would use: the drive's own geometry as far
 * as 1024 cylinders of it reach, else 255 heads of 63 sectors.
 */
void chs_bios_geometry(const struct ata_geometry *own, u64 sectors, struct ata_geometry *out);

/* "1024,16,63" of hda=; false when it is not a geometry. */
bool chs_parse(const char *text, struct ata_geometry *out);

#endif
