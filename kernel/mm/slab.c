/*
 * slab.c - object caches and kmalloc().
 *
 * A slab is 2^order pages cut into equal objects; its first page's struct page describes it:
 *   mapping  the struct kmem_cache (set in every page of the slab)
 *   private  first free object; free objects are chained through their first word
 *   index    objects handed out (to users or to the magazine)
 *   lru      in cache->partial (some free, some not), cache->empty, or on no list when full
 * Blocks of the buddy allocator are aligned to their size, so an object's address leads to the
 * slab.
 *
 * Before the slabs stands a magazine: a small stack of ready objects per cache (and CPU), worked
 * with interrupts off. Most calls touch nothing else.
 *
 *   kmem_cache_alloc --pop--> magazine --empty: refill half--> partial slabs, new slab
 *   kmem_cache_free --push--> magazine --full: flush half--> slabs --empty ones--> page allocator
 *
 * Locking: cache->lock (RANK_SLAB, irqsave) guards the slab lists and what is in the struct pages;
 * the magazine is guarded by interrupts being off. The list of caches only grows.
 */
#include "mm_internal.h"
#include <kernel/bitops.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define MAGAZINE_MAX	 32u
#define MAGAZINE_BYTES	 4096u /* what a magazine may hold back */
#define EMPTY_SLABS_KEPT 1u
#define SLAB_MAX_ORDER	 3u
#define MIN_OBJECT	 8u
#define POISON_FREE	 0x6b

struct kmem_cache {
	/* hot */
	unsigned int avail, limit; /* objects in the magazine, most of it */
	void *magazine[MAGAZINE_MAX];
	unsigned int size; /* of an object, alignment included */
	unsigned int per_slab;
	unsigned int order;
	struct spinlock lock;
	struct list_head partial, empty;
	unsigned int empty_count;
	unsigned long slabs, handed_out; /* objects: handed out to magazine and users */
	const char *name;
	struct kmem_cache *next;
};

static struct kmem_cache cache_of_caches;
static struct kmem_cache *first_cache, **last_link = &first_cache;
static DEFINE_SPINLOCK(cache_list_lock, RANK_SLAB);

/* ---- slabs ---- */
static struct page *slab_head(struct page *page)
{
	struct kmem_cache *cache = (struct kmem_cache *)(void *)page->mapping;
	unsigned long pfn = page_to_pfn(page) & ~((1ul << cache->order) - 1);

	return pfn_to_page(pfn);
}

static inline void *next_free(void *obj)
{
	return *(void **)obj;
}

static inline void set_next_free(void *obj, void *next)
{
	*(void **)obj = next;
}

#ifdef CONFIG_DEBUG
/* All bytes behind the link. */
static void poison(struct kmem_cache *cache, void *obj)
{
	memset((char *)obj + sizeof(void *), POISON_FREE, cache->size - sizeof(void *));
}

static bool is_poisoned(struct kmem_cache *cache, void *obj)
{
	const u8 *p = obj;

	for (unsigned int i = sizeof(void *); i < cache->size; i++)
		if (p[i] != POISON_FREE)
			return false;
	return true;
}

static void check_free(struct kmem_cache *cache, void *obj)
{
	struct page *head = slab_head(virt_to_page(obj));
	unsigned long offset = (unsigned long)obj - (unsigned long)page_address(head);

	if (head->mapping != (void *)cache || offset % cache->size)
		panic("slab %s: %p is none of its objects", cache->name, obj);
	for (unsigned int i = 0; i < cache->avail; i++)
		if (cache->magazine[i] == obj)
			panic("slab %s: %p freed twice", cache->name, obj);
	poison(cache, obj);
}

static void check_alloc(struct kmem_cache *cache, void *obj)
{
	if (!is_poisoned(cache, obj))
		panic("slab %s: %p was written to after it was freed", cache->name, obj);
}
#else
static inline void poison(struct kmem_cache *cache, void *obj)
{
}
static inline void check_free(struct kmem_cache *cache, void *obj)
{
}
static inline void check_alloc(struct kmem_cache *cache, void *obj)
{
}
#endif

/* A new slab, cut up but on no list; sleeps as gfp allows. */
static struct page *slab_create(struct kmem_cache *cache, unsigned int gfp)
{
	struct page *head = page_alloc(gfp & (GFP_ATOMIC | GFP_DMA | GFP_NORETRY), cache->order);
	char *base, *obj;

	if (!head)
		return NULL;
	base = page_address(head);
	for (unsigned int i = 0; i < 1u << cache->order; i++) {
		page_set_flag(head + i, PG_SLAB);
		head[i].mapping = (struct mapping *)(void *)cache;
	}
	head->index = 0;
	head->private = (unsigned long)base;
	obj = base;
	for (unsigned int i = 1; i < cache->per_slab; i++, obj += cache->size) {
		set_next_free(obj, obj + cache->size);
		poison(cache, obj);
	}
	set_next_free(obj, NULL);
	poison(cache, obj);
	page_use_add(USE_SLAB, 1 << cache->order);
	return head;
}

static void slab_destroy(struct kmem_cache *cache, struct page *head)
{
	page_use_add(USE_SLAB, -(1 << cache->order));
	page_free(head, cache->order);
}

/* cache->lock held. Moves free objects of the first slabs to the magazine, up to half of it. */
static void magazine_fill_locked(struct kmem_cache *cache)
{
	unsigned int want = (cache->limit + 1) / 2;

	while (cache->avail < want) {
		struct page *head;

		if (list_empty(&cache->partial)) {
			if (list_empty(&cache->empty))
				return;
			head = list_first_entry(&cache->empty, struct page, lru);
			list_move(&head->lru, &cache->partial);
			cache->empty_count--;
		}
		head = list_first_entry(&cache->partial, struct page, lru);
		while (cache->avail < want && head->private) {
			void *obj = (void *)head->private;

			head->private = (unsigned long)next_free(obj);
			head->index++;
			cache->handed_out++;
			cache->magazine[cache->avail++] = obj;
		}
		if (!head->private)
			list_del(&head->lru);
	}
}

static void *magazine_refill(struct kmem_cache *cache, unsigned int gfp)
{
	void *obj = NULL;

	for (;;) {
		unsigned long flags = spin_lock_irqsave(&cache->lock);
		struct page *slab;

		if (!cache->avail)
			magazine_fill_locked(cache);
		if (cache->avail)
			obj = cache->magazine[--cache->avail];
		spin_unlock_irqrestore(&cache->lock, flags);
		if (obj)
			return obj;
		slab = slab_create(cache, gfp);
		if (!slab)
			return NULL;
		flags = spin_lock_irqsave(&cache->lock);
		list_add(&slab->lru, &cache->empty);
		cache->empty_count++;
		cache->slabs++;
		spin_unlock_irqrestore(&cache->lock, flags);
	}
}

/* cache->lock held. Empty slabs too many are moved to `doomed`. */
static void slab_return_locked(struct kmem_cache *cache, void *obj, struct list_head *doomed)
{
	struct page *head = slab_head(virt_to_page(obj));
	bool was_full = !head->private;

	set_next_free(obj, (void *)head->private);
	head->private = (unsigned long)obj;
	head->index--;
	cache->handed_out--;
	if (was_full)
		list_add(&head->lru, &cache->partial);
	if (head->index)
		return;
	if (cache->empty_count < EMPTY_SLABS_KEPT) {
		list_move(&head->lru, &cache->empty);
		cache->empty_count++;
	} else {
		list_move(&head->lru, doomed);
		cache->slabs--;
	}
}

static void destroy_all(struct kmem_cache *cache, struct list_head *doomed)
{
	struct page *head, *next;

	list_for_each_entry_safe (head, next, doomed, lru)
		slab_destroy(cache, head);
}

/* Gives the oldest objects of the magazine back until `keep` are left. */
static void magazine_flush(struct kmem_cache *cache, unsigned int keep)
{
	LIST_HEAD(doomed);
	unsigned long flags = spin_lock_irqsave(&cache->lock);
	unsigned int n = cache->avail > keep ? cache->avail - keep : 0;

	for (unsigned int i = 0; i < n; i++)
		slab_return_locked(cache, cache->magazine[i], &doomed);
	for (unsigned int i = n; i < cache->avail; i++)
		cache->magazine[i - n] = cache->magazine[i];
	cache->avail -= n;
	spin_unlock_irqrestore(&cache->lock, flags);
	destroy_all(cache, &doomed);
}

/* ---- objects ---- */
void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp)
{
	unsigned long flags;
	void *obj;

	if (!(gfp & GFP_ATOMIC))
		might_sleep();
	flags = local_irq_save();
	if (likely(cache->avail)) {
		obj = cache->magazine[--cache->avail];
		local_irq_restore(flags);
	} else {
		local_irq_restore(flags);
		obj = magazine_refill(cache, gfp);
		if (!obj)
			return NULL;
	}
	check_alloc(cache, obj);
	if (gfp & GFP_ZERO)
		memset(obj, 0, cache->size);
	return obj;
}

void kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	unsigned long flags;

	if (unlikely(!obj))
		return;
	flags = local_irq_save();
	check_free(cache, obj);
	if (unlikely(cache->avail >= cache->limit))
		magazine_flush(cache, cache->limit / 2);
	cache->magazine[cache->avail++] = obj;
	local_irq_restore(flags);
}

/* ---- caches ---- */
/* The smallest order that wastes at most an eighth; small objects get slabs of one page. */
static unsigned int choose_order(unsigned int size)
{
	unsigned int order = order_up(DIV_ROUND_UP(size, (unsigned int)PAGE_SIZE));

	while (order < SLAB_MAX_ORDER) {
		unsigned int bytes = (unsigned int)PAGE_SIZE << order;

		if (bytes % size <= bytes / 8)
			break;
		order++;
	}
	return order;
}

static void cache_setup(struct kmem_cache *cache, const char *name, size_t size, size_t align)
{
	unsigned long flags;

	align = max_t(size_t, align, MIN_OBJECT);
	size = ALIGN_UP(max_t(size_t, size, MIN_OBJECT), align);
	cache->name = name;
	cache->size = (unsigned int)size;
	cache->order = choose_order(cache->size);
	cache->per_slab = ((unsigned int)PAGE_SIZE << cache->order) / cache->size;
	cache->limit = min(max(MAGAZINE_BYTES / cache->size, 4u), MAGAZINE_MAX);
	spin_init(&cache->lock, RANK_SLAB, "slab");
	list_init(&cache->partial);
	list_init(&cache->empty);
	flags = spin_lock_irqsave(&cache_list_lock);
	*last_link = cache;
	last_link = &cache->next;
	spin_unlock_irqrestore(&cache_list_lock, flags);
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
	struct kmem_cache *cache = kmem_cache_alloc(&cache_of_caches, GFP_KERNEL | GFP_ZERO);

	/* Caches are made at boot; without them nothing can work. */
	if (!cache)
		panic("no memory for the cache of %s", name);
	cache_setup(cache, name, size, align);
	return cache;
}

size_t kmem_cache_size(const struct kmem_cache *cache)
{
	return cache->size;
}

unsigned long slab_shrink(void)
{
	unsigned long freed = 0;

	for (struct kmem_cache *c = READ_ONCE(first_cache); c; c = READ_ONCE(c->next)) {
		LIST_HEAD(doomed);
		unsigned long flags, slabs;

		magazine_flush(c, 0);
		flags = spin_lock_irqsave(&c->lock);
		list_splice_tail_init(&c->empty, &doomed);
		slabs = c->empty_count;
		c->slabs -= slabs;
		c->empty_count = 0;
		spin_unlock_irqrestore(&c->lock, flags);
		destroy_all(c, &doomed);
		freed += slabs << c->order;
	}
	return freed;
}

bool slab_get_info(unsigned int nth, struct slab_info *info)
{
	struct kmem_cache *c = READ_ONCE(first_cache);

	while (c && nth--)
		c = READ_ONCE(c->next);
	if (!c)
		return false;
	info->name = c->name;
	info->object_size = c->size;
	info->objects_per_slab = c->per_slab;
	info->pages_per_slab = 1u << c->order;
	info->slabs = c->slabs;
	info->total = c->slabs * c->per_slab;
	info->active = c->handed_out - c->avail;
	return true;
}

void kmem_cache_dump(void)
{
	struct slab_info info;

	for (unsigned int i = 0; slab_get_info(i, &info); i++)
		if (info.active)
			pr_info("slab %-20s %6lu in use of %6lu, %u bytes each\n", info.name,
				info.active, info.total, info.object_size);
}

void slab_core_init(void)
{
	if (!first_cache)
		cache_setup(&cache_of_caches, "kmem_cache", sizeof(struct kmem_cache), 0);
}
