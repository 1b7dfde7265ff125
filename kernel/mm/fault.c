/*
 * fault.c - page faults: how memory comes into being.
 *
 *   no entry, anonymous, read    the shared zero page, read-only
 *   no entry, anonymous, write   a zeroed page
 *   no entry, file, read         the cached page, with cached neighbours that are at hand
 *   no entry, private, write     a copy of the cached page
 *   no entry, shared, write      the cached page, after page_mkwrite() and marked dirty
 *   entry read-only, write       shared: as above; private: the page itself if nobody else has it,
 *                                else a copy
 *
 *   entry in swap                its page, from the swap cache or the disk (swap_in.c)
 *
 * mmap_lock is held for reading (a stack that grows: writing). Sleeping work is done before
 * pte_lock is taken; under it the entry is looked at again, since another thread may have been
 * faster.
 */
#include "fault.h"
#include "map.h"
#include "mm_internal.h"
#include "pte.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define AROUND_PAGES 16ul /* mapped at once when they are cached */
#define AHEAD_MAX    8ul  /* anonymous pages made before they are asked for */

struct fault {
	struct mm *mm;
	struct vma *vma;
	unsigned long addr; /* page aligned */
	unsigned int flags;
	pte_t *pte;
};

static inline bool may_write_entry(const struct fault *f)
{
	return f->vma->flags & VM_WRITE;
}

/* ---- anonymous memory ---- */
/* pte_lock held, the entry is empty. */
static void install_anon(struct fault *f, struct page *page)
{
	page_set_flag(page, PG_ANON);
	f->vma->flags |= VM_HAS_ANON;
	pte_install(f->mm, f->pte, page, may_write_entry(f));
	pte_finish(f->vma, f->pte);
}

/* The entries of the VMA in the same page table, relative to the fault's: *below before, *above
 * after. */
static void table_neighbours(const struct fault *f, unsigned long *below, unsigned long *above)
{
	unsigned long table = f->addr & ~(PGD_SIZE - 1);
	unsigned long start = max(table, f->vma->start);
	unsigned long last = min(table + (PGD_SIZE - PAGE_SIZE), f->vma->end - PAGE_SIZE);

	*below = (f->addr - start) >> PAGE_SHIFT;
	*above = (last - f->addr) >> PAGE_SHIFT;
}

/*
 * Memory that is written to page after page (a heap that grows, a buffer being filled) is made
 * ahead of the writer: as many pages as were written in a row, at most AHEAD_MAX, while there is
 * plenty. How many.
 */
static unsigned long ahead_count(const struct fault *f)
{
	unsigned long below, above, run = 0;

	table_neighbours(f, &below, &above);
	below = min(below, AHEAD_MAX);
	while (run < below && (f->pte[-(long)(run + 1)] & PTE_WRITE))
		run++;
	run = min(run, above);
	return run && page_free_count() > page_total_count() / 8 ? run : 0;
}

static void make_ahead(struct fault *f)
{
	unsigned long n = ahead_count(f);
	struct fault next = *f;

	while (n--) {
		struct page *page;

		next.pte++;
		next.addr += PAGE_SIZE;
		if (READ_ONCE(*next.pte))
			return;
		page = page_alloc(GFP_USER | GFP_ZERO | GFP_NORETRY, 0);
		if (!page)
			return;
		spin_lock(&f->mm->pte_lock);
		if (!*next.pte) {
			install_anon(&next, page);
			page = NULL;
		}
		spin_unlock(&f->mm->pte_lock);
		if (page)
			page_put(page);
	}
}

static enum fault_result fault_anon(struct fault *f)
{
	struct page *page = NULL;

	if (f->flags & FAULT_WRITE) {
		page = page_alloc(GFP_USER | GFP_ZERO, 0);
		if (!page)
			return FAULT_OOM;
	}
	spin_lock(&f->mm->pte_lock);
	if (*f->pte) {
		spin_unlock(&f->mm->pte_lock);
		if (page)
			page_put(page);
		return FAULT_OK;
	}
	if (page)
		install_anon(f, page);
	else
		*f->pte = page_to_phys(zero_page) | pte_user_flags(false) | PTE_SPECIAL;
	pte_finish(f->vma, f->pte);
	spin_unlock(&f->mm->pte_lock);
	if (page && may_write_entry(f))
		make_ahead(f);
	return FAULT_OK;
}

/* ---- files and shared memory ---- */
/* Can a shared page be made writable at once, without being noticed at its first store? */
static bool writable_at_once(const struct vma *vma)
{
	return (vma->flags & (VM_SHARED | VM_WRITE)) == (VM_SHARED | VM_WRITE) &&
	       !vma->ops->page_mkwrite && !mapping_tracks_dirty(vma->mapping);
}

/*
 * Maps the cached, ready pages around the address whose entries are empty. All is done under
 * mapping->lock, so the pages cannot leave the cache meanwhile. True: the wanted one was among
 * them.
 */
static bool fault_around(struct fault *f)
{
	struct page *pages[AROUND_PAGES];
	struct vma *vma = f->vma;
	struct mapping *m = vma->mapping;
	unsigned long first = f->addr & ~(AROUND_PAGES * PAGE_SIZE - 1);
	unsigned long start = max(first, vma->start), n;
	unsigned long file_pages =
		(unsigned long)((m->host->size + (loff_t)PAGE_SIZE - 1) >> PAGE_SHIFT);
	unsigned long index = vma_page_index(vma, start);
	pte_t *pte = f->pte - ((f->addr - start) >> PAGE_SHIFT);
	bool write = writable_at_once(vma);

	n = (min(first + AROUND_PAGES * PAGE_SIZE, vma->end) - start) >> PAGE_SHIFT;
	if (index >= file_pages)
		return false;
	n = min(n, file_pages - index);
	spin_lock(&m->lock);
	pagecache_gang_locked(m, index, (unsigned int)n, pages);
	spin_lock(&f->mm->pte_lock);
	for (unsigned long i = 0; i < n; i++) {
		struct page *page = pages[i];

		if (!page || pte[i] || !page_test_flag(page, PG_UPTODATE))
			continue;
		page_get(page);
		pte_install(f->mm, &pte[i], page, write);
	}
	spin_unlock(&f->mm->pte_lock);
	spin_unlock(&m->lock);
	return *f->pte;
}

/* Installs a page of the mapping; the reference becomes the entry's. */
static enum fault_result install_mapped(struct fault *f, struct page *page, bool write)
{
	spin_lock(&f->mm->pte_lock);
	if (!*f->pte) {
		pte_install(f->mm, f->pte, page, write);
		pte_finish(f->vma, f->pte);
		page = NULL;
	}
	spin_unlock(&f->mm->pte_lock);
	if (page)
		page_put(page);
	return FAULT_OK;
}

static bool is_asked(const struct vma *vma)
{
	return vma->ops && vma->ops->page_mkwrite;
}

/*
 * The first store through a shared mapping: the page is dirty, and stays locked until the entry can
 * be written to (end_writable()), so that it is not cleaned in between and the store lost. Not
 * locked when it cannot be, or nobody asks for it.
 */
static enum fault_result begin_writable(struct vma *vma, struct page *page)
{
	enum fault_result result;

	if (!is_asked(vma))
		return FAULT_OK;
	page_get(page);
	page_lock(page);
	result = vma->ops->page_mkwrite(vma, page);
	if (result == FAULT_OK) {
		page_mark_dirty(page);
		return FAULT_OK;
	}
	page_unlock(page);
	page_put(page);
	return result;
}

static void end_writable(const struct vma *vma, struct page *page)
{
	if (!is_asked(vma))
		return;
	page_unlock(page);
	page_put(page);
}

/* A store to a private mapping: a copy from the start. */
static enum fault_result fault_private_copy(struct fault *f, struct page *page)
{
	struct page *copy = page_alloc(GFP_USER, 0);

	if (!copy) {
		page_put(page);
		return FAULT_OOM;
	}
	page_copy(copy, page);
	page_put(page);
	spin_lock(&f->mm->pte_lock);
	if (!*f->pte) {
		install_anon(f, copy);
		copy = NULL;
	}
	spin_unlock(&f->mm->pte_lock);
	if (copy)
		page_put(copy);
	return FAULT_OK;
}

static enum fault_result fault_mapped(struct fault *f)
{
	struct vma *vma = f->vma;
	bool write = f->flags & FAULT_WRITE, shared = vma->flags & VM_SHARED;
	enum fault_result result;
	struct page *page;

	if (!write && vma->ops->fault == filemap_fault && !(f->flags & FAULT_FORCE) &&
	    fault_around(f))
		return FAULT_OK;
	result = vma->ops->fault(vma, vma_page_index(vma, f->addr), f->flags, &page);
	if (result != FAULT_OK)
		return result;
	if (!page_test_flag(page, PG_UNEVICTABLE))
		page_mark_accessed(page);
	if (write && !shared)
		return fault_private_copy(f, page);
	if (!write)
		return install_mapped(f, page, writable_at_once(vma));
	result = begin_writable(vma, page);
	if (result != FAULT_OK) {
		page_put(page);
		return result;
	}
	/* The reference becomes the entry's; end_writable() has its own. */
	result = install_mapped(f, page, true);
	end_writable(vma, page);
	return result;
}

/* ---- the entry is there but read-only ---- */
/* pte_lock held: nobody else can see this page? Then it need not be copied. */
bool pte_is_sole_copy(pte_t entry)
{
	struct page *page;

	if (entry & PTE_SPECIAL)
		return false;
	page = phys_to_page(pte_phys(entry));
	return page_test_flag(page, PG_ANON) && atomic_read(&page->refcount) == 1;
}

/* The same, and a page that has a slot besides gives it up for that. */
bool pte_take_sole_copy(pte_t entry)
{
	struct page *page;

	if (pte_is_sole_copy(entry))
		return true;
	if (entry & PTE_SPECIAL)
		return false;
	page = phys_to_page(pte_phys(entry));
	return page_test_flag(page, PG_ANON) && swap_cache_take(page, 1);
}

static void set_writable(struct fault *f)
{
	if (may_write_entry(f))
		*f->pte |= PTE_WRITE | PTE_DIRTY;
	mm_flush_page(f->mm, f->addr);
}

/*
 * After the other side of a fork is gone its pages are the writer's alone again: gives the right to
 * write back to the neighbours too, without a fault for each. pte_lock held.
 */
static void reclaim_neighbours(struct fault *f)
{
	unsigned long below, above;
	pte_t *pte, *last;

	if (!may_write_entry(f))
		return;
	table_neighbours(f, &below, &above);
	pte = f->pte - min(below, AROUND_PAGES / 2);
	last = f->pte + min(above, AROUND_PAGES / 2);
	for (; pte <= last; pte++)
		if ((*pte & (PTE_PRESENT | PTE_WRITE)) == PTE_PRESENT && pte_is_sole_copy(*pte))
			*pte |= PTE_WRITE | PTE_DIRTY;
}

static void copy_entry_page(struct page *copy, pte_t entry)
{
	if (pte_phys(entry) == page_to_phys(zero_page))
		page_zero(copy);
	else
		page_copy(copy, phys_to_page(pte_phys(entry)));
}

static enum fault_result break_cow(struct fault *f, pte_t seen)
{
	struct page *copy;
	bool same;

	spin_lock(&f->mm->pte_lock);
	same = *f->pte == seen;
	if (same && pte_take_sole_copy(seen)) {
		set_writable(f);
		reclaim_neighbours(f);
		spin_unlock(&f->mm->pte_lock);
		return FAULT_OK;
	}
	spin_unlock(&f->mm->pte_lock);
	if (!same)
		return FAULT_OK;
	if (!pfn_valid(pte_phys(seen) >> PAGE_SHIFT))
		return FAULT_BUS; /* private mapping of a device: there is nothing to copy */
	copy = page_alloc(GFP_USER, 0);
	if (!copy)
		return FAULT_OOM;
	spin_lock(&f->mm->pte_lock);
	if (*f->pte == seen) {
		copy_entry_page(copy, seen);
		*f->pte = 0;
		mm_flush_page(f->mm, f->addr);
		install_anon(f, copy);
		pte_forget(f->mm, seen);
		copy = NULL;
	}
	spin_unlock(&f->mm->pte_lock);
	if (copy)
		page_put(copy);
	return FAULT_OK;
}

/* A store to a shared page that is watched for its first store. */
static enum fault_result fault_shared_write(struct fault *f, pte_t seen)
{
	enum fault_result result = FAULT_OK;
	struct page *page = NULL;

	spin_lock(&f->mm->pte_lock);
	if (*f->pte == seen && !(seen & PTE_SPECIAL)) {
		page = phys_to_page(pte_phys(seen));
		page_get(page);
	}
	spin_unlock(&f->mm->pte_lock);
	if (!page)
		return FAULT_OK;
	result = begin_writable(f->vma, page);
	if (result == FAULT_OK) {
		spin_lock(&f->mm->pte_lock);
		if (*f->pte == seen)
			set_writable(f);
		spin_unlock(&f->mm->pte_lock);
		end_writable(f->vma, page);
	}
	page_put(page);
	return result;
}

/* ---- which of them ---- */
static enum fault_result fault_in_entry(struct fault *f)
{
	struct vma *vma = f->vma;
	pte_t seen = READ_ONCE(*f->pte);

	if (!seen) {
		if (vma->ops && vma->ops->fault)
			return fault_mapped(f);
		if (vma->flags & (VM_IO | VM_SPECIAL))
			return FAULT_BUS;
		return fault_anon(f);
	}
	if (unlikely(pte_is_swap(seen)))
		return swap_fault(vma, f->addr, f->pte, seen, f->flags);
	if (unlikely(seen == PTE_LOST))
		return FAULT_BUS;
	if (!(f->flags & FAULT_WRITE) || (seen & PTE_WRITE)) {
		/* Somebody was faster, or the TLB is behind. */
		mm_flush_page(f->mm, f->addr);
		return FAULT_OK;
	}
	return vma->flags & VM_SHARED ? fault_shared_write(f, seen) : break_cow(f, seen);
}

enum fault_result fault_in_vma(struct mm *mm, struct vma *vma, unsigned long addr,
			       unsigned int flags)
{
	struct fault f = { mm, vma, addr & PAGE_MASK, flags, pte_create(mm->pgd, addr) };
	const bool dirties = (flags & FAULT_WRITE) && (vma->flags & VM_SHARED) && vma->mapping &&
			     mapping_tracks_dirty(vma->mapping);
	enum fault_result result;

	if (unlikely(!f.pte))
		return FAULT_OOM;
	if (!vma->mapping)
		return fault_in_entry(&f);
	if (dirties)
		sb_gate_begin(vma->mapping->host->sb, SB_GATE_FAULT);
	/* Truncation waits until the page is mapped, and then finds it. */
	read_lock(&vma->mapping->invalidate_lock);
	result = fault_in_entry(&f);
	read_unlock(&vma->mapping->invalidate_lock);
	if (dirties)
		sb_gate_end(vma->mapping->host->sb, SB_GATE_FAULT);
	return result;
}

bool fault_is_allowed(const struct vma *vma, unsigned int flags)
{
	if (flags & FAULT_FORCE)
		return flags & FAULT_WRITE
			       ? (vma->flags & VM_WRITE) ||
					 ((vma->flags & VM_MAYWRITE) && !(vma->flags & VM_SHARED))
			       : vma->flags & (VM_MAYREAD | VM_READ);
	if (flags & FAULT_WRITE)
		return vma->flags & VM_WRITE;
	/* This MMU knows no execute-only and no write-only pages. */
	return vma->flags & VM_PROT_MASK;
}

int mm_expand_stack(struct vma *vma, unsigned long addr)
{
	struct mm *mm = vma->mm;
	struct vma *prev = vma_prev(vma);
	unsigned long start = addr & PAGE_MASK, grow = (vma->start - start) >> PAGE_SHIFT;
	int err;

	if (start < MMAP_MIN_ADDR)
		return -ENOMEM;
	if (prev && !(prev->flags & VM_GROWSDOWN) && (prev->flags & VM_PROT_MASK) &&
	    start - prev->end < STACK_GUARD_GAP)
		return -ENOMEM;
	if (vma->end - start > rlimit(RLIMIT_STACK) || !mm_may_expand(mm, vma->flags, grow))
		return -ENOMEM;
	err = mm_may_lock(mm, vma->flags, grow);
	if (err || vm_overcommits(mm, vma->flags, grow))
		return -ENOMEM;
	vma->pgoff -= grow;
	vma->start = start;
	vma_adjusted(vma);
	mm_account(mm, vma->flags, false, (long)grow);
	return 0;
}

/* addr lies below a stack: grows it under the write lock. Returns the VMA with the lock held for
 * reading, or NULL with the lock released. */
static struct vma *grow_stack(struct mm *mm, unsigned long addr)
{
	struct vma *vma;

	read_unlock(&mm->mmap_lock);
	write_lock(&mm->mmap_lock);
	vma = vma_find(mm, addr);
	if (!vma ||
	    (vma->start > addr && (!(vma->flags & VM_GROWSDOWN) || mm_expand_stack(vma, addr)))) {
		mm_write_unlock(mm);
		return NULL;
	}
	write_downgrade(&mm->mmap_lock);
	return vma;
}

enum fault_result mm_fault(struct mm *mm, unsigned long addr, unsigned int flags)
{
	enum fault_result result;
	struct vma *vma;

	if (unlikely(addr >= USER_END))
		return FAULT_SEGV_MAPERR;
	read_lock(&mm->mmap_lock);
	vma = vma_find(mm, addr);
	if (unlikely(!vma || vma->start > addr)) {
		if (!vma || !(vma->flags & VM_GROWSDOWN)) {
			read_unlock(&mm->mmap_lock);
			return FAULT_SEGV_MAPERR;
		}
		vma = grow_stack(mm, addr);
		if (!vma)
			return FAULT_SEGV_MAPERR;
	}
	if (likely(fault_is_allowed(vma, flags)))
		result = fault_in_vma(mm, vma, addr, flags);
	else
		result = FAULT_SEGV_ACCERR;
	read_unlock(&mm->mmap_lock);
	current->min_flt++;
	return result;
}
