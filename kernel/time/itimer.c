/*
 * itimer.c - a process's interval timers, alarm(2), and its CPU-time limit.
 *
 * ITIMER_REAL is a kernel timer; like Linux's it starts its next interval when the signal is taken,
 * so that a blocked SIGALRM costs nothing. The CPU timers and RLIMIT_CPU are compared with the
 * process's time at each tick, and only when one is armed.
 * Everything is guarded by siglock.
 */
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/timer_signal.h>
#include <kernel/uaccess.h>
#include <abi/time.h>
#include "posix_timer.h"
#include "timespec.h"

static void real_expired(struct timer *timer)
{
	struct process *p = container_of(timer, struct process, real_timer);

	signal_kernel_process(SIGALRM, p);
}

void itimer_init(struct process *process)
{
	timer_init(&process->real_timer, real_expired);
	process->real_interval = 0;
	memset(process->itimer, 0, sizeof(process->itimer));
	process->cpu_timers_armed = 0;
	list_init(&process->posix_timers);
	process->next_timer_id = 0;
}

void itimer_exit(struct process *process)
{
	unsigned long flags;

	process->real_interval = 0;
	timer_cancel_sync(&process->real_timer);
	posix_timers_exit(process);
	/* Queued timer signals hold their timers; nobody is left to take any signal. */
	flags = spin_lock_irqsave(&process->siglock);
	sigpending_flush(&process->pending);
	spin_unlock_irqrestore(&process->siglock, flags);
}

void itimer_real_rearm(struct process *p)
{
	s64 now;

	if (!p->real_interval || p->real_timer.pending)
		return;
	now = clock_monotonic();
	timer_forward(&p->real_timer.expires, p->real_interval, now);
	timer_set(&p->real_timer, p->real_timer.expires);
}

/* ---- real time ---- */

static void get_real(struct process *p, s64 *value, s64 *interval)
{
	*interval = p->real_interval;
	*value = 0;
	if (p->real_timer.pending) {
		*value = p->real_timer.expires - clock_monotonic();
		/* Armed, even if due this moment: zero would say it is not. */
		if (*value < NSEC_PER_USEC)
			*value = NSEC_PER_USEC;
	}
}

static void set_real(s64 value, s64 interval, s64 *old_value, s64 *old_interval)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	s64 expires;

	get_real(p, old_value, old_interval);
	timer_cancel(&p->real_timer);
	p->real_interval = value ? interval : 0;
	if (value) {
		if (__builtin_add_overflow(clock_monotonic(), value, &expires))
			expires = TIMEOUT_NEVER - 1;
		timer_set(&p->real_timer, expires);
	}
	spin_unlock_irqrestore(&p->siglock, flags);
}

asmlinkage long sys_alarm(u32 seconds)
{
	s64 value, interval;
	s32 sec, usec;

	/* As many as fit a signed word of seconds. */
	if (seconds > INT_MAX)
		seconds = INT_MAX;
	set_real((s64)seconds * NSEC_PER_SEC, 0, &value, &interval);
	timeval_split(value, &sec, &usec);
	if (usec >= USEC_PER_SEC / 2 || (!sec && usec))
		sec++;
	return sec;
}

/* ---- CPU time ---- */

static s64 cpu_sample(struct process *p, int which)
{
	u64 user, system;

	process_cpu_times(p, &user, &system);
	return (s64)(which == ITIMER_VIRTUAL ? user : user + system);
}

static void get_cpu(struct process *p, int which, s64 now, s64 *value, s64 *interval)
{
	const struct itimer_k *it = &p->itimer[which - ITIMER_VIRTUAL];

	*interval = it->interval;
	*value = 0;
	if (it->value)
		*value = max(it->value - now, (s64)(NSEC_PER_SEC / HZ));
}

static void set_cpu(int which, s64 value, s64 interval, s64 *old_value, s64 *old_interval)
{
	struct process *p = current->process;
	struct itimer_k *it = &p->itimer[which - ITIMER_VIRTUAL];
	u32 bit = which == ITIMER_VIRTUAL ? CPU_TIMER_VIRTUAL : CPU_TIMER_PROF;
	s64 now = cpu_sample(p, which);
	unsigned long flags = spin_lock_irqsave(&p->siglock);

	get_cpu(p, which, now, old_value, old_interval);
	it->interval = interval;
	it->value = value ? now + value : 0;
	if (value)
		p->cpu_timers_armed |= bit;
	else
		p->cpu_timers_armed &= ~bit;
	spin_unlock_irqrestore(&p->siglock, flags);
}

/* ---- the calls ---- */

static int put_itimerval(void __user *dst, s64 value, s64 interval)
{
	struct itimerval_abi it;

	timeval_split(value, &it.value.sec, &it.value.usec);
	timeval_split(interval, &it.interval.sec, &it.interval.usec);
	return copy_to_user(dst, &it, sizeof(it));
}

asmlinkage long sys_getitimer(int which, void __user *uvalue)
{
	struct process *p = current->process;
	s64 value, interval, now;
	unsigned long flags;

	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	now = which == ITIMER_REAL ? 0 : cpu_sample(p, which);
	flags = spin_lock_irqsave(&p->siglock);
	if (which == ITIMER_REAL)
		get_real(p, &value, &interval);
	else
		get_cpu(p, which, now, &value, &interval);
	spin_unlock_irqrestore(&p->siglock, flags);
	return put_itimerval(uvalue, value, interval);
}

asmlinkage long sys_setitimer(int which, const void __user *new, void __user *old)
{
	s64 value = 0, interval = 0, old_value, old_interval;
	const struct itimerval_abi __user *it = new;
	int err = 0;

	if (new) {
		err = timeval_get_user(&interval, &it->interval);
		if (!err)
			err = timeval_get_user(&value, &it->value);
	}
	if (err)
		return err;
	if (which < ITIMER_REAL || which > ITIMER_PROF)
		return -EINVAL;
	if (which == ITIMER_REAL)
		set_real(value, interval, &old_value, &old_interval);
	else
		set_cpu(which, value, interval, &old_value, &old_interval);
	return old ? put_itimerval(old, old_value, old_interval) : 0;
}

/* ---- the tick ---- */

static void send_locked(int sig, struct process *p, struct task *t)
{
	struct siginfo_k info = { .signo = sig, .code = SI_KERNEL };

	(void)signal_send_locked(sig, &info, t, true);
}

static void check_cpu_timer(struct process *p, struct task *t, int which, s64 now)
{
	struct itimer_k *it = &p->itimer[which - ITIMER_VIRTUAL];

	if (!it->value || now < it->value)
		return;
	if (it->interval) {
		timer_forward(&it->value, it->interval, now);
	} else {
		it->value = 0;
		p->cpu_timers_armed &=
			~(which == ITIMER_VIRTUAL ? CPU_TIMER_VIRTUAL : CPU_TIMER_PROF);
	}
	send_locked(which == ITIMER_VIRTUAL ? SIGVTALRM : SIGPROF, p, t);
}

/* At the soft limit SIGXCPU, and once more each second; at the hard one the end. */
static void check_cpu_limit(struct process *p, struct task *t, s64 total)
{
	struct rlimit_k *rl = &p->rlimits[RLIMIT_CPU];
	u64 seconds;

	if (rl->cur == RLIM_INFINITY && rl->max == RLIM_INFINITY)
		return;
	seconds = div_u64((u64)total, (u32)NSEC_PER_SEC);
	if (seconds >= rl->max) {
		send_locked(SIGKILL, p, t);
	} else if (seconds >= rl->cur) {
		send_locked(SIGXCPU, p, t);
		if (rl->cur < rl->max)
			rl->cur = seconds + 1;
	}
}

void itimer_account(struct task *t, u64 ns, bool user)
{
	struct process *p = t->process;
	u64 utime, stime;
	s64 total;

	if (likely(!p->cpu_timers_armed && p->rlimits[RLIMIT_CPU].cur == RLIM_INFINITY))
		return;
	if ((t->flags & (PF_KTHREAD | PF_EXITING)) || !t->sighand)
		return;
	process_cpu_times(p, &utime, &stime);
	total = (s64)(utime + stime);
	spin_lock(&p->siglock);
	check_cpu_timer(p, t, ITIMER_VIRTUAL, (s64)utime);
	check_cpu_timer(p, t, ITIMER_PROF, total);
	check_cpu_limit(p, t, total);
	if (p->cpu_timers_armed & CPU_TIMER_POSIX)
		posix_timers_check_cpu(p, t, (s64)utime, total);
	spin_unlock(&p->siglock);
}
