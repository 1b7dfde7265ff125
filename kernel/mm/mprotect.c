/* mprotect.c */
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

/* VM_MAYREAD ... are VM_READ ... four bits up. */
#define MAY_SHIFT 4

static int protect_vma(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	struct mm *mm = vma->mm;
	u32 prot = *(u32 *)arg, flags = (vma->flags & ~VM_PROT_MASK) | prot;
	unsigned long pages = (end - start) >> PAGE_SHIFT;

	if (prot & ~(vma->flags >> MAY_SHIFT) & VM_PROT_MASK)
		return -EACCES;
	if (flags == vma->flags)
		return 0;
	if (vm_is_data(flags) && !vm_is_data(vma->flags) &&
	    mm->data_vm + pages > rlimit(RLIMIT_DATA) >> PAGE_SHIFT)
		return -ENOMEM;
	/* What was once writable stays promised: its copies are there. */
	if (vm_is_accountable(flags) && !(vma->flags & (VM_ACCOUNT | VM_WRITE))) {
		flags |= VM_ACCOUNT;
		if (mm_overcommits(mm, pages))
			return -ENOMEM;
	}
	if (vma->start < start || vma->end > end) {
		vma = vma_cut_range(mm, vma, start, end);
		if (IS_ERR(vma))
			return (int)PTR_ERR(vma);
	}
	mm_account(mm, vma->flags, vma->file, -(long)pages);
	vma->flags = flags | (vma->flags & VM_HAS_ANON);
	mm_account(mm, vma->flags, vma->file, (long)pages);
	pte_protect_range(vma, start, end);
	(void)vma_merge(mm, vma);
	return 0;
}

/* PROT_GROWSDOWN extends the change to the start of a stack. */
static int grow_range(struct mm *mm, unsigned long *start, unsigned long end, u32 grows)
{
	struct vma *vma = vma_find(mm, *start);

	if (!vma)
		return -ENOMEM;
	if (grows & PROT_GROWSDOWN) {
		if (vma->start >= end)
			return -ENOMEM;
		if (!(vma->flags & VM_GROWSDOWN))
			return -EINVAL;
		*start = vma->start;
	} else if (vma->start > *start) {
		return -ENOMEM;
	} else if (grows & PROT_GROWSUP) {
		return -EINVAL; /* no stack of this machine does */
	}
	return 0;
}

static int protect_range(struct mm *mm, unsigned long start, unsigned long end, u32 prot)
{
	u32 grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP), vm_prot = prot & VM_PROT_MASK;
	int err = grow_range(mm, &start, end, grows);

	return err ? err : mm_for_each_vma(mm, start, end, false, protect_vma, &vm_prot);
}

asmlinkage long sys_mprotect(unsigned long addr, size_t len, u32 prot)
{
	const u32 grows = PROT_GROWSDOWN | PROT_GROWSUP;
	struct mm *mm = current->mm;
	int err;

	if ((prot & grows) == grows || (addr & ~PAGE_MASK))
		return -EINVAL;
	if (!len)
		return 0;
	len = (len + PAGE_SIZE - 1) & PAGE_MASK;
	if (!len || addr + len <= addr)
		return -ENOMEM;
	if (prot & ~(grows | PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM))
		return -EINVAL;
	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	err = protect_range(mm, addr, addr + len, prot);
	mm_write_unlock(mm);
	return err;
}
