/* The algebra of record locks: splitting, merging, conflicts, lack of spare ranges. */
// LINK: kernel/fs/lock_ranges.c
#include <host/host.h>
#include "kernel/fs/lock_ranges.h"
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <abi/fcntl.h>

static struct list_head list;
static int me, you;

static void spare_put(struct list_head *spare, int n)
{
	list_init(spare);
	while (n--) {
		struct lock_range *r = kzalloc(sizeof(*r), GFP_KERNEL);

		list_add(&r->node, spare);
	}
}

static void free_all(struct list_head *head)
{
	struct lock_range *r, *next;

	list_for_each_entry_safe (r, next, head, node)
		kfree(r);
	list_init(head);
}

static void apply(const void *owner, u8 type, loff_t start, loff_t end)
{
	struct lock_range want = { .start = start, .end = end, .owner = owner, .type = type };
	struct list_head spare;

	spare_put(&spare, 2);
	assert_int_equal(lock_range_apply(&list, &want, &spare), 0);
	free_all(&spare);
}

/* The ranges of an owner as "type:start-end ..." */
static void expect(const void *owner, const char *text)
{
	char buf[256] = "";
	struct lock_range *r;
	size_t n = 0;

	list_for_each_entry (r, &list, node)
		if (r->owner == owner)
			n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%c%lld-%lld ",
					      r->type == F_WRLCK ? 'w' : 'r', (long long)r->start,
					      r->end == LOCK_RANGE_END ? -1ll : (long long)r->end);
	assert_string_equal(buf, text);
}

static void merges_neighbours(void **state)
{
	list_init(&list);
	apply(&me, F_WRLCK, 0, 9);
	apply(&me, F_WRLCK, 20, 29);
	expect(&me, "w0-9 w20-29 ");
	apply(&me, F_WRLCK, 10, 19);
	expect(&me, "w0-29 ");
	apply(&you, F_RDLCK, 100, LOCK_RANGE_END);
	apply(&you, F_RDLCK, 50, 99);
	expect(&you, "r50--1 ");
	free_all(&list);
}

static void splits(void **state)
{
	list_init(&list);
	apply(&me, F_WRLCK, 0, LOCK_RANGE_END);
	apply(&me, F_UNLCK, 10, 19);
	expect(&me, "w0-9 w20--1 ");
	apply(&me, F_RDLCK, 30, 39);
	expect(&me, "w0-9 w20-29 r30-39 w40--1 ");
	apply(&me, F_RDLCK, 5, 34);
	expect(&me, "w0-4 r5-39 w40--1 ");
	apply(&me, F_UNLCK, 0, LOCK_RANGE_END);
	expect(&me, "");
	assert_true(list_empty(&list));
}

static void covers_and_cuts(void **state)
{
	list_init(&list);
	apply(&you, F_RDLCK, 0, 1000);
	apply(&me, F_RDLCK, 10, 19);
	apply(&me, F_RDLCK, 30, 39);
	apply(&me, F_WRLCK, 5, 50);
	expect(&me, "w5-50 ");
	apply(&me, F_UNLCK, 0, 9);
	expect(&me, "w10-50 ");
	apply(&me, F_UNLCK, 40, 60);
	expect(&me, "w10-39 ");
	expect(&you, "r0-1000 ");
	free_all(&list);
}

static void finds_conflicts(void **state)
{
	struct lock_range want = { .start = 5, .end = 5, .owner = &you, .type = F_RDLCK };

	list_init(&list);
	apply(&me, F_RDLCK, 0, 9);
	assert_null(lock_range_conflict(&list, &want));
	want.type = F_WRLCK;
	assert_non_null(lock_range_conflict(&list, &want));
	want.start = want.end = 10;
	assert_null(lock_range_conflict(&list, &want));
	want.owner = &me;
	want.start = 0;
	assert_null(lock_range_conflict(&list, &want));
	free_all(&list);
}

static void needs_spares(void **state)
{
	struct lock_range want = { .start = 3, .end = 4, .owner = &me, .type = F_RDLCK };
	struct list_head spare;

	list_init(&list);
	apply(&me, F_WRLCK, 0, 9);
	spare_put(&spare, 1);
	assert_int_equal(lock_range_apply(&list, &want, &spare), -ENOLCK);
	expect(&me, "w0-9 ");
	free_all(&spare);
	free_all(&list);
}

static void reads_struct_flock(void **state)
{
	struct lock_range r;

	assert_int_equal(lock_range_from_flock(&r, 10, 5, 10), 0);
	assert_true(r.start == 15 && r.end == 24);
	assert_int_equal(lock_range_from_flock(&r, 0, 20, -5), 0);
	assert_true(r.start == 15 && r.end == 19);
	assert_int_equal(lock_range_from_flock(&r, 0, 7, 0), 0);
	assert_true(r.end == LOCK_RANGE_END);
	assert_int_equal(lock_range_from_flock(&r, 0, 2, -5), -EINVAL);
	assert_int_equal(lock_range_from_flock(&r, 0, -1, 5), -EINVAL);
	assert_int_equal(lock_range_from_flock(&r, LLONG_MAX, 1, 1), -EOVERFLOW);
	assert_int_equal(lock_range_from_flock(&r, 0, 10, LLONG_MAX), -EOVERFLOW);
}

/* Random operations against a byte map. */
static void agrees_with_a_byte_map(void **state)
{
	u8 map[2][64] = { 0 };
	const void *owners[2] = { &me, &you };
	unsigned int seed = 1;

	list_init(&list);
	for (int i = 0; i < 5000; i++) {
		struct lock_range *r;
		u8 seen[2][64] = { 0 };
		unsigned int who, type, a, b;

		seed = seed * 1103515245 + 12345;
		who = seed >> 16 & 1;
		type = (seed >> 17) % 3;
		a = seed >> 19 & 63;
		b = seed >> 25 & 63;
		if (a > b) {
			unsigned int t = a;

			a = b;
			b = t;
		}
		apply(owners[who], (u8)type, a, b);
		for (unsigned int k = a; k <= b; k++)
			map[who][k] = type == F_UNLCK ? 0 : type == F_WRLCK ? 2 : 1;
		list_for_each_entry (r, &list, node)
			for (loff_t k = r->start; k <= r->end; k++) {
				u8 *p = &seen[r->owner == &you][k];

				assert_int_equal(*p, 0);
				*p = r->type == F_WRLCK ? 2 : 1;
			}
		assert_memory_equal(map, seen, sizeof(map));
	}
	free_all(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(merges_neighbours),	   host_test(splits),
		host_test(covers_and_cuts),	   host_test(finds_conflicts),
		host_test(needs_spares),	   host_test(reads_struct_flock),
		host_test(agrees_with_a_byte_map),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
