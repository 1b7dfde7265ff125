/*
 * mutex.c - sleeping locks.
 *
 * state 0 -> 1 is the fast way in, 1 -> 0 the fast way out; a waiter sets 2 under m->lock, and the
 * unlocker then hands the mutex to the first waiter, which keeps the order fair.
 */
#include <kernel/lock.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/wait.h>

struct mutex_waiter {
	struct list_head node;
	struct task *task;
	bool granted;
};

void mutex_init(struct mutex *m, enum lock_rank rank, const char *name)
{
	atomic_set(&m->state, 0);
	m->owner = NULL;
	spin_init(&m->lock, RANK_WAITQ, name);
	list_init(&m->waiters);
	m->rank = (u16)rank;
	m->name = name;
}

static void note_acquired(struct mutex *m, bool check_rank)
{
	m->owner = current;
#ifdef CONFIG_DEBUG
	lock_debug_acquire(m, check_rank ? m->rank : 0, m->name, true);
#endif
}

/* Queues current unless the mutex came free meanwhile; true when it is ours already. */
static bool queue_or_take(struct mutex *m, struct mutex_waiter *w)
{
	unsigned long flags = spin_lock_irqsave(&m->lock);
	bool taken = atomic_xchg(&m->state, 2) == 0;

	if (taken)
		atomic_set(&m->state, list_empty(&m->waiters) ? 1 : 2);
	else
		list_add_tail(&w->node, &m->waiters);
	spin_unlock_irqrestore(&m->lock, flags);
	return taken;
}

/* Leaves the queue after a signal; false when the mutex had been handed over at the last moment. */
static bool unqueue(struct mutex *m, struct mutex_waiter *w)
{
	unsigned long flags = spin_lock_irqsave(&m->lock);
	bool left = !w->granted;

	if (left) {
		list_del(&w->node);
		if (list_empty(&m->waiters))
			atomic_cmpxchg(&m->state, 2, 1);
	}
	spin_unlock_irqrestore(&m->lock, flags);
	return left;
}

static int lock_slow(struct mutex *m, u32 state)
{
	struct mutex_waiter w = { .task = current };

	if (queue_or_take(m, &w))
		return 0;
	for (;;) {
		current->state = state;
		if (READ_ONCE(w.granted))
			break;
		if (wait_signal_check(state) && unqueue(m, &w)) {
			current->state = TASK_RUNNING;
			return -ERESTARTSYS;
		}
		schedule();
	}
	current->state = TASK_RUNNING;
	return 0;
}

static int lock_common(struct mutex *m, u32 state, bool check_rank)
{
	int err = 0;

	might_sleep();
	DEBUG_ASSERT(m->owner != current || !current);
	if (!atomic_cmpxchg(&m->state, 0, 1))
		err = lock_slow(m, state);
	if (!err)
		note_acquired(m, check_rank);
	return err;
}

void mutex_lock(struct mutex *m)
{
	(void)lock_common(m, TASK_UNINTERRUPTIBLE, true);
}

void mutex_lock_nested(struct mutex *m)
{
	(void)lock_common(m, TASK_UNINTERRUPTIBLE, false);
}

int mutex_lock_interruptible(struct mutex *m)
{
	return lock_common(m, TASK_INTERRUPTIBLE, true);
}

int mutex_lock_killable(struct mutex *m)
{
	return lock_common(m, TASK_KILLABLE, true);
}

bool mutex_trylock(struct mutex *m)
{
	if (!atomic_cmpxchg(&m->state, 0, 1))
		return false;
	note_acquired(m, false);
	return true;
}

static void unlock_slow(struct mutex *m)
{
	unsigned long flags = spin_lock_irqsave(&m->lock);
	struct mutex_waiter *w = list_first_entry_or_null(&m->waiters, struct mutex_waiter, node);
	struct task *task = NULL;

	if (!w) {
		atomic_set(&m->state, 0);
	} else {
		list_del(&w->node);
		task = w->task;
		w->granted = true; /* w is gone once its task sees this */
		atomic_set(&m->state, list_empty(&m->waiters) ? 1 : 2);
		task_wake(task, TASK_NORMAL);
	}
	spin_unlock_irqrestore(&m->lock, flags);
}

void mutex_unlock(struct mutex *m)
{
	DEBUG_ASSERT(m->owner == current);
#ifdef CONFIG_DEBUG
	lock_debug_release(m);
#endif
	m->owner = NULL;
	if (!atomic_cmpxchg(&m->state, 1, 0))
		unlock_slow(m);
}

bool mutex_is_held(const struct mutex *m)
{
	return m->owner == current && atomic_read(&m->state);
}
