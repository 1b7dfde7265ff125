/*
 * mlock.c - pages that stay. A locked file mapping is what reclaim does not unmap (VM_LOCKED);
 * private pages are marked in their entries, which is where swap looks. Locking faults everything
 * in.
 */
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

#define MLOCK_ONFAULT 1u

/* arg: the new state of VM_LOCKED. */
static int lock_vma(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	struct mm *mm = vma->mm;
	u32 want = *(u32 *)arg;
	unsigned long pages = (end - start) >> PAGE_SHIFT;

	if ((vma->flags & VM_LOCKED) == want || (vma->flags & (VM_IO | VM_SPECIAL)))
		return 0;
	if (vma->start < start || vma->end > end) {
		vma = vma_cut_range(mm, vma, start, end);
		if (IS_ERR(vma))
			return (int)PTR_ERR(vma);
	}
	vma->flags = (vma->flags & ~VM_LOCKED) | want;
	pte_mlock_range(mm, vma->start, vma->end, want);
	mm->locked_vm += want ? pages : -pages;
	(void)vma_merge(mm, vma);
	return 0;
}

static int change_range(struct mm *mm, unsigned long start, unsigned long end, u32 want)
{
	return mm_for_each_vma(mm, start, end, false, lock_vma, &want);
}

static int count_locked(struct vma *vma, unsigned long start, unsigned long end, void *arg)
{
	if (vma->flags & VM_LOCKED)
		*(unsigned long *)arg += (end - start) >> PAGE_SHIFT;
	return 0;
}

/* What is locked already in the range does not count twice. */
static bool within_limit(struct mm *mm, unsigned long start, unsigned long end)
{
	unsigned long limit = (unsigned long)min_t(u64, rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT, ~0ul);
	unsigned long want = mm->locked_vm + ((end - start) >> PAGE_SHIFT), already = 0;

	if (want <= limit || capable(CAP_IPC_LOCK))
		return true;
	(void)mm_for_each_vma(mm, start, end, false, count_locked, &already);
	return want - already <= limit;
}

/* mlock() takes any address: the pages that hold the bytes. False: it wraps. */
static bool page_range(unsigned long *addr, size_t *len)
{
	unsigned long offset = *addr & ~PAGE_MASK;

	if (*len > ~0ul - offset - (PAGE_SIZE - 1))
		return false;
	*len = (*len + offset + PAGE_SIZE - 1) & PAGE_MASK;
	*addr -= offset;
	return *addr + *len >= *addr;
}

static long lock_range(unsigned long addr, size_t len, bool populate)
{
	struct mm *mm = current->mm;
	int err = -ENOMEM;

	if (!mlock_is_allowed())
		return -EPERM;
	if (!page_range(&addr, &len))
		return -EINVAL;
	if (!len)
		return 0;
	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	if (within_limit(mm, addr, addr + len))
		err = change_range(mm, addr, addr + len, VM_LOCKED);
	mm_write_unlock(mm);
	if (err || !populate)
		return err;
	err = mm_populate(mm, addr, len);
	/* As POSIX names them. */
	if (err == -EFAULT)
		return -ENOMEM;
	return err == -ENOMEM ? -EAGAIN : err;
}

asmlinkage long sys_mlock(unsigned long addr, size_t len)
{
	return lock_range(addr, len, true);
}

asmlinkage long sys_mlock2(unsigned long addr, size_t len, u32 flags)
{
	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	return lock_range(addr, len, !(flags & MLOCK_ONFAULT));
}

asmlinkage long sys_munlock(unsigned long addr, size_t len)
{
	struct mm *mm = current->mm;
	int err;

	if (!page_range(&addr, &len))
		return -EINVAL;
	if (!len)
		return 0;
	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	err = change_range(mm, addr, addr + len, 0);
	mm_write_unlock(mm);
	return err;
}

/* Holes between mappings are no error here. */
static void change_all(struct mm *mm, u32 want)
{
	(void)change_range(mm, 0, USER_END, want);
}

static void populate_all(struct mm *mm)
{
	unsigned long at = 0;

	for (;;) {
		unsigned long start, end;
		struct vma *vma;

		read_lock(&mm->mmap_lock);
		vma = vma_find(mm, at);
		start = vma ? vma->start : 0;
		end = vma ? vma->end : 0;
		read_unlock(&mm->mmap_lock);
		if (!vma)
			return;
		(void)mm_populate(mm, start, end - start);
		at = end;
	}
}

asmlinkage long sys_mlockall(u32 flags)
{
	struct mm *mm = current->mm;
	u64 limit = rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	long err = 0;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	if (!mlock_is_allowed())
		return -EPERM;
	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	if ((flags & MCL_CURRENT) && mm->total_vm > limit && !capable(CAP_IPC_LOCK)) {
		err = -ENOMEM;
	} else {
		mm->lock_future = flags & MCL_FUTURE;
		if (flags & MCL_CURRENT)
			change_all(mm, VM_LOCKED);
	}
	mm_write_unlock(mm);
	if (!err && (flags & MCL_CURRENT) && !(flags & MCL_ONFAULT))
		populate_all(mm);
	return err;
}

asmlinkage long sys_munlockall(void)
{
	struct mm *mm = current->mm;

	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	mm->lock_future = false;
	change_all(mm, 0);
	mm_write_unlock(mm);
	return 0;
}
