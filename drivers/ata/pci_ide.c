/*
 * pci_ide.c - attaching PCI IDE controllers.
 *
 * A channel is either at the AT's ports with the AT's interrupt (compatibility mode) or where its
 * BARs say, with the function's shared interrupt (native mode). A function whose I/O decoding the
 * BIOS left off is left off: its ports may be somebody else's.
 *
 * Source: PCI IDE Controller Specification 1.0; SFF-8038i; hardware-notes 5.1.
 */
#include <kernel/errno.h>
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/isa_dma.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include "ata_host.h"
#include "pci_ide.h"

#define PCI_COMMAND_REG	   0x04
#define PCI_COMMAND_IO_BIT 1u
#define CLASS_IDE	   0x010100u
#define CLASS_MASK	   0xffff00u
#define PROG_NATIVE(ch)	   (1u << 2 * (ch))
#define PROG_BUS_MASTER	   0x80u
#define BM_BAR		   4
#define LEGACY_IRQ	   14
#define NATIVE_CONTROL	   2 /* the control register's offset in its BAR */

static const struct {
	u16 base, control;
} legacy[2] = { { 0x1F0, 0x3F6 }, { 0x170, 0x376 } };

static bool is_native(const struct pci_dev *p, unsigned int channel)
{
	/* RAID and other storage functions are IDE behind, and always native. */
	if ((p->class & CLASS_MASK) != CLASS_IDE)
		return true;
	return p->class & PROG_NATIVE(channel) && !(p->quirks & PCI_QUIRK_IDE_COMPAT);
}

static bool channel_enabled(const struct ide_controller *c, unsigned int channel)
{
	const struct ide_enable *e = &c->chip->enable[channel];

	return !e->reg || (pci_read8(c->pci, e->reg) & e->mask) == e->mask;
}

static bool find_ports(const struct pci_dev *p, unsigned int channel, struct ata_attachment *at)
{
	const struct pci_bar *bar = &p->bar[2 * channel];

	if (!is_native(p, channel)) {
		at->base = legacy[channel].base;
		at->control = legacy[channel].control;
		at->irq = LEGACY_IRQ + (int)channel;
		return true;
	}
	if (!bar[0].base || !bar[1].base || !(bar[0].flags & bar[1].flags & PCI_BAR_IO))
		return false;
	at->base = (u16)bar[0].base;
	at->control = (u16)(bar[1].base + NATIVE_CONTROL);
	at->irq = pci_irq((struct pci_dev *)p);
	at->irq_shared = true;
	return true;
}

/* Both modes exist in one machine: the AT's positions are those of the channels at its ports. */
static bool legacy_exists(void)
{
	struct pci_dev *p = NULL;

	while ((p = pci_find_class(CLASS_IDE, CLASS_MASK, p)))
		if (pci_read16(p, PCI_COMMAND_REG) & PCI_COMMAND_IO_BIT && !is_native(p, 0))
			return true;
	return false;
}

static u16 bus_master_base(struct ide_controller *c)
{
	const struct pci_bar *bar = &c->pci->bar[BM_BAR];

	if (c->flags & ATA_CH_NO_DMA || !bar->base || !(bar->flags & PCI_BAR_IO))
		return 0;
	if ((c->pci->class & CLASS_MASK) == CLASS_IDE && !(c->pci->class & PROG_BUS_MASTER))
		return 0;
	return (u16)bar->base;
}

static bool add_channel(struct ide_controller *c, unsigned int number, struct mutex *shared)
{
	const struct ide_chip *chip = c->chip;
	struct ide_channel *data;
	struct ata_attachment at = {
		.index = is_native(c->pci, number) && legacy_exists() ? 2 : number,
		.flags = c->flags,
		.chip = c->ops,
		.pio_max = chip->pio_max,
		.mwdma_mask = c->mwdma_mask,
		.udma_mask = c->udma_mask,
		.parent = &c->pci->dev,
		.name = chip->name,
		.shared = shared,
	};

	if (!channel_enabled(c, number) || !find_ports(c->pci, number, &at))
		return false;
	data = kzalloc(sizeof(*data), GFP_KERNEL);
	if (!data)
		return false;
	data->controller = c;
	data->number = (u8)number;
	at.chip_data = data;
	at.bm = bus_master_base(c);
	if (at.bm)
		at.bm = (u16)(at.bm + number * BM_CHANNEL_PORTS);
	at.cable80 = chip->cable80 && chip->cable80(c, (u8)number);
	if (!c->ops)
		at.flags |= ATA_CH_BIOS_DMA;
	if (!ata_host_add(&at))
		return true;
	kfree(data);
	return false;
}

/* Channels that share something inside the chip take turns; those that corrupt data while the
 * floppy moves some, with it too. */
static struct mutex *shared_lock(const struct ide_controller *c)
{
	struct mutex *m = NULL;

	if (c->flags & ATA_CH_ISA_TURN) {
		isa_turn_needed = true;
		return &isa_turn;
	}
	if (c->flags & ATA_CH_SERIALIZE)
		m = kmalloc(sizeof(*m), GFP_KERNEL);
	if (m)
		mutex_init(m, RANK_MUTEX_LEAF, "ide");
	return m;
}

static void set_bus_master(struct ide_controller *c)
{
	u16 bm = bus_master_base(c);
	struct hw_host host;

	if (!bm)
		return;
	pci_set_master(c->pci);
	hw_host_init(&host);
	if (ata_bm_simplex(&host.hw, bm, c->chip->simplex_clears)) {
		pr_info("ide: %s: one channel at a time\n", c->pci->dev.name);
		c->flags |= ATA_CH_SERIALIZE;
	}
}

static bool usable(struct pci_dev *p, const struct ide_chip *chip)
{
	struct ata_options opt;

	ata_options_get(0, &opt);
	if (opt.off || (p->quirks & PCI_QUIRK_IDE_ONE && !(pci_func(p) & 1)))
		return false;
	return chip->io_bit_lies || pci_read16(p, PCI_COMMAND_REG) & PCI_COMMAND_IO_BIT;
}

static int pci_ide_probe(struct pci_dev *p, const struct pci_id *id)
{
	const struct ide_chip *chip = ide_chip_find(p->vendor, p->device);
	struct ide_controller *c;
	struct mutex *shared;
	bool any = false;

	if (!usable(p, chip))
		return -ENODEV;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	c->pci = p;
	c->chip = chip;
	c->flags = chip->flags;
	c->ops = chip->ops;
	c->mwdma_mask = chip->mwdma_mask;
	c->udma_mask = chip->udma_mask;
	c->kind = chip->kind;
	if (pci_quirks_present() & PCI_QUIRK_IDE_PIO)
		c->flags |= ATA_CH_NO_DMA;
	if (chip->setup)
		chip->setup(c);
	set_bus_master(c);
	shared = shared_lock(c);
	for (unsigned int i = 0; i < 2; i++)
		any |= add_channel(c, i, shared);
	if (any)
		return 0;
	if (shared != &isa_turn)
		kfree(shared);
	kfree(c);
	return -ENODEV;
}

/* IDE by class; RAID controllers and the like that are IDE behind, by number. */
static const struct pci_id ids[] = {
	{ PCI_ANY, PCI_ANY, CLASS_IDE, CLASS_MASK, NULL },
	{ 0x105A, 0x4D33, 0, 0, NULL }, /* Promise 20246 */
	{ 0x105A, 0x4D38, 0, 0, NULL }, /* 20262 */
	{ 0x105A, 0x0D30, 0, 0, NULL }, /* 20265 */
	{ 0x105A, 0x4D30, 0, 0, NULL }, /* 20267 */
	{ 0x105A, 0x4D68, 0, 0, NULL }, /* 20268 */
	{ 0x105A, 0x4D69, 0, 0, NULL }, /* 20269 */
	{ 0x1095, 0x3112, 0, 0, NULL }, /* Silicon Image 3112 */
	{ 0x1106, 0x3149, 0, 0, NULL }, /* VIA VT8237 SATA */
	{ 0, 0, 0, 0, NULL },
};

static struct pci_driver driver = { .name = "ide", .ids = ids, .probe = pci_ide_probe };

int pci_ide_start(void)
{
	pci_driver_register(&driver);
	return 0;
}
INIT_CALL(INIT_DRIVER, pci_ide_start);

/* What no function has claimed until now. */
static int isa_ide_init(void)
{
	struct ata_options opt;

	ata_options_get(0, &opt);
	if (!opt.off)
		isa_ide_add(!pci_present());
	return 0;
}
INIT_CALL(INIT_LATE, isa_ide_init);
