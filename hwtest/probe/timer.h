/*
 * timer.h - the 8254 as a probe may use it: looked at without harm, and channel 2 (which makes the
 * speaker's tone) borrowed for a while.
 *
 * Errors: timer_borrow() cannot fail; what does not count shows in the counts. Interrupts are off
 * around each pair of accesses.
 *
 * Source: Intel 8254 data sheet (read-back command, modes); IBM AT technical reference (port 61h).
 */
#ifndef HWTEST_PROBE_TIMER_H
#define HWTEST_PROBE_TIMER_H

#include "../host/host.h"

#define TIMER_HZ	     1193182u
#define TIMER_PORT_61	     0x61u
#define TIMER_61_GATE	     0x01u
#define TIMER_61_SPEAKER     0x02u
#define TIMER_61_REFRESH     0x10u	     /* changes with every memory refresh */
#define TIMER_61_OUT	     0x20u	     /* channel 2's output */
#define TIMER_STATUS_MODE(s) ((s) >> 1 & 7u) /* 6 and 7 are 2 and 3 */

/* A channel's status by the read-back command: OUT, NULL COUNT, access, mode, BCD. */
u8 timer_status(struct host *h, unsigned int channel);
/* Its count now. */
u16 timer_count(struct host *h, unsigned int channel);

struct timer_loan {
	u8 port61, status;
	u16 count;
};
/* Channel 2 counts from 65536 down and around again (mode 2), in silence. */
void timer_borrow(struct host *h, struct timer_loan *loan);
void timer_give_back(struct host *h, const struct timer_loan *loan);

/*
 * The borrowed channel 2 as a clock: it goes on where the system's loses ticks. Microseconds since
 * the start; it has to be asked every 50 ms, or some of them are lost.
 */
struct timer_watch {
	struct host *h;
	u16 count;
	u64 counted;
};
/* False: it stands, and is no clock. */
bool timer_watch_start(struct timer_watch *w, struct host *h);
u64 timer_watch_us(struct timer_watch *w);

/*
 * How fast a channel that runs down and around from `reload` counts, against the monotonic clock,
 * over at least `us`.
 */
struct timer_rate {
	u32 hz;			/* counts a second; 0: it stands, or see `watched` */
	unsigned int doubt_ppm; /* by the edges of the measurement */
	bool moved;		/* two looks at least differed */
	bool watched;		/* false: looks came too late, it may have been around unseen */
};
struct timer_rate timer_measure(struct host *h, unsigned int channel, u32 reload, unsigned int us);

#endif
