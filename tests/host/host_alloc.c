/* kmalloc and object caches over malloc, with failures on demand; ASan watches over the bytes. */
#include "host_internal.h"
#include <host/host.h>
#include <kernel/slab.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct kmem_cache {
	const char *name;
	size_t size, align;
};

static unsigned int live, successes;
static unsigned int fail_in; /* that many allocations from now; 0: never */
static bool fail_on, failed; /* fail_on: all the later ones too */

void host_memory_reset(void)
{
	live = 0;
	successes = 0;
	failed = false;
}

void host_fail_alloc(unsigned int nth)
{
	fail_in = nth;
	fail_on = false;
	failed = false;
}

void host_fail_alloc_from(unsigned int nth)
{
	host_fail_alloc(nth);
	fail_on = true;
}

void host_fail_disarm(void)
{
	fail_in = 0;
	fail_on = false;
}

bool host_alloc_failed(void)
{
	return failed;
}

unsigned int host_alloc_live(void)
{
	return live;
}

unsigned int host_alloc_count(void)
{
	return successes;
}

bool host_alloc_should_fail(void)
{
	if (fail_in && --fail_in == 0) {
		failed = true;
		if (fail_on)
			fail_in = 1;
		return true;
	}
	successes++;
	return false;
}

static void *allocate(size_t size, size_t align, unsigned int gfp)
{
	void *p;

	if (!(gfp & GFP_ATOMIC))
		host_check_sleep(__FILE__, __LINE__);
	if (size > KMALLOC_MAX || host_alloc_should_fail())
		return NULL;
	if (posix_memalign(&p, align < 8 ? 8 : align, size ? size : 1))
		return NULL;
	memset(p, gfp & GFP_ZERO ? 0 : 0xa5, size);
	live++;
	return p;
}

static void release(void *p)
{
	if (!p)
		return;
	if (!live)
		host_die("freed more than was allocated", __FILE__, __LINE__);
	live--;
	free(p);
}

__weak void *kmalloc(size_t size, unsigned int gfp)
{
	bool power = size >= 32 && size <= 4096 && !(size & (size - 1));

	return allocate(size, power ? size : 8, gfp);
}

__weak void kfree(const void *ptr)
{
	release((void *)(uintptr_t)ptr);
}

__weak void *kcalloc(size_t n, size_t size, unsigned int gfp)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kmalloc(bytes, gfp | GFP_ZERO);
}

__weak size_t kmalloc_usable(const void *ptr)
{
	return malloc_usable_size((void *)(uintptr_t)ptr);
}

__weak void *krealloc(void *ptr, size_t size, unsigned int gfp)
{
	size_t old = ptr ? kmalloc_usable(ptr) : 0;
	void *p = kmalloc(size, gfp);

	if (!p)
		return NULL;
	memcpy(p, ptr ? ptr : p, old < size ? old : size);
	kfree(ptr);
	return p;
}

__weak char *kstrdup(const char *s, unsigned int gfp)
{
	size_t n = strlen(s) + 1;
	char *p = kmalloc(n, gfp);

	return p ? memcpy(p, s, n) : NULL;
}

__weak void *vmalloc(size_t size)
{
	return allocate(size, 4096, GFP_KERNEL);
}

__weak void vfree(void *ptr)
{
	release(ptr);
}

/* Caches live as long as the program, as the kernel's do; they count as no allocation. */
__weak struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align)
{
	static struct kmem_cache caches[64];
	static unsigned int used;

	for (unsigned int i = 0; i < used; i++)
		if (!strcmp(caches[i].name, name) && caches[i].size == size)
			return &caches[i];
	if (used == 64)
		host_die("too many caches", __FILE__, __LINE__);
	caches[used] = (struct kmem_cache){ name, size, align };
	return &caches[used++];
}

__weak void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp)
{
	return allocate(cache->size, cache->align, gfp);
}

__weak void kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	release(obj);
}
