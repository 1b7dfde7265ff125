/*
 * ptrace_request.c - the tracer's side: ptrace(2).
 *
 * Most requests need a tracee in a stop of ours, and hold it there (ptrace_freeze()) until they are
 * done with it.
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/iov.h>
#include <kernel/mm.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include "ptrace.h"
#include "signal_internal.h"

/* ---- becoming traced ---- */

/* task_list_lock and the task's siglock held. */
static void link_locked(struct task *t, struct task *tracer, u32 flags)
{
	t->ptrace.flags = PT_TRACED | flags;
	t->ptrace.parent = tracer;
	list_add_tail(&t->ptrace.node, &tracer->traced);
}

/* A thread of the parent that is not on its way out: that one has let its tracees go already. */
static struct task *parent_thread(void)
{
	struct process *parent = current->process->parent;
	struct task *t;

	if (parent)
		for_each_thread (parent, t)
			if (!(t->flags & PF_EXITING))
				return t;
	return NULL;
}

static long traceme(void)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *tracer = parent_thread();
	long err = -EPERM;

	if (!task_is_traced(current) && tracer) {
		const struct cred *c = tracer->cred;

		if (!(current_cred()->cap_permitted & ~c->cap_permitted) ||
		    cred_capable(c, CAP_SYS_PTRACE)) {
			spin_lock(&current->process->siglock);
			link_locked(current, tracer, cred_capable(c, CAP_SYS_PTRACE) ? PT_CAP : 0);
			spin_unlock(&current->process->siglock);
			err = 0;
		}
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

/* A task that job control stopped becomes one that ptrace stopped. */
static void attach_locked(struct task *t, bool seize, u32 options)
{
	struct siginfo_k info = { .signo = SIGSTOP, .code = SI_KERNEL };

	link_locked(t, current, (seize ? PT_SEIZED : 0) | (capable(CAP_SYS_PTRACE) ? PT_CAP : 0));
	t->ptrace.options = options;
	if (!seize)
		(void)signal_send_locked(SIGSTOP, &info, t, false);
	if ((t->state & TASK_STOPPED) && signal_set_stop_pending(t)) {
		t->jobctl &= ~JC_STOP_CONSUME;
		t->jobctl |= JC_TRAP_STOP;
		task_work_set(t, TW_SIGPENDING);
		task_wake(t, TASK_STOPPED);
	}
}

static long attach(struct task *t, bool seize, unsigned long addr, unsigned long options)
{
	unsigned long flags;
	long err = -EPERM;

	if (seize && (addr || (options & ~PTRACE_O_MASK)))
		return -EIO;
	if (t->process == current->process || (t->flags & PF_KTHREAD) || !ptrace_may_access(t))
		return -EPERM;
	flags = spin_lock_irqsave(&task_list_lock);
	if (!task_is_traced(t) && !t->exit_state && !(t->flags & PF_EXITING)) {
		spin_lock(&t->process->siglock);
		attach_locked(t, seize, seize ? (u32)options : 0);
		spin_unlock(&t->process->siglock);
		err = 0;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

/* ---- letting it run ---- */

static void set_flag(struct task *t, u32 flag, bool on)
{
	if (on)
		t->ptrace.flags |= flag;
	else
		t->ptrace.flags &= ~flag;
}

static long resume(struct task *t, int request, unsigned long sig)
{
	bool step = request == PTRACE_SINGLESTEP || request == PTRACE_SYSEMU_SINGLESTEP;
	bool emulate = request == PTRACE_SYSEMU || request == PTRACE_SYSEMU_SINGLESTEP;
	bool calls = request == PTRACE_SYSCALL || emulate;
	unsigned long flags;

	if (sig > SIGNAL_MAX)
		return -EIO;
	set_flag(t, PT_SYSCALLS, calls);
	set_flag(t, PT_EMULATE, emulate);
	if (calls)
		task_work_set(t, TW_SYSCALL_TRACE);
	else if (!(t->flags & PF_STRACE))
		task_work_clear(t, TW_SYSCALL_TRACE);
	ptrace_set_step(t, step);
	flags = spin_lock_irqsave(&t->process->siglock);
	t->ptrace.exit_code = (int)sig;
	task_wake(t, TASK_TRACED);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return 0;
}

static long detach(struct task *t, unsigned long sig)
{
	unsigned long flags;

	if (sig > SIGNAL_MAX)
		return -EIO;
	ptrace_set_step(t, false);
	flags = spin_lock_irqsave(&task_list_lock);
	if (task_is_traced(t)) {
		t->ptrace.exit_code = (int)sig;
		ptrace_unlink(t);
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return 0;
}

static long interrupt(struct task *t)
{
	unsigned long flags;

	if (!(t->ptrace.flags & PT_SEIZED))
		return -EIO;
	flags = spin_lock_irqsave(&t->process->siglock);
	if (!(t->flags & PF_EXITING)) {
		t->jobctl |= JC_TRAP_STOP;
		signal_wake(t, false);
		if (t->ptrace.listening)
			task_wake(t, TASK_TRACED);
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return 0;
}

static long listen(struct task *t)
{
	unsigned long flags;
	long err = -EIO;

	if (!(t->ptrace.flags & PT_SEIZED))
		return -EIO;
	flags = spin_lock_irqsave(&t->process->siglock);
	if (t->ptrace.info && t->ptrace.info->code >> 8 == PTRACE_EVENT_STOP) {
		t->ptrace.listening = true;
		if (t->jobctl & JC_TRAP_NOTIFY)
			task_wake(t, TASK_TRACED);
		err = 0;
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return err;
}

/* ---- memory ---- */

static long peek_memory(struct task *t, unsigned long addr, unsigned long data)
{
	struct mm *mm = task_get_mm(t);
	u32 word;
	size_t n;

	if (!mm)
		return -EIO;
	n = mm_access(mm, addr, &word, sizeof(word), ACCESS_FORCE);
	mm_user_put(mm);
	return n == sizeof(word) ? put_user(word, (u32 __user *)data) : -EIO;
}

static long poke_memory(struct task *t, unsigned long addr, u32 word)
{
	struct mm *mm = task_get_mm(t);
	size_t n;

	if (!mm)
		return -EIO;
	n = mm_access(mm, addr, &word, sizeof(word), ACCESS_FORCE | ACCESS_WRITE);
	mm_user_put(mm);
	return n == sizeof(word) ? 0 : -EIO;
}

static long peek_user(struct task *t, unsigned long addr, unsigned long data)
{
	u32 value;
	long err = ptrace_peek_user(t, addr, &value);

	return err ? err : put_user(value, (u32 __user *)data);
}

/* ---- signals ---- */

static long get_siginfo(struct task *t, void __user *dst)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	struct siginfo_k info;
	bool have = t->ptrace.info != NULL;

	if (have)
		info = *t->ptrace.info;
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return have ? siginfo_to_user(dst, &info) : -EINVAL;
}

static long set_siginfo(struct task *t, const void __user *src)
{
	struct siginfo_k info;
	unsigned long flags;
	long err = siginfo_from_user(&info, src);

	if (err)
		return err;
	flags = spin_lock_irqsave(&t->process->siglock);
	if (t->ptrace.info)
		*t->ptrace.info = info;
	else
		err = -EINVAL;
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return err;
}

static long set_sigmask(struct task *t, unsigned long size, const void __user *src)
{
	unsigned long flags;
	u64 mask;

	if (size != sizeof(mask))
		return -EINVAL;
	if (get_user(mask, (const u64 __user *)src))
		return -EFAULT;
	flags = spin_lock_irqsave(&t->process->siglock);
	t->blocked = mask & ~SIGMASK_UNSTOPPABLE;
	signal_recalc(t);
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return 0;
}

/* The nth entry of a queue; false past the end. */
static bool nth_info(struct task *t, bool shared, u64 n, struct siginfo_k *info)
{
	unsigned long flags = spin_lock_irqsave(&t->process->siglock);
	struct list_head *queue = shared ? &t->process->pending.queue : &t->pending.queue;
	struct sigqueue *q;
	bool found = false;

	list_for_each_entry (q, queue, node) {
		if (n--)
			continue;
		*info = q->info;
		found = true;
		break;
	}
	spin_unlock_irqrestore(&t->process->siglock, flags);
	return found;
}

static long peek_siginfo(struct task *t, const void __user *uargs, unsigned long data)
{
	struct ptrace_peeksiginfo_abi args;
	struct siginfo_k info;
	int i;

	if (copy_from_user(&args, uargs, sizeof(args)))
		return -EFAULT;
	if ((args.flags & ~PTRACE_PEEKSIGINFO_SHARED) || args.nr < 0)
		return -EINVAL;
	for (i = 0; i < args.nr; i++, data += sizeof(struct siginfo_abi)) {
		if (!nth_info(t, args.flags & PTRACE_PEEKSIGINFO_SHARED, args.off + (u64)i, &info))
			break;
		if (siginfo_to_user((void __user *)data, &info))
			return i ? i : -EFAULT;
		if (signal_pending(current)) {
			i++;
			break;
		}
	}
	return i;
}

/* ---- system calls ---- */

static size_t fill_call_info(struct task *t, struct ptrace_syscall_info_abi *out)
{
	struct user_regs_abi r;

	memset(out, 0, sizeof(*out));
	ptrace_fill_regs(t, &r);
	out->op = t->ptrace.syscall_stop;
	out->arch = AUDIT_ARCH_I386;
	out->ip = r.eip;
	out->sp = r.esp;
	if (out->op == PTRACE_SYSCALL_INFO_ENTRY) {
		const u32 args[6] = { r.ebx, r.ecx, r.edx, r.esi, r.edi, r.ebp };

		out->entry.nr = r.orig_eax;
		for (unsigned int i = 0; i < 6; i++)
			out->entry.args[i] = args[i];
		return offsetof(struct ptrace_syscall_info_abi, entry) + sizeof(out->entry);
	}
	if (out->op == PTRACE_SYSCALL_INFO_EXIT) {
		out->exit.rval = (s32)r.eax;
		out->exit.is_error = r.eax >= (u32)-MAX_ERRNO;
		return offsetof(struct ptrace_syscall_info_abi, exit) + 9;
	}
	return offsetof(struct ptrace_syscall_info_abi, entry);
}

static long get_call_info(struct task *t, size_t size, void __user *dst)
{
	struct ptrace_syscall_info_abi info;
	size_t have = fill_call_info(t, &info);

	if (copy_to_user(dst, &info, min(size, have)))
		return -EFAULT;
	return (long)have;
}

static long set_options(struct task *t, unsigned long options)
{
	if (options & ~PTRACE_O_MASK)
		return -EINVAL;
	if (options & PTRACE_O_TRACESECCOMP)
		return -EINVAL;
	t->ptrace.options = (u32)options;
	return 0;
}

/* ---- the call ---- */

static long stopped_request(struct task *t, int request, unsigned long addr, unsigned long data)
{
	void __user *ptr = (void __user *)data;

	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
		return peek_memory(t, addr, data);
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
		return poke_memory(t, addr, data);
	case PTRACE_PEEKUSR:
		return peek_user(t, addr, data);
	case PTRACE_POKEUSR:
		return ptrace_poke_user(t, addr, data);
	case PTRACE_CONT:
	case PTRACE_SYSCALL:
	case PTRACE_SINGLESTEP:
	case PTRACE_SYSEMU:
	case PTRACE_SYSEMU_SINGLESTEP:
		return resume(t, request, data);
	case PTRACE_DETACH:
		return detach(t, data);
	case PTRACE_LISTEN:
		return listen(t);
	case PTRACE_OLDSETOPTIONS:
	case PTRACE_SETOPTIONS:
		return set_options(t, data);
	case PTRACE_GETEVENTMSG:
		return put_user((u32)t->ptrace.message, (u32 __user *)ptr);
	case PTRACE_GETSIGINFO:
		return get_siginfo(t, ptr);
	case PTRACE_SETSIGINFO:
		return set_siginfo(t, ptr);
	case PTRACE_PEEKSIGINFO:
		return peek_siginfo(t, (const void __user *)addr, data);
	case PTRACE_GETSIGMASK:
		return addr != sizeof(u64) ? -EINVAL : put_user(t->blocked, (u64 __user *)ptr);
	case PTRACE_SETSIGMASK:
		return set_sigmask(t, addr, ptr);
	case PTRACE_GET_SYSCALL_INFO:
		return get_call_info(t, addr, ptr);
	default:
		return ptrace_arch_request(t, request, addr, data);
	}
}

static bool is_ours(struct task *t)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	bool ours = task_is_traced(t) && t->ptrace.parent->process == current->process;

	spin_unlock_irqrestore(&task_list_lock, flags);
	return ours;
}

static long do_request(struct task *t, int request, unsigned long addr, unsigned long data)
{
	long ret;

	if (request == PTRACE_ATTACH || request == PTRACE_SEIZE)
		return attach(t, request == PTRACE_SEIZE, addr, data);
	if (!is_ours(t))
		return -ESRCH;
	if (request == PTRACE_KILL) {
		signal_kernel_task(SIGKILL, t);
		return 0;
	}
	if (request == PTRACE_INTERRUPT)
		return interrupt(t);
	if (!ptrace_freeze(t))
		return -ESRCH;
	ret = stopped_request(t, request, addr, data);
	ptrace_thaw(t);
	return ret;
}

asmlinkage long sys_ptrace(int request, pid_t pid, unsigned long addr, unsigned long data)
{
	struct task *t;
	long ret;

	if (request == PTRACE_TRACEME)
		return traceme();
	t = task_find_get(pid);
	if (!t)
		return -ESRCH;
	ret = do_request(t, request, addr, data);
	task_put(t);
	return ret;
}
