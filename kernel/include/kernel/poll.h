/*
 * poll.h - readiness: how poll(), select() and epoll ask a file what it can do and wait for more.
 *
 * A file's poll() calls poll_wait() for each wait queue that will be woken when its answer may
 * change, then returns the events that are ready. The waker calls wake_up_poll(queue, events).
 */
#ifndef KERNEL_POLL_H
#define KERNEL_POLL_H

#include <kernel/types.h>
#include <kernel/wait.h>

#define POLLIN	   0x0001u
#define POLLPRI	   0x0002u
#define POLLOUT	   0x0004u
#define POLLERR	   0x0008u
#define POLLHUP	   0x0010u
#define POLLNVAL   0x0020u
#define POLLRDNORM 0x0040u
#define POLLRDBAND 0x0080u
#define POLLWRNORM 0x0100u
#define POLLWRBAND 0x0200u
#define POLLMSG	   0x0400u
#define POLLRDHUP  0x2000u

struct file;
struct poll_table {
	/* NULL: only asking. */
	void (*queue)(struct poll_table *pt, struct file *file, struct wait_queue *q);
	u32 events; /* what is asked for */
};

static inline void poll_wait(struct file *file, struct wait_queue *q, struct poll_table *pt)
{
	if (pt && pt->queue)
		pt->queue(pt, file, q);
}

#endif
