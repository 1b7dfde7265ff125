/* fault.h - the parts of the fault handler that access.c works with; mmap_lock held for reading. */
#ifndef MM_FAULT_H
#define MM_FAULT_H

#include <kernel/mm.h>

#define FAULT_FORCE 0x80u /* ptrace: a private copy whatever the protection */

/* Does the VMA allow what FAULT_WRITE, FAULT_FORCE ask for? */
bool fault_is_allowed(const struct vma *vma, unsigned int flags);
/* Makes the entry of addr as FAULT_WRITE needs it; the VMA allows it. */
enum fault_result fault_in_vma(struct mm *mm, struct vma *vma, unsigned long addr,
			       unsigned int flags);
/* pte_lock held: a private page nobody else refers to? take: nobody but the swap cache, which loses
 * it then. */
bool pte_is_sole_copy(pte_t entry);
bool pte_take_sole_copy(pte_t entry);

#endif
