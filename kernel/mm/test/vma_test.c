/* VMA tree against a bitmap of pages: search, gaps from both ends, split, merge, removal. */
// LINK: kernel/mm/vma.c kernel/lib/rbtree.c
#include <host/host.h>
#include <kernel/fs.h>
#include <kernel/mm.h>
#include <stdlib.h>
#include <string.h>
#include "../vma.h"

#define PAGES 2048ul
#define BASE  (16 * PAGE_SIZE)
#define LIMIT (BASE + PAGES * PAGE_SIZE)

static struct mm mm;
static u8 used[PAGES]; /* model: 0 free, else the VM_ flags' kind */

void file_get(struct file *file)
{
}
void file_put(struct file *file)
{
}

static unsigned long addr_of(unsigned long page)
{
	return BASE + page * PAGE_SIZE;
}

static const u32 kinds[] = { 0, VM_READ, VM_READ | VM_WRITE, VM_READ | VM_EXEC };

static void map(unsigned long page, unsigned long n, u8 kind)
{
	struct vma *vma = vma_alloc(&mm);

	assert_non_null(vma);
	vma->start = addr_of(page);
	vma->end = addr_of(page + n);
	vma->flags = kinds[kind];
	vma->pgoff = page;
	vma_insert(&mm, vma);
	vma_merge(&mm, vma);
	memset(used + page, kind, n);
}

/* As munmap does, without page tables. */
static void unmap(unsigned long start, unsigned long end)
{
	struct vma *vma;

	while ((vma = vma_find_overlap(&mm, start, end))) {
		if (vma->start < start)
			vma = vma_split(&mm, vma, start);
		if (vma->end > end)
			assert_false(IS_ERR(vma_split(&mm, vma, end)));
		vma_remove(&mm, vma);
		vma_drop(vma);
		vma_free(vma);
	}
	memset(used + (start - BASE) / PAGE_SIZE, 0, (end - start) / PAGE_SIZE);
}

static bool is_free(unsigned long page, unsigned long n)
{
	for (unsigned long i = page; i < page + n; i++)
		if (used[i])
			return false;
	return true;
}

static unsigned long model_down(unsigned long n, unsigned long low, unsigned long high)
{
	if (high - low < n)
		return 0;
	for (unsigned long p = high - n + 1; p-- > low;)
		if (is_free(p, n))
			return addr_of(p);
	return 0;
}

static unsigned long model_up(unsigned long n, unsigned long low, unsigned long high)
{
	for (unsigned long p = low; p + n <= high; p++)
		if (is_free(p, n))
			return addr_of(p);
	return 0;
}

/* Maximal merging: VMAs are exactly the runs of one kind. */
static void check(void)
{
	unsigned long page = 0;
	unsigned int count = 0;

	for (struct vma *vma = vma_first(&mm); vma; vma = vma_next(vma)) {
		unsigned long first = (vma->start - BASE) / PAGE_SIZE, n = vma_pages(vma);

		assert_true(is_free(page, first - page));
		for (unsigned long i = first; i < first + n; i++)
			assert_int_equal(kinds[used[i]], vma->flags);
		assert_ptr_equal(vma_find(&mm, vma->start + PAGE_SIZE / 2), vma);
		page = first + n;
		count++;
	}
	assert_true(is_free(page, PAGES - page));
	assert_int_equal(mm.map_count, count);
}

static int setup(void **state)
{
	host_setup(state);
	memset(&mm, 0, sizeof(mm));
	memset(used, 0, sizeof(used));
	vma_cache_init();
	return 0;
}

static int teardown(void **state)
{
	vma_free_all(&mm);
	assert_int_equal(mm.map_count, 0);
	return host_teardown(state);
}

static void random_operations(void **state)
{
	srand(4);
	for (unsigned int round = 0; round < 6000; round++) {
		unsigned long n = 1 + (unsigned long)rand() % 24, low = (unsigned long)rand() % 500;
		unsigned long high = low + (unsigned long)rand() % (PAGES - low), page, got;

		got = vma_gap_top_down(&mm, n * PAGE_SIZE, addr_of(low), addr_of(high));
		assert_int_equal(got, model_down(n, low, high));
		got = vma_gap_bottom_up(&mm, n * PAGE_SIZE, addr_of(low), addr_of(high));
		assert_int_equal(got, model_up(n, low, high));
		page = (unsigned long)rand() % (PAGES - n);
		if (rand() % 2 && is_free(page, n))
			map(page, n, (u8)(1 + rand() % 3));
		else if (rand() % 3 == 0)
			unmap(addr_of(page), addr_of(page + n));
		else if (got)
			map((got - BASE) / PAGE_SIZE, n, (u8)(1 + rand() % 3));
		else
			unmap(addr_of(page), addr_of(min(PAGES, page + 8 * n)));
		if (round % 20 == 0)
			check();
	}
}

static void stack_keeps_its_distance(void **state)
{
	struct vma *stack = vma_alloc(&mm);

	stack->start = addr_of(1500);
	stack->end = addr_of(1510);
	stack->flags = VM_READ | VM_WRITE | VM_GROWSDOWN;
	vma_insert(&mm, stack);
	assert_int_equal(vma_gap_top_down(&mm, PAGE_SIZE, BASE, addr_of(1505)),
			 addr_of(1500) - STACK_GUARD_GAP - PAGE_SIZE);
	stack->start -= PAGE_SIZE;
	vma_adjusted(stack);
	assert_int_equal(vma_gap_top_down(&mm, PAGE_SIZE, BASE, addr_of(1505)),
			 addr_of(1499) - STACK_GUARD_GAP - PAGE_SIZE);
}

static void no_memory_for_a_split(void **state)
{
	map(10, 10, 1);
	host_fail_alloc(1);
	assert_true(IS_ERR(vma_split(&mm, vma_first(&mm), addr_of(15))));
	check();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_operations, setup, teardown),
		cmocka_unit_test_setup_teardown(stack_keeps_its_distance, setup, teardown),
		cmocka_unit_test_setup_teardown(no_memory_for_a_split, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
