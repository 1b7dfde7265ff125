/* time_syscalls.c - reading and setting clocks; sleeping by them. */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/timekeeping.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/time.h>
#include "cpu_clock.h"
#include "posix_timer.h"
#include "timespec.h"

DEFINE_WAIT_QUEUE(clock_set_wait);

static struct timezone_abi timezone;

s32 clock_minutes_west(void)
{
	return timezone.minuteswest;
}

/* ---- reading ---- */

static int clock_read(int clock, s64 *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		*ns = clock_realtime();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		*ns = clock_monotonic();
		return 0;
	case CLOCK_REALTIME_COARSE:
		*ns = clock_coarse_realtime();
		return 0;
	case CLOCK_MONOTONIC_COARSE:
		*ns = clock_coarse_monotonic();
		return 0;
	default:
		return clock_is_cpu(clock) ? cpu_clock_read(clock, ns) : -EINVAL;
	}
}

static long do_gettime(int clock, void __user *ts, bool is64)
{
	s64 ns;
	int err = clock_read(clock, &ns);

	return err ? err : timespec_put_user(ns, ts, is64);
}

asmlinkage long sys_clock_gettime32(int clock, void __user *ts)
{
	return do_gettime(clock, ts, false);
}

asmlinkage long sys_clock_gettime64(int clock, void __user *ts)
{
	return do_gettime(clock, ts, true);
}

static long do_getres(int clock, void __user *ts, bool is64)
{
	s64 ns;
	int err = clock_read(clock, &ns);

	if (err)
		return err;
	ns = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ? NSEC_PER_SEC / HZ
									       : 1;
	return ts ? timespec_put_user(ns, ts, is64) : 0;
}

asmlinkage long sys_clock_getres32(int clock, void __user *ts)
{
	return do_getres(clock, ts, false);
}

asmlinkage long sys_clock_getres64(int clock, void __user *ts)
{
	return do_getres(clock, ts, true);
}

asmlinkage long sys_time(void __user *tloc)
{
	s32 nsec, now = (s32)timespec_split(clock_realtime(), &nsec);

	if (tloc && put_user(now, (s32 __user *)tloc))
		return -EFAULT;
	return now;
}

asmlinkage long sys_gettimeofday(void __user *tv, void __user *tz)
{
	if (tv && timeval_put_user(clock_realtime(), tv))
		return -EFAULT;
	return tz ? copy_to_user(tz, &timezone, sizeof(timezone)) : 0;
}

/* ---- setting ---- */

static int set_realtime(s64 ns)
{
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	/* Later than this the 64 bits would run over in less than 30 years of uptime. */
	if (ns >= TIMEOUT_NEVER / 30 * 27)
		return -EINVAL;
	clock_set_realtime(ns);
	return 0;
}

asmlinkage long sys_stime(const void __user *tptr)
{
	s32 sec;

	if (get_user(sec, (const s32 __user *)tptr))
		return -EFAULT;
	return sec < 0 ? -EINVAL : set_realtime(sec * NSEC_PER_SEC);
}

asmlinkage long sys_settimeofday(const void __user *tv, const void __user *tz)
{
	struct timezone_abi zone;
	s64 ns = 0;
	int err = tv ? timeval_get_user(&ns, tv) : 0;

	if (err)
		return err;
	if (tz && copy_from_user(&zone, tz, sizeof(zone)))
		return -EFAULT;
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (tz) {
		if (zone.minuteswest > 15 * 60 || zone.minuteswest < -15 * 60)
			return -EINVAL;
		timezone = zone;
	}
	return tv ? set_realtime(ns) : 0;
}

static long do_settime(int clock, const void __user *ts, bool is64)
{
	s64 ns, now;
	int err = clock_read(clock, &now);

	if (err || clock != CLOCK_REALTIME) {
		if (!err && clock_is_cpu(clock))
			return -EPERM;
		return -EINVAL;
	}
	err = timespec_get_user(&ns, ts, is64);
	return err ? err : set_realtime(ns);
}

asmlinkage long sys_clock_settime32(int clock, const void __user *ts)
{
	return do_settime(clock, ts, false);
}

asmlinkage long sys_clock_settime64(int clock, const void __user *ts)
{
	return do_settime(clock, ts, true);
}

/* ---- sleeping ---- */

static s64 remaining(int clock, s64 deadline)
{
	s64 now;

	if (deadline == TIMEOUT_NEVER)
		return TIMEOUT_NEVER;
	return clock_read(clock, &now) ? 0 : deadline - now;
}

/* CPU clocks have no event of their own here: they are looked at every tick. */
static s64 nap(int clock, s64 left)
{
	return clock_is_cpu(clock) && left > NSEC_PER_SEC / HZ ? NSEC_PER_SEC / HZ : left;
}

/* Until the clock reaches deadline: 0, or -EINTR when a signal came first. */
static int sleep_until(int clock, s64 deadline)
{
	struct wait_entry entry;
	int ret = 0;
	s64 left;

	wait_entry_init(&entry, wait_default_wake);
	if (clock == CLOCK_REALTIME)
		wait_add(&clock_set_wait, &entry);
	for (;;) {
		WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
		barrier();
		left = remaining(clock, deadline);
		if (left <= 0)
			break;
		if (signal_pending(current)) {
			ret = -EINTR;
			break;
		}
		(void)schedule_timeout(nap(clock, left));
	}
	WRITE_ONCE(current->state, TASK_RUNNING);
	if (clock == CLOCK_REALTIME)
		wait_remove(&clock_set_wait, &entry);
	return ret;
}

static long sleep_restart(struct task *t);

/* A relative sleep, by the monotonic clock or a CPU clock. */
static long sleep_relative(int clock, s64 deadline, void __user *rem, bool is64)
{
	struct task *t = current;

	if (!sleep_until(clock, deadline))
		return 0;
	if (rem) {
		s64 left = remaining(clock, deadline);

		if (timespec_put_user(left > 0 ? left : 0, rem, is64))
			return -EFAULT;
	}
	t->restart.fn = sleep_restart;
	t->restart.deadline = deadline;
	t->restart.arg[0] = (u32)rem;
	t->restart.arg[1] = is64;
	t->restart.arg[2] = (u32)clock;
	return -ERESTART_RESTARTBLOCK;
}

static long sleep_restart(struct task *t)
{
	t->restart.fn = NULL;
	return sleep_relative((int)t->restart.arg[2], t->restart.deadline,
			      (void __user *)t->restart.arg[0], t->restart.arg[1]);
}

static long do_nanosleep(int clock, u32 flags, const void __user *req, void __user *rem, bool is64)
{
	s64 ns, now, deadline;
	int err = clock_read(clock, &now);

	if (err)
		return err;
	if (clock == CLOCK_THREAD_CPUTIME_ID)
		return -EOPNOTSUPP;
	if (clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE ||
	    clock == CLOCK_MONOTONIC_COARSE)
		return -EOPNOTSUPP;
	err = timespec_get_user(&ns, req, is64);
	if (err)
		return err;
	if (flags & TIMER_ABSTIME)
		return sleep_until(clock, ns) ? -ERESTARTNOHAND : 0;
	/* Setting the clock does not change how long a relative sleep lasts. */
	if (!clock_is_cpu(clock)) {
		clock = CLOCK_MONOTONIC;
		now = clock_monotonic();
	}
	if (__builtin_add_overflow(now, ns, &deadline))
		deadline = TIMEOUT_NEVER;
	return sleep_relative(clock, deadline, rem, is64);
}

asmlinkage long sys_nanosleep32(const void __user *req, void __user *rem)
{
	return do_nanosleep(CLOCK_MONOTONIC, 0, req, rem, false);
}

asmlinkage long sys_clock_nanosleep32(int clock, u32 flags, const void __user *req,
				      void __user *rem)
{
	return do_nanosleep(clock, flags, req, rem, false);
}

asmlinkage long sys_clock_nanosleep64(int clock, u32 flags, const void __user *req,
				      void __user *rem)
{
	return do_nanosleep(clock, flags, req, rem, true);
}

/* ---- after the clock was set ---- */

static void clock_set_now(struct clock_listener *listener)
{
	posix_timers_clock_set();
	wake_up_all(&clock_set_wait);
}

static struct clock_listener clock_listener = { .set = clock_set_now };

static int time_calls_init(void)
{
	clock_listen(&clock_listener);
	return 0;
}
INIT_CALL(INIT_CORE, time_calls_init);
