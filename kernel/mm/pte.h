/*
 * pte.h - what mm/ does to page-table entries of user space.
 *
 * A present entry without PTE_SPECIAL holds one reference of its page and counts in mapcount and in
 * one of the mm's rss numbers; a swap entry counts as a use of its slot and in mm->swapped.
 * Locking: mm->pte_lock around every change of an entry; the entries' tables stay while mmap_lock
 * is held, and go under pte_lock. Entries are flushed from the TLB before the lock is dropped, so a
 * freed page cannot be reached by a stale entry.
 */
#ifndef MM_PTE_H
#define MM_PTE_H

#include <kernel/mm.h>

extern struct page *zero_page; /* backs anonymous reads; never counted */

/* Does this CPU have the address space loaded? Only then is there anything to flush. */
bool mm_is_loaded(const struct mm *mm);
void mm_flush_page(const struct mm *mm, unsigned long addr);
void mm_flush(const struct mm *mm);

/* pte_lock held, the entry is empty: takes over the caller's reference of the page. */
void pte_install(struct mm *mm, pte_t *pte, struct page *page, bool write);
/* Uncounts what an entry pointed to and drops its reference. pte_lock held, entry cleared. */
void pte_forget(struct mm *mm, pte_t entry);

/* What the VMA asks of an entry just installed: no access, or to be left alone by swap. */
void pte_finish(const struct vma *vma, pte_t *pte);

/* Clears all entries of a range (page aligned). even_cow: false leaves private copies in place. */
void pte_zap_range(struct mm *mm, unsigned long start, unsigned long end, bool even_cow);
/* Applies a VMA's flags to its entries: drops access or the right to write. */
void pte_protect_range(struct vma *vma, unsigned long start, unsigned long end);
/* mlock: marks the private pages of the range as staying, or not. */
void pte_mlock_range(struct mm *mm, unsigned long start, unsigned long end, bool stay);
/* Gives page tables back whose range lies in [start, end); their entries are clear. */
void mm_free_tables(struct mm *mm, unsigned long start, unsigned long end);
/* fork: copies the entries of a VMA copy-on-write. 0 or -ENOMEM. */
int pte_copy_vma(struct mm *child, struct mm *parent, struct vma *vma);
/* mremap: moves the entries of a range; 0 or -ENOMEM (nothing lost: some moved, some not). */
int pte_move_range(struct mm *mm, unsigned long from, unsigned long to, unsigned long len);

#endif
