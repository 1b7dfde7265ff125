/* map.h - what the files behind the mmap family of calls share. */
#ifndef MM_MAP_H
#define MM_MAP_H

#include "vma.h"
#include <kernel/mm.h>

#define MMAP_MIN_ADDR 0x10000ul

/* An address or a negative errno, in one word. */
static inline bool addr_is_error(unsigned long addr)
{
	return addr >= (unsigned long)-MAX_ERRNO;
}

/* Books pages in or out of total_vm and its kin. */
void mm_account(struct mm *mm, u32 vm_flags, bool file, long pages);
/* Does the mapping count as data (RLIMIT_DATA)? */
bool vm_is_data(u32 vm_flags);
/* Do RLIMIT_AS and RLIMIT_DATA allow so many more pages? */
bool mm_may_expand(const struct mm *mm, u32 vm_flags, unsigned long pages);
/* 0, or -EAGAIN when RLIMIT_MEMLOCK forbids to lock so many more pages. */
int mm_may_lock(const struct mm *mm, u32 vm_flags, unsigned long pages);
bool mlock_is_allowed(void); /* at all: has the capability or a limit above 0 */
/* Does the mapping count as committed when it is made? */
bool vm_is_accountable(u32 vm_flags);
/* overcommit.c: may `mm` not be promised so many pages more? */
bool mm_overcommits(const struct mm *mm, unsigned long pages);
/* The same for a mapping that counts. */
static inline bool vm_overcommits(const struct mm *mm, u32 vm_flags, unsigned long pages)
{
	return (vm_flags & VM_ACCOUNT) && mm_overcommits(mm, pages);
}
void mm_commit(long pages);    /* books in or out */
bool mm_reserves_always(void); /* MAP_NORESERVE is without effect */
/* Where a mapping of len bytes goes; address or -errno. map_flags: MAP_FIXED... */
unsigned long mm_unmapped_area(struct mm *mm, unsigned long addr, unsigned long len,
			       unsigned long map_flags);
/* Grows a stack down to hold addr: mmap_lock held for writing. 0 or -ENOMEM. */
int mm_expand_stack(struct vma *vma, unsigned long addr);
/* Private anonymous memory at a free range; joins a neighbour. 0 or -ENOMEM. Accounts. */
int mm_map_anon_locked(struct mm *mm, unsigned long addr, unsigned long len, u32 vm_flags);
/* Cuts VMAs so that [start, end) begins and ends at bounds; `first` overlaps start. Returns the
 * first VMA of the range, or ERR_PTR(-ENOMEM). */
struct vma *vma_cut_range(struct mm *mm, struct vma *first, unsigned long start, unsigned long end);
/*
 * Calls fn for each VMA that [start, end) touches, cut to the range when `cut`. mmap_lock held.
 * Stops at an error. -ENOMEM at the end when part of the range is not mapped.
 */
int mm_for_each_vma(struct mm *mm, unsigned long start, unsigned long end, bool cut,
		    int (*fn)(struct vma *vma, unsigned long start, unsigned long end, void *arg),
		    void *arg);
void mm_update_peak(struct mm *mm);

#endif
