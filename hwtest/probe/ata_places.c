/* Where IDE channels may be; see ata_places.h. */
#include "ata_places.h"
#include <common/xalloc.h>
#include <drivers/ata/ata_reg.h>
#include <drivers/pci/pci_reg.h>
#include <stdio.h>
#include <stdlib.h>

#define PROG_BUS_MASTER 0x80u
#define NATIVE_CONTROL	2u /* the control register's offset in its range */
#define BM_BAR		4u

static const struct {
	u16 base, control;
} at_ports[] = { { 0x1F0, 0x3F6 }, { 0x170, 0x376 }, { 0x1E8, 0x3EE }, { 0x168, 0x36E } };

/* ---- configuration space, as the table of chips wants it ---- */

static struct ata_places *opened;

static const struct pci_seen *seen_of(const struct pci_dev *p)
{
	return container_of(p, struct ata_function, dev)->fn;
}

u8 pci_read8(const struct pci_dev *p, unsigned int reg)
{
	return (u8)pci_view_read(&opened->view, seen_of(p), reg, 1);
}

u16 pci_read16(const struct pci_dev *p, unsigned int reg)
{
	return (u16)pci_view_read(&opened->view, seen_of(p), reg, 2);
}

void pci_write8(const struct pci_dev *p, unsigned int reg, u8 value)
{
	pci_view_write(&opened->view, seen_of(p), reg, 1, value);
}

void pci_write16(const struct pci_dev *p, unsigned int reg, u16 value)
{
	pci_view_write(&opened->view, seen_of(p), reg, 2, value);
}

struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from)
{
	bool behind = !from;

	for (size_t i = 0; i < opened->view.count; i++) {
		struct pci_dev *p = &opened->function[i].dev;

		if (behind && (vendor == PCI_ANY || vendor == p->vendor) &&
		    (device == PCI_ANY || device == p->device))
			return p;
		behind |= p == from;
	}
	return NULL;
}

struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn)
{
	for (size_t i = 0; i < opened->view.count; i++)
		if (opened->view.fn[i].bus == bus && opened->view.fn[i].devfn == devfn)
			return &opened->function[i].dev;
	return NULL;
}

/* ---- channels of PCI functions ---- */

static void fill_function(struct ata_function *f, const struct pci_seen *fn)
{
	struct pci_dev *p = &f->dev;

	f->fn = fn;
	p->devfn = fn->devfn;
	p->vendor = pci_seen16(fn, PCI_REG_VENDOR);
	p->device = pci_seen16(fn, PCI_REG_DEVICE);
	p->revision = fn->header[PCI_REG_REVISION];
	p->class = pci_seen32(fn, PCI_REG_REVISION) >> 8;
}

static bool is_ide(const struct pci_dev *p)
{
	return p->class >> 8 == PCI_CLASS_IDE;
}

static bool is_native(const struct pci_dev *p, unsigned int number)
{
	return p->class & (number ? PCI_IDE_NATIVE_2 : PCI_IDE_NATIVE_1);
}

static u16 port_range(const struct pci_seen *fn, unsigned int bar)
{
	u32 raw = pci_seen32(fn, PCI_REG_BAR0 + 4 * bar);

	return raw & PCI_BAR_RAW_IO && raw <= 0xffff ? (u16)(raw & PCI_BAR_IO_MASK) : 0;
}

static const char *why_off(const struct ata_place *at)
{
	const struct ide_enable *e = &at->chip->enable[at->number];

	if (!(pci_read16(at->pci, PCI_REG_COMMAND) & PCI_COMMAND_IO) && !at->chip->io_bit_lies)
		return "the BIOS switched the controller off";
	if (e->reg && (pci_read8(at->pci, e->reg) & e->mask) != e->mask)
		return "the BIOS switched this channel off";
	return at->base ? NULL : "the BIOS gave it no ports";
}

static struct ata_place *new_place(struct ata_places *p, unsigned int index)
{
	struct ata_place *at;

	if (p->count == ATA_PLACES_MAX)
		return NULL;
	at = &p->at[p->count++];
	*at = (struct ata_place){ .controller = "ISA" };
	(void)snprintf(at->name, sizeof(at->name), "ide%u", index);
	return at;
}

static u16 bus_master(const struct ata_place *at, const struct pci_seen *fn)
{
	u16 base = port_range(fn, BM_BAR);

	if (!(at->pci->class & PROG_BUS_MASTER) || at->flags & ATA_CH_NO_DMA || !base)
		return 0;
	return (u16)(base + at->number * BM_CHANNEL_PORTS);
}

static void add_channel(struct ata_places *p, size_t which, unsigned int number, unsigned int *next)
{
	struct pci_dev *dev = &p->function[which].dev;
	const struct pci_seen *fn = &p->view.fn[which];
	bool native = is_native(dev, number);
	struct ata_place *at = new_place(p, native ? (*next)++ : number);

	if (!at)
		return;
	at->pci = dev;
	at->number = number;
	at->chip = ide_chip_find(dev->vendor, dev->device);
	at->controller = at->chip->name;
	at->flags = at->chip->flags;
	at->base = native ? port_range(fn, 2 * number) : at_ports[number].base;
	at->control = native ? (u16)(port_range(fn, 2 * number + 1) + NATIVE_CONTROL)
			     : at_ports[number].control;
	if (native && !port_range(fn, 2 * number + 1))
		at->base = 0;
	at->bm = bus_master(at, fn);
	at->off = why_off(at);
}

static void add_pci(struct ata_places *p)
{
	unsigned int next = 2;

	for (size_t i = 0; i < p->view.count; i++)
		for (unsigned int number = 0; is_ide(&p->function[i].dev) && number < 2; number++)
			add_channel(p, i, number, &next);
}

/* ---- and of none ---- */

static bool taken(const struct ata_places *p, u16 base)
{
	for (unsigned int i = 0; i < p->count; i++)
		if (p->at[i].base == base)
			return true;
	return false;
}

static void add_isa(struct ata_places *p, bool cards)
{
	for (unsigned int i = 0; i < (cards ? ARRAY_SIZE(at_ports) : 2); i++) {
		struct ata_place *at = taken(p, at_ports[i].base) ? NULL : new_place(p, i);

		if (!at)
			continue;
		at->base = at_ports[i].base;
		at->control = at_ports[i].control;
		at->flags = i < 2 ? 0 : ATA_CH_SHY;
	}
}

void ata_places_find(struct ata_places *p, struct host *host, bool cards)
{
	p->count = 0;
	p->view.about = NULL;
	opened = p;
	if (pci_view_open(&p->view, host, NULL))
		p->view.count = 0;
	p->function = xalloc((p->view.count + 1) * sizeof(*p->function));
	for (size_t i = 0; i < p->view.count; i++)
		fill_function(&p->function[i], &p->view.fn[i]);
	add_pci(p);
	add_isa(p, cards && !p->view.count);
}

void ata_places_free(struct ata_places *p)
{
	free(p->function);
	pci_view_close(&p->view);
	p->count = 0;
	opened = NULL;
}

const char *ata_place_function(const struct ata_place *at)
{
	return at->pci ? seen_of(at->pci)->name : "";
}
