/*
 * signal_action.c - handlers, masks and the alternate stack: sigaction(), sigprocmask(),
 * sigpending(), sigaltstack() in their old and new forms; what fork and exec do with them.
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include "signal_internal.h"

#define SA_KNOWN                                                                                   \
	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_EXPOSE_TAGBITS | SA_RESTORER | SA_ONSTACK | \
	 SA_RESTART | SA_NODEFER | SA_RESETHAND)

/* ---- the table of handlers ---- */

struct sighand *sighand_create(void)
{
	struct sighand *sh = kzalloc(sizeof(*sh), GFP_KERNEL);

	if (sh)
		refcount_set(&sh->refs, 1);
	return sh;
}

struct sighand *sighand_dup(struct sighand *old)
{
	struct sighand *sh = kmalloc(sizeof(*sh), GFP_KERNEL);

	if (!sh)
		return NULL;
	memcpy(sh->action, old->action, sizeof(sh->action));
	refcount_set(&sh->refs, 1);
	return sh;
}

void sighand_put(struct sighand *sighand)
{
	if (sighand && refcount_dec(&sighand->refs))
		kfree(sighand);
}

void signal_init_task(struct task *task)
{
	sigpending_init(&task->pending);
	task_work_clear(task, TW_SIGPENDING | TW_RESTORE_MASK | TW_NOTIFY);
	task->real_blocked = 0;
	task->jobctl = 0;
	memset(&task->ptrace, 0, sizeof(task->ptrace));
	list_init(&task->ptrace.node);
	list_init(&task->traced);
}

void signal_init_process(struct process *process)
{
	sigpending_init(&process->pending);
	wait_queue_init(&process->signalfd_wait);
	process->group_flags = 0;
	process->group_exec = NULL;
	process->group_exit_code = 0;
	process->stop_signal = 0;
	process->stop_report = 0;
	process->stop_count = 0;
}

void signal_flush_handlers(struct task *task)
{
	struct k_sigaction *ka = task->sighand->action;

	for (unsigned int i = 0; i < SIGNAL_MAX; i++, ka++) {
		if (ka->handler != SIG_IGN_HANDLER)
			ka->handler = SIG_DFL_HANDLER;
		ka->flags = 0;
		ka->restorer = 0;
		ka->mask = 0;
	}
	task->sas_sp = 0;
	task->sas_size = 0;
	task->sas_flags = SS_DISABLE;
}

/* A signal that comes to be ignored is thrown away where it pends. */
static void forget_ignored(struct process *p, int sig)
{
	struct task *t;

	sigpending_flush_mask(&p->pending, sigmask(sig));
	for_each_thread (p, t) {
		sigpending_flush_mask(&t->pending, sigmask(sig));
		signal_recalc(t);
	}
}

static int set_action(int sig, const struct k_sigaction *new, struct k_sigaction *old)
{
	struct process *p = current->process;
	struct k_sigaction *ka;
	unsigned long flags;

	if (sig < 1 || sig > SIGNAL_MAX || (new && (sigmask(sig) & SIGMASK_UNSTOPPABLE)))
		return -EINVAL;
	ka = &current->sighand->action[sig - 1];
	flags = spin_lock_irqsave(&p->siglock);
	if (old)
		*old = *ka;
	if (new) {
		*ka = *new;
		ka->flags &= SA_KNOWN;
		ka->mask &= ~SIGMASK_UNSTOPPABLE;
		if (ka->handler == SIG_IGN_HANDLER ||
		    (ka->handler == SIG_DFL_HANDLER && signal_default_ignored(sig)))
			forget_ignored(p, sig);
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	return 0;
}

asmlinkage long sys_rt_sigaction(int sig, const void __user *act, void __user *old, size_t size)
{
	struct sigaction_abi abi;
	struct k_sigaction new, prev;
	int err;

	if (size != sizeof(u64))
		return -EINVAL;
	if (act) {
		if (copy_from_user(&abi, act, sizeof(abi)))
			return -EFAULT;
		new = (struct k_sigaction){ abi.handler, abi.flags, abi.restorer, abi.mask };
	}
	err = set_action(sig, act ? &new : NULL, &prev);
	if (err || !old)
		return err;
	abi = (struct sigaction_abi){ prev.handler, prev.flags, prev.restorer, prev.mask };
	return copy_to_user(old, &abi, sizeof(abi));
}

asmlinkage long sys_sigaction(int sig, const void __user *act, void __user *old)
{
	struct old_sigaction_abi abi;
	struct k_sigaction new, prev;
	int err;

	if (act) {
		if (copy_from_user(&abi, act, sizeof(abi)))
			return -EFAULT;
		new = (struct k_sigaction){ abi.handler, abi.flags, abi.restorer, abi.mask };
	}
	err = set_action(sig, act ? &new : NULL, &prev);
	if (err || !old)
		return err;
	abi = (struct old_sigaction_abi){ prev.handler, (u32)prev.mask, prev.flags, prev.restorer };
	return copy_to_user(old, &abi, sizeof(abi));
}

asmlinkage long sys_signal(int sig, unsigned long handler)
{
	struct k_sigaction new = { (u32)handler, SA_RESETHAND | SA_NODEFER, 0, 0 }, prev;
	int err = set_action(sig, &new, &prev);

	return err ? err : (long)prev.handler;
}

/* ---- masks ---- */

u64 signal_set_blocked(u64 mask)
{
	struct task *t = current;
	u64 old = t->blocked;
	unsigned long flags;

	mask &= ~SIGMASK_UNSTOPPABLE;
	if (mask == old)
		return old;
	flags = spin_lock_irqsave(&t->process->siglock);
	t->blocked = mask;
	signal_recalc(t);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return old;
}

void signal_set_temporary_mask(u64 mask)
{
	current->saved_mask = signal_set_blocked(mask);
	task_work_set(current, TW_RESTORE_MASK);
}

void signal_restore_temporary_mask(void)
{
	if (!(current->work & TW_RESTORE_MASK))
		return;
	task_work_clear(current, TW_RESTORE_MASK);
	signal_set_blocked(current->saved_mask);
}

static int change_mask(int how, u64 set)
{
	u64 old = current->blocked;

	switch (how) {
	case SIG_BLOCK:
		signal_set_blocked(old | set);
		return 0;
	case SIG_UNBLOCK:
		signal_set_blocked(old & ~set);
		return 0;
	case SIG_SETMASK:
		signal_set_blocked(set);
		return 0;
	default:
		return -EINVAL;
	}
}

asmlinkage long sys_rt_sigprocmask(int how, const void __user *set, void __user *old, size_t size)
{
	u64 before = current->blocked, mask;
	int err;

	if (size != sizeof(u64))
		return -EINVAL;
	if (set) {
		if (get_user(mask, (const u64 __user *)set))
			return -EFAULT;
		err = change_mask(how, mask);
		if (err)
			return err;
	}
	return old ? put_user(before, (u64 __user *)old) : 0;
}

/* The old call knows only the first 32 signals and leaves the others as they are. */
asmlinkage long sys_sigprocmask(int how, const void __user *set, void __user *old)
{
	u64 before = current->blocked, keep = 0;
	u32 mask;
	int err;

	if (set) {
		if (get_user(mask, (const u32 __user *)set))
			return -EFAULT;
		if (how == SIG_SETMASK)
			keep = before & ~0xffffffffull;
		err = change_mask(how, keep | mask);
		if (err)
			return err;
	}
	return old ? put_user((u32)before, (u32 __user *)old) : 0;
}

asmlinkage long sys_sgetmask(void)
{
	return (long)(u32)current->blocked;
}

asmlinkage long sys_ssetmask(u32 mask)
{
	return (long)(u32)signal_set_blocked(mask);
}

static u64 pending_and_blocked(void)
{
	struct task *t = current;
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	u64 set = (t->pending.set | t->process->pending.set) & t->blocked;

	spin_unlock_irqrestore(&t->process->siglock, flags);
	return set;
}

asmlinkage long sys_rt_sigpending(void __user *set, size_t size)
{
	u64 pending = pending_and_blocked();

	if (size > sizeof(u64))
		return -EINVAL;
	return copy_to_user(set, &pending, size);
}

asmlinkage long sys_sigpending(void __user *set)
{
	return put_user((u32)pending_and_blocked(), (u32 __user *)set);
}

/* ---- the alternate stack ---- */

static bool on_alternate_stack(const struct task *t, u32 sp)
{
	return !(t->sas_flags & SS_AUTODISARM) && sp > t->sas_sp && sp - t->sas_sp <= t->sas_size;
}

static void describe_stack(const struct task *t, u32 sp, struct stack_abi *out)
{
	out->sp = t->sas_sp;
	out->size = t->sas_size;
	out->flags = t->sas_flags & SS_AUTODISARM;
	if (!t->sas_size)
		out->flags |= SS_DISABLE;
	else if (on_alternate_stack(t, sp))
		out->flags |= SS_ONSTACK;
}

static int set_stack(struct task *t, u32 sp, const struct stack_abi *new)
{
	u32 mode = new->flags & ~SS_AUTODISARM;

	if (on_alternate_stack(t, sp))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == SS_DISABLE) {
		t->sas_sp = 0;
		t->sas_size = 0;
	} else {
		if (new->size < MINSIGSTKSZ)
			return -ENOMEM;
		t->sas_sp = new->sp;
		t->sas_size = new->size;
	}
	t->sas_flags = new->flags;
	return 0;
}

asmlinkage long sys_sigaltstack(const void __user *new, void __user *old)
{
	u32 sp = (u32)arch_user_sp(current_regs());
	struct stack_abi next, before;
	int err;

	if (new &&copy_from_user(&next, new, sizeof(next)))
		return -EFAULT;
	describe_stack(current, sp, &before);
	if (new) {
		err = set_stack(current, sp, &next);
		if (err)
			return err;
	}
	return old ? copy_to_user(old, &before, sizeof(before)) : 0;
}
