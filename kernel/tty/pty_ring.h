/*
 * pty_ring.h - what a pty's slave has written and its master has not read, with packet mode's
 * status byte. Pure; the caller locks.
 */
#ifndef KERNEL_TTY_PTY_RING_H
#define KERNEL_TTY_PTY_RING_H

#include <kernel/types.h>
#include <abi/termios.h>

#define PTY_RING 8192u /* a power of two */

struct pty_ring {
	u8 *bytes; /* PTY_RING of them */
	u32 head, tail;
	bool packet; /* TIOCPKT */
	u8 status;   /* TIOCPKT_* not told yet */
};

static inline u32 pty_ring_used(const struct pty_ring *r)
{
	return r->head - r->tail;
}
static inline u32 pty_ring_room(const struct pty_ring *r)
{
	return PTY_RING - pty_ring_used(r);
}
/* How much went in. */
size_t pty_ring_put(struct pty_ring *r, const u8 *src, size_t n);
/*
 * One read of at most `size` bytes. In packet mode: a status byte alone, or 0 and data. 0: nothing
 * there.
 */
size_t pty_ring_get(struct pty_ring *r, u8 *dst, size_t size);
/* Something happened (TIOCPKT_*); what it undoes is forgotten. False: not in packet mode. */
bool pty_ring_event(struct pty_ring *r, u8 status);

#endif
