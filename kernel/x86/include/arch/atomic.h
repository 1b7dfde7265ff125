/* atomic.h - read-modify-write instructions of the 486. One CPU: no lock prefix is needed. */
#ifndef ARCH_ATOMIC_H
#define ARCH_ATOMIC_H

#include <kernel/types.h>

#ifdef CONFIG_SMP
#define LOCK_PREFIX "lock; "
#else
#define LOCK_PREFIX ""
#endif

static inline int arch_xadd(int *p, int v)
{
	__asm__ volatile(LOCK_PREFIX "xaddl %0, %1" : "+r"(v), "+m"(*p) : : "memory", "cc");
	return v;
}
static inline int arch_cmpxchg(int *p, int old, int new)
{
	int prev;

	__asm__ volatile(LOCK_PREFIX "cmpxchgl %2, %1"
			 : "=a"(prev), "+m"(*p)
			 : "r"(new), "0"(old)
			 : "memory", "cc");
	return prev;
}
static inline int arch_xchg(int *p, int v)
{
	__asm__ volatile("xchgl %0, %1" : "+r"(v), "+m"(*p) : : "memory");
	return v;
}
static inline void arch_atomic_inc(int *p)
{
	__asm__ volatile(LOCK_PREFIX "incl %0" : "+m"(*p) : : "memory", "cc");
}
static inline bool arch_atomic_dec_and_test(int *p)
{
	bool zero;

	__asm__ volatile(LOCK_PREFIX "decl %0; sete %1" : "+m"(*p), "=q"(zero) : : "memory", "cc");
	return zero;
}
static inline void arch_atomic_or(unsigned long *p, unsigned long v)
{
	__asm__ volatile(LOCK_PREFIX "orl %1, %0" : "+m"(*p) : "ri"(v) : "memory", "cc");
}
static inline void arch_atomic_and(unsigned long *p, unsigned long v)
{
	__asm__ volatile(LOCK_PREFIX "andl %1, %0" : "+m"(*p) : "ri"(v) : "memory", "cc");
}
/* True when the bit was clear before. */
static inline bool arch_test_and_set_bit(unsigned long *p, unsigned int n)
{
	bool was_set;

	__asm__ volatile(LOCK_PREFIX "btsl %2, %0; setc %1"
			 : "+m"(*p), "=q"(was_set)
			 : "ri"(n)
			 : "memory", "cc");
	return !was_set;
}
static inline void arch_cpu_relax(void)
{
	__asm__ volatile("rep; nop" ::: "memory");
}

#endif
