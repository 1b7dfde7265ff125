/*
 * ptrace.h - what fork, exec, exit and wait need of tracing besides <kernel/task.h>.
 *
 * A traced task has ptrace.flags != 0 and hangs in ptrace.parent->traced by ptrace.node. Both
 * change under task_list_lock and the task's siglock; either is enough to read.
 *
 * wait4: a tracer waits for its children and for every task in the `traced` lists of its threads. A
 * traced task is asked by ptrace_wait_ready() instead of signal_wait_stopped(). The real parent
 * does not see the stops of a child that another process traces, and its death only after the
 * tracer has reaped it: then ptrace_unlink(), and signal_notify_parent() once more.
 */
#ifndef PROC_PTRACE_H
#define PROC_PTRACE_H

#include <kernel/task.h>
#include <abi/ptrace.h>

/* ptrace_state.flags */
#define PT_TRACED      1u
#define PT_SEIZED      2u
#define PT_CAP	       4u  /* the tracer had CAP_SYS_PTRACE: set-id exec keeps its ids */
#define PT_SYSCALLS    8u  /* stop at the next system call's entry and exit */
#define PT_SINGLESTEP  16u /* trap after one instruction */
#define PT_FORCED_TF   32u /* ... by a TF that is ours, not the program's */
#define PT_EMULATE     64u /* PTRACE_SYSEMU: the call itself is skipped */
#define PT_EVENT_TRACE 128u

static inline bool task_is_traced(const struct task *t)
{
	return READ_ONCE(t->ptrace.flags) != 0;
}

/* Does the traced task's stop match wait4's options, and what is its status? siglock taken inside;
 * task_list_lock held. status: the whole wait status; 0 = nothing. */
bool ptrace_wait_ready(struct task *t, int options);
int ptrace_wait_status(struct task *t, bool consume);
/* A request's hold on a stopped task; no locks held. */
bool ptrace_freeze(struct task *t);
void ptrace_thaw(struct task *t);

/* Which PTRACE_EVENT_* this clone reports, 0 = none (clone.flags, exit_signal as given). */
int ptrace_clone_event(u64 clone_flags, int exit_signal);
/* Attaches a new task to current's tracer if `event` or CLONE_PTRACE says so; it will stop before
 * its first instruction. task_list_lock held, before the child may run. */
void ptrace_init_child(struct task *child, u64 clone_flags, int event);
/* exec worked: reports PTRACE_EVENT_EXEC, or the old SIGTRAP. */
void ptrace_exec(pid_t old_tid);

/* current traps into its tracer with that exit code; nothing when there is none. */
void ptrace_notify(int exit_code);

/* signal code's part of a stop. Called with siglock held (*flags as of spin_lock_irqsave), returns
 * with it held again. */
void ptrace_stop_locked(int exit_code, int why, struct siginfo_k *info, unsigned long *flags);
void ptrace_jobctl_trap_locked(unsigned long *flags);
void ptrace_trap_notify(struct task *t); /* siglock held: job control changed under a seized task */

/* ptrace_regs.c: the user area and the register sets, of a stopped task. */
long ptrace_peek_user(struct task *t, unsigned long offset, u32 *value);
long ptrace_poke_user(struct task *t, unsigned long offset, u32 value);
long ptrace_arch_request(struct task *t, int request, unsigned long addr, unsigned long data);
void ptrace_set_step(struct task *t, bool on);
void ptrace_fill_regs(struct task *t, struct user_regs_abi *out); /* also for core dumps */

#endif
