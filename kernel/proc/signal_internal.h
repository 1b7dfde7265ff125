/*
 * signal_internal.h - what the files of the signal code share.
 *
 * signal_queue.c  the pending sets          signal_send.c   choosing a thread, special signals
 * signal_stop.c   job control, SIGCHLD      signal_deliver.c  the way out to user mode
 * signal_table.c  pure decisions            siginfo.c       to and from programs
 */
#ifndef PROC_SIGNAL_INTERNAL_H
#define PROC_SIGNAL_INTERNAL_H

#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/timer_signal.h>

#define SIG_DFL_HANDLER 0u
#define SIG_IGN_HANDLER 1u
/* What neither can be blocked nor handled. */
#define SIGMASK_UNSTOPPABLE (sigmask(SIGKILL) | sigmask(SIGSTOP))
#define SIGMASK_STOP	    (sigmask(SIGSTOP) | sigmask(SIGTSTP) | sigmask(SIGTTIN) | sigmask(SIGTTOU))
/* Raised by what the thread itself just did: these come first. */
#define SIGMASK_SYNCHRONOUS                                                                        \
	(sigmask(SIGSEGV) | sigmask(SIGBUS) | sigmask(SIGILL) | sigmask(SIGTRAP) |                 \
	 sigmask(SIGFPE) | sigmask(SIGSYS))

/* --- signal_table.c: pure */
enum signal_default {
	SIGDEF_TERM,
	SIGDEF_CORE,
	SIGDEF_STOP,
	SIGDEF_IGNORE,
	SIGDEF_CONT
};
enum signal_default signal_default_action(int sig);
static inline bool signal_default_ignored(int sig)
{
	enum signal_default d = signal_default_action(sig);

	return d == SIGDEF_IGNORE || d == SIGDEF_CONT;
}

/* What becomes of an interrupted system call that returned `error`. */
enum signal_restart {
	RESTART_NOT, /* the result stands */
	RESTART_EINTR,
	RESTART_CALL, /* the same call again */
	RESTART_BLOCK /* restart_syscall() */
};
enum signal_restart signal_restart_decide(long error, bool handler, u32 sa_flags);

enum siginfo_layout {
	SIL_KILL,
	SIL_RT,
	SIL_TIMER,
	SIL_FAULT,
	SIL_CHLD,
	SIL_POLL,
	SIL_SYS
};
enum siginfo_layout siginfo_layout(int sig, int code);
/* The lowest signal of `set`, synchronous ones first; 0 = none. */
int signal_first(u64 set);

/* --- signal_queue.c: siglock held, but for alloc and free */
struct sigqueue *sigqueue_alloc(struct cred *owner, u64 limit, bool override_limit);
void sigqueue_free(struct sigqueue *q);
void sigpending_init(struct sigpending *p);
void sigpending_add(struct sigpending *p, int sig, struct sigqueue *q); /* q may be NULL */
/* Takes the oldest `sig` out; *info is filled (empty when it was sent without). */
void sigpending_take(struct sigpending *p, int sig, struct siginfo_k *info);
void sigpending_flush_mask(struct sigpending *p, u64 mask);

/* --- signal_send.c */
struct sighand *process_sighand(struct process *process); /* siglock held; NULL: all dead */
void signal_wake(struct task *task, bool fatal);
bool signal_is_ignored(struct task *task, int sig);
void signal_fill_user(struct siginfo_k *info, int sig, int code); /* SI_USER of current */
/* SIGSEGV for a frame that could not be written; fatal when `sig` is SIGSEGV itself. */
void signal_force_segv(int sig);

/* --- signal_stop.c; siglock held, `*flags` of its irqsave; returns with it held */
/* After a stop ended or began elsewhere: tells the parent what PG_CLD_* says, if anything. */
void signal_tell_parent(unsigned long *flags);
/* Starts or joins a group stop; true: stopped and went on; false: the tracer is to trap. */
bool signal_group_stop(int sig, unsigned long *flags);
/* current counts as stopped now; true: it was the last one. */
bool signal_join_stop(struct task *task);
/* Marks a thread to stop with its group; false: it is dying. */
bool signal_set_stop_pending(struct task *task);
/* Tells the tracer of `task`, or its process's parent, that it stopped or went on. task_list_lock
 * held, siglock not. */
void signal_notify_stop(struct task *task, bool for_tracer, int why);
/* What sending `sig` does to job control at once; false: drop the signal. */
bool signal_prepare(int sig, struct task *task);

/* --- coredump.c: returns whether an image was written. */
bool coredump_write(const struct siginfo_k *info);

static inline void task_work_set(struct task *t, u32 bits)
{
	arch_atomic_or((unsigned long *)&t->work, bits);
}
static inline void task_work_clear(struct task *t, u32 bits)
{
	arch_atomic_and((unsigned long *)&t->work, ~(unsigned long)bits);
}

#endif
