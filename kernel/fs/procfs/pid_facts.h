/* pid_facts.h - what stat and status tell of a task, taken in one moment. */
#ifndef PROCFS_PID_FACTS_H
#define PROCFS_PID_FACTS_H

#include <kernel/task.h>

struct pid_facts {
	pid_t ppid, tracer, pgrp, session;
	unsigned int threads;
	u64 pending, shared_pending, blocked, ignored, caught;
	u64 utime, stime, min_flt, maj_flt;
};

/* whole: usage of the process, else of the thread. 0 or -ESRCH. */
int pid_facts_get(struct task *task, bool whole, struct pid_facts *facts);
void pid_comm_get(struct task *task, char comm[17]);

#endif
