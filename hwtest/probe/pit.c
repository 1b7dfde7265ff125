/*
 * pit.c - the interval timer: does it count, how fast against the clock, how often does it
 * interrupt.
 *
 * Channel 0 belongs to the system and is only read. Channel 2 is borrowed where no driver has it.
 *
 * Source: Intel 8254 data sheet; hardware-notes 3.2.
 */
#include "probe.h"
#include "samples.h"
#include "text.h"
#include "timer.h"
#include <stdlib.h>
#include <string.h>

#define SAMPLES	   256u
#define MEASURE_US 100000u
#define RATES	   10u
#define TRIES	   16u
#define PPM_AGREE  1000
#define AROUND	   0x10000u
#define REFRESH_US 2000u
#define TICKS_US   500000u

/* The count goes from its reload value down; many looks see nearly all of it. */
static void note_channel0(struct probe_run *run)
{
	struct host *h = run->host;
	u16 low = 0xffff, high = 0;

	note_number(run, "channel0", "status", timer_status(h, 0), "");
	for (unsigned int i = 0; i < SAMPLES; i++) {
		u16 count = timer_count(h, 0);

		low = min(low, count);
		high = max(high, count);
		hw_sleep_us(&h->hw, 100);
	}
	note_number(run, "channel0", "lowest", low, "");
	note_number(run, "channel0", "highest", high, "");
}

/* Of the line 0 in a text like /proc/interrupts; -1: not there. */
static int64_t ticks(void)
{
	char *text = host_read_text("/proc/interrupts");
	uint64_t value;
	bool found = text && text_number(text, "  0:", &value);

	free(text);
	return found ? (int64_t)value : -1;
}

static void note_ticks(struct probe_run *run)
{
	u64 begin = hw_now_us(&run->host->hw), passed;
	int64_t before = ticks(), after;

	/* Another timer may tick for the system. */
	if (before < 0 || host_irq_masked(run->host, 0) != 0)
		return;
	hw_sleep_us(&run->host->hw, TICKS_US);
	after = ticks();
	passed = hw_now_us(&run->host->hw) - begin;
	if (passed)
		note_number(run, "channel0", "interrupts",
			    (after - before) * 1000000 / (int64_t)passed, "hz");
}

static void note_refresh(struct probe_run *run)
{
	u64 begin = hw_now_us(&run->host->hw);
	unsigned int changes = 0;
	u8 last = hw_in8(&run->host->hw, TIMER_PORT_61), now;

	while (hw_now_us(&run->host->hw) - begin < REFRESH_US) {
		now = hw_in8(&run->host->hw, TIMER_PORT_61);
		changes += (now ^ last) & TIMER_61_REFRESH ? 1 : 0;
		last = now;
	}
	note_number(run, "", "refresh-changes", changes, "");
}

/* A tick that the system's clock lost makes the timer seem faster, and nothing slower: the lowest.
 */
static void note_rates(struct probe_run *run, const struct samples *rates, unsigned int doubt)
{
	s64 rate = rates->count ? rates->value[0] : 0;
	s64 tolerance = (s64)TIMER_HZ * (PPM_AGREE + 2 * (s64)doubt) / 1000000;

	note_number(run, "channel2", "rates", rates->count, "times");
	note_number(run, "channel2", "rates-agreeing", samples_near(rates, rate, tolerance),
		    "times");
	note_number(run, "channel2", "rate", rate, "hz");
	note_number(run, "channel2", "uncertainty", doubt, "ppm");
}

/* Several times: a look that came late, or a tick that the system lost, spoils one of them. */
static void note_channel2(struct probe_run *run)
{
	struct samples rates = { .count = 0 };
	unsigned int doubt = 0;
	struct timer_loan loan;
	bool moved = false;

	timer_borrow(run->host, &loan);
	for (unsigned int i = 0; i < TRIES && rates.count < RATES; i++) {
		struct timer_rate r = timer_measure(run->host, 2, AROUND, MEASURE_US);

		moved |= r.moved;
		if (!r.watched)
			continue;
		samples_add(&rates, r.hz);
		doubt = max(doubt, r.doubt_ppm);
	}
	timer_give_back(run->host, &loan);
	note_number(run, "channel2", "status", loan.status, "");
	note_number(run, "channel2", "moved", moved, "");
	note_rates(run, &rates, doubt);
}

static enum probe_end run_pit(struct probe_run *run)
{
	const char *owner = host_owner(run->host, 0x42);

	note_channel0(run);
	note_ticks(run);
	note_refresh(run);
	if (owner)
		note_text(run, "channel2", "owner", "%s", owner);
	else
		note_channel2(run);
	return PROBE_DONE;
}

const struct probe probe_pit = {
	.name = "pit",
	.title = "interval timer: counting, rate, interrupts",
	.class = CLASS_R1,
	.seconds = 15,
	.run = run_pit,
};
