/*
 * syscall_work.c - the slow ways into and out of a system call: tracing, signals, preemption.
 */
#include <kernel/arch.h>
#include <kernel/signal.h>
#include <kernel/strace.h>
#include <kernel/task.h>
#include "x86.h"

s32 x86_syscall_enter(struct regs *regs);
void x86_syscall_leave(struct regs *regs);
void x86_return_work(struct regs *regs);
void x86_fork_leave(struct regs *regs);

/* The number to run; the tracer may have changed it. -1: none, eax stands. */
s32 x86_syscall_enter(struct regs *regs)
{
	regs->eax = (u32)-38; /* what the tracer sees at entry: -ENOSYS */
	if (current->ptrace.flags)
		ptrace_syscall_stop(regs, true);
	if (current->flags & PF_STRACE)
		strace_enter(regs);
	return regs->orig_eax;
}

void x86_syscall_leave(struct regs *regs)
{
	if (current->flags & PF_STRACE)
		strace_leave(regs);
	if (current->ptrace.flags)
		ptrace_syscall_stop(regs, false);
}

/* Entered with interrupts on, left with them off and nothing more to do. */
void x86_return_work(struct regs *regs)
{
	for (;;) {
		local_irq_enable();
		if (need_resched())
			schedule();
		if (current->work & (TW_SIGPENDING | TW_RESTORE_MASK | TW_NOTIFY | TW_SINGLESTEP)) {
			if (current->work & TW_SINGLESTEP) {
				current->work &= ~TW_SINGLESTEP;
				signal_fault(SIGTRAP, TRAP_TRACE, regs->eip, 1);
			}
			signal_deliver(regs);
		}
		local_irq_disable();
		if (!need_resched() && !(current->work & (TW_SIGPENDING | TW_RESTORE_MASK |
							  TW_NOTIFY | TW_SINGLESTEP)))
			return;
	}
}

void x86_fork_leave(struct regs *regs)
{
	task_child_started();
	if (current->work & TW_SYSCALL_TRACE)
		x86_syscall_leave(regs);
}
