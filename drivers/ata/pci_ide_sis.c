/*
 * pci_ide_sis.c - timing registers of SiS's 5513, which has one number in all its generations:
 * the host bridge tells which.
 *
 * The bridges of 961 and later (a 5513 behind MuTIOL, Ultra DMA 133) hide what they are, and some
 * have other registers: BIOS's timing there. From the 66 MHz generation on no multiword DMA: its
 * values are not known.
 *
 * Source: SiS 5513, 5597, 530, 630 datasheets (registers 40-52 of the IDE function) as in Linux,
 * pata_sis.c; hardware-notes 5.8.
 */
#include "ide_timing.h"
#include "pci_ide_chips.h"

#define SIS_VENDOR	  0x1039
#define SIS_LATENCY	  0x0D
#define SIS_LATENCY_MOST  0x80
#define SIS_TIMING(ch, u) (0x40u + 4 * (ch) + 2 * (u)) /* 16 bits */
#define SIS_CABLE	  0x48			       /* 0x10 << channel set: 40 wires */
#define SIS_MODE_100	  0x49
#define SIS_FIFO	  0x4B /* disks only */
#define SIS_FIFO_BITS	  0x11
#define SIS_MISC	  0x52
#define SIS_630		  0x0630
#define SIS_630ET	  0x30 /* its revision */

/* ide_controller.kind */
enum {
	SIS_16,
	SIS_33,
	SIS_66,
	SIS_100A, /* 100 MHz in the registers of 66 */
	SIS_100
};

static const struct {
	u16 host;
	u8 kind;
} sis_hosts[] = {
	{ 0x0745, SIS_100 }, { 0x0735, SIS_100 },  { 0x0733, SIS_100 },	 { 0x0635, SIS_100 },
	{ 0x0633, SIS_100 }, { 0x0730, SIS_100A }, { 0x0550, SIS_100A }, { 0x0640, SIS_66 },
	{ 0x0630, SIS_66 },  { 0x0620, SIS_66 },   { 0x0540, SIS_66 },	 { 0x0530, SIS_66 },
	{ 0x5600, SIS_33 },  { 0x5598, SIS_33 },   { 0x5597, SIS_33 },	 { 0x5591, SIS_33 },
	{ 0x5582, SIS_33 },  { 0x5581, SIS_33 },   { 0x5596, SIS_16 },	 { 0x5571, SIS_16 },
	{ 0x5517, SIS_16 },  { 0x5511, SIS_16 },
};

/* Times of PIO and multiword DMA are in the same bits, Ultra DMA's cycle and switch above them. */
static const struct sis_kind {
	u16 pio[5], mwdma[3], udma[6];
	u16 times; /* mask of the first two */
	u16 cycle; /* mask of the third */
	u8 mwdma_mask, udma_mask;
} sis_kinds[] = {
	[SIS_16] = { { 0x000, 0x607, 0x404, 0x303, 0x301 },
		     { 0x008, 0x302, 0x301 },
		     { 0 },
		     0x070F,
		     0x8000,
		     7,
		     0 },
	[SIS_33] = { { 0x000, 0x607, 0x404, 0x303, 0x301 },
		     { 0x008, 0x302, 0x301 },
		     { 0xE000, 0xC000, 0xA000 },
		     0x070F,
		     0xE000,
		     7,
		     0x07 },
	[SIS_66] = { { 0x000, 0x607, 0x404, 0x303, 0x301 },
		     { 0 },
		     { 0xF000, 0xD000, 0xB000, 0xA000, 0x9000 },
		     0x070F,
		     0xF000,
		     0,
		     0x1f },
	[SIS_100A] = { { 0x000, 0x607, 0x404, 0x303, 0x301 },
		       { 0 },
		       { 0xF000, 0xD000, 0xB000, 0xA000, 0x9000, 0x8000 },
		       0x070F,
		       0xF000,
		       0,
		       0x3f },
	[SIS_100] = { { 0x00, 0x67, 0x44, 0x33, 0x31 },
		      { 0 },
		      { 0x8B00, 0x8700, 0x8500, 0x8300, 0x8200, 0x8100 },
		      0x00FF,
		      0x8F00,
		      0,
		      0x3f },
};

/* ---- values ---- */

static u16 times_of(const struct sis_kind *k, const struct ata_device *dev)
{
	u8 pio = dev->pio_mode < ARRAY_SIZE(k->pio) ? dev->pio_mode : 0;
	u8 mode = dev->dma_mode & ATA_MODE_NUMBER;

	if (dev->dma_mode < ATA_MODE_MWDMA || dev->dma_mode >= ATA_MODE_UDMA ||
	    mode >= ARRAY_SIZE(k->mwdma))
		return k->pio[pio];
	/* What PIO needs longer: multiword DMA 1 has the times of PIO 3, 2 those of PIO 4. */
	return pio < mode + (mode ? 2 : 0) ? k->pio[pio] : k->mwdma[mode];
}

static u16 cycle_of(const struct sis_kind *k, const struct ata_device *dev)
{
	u8 mode = dev->dma_mode & ATA_MODE_NUMBER;

	return dev->dma_mode >= ATA_MODE_UDMA && mode < ARRAY_SIZE(k->udma) ? k->udma[mode] : 0;
}

/* ---- registers ---- */

static void set_fifo(struct ide_controller *c, unsigned int channel, const struct ata_device *dev)
{
	u8 bits = (u8)(SIS_FIFO_BITS << (2 * channel + dev->unit));
	u8 fifo = pci_read8(c->pci, SIS_FIFO);

	pci_write8(c->pci, SIS_FIFO, (u8)(dev->kind == ATA_DISK ? fifo | bits : fifo & ~bits));
}

static bool sis_set_mode(struct ata_channel *ch, struct ata_device *dev)
{
	const struct ide_channel *data = ch->chip_data;
	struct ide_controller *c = data->controller;
	const struct sis_kind *k = &sis_kinds[c->kind];
	unsigned int reg = SIS_TIMING(data->number, dev->unit);
	u16 value;

	spin_lock(&ide_registers_lock);
	set_fifo(c, data->number, dev);
	value = pci_read16(c->pci, reg) & (u16) ~(k->times | k->cycle);
	pci_write16(c->pci, reg, value | times_of(k, dev) | cycle_of(k, dev));
	spin_unlock(&ide_registers_lock);
	return true;
}

const struct ata_chip_ops ide_sis_ops = { sis_set_mode, NULL };

static bool find_kind(struct ide_controller *c)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(sis_hosts); i++) {
		struct pci_dev *host = pci_find(SIS_VENDOR, sis_hosts[i].host, NULL);

		if (!host)
			continue;
		c->kind = sis_hosts[i].kind;
		if (host->device == SIS_630 && host->revision >= SIS_630ET)
			c->kind = SIS_100A;
		return true;
	}
	return false;
}

static void set_bits(struct ide_controller *c, unsigned int reg, u8 bits)
{
	pci_write8(c->pci, reg, pci_read8(c->pci, reg) | bits);
}

/* Each drive its own times; the newer ones' compatibility bits. */
static void prepare(struct ide_controller *c)
{
	if (c->kind <= SIS_33) {
		set_bits(c, SIS_MISC, 0x08);
		return;
	}
	pci_write8(c->pci, SIS_LATENCY, SIS_LATENCY_MOST);
	if (c->kind == SIS_100)
		set_bits(c, SIS_MODE_100, 0x01);
	else
		set_bits(c, SIS_MISC, 0x04);
}

void ide_sis_setup(struct ide_controller *c)
{
	/* Until it is known that disks are there. */
	pci_write8(c->pci, SIS_FIFO, 0);
	if (!find_kind(c)) {
		c->ops = NULL;
		return;
	}
	c->mwdma_mask = sis_kinds[c->kind].mwdma_mask;
	c->udma_mask = sis_kinds[c->kind].udma_mask;
	prepare(c);
}

bool ide_sis_cable80(struct ide_controller *c, u8 channel)
{
	return c->ops && c->kind >= SIS_66 && !(pci_read8(c->pci, SIS_CABLE) & 0x10u << channel);
}
