/*
 * lock_debug.c - debug builds: the order of locks, and no sleeping where one must not.
 *
 * Each task keeps the sleeping locks it holds; spinlocks are kept per CPU, as they cannot be held
 * across a switch. Rank 0 and nested acquires are recorded but not checked. Before the first switch
 * the boot runs with preemption off and nobody to wait for: there it may take what it likes.
 */
#ifdef CONFIG_DEBUG
#include <kernel/arch.h>
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/task.h>

#define HELD_MAX  24
#define PAIRS_MAX 32

static struct held_lock spinning[HELD_MAX];
static unsigned int spinning_count;

/* What an interrupt came on top of is no business of its own locks: they are taken irqsave. */
static u16 context(void)
{
	return in_interrupt() ? 2 : this_cpu()->in_softirq ? 1 : 0;
}

/* The first lock held in this context that should have come after one of this rank; NULL: none. */
static const struct held_lock *find_later(unsigned int rank, const struct held_lock *held,
					  unsigned int count)
{
	for (unsigned int i = 0; rank && i < count; i++)
		if (held[i].rank > rank && held[i].context == context())
			return &held[i];
	return NULL;
}

/* Sleeping locks: each pair is told once, and life goes on; there may never be a dead lock of it.
 */
static void report_order(unsigned int rank, const char *name, const struct held_lock *later)
{
	static struct {
		const char *name, *held;
	} told[PAIRS_MAX];
	static unsigned int count;

	for (unsigned int i = 0; i < count; i++)
		if (told[i].name == name && told[i].held == later->name)
			return;
	if (count == PAIRS_MAX)
		return;
	told[count].name = name;
	told[count++].held = later->name;
	pr_err("lock order: %s (rank %u) taken while %s (rank %u) is held\n", name, rank,
	       later->name, later->rank);
	arch_backtrace(NULL);
}

static bool booting(void)
{
	return !current || !sched_switch_count();
}

/* Only current's own code touches its list, so that it needs no lock. */
static void hold_sleeping(void *lock, unsigned int rank, const char *name)
{
	const struct held_lock *later;

	if (booting())
		return;
	later = find_later(rank, current->held_locks, current->held_count);
	if (later)
		report_order(rank, name, later);
	for (unsigned int i = 0; i < current->held_count; i++)
		if (current->held_locks[i].lock == lock)
			panic("%s is taken by its holder", name);
	ASSERT(current->held_count < ARRAY_SIZE(current->held_locks));
	current->held_locks[current->held_count++] =
		(struct held_lock){ lock, (u16)rank, context(), name };
}

static void drop(struct held_lock *held, unsigned int *count, unsigned int at)
{
	memmove(&held[at], &held[at + 1], (*count - at - 1) * sizeof(*held));
	(*count)--;
}

static bool drop_lock(struct held_lock *held, unsigned int *count, void *lock)
{
	for (unsigned int i = *count; i-- > 0;)
		if (held[i].lock == lock) {
			drop(held, count, i);
			return true;
		}
	return false;
}

void lock_debug_acquire(void *lock, unsigned int rank, const char *name, bool sleeping)
{
	const struct held_lock *later;
	unsigned long flags;

	if (sleeping) {
		if (spinning_count)
			panic("sleeping lock %s taken under spinlock %s", name,
			      spinning[spinning_count - 1].name);
		hold_sleeping(lock, rank, name);
		return;
	}
	flags = local_irq_save();
	later = find_later(rank, spinning, spinning_count);
	if (later)
		panic("lock order: %s (rank %u) taken while %s (rank %u) is held", name, rank,
		      later->name, later->rank);
	ASSERT(spinning_count < HELD_MAX);
	spinning[spinning_count++] = (struct held_lock){ lock, (u16)rank, context(), name };
	local_irq_restore(flags);
}

void lock_debug_release(void *lock)
{
	unsigned long flags = local_irq_save();
	bool spun = drop_lock(spinning, &spinning_count, lock);

	local_irq_restore(flags);
	if (!spun && current)
		(void)drop_lock(current->held_locks, &current->held_count, lock);
}

void might_sleep_check(const char *file, int line)
{
	if (!booting() && (in_atomic() || irqs_disabled()))
		panic("%s:%d may sleep, but preemption or interrupts are off", file, line);
}
#endif
