/*
 * wait.h - wait queues: the one way to sleep until something happens.
 *
 * A sleeper loops: add itself, test the condition, sleep, test again; wait_event*() does this. Who
 * makes the condition true does so first and then calls wake_up*(). Wakers may be interrupts.
 *
 * Returns: wait_event_interruptible() 0 or -ERESTARTSYS (a signal is pending); _killable only for a
 * fatal one; _timeout variants return the nanoseconds left (>= 1) when the condition held, 0 on
 * time-out, -ERESTARTSYS. Time-outs are relative nanoseconds; TIMEOUT_NEVER waits forever.
 *
 * Exclusive entries (WAIT_EXCLUSIVE) are woken one at a time by wake_up().
 */
#ifndef KERNEL_WAIT_H
#define KERNEL_WAIT_H

#include <kernel/errno.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/types.h>

struct task;
struct wait_entry;

#define TIMEOUT_NEVER ((s64)0x7fffffffffffffffll)

struct wait_queue {
	struct spinlock lock; /* guards entries; irqsave */
	struct list_head entries;
};
#define WAIT_QUEUE_INIT(q)                                                                         \
	{                                                                                          \
		SPINLOCK_INIT(RANK_WAITQ, #q), LIST_HEAD_INIT((q).entries)                         \
	}
#define DEFINE_WAIT_QUEUE(q) struct wait_queue q = WAIT_QUEUE_INIT(q)

#define WAIT_EXCLUSIVE 1u

/*
 * wake() runs under the queue's lock with interrupts off; key is the set of poll events that came
 * (0 = unknown, any). It returns true when it woke something (counts against an exclusive wake).
 */
typedef bool (*wait_wake_fn)(struct wait_entry *entry, u32 key);

struct wait_entry {
	struct list_head node;
	struct task *task;
	wait_wake_fn wake;
	u32 flags;
};

/* What a task sleeps as. */
#define TASK_RUNNING	     0u
#define TASK_INTERRUPTIBLE   1u
#define TASK_UNINTERRUPTIBLE 2u
#define TASK_STOPPED	     4u
#define TASK_TRACED	     8u
#define TASK_DEAD	     0x40u /* gone but for its stack */
#define TASK_WAKEKILL	     0x80u /* a fatal signal wakes it all the same */
#define TASK_KILLABLE	     (TASK_UNINTERRUPTIBLE | TASK_WAKEKILL)
#define TASK_NORMAL	     (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

void wait_queue_init(struct wait_queue *q);
bool wait_default_wake(struct wait_entry *entry, u32 key); /* wakes entry->task */
void wait_entry_init(struct wait_entry *entry, wait_wake_fn wake);
void wait_add(struct wait_queue *q, struct wait_entry *entry);
void wait_remove(struct wait_queue *q, struct wait_entry *entry); /* harmless when not queued */
void wait_queue_wake(struct wait_queue *q, int max_exclusive, u32 key);

static inline bool wait_queue_active(const struct wait_queue *q)
{
	return !list_empty(&q->entries);
}
/* Wakes every plain sleeper and one exclusive one. */
static inline void wake_up(struct wait_queue *q)
{
	if (wait_queue_active(q))
		wait_queue_wake(q, 1, 0);
}
static inline void wake_up_all(struct wait_queue *q)
{
	if (wait_queue_active(q))
		wait_queue_wake(q, 0, 0);
}
static inline void wake_up_poll(struct wait_queue *q, u32 events)
{
	if (wait_queue_active(q))
		wait_queue_wake(q, 1, events);
}

/* The parts of wait_event(): set the state and queue the entry; sleep; leave. */
void wait_prepare(struct wait_queue *q, struct wait_entry *entry, u32 state);
void wait_finish(struct wait_queue *q, struct wait_entry *entry);
/* Does a pending signal end a sleep in this state? 0 or -ERESTARTSYS. */
int wait_signal_check(u32 state);
/* Sleeps until woken or the time is over; returns what is left of it (0 = over). */
s64 schedule_timeout(s64 ns);
void schedule(void);

#define wait_event_full(q, cond, state, exclusive, ns)                                             \
	({                                                                                         \
		struct wait_entry we_;                                                             \
		s64 we_left_ = (ns), we_ret_ = 0;                                                  \
		might_sleep();                                                                     \
		wait_entry_init(&we_, wait_default_wake);                                          \
		we_.flags = (exclusive) ? WAIT_EXCLUSIVE : 0;                                      \
		for (;;) {                                                                         \
			wait_prepare((q), &we_, (state));                                          \
			if (cond) {                                                                \
				we_ret_ = we_left_ > 0 ? we_left_ : 1;                             \
				break;                                                             \
			}                                                                          \
			if (we_left_ <= 0)                                                         \
				break;                                                             \
			we_ret_ = wait_signal_check(state);                                        \
			if (we_ret_)                                                               \
				break;                                                             \
			we_left_ = schedule_timeout(we_left_);                                     \
		}                                                                                  \
		wait_finish((q), &we_);                                                            \
		we_ret_;                                                                           \
	})

#define wait_event(q, cond)                                                                        \
	do {                                                                                       \
		if (!(cond))                                                                       \
			(void)wait_event_full(q, cond, TASK_UNINTERRUPTIBLE, false,                \
					      TIMEOUT_NEVER);                                      \
	} while (0)
/* Where a block device is waited for: idle time is iowait meanwhile. */
extern struct atomic io_waiters;
#define wait_event_io(q, cond)                                                                     \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			atomic_inc(&io_waiters);                                                   \
			(void)wait_event_full(q, cond, TASK_UNINTERRUPTIBLE, false,                \
					      TIMEOUT_NEVER);                                      \
			(void)atomic_add(&io_waiters, -1);                                         \
		}                                                                                  \
	} while (0)
#define wait_event_state_(q, cond, state, excl)                                                    \
	({                                                                                         \
		s64 wes_ret_ = 0;                                                                  \
		if (!(cond))                                                                       \
			wes_ret_ = wait_event_full(q, cond, state, excl, TIMEOUT_NEVER);           \
		wes_ret_ < 0 ? (int)wes_ret_ : 0;                                                  \
	})
#define wait_event_interruptible(q, cond) wait_event_state_(q, cond, TASK_INTERRUPTIBLE, false)
#define wait_event_interruptible_exclusive(q, cond)                                                \
	wait_event_state_(q, cond, TASK_INTERRUPTIBLE, true)
#define wait_event_killable(q, cond)	wait_event_state_(q, cond, TASK_KILLABLE, false)
#define wait_event_timeout(q, cond, ns) wait_event_full(q, cond, TASK_UNINTERRUPTIBLE, false, ns)
#define wait_event_interruptible_timeout(q, cond, ns)                                              \
	wait_event_full(q, cond, TASK_INTERRUPTIBLE, false, ns)

#endif
