/*
 * poll_set.h - the sleeping half of poll() and select(): a task that waits on many wait queues.
 *
 * Usage: poll_set_init(); loop { ask every file, handing &set.table to vfs_poll(); stop if one is
 * ready; poll_set_sleep() }; poll_set_end(). The first round should hand NULL: most calls find
 * something ready and never need the queues. Each entry holds its file, so that a close() by
 * another thread does not take the queue away.
 */
#ifndef POLL_SET_H
#define POLL_SET_H

#include <kernel/poll.h>
#include <kernel/types.h>
#include <kernel/wait.h>

#define POLL_SET_INLINE 8u

struct poll_entry {
	struct wait_entry wait;
	struct wait_queue *queue;
	struct file *file; /* referenced */
	struct poll_set *set;
	u32 events; /* which wake-ups matter */
};

struct poll_chunk {
	struct poll_chunk *next;
	unsigned int used;
	struct poll_entry entry[(PAGE_SIZE - 8) / sizeof(struct poll_entry)];
};

struct poll_set {
	struct poll_table table;
	struct task *task;
	bool triggered; /* a waker came since the last sleep */
	int error;	/* -ENOMEM: not everything could be queued */
	unsigned int used;
	struct poll_chunk *chunks;
	struct poll_entry entry[POLL_SET_INLINE];
};

void poll_set_init(struct poll_set *set);
/* Sleeps until a waker comes, a signal (caller checks) or `ns` passed: what is left, 0 = over. */
s64 poll_set_sleep(struct poll_set *set, s64 ns);
void poll_set_end(struct poll_set *set);

#endif
