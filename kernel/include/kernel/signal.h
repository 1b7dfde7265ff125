/*
 * signal.h - sending, queueing and taking signals.
 *
 * struct siginfo_k is the kernel's own form; abi/siginfo.h is what programs see. Sets are u64, bit
 * sig - 1. Standard signals queue once, real-time signals (32..64) in order, bounded by
 * RLIMIT_SIGPENDING.
 *
 * Locking: process->siglock (RANK_SIGHAND, irqsave) guards both pending sets, the handlers, the
 * blocked masks as others see them, and the stop and ptrace state.
 *
 * A system call that a signal interrupts returns -ERESTART*; the exit path in signal.c turns that
 * into a restart or EINTR.
 */
#ifndef KERNEL_SIGNAL_H
#define KERNEL_SIGNAL_H

#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/types.h>
#include <abi/signal.h> /* SIG*, SA_*, SI_*, codes, struct k_sigaction's ABI forms */

struct pid;
struct process;
struct regs;
struct task;

#define SIGNAL_MAX   64
#define sigmask(sig) (1ull << ((sig)-1))

struct siginfo_k {
	int signo, code, error;
	union {
		struct { /* kill, sigqueue, SIGCHLD */
			pid_t pid;
			uid_t uid;
			union {
				int status;
				u32 value; /* union sigval */
			};
			s32 utime, stime;
		};
		struct { /* timers */
			int timer_id, overrun;
			u32 timer_value;
			void *timer; /* kernel's, for re-arming at delivery */
		};
		struct { /* faults */
			u32 addr;
			int trapno;
		};
		struct { /* SIGPOLL */
			s32 band;
			int fd;
		};
		struct { /* SIGSYS */
			u32 call_addr;
			int syscall;
			u32 arch;
		};
	};
};

struct sigqueue {
	struct list_head node;
	struct siginfo_k info;
	struct cred *owner; /* charged against its RLIMIT_SIGPENDING; NULL: preallocated */
};

struct sigpending {
	struct list_head queue; /* struct sigqueue */
	u64 set;
};

/* handler: SIG_DFL 0, SIG_IGN 1, or a user address. */
struct k_sigaction {
	u32 handler;
	u32 flags;
	u32 restorer;
	u64 mask;
};

struct sighand { /* shared by CLONE_SIGHAND */
	struct refcount refs;
	struct k_sigaction action[SIGNAL_MAX];
};

/* To one thread, to a process, to a process group. 0 or -errno (-EAGAIN: queue full). Any context.
 */
int signal_send_task(int sig, const struct siginfo_k *info, struct task *task);
int signal_send_process(int sig, const struct siginfo_k *info, struct process *process);
int signal_send_pgrp(int sig, const struct siginfo_k *info, struct pid *pgrp);
/* The kernel's own signals (SI_KERNEL, pid 0). */
void signal_kernel_task(int sig, struct task *task);
void signal_kernel_process(int sig, struct process *process);
void signal_kernel_pgrp(int sig, struct pid *pgrp);
void signal_kernel_pgrp_locked(int sig, struct pid *pgrp); /* task_list_lock held */
/* A fault of current: cannot be blocked or ignored away. */
void signal_fault(int sig, int code, unsigned long addr, int trapno);
/* As the interrupts and killers do it: SIGKILL that cannot be missed. */
void signal_kill_process(struct process *process);

bool signal_pending(const struct task *task);
bool fatal_signal_pending(const struct task *task);
/* Recomputes the flag that signal_pending() reads; siglock held. */
void signal_recalc(struct task *task);
u64 signal_set_blocked(u64 mask); /* current's; returns the old one */
/* sigsuspend, ppoll, pselect, epoll_pwait: install for the wait; restored at the exit path. */
void signal_set_temporary_mask(u64 mask);
void signal_restore_temporary_mask(void); /* when the call ends without a handler to run */

/* Return to user mode with work pending: deliver signals, restart calls. */
void signal_deliver(struct regs *regs);
void signal_flush_handlers(struct task *task); /* exec */
void sigpending_flush(struct sigpending *pending);
void signal_init_task(struct task *task);	   /* fork: empty queue, no job control state */
void signal_init_process(struct process *process); /* a new process (not a thread) */
void signal_exit_task(struct task *task); /* a thread goes: its share of stops and signals */
struct sighand *sighand_create(void);
struct sighand *sighand_dup(struct sighand *old);
void sighand_put(struct sighand *sighand);

/*
 * Tells the parent (or tracer) that `task` stopped, went on or died and wakes its wait4(). `why`:
 * CLD_STOPPED, CLD_CONTINUED, CLD_TRAPPED, or CLD_EXITED for any death (told apart by exit_code).
 * task_list_lock held, siglock not. True: dead, and nobody will wait; the caller reaps.
 */
bool signal_notify_parent(struct task *task, int why);
/* For wait4: the stop signal not told yet (0: none); has it gone on since? `consume`: now told. */
int signal_wait_stopped(struct process *process, bool consume);
bool signal_wait_continued(struct process *process, bool consume);
/* SIGKILL to every thread but `self` (NULL: to all); siglock held. How many there were. */
unsigned int signal_kill_threads(struct process *process, struct task *self);
/* 0 or -EFAULT. */
int siginfo_to_user(void __user *dst, const struct siginfo_k *info);
int siginfo_from_user(struct siginfo_k *info, const void __user *src);
/* May current send it? info NULL: from a user. task_list_lock held. 0, -EPERM. */
int signal_check_permission(int sig, struct task *task);

/* Takes the first pending signal not in `mask` (a blocked set); 0 = none. siglock held. */
int signal_dequeue(struct task *task, u64 mask, struct siginfo_k *info);
/* signalfd and sigtimedwait wait here: woken for every signal sent to the process. */
extern void signalfd_notify(struct process *process);

#endif
