/*
 * jobs.c - process ids, process groups and sessions.
 * All of it is read and changed under task_list_lock.
 */
#include <kernel/errno.h>
#include <kernel/syscall.h>
#include <kernel/task.h>

asmlinkage long sys_getpid(void)
{
	return task_tgid(current);
}

asmlinkage long sys_gettid(void)
{
	return task_tid(current);
}

asmlinkage long sys_getppid(void)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *parent = current->process->parent;
	pid_t pid = parent ? parent->tgid->nr : 0;

	spin_unlock_irqrestore(&task_list_lock, flags);
	return pid;
}

/* The process of a thread id, task_list_lock held. */
static struct process *find_process(pid_t pid)
{
	struct task *t;

	if (!pid)
		return current->process;
	t = task_find(pid);
	return t ? t->process : NULL;
}

static long get_id(pid_t pid, bool session)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p = find_process(pid);
	long id = -ESRCH;

	if (p)
		id = session ? p->sid->nr : p->pgid->nr;
	spin_unlock_irqrestore(&task_list_lock, flags);
	return id;
}

asmlinkage long sys_getpgid(pid_t pid)
{
	return get_id(pid, false);
}

asmlinkage long sys_getsid(pid_t pid)
{
	return get_id(pid, true);
}

asmlinkage long sys_getpgrp(void)
{
	return get_id(0, false);
}

/* May current move p at all? */
static int may_move(const struct process *p)
{
	const struct process *self = current->process;

	if (p != self) {
		if (p->parent != self)
			return -ESRCH;
		if (p->sid != self->sid)
			return -EPERM;
		if (!(p->leader->flags & PF_FORKNOEXEC))
			return -EACCES;
	}
	return p->session_leader ? -EPERM : 0;
}

/* The group `pgid` for p: its own number, or one that exists in the session. */
static struct pid *group_for(const struct process *p, pid_t pgid)
{
	struct pid *pid;
	struct task *t;

	if (pgid == p->tgid->nr)
		return p->tgid;
	pid = pid_find(pgid);
	if (pid)
		for_each_pid_task (t, pid, PID_PGID)
			if (t->process->sid == current->process->sid)
				return pid;
	return NULL;
}

static int move_to_group(pid_t pid, pid_t pgid)
{
	struct task *t = task_find(pid);
	struct pid *group;
	int err;

	if (!t)
		return -ESRCH;
	if (!task_is_leader(t))
		return -EINVAL;
	err = may_move(t->process);
	if (err)
		return err;
	group = group_for(t->process, pgid);
	if (!group)
		return -EPERM;
	if (group != t->process->pgid)
		pid_change(t, PID_PGID, group);
	return 0;
}

asmlinkage long sys_setpgid(pid_t pid, pid_t pgid)
{
	unsigned long flags;
	int err;

	if (!pid)
		pid = task_tgid(current);
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	flags = spin_lock_irqsave(&task_list_lock);
	err = move_to_group(pid, pgid);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

asmlinkage long sys_setsid(void)
{
	struct process *p = current->process;
	struct task *leader = p->leader;
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	/* Neither a session leader, nor may a group of this number exist. */
	if (p->session_leader || p->tgid->tasks[PID_PGID].first) {
		spin_unlock_irqrestore(&task_list_lock, flags);
		return -EPERM;
	}
	p->session_leader = true;
	pid_change(leader, PID_SID, p->tgid);
	pid_change(leader, PID_PGID, p->tgid);
	spin_lock(&p->siglock);
	p->tty = NULL;
	spin_unlock(&p->siglock);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return p->tgid->nr;
}

/*
 * A group is orphaned when no member has a parent in another group of the same session: nobody is
 * left who would continue it. `ignored` is a process that is about to go.
 */
bool pgrp_is_orphaned(struct pid *pgrp, struct process *ignored)
{
	struct task *t;

	for_each_pid_task (t, pgrp, PID_PGID) {
		const struct process *p = t->process, *parent = p->parent;

		if (p == ignored || (t->exit_state && p->thread_count == 1))
			continue;
		if (!parent || parent->is_init)
			continue;
		if (parent->pgid != pgrp && parent->sid == p->sid)
			return false;
	}
	return true;
}
