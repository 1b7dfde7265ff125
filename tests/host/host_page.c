/*
 * Pages: HOST_PAGES frames at PAGE_OFFSET in this process, so that phys_to_virt() and its relatives
 * hold as they stand. Free frames are poisoned for ASan. A test of the real allocator links it and
 * gets this arena by host_page_arena().
 */
#include "host_internal.h"
#include <host/host.h>
#include <host/page.h>
#include <kernel/page.h>
#include <sys/mman.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__has_feature)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n)	  ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

static struct page map[HOST_PAGES];
static u8 order_of[HOST_PAGES]; /* 1 + order at the first frame of an allocation, 0xff inside */
static unsigned int pages_live;
static char *arena;

__weak struct page *page_map = map;
__weak unsigned long page_map_pfns = HOST_PAGES;
__weak unsigned long lowmem_end_pfn = HOST_PAGES;

void *host_page_arena(void)
{
	if (arena)
		return arena;
	arena = mmap((void *)PAGE_OFFSET, HOST_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (arena != (char *)PAGE_OFFSET)
		host_die("no place for the page arena", __FILE__, __LINE__);
	return arena;
}

void host_pages_reset(void)
{
	if (arena)
		ASAN_UNPOISON_MEMORY_REGION(arena, HOST_PAGES * PAGE_SIZE);
	memset(map, 0, sizeof(map));
	memset(order_of, 0, sizeof(order_of));
	pages_live = 0;
}

unsigned int host_pages_live(void)
{
	return pages_live;
}

static bool range_free(unsigned int first, unsigned int count)
{
	for (unsigned int i = first; i < first + count; i++)
		if (order_of[i])
			return false;
	return true;
}

__weak struct page *page_alloc(unsigned int gfp, unsigned int order)
{
	unsigned int count = 1u << order;

	if (!(gfp & GFP_ATOMIC))
		host_check_sleep(__FILE__, __LINE__);
	if (order > PAGE_MAX_ORDER || host_alloc_should_fail())
		return NULL;
	host_page_arena();
	for (unsigned int pfn = 0; pfn + count <= HOST_PAGES; pfn += count) {
		char *va = arena + pfn * PAGE_SIZE;

		if (!range_free(pfn, count))
			continue;
		memset(order_of + pfn, 0xff, count);
		order_of[pfn] = (u8)(1 + order);
		ASAN_UNPOISON_MEMORY_REGION(va, count * PAGE_SIZE);
		memset(va, gfp & GFP_ZERO ? 0 : 0xa5, count * PAGE_SIZE);
		memset(&map[pfn], 0, count * sizeof(map[0]));
		list_init(&map[pfn].lru);
		atomic_set(&map[pfn].refcount, 1);
		pages_live += count;
		return &map[pfn];
	}
	return NULL;
}

__weak void page_free(struct page *page, unsigned int order)
{
	unsigned long pfn = page_to_pfn(page);

	if (pfn >= HOST_PAGES || order_of[pfn] != 1 + order)
		host_die("page_free of what was not allocated so", __FILE__, __LINE__);
	memset(order_of + pfn, 0, 1u << order);
	ASAN_POISON_MEMORY_REGION(arena + pfn * PAGE_SIZE, PAGE_SIZE << order);
	pages_live -= 1u << order;
}

__weak void page_release(struct page *page)
{
	page_free(page, 0);
}

__weak void *page_alloc_addr(unsigned int gfp)
{
	struct page *page = page_alloc(gfp & ~GFP_HIGH, 0);

	return page ? page_address(page) : NULL;
}

__weak void page_free_addr(void *addr)
{
	page_put(virt_to_page(addr));
}

__weak void *kmap_local(struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

__weak void kunmap_local(void *addr)
{
}

__weak void page_zero(struct page *page)
{
	memset(kmap_local(page), 0, PAGE_SIZE);
}

__weak void page_copy(struct page *dst, struct page *src)
{
	memcpy(kmap_local(dst), kmap_local(src), PAGE_SIZE);
}

__weak void page_get_stats(struct page_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->total = HOST_PAGES;
	stats->free = HOST_PAGES - pages_live;
}
