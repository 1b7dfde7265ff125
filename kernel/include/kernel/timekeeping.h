/*
 * timekeeping.h - what the clock, the timers and the tick tell each other and the scheduler.
 *
 * TICK_PERIOD is the scheduler's tick: there is one while a task runs, none when idle for longer on
 * a machine with one-shot events. clock_was_set() runs after every step of the real-time clock;
 * whoever waits for an absolute real time registers a listener.
 */
#ifndef KERNEL_TIMEKEEPING_H
#define KERNEL_TIMEKEEPING_H

#include <kernel/list.h>
#include <kernel/types.h>

#define TICK_PERIOD 10000000ll /* ns: 100 Hz */

void clock_update_coarse(s64 now);
/* settimeofday(2)'s time zone: minutes that local time is behind UTC. FAT's times are local. */
s32 clock_minutes_west(void);
s64 clock_wall_offset(void);

struct clock_listener {
	struct list_head node;
	void (*set)(struct clock_listener *listener); /* may sleep; called without locks */
};
void clock_listen(struct clock_listener *listener);
void clock_unlisten(struct clock_listener *listener);
void clock_was_set(void);

/* timer.c: the earliest expiry, or S64_MAX; runs what is due (softirq). */
s64 timer_next_expiry(void);
void timers_init(void);
/* The idle task is left: the tick goes on if it had stopped. Interrupts off. */
void tick_start(void);
bool tick_was_user(void);
/* Charges a span of CPU time to the current task's interval timers; in itimer.c. */
struct task;
void itimer_account(struct task *task, u64 ns, bool user);

#endif
