/*
 * rwlock.c - sleeping reader-writer locks. Waiters queue in order; the head is granted when it
 * fits, and readers behind a reader with it. A reader that finds someone waiting queues too, so
 * writers are not starved.
 */
#include <kernel/lock.h>
#include <kernel/task.h>
#include <kernel/wait.h>

struct rw_waiter {
	struct list_head node;
	struct task *task;
	bool write;
	bool granted;
};

void rwlock_init(struct rwlock *l, enum lock_rank rank, const char *name)
{
	spin_init(&l->lock, RANK_WAITQ, name);
	l->readers = 0;
	l->writer = NULL;
	list_init(&l->waiters);
	l->rank = (u16)rank;
	l->name = name;
}

static void debug_acquire(struct rwlock *l)
{
#ifdef CONFIG_DEBUG
	lock_debug_acquire(l, l->rank, l->name, true);
#endif
}

static void debug_release(struct rwlock *l)
{
#ifdef CONFIG_DEBUG
	lock_debug_release(l);
#endif
}

static bool fits(const struct rwlock *l, bool write)
{
	return write ? l->readers == 0 : l->readers >= 0;
}

static void take(struct rwlock *l, struct task *task, bool write)
{
	if (write) {
		l->readers = -1;
		l->writer = task;
	} else {
		l->readers++;
	}
}

static void grant_waiters(struct rwlock *l)
{
	while (!list_empty(&l->waiters)) {
		struct rw_waiter *w = list_first_entry(&l->waiters, struct rw_waiter, node);
		struct task *task = w->task;

		if (!fits(l, w->write))
			return;
		list_del(&w->node);
		take(l, task, w->write);
		w->granted = true; /* w is gone once its task sees this */
		task_wake(task, TASK_NORMAL);
	}
}

static bool unqueue(struct rwlock *l, struct rw_waiter *w)
{
	unsigned long flags = spin_lock_irqsave(&l->lock);
	bool left = !w->granted;

	if (left) {
		list_del(&w->node);
		grant_waiters(l);
	}
	spin_unlock_irqrestore(&l->lock, flags);
	return left;
}

static int wait_for(struct rwlock *l, struct rw_waiter *w, u32 state)
{
	for (;;) {
		current->state = state;
		if (READ_ONCE(w->granted))
			break;
		if (wait_signal_check(state) && unqueue(l, w)) {
			current->state = TASK_RUNNING;
			return -ERESTARTSYS;
		}
		schedule();
	}
	current->state = TASK_RUNNING;
	return 0;
}

static int lock_common(struct rwlock *l, bool write, u32 state)
{
	struct rw_waiter w = { .task = current, .write = write };
	unsigned long flags;
	int err = 0;

	might_sleep();
	flags = spin_lock_irqsave(&l->lock);
	if (fits(l, write) && list_empty(&l->waiters)) {
		take(l, current, write);
		spin_unlock_irqrestore(&l->lock, flags);
	} else {
		list_add_tail(&w.node, &l->waiters);
		spin_unlock_irqrestore(&l->lock, flags);
		err = wait_for(l, &w, state);
	}
	if (!err)
		debug_acquire(l);
	return err;
}

void read_lock(struct rwlock *l)
{
	(void)lock_common(l, false, TASK_UNINTERRUPTIBLE);
}

void write_lock(struct rwlock *l)
{
	(void)lock_common(l, true, TASK_UNINTERRUPTIBLE);
}

int write_lock_killable(struct rwlock *l)
{
	return lock_common(l, true, TASK_KILLABLE);
}

bool read_trylock(struct rwlock *l)
{
	unsigned long flags = spin_lock_irqsave(&l->lock);
	bool ok = fits(l, false) && list_empty(&l->waiters);

	if (ok)
		take(l, current, false);
	spin_unlock_irqrestore(&l->lock, flags);
	if (ok)
		debug_acquire(l);
	return ok;
}

void read_unlock(struct rwlock *l)
{
	unsigned long flags;

	debug_release(l);
	flags = spin_lock_irqsave(&l->lock);
	DEBUG_ASSERT(l->readers > 0);
	if (--l->readers == 0 && !list_empty(&l->waiters))
		grant_waiters(l);
	spin_unlock_irqrestore(&l->lock, flags);
}

void write_unlock(struct rwlock *l)
{
	unsigned long flags;

	debug_release(l);
	flags = spin_lock_irqsave(&l->lock);
	DEBUG_ASSERT(l->readers == -1);
	l->readers = 0;
	l->writer = NULL;
	grant_waiters(l);
	spin_unlock_irqrestore(&l->lock, flags);
}

void write_downgrade(struct rwlock *l)
{
	unsigned long flags = spin_lock_irqsave(&l->lock);

	DEBUG_ASSERT(l->readers == -1);
	l->readers = 1;
	l->writer = NULL;
	grant_waiters(l);
	spin_unlock_irqrestore(&l->lock, flags);
}

bool rwlock_is_held(const struct rwlock *l)
{
	return l->readers != 0;
}
