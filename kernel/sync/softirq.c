/*
 * softirq.c - work an interrupt leaves for right after itself, with interrupts on again.
 *
 * Runs on the stack of whoever was interrupted, with preemption off. What is raised while running
 * is run too, SOFTIRQ_ROUNDS times; a flood beyond that waits for the next interrupt, so that tasks
 * get on.
 */
#include <kernel/irq.h>
#include <kernel/lock.h>
#include <kernel/percpu.h>

#define SOFTIRQ_ROUNDS 10

static void (*handlers[SOFTIRQ_COUNT])(void);
void softirq_run(void);

void softirq_register(enum softirq nr, void (*fn)(void))
{
	handlers[nr] = fn;
}

/* Entered and left with interrupts off. */
void softirq_run(void)
{
	if (this_cpu()->in_softirq)
		return;
	this_cpu()->in_softirq = true;
	preempt_disable();
	for (int round = 0; round < SOFTIRQ_ROUNDS && this_cpu()->softirq_pending; round++) {
		u32 pending = this_cpu()->softirq_pending;

		this_cpu()->softirq_pending = 0;
		local_irq_enable();
		for (unsigned int nr = 0; nr < SOFTIRQ_COUNT; nr++)
			if (pending & (1u << nr))
				handlers[nr]();
		local_irq_disable();
	}
	preempt_enable_no_resched();
	this_cpu()->in_softirq = false;
}

void softirq_raise(enum softirq nr)
{
	unsigned long flags = local_irq_save();

	this_cpu()->softirq_pending |= 1u << nr;
	local_irq_restore(flags);
	/* From a task nothing comes by that would run it. */
	if (!in_interrupt() && (flags & EFLAGS_IF) && !this_cpu()->in_softirq) {
		local_irq_disable();
		softirq_run();
		local_irq_enable();
	}
}
