/* Page cache of a mapping: reading, sharing, limits, truncation, punching, write-back, reclaim. */
// LINK: kernel/mm/pagecache.c kernel/mm/radix.c kernel/mm/writeback.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/pagecache.h>
#include <kernel/task.h>
#include <stdlib.h>
#include <string.h>
#include "../mm_internal.h"
#include "../pte.h"

struct atomic page_uses[USE_COUNT];
static struct mapping m;
static unsigned int reads, writes, charged, limit, on_lru;
static int read_error;

/* What the page cache asks of the rest of mm. */
void lru_add(struct page *page)
{
	page_set_flag(page, PG_LRU);
	on_lru++;
}
void lru_remove(struct page *page)
{
	if (page_test_flag(page, PG_LRU))
		on_lru--;
	page_clear_flag(page, PG_LRU);
}
void pte_zap_range(struct mm *mm, unsigned long start, unsigned long end, bool even_cow)
{
}
void mm_flush_page(const struct mm *mm, unsigned long addr)
{
}
void reclaim_written(void)
{
}
pte_t *pte_lookup(pgd_t *pgd, unsigned long addr)
{
	return NULL;
}

static int read_page(struct mapping *map, struct page *page)
{
	reads++;
	if (read_error) {
		page_set_flag(page, PG_ERROR);
	} else {
		memset(page_address(page), (int)('a' + page->index), PAGE_SIZE);
		page_set_flag(page, PG_UPTODATE);
	}
	page_unlock(page);
	return read_error;
}
static int write_page(struct mapping *map, struct page *page, void **batch)
{
	writes++;
	assert_true(page_test_flag(page, PG_WRITEBACK));
	page_end_writeback(page);
	return 0;
}
static int charge(struct mapping *map, unsigned int pages)
{
	if (charged + pages > limit)
		return -ENOSPC;
	charged += pages;
	return 0;
}
static void uncharge(struct mapping *map, unsigned int pages)
{
	assert_true(pages <= charged);
	charged -= pages;
}
static const struct mapping_ops disk_ops = { .read_page = read_page, .write_page = write_page };
static const struct mapping_ops memory_ops = { .charge = charge, .uncharge = uncharge };

static int setup(void **state)
{
	host_setup(state);
	pagecache_init();
	memset(page_uses, 0, sizeof(page_uses));
	reads = writes = charged = on_lru = 0;
	limit = ~0u;
	read_error = 0;
	return 0;
}

static int teardown(void **state)
{
	mapping_destroy(&m);
	assert_int_equal(m.nr_pages, 0);
	assert_int_equal(page_use_read(USE_CACHE), 0);
	assert_int_equal(page_use_read(USE_SHMEM), 0);
	assert_int_equal(page_use_read(USE_DIRTY), 0);
	assert_int_equal(charged + on_lru, 0);
	return host_teardown(state);
}

static void read_once(void **state)
{
	struct page *a, *b;

	mapping_init(&m, NULL, &disk_ops);
	a = pagecache_read(&m, 3);
	b = pagecache_read(&m, 3);
	assert_ptr_equal(a, b);
	assert_int_equal(reads, 1);
	assert_int_equal(atomic_read(&a->refcount), 3);
	assert_int_equal(*(char *)page_address(a), 'd');
	assert_int_equal(on_lru, 1);
	assert_null(pagecache_find(&m, 2));
	page_put(a);
	page_put(b);
}

static void read_fails(void **state)
{
	struct page *page;

	mapping_init(&m, NULL, &disk_ops);
	read_error = -EIO;
	assert_int_equal(PTR_ERR(pagecache_read(&m, 0)), -EIO);
	read_error = 0;
	page = pagecache_read(&m, 0);
	assert_false(IS_ERR(page));
	page_put(page);
	host_for_each_alloc_failure(n)
	{
		page = pagecache_read(&m, 5000 + n);
		if (!IS_ERR(page))
			page_put(page);
		else
			assert_int_equal(PTR_ERR(page), -ENOMEM);
	}
}

static void limits(void **state)
{
	bool created;
	struct page *page;

	mapping_init(&m, NULL, &memory_ops);
	m.unevictable = true;
	limit = 2;
	for (unsigned int i = 0; i < 2; i++) {
		page = pagecache_get(&m, i, &created);
		assert_true(created);
		page_unlock(page);
		page_put(page);
	}
	assert_int_equal(PTR_ERR(pagecache_get(&m, 2, &created)), -ENOSPC);
	assert_int_equal(page_use_read(USE_SHMEM), 2);
	assert_int_equal(on_lru, 0);
	mapping_truncate(&m, 0);
	assert_int_equal(charged, 0);
	page = pagecache_read(&m, 7);
	assert_int_equal(*(char *)page_address(page), 0);
	assert_int_equal(pagecache_insert(&m, 7, page), -EEXIST);
	page_put(page);
	assert_int_equal(charged, 1);
}

static char byte_at(unsigned long offset)
{
	struct page *page = pagecache_find(&m, offset / PAGE_SIZE);
	char c = page ? ((char *)page_address(page))[offset % PAGE_SIZE] : '-';

	if (page)
		page_put(page);
	return c;
}

static void fill(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		page_put(pagecache_read(&m, i));
}

static void truncation(void **state)
{
	mapping_init(&m, NULL, &disk_ops);
	fill(10);
	mapping_truncate(&m, 5 * PAGE_SIZE + 100);
	assert_int_equal(m.nr_pages, 6);
	assert_int_equal(byte_at(5 * PAGE_SIZE + 99), 'f');
	assert_int_equal(byte_at(5 * PAGE_SIZE + 100), 0);
	assert_int_equal(byte_at(6 * PAGE_SIZE), '-');
	mapping_punch(&m, PAGE_SIZE + 10, 4 * PAGE_SIZE + 10);
	assert_int_equal(m.nr_pages, 4);
	assert_int_equal(byte_at(PAGE_SIZE + 9), 'b');
	assert_int_equal(byte_at(PAGE_SIZE + 10), 0);
	assert_int_equal(byte_at(2 * PAGE_SIZE), '-');
	assert_int_equal(byte_at(4 * PAGE_SIZE + 9), 0);
	assert_int_equal(byte_at(4 * PAGE_SIZE + 10), 'e');
	mapping_punch(&m, 20, 30);
	assert_int_equal(byte_at(19), 'a');
	assert_int_equal(byte_at(20), 0);
	assert_int_equal(byte_at(29), 0);
	assert_int_equal(byte_at(30), 'a');
}

static void write_back(void **state)
{
	struct page *page;

	mapping_init(&m, NULL, &disk_ops);
	fill(100);
	for (unsigned long i = 0; i < 100; i += 10) {
		page = pagecache_find(&m, i);
		page_mark_dirty(page);
		page_mark_dirty(page);
		page_put(page);
	}
	assert_int_equal(page_use_read(USE_DIRTY), 10);
	assert_int_equal(mapping_sync(&m, 0, 49 * PAGE_SIZE), 0);
	assert_int_equal(writes, 5);
	assert_int_equal(mapping_sync(&m, 0, 0x7fffffffffffffffll), 0);
	assert_int_equal(writes, 10);
	assert_int_equal(page_use_read(USE_DIRTY) + page_use_read(USE_WRITEBACK), 0);
}

static void only_unused_clean_pages_go(void **state)
{
	struct page *page;

	mapping_init(&m, NULL, &disk_ops);
	fill(2);
	page = pagecache_find(&m, 1);
	page_get(page);
	page_lock(page);
	assert_false(pagecache_remove_unused(&m, page, 2));
	page_put(page);
	page_mark_dirty(page);
	assert_false(pagecache_remove_unused(&m, page, 2));
	page_unlock(page);
	assert_int_equal(mapping_sync(&m, 0, 2 * PAGE_SIZE), 0);
	page_lock(page);
	assert_true(pagecache_remove_unused(&m, page, 2));
	page_unlock(page);
	page_put(page);
	assert_int_equal(m.nr_pages, 1);
}

/* For who writes past the cache: a page that somebody uses, or that is to be written, is told. */
static void taken_out(void **state)
{
	struct page *page;

	mapping_init(&m, NULL, &disk_ops);
	fill(4);
	page = pagecache_find(&m, 2);
	assert_true(mapping_take_out(&m, 0, 1));
	assert_int_equal(m.nr_pages, 2);
	assert_false(mapping_take_out(&m, 0, ~0ul));
	assert_int_equal(m.nr_pages, 1);
	assert_true(mapping_take_out(&m, 3, ~0ul));
	page_mark_dirty(page);
	page_put(page);
	assert_false(mapping_take_out(&m, 0, ~0ul));
	assert_int_equal(mapping_sync(&m, 0, 0x7fffffffffffffffll), 0);
	assert_true(mapping_take_out(&m, 0, ~0ul));
	assert_int_equal(m.nr_pages, 0);
}

#define cache_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cache_test(read_once),	cache_test(read_fails),
		cache_test(limits),	cache_test(truncation),
		cache_test(write_back), cache_test(only_unused_clean_pages_go),
		cache_test(taken_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
