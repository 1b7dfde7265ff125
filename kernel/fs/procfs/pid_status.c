/* pid_status.c - /proc/PID/status: the same and more, for people and for tools that read names. */
#include "procfs_internal.h"
#include "pid_facts.h"
#include <kernel/mm.h>

static const char *state_text(char state)
{
	switch (state) {
	case 'R':
		return "R (running)";
	case 'S':
		return "S (sleeping)";
	case 'D':
		return "D (disk sleep)";
	case 'I':
		return "I (idle)";
	case 'T':
		return "T (stopped)";
	case 't':
		return "t (tracing stop)";
	case 'Z':
		return "Z (zombie)";
	default:
		return "X (dead)";
	}
}

static void put_head(struct seq *s, struct task *t, const struct pid_facts *f)
{
	struct fs_context *fs = task_get_fs(t);
	char comm[17];

	pid_comm_get(t, comm);
	seq_puts(s, "Name:\t");
	seq_escape(s, comm, "\n\\");
	if (fs) {
		seq_printf(s, "\nUmask:\t%04o", fs->umask);
		fs_context_put(fs);
	}
	seq_printf(s, "\nState:\t%s\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n",
		   state_text(proc_task_state(t)), task_tgid(t), task_tid(t), f->ppid, f->tracer);
}

static void put_ids(struct seq *s, struct task *t, const struct cred *c, const struct pid_facts *f)
{
	struct files *files = task_get_files(t);

	seq_printf(s, "Uid:\t%u\t%u\t%u\t%u\n", c->uid, c->euid, c->suid, c->fsuid);
	seq_printf(s, "Gid:\t%u\t%u\t%u\t%u\n", c->gid, c->egid, c->sgid, c->fsgid);
	seq_printf(s, "FDSize:\t%u\nGroups:\t", files ? files->size : 0);
	if (files)
		files_put(files);
	for (unsigned int i = 0; c->groups && i < c->groups->count; i++)
		seq_printf(s, "%s%u", i ? " " : "", c->groups->gid[i]);
	seq_printf(s, " \nNStgid:\t%d\nNSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\n", task_tgid(t),
		   task_tid(t), f->pgrp, f->session);
}

static void put_kb(struct seq *s, const char *name, unsigned long pages)
{
	seq_printf(s, "%s:\t%8lu kB\n", name, pages * (PAGE_SIZE / 1024));
}

static unsigned long count_of(const struct atomic *a)
{
	int n = atomic_read(a);

	return n > 0 ? (unsigned long)n : 0;
}

static unsigned long table_pages(const struct mm *mm)
{
	unsigned long n = 0;

	for (unsigned int i = 0; i < PGD_KERNEL; i++)
		n += pte_present(mm->pgd[i]);
	return n;
}

static void put_memory(struct seq *s, struct mm *mm)
{
	unsigned long rss = mm_rss(mm), text;

	text = (ALIGN_UP(mm->end_code, PAGE_SIZE) - (mm->start_code & PAGE_MASK)) >> PAGE_SHIFT;
	text = min(text, mm->exec_vm);
	put_kb(s, "VmPeak", mm->total_vm);
	put_kb(s, "VmSize", mm->total_vm);
	put_kb(s, "VmLck", mm->locked_vm);
	put_kb(s, "VmPin", 0);
	put_kb(s, "VmHWM", max(mm->rss_peak, rss));
	put_kb(s, "VmRSS", rss);
	put_kb(s, "RssAnon", count_of(&mm->rss_anon));
	put_kb(s, "RssFile", count_of(&mm->rss_file));
	put_kb(s, "RssShmem", count_of(&mm->rss_shmem));
	put_kb(s, "VmData", mm->data_vm);
	put_kb(s, "VmStk", mm->stack_vm);
	put_kb(s, "VmExe", text);
	put_kb(s, "VmLib", mm->exec_vm - text);
	put_kb(s, "VmPTE", table_pages(mm));
	put_kb(s, "VmSwap", count_of(&mm->swapped));
	seq_puts(s, "CoreDumping:\t0\nTHP_enabled:\t0\n");
}

static void put_signals(struct seq *s, struct task *t, const struct cred *c,
			const struct pid_facts *f)
{
	seq_printf(s, "Threads:\t%u\nSigQ:\t%d/%llu\n", f->threads,
		   c->user ? atomic_read(&c->user->sigpending) : 0,
		   t->process->rlimits[RLIMIT_SIGPENDING].cur);
	seq_printf(s, "SigPnd:\t%016llx\nShdPnd:\t%016llx\nSigBlk:\t%016llx\n", f->pending,
		   f->shared_pending, f->blocked);
	seq_printf(s, "SigIgn:\t%016llx\nSigCgt:\t%016llx\n", f->ignored, f->caught);
}

static void put_caps(struct seq *s, const struct cred *c)
{
	seq_printf(s, "CapInh:\t%016llx\nCapPrm:\t%016llx\nCapEff:\t%016llx\n", c->cap_inheritable,
		   c->cap_permitted, c->cap_effective);
	seq_printf(s, "CapBnd:\t%016llx\nCapAmb:\t%016llx\n", c->cap_bounding, c->cap_ambient);
	seq_printf(s, "NoNewPrivs:\t%u\nSeccomp:\t0\nSeccomp_filters:\t0\n", c->no_new_privs);
	seq_puts(s, "Speculation_Store_Bypass:\tnot vulnerable\n"
		    "SpeculationIndirectBranch:\tnot affected\n");
}

int proc_show_status(struct seq *s, struct task *t, bool whole)
{
	struct pid_facts f;
	struct cred *c;
	struct mm *mm;
	int err = pid_facts_get(t, whole, &f);

	if (err)
		return err;
	c = task_get_cred(t);
	mm = task_get_mm(t);
	put_head(s, t, &f);
	put_ids(s, t, c, &f);
	if (mm) {
		put_memory(s, mm);
		mm_user_put(mm);
	}
	put_signals(s, t, c, &f);
	put_caps(s, c);
	cred_put(c);
	seq_puts(s, "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n"
		    "Mems_allowed:\t1\nMems_allowed_list:\t0\n");
	seq_printf(s, "voluntary_ctxt_switches:\t%llu\nnonvoluntary_ctxt_switches:\t%llu\n",
		   t->nvcsw, t->nivcsw);
	return 0;
}
