/*
 * futex.c - futex(2): sleeping on a word of user memory. See futex.h for keys and waiters.
 *
 * The word is read under futex_lock, where faults cannot be served: when its page is not there the
 * lock is dropped, the page faulted in, and all is done again.
 */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <arch/futex.h>
#include "futex.h"

DEFINE_SPINLOCK(futex_lock, RANK_SPIN);

/* ---- keys ---- */

static int shared_key(unsigned long addr, struct futex_key *key)
{
	struct mm *mm = current->mm;
	struct vma *vma;
	int err = -EFAULT;

	read_lock(&mm->mmap_lock);
	vma = vma_find(mm, addr);
	if (vma && vma->start <= addr) {
		err = 0;
		if ((vma->flags & VM_MAYSHARE) && vma->mapping) {
			key->space = vma->mapping;
			key->offset = ((u64)vma->pgoff << PAGE_SHIFT) + (addr - vma->start);
		} else {
			key->space = mm;
			key->offset = addr;
		}
	}
	read_unlock(&mm->mmap_lock);
	return err;
}

int futex_get_key(u32 __user *uaddr, bool shared, struct futex_key *key)
{
	unsigned long addr = (unsigned long)uaddr;

	if (addr & 3)
		return -EINVAL;
	if (!user_range_ok(uaddr, sizeof(u32)))
		return -EFAULT;
	if (shared)
		return shared_key(addr, key);
	key->space = current->mm;
	key->offset = addr;
	return 0;
}

int futex_fault_in(u32 __user *uaddr)
{
	struct page *page;
	int err = mm_get_user_page((unsigned long)uaddr, true, &page);

	if (!err)
		page_put(page);
	return err ? -EFAULT : 0;
}

/* ---- waiters ---- */

void futex_enqueue(struct futex_waiter *w)
{
	w->queued = true;
	w->task = current;
	list_add_tail(&w->node, futex_bucket(&w->key));
}

void futex_wake_waiter(struct futex_waiter *w)
{
	list_del_init(&w->node);
	task_wake(w->task, TASK_NORMAL);
	barrier();
	WRITE_ONCE(w->queued, false);
}

bool futex_dequeue(struct futex_waiter *w)
{
	bool woken;

	if (!READ_ONCE(w->queued))
		return true;
	spin_lock(&futex_lock);
	woken = !w->queued;
	if (!woken) {
		list_del_init(&w->node);
		w->queued = false;
	}
	spin_unlock(&futex_lock);
	return woken;
}

int futex_wake_locked(const struct futex_key *key, int nr, u32 bitset)
{
	struct futex_waiter *w, *tmp;
	int count = 0;

	list_for_each_entry_safe (w, tmp, futex_bucket(key), node) {
		if (!futex_key_equal(&w->key, key) || !(w->bitset & bitset))
			continue;
		if (w->pi)
			return -EINVAL;
		futex_wake_waiter(w);
		if (++count >= nr)
			break;
	}
	return count;
}

static s64 time_left(const struct futex_deadline *d)
{
	if (d->at == TIMEOUT_NEVER)
		return TIMEOUT_NEVER;
	return d->at - (d->realtime ? clock_realtime() : clock_monotonic());
}

bool futex_deadline_over(const struct futex_deadline *d)
{
	return time_left(d) <= 0;
}

/* Also woken when the real-time clock is set: then the rest is another. */
void futex_sleep(struct futex_waiter *w, const struct futex_deadline *deadline)
{
	struct wait_entry entry;
	s64 left;

	wait_entry_init(&entry, wait_default_wake);
	if (deadline->realtime)
		wait_add(&clock_set_wait, &entry);
	for (;;) {
		WRITE_ONCE(current->state, TASK_INTERRUPTIBLE);
		barrier();
		if (!READ_ONCE(w->queued) || signal_pending(current))
			break;
		left = time_left(deadline);
		if (left <= 0)
			break;
		(void)schedule_timeout(left);
	}
	WRITE_ONCE(current->state, TASK_RUNNING);
	if (deadline->realtime)
		wait_remove(&clock_set_wait, &entry);
}

/* ---- wait ---- */

/* Queues the waiter if the word has the expected value; 0, -EWOULDBLOCK, -EFAULT. */
static int wait_setup(u32 __user *uaddr, u32 val, struct futex_waiter *w)
{
	u32 now;

	for (;;) {
		spin_lock(&futex_lock);
		if (!copy_from_user_nofault(&now, uaddr, sizeof(now)))
			break;
		spin_unlock(&futex_lock);
		if (get_user(now, uaddr))
			return -EFAULT;
	}
	if (now == val)
		futex_enqueue(w);
	spin_unlock(&futex_lock);
	return now == val ? 0 : -EWOULDBLOCK;
}

static long wait_restart(struct task *t);

static long futex_wait(u32 __user *uaddr, bool shared, u32 val, u32 bitset,
		       const struct futex_deadline *deadline)
{
	struct futex_waiter w = { .bitset = bitset };
	struct task *t = current;
	int err;

	if (!bitset)
		return -EINVAL;
	err = futex_get_key(uaddr, shared, &w.key);
	if (err)
		return err;
	do {
		err = wait_setup(uaddr, val, &w);
		if (err)
			return err;
		futex_sleep(&w, deadline);
		if (futex_dequeue(&w))
			return 0;
		if (futex_deadline_over(deadline))
			return -ETIMEDOUT;
	} while (!signal_pending(t));
	if (deadline->at == TIMEOUT_NEVER)
		return -ERESTARTSYS;
	t->restart.fn = wait_restart;
	t->restart.deadline = deadline->at;
	t->restart.arg[0] = (u32)uaddr;
	t->restart.arg[1] = val;
	t->restart.arg[2] = bitset;
	t->restart.arg[3] = shared;
	t->restart.arg[4] = deadline->realtime;
	return -ERESTART_RESTARTBLOCK;
}

static long wait_restart(struct task *t)
{
	struct futex_deadline d = { t->restart.deadline, t->restart.arg[4] };

	t->restart.fn = NULL;
	return futex_wait((u32 __user *)t->restart.arg[0], t->restart.arg[3], t->restart.arg[1],
			  t->restart.arg[2], &d);
}

/* ---- wake, requeue ---- */

int futex_wake(u32 __user *uaddr, bool shared, int nr, u32 bitset)
{
	struct futex_key key;
	int ret;

	if (!bitset)
		return -EINVAL;
	ret = futex_get_key(uaddr, shared, &key);
	if (ret)
		return ret;
	/* Nobody there is the usual case: a waiter queues itself before it looks at the word. */
	if (list_empty(futex_bucket(&key)))
		return 0;
	spin_lock(&futex_lock);
	ret = futex_wake_locked(&key, nr, bitset);
	spin_unlock(&futex_lock);
	return ret;
}

/* expected NULL: plain REQUEUE. */
static int futex_requeue(u32 __user *from, u32 __user *to, bool shared, int nr_wake, int nr_move,
			 const u32 *expected)
{
	struct futex_key a, b;
	int ret, moved;
	u32 now;

	if (nr_wake < 0 || nr_move < 0)
		return -EINVAL;
	ret = futex_get_key(from, shared, &a);
	if (!ret)
		ret = futex_get_key(to, shared, &b);
	if (ret)
		return ret;
	for (;;) {
		spin_lock(&futex_lock);
		if (!expected || !copy_from_user_nofault(&now, from, sizeof(now)))
			break;
		spin_unlock(&futex_lock);
		if (get_user(now, from))
			return -EFAULT;
	}
	if (expected && now != *expected) {
		ret = -EAGAIN;
	} else {
		ret = nr_wake ? futex_wake_locked(&a, nr_wake, FUTEX_BITSET_ALL) : 0;
		moved = ret < 0 ? ret : futex_move_waiters(&a, &b, nr_move);
		ret = moved < 0 ? moved : ret + moved;
	}
	spin_unlock(&futex_lock);
	return ret;
}

/* Changes *uaddr by the encoded operation; futex_lock held. 0, -EFAULT, -ENOSYS. */
static int op_on_word(u32 __user *uaddr, u32 encoded, u32 *old)
{
	u32 new, seen;
	int err;

	if (copy_from_user_nofault(old, uaddr, sizeof(*old)))
		return -EFAULT;
	for (;;) {
		err = futex_op_apply(encoded, *old, &new);
		if (!err)
			err = arch_user_cmpxchg(&seen, uaddr, *old, new);
		if (err || seen == *old)
			return err;
		*old = seen;
	}
}

static int futex_wake_op(u32 __user *uaddr, u32 __user *uaddr2, bool shared, int nr, int nr2,
			 u32 encoded)
{
	struct futex_key a, b;
	int ret, more;
	u32 old;

	ret = futex_get_key(uaddr, shared, &a);
	if (!ret)
		ret = futex_get_key(uaddr2, shared, &b);
	if (ret)
		return ret;
	for (;;) {
		spin_lock(&futex_lock);
		ret = op_on_word(uaddr2, encoded, &old);
		if (ret != -EFAULT)
			break;
		spin_unlock(&futex_lock);
		if (futex_fault_in(uaddr2))
			return -EFAULT;
	}
	if (!ret)
		ret = futex_wake_locked(&a, nr, FUTEX_BITSET_ALL);
	if (ret >= 0) {
		more = futex_op_compare(encoded, old);
		if (more > 0)
			more = futex_wake_locked(&b, nr2, FUTEX_BITSET_ALL);
		ret = more < 0 ? more : ret + more;
	}
	spin_unlock(&futex_lock);
	return ret;
}

/* ---- the call ---- */

static bool takes_timeout(u32 cmd)
{
	return cmd == FUTEX_WAIT || cmd == FUTEX_WAIT_BITSET || cmd == FUTEX_LOCK_PI ||
	       cmd == FUTEX_LOCK_PI2;
}

static int read_deadline(unsigned long timeout, u32 op, bool is64, struct futex_deadline *d)
{
	u32 cmd = op & FUTEX_CMD_MASK;
	s64 ns;
	int err;

	d->at = TIMEOUT_NEVER;
	d->realtime = cmd == FUTEX_LOCK_PI || (op & FUTEX_CLOCK_REALTIME);
	if (!takes_timeout(cmd) || !timeout)
		return 0;
	err = timespec_get_user(&ns, (const void __user *)timeout, is64);
	if (err)
		return err;
	d->at = ns;
	if (cmd == FUTEX_WAIT) {
		/* Relative; on the monotonic clock whatever the flag says. */
		d->realtime = false;
		if (__builtin_add_overflow(clock_monotonic(), ns, &d->at))
			d->at = TIMEOUT_NEVER - 1;
	}
	return 0;
}

static long do_futex(u32 __user *uaddr, u32 op, u32 val, unsigned long timeout, u32 __user *uaddr2,
		     u32 val3, bool is64)
{
	bool shared = !(op & FUTEX_PRIVATE_FLAG);
	u32 cmd = op & FUTEX_CMD_MASK;
	struct futex_deadline d;
	int err;

	if ((op & FUTEX_CLOCK_REALTIME) && cmd != FUTEX_WAIT_BITSET && cmd != FUTEX_LOCK_PI2 &&
	    cmd != FUTEX_WAIT)
		return -ENOSYS;
	err = read_deadline(timeout, op, is64, &d);
	if (err)
		return err;
	switch (cmd) {
	case FUTEX_WAIT:
		return futex_wait(uaddr, shared, val, FUTEX_BITSET_ALL, &d);
	case FUTEX_WAIT_BITSET:
		return futex_wait(uaddr, shared, val, val3, &d);
	case FUTEX_WAKE:
		return futex_wake(uaddr, shared, (int)val, FUTEX_BITSET_ALL);
	case FUTEX_WAKE_BITSET:
		return futex_wake(uaddr, shared, (int)val, val3);
	case FUTEX_REQUEUE:
		return futex_requeue(uaddr, uaddr2, shared, (int)val, (int)timeout, NULL);
	case FUTEX_CMP_REQUEUE:
		return futex_requeue(uaddr, uaddr2, shared, (int)val, (int)timeout, &val3);
	case FUTEX_WAKE_OP:
		return futex_wake_op(uaddr, uaddr2, shared, (int)val, (int)timeout, val3);
	case FUTEX_LOCK_PI:
	case FUTEX_LOCK_PI2:
		return futex_lock_pi(uaddr, shared, &d, false);
	case FUTEX_TRYLOCK_PI:
		return futex_lock_pi(uaddr, shared, &d, true);
	case FUTEX_UNLOCK_PI:
		return futex_unlock_pi(uaddr, shared);
	default:
		return -ENOSYS;
	}
}

asmlinkage long sys_futex32(void __user *uaddr, u32 op, u32 val, unsigned long timeout,
			    void __user *uaddr2, u32 val3)
{
	return do_futex(uaddr, op, val, timeout, uaddr2, val3, false);
}

asmlinkage long sys_futex64(void __user *uaddr, u32 op, u32 val, unsigned long timeout,
			    void __user *uaddr2, u32 val3)
{
	return do_futex(uaddr, op, val, timeout, uaddr2, val3, true);
}

static int futex_init(void)
{
	futex_buckets_init();
	return 0;
}
INIT_CALL(INIT_EARLY, futex_init);
