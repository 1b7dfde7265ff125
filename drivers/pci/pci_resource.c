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
#define RES_IO		0x00000100u
#define RES_MEM		0x00000200u
#define RES_PREFETCH	0x00002000u
#define RES_READONLY	0x00004000u
#define RES_SIZE_ALIGN	0x00040000u
#define RES_START_ALIGN 0x00080000u
#define RES_MEM_64	0x00100000u
#define RES_WINDOW	0x00200000u
#define RES_FIXED	0x00000010u /* of PCI: no register leads to it */
#define RES_SHADOW	0x00000002u /* of a ROM: the BIOS's copy in RAM */

#define LINES_FUNCTION 13u /* BARs, ROM, six that only SR-IOV uses */
#define LINES_BRIDGE   17u

/* What the BIOS copied the VGA's ROM to. */
#define VGA_SHADOW_START 0xC0000u
#define VGA_SHADOW_END	 0xDFFFFu

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

static size_t put_line(char *buf, size_t size, u32 start, u32 end, u32 flags)
{
	return (size_t)scnprintf(buf, size, "0x%016llx 0x%016llx 0x%016llx\n", (u64)start, (u64)end,
				 (u64)flags);
}

static size_t put_bar(char *buf, size_t size, const struct pci_bar *b)
{
	if (!b->size)
		return put_line(buf, size, 0, 0, 0);
	return put_line(buf, size, b->base, b->base + b->size - 1, flags_of(b));
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

static size_t put_rom(char *buf, size_t size, const struct pci_dev *p)
{
	u32 enabled = PCI_ROM_ENABLE;

	if (p->class >> 8 == PCI_CLASS_VGA && pci_is_boot_vga(p))
		return put_line(buf, size, VGA_SHADOW_START, VGA_SHADOW_END,
				RES_MEM | RES_SHADOW | RES_FIXED);
	if (!p->rom.size)
		return put_line(buf, size, 0, 0, 0);
	enabled &=
		pci_read32(p, p->header_type == PCI_HEADER_BRIDGE ? PCI_BRIDGE_ROM : PCI_REG_ROM);
	return put_line(buf, size, p->rom.base, p->rom.base + p->rom.size - 1,
			RES_SIZE_ALIGN | RES_MEM | RES_PREFETCH | RES_READONLY | enabled);
}

static u32 window_flags(const struct pci_bar *w, unsigned int i)
{
	u32 flags = RES_WINDOW;

	if (i == PCI_WINDOW_IO)
		return flags | RES_IO | PCI_BAR_RAW_IO;
	flags |= RES_MEM | (i == PCI_WINDOW_PREF ? RES_PREFETCH | PCI_BAR_RAW_PREFETCH : 0);
	return flags | (w->flags & PCI_BAR_64 ? RES_MEM_64 | PCI_BAR_RAW_64 : 0);
}

static size_t put_window(char *buf, size_t size, const struct pci_bar *w, unsigned int i)
{
	if (!w->size)
		return put_line(buf, size, 0, 0, 0);
	return put_line(buf, size, w->base, w->base + w->size - 1, window_flags(w, i));
}

size_t pci_resource_format(const struct pci_dev *p, char *buf, size_t size)
{
	unsigned int line = 0;
	size_t n = 0;

	for (; line < PCI_BARS; line++)
		n += put_bar(buf + n, size - n, &p->bar[line]);
	n += put_rom(buf + n, size - n, p);
	for (line++; line < LINES_FUNCTION; line++)
		n += put_line(buf + n, size - n, 0, 0, 0);
	if (!p->below)
		return n;
	for (unsigned int i = 0; i < PCI_WINDOWS; i++, line++)
		n += put_window(buf + n, size - n, &p->below->window[i], i);
	for (; line < LINES_BRIDGE; line++)
		n += put_line(buf + n, size - n, 0, 0, 0);
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
		describe(&p->rom, p->dev.name);
	}
}
