/*
 * cpu_speed.c - see cpu_speed.h.
 *
 * The order is that of a linear congruential generator with full period (Hull and Dobell: modulus a
 * power of two, increment odd, multiplier 1 more than a multiple of 4).
 */
#include "cpu_speed.h"
#include <stdlib.h>

#define LINE_BYTES 32u /* the smallest line of what this is for */
#define WORD	   ((u32)sizeof(u32))
#define MULTIPLIER 1597u
#define INCREMENT  51749u
#define READS	   1024u /* between two looks at the clock */
#define READS_MOST (1u << 24)
#define RUN_US	   3000u
#define RUNS	   6u

void cpu_make_ring(u32 *slots, u32 n, u32 stride)
{
	for (u32 i = 0; i < n; i++)
		slots[i * stride] = ((i * MULTIPLIER + INCREMENT) & (n - 1)) * stride;
}

/* Eight reads a round: the loop's own work counts little. */
static u32 chase(const volatile u32 *slots, u32 at, u32 reads)
{
	for (u32 i = 0; i < reads; i += 8) {
		at = slots[slots[slots[slots[at]]]];
		at = slots[slots[slots[slots[at]]]];
	}
	return at;
}

u32 cpu_read_ps(struct hw *hw, u32 bytes)
{
	u32 *slots = aligned_alloc(bytes < 4096 ? 4096 : bytes, bytes < 4096 ? 4096 : bytes), at;
	u64 best = ~0ull;

	if (!slots)
		return 0;
	cpu_make_ring(slots, bytes / LINE_BYTES, LINE_BYTES / WORD);
	at = chase(slots, 0, bytes / LINE_BYTES);
	/* Others only ever make a run longer: the shortest is the one without them. */
	for (u32 i = 0; i < RUNS; i++) {
		u32 reads = 0;
		u64 begin = hw_now_us(hw), passed;

		do {
			at = chase(slots, at, READS);
			reads += READS;
			passed = hw_now_us(hw) - begin;
		} while (passed < RUN_US && reads < READS_MOST);
		best = min(best, passed * 1000000u / reads);
	}
	free(slots);
	return (u32)best;
}
