/* usage.c - resource usage as programs see it. */
#include <kernel/math64.h>
#include <kernel/mm.h>
#include <kernel/task.h>
#include "task_internal.h"

static void split_time(u64 ns, s32 *sec, s32 *usec)
{
	u32 rest;

	*sec = (s32)div_u64_rem(ns, NSEC_PER_SEC, &rest);
	*usec = (s32)(rest / 1000);
}

void rusage_to_abi(const struct rusage_k *u, struct rusage_abi *out)
{
	*out = (struct rusage_abi){
		.maxrss = (s32)(u->maxrss * (PAGE_SIZE / 1024)),
		.minflt = (s32)u->min_flt,
		.majflt = (s32)u->maj_flt,
		.inblock = (s32)u->inblock,
		.oublock = (s32)u->oublock,
		.nvcsw = (s32)u->nvcsw,
		.nivcsw = (s32)u->nivcsw,
	};
	split_time(u->utime, &out->utime_sec, &out->utime_usec);
	split_time(u->stime, &out->stime_sec, &out->stime_usec);
}

static unsigned long peak_pages(struct process *p)
{
	struct mm *mm = task_get_mm(p->leader);
	unsigned long now, peak;

	if (!mm)
		return 0;
	now = (unsigned long)(atomic_read(&mm->rss_anon) + atomic_read(&mm->rss_file) +
			      atomic_read(&mm->rss_shmem));
	peak = max(now, mm->rss_peak);
	mm_user_put(mm);
	return peak;
}

void process_get_usage(struct process *p, struct rusage_k *out)
{
	unsigned long peak = peak_pages(p);
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	process_usage(p, out);
	out->maxrss = max(out->maxrss, peak);
	spin_unlock_irqrestore(&task_list_lock, flags);
}
