/*
 * loadavg.c - the three load averages: every five seconds the number of runnable tasks enters an
 * exponentially damped mean, in fixed point with 11 fraction bits, as /proc/loadavg shows them.
 */
#include <kernel/time.h>
#include "sched_internal.h"

#define LOAD_PERIOD SEC(5)
#define FIXED_1	    2048ul
#define CATCH_UP    2000

/* FIXED_1 / exp(5 s / 1, 5, 15 min) */
static const unsigned long decay[3] = { 1884, 2014, 2037 };
static unsigned long load[3];
static s64 next_update;

void loadavg_tick(s64 now, unsigned int active)
{
	/* No tick while idle: what was missed counts as idle; after CATCH_UP periods all is zero.
	 */
	for (int n = 0; now >= next_update && n < CATCH_UP; n++) {
		next_update += LOAD_PERIOD;
		for (int i = 0; i < 3; i++)
			load[i] = (load[i] * decay[i] + (now < next_update ? active : 0) * FIXED_1 *
								(FIXED_1 - decay[i])) /
				  FIXED_1;
	}
	if (now >= next_update)
		next_update = now + LOAD_PERIOD;
}

void sched_load_average(unsigned long avg[3])
{
	unsigned long flags = spin_lock_irqsave(&run_queue.lock);

	loadavg_tick(clock_monotonic(), run_queue.nr_running);
	for (int i = 0; i < 3; i++)
		avg[i] = load[i];
	spin_unlock_irqrestore(&run_queue.lock, flags);
}
