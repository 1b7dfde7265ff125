/*
 * buddy.h - the free blocks of a zone: binary buddies. Pure bookkeeping over page_map; policy
 * (watermarks, reclaim, per-CPU caches) is page.c's.
 *
 * A free block of 2^order frames starts at a multiple of 2^order, is headed by a page with PG_BUDDY
 * and the order in `private`, and hangs on zone->free[order] by `lru`. Blocks never cross the
 * bounds of their zone. Locking: the caller's zone_lock (RANK_BUDDY).
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include <kernel/list.h>
#include <kernel/page.h>

enum zone_id {
	ZONE_DMA,    /* below 16 MB: ISA DMA */
	ZONE_NORMAL, /* the rest of the direct map */
	ZONE_HIGH,   /* reached by kmap_local() only */
	ZONE_COUNT
};

#define ZONE_DMA_END_PFN (16ul << (20 - PAGE_SHIFT))

struct zone {
	unsigned long start_pfn, end_pfn;
	unsigned long free_pages; /* in blocks; the per-CPU cache is not counted */
	unsigned long present;	  /* frames ever handed to the zone */
	u32 nonempty;		  /* bit n: free[n] is not empty */
	struct list_head free[PAGE_MAX_ORDER + 1];
};

void zone_init(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn);
/* The lowest-order block that fits, cut down to `order`; NULL. Its refcount is not set. */
struct page *zone_take(struct zone *zone, unsigned int order);
/* Gives a block back and joins it with its free buddies. */
void zone_give(struct zone *zone, struct page *page, unsigned int order);

#endif
