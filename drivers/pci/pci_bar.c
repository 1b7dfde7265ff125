/*
 * pci_bar.c - what a function decodes: base address registers and bridge windows.
 *
 * Sizing writes all ones to a register while decoding is off, so that the function does not answer
 * at the top of memory for a moment. Host bridges would take RAM away with it: theirs are not
 * sized.
 */
#include "bar_size.h"
#include "pci_internal.h"
#include "pci_quirks.h"
#include "pci_reg.h"

#define MEMORY_LOWEST 0x100000u

static const struct {
	u8 bars, rom_reg;
} layout[] = {
	[PCI_HEADER_DEVICE] = { 6, PCI_REG_ROM },
	[PCI_HEADER_BRIDGE] = { 2, PCI_BRIDGE_ROM },
	[PCI_HEADER_CARDBUS] = { 1, 0 },
};

static u32 read_locked(const struct pci_dev *p, unsigned int reg, unsigned int width)
{
	return pci_access_read_locked(pci_access_of(p), p->bus->number, p->devfn, reg, width);
}

static void write_locked(const struct pci_dev *p, unsigned int reg, unsigned int width, u32 value)
{
	pci_access_write_locked(pci_access_of(p), p->bus->number, p->devfn, reg, width, value);
}

static u32 probe_register(const struct pci_dev *p, unsigned int reg, u32 raw, u32 ones)
{
	u32 probe;

	write_locked(p, reg, 4, ones);
	probe = read_locked(p, reg, 4);
	write_locked(p, reg, 4, raw);
	return probe;
}

/* Memory where RAM is, or below 1 MB without saying so, is a register that nobody filled. */
static bool is_assigned(const struct pci_dev *p, const struct bar_value *v)
{
	if (!v->base || v->io)
		return v->base;
	if (v->below_1m && v->base < MEMORY_LOWEST)
		return true;
	return v->base >= MEMORY_LOWEST && v->base >= p->bus->tree->ram_end;
}

static struct pci_bar make_bar(const struct pci_dev *p, const struct bar_value *v)
{
	struct pci_bar bar = { .size = v->size };

	if (!v->size)
		return bar;
	bar.base = is_assigned(p, v) ? v->base : 0;
	bar.flags = (v->io ? PCI_BAR_IO : 0) | (v->wide ? PCI_BAR_64 : 0) |
		    (v->prefetch ? PCI_BAR_PREFETCH : 0) | (v->below_1m ? PCI_BAR_BELOW_1M : 0);
	return bar;
}

static void size_bars(struct pci_dev *p)
{
	unsigned int count = layout[p->header_type].bars;

	for (unsigned int i = 0; i < count; i++) {
		unsigned int reg = PCI_REG_BAR0 + 4 * i;
		u32 raw = read_locked(p, reg, 4), upper = 0, probe;
		struct bar_value v;

		probe = probe_register(p, reg, raw, 0xffffffffu);
		if (bar_is_wide(raw) && i + 1 < count)
			upper = read_locked(p, reg + 4, 4);
		v = bar_decode(raw, probe, upper);
		p->bar[i] = make_bar(p, &v);
		i += p->bar[i].flags & PCI_BAR_64 ? 1 : 0;
	}
}

static void size_rom(struct pci_dev *p)
{
	unsigned int reg = layout[p->header_type].rom_reg;
	struct bar_value v;
	u32 raw;

	if (!reg)
		return;
	raw = read_locked(p, reg, 4);
	v = bar_decode_rom(raw, probe_register(p, reg, raw, PCI_ROM_MASK));
	p->rom = make_bar(p, &v);
}

/* Its registers hold junk then; the ports are the AT's. Source: hardware-notes 4.3, 5.1. */
static void fix_ide_channel(struct pci_dev *p, unsigned int first, u16 command, u16 control)
{
	p->bar[first] = (struct pci_bar){ command, 8, PCI_BAR_IO | PCI_BAR_FIXED };
	p->bar[first + 1] = (struct pci_bar){ control, 1, PCI_BAR_IO | PCI_BAR_FIXED };
}

void pci_bars_read(struct pci_dev *p)
{
	unsigned long saved;
	u16 command;

	if (p->class >> 8 == PCI_CLASS_HOST || (p->quirks & PCI_QUIRK_NO_SIZING))
		return;
	saved = pci_access_begin(pci_access_of(p));
	command = (u16)read_locked(p, PCI_REG_COMMAND, 2);
	write_locked(p, PCI_REG_COMMAND, 2, command & ~(u32)(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	size_bars(p);
	size_rom(p);
	write_locked(p, PCI_REG_COMMAND, 2, command);
	pci_access_end(pci_access_of(p), saved);
	if (p->class >> 8 != PCI_CLASS_IDE)
		return;
	if (!(p->class & PCI_IDE_NATIVE_1))
		fix_ide_channel(p, 0, 0x1F0, 0x3F6);
	if (!(p->class & PCI_IDE_NATIVE_2))
		fix_ide_channel(p, 2, 0x170, 0x376);
}

/* ---- windows of bridges ---- */

static void put_window(struct pci_bar *out, const struct bar_value *v)
{
	*out = (struct pci_bar){ v->base, v->size,
				 (v->io ? PCI_BAR_IO : 0) | (v->wide ? PCI_BAR_64 : 0) |
					 (v->prefetch ? PCI_BAR_PREFETCH : 0) };
}

/* A register that reads 0 throughout does not exist: its limit would be the lowest block. */
void pci_windows_read(struct pci_bus *bus)
{
	const struct pci_dev *p = bus->bridge;
	u16 io = pci_read16(p, PCI_BRIDGE_IO);
	u32 memory = pci_read32(p, PCI_BRIDGE_MEMORY), pref = pci_read32(p, PCI_BRIDGE_PREFETCH);
	u32 io_upper = pci_read32(p, PCI_BRIDGE_IO_U);
	struct bar_value v;

	v = bar_decode_io_window((u8)io, (u8)(io >> 8), (u16)io_upper, (u16)(io_upper >> 16));
	put_window(&bus->window[PCI_WINDOW_IO], &v);
	v = bar_decode_memory_window((u16)memory, (u16)(memory >> 16));
	put_window(&bus->window[PCI_WINDOW_MEM], &v);
	v = bar_decode_prefetch_window((u16)pref, (u16)(pref >> 16),
				       pci_read32(p, PCI_BRIDGE_PREFETCH_U),
				       pci_read32(p, PCI_BRIDGE_PREFETCH_U + 4));
	put_window(&bus->window[PCI_WINDOW_PREF], &v);
}
