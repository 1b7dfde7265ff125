/* Object caches and kmalloc: contents kept apart, sizes, alignment, shrinking, failures, misuse. */
// LINK: kernel/mm/slab.c kernel/mm/kmalloc.c kernel/lib/bitops.c
#include <host/host.h>
#include <kernel/page.h>
#include <kernel/slab.h>
#include <arch/irqflags.h>
#include <stdlib.h>
#include <string.h>
#include "../mm_internal.h"
#include "../vma.h"

#define PIECES 1500

struct atomic page_uses[USE_COUNT];

void vma_cache_init(void)
{
}

static int setup(void **state)
{
	static bool done;

	/* Once: a new setup would take the pages away from the caches. */
	if (!done) {
		host_setup(state);
		slab_init();
	}
	done = true;
	return 0;
}

/* Pages of the caches' own structures stay for the life of the kernel. */
static int teardown(void **state)
{
	slab_shrink();
	assert_true(page_use_read(USE_SLAB) <= 2);
	host_fail_disarm();
	return 0;
}

static void random_pieces(void **state)
{
	static struct {
		u8 *p;
		size_t n;
		u8 fill;
	} piece[PIECES];

	srand(3);
	memset(piece, 0, sizeof(piece));
	for (unsigned int round = 0; round < 100000; round++) {
		unsigned int i = (unsigned int)rand() % PIECES;

		if (piece[i].p) {
			for (size_t k = 0; k < piece[i].n; k += 7)
				assert_int_equal(piece[i].p[k], piece[i].fill);
			kfree(piece[i].p);
			piece[i].p = NULL;
			continue;
		}
		piece[i].n = (size_t)(rand() % 20 ? rand() % 400 : rand() % 9000);
		piece[i].fill = (u8)rand();
		piece[i].p = kmalloc(piece[i].n, GFP_KERNEL);
		if (!piece[i].p)
			continue;
		assert_int_equal((uintptr_t)piece[i].p & 7, 0);
		if (piece[i].n >= 32 && !(piece[i].n & (piece[i].n - 1)) && piece[i].n <= 4096)
			assert_int_equal((uintptr_t)piece[i].p & (piece[i].n - 1), 0);
		assert_true(kmalloc_usable(piece[i].p) >= piece[i].n);
		memset(piece[i].p, piece[i].fill, piece[i].n);
	}
	for (unsigned int i = 0; i < PIECES; i++)
		kfree(piece[i].p);
}

static void helpers(void **state)
{
	char *s = kstrdup("hello", GFP_KERNEL), *t;
	u8 *z = kcalloc(10, 30, GFP_KERNEL);

	assert_string_equal(s, "hello");
	for (unsigned int i = 0; i < 300; i++)
		assert_int_equal(z[i], 0);
	assert_null(kcalloc(0x10000, 0x10001, GFP_KERNEL));
	assert_null(kmalloc(KMALLOC_MAX + 1, GFP_KERNEL));
	t = krealloc(s, 5000, GFP_KERNEL);
	assert_string_equal(t, "hello");
	s = krealloc(t, 6, GFP_KERNEL);
	assert_string_equal(s, "hello");
	kfree(s);
	kfree(z);
	kfree(NULL);
}

static void caches(void **state)
{
	struct kmem_cache *c = kmem_cache_create("test", 200, 64);
	static void *obj[500];
	struct slab_info info;
	unsigned int nth = 0;

	for (unsigned int i = 0; i < 500; i++) {
		obj[i] = kmem_cache_alloc(c, GFP_KERNEL | GFP_ZERO);
		assert_int_equal((uintptr_t)obj[i] & 63, 0);
		memset(obj[i], (int)i, 200);
	}
	while (slab_get_info(nth, &info) && strcmp(info.name, "test"))
		nth++;
	assert_int_equal(info.active, 500);
	assert_int_equal(info.object_size, 256);
	for (unsigned int i = 0; i < 500; i++) {
		assert_int_equal(*((u8 *)obj[i] + 199), (u8)i);
		kmem_cache_free(c, obj[i]);
	}
	assert_true(slab_get_info(nth, &info));
	assert_int_equal(info.active, 0);
	slab_shrink();
	assert_true(slab_get_info(nth, &info));
	assert_int_equal(info.slabs, 0);
}

static void without_memory(void **state)
{
	host_fail_alloc_from(1);
	assert_null(kmalloc(5000, GFP_KERNEL));
	for (unsigned int i = 0; i < 100; i++) {
		void *p = kmalloc(2048, GFP_ATOMIC);

		if (!p)
			break;
		assert_true(i < 99);
	}
	host_fail_disarm();
}

static void double_free(void **state)
{
	void *p = kmalloc(64, GFP_KERNEL);

	kfree(p);
	expect_assert_failure(kfree(p));
	local_irq_enable(); /* the panic left them off */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(helpers, setup, teardown),
		cmocka_unit_test_setup_teardown(caches, setup, teardown),
		cmocka_unit_test_setup_teardown(without_memory, setup, NULL),
		cmocka_unit_test_setup_teardown(double_free, setup, NULL),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
