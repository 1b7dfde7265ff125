/* munmap.c - taking ranges away, and walking the VMAs of a range. */
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

struct vma *vma_cut_range(struct mm *mm, struct vma *first, unsigned long start, unsigned long end)
{
	struct vma *last;

	if (first->start < start) {
		/* A range inside one VMA leaves two: only that adds to the number for good. */
		if (end < first->end && mm->map_count >= MAX_MAP_COUNT)
			return ERR_PTR(-ENOMEM);
		first = vma_split(mm, first, start);
		if (IS_ERR(first))
			return first;
	}
	last = vma_find(mm, end);
	if (last && last->start < end) {
		struct vma *rest = vma_split(mm, last, end);

		if (IS_ERR(rest))
			return rest;
	}
	return first;
}

/* Takes a VMA apart; its file waits for mm_write_unlock(). */
static void vma_unmap(struct mm *mm, struct vma *vma)
{
	mm_account(mm, vma->flags, vma->file, -(long)vma_pages(vma));
	pte_zap_range(mm, vma->start, vma->end, true);
	vma_remove(mm, vma);
	vma_unlink_mapping(vma);
	if (vma->ops && vma->ops->close)
		vma->ops->close(vma);
	if (!vma->file) {
		vma_free(vma);
		return;
	}
	vma->private = mm->doomed;
	mm->doomed = vma;
}

/* Page tables that now map nothing: those between the neighbours of the hole. */
static void free_tables(struct mm *mm, unsigned long start, struct vma *next)
{
	struct vma *prev = next ? vma_prev(next) : NULL;
	unsigned long low, high = next ? next->start : USER_END;

	if (!next) {
		struct rb_node *last = rb_last(&mm->vmas);

		prev = last ? rb_entry(last, struct vma, node) : NULL;
	}
	low = prev ? prev->end : 0;
	/* Only the tables the hole touches can have become empty. */
	low = max(low, start & ~(PGD_SIZE - 1));
	mm_free_tables(mm, low, high);
}

int mm_munmap_locked(struct mm *mm, unsigned long addr, unsigned long len)
{
	unsigned long end;
	struct vma *vma;

	if ((addr & ~PAGE_MASK) || addr > USER_END || len > USER_END - addr)
		return -EINVAL;
	len = (len + PAGE_SIZE - 1) & PAGE_MASK;
	if (!len)
		return -EINVAL;
	end = addr + len;
	vma = vma_find_overlap(mm, addr, end);
	if (!vma)
		return 0;
	vma = vma_cut_range(mm, vma, addr, end);
	if (IS_ERR(vma))
		return (int)PTR_ERR(vma);
	mm_update_peak(mm);
	while (vma && vma->start < end) {
		struct vma *next = vma_next(vma);

		vma_unmap(mm, vma);
		vma = next;
	}
	free_tables(mm, addr, vma);
	return 0;
}

int mm_munmap(unsigned long addr, unsigned long len)
{
	struct mm *mm = current->mm;
	int err;

	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	err = mm_munmap_locked(mm, addr, len);
	mm_write_unlock(mm);
	return err;
}

asmlinkage long sys_munmap(unsigned long addr, size_t len)
{
	return mm_munmap(addr, len);
}

int mm_for_each_vma(struct mm *mm, unsigned long start, unsigned long end, bool cut,
		    int (*fn)(struct vma *vma, unsigned long start, unsigned long end, void *arg),
		    void *arg)
{
	struct vma *vma = vma_find_overlap(mm, start, end);
	unsigned long at = start;
	bool hole = false;
	int err;

	while (vma && vma->start < end) {
		unsigned long stop = min(vma->end, end);

		hole |= vma->start > at;
		at = max(at, vma->start);
		if (cut && (vma->start < at || vma->end > stop)) {
			vma = vma_cut_range(mm, vma, at, stop);
			if (IS_ERR(vma))
				return (int)PTR_ERR(vma);
		}
		err = fn(vma, at, stop, arg);
		if (err)
			return err;
		at = stop;
		/* fn may have merged VMAs. */
		vma = at < end ? vma_find_overlap(mm, at, end) : NULL;
	}
	return hole || at < end ? -ENOMEM : 0;
}
