/*
 * swap_out.c - the clock's hand: which pages of programs were not used lately, and out they go.
 *
 * Address spaces take turns; each is looked at from where the hand left it. Page tables are walked
 * one at a time under pte_lock, in order of address, so that what is neighbours in memory becomes
 * neighbours in swap. See swap.h for what may be unmapped.
 */
#include "mm_internal.h"
#include "pte.h"
#include "swap.h"
#include <kernel/uaccess.h>

#define SHARE_MIN 32ul /* entries of an address space looked at in its turn */

struct scan {
	unsigned long left; /* entries to look at in this address space */
	bool low_only;
	bool full; /* there is no slot for another page */
	struct swap_victims victims;
};

/* May the page lose this entry? pte_lock held. */
static bool may_unmap(const struct scan *s, const struct page *page)
{
	int refs = atomic_read(&page->mapcount) + page_test_flag(page, PG_SWAPCACHE);

	if (s->low_only && page_is_high(page))
		return false;
	return atomic_read(&page->refcount) == refs && !page_test_flag(page, PG_LOCKED);
}

/* The entry's page gets a slot, if it has none, and the entry names it. True: done. */
static bool unmap_entry(struct scan *s, struct mm *mm, pte_t *pte)
{
	pte_t entry = *pte;
	struct page *page = phys_to_page(pte_phys(entry));

	if (!may_unmap(s, page))
		return false;
	if (!page_test_flag(page, PG_SWAPCACHE) && !swap_cache_new(page)) {
		s->full = true;
		return false;
	}
	if (!swap_entry_use(page->private))
		return false;
	page_get(page);
	*pte = page->private;
	atomic_inc(&mm->swapped);
	pte_forget(mm, entry);
	/* What is still mapped elsewhere follows when the hand comes there. */
	if (atomic_read(&page->mapcount))
		page_put(page);
	else
		s->victims.pages[s->victims.count++] = page;
	return true;
}

static bool is_private_page(pte_t entry)
{
	return entry && !pte_is_swap(entry) && !(entry & (PTE_SPECIAL | PTE_MLOCK)) &&
	       page_test_flag(phys_to_page(pte_phys(entry)), PG_ANON);
}

/* From addr to the end of its table; returns where it stopped. pte_lock held. */
static unsigned long scan_table(struct scan *s, struct mm *mm, unsigned long addr, pte_t *pte)
{
	unsigned long end = (addr & ~(PGD_SIZE - 1)) + PGD_SIZE;
	bool changed = false;

	for (; addr < end && s->left && !s->full && s->victims.count < SWAP_BATCH;
	     addr += PAGE_SIZE, pte++) {
		if (!is_private_page(*pte))
			continue;
		s->left--;
		if (*pte & PTE_ACCESSED) {
			*pte &= ~PTE_ACCESSED;
			changed = true;
		} else {
			changed |= unmap_entry(s, mm, pte);
		}
	}
	/* Before the lock is dropped: the page is about to be written. */
	if (changed)
		mm_flush(mm);
	return addr;
}

/* Sends the victims on their way; how many were freed at once. */
static unsigned long dispose(struct swap_victims *v, unsigned long *started)
{
	unsigned long n = v->count, writing = swap_write(v);

	*started += writing;
	return n - writing;
}

/* Until the share is used up, the end is reached or a batch is full. False: go on with the next. */
static bool scan_some(struct scan *s, struct mm *mm)
{
	unsigned long addr = mm->swap_pos;

	while (addr < USER_END && s->left && !s->full && s->victims.count < SWAP_BATCH) {
		pte_t *pte;

		/* Most of an address space has no tables. */
		if (!pte_present(READ_ONCE(mm->pgd[pgd_index(addr)]))) {
			addr = (addr & ~(PGD_SIZE - 1)) + PGD_SIZE;
			continue;
		}
		spin_lock(&mm->pte_lock);
		pte = pte_lookup(mm->pgd, addr);
		if (pte)
			addr = scan_table(s, mm, addr, pte);
		spin_unlock(&mm->pte_lock);
	}
	mm->swap_pos = addr < USER_END ? addr : 0;
	return addr < USER_END && s->left && !s->full;
}

static unsigned long anon_count(const struct mm *mm)
{
	int n = atomic_read(&mm->rss_anon);

	return n > 0 ? (unsigned long)n : 0;
}

unsigned long swap_out(unsigned long want, unsigned int shift, bool low_only,
		       unsigned long *started)
{
	unsigned long freed, before = *started;
	struct scan s = { .low_only = low_only };

	freed = swap_cache_shrink((page_use_read(USE_SWAPCACHE) >> shift) + SWAP_BATCH, &s.victims);
	freed += dispose(&s.victims, started);
	for (unsigned int n = mm_all_count(); n && !s.full; n--) {
		struct mm *mm = mm_next_turn();
		bool more = true;

		if (!mm)
			break;
		s.left = (anon_count(mm) >> shift) + SHARE_MIN;
		while (more && freed + *started - before < want) {
			more = anon_count(mm) && scan_some(&s, mm);
			freed += dispose(&s.victims, started);
		}
		mm_put(mm);
		if (freed + *started - before >= want)
			break;
	}
	return freed;
}
