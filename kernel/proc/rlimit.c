/* rlimit.c - getrlimit(2), setrlimit(2), prlimit(2). Limits are guarded by siglock. */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "rlimit.h"

static int change_limit(struct process *p, unsigned int which, const struct rlimit_k *new,
			struct rlimit_k *old)
{
	bool privileged = new &&capable(CAP_SYS_RESOURCE);
	struct rlimit_k *rl;
	unsigned long flags;
	int err = 0;

	if (which >= RLIM_NLIMITS)
		return -EINVAL;
	rl = &p->rlimits[which];
	flags = spin_lock_irqsave(&p->siglock);
	if (old)
		*old = *rl;
	if (new) {
		err = rlimit_check(which, rl, new, privileged);
		if (!err)
			*rl = *new;
		/* No time at all would be seen too late: one second it is. */
		if (!err && which == RLIMIT_CPU && !rl->cur)
			rl->cur = 1;
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	return err;
}

asmlinkage long sys_getrlimit(int resource, void __user *rlim)
{
	struct rlimit_abi abi;
	struct rlimit_k k;
	int err = change_limit(current->process, (unsigned int)resource, NULL, &k);

	if (err)
		return err;
	abi.cur = rlimit_narrow(k.cur);
	abi.max = rlimit_narrow(k.max);
	return copy_to_user(rlim, &abi, sizeof(abi));
}

/* The oldest form knows only positive signed numbers. */
asmlinkage long sys_old_getrlimit(int resource, void __user *rlim)
{
	struct rlimit_abi abi;
	struct rlimit_k k;
	int err = change_limit(current->process, (unsigned int)resource, NULL, &k);

	if (err)
		return err;
	abi.cur = (u32)min(k.cur, (u64)INT_MAX);
	abi.max = (u32)min(k.max, (u64)INT_MAX);
	return copy_to_user(rlim, &abi, sizeof(abi));
}

asmlinkage long sys_setrlimit(int resource, const void __user *rlim)
{
	struct rlimit_abi abi;
	struct rlimit_k k;

	if (copy_from_user(&abi, rlim, sizeof(abi)))
		return -EFAULT;
	k.cur = rlimit_widen(abi.cur);
	k.max = rlimit_widen(abi.max);
	return change_limit(current->process, (unsigned int)resource, &k, NULL);
}

static bool may_limit(struct task *t)
{
	const struct cred *me = current_cred();
	struct cred *c;
	bool same;

	if (t == current)
		return true;
	c = task_get_cred(t);
	same = me->uid == c->euid && me->uid == c->suid && me->uid == c->uid &&
	       me->gid == c->egid && me->gid == c->sgid && me->gid == c->gid;
	cred_put(c);
	return same || capable(CAP_SYS_RESOURCE);
}

asmlinkage long sys_prlimit64(pid_t pid, int resource, const void __user *new, void __user *old)
{
	struct rlimit_k next, before;
	struct task *t;
	int err;

	if (new &&copy_from_user(&next, new, sizeof(next)))
		return -EFAULT;
	t = task_find_get(pid ? pid : task_tid(current));
	if (!t)
		return -ESRCH;
	err = may_limit(t) ? change_limit(t->process, (unsigned int)resource, new ? &next : NULL,
					  &before)
			   : -EPERM;
	task_put(t);
	if (!err && old && copy_to_user(old, &before, sizeof(before)))
		return -EFAULT;
	return err;
}
