/*
 * bar_size.h - base address registers as numbers: pure, no I/O.
 *
 * `raw` is a register's value, `probe` what it reads after all ones were written to it. A register
 * that does not exist reads 0 or all ones, or does not change. Old chips leave the upper half of an
 * I/O register unwired: it counts as ones. What a 32-bit PC cannot reach (above 4 GB, ports above
 * FFFF) has base 0: unassigned.
 *
 * Source: PCI Local Bus 2.1, 6.2.5; hardware-notes 4.3.
 */
#ifndef DRIVERS_PCI_BAR_SIZE_H
#define DRIVERS_PCI_BAR_SIZE_H

#include <kernel/types.h>

struct bar_value {
	u32 base, size; /* size 0: there is none */
	bool io, wide, prefetch, below_1m;
};
/* upper: the next register, of a wide one. */
struct bar_value bar_decode(u32 raw, u32 probe, u32 upper);
struct bar_value bar_decode_rom(u32 raw, u32 probe);
/* Does the next register belong to this one? */
bool bar_is_wide(u32 raw);

/* What a bridge passes on: base..base + size - 1; size 0: nothing. */
struct bar_value bar_decode_io_window(u8 base, u8 limit, u16 base_upper, u16 limit_upper);
struct bar_value bar_decode_memory_window(u16 base, u16 limit);
struct bar_value bar_decode_prefetch_window(u16 base, u16 limit, u32 base_upper, u32 limit_upper);

#endif
