/*
 * pci_ide_ali.c - timing registers of ALi's M5229, by revision.
 *
 * Up to C1 there is no cable detection, and Ultra DMA is in doubt (drives of one maker fail, the
 * bridge must be a certain one): multiword DMA at most. Packets by DMA are not reliable in any.
 *
 * Source: Linux, pata_ali.c (ALi M1543C BIOS programming guide); hardware-notes 5.8.
 */
#include "ide_timing.h"
#include "pci_ide_chips.h"

#define ALI_CABLE	  0x4A /* bit set: 40 wires */
#define ALI_CONTROL	  0x4B
#define ALI_CONTROL_FAST  0x01 /* Ultra DMA 3 and up */
#define ALI_CONTROL_SENSE 0x08 /* cable detection on */
#define ALI_CONTROL_CDW	  0x80 /* CDs are written by DMA */
#define ALI_CD_DMA	  0x53
#define ALI_FIFO(ch)	  (0x54u + (ch))
#define ALI_UDMA(ch)	  (0x56u + (ch))
#define ALI_SETUP(ch)	  (0x58u + 4 * (ch))
#define ALI_OTHER(ch)	  (0x59u + 4 * (ch))
#define ALI_DATA(ch, u)	  (0x5Au + 4 * (ch) + (u))
#define ALI_FIFO_PIO	  0x5
#define ALI_FIFO_DMA	  0x8

#define ALI_VENDOR     0x10B9
#define ALI_ISA_BRIDGE 0x1533
#define ALI_ISA_SENSE  0x79

#define ALI_DMA_OK	 0x20
#define ALI_UDMA66	 0xC2
#define ALI_UDMA100	 0xC4
#define ALI_LBA48_DMA_OK 0xC5
#define ALI_FIFO_FIXED	 0xC7

static const u8 udma_codes[7] = { 0xC, 0xB, 0xA, 0x9, 0x8, 0xF, 0xD };

/* Eight clocks are 0, sixteen of recovery too; what is active longer recovers longer instead. */
static u8 pair(u8 active, u8 recover)
{
	if (active > 8)
		recover = (u8)(recover + active - 8);
	return (u8)((ide_timing_fit(active, 1, 8) & 7) << 4 |
		    (ide_timing_fit(recover, 1, 16) & 15));
}

static void write_nibble(struct ide_controller *c, unsigned int reg, unsigned int unit, u8 value)
{
	u8 old = pci_read8(c->pci, reg);

	pci_write8(c->pci, reg, (u8)((old & ~(0xF << 4 * unit)) | value << 4 * unit));
}

/* The FIFO confuses packet devices. */
static u8 fifo_code(const struct ata_device *dev)
{
	if (dev->kind != ATA_DISK)
		return 0;
	return dev->dma_mode ? ALI_FIFO_DMA : ALI_FIFO_PIO;
}

static u8 udma_code(const struct ata_device *dev)
{
	u8 mode = dev->dma_mode & ATA_MODE_NUMBER;

	return dev->dma_mode >= ATA_MODE_UDMA && mode < ARRAY_SIZE(udma_codes) ? udma_codes[mode]
									       : 0;
}

static bool ali_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	const struct ide_channel *data = ch->chip_data;
	struct ide_controller *c = data->controller;
	unsigned int n = data->number;
	struct ide_timing t;

	ide_timing_compute(dev, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	ide_timing_share(&ch->dev[!dev->unit], IDE_PCI_CLOCK_PS, &t, true);
	spin_lock(&ide_registers_lock);
	write_nibble(c, ALI_FIFO(n), dev->unit, fifo_code(dev));
	pci_write8(c->pci, ALI_SETUP(n), ide_timing_fit(t.setup, 1, 8) & 7);
	pci_write8(c->pci, ALI_OTHER(n), pair(t.active8, t.rest8));
	pci_write8(c->pci, ALI_DATA(n, dev->unit), pair(t.active, t.recover));
	write_nibble(c, ALI_UDMA(n), dev->unit, udma_code(dev));
	if (dev->dma_mode > ATA_MODE_UDMA + 2)
		pci_write8(c->pci, ALI_CONTROL, pci_read8(c->pci, ALI_CONTROL) | ALI_CONTROL_FAST);
	spin_unlock(&ide_registers_lock);
	return true;
}

const struct ata_chip_ops ide_ali_ops = { ali_set_mode, NULL };

/* ALi's own bridge lets the cable be sensed only when told to. */
static void sense_in_bridge(const struct ide_controller *c)
{
	struct pci_dev *north = pci_find_slot(0, 0);
	struct pci_dev *isa = pci_find(ALI_VENDOR, ALI_ISA_BRIDGE, NULL);
	u8 bit = c->pci->revision == ALI_UDMA66 ? 0x04 : 0x02;

	if (north && north->vendor == ALI_VENDOR && isa && c->pci->revision < ALI_LBA48_DMA_OK)
		pci_write8(isa, ALI_ISA_SENSE, pci_read8(isa, ALI_ISA_SENSE) | bit);
}

static void set_control(struct ide_controller *c)
{
	u8 control = pci_read8(c->pci, ALI_CONTROL), cd = pci_read8(c->pci, ALI_CD_DMA);
	u8 revision = c->pci->revision;

	if (revision < ALI_UDMA66) {
		pci_write8(c->pci, ALI_CONTROL, control & (u8)~ALI_CONTROL_CDW);
	} else {
		pci_write8(c->pci, ALI_CONTROL, control | ALI_CONTROL_SENSE);
		sense_in_bridge(c);
	}
	if (revision == ALI_DMA_OK)
		cd &= (u8)~2;
	pci_write8(c->pci, ALI_CD_DMA, cd | (revision >= ALI_FIFO_FIXED ? 3 : 1));
}

void ide_ali_setup(struct ide_controller *c)
{
	u8 revision = c->pci->revision;

	c->flags |= ATA_CH_NO_ATAPI_DMA;
	if (revision < ALI_LBA48_DMA_OK)
		c->flags |= ATA_CH_NO_LBA48_DMA;
	if (revision < ALI_DMA_OK) {
		c->flags |= ATA_CH_NO_DMA;
		return;
	}
	c->udma_mask = revision < ALI_UDMA66	     ? 0
		       : revision < ALI_UDMA100	     ? 0x1f
		       : revision < ALI_LBA48_DMA_OK ? 0x3f
						     : 0x7f;
	set_control(c);
}

bool ide_ali_cable80(struct ide_controller *c, u8 channel)
{
	return c->pci->revision >= ALI_UDMA66 && !(pci_read8(c->pci, ALI_CABLE) & 1u << channel);
}
