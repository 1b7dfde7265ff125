/*
 * pgtable.h - the two-level page tables of the i386, without PAE.
 *
 * A pgd has 1024 entries; entries 768.. are the kernel's and equal in all address spaces (they are
 * filled at boot and never change, so no fault has to copy them). Page tables are low pages.
 * Software bits of a present entry: PTE_SPECIAL (no struct page behind it or not counted).
 * PTE_MLOCK (private memory of a locked VMA: stays). An entry that is not present and not zero is a
 * slot of a swap area (PTE_SWAP), or a page without access (PROT_NONE), still counted.
 */
#ifndef ARCH_PGTABLE_H
#define ARCH_PGTABLE_H

#include <kernel/types.h>

typedef u32 pte_t;
typedef u32 pgd_t;

#define PTE_PRESENT  0x001u
#define PTE_WRITE    0x002u
#define PTE_USER     0x004u
#define PTE_PWT	     0x008u
#define PTE_PCD	     0x010u
#define PTE_ACCESSED 0x020u
#define PTE_DIRTY    0x040u
#define PDE_LARGE    0x080u
#define PTE_GLOBAL   0x100u
#define PTE_SPECIAL  0x200u
#define PTE_SWAP     0x400u /* of entries that are not present */
#define PTE_MLOCK    0x800u
#define PTE_FLAGS    0xfffu

#define PGD_SHIFT   22
#define PGD_ENTRIES 1024
#define PTE_ENTRIES 1024
#define PGD_SIZE    (1ul << PGD_SHIFT) /* bytes one page table maps */
#define PGD_KERNEL  768		       /* first kernel entry */

static inline unsigned int pgd_index(unsigned long addr)
{
	return addr >> PGD_SHIFT;
}
static inline unsigned int pte_index(unsigned long addr)
{
	return (addr >> 12) & (PTE_ENTRIES - 1);
}
static inline bool pte_present(pte_t pte)
{
	return pte & PTE_PRESENT;
}
static inline phys_addr_t pte_phys(pte_t pte)
{
	return pte & ~PTE_FLAGS;
}
/*
 * A swapped page: bits 12.. are the slot, 5..8 the area. PTE_WRITE and PTE_USER are clear, so that
 * code which looks for the right to write need not ask first.
 */
#define PTE_SWAP_AREAS 16u
#define PTE_SWAP_SLOTS (1u << 20)
static inline bool pte_is_swap(pte_t pte)
{
	return (pte & (PTE_SWAP | PTE_PRESENT)) == PTE_SWAP;
}
static inline pte_t pte_make_swap(u32 area, u32 slot)
{
	return slot << 12 | area << 5 | PTE_SWAP;
}
/* A page whose slot could not be read when its area left. Not counted. */
#define PTE_LOST PTE_SPECIAL
static inline u32 pte_swap_area(pte_t pte)
{
	return pte >> 5 & (PTE_SWAP_AREAS - 1);
}
static inline u32 pte_swap_slot(pte_t pte)
{
	return pte >> 12;
}
static inline void tlb_flush_page(unsigned long addr)
{
	__asm__ volatile("invlpg (%0)" ::"r"(addr) : "memory");
}
static inline void tlb_flush_all(void)
{
	u32 cr3;

	__asm__ volatile("movl %%cr3, %0; movl %0, %%cr3" : "=r"(cr3)::"memory");
}

/* x86/paging.c. A new page directory with the kernel's part filled in; NULL: no memory. */
pgd_t *pgd_create(void);
void pgd_destroy(pgd_t *pgd); /* the user part must be empty of tables */
/* The entry for a user address, or NULL when its table is missing. */
pte_t *pte_lookup(pgd_t *pgd, unsigned long addr);
/* The same, making the table (sleeps); NULL: no memory. Entries of a new table are zero. */
pte_t *pte_create(pgd_t *pgd, unsigned long addr);
/* Gives page tables whose whole range lies in [start, end) back; their entries must be clear. */
void pte_free_tables(pgd_t *pgd, unsigned long start, unsigned long end);
/* Kernel addresses (vmalloc area): maps or clears one page. Tables exist from boot on. */
void kernel_map_page(unsigned long va, phys_addr_t pa, u32 flags);
void kernel_unmap_page(unsigned long va);
/* PTE bits for a user page of protection VM_READ|VM_WRITE|VM_EXEC; write means "may be written
 * now". */
static inline pte_t pte_user_flags(bool write)
{
	return PTE_PRESENT | PTE_USER | PTE_ACCESSED | (write ? PTE_WRITE | PTE_DIRTY : 0);
}

/* The kernel's address map above the direct map; set up by x86/paging.c, used by mm/vmalloc.c. */
extern unsigned long vmalloc_start, vmalloc_end;
/* A window of KMAP_SLOTS pages for kmap_local(); its page table exists from boot on. */
#define KMAP_SLOTS 16
extern unsigned long kmap_window_start;

#endif
