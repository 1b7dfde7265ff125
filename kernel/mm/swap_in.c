/*
 * swap_in.c - swapped pages come back: a fault on one, and swapoff(), which wants them all.
 */
#include "fault.h"
#include "pte.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/pagecache.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/task.h>

/*
 * pte_lock held, the entry names the page's slot. The page may be written to at once when nobody
 * else has it and it is out of the cache: for a store, and when slots are scarce. The caller's
 * reference becomes the entry's.
 */
static void install(struct vma *vma, pte_t *pte, struct page *page, unsigned int flags)
{
	bool may_write = vma->flags & VM_WRITE, sole = false;
	pte_t entry = *pte;

	*pte = 0;
	swap_entry_unuse(entry);
	(void)atomic_add(&vma->mm->swapped, -1);
	if ((flags & FAULT_WRITE) || swap_is_crowded() || swap_area_of(entry)->state != SWAP_ON)
		sole = swap_cache_take(page, 1);
	pte_install(vma->mm, pte, page, sole && may_write);
	pte_finish(vma, pte);
}

enum fault_result swap_fault(struct vma *vma, unsigned long addr, pte_t *pte, pte_t seen,
			     unsigned int flags)
{
	struct mm *mm = vma->mm;
	struct page *page;
	int err = swap_read(seen, &page);

	if (err == -ENOENT)
		return FAULT_OK; /* the entry has changed: look again */
	if (err)
		return err == -ENOMEM ? FAULT_OOM : FAULT_BUS;
	/* It cannot leave the cache meanwhile, and would be copied instead. */
	if (flags & FAULT_WRITE)
		page_wait_writeback(page);
	spin_lock(&mm->pte_lock);
	/* Another thread may have brought it in, stored into a copy, and that may be in the same
	 * slot by now: then the page is not the entry's any more, and the fault is taken again. */
	if (*pte == seen && swap_cache_holds(page, seen)) {
		install(vma, pte, page, flags);
		page = NULL;
	}
	spin_unlock(&mm->pte_lock);
	if (page)
		swap_page_put(page);
	return FAULT_OK;
}

/* ---- swapoff ---- */
/*
 * The disk does not give it back, now or later: who touches it gets SIGBUS, as before, and the area
 * can go.
 */
static void give_up(struct vma *vma, unsigned long addr, pte_t *pte, pte_t seen)
{
	struct mm *mm = vma->mm;

	spin_lock(&mm->pte_lock);
	if (*pte == seen) {
		*pte = PTE_LOST;
		swap_entry_unuse(seen);
		(void)atomic_add(&mm->swapped, -1);
		pr_warn("swap: slot %u of %s cannot be read: the page at %lx is lost\n",
			pte_swap_slot(seen), swap_area_of(seen)->path, addr);
	}
	spin_unlock(&mm->pte_lock);
}

static int bring_in(struct vma *vma, unsigned long addr, pte_t *pte, pte_t seen)
{
	enum fault_result result = swap_fault(vma, addr, pte, seen, 0);

	if (result == FAULT_BUS)
		give_up(vma, addr, pte, seen);
	return result == FAULT_OOM ? -ENOMEM : 0;
}

static int bring_in_vma(struct vma *vma, u32 area)
{
	for (unsigned long addr = vma->start; addr < vma->end; addr += PAGE_SIZE) {
		pte_t *pte = pte_lookup(vma->mm->pgd, addr), entry;
		int err;

		if (!pte) {
			addr |= PGD_SIZE - PAGE_SIZE;
			if (addr >= vma->end - PAGE_SIZE)
				break;
			continue;
		}
		entry = READ_ONCE(*pte);
		if (!pte_is_swap(entry) || pte_swap_area(entry) != area)
			continue;
		err = bring_in(vma, addr, pte, entry);
		if (err)
			return err;
		if (signal_pending(current))
			return -EINTR;
	}
	return 0;
}

int swap_in_mm(struct mm *mm, u32 area)
{
	int err = 0;

	read_lock(&mm->mmap_lock);
	for (struct vma *vma = vma_first(mm); vma && !err; vma = vma_next(vma))
		if (vma->flags & VM_HAS_ANON)
			err = bring_in_vma(vma, area);
	read_unlock(&mm->mmap_lock);
	return err;
}
