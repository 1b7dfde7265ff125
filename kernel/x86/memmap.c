/* memmap.c - see memmap.h. */
#include "memmap.h"

#define PAGE_BYTES 4096ull
#define TOP_BYTES  0x100000000ull

static void table_add(struct memmap *map, struct mem_range *table, unsigned int *count, u64 start,
		      u64 end)
{
	if (*count == MEMMAP_MAX) {
		map->dropped++;
		return;
	}
	table[*count] = (struct mem_range){ start, end };
	(*count)++;
}

void memmap_add(struct memmap *map, u64 start, u64 length, bool is_ram)
{
	u64 end = start + length;

	if (!length)
		return;
	if (end < start)
		end = ~0ull;
	if (is_ram)
		table_add(map, map->ram, &map->ram_count, start, end);
	else
		table_add(map, map->reserved, &map->reserved_count, start, end);
}

void memmap_limit(struct memmap *map, u64 limit)
{
	memmap_reserve(map, limit, ~0ull);
}

void memmap_reserve(struct memmap *map, u64 start, u64 end)
{
	if (start < end)
		table_add(map, map->reserved, &map->reserved_count, start, end);
}

static void sort_ranges(struct mem_range *table, unsigned int count)
{
	for (unsigned int i = 1; i < count; i++) {
		struct mem_range r = table[i];
		unsigned int j = i;

		for (; j > 0 && table[j - 1].start > r.start; j--)
			table[j] = table[j - 1];
		table[j] = r;
	}
}

/* Joins neighbours that touch or overlap in a sorted table. */
static unsigned int merge_ranges(struct mem_range *table, unsigned int count)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < count; i++) {
		if (table[i].start >= table[i].end)
			continue;
		if (n && table[i].start <= table[n - 1].end) {
			if (table[i].end > table[n - 1].end)
				table[n - 1].end = table[i].end;
		} else {
			table[n++] = table[i];
		}
	}
	return n;
}

/* Cuts [start, end) out of the sorted RAM table; may split one range in two. */
static void cut_range(struct memmap *map, u64 start, u64 end)
{
	for (unsigned int i = 0; i < map->ram_count; i++) {
		struct mem_range *r = &map->ram[i];

		if (r->end <= start || r->start >= end)
			continue;
		if (r->start < start && r->end > end)
			table_add(map, map->ram, &map->ram_count, end, r->end);
		if (r->start < start)
			r->end = start;
		else
			r->start = end < r->end ? end : r->end;
	}
}

static void align_ranges(struct memmap *map)
{
	for (unsigned int i = 0; i < map->ram_count; i++) {
		struct mem_range *r = &map->ram[i];

		if (r->start >= TOP_BYTES) { /* also keeps the rounding below from wrapping */
			r->end = r->start;
			continue;
		}
		r->start = (r->start + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
		r->end = (r->end < TOP_BYTES ? r->end : TOP_BYTES) & ~(PAGE_BYTES - 1);
	}
}

void memmap_finish(struct memmap *map)
{
	sort_ranges(map->ram, map->ram_count);
	map->ram_count = merge_ranges(map->ram, map->ram_count);
	for (unsigned int i = 0; i < map->reserved_count; i++)
		cut_range(map, map->reserved[i].start, map->reserved[i].end);
	align_ranges(map);
	sort_ranges(map->ram, map->ram_count);
	map->ram_count = merge_ranges(map->ram, map->ram_count);
}

u64 memmap_total(const struct memmap *map)
{
	u64 total = 0;

	for (unsigned int i = 0; i < map->ram_count; i++)
		total += map->ram[i].end - map->ram[i].start;
	return total;
}

u64 memmap_top(const struct memmap *map)
{
	return map->ram_count ? map->ram[map->ram_count - 1].end : 0;
}
