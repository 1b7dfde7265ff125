/* Buddy allocator and zones against a model: who owns which frame. */
// LINK: kernel/mm/buddy.c kernel/mm/page.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/page.h>
#include <kernel/pagecache.h>
#include <kernel/task.h>
#include <stdlib.h>
#include <string.h>
#include "../buddy.h"
#include "../mm_internal.h"

#define PFNS	 16384u /* 64 MB: 16 DMA, 16 normal, 32 high */
#define LOW_PFNS 8192u
#define BLOCKS	 3000u

static struct page map[PFNS];
struct page *page_map = map;
unsigned long page_map_pfns = PFNS, lowmem_end_pfn = LOW_PFNS;
static u8 owner[PFNS]; /* 1: given out */

/* What page.c asks of others; nothing can be reclaimed here. */
static bool sleeping_world;
static unsigned int wakes, kills;
void kswapd_wake(void)
{
	wakes++;
}
bool reclaim_running(void)
{
	return sleeping_world;
}
unsigned long reclaim_pages(unsigned long want, unsigned int gfp)
{
	return 0;
}
bool oom_kill(unsigned int gfp, unsigned int order)
{
	kills++;
	return false;
}
bool oom_wait_for_victim(void)
{
	return false;
}
bool fatal_signal_pending(const struct task *task)
{
	return false;
}
void page_zero(struct page *page)
{
}

static int setup(void **state)
{
	host_setup(state);
	memset(owner, 0, sizeof(owner));
	memset(map, 0, sizeof(map));
	for (unsigned int i = 0; i < PFNS; i++)
		map[i].flags = 1ul << PG_RESERVED;
	page_init();
	/* Holes: the first page, and the ISA hole. */
	page_free_range(1 << PAGE_SHIFT, 0xA0000);
	page_free_range(0x100000, PFNS << PAGE_SHIFT);
	sleeping_world = false;
	wakes = kills = 0;
	return 0;
}
#define RAM (PFNS - 1 - 0x60)

static struct page *take(unsigned int gfp, unsigned int order)
{
	struct page *p = page_alloc(gfp, order);
	unsigned long pfn;

	if (!p)
		return NULL;
	pfn = page_to_pfn(p);
	assert_int_equal(pfn & ((1u << order) - 1), 0);
	assert_int_equal(atomic_read(&p->refcount), 1);
	for (unsigned long i = pfn; i < pfn + (1ul << order); i++) {
		assert_int_equal(owner[i], 0);
		assert_int_equal(map[i].flags, 0);
		assert_true(i >= 1 && (i < 0xA0 || i >= 0x100) && i < PFNS);
		owner[i] = 1;
	}
	return p;
}

static void give(struct page *p, unsigned int order)
{
	memset(owner + page_to_pfn(p), 0, 1u << order);
	page_free(p, order);
}

static void everything_joins_again(void **state)
{
	static struct page *pages[PFNS];
	unsigned int n = 0;

	while ((pages[n] = take(GFP_USER | GFP_ATOMIC, 0)))
		n++;
	/* All but the reserves. */
	assert_true(n > RAM - 600);
	for (unsigned int i = 0; i < n; i++)
		give(pages[i], 0);
	page_drain_cpu_cache();
	assert_int_equal(page_free_count(), RAM);
	/* No fragments stay: blocks of 4 MB come out again. */
	for (unsigned int i = 0; i < 12; i++)
		assert_non_null(take(GFP_USER | GFP_ATOMIC, PAGE_MAX_ORDER));
}

static void random_blocks(void **state)
{
	static struct page *page[BLOCKS];
	static u8 order[BLOCKS];
	const unsigned int gfps[] = { GFP_ATOMIC, GFP_ATOMIC | GFP_HIGH, GFP_ATOMIC | GFP_DMA };

	srand(2);
	memset(page, 0, sizeof(page));
	for (unsigned int round = 0; round < 60000; round++) {
		unsigned int i = (unsigned int)rand() % BLOCKS, gfp = gfps[rand() % 3];

		if (page[i]) {
			give(page[i], order[i]);
			page[i] = NULL;
			continue;
		}
		order[i] = (u8)(rand() % 8 ? rand() % 4 : rand() % (PAGE_MAX_ORDER + 1));
		page[i] = take(gfp, order[i]);
		if (page[i] && (gfp & GFP_DMA))
			assert_true(page_to_pfn(page[i]) < ZONE_DMA_END_PFN);
		if (page[i] && !(gfp & GFP_HIGH))
			assert_false(page_is_high(page[i]));
	}
	for (unsigned int i = 0; i < BLOCKS; i++)
		if (page[i])
			give(page[i], order[i]);
	page_drain_cpu_cache();
	assert_int_equal(page_free_count(), RAM);
}

static void zones_and_reserves(void **state)
{
	struct page_stats stats;
	unsigned int n = 0;

	assert_true(page_is_high(take(GFP_USER | GFP_ATOMIC, 0)));
	assert_true(page_to_pfn(take(GFP_ATOMIC, 0)) >= ZONE_DMA_END_PFN);
	assert_null(page_alloc(GFP_ATOMIC, PAGE_MAX_ORDER + 1));
	/* Ordinary requests leave a reserve in the DMA zone; atomic ones dip into it. */
	sleeping_world = true;
	while (take(GFP_KERNEL, 0))
		n++;
	assert_true(kills > 0 && wakes > 0);
	page_get_stats(&stats);
	assert_int_equal(stats.total, RAM);
	assert_int_equal(stats.high_total, PFNS - LOW_PFNS);
	assert_non_null(take(GFP_DMA | GFP_ATOMIC, 0));
	assert_non_null(take(GFP_DMA, 2));
	assert_non_null(take(GFP_ATOMIC, 0));
	assert_true(page_below_high(GFP_KERNEL));
	assert_false(page_below_high(GFP_USER));
}

static void no_kill_for_the_impossible(void **state)
{
	static struct task task;

	current = &task;
	sleeping_world = true;
	while (take(GFP_USER | GFP_NORETRY, 0))
		;
	assert_int_equal(kills, 0);
	assert_null(take(GFP_KERNEL, 9));
	assert_int_equal(kills, 0);
	/* A victim reaches the last page. */
	task.oom_victim = 1;
	assert_non_null(take(GFP_USER, 0));
	current = NULL;
}

static void reserved_pages_stay(void **state)
{
	struct page *bios = pfn_to_page(0xF0);

	atomic_set(&bios->refcount, 1);
	page_put(bios);
	assert_true(page_test_flag(bios, PG_RESERVED));
	assert_int_equal(page_free_count(), RAM);
}

#define zone_test(fn) cmocka_unit_test_setup_teardown(fn, setup, NULL)

int main(void)
{
	const struct CMUnitTest tests[] = {
		zone_test(everything_joins_again), zone_test(random_blocks),
		zone_test(zones_and_reserves),	   zone_test(no_kill_for_the_impossible),
		zone_test(reserved_pages_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
