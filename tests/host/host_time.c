/* Virtual time: clocks, timers, sleeping. It passes only when somebody waits or the test says so.
 */
#include "host_internal.h"
#include <host/host.h>
#include <kernel/time.h>
#include <kernel/wait.h>

#define START_NS   NSEC_PER_SEC
#define REALTIME_0 (946684800ll * NSEC_PER_SEC) /* 2000-01-01 */
#define TIMERS	   64

static s64 now_ns = START_NS, realtime_offset = REALTIME_0;
static struct timer *timers[TIMERS];
static unsigned int timer_count;
static void (*sleep_fn)(s64 ns, void *arg);
static void *sleep_arg;

void host_time_reset(void)
{
	now_ns = START_NS;
	realtime_offset = REALTIME_0;
	timer_count = 0;
}

s64 host_now(void)
{
	return now_ns;
}

static void timer_forget(unsigned int i)
{
	timers[i]->pending = false;
	timers[i] = timers[--timer_count];
}

void host_advance(s64 ns)
{
	s64 end = now_ns + ns;

	for (;;) {
		unsigned int best = timer_count;

		for (unsigned int i = 0; i < timer_count; i++)
			if (timers[i]->expires <= end &&
			    (best == timer_count || timers[i]->expires < timers[best]->expires))
				best = i;
		if (best == timer_count)
			break;
		struct timer *t = timers[best];

		if (t->expires > now_ns)
			now_ns = t->expires;
		timer_forget(best);
		t->fn(t);
	}
	if (now_ns < end)
		now_ns = end;
}

void host_on_sleep(void (*fn)(s64 ns, void *arg), void *arg)
{
	sleep_fn = fn;
	sleep_arg = arg;
}

/* --- clocks */

__weak s64 clock_monotonic(void)
{
	return now_ns;
}
__weak s64 clock_realtime(void)
{
	return clock_monotonic() + realtime_offset;
}
__weak s64 clock_coarse_monotonic(void)
{
	return clock_monotonic();
}
__weak s64 clock_coarse_realtime(void)
{
	return clock_realtime();
}
__weak void clock_set_realtime(s64 ns)
{
	realtime_offset = ns - clock_monotonic();
}
__weak s64 clock_resolution(void)
{
	return 1;
}

/* --- timers */

__weak void timer_init(struct timer *timer, void (*fn)(struct timer *timer))
{
	timer->fn = fn;
	timer->pending = false;
}

__weak bool timer_cancel(struct timer *timer)
{
	for (unsigned int i = 0; i < timer_count; i++) {
		if (timers[i] == timer) {
			timer_forget(i);
			return true;
		}
	}
	return false;
}

__weak bool timer_cancel_sync(struct timer *timer)
{
	return timer_cancel(timer);
}

__weak void timer_set(struct timer *timer, s64 expires_monotonic)
{
	timer_cancel(timer);
	if (timer_count == TIMERS)
		host_die("too many timers", __FILE__, __LINE__);
	timer->expires = expires_monotonic;
	timer->pending = true;
	timers[timer_count++] = timer;
}

/* --- waiting */

__weak void ndelay(unsigned int ns)
{
	host_advance(ns);
}
__weak void udelay(unsigned int us)
{
	host_advance((s64)us * NSEC_PER_USEC);
}
__weak void usleep(unsigned int us)
{
	host_check_sleep(__FILE__, __LINE__);
	host_advance((s64)us * NSEC_PER_USEC);
}
__weak void msleep(unsigned int ms)
{
	host_check_sleep(__FILE__, __LINE__);
	host_advance(MSEC(ms));
}

/* Sleeps at most to the next timer, which may be what wakes the sleeper. */
__weak s64 schedule_timeout(s64 ns)
{
	s64 step = ns;

	host_check_sleep(__FILE__, __LINE__);
	if (sleep_fn) {
		s64 before = now_ns;

		sleep_fn(ns, sleep_arg);
		if (ns == TIMEOUT_NEVER)
			return ns;
		if (now_ns != before)
			return ns > now_ns - before ? ns - (now_ns - before) : 0;
	}
	for (unsigned int i = 0; i < timer_count; i++) {
		s64 left = timers[i]->expires - now_ns;

		if (left < step)
			step = left > 0 ? left : 0;
	}
	if (step == TIMEOUT_NEVER)
		host_die("sleeps for ever", __FILE__, __LINE__);
	host_advance(step);
	return ns == TIMEOUT_NEVER ? ns : ns - step;
}

__weak void schedule(void)
{
	(void)schedule_timeout(TIMEOUT_NEVER);
}

__weak int wait_signal_check(u32 state)
{
	if (host_signal_pending && (state & TASK_INTERRUPTIBLE))
		return -ERESTARTSYS;
	if (host_signal_pending == 2 && (state & TASK_WAKEKILL))
		return -ERESTARTSYS;
	return 0;
}

__weak void wait_queue_init(struct wait_queue *q)
{
	spin_init(&q->lock, RANK_WAITQ, "wait queue");
	list_init(&q->entries);
}

__weak bool wait_default_wake(struct wait_entry *entry, u32 key)
{
	return true;
}

__weak void wait_entry_init(struct wait_entry *entry, wait_wake_fn wake)
{
	list_init(&entry->node);
	entry->task = NULL;
	entry->wake = wake;
	entry->flags = 0;
}

__weak void wait_add(struct wait_queue *q, struct wait_entry *entry)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);

	if (entry->flags & WAIT_EXCLUSIVE)
		list_add_tail(&entry->node, &q->entries);
	else
		list_add(&entry->node, &q->entries);
	spin_unlock_irqrestore(&q->lock, flags);
}

__weak void wait_remove(struct wait_queue *q, struct wait_entry *entry)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);

	list_del_init(&entry->node);
	spin_unlock_irqrestore(&q->lock, flags);
}

__weak void wait_prepare(struct wait_queue *q, struct wait_entry *entry, u32 state)
{
	if (list_empty(&entry->node))
		wait_add(q, entry);
}

__weak void wait_finish(struct wait_queue *q, struct wait_entry *entry)
{
	wait_remove(q, entry);
}

__weak void wait_queue_wake(struct wait_queue *q, int max_exclusive, u32 key)
{
	unsigned long flags = spin_lock_irqsave(&q->lock);
	struct wait_entry *e, *next;

	list_for_each_entry_safe (e, next, &q->entries, node)
		if (e->wake(e, key) && (e->flags & WAIT_EXCLUSIVE) && --max_exclusive == 0)
			break;
	spin_unlock_irqrestore(&q->lock, flags);
}
