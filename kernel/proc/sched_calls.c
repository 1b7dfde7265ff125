/* sched_calls.c - the sched_*() calls: policies, real-time priorities, affinity. */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/page.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/sched.h>
#include "priority.h"

#define RR_INTERVAL   MSEC(100)
#define FAIR_INTERVAL MSEC(4)
#define RT_PRIO_MAX   99
#define ATTR_SIZE_V0  48u

struct sched_attr_abi {
	u32 size, policy;
	u64 flags __aligned(4);
	s32 nice;
	u32 priority;
	u64 runtime __aligned(4), deadline __aligned(4), period __aligned(4);
	u32 util_min, util_max;
} __packed;
_Static_assert(sizeof(struct sched_attr_abi) == 56, "struct sched_attr");

#define ATTR_RESET_ON_FORK 1ull
#define ATTR_KEEP_POLICY   8ull
#define ATTR_KEEP_PARAMS   16ull
#define ATTR_FLAGS	   0x7full

struct request {
	int policy, priority, nice;
	bool set_nice, reset_on_fork;
};

static bool is_rt(int policy)
{
	return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool is_fair(int policy)
{
	return policy == SCHED_NORMAL || policy == SCHED_BATCH || policy == SCHED_IDLE;
}

static struct task *find_task(pid_t pid)
{
	if (pid)
		return task_find_get(pid);
	task_get(current);
	return current;
}

/* What a task without CAP_SYS_NICE may do. */
static int check_rights(struct task *t, const struct request *r)
{
	u64 rt_limit = t->process->rlimits[RLIMIT_RTPRIO].cur;

	if (capable(CAP_SYS_NICE))
		return 0;
	if (r->set_nice && is_fair(r->policy) && r->nice < t->nice &&
	    !priority_nice_allowed(t, r->nice))
		return -EPERM;
	if (is_rt(r->policy)) {
		if (r->policy != t->policy && !rt_limit)
			return -EPERM;
		if (r->priority > t->rt_priority && (u64)r->priority > rt_limit)
			return -EPERM;
	}
	if (t->policy == SCHED_IDLE && r->policy != SCHED_IDLE &&
	    !priority_nice_allowed(t, t->nice))
		return -EPERM;
	if (!priority_owned(t))
		return -EPERM;
	return t->reset_on_fork && !r->reset_on_fork ? -EPERM : 0;
}

static int apply(struct task *t, const struct request *r)
{
	int err;

	if (!is_rt(r->policy) && !is_fair(r->policy))
		return -EINVAL;
	if (r->priority < 0 || r->priority > RT_PRIO_MAX || is_rt(r->policy) != (r->priority != 0))
		return -EINVAL;
	err = check_rights(t, r);
	if (!err)
		err = sched_set_policy(t, r->policy, r->priority);
	if (err)
		return err;
	t->reset_on_fork = r->reset_on_fork;
	if (r->set_nice && is_fair(r->policy))
		sched_set_nice(t, r->nice);
	return 0;
}

/* policy < 0: the task's own stays. */
static long set_scheduler(pid_t pid, int policy, const void __user *param)
{
	struct request r = { 0 };
	struct task *t;
	int err;

	if (pid < 0 || !param)
		return -EINVAL;
	if (get_user(r.priority, (const s32 __user *)param))
		return -EFAULT;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	r.policy = policy < 0 ? t->policy : policy & ~SCHED_RESET_ON_FORK;
	r.reset_on_fork = policy < 0 ? t->reset_on_fork : policy & SCHED_RESET_ON_FORK;
	err = apply(t, &r);
	task_put(t);
	return err;
}

asmlinkage long sys_sched_setscheduler(pid_t pid, int policy, const void __user *param)
{
	return policy < 0 ? -EINVAL : set_scheduler(pid, policy, param);
}

asmlinkage long sys_sched_setparam(pid_t pid, const void __user *param)
{
	return set_scheduler(pid, -1, param);
}

asmlinkage long sys_sched_getscheduler(pid_t pid)
{
	struct task *t;
	long ret;

	if (pid < 0)
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	ret = t->policy | (t->reset_on_fork ? SCHED_RESET_ON_FORK : 0);
	task_put(t);
	return ret;
}

asmlinkage long sys_sched_getparam(pid_t pid, void __user *param)
{
	struct task *t;
	int priority;

	if (pid < 0 || !param)
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	priority = is_rt(t->policy) ? t->rt_priority : 0;
	task_put(t);
	return put_user(priority, (s32 __user *)param);
}

/* A caller that knows more fields than we do may only have zeros there. */
static int read_attr(const void __user *uattr, struct sched_attr_abi *a)
{
	u32 size;
	u8 extra;

	memset(a, 0, sizeof(*a));
	if (get_user(size, (const u32 __user *)uattr))
		return -EFAULT;
	if (!size)
		size = ATTR_SIZE_V0;
	if (size < ATTR_SIZE_V0 || size > PAGE_SIZE) {
		if (put_user((u32)sizeof(*a), (u32 __user *)uattr))
			return -EFAULT;
		return -E2BIG;
	}
	for (u32 i = sizeof(*a); i < size; i++)
		if (get_user(extra, (const u8 __user *)uattr + i) || extra)
			return -E2BIG;
	return copy_from_user(a, uattr, min(size, (u32)sizeof(*a)));
}

asmlinkage long sys_sched_setattr(pid_t pid, const void __user *uattr, u32 flags)
{
	struct sched_attr_abi a;
	struct request r;
	struct task *t;
	int err;

	if (!uattr || pid < 0 || flags)
		return -EINVAL;
	err = read_attr(uattr, &a);
	if (err)
		return err;
	if ((s32)a.policy < 0 || (a.flags & ~ATTR_FLAGS))
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	r.policy = a.flags & ATTR_KEEP_POLICY ? t->policy : (int)a.policy;
	r.priority = a.flags & ATTR_KEEP_PARAMS ? t->rt_priority : (int)a.priority;
	r.nice = a.nice < -20 ? -20 : a.nice > 19 ? 19 : a.nice;
	r.set_nice = !(a.flags & ATTR_KEEP_PARAMS);
	r.reset_on_fork = a.flags & ATTR_RESET_ON_FORK;
	err = apply(t, &r);
	task_put(t);
	return err;
}

asmlinkage long sys_sched_getattr(pid_t pid, void __user *uattr, size_t size, u32 flags)
{
	struct sched_attr_abi a = { 0 };
	struct task *t;

	if (!uattr || pid < 0 || size > PAGE_SIZE || size < ATTR_SIZE_V0 || flags)
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	a.size = (u32)min(size, sizeof(a));
	a.policy = (u32)t->policy;
	a.flags = t->reset_on_fork ? ATTR_RESET_ON_FORK : 0;
	if (is_rt(t->policy))
		a.priority = (u32)t->rt_priority;
	else
		a.nice = t->nice;
	task_put(t);
	return copy_to_user(uattr, &a, a.size);
}

asmlinkage long sys_sched_get_priority_max(int policy)
{
	if (is_rt(policy))
		return RT_PRIO_MAX;
	return is_fair(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

asmlinkage long sys_sched_get_priority_min(int policy)
{
	if (is_rt(policy))
		return 1;
	return is_fair(policy) || policy == SCHED_DEADLINE ? 0 : -EINVAL;
}

static long rr_interval(pid_t pid, void __user *interval, bool is64)
{
	struct task *t;
	s64 ns;

	if (pid < 0)
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	ns = t->policy == SCHED_RR ? RR_INTERVAL : t->policy == SCHED_FIFO ? 0 : FAIR_INTERVAL;
	task_put(t);
	return timespec_put_user(ns, interval, is64);
}

asmlinkage long sys_sched_rr_get_interval32(pid_t pid, void __user *interval)
{
	return rr_interval(pid, interval, false);
}

asmlinkage long sys_sched_rr_get_interval64(pid_t pid, void __user *interval)
{
	return rr_interval(pid, interval, true);
}

asmlinkage long sys_sched_yield(void)
{
	sched_yield();
	return 0;
}

/* One CPU: a mask is right when it has bit 0. */
asmlinkage long sys_sched_setaffinity(pid_t pid, size_t len, const void __user *mask)
{
	u32 word = 0;
	struct task *t;
	int err = 0;

	if (copy_from_user(&word, mask, min(len, sizeof(word))))
		return -EFAULT;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	if (!priority_owned(t))
		err = -EPERM;
	else if (!(word & 1))
		err = -EINVAL;
	task_put(t);
	return err;
}

asmlinkage long sys_sched_getaffinity(pid_t pid, size_t len, void __user *mask)
{
	struct task *t;

	if (len < sizeof(u32) || (len & (sizeof(u32) - 1)))
		return -EINVAL;
	t = find_task(pid);
	if (!t)
		return -ESRCH;
	task_put(t);
	return put_user(1u, (u32 __user *)mask) ? -EFAULT : (long)sizeof(u32);
}
