/*
 * time.c - the machine's clock sources and its timer interrupt.
 *
 * With a sound TSC: the clock is the TSC, and channel 0 of the 8254 is programmed for each next
 * event. Without one: channel 0 ticks PIT_TICK_HZ times a second and the clock is the tick count
 * plus the position within the tick; timers then have the tick's resolution.
 *
 * The TSC is sound when three measurements against channel 2 agree within TSC_TOLERANCE and no
 * switch or quirk speaks against it. Source: hardware notes 1.3, 3.2.
 */
#include <kernel/init.h>
#include <kernel/irq.h>
#include <kernel/main.h>
#include <kernel/math64.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <arch/atomic.h>
#include <arch/cpu.h>
#include <arch/vdso_data.h>
#include "pit.h"
#include "x86.h"

#define TSC_TRIES     8
#define TSC_WINDOW_MS 10
#define TSC_GOOD      200 /* parts: two runs within 1/200 end the search */
#define TSC_TOLERANCE 10
#define TSC_SHIFT     VDSO_SHIFT
#define TICK_NS	      ((s64)PIT_RELOAD * NSEC_PER_SEC / PIT_HZ)
#define ONESHOT_MIN   12u /* counts: about 10 us */

static u64 tsc_base;
static u32 tsc_mul; /* ns = cycles * tsc_mul >> TSC_SHIFT */
static bool oneshot;
static volatile u64 pit_ticks;
static u32 pit_last_count;
static u64 pit_last_ticks, pit_last_ns;

static u64 tsc_read_ns(void)
{
	return mul_u64_u32_shr(rdtsc() - tsc_base, tsc_mul, TSC_SHIFT);
}

static struct clocksource tsc_clock = {
	.name = "tsc",
	.read_ns = tsc_read_ns,
	.rating = 300,
	.resolution_ns = 1,
};

/*
 * The counter may have wrapped while its interrupt is still pending; then it reads high with the
 * old tick count. Time must not run back: such a reading counts as one tick more.
 */
static u64 pit_read_ns(void)
{
	unsigned long flags = local_irq_save();
	u32 count = pit_read_channel0();
	u64 ticks = pit_ticks, ns;

	if (count > PIT_RELOAD)
		count = PIT_RELOAD; /* VIA 686A reads above the reload value at times */
	if (ticks == pit_last_ticks && count > pit_last_count)
		ticks++;
	else
		pit_last_count = count;
	pit_last_ticks = pit_ticks;
	ns = ticks * TICK_NS + div_u64((u64)(PIT_RELOAD - count) * TICK_NS, PIT_RELOAD);
	if (ns < pit_last_ns)
		ns = pit_last_ns;
	pit_last_ns = ns;
	local_irq_restore(flags);
	return ns;
}

static struct clocksource pit_clock = {
	.name = "pit",
	.read_ns = pit_read_ns,
	.rating = 100,
	.resolution_ns = TICK_NS,
};

/* kHz by one window, 0 when channel 2 does not answer. */
static u32 measure_khz(void)
{
	u64 start, end;

	if (!pit_gate_tsc(TSC_WINDOW_MS, &start, &end))
		return 0;
	return (u32)div_u64(end - start, TSC_WINDOW_MS);
}

/*
 * The firmware (or an emulator's host) can only ever make a window longer: the two fastest runs are
 * the best evidence, and they have to agree. Stops as soon as they do so well.
 */
static u32 __init best_of_runs(void)
{
	u32 best = 0, second = 0;

	for (int i = 0; i < TSC_TRIES; i++) {
		u32 khz = measure_khz();

		if (khz < 1000)
			return 0;
		if (!best || khz < best) {
			second = best;
			best = khz;
		} else if (!second || khz < second) {
			second = khz;
		}
		if (second && second - best <= best / TSC_GOOD)
			return best;
	}
	return second - best <= best / TSC_TOLERANCE ? best : 0;
}

bool __init tsc_calibrate(void)
{
	u32 khz = cpu_has(CPUID_TSC) ? best_of_runs() : 0;

	if (!khz) {
		if (cpu_has(CPUID_TSC))
			pr_warn("tsc: measurements disagree, not used as a clock\n");
		return false;
	}
	cpu_info.tsc_khz = khz;
	/* ns = cycles * 10^6 / kHz */
	tsc_mul = (u32)div_u64(1000000ull << TSC_SHIFT, khz);
	return true;
}

void clockevent_program(s64 expires)
{
	s64 delta;
	u32 counts;

	if (!oneshot)
		return;
	delta = expires - clock_monotonic();
	if (delta > 50 * NSEC_PER_MSEC)
		counts = PIT_MAX_ONESHOT;
	else if (delta <= 0)
		counts = ONESHOT_MIN;
	else
		counts = max_t(u32, (u32)div_u64((u64)delta * (PIT_HZ / 2), 500000000u) + 1,
			       ONESHOT_MIN);
	pit_set_oneshot(counts);
}

static enum irq_return timer_interrupt(int irq, void *data)
{
	pit_ticks++;
	time_tick_irq(irq_from_user);
	return IRQ_HANDLED;
}

static struct irq_action timer_action = { .handler = timer_interrupt, .name = "timer" };

void __init arch_time_init(void)
{
	if (tsc_calibrate()) {
		tsc_base = rdtsc();
		clocksource_register(&tsc_clock);
		vdso_set_clock(tsc_base, tsc_mul);
		oneshot = true;
		pit_set_oneshot(PIT_MAX_ONESHOT);
		pr_info("clock: TSC at %u.%03u MHz, 8254 one-shot\n", cpu_info.tsc_khz / 1000,
			cpu_info.tsc_khz % 1000);
	} else {
		pit_set_periodic();
		clocksource_register(&pit_clock);
		pr_info("clock: 8254 at %u Hz\n", PIT_TICK_HZ);
	}
	irq_request(0, &timer_action);
}

void udelay(unsigned int us)
{
	u64 end;

	if (!cpu_info.tsc_khz) {
		pit_delay_us(us);
		return;
	}
	end = rdtsc() + div_u64((u64)us * cpu_info.tsc_khz, 1000) + 1;
	while ((s64)(rdtsc() - end) < 0)
		arch_cpu_relax();
}

void ndelay(unsigned int ns)
{
	udelay((ns + 999) / 1000);
}

u32 arch_random_bits(void)
{
	return cpu_has(CPUID_TSC) ? (u32)rdtsc() : pit_read_channel0();
}
