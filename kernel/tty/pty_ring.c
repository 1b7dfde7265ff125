/* pty_ring.c - see pty_ring.h. */
#include <kernel/string.h>
#include "pty_ring.h"

size_t pty_ring_put(struct pty_ring *r, const u8 *src, size_t n)
{
	size_t at = r->head % PTY_RING, first;

	n = min_t(size_t, n, pty_ring_room(r));
	first = min_t(size_t, n, PTY_RING - at);
	memcpy(r->bytes + at, src, first);
	memcpy(r->bytes, src + first, n - first);
	r->head += (u32)n;
	return n;
}

static size_t take(struct pty_ring *r, u8 *dst, size_t n)
{
	size_t at = r->tail % PTY_RING, first;

	n = min_t(size_t, n, pty_ring_used(r));
	first = min_t(size_t, n, PTY_RING - at);
	memcpy(dst, r->bytes + at, first);
	memcpy(dst + first, r->bytes, n - first);
	r->tail += (u32)n;
	return n;
}

size_t pty_ring_get(struct pty_ring *r, u8 *dst, size_t size)
{
	if (!r->packet)
		return take(r, dst, size);
	if (!size)
		return 0;
	if (r->status) {
		dst[0] = r->status;
		r->status = 0;
		return 1;
	}
	if (!pty_ring_used(r))
		return 0;
	dst[0] = TIOCPKT_DATA;
	return 1 + take(r, dst + 1, size - 1);
}

bool pty_ring_event(struct pty_ring *r, u8 status)
{
	static const struct {
		u8 now, not_any_more;
	} undo[] = { { TIOCPKT_STOP, TIOCPKT_START },
		     { TIOCPKT_START, TIOCPKT_STOP },
		     { TIOCPKT_NOSTOP, TIOCPKT_DOSTOP },
		     { TIOCPKT_DOSTOP, TIOCPKT_NOSTOP } };

	if (!r->packet)
		return false;
	for (unsigned int i = 0; i < ARRAY_SIZE(undo); i++)
		if (status & undo[i].now)
			r->status &= (u8)~undo[i].not_any_more;
	r->status |= status;
	return true;
}
