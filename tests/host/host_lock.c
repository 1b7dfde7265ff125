/*
 * Locks that only check their use: ranks rise, nobody takes what it holds, nobody sleeps under a
 * spinlock. One thread: a lock that would have to be waited for is a failure.
 */
#include "host_internal.h"
#include <host/host.h>
#include <kernel/lock.h>

#define DEPTH 32

static struct {
	const void *lock;
	unsigned int rank;
	bool sleeping;
} held[DEPTH];
static unsigned int depth;

void host_locks_reset(void)
{
	depth = 0;
}

unsigned int host_locks_held(void)
{
	return depth;
}

void host_check_sleep(const char *file, int line)
{
	if (irqs_disabled())
		host_die("may sleep with interrupts off", file, line);
	if (in_interrupt())
		host_die("may sleep in an interrupt", file, line);
	for (unsigned int i = 0; i < depth; i++)
		if (!held[i].sleeping)
			host_die("may sleep under a spinlock", file, line);
}

__weak void might_sleep_check(const char *file, int line)
{
	host_check_sleep(file, line);
}

static void acquire(const void *lock, unsigned int rank, bool sleeping, bool nested)
{
	for (unsigned int i = 0; i < depth; i++) {
		if (held[i].lock == lock)
			host_die("takes a lock that it holds", __FILE__, __LINE__);
		if (rank && (held[i].rank > rank || (held[i].rank == rank && !nested)))
			host_die("takes locks against their ranks", __FILE__, __LINE__);
	}
	if (depth == DEPTH)
		host_die("holds too many locks", __FILE__, __LINE__);
	held[depth].lock = lock;
	held[depth].rank = rank;
	held[depth++].sleeping = sleeping;
}

static void release(const void *lock)
{
	for (unsigned int i = depth; i > 0; i--) {
		if (held[i - 1].lock != lock)
			continue;
		for (depth--; i <= depth; i++)
			held[i - 1] = held[i];
		return;
	}
	host_die("releases a lock that it does not hold", __FILE__, __LINE__);
}

static bool is_held(const void *lock)
{
	for (unsigned int i = 0; i < depth; i++)
		if (held[i].lock == lock)
			return true;
	return false;
}

__weak void lock_debug_acquire(void *lock, unsigned int rank, const char *name, bool sleeping)
{
	acquire(lock, rank, sleeping, false);
}

__weak void lock_debug_release(void *lock)
{
	release(lock);
}

__weak void preempt_schedule(void)
{
}

/* --- mutex */

__weak void mutex_init(struct mutex *m, enum lock_rank rank, const char *name)
{
	*m = (struct mutex)MUTEX_INIT(*m, (u16)rank);
	m->name = name;
}

static void mutex_take(struct mutex *m, bool nested)
{
	host_check_sleep(m->name, 0);
	acquire(m, m->rank, true, nested);
	atomic_set(&m->state, 1);
}

__weak void mutex_lock(struct mutex *m)
{
	mutex_take(m, false);
}

__weak void mutex_lock_nested(struct mutex *m)
{
	mutex_take(m, true);
}

__weak int mutex_lock_interruptible(struct mutex *m)
{
	mutex_take(m, false);
	return 0;
}

__weak int mutex_lock_killable(struct mutex *m)
{
	mutex_take(m, false);
	return 0;
}

__weak bool mutex_trylock(struct mutex *m)
{
	if (is_held(m))
		return false;
	acquire(m, 0, true, true);
	atomic_set(&m->state, 1);
	return true;
}

__weak void mutex_unlock(struct mutex *m)
{
	release(m);
	atomic_set(&m->state, 0);
}

__weak bool mutex_is_held(const struct mutex *m)
{
	return is_held(m);
}

/* --- rwlock; one thread may read-lock once */

__weak void rwlock_init(struct rwlock *l, enum lock_rank rank, const char *name)
{
	*l = (struct rwlock)RWLOCK_INIT(*l, (u16)rank);
	l->name = name;
}

__weak void read_lock(struct rwlock *l)
{
	host_check_sleep(l->name, 0);
	acquire(l, l->rank, true, false);
	l->readers = 1;
}

__weak bool read_trylock(struct rwlock *l)
{
	if (is_held(l))
		return false;
	read_lock(l);
	return true;
}

__weak void read_unlock(struct rwlock *l)
{
	if (l->readers != 1)
		host_die("read_unlock of what is not read-locked", __FILE__, __LINE__);
	release(l);
	l->readers = 0;
}

__weak void write_lock(struct rwlock *l)
{
	host_check_sleep(l->name, 0);
	acquire(l, l->rank, true, false);
	l->readers = -1;
}

__weak int write_lock_killable(struct rwlock *l)
{
	write_lock(l);
	return 0;
}

__weak void write_unlock(struct rwlock *l)
{
	if (l->readers != -1)
		host_die("write_unlock of what is not write-locked", __FILE__, __LINE__);
	release(l);
	l->readers = 0;
}

__weak void write_downgrade(struct rwlock *l)
{
	l->readers = 1;
}

__weak bool rwlock_is_held(const struct rwlock *l)
{
	return is_held(l);
}
