/*
 * signal_deliver.c - the way out to user mode with a signal pending.
 *
 * signal_next() is a loop around siglock: news for the parent, group exit, stops and traps for the
 * tracer come before signals; every one of them drops the lock, so each starts the loop afresh. It
 * returns the signal to handle with its action, or 0; a fatal signal does not return.
 */
#include <kernel/arch.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <gen/syscall_numbers.h>
#include "ptrace.h"
#include "signal_internal.h"

#define SYSCALL_INSN_SIZE 2u /* int $0x80, sysenter's stand-in in the vDSO too */

static int take_synchronous(struct task *t, struct siginfo_k *info)
{
	u64 set = t->pending.set & SIGMASK_SYNCHRONOUS & ~t->blocked;
	int sig = set ? signal_first(set) : 0;

	if (sig)
		sigpending_take(&t->pending, sig, info);
	return sig;
}

int signal_dequeue(struct task *task, u64 mask, struct siginfo_k *info)
{
	struct sigpending *from = &task->pending;
	int sig = signal_first(from->set & ~mask);

	if (!sig) {
		from = &task->process->pending;
		sig = signal_first(from->set & ~mask);
	}
	if (sig) {
		sigpending_take(from, sig, info);
		if (sigmask(sig) & SIGMASK_STOP)
			task->jobctl |= JC_STOP_DEQUEUED;
		if (sig == SIGALRM)
			itimer_real_rearm(task->process);
	}
	signal_recalc(task);
	return sig;
}

static bool wants_image(int sig)
{
	return signal_default_action(sig) == SIGDEF_CORE;
}

/* Ends the process; siglock is not held. */
static void __noreturn die_of(int sig, struct siginfo_k *info)
{
	int code = sig;

	current->flags |= PF_SIGNALED;
	if (wants_image(sig) && coredump_write(info))
		code |= 0x80;
	process_exit(code);
}

static void __noreturn die_with_group(unsigned long flags)
{
	struct process *p = current->process;
	int code = p->group_exit_code;

	spin_unlock_irqrestore(&p->siglock, flags);
	if (code & 0x7f)
		current->flags |= PF_SIGNALED;
	process_exit(code);
}

/* Stop signals other than SIGSTOP do nothing to a group nobody would continue. */
static bool stop_is_pointless(int sig, unsigned long *flags)
{
	struct process *p = current->process;
	bool orphaned;

	if (sig == SIGSTOP)
		return false;
	spin_unlock_irqrestore(&p->siglock, *flags);
	*flags = spin_lock_irqsave(&task_list_lock);
	orphaned = pgrp_is_orphaned(p->pgid, NULL);
	spin_unlock_irqrestore(&task_list_lock, *flags);
	*flags = spin_lock_irqsave(&p->siglock);
	return orphaned;
}

/* Things that come before any signal; true: the lock was dropped, look again. */
static bool attend_to_group(unsigned long *flags)
{
	struct process *p = current->process;

	if (p->group_flags & (PG_CLD_STOPPED | PG_CLD_CONT)) {
		signal_tell_parent(flags);
		return true;
	}
	if ((p->group_flags & PG_EXITING) || (current->pending.set & sigmask(SIGKILL))) {
		if (!(p->group_flags & PG_EXITING)) {
			/* exec ends its other threads so: this one goes, not the process. */
			spin_unlock_irqrestore(&p->siglock, *flags);
			if (p->group_exec && p->group_exec != current)
				task_exit(SIGKILL);
			die_of(SIGKILL, NULL);
		}
		die_with_group(*flags);
	}
	if ((current->jobctl & JC_STOP_PENDING) && signal_group_stop(0, flags))
		return true;
	if (current->jobctl & JC_TRAP_MASK) {
		ptrace_jobctl_trap_locked(flags);
		return true;
	}
	return false;
}

/* The default action; true: nothing came of it. Called and returns with siglock held. */
static bool default_action(int sig, struct siginfo_k *info, unsigned long *flags)
{
	struct process *p = current->process;

	if (signal_default_ignored(sig))
		return true;
	if ((p->group_flags & PG_UNKILLABLE) && sig != SIGKILL)
		return true;
	if (signal_default_action(sig) == SIGDEF_STOP) {
		if (!stop_is_pointless(sig, flags))
			(void)signal_group_stop(sig, flags);
		return true;
	}
	spin_unlock_irqrestore(&p->siglock, *flags);
	die_of(sig, info);
}

/* ptrace_signal() takes and drops siglock itself. */
static int show_tracer(int sig, struct siginfo_k *info, struct regs *regs, unsigned long *flags)
{
	spin_unlock_irqrestore(&current->process->siglock, *flags);
	sig = ptrace_signal(sig, info, regs);
	*flags = spin_lock_irqsave(&current->process->siglock);
	return sig;
}

static int signal_next(struct siginfo_k *info, struct k_sigaction *action, struct regs *regs)
{
	struct task *t = current;
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	struct k_sigaction *ka;
	int sig;

	for (;;) {
		if (attend_to_group(&flags))
			continue;
		sig = take_synchronous(t, info);
		if (!sig)
			sig = signal_dequeue(t, t->blocked, info);
		if (!sig)
			break;
		if (task_is_traced(t) && sig != SIGKILL) {
			sig = show_tracer(sig, info, regs, &flags);
			if (!sig)
				continue;
		}
		ka = &t->sighand->action[sig - 1];
		if (ka->handler == SIG_IGN_HANDLER)
			continue;
		if (ka->handler == SIG_DFL_HANDLER) {
			(void)default_action(sig, info, &flags);
			continue;
		}
		*action = *ka;
		if (ka->flags & SA_RESETHAND)
			ka->handler = SIG_DFL_HANDLER;
		break;
	}
	signal_recalc(t);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return sig;
}

static void restart_call(struct regs *regs, u32 number)
{
	regs->eax = number;
	regs->eip -= SYSCALL_INSN_SIZE;
}

static void settle_interrupted_call(struct regs *regs, bool handler, u32 sa_flags)
{
	if (regs->orig_eax < 0)
		return;
	switch (signal_restart_decide((long)regs->eax, handler, sa_flags)) {
	case RESTART_NOT:
		return;
	case RESTART_EINTR:
		regs->eax = (u32)-EINTR;
		break;
	case RESTART_CALL:
		restart_call(regs, (u32)regs->orig_eax);
		break;
	case RESTART_BLOCK:
		restart_call(regs, NR_restart_syscall);
		break;
	}
	/* Decided: a second signal on the same way out does not do it again. */
	regs->orig_eax = -1;
}

static void run_handler(struct regs *regs, int sig, const struct siginfo_k *info,
			const struct k_sigaction *ka)
{
	struct task *t = current;
	u64 old = t->blocked, mask = t->blocked | ka->mask;

	settle_interrupted_call(regs, true, ka->flags);
	if (t->work & TW_RESTORE_MASK)
		old = t->saved_mask;
	if (arch_signal_setup_frame(regs, sig, info, ka, old)) {
		signal_force_segv(sig);
		return;
	}
	task_work_clear(t, TW_RESTORE_MASK);
	if (!(ka->flags & SA_NODEFER))
		mask |= sigmask(sig);
	signal_set_blocked(mask);
	if (t->ptrace.flags & PT_SINGLESTEP)
		ptrace_notify(SIGTRAP);
}

void signal_deliver(struct regs *regs)
{
	struct k_sigaction action;
	struct siginfo_k info;
	int sig;

	task_work_clear(current, TW_NOTIFY);
	while (signal_pending(current)) {
		sig = signal_next(&info, &action, regs);
		if (!sig)
			break;
		run_handler(regs, sig, &info, &action);
	}
	settle_interrupted_call(regs, false, 0);
	if (current->work & TW_RESTORE_MASK)
		signal_restore_temporary_mask();
}
