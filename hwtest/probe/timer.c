/* See timer.h. */
#include "timer.h"

#define CHANNEL_0 0x40u
#define COMMAND	  0x43u
/* Read-back: both count and status, or status alone, of the channel whose bit is added. */
#define READ_BACK_STATUS 0xe0u
#define LATCH(channel)	 ((u8)((channel) << 6))
#define CHANNEL_2_SPIN	 0xb4u /* low then high byte, mode 2 */
#define CHANNEL_2_ACCESS 0xb0u
#define STATUS_FORM	 0x0fu /* mode and BCD, as in a command */
#define MILLION		 1000000u
/* Two looks closer than this show a wrap for certain; half of it is a count's time around. */
#define LOOK_US	      1000u
#define TOO_LATE_PART 2u /* of the time around */
#define EDGE_TRIES    16u
#define AROUND	      0x10000u /* of channel 2 as it is borrowed */
#define WATCH_US      100u

static u16 port_of(unsigned int channel)
{
	return (u16)(CHANNEL_0 + channel);
}

u8 timer_status(struct host *h, unsigned int channel)
{
	unsigned long flags = host_lock();
	u8 status;

	hw_out8(&h->hw, COMMAND, (u8)(READ_BACK_STATUS | 2u << channel));
	status = hw_in8(&h->hw, port_of(channel));
	host_unlock(flags);
	return status;
}

u16 timer_count(struct host *h, unsigned int channel)
{
	unsigned long flags = host_lock();
	u16 count;

	hw_out8(&h->hw, COMMAND, LATCH(channel));
	count = hw_in8(&h->hw, port_of(channel));
	count |= (u16)(hw_in8(&h->hw, port_of(channel)) << 8);
	host_unlock(flags);
	return count;
}

static void load(struct host *h, u8 command, u16 count)
{
	unsigned long flags = host_lock();

	hw_out8(&h->hw, COMMAND, command);
	hw_out8(&h->hw, port_of(2), (u8)count);
	hw_out8(&h->hw, port_of(2), (u8)(count >> 8));
	host_unlock(flags);
}

void timer_borrow(struct host *h, struct timer_loan *loan)
{
	loan->port61 = hw_in8(&h->hw, TIMER_PORT_61);
	loan->status = timer_status(h, 2);
	loan->count = timer_count(h, 2);
	hw_out8(&h->hw, TIMER_PORT_61, (u8)((loan->port61 & ~TIMER_61_SPEAKER) | TIMER_61_GATE));
	load(h, CHANNEL_2_SPIN, 0);
}

/* What it counted from is not to be read; a tone that was playing sounds a little higher until it
 * is set anew. */
void timer_give_back(struct host *h, const struct timer_loan *loan)
{
	load(h, (u8)(CHANNEL_2_ACCESS | (loan->status & STATUS_FORM)), loan->count);
	hw_out8(&h->hw, TIMER_PORT_61, loan->port61);
}

/* A count and the clock read together: the closest of some tries. */
static u16 sharp_look(struct host *h, unsigned int channel, u64 *at, u64 *blur)
{
	u16 best = 0;

	*blur = ~0ull;
	for (unsigned int i = 0; i < EDGE_TRIES; i++) {
		u64 before = hw_now_us(&h->hw);
		u16 count = timer_count(h, channel);
		u64 after = hw_now_us(&h->hw);

		if (after - before >= *blur)
			continue;
		*blur = after - before;
		*at = before + *blur / 2;
		best = count;
	}
	return best;
}

static u32 between(u16 from, u16 to, u32 reload)
{
	return from >= to ? (u32)(from - to) : from + reload - to;
}

u64 timer_watch_us(struct timer_watch *w)
{
	u16 then = timer_count(w->h, 2);

	w->counted += between(w->count, then, AROUND);
	w->count = then;
	return w->counted * MILLION / TIMER_HZ;
}

bool timer_watch_start(struct timer_watch *w, struct host *h)
{
	*w = (struct timer_watch){ .h = h, .count = timer_count(h, 2) };
	hw_delay_us(&h->hw, WATCH_US);
	return timer_watch_us(w) >= WATCH_US / 2;
}

struct timer_rate timer_measure(struct host *h, unsigned int channel, u32 reload, unsigned int us)
{
	u64 around_us = (u64)reload * MILLION / TIMER_HZ, begin, end, blur, blur2, now, last;
	u16 count = sharp_look(h, channel, &begin, &blur), then;
	struct timer_rate r = { .hz = 0 };
	u64 counted = 0;

	for (now = last = begin; now - begin < us; last = now) {
		hw_sleep_us(&h->hw, LOOK_US);
		then = timer_count(h, channel);
		now = hw_now_us(&h->hw);
		r.moved |= then != count;
		if (now - last > around_us / TOO_LATE_PART)
			return r;
		counted += between(count, then, reload);
		count = then;
	}
	then = sharp_look(h, channel, &end, &blur2);
	counted += between(count, then, reload);
	r.doubt_ppm = (unsigned int)((blur + blur2 + 1) * MILLION / (end - begin));
	r.hz = (u32)(counted * MILLION / (end - begin));
	r.watched = true;
	return r;
}
