/*
 * exit.c - how threads and processes end.
 *
 * A thread gives back what it holds, tells whom it concerns, and schedules away for ever. Its
 * structure stays until it is reaped: a leader by its parent's wait, after its last thread is gone;
 * another thread by itself unless it is traced.
 */
#include <kernel/arch.h>
#include <kernel/files.h>
#include <kernel/ipc.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/syscall.h>
#include <kernel/tty.h>
#include <abi/sched.h>
#include "ptrace.h"
#include "task_internal.h"

void usage_add(struct rusage_k *sum, const struct rusage_k *more)
{
	sum->utime += more->utime;
	sum->stime += more->stime;
	sum->min_flt += more->min_flt;
	sum->maj_flt += more->maj_flt;
	sum->nvcsw += more->nvcsw;
	sum->nivcsw += more->nivcsw;
	sum->inblock += more->inblock;
	sum->oublock += more->oublock;
	sum->maxrss = max(sum->maxrss, more->maxrss);
}

void usage_add_task(struct rusage_k *sum, struct task *t)
{
	struct rusage_k u = {
		.min_flt = t->min_flt,
		.maj_flt = t->maj_flt,
		.nvcsw = t->nvcsw,
		.nivcsw = t->nivcsw,
		.inblock = t->read_bytes / 512,
		.oublock = t->write_bytes / 512,
	};

	task_cpu_times(t, &u.utime, &u.stime);
	usage_add(sum, &u);
}

/* All threads, dead and alive; task_list_lock held. */
void process_usage(struct process *p, struct rusage_k *out)
{
	struct task *t;

	*out = p->dead_threads;
	for_each_thread (p, t)
		usage_add_task(out, t);
}

/* vfork's parent may go on: the address space is not needed any more. */
static void end_vfork(struct task *t)
{
	spin_lock(&t->alloc_lock);
	if (t->vfork_done) {
		struct wait_queue *done = t->vfork_done;

		t->vfork_done = NULL;
		wake_up_all(done);
	}
	spin_unlock(&t->alloc_lock);
}

/* Also exec's: leaves the old address space, which is returned with its reference. */
struct mm *task_release_mm(struct task *t, struct mm *new)
{
	struct mm *old = t->mm, *borrowed = old ? NULL : t->active_mm;

	futex_exit_task(t);
	spin_lock(&t->alloc_lock);
	local_irq_disable();
	t->mm = new;
	t->active_mm = new ? new : old;
	if (new)
		mm_activate(new);
	else if (old)
		mm_get(old); /* now a borrowed one, like a kernel thread's */
	local_irq_enable();
	spin_unlock(&t->alloc_lock);
	if (borrowed)
		mm_put(borrowed);
	end_vfork(t);
	return old;
}

static void exit_mm(struct task *t)
{
	struct mm *mm = t->mm;

	if (!mm) {
		end_vfork(t);
		return;
	}
	t->process->dead_threads.maxrss = max(t->process->dead_threads.maxrss, mm->rss_peak);
	task_release_mm(t, NULL);
	mm_user_put(mm);
}

static void exit_files(struct task *t)
{
	struct files *files = t->files;
	struct fs_context *fs = t->fs;

	spin_lock(&t->alloc_lock);
	t->files = NULL;
	t->fs = NULL;
	spin_unlock(&t->alloc_lock);
	if (files)
		files_put(files);
	if (fs)
		fs_context_put(fs);
}

/* The last thread's share of what belongs to the process. True: it was the last one. */
static bool exit_process_parts(struct task *t)
{
	struct process *p = t->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	bool last = --p->live == 0;

	/* As Linux: without exit_group() the status is the last thread's. */
	if (last && !(p->group_flags & PG_EXITING)) {
		p->group_flags |= PG_EXITING;
		p->group_exit_code = t->exit_code;
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	if (!last)
		return false;
	if (p->is_init)
		panic("process 1 (%s) ended with status %#x", t->comm, p->group_exit_code);
	timer_cancel_sync(&p->real_timer);
	itimer_exit(p);
	posix_timers_exit(p);
	sem_exit(p);
	if (p->session_leader)
		tty_session_exit(p);
	return true;
}

/* Whom an orphan goes to: a subreaper among the ancestors, else process 1. */
static struct process *find_reaper(struct process *p)
{
	if (p->has_child_subreaper)
		for (struct process *a = p->parent; a; a = a->parent)
			if (a->child_subreaper && a->live)
				return a;
	return init_task->process;
}

static bool has_stopped_member(struct pid *pgrp)
{
	struct task *t;

	for_each_pid_task (t, pgrp, PID_PGID)
		if (t->process->group_flags & PG_STOPPED)
			return true;
	return false;
}

/* A stopped job that just lost the last who could continue it gets SIGHUP and SIGCONT (POSIX). */
static void release_orphaned_job(struct pid *pgrp, struct process *leaving)
{
	if (!pgrp_is_orphaned(pgrp, leaving) || !has_stopped_member(pgrp))
		return;
	signal_kernel_pgrp_locked(SIGHUP, pgrp);
	signal_kernel_pgrp_locked(SIGCONT, pgrp);
}

static void reparent_one(struct process *child, struct process *reaper, struct process *old)
{
	struct task *leader = child->leader;

	list_move_tail(&child->sibling, &reaper->children);
	child->parent = reaper;
	if (leader->pdeath_signal) {
		struct siginfo_k info = { .signo = leader->pdeath_signal, .code = SI_USER };

		signal_send_process(leader->pdeath_signal, &info, child);
	}
	leader->exit_signal = SIGCHLD;
	if (task_leader_is_done(leader) && !task_is_traced(leader) &&
	    signal_notify_parent(leader, CLD_EXITED)) {
		leader->exit_state = EXIT_DEAD;
		task_reap(leader);
	}
	if (child->pgid != old->pgid && child->sid == old->sid)
		release_orphaned_job(child->pgid, old);
}

/* task_list_lock held. */
static void reparent_children(struct process *p)
{
	struct process *child, *next, *reaper;

	if (list_empty(&p->children))
		return;
	reaper = find_reaper(p);
	list_for_each_entry_safe (child, next, &p->children, sibling)
		reparent_one(child, reaper, p);
}

bool task_leader_is_done(struct task *t)
{
	return t->exit_state == EXIT_ZOMBIE && t->process->thread_count == 1;
}

/* Takes a zombie off every list and drops the list's reference; task_list_lock held. */
void task_reap(struct task *t)
{
	struct process *p = t->process;

	t->exit_state = EXIT_DEAD;
	if (task_is_traced(t))
		ptrace_unlink(t);
	spin_lock(&p->siglock);
	if (!task_is_leader(t))
		usage_add_task(&p->dead_threads, t);
	list_del_init(&t->thread_node);
	p->thread_count--;
	spin_unlock(&p->siglock);
	pid_detach(t, PID_TID);
	if (task_is_leader(t)) {
		pid_detach(t, PID_TGID);
		pid_detach(t, PID_PGID);
		pid_detach(t, PID_SID);
		list_del_init(&p->sibling);
		list_del_init(&p->all_node);
	}
	if (p->group_exec)
		task_wake(p->group_exec, TASK_UNINTERRUPTIBLE);
	sighand_put(t->sighand);
	t->sighand = NULL;
	task_put(t);
}

void task_reap_thread(struct task *t)
{
	struct task *leader = t->process->leader;

	task_reap(t);
	if (leader != t && task_leader_is_done(leader) && signal_notify_parent(leader, CLD_EXITED))
		task_reap(leader);
}

static void exit_notify_thread(struct task *t)
{
	if (!task_is_traced(t) || signal_notify_parent(t, CLD_EXITED))
		task_reap_thread(t);
}

static void exit_notify(struct task *t, bool last)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p = t->process;

	if (last) {
		reparent_children(p);
		if (p->parent && p->parent->pgid != p->pgid && p->parent->sid == p->sid)
			release_orphaned_job(p->pgid, p);
	}
	t->exit_state = EXIT_ZOMBIE;
	wake_up_all(&t->pid->wait);
	if (p->group_exec)
		task_wake(p->group_exec, TASK_UNINTERRUPTIBLE);
	if (!task_is_leader(t))
		exit_notify_thread(t);
	else if (t->flags & PF_KTHREAD) /* nobody's child */
		task_reap(t);
	else if ((task_leader_is_done(t) || task_is_traced(t)) &&
		 signal_notify_parent(t, CLD_EXITED))
		task_reap(t);
	t->state = TASK_DEAD;
	spin_unlock_irqrestore(&task_list_lock, flags);
}

void task_exit(int code)
{
	struct task *t = current;
	bool last;

	if (in_interrupt())
		panic("an interrupt handler died");
	if (t == this_cpu()->idle)
		panic("the idle task died");
	ptrace_event(PTRACE_EVENT_EXIT, (unsigned long)code);
	t->flags |= PF_EXITING;
	t->exit_code = code;
	signal_exit_task(t);
	last = exit_process_parts(t);
	exit_mm(t);
	exit_files(t);
	ptrace_detach_all(t);
	atomic_add(&t->cred->user->processes, -1);
	preempt_disable(); /* from here to the last switch nobody may see a half-dead current */
	exit_notify(t, last);
	preempt_enable_no_resched();
	schedule();
	panic("a dead task was scheduled");
}

void process_exit(int code)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);

	if (p->group_flags & PG_EXITING) {
		code = p->group_exit_code;
	} else if (p->thread_count > 1) {
		p->group_flags |= PG_EXITING;
		p->group_exit_code = code;
		signal_kill_threads(p, current);
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	task_exit(code);
}

asmlinkage long sys_exit(int code)
{
	task_exit((code & 0xff) << 8);
}

asmlinkage long sys_exit_group(int code)
{
	process_exit((code & 0xff) << 8);
}
