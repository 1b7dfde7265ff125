/* kthread.c - kernel threads: tasks without an address space of their own, and process 0 and 1. */
#include <kernel/arch.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/kthread.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <abi/sched.h>
#include "task_internal.h"

void kthread_returned(void);

/* Number 0: the idle task, and the group and session of kernel threads. In no hash. */
static struct pid swapper_pid;

/* Fills a task made from nothing or from its creator: a process of its own that ignores signals. */
static int make_process(struct task *t)
{
	unsigned long flags;
	struct process *p;

	t->pid = pid_alloc();
	p = t->pid ? process_alloc() : NULL;
	t->sighand = p ? sighand_create() : NULL;
	if (!t->sighand)
		return -ENOMEM;
	p->leader = t;
	p->tgid = t->pid;
	pid_get(t->pid);
	t->process = p;
	signal_init_process(p);
	signal_init_task(t);
	itimer_init(p);
	for (int i = 0; i < RLIM_NLIMITS; i++)
		p->rlimits[i] = (struct rlimit_k){ RLIM_INFINITY, RLIM_INFINITY };
	p->pgid = p->sid = &swapper_pid; /* not its own, so that process 1 can call setsid() */
	pid_get(&swapper_pid);
	pid_get(&swapper_pid);
	p->start_time = t->start_time = clock_monotonic();
	flags = spin_lock_irqsave(&task_list_lock);
	pid_attach(t, PID_TID, t->pid);
	pid_attach(t, PID_TGID, t->pid);
	pid_attach(t, PID_PGID, &swapper_pid);
	pid_attach(t, PID_SID, &swapper_pid);
	list_add_tail(&t->thread_node, &p->threads);
	p->thread_count = p->live = 1;
	list_add_tail(&p->all_node, &all_processes);
	spin_unlock_irqrestore(&task_list_lock, flags);
	return 0;
}

void kthread_serve_reclaim(void)
{
	current->flags |= PF_MEMALLOC;
}

struct task *kthread_create(int (*fn)(void *), void *arg, const char *name)
{
	struct task *t = task_alloc();
	int err;

	if (!t)
		return ERR_PTR(-ENOMEM);
	memset((char *)t + offsetof(struct task, state), 0,
	       offsetof(struct task, stack) - offsetof(struct task, state));
	memset(&t->refs + 1, 0, sizeof(*t) - offsetof(struct task, refs) - sizeof(t->refs));
	spin_init(&t->alloc_lock, RANK_SPIN, "task");
	list_init(&t->traced);
	list_init(&t->thread_node);
	t->flags = PF_KTHREAD;
	t->exit_signal = SIGCHLD;
	t->cred = &init_cred;
	cred_get(t->cred);
	atomic_inc(&t->cred->user->processes);
	strscpy(t->comm, name, sizeof(t->comm));
	err = make_process(t);
	if (err)
		panic("no memory for the kernel thread %s", name);
	arch_thread_setup_kernel(t, fn, arg);
	sched_fork(t);
	sched_start_task(t);
	return t;
}

/* fn came back: either it called exec and a user frame waits at the top of the stack, or it is
 * over. */
void kthread_returned(void)
{
	if (current->flags & PF_KTHREAD)
		task_exit(0);
}

/* The boot context becomes the idle task: process 0, on no list, never blocked. */
void __init task_make_idle(void)
{
	static struct process idle_process;
	static struct task idle;

	refcount_set(&swapper_pid.refs, 1);
	wait_queue_init(&swapper_pid.wait);
	idle.pid = &swapper_pid;
	idle.process = &idle_process;
	idle.flags = PF_KTHREAD;
	idle.cred = &init_cred;
	idle.refs = (struct refcount)REFCOUNT_INIT(1);
	idle.active_mm = &kernel_mm;
	idle.stack = NULL;
	list_init(&idle.traced);
	strscpy(idle.comm, "swapper", sizeof(idle.comm));
	idle_process.leader = &idle;
	idle_process.tgid = &swapper_pid;
	list_init(&idle_process.threads);
	list_init(&idle_process.children);
	this_cpu()->idle = &idle;
	current = &idle;
}

/* Turns the calling kernel thread into the first of the user processes. */
void task_become_init(void)
{
	struct process *p = current->process;

	init_task = current;
	p->is_init = true;
	p->rlimits[RLIMIT_STACK] = (struct rlimit_k){ 8u << 20, RLIM_INFINITY };
	p->rlimits[RLIMIT_NOFILE] = (struct rlimit_k){ 1024, 4096 };
	p->rlimits[RLIMIT_CORE] = (struct rlimit_k){ 0, RLIM_INFINITY };
	p->rlimits[RLIMIT_MEMLOCK] = (struct rlimit_k){ 64u << 10, 64u << 10 };
	p->rlimits[RLIMIT_MSGQUEUE] = (struct rlimit_k){ 819200, 819200 };
	p->rlimits[RLIMIT_NICE] = p->rlimits[RLIMIT_RTPRIO] = (struct rlimit_k){ 0, 0 };
	p->rlimits[RLIMIT_NPROC] = p->rlimits[RLIMIT_SIGPENDING] =
		(struct rlimit_k){ task_limit() / 2, task_limit() / 2 };
	p->group_flags |= PG_UNKILLABLE;
}
