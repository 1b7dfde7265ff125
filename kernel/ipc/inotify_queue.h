/*
 * inotify_queue.h - the event queue of one inotify descriptor. The caller locks (a spinlock:
 * nothing here sleeps).
 *
 * An event equal to the youngest one is dropped. When the queue is full, or there is no memory, one
 * IN_Q_OVERFLOW stands for all that was lost; its record is part of the queue.
 */
#ifndef INOTIFY_QUEUE_H
#define INOTIFY_QUEUE_H

#include <kernel/list.h>
#include <kernel/types.h>
#include <abi/inotify.h>

struct in_event {
	struct list_head node;
	s32 wd;
	u32 mask, cookie;
	u32 len; /* of the name, without NUL; 0 = none */
	char name[];
};

struct in_queue {
	struct list_head events;
	unsigned int count, max;
	size_t bytes; /* what read() would return of all */
	bool overflowed;
	struct in_event overflow;
};

void in_queue_init(struct in_queue *q, unsigned int max);
/* True when a reader has something new to see. */
bool in_queue_add(struct in_queue *q, s32 wd, u32 mask, u32 cookie, const char *name, u32 len);
/* Bytes read() returns for an event: the record and its padded name. */
size_t in_event_size(const struct in_event *event);
/*
 * Takes the oldest event when its record fits in `room`; the caller gives it to in_event_free().
 * NULL: the queue is empty, or *too_small is set.
 */
struct in_event *in_queue_take(struct in_queue *q, size_t room, bool *too_small);
void in_event_free(struct in_queue *q, struct in_event *event);
void in_queue_flush(struct in_queue *q);

#endif
