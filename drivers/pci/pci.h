/*
 * pci.h - PCI for drivers: the functions found, their configuration space, who drives which.
 *
 * The bus is scanned once, before any driver registers; a driver is offered every function that
 * matches its table, in order of bus, device, function, and those found later. There may be no PCI
 * at all: then no driver is ever called and pci_present() is false.
 *
 * Configuration space is reached through pci_read*()/pci_write*(), any context, own lock
 * (RANK_LEAF, irq-safe). Reads of a function that does not answer give all ones. Offsets are below
 * 256; a register is accessed with its own width, which some chips insist on.
 *
 * BARs are as the BIOS left them; their sizes are found out during the scan, with decoding and
 * interrupts off. Those of host bridges are not touched and have size 0. An unassigned BAR (none,
 * out of reach, in RAM) has base 0, and a driver must not use it. An IDE function in compatibility
 * mode has the fixed ports as BAR 0 to 3.
 *
 * Sources: PCI Local Bus 2.1 chapter 6, PCI-to-PCI Bridge 1.0; quirks cite theirs in pci_quirks.c.
 */
#ifndef DRIVERS_PCI_PCI_H
#define DRIVERS_PCI_PCI_H

#include <kernel/device.h>
#include <kernel/list.h>
#include <kernel/types.h>

#define PCI_BARS 6
#define PCI_ANY	 0xffffu

struct pci_bar {
	u32 base;  /* 0: none or unassigned */
	u32 size;  /* 0: not sized */
	u32 flags; /* PCI_BAR_* */
};
#define PCI_BAR_IO	 1u
#define PCI_BAR_64	 2u /* the upper half is in the next BAR */
#define PCI_BAR_PREFETCH 4u
#define PCI_BAR_BELOW_1M 8u
#define PCI_BAR_FIXED	 16u /* not in the register: compatibility ports of IDE */

struct pci_bus;
struct pci_driver;
#define PCI_IRQ_UNKNOWN (-2)

struct pci_dev {
	struct pci_bus *bus;
	u8 devfn; /* device << 3 | function */
	/* pin: 0 none, 1 A .. 4 D; line: what the BIOS wrote, 0xff without a pin. See pci_irq(). */
	u8 header_type, revision, pin, line;
	u16 vendor, device, subvendor, subdevice;
	u32 class; /* class << 16 | subclass << 8 | interface */
	struct pci_bar bar[PCI_BARS];
	struct pci_bar rom;
	struct pci_bus *below; /* of a bridge: the bus behind it; NULL */
	struct pci_driver *driver;
	void *driver_data;
	bool dead;	      /* it was found to be gone: its configuration space reads all ones */
	unsigned int enabled; /* pci_enable() calls */
	int irq;	      /* PCI_IRQ_UNKNOWN until pci_irq() was asked; -1: none */
	u32 quirks;	      /* PCI_QUIRK_* that drivers ask for */
	struct device dev;
	struct list_head node; /* all functions, in order */
};
static inline unsigned int pci_slot(const struct pci_dev *p)
{
	return p->devfn >> 3;
}
static inline unsigned int pci_func(const struct pci_dev *p)
{
	return p->devfn & 7u;
}
unsigned int pci_bus_number(const struct pci_dev *p);

u8 pci_read8(const struct pci_dev *p, unsigned int reg);
u16 pci_read16(const struct pci_dev *p, unsigned int reg);
u32 pci_read32(const struct pci_dev *p, unsigned int reg);
void pci_write8(const struct pci_dev *p, unsigned int reg, u8 value);
void pci_write16(const struct pci_dev *p, unsigned int reg, u16 value);
void pci_write32(const struct pci_dev *p, unsigned int reg, u32 value);

/*
 * What is wrong with a function, for those who must mind; pci_quirks.c says who and why.
 * pci_quirks_present() has those of all functions: some concern the whole machine.
 */
#define PCI_QUIRK_NO_SIZING    1u  /* its BARs are not sized */
#define PCI_QUIRK_SHORT_CONFIG 2u  /* reading its registers from A0 on hangs the machine */
#define PCI_QUIRK_LINE_ROUTES  4u  /* what is written to its interrupt line register routes it */
#define PCI_QUIRK_IDE_PIO      8u  /* machine: bus-master IDE corrupts data */
#define PCI_QUIRK_IDE_COMPAT   16u /* IDE: native mode does not work */
#define PCI_QUIRK_IDE_ONE      32u /* IDE: both functions are one channel; only odd ones are used */
u32 pci_quirks_present(void);

bool pci_present(void);
/* The first function after `from` (NULL: from the start) that matches; PCI_ANY matches all. */
struct pci_dev *pci_find(u16 vendor, u16 device, struct pci_dev *from);
struct pci_dev *pci_find_class(u32 class, u32 mask, struct pci_dev *from);
struct pci_dev *pci_find_slot(unsigned int bus, unsigned int devfn);

/* Switches decoding (only of BARs that are assigned) and, asked for, bus mastering on. 0, -EIO. */
int pci_enable(struct pci_dev *p, bool io, bool memory);
void pci_set_master(struct pci_dev *p);		       /* and a sane latency timer */
u32 pci_bar_size(struct pci_dev *p, unsigned int bar); /* 0: there is none */
/* A memory BAR mapped uncached, for iounmap(); NULL. */
void __iomem *pci_map_bar(struct pci_dev *p, unsigned int bar, size_t max);
/* Offset of a capability, 0: none. Chains are bounded. */
unsigned int pci_find_capability(struct pci_dev *p, u8 id);
/* The interrupt that the function really gets: BIOS's line when believable, else by the routing
 * table; -1: none. Programs the router and ELCR when it must. */
int pci_irq(struct pci_dev *p);

struct pci_id {
	u16 vendor, device; /* PCI_ANY */
	u32 class, class_mask;
	const void *data;
};
struct pci_driver {
	const char *name;
	const struct pci_id *ids; /* ends with vendor 0 */
	/* 0: taken; -ENODEV: not mine. Called where sleeping is fine. */
	int (*probe)(struct pci_dev *p, const struct pci_id *id);
	struct list_head node;
};
/* At boot, from INIT_DRIVER on. Probes at once, in the caller's thread. */
void pci_driver_register(struct pci_driver *driver);

#endif
