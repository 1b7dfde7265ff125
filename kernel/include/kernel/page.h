/*
 * page.h - physical pages: struct page, the buddy allocator, temporary kernel addresses.
 *
 * Every page frame of RAM has a struct page in page_map[], found by number (pfn) or from its
 * address in the direct map. Frames below lowmem_end_pfn are always mapped at PAGE_OFFSET +
 * physical; frames above ("high") have no address of their own and are reached by kmap_local().
 *
 * page_alloc() gives 2^order contiguous frames with refcount 1 on the first. GFP_KERNEL may sleep,
 * reclaim clean cache and in the end call the OOM killer; GFP_ATOMIC fails instead. GFP_HIGH allows
 * high frames (user pages, page cache); GFP_DMA demands frames below 16 MB. Contents are undefined
 * unless GFP_ZERO. NULL when there is none.
 *
 * Locking: the allocator's own (RANK_BUDDY), any context with GFP_ATOMIC. flags bits are changed
 * with page_set/clear_flag(), which are atomic. mapping and index are guarded by mapping->lock,
 * lru by the LRU lock.
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/types.h>

#define PAGE_SHIFT     12
#define PAGE_SIZE      4096ul
#define PAGE_MASK      (~(PAGE_SIZE - 1))
#define PAGE_OFFSET    0xC0000000ul /* user space ends, the direct map begins */
#define PAGE_MAX_ORDER 10	    /* largest block: 4 MB */

#define GFP_KERNEL  0u
#define GFP_ATOMIC  1u
#define GFP_HIGH    2u
#define GFP_DMA	    4u
#define GFP_ZERO    8u
#define GFP_NORETRY 16u /* may reclaim but never kills: the caller copes with NULL */
#define GFP_USER    (GFP_KERNEL | GFP_HIGH)

enum page_flag {
	PG_RESERVED, /* not the allocator's: BIOS, kernel image, no RAM */
	PG_BUDDY,    /* heads a free block; order in private */
	PG_SLAB,     /* mapping, index, private, lru are the slab's (mm/slab.c) */
	PG_LOCKED,   /* I/O in flight or contents being set up */
	PG_UPTODATE, /* contents valid */
	PG_DIRTY,
	PG_WRITEBACK,
	PG_ERROR,
	PG_REFERENCED,	/* used since the last reclaim scan */
	PG_ACTIVE,	/* on the active LRU list */
	PG_LRU,		/* on an LRU list */
	PG_ANON,	/* anonymous user memory */
	PG_UNEVICTABLE, /* tmpfs, mlocked, device: reclaim leaves it alone */
	PG_TABLE,	/* a page table */
	PG_SWAPCACHE,	/* anonymous, with a slot in swap: private names it (mm/swap.h) */
};

struct mapping;

struct page {
	unsigned long flags;
	struct atomic refcount;
	struct atomic mapcount;	 /* page-table entries that point here */
	struct mapping *mapping; /* page cache owner, or NULL */
	unsigned long index;	 /* offset in mapping, in pages */
	unsigned long private;	 /* the owner's: order, slab, buffers */
	struct list_head lru;	 /* free list, LRU list, or the owner's */
};

extern struct page *page_map;
extern unsigned long page_map_pfns; /* number of entries */
extern unsigned long lowmem_end_pfn;

static inline bool page_test_flag(const struct page *p, enum page_flag f)
{
	return READ_ONCE(p->flags) & (1ul << f);
}
static inline void page_set_flag(struct page *p, enum page_flag f)
{
	arch_atomic_or(&p->flags, 1ul << f);
}
static inline void page_clear_flag(struct page *p, enum page_flag f)
{
	arch_atomic_and(&p->flags, ~(1ul << f));
}
/* True when the flag was clear before. */
static inline bool page_test_and_set_flag(struct page *p, enum page_flag f)
{
	return arch_test_and_set_bit(&p->flags, f);
}

static inline unsigned long page_to_pfn(const struct page *p)
{
	return (unsigned long)(p - page_map);
}
static inline struct page *pfn_to_page(unsigned long pfn)
{
	return page_map + pfn;
}
static inline phys_addr_t page_to_phys(const struct page *p)
{
	return (phys_addr_t)page_to_pfn(p) << PAGE_SHIFT;
}
static inline struct page *phys_to_page(phys_addr_t pa)
{
	return pfn_to_page(pa >> PAGE_SHIFT);
}
static inline bool pfn_valid(unsigned long pfn)
{
	return pfn < page_map_pfns;
}
/* Direct map only. */
static inline void *phys_to_virt(phys_addr_t pa)
{
	return (void *)(pa + PAGE_OFFSET);
}
static inline phys_addr_t virt_to_phys(const void *va)
{
	return (phys_addr_t)((uintptr_t)va - PAGE_OFFSET);
}
static inline struct page *virt_to_page(const void *va)
{
	return phys_to_page(virt_to_phys(va));
}
static inline bool page_is_high(const struct page *p)
{
	return page_to_pfn(p) >= lowmem_end_pfn;
}
/* NULL for a high page. */
static inline void *page_address(const struct page *p)
{
	return page_is_high(p) ? NULL : phys_to_virt(page_to_phys(p));
}

struct page *page_alloc(unsigned int gfp, unsigned int order) __must_check;
void page_free(struct page *page, unsigned int order); /* refcount must be 1 or 0 */
static inline void page_get(struct page *p)
{
	DEBUG_ASSERT(atomic_read(&p->refcount) > 0);
	atomic_inc(&p->refcount);
}
void page_release(struct page *p); /* the last reference went: frees (order 0) */
static inline void page_put(struct page *p)
{
	if (atomic_dec_and_test(&p->refcount))
		page_release(p);
}
/* One zeroed or raw low page by its address; for page tables, kernel buffers. */
void *page_alloc_addr(unsigned int gfp);
void page_free_addr(void *addr);

/*
 * A kernel address for any page, valid on this CPU until kunmap_local(), in stack order (the last
 * mapped is the first unmapped). Disables preemption only when the page is high; never sleep
 * between.
 */
void *kmap_local(struct page *page);
void kunmap_local(void *addr);
void page_zero(struct page *page);
void page_copy(struct page *dst, struct page *src);

/*
 * What pages are used for. Whoever allocates pages of one of these kinds counts them in and out
 * (any context); page_get_stats() reads them.
 */
enum page_use {
	USE_CACHE, /* page cache, shared memory included */
	USE_ANON,
	USE_SHMEM, /* page cache of mappings that are not reclaimable */
	USE_SLAB,
	USE_TABLES,
	USE_STACKS,
	USE_VMALLOC,
	USE_DIRTY,
	USE_WRITEBACK,
	USE_MAPPED, /* page cache with mapcount > 0 */
	USE_ACTIVE,
	USE_INACTIVE,
	USE_SWAPCACHE,
	USE_SWAPPED_IN, /* since boot */
	USE_SWAPPED_OUT,
	USE_WRITTEN, /* pages whose write-back ended, since boot; wraps */
	USE_COUNT
};
extern struct atomic page_uses[USE_COUNT];
static inline void page_use_add(enum page_use use, int pages)
{
	(void)atomic_add(&page_uses[use], pages);
}
static inline unsigned long page_use_read(enum page_use use)
{
	int v = atomic_read(&page_uses[use]);

	return v > 0 ? (unsigned long)v : 0;
}

/* Numbers for /proc/meminfo and the reclaim policy, in pages. */
struct page_stats {
	unsigned long total, free, high_total, high_free, reserved;
	unsigned long cache, anon, shmem, slab, slab_reclaimable, tables, stacks, dirty, writeback,
		mapped;
	unsigned long active, inactive, unevictable, vmalloc;
	unsigned long min, low, high; /* watermarks of free */
};
void page_get_stats(struct page_stats *stats);

/*
 * Boot: page_init() once page_map (every page PG_RESERVED, else zero), page_map_pfns and
 * lowmem_end_pfn are set; then page_free_range() for each range of free RAM.
 */
void page_init(void);
/* Hand a range of frames to the allocator (bytes, cut inwards to page bounds). */
void page_free_range(phys_addr_t start, phys_addr_t end);

#endif
