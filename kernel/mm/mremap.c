/* mremap.c - growing, shrinking and moving a mapping. */
#include "map.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

struct move {
	struct mm *mm;
	unsigned long addr, old_len, new_addr, new_len;
	u32 flags;
	bool populate; /* out: locked memory grew */
};

/* May [addr, addr + old_len) become new_len long? The VMA, or ERR_PTR. */
static struct vma *check_resize(const struct move *m)
{
	struct vma *vma = vma_find_overlap(m->mm, m->addr, m->addr + 1);
	unsigned long grow;
	int err;

	if (!vma)
		return ERR_PTR(-EFAULT);
	if (!m->old_len && !(vma->flags & (VM_SHARED | VM_MAYSHARE)))
		return ERR_PTR(-EINVAL);
	if ((m->flags & MREMAP_DONTUNMAP) && (vma->flags & (VM_DONTEXPAND | VM_IO)))
		return ERR_PTR(-EINVAL);
	if (m->old_len > vma->end - m->addr)
		return ERR_PTR(-EFAULT);
	if (m->new_len == m->old_len)
		return vma;
	grow = (m->new_len - m->old_len) >> PAGE_SHIFT;
	if (vma_page_index(vma, m->addr) + (m->new_len >> PAGE_SHIFT) <
	    vma_page_index(vma, m->addr))
		return ERR_PTR(-EINVAL);
	if (vma->flags & (VM_DONTEXPAND | VM_IO))
		return ERR_PTR(-EFAULT);
	err = mm_may_lock(m->mm, vma->flags, grow);
	if (err)
		return ERR_PTR(err);
	if (!mm_may_expand(m->mm, vma->flags, grow))
		return ERR_PTR(-ENOMEM);
	if (vm_overcommits(m->mm, vma->flags, grow))
		return ERR_PTR(-ENOMEM);
	return vma;
}

static void fill_copy(struct vma *copy, const struct vma *vma, const struct move *m)
{
	copy->start = m->new_addr;
	copy->end = m->new_addr + m->new_len;
	copy->flags = vma->flags;
	copy->pgoff = vma_page_index(vma, m->addr);
	copy->file = vma->file;
	copy->mapping = vma->mapping;
	copy->ops = vma->ops;
	copy->private = vma->private;
}

/* The range at new_addr is free. Returns new_addr or -errno. */
static unsigned long move_vma(struct move *m, struct vma *vma)
{
	struct mm *mm = m->mm;
	unsigned long moved = min(m->old_len, m->new_len);
	struct vma *copy;
	int err;

	if (mm->map_count >= MAX_MAP_COUNT - 3)
		return (unsigned long)-ENOMEM;
	copy = vma_alloc(mm);
	if (!copy)
		return (unsigned long)-ENOMEM;
	fill_copy(copy, vma, m);
	vma_insert(mm, copy);
	vma_hold(copy);
	mm_account(mm, copy->flags, copy->file, (long)vma_pages(copy));
	err = pte_move_range(mm, m->addr, m->new_addr, moved);
	if (err) {
		/* Back with what was moved: those tables exist. */
		(void)pte_move_range(mm, m->new_addr, m->addr, moved);
		(void)mm_munmap_locked(mm, m->new_addr, m->new_len);
		return (unsigned long)err;
	}
	m->populate = copy->flags & VM_LOCKED;
	if (m->flags & MREMAP_DONTUNMAP) {
		if (vma->flags & VM_LOCKED)
			mm->locked_vm -= vma_pages(vma);
		vma->flags &= ~VM_LOCKED;
		return m->new_addr;
	}
	if (m->old_len && mm_munmap_locked(mm, m->addr, m->old_len))
		return (unsigned long)-ENOMEM;
	(void)vma_merge(mm, copy);
	return m->new_addr;
}

/* To an address of the caller's choice, or away from pages that stay mapped. */
static unsigned long move_to(struct move *m)
{
	struct mm *mm = m->mm;
	struct vma *vma;
	int err;

	if ((m->new_addr & ~PAGE_MASK) || m->new_len > USER_END ||
	    m->new_addr > USER_END - m->new_len)
		return (unsigned long)-EINVAL;
	if (m->addr + m->old_len > m->new_addr && m->new_addr + m->new_len > m->addr)
		return (unsigned long)-EINVAL;
	if (mm->map_count + 2 >= MAX_MAP_COUNT - 3)
		return (unsigned long)-ENOMEM;
	if (m->flags & MREMAP_FIXED) {
		err = mm_munmap_locked(mm, m->new_addr, m->new_len);
		if (err)
			return (unsigned long)err;
	}
	if (m->old_len > m->new_len) {
		err = mm_munmap_locked(mm, m->addr + m->new_len, m->old_len - m->new_len);
		if (err)
			return (unsigned long)err;
		m->old_len = m->new_len;
	}
	vma = check_resize(m);
	if (IS_ERR(vma))
		return (unsigned long)PTR_ERR(vma);
	if ((m->flags & MREMAP_DONTUNMAP) &&
	    (!mm_may_expand(mm, vma->flags, m->old_len >> PAGE_SHIFT) ||
	     vm_overcommits(mm, vma->flags, m->old_len >> PAGE_SHIFT)))
		return (unsigned long)-ENOMEM;
	m->new_addr = mm_unmapped_area(mm, m->new_addr, m->new_len,
				       m->flags & MREMAP_FIXED ? MAP_FIXED : 0);
	return addr_is_error(m->new_addr) ? m->new_addr : move_vma(m, vma);
}

static bool grow_in_place(struct move *m, struct vma *vma)
{
	unsigned long grow = m->new_len - m->old_len;
	struct vma *next = vma_next(vma);

	if (m->old_len != vma->end - m->addr || grow > USER_END - vma->end)
		return false;
	if (next && vma->end + grow > vma_start_gap(next))
		return false;
	vma->end += grow;
	vma_adjusted(vma);
	mm_account(m->mm, vma->flags, vma->file, (long)(grow >> PAGE_SHIFT));
	m->populate = vma->flags & VM_LOCKED;
	(void)vma_merge(m->mm, vma);
	return true;
}

static unsigned long remap(struct move *m)
{
	struct vma *vma;
	int err;

	if (!vma_find_overlap(m->mm, m->addr, m->addr + 1))
		return (unsigned long)-EFAULT;
	if (m->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		return move_to(m);
	if (m->old_len >= m->new_len) {
		if (m->old_len == m->new_len)
			return m->addr;
		err = mm_munmap_locked(m->mm, m->addr + m->new_len, m->old_len - m->new_len);
		return err ? (unsigned long)err : m->addr;
	}
	vma = check_resize(m);
	if (IS_ERR(vma))
		return (unsigned long)PTR_ERR(vma);
	if (grow_in_place(m, vma))
		return m->addr;
	if (!(m->flags & MREMAP_MAYMOVE))
		return (unsigned long)-ENOMEM;
	m->new_addr = mm_unmapped_area(m->mm, 0, m->new_len, 0);
	return addr_is_error(m->new_addr) ? m->new_addr : move_vma(m, vma);
}

asmlinkage long sys_mremap(unsigned long addr, size_t old_len, size_t new_len, u32 flags,
			   unsigned long new_addr)
{
	struct mm *mm = current->mm;
	struct move m = { .mm = mm, .addr = addr, .new_addr = new_addr, .flags = flags };
	unsigned long result;

	if ((flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP)) ||
	    ((flags & MREMAP_FIXED) && !(flags & MREMAP_MAYMOVE)) ||
	    ((flags & MREMAP_DONTUNMAP) && (!(flags & MREMAP_MAYMOVE) || old_len != new_len)) ||
	    (addr & ~PAGE_MASK))
		return -EINVAL;
	m.old_len = (old_len + PAGE_SIZE - 1) & PAGE_MASK;
	m.new_len = (new_len + PAGE_SIZE - 1) & PAGE_MASK;
	if (!m.new_len)
		return -EINVAL;
	if (write_lock_killable(&mm->mmap_lock))
		return -EINTR;
	result = remap(&m);
	mm_write_unlock(mm);
	if (!addr_is_error(result) && m.populate && m.new_len > m.old_len)
		(void)mm_populate(mm, result + m.old_len, m.new_len - m.old_len);
	return (long)result;
}
