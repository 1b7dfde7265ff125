/*
 * compiler.h - names for what the compiler and sparse understand.
 *
 * __user, __iomem  address spaces, checked by sparse: such a pointer is never dereferenced, it is
 *                  handed to uaccess.h or io.h.
 * asmlinkage       called from assembly with all arguments on the stack (the kernel itself is built
 *                  with -mregparm=3).
 */
#ifndef KERNEL_COMPILER_H
#define KERNEL_COMPILER_H

#ifdef __CHECKER__
#define __user	__attribute__((noderef, address_space(1)))
#define __iomem __attribute__((noderef, address_space(2)))
#define __force __attribute__((force))
#else
#define __user
#define __iomem
#define __force
#endif

#define __aligned(n)	 __attribute__((aligned(n)))
#define __packed	 __attribute__((packed))
#define __used		 __attribute__((used))
#define __unused	 __attribute__((unused))
#define __noreturn	 __attribute__((noreturn))
#define __noinline	 __attribute__((noinline))
#define __always_inline	 inline __attribute__((always_inline))
#define __must_check	 __attribute__((warn_unused_result))
#define __section(s)	 __attribute__((section(s)))
#define __weak		 __attribute__((weak))
#define __hot		 __attribute__((hot))
#define __cold		 __attribute__((cold))
#define __printf(fmt, a) __attribute__((format(printf, fmt, a)))

#if defined(__i386__) && !defined(OLDIRON_HOST)
#define asmlinkage __attribute__((regparm(0)))
/* Code and data that are given back to the page allocator when boot is over. */
#define __init	   __section(".init.text") __cold __noinline
#define __initdata __section(".init.data")
#else
#define asmlinkage
#define __init
#define __initdata
#endif

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define barrier() __asm__ volatile("" ::: "memory")

/* A single access the compiler may neither repeat, split nor drop. */
#define READ_ONCE(x)	 (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#define fallthrough __attribute__((fallthrough))

#endif
