/*
 * pci_ide_cmd64x.c - timing registers of CMD's 646, 648 and 649.
 *
 * The drives of the second channel share the address set-up. Ultra DMA is broken in the 646 before
 * revision 5.
 *
 * Source: CMD PCI0646U2, PCI0648, PCI0649 datasheets (ARTTIM, DRWTIM, UDIDETCR) as in Linux,
 * pata_cmd64x.c.
 */
#include "ide_timing.h"
#include "pci_ide_chips.h"

#define CMD_646		 0x0646
#define CMD_646_UDMA_OK	 5
#define CMD_MRDMODE	 0x71
#define CMD_MRDMODE_LINE 0x02 /* memory read line */
#define CMD_MRDMODE_MASK 0x30 /* interrupts are held back */
#define CMD_CABLE	 0x79 /* bit set: 80 wires */
#define CMD_CAPABLE(ch)	 (0x72u + 8 * (ch))
#define CMD_UDMA(ch)	 (0x73u + 8 * (ch))
#define CMD_SETUP_BITS	 0xC0

static const u8 setup_regs[2][2] = { { 0x53, 0x55 }, { 0x57, 0x57 } };
static const u8 data_regs[2][2] = { { 0x54, 0x56 }, { 0x58, 0x5B } };
/* By clocks; more than four: 0xC0. */
static const u8 setup_codes[5] = { 0x40, 0x40, 0x40, 0x80, 0x00 };
static const u8 udma_codes[6] = { 0x30, 0x20, 0x10, 0x20, 0x10, 0x00 };

/* ---- values ---- */

/* Sixteen active clocks are 0, recovery is one more than its code, but for 1 clock: 15. */
static u8 data_code(u8 active, u8 recover)
{
	if (recover > 16) {
		active = (u8)(active + recover - 16);
		recover = 16;
	}
	active = ide_timing_fit(active, 1, 16);
	return (u8)((active & 15) << 4 | (recover > 1 ? recover - 1 : 15));
}

static u8 setup_code(u8 clocks)
{
	return clocks < ARRAY_SIZE(setup_codes) ? setup_codes[clocks] : CMD_SETUP_BITS;
}

/* Of the drive's bits in the channel's register: cycle, a faster clock, Ultra DMA at all. */
static u8 udma_bits(const struct ata_device *dev)
{
	u8 mode = dev->dma_mode & ATA_MODE_NUMBER;

	if (dev->dma_mode < ATA_MODE_UDMA || mode >= ARRAY_SIZE(udma_codes))
		return 0;
	return (u8)(udma_codes[mode] << 2 * dev->unit | (mode > 2 ? 4u : 0u) << dev->unit |
		    1u << dev->unit);
}

/* ---- registers ---- */

static void write_udma(struct ide_controller *c, unsigned int channel, const struct ata_device *dev)
{
	u8 own = (u8)(0x30 << 2 * dev->unit | 5 << dev->unit), capable = (u8)(0x20 << dev->unit);
	u8 udma = pci_read8(c->pci, CMD_UDMA(channel));
	u8 status = pci_read8(c->pci, CMD_CAPABLE(channel));

	pci_write8(c->pci, CMD_UDMA(channel), (u8)((udma & ~own) | udma_bits(dev)));
	/* Its error and interrupt bits end by being written. */
	status &= 0x60;
	pci_write8(c->pci, CMD_CAPABLE(channel),
		   (u8)(dev->dma_mode ? status | capable : status & ~capable));
}

static bool cmd64x_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	const struct ide_channel *data = ch->chip_data;
	struct ide_controller *c = data->controller;
	unsigned int setup = setup_regs[data->number][dev->unit];
	struct ide_timing t;

	ide_timing_compute(dev, IDE_PCI_CLOCK_PS, IDE_PCI_CLOCK_PS, &t);
	if (data->number)
		ide_timing_share(&ch->dev[!dev->unit], IDE_PCI_CLOCK_PS, &t, true);
	spin_lock(&ide_registers_lock);
	pci_write8(c->pci, setup,
		   (u8)((pci_read8(c->pci, setup) & ~CMD_SETUP_BITS) | setup_code(t.setup)));
	pci_write8(c->pci, data_regs[data->number][dev->unit], data_code(t.active, t.recover));
	write_udma(c, data->number, dev);
	spin_unlock(&ide_registers_lock);
	return true;
}

const struct ata_chip_ops ide_cmd64x_ops = { cmd64x_set_mode, NULL };

void ide_cmd64x_setup(struct ide_controller *c)
{
	u8 mode = pci_read8(c->pci, CMD_MRDMODE);

	if (c->pci->device == CMD_646 && c->pci->revision < CMD_646_UDMA_OK)
		c->udma_mask = 0;
	/* Bits 2 and 3 are interrupts that end by being written. */
	mode &= (u8) ~(CMD_MRDMODE_MASK | 0x0C);
	pci_write8(c->pci, CMD_MRDMODE, mode | CMD_MRDMODE_LINE);
}

bool ide_cmd648_cable80(struct ide_controller *c, u8 channel)
{
	return pci_read8(c->pci, CMD_CABLE) & 1u << channel;
}
