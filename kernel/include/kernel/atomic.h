/*
 * atomic.h - integers and bits that interrupts and other CPUs may change.
 *
 * One CPU: a single read-modify-write instruction is enough and the lock prefix is left out.
 * Reference counts use these with refcount_*(), which panic on a count that went wrong.
 */
#ifndef KERNEL_ATOMIC_H
#define KERNEL_ATOMIC_H

#include <kernel/assert.h>
#include <kernel/types.h>
#include <arch/atomic.h> /* LOCK_PREFIX, arch_cmpxchg(), arch_xchg(), arch_xadd() */

struct atomic {
	int value;
};
#define ATOMIC_INIT(v)                                                                             \
	{                                                                                          \
		(v)                                                                                \
	}

static inline int atomic_read(const struct atomic *a)
{
	return READ_ONCE(a->value);
}
static inline void atomic_set(struct atomic *a, int v)
{
	WRITE_ONCE(a->value, v);
}
/* Returns the value after the addition. */
static inline int atomic_add(struct atomic *a, int v)
{
	return arch_xadd(&a->value, v) + v;
}
static inline void atomic_inc(struct atomic *a)
{
	arch_atomic_inc(&a->value);
}
/* True when it became zero. */
static inline bool atomic_dec_and_test(struct atomic *a)
{
	return arch_atomic_dec_and_test(&a->value);
}
static inline bool atomic_cmpxchg(struct atomic *a, int old, int new)
{
	return arch_cmpxchg(&a->value, old, new) == old;
}
static inline int atomic_xchg(struct atomic *a, int v)
{
	return arch_xchg(&a->value, v);
}

struct refcount {
	struct atomic count;
};
#define REFCOUNT_INIT(n)                                                                           \
	{                                                                                          \
		ATOMIC_INIT(n)                                                                     \
	}

static inline void refcount_set(struct refcount *r, int n)
{
	atomic_set(&r->count, n);
}
static inline int refcount_read(const struct refcount *r)
{
	return atomic_read(&r->count);
}
static inline void refcount_inc(struct refcount *r)
{
	DEBUG_ASSERT(atomic_read(&r->count) > 0);
	atomic_inc(&r->count);
}
/* True when the last reference went. */
static inline bool refcount_dec(struct refcount *r)
{
	DEBUG_ASSERT(atomic_read(&r->count) > 0);
	return atomic_dec_and_test(&r->count);
}
/* Takes a reference unless the object is already dying. */
static inline bool refcount_inc_not_zero(struct refcount *r)
{
	int old;

	do {
		old = atomic_read(&r->count);
		if (!old)
			return false;
	} while (!atomic_cmpxchg(&r->count, old, old + 1));
	return true;
}

#endif
