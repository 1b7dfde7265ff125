/*
 * pci_resource.c - the addresses that functions decode and bridges pass on, as /sys .../resource
 * and as ranges of /proc/ioports and /proc/iomem. Drivers claim inside them.
 */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/resource.h>
#include "pci_glue.h"
#include "pci_reg.h"

/* Linux's IORESOURCE_* flags, which lspci(8) reads. */
#define RES_IO	       0x00000100u
#define RES_MEM	       0x00000200u
#define RES_PREFETCH   0x00002000u
#define RES_READONLY   0x00004000u
#define RES_SIZE_ALIGN 0x00040000u
#define RES_MEM_64     0x00100000u
#define RES_FIXED      0x00000010u /* of PCI: no register leads to it */
#define RES_SHADOW     0x00000002u /* of a ROM: the BIOS's copy in RAM */

#define LINES_FUNCTION 13u /* BARs, ROM, six that only SR-IOV uses */
#define LINES_BRIDGE   17u

/* What the BIOS copied the VGA's ROM to. */
#define VGA_SHADOW	0xC0000u
#define VGA_SHADOW_SIZE 0x20000u

static u32 flags_of(const struct pci_bar *b)
{
	if (b->flags & PCI_BAR_FIXED)
		return RES_IO | RES_FIXED;
	if (b->flags & PCI_BAR_IO)
		return RES_SIZE_ALIGN | RES_IO | PCI_BAR_RAW_IO;
	return RES_SIZE_ALIGN | RES_MEM |
	       (b->flags & PCI_BAR_64 ? RES_MEM_64 | PCI_BAR_RAW_64 : 0) |
	       (b->flags & PCI_BAR_PREFETCH ? RES_PREFETCH | PCI_BAR_RAW_PREFETCH : 0) |
	       (b->flags & PCI_BAR_BELOW_1M ? PCI_BAR_RAW_BELOW_1M : 0);
}

static struct pci_resource make(u32 start, u32 size, u32 flags)
{
	return (struct pci_resource){ start, start + size - 1, flags };
}

/* The first VGA card whose decoding the BIOS left on is the one that it uses. */
bool pci_is_boot_vga(const struct pci_dev *p)
{
	const u16 on = PCI_COMMAND_IO | PCI_COMMAND_MEMORY;
	struct pci_dev *q;

	list_for_each_entry (q, &p->bus->tree->devs, node)
		if (q->class >> 8 == PCI_CLASS_VGA && (pci_read16(q, PCI_REG_COMMAND) & on) == on)
			return q == p;
	return false;
}

static struct pci_resource rom_of(const struct pci_dev *p)
{
	u32 enabled;

	if (pci_is_boot_vga(p))
		return make(VGA_SHADOW, VGA_SHADOW_SIZE, RES_MEM | RES_SHADOW | RES_FIXED);
	if (!p->rom.size)
		return (struct pci_resource){ 0 };
	enabled = pci_read32(p, p->header_type == PCI_HEADER_BRIDGE ? PCI_BRIDGE_ROM : PCI_REG_ROM);
	return make(p->rom.base, p->rom.size,
		    RES_SIZE_ALIGN | RES_MEM | RES_PREFETCH | RES_READONLY |
			    (enabled & PCI_ROM_ENABLE));
}

/* The low bits are those of the register: 1 for one that has an upper half. */
static u32 window_flags(const struct pci_bar *w, unsigned int i)
{
	u32 wide = w->flags & PCI_BAR_64 ? 1 : 0;

	if (i == PCI_WINDOW_IO)
		return RES_IO | wide;
	if (i == PCI_WINDOW_MEM)
		return RES_MEM;
	return RES_MEM | RES_PREFETCH | (wide ? RES_MEM_64 | wide : 0);
}

struct pci_resource pci_resource_of(const struct pci_dev *p, unsigned int nth)
{
	unsigned int window = nth - LINES_FUNCTION;

	if (nth < PCI_BARS && p->bar[nth].size)
		return make(p->bar[nth].base, p->bar[nth].size, flags_of(&p->bar[nth]));
	if (nth == PCI_BARS)
		return rom_of(p);
	if (nth >= LINES_FUNCTION && window < PCI_WINDOWS && p->below &&
	    p->below->window[window].size)
		return make(p->below->window[window].base, p->below->window[window].size,
			    window_flags(&p->below->window[window], window));
	return (struct pci_resource){ 0 };
}

size_t pci_resource_format(const struct pci_dev *p, char *buf, size_t size)
{
	unsigned int lines = p->below ? LINES_BRIDGE : LINES_FUNCTION;
	size_t n = 0;

	for (unsigned int i = 0; i < lines; i++) {
		struct pci_resource r = pci_resource_of(p, i);

		n += (size_t)scnprintf(buf + n, size - n, "0x%016llx 0x%016llx 0x%016llx\n",
				       (u64)r.start, (u64)r.end, (u64)r.flags);
	}
	return n;
}

/* ---- /proc/ioports, /proc/iomem ---- */

/* What overlaps something else is somebody's mistake, and no reason not to boot. */
static void describe(const struct pci_bar *b, const char *name)
{
	enum resource_type type = b->flags & PCI_BAR_IO ? RESOURCE_PORT : RESOURCE_MEMORY;
	int err;

	if (!b->base || !b->size)
		return;
	err = resource_add(type, b->base, b->base + b->size - 1, name);
	if (err)
		pr_warn("pci: %s: %s %08x-%08x: %pE\n", name,
			type == RESOURCE_PORT ? "ports" : "memory", b->base, b->base + b->size - 1,
			(void *)(long)err);
}

static void describe_hidden(const struct pci_dev *p)
{
	for (unsigned int i = 0; i < PCI_HIDDEN_RANGES; i++) {
		struct pci_bar ports = pci_hidden_ports(p, i);

		describe(&ports, p->dev.name);
	}
}

void pci_resources_add(struct pci_tree *tree)
{
	struct pci_bus *bus;
	struct pci_dev *p;

	list_for_each_entry (bus, &tree->buses, node) {
		snprintf(bus->name, sizeof(bus->name), "PCI Bus 0000:%02x", bus->number);
		for (unsigned int i = 0; i < PCI_WINDOWS; i++)
			describe(&bus->window[i], bus->name);
	}
	list_for_each_entry (p, &tree->devs, node) {
		for (unsigned int i = 0; i < PCI_BARS; i++)
			describe(&p->bar[i], p->dev.name);
		describe_hidden(p);
		if (!pci_is_boot_vga(p))
			describe(&p->rom, p->dev.name);
	}
}
