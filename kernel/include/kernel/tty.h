/*
 * tty.h - terminals: the line discipline between a driver and programs; controlling terminals.
 *
 * A driver makes a struct tty for each line (virtual console, serial port, pty end) with its ops and
 * feeds received bytes by tty_receive(), from any context. The tty core owns termios, the canonical
 * and raw input buffers, echo, signals, job control, flow control, window size, hang-up. Output goes
 * through OPOST processing to ops->write(), which takes what it can and says how much.
 *
 * Locking: tty->lock (mutex, RANK_TTY) serialises readers, writers and ioctls as Linux does
 * (atomic writes); tty->input_lock (spinlock, irqsave) guards the input ring and what receive
 * touches; process->tty and tty->session/pgrp are guarded by the process's siglock and tty->ctl_lock.
 * References: tty_get/put; a tty lives while open, controlled, or its driver holds it.
 */
#ifndef KERNEL_TTY_H
#define KERNEL_TTY_H

#include <kernel/types.h>
#include <kernel/wait.h>

struct file;
struct pid;
struct process;
struct tty;

/* exit.c: a session leader dies: hang-up to the foreground group, the terminal is let go. */
void tty_session_exit(struct process *leader);
/* setsid(): the caller's process has no controlling terminal any more. */
void tty_clear_controlling(struct process *process);
/* /proc/PID/stat: device number (as dev_encode64 >> 0) and foreground group; 0 and -1 without one. */
u32 tty_process_device(struct process *process, pid_t *foreground_pgrp);

#endif
