/*
 * preempt_stress.c - debug builds, `stress_preempt` on the command line: a thread is preempted at
 * points chosen at random, the timer interrupts each STRESS_PERIOD, and whoever is preempted goes
 * behind the next in line. It makes the windows wide that chance finds once a month.
 */
#ifdef CONFIG_DEBUG
#include <kernel/init.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/lock.h>

#define POINTS_PER_SWITCH 8u /* on the average */

static bool on;
static u32 seed = 1;

bool preempt_stress_on(void)
{
	return on;
}

void preempt_stress_point(void)
{
	unsigned long flags;

	if (irqs_disabled() || in_interrupt() || current == this_cpu()->idle)
		return;
	flags = local_irq_save();
	seed = seed * 1664525u + 1013904223u;
	if ((seed >> 16) % POINTS_PER_SWITCH == 0)
		set_need_resched();
	local_irq_restore(flags);
}

void preempt_stress_irq(void)
{
	if (!in_interrupt() && current != this_cpu()->idle)
		set_need_resched();
}

static int preempt_stress_init(void)
{
	on = cmdline_has("stress_preempt");
	if (on)
		pr_warn("stress_preempt: threads are preempted at every turn; this is slow\n");
	return 0;
}
INIT_CALL(INIT_LATE, preempt_stress_init);
#endif
