/*
 * types.h - the integer types and the small macros every file uses.
 *
 * Sizes: the kernel is ILP32; `unsigned long` holds an address. Physical addresses are phys_addr_t
 * (32 bits: no PAE). Byte offsets in files are loff_t (64 bits, signed), as Linux's are. A kernel
 * function that fails returns a negative errno as int or long, or an ERR_PTR() from a pointer.
 *
 * The same header serves the unit tests on the build host (OLDIRON_HOST, compiled with -m32).
 */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#ifdef OLDIRON_HOST
#include <limits.h>
#include <sys/types.h>
#else
#define INT_MAX	  __INT_MAX__
#define INT_MIN	  (-INT_MAX - 1)
#define UINT_MAX  (INT_MAX * 2u + 1u)
#define LONG_MAX  __LONG_MAX__
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-LLONG_MAX - 1)
#endif

#include <kernel/compiler.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

typedef u32 phys_addr_t;
#define PHYS_NONE ((phys_addr_t)~0u)

#ifndef OLDIRON_HOST
typedef long ssize_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef long long loff_t;
#endif

#define ARRAY_SIZE(a)	   (sizeof(a) / sizeof((a)[0]))
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))
/* For powers of two only. */
#define ALIGN_UP(x, a)	 (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)

#define min(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) min_a_ = (a);                                                        \
		__typeof__(b) min_b_ = (b);                                                        \
		(void)(&min_a_ == &min_b_);                                                        \
		min_a_ < min_b_ ? min_a_ : min_b_;                                                 \
	})
#define max(a, b)                                                                                  \
	({                                                                                         \
		__typeof__(a) max_a_ = (a);                                                        \
		__typeof__(b) max_b_ = (b);                                                        \
		(void)(&max_a_ == &max_b_);                                                        \
		max_a_ > max_b_ ? max_a_ : max_b_;                                                 \
	})
#define min_t(t, a, b)		 min((t)(a), (t)(b))
#define max_t(t, a, b)		 max((t)(a), (t)(b))
#define clamp_t(t, v, low, high) min_t(t, max_t(t, v, low), high)

#define container_of(ptr, type, member)                                                            \
	({                                                                                         \
		const __typeof__(((type *)0)->member) *member_ptr_ = (ptr);                        \
		(type *)((uintptr_t)member_ptr_ - offsetof(type, member));                         \
	})

/* Pointers that may carry a negative errno. */
#define MAX_ERRNO 4095
static inline void *ERR_PTR(long error)
{
	return (void *)error;
}
static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}
static inline bool IS_ERR(const void *ptr)
{
	return unlikely((uintptr_t)ptr >= (uintptr_t)-MAX_ERRNO);
}
static inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return !ptr || IS_ERR(ptr);
}
/* Hand an error pointer of one type on as another. */
static inline void *ERR_CAST(const void *ptr)
{
	return (void *)(uintptr_t)ptr;
}

#endif
