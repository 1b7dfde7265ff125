/*
 * pipe_ring.h - the ring of page-sized buffers inside a pipe. Pure arithmetic.
 *
 * head counts buffers ever pushed, tail those ever dropped; both wrap at 2^32, the number of slots
 * is a power of two. Each used slot has at least one byte. The caller locks.
 */
#ifndef PIPE_RING_H
#define PIPE_RING_H

#include <kernel/page.h>
#include <kernel/types.h>

struct pipe_buf {
	struct page *page; /* referenced */
	u16 offset, len;   /* len <= PAGE_SIZE - offset */
	u32 flags;	   /* PIPE_BUF_* */
};
#define PIPE_BUF_SHARED 1u /* someone else's page: never appended to, never reused */
#define PIPE_BUF_PACKET 2u /* one read() takes it whole and drops what it did not ask for */

struct pipe_ring {
	struct pipe_buf *bufs;
	u32 head, tail, slots;
};

static inline u32 ring_used(const struct pipe_ring *r)
{
	return r->head - r->tail;
}
static inline bool ring_empty(const struct pipe_ring *r)
{
	return READ_ONCE(r->head) == READ_ONCE(r->tail);
}
static inline bool ring_full(const struct pipe_ring *r)
{
	return READ_ONCE(r->head) - READ_ONCE(r->tail) >= READ_ONCE(r->slots);
}
/* The oldest buffer; the ring is not empty. */
static inline struct pipe_buf *ring_first(const struct pipe_ring *r)
{
	return &r->bufs[r->tail & (r->slots - 1)];
}
/* The youngest. */
static inline struct pipe_buf *ring_last(const struct pipe_ring *r)
{
	return &r->bufs[(r->head - 1) & (r->slots - 1)];
}
/* The nth from the oldest. */
static inline struct pipe_buf *ring_nth(const struct pipe_ring *r, u32 n)
{
	return &r->bufs[(r->tail + n) & (r->slots - 1)];
}
/* The next free slot, to be filled; the ring is not full. */
static inline struct pipe_buf *ring_push(struct pipe_ring *r)
{
	return &r->bufs[r->head++ & (r->slots - 1)];
}

/* How many of n bytes may be appended to the last buffer: 0 or n's part that is no whole page. */
u32 ring_merge_room(const struct pipe_ring *r, size_t n);
/* Bytes in all buffers. */
size_t ring_bytes(const struct pipe_ring *r);
/* Slots for a pipe of this many bytes: a power of two, at least one; 0: too large. */
u32 ring_slots_for(size_t bytes);
/* Moves the buffers to a new array of `slots` >= used; returns the old array. */
struct pipe_buf *ring_resize(struct pipe_ring *r, struct pipe_buf *bufs, u32 slots);

#endif
