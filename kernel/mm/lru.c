/*
 * lru.c - the order in which pages of the cache were used: two lists.
 *
 * A new page starts at the head of the inactive list. Used twice while there, it moves to the
 * active list; the active list's tail flows back when it grows larger than the other. Reclaim takes
 * from the inactive tail. Pages of mappings that cannot be reclaimed are on neither list.
 *
 * Locking: lru_lock (RANK_LRU) guards the lists, PG_LRU and PG_ACTIVE. A page on a list is in a
 * mapping or about to be taken off by who removed it; either way it is referenced.
 */
#include "lru.h"
#include "mm_internal.h"
#include <kernel/lock.h>

static DEFINE_SPINLOCK(lru_lock, RANK_LRU);
static LIST_HEAD(active_list);
static LIST_HEAD(inactive_list);

static void link_locked(struct page *page, bool active)
{
	list_add(&page->lru, active ? &active_list : &inactive_list);
	page_set_flag(page, PG_LRU);
	if (active)
		page_set_flag(page, PG_ACTIVE);
	page_use_add(active ? USE_ACTIVE : USE_INACTIVE, 1);
}

static void unlink_locked(struct page *page)
{
	page_use_add(page_test_flag(page, PG_ACTIVE) ? USE_ACTIVE : USE_INACTIVE, -1);
	list_del(&page->lru);
	page_clear_flag(page, PG_LRU);
	page_clear_flag(page, PG_ACTIVE);
}

void lru_add(struct page *page)
{
	spin_lock(&lru_lock);
	link_locked(page, false);
	spin_unlock(&lru_lock);
}

void lru_remove(struct page *page)
{
	if (!page_test_flag(page, PG_LRU))
		return;
	spin_lock(&lru_lock);
	if (page_test_flag(page, PG_LRU))
		unlink_locked(page);
	spin_unlock(&lru_lock);
}

void page_mark_accessed(struct page *page)
{
	if (!page_test_flag(page, PG_REFERENCED)) {
		page_set_flag(page, PG_REFERENCED);
		return;
	}
	if (page_test_flag(page, PG_ACTIVE) || !page_test_flag(page, PG_LRU))
		return;
	spin_lock(&lru_lock);
	if (page_test_flag(page, PG_LRU) && !page_test_flag(page, PG_ACTIVE)) {
		unlink_locked(page);
		link_locked(page, true);
		page_clear_flag(page, PG_REFERENCED);
	}
	spin_unlock(&lru_lock);
}

struct page *lru_isolate(bool active, bool low_only)
{
	struct list_head *list = active ? &active_list : &inactive_list;
	struct page *page;

	spin_lock(&lru_lock);
	if (list_empty(list)) {
		spin_unlock(&lru_lock);
		return NULL;
	}
	page = list_last_entry(list, struct page, lru);
	if (low_only && page_is_high(page)) {
		/* Of no use to this caller, who counts it as looked at. */
		list_move(&page->lru, list);
		spin_unlock(&lru_lock);
		return ERR_PTR(-1);
	}
	page_get(page);
	unlink_locked(page);
	spin_unlock(&lru_lock);
	return page;
}

void lru_putback(struct page *page, bool active)
{
	spin_lock(&lru_lock);
	/* Removed from its mapping meanwhile: it belongs to no list any more. */
	if (page->mapping && !page_test_flag(page, PG_LRU))
		link_locked(page, active);
	spin_unlock(&lru_lock);
	page_put(page);
}
