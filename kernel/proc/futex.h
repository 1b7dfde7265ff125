/*
 * futex.h - what the files of the futex code share.
 *
 * A waiter lies on its sleeper's stack and hangs in a bucket chosen by the key. `queued` is written
 * under futex_lock; a waker clears it after task_wake(), its last access to the waiter, so that the
 * sleeper may leave once it sees it clear.
 *
 * Keys: memory nobody else can map is (mm, address); a file's or shared memory's word is
 * (mapping, byte offset), whichever address space it is seen from.
 */
#ifndef PROC_FUTEX_H
#define PROC_FUTEX_H

#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/types.h>

#define FUTEX_WAIT	     0
#define FUTEX_WAKE	     1
#define FUTEX_REQUEUE	     3
#define FUTEX_CMP_REQUEUE    4
#define FUTEX_WAKE_OP	     5
#define FUTEX_LOCK_PI	     6
#define FUTEX_UNLOCK_PI	     7
#define FUTEX_TRYLOCK_PI     8
#define FUTEX_WAIT_BITSET    9
#define FUTEX_WAKE_BITSET    10
#define FUTEX_LOCK_PI2	     13
#define FUTEX_PRIVATE_FLAG   128u
#define FUTEX_CLOCK_REALTIME 256u
#define FUTEX_CMD_MASK	     (~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME))
#define FUTEX_BITSET_ALL     0xffffffffu
#define FUTEX_WAITERS	     0x80000000u
#define FUTEX_OWNER_DIED     0x40000000u
#define FUTEX_TID_MASK	     0x3fffffffu

struct task;

struct futex_key {
	const void *space; /* struct mm or struct mapping */
	u64 offset;	   /* of the word in it */
};

struct futex_waiter {
	struct list_head node; /* in its bucket, in order of arrival; PI: by priority */
	struct futex_key key;
	u32 bitset;
	bool queued;
	bool pi;
	bool owner_died; /* PI: got the lock from the dead */
	struct task *task;
	struct task *pi_owner; /* PI: who holds the lock, referenced */
};

struct futex_deadline {
	s64 at; /* absolute, TIMEOUT_NEVER: none */
	bool realtime;
};

extern struct spinlock futex_lock; /* all buckets: one CPU, and requeue needs two of them */

/* futex_key.c: pure */
static inline bool futex_key_equal(const struct futex_key *a, const struct futex_key *b)
{
	return a->offset == b->offset && a->space == b->space;
}
struct list_head *futex_bucket(const struct futex_key *key);
void futex_buckets_init(void);
struct list_head *futex_bucket_at(unsigned int i); /* NULL past the last */
/* WAKE_OP: the new value of *uaddr2, and whether the old one fulfils the comparison. -ENOSYS. */
int futex_op_apply(u32 encoded, u32 old, u32 *new);
int futex_op_compare(u32 encoded, u32 old);
/* Moves up to `nr` waiters of `from` to `to`'s bucket; -EINVAL when a PI waiter is among them. */
int futex_move_waiters(const struct futex_key *from, const struct futex_key *to, int nr);
/* The first waiter for the key whose bitset matches; NULL. futex_lock held. */
struct futex_waiter *futex_find(const struct futex_key *key, u32 bitset);

/* futex.c */
int futex_get_key(u32 __user *uaddr, bool shared, struct futex_key *key);
/* Wakes up to nr; how many. */
int futex_wake_locked(const struct futex_key *key, int nr, u32 bitset);
void futex_wake_waiter(struct futex_waiter *w); /* takes it out and wakes; futex_lock held */
void futex_enqueue(struct futex_waiter *w);
/* True: a waker had taken it out already. */
bool futex_dequeue(struct futex_waiter *w);
/* Sleeps until woken, time-out or signal. */
void futex_sleep(struct futex_waiter *w, const struct futex_deadline *deadline);
bool futex_deadline_over(const struct futex_deadline *deadline);
/* Makes the word's page present (writable); 0 or -EFAULT. */
int futex_fault_in(u32 __user *uaddr);
int futex_wake(u32 __user *uaddr, bool shared, int nr, u32 bitset);

/* futex_pi.c */
long futex_lock_pi(u32 __user *uaddr, bool shared, const struct futex_deadline *deadline, bool try);
long futex_unlock_pi(u32 __user *uaddr, bool shared);
void futex_pi_exit(struct task *task);

#endif
