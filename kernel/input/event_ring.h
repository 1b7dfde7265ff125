/*
 * event_ring.h - what one open /dev/input/eventN has not read yet. Pure.
 *
 * Readers get whole packets only: up to the last SYN_REPORT. When the ring is full, all of it is
 * lost and SYN_DROPPED stands in its place, so that the reader asks for the state anew.
 */
#ifndef KERNEL_INPUT_EVENT_RING_H
#define KERNEL_INPUT_EVENT_RING_H

#include <abi/input.h>

#define EVENT_RING 64u /* a power of two */

struct event_ring {
	struct input_event_abi events[EVENT_RING];
	u32 head, packet_head, tail;
};

void event_ring_put(struct event_ring *r, const struct input_event_abi *event);
static inline bool event_ring_empty(const struct event_ring *r)
{
	return r->packet_head == r->tail;
}
bool event_ring_get(struct event_ring *r, struct input_event_abi *event);

#endif
