/*
 * timer.c - one-shot timers in a red-black tree by expiry, and the tick.
 *
 * The timer interrupt raises SOFTIRQ_TIMER when the first timer is due; the softirq takes due
 * timers off the tree one by one and calls them without the lock. The event device is armed for the
 * first of: the first timer, the next tick.
 *
 * The tick ends when it finds the machine idle, not when it becomes so: who sleeps for less than a
 * tick, as a driver does between two blocks, does not have the event device programmed twice.
 */
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/math64.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/timekeeping.h>
#include <kernel/wait.h>

#define NEVER	    ((s64)0x7fffffffffffffffll)
#define IDLE_PERIOD SEC(1)

static DEFINE_SPINLOCK(timer_lock, RANK_TIMER);
static struct rb_root timers;  /* timer_lock */
static struct timer *first;    /* timer_lock: the leftmost */
static struct timer *running;  /* timer_lock: whose function is being called */
static s64 programmed = NEVER; /* what the event device was last set to */
static s64 next_tick = NEVER;
static s64 last_account;

void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
	timer->fn = fn;
	timer->pending = false;
	timer->expires = 0;
}

static void program_event(s64 expires)
{
	if (unlikely(preempt_stress_on()) && current != this_cpu()->idle)
		expires = min(expires, clock_monotonic() + STRESS_PERIOD);
	programmed = expires;
	clockevent_program(expires);
}

static void tree_insert(struct timer *timer)
{
	struct rb_node **link = &timers.node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		struct timer *t = rb_entry(*link, struct timer, node);

		parent = *link;
		if (timer->expires < t->expires) {
			link = &parent->left;
		} else {
			link = &parent->right;
			leftmost = false;
		}
	}
	rb_link(&timer->node, parent, link);
	rb_insert(&timer->node, &timers, NULL);
	if (leftmost)
		first = timer;
}

static void tree_remove(struct timer *timer)
{
	if (first == timer) {
		struct rb_node *next = rb_next(&timer->node);

		first = next ? rb_entry(next, struct timer, node) : NULL;
	}
	rb_erase(&timer->node, &timers, NULL);
}

void timer_set(struct timer *timer, s64 expires)
{
	unsigned long flags = spin_lock_irqsave(&timer_lock);

	if (timer->pending)
		tree_remove(timer);
	timer->expires = expires;
	timer->pending = true;
	tree_insert(timer);
	if (first == timer && expires < programmed)
		program_event(expires);
	spin_unlock_irqrestore(&timer_lock, flags);
}

bool timer_cancel(struct timer *timer)
{
	unsigned long flags = spin_lock_irqsave(&timer_lock);
	bool was = timer->pending;

	if (was) {
		tree_remove(timer);
		timer->pending = false;
	}
	spin_unlock_irqrestore(&timer_lock, flags);
	return was;
}

bool timer_cancel_sync(struct timer *timer)
{
	bool was = timer_cancel(timer);

	/* With one CPU a task only sees it running if it preempted the softirq, which it cannot. */
	while (READ_ONCE(running) == timer)
		arch_cpu_relax();
	return was;
}

s64 timer_next_expiry(void)
{
	return first ? first->expires : NEVER;
}

/* locked; some event at least each IDLE_PERIOD, for clocks that wrap. */
static s64 next_event(s64 now)
{
	s64 tick = min(next_tick, now + IDLE_PERIOD);

	return min(timer_next_expiry(), tick);
}

static void run_timers(void)
{
	unsigned long flags = spin_lock_irqsave(&timer_lock);
	s64 now = clock_monotonic();

	while (first && first->expires <= now) {
		struct timer *timer = first;

		tree_remove(timer);
		timer->pending = false;
		running = timer;
		spin_unlock_irqrestore(&timer_lock, flags);
		timer->fn(timer);
		flags = spin_lock_irqsave(&timer_lock);
		running = NULL;
		if (!first || first->expires > now)
			now = clock_monotonic();
	}
	program_event(next_event(now));
	spin_unlock_irqrestore(&timer_lock, flags);
}

static void account_idle(u64 passed)
{
	struct cpu *cpu = this_cpu();

	*(atomic_read(&io_waiters) ? &cpu->iowait_ns : &cpu->idle_ns) += passed;
}

/* Charges the time since the last tick to whom the interrupt found running. */
static void account_tick(s64 now, bool user_mode)
{
	struct task *task = current;
	u64 passed = (u64)(now - last_account);

	last_account = now;
	if (task == this_cpu()->idle) {
		account_idle(passed);
		return;
	}
	if (user_mode) {
		task->utime += passed;
		*(task->nice > 0 ? &this_cpu()->nice_ns : &this_cpu()->user_ns) += passed;
	} else {
		task->stime += passed;
		this_cpu()->system_ns += passed;
	}
	itimer_account(task, passed, user_mode);
	sched_tick(now);
}

void time_tick_irq(bool user_mode)
{
	s64 now = clock_monotonic();

	spin_lock(&timer_lock);
	clock_update_coarse(now);
	if (now >= next_tick) {
		next_tick = current == this_cpu()->idle ? NEVER : now + TICK_PERIOD;
		spin_unlock(&timer_lock);
		account_tick(now, user_mode);
		spin_lock(&timer_lock);
	}
	if (first && first->expires <= now)
		softirq_raise(SOFTIRQ_TIMER);
	else
		program_event(next_event(now));
	spin_unlock(&timer_lock);
}

/*
 * locked; ticks come at multiples of TICK_PERIOD. One a period after the wake-up would meet who
 * sleeps and works by the clock always or never, and charge it so.
 */
static void restart_tick(s64 now)
{
	if (current == this_cpu()->idle)
		account_idle((u64)(now - last_account));
	last_account = now;
	next_tick = ((s64)div_u64((u64)now, TICK_PERIOD) + 1) * TICK_PERIOD;
	if (next_tick < programmed)
		program_event(next_tick);
}

void tick_start(void)
{
	s64 now = clock_monotonic();

	spin_lock(&timer_lock);
	clock_update_coarse(now);
	if (next_tick == NEVER)
		restart_tick(now);
	spin_unlock(&timer_lock);
}

void timers_init(void)
{
	softirq_register(SOFTIRQ_TIMER, run_timers);
}
