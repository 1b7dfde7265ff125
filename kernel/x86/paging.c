/*
 * paging.c - the kernel's address space, and page directories for the others.
 *
 *   C0000000  direct map of all low memory: 4 MB pages where the CPU has them, except for the first
 *             4 MB, where the kernel's text and constants are write-protected
 *   vmalloc_start .. vmalloc_end  kernel stacks, vmalloc, device memory; page tables made at boot
 *   FFC00000  windows: kmap_local() slots, boot's temporary window
 *
 * The kernel entries of every page directory are complete at boot and never change after, so no
 * process ever has to be brought up to date.
 */
#include <kernel/assert.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <arch/cpu.h>
#include "boot_memory.h"
#include "memmap.h"
#include "x86.h"

#define LARGE_SIZE  0x400000u
#define WINDOW_BASE 0xFFC00000u
#define LOWMEM_MAX  (896u << 20)
#define VMALLOC_MIN (8u << 20)
#define VMALLOC_MAX (120u << 20)

struct memmap boot_memmap;
struct page *page_map;
unsigned long page_map_pfns, lowmem_end_pfn;
unsigned long vmalloc_start, vmalloc_end;
unsigned long kmap_window_start = WINDOW_BASE + LARGE_SIZE / 2;
static pte_t window_table[PTE_ENTRIES] __aligned(4096);
static u32 global_flag;

static pgd_t *kernel_pgd(void)
{
	return boot_pgd;
}

void *boot_map_temporary(phys_addr_t pa)
{
	window_table[0] = (pa & PAGE_MASK) | PTE_PRESENT | PTE_WRITE;
	kernel_pgd()[pgd_index(WINDOW_BASE)] = virt_to_phys(window_table) | PTE_PRESENT | PTE_WRITE;
	tlb_flush_page(WINDOW_BASE);
	return (void *)(WINDOW_BASE + (pa & ~PAGE_MASK));
}

/* Takes `size` bytes from the lowest range that has room below `limit`. */
static phys_addr_t boot_alloc_low(u32 size, u64 limit)
{
	for (unsigned int i = 0; i < boot_memmap.ram_count; i++) {
		struct mem_range *r = &boot_memmap.ram[i];

		if (r->start + size <= r->end && r->start + size <= limit) {
			r->start += size;
			return (phys_addr_t)(r->start - size);
		}
	}
	panic("not enough memory below %llu KB to start", limit >> 10);
}

/* From the highest range below `limit`: keeps memory that ISA DMA can reach. */
static phys_addr_t boot_alloc_high(u32 size, u64 limit)
{
	for (unsigned int i = boot_memmap.ram_count; i-- > 0;) {
		struct mem_range *r = &boot_memmap.ram[i];
		u64 end = r->end < limit ? r->end : limit;

		if (r->start + size > end)
			continue;
		if (end < r->end) /* the rest above stays usable */
			memmap_add(&boot_memmap, end, r->end - end, true);
		r->end = end - size;
		return (phys_addr_t)r->end;
	}
	panic("no %u KB of contiguous memory for the page tables", size >> 10);
}

static bool page_is_read_only(u32 va)
{
	return va >= (u32)kernel_start && va < (u32)kernel_ro_end;
}

static void map_small(u32 va, u64 mapped_end)
{
	phys_addr_t pa = boot_alloc_low(PAGE_SIZE, mapped_end);
	pte_t *table = phys_to_virt(pa);

	for (unsigned int i = 0; i < PTE_ENTRIES; i++) {
		u32 page = va + i * PAGE_SIZE;

		table[i] = (page - PAGE_OFFSET) | PTE_PRESENT | global_flag |
			   (page_is_read_only(page) ? 0 : PTE_WRITE);
	}
	kernel_pgd()[pgd_index(va)] = pa | PTE_PRESENT | PTE_WRITE;
}

static void map_low_memory(u64 end)
{
	u64 mapped = 16u << 20; /* by boot.S */

	for (u64 pa = 0; pa < end; pa += LARGE_SIZE) {
		u32 va = (u32)(PAGE_OFFSET + pa);

		if (cpu_has(CPUID_PSE) && pa)
			kernel_pgd()[pgd_index(va)] =
				(u32)pa | PTE_PRESENT | PTE_WRITE | PDE_LARGE | global_flag;
		else
			map_small(va, mapped);
		if (pa + LARGE_SIZE > mapped)
			mapped = pa + LARGE_SIZE;
	}
}

static void map_vmalloc(u64 lowmem_bytes)
{
	u32 size = (u32)min_t(u64, max_t(u64, lowmem_bytes, VMALLOC_MIN), VMALLOC_MAX);

	size = ALIGN_UP(size, LARGE_SIZE);
	vmalloc_end = WINDOW_BASE;
	vmalloc_start = vmalloc_end - size;
	for (u32 va = vmalloc_start; va < vmalloc_end; va += LARGE_SIZE) {
		phys_addr_t pa = boot_alloc_low(PAGE_SIZE, PAGE_OFFSET);

		memset(phys_to_virt(pa), 0, PAGE_SIZE);
		kernel_pgd()[pgd_index(va)] = pa | PTE_PRESENT | PTE_WRITE;
	}
}

static void make_page_map(u64 top)
{
	u32 bytes;
	phys_addr_t pa;

	page_map_pfns = (unsigned long)(top >> PAGE_SHIFT);
	bytes = ALIGN_UP((u32)(page_map_pfns * sizeof(struct page)), (u32)PAGE_SIZE);
	pa = boot_alloc_high(bytes, (u64)lowmem_end_pfn << PAGE_SHIFT);
	page_map = phys_to_virt(pa);
	memset(page_map, 0, bytes);
	for (unsigned long pfn = 0; pfn < page_map_pfns; pfn++)
		page_map[pfn].flags = 1ul << PG_RESERVED;
}

/* Does ring 0 respect read-only pages? NexGen and some clones do not. Tried on the kernel's text.
 */
static bool write_protect_works(void)
{
	u8 *p = (u8 *)text_start;
	int fault = 1;

	__asm__ volatile(
		"1:\tmovb %2, %1\n\txorl %0, %0\n2:\n"
		".pushsection .fixup_table,\"a\"\n\t.balign 4\n\t.long 1b, 2b\n\t.popsection\n"
		: "+r"(fault), "+m"(*p)
		: "q"(*p));
	return fault;
}

void __init paging_init(void)
{
	u64 top = memmap_top(&boot_memmap), low = min_t(u64, top, LOWMEM_MAX);

	if (cpu_has(CPUID_PSE))
		write_cr4(read_cr4() | CR4_PSE);
	global_flag = cpu_has(CPUID_PGE) ? PTE_GLOBAL : 0;
	boot_map_temporary(0);
	map_low_memory(low);
	lowmem_end_pfn = (unsigned long)(low >> PAGE_SHIFT);
	map_vmalloc(low);
	for (unsigned int i = 0; i < PGD_KERNEL; i++)
		kernel_pgd()[i] = 0;
	kernel_pgd()[0] = 0;
	write_cr3(virt_to_phys(kernel_pgd()));
	kernel_unmap_page((u32)boot_stack - PAGE_SIZE);
	cpu_info.wp_works = write_protect_works();
	if (!cpu_info.wp_works)
		pr_warn("cpu: ring 0 writes through read-only pages; copy-on-write is checked by "
			"software\n");
	make_page_map(top);
	kernel_mm.pgd = kernel_pgd();
	page_init();
	for (unsigned int i = 0; i < boot_memmap.ram_count; i++)
		page_free_range((phys_addr_t)boot_memmap.ram[i].start,
				(phys_addr_t)(boot_memmap.ram[i].end - 1) + 1);
}

/* Kernel addresses above the direct map, and the 4 KB part of it. */
static pte_t *kernel_pte(unsigned long va)
{
	u32 pde = kernel_pgd()[pgd_index(va)];

	ASSERT(va >= PAGE_OFFSET && (pde & PTE_PRESENT) && !(pde & PDE_LARGE));
	return (pte_t *)phys_to_virt(pte_phys(pde)) + pte_index(va);
}

void kernel_map_page(unsigned long va, phys_addr_t pa, u32 flags)
{
	pte_t *pte = kernel_pte(va);
	bool was = pte_present(*pte);

	*pte = (pa & PAGE_MASK) | flags | PTE_PRESENT | global_flag;
	if (was)
		tlb_flush_page(va);
}

void kernel_unmap_page(unsigned long va)
{
	*kernel_pte(va) = 0;
	tlb_flush_page(va);
}

pgd_t *pgd_create(void)
{
	pgd_t *pgd = page_alloc_addr(GFP_KERNEL);

	if (!pgd)
		return NULL;
	memset(pgd, 0, PGD_KERNEL * sizeof(*pgd));
	memcpy(pgd + PGD_KERNEL, kernel_pgd() + PGD_KERNEL,
	       (PGD_ENTRIES - PGD_KERNEL) * sizeof(*pgd));
	return pgd;
}

void pgd_destroy(pgd_t *pgd)
{
	page_free_addr(pgd);
}

pte_t *pte_lookup(pgd_t *pgd, unsigned long addr)
{
	pgd_t pde = pgd[pgd_index(addr)];

	if (!(pde & PTE_PRESENT))
		return NULL;
	return (pte_t *)phys_to_virt(pte_phys(pde)) + pte_index(addr);
}

static void free_table(void *table)
{
	page_clear_flag(virt_to_page(table), PG_TABLE);
	page_free_addr(table);
}

pte_t *pte_create(pgd_t *pgd, unsigned long addr)
{
	pgd_t *pde = &pgd[pgd_index(addr)];

	if (!(*pde & PTE_PRESENT)) {
		void *table = page_alloc_addr(GFP_KERNEL | GFP_ZERO);

		if (!table)
			return NULL;
		page_set_flag(virt_to_page(table), PG_TABLE);
		/* Another thread may have been faster while we slept. */
		if (arch_cmpxchg((int *)pde, 0,
				 (int)(virt_to_phys(table) | PTE_PRESENT | PTE_WRITE | PTE_USER)))
			free_table(table);
		else
			page_use_add(USE_TABLES, 1);
	}
	return (pte_t *)phys_to_virt(pte_phys(*pde)) + pte_index(addr);
}

/*
 * A processor may keep directory entries it read ahead (P6 and later): it has to forget them before
 * their tables are used for something else.
 */
void pte_free_tables(pgd_t *pgd, unsigned long start, unsigned long end)
{
	struct page *page, *next;
	LIST_HEAD(doomed);

	for (unsigned int i = (unsigned int)(((u64)start + PGD_SIZE - 1) >> PGD_SHIFT);
	     i < (end >> PGD_SHIFT); i++) {
		if (!(pgd[i] & PTE_PRESENT))
			continue;
		list_add(&phys_to_page(pte_phys(pgd[i]))->lru, &doomed);
		pgd[i] = 0;
	}
	if (list_empty(&doomed))
		return;
	if (read_cr3() == virt_to_phys(pgd))
		tlb_flush_all();
	list_for_each_entry_safe (page, next, &doomed, lru) {
		page_use_add(USE_TABLES, -1);
		free_table(page_address(page));
	}
}

void mm_activate(struct mm *mm)
{
	write_cr3(virt_to_phys(mm->pgd));
}
