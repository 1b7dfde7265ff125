/*
 * pci_ide_via.c - timing registers of VIA's IDE controllers and AMD's, which have the same layout:
 * active and recovery clocks a drive, the registers' for both drives, address set-up, Ultra DMA.
 *
 * VIA has few numbers for many chips: which it is, the ISA bridge tells. A bridge that is in no row
 * leaves the BIOS's timing. Chips of the 66 MHz generation (596B, 686A, AMD 756) cannot tell the
 * cable: Ultra DMA 33 at most there, as with any cable that is not known.
 *
 * Source: VIA VT82C586B, VT82C596B, VT82C686A datasheets (registers 40-53 of the IDE function);
 * AMD-756, AMD-766 datasheets (B:1x40 ..); Linux, pata_via.c, pata_amd.c; hardware-notes 5.8.
 */
#include "ide_timing.h"
#include "pci_ide_chips.h"

#define VIA_ENABLE	0x40
#define AMD_PREFETCH	0x41
#define AMD_CABLE	0x42
#define VIA_FIFO	0x43
#define VIA_FIFO_SPLIT	0x60
#define VIA_586B_PREQ	0x80
#define DATA_TIMING(n)	(0x48u + (n)) /* n: 3 for the first drive, 0 for the last */
#define SETUP_TIMING	0x4C
#define OTHER_TIMING(c) (0x4Fu - (c))
#define UDMA_TIMING(n)	(0x50u + (n))
#define UDMA_CABLE	0x10 /* BIOS: an 80-wire cable */
#define UDMA_CLOCK_66	0x08 /* in the first drive's register of each channel */

/* ide_controller.kind */
enum {
	VIA_NONE,
	VIA_33,
	VIA_66,
	VIA_100,
	VIA_133,
	AMD_33 = IDE_KIND_AMD_33,
	AMD_66 = IDE_KIND_AMD_66,
	AMD_100 = IDE_KIND_AMD_100,
	AMD_133 = IDE_KIND_AMD_133
};

#define VIA_SPLIT_FIFO	1u
#define VIA_BAD_PREQ	2u
#define VIA_BAD_CLOCK	4u /* of 66 MHz: off */
#define VIA_IRQS_OFF	8u
#define VIA_FIXED_SETUP 16u /* the address set-up is not to be written */

/* Linux, pata_via.c, its table of bridges. */
static const struct via_bridge {
	u16 id;
	u8 rev_min, rev_max, kind, flags;
} via_bridges[] = {
	{ 0x3372, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8237S */
	{ 0x3287, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8251 */
	{ 0x8324, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* CX700 */
	{ 0x3337, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8237A */
	{ 0x3227, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8237 */
	{ 0x3177, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8235 */
	{ 0x3147, 0x00, 0x2f, VIA_133, VIA_FIXED_SETUP }, /* VT8233A */
	{ 0x3109, 0x00, 0x2f, VIA_100, 0 },		  /* VT8233C */
	{ 0x3074, 0x00, 0x2f, VIA_100, 0 },		  /* VT8233 */
	{ 0x8231, 0x00, 0x2f, VIA_100, 0 },		  /* VT8231 */
	{ 0x0686, 0x40, 0x4f, VIA_100, 0 },		  /* 686B */
	{ 0x0686, 0x10, 0x2f, VIA_66, 0 },		  /* 686A */
	{ 0x0686, 0x00, 0x0f, VIA_33, VIA_BAD_CLOCK },	  /* 686 */
	{ 0x0596, 0x10, 0x2f, VIA_66, 0 },		  /* 596B */
	{ 0x0596, 0x00, 0x0f, VIA_33, VIA_BAD_CLOCK },	  /* 596A */
	{ 0x0586, 0x47, 0x4f, VIA_33, VIA_SPLIT_FIFO },	  /* 586B */
	{ 0x0586, 0x40, 0x46, VIA_33, VIA_SPLIT_FIFO | VIA_BAD_PREQ },
	{ 0x0586, 0x20, 0x3f, VIA_33, VIA_SPLIT_FIFO }, /* 586A, 586B */
	{ 0x0586, 0x00, 0x0f, VIA_NONE, VIA_SPLIT_FIFO },
	{ 0x0576, 0x00, 0x2f, VIA_NONE, VIA_SPLIT_FIFO | VIA_IRQS_OFF },
};

static const struct via_kind {
	u8 clocks;   /* Ultra DMA's, for each of PCI's */
	u8 mask;     /* of modes whose cycle the register can say */
	u8 on, off;  /* register: in Ultra DMA, without the cycle; not in it */
	u8 fit_most; /* clocks of a cycle */
} via_kinds[] = {
	[VIA_NONE] = { 1, 0, 0, 0, 0 },		[VIA_33] = { 1, 0x07, 0xE0, 0x03, 5 },
	[VIA_66] = { 2, 0x1f, 0xE8, 0x0F, 9 },	[VIA_100] = { 3, 0x3e, 0xE0, 0x07, 9 },
	[VIA_133] = { 4, 0x7c, 0xE0, 0x07, 9 },
};

/* AMD's code of a cycle of so many clocks of 15 ns; 1 and 15 stand for the modes 5 and 6. */
#define AMD_ON	     0xC0
#define AMD_OFF	     0x03
#define AMD_UDMA5    1
#define AMD_UDMA6    15
#define AMD_CLOCK_PS (IDE_PCI_CLOCK_PS / 2)
static const u8 amd_codes[16] = { 6, 6, 5, 4, 0, 1, 1, 2, 2, 3, 3, 3, 3, 3, 3, 7 };

/* ---- values ---- */

static u8 nibbles(u8 active, u8 recover)
{
	return (u8)((ide_timing_fit(active, 1, 16) - 1) << 4 |
		    (ide_timing_fit(recover, 1, 16) - 1));
}

static u8 via_udma(const struct via_kind *k, u8 clocks)
{
	return clocks ? (u8)(k->on | (ide_timing_fit(clocks, 2, k->fit_most) - 2)) : k->off;
}

static u8 amd_udma(u8 kind, const struct ata_device *dev, u8 clocks)
{
	if (dev->dma_mode == ATA_MODE_UDMA + 5)
		clocks = AMD_UDMA5;
	else if (dev->dma_mode == ATA_MODE_UDMA + 6)
		clocks = AMD_UDMA6;
	if (!clocks)
		return AMD_OFF;
	if (kind == AMD_33)
		return (u8)(AMD_ON | (ide_timing_fit(clocks, 2, 5) - 2));
	return AMD_ON | amd_codes[ide_timing_fit(clocks, 1, 15)];
}

static u32 udma_clock(u8 kind)
{
	if (kind == AMD_33)
		return IDE_PCI_CLOCK_PS;
	return kind > AMD_33 ? AMD_CLOCK_PS : IDE_PCI_CLOCK_PS / via_kinds[kind].clocks;
}

/* ---- registers ---- */

static void write_udma(struct ide_controller *c, const struct ata_device *dev, unsigned int n,
		       u8 clocks)
{
	u8 old = pci_read8(c->pci, UDMA_TIMING(n));

	if (c->kind >= AMD_33)
		pci_write8(c->pci, UDMA_TIMING(n), amd_udma(c->kind, dev, clocks));
	else if (c->kind != VIA_NONE)
		pci_write8(c->pci, UDMA_TIMING(n),
			   (u8)(via_udma(&via_kinds[c->kind], clocks) | (old & UDMA_CABLE)));
}

static void write_setup(struct ide_controller *c, unsigned int n, u8 clocks)
{
	u8 setup = pci_read8(c->pci, SETUP_TIMING);

	if (c->fixed_setup)
		return;
	setup &= (u8) ~(3u << 2 * n);
	setup |= (u8)((ide_timing_fit(clocks, 1, 4) - 1u) << 2 * n);
	pci_write8(c->pci, SETUP_TIMING, setup);
}

static bool via_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	const struct ide_channel *data = ch->chip_data;
	struct ide_controller *c = data->controller;
	unsigned int n = 3u - 2u * data->number - dev->unit;
	struct ide_timing t;

	ide_timing_compute(dev, IDE_PCI_CLOCK_PS, udma_clock(c->kind), &t);
	ide_timing_share(&ch->dev[!dev->unit], IDE_PCI_CLOCK_PS, &t, false);
	spin_lock(&ide_registers_lock);
	write_setup(c, n, t.setup);
	pci_write8(c->pci, OTHER_TIMING(data->number), nibbles(t.active8, t.rest8));
	pci_write8(c->pci, DATA_TIMING(n), nibbles(t.active, t.recover));
	write_udma(c, dev, n, t.udma);
	spin_unlock(&ide_registers_lock);
	return true;
}

const struct ata_chip_ops ide_via_ops = { via_set_mode, NULL };

/* ---- set-up ---- */

static const struct via_bridge *find_bridge(const struct ide_controller *c)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(via_bridges); i++) {
		const struct via_bridge *b = &via_bridges[i];
		struct pci_dev *p = pci_find(c->pci->vendor, b->id, NULL);

		if (p && p->revision >= b->rev_min && p->revision <= b->rev_max)
			return b;
	}
	return NULL;
}

/* The FIFO is to be split as the channels that are on need it. */
static void split_fifo(struct ide_controller *c, bool bad_preq)
{
	static const u8 split[4] = { 0x00, 0x60, 0x00, 0x20 };
	u8 fifo = pci_read8(c->pci, VIA_FIFO);

	fifo &= (u8)~VIA_FIFO_SPLIT;
	fifo |= split[pci_read8(c->pci, VIA_ENABLE) & 3];
	if (bad_preq)
		fifo &= (u8)~VIA_586B_PREQ;
	pci_write8(c->pci, VIA_FIFO, fifo);
}

static void set_clock_66(struct ide_controller *c, bool on)
{
	for (unsigned int n = 0; n < 4; n += 2) {
		u8 value = pci_read8(c->pci, UDMA_TIMING(n));

		value = (u8)(on ? value | UDMA_CLOCK_66 : value & ~UDMA_CLOCK_66);
		pci_write8(c->pci, UDMA_TIMING(n), value);
	}
}

void ide_via_setup(struct ide_controller *c)
{
	const struct via_bridge *b = find_bridge(c);

	if (!b) {
		c->ops = NULL;
		return;
	}
	c->kind = b->kind;
	c->udma_mask = via_kinds[b->kind].mask;
	c->fixed_setup = b->flags & VIA_FIXED_SETUP;
	if (b->flags & VIA_SPLIT_FIFO)
		split_fifo(c, b->flags & VIA_BAD_PREQ);
	if (b->flags & VIA_IRQS_OFF)
		c->flags |= ATA_CH_IRQS_OFF | ATA_CH_NO_IO32;
	if (b->kind == VIA_66 || b->flags & VIA_BAD_CLOCK)
		set_clock_66(c, b->kind == VIA_66);
}

/* The BIOS's word, from 100 MHz on; a bit for each drive. */
bool ide_via_cable80(struct ide_controller *c, u8 channel)
{
	unsigned int n = 2u - 2u * channel;

	return c->kind >= VIA_100 && c->kind <= VIA_133 &&
	       (pci_read8(c->pci, UDMA_TIMING(n)) | pci_read8(c->pci, UDMA_TIMING(n + 1))) &
		       UDMA_CABLE;
}

/* Prefetch and posted writes of the 766 corrupt data. */
void ide_amd766_setup(struct ide_controller *c)
{
	pci_write8(c->pci, AMD_PREFETCH, pci_read8(c->pci, AMD_PREFETCH) & 0x0F);
}

bool ide_amd_cable80(struct ide_controller *c, u8 channel)
{
	return pci_read8(c->pci, AMD_CABLE) & 3u << 2 * channel;
}
