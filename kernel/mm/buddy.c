/* buddy.c - splitting and joining of free blocks; see buddy.h. */
#include "buddy.h"
#include <kernel/bitops.h>

void zone_init(struct zone *zone, unsigned long start_pfn, unsigned long end_pfn)
{
	zone->start_pfn = start_pfn;
	zone->end_pfn = end_pfn;
	zone->free_pages = 0;
	zone->present = 0;
	zone->nonempty = 0;
	for (unsigned int i = 0; i <= PAGE_MAX_ORDER; i++)
		list_init(&zone->free[i]);
}

static void block_link(struct zone *zone, struct page *page, unsigned int order)
{
	page->private = order;
	page_set_flag(page, PG_BUDDY);
	list_add(&page->lru, &zone->free[order]);
	zone->nonempty |= 1u << order;
}

static void block_unlink(struct zone *zone, struct page *page, unsigned int order)
{
	list_del(&page->lru);
	page_clear_flag(page, PG_BUDDY);
	if (list_empty(&zone->free[order]))
		zone->nonempty &= ~(1u << order);
}

struct page *zone_take(struct zone *zone, unsigned int order)
{
	u32 fits = zone->nonempty & (~0u << order);
	struct page *page;
	unsigned int have;

	if (!fits)
		return NULL;
	have = ffs_index(fits);
	page = list_first_entry(&zone->free[have], struct page, lru);
	block_unlink(zone, page, have);
	/* The upper halves stay free. */
	while (have > order) {
		have--;
		block_link(zone, page + (1ul << have), have);
	}
	zone->free_pages -= 1ul << order;
	return page;
}

/* The free block of the same order that makes a pair with this one, or NULL. */
static struct page *free_buddy(const struct zone *zone, unsigned long pfn, unsigned int order)
{
	unsigned long other = pfn ^ (1ul << order);
	struct page *page;

	if (other < zone->start_pfn || other >= zone->end_pfn)
		return NULL;
	page = pfn_to_page(other);
	return page_test_flag(page, PG_BUDDY) && page->private == order ? page : NULL;
}

void zone_give(struct zone *zone, struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);
	struct page *buddy;

	zone->free_pages += 1ul << order;
	while (order < PAGE_MAX_ORDER && (buddy = free_buddy(zone, pfn, order))) {
		block_unlink(zone, buddy, order);
		pfn &= ~(1ul << order);
		order++;
	}
	block_link(zone, pfn_to_page(pfn), order);
}
