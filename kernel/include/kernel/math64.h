/*
 * math64.h - 64-bit division for a machine that divides 64 by 32 bits. Pure.
 */
#ifndef KERNEL_MATH64_H
#define KERNEL_MATH64_H

#include <kernel/types.h>

/* Quotient of u64 / u32; *rem (may be NULL) gets the remainder. */
static inline u64 div_u64_rem(u64 n, u32 d, u32 *rem)
{
#if defined(__i386__)
	u32 hi = (u32)(n >> 32), lo = (u32)n, qhi = hi / d, qlo, r = hi % d;

	__asm__("divl %4" : "=a"(qlo), "=d"(r) : "0"(lo), "1"(r), "rm"(d));
	if (rem)
		*rem = r;
	return (u64)qhi << 32 | qlo;
#else
	if (rem)
		*rem = (u32)(n % d);
	return n / d;
#endif
}
static inline u64 div_u64(u64 n, u32 d)
{
	return div_u64_rem(n, d, NULL);
}
/* a * mul >> shift without losing the high bits; shift <= 32. */
static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	u64 lo = (u64)(u32)a * mul, hi = (u64)(u32)(a >> 32) * mul;

	return (lo >> shift) + (hi << (32 - shift));
}
u64 div64_u64(u64 n, u64 d);

#endif
