/*
 * futex_pi.c - locks whose word names their owner (FUTEX_LOCK_PI).
 *
 * The word is 0 when free, else the owner's thread id, with FUTEX_WAITERS once the kernel has to
 * take part. Waiters queue by real-time priority; unlocking hands the lock to the first of them, in
 * the word and in the queue at once. A dead owner's locks go the same way; the new owner then
 * writes the word itself, since only it knows its own address of it.
 */
#include <kernel/errno.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <arch/futex.h>
#include "futex.h"

static unsigned int pi_waiters; /* futex_lock */

static bool goes_before(const struct task *a, const struct task *b)
{
	return a->rt_priority > b->rt_priority;
}

static void enqueue_by_priority(struct futex_waiter *w)
{
	struct list_head *bucket = futex_bucket(&w->key);
	struct futex_waiter *other;

	w->queued = true;
	w->task = current;
	list_for_each_entry (other, bucket, node)
		if (futex_key_equal(&other->key, &w->key) && goes_before(w->task, other->task))
			break;
	list_add_tail(&w->node, &other->node);
	pi_waiters++;
}

/* The lock has a new owner: the others wait for that one now. */
static bool retarget(const struct futex_key *key, struct task *owner)
{
	struct futex_waiter *w;
	bool any = false;

	list_for_each_entry (w, futex_bucket(key), node) {
		if (!w->pi || !futex_key_equal(&w->key, key))
			continue;
		task_get(owner);
		task_put(w->pi_owner);
		w->pi_owner = owner;
		any = true;
	}
	return any;
}

/* The word under the lock; -EFAULT: fault it in and try again. */
static int read_word(u32 __user *uaddr, u32 *val)
{
	return copy_from_user_nofault(val, uaddr, sizeof(*val));
}

/* 0: taken. 1: *owner holds it, the waiter is queued. -EAGAIN: look again. */
static int try_or_queue(u32 __user *uaddr, u32 seen, struct task *owner, struct futex_waiter *w,
			bool try)
{
	u32 tid = (u32)task_tid(current), now, want;

	if (!(seen & FUTEX_TID_MASK)) {
		want = tid | (seen & FUTEX_OWNER_DIED);
		if (futex_find(&w->key, FUTEX_BITSET_ALL))
			want |= FUTEX_WAITERS;
		if (arch_user_cmpxchg(&now, uaddr, seen, want))
			return -EFAULT;
		return now == seen ? 0 : -EAGAIN;
	}
	if (try)
		return -EWOULDBLOCK;
	/* It may have begun to exit since it was found; futex_pi_exit() comes after this mark. */
	if (owner->flags & PF_EXITING)
		return -EAGAIN;
	want = seen | FUTEX_WAITERS;
	if (arch_user_cmpxchg(&now, uaddr, seen, want))
		return -EFAULT;
	if (now != seen)
		return -EAGAIN;
	task_get(owner);
	w->pi_owner = owner;
	enqueue_by_priority(w);
	return 1;
}

/* The word still names one who will never let go of it, being gone or having let go of all. */
static bool owner_is_lost(u32 __user *uaddr, u32 seen, const struct task *owner)
{
	u32 now;

	if (owner && (!(owner->flags & PF_EXITING) || READ_ONCE(owner->mm)))
		return false;
	return get_user(now, uaddr) || now == seen;
}

/* Its owner is on its way out: sleeps a little, so that it gets on even if we are real-time. */
static int wait_for_exit(void)
{
	if (signal_pending(current))
		return -ERESTARTNOINTR;
	current->state = TASK_INTERRUPTIBLE;
	(void)schedule_timeout(NSEC_PER_MSEC);
	return -EAGAIN;
}

/* One attempt; as try_or_queue(), and errors that end the call. */
static int attempt(u32 __user *uaddr, struct futex_waiter *w, bool try)
{
	struct task *owner = NULL;
	u32 seen;
	int ret;

	if (get_user(seen, uaddr))
		return -EFAULT;
	if ((seen & FUTEX_TID_MASK) == (u32)task_tid(current))
		return -EDEADLK;
	if (seen & FUTEX_TID_MASK) {
		owner = task_find_get((pid_t)(seen & FUTEX_TID_MASK));
		if (!owner || (owner->flags & PF_EXITING)) {
			ret = owner_is_lost(uaddr, seen, owner) ? -ESRCH : wait_for_exit();
			if (owner)
				task_put(owner);
			return ret;
		}
	}
	spin_lock(&futex_lock);
	ret = try_or_queue(uaddr, seen, owner, w, try);
	spin_unlock(&futex_lock);
	if (owner)
		task_put(owner);
	if (ret == -EFAULT && !futex_fault_in(uaddr))
		return -EAGAIN;
	return ret;
}

/* The old owner died: the word still has its name. */
static long adopt(u32 __user *uaddr, const struct futex_waiter *w)
{
	u32 tid = (u32)task_tid(current), old, seen, more;

	spin_lock(&futex_lock);
	more = futex_find(&w->key, FUTEX_BITSET_ALL) ? FUTEX_WAITERS : 0;
	spin_unlock(&futex_lock);
	do {
		if (get_user(old, uaddr) ||
		    arch_user_cmpxchg(&seen, uaddr, old, tid | FUTEX_OWNER_DIED | more))
			return -EFAULT;
	} while (seen != old);
	return 0;
}

static void leave(struct futex_waiter *w)
{
	spin_lock(&futex_lock);
	pi_waiters--;
	spin_unlock(&futex_lock);
	task_put(w->pi_owner);
}

long futex_lock_pi(u32 __user *uaddr, bool shared, const struct futex_deadline *deadline, bool try)
{
	struct futex_waiter w = { .bitset = FUTEX_BITSET_ALL, .pi = true };
	int ret = futex_get_key(uaddr, shared, &w.key);
	bool mine;

	if (ret)
		return ret;
	for (;;) {
		do {
			ret = attempt(uaddr, &w, try);
		} while (ret == -EAGAIN && !try);
		if (ret != 1)
			return ret;
		futex_sleep(&w, deadline);
		mine = futex_dequeue(&w);
		leave(&w);
		if (mine)
			return w.owner_died ? adopt(uaddr, &w) : 0;
		if (futex_deadline_over(deadline))
			return -ETIMEDOUT;
		if (signal_pending(current))
			return -ERESTARTNOINTR;
	}
}

/* futex_lock held; 0, -EAGAIN (the word changed), -EFAULT. */
static int hand_over(u32 __user *uaddr, u32 now, const struct futex_key *key)
{
	struct futex_waiter *w = futex_find(key, FUTEX_BITSET_ALL);
	u32 seen, want = 0;

	if (w && !w->pi)
		return -EINVAL;
	if (w) {
		want = (u32)task_tid(w->task);
		list_del_init(&w->node);
		if (futex_find(key, FUTEX_BITSET_ALL))
			want |= FUTEX_WAITERS;
		list_add(&w->node, futex_bucket(key)); /* back, until the word is written */
	}
	if (arch_user_cmpxchg(&seen, uaddr, now, want))
		return -EFAULT;
	if (seen != now)
		return -EAGAIN;
	if (w) {
		struct task *owner = w->task;

		list_del_init(&w->node);
		(void)retarget(key, owner);
		futex_wake_waiter(w);
	}
	return 0;
}

long futex_unlock_pi(u32 __user *uaddr, bool shared)
{
	struct futex_key key;
	int ret = futex_get_key(uaddr, shared, &key);
	u32 now;

	if (ret)
		return ret;
	for (;;) {
		if (get_user(now, uaddr))
			return -EFAULT;
		if ((now & FUTEX_TID_MASK) != (u32)task_tid(current))
			return -EPERM;
		spin_lock(&futex_lock);
		ret = read_word(uaddr, &now);
		if (!ret)
			ret = hand_over(uaddr, now, &key);
		spin_unlock(&futex_lock);
		if (ret == -EFAULT && !futex_fault_in(uaddr))
			continue;
		if (ret != -EAGAIN)
			return ret;
	}
}

/* The first waiter for something the dead task owned; NULL. */
static struct futex_waiter *find_owned(struct task *task)
{
	struct futex_waiter *w;
	struct list_head *bucket;

	for (unsigned int i = 0; (bucket = futex_bucket_at(i)); i++)
		list_for_each_entry (w, bucket, node)
			if (w->pi && w->pi_owner == task)
				return w;
	return NULL;
}

void futex_pi_exit(struct task *task)
{
	struct futex_waiter *w;

	if (!READ_ONCE(pi_waiters))
		return;
	spin_lock(&futex_lock);
	while ((w = find_owned(task))) {
		struct futex_key key = w->key;

		list_del_init(&w->node);
		(void)retarget(&key, w->task);
		w->owner_died = true;
		futex_wake_waiter(w);
	}
	spin_unlock(&futex_lock);
}
