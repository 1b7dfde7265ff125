/*
 * fork.c - new threads and processes: clone(2) and what is made from it.
 *
 * The child starts as a byte copy of struct task; then each part is shared or copied as the flags
 * say, in an order that one ladder can undo. Nobody else sees the child before link_child().
 */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/ipc.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include <abi/sched.h>
#include "ptrace.h"
#include "task_internal.h"

#define CLONE_NAMESPACES                                                                           \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |             \
	 CLONE_NEWPID | CLONE_NEWNET)
/* At most this share of memory may be kernel stacks: a fork bomb leaves the machine usable. */
#define STACK_SHARE 8u

static int check_flags(u64 flags)
{
	if (flags & CLONE_NAMESPACES)
		return capable(CAP_SYS_ADMIN) ? -EINVAL : -EPERM;
	if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	if ((flags & CLONE_CLEAR_SIGHAND) && (flags & CLONE_SIGHAND))
		return -EINVAL;
	if ((flags & CLONE_PARENT) && !(flags & CLONE_THREAD) && current->process->is_init)
		return -EINVAL;
	if ((flags & CLONE_PIDFD) && (flags & (CLONE_DETACHED | CLONE_THREAD)))
		return -EINVAL;
	return 0;
}

unsigned long task_limit(void)
{
	struct page_stats stats;

	page_get_stats(&stats);
	return max(stats.total / (KSTACK_SIZE / PAGE_SIZE) / STACK_SHARE, 64ul);
}

static int check_limits(void)
{
	struct user *user = current_cred()->user;

	if ((u64)atomic_read(&user->processes) >= rlimit(RLIMIT_NPROC) && current_cred()->uid &&
	    !capable(CAP_SYS_RESOURCE) && !capable(CAP_SYS_ADMIN))
		return -EAGAIN;
	if (task_count() > task_limit())
		return -EAGAIN;
	return 0;
}

static int copy_mm(struct task *child, u64 flags)
{
	struct mm *mm = current->mm;

	if (!mm)
		return 0;
	if (flags & CLONE_VM) {
		mm_user_get(mm);
	} else {
		mm = mm_fork(mm);
		if (IS_ERR(mm))
			return (int)PTR_ERR(mm);
	}
	child->mm = mm;
	return 0;
}

static int copy_files(struct task *child, u64 flags)
{
	struct files *files = current->files;

	if (!files)
		return 0;
	if (flags & CLONE_FILES) {
		refcount_inc(&files->refs);
		child->files = files;
		return 0;
	}
	files = files_dup(files);
	if (IS_ERR(files))
		return (int)PTR_ERR(files);
	child->files = files;
	return 0;
}

static int copy_fs(struct task *child, u64 flags)
{
	struct fs_context *fs = current->fs;

	if (!fs)
		return 0;
	if (flags & CLONE_FS) {
		refcount_inc(&fs->refs);
		child->fs = fs;
		return 0;
	}
	child->fs = fs_context_dup(fs);
	return child->fs ? 0 : -ENOMEM;
}

static int copy_sighand(struct task *child, u64 flags)
{
	struct sighand *sighand = current->sighand;

	if (flags & CLONE_SIGHAND) {
		refcount_inc(&sighand->refs);
		child->sighand = sighand;
		return 0;
	}
	child->sighand = sighand_dup(sighand);
	if (!child->sighand)
		return -ENOMEM;
	if (flags & CLONE_CLEAR_SIGHAND)
		signal_flush_handlers(child);
	return 0;
}

static struct process *process_copy(struct task *child, const struct clone_args_k *args)
{
	struct process *p, *old = current->process;

	if (args->flags & CLONE_THREAD) {
		process_get(old);
		return old;
	}
	p = process_alloc();
	if (!p)
		return NULL;
	p->leader = child;
	p->tgid = child->pid;
	pid_get(child->pid);
	memcpy(p->rlimits, old->rlimits, sizeof(p->rlimits));
	p->oom_score_adj = old->oom_score_adj;
	p->has_child_subreaper = old->has_child_subreaper || old->child_subreaper;
	p->start_time = child->start_time;
	signal_init_process(p);
	itimer_init(p);
	return p;
}

static void clear_child(struct task *child)
{
	child->work = child->flags & PF_STRACE ? TW_SYSCALL_TRACE : 0;
	child->flags &= ~(PF_SUPERPRIV | PF_VFORK_DONE | PF_SIGNALED | PF_MEMALLOC);
	child->flags |= PF_FORKNOEXEC;
	child->exit_state = 0;
	child->exit_code = 0;
	child->pdeath_signal = 0;
	child->vfork_done = NULL;
	child->clear_child_tid = 0;
	child->robust_list = 0;
	child->futex = NULL;
	child->utime = child->stime = child->min_flt = child->maj_flt = 0;
	child->nvcsw = child->nivcsw = 0;
	child->read_bytes = child->write_bytes = child->syscr = child->syscw = 0;
	child->start_time = clock_monotonic();
	child->oom_victim = 0;
	child->in_execve = false;
#ifdef CONFIG_DEBUG
	child->held_count = 0;
#endif
	memset(child->pid_node, 0, sizeof(child->pid_node));
	/* A byte copy of the parent's: each is shared or copied below, drop_copy() skips the rest.
	 */
	child->pid = NULL;
	child->process = NULL;
	child->sighand = NULL;
	child->files = NULL;
	child->fs = NULL;
	child->mm = child->active_mm = NULL;
	child->thread.fpu = NULL;
	child->thread.iopb = NULL;
	cred_get(child->cred);
	list_init(&child->thread_node);
}

/* Makes the child known. Fails when a fatal or stop signal has to be seen first. */
static int link_child(struct task *child, const struct clone_args_k *args, int event)
{
	struct process *p = child->process, *parent = current->process;
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	spin_lock(&parent->siglock);
	signal_recalc(current);
	if (signal_pending(current)) {
		spin_unlock(&parent->siglock);
		spin_unlock_irqrestore(&task_list_lock, flags);
		return -ERESTARTNOINTR;
	}
	if (!(args->flags & CLONE_THREAD)) {
		p->parent = args->flags & CLONE_PARENT ? parent->parent : parent;
		p->tty = parent->tty;
		if (p->parent)
			list_add_tail(&p->sibling, &p->parent->children);
		list_add_tail(&p->all_node, &all_processes);
		pid_attach(child, PID_TGID, child->pid);
		p->pgid = parent->pgid;
		p->sid = parent->sid;
		pid_get(p->pgid);
		pid_get(p->sid);
		pid_attach(child, PID_PGID, p->pgid);
		pid_attach(child, PID_SID, p->sid);
	}
	pid_attach(child, PID_TID, child->pid);
	list_add_tail(&child->thread_node, &p->threads);
	p->thread_count++;
	p->live++;
	ptrace_init_child(child, args->flags, event);
	spin_unlock(&parent->siglock);
	spin_unlock_irqrestore(&task_list_lock, flags);
	atomic_inc(&child->cred->user->processes);
	return 0;
}

static int store_tids(struct task *child, const struct clone_args_k *args, int *pidfd)
{
	int err = 0;

	*pidfd = -1;
	if (args->flags & CLONE_PARENT_SETTID)
		err = put_user(child->pid->nr, (pid_t __user *)args->parent_tid);
	if (!err && (args->flags & CLONE_PIDFD)) {
		struct file *file = pidfd_file(child->pid, 0);

		if (IS_ERR(file))
			return (int)PTR_ERR(file);
		*pidfd = fd_install_new(file, O_CLOEXEC);
		if (*pidfd < 0)
			file_put(file);
		err = *pidfd < 0 ? *pidfd : put_user(*pidfd, (int __user *)args->pidfd);
	}
	if (args->flags & CLONE_CHILD_SETTID)
		child->set_child_tid = args->child_tid;
	if (args->flags & CLONE_CHILD_CLEARTID)
		child->clear_child_tid = args->child_tid;
	return err;
}

static void init_identity(struct task *child, const struct clone_args_k *args)
{
	child->exit_signal = args->flags & CLONE_THREAD	  ? -1
			     : args->flags & CLONE_PARENT ? current->process->leader->exit_signal
							  : args->exit_signal;
	if (args->flags & CLONE_CLEAR_SIGHAND)
		child->sas_size = 0;
	if ((args->flags & (CLONE_VM | CLONE_VFORK)) == CLONE_VM) {
		child->sas_sp = 0; /* a thread does not inherit its creator's signal stack */
		child->sas_size = 0;
		child->sas_flags = SS_DISABLE;
	}
}

/* Undoes copy_task(), wherever it stopped: what was not reached is NULL. */
static void drop_copy(struct task *child)
{
	arch_thread_free(child);
	if (child->mm)
		mm_user_put(child->mm);
	if (child->fs)
		fs_context_put(child->fs);
	if (child->files)
		files_put(child->files);
	if (child->sighand)
		sighand_put(child->sighand);
	if (child->process)
		process_put(child->process);
	if (child->pid)
		pid_free_unused(child->pid);
	cred_put(child->cred);
	task_free_unused(child);
}

static int copy_parts(struct task *child, const struct clone_args_k *args, struct regs *regs)
{
	int err;

	child->pid = pid_alloc();
	if (!child->pid)
		return -EAGAIN;
	child->process = process_copy(child, args);
	if (!child->process)
		return -ENOMEM;
	err = copy_sighand(child, args->flags);
	if (err)
		return err;
	signal_init_task(child);
	err = copy_files(child, args->flags);
	if (!err)
		err = copy_fs(child, args->flags);
	if (!err)
		err = copy_mm(child, args->flags);
	if (!err)
		err = arch_thread_fork(child, regs, args->stack, args->flags & CLONE_SETTLS,
				       args->tls);
	return err;
}

/* A child that is complete but not yet known to anyone; ERR_PTR. */
static struct task *copy_task(const struct clone_args_k *args, struct regs *regs)
{
	struct task *child = task_alloc();
	int err;

	if (!child)
		return ERR_PTR(-ENOMEM);
	clear_child(child);
	err = copy_parts(child, args, regs);
	if (err) {
		drop_copy(child);
		return ERR_PTR(err);
	}
	init_identity(child, args);
	sched_fork(child);
	return child;
}

/* The child has called exec or died once its vfork_done is NULL. */
static void wait_for_vfork(struct task *child, struct wait_queue *done)
{
	(void)wait_event_killable(done, !READ_ONCE(child->vfork_done));
	spin_lock(&child->alloc_lock); /* the waker holds it while it uses `done` */
	child->vfork_done = NULL;
	spin_unlock(&child->alloc_lock);
}

pid_t task_clone(const struct clone_args_k *args, struct regs *regs)
{
	DEFINE_WAIT_QUEUE(vfork_done);
	int event = ptrace_clone_event(args->flags, args->exit_signal), pidfd;
	struct task *child;
	pid_t nr;
	int err = check_flags(args->flags);

	if (!err)
		err = check_limits();
	if (err)
		return err;
	child = copy_task(args, regs);
	if (IS_ERR(child))
		return (pid_t)PTR_ERR(child);
	nr = child->pid->nr;
	err = store_tids(child, args, &pidfd);
	if (!err)
		err = link_child(child, args, event);
	if (err) {
		if (pidfd >= 0)
			fd_close(pidfd);
		drop_copy(child);
		return err;
	}
	task_get(child);
	if (args->flags & CLONE_VFORK)
		child->vfork_done = &vfork_done;
	sched_start_task(child);
	if (event)
		ptrace_event(event, (unsigned long)nr);
	if (args->flags & CLONE_VFORK) {
		wait_for_vfork(child, &vfork_done);
		ptrace_event(PTRACE_EVENT_VFORK_DONE, (unsigned long)nr);
	}
	task_put(child);
	return nr;
}

/* The first thing a child does: CLONE_CHILD_SETTID writes into its own memory. */
void task_child_started(void)
{
	u32 tid = current->set_child_tid;

	current->set_child_tid = 0;
	if (tid && put_user(current->pid->nr, (pid_t __user *)tid))
		return; /* as Linux: a bad address is the program's loss */
}

asmlinkage long sys_fork(void)
{
	struct clone_args_k args = { .exit_signal = SIGCHLD };

	return task_clone(&args, current_regs());
}

asmlinkage long sys_vfork(void)
{
	struct clone_args_k args = { .flags = CLONE_VFORK | CLONE_VM, .exit_signal = SIGCHLD };

	return task_clone(&args, current_regs());
}

asmlinkage long sys_clone(u32 flags, unsigned long stack, void __user *parent_tid,
			  unsigned long tls, void __user *child_tid)
{
	struct clone_args_k args = {
		.flags = flags & ~CSIGNAL,
		.exit_signal = (int)(flags & CSIGNAL),
		.stack = stack,
		.tls = tls,
		.parent_tid = (u32)parent_tid,
		.child_tid = (u32)child_tid,
		.pidfd = (u32)parent_tid,
	};

	if ((flags & CLONE_PIDFD) && (flags & CLONE_PARENT_SETTID))
		return -EINVAL;
	return task_clone(&args, current_regs());
}

/* struct clone_args of clone3(2): 64-bit words throughout. */
struct clone3_abi {
	u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
		set_tid_size, cgroup;
};
#define CLONE3_SIZE_VER0 64u

static bool rest_is_zero(const void __user *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		u8 c;

		if (get_user(c, (const u8 __user *)p + i) || c)
			return false;
	}
	return true;
}

asmlinkage long sys_clone3(const void __user *uargs, size_t size)
{
	struct clone3_abi a = { 0 };
	struct clone_args_k args;

	if (size < CLONE3_SIZE_VER0)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (copy_from_user(&a, uargs, min(size, sizeof(a))))
		return -EFAULT;
	if (size > sizeof(a) &&
	    !rest_is_zero((const char __user *)uargs + sizeof(a), size - sizeof(a)))
		return -E2BIG;
	if ((a.flags & CSIGNAL) || a.exit_signal > SIGNAL_MAX || a.set_tid_size || a.cgroup ||
	    (!a.stack != !a.stack_size) || (a.flags & CLONE_DETACHED) ||
	    (a.flags & (CLONE_THREAD | CLONE_PARENT) && a.exit_signal))
		return -EINVAL;
	args = (struct clone_args_k){
		.flags = a.flags,
		.exit_signal = (int)a.exit_signal,
		.stack = (u32)(a.stack + a.stack_size),
		.tls = (u32)a.tls,
		.parent_tid = (u32)a.parent_tid,
		.child_tid = (u32)a.child_tid,
		.pidfd = (u32)a.pidfd,
	};
	return task_clone(&args, current_regs());
}

asmlinkage long sys_set_tid_address(void __user *tidptr)
{
	current->clear_child_tid = (u32)tidptr;
	return current->pid->nr;
}

/* unshare(2): what needs no namespace. */
asmlinkage long sys_unshare(u32 flags)
{
	if (flags & CLONE_NAMESPACES)
		return capable(CAP_SYS_ADMIN) ? -EINVAL : -EPERM;
	if (flags &
	    ~(CLONE_FS | CLONE_FILES | CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM))
		return -EINVAL;
	if ((flags & (CLONE_VM | CLONE_SIGHAND | CLONE_THREAD)) &&
	    current->process->thread_count > 1)
		return -EINVAL;
	if ((flags & CLONE_FS) && refcount_read(&current->fs->refs) > 1) {
		struct fs_context *old = current->fs, *new = fs_context_dup(old);

		if (!new)
			return -ENOMEM;
		spin_lock(&current->alloc_lock);
		current->fs = new;
		spin_unlock(&current->alloc_lock);
		fs_context_put(old);
	}
	if ((flags & CLONE_FILES) && refcount_read(&current->files->refs) > 1) {
		struct files *old = current->files, *new = files_dup(old);

		if (IS_ERR(new))
			return PTR_ERR(new);
		spin_lock(&current->alloc_lock);
		current->files = new;
		spin_unlock(&current->alloc_lock);
		files_put(old);
	}
	return 0;
}
