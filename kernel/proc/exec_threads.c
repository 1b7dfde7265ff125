/*
 * exec_threads.c - exec in a process with several threads: the others end, and the one that called
 * exec becomes the leader, process id included.
 */
#include <kernel/errno.h>
#include "exec_internal.h"
#include "ptrace.h"
#include "task_internal.h"

/* All others reaped, but for a leader that waits as a zombie for just this. */
static bool is_single(const struct process *p)
{
	if (p->thread_count == 1)
		return true;
	return p->thread_count == 2 && p->leader != current && p->leader->exit_state == EXIT_ZOMBIE;
}

static int wait_for_threads(struct process *p)
{
	for (;;) {
		unsigned long flags = spin_lock_irqsave(&task_list_lock);
		bool done = is_single(p);

		current->state = done ? TASK_RUNNING : TASK_KILLABLE;
		spin_unlock_irqrestore(&task_list_lock, flags);
		if (done)
			return 0;
		if (fatal_signal_pending(current)) {
			current->state = TASK_RUNNING;
			return -EAGAIN;
		}
		schedule();
	}
}

static void take_leadership(struct process *p)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *old = p->leader;
	struct pid *own = current->pid;

	for (int type = 0; type < PID_TYPES; type++)
		hlist_del_init(&old->pid_node[type]);
	hlist_del_init(&current->pid_node[PID_TID]);
	current->pid = old->pid;
	old->pid = own;
	pid_attach(old, PID_TID, own);
	pid_attach(current, PID_TID, current->pid);
	pid_attach(current, PID_TGID, p->tgid);
	pid_attach(current, PID_PGID, p->pgid);
	pid_attach(current, PID_SID, p->sid);
	p->leader = current;
	current->exit_signal = SIGCHLD;
	old->exit_signal = -1;
	current->start_time = old->start_time;
	task_reap(old);
	spin_unlock_irqrestore(&task_list_lock, flags);
}

int exec_become_single(void)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	int err;

	if (p->thread_count == 1) {
		spin_unlock_irqrestore(&p->siglock, flags);
		return 0;
	}
	if ((p->group_flags & PG_EXITING) || p->group_exec) {
		spin_unlock_irqrestore(&p->siglock, flags);
		return -EAGAIN;
	}
	p->group_exec = current;
	signal_kill_threads(p, current);
	spin_unlock_irqrestore(&p->siglock, flags);
	err = wait_for_threads(p);
	if (!err && p->leader != current)
		take_leadership(p);
	flags = spin_lock_irqsave(&p->siglock);
	p->group_exec = NULL;
	spin_unlock_irqrestore(&p->siglock, flags);
	return err;
}
