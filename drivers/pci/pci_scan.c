/*
 * pci_scan.c - finds buses and functions.
 *
 *   scan_bus            slots 0-31; functions 1-7 only of a multi-function device
 *     bridges, twice    first those that the BIOS numbered well, then the others get numbers
 *       scan_bus        at most PCI_DEPTH_MAX deep
 *   peers               bus numbers that the BIOS names but no bridge leads to; aliases dropped
 *
 * Source: PCI Local Bus 2.1, 6.1; PCI-to-PCI Bridge 1.0; hardware-notes 4.2.
 */
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "pci_internal.h"
#include "pci_quirks.h"
#include "pci_reg.h"

static void scan_bus(struct pci_bus *bus);

void pci_tree_init(struct pci_tree *tree, struct pci_access *access, u64 ram_end)
{
	memset(tree, 0, sizeof(*tree));
	tree->access = access;
	tree->ram_end = ram_end;
	tree->latency = PCI_LATENCY_DEFAULT;
	list_init(&tree->buses);
	list_init(&tree->devs);
}

/* ---- one function ---- */

/* What an empty slot reads; host bridges differ. */
static bool is_empty(u32 id)
{
	return id == 0xffffffffu || id == 0 || id == 0x0000ffffu || id == 0xffff0000u;
}

static u32 read_id(struct pci_tree *tree, unsigned int bus, unsigned int devfn)
{
	return pci_access_read(tree->access, bus, devfn, PCI_REG_VENDOR, 4);
}

/* Kept in order of bus, device, function. */
static void insert_sorted(struct pci_tree *tree, struct pci_dev *p)
{
	struct list_head *at = &tree->devs;
	struct pci_dev *q;

	list_for_each_entry_reverse (q, &tree->devs, node) {
		if (q->bus->number < p->bus->number ||
		    (q->bus->number == p->bus->number && q->devfn < p->devfn)) {
			at = &q->node;
			break;
		}
	}
	list_add(&p->node, at);
}

static void read_subsystem(struct pci_dev *p)
{
	unsigned int cap;

	if (p->header_type == PCI_HEADER_DEVICE) {
		p->subvendor = pci_read16(p, PCI_REG_SUBVENDOR);
		p->subdevice = pci_read16(p, PCI_REG_SUBDEVICE);
	} else if (p->header_type == PCI_HEADER_CARDBUS) {
		p->subvendor = pci_read16(p, PCI_CARDBUS_SUBVENDOR);
		p->subdevice = pci_read16(p, PCI_CARDBUS_SUBVENDOR + 2);
	} else if ((cap = pci_find_capability(p, PCI_CAP_ID_SUBSYS)) != 0) {
		p->subvendor = pci_read16(p, cap + PCI_CAP_SUBSYS_IDS);
		p->subdevice = pci_read16(p, cap + PCI_CAP_SUBSYS_IDS + 2);
	}
}

static void read_header(struct pci_dev *p, u32 id)
{
	u32 class = pci_read32(p, PCI_REG_REVISION);

	p->vendor = (u16)id;
	p->device = (u16)(id >> 16);
	p->revision = (u8) class;
	p->class = class >> 8;
	p->pin = pci_read8(p, PCI_REG_PIN);
	p->line = p->pin ? pci_read8(p, PCI_REG_LINE) : 0xff;
	if (p->pin > 4)
		p->pin = 0;
	pci_quirks_early(p);
	read_subsystem(p);
	pci_bars_read(p);
}

static bool add_function(struct pci_bus *bus, unsigned int devfn, u32 id)
{
	struct pci_dev *p;
	u8 type = pci_access_read(bus->tree->access, bus->number, devfn, PCI_REG_HEADER, 1) &
		  PCI_HEADER_TYPE;

	if (type > PCI_HEADER_CARDBUS) {
		pr_warn("pci: %02x:%02x.%u: header type %02x is none; left alone\n", bus->number,
			devfn >> 3, devfn & 7, type);
		return false;
	}
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p) {
		bus->tree->failed = true;
		return false;
	}
	p->bus = bus;
	p->devfn = (u8)devfn;
	p->header_type = type; /* read once: what reads otherwise later is a dying bus */
	p->irq = PCI_IRQ_UNKNOWN;
	snprintf(p->dev.name, sizeof(p->dev.name), "0000:%02x:%02x.%u", bus->number, devfn >> 3,
		 devfn & 7);
	read_header(p, id);
	insert_sorted(bus->tree, p);
	return true;
}

/* Single-function cards of PCI 2.0 answer under all eight numbers: only bit 7 makes them real. */
static void scan_slot(struct pci_bus *bus, unsigned int slot)
{
	struct pci_tree *tree = bus->tree;
	u32 id = read_id(tree, bus->number, PCI_DEVFN(slot, 0));
	u32 header;

	if (is_empty(id))
		return;
	header = pci_access_read(tree->access, bus->number, PCI_DEVFN(slot, 0), PCI_REG_HEADER, 1);
	add_function(bus, PCI_DEVFN(slot, 0), id);
	if (!(header & PCI_HEADER_MULTI) || header == 0xff)
		return;
	for (unsigned int func = 1; func < PCI_FUNCTIONS; func++) {
		id = read_id(tree, bus->number, PCI_DEVFN(slot, func));
		if (!is_empty(id))
			add_function(bus, PCI_DEVFN(slot, func), id);
	}
}

/* ---- buses ---- */

static struct pci_bus *new_bus(struct pci_tree *tree, unsigned int number, struct pci_dev *bridge)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	if (!bus) {
		tree->failed = true;
		return NULL;
	}
	bus->tree = tree;
	bus->number = bus->last = number;
	bus->bridge = bridge;
	bus->depth = bridge ? bridge->bus->depth + 1 : 0;
	pci_bitmap_set(tree->seen, number);
	list_add_tail(&bus->node, &tree->buses);
	if (bridge) {
		bridge->below = bus;
		pci_windows_read(bus);
	}
	return bus;
}

static bool is_bridge(const struct pci_dev *p)
{
	return p->header_type == PCI_HEADER_BRIDGE && p->class >> 8 == PCI_CLASS_PCI_BRIDGE;
}

struct numbers {
	unsigned int primary, secondary, last;
};

static struct numbers read_numbers(const struct pci_dev *p)
{
	u32 raw = pci_read32(p, PCI_BRIDGE_PRIMARY);

	return (struct numbers){ raw & 0xff, raw >> 8 & 0xff, raw >> 16 & 0xff };
}

/* In one access, so that no two bridges claim a bus in between; the latency timer stays. */
static void write_numbers(const struct pci_dev *p, unsigned int secondary, unsigned int last)
{
	u32 raw = pci_read32(p, PCI_BRIDGE_PRIMARY) & 0xff000000u;

	pci_write32(p, PCI_BRIDGE_PRIMARY, raw | last << 16 | secondary << 8 | p->bus->number);
}

/* Does what the BIOS wrote make sense? */
static bool is_numbered(const struct pci_dev *p)
{
	struct numbers n = read_numbers(p);

	return n.primary == p->bus->number && n.secondary > n.primary && n.last >= n.secondary &&
	       !pci_bitmap_test(p->bus->tree->seen, n.secondary);
}

static void follow_numbered(struct pci_dev *p)
{
	struct numbers n = read_numbers(p);
	struct pci_bus *bus = new_bus(p->bus->tree, n.secondary, p);

	if (!bus)
		return;
	bus->last = n.last;
	scan_bus(bus);
	p->bus->last = max(p->bus->last, bus->last);
}

/* The highest number that buses behind p may have. */
static unsigned int limit_of(const struct pci_dev *p)
{
	const struct pci_dev *above = p->bus->bridge;

	return above ? read_numbers(above).last : PCI_BUSES - 1;
}

static unsigned int next_number(const struct pci_dev *p)
{
	unsigned int n = p->bus->last + 1;

	while (n < PCI_BUSES && pci_bitmap_test(p->bus->tree->seen, n))
		n++;
	return n;
}

static void follow_unnumbered(struct pci_dev *p)
{
	unsigned int number = next_number(p), limit = limit_of(p);
	struct pci_bus *bus;

	if (number > limit) {
		pr_warn("pci: %s: no bus number left for what is behind it\n", p->dev.name);
		return;
	}
	bus = new_bus(p->bus->tree, number, p);
	if (!bus)
		return;
	write_numbers(p, number, limit);
	scan_bus(bus);
	write_numbers(p, number, bus->last);
	p->bus->last = max(p->bus->last, bus->last);
}

static void follow_bridges(struct pci_bus *bus, bool numbered)
{
	struct pci_dev *p;

	list_for_each_entry (p, &bus->tree->devs, node) {
		if (p->bus != bus || !is_bridge(p) || p->below)
			continue;
		if (is_numbered(p) != numbered)
			continue;
		if (bus->depth == PCI_DEPTH_MAX)
			pr_warn("pci: %s: too many bridges behind each other\n", p->dev.name);
		else if (numbered)
			follow_numbered(p);
		else
			follow_unnumbered(p);
	}
}

static void scan_bus(struct pci_bus *bus)
{
	for (unsigned int slot = 0; slot < pci_access_slots(bus->tree->access); slot++)
		scan_slot(bus, slot);
	follow_bridges(bus, true);
	follow_bridges(bus, false);
}

/* ---- buses without a bridge ---- */

/* Some hosts ignore the bus number: bus 0 shows up under all of them. */
static bool is_alias(struct pci_tree *tree, unsigned int number)
{
	for (unsigned int slot = 0; slot < pci_access_slots(tree->access); slot++)
		if (read_id(tree, number, PCI_DEVFN(slot, 0)) !=
		    read_id(tree, 0, PCI_DEVFN(slot, 0)))
			return false;
	return true;
}

static bool is_inhabited(struct pci_tree *tree, unsigned int number)
{
	for (unsigned int slot = 0; slot < pci_access_slots(tree->access); slot++)
		if (!is_empty(read_id(tree, number, PCI_DEVFN(slot, 0))))
			return true;
	return false;
}

static void scan_root(struct pci_tree *tree, unsigned int number)
{
	struct pci_bus *bus = new_bus(tree, number, NULL);

	if (bus)
		scan_bus(bus);
}

void pci_scan(struct pci_tree *tree, u8 peers[PCI_BUS_BITMAP])
{
	scan_root(tree, 0);
	pci_peers_add(tree, peers);
	for (unsigned int n = 1; n < PCI_BUSES; n++)
		if (pci_bitmap_test(peers, n) && !pci_bitmap_test(tree->seen, n) &&
		    is_inhabited(tree, n) && !is_alias(tree, n))
			scan_root(tree, n);
	if (tree->failed)
		pr_err("pci: no memory for all that is there\n");
}

void pci_tree_free(struct pci_tree *tree)
{
	struct pci_dev *p, *next_dev;
	struct pci_bus *bus, *next_bus;

	list_for_each_entry_safe (p, next_dev, &tree->devs, node)
		kfree(p);
	list_for_each_entry_safe (bus, next_bus, &tree->buses, node)
		kfree(bus);
}
