/*
 * pci_hidden.c - ports that a chip decodes without a base address register, so that nobody probes
 * there: power management and SMBus of south bridges. A stray read there can put a machine to
 * sleep.
 *
 * Sources: the data sheets' register names; Linux's drivers/pci/quirks.c (quirk_piix4_acpi,
 * quirk_ich4_lpc_acpi, ich6_lpc_acpi_gpio, quirk_ali7101_acpi, quirk_vt82c586_acpi,
 * quirk_vt82c686_acpi, quirk_vt8235_acpi).
 */
#include "pci_glue.h"
#include "pci_reg.h"

#define INTEL 0x8086
#define VIA   0x1106

struct hidden_kind {
	struct {
		u8 reg;
		u16 size;
		u8 enable_reg, enable_bit; /* 0: always on */
	} range[3];
};

static const struct hidden_kind piix4 = { { { 0x40, 64, 0, 0 }, { 0x90, 16, 0, 0 } } };
static const struct hidden_kind ich = { { { 0x40, 128, 0x44, 0x10 }, { 0x58, 64, 0x5c, 0x10 } } };
static const struct hidden_kind ich6 = { { { 0x40, 128, 0x44, 0x80 }, { 0x48, 64, 0x4c, 0x10 } } };
static const struct hidden_kind ali = { { { 0xe0, 64, 0, 0 }, { 0xe2, 32, 0, 0 } } };
static const struct hidden_kind via586 = { { { 0x48, 256, 0, 0 } } };
static const struct hidden_kind via686 = {
	{ { 0x48, 256, 0, 0 }, { 0x70, 128, 0, 0 }, { 0x90, 16, 0, 0 } }
};
static const struct hidden_kind via8235 = { { { 0x88, 128, 0, 0 }, { 0xd0, 16, 0, 0 } } };

static const struct {
	u16 vendor, device;
	const struct hidden_kind *kind;
} rows[] = {
	{ INTEL, 0x7113, &piix4 }, /* PIIX4: PMBA, SMBBA */
	{ INTEL, 0x719b, &piix4 }, /* 440MX */
	{ INTEL, 0x2410, &ich },   /* ICH to ICH5: PMBASE, GPIOBASE */
	{ INTEL, 0x2420, &ich },   { INTEL, 0x2440, &ich },  { INTEL, 0x244c, &ich },
	{ INTEL, 0x2480, &ich },   { INTEL, 0x248c, &ich },  { INTEL, 0x24c0, &ich },
	{ INTEL, 0x24cc, &ich },   { INTEL, 0x24d0, &ich },  { INTEL, 0x25a1, &ich },
	{ INTEL, 0x2640, &ich6 }, /* ICH6 on: PMBASE, GPIOBASE */
	{ INTEL, 0x2641, &ich6 },  { INTEL, 0x27b0, &ich6 }, { INTEL, 0x27b8, &ich6 },
	{ INTEL, 0x27b9, &ich6 },  { INTEL, 0x27bc, &ich6 }, { INTEL, 0x27bd, &ich6 },
	{ INTEL, 0x2810, &ich6 },  { INTEL, 0x2811, &ich6 }, { INTEL, 0x2812, &ich6 },
	{ INTEL, 0x2814, &ich6 },  { INTEL, 0x2815, &ich6 }, { INTEL, 0x2912, &ich6 },
	{ INTEL, 0x2914, &ich6 },  { INTEL, 0x2916, &ich6 }, { INTEL, 0x2918, &ich6 },
	{ 0x10b9, 0x7101, &ali },  { VIA, 0x3040, &via586 }, { VIA, 0x3057, &via686 },
	{ VIA, 0x3177, &via8235 },
};

/* The power management of the first 586s has no base register yet. */
#define VIA_586_POWER	 0x3040
#define VIA_586_HAS_BASE 0x10

static const struct hidden_kind *kind_of(const struct pci_dev *p)
{
	if (p->vendor == VIA && p->device == VIA_586_POWER && !(p->revision & VIA_586_HAS_BASE))
		return NULL;
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].vendor == p->vendor && rows[i].device == p->device)
			return rows[i].kind;
	return NULL;
}

struct pci_bar pci_hidden_ports(const struct pci_dev *p, unsigned int nth)
{
	const struct hidden_kind *kind = kind_of(p);
	struct pci_bar none = { 0 };
	u32 base;

	if (!kind || nth >= ARRAY_SIZE(kind->range) || !kind->range[nth].reg)
		return none;
	if (kind->range[nth].enable_bit &&
	    !(pci_read8(p, kind->range[nth].enable_reg) & kind->range[nth].enable_bit))
		return none;
	base = pci_read16(p, kind->range[nth].reg) & (u32) ~(kind->range[nth].size - 1);
	if (!base || base == 0xffffu - kind->range[nth].size + 1)
		return none;
	return (struct pci_bar){ base, kind->range[nth].size, PCI_BAR_IO | PCI_BAR_FIXED };
}
