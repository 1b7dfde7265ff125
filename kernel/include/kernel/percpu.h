/*
 * percpu.h - what belongs to one CPU, and preemption.
 *
 * preempt_disable()/preempt_enable() nest. The count is per CPU and not per task: a task is only
 * ever switched out with the count at exactly one (schedule()'s own), so it needs no saving. Bit 31
 * of the count is set while *no* reschedule is wanted; the count is therefore zero exactly when
 * preemption is allowed and due, and preempt_enable() tests one word.
 *
 * One CPU today; every access goes through this_cpu().
 */
#ifndef KERNEL_PERCPU_H
#define KERNEL_PERCPU_H

#include <kernel/assert.h>
#include <kernel/types.h>

struct task;

#define PREEMPT_NO_RESCHED 0x80000000u

struct cpu {
	struct task *task; /* the running one: current */
	u32 preempt_count;
	u32 irq_depth;	     /* nested hardware interrupts */
	u32 softirq_pending; /* bits of enum softirq */
	bool in_softirq;     /* softirq_run() is at work */
	struct task *idle;
	struct task *fpu_owner; /* whose state the FPU holds; x86/fpu.c */
	u64 idle_ns, iowait_ns; /* in the idle task: nobody, or somebody waits for a device */
	u64 user_ns, nice_ns, system_ns; /* of all tasks, as the tick found them: /proc/stat */
};

extern struct cpu boot_cpu;
#define this_cpu() (&boot_cpu)
#define current	   (this_cpu()->task)

void preempt_schedule(void);

/* sync/preempt_stress.c */
#if defined(CONFIG_DEBUG) && !defined(OLDIRON_HOST)
bool preempt_stress_on(void);
void preempt_stress_point(void);
void preempt_stress_irq(void); /* at the end of an interrupt */
#else
static inline bool preempt_stress_on(void)
{
	return false;
}
static inline void preempt_stress_point(void)
{
}
static inline void preempt_stress_irq(void)
{
}
#endif
#define STRESS_PERIOD (NSEC_PER_SEC / 2000) /* of timer interrupts */

static inline void preempt_disable(void)
{
	this_cpu()->preempt_count++;
	barrier();
}
/* For a caller that is about to schedule() anyway. */
static inline void preempt_enable_no_resched(void)
{
	barrier();
	DEBUG_ASSERT(this_cpu()->preempt_count & ~PREEMPT_NO_RESCHED);
	this_cpu()->preempt_count--;
}
static inline void preempt_enable(void)
{
	barrier();
	DEBUG_ASSERT(this_cpu()->preempt_count & ~PREEMPT_NO_RESCHED);
	if (unlikely(preempt_stress_on()))
		preempt_stress_point();
	if (unlikely(--this_cpu()->preempt_count == 0))
		preempt_schedule();
}
static inline bool need_resched(void)
{
	return !(READ_ONCE(this_cpu()->preempt_count) & PREEMPT_NO_RESCHED);
}
static inline void set_need_resched(void)
{
	this_cpu()->preempt_count &= ~PREEMPT_NO_RESCHED;
}
static inline void clear_need_resched(void)
{
	this_cpu()->preempt_count |= PREEMPT_NO_RESCHED;
}
static inline bool in_interrupt(void)
{
	return this_cpu()->irq_depth != 0;
}
/* May not sleep: in an interrupt, a softirq, or under a spinlock. */
static inline bool in_atomic(void)
{
	return (this_cpu()->preempt_count & ~PREEMPT_NO_RESCHED) || in_interrupt();
}

#ifdef CONFIG_DEBUG
void might_sleep_check(const char *file, int line);
#define might_sleep() might_sleep_check(__FILE__, __LINE__)
#else
#define might_sleep() ((void)0)
#endif

#endif
