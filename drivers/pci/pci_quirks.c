/*
 * pci_quirks.c - chips that are known to do something else than they should.
 *
 * Three tables: flags by identity; registers to correct once, also by identity; and the south
 * bridges of VIA whose own functions take their interrupt from a register write. A correction is a
 * byte register with bits to clear and set, perhaps only beside another chip.
 *
 * "L:" names the function of Linux's drivers/pci/quirks.c or arch/x86/pci/fixup.c that the facts
 * were taken from; see also hardware-notes 4.4. Two of them have no row, because nothing here would
 * ask for it: quirk_isa_dma_hangs (of the drivers, the floppy's alone uses ISA DMA, and works on
 * those bridges) and quirk_ati_exploding_mce (nobody probes the ports of a monochrome adapter: the
 * BIOS says which).
 */
#include <kernel/printk.h>
#include "pci_quirks.h"
#include "pci_reg.h"

#define INTEL 0x8086
#define VIA   0x1106

/* ---- flags ---- */

static const struct flag_row {
	u16 vendor, device;
	u32 flags;
} flag_rows[] = {
	{ 0x1014, 0x028c, PCI_QUIRK_SHORT_CONFIG }, /* IBM Citrine; L: quirk_citrine */
	{ INTEL, 0x84cb, PCI_QUIRK_IDE_PIO },	    /* 450NX; L: piix_check_450nx_errata */
	{ 0x1166, 0x0212, PCI_QUIRK_IDE_COMPAT },   /* CSB5; L: quirk_svwks_csb5ide */
	{ 0x1060, 0x673a, PCI_QUIRK_IDE_ONE },	    /* UM8886BF; hardware-notes 5.8 */
	{ 0x1060, 0x886a, PCI_QUIRK_IDE_ONE },	    /* UM8886A; " */
	{ 0x1045, 0xc558, PCI_QUIRK_IDE_ONE },	    /* OPTi 82C558; " */
};

/* Half a controller in native mode: the ICH3-M must have both channels alike. */
#define ICH3M_IDE     0x248a
#define NATIVE_EITHER (PCI_IDE_NATIVE_1 | PCI_IDE_NATIVE_2)

static bool must_be_compatible(const struct pci_dev *p)
{
	u32 native = p->class & NATIVE_EITHER;

	if (p->quirks & PCI_QUIRK_IDE_COMPAT)
		return native;
	return p->vendor == INTEL && p->device == ICH3M_IDE && native && native != NATIVE_EITHER;
}

/* L: quirk_svwks_csb5ide, quirk_ide_samemode */
static void make_compatible(struct pci_dev *p)
{
	pr_info("pci: %s: IDE back to compatibility mode\n", p->dev.name);
	p->class &= ~(u32)NATIVE_EITHER;
	pci_write8(p, PCI_REG_INTERFACE, (u8)p->class);
}

void pci_quirks_early(struct pci_dev *p)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(flag_rows); i++)
		if (flag_rows[i].vendor == p->vendor && flag_rows[i].device == p->device)
			p->quirks |= flag_rows[i].flags;
	if (must_be_compatible(p))
		make_compatible(p);
}

/* ---- corrections ---- */

struct chip {
	u16 vendor, device;
	u8 first, last; /* revisions */
};
static const struct fix_row {
	struct chip chip;   /* whose register it is */
	struct chip beside; /* only when this one is there too; vendor 0: always */
	u8 reg, clear, set;
	const char *what;
} fix_rows[] = {
	/* The BIOS forgot it, and ISA masters lock out the processor. L: quirk_passive_release */
	{ { INTEL, 0x7000, 0, 0xff },
	  { INTEL, 0x1237, 0, 0xff },
	  0x82,
	  0,
	  0x02,
	  "passive release" },
	/*
	 * Data loss when the processor waits behind three masters: the grant must rotate after
	 * each. KT133, KX133, KLE133 beside a 686B or early 8231. L: quirk_vialatency
	 */
	{ { VIA, 0x0305, 0, 0xff }, { VIA, 0x0686, 0x40, 0x42 }, 0x76, 0x20, 0x10, "arbitration" },
	{ { VIA, 0x8391, 0, 0xff }, { VIA, 0x0686, 0x40, 0x42 }, 0x76, 0x20, 0x10, "arbitration" },
	{ { VIA, 0x3112, 0, 0xff }, { VIA, 0x0686, 0x40, 0x42 }, 0x76, 0x20, 0x10, "arbitration" },
	{ { VIA, 0x0305, 0, 0xff }, { VIA, 0x8231, 0x10, 0x12 }, 0x76, 0x20, 0x10, "arbitration" },
	{ { VIA, 0x8391, 0, 0xff }, { VIA, 0x8231, 0x10, 0x12 }, 0x76, 0x20, 0x10, "arbitration" },
	{ { VIA, 0x3112, 0, 0xff }, { VIA, 0x8231, 0x10, 0x12 }, 0x76, 0x20, 0x10, "arbitration" },
	/* Memory write queue timer; bit 5 of the KL133 and KM133 is their video's.
	 * L: pci_fixup_via_northbridge_bug */
	{ { VIA, 0x0305, 0, 0x80 }, { 0 }, 0x55, 0xe0, 0, "write queue" },
	{ { VIA, 0x0305, 0x81, 0x81 }, { 0 }, 0x55, 0xc0, 0, "write queue" },
	{ { VIA, 0x0305, 0x82, 0x83 }, { 0 }, 0x55, 0xe0, 0, "write queue" },
	{ { VIA, 0x0305, 0x84, 0x84 }, { 0 }, 0x55, 0xc0, 0, "write queue" },
	{ { VIA, 0x0305, 0x85, 0xff }, { 0 }, 0x55, 0xe0, 0, "write queue" },
	{ { VIA, 0x3102, 0, 0xff }, { 0 }, 0x55, 0xe0, 0, "write queue" },
	{ { VIA, 0x3112, 0, 0xff }, { 0 }, 0x55, 0xe0, 0, "write queue" },
	{ { VIA, 0x3099, 0, 0xff }, { 0 }, 0x95, 0xe0, 0, "write queue" },
	/* 450NX C0: restreaming corrupts data. L: quirk_disable_pxb */
	{ { INTEL, 0x84cb, 0x04, 0x04 }, { 0 }, 0x40, 0x40, 0, "restreaming" },
};

static bool is_chip(const struct pci_dev *p, const struct chip *c)
{
	return p->vendor == c->vendor && p->device == c->device && p->revision >= c->first &&
	       p->revision <= c->last;
}

static bool is_there(const struct pci_tree *tree, const struct chip *c)
{
	const struct pci_dev *p;

	if (!c->vendor)
		return true;
	list_for_each_entry (p, &tree->devs, node)
		if (is_chip(p, c))
			return true;
	return false;
}

static void fix(struct pci_tree *tree, struct pci_dev *p, const struct fix_row *row)
{
	u8 old, new;

	if (!is_chip(p, &row->chip) || !is_there(tree, &row->beside))
		return;
	old = pci_read8(p, row->reg);
	new = (old & (u8)~row->clear) | row->set;
	if (new == old)
		return;
	pci_write8(p, row->reg, new);
	pr_info("pci: %s: %s set right, register %02x from %02x to %02x\n", p->dev.name, row->what,
		row->reg, old, new);
}

/* ---- VIA's own functions ---- */

/*
 * They have no pin to the router: the line that is written into the function is where its interrupt
 * goes. Those of a 686 are functions of one device; later bridges have devices of their own.
 * L: quirk_via_bridge, quirk_via_vlink
 */
#define VLINK_LAST 18u
static const struct {
	u16 device;
	u8 first; /* device number; 0: the bridge's own */
} via_rows[] = {
	{ 0x0686, 0 },	{ 0x8231, 17 }, { 0x3074, 17 }, { 0x3147, 17 },
	{ 0x3109, 17 }, { 0x3177, 16 }, { 0x3227, 15 }, { 0x3337, 15 },
};

static void mark_via(struct pci_tree *tree, const struct pci_dev *bridge)
{
	unsigned int first, last = VLINK_LAST;
	struct pci_dev *p;

	for (unsigned int i = 0; i < ARRAY_SIZE(via_rows); i++) {
		if (bridge->vendor != VIA || bridge->device != via_rows[i].device)
			continue;
		first = via_rows[i].first;
		if (!first)
			first = last = pci_slot(bridge);
		list_for_each_entry (p, &tree->devs, node)
			if (p->vendor == VIA && p->bus == bridge->bus && pci_slot(p) >= first &&
			    pci_slot(p) <= last)
				p->quirks |= PCI_QUIRK_LINE_ROUTES;
	}
}

/* ---- sizes ---- */

/* They decode 64 MB and say 32. L: quirk_s3_64M */
#define S3	   0x5333
#define S3_868	   0x8880
#define S3_968	   0x88f0
#define S3_DECODES 0x04000000u

static void resize_s3(struct pci_dev *p)
{
	if (p->vendor != S3 || (p->device != S3_868 && p->device != S3_968) || !p->bar[0].size)
		return;
	p->bar[0].size = S3_DECODES;
	p->bar[0].base &= ~(S3_DECODES - 1);
}

/* They lock up when a master keeps the bus for longer. L: pci_fixup_latency */
#define SIS	    0x1039
#define SIS_5597    0x5597
#define SIS_5598    0x5598
#define SIS_LATENCY 32

void pci_quirks_late(struct pci_tree *tree)
{
	struct pci_dev *p;

	list_for_each_entry (p, &tree->devs, node) {
		for (unsigned int i = 0; i < ARRAY_SIZE(fix_rows); i++)
			fix(tree, p, &fix_rows[i]);
		mark_via(tree, p);
		resize_s3(p);
		if (p->vendor == SIS && (p->device == SIS_5597 || p->device == SIS_5598))
			tree->latency = SIS_LATENCY;
	}
}
