/* tty_internal.h - between the files of the tty core. Locks as in <kernel/tty.h>. */
#ifndef KERNEL_TTY_INTERNAL_H
#define KERNEL_TTY_INTERNAL_H

#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/tty.h>
#include "n_tty.h"

#define PTS_MAJOR     136
#define TTY_RING      2048u /* received bytes that wait for the line discipline */
#define TTY_ECHO_LEFT 512u  /* echo that waits for the driver */
/* A write(2) goes in pieces: so much from the program, so much processed. One page holds both. */
#define TTY_WRITE_IN   1024u
#define TTY_WRITE_OUT  (PAGE_SIZE - TTY_WRITE_IN)
#define TTY_READ_PIECE 256u
/* Ring nearly full, nearly empty: throttle. */
#define TTY_THROTTLE_AT	  (TTY_RING / 2)
#define TTY_UNTHROTTLE_AT 128u
/* So little pending that a poller may write again. */
#define TTY_WAKEUP_CHARS 256u

/* What an open file keeps. */
struct tty_file {
	struct tty *tty;
	u32 hangups;	 /* of the tty when it was opened */
	bool is_console; /* opened as /dev/console or /dev/tty0: TIOCCONS; outlives hang-ups */
};

/* tty_core.c */
struct tty *tty_console(void); /* what /dev/console is; referenced, or ERR_PTR */
extern const struct file_ops tty_fops;
struct tty *tty_find(unsigned int major, unsigned int minor);
/* For a pty's peer and the like: file->private is set up, the tty referenced and opened. */
int tty_open_file(struct tty *tty, struct file *file, bool noctty, bool console);
struct tty *tty_of_file(struct file *file); /* NULL: no tty_fops file */

static inline struct tty_file *tty_file(struct file *file)
{
	return file->private;
}
static inline bool tty_file_dead(struct file *file)
{
	struct tty_file *tf = file->private;

	return !tf->is_console && tf->hangups != READ_ONCE(tf->tty->hangups);
}

/* tty_input.c */
extern const struct n_tty_ops tty_n_ops;
int tty_buffers_alloc(struct tty *tty);
void tty_buffers_free(struct tty *tty);
void tty_process_locked(struct tty *tty); /* ring to line discipline */
void tty_flush_input_locked(struct tty *tty);
void tty_unthrottle_locked(struct tty *tty);
void tty_send_flow_char(struct tty *tty, bool stop); /* TCIOFF, IXOFF; locked */

/* tty_output.c */
ssize_t tty_write(struct file *file, struct iov_iter *from, loff_t *pos);
void tty_put_echo(struct tty *tty, const u8 *bytes, size_t n);
void tty_flush_output_locked(struct tty *tty);
void tty_stop_locked(struct tty *tty, bool stop);
size_t tty_room(struct tty *tty);
size_t tty_pending(struct tty *tty);
/* Until all is sent; -ERESTARTSYS. `ns`: at most. */
int tty_drain(struct tty *tty, s64 ns);
/* TIOCCONS: who gets what is written to the console. */
int tty_redirect_console(struct file *file);

/* tty_read.c */
ssize_t tty_read(struct file *file, struct iov_iter *to, loff_t *pos);
u32 tty_poll(struct file *file, struct poll_table *pt);

/* tty_ioctl.c, tty_termios.c */
long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
/* The ioctls about modes: -ENOIOCTLCMD if it is none of them. `tty` is whose modes are meant. */
long tty_termios_ioctl(struct tty *tty, unsigned int cmd, unsigned long arg);
void tty_set_termios_locked(struct tty *tty, const struct termios2_abi *want);

/* tty_jobctl.c */
/* 0, -EIO, or -ERESTARTSYS with `sig` sent to the caller's group. */
int tty_check_change(struct tty *tty, int sig);
void tty_maybe_take_controlling(struct tty *tty, struct file *file);
long tty_jobctl_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg);
/* Group and session ids of a terminal as its pty master sees them too. */
long tty_get_pgrp(struct tty *tty, unsigned long arg);
long tty_get_sid(struct tty *tty, unsigned long arg);
/* The controlling terminal of current, referenced; NULL. */
struct tty *tty_get_current(void);
/* No process of the session has it as controlling terminal any more. `tell`: SIGHUP to leaders. */
void tty_clear_session(struct tty *tty, bool tell);

#endif
