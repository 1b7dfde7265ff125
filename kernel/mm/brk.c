/* brk.c - the program break. */
#include "map.h"
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define BRK_FLAGS (VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_ACCOUNT)

int mm_brk_setup_locked(struct mm *mm, unsigned long addr, unsigned long len)
{
	u32 flags = BRK_FLAGS | (mm->lock_future ? VM_LOCKED : 0);
	int err;

	len = (len + PAGE_SIZE - 1) & PAGE_MASK;
	if (!len)
		return 0;
	if ((addr & ~PAGE_MASK) || len > USER_END || addr > USER_END - len)
		return -EINVAL;
	err = mm_may_lock(mm, flags, len >> PAGE_SHIFT);
	if (!err && vma_find_overlap(mm, addr, addr + len))
		err = mm_munmap_locked(mm, addr, len);
	if (err)
		return err;
	if (mm->map_count > MAX_MAP_COUNT || !mm_may_expand(mm, flags, len >> PAGE_SHIFT) ||
	    mm_overcommits(mm, len >> PAGE_SHIFT))
		return -ENOMEM;
	return mm_map_anon_locked(mm, addr, len, flags);
}

/* The heap may not reach the next mapping: a page stays between. */
static bool room_to_grow(struct mm *mm, unsigned long from, unsigned long to)
{
	struct vma *next = vma_find_overlap(mm, from, USER_END);

	return to <= USER_END - PAGE_SIZE && (!next || to + PAGE_SIZE <= vma_start_gap(next));
}

/* True when the break is where it was asked to be. *populate: pages that are to be locked in. */
static bool set_break(struct mm *mm, unsigned long brk, bool *populate)
{
	unsigned long old_end = (mm->brk + PAGE_SIZE - 1) & PAGE_MASK;
	unsigned long new_end = (brk + PAGE_SIZE - 1) & PAGE_MASK;
	u64 limit = rlimit(RLIMIT_DATA);

	if (brk < mm->start_brk || brk > USER_END)
		return false;
	if ((u64)(brk - mm->start_brk) + (mm->end_data - mm->start_data) > limit)
		return false;
	if (new_end < old_end && mm_munmap_locked(mm, new_end, old_end - new_end))
		return false;
	if (new_end > old_end) {
		if (!room_to_grow(mm, old_end, new_end) ||
		    mm_brk_setup_locked(mm, old_end, new_end - old_end))
			return false;
		*populate = mm->lock_future;
	}
	mm->brk = brk;
	return true;
}

asmlinkage long sys_brk(unsigned long addr)
{
	struct mm *mm = current->mm;
	bool populate = false;
	unsigned long old, brk;

	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	old = mm->brk;
	(void)set_break(mm, addr, &populate);
	brk = mm->brk;
	mm_write_unlock(mm);
	if (populate)
		(void)mm_populate(mm, (old + PAGE_SIZE - 1) & PAGE_MASK,
				  ((brk + PAGE_SIZE - 1) & PAGE_MASK) -
					  ((old + PAGE_SIZE - 1) & PAGE_MASK));
	return (long)brk;
}
