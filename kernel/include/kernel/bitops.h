/*
 * bitops.h - bitmaps of unsigned long and bit searches. Not atomic: the caller locks.
 * find_*() return `size` when there is none.
 */
#ifndef KERNEL_BITOPS_H
#define KERNEL_BITOPS_H

#include <kernel/types.h>

#define BITS_PER_LONG	 32
#define BITS_TO_LONGS(n) DIV_ROUND_UP(n, BITS_PER_LONG)
#define BIT(n)		 (1ul << (n))

static inline void bit_set(unsigned long *map, unsigned int n)
{
	map[n / BITS_PER_LONG] |= BIT(n % BITS_PER_LONG);
}
static inline void bit_clear(unsigned long *map, unsigned int n)
{
	map[n / BITS_PER_LONG] &= ~BIT(n % BITS_PER_LONG);
}
static inline bool bit_test(const unsigned long *map, unsigned int n)
{
	return map[n / BITS_PER_LONG] & BIT(n % BITS_PER_LONG);
}
unsigned int find_next_bit(const unsigned long *map, unsigned int size, unsigned int from);
unsigned int find_next_zero_bit(const unsigned long *map, unsigned int size, unsigned int from);

/* Index of the lowest / highest set bit; the argument must not be zero. */
static inline unsigned int ffs_index(u32 x)
{
	return (unsigned int)__builtin_ctz(x);
}
static inline unsigned int fls_index(u32 x)
{
	return 31u - (unsigned int)__builtin_clz(x);
}
static inline bool is_power_of_2(u32 x)
{
	return x && !(x & (x - 1));
}
/* The smallest order with (1 << order) >= x; x > 0. */
static inline unsigned int order_up(u32 x)
{
	return x <= 1 ? 0 : fls_index(x - 1) + 1;
}

#endif
