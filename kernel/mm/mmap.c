/* mmap.c - placing and creating mappings: mmap2, old_mmap, and what exec needs. */
#include "map.h"
#include "mm_internal.h"
#include "pte.h"
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/mman.h>

#define UNMAPPED_BASE	 (USER_END / 3 & PAGE_MASK) /* bottom-up search begins here */
#define STACK_FIRST_SIZE (33 * PAGE_SIZE)	    /* what exec maps; the rest grows */
#define SHARED_MAP_FLAGS                                                                           \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_DENYWRITE | MAP_EXECUTABLE |   \
	 MAP_LOCKED | MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |      \
	 MAP_FIXED_NOREPLACE)

/* ---- limits ---- */
bool vm_is_data(u32 vm_flags)
{
	return (vm_flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) == VM_WRITE;
}

void mm_account(struct mm *mm, u32 vm_flags, bool file, long pages)
{
	mm->total_vm += (unsigned long)pages;
	if (vm_is_data(vm_flags))
		mm->data_vm += (unsigned long)pages;
	else if (vm_flags & VM_GROWSDOWN)
		mm->stack_vm += (unsigned long)pages;
	else if (file && (vm_flags & (VM_EXEC | VM_WRITE)) == VM_EXEC)
		mm->exec_vm += (unsigned long)pages;
	if (vm_flags & VM_LOCKED)
		mm->locked_vm += (unsigned long)pages;
	if (vm_flags & VM_ACCOUNT)
		mm_commit(pages);
}

bool mm_may_expand(const struct mm *mm, u32 vm_flags, unsigned long pages)
{
	if (mm->total_vm + pages > rlimit(RLIMIT_AS) >> PAGE_SHIFT)
		return false;
	return !vm_is_data(vm_flags) || mm->data_vm + pages <= rlimit(RLIMIT_DATA) >> PAGE_SHIFT;
}

bool mlock_is_allowed(void)
{
	return rlimit(RLIMIT_MEMLOCK) || capable(CAP_IPC_LOCK);
}

int mm_may_lock(const struct mm *mm, u32 vm_flags, unsigned long pages)
{
	if (!(vm_flags & VM_LOCKED) || capable(CAP_IPC_LOCK))
		return 0;
	return mm->locked_vm + pages > rlimit(RLIMIT_MEMLOCK) >> PAGE_SHIFT ? -EAGAIN : 0;
}

bool vm_is_accountable(u32 vm_flags)
{
	return (vm_flags & (VM_WRITE | VM_SHARED | VM_NORESERVE)) == VM_WRITE;
}

/* ---- placing ---- */
static unsigned long fixed_area(struct mm *mm, unsigned long addr, unsigned long len,
				unsigned long map_flags)
{
	if (addr > USER_END - len)
		return (unsigned long)-ENOMEM;
	if (addr & ~PAGE_MASK)
		return (unsigned long)-EINVAL;
	if (addr < MMAP_MIN_ADDR && !capable(CAP_SYS_RAWIO))
		return (unsigned long)-EPERM;
	if ((map_flags & MAP_FIXED_NOREPLACE) && vma_find_overlap(mm, addr, addr + len))
		return (unsigned long)-EEXIST;
	return addr;
}

/* Is the range free, the neighbours' guard gaps included? */
static bool hint_is_free(struct mm *mm, unsigned long addr, unsigned long len)
{
	struct vma *vma;

	if (addr < MMAP_MIN_ADDR || addr > USER_END - len)
		return false;
	vma = vma_find(mm, addr);
	return !vma || addr + len <= vma_start_gap(vma);
}

unsigned long mm_unmapped_area(struct mm *mm, unsigned long addr, unsigned long len,
			       unsigned long map_flags)
{
	if (len > USER_END)
		return (unsigned long)-ENOMEM;
	if (map_flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return fixed_area(mm, addr, len, map_flags);
	if (addr) {
		addr = max((addr + PAGE_SIZE - 1) & PAGE_MASK, MMAP_MIN_ADDR);
		if (hint_is_free(mm, addr, len))
			return addr;
	}
	addr = vma_gap_top_down(mm, len, MMAP_MIN_ADDR, mm->mmap_base);
	if (!addr)
		addr = vma_gap_bottom_up(mm, len, UNMAPPED_BASE, USER_END);
	return addr ? addr : (unsigned long)-ENOMEM;
}

/* ---- creating ---- */
static u32 vm_flags_of(unsigned long prot, unsigned long map_flags)
{
	/* PROT_READ, WRITE and EXEC are VM_READ, WRITE and EXEC. */
	u32 flags = (u32)prot & VM_PROT_MASK;

	flags |= VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;
	if (map_flags & MAP_GROWSDOWN)
		flags |= VM_GROWSDOWN;
	if (map_flags & MAP_LOCKED)
		flags |= VM_LOCKED;
	if ((map_flags & MAP_NORESERVE) && !mm_reserves_always())
		flags |= VM_NORESERVE;
	return flags;
}

/* What the file allows: 0 and the flags changed, or -errno. */
static int check_file(const struct file *file, unsigned long map_flags, u32 *vm_flags)
{
	unsigned long type = map_flags & MAP_TYPE;

	if (type == MAP_SHARED_VALIDATE && (map_flags & ~(SHARED_MAP_FLAGS)))
		return -EOPNOTSUPP;
	if (type == MAP_SHARED || type == MAP_SHARED_VALIDATE) {
		if ((*vm_flags & VM_WRITE) && !(file->mode & FMODE_WRITE))
			return -EACCES;
		if ((file->inode->flags & INODE_APPEND) && (file->mode & FMODE_WRITE))
			return -EACCES;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		if (!(file->mode & FMODE_WRITE))
			*vm_flags &= ~(VM_MAYWRITE | VM_SHARED);
	} else if (type != MAP_PRIVATE) {
		return -EINVAL;
	}
	if (!(file->mode & FMODE_READ))
		return -EACCES;
	if (file->path.mnt && (file->path.mnt->flags & MS_NOEXEC)) {
		if (*vm_flags & VM_EXEC)
			return -EPERM;
		*vm_flags &= ~VM_MAYEXEC;
	}
	if (!file->ops->mmap)
		return -ENODEV;
	return *vm_flags & VM_GROWSDOWN ? -EINVAL : 0;
}

static int check_anon(unsigned long map_flags, u32 *vm_flags)
{
	switch (map_flags & MAP_TYPE) {
	case MAP_SHARED:
		if (*vm_flags & VM_GROWSDOWN)
			return -EINVAL;
		*vm_flags |= VM_SHARED | VM_MAYSHARE;
		return 0;
	case MAP_PRIVATE:
		return 0;
	default:
		return -EINVAL;
	}
}

/* Pages of a range that are mapped now, and go when it is mapped anew. */
static unsigned long mapped_pages(struct mm *mm, unsigned long start, unsigned long end)
{
	unsigned long n = 0;

	for (struct vma *v = vma_find_overlap(mm, start, end); v && v->start < end; v = vma_next(v))
		n += (min(v->end, end) - max(v->start, start)) >> PAGE_SHIFT;
	return n;
}

/* Lengthens a neighbour of the same kind; false: there is none. */
static bool extend_anon(struct mm *mm, unsigned long addr, unsigned long end, u32 vm_flags)
{
	struct vma *vma = addr ? vma_find(mm, addr - 1) : NULL;

	if (vma && vma_can_extend(vma, addr, vm_flags)) {
		vma->end = end;
		vma_adjusted(vma);
		(void)vma_merge(mm, vma);
		return true;
	}
	if (vma && vma->end <= addr)
		vma = vma_next(vma);
	if (!vma || vma->start != end || !vma_can_extend(vma, vma->end, vm_flags))
		return false;
	vma->pgoff -= (vma->start - addr) >> PAGE_SHIFT;
	vma->start = addr;
	vma_adjusted(vma);
	return true;
}

int mm_map_anon_locked(struct mm *mm, unsigned long addr, unsigned long len, u32 vm_flags)
{
	struct vma *vma;

	if (!extend_anon(mm, addr, addr + len, vm_flags)) {
		vma = vma_alloc(mm);
		if (!vma)
			return -ENOMEM;
		vma->start = addr;
		vma->end = addr + len;
		vma->flags = vm_flags;
		vma->pgoff = addr >> PAGE_SHIFT;
		vma_insert(mm, vma);
	}
	mm_account(mm, vm_flags, false, (long)(len >> PAGE_SHIFT));
	return 0;
}

/* Lets the file set the VMA up; the VMA is on no list yet. */
static int attach_file(struct vma *vma, struct file *file)
{
	int err;

	vma->file = file;
	vma->mapping = file->mapping;
	file_get(file);
	err = file->ops->mmap(file, vma);
	if (err) {
		file_put(file);
		return err;
	}
	/* A device maps its memory itself: no page of the cache is concerned. */
	if (!vma->ops || !vma->ops->fault)
		vma->mapping = NULL;
	return 0;
}

static int map_object_locked(struct mm *mm, struct file *file, unsigned long addr,
			     unsigned long len, u32 vm_flags, unsigned long pgoff)
{
	struct vma *vma = vma_alloc(mm);
	int err;

	if (!vma)
		return -ENOMEM;
	vma->start = addr;
	vma->end = addr + len;
	vma->flags = vm_flags;
	vma->pgoff = pgoff;
	err = file ? attach_file(vma, file) : shared_anon_attach(vma);
	if (err) {
		/* A driver may have mapped some already. */
		pte_zap_range(mm, addr, addr + len, true);
		vma_free(vma);
		return err;
	}
	vma_insert(mm, vma);
	vma_link_mapping(vma);
	mm_account(mm, vma->flags, vma->file, (long)(len >> PAGE_SHIFT));
	(void)vma_merge(mm, vma);
	return 0;
}

unsigned long mm_mmap_locked(struct mm *mm, struct file *file, unsigned long addr,
			     unsigned long len, unsigned long prot, unsigned long map_flags,
			     unsigned long pgoff)
{
	u32 vm_flags = vm_flags_of(prot, map_flags);
	unsigned long pages, replaced = 0;
	int err;

	if (!len)
		return (unsigned long)-EINVAL;
	if (len > USER_END)
		return (unsigned long)-ENOMEM;
	len = (len + PAGE_SIZE - 1) & PAGE_MASK;
	pages = len >> PAGE_SHIFT;
	if (pgoff + pages < pgoff)
		return (unsigned long)-EOVERFLOW;
	if (mm->map_count > MAX_MAP_COUNT)
		return (unsigned long)-ENOMEM;
	addr = mm_unmapped_area(mm, addr, len, map_flags);
	if (addr_is_error(addr))
		return addr;
	if ((vm_flags & VM_LOCKED) && !mlock_is_allowed())
		return (unsigned long)-EPERM;
	err = mm_may_lock(mm, vm_flags, pages);
	if (!err)
		err = file ? check_file(file, map_flags, &vm_flags)
			   : check_anon(map_flags, &vm_flags);
	if (err)
		return (unsigned long)err;
	if (map_flags & MAP_FIXED)
		replaced = mapped_pages(mm, addr, addr + len);
	if (!mm_may_expand(mm, vm_flags, pages - replaced))
		return (unsigned long)-ENOMEM;
	if (replaced)
		err = mm_munmap_locked(mm, addr, len);
	if (vm_is_accountable(vm_flags))
		vm_flags |= VM_ACCOUNT;
	if (!err && vm_overcommits(mm, vm_flags, pages))
		err = -ENOMEM;
	if (!err && !file && !(vm_flags & VM_SHARED))
		err = mm_map_anon_locked(mm, addr, len, vm_flags);
	else if (!err)
		err = map_object_locked(mm, file, addr, len, vm_flags, file ? pgoff : 0);
	return err ? (unsigned long)err : addr;
}

unsigned long mm_mmap(struct file *file, unsigned long addr, unsigned long len, unsigned long prot,
		      unsigned long map_flags, unsigned long pgoff)
{
	struct mm *mm = current->mm;

	if (mm->lock_future)
		map_flags |= MAP_LOCKED;
	if (write_lock_killable(&mm->mmap_lock))
		return (unsigned long)-EINTR;
	addr = mm_mmap_locked(mm, file, addr, len, prot, map_flags, pgoff);
	mm_write_unlock(mm);
	if (addr_is_error(addr))
		return addr;
	if ((map_flags & MAP_LOCKED) || (map_flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
		(void)mm_populate(mm, addr, (len + PAGE_SIZE - 1) & PAGE_MASK);
	return addr;
}

/* ---- exec ---- */
int mm_stack_setup_locked(struct mm *mm, unsigned long top, u32 extra_flags)
{
	u32 flags = VM_READ | VM_WRITE | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC | VM_GROWSDOWN |
		    VM_ACCOUNT;

	if (!mm_may_expand(mm, flags | extra_flags, STACK_FIRST_SIZE >> PAGE_SHIFT))
		return -ENOMEM;
	return mm_map_anon_locked(mm, top - STACK_FIRST_SIZE, STACK_FIRST_SIZE,
				  flags | extra_flags);
}

int mm_map_special_locked(struct mm *mm, unsigned long addr, struct page **pages, unsigned int n,
			  u32 vm_flags, const struct vm_ops *ops)
{
	struct vma *vma;

	if (vma_find_overlap(mm, addr, addr + n * PAGE_SIZE))
		return -EEXIST; /* a program image that takes all there is */
	vma = vma_alloc(mm);
	if (!vma)
		return -ENOMEM;
	vma->start = addr;
	vma->end = addr + n * PAGE_SIZE;
	vma->flags = vm_flags | VM_SPECIAL | VM_DONTEXPAND;
	vma->ops = ops;
	for (unsigned int i = 0; i < n; i++) {
		pte_t *pte = pte_create(mm->pgd, addr + i * PAGE_SIZE);

		if (!pte) {
			pte_zap_range(mm, addr, addr + i * PAGE_SIZE, true);
			vma_free(vma);
			return -ENOMEM;
		}
		*pte = page_to_phys(pages[i]) | pte_user_flags(vm_flags & VM_WRITE) | PTE_SPECIAL;
	}
	vma_insert(mm, vma);
	mm_account(mm, vma->flags, false, (long)n);
	return 0;
}

int mm_map_pfn_range(struct vma *vma, unsigned long addr, unsigned long pfn, unsigned long len,
		     bool uncached)
{
	bool write = vma->flags & VM_WRITE;

	if (addr < vma->start || len > vma->end - addr)
		return -EINVAL;
	vma->flags |= VM_IO | VM_DONTEXPAND;
	for (unsigned long done = 0; done < len; done += PAGE_SIZE, pfn++) {
		pte_t *pte = pte_create(vma->mm->pgd, addr + done);

		if (!pte)
			return -ENOMEM;
		*pte = (pte_t)(pfn << PAGE_SHIFT) | pte_user_flags(write) | PTE_SPECIAL |
		       (uncached ? PTE_PCD | PTE_PWT : 0);
	}
	return 0;
}

/* ---- system calls ---- */
asmlinkage long sys_mmap2(unsigned long addr, size_t len, u32 prot, u32 flags, int fd,
			  unsigned long pgoff)
{
	struct file *file = NULL;
	unsigned long result;

	if (flags & MAP_HUGETLB)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS)) {
		file = fd_get(fd);
		if (!file)
			return -EBADF;
	}
	result = mm_mmap(file, addr, len, prot, flags, pgoff);
	if (file)
		file_put(file);
	return (long)result;
}

asmlinkage long sys_old_mmap(const void __user *args)
{
	struct {
		u32 addr, len, prot, flags;
		s32 fd;
		u32 offset;
	} a;

	if (copy_from_user(&a, args, sizeof(a)))
		return -EFAULT;
	if (a.offset & ~PAGE_MASK)
		return -EINVAL;
	return sys_mmap2(a.addr, a.len, a.prot, a.flags, a.fd, a.offset >> PAGE_SHIFT);
}
