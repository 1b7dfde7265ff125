/* msync.c - msync, mincore, membarrier. */
#include "map.h"
#include "mm_internal.h"
#include "pte.h"
#include "swap.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

/* Writes the files behind [start, end); locks are dropped around each. */
static int sync_range(struct mm *mm, unsigned long start, unsigned long end, u32 flags)
{
	bool hole = false;
	int err = 0;

	while (start < end && !err) {
		struct file *file = NULL;
		struct vma *vma;
		loff_t offset = 0;
		unsigned long stop;

		read_lock(&mm->mmap_lock);
		vma = vma_find_overlap(mm, start, end);
		if (!vma) {
			read_unlock(&mm->mmap_lock);
			return -ENOMEM;
		}
		hole |= vma->start > start;
		start = max(start, vma->start);
		stop = min(vma->end, end);
		if ((flags & MS_INVALIDATE) && (vma->flags & VM_LOCKED))
			err = -EBUSY;
		if (!err && (flags & MS_SYNC) && vma->file && (vma->flags & VM_SHARED)) {
			file = vma->file;
			file_get(file);
			offset = (loff_t)vma_page_index(vma, start) << PAGE_SHIFT;
		}
		read_unlock(&mm->mmap_lock);
		if (file) {
			loff_t last = offset + (loff_t)(stop - start) - 1;

			if (file->ops->fsync)
				err = file->ops->fsync(file, offset, last, true);
			else if (file->mapping)
				err = mapping_sync(file->mapping, offset, last);
			file_put(file);
		}
		start = stop;
	}
	return err ? err : (hole ? -ENOMEM : 0);
}

asmlinkage long sys_msync(unsigned long addr, size_t len, u32 flags)
{
	unsigned long end;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) || (addr & ~PAGE_MASK))
		return -EINVAL;
	if ((flags & MS_ASYNC) && (flags & MS_SYNC))
		return -EINVAL;
	len = (len + PAGE_SIZE - 1) & PAGE_MASK;
	end = addr + len;
	if (end < addr)
		return -ENOMEM;
	return end == addr ? 0 : sync_range(current->mm, addr, end, flags);
}

/* ---- mincore ---- */
static bool page_is_resident(struct vma *vma, unsigned long addr)
{
	pte_t *pte = pte_lookup(vma->mm->pgd, addr);
	struct page *page;
	bool there;

	if (pte && pte_is_swap(*pte))
		return swap_cache_has(*pte);
	if (pte && *pte)
		return true;
	if (!vma->mapping)
		return false;
	page = pagecache_find(vma->mapping, vma_page_index(vma, addr));
	if (!page)
		return false;
	there = page_test_flag(page, PG_UPTODATE); /* not one that is just being read */
	page_put(page);
	return there;
}

/* Fills in a batch; how many pages were mapped in one go from addr, or -ENOMEM. */
static long mincore_batch(struct mm *mm, unsigned long addr, unsigned long pages, u8 *out)
{
	struct vma *vma = vma_find_overlap(mm, addr, addr + 1);
	unsigned long n;

	if (!vma)
		return -ENOMEM;
	n = min(pages, (vma->end - addr) >> PAGE_SHIFT);
	for (unsigned long i = 0; i < n; i++)
		out[i] = page_is_resident(vma, addr + i * PAGE_SIZE);
	return (long)n;
}

asmlinkage long sys_mincore(unsigned long addr, size_t len, void __user *vec)
{
	struct mm *mm = current->mm;
	unsigned long pages = (len >> PAGE_SHIFT) + ((len & ~PAGE_MASK) != 0);
	u8 batch[256];

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (!user_range_ok((void __user *)addr, len))
		return -ENOMEM;
	if (!user_range_ok(vec, pages))
		return -EFAULT;
	while (pages) {
		long n;

		read_lock(&mm->mmap_lock);
		n = mincore_batch(mm, addr, min_t(unsigned long, pages, sizeof(batch)), batch);
		read_unlock(&mm->mmap_lock);
		if (n <= 0)
			return n;
		if (copy_to_user(vec, batch, (size_t)n))
			return -EFAULT;
		pages -= (unsigned long)n;
		addr += (unsigned long)n << PAGE_SHIFT;
		vec = (char __user *)vec + n;
	}
	return 0;
}

/* One CPU: every thread sees memory in program order. MEMBARRIER_CMD_QUERY says: nothing offered.
 */
asmlinkage long sys_membarrier(int cmd, u32 flags, int cpu)
{
	return cmd || flags ? -EINVAL : 0;
}
