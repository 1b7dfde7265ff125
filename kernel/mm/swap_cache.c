/* swap_cache.c - pages that have a slot, and the counts of entries; see swap.h. */
#include "mm_internal.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/swap.h>

static LIST_HEAD(cached_pages); /* by page->lru, newest first; swap_lock */

static struct swap_slots *slots_of(pte_t entry)
{
	return &swap_area_of(entry)->slots;
}

static inline bool is_cached(const struct page *page)
{
	return page_test_flag(page, PG_SWAPCACHE);
}

static inline unsigned int uses_of(const struct page *page)
{
	return swap_slot_uses(slots_of(page->private), pte_swap_slot(page->private));
}

/* ---- in and out; swap_lock held ---- */
/* Takes a reference; the slot's word names the page already, or is made to. */
static void link_page(struct page *page, pte_t entry)
{
	page_get(page);
	page->private = entry;
	page_set_flag(page, PG_SWAPCACHE);
	list_add(&page->lru, &cached_pages);
	page_use_add(USE_SWAPCACHE, 1);
}

/* The cache's reference is the caller's now. A slot that could not be written is not used again. */
static void unlink_page(struct page *page)
{
	bool bad = page_test_flag(page, PG_ERROR);
	pte_t entry = page->private;
	struct swap_slots *s = slots_of(entry);
	u32 slot = pte_swap_slot(entry);

	ASSERT(is_cached(page));
	list_del(&page->lru);
	page->private = 0;
	page_clear_flag(page, PG_SWAPCACHE);
	page_clear_flag(page, PG_DIRTY);
	page_clear_flag(page, PG_ERROR);
	page_use_add(USE_SWAPCACHE, -1);
	swap_slots_set_page(s, slot, 0);
	if (bad && !s->map[slot])
		swap_slots_set_bad(s, slot);
}

static bool in_io(const struct page *page)
{
	return page_test_flag(page, PG_WRITEBACK) || page_test_flag(page, PG_LOCKED);
}

/*
 * The page can go: nobody maps it, nobody but the cache and `refs` others refer to it, and the disk
 * has it or nobody wants it.
 */
static bool is_idle(const struct page *page, int refs)
{
	return is_cached(page) && !in_io(page) && !atomic_read(&page->mapcount) &&
	       atomic_read(&page->refcount) == refs + 1;
}

static bool can_go(const struct page *page, int refs)
{
	return is_idle(page, refs) && (!page_test_flag(page, PG_DIRTY) || !uses_of(page));
}

/* ---- entries ---- */
bool swap_entry_use(pte_t entry)
{
	bool ok;

	spin_lock(&swap_lock);
	ok = swap_slots_use(slots_of(entry), pte_swap_slot(entry));
	spin_unlock(&swap_lock);
	return ok;
}

/* swap_lock held. */
static struct page *cached_for(pte_t entry)
{
	u32 slot = pte_swap_slot(entry), pfn;
	struct swap_area *area = swap_area_of(entry);

	if (area->state < SWAP_ON || slot >= area->slots.count)
		return NULL;
	pfn = swap_slot_page(&area->slots, slot);
	return pfn ? pfn_to_page(pfn) : NULL;
}

void swap_entry_unuse(pte_t entry)
{
	struct page *page;

	spin_lock(&swap_lock);
	swap_slots_unuse(slots_of(entry), pte_swap_slot(entry));
	page = cached_for(entry);
	if (page && !uses_of(page) && is_idle(page, 0))
		unlink_page(page);
	else
		page = NULL;
	spin_unlock(&swap_lock);
	if (page)
		page_put(page);
}

/* Has entries, and must be read for them? swap_lock held. */
static bool is_away(pte_t entry)
{
	struct swap_area *area = swap_area_of(entry);
	u32 slot = pte_swap_slot(entry), uses;

	if (area->state < SWAP_ON || !slot || slot >= area->slots.count)
		return false;
	uses = swap_slot_uses(&area->slots, slot);
	return uses && uses != SLOT_BAD && !swap_slot_page(&area->slots, slot);
}

bool swap_entry_is_away(pte_t entry)
{
	bool away;

	spin_lock(&swap_lock);
	away = is_away(entry);
	spin_unlock(&swap_lock);
	return away;
}

unsigned int swap_users(pte_t entry)
{
	return swap_slot_uses(slots_of(entry), pte_swap_slot(entry));
}

/* ---- pages ---- */
bool swap_cache_new(struct page *page)
{
	pte_t entry;

	spin_lock(&swap_lock);
	ASSERT(!is_cached(page));
	entry = swap_area_alloc(page);
	if (entry) {
		link_page(page, entry);
		page_set_flag(page, PG_UPTODATE);
		page_set_flag(page, PG_DIRTY);
	}
	spin_unlock(&swap_lock);
	return entry;
}

int swap_cache_add(struct page *page, pte_t entry)
{
	int err = 0;

	spin_lock(&swap_lock);
	if (is_away(entry)) {
		swap_slots_set_page(slots_of(entry), pte_swap_slot(entry), (u32)page_to_pfn(page));
		page_set_flag(page, PG_ANON);
		page_set_flag(page, PG_LOCKED);
		link_page(page, entry);
	} else {
		err = cached_for(entry) ? -EEXIST : -ENOENT;
	}
	spin_unlock(&swap_lock);
	return err;
}

struct page *swap_cache_find(pte_t entry)
{
	struct page *page;

	spin_lock(&swap_lock);
	page = cached_for(entry);
	if (page)
		page_get(page);
	spin_unlock(&swap_lock);
	return page;
}

bool swap_cache_holds(const struct page *page, pte_t entry)
{
	bool holds;

	spin_lock(&swap_lock);
	holds = cached_for(entry) == page;
	spin_unlock(&swap_lock);
	return holds;
}

bool swap_cache_has(pte_t entry)
{
	struct page *page;
	bool has;

	spin_lock(&swap_lock);
	page = cached_for(entry);
	has = page && page_test_flag(page, PG_UPTODATE);
	spin_unlock(&swap_lock);
	return has;
}

bool swap_cache_take(struct page *page, int refs)
{
	bool taken = false;

	if (!is_cached(page))
		return false;
	spin_lock(&swap_lock);
	if (is_cached(page) && !in_io(page) && !uses_of(page) &&
	    atomic_read(&page->refcount) == refs + 1) {
		unlink_page(page);
		taken = true;
	}
	spin_unlock(&swap_lock);
	if (taken)
		page_put(page);
	return taken;
}

/* The caller's reference, and that of the cache when it has let go of the page. */
static void put_both(struct page *page, bool gone)
{
	if (gone)
		page_put(page);
	page_put(page);
}

void swap_page_put(struct page *page)
{
	bool gone = false;

	if (is_cached(page)) {
		spin_lock(&swap_lock);
		gone = is_cached(page) && !uses_of(page) && is_idle(page, 1);
		if (gone)
			unlink_page(page);
		spin_unlock(&swap_lock);
	}
	put_both(page, gone);
}

bool swap_page_release(struct page *page)
{
	bool gone;

	spin_lock(&swap_lock);
	gone = can_go(page, 1);
	if (gone)
		unlink_page(page);
	spin_unlock(&swap_lock);
	put_both(page, gone);
	return gone;
}

/*
 * What could not be read leaves the cache before anybody who waits for it goes on, and is not up to
 * date: who wants it tries again with another page.
 */
void swap_read_ended(struct page *page, int error)
{
	if (error) {
		spin_lock(&swap_lock);
		unlink_page(page);
		spin_unlock(&swap_lock);
	} else {
		page_set_flag(page, PG_UPTODATE);
	}
	page_unlock(page);
	if (error)
		page_put(page);
	swap_page_put(page);
}

/* ---- getting memory back ---- */
/* The page cached longest becomes the newest. swap_lock held. True: it left the cache. */
static bool look_at(struct page *page, struct swap_victims *out, bool crowded)
{
	list_move(&page->lru, &cached_pages);
	if (can_go(page, 0)) {
		unlink_page(page);
		return true;
	}
	if (crowded && atomic_read(&page->mapcount) && !uses_of(page) && !in_io(page)) {
		/* Mapped read-only by those who share it: they go on without a slot. */
		unlink_page(page);
		return true;
	}
	if (is_idle(page, 0) && !page_test_flag(page, PG_ERROR) && out->count < SWAP_BATCH) {
		page_get(page);
		out->pages[out->count++] = page;
	}
	return false;
}

unsigned long swap_cache_shrink(unsigned long scan, struct swap_victims *out)
{
	bool crowded = swap_is_crowded();
	unsigned long freed = 0;

	while (scan--) {
		struct page *page = NULL;
		bool left = false;

		spin_lock(&swap_lock);
		if (!list_empty(&cached_pages)) {
			page = list_last_entry(&cached_pages, struct page, lru);
			left = look_at(page, out, crowded);
		}
		spin_unlock(&swap_lock);
		if (!page)
			break;
		if (!left)
			continue;
		freed += atomic_read(&page->refcount) == 1;
		page_put(page);
	}
	return freed;
}

/* A page of the area that is cached for nobody, referenced; from *slot on. */
static struct page *next_useless(struct swap_area *area, u32 *slot)
{
	struct page *page = NULL;

	spin_lock(&swap_lock);
	for (; *slot < area->slots.count && !page; ++*slot)
		if (swap_slot_page(&area->slots, *slot) && !swap_slot_uses(&area->slots, *slot))
			page = pfn_to_page(swap_slot_page(&area->slots, *slot));
	if (page)
		page_get(page);
	spin_unlock(&swap_lock);
	return page;
}

void swap_cache_leave(struct swap_area *area)
{
	struct page *page;
	u32 slot = 1;

	while ((page = next_useless(area, &slot))) {
		bool left = false;

		page_wait_unlocked(page);
		page_wait_writeback(page);
		spin_lock(&swap_lock);
		if (is_cached(page) && !in_io(page) && !uses_of(page)) {
			unlink_page(page);
			left = true;
		}
		spin_unlock(&swap_lock);
		if (left)
			page_put(page);
		page_put(page);
	}
}
