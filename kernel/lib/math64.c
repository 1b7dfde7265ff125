/* math64.c - 64 by 64 bit division. */
#include <kernel/bitops.h>
#include <kernel/math64.h>

/*
 * Both are shifted right until the divisor fits 32 bits; the quotient is then at most one too large
 * (Warren, Hacker's Delight, 9-5), which one multiplication tells.
 */
u64 div64_u64(u64 n, u64 d)
{
	u32 high = (u32)(d >> 32);
	unsigned int shift;
	u64 q;

	if (!high)
		return div_u64(n, (u32)d);
	if (n < d)
		return 0;
	shift = fls_index(high) + 1;
	q = div_u64(n >> shift, (u32)(d >> shift));
	if (q)
		q--;
	return n - q * d >= d ? q + 1 : q;
}
