/* Swapped pages come back: what may have happened while one was read, and what swapoff() does. */
// LINK: kernel/mm/swap_in.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/pagecache.h>
#include <kernel/signal.h>
#include <string.h>
#include "../fault.h"
#include "../pte.h"
#include "../swap.h"

#define START 0x40000000ul
#define PAGES 4u
#define SLOT  7u

struct swap_area swap_areas[PTE_SWAP_AREAS];
static pte_t table[PAGES], cached_entry;
static struct page page, other;
static struct page *cached; /* for cached_entry */
static struct mm mm;
static struct vma vma;
static int read_error;
static unsigned int unused, put, installed, waits, reads;
static bool writable, sole, crowded, signalled;
static void (*while_reading)(void);

/* ---- the rest of memory ---- */
int swap_read(pte_t entry, struct page **out)
{
	reads++;
	if (read_error)
		return read_error;
	*out = &page;
	cached = &page;
	cached_entry = entry;
	if (while_reading)
		while_reading();
	return 0;
}
bool swap_cache_holds(const struct page *p, pte_t entry)
{
	return cached == p && cached_entry == entry;
}
bool swap_cache_take(struct page *p, int refs)
{
	assert_ptr_equal(p, &page);
	return sole;
}
void swap_page_put(struct page *p)
{
	assert_ptr_equal(p, &page);
	put++;
}
void swap_entry_unuse(pte_t entry)
{
	assert_true(pte_is_swap(entry));
	unused++;
}
bool swap_is_crowded(void)
{
	return crowded;
}
void page_wait_writeback(struct page *p)
{
	waits++;
}
void pte_install(struct mm *m, pte_t *pte, struct page *p, bool write)
{
	assert_int_equal(*pte, 0);
	*pte = PTE_PRESENT;
	writable = write;
	installed++;
}
void pte_finish(const struct vma *v, pte_t *pte)
{
}
pte_t *pte_lookup(pgd_t *pgd, unsigned long addr)
{
	return addr - START < PAGES * PAGE_SIZE ? &table[(addr - START) / PAGE_SIZE] : NULL;
}
bool signal_pending(const struct task *t)
{
	return signalled;
}
struct vma *vma_first(struct mm *m)
{
	return &vma;
}
struct vma *vma_next(struct vma *v)
{
	return NULL;
}

/* ---- */
static int setup(void **state)
{
	memset(&mm, 0, sizeof(mm));
	memset(&vma, 0, sizeof(vma));
	memset(swap_areas, 0, sizeof(swap_areas));
	spin_init(&mm.pte_lock, RANK_PTE, "pte");
	rwlock_init(&mm.mmap_lock, RANK_MMAP, "mmap");
	vma.mm = &mm;
	vma.start = START;
	vma.end = START + PAGES * PAGE_SIZE;
	vma.flags = VM_READ | VM_WRITE | VM_HAS_ANON;
	for (unsigned int i = 0; i < PAGES; i++)
		table[i] = pte_make_swap(1, SLOT + i);
	atomic_set(&mm.swapped, PAGES);
	swap_areas[1].state = SWAP_ON;
	cached = NULL;
	read_error = 0;
	unused = put = installed = waits = reads = 0;
	writable = sole = crowded = signalled = false;
	while_reading = NULL;
	return host_setup(state);
}

static enum fault_result fault(unsigned int flags)
{
	return swap_fault(&vma, START, &table[0], pte_make_swap(1, SLOT), flags);
}

static void comes_back(void **state)
{
	assert_int_equal(fault(0), FAULT_OK);
	assert_int_equal(installed, 1);
	assert_int_equal(unused, 1);
	assert_int_equal(put, 0); /* the reference is the entry's */
	assert_int_equal(atomic_read(&mm.swapped), PAGES - 1);
	assert_int_equal(waits, 0);
	assert_false(writable);
}

/* Stored to at once: only what nobody else has, and what the VMA allows. */
static void for_a_store(void **state)
{
	assert_int_equal(fault(FAULT_WRITE), FAULT_OK);
	assert_int_equal(waits, 1);
	assert_false(writable);
	setup(state);
	sole = true;
	assert_int_equal(fault(FAULT_WRITE), FAULT_OK);
	assert_true(writable);
	setup(state);
	sole = true;
	vma.flags &= ~VM_WRITE;
	assert_int_equal(fault(FAULT_WRITE), FAULT_OK);
	assert_false(writable);
}

/* Its slot is wanted: it leaves the cache though nobody stores. */
static void when_slots_are_scarce(void **state)
{
	sole = true;
	assert_int_equal(fault(0), FAULT_OK);
	assert_false(writable);
	setup(state);
	sole = crowded = true;
	assert_int_equal(fault(0), FAULT_OK);
	assert_true(writable);
	setup(state);
	sole = true;
	swap_areas[1].state = SWAP_LEAVING;
	assert_int_equal(fault(0), FAULT_OK);
	assert_true(writable);
}

static void entry_goes(void)
{
	table[0] = PTE_PRESENT;
}

static void another_thread_was_faster(void **state)
{
	while_reading = entry_goes;
	assert_int_equal(fault(0), FAULT_OK);
	assert_int_equal(installed, 0);
	assert_int_equal(unused, 0);
	assert_int_equal(put, 1);
	assert_int_equal(table[0], PTE_PRESENT);
}

/* It came in, was stored to, and went out again, into the same slot: the page that was read is what
 * was there before. */
static void slot_has_a_newer_page(void)
{
	cached = &other;
}

static void another_page_is_in_the_slot(void **state)
{
	while_reading = slot_has_a_newer_page;
	assert_int_equal(fault(FAULT_WRITE), FAULT_OK);
	assert_int_equal(installed, 0);
	assert_int_equal(unused, 0);
	assert_int_equal(put, 1);
	assert_int_equal(table[0], pte_make_swap(1, SLOT));
	assert_int_equal(atomic_read(&mm.swapped), PAGES);
}

static void cannot_be_read(void **state)
{
	read_error = -EIO;
	assert_int_equal(fault(0), FAULT_BUS);
	read_error = -ENOMEM;
	assert_int_equal(fault(0), FAULT_OOM);
	read_error = -ENOENT;
	assert_int_equal(fault(0), FAULT_OK);
	assert_int_equal(installed + put + unused, 0);
	assert_int_equal(table[0], pte_make_swap(1, SLOT));
}

/* ---- swapoff ---- */
static void area_leaves(void **state)
{
	table[1] = pte_make_swap(2, SLOT); /* another area's */
	table[2] = 0;
	assert_int_equal(swap_in_mm(&mm, 1), 0);
	assert_int_equal(installed, 2);
	assert_int_equal(table[1], pte_make_swap(2, SLOT));
	assert_int_equal(table[2], 0);
	assert_int_equal(atomic_read(&mm.swapped), PAGES - 2);
}

static void area_leaves_without_what_is_lost(void **state)
{
	read_error = -EIO;
	assert_int_equal(swap_in_mm(&mm, 1), 0);
	for (unsigned int i = 0; i < PAGES; i++)
		assert_int_equal(table[i], PTE_LOST);
	assert_int_equal(unused, PAGES);
	assert_int_equal(atomic_read(&mm.swapped), 0);
}

static void area_stays(void **state)
{
	read_error = -ENOMEM;
	assert_int_equal(swap_in_mm(&mm, 1), -ENOMEM);
	assert_int_equal(reads, 1);
	setup(state);
	signalled = true;
	assert_int_equal(swap_in_mm(&mm, 1), -EINTR);
	assert_int_equal(reads, 1);
	setup(state);
	vma.flags &= ~VM_HAS_ANON;
	assert_int_equal(swap_in_mm(&mm, 1), 0);
	assert_int_equal(reads, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comes_back),
		TEST(for_a_store),
		TEST(when_slots_are_scarce),
		TEST(another_thread_was_faster),
		TEST(another_page_is_in_the_slot),
		TEST(cannot_be_read),
		TEST(area_leaves),
		TEST(area_leaves_without_what_is_lost),
		TEST(area_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
