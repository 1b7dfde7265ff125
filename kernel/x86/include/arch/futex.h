/*
 * futex.h - an atomic compare-and-exchange on a word of user memory.
 *
 * 0, and *seen is what was there (the exchange happened if it equals `old`); -EFAULT where the page
 * is not there or not writable. Never sleeps when called with preemption off. The caller has
 * checked the range.
 */
#ifndef ARCH_FUTEX_H
#define ARCH_FUTEX_H

#include <kernel/atomic.h>
#include <kernel/uaccess.h>

static inline int arch_user_cmpxchg(u32 *seen, u32 __user *p, u32 old, u32 new)
{
	int err = 0;

	__asm__ volatile("1:\t" LOCK_PREFIX "cmpxchgl %3, %2\n2:\n" FIXUP_EFAULT("%4")
			 : "+r"(err), "+a"(old), "+m"(*(__force u32 *)p)
			 : "r"(new), "i"(-EFAULT)
			 : "memory", "cc");
	*seen = old;
	return err;
}

#endif
