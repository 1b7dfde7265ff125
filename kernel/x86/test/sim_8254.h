/*
 * sim_8254.h - the 8254 interval timer and port 61h of a PC, on a simulated bus's virtual time.
 *
 * Modes 0 (one-shot), 2 and 3 (periodic); counts are written and read low byte first, with a latch.
 * The read-back command latches the status alone. `dead`: no channel ever counts. Source: Intel
 * 8254 data sheet; IBM AT Technical Reference (61h).
 */
#ifndef SIM_8254_H
#define SIM_8254_H

#include <host/sim_bus.h>

#define SIM_8254_HZ 1193182ull

struct sim_8254_channel {
	u8 mode, write_low;
	bool write_high, read_high, loaded, latched, status_latched;
	u16 reload, latch;
	u64 since_ns, gated_ns; /* counting began; counted before the gate was closed */
	bool gate;
};

struct sim_8254 {
	struct sim_bus *bus;
	struct sim_8254_channel channel[3];
	u8 port61;
	bool dead;
};

void sim_8254_init(struct sim_8254 *s, struct sim_bus *bus);
/* Input clocks that a channel has counted since it was loaded. */
u64 sim_8254_clocks(const struct sim_8254 *s, int channel);
bool sim_8254_out(const struct sim_8254 *s, int channel);

#endif
