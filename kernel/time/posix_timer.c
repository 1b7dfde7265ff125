/*
 * posix_timer.c - timer_create(2) and what belongs to it.
 *
 * A timer owns the queue entry of its signal, so that firing needs no memory. It is not armed again
 * before its signal has been taken: then the intervals that went by are the overrun count. A timer
 * whose signal is ignored is placed anew at once, but not more often than the tick.
 *
 * References: the process's list holds one, a queued signal another. All under siglock.
 */
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/timer_signal.h>
#include <kernel/uaccess.h>
#include <abi/time.h>
#include "cpu_clock.h"
#include "posix_timer.h"
#include "timespec.h"

enum timer_base {
	BASE_MONOTONIC,
	BASE_REAL, /* an absolute time: moves when the clock is set */
	BASE_CPU
};

struct posix_timer {
	struct list_head node;
	struct refcount refs;
	struct process *process; /* lives as long as its list */
	struct task *thread;	 /* SIGEV_THREAD_ID, referenced */
	struct task *cpu_task;	 /* whose time, referenced; CPU clocks */
	bool cpu_thread;
	int id, clock, notify;
	enum timer_base base;
	bool armed, queued, rearm, dead;
	int overrun; /* of the signal taken last */
	s64 expires; /* by its base */
	s64 interval;
	struct timer timer;
	struct sigqueue sq;
};

static struct posix_timer *from_sigqueue(struct sigqueue *q)
{
	return container_of(q, struct posix_timer, sq);
}

/* ---- life ---- */

static void timer_free(struct posix_timer *t)
{
	struct cred *cred = t->sq.info.timer;

	if (t->thread)
		task_put(t->thread);
	if (t->cpu_task)
		task_put(t->cpu_task);
	atomic_add(&cred->user->sigpending, -1);
	cred_put(cred);
	kfree(t);
}

static void timer_put(struct posix_timer *t)
{
	if (refcount_dec(&t->refs))
		timer_free(t);
}

/* ---- placing ---- */

static s64 base_now(const struct posix_timer *t)
{
	if (t->base == BASE_CPU)
		return cpu_clock_sample(t->clock, t->cpu_task, t->cpu_thread);
	return t->base == BASE_REAL ? clock_realtime() : clock_monotonic();
}

/* siglock held. */
static void place(struct posix_timer *t)
{
	if (t->base == BASE_CPU) {
		t->process->cpu_timers_armed |= CPU_TIMER_POSIX;
		return;
	}
	timer_set(&t->timer, t->base == BASE_MONOTONIC
				     ? t->expires
				     : t->expires - (clock_realtime() - clock_monotonic()));
}

/* The time has come; siglock held. now: by the timer's base. */
static void fire(struct posix_timer *t, s64 now)
{
	bool ignored;

	t->overrun = 0;
	t->rearm = t->interval != 0;
	if (!t->interval)
		t->armed = false;
	if (t->notify == SIGEV_NONE || t->queued)
		return;
	refcount_inc(&t->refs);
	t->queued = true;
	ignored = signal_send_timer(&t->sq, t->process, t->thread);
	if (!ignored)
		return;
	t->queued = false;
	refcount_dec(&t->refs);
	if (t->interval) {
		timer_forward(&t->expires, t->interval, now + NSEC_PER_SEC / HZ);
		place(t);
	}
}

static void timer_expired(struct timer *timer)
{
	struct posix_timer *t = container_of(timer, struct posix_timer, timer);
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);

	if (t->armed && !t->dead && !t->timer.pending)
		fire(t, base_now(t));
	spin_unlock_irqrestore(&t->process->siglock, flags);
}

void posix_timer_dequeued(struct sigqueue *q, struct siginfo_k *info)
{
	struct posix_timer *t = from_sigqueue(q);
	u64 passed;

	t->queued = false;
	info->timer = NULL;
	if (t->rearm && t->armed && !t->dead) {
		/* process_cpu_times() would want a lock that comes before siglock. */
		s64 now = t->base == BASE_CPU ? t->expires : base_now(t);

		passed = timer_forward(&t->expires, t->interval, now);
		t->overrun = timer_overrun_clamp(passed ? passed - 1 : 0);
		info->overrun = t->overrun;
		t->rearm = false;
		place(t);
	}
	timer_put(t);
}

void posix_timer_signal_dropped(struct sigqueue *q)
{
	struct posix_timer *t = from_sigqueue(q);

	t->queued = false;
	timer_put(t);
}

void posix_timers_check_cpu(struct process *p, struct task *task, s64 user, s64 total)
{
	struct posix_timer *t;
	bool any = false;
	u64 u, s;

	list_for_each_entry (t, &p->posix_timers, node) {
		s64 now = total;

		if (t->base != BASE_CPU || !t->armed)
			continue;
		any = true;
		if (t->cpu_thread) {
			task_cpu_times(t->cpu_task, &u, &s);
			now = (s64)(u + s);
		} else if (t->clock < 0 && CPUCLOCK_WHAT(t->clock) == CPUCLOCK_VIRT) {
			now = user;
		}
		if (now >= t->expires && !t->queued)
			fire(t, now);
	}
	if (!any)
		p->cpu_timers_armed &= ~CPU_TIMER_POSIX;
}

void posix_timers_clock_set(void)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct posix_timer *t;
	struct process *p;

	for_each_process (p) {
		spin_lock(&p->siglock);
		list_for_each_entry (t, &p->posix_timers, node)
			if (t->base == BASE_REAL && t->timer.pending)
				place(t);
		spin_unlock(&p->siglock);
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
}

/* ---- create and delete ---- */

static int read_event(const void __user *uevent, struct sigevent_abi *ev)
{
	if (!uevent) {
		*ev = (struct sigevent_abi){ .signo = SIGALRM, .notify = SIGEV_SIGNAL };
		return 0;
	}
	if (copy_from_user(ev, uevent, sizeof(*ev)))
		return -EFAULT;
	if (ev->notify != SIGEV_NONE && ev->notify != SIGEV_SIGNAL && ev->notify != SIGEV_THREAD &&
	    ev->notify != SIGEV_THREAD_ID)
		return -EINVAL;
	if (ev->notify != SIGEV_NONE && (ev->signo < 1 || ev->signo > SIGNAL_MAX))
		return -EINVAL;
	return 0;
}

static int set_clock(struct posix_timer *t, int clock)
{
	t->clock = clock;
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		t->base = BASE_MONOTONIC;
		return 0;
	default:
		if (!clock_is_cpu(clock))
			return -EINVAL;
	}
	t->base = BASE_CPU;
	t->cpu_task = cpu_clock_task(clock, &t->cpu_thread);
	/* The tick looks only at the timers of the process that runs. */
	return t->cpu_task && t->cpu_task->process == current->process ? 0 : -EINVAL;
}

static int set_target(struct posix_timer *t, const struct sigevent_abi *ev)
{
	t->notify = ev->notify;
	t->sq.info.signo = ev->signo;
	t->sq.info.code = SI_TIMER;
	t->sq.info.timer_value = ev->value;
	if (ev->notify != SIGEV_THREAD_ID)
		return 0;
	t->thread = task_find_get(ev->tid);
	return t->thread && t->thread->process == current->process ? 0 : -EINVAL;
}

static bool id_taken(struct process *p, int id)
{
	struct posix_timer *t;

	list_for_each_entry (t, &p->posix_timers, node)
		if (t->id == id)
			return true;
	return false;
}

static struct posix_timer *timer_new(int *err)
{
	struct cred *cred = current_cred();
	struct posix_timer *t;

	*err = -EAGAIN;
	if ((u64)atomic_add(&cred->user->sigpending, 1) > rlimit(RLIMIT_SIGPENDING))
		goto out;
	t = kzalloc(sizeof(*t), GFP_KERNEL);
	if (!t)
		goto out;
	refcount_set(&t->refs, 1);
	t->process = current->process;
	list_init(&t->sq.node);
	timer_init(&t->timer, timer_expired);
	cred_get(cred);
	t->sq.info.timer = cred; /* whom it is charged to */
	return t;
out:
	atomic_add(&cred->user->sigpending, -1);
	return NULL;
}

static int timer_publish(struct posix_timer *t, bool default_value)
{
	struct process *p = t->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);

	do {
		t->id = p->next_timer_id;
		p->next_timer_id = (p->next_timer_id + 1) & INT_MAX;
	} while (id_taken(p, t->id));
	t->sq.info.timer_id = t->id;
	if (default_value)
		t->sq.info.timer_value = (u32)t->id;
	list_add_tail(&t->node, &p->posix_timers);
	spin_unlock_irqrestore(&p->siglock, flags);
	return t->id;
}

asmlinkage long sys_timer_create(int clock, const void __user *event, void __user *id)
{
	struct sigevent_abi ev;
	struct posix_timer *t;
	int err, nr;

	t = timer_new(&err);
	if (!t)
		return err;
	err = read_event(event, &ev);
	if (!err)
		err = set_clock(t, clock);
	if (!err)
		err = set_target(t, &ev);
	if (err) {
		timer_put(t);
		return err;
	}
	nr = timer_publish(t, !event);
	if (put_user(nr, (s32 __user *)id)) {
		sys_timer_delete(nr);
		return -EFAULT;
	}
	return 0;
}

/* Finds by id, siglock held on success. */
static struct posix_timer *timer_lock_id(int id, unsigned long *flags)
{
	struct process *p = current->process;
	struct posix_timer *t;

	*flags = spin_lock_irqsave(&p->siglock);
	list_for_each_entry (t, &p->posix_timers, node)
		if (t->id == id)
			return t;
	spin_unlock_irqrestore(&p->siglock, *flags);
	return NULL;
}

/* Takes siglock over and drops it. */
static void timer_kill(struct posix_timer *t, unsigned long flags)
{
	t->dead = true;
	t->armed = false;
	list_del_init(&t->node);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	timer_cancel_sync(&t->timer);
	timer_put(t);
}

asmlinkage long sys_timer_delete(int id)
{
	unsigned long flags;
	struct posix_timer *t = timer_lock_id(id, &flags);

	if (!t)
		return -EINVAL;
	timer_kill(t, flags);
	return 0;
}

void posix_timers_exit(struct process *p)
{
	unsigned long flags;

	for (;;) {
		flags = spin_lock_irqsave(&p->siglock);
		if (list_empty(&p->posix_timers))
			break;
		timer_kill(list_first_entry(&p->posix_timers, struct posix_timer, node), flags);
	}
	p->cpu_timers_armed &= ~CPU_TIMER_POSIX;
	spin_unlock_irqrestore(&p->siglock, flags);
}

/* ---- setting and reading ---- */

/* now: by the timer's base. siglock held. */
static void get_locked(struct posix_timer *t, s64 now, s64 *value, s64 *interval)
{
	s64 expires = t->expires;

	*interval = t->interval;
	*value = 0;
	if (!t->armed)
		return;
	if (t->interval)
		timer_forward(&expires, t->interval, now);
	*value = expires - now;
	/* Still armed: only SIGEV_NONE may say that it is over. */
	if (*value <= 0)
		*value = t->notify == SIGEV_NONE ? 0 : 1;
}

static int put_itimerspec(void __user *dst, s64 value, s64 interval, bool is64)
{
	size_t half = is64 ? sizeof(struct timespec64_abi) : sizeof(struct timespec32_abi);
	int err = timespec_put_user(interval, dst, is64);

	return err ? err : timespec_put_user(value, (char __user *)dst + half, is64);
}

static int get_itimerspec(const void __user *src, s64 *value, s64 *interval, bool is64)
{
	size_t half = is64 ? sizeof(struct timespec64_abi) : sizeof(struct timespec32_abi);
	int err = timespec_get_user(interval, src, is64);

	return err ? err : timespec_get_user(value, (const char __user *)src + half, is64);
}

/* siglock held. A signal that is queued stays, but starts no new interval. */
static void set_locked(struct posix_timer *t, bool absolute, s64 value, s64 interval, s64 now)
{
	timer_cancel(&t->timer);
	t->rearm = false;
	t->overrun = 0;
	t->interval = interval;
	t->armed = value != 0;
	if (!value)
		return;
	if (absolute)
		t->expires = value;
	else if (__builtin_add_overflow(now, value, &t->expires))
		t->expires = TIMEOUT_NEVER - 1;
	place(t);
}

static bool is_wall_clock(int clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_ALARM || clock == CLOCK_TAI;
}

/* CPU time cannot be read under siglock. NULL: gone meanwhile. */
static s64 sample_cpu(int id, bool *found)
{
	unsigned long flags;
	struct posix_timer *t = timer_lock_id(id, &flags);
	struct task *task = NULL;
	bool thread = false;
	int clock = 0;
	s64 now = 0;

	*found = t != NULL;
	if (!t)
		return 0;
	if (t->base == BASE_CPU) {
		task = t->cpu_task;
		thread = t->cpu_thread;
		clock = t->clock;
		task_get(task);
	}
	spin_unlock_irqrestore(&current->process->siglock, flags);
	if (task) {
		now = cpu_clock_sample(clock, task, thread);
		task_put(task);
	}
	return now;
}

static long do_settime(int id, u32 flags, const void __user *new, void __user *old, bool is64)
{
	s64 value, interval, old_value, old_interval, cpu_now;
	unsigned long irq;
	struct posix_timer *t;
	bool found;
	int err;

	if (!new)
		return -EINVAL;
	err = get_itimerspec(new, &value, &interval, is64);
	if (err)
		return err;
	cpu_now = sample_cpu(id, &found);
	t = found ? timer_lock_id(id, &irq) : NULL;
	if (!t)
		return -EINVAL;
	get_locked(t, t->base == BASE_CPU ? cpu_now : base_now(t), &old_value, &old_interval);
	if (t->base != BASE_CPU)
		t->base = (flags & TIMER_ABSTIME) && is_wall_clock(t->clock) ? BASE_REAL
									     : BASE_MONOTONIC;
	set_locked(t, flags & TIMER_ABSTIME, value, interval,
		   t->base == BASE_CPU ? cpu_now : base_now(t));
	spin_unlock_irqrestore(&current->process->siglock, irq);
	return old ? put_itimerspec(old, old_value, old_interval, is64) : 0;
}

static long do_gettime(int id, void __user *dst, bool is64)
{
	s64 value, interval, cpu_now;
	struct posix_timer *t;
	unsigned long flags;
	bool found;

	cpu_now = sample_cpu(id, &found);
	t = found ? timer_lock_id(id, &flags) : NULL;
	if (!t)
		return -EINVAL;
	get_locked(t, t->base == BASE_CPU ? cpu_now : base_now(t), &value, &interval);
	spin_unlock_irqrestore(&current->process->siglock, flags);
	return put_itimerspec(dst, value, interval, is64);
}

asmlinkage long sys_timer_settime32(int id, u32 flags, const void __user *new, void __user *old)
{
	return do_settime(id, flags, new, old, false);
}

asmlinkage long sys_timer_settime64(int id, u32 flags, const void __user *new, void __user *old)
{
	return do_settime(id, flags, new, old, true);
}

asmlinkage long sys_timer_gettime32(int id, void __user *value)
{
	return do_gettime(id, value, false);
}

asmlinkage long sys_timer_gettime64(int id, void __user *value)
{
	return do_gettime(id, value, true);
}

asmlinkage long sys_timer_getoverrun(int id)
{
	unsigned long flags;
	struct posix_timer *t = timer_lock_id(id, &flags);
	int overrun;

	if (!t)
		return -EINVAL;
	overrun = t->overrun;
	spin_unlock_irqrestore(&current->process->siglock, flags);
	return overrun;
}
