/*
 * kmalloc.c - memory by size: a cache per size class up to a page, whole pages above.
 *
 * A larger piece is a block of pages; its first struct page tells the size in `index` and the order
 * in `private`. It has no PG_SLAB, which is how kfree() tells the two apart.
 */
#include "mm_internal.h"
#include "vma.h"
#include <kernel/bitops.h>
#include <kernel/slab.h>
#include <kernel/string.h>

#define CLASS_LIMIT 4096u
#define SMALL_LIMIT 256u /* up to here the class is looked up by size / 8 */

static const struct size_class {
	unsigned int size;
	const char *name;
} size_classes[] = {
	{ 8, "kmalloc-8" },	  { 16, "kmalloc-16" },	    { 32, "kmalloc-32" },
	{ 64, "kmalloc-64" },	  { 96, "kmalloc-96" },	    { 128, "kmalloc-128" },
	{ 192, "kmalloc-192" },	  { 256, "kmalloc-256" },   { 512, "kmalloc-512" },
	{ 1024, "kmalloc-1024" }, { 2048, "kmalloc-2048" }, { 4096, "kmalloc-4096" },
};
#define FIRST_LARGE_CLASS 8u /* index of 512 */

static struct kmem_cache *caches[ARRAY_SIZE(size_classes)];
static u8 small_class[SMALL_LIMIT / 8 + 1]; /* by size rounded up to 8 */

void slab_init(void)
{
	unsigned int nth = 0;

	slab_core_init();
	for (unsigned int i = 0; i < ARRAY_SIZE(size_classes); i++) {
		unsigned int size = size_classes[i].size;

		caches[i] = kmem_cache_create(size_classes[i].name, size,
					      is_power_of_2(size) ? size : 32);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(small_class); i++) {
		if (i * 8 > size_classes[nth].size)
			nth++;
		small_class[i] = (u8)nth;
	}
	/* vmalloc(), ioremap() and kernel stacks are needed before there is any process. */
	vma_cache_init();
}

static inline unsigned int class_of(size_t size)
{
	if (size <= SMALL_LIMIT)
		return small_class[(size + 7) / 8];
	return FIRST_LARGE_CLASS + order_up((u32)size) - 9;
}

static void *kmalloc_pages(size_t size, unsigned int gfp)
{
	unsigned int order;
	struct page *page;

	if (size > KMALLOC_MAX)
		return NULL;
	order = order_up((u32)DIV_ROUND_UP(size, PAGE_SIZE));
	page = page_alloc(gfp & ~GFP_HIGH, order);
	if (!page)
		return NULL;
	page->index = size;
	page->private = order;
	return page_address(page);
}

void *kmalloc(size_t size, unsigned int gfp)
{
	if (unlikely(size > CLASS_LIMIT || (gfp & GFP_DMA)))
		return kmalloc_pages(size ? size : 1, gfp);
	return kmem_cache_alloc(caches[class_of(size)], gfp);
}

void kfree(const void *ptr)
{
	struct page *page;

	if (!ptr)
		return;
	page = virt_to_page(ptr);
	if (likely(page_test_flag(page, PG_SLAB)))
		kmem_cache_free((struct kmem_cache *)(void *)page->mapping, (void *)(uintptr_t)ptr);
	else
		page_free(page, (unsigned int)page->private);
}

size_t kmalloc_usable(const void *ptr)
{
	struct page *page = virt_to_page(ptr);

	if (page_test_flag(page, PG_SLAB))
		return kmem_cache_size((struct kmem_cache *)(void *)page->mapping);
	return PAGE_SIZE << page->private;
}

void *kcalloc(size_t n, size_t size, unsigned int gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kmalloc(bytes, gfp | GFP_ZERO);
}

void *krealloc(void *ptr, size_t size, unsigned int gfp)
{
	size_t usable = ptr ? kmalloc_usable(ptr) : 0;
	void *p;

	if (ptr && size <= usable && size > usable / 2)
		return ptr;
	p = kmalloc(size, gfp);
	if (!p)
		return NULL;
	if (ptr)
		memcpy(p, ptr, min(size, usable));
	kfree(ptr);
	return p;
}

char *kstrdup(const char *s, unsigned int gfp)
{
	size_t n = strlen(s) + 1;
	char *p = kmalloc(n, gfp);

	return p ? memcpy(p, s, n) : NULL;
}
