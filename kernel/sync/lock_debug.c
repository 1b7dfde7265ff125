/*
 * lock_debug.c - debug builds: the order of locks, and no sleeping where one must not.
 *
 * Each task keeps the sleeping locks it holds; spinlocks are kept per CPU, as they cannot be held
 * across a switch. Rank 0 and nested acquires are recorded but not checked.
 */
#ifdef CONFIG_DEBUG
#include <kernel/lock.h>
#include <kernel/printk.h>
#include <kernel/task.h>

#define HELD_MAX 24

struct held {
	void *lock;
	unsigned int rank;
	const char *name;
};
static struct held spinning[HELD_MAX];
static unsigned int spinning_count;

static void check_order(unsigned int rank, const char *name, const struct held *held,
			unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		if (held[i].rank && rank && held[i].rank > rank)
			panic("lock order: %s (rank %u) taken while %s (rank %u) is held", name,
			      rank, held[i].name, held[i].rank);
}

void lock_debug_acquire(void *lock, unsigned int rank, const char *name, bool sleeping)
{
	unsigned long flags;

	if (sleeping) {
		if (spinning_count && !in_interrupt())
			panic("sleeping lock %s taken under spinlock %s", name,
			      spinning[spinning_count - 1].name);
		if (current && current->lock_depth < (int)ARRAY_SIZE(current->lock_stack))
			current->lock_stack[current->lock_depth] = lock;
		if (current)
			current->lock_depth++;
		return;
	}
	flags = local_irq_save();
	check_order(rank, name, spinning, spinning_count);
	ASSERT(spinning_count < HELD_MAX);
	spinning[spinning_count++] = (struct held){ lock, rank, name };
	local_irq_restore(flags);
}

void lock_debug_release(void *lock)
{
	unsigned long flags = local_irq_save();

	for (unsigned int i = spinning_count; i-- > 0;) {
		if (spinning[i].lock != lock)
			continue;
		for (; i + 1 < spinning_count; i++)
			spinning[i] = spinning[i + 1];
		spinning_count--;
		local_irq_restore(flags);
		return;
	}
	local_irq_restore(flags);
	if (current)
		current->lock_depth--;
}

void might_sleep_check(const char *file, int line)
{
	if (!current || current == this_cpu()->idle)
		return; /* the boot: nobody else runs, every lock is free */
	if (in_atomic() || irqs_disabled())
		panic("%s:%d may sleep, but preemption or interrupts are off", file, line);
}
#endif
