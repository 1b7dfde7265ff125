/*
 * pci_ide_chips.c - IDE controllers by number: what each can be programmed to, what is wrong with
 * it.
 *
 * Intel's, VIA's, AMD's, ALi's, SiS's and CMD's chips are programmed (pci_ide_*.c), but for those
 * generations of VIA and SiS that are in no table there. All others keep the BIOS's timing: PIO as
 * it is, DMA in the mode that BIOS and drive agreed on.
 *
 * PIO by 32 bits (ATA_CH_IO32) is tried where Linux has it on by itself: ata_piix.c, pata_amd.c,
 * pata_ali.c. Without its prefetch buffer the CMD640 and its like have 16 bits only.
 *
 * Source: hardware-notes 5.1, 5.7, 5.8, each row with its Linux file.
 */
#include <kernel/printk.h>
#include "pci_ide_chips.h"

/* Most chips have registers with bits of both channels, which are set up at the same time. */
DEFINE_SPINLOCK(ide_registers_lock, RANK_SPIN);

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

#define VIA_ROW(maker, id, text)                                                                   \
	{                                                                                          \
		.vendor = (maker), .device = (id), .name = (text), .enable = VIA_ENABLES,          \
		.ops = &ide_via_ops, .pio_max = 4, .mwdma_mask = 7, .udma_mask = 0x7f,             \
		.setup = ide_via_setup, .cable80 = ide_via_cable80                                 \
	}
#define AMD_ROW(id, text, which, udma, prepare, cable)                                             \
	{                                                                                          \
		.vendor = 0x1022, .device = (id), .name = (text), .flags = ATA_CH_IO32,            \
		.enable = VIA_ENABLES, .ops = &ide_via_ops, .pio_max = 4, .mwdma_mask = 7,         \
		.udma_mask = (udma), .kind = (which),                                              \
		.simplex_clears = (which) != IDE_KIND_AMD_133, .setup = (prepare),                 \
		.cable80 = (cable)                                                                 \
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
	  .flags = ATA_CH_NO_DMA | ATA_CH_NO_IO32 | ATA_CH_ISA_TURN,
	  .setup = rz1000_setup },
	{ .vendor = 0x1042,
	  .device = 0x1001,
	  .name = "RZ1001",
	  .flags = ATA_CH_NO_DMA | ATA_CH_NO_IO32 | ATA_CH_ISA_TURN,
	  .setup = rz1000_setup },
	{ .vendor = 0x1095,
	  .device = 0x0640,
	  .name = "CMD640",
	  .flags = ATA_CH_NO_DMA | ATA_CH_SERIALIZE | ATA_CH_NO_IO32 | ATA_CH_ISA_TURN,
	  .enable = { { 0, 0 }, { 0x51, 0x08 } },
	  .io_bit_lies = true,
	  .setup = cmd640_setup },
	/* Linux, pata_cmd64x.c. */
	{ .vendor = 0x1095,
	  .device = 0x0646,
	  .name = "CMD646",
	  .enable = { { 0, 0 }, { 0x51, 0x08 } },
	  .ops = &ide_cmd64x_ops,
	  .pio_max = 4,
	  .mwdma_mask = 7,
	  .udma_mask = 0x07,
	  .setup = ide_cmd64x_setup },
	{ .vendor = 0x1095,
	  .device = 0x0648,
	  .name = "CMD648",
	  .enable = { { 0x51, 0x04 }, { 0x51, 0x08 } },
	  .ops = &ide_cmd64x_ops,
	  .pio_max = 4,
	  .mwdma_mask = 7,
	  .udma_mask = 0x1f,
	  .setup = ide_cmd64x_setup,
	  .cable80 = ide_cmd648_cable80 },
	{ .vendor = 0x1095,
	  .device = 0x0649,
	  .name = "CMD649",
	  .enable = { { 0x51, 0x04 }, { 0x51, 0x08 } },
	  .ops = &ide_cmd64x_ops,
	  .pio_max = 4,
	  .mwdma_mask = 7,
	  .udma_mask = 0x3f,
	  .setup = ide_cmd64x_setup,
	  .cable80 = ide_cmd648_cable80 },
	/* Linux, pata_via.c; the 576 carries the wrong vendor in some boards. */
	VIA_ROW(0x1106, 0x0571, "VIA"),
	VIA_ROW(0x1106, 0x0581, "VIA"),
	VIA_ROW(0x1106, 0x1571, "VIA 576"),
	VIA_ROW(0x1107, 0x1571, "VIA 576"),
	/* Linux, pata_amd.c. The 756 cannot tell the cable. */
	AMD_ROW(0x7401, "AMD 751", IDE_KIND_AMD_33, 0x07, NULL, NULL),
	AMD_ROW(0x7409, "AMD 756", IDE_KIND_AMD_66, 0x1f, NULL, NULL),
	AMD_ROW(0x7411, "AMD 766", IDE_KIND_AMD_100, 0x3f, ide_amd766_setup, ide_amd_cable80),
	AMD_ROW(0x7441, "AMD 768", IDE_KIND_AMD_100, 0x3f, NULL, ide_amd_cable80),
	AMD_ROW(0x7469, "AMD 8111", IDE_KIND_AMD_133, 0x7f, NULL, ide_amd_cable80),
	/* Linux, pata_ali.c. */
	{ .vendor = 0x10B9,
	  .device = 0x5229,
	  .name = "ALi 5229",
	  .flags = ATA_CH_IO32,
	  .simplex_clears = true,
	  .ops = &ide_ali_ops,
	  .pio_max = 4,
	  .mwdma_mask = 7,
	  .udma_mask = 0x7f,
	  .setup = ide_ali_setup,
	  .cable80 = ide_ali_cable80 },
	/* Linux, pata_sis.c. */
	{ .vendor = 0x1039,
	  .device = 0x5513,
	  .name = "SiS 5513",
	  .enable = SIS_ENABLE,
	  .ops = &ide_sis_ops,
	  .pio_max = 4,
	  .mwdma_mask = 7,
	  .udma_mask = 0x3f,
	  .setup = ide_sis_setup,
	  .cable80 = ide_sis_cable80 },
};

static const struct ide_chip generic = { .name = "PCI" };

const struct ide_chip *ide_chip_find(u16 vendor, u16 device)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(chips); i++)
		if (chips[i].vendor == vendor && chips[i].device == device)
			return &chips[i];
	return &generic;
}
