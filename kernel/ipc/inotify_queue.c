/* inotify_queue.c - see inotify_queue.h. */
#include <kernel/slab.h>
#include <kernel/string.h>
#include "inotify_queue.h"

#define RECORD_SIZE sizeof(struct inotify_event_abi)

void in_queue_init(struct in_queue *q, unsigned int max)
{
	memset(q, 0, sizeof(*q));
	list_init(&q->events);
	q->max = max;
	q->overflow.wd = -1;
	q->overflow.mask = IN_Q_OVERFLOW;
}

size_t in_event_size(const struct in_event *event)
{
	return RECORD_SIZE + (event->len ? ALIGN_UP((size_t)event->len + 1, RECORD_SIZE) : 0);
}

static void queue_append(struct in_queue *q, struct in_event *event)
{
	list_add_tail(&event->node, &q->events);
	q->count++;
	q->bytes += in_event_size(event);
}

static bool same_as_last(const struct in_queue *q, s32 wd, u32 mask, const char *name, u32 len)
{
	const struct in_event *last;

	if (list_empty(&q->events))
		return false;
	last = list_last_entry(&q->events, struct in_event, node);
	return last->wd == wd && last->mask == mask && !(mask & IN_IGNORED) && last->len == len &&
	       (!len || !memcmp(last->name, name, len));
}

static bool queue_overflow(struct in_queue *q)
{
	if (q->overflowed)
		return false;
	q->overflowed = true;
	queue_append(q, &q->overflow);
	return true;
}

bool in_queue_add(struct in_queue *q, s32 wd, u32 mask, u32 cookie, const char *name, u32 len)
{
	struct in_event *event;

	if (same_as_last(q, wd, mask, name, len))
		return false;
	if (q->count >= q->max)
		return queue_overflow(q);
	event = kmalloc(sizeof(*event) + len, GFP_ATOMIC);
	if (!event)
		return queue_overflow(q);
	event->wd = wd;
	event->mask = mask;
	event->cookie = cookie;
	event->len = len;
	if (len)
		memcpy(event->name, name, len);
	queue_append(q, event);
	return true;
}

struct in_event *in_queue_take(struct in_queue *q, size_t room, bool *too_small)
{
	struct in_event *event = list_first_entry_or_null(&q->events, struct in_event, node);

	*too_small = event && in_event_size(event) > room;
	if (!event || *too_small)
		return NULL;
	list_del(&event->node);
	q->count--;
	q->bytes -= in_event_size(event);
	return event;
}

void in_event_free(struct in_queue *q, struct in_event *event)
{
	if (event == &q->overflow)
		q->overflowed = false;
	else
		kfree(event);
}

void in_queue_flush(struct in_queue *q)
{
	bool too_small;
	struct in_event *event;

	while ((event = in_queue_take(q, (size_t)-1, &too_small)))
		in_event_free(q, event);
}
