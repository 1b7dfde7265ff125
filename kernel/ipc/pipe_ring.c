/* pipe_ring.c - see pipe_ring.h. */
#include <kernel/bitops.h>
#include "pipe_ring.h"

/*
 * Only the part of a write that does not fill pages of its own is merged, and only as a whole: so a
 * write up to PIPE_BUF never lies in two buffers with a sleep between, and long writes stay aligned
 * to pages.
 */
u32 ring_merge_room(const struct pipe_ring *r, size_t n)
{
	u32 part = n & (PAGE_SIZE - 1);
	const struct pipe_buf *last;

	if (!part || ring_empty(r))
		return 0;
	last = ring_last(r);
	if (last->flags || last->offset + last->len + part > PAGE_SIZE)
		return 0;
	return part;
}

size_t ring_bytes(const struct pipe_ring *r)
{
	size_t bytes = 0;

	for (u32 n = 0; n < ring_used(r); n++)
		bytes += ring_nth(r, n)->len;
	return bytes;
}

u32 ring_slots_for(size_t bytes)
{
	if (bytes > 1ul << 31)
		return 0;
	if (bytes <= PAGE_SIZE)
		return 1;
	return 1u << order_up(DIV_ROUND_UP(bytes, PAGE_SIZE));
}

struct pipe_buf *ring_resize(struct pipe_ring *r, struct pipe_buf *bufs, u32 slots)
{
	struct pipe_buf *old = r->bufs;
	u32 used = ring_used(r);

	DEBUG_ASSERT(used <= slots);
	for (u32 n = 0; n < used; n++)
		bufs[n] = *ring_nth(r, n);
	r->bufs = bufs;
	r->slots = slots;
	r->tail = 0;
	r->head = used;
	return old;
}
