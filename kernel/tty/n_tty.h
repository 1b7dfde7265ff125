/*
 * n_tty.h - the line discipline: what terminal modes make of received and of written bytes. Pure.
 *
 * Input goes in by n_tty_receive(), is edited, echoed and turned into signals as the termios says,
 * and waits in a ring of N_TTY_BUF bytes until n_tty_copy() hands it to a reader. Echo and written
 * bytes go through the same output processing (n_tty_output()), which keeps the column.
 *
 * Semantics are those of Linux's N_TTY: one line of up to N_TTY_BUF - 1 bytes and its end fit; what
 * is typed beyond replaces the last byte. With full lines waiting, n_tty_receive() takes less than
 * it is given and the caller keeps the rest. IMAXBEL rings the bell when a byte is lost.
 *
 * Locking: none inside; tty->lock covers every call on one state. Ops run under it.
 */
#ifndef KERNEL_TTY_N_TTY_H
#define KERNEL_TTY_N_TTY_H

#include <kernel/bitops.h>
#include <kernel/types.h>
#include <abi/termios.h>

#define N_TTY_BUF  4096u /* a power of two */
#define N_TTY_ECHO 64u	 /* echo is handed over in pieces of about this size */

/* What came with a byte. */
enum n_tty_flag {
	N_TTY_NORMAL,
	N_TTY_BREAK,
	N_TTY_PARITY, /* or a framing error */
	N_TTY_OVERRUN
};

struct n_tty_ops {
	/* Processed echo for the terminal. */
	void (*echo)(void *ctx, const u8 *bytes, size_t n);
	/* SIGINT, SIGQUIT or SIGTSTP to the foreground group; `flush`: both queues of the terminal
	 * as well (n_tty's own input it has emptied itself). */
	void (*signal)(void *ctx, int sig, bool flush);
	/* The terminal's STOP (true) or START came. */
	void (*stop)(void *ctx, bool stop);
};

struct n_tty {
	const struct termios2_abi *termios;
	const struct n_tty_ops *ops;
	void *ctx;
	u8 *buf;				      /* N_TTY_BUF bytes */
	unsigned long ends[BITS_TO_LONGS(N_TTY_BUF)]; /* this byte of buf ends a line */
	/* Free-running; head: written, canon_head: behind the last full line, tail: read. */
	u32 head, canon_head, tail;
	unsigned int column;	   /* of the cursor, mod what 32 bits hold */
	unsigned int start_column; /* where the line being edited began */
	bool lnext;		   /* the next character is taken as it is */
	bool erasing;		   /* inside ECHOPRT's \.../ */
	bool stopped;		   /* the caller's: output is stopped; for IXANY */
	bool raw;		   /* nothing to look at: bytes go straight in */
	u32 special[256 / 32];	   /* characters that are not simply put in */
	u8 echo[N_TTY_ECHO + 16];
	u8 echo_n;
};

void n_tty_init(struct n_tty *n, const struct termios2_abi *termios, const struct n_tty_ops *ops,
		void *ctx);
/* The termios behind n->termios changed; `old_lflag` is what it had. */
void n_tty_termios_changed(struct n_tty *n, u32 old_lflag);
/* Drops all input. */
void n_tty_flush(struct n_tty *n);

/* Takes bytes; `flags` (enum n_tty_flag a byte) may be NULL. Returns how many it took. */
size_t n_tty_receive(struct n_tty *n, const u8 *bytes, const u8 *flags, size_t count);

/* Is there something to read: a line, or `amount` bytes when not ICANON? */
bool n_tty_readable(const struct n_tty *n, unsigned int amount);
/*
 * Copies out what one read gets: at most a line when ICANON. *done: the read is over (a line's end
 * or an end of file came). Returns the bytes copied; 0 with *done is an end of file.
 */
size_t n_tty_copy(struct n_tty *n, u8 *dst, size_t size, bool *done);
/* After a read that filled its buffer just before an end-of-file mark: the mark goes too. */
void n_tty_skip_eof(struct n_tty *n);
/* Bytes a read could get now (FIONREAD). */
size_t n_tty_available(const struct n_tty *n);
/* Bytes in the ring, line being edited included. */
static inline u32 n_tty_used(const struct n_tty *n)
{
	return n->head - n->tail;
}

/*
 * Output processing: turns bytes of src into dst, both bounded; *used tells how many of src.
 * Returns bytes in dst.
 */
size_t n_tty_output(struct n_tty *n, const u8 *src, size_t count, u8 *dst, size_t size,
		    size_t *used);

#endif
