/*
 * access.c - user pages reached on behalf of others: ptrace and /proc/PID/mem, pinned pages,
 * populating. The pages are faulted in as the program itself would.
 */
#include "fault.h"
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/pagecache.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define FAULT_TRIES 8u /* another thread may take the page away again */

/* The page at addr, referenced; faults it in. `force`: see ACCESS_FORCE. 0, -EFAULT, -ENOMEM. */
static int get_page_locked(struct mm *mm, unsigned long addr, bool write, bool force,
			   struct page **page)
{
	struct vma *vma = vma_find(mm, addr);
	unsigned int flags = (write ? FAULT_WRITE : 0) | (force ? FAULT_FORCE : 0);

	if (!vma || vma->start > addr || (vma->flags & VM_IO) || !fault_is_allowed(vma, flags))
		return -EFAULT;
	for (unsigned int tries = 0; tries < FAULT_TRIES; tries++) {
		enum fault_result result;
		pte_t *pte = pte_lookup(mm->pgd, addr), entry;

		spin_lock(&mm->pte_lock);
		entry = pte ? *pte : 0;
		/* A forced store wants a private copy, which stays read-only. */
		if (entry && entry != PTE_LOST && !pte_is_swap(entry) &&
		    (!write || (entry & PTE_WRITE) ||
		     (!(vma->flags & VM_WRITE) && pte_take_sole_copy(entry)))) {
			*page = phys_to_page(pte_phys(entry));
			if (!page_test_flag(*page, PG_RESERVED))
				page_get(*page);
			spin_unlock(&mm->pte_lock);
			return 0;
		}
		spin_unlock(&mm->pte_lock);
		result = fault_in_vma(mm, vma, addr, flags);
		if (result == FAULT_OOM)
			return -ENOMEM;
		if (result != FAULT_OK)
			return -EFAULT;
	}
	return -EFAULT;
}

static void put_page(struct page *page)
{
	if (!page_test_flag(page, PG_RESERVED))
		page_put(page);
}

int mm_get_user_page(unsigned long addr, bool write, struct page **page)
{
	struct mm *mm = current->mm;
	int err;

	if (addr >= USER_END)
		return -EFAULT;
	read_lock(&mm->mmap_lock);
	err = get_page_locked(mm, addr, write, false, page);
	/* Pages of the kernel itself are not to be pinned. */
	if (!err && page_test_flag(*page, PG_RESERVED))
		err = -EFAULT;
	read_unlock(&mm->mmap_lock);
	return err;
}

static void copy_part(struct page *page, size_t offset, char *buf, size_t n, bool write)
{
	char *va = kmap_local(page);

	if (write)
		memcpy(va + offset, buf, n);
	else
		memcpy(buf, va + offset, n);
	kunmap_local(va);
	if (write)
		page_mark_dirty(page);
}

/* addr lies below a stack: lets it grow as a fault of the program would. mmap_lock not held. */
static void grow_stack_to(struct mm *mm, unsigned long addr)
{
	struct vma *vma;
	bool below;

	read_lock(&mm->mmap_lock);
	vma = vma_find(mm, addr);
	below = vma && vma->start > addr && (vma->flags & VM_GROWSDOWN);
	read_unlock(&mm->mmap_lock);
	if (below)
		(void)mm_fault(mm, addr, 0);
}

size_t mm_access(struct mm *mm, unsigned long addr, void *buf, size_t len, unsigned int flags)
{
	bool write = flags & ACCESS_WRITE;
	size_t done = 0;

	if (len && addr < USER_END)
		grow_stack_to(mm, addr);
	read_lock(&mm->mmap_lock);
	while (done < len && addr < USER_END) {
		size_t offset = addr & ~PAGE_MASK;
		size_t n = min_t(size_t, len - done, PAGE_SIZE - offset);
		struct page *page;

		if (get_page_locked(mm, addr, write, flags & ACCESS_FORCE, &page))
			break;
		copy_part(page, offset, (char *)buf + done, n, write);
		put_page(page);
		done += n;
		addr += n;
	}
	read_unlock(&mm->mmap_lock);
	return done;
}

/* One page of a VMA, as MAP_POPULATE wants it: private writable memory gets its copy at once. */
static int populate_page(struct mm *mm, unsigned long addr)
{
	struct vma *vma = vma_find(mm, addr);
	unsigned int flags = 0;
	pte_t *pte;

	if (!vma || vma->start > addr)
		return -ENOMEM;
	if (vma->flags & (VM_IO | VM_SPECIAL))
		return 0;
	if (!(vma->flags & VM_PROT_MASK))
		return -EFAULT;
	if ((vma->flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		flags = FAULT_WRITE;
	pte = pte_lookup(mm->pgd, addr);
	if (pte && pte_present(*pte) && (!flags || (*pte & PTE_WRITE)))
		return 0;
	switch (fault_in_vma(mm, vma, addr, flags)) {
	case FAULT_OK:
		return 0;
	case FAULT_OOM:
		return -ENOMEM;
	default:
		return -EFAULT;
	}
}

int mm_populate(struct mm *mm, unsigned long start, unsigned long len)
{
	int err = 0;

	for (unsigned long addr = start; addr < start + len && !err; addr += PAGE_SIZE) {
		read_lock(&mm->mmap_lock);
		err = populate_page(mm, addr);
		read_unlock(&mm->mmap_lock);
		if (!err && fatal_signal_pending(current))
			err = -EINTR;
	}
	return err;
}
