/*
 * pci_ide_chips.c - IDE controllers by number: what each can be programmed to, what is wrong with
 * it.
 *
 * Only Intel's chips are programmed here (pci_ide_piix.c). All others keep the BIOS's timing: PIO
 * as it is, DMA in the mode that BIOS and drive agreed on.
 *
 * PIO by 32 bits (ATA_CH_IO32) is tried where Linux has it on by itself: ata_piix.c, pata_amd.c,
 * pata_ali.c. Without its prefetch buffer the CMD640 and its like have 16 bits only.
 *
 * Source: hardware-notes 5.1, 5.7, 5.8, each row with its Linux file.
 */
#include <kernel/printk.h>
#include "pci_ide.h"
#include "pci_ide_piix.h"

#define RZ1000_MODE	0x40
#define RZ1000_PREFETCH 0x2000u

/* Its prefetch buffer corrupts data when other I/O comes between: off. Where the bit does not
 * stick, nothing is allowed between. Linux, ide/rz1000.c. */
static void rz1000_setup(struct ide_controller *c)
{
	u16 mode = pci_read16(c->pci, RZ1000_MODE);

	pci_write16(c->pci, RZ1000_MODE, (u16)(mode & ~RZ1000_PREFETCH));
	if (!(pci_read16(c->pci, RZ1000_MODE) & RZ1000_PREFETCH))
		return;
	pr_warn("ide: RZ1000: the prefetch buffer stays on; interrupts are off in transfers\n");
	c->flags |= ATA_CH_SERIALIZE | ATA_CH_IRQS_OFF;
}

#define CMD640_CONTROL	  0x51
#define CMD640_CMDTIM	  0x52
#define CMD640_DRIVE23	  0x57
#define CMD640_BURST	  0x59
#define CMD640_RESET	  0x5B
#define CMD640_NO_AHEAD01 0xC0
#define CMD640_NO_AHEAD23 0x0C
#define CMD640_BURST_MAX  0x40

/* The same fault, and timing shared by both channels. It ignores double words: registers are
 * written as bytes. Linux, pata_cmd640.c, ide/cmd640.c. */
static void cmd640_setup(struct ide_controller *c)
{
	struct pci_dev *p = c->pci;

	pci_write8(p, CMD640_RESET, 0);
	pci_write8(p, CMD640_CMDTIM, 0);
	pci_write8(p, CMD640_BURST, CMD640_BURST_MAX);
	pci_write8(p, CMD640_CONTROL, (u8)(pci_read8(p, CMD640_CONTROL) | CMD640_NO_AHEAD01));
	pci_write8(p, CMD640_DRIVE23, (u8)(pci_read8(p, CMD640_DRIVE23) | CMD640_NO_AHEAD23));
}

#define VIA_ENABLE     0x40
#define VIA_FIFO       0x43
#define VIA_FIFO_SPLIT 0x60
#define VIA_586B_PREQ  0x80

static const struct {
	u16 bridge;
	u8 rev_min, rev_max;
	bool fifo, bad_preq;
} via_bridges[] = {
	{ 0x0596, 0x00, 0xff, true, false },
	{ 0x0586, 0x40, 0x46, true, true },
	{ 0x0586, 0x00, 0xff, true, false },
	{ 0x0576, 0x00, 0xff, true, false },
};

/* Which chip it is, the ISA bridge tells. The FIFO is to be split as the channels that are on need
 * it. Linux, pata_via.c. */
static void via_setup(struct ide_controller *c)
{
	static const u8 split[4] = { 0x00, 0x60, 0x00, 0x20 };
	struct pci_dev *bridge;
	u8 fifo;

	for (unsigned int i = 0; i < ARRAY_SIZE(via_bridges); i++) {
		bridge = pci_find(c->pci->vendor, via_bridges[i].bridge, NULL);
		if (!bridge || bridge->revision < via_bridges[i].rev_min ||
		    bridge->revision > via_bridges[i].rev_max)
			continue;
		fifo = pci_read8(c->pci, VIA_FIFO);
		fifo &= (u8)~VIA_FIFO_SPLIT;
		fifo |= split[pci_read8(c->pci, VIA_ENABLE) & 3];
		if (via_bridges[i].bad_preq)
			fifo &= (u8)~VIA_586B_PREQ;
		pci_write8(c->pci, VIA_FIFO, fifo);
		if (via_bridges[i].bridge == 0x0576)
			c->flags |= ATA_CH_IRQS_OFF | ATA_CH_NO_IO32;
		return;
	}
}

#define ALI_DMA_OK	 0x20
#define ALI_ATAPI_DMA_OK 0xC2
#define ALI_LBA48_DMA_OK 0xC5

/* By revision. Linux, pata_ali.c. */
static void ali_setup(struct ide_controller *c)
{
	if (c->pci->revision < ALI_DMA_OK)
		c->flags |= ATA_CH_NO_DMA;
	if (c->pci->revision < ALI_ATAPI_DMA_OK)
		c->flags |= ATA_CH_NO_ATAPI_DMA;
	if (c->pci->revision < ALI_LBA48_DMA_OK)
		c->flags |= ATA_CH_NO_LBA48_DMA;
}

#define PIIX_ENABLE                                                                                \
	{                                                                                          \
		{ 0x41, 0x80 },                                                                    \
		{                                                                                  \
			0x43, 0x80                                                                 \
		}                                                                                  \
	}
#define VIA_ENABLES                                                                                \
	{                                                                                          \
		{ 0x40, 0x02 },                                                                    \
		{                                                                                  \
			0x40, 0x01                                                                 \
		}                                                                                  \
	}
#define SIS_ENABLE                                                                                 \
	{                                                                                          \
		{ 0x4A, 0x02 },                                                                    \
		{                                                                                  \
			0x4A, 0x04                                                                 \
		}                                                                                  \
	}
#define PIIX_ROW(id, text, udma, isich)                                                            \
	{                                                                                          \
		.vendor = 0x8086, .device = (id), .name = (text), .flags = ATA_CH_IO32,            \
		.enable = PIIX_ENABLE, .ops = (isich) ? &ide_ich_ops : &ide_piix_ops,              \
		.pio_max = 4, .mwdma_mask = 6, .udma_mask = (udma),                                \
		.cable80 = (isich) ? ide_ich_cable80 : NULL                                        \
	}

static const struct ide_chip chips[] = {
	/* Linux, ata_piix.c, pata_oldpiix.c. The first has one timing for both drives. */
	{ .vendor = 0x8086,
	  .device = 0x1230,
	  .name = "PIIX",
	  .enable = PIIX_ENABLE,
	  .ops = &ide_oldpiix_ops,
	  .pio_max = 4,
	  .mwdma_mask = 6 },
	PIIX_ROW(0x7010, "PIIX3", 0, false),
	PIIX_ROW(0x7111, "PIIX4", 0x07, false),
	PIIX_ROW(0x7199, "440MX", 0x07, false),
	PIIX_ROW(0x7601, "82372FB", 0x07, false),
	PIIX_ROW(0x84CA, "450NX", 0x07, false),
	PIIX_ROW(0x2421, "ICH0", 0x07, false),
	PIIX_ROW(0x2411, "ICH", 0x1f, true),
	PIIX_ROW(0x7600, "82372FB", 0x1f, true),
	PIIX_ROW(0x244A, "ICH2-M", 0x3f, true),
	PIIX_ROW(0x244B, "ICH2", 0x3f, true),
	PIIX_ROW(0x248A, "ICH3-M", 0x3f, true),
	PIIX_ROW(0x248B, "ICH3", 0x3f, true),
	PIIX_ROW(0x24C1, "ICH4-L", 0x3f, true),
	PIIX_ROW(0x24CA, "ICH4-M", 0x3f, true),
	PIIX_ROW(0x24CB, "ICH4", 0x3f, true),
	PIIX_ROW(0x24DB, "ICH5", 0x3f, true),
	PIIX_ROW(0x245B, "C-ICH", 0x3f, true),
	PIIX_ROW(0x25A2, "6300ESB", 0x3f, true),
	PIIX_ROW(0x266F, "ICH6", 0x3f, true),
	PIIX_ROW(0x27DF, "ICH7", 0x3f, true),
	PIIX_ROW(0x269E, "631xESB", 0x3f, true),
	PIIX_ROW(0x2850, "ICH8-M", 0x3f, true),

	{ .vendor = 0x1042,
	  .device = 0x1000,
	  .name = "RZ1000",
	  .flags = ATA_CH_NO_DMA | ATA_CH_NO_IO32,
	  .setup = rz1000_setup },
	{ .vendor = 0x1042,
	  .device = 0x1001,
	  .name = "RZ1001",
	  .flags = ATA_CH_NO_DMA | ATA_CH_NO_IO32,
	  .setup = rz1000_setup },
	{ .vendor = 0x1095,
	  .device = 0x0640,
	  .name = "CMD640",
	  .flags = ATA_CH_NO_DMA | ATA_CH_SERIALIZE | ATA_CH_NO_IO32,
	  .enable = { { 0, 0 }, { 0x51, 0x08 } },
	  .io_bit_lies = true,
	  .setup = cmd640_setup },
	/* Linux, pata_cmd64x.c. */
	{ .vendor = 0x1095,
	  .device = 0x0646,
	  .name = "CMD646",
	  .enable = { { 0, 0 }, { 0x51, 0x08 } } },
	{ .vendor = 0x1095,
	  .device = 0x0648,
	  .name = "CMD648",
	  .enable = { { 0x51, 0x04 }, { 0x51, 0x08 } } },
	{ .vendor = 0x1095,
	  .device = 0x0649,
	  .name = "CMD649",
	  .enable = { { 0x51, 0x04 }, { 0x51, 0x08 } } },
	/* Linux, pata_via.c; the 576 carries the wrong vendor in some boards. */
	{ .vendor = 0x1106,
	  .device = 0x0571,
	  .name = "VIA",
	  .enable = VIA_ENABLES,
	  .setup = via_setup },
	{ .vendor = 0x1106, .device = 0x0581, .name = "VIA", .enable = VIA_ENABLES },
	{ .vendor = 0x1106,
	  .device = 0x1571,
	  .name = "VIA 576",
	  .enable = VIA_ENABLES,
	  .setup = via_setup },
	{ .vendor = 0x1107,
	  .device = 0x1571,
	  .name = "VIA 576",
	  .enable = VIA_ENABLES,
	  .setup = via_setup },
	/* Linux, pata_amd.c. */
	{ .vendor = 0x1022,
	  .device = 0x7401,
	  .name = "AMD 751",
	  .flags = ATA_CH_IO32,
	  .enable = VIA_ENABLES },
	{ .vendor = 0x1022,
	  .device = 0x7409,
	  .name = "AMD 756",
	  .flags = ATA_CH_IO32,
	  .enable = VIA_ENABLES },
	{ .vendor = 0x1022,
	  .device = 0x7411,
	  .name = "AMD 766",
	  .flags = ATA_CH_IO32,
	  .enable = VIA_ENABLES },
	{ .vendor = 0x1022,
	  .device = 0x7441,
	  .name = "AMD 768",
	  .flags = ATA_CH_IO32,
	  .enable = VIA_ENABLES },
	{ .vendor = 0x1022,
	  .device = 0x7469,
	  .name = "AMD 8111",
	  .flags = ATA_CH_IO32,
	  .enable = VIA_ENABLES },
	/* Linux, pata_ali.c. */
	{ .vendor = 0x10B9,
	  .device = 0x5229,
	  .name = "ALi 5229",
	  .flags = ATA_CH_IO32,
	  .setup = ali_setup },
	/* Linux, pata_sis.c. */
	{ .vendor = 0x1039, .device = 0x5513, .name = "SiS 5513", .enable = SIS_ENABLE },
};

static const struct ide_chip generic = { .name = "PCI" };

const struct ide_chip *ide_chip_find(u16 vendor, u16 device)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(chips); i++)
		if (chips[i].vendor == vendor && chips[i].device == device)
			return &chips[i];
	return &generic;
}
