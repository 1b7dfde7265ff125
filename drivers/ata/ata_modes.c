/*
 * ata_modes.c - how a device is used: addressing, READ MULTIPLE, transfer mode; and the drives that
 * must not be asked for all they promise.
 *
 * A mode faster than the BIOS's is set only where the controller is programmed for it too: a drive
 * that sends faster than the controller listens corrupts data silently.
 *
 * Source: hardware-notes 5.4, 5.6, 5.7.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ata_internal.h"

#define MULTIPLE_BYTES_MAX 8192u
/* Faster than this needs the 80-wire cable. */
#define UDMA_40_WIRE_MASK 0x07
#define UDMA_40_WIRE_MAX  (ATA_MODE_UDMA + 2)

struct quirk {
	const char *model;    /* `*` at the end: and whatever follows */
	const char *firmware; /* NULL: any */
	u32 quirks;
};

/* No DMA: Linux, libata-core.c, its device table (the entries for no DMA), and hardware-notes 5.7.
 * The others name theirs. */
static const struct quirk quirks[] = {
	{ "WDC AC11000H", NULL, ATA_QUIRK_NO_DMA },
	{ "WDC AC22100H", NULL, ATA_QUIRK_NO_DMA },
	{ "WDC AC32500H", NULL, ATA_QUIRK_NO_DMA },
	{ "WDC AC33100H", NULL, ATA_QUIRK_NO_DMA },
	{ "WDC AC31600H", NULL, ATA_QUIRK_NO_DMA },
	{ "WDC AC32100H", "24.09P07", ATA_QUIRK_NO_DMA },
	{ "WDC AC23200L", "21.10N21", ATA_QUIRK_NO_DMA },
	{ "CRD-8400B", NULL, ATA_QUIRK_NO_DMA },
	{ "CRD-848*", NULL, ATA_QUIRK_NO_DMA },
	{ "CRD-84", NULL, ATA_QUIRK_NO_DMA },
	{ "SanDisk SDP3B*", NULL, ATA_QUIRK_NO_DMA },
	{ "SANYO CD-ROM CRD", NULL, ATA_QUIRK_NO_DMA },
	{ "HITACHI CDR-8*", NULL, ATA_QUIRK_NO_DMA },
	{ "Toshiba CD-ROM XM-6202B", NULL, ATA_QUIRK_NO_DMA },
	{ "TOSHIBA CD-ROM XM-6202B", NULL, ATA_QUIRK_NO_DMA },
	{ "TOSHIBA CD-ROM XM-1702BC", NULL, ATA_QUIRK_NO_DMA },
	{ "CD-532E-A", NULL, ATA_QUIRK_NO_DMA },
	{ "E-IDE CD-ROM CR-840", NULL, ATA_QUIRK_NO_DMA },
	{ "CD-ROM Drive/F5A", NULL, ATA_QUIRK_NO_DMA },
	{ "WPI CDD-820", NULL, ATA_QUIRK_NO_DMA },
	{ "SAMSUNG CD-ROM SC-148C", NULL, ATA_QUIRK_NO_DMA },
	{ "SAMSUNG CD-ROM SC", NULL, ATA_QUIRK_NO_DMA },
	{ "ATAPI CD-ROM DRIVE 40X MAXIMUM", NULL, ATA_QUIRK_NO_DMA },
	{ "_NEC DV5800A", NULL, ATA_QUIRK_NO_DMA },
	{ "SAMSUNG CD-ROM SN-124", "N001", ATA_QUIRK_NO_DMA },
	{ "Seagate STT20000A", NULL, ATA_QUIRK_NO_DMA },
	/* hardware-notes 5.10: limits of a command's length (libata-core.c). */
	{ "TORiSAN DVD-ROM DRD-N216", NULL, ATA_QUIRK_MAX_128 },
	/* The same table: TRIM that fails, and drives that lock up when it is large. */
	{ "SuperSSpeed S238*", NULL, ATA_QUIRK_NO_TRIM },
	{ "M88V29*", NULL, ATA_QUIRK_NO_TRIM },
	{ "SanDisk SD7*", NULL, ATA_QUIRK_TRIM_128M },
	{ "SanDisk SD8*", NULL, ATA_QUIRK_TRIM_128M },
	{ "SanDisk SD9*", NULL, ATA_QUIRK_TRIM_128M },
	/* Linux, ide-cd.c: the interrupt reason stays at 1. */
	{ "ASUS CD-S*", NULL, ATA_QUIRK_IREASON },
	/* Linux, ide-probe.c: a tape "nest" that answers as a disk. */
	{ "EXABYTE EXB-8500 NEST*", NULL, ATA_QUIRK_NOT_A_DISK },
	{ "EXABYTE NEST*", NULL, ATA_QUIRK_NOT_A_DISK },
};

static bool matches(const char *pattern, const char *text)
{
	size_t n = strlen(pattern);

	if (n && pattern[n - 1] == '*')
		return !strncmp(pattern, text, n - 1);
	return !strcmp(pattern, text);
}

void ata_apply_quirks(struct ata_device *dev)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(quirks); i++)
		if (matches(quirks[i].model, dev->id.model) &&
		    (!quirks[i].firmware || matches(quirks[i].firmware, dev->id.firmware)))
			dev->quirks |= quirks[i].quirks;
}

/* ---- what the drive is told ---- */

int ata_set_transfer(struct ata_device *dev, u8 mode)
{
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_SET_FEATURES,
			.feature = ATA_FEATURE_XFER,
			.nsect = mode },
		.timeout_us = ATA_FEATURE_US,
	};

	return ata_execute(dev, &cmd);
}

int ata_init_parameters(struct ata_device *dev)
{
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_INIT_PARAMETERS,
			.nsect = (u8)dev->geometry.sectors,
			.device = (u8)(dev->geometry.heads - 1) },
		.timeout_us = ATA_FEATURE_US,
	};

	return ata_execute(dev, &cmd);
}

int ata_set_multiple(struct ata_device *dev, u8 sectors)
{
	struct ata_command cmd = {
		.tf = { .command = ATA_CMD_SET_MULTIPLE, .nsect = sectors },
		.timeout_us = ATA_FEATURE_US,
	};
	int err = ata_execute(dev, &cmd);

	dev->multiple = err ? 0 : sectors;
	return err;
}

/* ---- addressing ---- */

/* Old drives translate nothing before they are told so; new ones refuse it. */
static void set_geometry(struct ata_device *dev)
{
	if (!(dev->ch->flags & ATA_CH_AS_FOUND)) {
		(void)ata_init_parameters(dev);
	} else if (dev->id.set.cylinders) {
		dev->geometry = dev->id.set;
		dev->sectors =
			(u64)dev->geometry.cylinders * dev->geometry.heads * dev->geometry.sectors;
	}
}

static void set_addressing(struct ata_device *dev)
{
	const struct ata_identity *id = &dev->id;
	bool by_chs = dev->ch->flags & ATA_CH_NO_LBA && !dev->ch->transport && id->chs_sectors;

	dev->geometry = id->geometry;
	dev->sectors = id->sectors;
	if (by_chs || !id->lba) {
		dev->addressing = ATA_CHS;
		dev->sectors = id->chs_sectors;
		set_geometry(dev);
	} else if (id->lba48 && !(dev->ch->flags & ATA_CH_NO_LBA48)) {
		dev->addressing = ATA_LBA48;
	} else {
		dev->addressing = ATA_LBA28;
		dev->sectors = id->lba28_sectors;
	}
}

static void set_multiple_mode(struct ata_device *dev)
{
	u32 most = MULTIPLE_BYTES_MAX / dev->id.sector_bytes;
	u8 n = (u8)min_t(u32, dev->id.multiple_max, most);

	dev->multiple = 0;
	if (n > 1 && !(dev->quirks & ATA_QUIRK_NO_MULTIPLE) &&
	    !(dev->ch->flags & (ATA_CH_NO_MULTIPLE | ATA_CH_AS_FOUND)))
		(void)ata_set_multiple(dev, n);
}

/* ---- transfer modes ---- */

bool ata_may_dma(const struct ata_device *dev)
{
	const struct ata_channel *ch = dev->ch;

	if (dev->kind == ATA_PACKET && ch->flags & ATA_CH_NO_ATAPI_DMA)
		return false;
	return (ch->transport || (ch->bm && ch->prd)) && !(ch->flags & ATA_CH_NO_DMA) &&
	       dev->id.dma && !(dev->quirks & ATA_QUIRK_NO_DMA) && !dev->dma_off;
}

bool ata_may_dma48(const struct ata_device *dev)
{
	return ata_uses_dma(dev) && !(dev->ch->flags & ATA_CH_NO_LBA48_DMA);
}

/* The family's best mode of the mask. */
static u8 best(u8 family, u8 mask)
{
	u8 n = 7;

	while (n > 0 && !(mask & 1u << n))
		n--;
	return mask ? (u8)(family + n) : 0;
}

static u8 best_dma_mode(const struct ata_device *dev)
{
	const struct ata_channel *ch = dev->ch;
	u8 udma = dev->id.udma_mask & ch->udma_mask;
	u8 mode;

	if (!dev->id.sata && !(dev->id.cable80 && ch->cable80))
		udma &= UDMA_40_WIRE_MASK;
	mode = best(ATA_MODE_UDMA, udma);
	return mode ? mode : best(ATA_MODE_MWDMA, dev->id.mwdma_mask & ch->mwdma_mask);
}

/* What BIOS and drive agreed on; the bus master's status has a bit for each drive that it made
 * ready. */
static u8 bios_dma_mode(const struct ata_device *dev)
{
	u8 ready = dev->unit ? BM_STATUS_DRIVE1 : BM_STATUS_DRIVE0;
	u8 status = hw_in8(dev->ch->hw, (u16)(dev->ch->bm + BM_REG_STATUS));
	u8 mode = best(ATA_MODE_UDMA, dev->id.udma_now);

	if (status == 0xff || !(status & ready))
		return 0;
	return mode ? mode : best(ATA_MODE_MWDMA, dev->id.mwdma_now);
}

/* The controller first: it may be slower than the drive, never faster. */
static bool program_mode(struct ata_device *dev, u8 mode)
{
	u8 old = dev->dma_mode;

	dev->dma_mode = mode;
	dev->ch->timed = dev->unit;
	if (dev->ch->chip && dev->ch->chip->set_mode && dev->ch->chip->set_mode(dev->ch, dev) &&
	    (!mode || !ata_set_transfer(dev, mode)))
		return true;
	dev->dma_mode = old;
	return false;
}

static void set_pio_mode(struct ata_device *dev)
{
	struct ata_channel *ch = dev->ch;

	if (!ch->chip || !ch->chip->set_mode || ch->flags & ATA_CH_AS_FOUND)
		return;
	dev->pio_mode = min(ch->pio_max, dev->id.pio);
	if (!program_mode(dev, 0))
		dev->pio_mode = 0xff;
	else if (dev->pio_mode > 2 || dev->id.iordy)
		(void)ata_set_transfer(dev, (u8)(ATA_MODE_PIO + dev->pio_mode));
}

static void set_dma_mode(struct ata_device *dev)
{
	u8 mode;

	dev->dma_mode = 0;
	if (!ata_may_dma(dev))
		return;
	if (!dev->ch->chip || dev->ch->flags & (ATA_CH_BIOS_DMA | ATA_CH_AS_FOUND)) {
		dev->dma_mode = bios_dma_mode(dev);
		return;
	}
	mode = best_dma_mode(dev);
	if (mode && !program_mode(dev, mode))
		ata_note(dev->ch, dev, "does not take the DMA mode");
}

void ata_set_modes(struct ata_channel *ch)
{
	for (u8 unit = 0; unit < 2; unit++) {
		struct ata_device *dev = &ch->dev[unit];

		if (dev->kind == ATA_NONE)
			continue;
		set_pio_mode(dev);
		if (dev->kind == ATA_DISK) {
			set_addressing(dev);
			set_multiple_mode(dev);
			dev->write_cache = dev->id.write_cache_on;
		}
		set_dma_mode(dev);
	}
	/* A test that goes wrong ends in a reset, which restores both. */
	for (u8 unit = 0; unit < 2; unit++)
		if ((ch->flags & (ATA_CH_IO32 | ATA_CH_AS_FOUND)) == ATA_CH_IO32 &&
		    ch->dev[unit].kind == ATA_DISK)
			(void)ata_use_io32(&ch->dev[unit], true);
}

/* ---- by the user ---- */

int ata_use_dma(struct ata_device *dev, bool on)
{
	dev->dma_off = !on;
	if (on && !dev->dma_mode)
		set_dma_mode(dev);
	return !on || dev->dma_mode ? 0 : -EIO;
}

int ata_use_multiple(struct ata_device *dev, u8 sectors)
{
	if (sectors > dev->id.multiple_max || (sectors & (sectors - 1)))
		return -EINVAL;
	return ata_set_multiple(dev, sectors);
}

static int set_feature(struct ata_device *dev, u8 feature, u8 nsect)
{
	return ata_simple(dev, ATA_CMD_SET_FEATURES, feature, nsect, ATA_FLUSH_US);
}

int ata_use_write_cache(struct ata_device *dev, bool on)
{
	int err = set_feature(dev, on ? ATA_FEATURE_WCACHE_ON : ATA_FEATURE_WCACHE_OFF, 0);

	if (!err)
		dev->write_cache = on;
	return err;
}

int ata_use_acoustic(struct ata_device *dev, u8 level)
{
	int err =
		set_feature(dev, level ? ATA_FEATURE_ACOUSTIC_ON : ATA_FEATURE_ACOUSTIC_OFF, level);

	if (!err)
		dev->acoustic = level;
	return err;
}

/* ---- slower ---- */

/* The next one below that drive and controller have; 0: none. */
static u8 slower_udma(const struct ata_device *dev)
{
	u8 below = (u8)((1u << (dev->dma_mode & ATA_MODE_NUMBER)) - 1);

	if (dev->dma_mode < ATA_MODE_UDMA)
		return 0;
	if (dev->dma_mode > UDMA_40_WIRE_MAX)
		below &= UDMA_40_WIRE_MASK;
	return best(ATA_MODE_UDMA, below & dev->ch->udma_mask & dev->id.udma_mask);
}

/* Ultra DMA 3 and up, then 2, then one after the other, then PIO: the other DMA modes have no
 * checksum, so what corrupted there would not be seen. */
bool ata_step_down(struct ata_device *dev)
{
	u8 mode = slower_udma(dev);

	if (mode && !(dev->ch->flags & ATA_CH_BIOS_DMA) && program_mode(dev, mode)) {
		ata_note(dev->ch, dev, "errors on the cable: a slower mode");
		return true;
	}
	dev->dma_mode = 0;
	dev->dma_off = true;
	ata_note(dev->ch, dev, "too many DMA errors: PIO from now on");
	return false;
}

const char *ata_mode_text(const struct ata_device *dev)
{
	static const char *const udma[] = { "UDMA16", "UDMA25",	 "UDMA33",  "UDMA44",
					    "UDMA66", "UDMA100", "UDMA133", "UDMA167" };
	static const char *const mwdma[] = { "MWDMA0", "MWDMA1", "MWDMA2" };
	static const char *const pio[] = { "PIO0", "PIO1", "PIO2", "PIO3", "PIO4" };

	if (dev->dma_mode >= ATA_MODE_UDMA)
		return udma[dev->dma_mode & ATA_MODE_NUMBER];
	if (dev->dma_mode >= ATA_MODE_MWDMA)
		return mwdma[min_t(u8, dev->dma_mode & ATA_MODE_NUMBER, 2)];
	return dev->pio_mode < ARRAY_SIZE(pio) ? pio[dev->pio_mode] : "PIO";
}
