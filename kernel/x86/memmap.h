/*
 * memmap.h - the machine's physical memory as a sorted list of usable ranges.
 *
 * Boot loaders report ranges that overlap, are unsorted, empty or wrap. memmap_add() takes them as
 * they come, memmap_finish() makes the list of usable RAM: what is not RAM wins over RAM, ranges
 * are cut inwards to pages and at 4 GB. Addresses are bytes, ends are exclusive. Pure; used before
 * any allocator, so the table is static: an overflow keeps the larger ranges and is reported.
 * Source: hardware notes 2.4.
 */
#ifndef X86_MEMMAP_H
#define X86_MEMMAP_H

#include <kernel/types.h>

#define MEMMAP_MAX 128

struct mem_range {
	u64 start, end;
};

struct memmap {
	struct mem_range ram[MEMMAP_MAX], reserved[MEMMAP_MAX];
	unsigned int ram_count, reserved_count;
	unsigned int dropped; /* entries that found no room */
};

/* length 0 and ranges that wrap are ignored or cut at 2^64. */
void memmap_add(struct memmap *map, u64 start, u64 length, bool is_ram);
/* No RAM at or above `limit` (mem=). */
void memmap_limit(struct memmap *map, u64 limit);
/* Takes a piece out of the RAM list: kernel image, modules, EBDA. */
void memmap_reserve(struct memmap *map, u64 start, u64 end);
/* Sorts, merges, removes reserved ranges, aligns to pages, drops what lies above 4 GB. */
void memmap_finish(struct memmap *map);
u64 memmap_total(const struct memmap *map);
/* End of the highest range; 0 when there is none. */
u64 memmap_top(const struct memmap *map);

#endif
