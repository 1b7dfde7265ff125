/* priority.c - nice values and I/O priorities: getpriority(2), setpriority(2), nice(2), ioprio. */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include "priority.h"

enum {
	WHO_PROCESS,
	WHO_PGRP,
	WHO_USER
};

#define IOPRIO_CLASS_SHIFT 13
#define IOPRIO_CLASS_RT	   1
#define IOPRIO_CLASS_BE	   2
#define IOPRIO_CLASS_IDLE  3
#define IOPRIO_DEFAULT_BE  4

bool priority_owned(struct task *t)
{
	const struct cred *me = current_cred(), *c = READ_ONCE(t->cred);

	return me->euid == c->uid || me->euid == c->euid || capable(CAP_SYS_NICE);
}

bool priority_nice_allowed(const struct task *t, int nice)
{
	return (u64)(20 - nice) <= t->process->rlimits[RLIMIT_NICE].cur || capable(CAP_SYS_NICE);
}

/* Visits the tasks that (which, who) names; -ESRCH when there is none. task_list_lock is held. */
static int for_each_named(int which, int who, int (*fn)(struct task *t, int arg, int before),
			  int arg)
{
	struct pid *pgrp = who ? pid_find(who) : current->process->pgid;
	uid_t uid = who ? (uid_t)who : current_cred()->uid;
	struct process *p;
	struct task *t;
	int ret = -ESRCH;

	if (which == WHO_PROCESS) {
		t = who ? task_find(who) : current;
		return t ? fn(t, arg, ret) : ret;
	}
	if (which == WHO_PGRP && !pgrp)
		return ret;
	for_each_process (p) {
		if (which == WHO_PGRP && p->pgid != pgrp)
			continue;
		for_each_thread (p, t)
			if (which == WHO_PGRP || t->cred->uid == uid)
				ret = fn(t, arg, ret);
	}
	return ret;
}

static int visit(int which, int who, int (*fn)(struct task *t, int arg, int before), int arg)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	int ret = for_each_named(which, who, fn, arg);

	spin_unlock_irqrestore(&task_list_lock, flags);
	return ret;
}

/* ---- nice ---- */

/* The call answers 40 - 1, so that an answer is never an error. */
static int best_nice(struct task *t, int arg, int before)
{
	return max(before, 20 - t->nice);
}

static int set_one_nice(struct task *t, int nice, int before)
{
	if (!priority_owned(t))
		return -EPERM;
	if (nice < t->nice && !priority_nice_allowed(t, nice))
		return -EACCES;
	sched_set_nice(t, nice);
	return before == -ESRCH ? 0 : before;
}

static int clamp_nice(int nice)
{
	return nice < -20 ? -20 : nice > 19 ? 19 : nice;
}

asmlinkage long sys_getpriority(int which, int who)
{
	if (which < WHO_PROCESS || which > WHO_USER)
		return -EINVAL;
	return visit(which, who, best_nice, 0);
}

asmlinkage long sys_setpriority(int which, int who, int prio)
{
	if (which < WHO_PROCESS || which > WHO_USER)
		return -EINVAL;
	return visit(which, who, set_one_nice, clamp_nice(prio));
}

asmlinkage long sys_nice(int inc)
{
	int nice;

	inc = inc < -40 ? -40 : inc > 40 ? 40 : inc;
	nice = clamp_nice(current->nice + inc);
	if (inc < 0 && !priority_nice_allowed(current, nice))
		return -EPERM;
	sched_set_nice(current, nice);
	return 0;
}

/* ---- I/O priority: kept for whoever asks; there is one queue ---- */

static int set_one_ioprio(struct task *t, int ioprio, int before)
{
	const struct cred *me = current_cred(), *c = READ_ONCE(t->cred);

	if (me->uid != c->uid && me->euid != c->uid && !capable(CAP_SYS_NICE))
		return -EPERM;
	t->ioprio = (u16)ioprio;
	return before == -ESRCH ? 0 : before;
}

/* The better of two: the lower class number, then the lower level. */
static int best_ioprio(struct task *t, int arg, int before)
{
	int mine =
		t->ioprio ? t->ioprio : IOPRIO_CLASS_BE << IOPRIO_CLASS_SHIFT | IOPRIO_DEFAULT_BE;

	return before < 0 || mine < before ? mine : before;
}

asmlinkage long sys_ioprio_set(int which, int who, int ioprio)
{
	int class = ioprio >> IOPRIO_CLASS_SHIFT, level = ioprio & 7;

	if (class < 0 || class > IOPRIO_CLASS_IDLE || (!class && level))
		return -EINVAL;
	if (class == IOPRIO_CLASS_RT && !capable(CAP_SYS_ADMIN) && !capable(CAP_SYS_NICE))
		return -EPERM;
	if (which < 1 || which > 3)
		return -EINVAL;
	return visit(which - 1, who, set_one_ioprio, ioprio);
}

asmlinkage long sys_ioprio_get(int which, int who)
{
	if (which < 1 || which > 3)
		return -EINVAL;
	return visit(which - 1, who, best_ioprio, 0);
}
