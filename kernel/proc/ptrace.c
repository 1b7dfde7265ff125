/*
 * ptrace.c - the traced task's side: links to its tracer, stops, events; what wait4 sees.
 *
 * A stop: the task notes why (exit_code, info), becomes TASK_TRACED under siglock, tells the tracer
 * under task_list_lock and sleeps. wait4 reports exit_code and clears it; the tracer's next request
 * puts the signal to deliver there and wakes the task. Requests are in ptrace_request.c.
 */
#include <kernel/arch.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/string.h>
#include <abi/sched.h>
#include "ptrace.h"
#include "signal_internal.h"
#include "task_internal.h"

/* ---- who may look into whom ---- */

static bool ids_match(const struct cred *me, const struct cred *target)
{
	return me->fsuid == target->euid && me->fsuid == target->suid && me->fsuid == target->uid &&
	       me->fsgid == target->egid && me->fsgid == target->sgid && me->fsgid == target->gid;
}

bool ptrace_may_access(struct task *task)
{
	const struct cred *me = current_cred();
	struct cred *target;
	bool hidden, ok;

	if (task->process == current->process)
		return true;
	target = task_get_cred(task);
	spin_lock(&task->alloc_lock);
	hidden = task->mm && !task->mm->dumpable;
	spin_unlock(&task->alloc_lock);
	ok = ids_match(me, target) && !hidden && !(target->cap_permitted & ~me->cap_effective);
	cred_put(target);
	return ok || capable(CAP_SYS_PTRACE);
}

/* ---- links ---- */

void ptrace_unlink(struct task *t)
{
	struct process *p = t->process;
	unsigned long flags;

	ASSERT_SPIN_HELD(&task_list_lock);
	if (!task_is_traced(t))
		return;
	flags = spin_lock_irqsave(&p->siglock);
	list_del_init(&t->ptrace.node);
	t->ptrace.flags = 0;
	t->ptrace.options = 0;
	t->ptrace.parent = NULL;
	if (!(t->flags & PF_STRACE))
		task_work_clear(t, TW_SYSCALL_TRACE);
	t->jobctl &= ~JC_TRAP_MASK;
	/* It goes back into the stop that its group is in. */
	if (!(t->flags & PF_EXITING) && ((p->group_flags & PG_STOPPED) || p->stop_count))
		t->jobctl |= JC_STOP_PENDING;
	signal_recalc(t);
	if (!t->ptrace.frozen) /* else ptrace_thaw() does it */
		task_wake(t, TASK_TRACED);
	spin_unlock_irqrestore(&p->siglock, flags);
}

/*
 * While a request looks at a stopped task nothing may wake it, not even SIGKILL: its registers are
 * on its kernel stack, which would go with it. False: it is not in a stop that requests can reach.
 */
bool ptrace_freeze(struct task *t)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	bool ok = t->ptrace.stopped && !t->ptrace.listening && !t->ptrace.frozen &&
		  (t->state & TASK_TRACED) && !(t->pending.set & sigmask(SIGKILL));

	if (ok) {
		t->ptrace.frozen = true;
		t->state = TASK_TRACED;
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return ok;
}

void ptrace_thaw(struct task *t)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);

	t->ptrace.frozen = false;
	if (t->state & TASK_TRACED) {
		if (!task_is_traced(t) || (t->pending.set & sigmask(SIGKILL)))
			task_wake(t, TASK_TRACED);
		else
			t->state = TASK_TRACED | TASK_WAKEKILL;
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
}

void ptrace_detach_all(struct task *tracer)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *t, *tmp;

	list_for_each_entry_safe (t, tmp, &tracer->traced, ptrace.node) {
		if (t->ptrace.options & PTRACE_O_EXITKILL)
			signal_kernel_task(SIGKILL, t);
		if (!t->exit_state)
			ptrace_set_step(t, false);
		ptrace_unlink(t);
		if (t->exit_state != EXIT_ZOMBIE)
			continue;
		/* It waited to be seen by this tracer; now it is its parent's, or nobody's. */
		if (!task_is_leader(t))
			task_reap_thread(t);
		else if (task_leader_is_done(t) && signal_notify_parent(t, CLD_EXITED))
			task_reap(t);
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
}

int ptrace_clone_event(u64 clone_flags, int exit_signal)
{
	int event;

	if (likely(!task_is_traced(current)) || (clone_flags & CLONE_UNTRACED))
		return 0;
	if (clone_flags & CLONE_VFORK)
		event = PTRACE_EVENT_VFORK;
	else if (exit_signal != SIGCHLD)
		event = PTRACE_EVENT_CLONE;
	else
		event = PTRACE_EVENT_FORK;
	return current->ptrace.options & (1u << event) ? event : 0;
}

void ptrace_init_child(struct task *child, u64 clone_flags, int event)
{
	const struct ptrace_state *mine = &current->ptrace;

	if (likely(!mine->flags) || (!event && !(clone_flags & CLONE_PTRACE)))
		return;
	child->ptrace.flags = mine->flags & (PT_TRACED | PT_SEIZED | PT_CAP);
	child->ptrace.options = mine->options;
	child->ptrace.parent = mine->parent;
	list_add_tail(&child->ptrace.node, &mine->parent->traced);
	if (mine->flags & PT_SEIZED)
		child->jobctl |= JC_TRAP_STOP;
	else
		sigpending_add(&child->pending, SIGSTOP, NULL);
	task_work_set(child, TW_SIGPENDING);
}

/* ---- stopping ---- */

/* True: the tracer was told, and will have to wake us. */
static bool tell_tracer(int why, bool group_done)
{
	struct task *t = current;
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	bool traced = task_is_traced(t);

	if (traced)
		signal_notify_stop(t, true, why);
	if (group_done && (!traced || t->ptrace.parent->process != t->process->parent))
		signal_notify_stop(t, false, CLD_STOPPED);
	if (!traced)
		WRITE_ONCE(t->state, TASK_RUNNING);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return traced;
}

void ptrace_stop_locked(int exit_code, int why, struct siginfo_k *info, unsigned long *flags)
{
	struct task *t = current;
	struct process *p = t->process;
	bool group_done = false;

	/* The dying do not stop; nor do those whose tracer just left. */
	if (!task_is_traced(t) || (t->pending.set & sigmask(SIGKILL)))
		return;
	t->ptrace.info = info;
	t->ptrace.exit_code = exit_code;
	t->ptrace.stopped = true;
	if (why == CLD_STOPPED && (t->jobctl & JC_STOP_PENDING))
		group_done = signal_join_stop(t);
	t->jobctl &= ~JC_TRAP_STOP;
	if (info && info->code >> 8 == PTRACE_EVENT_STOP)
		t->jobctl &= ~JC_TRAP_NOTIFY;
	WRITE_ONCE(t->state, TASK_TRACED | TASK_WAKEKILL);
	preempt_disable();
	spin_unlock_irqrestore(&p->siglock, *flags);
	if (tell_tracer(why, group_done)) {
		preempt_enable_no_resched();
		schedule();
	} else {
		t->ptrace.exit_code = 0;
		preempt_enable();
	}
	*flags = spin_lock_irqsave(&p->siglock);
	t->ptrace.info = NULL;
	t->ptrace.stopped = false;
	t->ptrace.listening = false;
	signal_recalc(t);
}

static void stop_with_code(int exit_code, int why, unsigned long *flags)
{
	struct siginfo_k info;

	signal_fill_user(&info, SIGTRAP, exit_code);
	info.pid = task_tid(current);
	ptrace_stop_locked(exit_code, why, &info, flags);
}

void ptrace_notify(int exit_code)
{
	struct process *p = current->process;
	unsigned long flags;

	if (!task_is_traced(current))
		return;
	flags = spin_lock_irqsave(&p->siglock);
	stop_with_code(exit_code, CLD_TRAPPED, &flags);
	spin_unlock_irqrestore(&p->siglock, flags);
}

void ptrace_jobctl_trap_locked(unsigned long *flags)
{
	struct task *t = current;
	struct process *p = t->process;
	int sig = p->stop_signal;

	if (t->ptrace.flags & PT_SEIZED) {
		if (!p->stop_count && !(p->group_flags & PG_STOPPED))
			sig = SIGTRAP;
		stop_with_code(sig | PTRACE_EVENT_STOP << 8, CLD_STOPPED, flags);
	} else {
		ptrace_stop_locked(sig, CLD_STOPPED, NULL, flags);
		t->ptrace.exit_code = 0;
	}
	/* Nothing stopped: the bits must not bring us here for ever. */
	if (!task_is_traced(t) || (t->pending.set & sigmask(SIGKILL)))
		t->jobctl &= ~JC_TRAP_MASK;
}

void ptrace_trap_notify(struct task *t)
{
	t->jobctl |= JC_TRAP_NOTIFY;
	signal_wake(t, false);
	if (t->ptrace.listening)
		task_wake(t, TASK_TRACED);
}

int ptrace_signal(int sig, struct siginfo_k *info, struct regs *regs)
{
	struct task *t = current;
	struct process *p = t->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);

	t->jobctl |= JC_STOP_DEQUEUED;
	t->ptrace.exit_code = sig;
	ptrace_stop_locked(sig, CLD_TRAPPED, info, &flags);
	sig = t->ptrace.exit_code;
	t->ptrace.exit_code = 0;
	if (sig && sig != info->signo) {
		memset(info, 0, sizeof(*info));
		info->signo = sig;
		info->code = SI_USER;
		if (task_is_traced(t))
			info->pid = task_tgid(t->ptrace.parent);
	}
	if (sig && (t->blocked & sigmask(sig))) {
		(void)signal_send_locked(sig, info, t, false);
		sig = 0;
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	return sig;
}

/* ---- events ---- */

void ptrace_event(int event, unsigned long message)
{
	if (likely(!task_is_traced(current)) || !(current->ptrace.options & (1u << event)))
		return;
	current->ptrace.message = message;
	ptrace_notify(event << 8 | SIGTRAP);
}

void ptrace_exec(pid_t old_tid)
{
	struct siginfo_k info;

	if (likely(!task_is_traced(current)))
		return;
	if (current->ptrace.options & PTRACE_O_TRACEEXEC) {
		ptrace_event(PTRACE_EVENT_EXEC, (unsigned long)old_tid);
	} else if (!(current->ptrace.flags & PT_SEIZED)) {
		signal_fill_user(&info, SIGTRAP, SI_USER);
		(void)signal_send_task(SIGTRAP, &info, current);
	}
}

void ptrace_syscall_stop(struct regs *regs, bool entry)
{
	struct task *t = current;
	int sig = SIGTRAP;

	if (!(t->ptrace.flags & PT_SYSCALLS))
		return;
	if (t->ptrace.options & PTRACE_O_TRACESYSGOOD)
		sig |= 0x80;
	t->ptrace.syscall_stop = entry ? 1 : 2;
	t->ptrace.message = t->ptrace.syscall_stop;
	ptrace_notify(sig);
	t->ptrace.syscall_stop = 0;
	if (entry && (t->ptrace.flags & PT_EMULATE))
		regs->orig_eax = -1;
	if (t->ptrace.exit_code) {
		struct siginfo_k info;

		signal_fill_user(&info, t->ptrace.exit_code, SI_USER);
		(void)signal_send_task(t->ptrace.exit_code, &info, t);
		t->ptrace.exit_code = 0;
	}
}

/* ---- wait4 ---- */

bool ptrace_wait_ready(struct task *t, int options)
{
	return t->ptrace.stopped && t->ptrace.exit_code && (t->state & TASK_TRACED) &&
	       !t->ptrace.listening;
}

int ptrace_wait_status(struct task *t, bool consume)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	int code = t->ptrace.exit_code;

	if (consume)
		t->ptrace.exit_code = 0;
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return code ? code << 8 | 0x7f : 0;
}
