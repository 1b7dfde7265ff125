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
 * How fast a channel that runs down and around from `reload` counts, against the monotonic clock,
 * over at least `us`: counts a second, 0 when it stands or could not be watched closely enough.
 * *doubt_ppm: how far that may be off by the edges of the measurement.
 */
u32 timer_measure(struct host *h, unsigned int channel, u32 reload, unsigned int us,
		  unsigned int *doubt_ppm);

#endif
