/* pid_misc.c - the small files of a process: comm, limits, io, OOM values, wchan, syscall... */
#include "procfs_internal.h"
#include "pid_facts.h"
#include <kernel/arch.h>
#include <kernel/mm.h>
#include <kernel/sysctl.h>

#define OOM_ADJ_MIN	      (-17) /* the old scale; -17 exempts */
#define OOM_ADJ_MAX	      15
#define OOM_SCORE_ADJ_MIN     (-1000)
#define OOM_SCORE_ADJ_MAX     1000
#define COREDUMP_FILTER	      0x33u
#define DEFAULT_TIMERSLACK_NS 50000

int proc_show_empty(struct seq *s, struct task *t, bool whole)
{
	return 0;
}

int proc_show_comm(struct seq *s, struct task *t, bool whole)
{
	char comm[17];

	pid_comm_get(t, comm);
	seq_printf(s, "%s\n", comm);
	return 0;
}

int proc_write_comm(struct task *t, char *text, size_t len)
{
	if (t->process != current->process)
		return -EINVAL;
	task_set_comm(t, text);
	return 0;
}

static void put_limit(struct seq *s, u64 value)
{
	if (value == RLIM_INFINITY)
		seq_printf(s, "%-20s ", "unlimited");
	else
		seq_printf(s, "%-20llu ", value);
}

int proc_show_limits(struct seq *s, struct task *t, bool whole)
{
	static const struct {
		const char *name, *unit;
	} rows[RLIM_NLIMITS] = {
		[RLIMIT_CPU] = { "Max cpu time", "seconds" },
		[RLIMIT_FSIZE] = { "Max file size", "bytes" },
		[RLIMIT_DATA] = { "Max data size", "bytes" },
		[RLIMIT_STACK] = { "Max stack size", "bytes" },
		[RLIMIT_CORE] = { "Max core file size", "bytes" },
		[RLIMIT_RSS] = { "Max resident set", "bytes" },
		[RLIMIT_NPROC] = { "Max processes", "processes" },
		[RLIMIT_NOFILE] = { "Max open files", "files" },
		[RLIMIT_MEMLOCK] = { "Max locked memory", "bytes" },
		[RLIMIT_AS] = { "Max address space", "bytes" },
		[RLIMIT_LOCKS] = { "Max file locks", "locks" },
		[RLIMIT_SIGPENDING] = { "Max pending signals", "signals" },
		[RLIMIT_MSGQUEUE] = { "Max msgqueue size", "bytes" },
		[RLIMIT_NICE] = { "Max nice priority", NULL },
		[RLIMIT_RTPRIO] = { "Max realtime priority", NULL },
		[RLIMIT_RTTIME] = { "Max realtime timeout", "us" },
	};

	seq_printf(s, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (unsigned int i = 0; i < RLIM_NLIMITS; i++) {
		const struct rlimit_k r = t->process->rlimits[i];

		seq_printf(s, "%-25s ", rows[i].name);
		put_limit(s, r.cur);
		put_limit(s, r.max);
		if (rows[i].unit)
			seq_printf(s, "%-10s", rows[i].unit);
		seq_putc(s, '\n');
	}
	return 0;
}

int proc_show_wchan(struct seq *s, struct task *t, bool whole)
{
	seq_puts(s, t->wchan && t->state != TASK_RUNNING && ptrace_may_access(t) ? t->wchan : "0");
	return 0;
}

/* Where a sleeping task will go on in the kernel; the log has whole traces (SysRq t). */
int proc_show_stack(struct seq *s, struct task *t, bool whole)
{
	if (t->wchan && t->state != TASK_RUNNING)
		seq_printf(s, "[<0>] %s\n", t->wchan);
	return 0;
}

static void put_call(struct seq *s, const struct regs *r)
{
	if (r->orig_eax < 0)
		seq_printf(s, "-1 0x%x 0x%x\n", r->esp, r->eip);
	else
		seq_printf(s, "%d 0x%x 0x%x 0x%x 0x%x 0x%x 0x%x 0x%x 0x%x\n", r->orig_eax, r->ebx,
			   r->ecx, r->edx, r->esi, r->edi, r->ebp, r->esp, r->eip);
}

int proc_show_syscall(struct seq *s, struct task *t, bool whole)
{
	struct regs regs;
	unsigned long flags;
	bool known = false;

	/* The stack goes when the task is reaped. */
	flags = spin_lock_irqsave(&task_list_lock);
	if (t->stack && !(t->flags & PF_KTHREAD) && !t->exit_state &&
	    (t == current || t->state != TASK_RUNNING)) {
		regs = *task_regs(t);
		known = true;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	if (known)
		put_call(s, &regs);
	else
		seq_puts(s, t->flags & PF_KTHREAD ? "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n"
						  : "running\n");
	return 0;
}

static void add_io(struct task *t, u64 io[4])
{
	io[0] += t->read_bytes;
	io[1] += t->write_bytes;
	io[2] += t->syscr;
	io[3] += t->syscw;
}

int proc_show_io(struct seq *s, struct task *t, bool whole)
{
	u64 io[4] = { 0 };
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *other;

	if (!whole || hlist_unhashed(&t->pid_node[PID_TID]))
		add_io(t, io);
	else
		for_each_thread (t->process, other)
			add_io(other, io);
	spin_unlock_irqrestore(&task_list_lock, flags);
	seq_printf(s, "rchar: %llu\nwchar: %llu\nsyscr: %llu\nsyscw: %llu\n", io[0], io[1], io[2],
		   io[3]);
	seq_printf(s, "read_bytes: %llu\nwrite_bytes: %llu\ncancelled_write_bytes: 0\n", io[0],
		   io[1]);
	return 0;
}

int proc_show_no_id(struct seq *s, struct task *t, bool whole)
{
	seq_puts(s, "4294967295");
	return 0;
}

int proc_show_personality(struct seq *s, struct task *t, bool whole)
{
	seq_printf(s, "%08x\n", t->personality);
	return 0;
}

/* ---- the OOM killer's view: as it weighs, in thousandths of two thirds ---- */

int proc_show_oom_score(struct seq *s, struct task *t, bool whole)
{
	struct mm *mm = task_get_mm(t);
	struct page_stats stats;
	long points = 0, total;

	page_get_stats(&stats);
	total = (long)max(stats.total, 1ul);
	if (mm) {
		if (t->process->oom_score_adj > OOM_SCORE_ADJ_MIN) {
			points = (long)mm_rss(mm) + t->process->oom_score_adj * (total / 1000);
			points = (1000 + (points / (total / 1000 + 1))) * 2 / 3;
		}
		mm_user_put(mm);
	}
	seq_printf(s, "%ld\n", points > 0 ? points : 0);
	return 0;
}

int proc_show_oom_score_adj(struct seq *s, struct task *t, bool whole)
{
	seq_printf(s, "%d\n", t->process->oom_score_adj);
	return 0;
}

static int set_oom_score_adj(struct task *t, s64 value)
{
	if (value < OOM_SCORE_ADJ_MIN || value > OOM_SCORE_ADJ_MAX)
		return -EINVAL;
	if (value < t->process->oom_score_adj && !capable(CAP_SYS_RESOURCE))
		return -EACCES;
	t->process->oom_score_adj = (int)value;
	return 0;
}

int proc_write_oom_score_adj(struct task *t, char *text, size_t len)
{
	const char *p = text;
	s64 value;

	return sysctl_parse_number(&p, &value) ? -EINVAL : set_oom_score_adj(t, value);
}

int proc_show_oom_adj(struct seq *s, struct task *t, bool whole)
{
	int adj = t->process->oom_score_adj;

	if (adj == OOM_SCORE_ADJ_MAX)
		adj = OOM_ADJ_MAX;
	else
		adj = adj * -OOM_ADJ_MIN / OOM_SCORE_ADJ_MAX;
	seq_printf(s, "%d\n", adj);
	return 0;
}

int proc_write_oom_adj(struct task *t, char *text, size_t len)
{
	const char *p = text;
	s64 value;

	if (sysctl_parse_number(&p, &value) || value < OOM_ADJ_MIN || value > OOM_ADJ_MAX)
		return -EINVAL;
	return set_oom_score_adj(t, value == OOM_ADJ_MAX
					    ? OOM_SCORE_ADJ_MAX
					    : (int)value * OOM_SCORE_ADJ_MAX / -OOM_ADJ_MIN);
}

/* ---- */

/* What a core file holds is fixed: private and shared anonymous memory, ELF headers. */
int proc_show_coredump_filter(struct seq *s, struct task *t, bool whole)
{
	seq_printf(s, "%08x\n", COREDUMP_FILTER);
	return 0;
}

int proc_write_coredump_filter(struct task *t, char *text, size_t len)
{
	const char *p = text;
	s64 value;

	return sysctl_parse_number(&p, &value);
}

int proc_show_timerslack(struct seq *s, struct task *t, bool whole)
{
	seq_printf(s, "%u\n", t->timer_slack_ns);
	return 0;
}

int proc_write_timerslack(struct task *t, char *text, size_t len)
{
	const char *p = text;
	s64 value;

	if (t->process != current->process && !capable(CAP_SYS_NICE))
		return -EPERM;
	if (sysctl_parse_number(&p, &value) || value < 0 || value > (s64)UINT_MAX)
		return -EINVAL;
	t->timer_slack_ns = value ? (u32)value : DEFAULT_TIMERSLACK_NS;
	return 0;
}

/* "5" resets the peak of the resident set; the other kinds clear marks that are not kept. */
int proc_write_clear_refs(struct task *t, char *text, size_t len)
{
	const char *p = text;
	struct mm *mm;
	s64 value;

	if (sysctl_parse_number(&p, &value) || value < 1 || value > 5)
		return -EINVAL;
	mm = task_get_mm(t);
	if (mm) {
		if (value == 5)
			mm->rss_peak = mm_rss(mm);
		mm_user_put(mm);
	}
	return 0;
}

/* The children a thread made; they are kept by process, so the leader tells them. */
static int next_child(struct process *p, int after)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *child;
	int best = -1;

	list_for_each_entry (child, &p->children, sibling) {
		int nr = child->tgid->nr;

		if (nr > after && (best < 0 || nr < best))
			best = nr;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return best;
}

int proc_show_children(struct seq *s, struct task *t, bool whole)
{
	int nr = 0;

	if (!task_is_leader(t))
		return 0;
	while ((nr = next_child(t->process, nr)) > 0)
		seq_printf(s, "%d ", nr);
	return 0;
}
