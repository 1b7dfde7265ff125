/* cpu_clock.c - see cpu_clock.h. */
#include <kernel/errno.h>
#include <kernel/task.h>
#include <abi/time.h>
#include "cpu_clock.h"

struct task *cpu_clock_task(int clock, bool *thread)
{
	struct task *t = current;
	pid_t pid;

	*thread = clock == CLOCK_THREAD_CPUTIME_ID;
	if (clock >= 0) {
		task_get(t);
		return t;
	}
	if (CPUCLOCK_WHAT(clock) == 3)
		return NULL;
	*thread = clock & CPUCLOCK_THREAD_BIT;
	pid = CPUCLOCK_PID(clock);
	if (!pid) {
		task_get(t);
		return t;
	}
	t = task_find_get(pid);
	/* A thread's clock is for its own process; a process goes by its leader's number. */
	if (t && (*thread ? t->process != current->process : !task_is_leader(t))) {
		task_put(t);
		t = NULL;
	}
	return t;
}

s64 cpu_clock_sample(int clock, struct task *task, bool thread)
{
	u64 user, system;

	if (thread)
		task_cpu_times(task, &user, &system);
	else
		process_cpu_times(task->process, &user, &system);
	if (clock < 0 && CPUCLOCK_WHAT(clock) == CPUCLOCK_VIRT)
		return (s64)user;
	return (s64)(user + system);
}

int cpu_clock_read(int clock, s64 *ns)
{
	bool thread;
	struct task *t = cpu_clock_task(clock, &thread);

	if (!t)
		return -EINVAL;
	*ns = cpu_clock_sample(clock, t, thread);
	task_put(t);
	return 0;
}
