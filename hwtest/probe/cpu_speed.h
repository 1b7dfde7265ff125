/*
 * cpu_speed.h - how long a read takes within so much memory.
 *
 * Reads depend on each other and go through all lines in an order that no prefetcher guesses, so
 * that the time is the cache's or the memory's. Steps in the times show the caches' sizes.
 */
#ifndef HWTEST_PROBE_CPU_SPEED_H
#define HWTEST_PROBE_CPU_SPEED_H

#include <kernel/hw.h>

#define LATENCY_FIRST 2048u
#define LATENCY_LAST  (4u << 20)

/* Picoseconds; 0 without memory for it, or without a clock. bytes: a power of two. */
u32 cpu_read_ps(struct hw *hw, u32 bytes);
/* The order alone, for its test: n slots, each holding the next one's number; n a power of two. */
void cpu_make_ring(u32 *slots, u32 n, u32 stride);

#endif
