/*
 * pid_stat.c - /proc/PID/stat, statm, schedstat, sched: one line of numbers for ps and top.
 * The fields are those of proc(5).
 */
#include "procfs_internal.h"
#include "pid_facts.h"
#include <kernel/arch.h>
#include <kernel/fs.h>
#include <kernel/math64.h>
#include <kernel/mm.h>
#include <kernel/tty.h>

#define LINUX_PF_EXITING    0x00000004u
#define LINUX_PF_FORKNOEXEC 0x00000040u
#define LINUX_PF_SUPERPRIV  0x00000100u
#define LINUX_PF_SIGNALED   0x00000400u
#define LINUX_PF_KTHREAD    0x00200000u

u64 proc_ticks(u64 ns)
{
	return div_u64(ns, (u32)(NSEC_PER_SEC / HZ));
}

char proc_task_state(const struct task *t)
{
	const u32 state = READ_ONCE(t->state);

	if (t->exit_state == EXIT_ZOMBIE)
		return 'Z';
	if (t->exit_state == EXIT_DEAD || (state & TASK_DEAD))
		return 'X';
	if (state & TASK_STOPPED)
		return 'T';
	if (state & TASK_TRACED)
		return 't';
	if (state & TASK_INTERRUPTIBLE)
		return 'S';
	if (state & TASK_UNINTERRUPTIBLE)
		return t->flags & PF_KTHREAD ? 'I' : 'D';
	return 'R';
}

/* task_list_lock held. */
static void gather_signals(struct task *t, struct pid_facts *f)
{
	spin_lock(&t->process->siglock);
	f->pending = t->pending.set;
	f->shared_pending = t->process->pending.set;
	f->blocked = t->blocked;
	for (int sig = 1; t->sighand && sig <= SIGNAL_MAX; sig++) {
		u32 handler = t->sighand->action[sig - 1].handler;

		if (handler == 1)
			f->ignored |= sigmask(sig);
		else if (handler)
			f->caught |= sigmask(sig);
	}
	spin_unlock(&t->process->siglock);
}

static void gather_family(struct task *t, struct pid_facts *f)
{
	struct process *p = t->process;

	f->ppid = p->parent ? p->parent->tgid->nr : 0;
	f->tracer = t->ptrace.flags && t->ptrace.parent ? task_tgid(t->ptrace.parent) : 0;
	f->pgrp = p->pgid->nr;
	f->session = p->sid->nr;
	f->threads = p->thread_count;
}

static void add_faults(const struct task *t, struct pid_facts *f)
{
	f->min_flt += t->min_flt;
	f->maj_flt += t->maj_flt;
}

static void gather_usage(struct task *t, bool whole, struct pid_facts *f)
{
	struct process *p = t->process;
	struct task *other;
	u64 u, s;

	if (!whole) {
		task_cpu_times(t, &f->utime, &f->stime);
		add_faults(t, f);
		return;
	}
	f->utime = p->dead_threads.utime;
	f->stime = p->dead_threads.stime;
	f->min_flt = p->dead_threads.min_flt;
	f->maj_flt = p->dead_threads.maj_flt;
	for_each_thread (p, other) {
		task_cpu_times(other, &u, &s);
		f->utime += u;
		f->stime += s;
		add_faults(other, f);
	}
}

int pid_facts_get(struct task *t, bool whole, struct pid_facts *f)
{
	unsigned long flags;
	int err = -ESRCH;

	memset(f, 0, sizeof(*f));
	flags = spin_lock_irqsave(&task_list_lock);
	if (!hlist_unhashed(&t->pid_node[PID_TID])) {
		gather_family(t, f);
		gather_signals(t, f);
		gather_usage(t, whole, f);
		err = 0;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return err;
}

void pid_comm_get(struct task *t, char comm[17])
{
	spin_lock(&t->alloc_lock);
	memcpy(comm, t->comm, sizeof(t->comm));
	spin_unlock(&t->alloc_lock);
	comm[16] = 0;
}

static u32 linux_flags(const struct task *t)
{
	return (t->flags & PF_EXITING ? LINUX_PF_EXITING : 0) |
	       (t->flags & PF_FORKNOEXEC ? LINUX_PF_FORKNOEXEC : 0) |
	       (t->flags & PF_SUPERPRIV ? LINUX_PF_SUPERPRIV : 0) |
	       (t->flags & PF_SIGNALED ? LINUX_PF_SIGNALED : 0) |
	       (t->flags & PF_KTHREAD ? LINUX_PF_KTHREAD : 0);
}

static bool is_rt(const struct task *t)
{
	return t->policy == 1 || t->policy == 2;
}

static void put_family(struct seq *s, struct task *t, const struct pid_facts *f)
{
	pid_t tty_pgrp = -1;
	u32 tty_nr = t->exit_state ? 0 : tty_process_device(t->process, &tty_pgrp);

	tty_nr = (u32)dev_encode64(tty_nr);
	if (!tty_nr)
		tty_pgrp = -1;
	seq_printf(s, " %d %d %d %u %d %u", f->ppid, f->pgrp, f->session, tty_nr, tty_pgrp,
		   linux_flags(t));
}

static void put_times(struct seq *s, struct task *t, const struct pid_facts *f, bool whole)
{
	static const struct rusage_k none;
	const struct rusage_k *dead = whole ? &t->process->dead_children : &none;

	seq_printf(s, " %llu %llu %llu %llu %llu %llu %llu %llu", f->min_flt, dead->min_flt,
		   f->maj_flt, dead->maj_flt, proc_ticks(f->utime), proc_ticks(f->stime),
		   proc_ticks(dead->utime), proc_ticks(dead->stime));
	seq_printf(s, " %d %d %u 0 %llu", is_rt(t) ? -1 - t->rt_priority : 20 + t->nice, t->nice,
		   f->threads, proc_ticks((u64)t->start_time));
}

static void put_memory(struct seq *s, struct task *t, struct mm *mm, bool permitted)
{
	const u64 limit = t->process->rlimits[RLIMIT_RSS].cur;

	seq_printf(s, " %lu %lu %lu", mm ? mm->total_vm << PAGE_SHIFT : 0, mm ? mm_rss(mm) : 0,
		   limit > LONG_MAX ? 0xfffffffful : (unsigned long)limit);
	if (mm && permitted)
		seq_printf(s, " %lu %lu %lu", mm->start_code, mm->end_code, mm->start_stack);
	else
		seq_puts(s, mm ? " 1 1 0" : " 0 0 0");
}

/* kstkesp and kstkeip: 0 but for a program that is dumping core, as on Linux. */
static void put_signals(struct seq *s, struct task *t, const struct pid_facts *f, bool permitted)
{
	seq_printf(s, " 0 0 %llu %llu %llu %llu %d 0 0 %d 0 %d %d 0 0 0",
		   f->pending & 0x7fffffffull, f->blocked & 0x7fffffffull,
		   f->ignored & 0x7fffffffull, f->caught & 0x7fffffffull,
		   permitted && t->state != TASK_RUNNING, t->exit_signal,
		   is_rt(t) ? t->rt_priority : 0, t->policy);
}

static void put_layout(struct seq *s, struct mm *mm, bool permitted)
{
	if (mm && permitted)
		seq_printf(s, " %lu %lu %lu %lu %lu %lu %lu", mm->start_data, mm->end_data,
			   mm->start_brk, mm->arg_start, mm->arg_end, mm->env_start, mm->env_end);
	else
		seq_puts(s, " 0 0 0 0 0 0 0");
}

int proc_show_stat(struct seq *s, struct task *t, bool whole)
{
	const bool permitted = ptrace_may_access(t);
	struct pid_facts f;
	struct mm *mm;
	char comm[17];
	int err = pid_facts_get(t, whole, &f);

	if (err)
		return err;
	mm = task_get_mm(t);
	pid_comm_get(t, comm);
	seq_printf(s, "%d (%s) %c", task_tid(t), comm, proc_task_state(t));
	put_family(s, t, &f);
	put_times(s, t, &f, whole);
	put_memory(s, t, mm, permitted);
	put_signals(s, t, &f, permitted);
	put_layout(s, mm, permitted);
	seq_printf(s, " %d\n", permitted ? t->exit_code : 0);
	if (mm)
		mm_user_put(mm);
	return 0;
}

int proc_show_statm(struct seq *s, struct task *t, bool whole)
{
	struct mm *mm = task_get_mm(t);
	unsigned long shared, text;

	if (!mm) {
		seq_puts(s, "0 0 0 0 0 0 0\n");
		return 0;
	}
	shared = (unsigned long)(atomic_read(&mm->rss_file) + atomic_read(&mm->rss_shmem));
	text = (ALIGN_UP(mm->end_code, PAGE_SIZE) - (mm->start_code & PAGE_MASK)) >> PAGE_SHIFT;
	seq_printf(s, "%lu %lu %lu %lu 0 %lu 0\n", mm->total_vm, mm_rss(mm), shared, text,
		   mm->data_vm + mm->stack_vm);
	mm_user_put(mm);
	return 0;
}

int proc_show_schedstat(struct seq *s, struct task *t, bool whole)
{
	seq_printf(s, "%llu 0 %llu\n", t->se.sum_exec, t->nvcsw + t->nivcsw);
	return 0;
}

static void put_ns(struct seq *s, const char *name, u64 ns)
{
	u32 rest;
	u64 ms = div_u64_rem(ns, (u32)NSEC_PER_MSEC, &rest);

	seq_printf(s, "%-45s:%14llu.%06u\n", name, ms, rest);
}

static void put_number(struct seq *s, const char *name, u64 value)
{
	seq_printf(s, "%-45s:%21llu\n", name, value);
}

int proc_show_sched(struct seq *s, struct task *t, bool whole)
{
	char comm[17];

	pid_comm_get(t, comm);
	seq_printf(s, "%s (%d, #threads: %u)\n", comm, task_tid(t), t->process->thread_count);
	for (int i = 0; i < 67; i++)
		seq_putc(s, '-');
	seq_putc(s, '\n');
	put_ns(s, "se.exec_start", (u64)t->se.exec_start);
	put_ns(s, "se.vruntime", t->se.vruntime);
	put_ns(s, "se.sum_exec_runtime", t->se.sum_exec);
	put_number(s, "se.nr_migrations", 0);
	put_number(s, "nr_switches", t->nvcsw + t->nivcsw);
	put_number(s, "nr_voluntary_switches", t->nvcsw);
	put_number(s, "nr_involuntary_switches", t->nivcsw);
	put_number(s, "se.load.weight", t->se.weight);
	put_number(s, "policy", (u64)t->policy);
	put_number(s, "prio", (u64)(is_rt(t) ? 99 - t->rt_priority : 120 + t->nice));
	return 0;
}
