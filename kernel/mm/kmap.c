/*
 * kmap.c - temporary kernel addresses of high pages: a stack of slots in a window of page-table
 * entries. An interrupt that maps pages uses the slots above and leaves them as it found them.
 */
#include <kernel/assert.h>
#include <kernel/page.h>
#include <kernel/percpu.h>
#include <kernel/string.h>
#include <arch/pgtable.h>

static unsigned int kmap_depth; /* this CPU's; slots in use */

static __noinline void *kmap_high(struct page *page)
{
	unsigned long va;

	preempt_disable();
	va = kmap_window_start + kmap_depth++ * PAGE_SIZE;
	ASSERT(kmap_depth <= KMAP_SLOTS);
	kernel_map_page(va, page_to_phys(page), PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY);
	return (void *)va;
}

void *kmap_local(struct page *page)
{
	return likely(!page_is_high(page)) ? phys_to_virt(page_to_phys(page)) : kmap_high(page);
}

void kunmap_local(void *addr)
{
	unsigned long va = (unsigned long)addr & PAGE_MASK;

	if (likely(va < kmap_window_start || va >= kmap_window_start + KMAP_SLOTS * PAGE_SIZE))
		return;
	DEBUG_ASSERT(va == kmap_window_start + (kmap_depth - 1) * PAGE_SIZE);
	kernel_unmap_page(va);
	kmap_depth--;
	preempt_enable();
}

void page_zero(struct page *page)
{
	void *p = kmap_local(page);

	memset(p, 0, PAGE_SIZE);
	kunmap_local(p);
}

void page_copy(struct page *dst, struct page *src)
{
	void *d = kmap_local(dst), *s = kmap_local(src);

	memcpy(d, s, PAGE_SIZE);
	kunmap_local(s);
	kunmap_local(d);
}
