/*
 * speaker.c - the timer's output behind the speaker, and a tone when somebody listens.
 *
 * Without a listener the speaker's gate stays shut: channel 2 counts down once, and its output is
 * seen to rise. What was set is put back.
 *
 * Source: IBM AT technical reference (port 61h); hardware-notes 9.5.
 */
#include "probe.h"
#include "timer.h"

#define CHANNEL_2     0x42u
#define COMMAND	      0x43u
#define ONE_SHOT      0xb0u /* low then high byte, mode 0: the output rises at the end */
#define SQUARE	      0xb6u
#define SHOT_COUNTS   11932u /* 10 ms */
#define SHOT_LIMIT_US 50000u
#define SHOTS	      5u
#define TONE_HZ	      440u
#define TONE_US	      500000u

static void load(struct host *h, u8 command, u16 count)
{
	unsigned long flags = host_lock();

	hw_out8(&h->hw, COMMAND, command);
	hw_out8(&h->hw, CHANNEL_2, (u8)count);
	hw_out8(&h->hw, CHANNEL_2, (u8)(count >> 8));
	host_unlock(flags);
}

static bool output(struct host *h)
{
	return hw_in8(&h->hw, TIMER_PORT_61) & TIMER_61_OUT;
}

struct shot {
	bool fell, rose;
	u64 took_us;
};

static struct shot shoot(struct host *h)
{
	struct shot s = { .took_us = 0 };
	u64 begin;

	load(h, ONE_SHOT, SHOT_COUNTS);
	begin = hw_now_us(&h->hw);
	s.fell = !output(h);
	while (!output(h) && s.took_us < SHOT_LIMIT_US)
		s.took_us = hw_now_us(&h->hw) - begin;
	s.rose = output(h);
	s.took_us = hw_now_us(&h->hw) - begin;
	return s;
}

/* Others only ever make it longer: the shortest is told. */
static void note_shot(struct probe_run *run)
{
	struct shot best = shoot(run->host);

	for (unsigned int i = 1; i < SHOTS && best.rose; i++) {
		struct shot s = shoot(run->host);

		if (s.took_us < best.took_us)
			best = s;
	}
	note_number(run, "", "output-fell", best.fell, "");
	note_number(run, "", "output-rose", best.rose, "");
	note_number(run, "", "shot", (int64_t)best.took_us, "us");
}

static void play(struct probe_run *run, u8 port61)
{
	struct host *h = run->host;

	probe_step(run, "a tone of %u Hz, half a second", TONE_HZ);
	load(h, SQUARE, TIMER_HZ / TONE_HZ);
	hw_out8(&h->hw, TIMER_PORT_61, port61 | TIMER_61_GATE | TIMER_61_SPEAKER);
	hw_sleep_us(&h->hw, TONE_US);
	hw_out8(&h->hw, TIMER_PORT_61, port61 & (u8)~TIMER_61_SPEAKER);
	note_number(run, "", "tone", TONE_HZ, "hz");
}

static enum probe_end run_speaker(struct probe_run *run)
{
	const char *owner = host_owner(run->host, TIMER_PORT_61);
	struct timer_loan loan;

	if (!owner)
		owner = host_owner(run->host, CHANNEL_2);
	if (owner)
		return not_run(run, "%s has the speaker", owner);
	timer_borrow(run->host, &loan);
	note_number(run, "", "port-61", loan.port61, "");
	note_shot(run);
	if (run->options->interactive)
		play(run, loan.port61);
	timer_give_back(run->host, &loan);
	return PROBE_DONE;
}

const struct probe probe_speaker = {
	.name = "speaker",
	.title = "speaker: the timer behind it, a tone with --interactive",
	.class = CLASS_R1,
	.seconds = 5,
	.run = run_speaker,
};
