/*
 * assert.h - what must hold, and how the kernel dies when it does not.
 *
 * ASSERT() is checked in every build and panics with its text and place: use it for invariants
 * whose violation means memory is already wrong. DEBUG_ASSERT() costs nothing unless DEBUG=1: use
 * it on hot paths. Neither is for input: bad input gets an errno.
 */
#ifndef KERNEL_ASSERT_H
#define KERNEL_ASSERT_H

#include <kernel/types.h>

void panic(const char *fmt, ...) __printf(1, 2) __noreturn __cold;
void assert_failed(const char *expr, const char *file, int line) __noreturn __cold;

#define ASSERT(expr)                                                                               \
	do {                                                                                       \
		if (unlikely(!(expr)))                                                             \
			assert_failed(#expr, __FILE__, __LINE__);                                  \
	} while (0)

#ifdef CONFIG_DEBUG
#define DEBUG_ASSERT(expr) ASSERT(expr)
#else
#define DEBUG_ASSERT(expr)                                                                         \
	do {                                                                                       \
		(void)sizeof(!(expr));                                                             \
	} while (0)
#endif

#endif
