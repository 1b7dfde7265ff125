/*
 * vmalloc.c - virtually contiguous kernel memory between vmalloc_start and vmalloc_end: vmalloc(),
 * ioremap(), kernel stacks.
 *
 * An area is a struct vma in kernel_mm's tree: the gap search is the one of user space. Each area
 * ends in an unmapped page, so that running over it faults; a kernel stack begins with one.
 * Locking: area_lock (RANK_SPIN) guards kernel_mm.vmas and the stock of stacks.
 */
#include "mm_internal.h"
#include "vma.h"
#include <kernel/lock.h>
#include <kernel/slab.h>
#include <arch/pgtable.h>

#define MAP_RAM	    (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY)
#define MAP_DEVICE  (MAP_RAM | PTE_PCD | PTE_PWT)
#define GUARD	    PAGE_SIZE
#define STACKS_KEPT 8u

struct mm kernel_mm = {
	.mmap_lock = RWLOCK_INIT(kernel_mm.mmap_lock, RANK_MMAP),
	.pte_lock = SPINLOCK_INIT(RANK_PTE, "kernel_mm.pte_lock"),
	.refs = REFCOUNT_INIT(2), /* its own for ever, and the boot task's, which runs in it */
	.users = REFCOUNT_INIT(1),
};

static DEFINE_SPINLOCK(area_lock, RANK_SPIN);
static void *stacks[STACKS_KEPT];
static unsigned int stack_count;

/* `private` is the number of pages vmalloc() owns; 0 for device memory. */
static struct vma *area_create(size_t size, unsigned long pages)
{
	struct vma *area = vma_alloc(&kernel_mm);
	unsigned long addr;

	if (!area)
		return NULL;
	spin_lock(&area_lock);
	addr = vma_gap_bottom_up(&kernel_mm, size, vmalloc_start, vmalloc_end);
	if (addr) {
		area->start = addr;
		area->end = addr + size;
		area->private = (void *)pages;
		vma_insert(&kernel_mm, area);
	}
	spin_unlock(&area_lock);
	if (!addr) {
		vma_free(area);
		return NULL;
	}
	return area;
}

/* The area that begins at `start`, of the caller, who gives it back; NULL: there is none. */
static struct vma *area_find(unsigned long start)
{
	struct vma *area;

	spin_lock(&area_lock);
	area = vma_find(&kernel_mm, start);
	spin_unlock(&area_lock);
	return area && area->start == start ? area : NULL;
}

/* Last: from now on the addresses are anybody's, so nothing may be mapped there any more. */
static void area_destroy(struct vma *area)
{
	spin_lock(&area_lock);
	vma_remove(&kernel_mm, area);
	spin_unlock(&area_lock);
	vma_free(area);
}

/* The page table tells which frame lies there. */
static void free_pages_at(unsigned long addr, unsigned long pages)
{
	for (; pages; pages--, addr += PAGE_SIZE) {
		pte_t *pte = pte_lookup(kernel_mm.pgd, addr);
		struct page *page = phys_to_page(pte_phys(*pte));

		kernel_unmap_page(addr);
		page_put(page);
	}
}

static bool map_pages_at(unsigned long addr, unsigned long pages, unsigned int gfp)
{
	for (unsigned long i = 0; i < pages; i++) {
		struct page *page = page_alloc(gfp, 0);

		if (!page) {
			free_pages_at(addr, i);
			return false;
		}
		kernel_map_page(addr + i * PAGE_SIZE, page_to_phys(page), MAP_RAM);
	}
	return true;
}

void *vmalloc(size_t size)
{
	unsigned long pages = DIV_ROUND_UP(size, PAGE_SIZE);
	struct vma *area;

	might_sleep();
	if (!size || size > vmalloc_end - vmalloc_start - GUARD || pages > page_total_count())
		return NULL;
	area = area_create(pages * PAGE_SIZE + GUARD, pages);
	if (!area)
		return NULL;
	if (!map_pages_at(area->start, pages, GFP_KERNEL | GFP_HIGH | GFP_NORETRY)) {
		area_destroy(area);
		return NULL;
	}
	page_use_add(USE_VMALLOC, (int)pages);
	return (void *)area->start;
}

void vmalloc_protect(const void *ptr)
{
	const struct vma *area = area_find((unsigned long)ptr);

	ASSERT(area);
	for (unsigned long a = area->start; a < area->end - GUARD; a += PAGE_SIZE)
		kernel_map_page(a, pte_phys(*pte_lookup(kernel_mm.pgd, a)), MAP_RAM & ~PTE_WRITE);
}

void vfree(void *ptr)
{
	struct vma *area;
	unsigned long pages;

	if (!ptr)
		return;
	area = area_find((unsigned long)ptr);
	ASSERT(area);
	pages = (unsigned long)area->private;
	free_pages_at(area->start, pages);
	page_use_add(USE_VMALLOC, -(int)pages);
	area_destroy(area);
}

void __iomem *ioremap(phys_addr_t phys, size_t size)
{
	unsigned long offset = phys % PAGE_SIZE, first = phys - offset;
	struct vma *area;

	if (!size || size > vmalloc_end - vmalloc_start - 2 * GUARD)
		return NULL;
	size = ALIGN_UP(size + offset, PAGE_SIZE);
	area = area_create(size + GUARD, 0);
	if (!area)
		return NULL;
	for (size_t i = 0; i < size; i += PAGE_SIZE)
		kernel_map_page(area->start + i, first + i, MAP_DEVICE);
	return (void __iomem *)(area->start + offset);
}

void iounmap(void __iomem *va)
{
	struct vma *area;

	if (!va)
		return;
	area = area_find((unsigned long)va & PAGE_MASK);
	ASSERT(area);
	for (unsigned long a = area->start; a < area->end - GUARD; a += PAGE_SIZE)
		kernel_unmap_page(a);
	area_destroy(area);
}

/* ---- kernel stacks ---- */
void *kstack_alloc(void)
{
	struct vma *area;
	void *stack = NULL;

	spin_lock(&area_lock);
	if (stack_count)
		stack = stacks[--stack_count];
	spin_unlock(&area_lock);
	if (stack)
		return stack;
	area = area_create(GUARD + KSTACK_SIZE, KSTACK_SIZE / PAGE_SIZE);
	if (!area)
		return NULL;
	if (!map_pages_at(area->start + GUARD, KSTACK_SIZE / PAGE_SIZE, GFP_KERNEL)) {
		area_destroy(area);
		return NULL;
	}
	page_use_add(USE_STACKS, (int)(KSTACK_SIZE / PAGE_SIZE));
	return (char *)area->start + GUARD;
}

static void stack_destroy(void *stack)
{
	struct vma *area = area_find((unsigned long)stack - GUARD);

	ASSERT(area);
	free_pages_at((unsigned long)stack, KSTACK_SIZE / PAGE_SIZE);
	page_use_add(USE_STACKS, -(int)(KSTACK_SIZE / PAGE_SIZE));
	area_destroy(area);
}

void kstack_free(void *stack)
{
	bool kept = false;

	spin_lock(&area_lock);
	if (stack_count < STACKS_KEPT) {
		stacks[stack_count++] = stack;
		kept = true;
	}
	spin_unlock(&area_lock);
	if (!kept)
		stack_destroy(stack);
}

unsigned long kstack_shrink(void)
{
	unsigned long freed = 0;
	void *stack;

	for (;;) {
		spin_lock(&area_lock);
		stack = stack_count ? stacks[--stack_count] : NULL;
		spin_unlock(&area_lock);
		if (!stack)
			return freed;
		stack_destroy(stack);
		freed += KSTACK_SIZE / PAGE_SIZE;
	}
}
