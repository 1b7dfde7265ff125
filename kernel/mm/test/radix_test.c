/* The page tree against an array: insertion, removal, walks, tags, failing allocations. */
// LINK: kernel/mm/radix.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/page.h>
#include <stdlib.h>
#include <string.h>
#include "../radix.h"

#define SPAN 20000ul

static struct radix_node *root;
static unsigned int height;
static struct radix_tree tree = { &root, &height };
static struct page pages[SPAN]; /* only their addresses count */
static bool in[SPAN], tagged[SPAN];

static int setup(void **state)
{
	host_setup(state);
	radix_cache_init();
	memset(in, 0, sizeof(in));
	memset(tagged, 0, sizeof(tagged));
	root = NULL;
	height = 0;
	return 0;
}

static void check_walks(void)
{
	unsigned long index = 0, expect = 0;
	struct page *p;

	while ((p = radix_next(&tree, &index))) {
		while (!in[expect])
			expect++;
		assert_int_equal(index, expect);
		assert_ptr_equal(p, &pages[index]);
		expect = ++index;
	}
	while (expect < SPAN)
		assert_false(in[expect++]);
	/* Every tagged page is found; one whose tag the tree could not keep may be found besides.
	 */
	index = 0;
	expect = 0;
	while ((p = radix_next_tagged(&tree, &index))) {
		while (expect < index)
			assert_false(tagged[expect++]);
		assert_true(in[index]);
		expect = ++index;
	}
	while (expect < SPAN)
		assert_false(tagged[expect++]);
}

static void toggle(unsigned long i)
{
	if (in[i]) {
		assert_ptr_equal(radix_remove(&tree, i), &pages[i]);
		in[i] = tagged[i] = false;
		return;
	}
	assert_null(radix_remove(&tree, i));
	assert_int_equal(radix_insert(&tree, i, &pages[i]), 0);
	assert_int_equal(radix_insert(&tree, i, &pages[i]), -EEXIST);
	in[i] = true;
}

static void random_operations(void **state)
{
	const unsigned long spans[] = { 3, 70, 5000, SPAN };

	srand(5);
	for (unsigned int round = 0; round < 40000; round++) {
		unsigned long i = (unsigned long)rand() % spans[rand() % 4];
		struct page *out[16];

		if (rand() % 3)
			toggle(i);
		else if (in[i] && !tagged[i]) {
			radix_tag(&tree, i);
			tagged[i] = true;
		} else if (in[i]) {
			radix_untag(&tree, i);
			tagged[i] = false;
		}
		assert_ptr_equal(radix_find(&tree, i), in[i] ? &pages[i] : NULL);
		if (i + 16 <= SPAN) {
			radix_gang(&tree, i, 16, out);
			for (unsigned int k = 0; k < 16; k++)
				assert_ptr_equal(out[k], in[i + k] ? &pages[i + k] : NULL);
		}
		if (round % 400 == 0)
			check_walks();
	}
	for (unsigned long i = 0; i < SPAN; i++)
		if (in[i])
			toggle(i);
	assert_null(root);
	assert_int_equal(height, 0);
}

static void far_ends(void **state)
{
	unsigned long index = 1;

	assert_int_equal(radix_insert(&tree, ~0ul, &pages[1]), 0);
	assert_int_equal(radix_insert(&tree, 0, &pages[0]), 0);
	assert_ptr_equal(radix_next(&tree, &index), &pages[1]);
	assert_int_equal(index, ~0ul);
	assert_ptr_equal(radix_remove(&tree, ~0ul), &pages[1]);
	assert_int_equal(height, 0);
	assert_ptr_equal(radix_find(&tree, 0), &pages[0]);
	assert_ptr_equal(radix_remove(&tree, 0), &pages[0]);
}

static void without_memory(void **state)
{
	host_for_each_alloc_failure(n)
	{
		int err = radix_insert(&tree, 100000, &pages[0]);

		if (!err)
			assert_ptr_equal(radix_remove(&tree, 100000), &pages[0]);
		else
			assert_int_equal(err, -ENOMEM);
		assert_null(root);
		assert_int_equal(host_alloc_live(), 0);
	}
	assert_int_equal(radix_insert(&tree, 0, &pages[0]), 0);
	host_for_each_alloc_failure(n)
	{
		int err = radix_insert(&tree, 100000, &pages[1]);

		assert_ptr_equal(radix_find(&tree, 0), &pages[0]);
		if (!err)
			assert_ptr_equal(radix_remove(&tree, 100000), &pages[1]);
	}
	assert_ptr_equal(radix_remove(&tree, 0), &pages[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_operations, setup, host_teardown),
		cmocka_unit_test_setup_teardown(far_ends, setup, host_teardown),
		cmocka_unit_test_setup_teardown(without_memory, setup, host_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
