/* posix_timer.h - between the timers of a process: intervals, CPU time, the clock being set. */
#ifndef TIME_POSIX_TIMER_H
#define TIME_POSIX_TIMER_H

#include <kernel/types.h>

struct process;
struct task;

/* process->cpu_timers_armed */
#define CPU_TIMER_VIRTUAL 1u
#define CPU_TIMER_PROF	  2u
#define CPU_TIMER_POSIX	  4u

/* Moves *expires past `now` by whole intervals; how many. interval > 0. Pure. */
u64 timer_forward(s64 *expires, s64 interval, s64 now);
/* As the overrun count is told: at most INT_MAX. Pure. */
int timer_overrun_clamp(u64 count);

/* siglock held, interrupts off. */
void posix_timers_check_cpu(struct process *p, struct task *t, s64 user, s64 total);
/* The real-time clock jumped: absolute timers by it are placed anew. */
void posix_timers_clock_set(void);

#endif
