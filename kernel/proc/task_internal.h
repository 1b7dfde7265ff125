/*
 * task_internal.h - what fork, exit, wait, exec and the scheduler share about a task's life.
 *
 *   task_alloc() -> (fork.c fills it) -> sched_start_task() -> ... -> task_exit() -> EXIT_ZOMBIE
 *   -> reaped by wait4(), or by itself when nobody waits -> EXIT_DEAD; the stack goes after the
 *   last switch away (task_put_dead()), the structure with the last reference.
 */
#ifndef TASK_INTERNAL_H
#define TASK_INTERNAL_H

#include <kernel/task.h>

struct task *task_alloc(void); /* with a stack; refs 2: the list's and the running task's; NULL */
void task_free_unused(struct task *task); /* was never started */
void task_put_dead(struct task *task);	  /* after the last switch away */
struct process *process_alloc(void);
void sched_idle_loop(void) __noreturn;
void task_make_idle(void);
void task_become_init(void);
unsigned long task_limit(void); /* how many threads memory allows */
u64 sched_switch_count(void);
void pid_init(void);
void task_cache_init(void);
unsigned long task_count(void); /* threads that exist */
/* Detaches a zombie from all lists; task_list_lock held. The caller then task_put()s it. */
void task_unlink(struct task *task);
/* Tells the parent of a dead leader whose last thread just went; task_list_lock held. */
bool task_leader_is_done(struct task *task);
/* Adds one thread's or process's usage to a sum. */
void usage_add_task(struct rusage_k *sum, struct task *task);
void usage_add(struct rusage_k *sum, const struct rusage_k *more);
void process_usage(struct process *process, struct rusage_k *out);

/* Leaves the old address space for `new` (NULL at exit); returns the old with its reference. */
struct mm *task_release_mm(struct task *task, struct mm *new);

#endif
