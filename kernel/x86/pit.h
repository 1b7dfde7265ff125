/*
 * pit.h - the 8254 interval timer: channel 0 makes the timer interrupt, channel 2 measures.
 *
 * Channel 0 runs either periodically (mode 2; its count then is also the clock of machines without
 * a sound TSC) or one-shot (mode 0). Interrupts off around each pair of accesses. Source: Intel
 * 8254 data sheet; hardware notes 3.2.
 */
#ifndef X86_PIT_H
#define X86_PIT_H

#include <kernel/types.h>

#define PIT_HZ		1193182u
#define PIT_TICK_HZ	250u
#define PIT_RELOAD	((PIT_HZ + PIT_TICK_HZ / 2) / PIT_TICK_HZ)
#define PIT_MAX_ONESHOT 0xffffu

void pit_set_periodic(void);
void pit_set_oneshot(u32 counts); /* 1..PIT_MAX_ONESHOT */
u32 pit_read_channel0(void);
/* Runs channel 2 for `ms` (<= 50); *start and *end are the TSC at its ends. false: it never ended.
 */
bool pit_gate_tsc(unsigned int ms, u64 *start, u64 *end);
/* Spins by channel 0's count; good before there is a clock, and with interrupts off. */
void pit_delay_us(unsigned int us);

#endif
