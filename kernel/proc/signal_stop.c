/*
 * signal_stop.c - job control: stopping and continuing whole processes, and telling the parent.
 *
 * A stop signal that takes effect marks every thread JC_STOP_PENDING and counts them in stop_count;
 * each stops on its way to user mode, the last one makes the process PG_STOPPED and tells the
 * parent. SIGCONT acts when it is sent, whether blocked or not: it wakes the stopped threads and
 * leaves the news (PG_CLD_*) for the first that runs, since a sender cannot take task_list_lock.
 */
#include <kernel/cred.h>
#include <kernel/math64.h>
#include <kernel/string.h>
#include "ptrace.h"
#include "signal_internal.h"

#define PG_STOP_STATE (PG_STOPPED | PG_CONTINUED | PG_CLD_STOPPED | PG_CLD_CONT)

/* ---- telling the parent ---- */

static s32 ns_to_ticks(u64 ns)
{
	return (s32)div_u64(ns, (u32)(NSEC_PER_SEC / HZ));
}

static void fill_child_info(struct siginfo_k *info, const struct task *t, int sig)
{
	const struct process *p = t->process;

	memset(info, 0, sizeof(*info));
	info->signo = sig;
	info->pid = task_tid(t);
	info->uid = t->cred->uid;
	info->utime = ns_to_ticks(t->utime + p->dead_threads.utime);
	info->stime = ns_to_ticks(t->stime + p->dead_threads.stime);
}

static u32 child_action(struct process *parent, u32 *flags)
{
	struct sighand *sh = process_sighand(parent);

	*flags = sh ? sh->action[SIGCHLD - 1].flags : 0;
	return sh ? sh->action[SIGCHLD - 1].handler : SIG_DFL_HANDLER;
}

void signal_notify_stop(struct task *task, bool for_tracer, int why)
{
	struct process *parent;
	struct siginfo_k info;
	u32 sa_flags;

	ASSERT_SPIN_HELD(&task_list_lock);
	if (for_tracer) {
		parent = task->ptrace.parent->process;
	} else {
		task = task->process->leader;
		parent = task->process->parent;
	}
	if (!parent)
		return;
	fill_child_info(&info, task, SIGCHLD);
	info.code = why;
	if (why == CLD_CONTINUED)
		info.status = SIGCONT;
	else if (why == CLD_TRAPPED || for_tracer)
		info.status = task->ptrace.exit_code & 0x7f;
	else
		info.status = task->process->stop_signal;
	if (child_action(parent, &sa_flags) != SIG_IGN_HANDLER && !(sa_flags & SA_NOCLDSTOP))
		(void)signal_send_process(SIGCHLD, &info, parent);
	wake_up_all(&parent->wait_child);
}

static void fill_death(struct siginfo_k *info, int exit_code)
{
	info->status = exit_code & 0x7f;
	if (exit_code & 0x80) {
		info->code = CLD_DUMPED;
	} else if (exit_code & 0x7f) {
		info->code = CLD_KILLED;
	} else {
		info->code = CLD_EXITED;
		info->status = (exit_code >> 8) & 0xff;
	}
}

static bool notify_death(struct task *task)
{
	bool traced = task_is_traced(task), autoreap = false;
	struct process *parent = traced ? task->ptrace.parent->process : task->process->parent;
	int sig = task->exit_signal;
	struct siginfo_k info;
	u32 sa_flags, handler;

	if (traced && (!task_is_leader(task) || parent != task->process->parent))
		sig = SIGCHLD;
	if (!parent)
		return true;
	fill_child_info(&info, task, sig);
	fill_death(&info, task_is_leader(task) && (task->process->group_flags & PG_EXITING)
				  ? task->process->group_exit_code
				  : task->exit_code);
	handler = child_action(parent, &sa_flags);
	if (!traced && sig == SIGCHLD) {
		autoreap = handler == SIG_IGN_HANDLER || (sa_flags & SA_NOCLDWAIT);
		if (handler == SIG_IGN_HANDLER)
			sig = 0;
	}
	if (sig > 0 && sig <= SIGNAL_MAX)
		(void)signal_send_process(sig, &info, parent);
	wake_up_all(&parent->wait_child);
	return autoreap;
}

bool signal_notify_parent(struct task *task, int why)
{
	if (why == CLD_STOPPED || why == CLD_CONTINUED || why == CLD_TRAPPED) {
		signal_notify_stop(task, why == CLD_TRAPPED, why);
		return false;
	}
	return notify_death(task);
}

void signal_tell_parent(unsigned long *flags)
{
	struct process *p = current->process;
	unsigned long list_flags;
	int why;

	if (!(p->group_flags & (PG_CLD_STOPPED | PG_CLD_CONT)))
		return;
	why = p->group_flags & PG_CLD_CONT ? CLD_CONTINUED : CLD_STOPPED;
	p->group_flags &= ~(PG_CLD_STOPPED | PG_CLD_CONT);
	spin_unlock_irqrestore(&p->siglock, *flags);
	list_flags = spin_lock_irqsave(&task_list_lock);
	signal_notify_stop(current, false, why);
	/* A leader that is traced by another than the parent: the tracer hears of it too. */
	if (task_is_traced(p->leader) && p->leader->ptrace.parent->process != p->parent)
		signal_notify_stop(p->leader, true, why);
	spin_unlock_irqrestore(&task_list_lock, list_flags);
	*flags = spin_lock_irqsave(&p->siglock);
}

/* ---- what sending a signal does at once ---- */

static void flush_everywhere(struct process *p, u64 mask)
{
	struct task *t;

	sigpending_flush_mask(&p->pending, mask);
	for_each_thread (p, t)
		sigpending_flush_mask(&t->pending, mask);
}

static void continue_process(struct process *p)
{
	u32 why = 0;
	struct task *t;

	flush_everywhere(p, SIGMASK_STOP);
	for_each_thread (p, t) {
		t->jobctl &= ~(JC_STOP_PENDING | JC_STOP_CONSUME | JC_STOP_DEQUEUED);
		if (t->ptrace.flags & PT_SEIZED)
			ptrace_trap_notify(t);
		else
			task_wake(t, TASK_STOPPED);
	}
	if (p->group_flags & PG_STOPPED)
		why = PG_CLD_CONT;
	else if (p->stop_count)
		why = PG_CLD_STOPPED;
	if (!why)
		return;
	/* An unfinished stop counts as having happened, lest the parent see only its end. */
	p->group_flags = (p->group_flags & ~PG_STOP_STATE) | PG_CONTINUED | why;
	p->stop_count = 0;
	p->stop_report = 0;
	for_each_thread (p, t)
		task_work_set(t, TW_SIGPENDING);
}

bool signal_prepare(int sig, struct task *task)
{
	struct process *p = task->process;

	if (p->group_flags & PG_EXITING)
		return !signal_is_ignored(task, sig);
	if (sigmask(sig) & SIGMASK_STOP)
		flush_everywhere(p, sigmask(SIGCONT));
	else if (sig == SIGCONT)
		continue_process(p);
	return !signal_is_ignored(task, sig);
}

/* ---- stopping ---- */

bool signal_set_stop_pending(struct task *t)
{
	if (t->flags & PF_EXITING || (t->pending.set & sigmask(SIGKILL)))
		return false;
	t->jobctl |= JC_STOP_PENDING | JC_STOP_CONSUME;
	return true;
}

bool signal_join_stop(struct task *t)
{
	struct process *p = t->process;
	bool counts = t->jobctl & JC_STOP_CONSUME;

	t->jobctl &= ~(JC_STOP_PENDING | JC_STOP_CONSUME | JC_STOP_DEQUEUED);
	if (!counts)
		return false;
	if (p->stop_count)
		p->stop_count--;
	if (p->stop_count || (p->group_flags & PG_STOPPED))
		return false;
	p->group_flags = (p->group_flags & ~PG_STOP_STATE) | PG_STOPPED;
	p->stop_report = p->stop_signal;
	return true;
}

/* Marks all threads; false when SIGCONT or the end of the process overtook the stop. */
static bool begin_stop(int sig)
{
	struct process *p = current->process;
	struct task *t;

	if (!(current->jobctl & JC_STOP_DEQUEUED) || (p->group_flags & PG_EXITING) || p->group_exec)
		return false;
	if (!(p->group_flags & PG_STOPPED))
		p->stop_signal = sig;
	p->stop_count = signal_set_stop_pending(current);
	for_each_thread (p, t) {
		if (t == current || (t->state & TASK_STOPPED) || !signal_set_stop_pending(t))
			continue;
		p->stop_count++;
		if (t->ptrace.flags & PT_SEIZED)
			ptrace_trap_notify(t);
		else
			signal_wake(t, false);
	}
	return true;
}

static void stop_here(unsigned long *flags)
{
	struct process *p = current->process;
	bool last = signal_join_stop(current);
	unsigned long list_flags;

	WRITE_ONCE(current->state, TASK_STOPPED | TASK_WAKEKILL);
	preempt_disable();
	spin_unlock_irqrestore(&p->siglock, *flags);
	if (last) {
		list_flags = spin_lock_irqsave(&task_list_lock);
		signal_notify_stop(current, false, CLD_STOPPED);
		spin_unlock_irqrestore(&task_list_lock, list_flags);
	}
	preempt_enable_no_resched();
	schedule();
	*flags = spin_lock_irqsave(&p->siglock);
}

bool signal_group_stop(int sig, unsigned long *flags)
{
	if (!(current->jobctl & JC_STOP_PENDING) && !begin_stop(sig))
		return false;
	if (task_is_traced(current)) {
		current->jobctl |= JC_TRAP_STOP;
		return false;
	}
	stop_here(flags);
	return true;
}

/* ---- a thread leaves ---- */

/* Others may have to take the process signals this thread was woken for. */
static void hand_on_signals(struct task *leaving)
{
	struct process *p = leaving->process;
	struct task *t;

	if (!(p->pending.set & ~leaving->blocked))
		return;
	for_each_thread (p, t) {
		if (t == leaving || (t->flags & PF_EXITING) || !(p->pending.set & ~t->blocked))
			continue;
		if (!signal_pending(t))
			signal_wake(t, false);
	}
}

void signal_exit_task(struct task *task)
{
	struct process *p = task->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	bool last = false;

	if (!(p->group_flags & PG_EXITING) && p->live == 1) {
		/* The last thread's code is the process's, whoever led it. */
		p->group_flags |= PG_EXITING;
		p->group_exit_code = task->exit_code;
	}
	if (!(p->group_flags & PG_EXITING)) {
		hand_on_signals(task);
		if (task->jobctl & JC_STOP_PENDING)
			last = signal_join_stop(task);
	}
	sigpending_flush(&task->pending);
	spin_unlock_irqrestore(&p->siglock, flags);
	if (!last)
		return;
	flags = spin_lock_irqsave(&task_list_lock);
	signal_notify_stop(task, false, CLD_STOPPED);
	spin_unlock_irqrestore(&task_list_lock, flags);
}

/* ---- wait4 ---- */

int signal_wait_stopped(struct process *process, bool consume)
{
	unsigned long flags;
	int sig;

	if (!READ_ONCE(process->stop_report))
		return 0;
	flags = spin_lock_irqsave(&process->siglock);
	sig = process->group_flags & PG_STOPPED ? process->stop_report : 0;
	if (consume)
		process->stop_report = 0;
	spin_unlock_irqrestore(&process->siglock, flags);
	return sig;
}

bool signal_wait_continued(struct process *process, bool consume)
{
	unsigned long flags;
	bool did;

	if (!(READ_ONCE(process->group_flags) & PG_CONTINUED))
		return false;
	flags = spin_lock_irqsave(&process->siglock);
	did = process->group_flags & PG_CONTINUED;
	if (consume)
		process->group_flags &= ~PG_CONTINUED;
	spin_unlock_irqrestore(&process->siglock, flags);
	return did;
}
