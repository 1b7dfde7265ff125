/*
 * page.c - page_alloc(): zones, watermarks, the per-CPU cache, and what happens when memory is
 * short.
 *
 * A request names the zones it can live with by its gfp; they are tried from the most to the least
 * abundant kind. A zone gives a page only while it keeps a number of pages free:
 *
 *   low + lowmem reserve   an ordinary request; below it the reclaim thread is woken
 *   min + lowmem reserve   an ordinary request that already woke it; below it the caller reclaims
 *   min / 2                GFP_ATOMIC
 *   0                      whoever is freeing memory, and victims of the OOM killer
 *
 * The lowmem reserve is what a zone keeps back from requests that could have lived in a higher one.
 * Single pages go through a small stock per CPU and zone, with interrupts off instead of the lock.
 */
#include "buddy.h"
#include "mm_internal.h"
#include <kernel/bitops.h>
#include <kernel/lock.h>
#include <kernel/page.h>
#include <kernel/task.h>
#include <kernel/wait.h>

enum watermark {
	MARK_NONE,
	MARK_ATOMIC,
	MARK_MIN,
	MARK_LOW,
	MARK_COUNT
};

struct atomic page_uses[USE_COUNT];

static DEFINE_SPINLOCK(zone_lock, RANK_BUDDY);
static struct zone zones[ZONE_COUNT];			     /* zone_lock */
static unsigned long marks[ZONE_COUNT][MARK_COUNT];	     /* set at boot */
static unsigned long lowmem_reserve[ZONE_COUNT][ZONE_COUNT]; /* [zone][preferred zone] */
static unsigned long total_pages;

/* The per-CPU stock of single pages; guarded by interrupts being off. */
struct page_stock {
	struct list_head pages;
	unsigned int count;
};
static struct page_stock stocks[ZONE_COUNT];
static unsigned int stock_batch = 4, stock_max = 12;

#define MIN_FREE_FLOOR	 16ul /* pages */
#define MIN_FREE_CEILING 1024ul
#define RECLAIM_BATCH	 32ul
#define COSTLY_ORDER	 3u /* larger blocks are not worth killing for */
#define RECLAIM_ROUNDS	 2u /* fruitless ones before somebody is killed */

static enum zone_id pfn_zone(unsigned long pfn)
{
	if (pfn >= lowmem_end_pfn)
		return ZONE_HIGH;
	return pfn >= ZONE_DMA_END_PFN ? ZONE_NORMAL : ZONE_DMA;
}

static enum zone_id gfp_zone(unsigned int gfp)
{
	if (gfp & GFP_DMA)
		return ZONE_DMA;
	return gfp & GFP_HIGH ? ZONE_HIGH : ZONE_NORMAL;
}

void page_init(void)
{
	unsigned long dma_end = min(ZONE_DMA_END_PFN, lowmem_end_pfn);

	zone_init(&zones[ZONE_DMA], 0, dma_end);
	zone_init(&zones[ZONE_NORMAL], dma_end, lowmem_end_pfn);
	zone_init(&zones[ZONE_HIGH], lowmem_end_pfn, max(lowmem_end_pfn, page_map_pfns));
	for (unsigned int z = 0; z < ZONE_COUNT; z++) {
		list_init(&stocks[z].pages);
		stocks[z].count = 0;
	}
	total_pages = 0;
}

/* min is 1/128 of a zone; the whole keeps between 64 KB and 4 MB free. */
static void set_watermarks(void)
{
	unsigned long want = total_pages / 128, above = 0;

	want = min(max(want, MIN_FREE_FLOOR), MIN_FREE_CEILING);
	for (int z = ZONE_COUNT - 1; z >= 0; z--) {
		unsigned long present = zones[z].present;
		unsigned long min_free = total_pages ? want * present / total_pages : 0;

		marks[z][MARK_NONE] = 0;
		marks[z][MARK_ATOMIC] = min_free / 2;
		marks[z][MARK_MIN] = min_free;
		marks[z][MARK_LOW] = min_free + min_free / 2;
		for (int pref = z + 1; pref < ZONE_COUNT; pref++)
			lowmem_reserve[z][pref] = min(above / 64, present / 8);
		lowmem_reserve[z][z] = 0;
		above += present;
	}
	stock_batch = total_pages >= 8192 ? 16 : 4;
	stock_max = stock_batch * 3;
}

void page_free_range(phys_addr_t start, phys_addr_t end)
{
	/* An end of 0 is 4 GB, one beyond what phys_addr_t holds. */
	unsigned long last = end ? end / PAGE_SIZE : 1ul << (32 - PAGE_SHIFT);
	unsigned long pfn = start / PAGE_SIZE + (start % PAGE_SIZE != 0);
	unsigned long flags = spin_lock_irqsave(&zone_lock);

	last = min(last, page_map_pfns);
	while (pfn < last) {
		enum zone_id z = pfn_zone(pfn);
		unsigned long stop = min(last, zones[z].end_pfn);
		unsigned int order = min_t(unsigned int, fls_index((u32)(stop - pfn)),
					   pfn ? ffs_index((u32)pfn) : PAGE_MAX_ORDER);

		order = min_t(unsigned int, order, PAGE_MAX_ORDER);
		for (unsigned long i = pfn; i < pfn + (1ul << order); i++)
			page_map[i].flags = 0;
		zone_give(&zones[z], pfn_to_page(pfn), order);
		zones[z].present += 1ul << order;
		total_pages += 1ul << order;
		pfn += 1ul << order;
	}
	set_watermarks();
	spin_unlock_irqrestore(&zone_lock, flags);
}

/* ---- taking ---- */
static inline bool zone_may_give(enum zone_id z, enum zone_id pref, unsigned int order,
				 enum watermark mark)
{
	unsigned long keep = marks[z][mark];

	if (mark >= MARK_MIN)
		keep += lowmem_reserve[z][pref];
	return zones[z].free_pages >= keep + (1ul << order);
}

static void stock_refill(enum zone_id z, enum zone_id pref, enum watermark mark)
{
	struct page *page;

	while (stocks[z].count < stock_batch && zone_may_give(z, pref, 0, mark)) {
		page = zone_take(&zones[z], 0);
		if (!page)
			return;
		list_add_tail(&page->lru, &stocks[z].pages);
		stocks[z].count++;
	}
}

/* From the zones themselves; single pages bring some more along for the stock. */
static struct page *take_from_zones(unsigned int gfp, unsigned int order, enum watermark mark)
{
	enum zone_id pref = gfp_zone(gfp);
	unsigned long flags = spin_lock_irqsave(&zone_lock);
	struct page *page = NULL;

	for (int z = (int)pref; z >= 0 && !page; z--) {
		if (!zone_may_give((enum zone_id)z, pref, order, mark))
			continue;
		page = zone_take(&zones[z], order);
		if (page && order == 0 && mark >= MARK_MIN)
			stock_refill((enum zone_id)z, pref, mark);
	}
	spin_unlock_irqrestore(&zone_lock, flags);
	return page;
}

static inline struct page *take_from_stock(enum zone_id z)
{
	struct page_stock *stock = &stocks[z];
	struct page *page = NULL;
	unsigned long flags = local_irq_save();

	if (stock->count) {
		page = list_first_entry(&stock->pages, struct page, lru);
		list_unlink(&page->lru);
		stock->count--;
	}
	local_irq_restore(flags);
	return page;
}

bool page_may_use_reserve(void)
{
	struct task *task = current;

	return task && !in_interrupt() && ((task->flags & PF_MEMALLOC) || task->oom_victim);
}

static struct page *alloc_without_sleep(unsigned int gfp, unsigned int order)
{
	struct page *page = take_from_zones(gfp, order, MARK_ATOMIC);

	if (page)
		return page;
	page_drain_cpu_cache();
	return take_from_zones(gfp, order, MARK_ATOMIC);
}

/* Reclaims, retries, and in the end kills; NULL when the caller has to cope. */
static struct page *alloc_by_reclaim(unsigned int gfp, unsigned int order)
{
	unsigned int fruitless = 0;
	struct page *page;

	for (;;) {
		/* Memory is on its way from a victim: no need to turn everything over for it. */
		unsigned long freed =
			oom_wait_for_victim()
				? 0
				: reclaim_pages(max(RECLAIM_BATCH, 1ul << order), gfp);

		page_drain_cpu_cache();
		page = take_from_zones(gfp, order, page_may_use_reserve() ? MARK_NONE : MARK_MIN);
		if (page)
			return page;
		if (fatal_signal_pending(current))
			return take_from_zones(gfp, order, MARK_ATOMIC);
		/* A page or two turned up by chance is no way out. */
		fruitless = freed >= RECLAIM_BATCH / 2 ? 0 : fruitless + 1;
		if (fruitless && ((gfp & GFP_NORETRY) || order > COSTLY_ORDER))
			return NULL;
		if (fruitless < RECLAIM_ROUNDS)
			continue;
		if (!oom_kill(gfp, order))
			return NULL;
		fruitless = 0;
	}
}

static __noinline struct page *alloc_slow(unsigned int gfp, unsigned int order)
{
	struct page *page = take_from_zones(gfp, order, MARK_LOW);
	bool may_sleep = !(gfp & GFP_ATOMIC) && !in_atomic();

	if (page)
		return page;
	if (may_sleep)
		kswapd_wake();
	page = take_from_zones(gfp, order, MARK_MIN);
	if (page)
		return page;
	if (page_may_use_reserve()) {
		page_drain_cpu_cache();
		page = take_from_zones(gfp, order, MARK_NONE);
		if (page || (current->flags & PF_MEMALLOC))
			return page;
	}
	if (!may_sleep || !reclaim_running())
		return alloc_without_sleep(gfp, order);
	return alloc_by_reclaim(gfp, order);
}

struct page *page_alloc(unsigned int gfp, unsigned int order)
{
	struct page *page = NULL;

	DEBUG_ASSERT(!((gfp & GFP_DMA) && (gfp & GFP_HIGH)));
	if (!(gfp & GFP_ATOMIC))
		might_sleep();
	if (unlikely(order > PAGE_MAX_ORDER))
		return NULL;
	if (likely(order == 0)) {
		page = take_from_stock(gfp_zone(gfp));
		/* A machine without high memory keeps user pages in the normal stock. */
		if (!page && (gfp & GFP_HIGH) && !zones[ZONE_HIGH].present)
			page = take_from_stock(ZONE_NORMAL);
		if (!page && !(gfp & GFP_DMA) && !zones[ZONE_NORMAL].present)
			page = take_from_stock(ZONE_DMA);
	}
	if (!page)
		page = alloc_slow(gfp, order);
	if (unlikely(!page))
		return NULL;
	DEBUG_ASSERT(atomic_read(&page->refcount) == 0 && page->flags == 0);
	atomic_set(&page->refcount, 1);
	page->private = 0;
	if (gfp & GFP_ZERO)
		for (unsigned long i = 0; i < 1ul << order; i++)
			page_zero(page + i);
	return page;
}

/* ---- giving back ---- */
static void stock_spill(enum zone_id z, unsigned int count)
{
	unsigned long flags = spin_lock_irqsave(&zone_lock);

	while (count-- && stocks[z].count) {
		struct page *page = list_last_entry(&stocks[z].pages, struct page, lru);

		list_unlink(&page->lru);
		stocks[z].count--;
		zone_give(&zones[z], page, 0);
	}
	spin_unlock_irqrestore(&zone_lock, flags);
}

void page_drain_cpu_cache(void)
{
	for (unsigned int z = 0; z < ZONE_COUNT; z++)
		if (READ_ONCE(stocks[z].count))
			stock_spill((enum zone_id)z, ~0u);
}

static inline void free_single(struct page *page, enum zone_id z)
{
	unsigned long flags = local_irq_save();

	/* Hot in the data cache: the next to be given out. */
	list_add(&page->lru, &stocks[z].pages);
	if (unlikely(++stocks[z].count > stock_max))
		stock_spill(z, stock_batch);
	local_irq_restore(flags);
}

void page_free(struct page *page, unsigned int order)
{
	enum zone_id z = pfn_zone(page_to_pfn(page));
	unsigned long flags;

	DEBUG_ASSERT(!page_test_flag(page, PG_BUDDY) && !page_test_flag(page, PG_RESERVED));
	DEBUG_ASSERT(!page_test_flag(page, PG_LRU) && !page_test_flag(page, PG_LOCKED));
	DEBUG_ASSERT(atomic_read(&page->refcount) <= 1 && atomic_read(&page->mapcount) == 0);
	for (unsigned long i = 0; i < 1ul << order; i++) {
		page[i].flags = 0;
		page[i].mapping = NULL;
		atomic_set(&page[i].refcount, 0);
	}
	if (likely(order == 0)) {
		free_single(page, z);
		return;
	}
	flags = spin_lock_irqsave(&zone_lock);
	zone_give(&zones[z], page, order);
	spin_unlock_irqrestore(&zone_lock, flags);
}

void page_release(struct page *page)
{
	/* Frames that were never the allocator's may be mapped and unmapped, not freed. */
	if (likely(!page_test_flag(page, PG_RESERVED)))
		page_free(page, 0);
}

void *page_alloc_addr(unsigned int gfp)
{
	struct page *page = page_alloc(gfp & ~GFP_HIGH, 0);

	return page ? page_address(page) : NULL;
}

void page_free_addr(void *addr)
{
	page_put(virt_to_page(addr));
}

/* ---- numbers ---- */
unsigned long page_total_count(void)
{
	return total_pages;
}

unsigned long page_free_count(void)
{
	unsigned long n = 0;

	for (unsigned int z = 0; z < ZONE_COUNT; z++)
		n += READ_ONCE(zones[z].free_pages) + READ_ONCE(stocks[z].count);
	return n;
}

bool page_below_high(unsigned int gfp)
{
	enum zone_id pref = gfp_zone(gfp);

	for (int z = (int)pref; z >= 0; z--)
		if (READ_ONCE(zones[z].free_pages) >=
		    2 * marks[z][MARK_MIN] + lowmem_reserve[z][pref] + 1)
			return false;
	return true;
}

void page_get_stats(struct page_stats *s)
{
	*s = (struct page_stats){ 0 };
	s->total = total_pages;
	s->free = page_free_count();
	s->high_total = zones[ZONE_HIGH].present;
	s->high_free = zones[ZONE_HIGH].free_pages + stocks[ZONE_HIGH].count;
	s->reserved = page_map_pfns - total_pages;
	s->cache = page_use_read(USE_CACHE);
	s->anon = page_use_read(USE_ANON);
	s->shmem = page_use_read(USE_SHMEM);
	s->unevictable = s->shmem;
	s->slab = page_use_read(USE_SLAB);
	s->tables = page_use_read(USE_TABLES);
	s->stacks = page_use_read(USE_STACKS);
	s->vmalloc = page_use_read(USE_VMALLOC);
	s->dirty = page_use_read(USE_DIRTY);
	s->writeback = page_use_read(USE_WRITEBACK);
	s->mapped = page_use_read(USE_MAPPED);
	s->active = page_use_read(USE_ACTIVE);
	s->inactive = page_use_read(USE_INACTIVE);
	for (unsigned int z = 0; z < ZONE_COUNT; z++) {
		s->min += marks[z][MARK_MIN];
		s->low += marks[z][MARK_LOW];
		s->high += 2 * marks[z][MARK_MIN];
	}
}
