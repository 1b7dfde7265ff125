/*
 * task.h - threads (struct task), processes (struct process), process ids (struct pid).
 *
 * A task is one thread with its kernel stack. A process is what POSIX calls so: the threads that
 * share a thread-group id, their resource limits, timers, pending signals, terminal and children.
 * A struct pid is a number with the tasks that go by it as thread, process, group or session; it
 * stays valid while referenced though the number's bearer died.
 *
 * Locking:
 *   task_list_lock (spinlock, RANK_TASKS, irqsave)  parents, children, threads, pid links, ptrace
 * links. process->siglock (RANK_SIGHAND, irqsave)        signals, group exit, job control, itimers.
 *   task->alloc_lock (RANK_SPIN)                    task->mm, files, fs as others see them; comm.
 *   run-queue fields                                the run queue's lock (sched.c).
 * A task reads its own mm, files, fs, cred without lock.
 * References: task_get/put keep the structure; the stack goes when the task is dead and reaped.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include <kernel/cred.h>
#include <kernel/kthread.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/percpu.h>
#include <kernel/rbtree.h>
#include <kernel/signal.h>
#include <kernel/time.h>
#include <kernel/types.h>
#include <kernel/wait.h>
#include <abi/resource.h>
#include <arch/thread.h> /* struct arch_thread: saved stack, FPU, TLS, debug registers */

struct files;
struct fs_context;
struct futex_state;
struct mm;
struct tty;
struct posix_timer;

enum pid_type {
	PID_TID,
	PID_TGID,
	PID_PGID,
	PID_SID,
	PID_TYPES
};

struct pid {
	pid_t nr;
	struct refcount refs;
	struct hlist_node hash_node;
	struct hlist_head tasks[PID_TYPES]; /* struct task.pid_node[type] */
	struct wait_queue wait;		    /* pidfd poll: the process died */
};
struct pid *pid_alloc(void);	/* NULL: no memory or no number */
struct pid *pid_find(pid_t nr); /* task_list_lock held; not referenced */
struct pid *pid_find_get(pid_t nr);
void pid_get(struct pid *pid);
void pid_put(struct pid *pid);
void pid_attach(struct task *task, enum pid_type type, struct pid *pid); /* task_list_lock held */
void pid_detach(struct task *task, enum pid_type type);
void pid_free_unused(struct pid *pid); /* no task got it: fork failed */
void pid_change(struct task *task, enum pid_type type, struct pid *pid);
#define for_each_pid_task(t, pid, type)                                                            \
	hlist_for_each_entry (t, &(pid)->tasks[type], pid_node[type])
extern unsigned int pid_max;
pid_t pid_last(void);		    /* the newest number: /proc/loadavg */
unsigned long pid_made_count(void); /* numbers ever given out: tasks made since boot */

/* task->flags */
#define PF_EXITING	  1u
#define PF_KTHREAD	  2u
#define PF_FORKNOEXEC	  4u
#define PF_VFORK_DONE	  8u
#define PF_SUPERPRIV	  16u
#define PF_USED_MATH	  32u
#define PF_MEMALLOC	  64u  /* is freeing memory: may use the reserve, does not recurse */
#define PF_STRACE	  128u /* system calls are printed */
#define PF_SIGNALED	  256u
#define PF_LOCAL_THROTTLE 512u /* makes memory clean itself: never waits until others have */

/* task->work: why the way back to user mode takes the slow path. */
#define TW_SIGPENDING	 1u
#define TW_RESTORE_MASK	 2u
#define TW_SYSCALL_TRACE 4u /* ptrace or strace wants calls */
#define TW_SINGLESTEP	 8u
#define TW_NOTIFY	 16u

/* process->group_flags; siglock */
#define PG_EXITING     1u /* every thread ends with group_exit_code */
#define PG_STOPPED     2u /* job control: all threads are stopped, by stop_signal */
#define PG_CONTINUED   4u /* SIGCONT ended a stop; wait4(WCONTINUED) has not told yet */
#define PG_CLD_STOPPED 8u /* the parent is to be told, by the thread that goes on */
#define PG_CLD_CONT    16u
#define PG_UNKILLABLE  32u /* process 1: takes only what it handles */

/* task->jobctl; siglock */
#define JC_STOP_DEQUEUED 1u  /* took a stop signal and is about to act on it */
#define JC_STOP_PENDING	 2u  /* has to stop with its group */
#define JC_STOP_CONSUME	 4u  /* ... and counts in stop_count */
#define JC_TRAP_STOP	 8u  /* has to trap into its tracer */
#define JC_TRAP_NOTIFY	 16u /* ... to tell that job control changed */
#define JC_TRAP_MASK	 (JC_TRAP_STOP | JC_TRAP_NOTIFY)
#define JC_PENDING_MASK	 (JC_STOP_PENDING | JC_TRAP_MASK)

/* What a task keeps for ptrace; ptrace.c */
struct ptrace_state {
	u32 flags; /* PT_*; 0 = not traced */
	u32 options;
	struct task *parent;   /* the tracer */
	struct list_head node; /* in tracer's `traced` */
	unsigned long message;
	struct siginfo_k *info; /* while stopped for a signal */
	int exit_code;		/* what the stop reports */
	bool stopped;
	bool listening;
	bool frozen;	 /* a request is at work on it: nothing wakes it */
	u8 syscall_stop; /* 1 entry, 2 exit: for GET_SYSCALL_INFO */
};

struct sched_entity {
	struct rb_node node;	   /* fair: by vruntime */
	struct list_head rt_node;  /* real-time: FIFO of a priority */
	u64 vruntime;		   /* weighted ns */
	s64 exec_start;		   /* when it was given the CPU */
	u64 sum_exec, picked_exec; /* now, and when it was last given the CPU */
	s64 slice_end;
	u32 weight;
	bool on_rq;
};

struct task {
	/* hot: the scheduler and the system-call path */
	struct arch_thread thread;
	u32 state;	      /* TASK_* of wait.h */
	u32 work;	      /* TW_* */
	u32 flags;	      /* PF_* */
	struct mm *mm;	      /* NULL: kernel thread */
	struct mm *active_mm; /* whose page directory is loaded */
	void *stack;
	struct refcount refs;

	struct sched_entity se;
	int policy;	 /* SCHED_* */
	int nice;	 /* -20..19 */
	int rt_priority; /* 1..99 */
	int prio;	 /* effective */
	u32 reset_on_fork;
	u64 nvcsw, nivcsw;

	/* identity */
	struct process *process;
	struct pid *pid; /* own thread id */
	struct hlist_node
		pid_node[PID_TYPES];  /* TGID, PGID, SID: only the group leader hangs there */
	struct list_head thread_node; /* in process->threads */
	char comm[16];
	struct cred *cred;

	struct files *files;
	struct fs_context *fs;
	struct spinlock alloc_lock;

	/* signals; process->siglock */
	struct sighand *sighand;
	struct sigpending pending;
	u64 blocked, real_blocked, saved_mask;
	u32 jobctl; /* JC_* */
	u32 sas_sp, sas_size, sas_flags;
	struct {
		long (*fn)(struct task *task); /* restart_syscall() goes on here */
		u32 arg[6];
		s64 deadline;
	} restart;
	struct ptrace_state ptrace;
	struct list_head traced; /* tasks this one traces */

	/* death */
	int exit_state;	 /* 0, EXIT_ZOMBIE, EXIT_DEAD */
	int exit_code;	 /* wait status form */
	int exit_signal; /* to the parent when the leader dies; -1: none (thread) */
	int pdeath_signal;
	struct wait_queue *vfork_done; /* parent waits here, guarded by alloc_lock */

	/* threads */
	u32 set_child_tid, clear_child_tid; /* user addresses */
	u32 robust_list;
	struct futex_state *futex;

	/* accounting, ns */
	u64 utime, stime;
	s64 start_time; /* monotonic */
	u64 min_flt, maj_flt;
	u64 read_bytes, write_bytes, syscr, syscw;
	u32 timer_slack_ns;
	struct rb_node *reserved_rb;
#ifdef CONFIG_DEBUG
	struct held_lock held_locks[16]; /* sleeping ones; lock_debug.c */
	unsigned int held_count;
#endif
	u32 keep_caps;
	u32 personality; /* personality(2); inherited */
	u16 ioprio;	 /* ioprio_set(2): class << 13 | level */
	bool in_execve;
	u8 oom_victim;
	struct wait_entry *sleep_entry;
	const char *wchan;
};
#define EXIT_ZOMBIE 1
#define EXIT_DEAD   2

struct rusage_k {
	u64 utime, stime, min_flt, maj_flt, nvcsw, nivcsw, inblock, oublock;
	unsigned long maxrss; /* pages */
};

struct itimer_k {
	s64 value, interval; /* ns; value: CPU time at which it fires */
};

struct process {
	struct list_head all_node; /* in all_processes, task_list_lock */
	struct refcount refs;
	struct spinlock siglock;
	struct list_head threads; /* struct task.thread_node */
	unsigned int thread_count;
	unsigned int live; /* threads that did not begin to exit */
	struct task *leader;
	struct pid *tgid;
	struct pid *pgid, *sid; /* task_list_lock */

	struct process *parent;	   /* real parent */
	struct list_head children; /* sibling */
	struct list_head sibling;
	struct wait_queue wait_child; /* wait4() of any thread */
	bool child_subreaper, has_child_subreaper;

	/* signals */
	struct sigpending pending;
	struct task *group_exec; /* thread that does exec and waits for the others */
	int group_exit_code;
	u32 group_flags;	 /* PG_EXITING, PG_STOPPED, ... signal.c */
	int stop_signal;	 /* being stopped by */
	int stop_report;	 /* stop signal that wait4(WUNTRACED) has not told yet; 0 = none */
	unsigned int stop_count; /* threads that still have to stop */
	struct wait_queue signalfd_wait;

	struct tty *tty; /* controlling terminal; siglock */
	bool session_leader;
	s64 start_time;

	struct rlimit_k rlimits[RLIM_NLIMITS];
	struct itimer_k itimer[2]; /* virtual, profile */
	struct timer real_timer;   /* ITIMER_REAL */
	s64 real_interval;
	struct list_head posix_timers;
	int next_timer_id;

	struct rusage_k dead_threads, dead_children;
	int oom_score_adj;
	bool is_init;
	u32 cpu_timers_armed;
	struct spinlock cpu_lock;
	struct sem_undo_list *sem_undo; /* SEM_UNDO of System V semaphores; sysv_sem.c */
};

extern struct spinlock task_list_lock;
extern struct task *init_task;	       /* process 1's first thread */
extern struct list_head all_processes; /* struct process.all_node */

void task_get(struct task *task);
void task_put(struct task *task);
void process_get(struct process *process);
void process_put(struct process *process);
struct task *task_find(pid_t tid); /* task_list_lock held */
struct task *task_find_get(pid_t tid);
struct process *process_find_get(pid_t pid);
/* Another task's resources, referenced, or NULL when it has none (any more). */
struct mm *task_get_mm(struct task *task);
struct files *task_get_files(struct task *task);
struct fs_context *task_get_fs(struct task *task);
void task_set_comm(struct task *task, const char *name);

static inline pid_t task_tid(const struct task *t)
{
	return t->pid->nr;
}
static inline pid_t task_tgid(const struct task *t)
{
	return t->process->tgid->nr;
}
static inline bool task_is_leader(const struct task *t)
{
	return t->process->leader == t;
}
static inline u64 rlimit(unsigned int which)
{
	return READ_ONCE(current->process->rlimits[which].cur);
}

/* Visits every process, task_list_lock held. */
#define for_each_process(p)   list_for_each_entry (p, &all_processes, all_node)
#define for_each_thread(p, t) list_for_each_entry (t, &(p)->threads, thread_node)

/* fork.c */
struct clone_args_k {
	u64 flags; /* CLONE_* */
	u32 stack, tls;
	u32 parent_tid, child_tid, pidfd; /* user addresses */
	int exit_signal;
};
pid_t task_clone(const struct clone_args_k *args, struct regs *regs);
void task_child_started(void); /* the child's first step, on its way to user mode */
/* exit.c */
void task_exit(int code) __noreturn;	/* this thread; code in wait status form */
void process_exit(int code) __noreturn; /* all threads */
void task_reap(struct task *task);	/* a zombie; task_list_lock held */
/* The same of one that may not be the leader: the leader, if it waited for that, is now reported.
 */
void task_reap_thread(struct task *task);
void rusage_to_abi(const struct rusage_k *usage, struct rusage_abi *out);
/* One process's whole usage (threads alive and dead); takes task_list_lock. */
void process_get_usage(struct process *process, struct rusage_k *out);
/* sched.h has the rest. */
void sched_init(void);
void sched_fork(struct task *child);
void sched_exec(void);
void sched_start_task(struct task *task);
bool task_wake(struct task *task, u32 states); /* true: it slept in one of these and now runs */
void task_wake_up_new(struct task *task);
void sched_yield(void);
void sched_tick(s64 now);
void sched_set_nice(struct task *task, int nice);
int sched_set_policy(struct task *task, int policy, int rt_priority);
unsigned long sched_nr_running(void);
u64 sched_switch_count(void);
unsigned long task_count(void);		       /* threads that exist */
unsigned long task_limit(void);		       /* how many threads memory allows */
void sched_load_average(unsigned long avg[3]); /* fixed point, 11 bits */
void task_cpu_times(struct task *task, u64 *utime, u64 *stime);
void process_cpu_times(struct process *process, u64 *utime, u64 *stime);

/* exec.c */
int task_exec(const char *filename, int dfd, int at_flags, const char __user *const __user *argv,
	      const char __user *const __user *envp);
int kernel_exec(const char *filename, const char *const *argv, const char *const *envp);

/* futex.c: robust list, PI futexes, clear_child_tid; in exit and exec, while the mm is there */
void futex_exit_task(struct task *task);
/* itimer.c, posix_timer.c */
void itimer_init(struct process *process); /* fork, after the structure was cleared or copied */
void itimer_exit(struct process *process); /* the last thread went */
void itimer_account(struct task *task, u64 ns, bool user); /* the tick, interrupts off */
void posix_timers_exit(struct process *process);	   /* exec, and the last thread went */

/* jobs.c */
bool pgrp_is_orphaned(struct pid *pgrp, struct process *ignored);
/* ptrace.c; kernel/proc/ptrace.h has what fork, exec, exit and wait need besides */
void ptrace_syscall_stop(struct regs *regs, bool entry);
void ptrace_event(int event, unsigned long message);
int ptrace_signal(int sig, struct siginfo_k *info, struct regs *regs); /* what to deliver; 0 none */
void ptrace_detach_all(struct task *tracer);			       /* exit */
void ptrace_unlink(struct task *task);				       /* task_list_lock held */
bool ptrace_may_access(struct task *task);

#endif
