/*
 * sim_rtc.h - a simulated MC146818 on a simulated bus.
 *
 * A chip whose second begins when virtual time divides by a second: UIP rises 244 us before, and
 * for 1984 us after it the time registers read as garbage. `rate_ppm` makes it run fast or slow.
 */
#ifndef SIM_RTC_H
#define SIM_RTC_H

#include <host/sim_bus.h>
#include "../mc146818_core.h"

#define UPDATE_US  1984
#define WARNING_US 244
#define SECOND_US  1000000

struct sim_rtc {
	struct sim_bus bus;
	u8 ram[128], index;
	s64 base; /* seconds at virtual time 0 */
	s64 rate_ppm;
	bool uip_stuck, uip_never, frozen_garbage, deaf;
	bool same_garbage; /* reads the same twice */
	u64 trap_us;	   /* once, behind the first look at A, the processor is away for so long */
	u8 century_reg;
	bool stale_century;
	unsigned int last_nmi;
	unsigned int reads, reads_of_c;
};

/* A chip that runs, on a bus of its own, half a second after that date's second began. */
void sim_rtc_init(struct sim_rtc *s, const struct rtc_date *d);
/* The chip's own time; virtual time but for rate_ppm. */
u64 sim_rtc_us(const struct sim_rtc *s);
/* Brings the registers up to date, unless the clock is being set. */
void sim_rtc_tick(struct sim_rtc *s);

#endif
