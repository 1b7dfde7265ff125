/* event_ring.c - see event_ring.h. */
#include <abi/input-event-codes.h>
#include "event_ring.h"

static struct input_event_abi *slot(struct event_ring *r, u32 i)
{
	return &r->events[i % EVENT_RING];
}

void event_ring_put(struct event_ring *r, const struct input_event_abi *event)
{
	if (r->head - r->tail == EVENT_RING) {
		r->tail = r->packet_head = r->head;
		*slot(r, r->head) = *event;
		slot(r, r->head)->type = EV_SYN;
		slot(r, r->head)->code = SYN_DROPPED;
		slot(r, r->head)->value = 0;
		r->head++;
	}
	*slot(r, r->head++) = *event;
	if (event->type == EV_SYN && event->code == SYN_REPORT)
		r->packet_head = r->head;
}

bool event_ring_get(struct event_ring *r, struct input_event_abi *event)
{
	if (event_ring_empty(r))
		return false;
	*event = *slot(r, r->tail++);
	return true;
}
