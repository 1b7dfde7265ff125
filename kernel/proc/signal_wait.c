/* signal_wait.c - calls that wait for a signal: pause, sigsuspend, sigtimedwait. */
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include "signal_internal.h"

static void sleep_until_signal(void)
{
	for (;;) {
		WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
		barrier();
		if (signal_pending(current))
			break;
		schedule();
	}
	WRITE_ONCE(current->state, TASK_RUNNING);
}

asmlinkage long sys_pause(void)
{
	sleep_until_signal();
	return -ERESTARTNOHAND;
}

static long suspend(u64 mask)
{
	signal_set_temporary_mask(mask);
	sleep_until_signal();
	return -ERESTARTNOHAND;
}

asmlinkage long sys_sigsuspend(int unused1, int unused2, u32 mask)
{
	return suspend(mask);
}

asmlinkage long sys_rt_sigsuspend(const void __user *set, size_t size)
{
	u64 mask;

	if (size != sizeof(u64))
		return -EINVAL;
	if (get_user(mask, (const u64 __user *)set))
		return -EFAULT;
	return suspend(mask);
}

/* Sleeps with `set` unblocked, so that the usual way of waking finds this thread. */
static int wait_for_set(u64 set, struct siginfo_k *info, s64 timeout)
{
	struct task *t = current;
	unsigned long flags;
	s64 left = timeout;
	int sig;

	flags = spin_lock_irqsave(&t->process->siglock);
	sig = signal_dequeue(t, ~set, info);
	if (!sig && timeout) {
		t->real_blocked = t->blocked;
		t->blocked &= ~set;
		signal_recalc(t);
		WRITE_ONCE(t->state, TASK_INTERRUPTIBLE);
		spin_unlock_irqrestore(&t->process->siglock, flags);
		if (!signal_pending(t))
			left = schedule_timeout(timeout);
		WRITE_ONCE(t->state, TASK_RUNNING);
		flags = spin_lock_irqsave(&t->process->siglock);
		t->blocked = t->real_blocked;
		t->real_blocked = 0;
		sig = signal_dequeue(t, ~set, info);
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
	if (sig)
		return sig;
	return timeout && left > 0 ? -EINTR : -EAGAIN;
}

static long timed_wait(const void __user *set, void __user *uinfo, const void __user *timeout,
		       size_t size, bool is64)
{
	s64 ns = TIMEOUT_NEVER;
	struct siginfo_k info;
	u64 mask;
	int sig;

	if (size != sizeof(u64))
		return -EINVAL;
	if (get_user(mask, (const u64 __user *)set))
		return -EFAULT;
	if (timeout) {
		int err = timespec_get_user(&ns, timeout, is64);

		if (err)
			return err;
	}
	sig = wait_for_set(mask & ~SIGMASK_UNSTOPPABLE, &info, ns);
	if (sig > 0 && uinfo && siginfo_to_user(uinfo, &info))
		return -EFAULT;
	return sig;
}

asmlinkage long sys_rt_sigtimedwait32(const void __user *set, void __user *info,
				      const void __user *timeout, size_t size)
{
	return timed_wait(set, info, timeout, size, false);
}

asmlinkage long sys_rt_sigtimedwait64(const void __user *set, void __user *info,
				      const void __user *timeout, size_t size)
{
	return timed_wait(set, info, timeout, size, true);
}

asmlinkage long sys_restart_syscall(void)
{
	if (!current->restart.fn)
		return -EINTR;
	return current->restart.fn(current);
}
