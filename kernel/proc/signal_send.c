/*
 * signal_send.c - sending: who gets the signal, what is dropped, who is woken.
 *
 * A process signal goes into the process's set; the thread that is to take it is only woken, any
 * thread that looks first may have it. A fatal one that leaves no image starts the end of the whole
 * process at once: every thread gets SIGKILL, so that killable sleeps end too.
 *
 * The list of threads is walked under siglock: whoever changes it holds task_list_lock and siglock.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/poll.h>
#include <kernel/string.h>
#include "ptrace.h"
#include "signal_internal.h"

struct sighand *process_sighand(struct process *process)
{
	struct task *t;

	for_each_thread (process, t)
		if (t->sighand)
			return t->sighand;
	return NULL;
}

bool signal_pending(const struct task *task)
{
	return READ_ONCE(task->work) & TW_SIGPENDING;
}

bool fatal_signal_pending(const struct task *task)
{
	return signal_pending(task) && (READ_ONCE(task->pending.set) & sigmask(SIGKILL));
}

void signal_recalc(struct task *task)
{
	u64 pending = task->pending.set | task->process->pending.set;

	if ((pending & ~task->blocked) || (task->jobctl & JC_PENDING_MASK) ||
	    (task->process->group_flags & (PG_CLD_STOPPED | PG_CLD_CONT)))
		task_work_set(task, TW_SIGPENDING);
	else
		task_work_clear(task, TW_SIGPENDING);
}

__weak void signalfd_notify(struct process *process)
{
	wake_up_poll(&process->signalfd_wait, POLLIN);
}

void signal_wake(struct task *task, bool fatal)
{
	task_work_set(task, TW_SIGPENDING);
	task_wake(task, TASK_INTERRUPTIBLE | (fatal ? TASK_WAKEKILL : 0));
}

bool signal_is_ignored(struct task *task, int sig)
{
	u32 handler = task->sighand->action[sig - 1].handler;

	/* A blocked one may have a handler by the time it is unblocked; tracers see all. */
	if ((task->blocked | task->real_blocked) & sigmask(sig))
		return false;
	if (task_is_traced(task) && sig != SIGKILL)
		return false;
	if ((task->process->group_flags & PG_UNKILLABLE) && handler == SIG_DFL_HANDLER)
		return true;
	return handler == SIG_IGN_HANDLER ||
	       (handler == SIG_DFL_HANDLER && signal_default_ignored(sig));
}

/* Would this thread take the signal soon? */
static bool wants_signal(int sig, struct task *t)
{
	if (!t->sighand || (t->blocked & sigmask(sig)) || (t->flags & PF_EXITING))
		return false;
	if (sig == SIGKILL)
		return true;
	if (t->state & (TASK_STOPPED | TASK_TRACED))
		return false;
	return t == current || !signal_pending(t);
}

static struct task *choose_thread(int sig, struct task *hint, bool group)
{
	struct task *t;

	if (wants_signal(sig, hint))
		return hint;
	if (!group || hint->process->thread_count < 2)
		return NULL;
	for_each_thread (hint->process, t)
		if (wants_signal(sig, t))
			return t;
	return NULL;
}

/* Ends the process without leaving an image, so that nothing has to look at it first? */
static bool kills_at_once(int sig, struct task *t)
{
	if (t->process->group_flags & PG_EXITING)
		return false;
	if (sig == SIGKILL)
		return true;
	if (t->sighand->action[sig - 1].handler != SIG_DFL_HANDLER ||
	    signal_default_action(sig) != SIGDEF_TERM)
		return false;
	return !(t->real_blocked & sigmask(sig)) && !task_is_traced(t) &&
	       !(t->process->group_flags & PG_UNKILLABLE);
}

unsigned int signal_kill_threads(struct process *process, struct task *self)
{
	unsigned int n = 0;
	struct task *t;

	process->stop_count = 0;
	for_each_thread (process, t) {
		if (t == self)
			continue;
		t->jobctl &= ~(JC_PENDING_MASK | JC_STOP_CONSUME);
		if (t->flags & PF_EXITING)
			continue;
		t->pending.set |= sigmask(SIGKILL);
		signal_wake(t, true);
		n++;
	}
	return n;
}

static void wake_for_signal(int sig, struct task *hint, bool group)
{
	struct task *t = choose_thread(sig, hint, group);

	if (!t)
		return;
	if (kills_at_once(sig, t)) {
		t->process->group_flags |= PG_EXITING;
		t->process->group_exit_code = sig;
		signal_kill_threads(t->process, NULL);
		return;
	}
	signal_wake(t, sig == SIGKILL);
}

/* NULL in *out is fine for a standard signal: it is pending without details. */
static int queue_info(int sig, const struct siginfo_k *info, struct process *process,
		      struct task *task, struct sigqueue **out)
{
	bool override_limit = sig < SIGRTMIN && info->code >= 0;
	struct sigqueue *q =
		sigqueue_alloc(task->cred, process->rlimits[RLIMIT_SIGPENDING].cur, override_limit);

	if (!q && sig >= SIGRTMIN && info->code != SI_USER)
		return -EAGAIN;
	if (q) {
		q->info = *info;
		q->info.signo = sig;
	}
	*out = q;
	return 0;
}

int signal_send_locked(int sig, const struct siginfo_k *info, struct task *task, bool group)
{
	struct process *process = task->process;
	struct sigpending *pending = group ? &process->pending : &task->pending;
	struct sigqueue *q = NULL;
	int err;

	/* The dead take nothing; their queues were emptied. */
	if (group ? !process->live : (task->flags & PF_EXITING) != 0)
		return 0;
	if (!signal_prepare(sig, task))
		return 0;
	if (sig < SIGRTMIN && (pending->set & sigmask(sig)))
		return 0;
	if (sig != SIGKILL && !(task->flags & PF_KTHREAD)) {
		err = queue_info(sig, info, process, task, &q);
		if (err)
			return err;
	}
	sigpending_add(pending, sig, q);
	signalfd_notify(process);
	wake_for_signal(sig, task, group);
	return 0;
}

int signal_send_timer(struct sigqueue *q, struct process *process, struct task *thread)
{
	struct task *t = thread ? thread : process->leader;
	int sig = q->info.signo;

	if (!t->sighand)
		list_for_each_entry (t, &process->threads, thread_node)
			if (t->sighand)
				break;
	if (&t->thread_node == &process->threads || !t->sighand || !process->live ||
	    (thread && (thread->flags & PF_EXITING)) || !signal_prepare(sig, t))
		return 1;
	sigpending_add(thread ? &t->pending : &process->pending, sig, q);
	signalfd_notify(process);
	wake_for_signal(sig, t, !thread);
	return 0;
}

int signal_send_task(int sig, const struct siginfo_k *info, struct task *task)
{
	unsigned long flags = spin_lock_irqsave(&task->process->siglock);
	int err = task->sighand ? signal_send_locked(sig, info, task, false) : -ESRCH;

	spin_unlock_irqrestore(&task->process->siglock, flags);
	return err;
}

int signal_send_process(int sig, const struct siginfo_k *info, struct process *process)
{
	unsigned long flags = spin_lock_irqsave(&process->siglock);
	struct task *t = process->leader;
	int err = -ESRCH;

	if (!t || !t->sighand) {
		t = NULL;
		list_for_each_entry (t, &process->threads, thread_node)
			if (t->sighand)
				break;
		if (&t->thread_node == &process->threads)
			t = NULL;
	}
	if (t)
		err = signal_send_locked(sig, info, t, true);
	spin_unlock_irqrestore(&process->siglock, flags);
	return err;
}

static int send_pgrp_locked(int sig, const struct siginfo_k *info, struct pid *pgrp)
{
	int err = -ESRCH;
	struct task *t;

	ASSERT_SPIN_HELD(&task_list_lock);
	for_each_pid_task (t, pgrp, PID_PGID) {
		int e = signal_send_process(sig, info, t->process);

		if (err)
			err = e == -ESRCH && err != -ESRCH ? err : e;
	}
	return err;
}

int signal_send_pgrp(int sig, const struct siginfo_k *info, struct pid *pgrp)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	int err = send_pgrp_locked(sig, info, pgrp);

	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

static void fill_kernel(struct siginfo_k *info, int sig)
{
	memset(info, 0, sizeof(*info));
	info->signo = sig;
	info->code = SI_KERNEL;
}

void signal_kernel_task(int sig, struct task *task)
{
	struct siginfo_k info;

	fill_kernel(&info, sig);
	(void)signal_send_task(sig, &info, task);
}

void signal_kernel_process(int sig, struct process *process)
{
	struct siginfo_k info;

	fill_kernel(&info, sig);
	(void)signal_send_process(sig, &info, process);
}

void signal_kernel_pgrp(int sig, struct pid *pgrp)
{
	struct siginfo_k info;

	fill_kernel(&info, sig);
	(void)signal_send_pgrp(sig, &info, pgrp);
}

void signal_kernel_pgrp_locked(int sig, struct pid *pgrp)
{
	struct siginfo_k info;

	fill_kernel(&info, sig);
	(void)send_pgrp_locked(sig, &info, pgrp);
}

void signal_kill_process(struct process *process)
{
	unsigned long flags = spin_lock_irqsave(&process->siglock);

	/* Not even process 1 is spared: its refusal is for what programs send. */
	process->group_flags &= ~PG_UNKILLABLE;
	if (!(process->group_flags & PG_EXITING)) {
		process->group_flags |= PG_EXITING;
		process->group_exit_code = SIGKILL;
	}
	signal_kill_threads(process, NULL);
	spin_unlock_irqrestore(&process->siglock, flags);
}

/* Sends what cannot be refused: a blocked or ignored signal falls back to its default action. */
static void force_signal(const struct siginfo_k *info, bool to_default)
{
	struct task *t = current;
	struct process *p = t->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	struct k_sigaction *ka = &t->sighand->action[info->signo - 1];
	u64 mask = sigmask(info->signo);

	if (to_default || (t->blocked & mask) || ka->handler == SIG_IGN_HANDLER) {
		ka->handler = SIG_DFL_HANDLER;
		t->blocked &= ~mask;
		signal_recalc(t);
	}
	if (ka->handler == SIG_DFL_HANDLER && !task_is_traced(t))
		p->group_flags &= ~PG_UNKILLABLE;
	(void)signal_send_locked(info->signo, info, t, false);
	spin_unlock_irqrestore(&p->siglock, flags);
}

void signal_fault(int sig, int code, unsigned long addr, int trapno)
{
	struct siginfo_k info;

	memset(&info, 0, sizeof(info));
	info.signo = sig;
	info.code = code;
	if (siginfo_layout(sig, code) == SIL_FAULT) {
		info.addr = addr;
		info.trapno = trapno;
	}
	force_signal(&info, false);
}

void signal_force_segv(int sig)
{
	struct siginfo_k info;

	fill_kernel(&info, SIGSEGV);
	force_signal(&info, sig == SIGSEGV);
}

void signal_fill_user(struct siginfo_k *info, int sig, int code)
{
	memset(info, 0, sizeof(*info));
	info->signo = sig;
	info->code = code;
	info->pid = task_tgid(current);
	info->uid = current_cred()->uid;
}
