/*
 * identify_decode.h - the 256 words of IDENTIFY DEVICE and IDENTIFY PACKET DEVICE as a struct.
 *
 * Pure: words in, struct out, no I/O. What a drive says that cannot be is not believed: a count of
 * sectors that contradicts the geometry, a mode reported where the word is not valid, features of a
 * word whose check bits are wrong. Sizes are in the device's logical sectors (sector_bytes each).
 *
 * identify_decode() returns 0, or -EINVAL when the words are no identification at all (all zeros,
 * all ones, all the same), and -ENODEV for one without capacity and geometry.
 *
 * Source: ATA-1 to ATA/ATAPI-6, ACS-2, word tables; hardware-notes 5.4 for what real drives get
 * wrong.
 */
#ifndef DRIVERS_ATA_IDENTIFY_DECODE_H
#define DRIVERS_ATA_IDENTIFY_DECODE_H

#include <kernel/types.h>

#define IDENTIFY_WORDS 256

struct ata_geometry {
	u32 cylinders;
	u16 heads, sectors; /* sectors counted from 1 */
};

struct ata_identity {
	char model[41], serial[21], firmware[9]; /* printable, trimmed */
	bool packet;
	bool removable;
	bool cf;	 /* CompactFlash or a module of that kind */
	bool solid;	 /* nothing turns */
	bool incomplete; /* needs SET FEATURES 07 (spin up) before the rest is true */

	/* disks */
	struct ata_geometry geometry; /* default */
	struct ata_geometry set;      /* as set in the drive now; zero: unknown */
	bool lba, lba48;
	u64 sectors; /* by the best address form it has */
	u32 lba28_sectors;
	u64 chs_sectors; /* of `geometry` */
	u32 sector_bytes, physical_bytes;
	u8 multiple_max; /* 0: no READ MULTIPLE */
	u8 multiple;	 /* set now; 0: none */
	bool flush, flush_ext;
	bool flush_named; /* not only as of its version */
	bool write_cache, write_cache_on;
	bool smart, acoustic, power, fua;
	bool trim; /* DATA SET MANAGEMENT, by DMA */

	/* transfer */
	bool dma, iordy, iordy_optional;
	u8 pio;			  /* best mode, 0..4 */
	u8 mwdma_mask, udma_mask; /* bit n: mode n can be had */
	u8 mwdma_now, udma_now;	  /* the one that is set, as mask */
	bool cable80;		  /* the drive saw an 80-wire cable */
	bool sata;

	/* packet devices */
	u8 packet_type;	 /* 0 disk, 1 tape, 5 CD, 7 optical, ... */
	u8 packet_size;	 /* 12 or 16 */
	bool packet_irq; /* interrupts when it wants the packet */
	bool dma_dir;

	u8 version; /* ATA version, 0: does not say */
};

int identify_decode(const u16 words[IDENTIFY_WORDS], bool packet, struct ata_identity *id);
/* Two identifications of the same drive: model, serial and firmware agree and there is a serial. */
bool identify_same(const struct ata_identity *a, const struct ata_identity *b);

#endif
