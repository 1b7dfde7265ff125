/*
 * clock.c - the clocks, on top of the best clock source the machine has.
 *
 * Monotonic time is the source's reading minus its reading at registration plus what the source
 * before it had reached. Real time is monotonic time plus an offset.
 */
#include <kernel/lock.h>
#include <kernel/percpu.h>
#include <kernel/time.h>
#include <kernel/timekeeping.h>
#include <arch/vdso_data.h>

struct clocksource *clocksource;
static s64 mono_offset; /* clock_lock: monotonic minus the source's reading */
static s64 wall_offset; /* clock_lock */
static s64 coarse_mono; /* written by the tick */
static DEFINE_SPINLOCK(clock_lock, RANK_LEAF);

void clocksource_register(struct clocksource *cs)
{
	unsigned long flags;
	s64 now;

	if (clocksource && clocksource->rating >= cs->rating)
		return;
	flags = spin_lock_irqsave(&clock_lock);
	now = clocksource ? clock_monotonic() : 0;
	mono_offset = now - (s64)cs->read_ns();
	clocksource = cs;
	coarse_mono = now;
	vdso_set_mono(mono_offset);
	spin_unlock_irqrestore(&clock_lock, flags);
}

s64 clock_monotonic(void)
{
	struct clocksource *cs = clocksource;

	return cs ? (s64)cs->read_ns() + mono_offset : 0;
}

s64 clock_realtime(void)
{
	return clock_monotonic() + wall_offset;
}

s64 clock_coarse_monotonic(void)
{
	unsigned long flags = local_irq_save(); /* 64 bits are two loads */
	s64 ns = coarse_mono;

	local_irq_restore(flags);
	return ns;
}

s64 clock_coarse_realtime(void)
{
	return clock_coarse_monotonic() + wall_offset;
}

void clock_update_coarse(s64 now)
{
	coarse_mono = now;
	vdso_set_coarse(now);
}

void clock_set_realtime(s64 ns)
{
	unsigned long flags = spin_lock_irqsave(&clock_lock);

	wall_offset = ns - clock_monotonic();
	vdso_set_wall(wall_offset);
	spin_unlock_irqrestore(&clock_lock, flags);
	clock_was_set();
}

s64 clock_wall_offset(void)
{
	return wall_offset;
}

s64 clock_resolution(void)
{
	return clocksource ? clocksource->resolution_ns : NSEC_PER_SEC / 100;
}
