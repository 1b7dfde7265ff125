/* Base address registers; see bar_size.h. */
#include "bar_size.h"
#include "pci_reg.h"

/*
 * The lowest bit that takes a one is the size. A register that keeps its value whatever is written
 * is wired to it, and believed only if it lacks no bit above its lowest.
 */
static u32 size_of(u32 raw, u32 probe, u32 mask)
{
	u32 bits = probe & mask, size = bits & -bits;

	if (!bits || raw == 0xffffffffu)
		return 0;
	if ((raw & mask) == bits && ((bits | (size - 1)) & mask) != mask)
		return 0;
	return size;
}

bool bar_is_wide(u32 raw)
{
	return !(raw & PCI_BAR_RAW_IO) && (raw & PCI_BAR_RAW_TYPE) == PCI_BAR_RAW_64;
}

static struct bar_value decode_io(u32 raw, u32 probe)
{
	struct bar_value v = { .io = true };

	if (!(probe & 0xffff0000u) && (probe & PCI_BAR_IO_MASK))
		probe |= 0xffff0000u;
	if (raw >> 16 == 0)
		v.size = size_of(raw | 0xffff0000u, probe, PCI_BAR_IO_MASK);
	else
		v.size = size_of(raw, probe, PCI_BAR_IO_MASK);
	if (v.size > 0x10000)
		v.size = 0;
	if (raw <= 0xffff)
		v.base = raw & PCI_BAR_IO_MASK;
	return v;
}

struct bar_value bar_decode(u32 raw, u32 probe, u32 upper)
{
	struct bar_value v = { 0 };

	if (raw == 0xffffffffu)
		return v;
	if (raw & PCI_BAR_RAW_IO) {
		v = decode_io(raw, probe);
	} else {
		v.size = size_of(raw, probe, PCI_BAR_MEMORY_MASK);
		v.wide = bar_is_wide(raw);
		v.below_1m = (raw & PCI_BAR_RAW_TYPE) == PCI_BAR_RAW_BELOW_1M;
		v.prefetch = raw & PCI_BAR_RAW_PREFETCH;
		if (!v.wide || !upper)
			v.base = raw & PCI_BAR_MEMORY_MASK;
	}
	if (!v.size)
		v.base = 0;
	return v;
}

struct bar_value bar_decode_rom(u32 raw, u32 probe)
{
	struct bar_value v = { .prefetch = true };

	v.size = size_of(raw, probe, PCI_ROM_MASK);
	if (v.size)
		v.base = raw & PCI_ROM_MASK;
	return v;
}

/* ---- windows of bridges ---- */

static struct bar_value window(u32 base, u32 limit)
{
	struct bar_value v = { 0 };

	if (base && base <= limit) {
		v.base = base;
		v.size = limit - base + 1;
	}
	return v;
}

/* The low nibble is 1 where the upper halves exist. */
struct bar_value bar_decode_io_window(u8 base, u8 limit, u16 base_upper, u16 limit_upper)
{
	u32 first = (u32)(base & 0xf0) << 8, last = (u32)(limit & 0xf0) << 8 | 0xfff;
	struct bar_value v;

	if ((base & 0x0f) == 1) {
		first |= (u32)base_upper << 16;
		last |= (u32)limit_upper << 16;
	}
	if (last > 0xffff)
		first = 0;
	v = window(first, last);
	v.io = true;
	v.wide = (base & 0x0f) == 1;
	return v;
}

struct bar_value bar_decode_memory_window(u16 base, u16 limit)
{
	return window((u32)(base & 0xfff0) << 16, (u32)(limit & 0xfff0) << 16 | 0xfffff);
}

struct bar_value bar_decode_prefetch_window(u16 base, u16 limit, u32 base_upper, u32 limit_upper)
{
	struct bar_value v = bar_decode_memory_window(base, limit);

	v.wide = (base & 0x0f) == 1;
	if (v.wide && (base_upper || limit_upper))
		v.base = v.size = 0;
	v.prefetch = true;
	return v;
}
