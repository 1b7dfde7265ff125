/*
 * speaker.c - the timer's output behind the speaker, and a tone when somebody listens.
 *
 * Without a listener the speaker's gate stays shut: channel 2 counts down once, and its output is
 * seen to rise. What was set is put back.
 *
 * Source: IBM AT technical reference (port 61h); hardware-notes 9.5.
 */
#include "probe.h"
#include "samples.h"
#include "timer.h"

#define CHANNEL_2     0x42u
#define COMMAND	      0x43u
#define ONE_SHOT      0xb0u /* low then high byte, mode 0: the output rises at the end */
#define SQUARE	      0xb6u
#define SHOT_COUNTS   11932u /* 10 ms */
#define SHOT_LIMIT_US 50000u
#define SHOTS	      5u
#define SHOT_TRIES    16u
#define SHARP_US      1000u
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
	u64 took_us, blur_us; /* took_us is that much too long at most */
};

static struct shot shoot(struct host *h)
{
	u64 begin = hw_now_us(&h->hw), loaded, before, last;
	struct shot s;

	load(h, ONE_SHOT, SHOT_COUNTS);
	s.fell = !output(h);
	loaded = before = last = hw_now_us(&h->hw);
	while (!output(h) && last - loaded < SHOT_LIMIT_US) {
		before = last;
		last = hw_now_us(&h->hw);
	}
	s.rose = output(h);
	last = hw_now_us(&h->hw);
	s.took_us = last - begin;
	s.blur_us = (loaded - begin) + (last - before);
	return s;
}

/* Only what was closely watched counts. */
static void note_shot(struct probe_run *run)
{
	struct samples times = { .count = 0 };
	bool fell = false, rose = false;
	s64 longest;

	for (unsigned int i = 0; i < SHOT_TRIES && times.count < SHOTS; i++) {
		struct shot s = shoot(run->host);

		fell |= s.fell;
		rose |= s.rose;
		if (s.blur_us <= SHARP_US)
			samples_add(&times, (s64)s.took_us);
	}
	note_number(run, "", "output-fell", fell, "");
	note_number(run, "", "output-rose", rose, "");
	note_number(run, "", "shots", times.count, "times");
	if (!times.count)
		return;
	/* A tick that the system's clock lost makes it seem shorter, and nothing longer. */
	longest = times.value[times.count - 1];
	note_number(run, "", "shots-agreeing", samples_near(&times, longest, SHARP_US), "times");
	note_number(run, "", "shot", longest, "us");
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
