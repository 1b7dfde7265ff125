/*
 * slab.h - kernel memory in small pieces.
 *
 * kmalloc() returns memory aligned to 8 bytes (to the size for powers of two from 32 on); up to
 * KMALLOC_MAX. Objects of one type have a cache: kmem_cache_alloc() runs no constructor. gfp as in
 * page.h (GFP_ZERO too). NULL when there is no memory. kfree(NULL) is allowed.
 *
 * Locking: own (RANK_SLAB); any context with GFP_ATOMIC. Debug builds poison freed objects, catch
 * double frees and list what is still allocated (kmem_cache_dump()).
 */
#ifndef KERNEL_SLAB_H
#define KERNEL_SLAB_H

#include <kernel/page.h>
#include <kernel/types.h>

#define KMALLOC_MAX (4ul << 20)

struct kmem_cache;

void slab_init(void);
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align);
void *kmem_cache_alloc(struct kmem_cache *cache, unsigned int gfp) __must_check;
void kmem_cache_free(struct kmem_cache *cache, void *obj);
size_t kmem_cache_size(const struct kmem_cache *cache); /* bytes of an object */

void *kmalloc(size_t size, unsigned int gfp) __must_check;
void kfree(const void *ptr);
static inline void *kzalloc(size_t size, unsigned int gfp)
{
	return kmalloc(size, gfp | GFP_ZERO);
}
/* NULL as well when n * size overflows. */
void *kcalloc(size_t n, size_t size, unsigned int gfp) __must_check;
void *krealloc(void *ptr, size_t size, unsigned int gfp) __must_check;
char *kstrdup(const char *s, unsigned int gfp) __must_check;
size_t kmalloc_usable(const void *ptr);

/* For /proc/slabinfo: caches in order of creation; false when there is no nth. */
struct slab_info {
	const char *name;
	unsigned int object_size, objects_per_slab, pages_per_slab;
	unsigned long active, total, slabs; /* objects in use, objects, slabs */
};
bool slab_get_info(unsigned int nth, struct slab_info *info);
void kmem_cache_dump(void); /* logs every cache that has objects in use */

/* Large, virtually contiguous memory for tables that may be big; may sleep. */
void *vmalloc(size_t size) __must_check;
/* Nobody writes to it any more, the kernel neither. */
void vmalloc_protect(const void *ptr);
void vfree(void *ptr);
/* Map device memory uncached; returns NULL when out of address space. */
void __iomem *ioremap(phys_addr_t phys, size_t size);
void iounmap(void __iomem *va);
/* Kernel stacks: KSTACK_SIZE bytes above an unmapped guard page; returns the lowest usable address.
 */
#define KSTACK_SIZE 8192ul
void *kstack_alloc(void);
void kstack_free(void *stack);

#endif
