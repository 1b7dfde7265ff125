/*
 * bitmap.c - runs of bits; see bitmap.h. A bit's number in the format is its number in this
 * machine's words.
 */
#include "bitmap.h"
#include <kernel/bitops.h>

u32 ext2_bitmap_clear_at(const void *map, u32 size, u32 from, u32 max)
{
	const u32 end = max < size - from ? from + max : size;

	return find_next_bit(map, end, from) - from;
}

u32 ext2_bitmap_run(const void *map, u32 size, u32 from, u32 max, u32 *start)
{
	if (from >= size)
		return 0;
	*start = find_next_zero_bit(map, size, from);
	return *start < size ? ext2_bitmap_clear_at(map, size, *start, max) : 0;
}

void ext2_bitmap_set(void *map, u32 from, u32 count)
{
	for (u32 i = from; i < from + count; i++)
		bit_set(map, i);
}

u32 ext2_bitmap_clear(void *map, u32 from, u32 count)
{
	u32 were = 0;

	for (u32 i = from; i < from + count; i++) {
		were += bit_test(map, i);
		bit_clear(map, i);
	}
	return were;
}

bool ext2_bitmap_all_set(const void *map, u32 from, u32 count)
{
	return find_next_zero_bit(map, from + count, from) >= from + count;
}

u32 ext2_bitmap_count_clear(const void *map, u32 size)
{
	u32 n = 0, at = 0, start;

	while (at < size) {
		const u32 run = ext2_bitmap_run(map, size, at, size, &start);

		if (!run)
			break;
		n += run;
		at = start + run;
	}
	return n;
}
