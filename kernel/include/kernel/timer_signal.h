/*
 * timer_signal.h - between the timers of a process and its signals. siglock is held throughout.
 *
 * A POSIX timer owns the queue entry of its signal. Taking the signal, or throwing it away, hands
 * the entry back to its timer, which starts its next interval; so does taking SIGALRM for
 * ITIMER_REAL.
 */
#ifndef KERNEL_TIMER_SIGNAL_H
#define KERNEL_TIMER_SIGNAL_H

#include <kernel/signal.h>

/* signal_send.c. To a thread, or through it to its process: 0 or -EAGAIN. */
int signal_send_locked(int sig, const struct siginfo_k *info, struct task *task, bool group);
/* Queues a timer's own entry (thread NULL: to the process): 1 = it was ignored, 0 = queued. */
int signal_send_timer(struct sigqueue *q, struct process *process, struct task *thread);

/* posix_timer.c, itimer.c */
void posix_timer_dequeued(struct sigqueue *q, struct siginfo_k *info);
void posix_timer_signal_dropped(struct sigqueue *q);
void itimer_real_rearm(struct process *process);

#endif
