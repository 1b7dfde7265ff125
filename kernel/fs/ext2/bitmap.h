/*
 * bitmap.h - runs of bits in the bitmaps of blocks and inodes. Pure.
 */
#ifndef EXT2_BITMAP_H
#define EXT2_BITMAP_H

#include <kernel/types.h>

/* A run of clear bits at or behind `from`, cut at `max`: its length, 0 when there is none before
 * `size`; *start is where it begins. */
u32 ext2_bitmap_run(const void *map, u32 size, u32 from, u32 max, u32 *start);
/* Clear bits from `from` on, up to `max` and `size`. */
u32 ext2_bitmap_clear_at(const void *map, u32 size, u32 from, u32 max);
void ext2_bitmap_set(void *map, u32 from, u32 count);
/* Clears them; returns how many of them had been set. */
u32 ext2_bitmap_clear(void *map, u32 from, u32 count);
bool ext2_bitmap_all_set(const void *map, u32 from, u32 count);
u32 ext2_bitmap_count_clear(const void *map, u32 size);

#endif
