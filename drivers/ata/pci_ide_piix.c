/*
 * pci_ide_piix.c - timing registers of the PIIX family: PIO and multiword DMA share one timing a
 * drive, Ultra DMA has its own.
 *
 * Source: Intel 82371FB/SB/AB datasheets (IDETIM, SIDETIM, UDMACTL, UDMATIM), 82801BA (IDE_CONFIG);
 * hardware-notes 5.6 (Linux, ata_piix.c).
 */
#include "pci_ide_chips.h"

#define IDETIM(ch)	 (0x40u + 2 * (ch))
#define SIDETIM		 0x44
#define UDMACTL		 0x48
#define UDMATIM		 0x4A
#define IDE_CONFIG	 0x54
#define IDETIM_SITRE	 0x4000u /* the slave has its own register */
#define IDETIM_MASTER	 0x330Fu /* ISP, RTC and the flags of drive 0 */
#define IDETIM_TIMES	 0x3300u
#define IDETIM_SLAVE	 0x00F0u
#define FLAG_TIME	 1u /* use the timing at all: PIO 2 and up */
#define FLAG_IORDY	 2u
#define FLAG_PREFETCH	 4u /* disks only */
#define FLAG_DMA_ONLY	 8u /* PIO stays slow */
#define CONFIG_66(n)	 (1u << (n))
#define CONFIG_100(n)	 (0x1000u << (n))
#define CONFIG_CABLE(ch) (0x30u << 2 * (ch))

/* Samples before IORDY, recovery, by PIO mode: in the registers' code. */
static const u8 isp[5] = { 0, 0, 1, 2, 2 }, rtc[5] = { 0, 0, 0, 1, 3 };

struct timing {
	struct pci_dev *pci;
	unsigned int channel, unit, drive; /* drive: 0..3 */
	unsigned int pio;		   /* the mode whose times are set */
	u16 flags;
};

/* Multiword DMA 1 has PIO 3's times, 2 has PIO 4's. */
static void find_timing(struct ata_channel *ch, const struct ata_device *dev, struct timing *t)
{
	const struct ide_channel *data = ch->chip_data;
	unsigned int pio = dev->pio_mode <= 4 ? dev->pio_mode : 0;
	u8 mode = dev->dma_mode;

	t->pci = data->controller->pci;
	t->channel = data->number;
	t->unit = dev->unit;
	t->drive = 2 * t->channel + dev->unit;
	t->pio = pio;
	if (mode >= ATA_MODE_MWDMA && mode < ATA_MODE_UDMA)
		t->pio = (mode & ATA_MODE_NUMBER) == 1 ? 3 : 4;
	t->flags = (u16)((t->pio >= 2 ? FLAG_TIME : 0) |
			 (t->pio > 2 || dev->id.iordy ? FLAG_IORDY : 0) |
			 (dev->kind == ATA_DISK ? FLAG_PREFETCH : 0) |
			 (t->pio > pio ? FLAG_DMA_ONLY : 0));
}

static void set_times(const struct timing *t, bool own_slave)
{
	u16 tim = pci_read16(t->pci, IDETIM(t->channel));
	u16 times = (u16)(isp[t->pio] << 12 | rtc[t->pio] << 8);
	unsigned int shift = t->channel ? 4 : 0;
	u8 slave = pci_read8(t->pci, SIDETIM);

	if (!own_slave)
		tim = (u16)((tim & ~IDETIM_TIMES) | times);
	if (t->unit) {
		tim = (u16)((tim & ~IDETIM_SLAVE) | t->flags << 4);
		slave = (u8)((slave & ~(0xF << shift)) | (isp[t->pio] << 2 | rtc[t->pio]) << shift);
	} else {
		tim = (u16)((tim & ~IDETIM_MASTER) | times | t->flags);
	}
	if (own_slave && t->unit)
		pci_write8(t->pci, SIDETIM, slave);
	pci_write16(t->pci, IDETIM(t->channel), (u16)(own_slave ? tim | IDETIM_SITRE : tim));
}

static void set_ultra(const struct timing *t, unsigned int mode, bool ich)
{
	u16 tim = pci_read16(t->pci, UDMATIM), config;
	unsigned int cycle = mode & 1 ? 1 : min(mode, 2u);

	tim = (u16)((tim & ~(3u << 4 * t->drive)) | cycle << 4 * t->drive);
	pci_write16(t->pci, UDMATIM, tim);
	if (ich) {
		config = pci_read16(t->pci, IDE_CONFIG);
		config &= (u16) ~(CONFIG_66(t->drive) | CONFIG_100(t->drive));
		if (mode == 5)
			config |= CONFIG_100(t->drive);
		else if (mode > 2)
			config |= CONFIG_66(t->drive);
		pci_write16(t->pci, IDE_CONFIG, config);
	}
	pci_write8(t->pci, UDMACTL, (u8)(pci_read8(t->pci, UDMACTL) | 1u << t->drive));
}

static bool set_mode(struct ata_channel *ch, struct ata_device *dev, bool ich)
{
	const struct ide_channel *data = ch->chip_data;
	struct timing t;

	find_timing(ch, dev, &t);
	spin_lock(&ide_registers_lock);
	set_times(&t, true);
	if (data->controller->udma_mask)
		pci_write8(t.pci, UDMACTL, (u8)(pci_read8(t.pci, UDMACTL) & ~(1u << t.drive)));
	if (dev->dma_mode >= ATA_MODE_UDMA)
		set_ultra(&t, dev->dma_mode & ATA_MODE_NUMBER, ich);
	spin_unlock(&ide_registers_lock);
	return true;
}

static bool piix_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	return set_mode(ch, dev, false);
}

static bool ich_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	return set_mode(ch, dev, true);
}

static bool oldpiix_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	struct timing t;

	find_timing(ch, dev, &t);
	set_times(&t, false);
	return true;
}

static void oldpiix_select(struct ata_channel *ch, struct ata_device *dev)
{
	if (dev->kind != ATA_NONE)
		(void)oldpiix_set_mode(ch, dev);
}

bool ide_ich_cable80(struct ide_controller *c, u8 channel)
{
	return pci_read16(c->pci, IDE_CONFIG) & CONFIG_CABLE(channel);
}

const struct ata_chip_ops ide_oldpiix_ops = { oldpiix_set_mode, oldpiix_select };
const struct ata_chip_ops ide_piix_ops = { piix_set_mode, NULL };
const struct ata_chip_ops ide_ich_ops = { ich_set_mode, NULL };
