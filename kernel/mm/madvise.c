/* madvise.c - hints, and the orders that are called hints. */
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

static int drop_pages(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	int advice = *(int *)arg;

	if (vma->flags & (VM_LOCKED | VM_IO | VM_SPECIAL))
		return -EINVAL;
	if (advice == MADV_FREE && (vma->mapping || vma->ops))
		return -EINVAL;
	mm_update_peak(vma->mm);
	pte_zap_range(vma->mm, start, end, true);
	return 0;
}

/* Flags that fork and core dumps look at. */
static int change_flags(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	u32 flags = vma->flags;

	switch (*(int *)arg) {
	case MADV_DONTFORK:
		flags |= VM_DONTCOPY;
		break;
	case MADV_DOFORK:
		if (flags & VM_IO)
			return -EINVAL;
		flags &= ~VM_DONTCOPY;
		break;
	case MADV_WIPEONFORK:
		if (vma->file || (flags & VM_SHARED))
			return -EINVAL;
		flags |= VM_WIPEONFORK;
		break;
	case MADV_KEEPONFORK:
		flags &= ~VM_WIPEONFORK;
		break;
	default:
		break;
	}
	if (flags == vma->flags)
		return 0;
	if (vma->start < start || vma->end > end) {
		vma = vma_cut_range(vma->mm, vma, start, end);
		if (IS_ERR(vma))
			return (int)PTR_ERR(vma);
	}
	vma->flags = flags | (vma->flags & VM_HAS_ANON);
	(void)vma_merge(vma->mm, vma);
	return 0;
}

static int no_change(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	return 0;
}

/* Punches a hole into the file behind one VMA; called without mmap_lock, so one piece at a time. */
static int remove_range(struct mm *mm, unsigned long start, unsigned long end)
{
	int err = 0;

	while (start < end && !err) {
		struct file *file = NULL;
		struct vma *vma;
		loff_t offset;
		unsigned long stop;

		read_lock(&mm->mmap_lock);
		vma = vma_find_overlap(mm, start, start + 1);
		stop = vma ? min(vma->end, end) : end;
		if (!vma) {
			err = -ENOMEM;
		} else if ((vma->flags & VM_LOCKED) || !vma->file) {
			err = -EINVAL;
		} else if ((vma->flags & (VM_SHARED | VM_WRITE)) != (VM_SHARED | VM_WRITE)) {
			err = -EACCES;
		} else {
			file = vma->file;
			file_get(file);
			offset = (loff_t)vma_page_index(vma, start) << PAGE_SHIFT;
		}
		read_unlock(&mm->mmap_lock);
		if (err)
			return err;
		err = vfs_fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset,
				    (loff_t)(stop - start));
		file_put(file);
		start = stop;
	}
	return err;
}

static int populate_range(struct mm *mm, unsigned long start, unsigned long end, bool write)
{
	for (; start < end; start += PAGE_SIZE) {
		enum fault_result result = mm_fault(mm, start, write ? FAULT_WRITE : 0);

		if (result == FAULT_SEGV_MAPERR || result == FAULT_OOM)
			return -ENOMEM;
		if (result == FAULT_SEGV_ACCERR)
			return -EINVAL;
		if (result != FAULT_OK)
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static bool advice_is_known(int advice)
{
	switch (advice) {
	case MADV_HUGEPAGE: /* as on a Linux without PAE: no huge pages */
	case MADV_NOHUGEPAGE:
		return false;
	default:
		return (advice >= MADV_NORMAL && advice <= MADV_DONTNEED) ||
		       (advice >= MADV_FREE && advice <= MADV_POPULATE_WRITE);
	}
}

static int advise(struct mm *mm, unsigned long start, unsigned long end, int advice)
{
	int err;

	switch (advice) {
	case MADV_REMOVE:
		return remove_range(mm, start, end);
	case MADV_POPULATE_READ:
	case MADV_POPULATE_WRITE:
		return populate_range(mm, start, end, advice == MADV_POPULATE_WRITE);
	case MADV_DONTNEED:
	case MADV_FREE:
		read_lock(&mm->mmap_lock);
		err = mm_for_each_vma(mm, start, end, false, drop_pages, &advice);
		read_unlock(&mm->mmap_lock);
		return err;
	case MADV_DONTFORK:
	case MADV_DOFORK:
	case MADV_WIPEONFORK:
	case MADV_KEEPONFORK:
		if (write_lock_killable(&mm->mmap_lock))
			return -EINTR;
		err = mm_for_each_vma(mm, start, end, false, change_flags, &advice);
		mm_write_unlock(mm);
		return err;
	default:
		read_lock(&mm->mmap_lock);
		err = mm_for_each_vma(mm, start, end, false, no_change, NULL);
		read_unlock(&mm->mmap_lock);
		return err;
	}
}

asmlinkage long sys_madvise(unsigned long addr, size_t len, int advice)
{
	size_t rounded = (len + PAGE_SIZE - 1) & PAGE_MASK;

	if (!advice_is_known(advice) || (addr & ~PAGE_MASK))
		return -EINVAL;
	if ((len && !rounded) || addr + rounded < addr)
		return -EINVAL;
	if (!rounded)
		return 0;
	return advise(current->mm, addr, addr + rounded, advice);
}
