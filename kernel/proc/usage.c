/* usage.c - resource usage as programs see it. */
#include <kernel/math64.h>
#include <kernel/page.h>
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
		.maxrss = (s32)(u->maxrss * (PAGE_SIZE / 1024)), .minflt = (s32)u->min_flt,
		.majflt = (s32)u->maj_flt, .inblock = (s32)u->inblock, .oublock = (s32)u->oublock,
		.nvcsw = (s32)u->nvcsw, .nivcsw = (s32)u->nivcsw,
	};
	split_time(u->utime, &out->utime_sec, &out->utime_usec);
	split_time(u->stime, &out->stime_sec, &out->stime_usec);
}

void process_get_usage(struct process *p, struct rusage_k *out)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);

	process_usage(p, out);
	spin_unlock_irqrestore(&task_list_lock, flags);
}
