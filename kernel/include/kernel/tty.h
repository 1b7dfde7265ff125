/*
 * tty.h - terminals: the line discipline between a driver and programs; controlling terminals.
 *
 * A driver makes a struct tty for each line (virtual console, serial port, pty slave) with its ops
 * and feeds received bytes by tty_receive(), from any context; a thread ("ttyd") takes them through
 * the line discipline. Who is a task already may call tty_receive_now() instead. The tty core owns
 * termios, the input buffers, echo, signals, job control, flow control, window size, hang-up.
 * Output goes through OPOST processing to ops->write(), which takes what it can and says how much;
 * tty_wake_writers() tells that it can take more.
 *
 * Locking: tty->lock (mutex, RANK_TTY) guards termios, the line discipline, open_count and window
 * size, and is held around every op but those marked otherwise. tty->atomic_write (mutex, RANK_TTY,
 * taken before lock) makes one write(2) whole. tty->input_lock (spinlock, irqsave) guards the ring
 * of received bytes. tty->ctl_lock (spinlock, irqsave) guards session, pgrp and packet state;
 * process->tty is guarded by the process's siglock and set to a tty only while that tty's session
 * is the process's own, under task_list_lock.
 * References: tty_get/put. process->tty is not counted: a tty that goes takes itself off the
 * processes of its session first.
 */
#ifndef KERNEL_TTY_H
#define KERNEL_TTY_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/types.h>
#include <kernel/wait.h>
#include <abi/termios.h>

struct file;
struct n_tty;
struct pid;
struct poll_table;
struct process;
struct tty;
struct tty_driver;

/* enum of what came with a received byte, as kernel/tty/n_tty.h has it. */
enum tty_input {
	TTY_IN_NORMAL,
	TTY_IN_BREAK,
	TTY_IN_PARITY,
	TTY_IN_OVERRUN
};

/* A NULL slot: what the comment says. All but `free` and `room` run under tty->lock. */
struct tty_ops {
	int (*open)(struct tty *tty);	/* first open, or first after a hang-up; 0 */
	void (*close)(struct tty *tty); /* last close; output is drained or dropped */
	/* All files are dead; the next open() calls ops->open() again. NULL: goes on as it is. */
	void (*hangup)(struct tty *tty);
	/* Takes what it can of processed bytes, does not sleep. */
	size_t (*write)(struct tty *tty, const u8 *bytes, size_t n);
	size_t (*room)(struct tty *tty);	  /* bytes write() would take. Any context. */
	size_t (*pending)(struct tty *tty);	  /* taken, not yet sent; 0. Any context. */
	void (*write_end)(struct tty *tty);	  /* a write(2) or an echo is over: show it */
	void (*flush_output)(struct tty *tty);	  /* drop what is pending */
	void (*stop)(struct tty *tty, bool stop); /* hold back what is pending */
	/* Input buffers fill up (true) or have room again. */
	void (*throttle)(struct tty *tty, bool on);
	void (*send_now)(struct tty *tty, u8 c); /* flow control, before all else; write() */
	void (*input_taken)(struct tty *tty);	 /* a reader made room */
	void (*termios_changed)(struct tty *tty, const struct termios2_abi *old);
	void (*winsize_changed)(struct tty *tty);
	int (*get_modem)(struct tty *tty); /* TIOCM_*; -ENOTTY */
	int (*set_modem)(struct tty *tty, unsigned int set, unsigned int clear);
	int (*send_break)(struct tty *tty, bool on); /* -ENOTTY */
	bool (*carrier)(struct tty *tty);	     /* open() waits for it unless CLOCAL; true */
	bool (*drained)(struct tty *tty);	     /* nothing on the wire either; true */
	void (*packet_event)(struct tty *tty, unsigned int status); /* TIOCPKT_*: a pty tells */
	/* -ENOIOCTLCMD: go on with the core's. Called without tty->lock. */
	long (*ioctl)(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg);
	void (*free)(struct tty *tty); /* last reference went; NULL: it is static */
};

#define TTY_RESET_TERMIOS 1u /* modes go back to the initial ones with the last close */
#define TTY_NO_CTTY	  2u

struct tty_driver {
	const char *name; /* "tty", "ttyS", "pts/" */
	unsigned int major, first_minor, count;
	unsigned int first_number; /* in the name, of first_minor */
	u32 flags;		   /* TTY_* */
	const struct tty_ops *ops;
	struct termios2_abi termios; /* initial */
	/* The line of a minor (from 0), referenced; made if need be. ERR_PTR(-ENXIO, ...). */
	struct tty *(*find)(struct tty_driver *driver, unsigned int index);
	struct list_head node;
};

struct tty {
	struct tty_driver *driver;
	unsigned int index;
	void *private; /* the driver's */
	struct refcount refs;

	struct mutex lock;
	struct termios2_abi termios;
	struct winsize_abi winsize;
	struct n_tty *n; /* while open_count */
	unsigned int open_count;
	unsigned int console_opens; /* of them, as /dev/console: outlive a hang-up */
	u8 pinned;		    /* 1: the driver itself is one of them, tty_pin() */
	bool active;		    /* ops->open() was called */
	bool exclusive;
	bool stopped; /* output is held: STOP came, TCOOFF */
	bool hold;    /* ... by Scroll Lock */
	bool throttled;
	bool input_full; /* the line discipline took not all of the ring */
	u32 hangups;	 /* a file opened before the last of them is dead */
	u8 *echo_left;	 /* echo the driver had no room for */
	unsigned int echo_left_n;

	struct mutex atomic_write;
	u8 *page; /* atomic_write */

	struct spinlock input_lock;
	u8 *ring; /* TTY_RING bytes, and as many flags */
	u32 ring_head, ring_tail, ring_flagged;
	u32 overruns;
	struct list_head queue_node; /* ttyd's */
	bool queued;

	struct spinlock ctl_lock;
	struct pid *session, *pgrp;

	struct wait_queue read_wait, write_wait, open_wait;
	bool other_closed; /* pty: the master went */
};

void tty_driver_init_termios(struct termios2_abi *termios);
int tty_driver_register(struct tty_driver *driver);
void tty_init(struct tty *tty, struct tty_driver *driver, unsigned int index);
void tty_get(struct tty *tty);
void tty_put(struct tty *tty);
/* Input is taken though nobody has it open: a pty's master does this. -ENOMEM. */
int tty_pin(struct tty *tty);
void tty_unpin(struct tty *tty);

/* Any context. flag: enum tty_input. False: the byte was lost, the ring is full. */
bool tty_receive_char(struct tty *tty, u8 c, unsigned int flag);
size_t tty_receive(struct tty *tty, const u8 *bytes, size_t n);
void tty_receive_push(struct tty *tty); /* after tty_receive_char()s */
/* From a task, without tty->lock: straight through the line discipline; how much it took. */
size_t tty_receive_now(struct tty *tty, const u8 *bytes, size_t n);

void tty_wake_writers(struct tty *tty); /* any context */
void tty_wake_readers(struct tty *tty);
/* As after a loss of carrier. _async: any context. */
void tty_hangup(struct tty *tty);
void tty_hangup_async(struct tty *tty);
/* The terminal was resized: SIGWINCH. */
void tty_set_winsize(struct tty *tty, const struct winsize_abi *ws);
/* Scroll Lock. */
void tty_hold(struct tty *tty, bool hold);
void tty_signal_pgrp(struct tty *tty, int sig);
/* Secure attention, SysRq-K: kills the session. */
void tty_kill_session(struct tty *tty);

/* A name like "tty1" or "ttyS0". */
size_t tty_name(const struct tty *tty, char *buf, size_t size);
/* Baud rate of c_cflag with BOTHER; and its code in c_cflag, or BOTHER. */
unsigned int tty_baud(const struct termios2_abi *termios);
void tty_set_baud(struct termios2_abi *termios, unsigned int baud);
/* "115200n8r" of a console= argument; unknown parts stay. */
void tty_parse_line(struct termios2_abi *termios, const char *text);
/* The text of /proc/tty/drivers. */
size_t tty_drivers_format(char *buf, size_t size);

/* exit.c: a session leader dies: hang-up to the foreground group, the terminal is let go. */
void tty_session_exit(struct process *leader);
/* setsid(): the caller's process has no controlling terminal any more. */
void tty_clear_controlling(struct process *process);
/* /proc/PID/stat: device number (MKDEV) and foreground group; 0 and -1 without one. */
u32 tty_process_device(struct process *process, pid_t *foreground_pgrp);

#endif
