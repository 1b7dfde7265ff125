/* Areas of the kernel's: whoever asks while another one is being given back gets none of its
 * addresses before nothing is mapped there any more. */
// LINK: kernel/mm/vmalloc.c kernel/mm/vma.c kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/fs.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <arch/pgtable.h>
#include <string.h>
#include "../mm_internal.h"
#include "../vma.h"

#define BASE   0xf0000000ul
#define PAGES  256u
#define FRAMES 256u

static pte_t table[PAGES];
struct atomic page_uses[USE_COUNT];
static struct page frames[FRAMES];
static unsigned int taken; /* frames that were given out, in order */
static long mapped;
/* Runs once in the middle of the next unmapping, as a thread would that preempts it. */
static void (*preempt)(void);
static char *other;

unsigned long vmalloc_start = BASE, vmalloc_end = BASE + PAGES * PAGE_SIZE;
struct page *page_map = frames;
unsigned long page_map_pfns = FRAMES;

void file_get(struct file *file)
{
}
void file_put(struct file *file)
{
}

unsigned long page_total_count(void)
{
	return FRAMES;
}
struct page *page_alloc(unsigned int gfp, unsigned int order)
{
	assert_int_equal(order, 0);
	assert_in_range(taken, 0, FRAMES - 1);
	atomic_set(&frames[taken].refcount, 1);
	return &frames[taken++];
}
void page_release(struct page *page)
{
}

pte_t *pte_lookup(pgd_t *pgd, unsigned long addr)
{
	assert_in_range(addr, vmalloc_start, vmalloc_end - 1);
	return &table[(addr - BASE) / PAGE_SIZE];
}

void kernel_map_page(unsigned long va, phys_addr_t pa, u32 flags)
{
	pte_t *pte = pte_lookup(NULL, va);

	assert_int_equal(*pte, 0); /* nobody else's */
	*pte = pa | flags;
	mapped++;
}

void kernel_unmap_page(unsigned long va)
{
	void (*now)(void) = preempt;
	pte_t *pte = pte_lookup(NULL, va);

	preempt = NULL;
	if (now)
		now();
	assert_int_not_equal(*pte, 0);
	*pte = 0;
	mapped--;
}

static bool is_mapped(const char *at, unsigned long bytes)
{
	for (unsigned long i = 0; i < bytes; i += PAGE_SIZE)
		if (!*pte_lookup(NULL, (unsigned long)at + i))
			return false;
	return true;
}

static int setup(void **state)
{
	memset(table, 0, sizeof(table));
	taken = 0;
	return 0;
}

static void take_vmalloc(void)
{
	other = vmalloc(2 * PAGE_SIZE);
}
static void take_stack(void)
{
	other = kstack_alloc();
}

static void test_vfree(void **state)
{
	char *mine = vmalloc(2 * PAGE_SIZE);

	preempt = take_vmalloc;
	vfree(mine);
	assert_ptr_not_equal(other, mine);
	assert_true(is_mapped(other, 2 * PAGE_SIZE));
	vfree(other);
	assert_int_equal(mapped, 0);
	/* Now the addresses are free. */
	other = vmalloc(2 * PAGE_SIZE);
	assert_ptr_equal(other, mine);
	vfree(other);
}

static void test_iounmap(void **state)
{
	char *mine = (char *)ioremap(0x8000000, 2 * PAGE_SIZE);

	preempt = take_vmalloc;
	iounmap(mine);
	assert_true(is_mapped(other, 2 * PAGE_SIZE));
	vfree(other);
	assert_int_equal(mapped, 0);
}

/* A stack that is given back for want of memory, while a new thread asks for one. */
static void test_stacks(void **state)
{
	char *mine = kstack_alloc();

	kstack_free(mine);
	preempt = take_stack;
	assert_int_equal(kstack_shrink(), KSTACK_SIZE / PAGE_SIZE);
	assert_true(is_mapped(other, KSTACK_SIZE));
	kstack_free(other);
	assert_int_equal(kstack_shrink(), KSTACK_SIZE / PAGE_SIZE);
	assert_int_equal(mapped, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_vfree), TEST(test_iounmap),
					    TEST(test_stacks) };

	vma_cache_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
