/* pte.c - see pte.h. */
#include "pte.h"
#include "mm_internal.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/task.h>

#define FLUSH_ALL_FROM 8u /* so many pages are flushed cheaper at one blow */

struct page *zero_page;

bool mm_is_loaded(const struct mm *mm)
{
	return current && current->active_mm == mm;
}

void mm_flush_page(const struct mm *mm, unsigned long addr)
{
	if (mm_is_loaded(mm))
		tlb_flush_page(addr);
}

void mm_flush(const struct mm *mm)
{
	if (mm_is_loaded(mm))
		tlb_flush_all();
}

static inline unsigned long table_end(unsigned long addr, unsigned long end)
{
	unsigned long next = (addr & ~(PGD_SIZE - 1)) + PGD_SIZE;

	return min(next, end);
}

static struct atomic *rss_of(struct mm *mm, const struct page *page)
{
	if (page_test_flag(page, PG_ANON))
		return &mm->rss_anon;
	return page_test_flag(page, PG_UNEVICTABLE) ? &mm->rss_shmem : &mm->rss_file;
}

void pte_install(struct mm *mm, pte_t *pte, struct page *page, bool write)
{
	DEBUG_ASSERT(!*pte);
	if (atomic_add(&page->mapcount, 1) == 1)
		page_use_add(page_test_flag(page, PG_ANON) ? USE_ANON : USE_MAPPED, 1);
	atomic_inc(rss_of(mm, page));
	*pte = page_to_phys(page) | pte_user_flags(write);
}

void pte_forget(struct mm *mm, pte_t entry)
{
	struct page *page;

	if (entry & PTE_SPECIAL)
		return;
	page = phys_to_page(pte_phys(entry));
	(void)atomic_add(rss_of(mm, page), -1);
	if (atomic_dec_and_test(&page->mapcount))
		page_use_add(page_test_flag(page, PG_ANON) ? USE_ANON : USE_MAPPED, -1);
	swap_page_put(page);
}

void pte_finish(const struct vma *vma, pte_t *pte)
{
	/* A forced access may bring a page into memory without access rights: kept, but not
	 * present. */
	if (unlikely(!(vma->flags & VM_PROT_MASK)))
		*pte &= ~(PTE_PRESENT | PTE_WRITE);
	if (unlikely(vma->flags & VM_LOCKED) && !(*pte & PTE_SPECIAL))
		*pte |= PTE_MLOCK;
}

void mm_free_tables(struct mm *mm, unsigned long start, unsigned long end)
{
	spin_lock(&mm->pte_lock);
	pte_free_tables(mm->pgd, start, end);
	spin_unlock(&mm->pte_lock);
}

/* ---- unmapping ---- */
struct zap {
	struct mm *mm;
	bool even_cow;
	int anon, file, shmem, swapped; /* entries gone, by kind */
	int anon_pages, mapped;		/* pages whose last entry went */
	unsigned int flush;
};

static void zap_page(struct zap *z, struct page *page)
{
	bool last = atomic_dec_and_test(&page->mapcount);

	if (page_test_flag(page, PG_ANON)) {
		z->anon++;
		z->anon_pages += last;
	} else {
		if (page_test_flag(page, PG_UNEVICTABLE))
			z->shmem++;
		else
			z->file++;
		z->mapped += last;
	}
	swap_page_put(page);
}

static void zap_table(struct zap *z, pte_t *pte, unsigned int n)
{
	for (; n; n--, pte++) {
		pte_t entry = *pte;
		struct page *page;

		if (!entry)
			continue;
		if (pte_is_swap(entry)) {
			if (z->even_cow) {
				*pte = 0;
				swap_entry_unuse(entry);
				z->swapped++;
			}
			continue;
		}
		if (entry & PTE_SPECIAL) {
			*pte = 0;
			z->flush++;
			continue;
		}
		page = phys_to_page(pte_phys(entry));
		if (!z->even_cow && page_test_flag(page, PG_ANON))
			continue;
		*pte = 0;
		z->flush++;
		zap_page(z, page);
	}
}

static void zap_account(struct zap *z)
{
	if (z->anon)
		(void)atomic_add(&z->mm->rss_anon, -z->anon);
	if (z->file)
		(void)atomic_add(&z->mm->rss_file, -z->file);
	if (z->shmem)
		(void)atomic_add(&z->mm->rss_shmem, -z->shmem);
	if (z->swapped)
		(void)atomic_add(&z->mm->swapped, -z->swapped);
	if (z->anon_pages)
		page_use_add(USE_ANON, -z->anon_pages);
	if (z->mapped)
		page_use_add(USE_MAPPED, -z->mapped);
}

static void flush_range(const struct mm *mm, unsigned long start, unsigned long end,
			unsigned int changed)
{
	if (!changed || !mm_is_loaded(mm))
		return;
	if ((end - start) >> PAGE_SHIFT > FLUSH_ALL_FROM) {
		tlb_flush_all();
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		tlb_flush_page(start);
}

void pte_zap_range(struct mm *mm, unsigned long start, unsigned long end, bool even_cow)
{
	unsigned long addr, next;
	struct zap z = { .mm = mm, .even_cow = even_cow };
	unsigned int before = 0;

	for (addr = start; addr < end; addr = next) {
		pte_t *pte;

		next = table_end(addr, end);
		pte = pte_lookup(mm->pgd, addr);
		if (!pte)
			continue;
		spin_lock(&mm->pte_lock);
		zap_table(&z, pte, (unsigned int)((next - addr) >> PAGE_SHIFT));
		flush_range(mm, addr, next, z.flush - before);
		spin_unlock(&mm->pte_lock);
		before = z.flush;
	}
	zap_account(&z);
}

/* ---- protection ---- */
/* May the only user of a private copy write to it at once, without a fault to find that out? */
static bool sole_owner(const struct vma *vma, pte_t entry)
{
	struct page *page;

	if ((vma->flags & (VM_WRITE | VM_SHARED)) != VM_WRITE || (entry & PTE_SPECIAL))
		return false;
	page = phys_to_page(pte_phys(entry));
	return page_test_flag(page, PG_ANON) && atomic_read(&page->refcount) == 1;
}

/*
 * The entry under the VMA's flags. Without any access it is kept, not present (the kernel itself
 * would not heed PTE_USER); otherwise the right to write comes back by a fault where it must.
 */
static pte_t protect_entry(const struct vma *vma, pte_t entry)
{
	if (!(vma->flags & VM_PROT_MASK))
		return entry & ~(PTE_PRESENT | PTE_WRITE);
	entry |= PTE_PRESENT;
	if (!(vma->flags & VM_WRITE))
		return entry & ~PTE_WRITE;
	return sole_owner(vma, entry) ? entry | PTE_WRITE | PTE_DIRTY : entry;
}

void pte_protect_range(struct vma *vma, unsigned long start, unsigned long end)
{
	struct mm *mm = vma->mm;
	unsigned long addr = start, next;

	for (; addr < end; addr = next) {
		pte_t *pte = pte_lookup(mm->pgd, addr);
		unsigned int changed = 0;

		next = table_end(addr, end);
		if (!pte)
			continue;
		spin_lock(&mm->pte_lock);
		for (unsigned long n = (next - addr) >> PAGE_SHIFT; n; n--, pte++) {
			pte_t entry = *pte, new;

			if (!entry || pte_is_swap(entry) || entry == PTE_LOST)
				continue;
			new = protect_entry(vma, entry);
			if (new != entry) {
				*pte = new;
				changed++;
			}
		}
		flush_range(mm, addr, next, changed);
		spin_unlock(&mm->pte_lock);
	}
}

/* ---- mlock ---- */
void pte_mlock_range(struct mm *mm, unsigned long start, unsigned long end, bool stay)
{
	unsigned long addr, next;

	for (addr = start; addr < end; addr = next) {
		pte_t *pte = pte_lookup(mm->pgd, addr);

		next = table_end(addr, end);
		if (!pte)
			continue;
		spin_lock(&mm->pte_lock);
		for (unsigned long n = (next - addr) >> PAGE_SHIFT; n; n--, pte++)
			if (*pte && !pte_is_swap(*pte) && !(*pte & PTE_SPECIAL))
				*pte = stay ? *pte | PTE_MLOCK : *pte & ~PTE_MLOCK;
		spin_unlock(&mm->pte_lock);
	}
}

/* ---- fork ---- */
/*
 * Must the child be given entries? Pages of a file or of shared memory come back by a fault, at no
 * cost for the many that never touch them; private copies and the kernel's own pages do not.
 */
static bool must_copy(const struct vma *vma)
{
	if (vma->flags & (VM_IO | VM_SPECIAL))
		return true;
	if (vma->flags & VM_SHARED)
		return false;
	return vma->flags & VM_HAS_ANON;
}

/* Copies n entries; `cow` takes the right to write from both. 0 or -ENOMEM. */
static int copy_table(struct mm *child, pte_t *to, pte_t *from, unsigned int n, bool cow)
{
	int anon = 0, swapped = 0, err = 0;

	for (; n && !err; n--, from++, to++) {
		pte_t entry = *from;
		struct page *page;

		if (!entry)
			continue;
		if (pte_is_swap(entry)) {
			if (swap_entry_use(entry)) {
				swapped++;
				*to = entry;
			} else {
				err = -ENOMEM;
			}
			continue;
		}
		if (entry & PTE_SPECIAL) {
			/* The zero page is found again by the next fault. */
			if (pte_phys(entry) != page_to_phys(zero_page))
				*to = entry;
			continue;
		}
		page = phys_to_page(pte_phys(entry));
		if (!page_test_flag(page, PG_ANON))
			continue;
		if (cow && (entry & PTE_WRITE)) {
			entry &= ~PTE_WRITE;
			*from = entry;
		}
		atomic_inc(&page->refcount);
		atomic_inc(&page->mapcount);
		anon++;
		*to = entry & ~PTE_MLOCK; /* locks are not inherited */
	}
	if (anon)
		(void)atomic_add(&child->rss_anon, anon);
	if (swapped)
		(void)atomic_add(&child->swapped, swapped);
	return err;
}

int pte_copy_vma(struct mm *child, struct mm *parent, struct vma *vma)
{
	unsigned long addr = vma->start, next;
	bool cow = !(vma->flags & (VM_SHARED | VM_IO | VM_SPECIAL));
	int err;

	if (!must_copy(vma))
		return 0;
	for (; addr < vma->end; addr = next) {
		pte_t *from = pte_lookup(parent->pgd, addr), *to;

		next = table_end(addr, vma->end);
		if (!from)
			continue;
		to = pte_create(child->pgd, addr);
		if (!to)
			return -ENOMEM;
		spin_lock(&parent->pte_lock);
		err = copy_table(child, to, from, (unsigned int)((next - addr) >> PAGE_SHIFT), cow);
		spin_unlock(&parent->pte_lock);
		if (err)
			return err;
	}
	return 0;
}

/* ---- mremap ---- */
int pte_move_range(struct mm *mm, unsigned long from, unsigned long to, unsigned long len)
{
	unsigned long done = 0;

	while (done < len) {
		unsigned long next = table_end(from + done, from + len) - from;
		pte_t *old = pte_lookup(mm->pgd, from + done), *new;

		next = min(next, table_end(to + done, to + len) - to);
		if (old) {
			new = pte_create(mm->pgd, to + done);
			if (!new)
				return -ENOMEM;
			spin_lock(&mm->pte_lock);
			for (unsigned long n = (next - done) >> PAGE_SHIFT; n; n--, old++, new ++) {
				*new = *old;
				*old = 0;
			}
			flush_range(mm, from + done, from + next, 1);
			spin_unlock(&mm->pte_lock);
		}
		done = next;
	}
	return 0;
}
