/*
 * symbols.c - names for kernel addresses.
 *
 * The table is made from the linked kernel by scripts/gen-symbols and put in by a second link:
 * a count, the sorted addresses, then for each the offset of its name, then the names.
 */
#include <kernel/arch.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "x86.h"

extern const u32 symbol_table_start[], symbol_table_end[];

static u32 find_symbol(u32 addr, const char **name)
{
	u32 count = symbol_table_start[0], lo = 0, hi = count;
	const u32 *addrs = symbol_table_start + 1, *offsets = addrs + count;

	if (symbol_table_end - symbol_table_start < 2 || !count || addr < addrs[0] ||
	    addr >= (u32)kernel_end)
		return 0;
	while (hi - lo > 1) {
		u32 mid = (lo + hi) / 2;

		if (addrs[mid] <= addr)
			lo = mid;
		else
			hi = mid;
	}
	*name = (const char *)(offsets + count) + offsets[lo];
	return addrs[lo];
}

size_t symbol_format(unsigned long addr, char *buf, size_t size)
{
	const char *name;
	u32 start = find_symbol(addr, &name);

	if (!start)
		return (size_t)scnprintf(buf, size, "%#lx", addr);
	return (size_t)scnprintf(buf, size, "%s+%#lx", name, addr - start);
}
