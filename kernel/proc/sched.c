/*
 * sched.c - the scheduler's core: run queue, wake-ups, the switch, preemption, idle.
 *
 *   wake-up -> task_wake() -> queued, maybe need_resched -> the next preemption point:
 *   return from an interrupt, preempt_enable(), or the way back to user mode -> schedule()
 */
#include <kernel/arch.h>
#include <kernel/irq.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/timekeeping.h>
#include "sched_internal.h"
#include "task_internal.h"

struct run_queue run_queue;
struct cpu boot_cpu = { .preempt_count = 1 | PREEMPT_NO_RESCHED };

void preempt_schedule_irq(void);
void sched_task_started(struct task *prev);

/* Exact where reading the clock is cheap; otherwise the tick's resolution. */
static s64 sched_clock(void)
{
	if (clocksource && clocksource->rating >= 200)
		return clock_monotonic();
	return clock_coarse_monotonic();
}

static void charge_current(struct run_queue *rq, struct task *t, s64 now)
{
	s64 ran = now - t->se.exec_start;

	if (ran <= 0)
		return;
	t->se.exec_start = now;
	t->se.sum_exec += (u64)ran;
	if (!task_is_rt(t) && t != this_cpu()->idle)
		fair_charge(rq, t, (u64)ran);
}

static void enqueue(struct run_queue *rq, struct task *t, bool head)
{
	if (task_is_rt(t))
		rt_enqueue(rq, t, head);
	else
		fair_enqueue(rq, t);
}

static void dequeue(struct run_queue *rq, struct task *t)
{
	if (task_is_rt(t))
		rt_dequeue(rq, t);
	else
		fair_dequeue(rq, t);
}

static struct task *pick_next(struct run_queue *rq)
{
	struct task *t = rt_pick(rq);

	if (!t)
		t = fair_pick(rq);
	return t ? t : this_cpu()->idle;
}

/* Kernel threads run in whatever address space is loaded and hold on to it. */
static void switch_mm(struct task *prev, struct task *next)
{
	if (!next->mm) {
		next->active_mm = prev->active_mm;
		mm_get(next->active_mm);
		return;
	}
	next->active_mm = next->mm;
	if (next->mm != prev->active_mm)
		mm_activate(next->mm);
}

/* Runs on the new task's stack: what could not be done while prev's was in use. */
static void finish_switch(struct task *prev)
{
	struct mm *borrowed = NULL;
	/* A dying task may be preempted once more before its own last schedule(). */
	bool dead = prev->state == TASK_DEAD && !prev->se.on_rq;

	if (!prev->mm) {
		borrowed = prev->active_mm;
		prev->active_mm = NULL;
	}
	spin_release(&this_rq()->lock);
	local_irq_enable();
	if (borrowed)
		mm_put(borrowed);
	if (dead)
		task_put_dead(prev);
}

static void switch_to(struct run_queue *rq, struct task *prev, struct task *next, s64 now)
{
	next->se.exec_start = now;
	next->se.picked_exec = next->se.sum_exec;
	if (next->se.slice_end <= now)
		next->se.slice_end = now + SCHED_RR_SLICE;
	if (prev == this_cpu()->idle)
		tick_start();
	rq->switches++;
	switch_mm(prev, next);
	current = next;
	finish_switch(arch_switch_to(prev, next));
}

/* Should this sleeper go on instead, because a signal is there? */
static bool signal_ends_sleep(struct task *t)
{
	return (t->state & TASK_INTERRUPTIBLE && signal_pending(t)) ||
	       (t->state & TASK_WAKEKILL && fatal_signal_pending(t));
}

/* Entered with preemption off once; leaves it so, with interrupts on. */
static void schedule_common(bool preempted)
{
	struct run_queue *rq = this_rq();
	struct task *prev, *next;
	s64 now;

	prev = current;
	local_irq_disable();
	spin_acquire(&rq->lock);
	clear_need_resched();
	now = sched_clock();
	charge_current(rq, prev, now);
	if (!preempted && prev->state != TASK_RUNNING) {
		if (signal_ends_sleep(prev)) {
			prev->state = TASK_RUNNING;
		} else {
			prev->se.on_rq = false;
			rq->nr_running--;
		}
	}
	if (unlikely(preempt_stress_on()) && preempted && prev->se.on_rq && rq->fair_queued) {
		next = pick_next(rq);
		enqueue(rq, prev, false);
	} else {
		if (prev->se.on_rq)
			enqueue(rq, prev, preempted && now < prev->se.slice_end);
		next = pick_next(rq);
	}
	if (next != prev) {
		if (preempted)
			prev->nivcsw++;
		else
			prev->nvcsw++;
		switch_to(rq, prev, next, now);
	} else {
		spin_release(&rq->lock);
		local_irq_enable();
	}
}

void schedule(void)
{
	DEBUG_ASSERT(!in_interrupt());
	do {
		preempt_disable();
		schedule_common(false);
		preempt_enable_no_resched();
	} while (need_resched());
}

void preempt_schedule(void)
{
	if (in_interrupt() || irqs_disabled())
		return;
	do {
		preempt_disable();
		schedule_common(true);
		preempt_enable_no_resched();
	} while (need_resched());
}

/*
 * From the return of an interrupt into kernel code; interrupts are off and stay off. Preemption is
 * never allowed while they are on in here: each interrupt that found it so would preempt once more,
 * one frame deeper in the stack.
 */
void preempt_schedule_irq(void)
{
	do {
		preempt_disable();
		schedule_common(true);
		local_irq_disable();
		preempt_enable_no_resched();
	} while (need_resched());
}

void sched_task_started(struct task *prev)
{
	finish_switch(prev);
	preempt_enable();
}

static void check_preempt(struct run_queue *rq, struct task *woken)
{
	struct task *curr = current;

	if (curr == this_cpu()->idle) {
		set_need_resched();
		return;
	}
	if (task_is_rt(woken)) {
		if (!task_is_rt(curr) || woken->rt_priority > curr->rt_priority)
			set_need_resched();
		return;
	}
	if (task_is_rt(curr))
		return;
	charge_current(rq, curr, sched_clock());
	if (fair_should_preempt(curr, woken))
		set_need_resched();
}

static void activate(struct run_queue *rq, struct task *t)
{
	t->se.on_rq = true;
	rq->nr_running++;
	enqueue(rq, t, false);
	check_preempt(rq, t);
}

bool task_wake(struct task *t, u32 states)
{
	struct run_queue *rq = this_rq();
	unsigned long flags;
	bool woken = false;

	if (!(READ_ONCE(t->state) & states))
		return false;
	flags = spin_lock_irqsave(&rq->lock);
	if (t->state & states) {
		t->state = TASK_RUNNING;
		woken = true;
		if (!t->se.on_rq) {
			if (!task_is_rt(t))
				fair_place_woken(rq, t);
			activate(rq, t);
		}
	}
	spin_unlock_irqrestore(&rq->lock, flags);
	return woken;
}

void sched_fork(struct task *child)
{
	struct task *parent = current;

	if (parent->reset_on_fork) {
		child->policy = 0;
		child->rt_priority = 0;
		if (child->nice < 0)
			child->nice = 0;
		child->reset_on_fork = 0;
	}
	child->se = (struct sched_entity){ .on_rq = false };
	child->state = TASK_UNINTERRUPTIBLE; /* nobody can wake it before sched_start_task() */
	fair_init_weight(child);
}

void sched_start_task(struct task *t)
{
	struct run_queue *rq = this_rq();
	unsigned long flags = spin_lock_irqsave(&rq->lock);

	t->state = TASK_RUNNING;
	charge_current(rq, current, sched_clock());
	fair_place_new(rq, current, t);
	activate(rq, t);
	spin_unlock_irqrestore(&rq->lock, flags);
}

void task_wake_up_new(struct task *t)
{
	sched_start_task(t);
}

void sched_tick(s64 now)
{
	struct run_queue *rq = this_rq();
	struct task *curr = current;

	spin_lock(&rq->lock);
	charge_current(rq, curr, now);
	if (curr->policy == 2 && now >= curr->se.slice_end) { /* SCHED_RR */
		curr->se.slice_end = now + SCHED_RR_SLICE;
		if (rt_highest(rq) >= curr->rt_priority)
			set_need_resched();
	} else if (!task_is_rt(curr) &&
		   fair_slice_over(rq, curr, curr->se.sum_exec - curr->se.picked_exec)) {
		set_need_resched();
	}
	loadavg_tick(now, rq->nr_running);
	spin_unlock(&rq->lock);
}

void sched_yield(void)
{
	struct run_queue *rq = this_rq();
	unsigned long flags = spin_lock_irqsave(&rq->lock);
	struct task *curr = current;

	curr->se.slice_end = 0;
	if (!task_is_rt(curr) && rq->leftmost &&
	    (s64)(rq->leftmost->vruntime - curr->se.vruntime) >= 0)
		curr->se.vruntime = rq->leftmost->vruntime + 1;
	spin_unlock_irqrestore(&rq->lock, flags);
	schedule();
}

/* Takes a queued task off while its class or weight changes. */
static bool suspend_queued(struct run_queue *rq, struct task *t)
{
	if (t == current || !t->se.on_rq)
		return false;
	dequeue(rq, t);
	return true;
}

void sched_set_nice(struct task *t, int nice)
{
	struct run_queue *rq = this_rq();
	unsigned long flags = spin_lock_irqsave(&rq->lock);
	bool queued = suspend_queued(rq, t);

	t->nice = nice;
	fair_init_weight(t);
	if (queued)
		enqueue(rq, t, false);
	spin_unlock_irqrestore(&rq->lock, flags);
}

int sched_set_policy(struct task *t, int policy, int rt_priority)
{
	struct run_queue *rq = this_rq();
	unsigned long flags = spin_lock_irqsave(&rq->lock);
	bool queued = suspend_queued(rq, t);

	t->policy = policy;
	t->rt_priority = rt_priority;
	if (!task_is_rt(t)) {
		fair_init_weight(t);
		fair_place_woken(rq, t);
	}
	if (queued) {
		enqueue(rq, t, false);
		check_preempt(rq, t);
	} else if (t == current) {
		set_need_resched();
	}
	spin_unlock_irqrestore(&rq->lock, flags);
	return 0;
}

void sched_exec(void)
{
}

unsigned long sched_nr_running(void)
{
	return run_queue.nr_running;
}

u64 sched_switch_count(void)
{
	return run_queue.switches;
}

/* The idle task: halts until an interrupt makes something runnable. */
void __noreturn sched_idle_loop(void)
{
	preempt_enable_no_resched(); /* the boot ran with preemption off */
	for (;;) {
		while (!need_resched()) {
			local_irq_disable();
			if (need_resched())
				break;
			arch_cpu_idle();
		}
		local_irq_enable();
		schedule();
	}
}

void sched_init(void)
{
	spin_init(&run_queue.lock, RANK_RUNQUEUE, "run queue");
	rt_init(&run_queue);
}
