/*
 * swap.h - swap as others see it: how much there is, which areas, how it is used.
 *
 * All counts are in pages. No locks are needed.
 */
#ifndef KERNEL_SWAP_H
#define KERNEL_SWAP_H

#include <kernel/types.h>

struct swap_stats {
	unsigned long total, free;
	unsigned long cached;  /* pages in memory that have a slot as well */
	unsigned long in, out; /* read and written since boot */
};
void swap_get_stats(struct swap_stats *s);

/* A line of /proc/swaps: the nth area in use; its name goes to path[]. False: no more. */
struct swap_info {
	bool file; /* not a partition */
	unsigned long pages, used;
	int prio;
};
bool swap_get_info(unsigned int nth, struct swap_info *info, char *path, size_t size);

/* How many entries name the slot of a swap entry, which somebody holds. */
unsigned int swap_users(u32 entry);

/* vm.swappiness, 0..200: how soon programs' memory goes rather than cached files. */
extern unsigned int swappiness;

#endif
