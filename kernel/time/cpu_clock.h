/*
 * cpu_clock.h - clocks that count a thread's or process's CPU time.
 *
 * Ids: CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, or negative, as clock_getcpuclockid()
 * makes them: ~pid << 3, bit 2 = thread, bits 0 and 1 = what counts (user+system, user, exact).
 */
#ifndef TIME_CPU_CLOCK_H
#define TIME_CPU_CLOCK_H

#include <kernel/types.h>

struct task;

#define CPUCLOCK_WHAT(clock) ((clock)&3)
#define CPUCLOCK_PROF	     0
#define CPUCLOCK_VIRT	     1
#define CPUCLOCK_SCHED	     2
#define CPUCLOCK_THREAD_BIT  4
#define CPUCLOCK_PID(clock)  (~((clock) >> 3))

static inline bool clock_is_cpu(int clock)
{
	return clock < 0 || clock == 2 || clock == 3;
}
/* Whose time it counts, referenced; *thread: only this thread's. NULL: no such one. */
struct task *cpu_clock_task(int clock, bool *thread);
s64 cpu_clock_sample(int clock, struct task *task, bool thread);
int cpu_clock_read(int clock, s64 *ns); /* 0, -EINVAL */

#endif
