/*
 * sim_8259.h - a pair of 8259A interrupt controllers as a PC has them, on a simulated bus.
 *
 * Lines are edge-triggered requests: sim_8259_raise() latches one, sim_8259_drop() takes it away
 * again before it was acknowledged (what makes a spurious interrupt). sim_8259_ack() is the
 * processor's acknowledge: the vector, or -1 when INTR is not active. A chip that was not set up,
 * or whose cascade is wrong, gives what the real one would: nothing, or the wrong vector.
 *
 * Source: Intel 8259A data sheet.
 */
#ifndef SIM_8259_H
#define SIM_8259_H

#include <host/sim_bus.h>

struct sim_8259_chip {
	u8 icw1, vector, icw3, icw4;
	u8 expect; /* the ICW that the data port takes next; 0: the mask */
	u8 mask, requests, service;
	bool read_isr;
	u8 specific_eois;
};

struct sim_8259 {
	struct sim_bus *bus;
	struct sim_8259_chip chip[2]; /* master, slave */
};

void sim_8259_init(struct sim_8259 *s, struct sim_bus *bus);
void sim_8259_raise(struct sim_8259 *s, int line);
void sim_8259_drop(struct sim_8259 *s, int line);
int sim_8259_ack(struct sim_8259 *s);
/* The acknowledge comes, and the request has just gone: at the master, or at the slave behind it.
 */
int sim_8259_ack_vanished(struct sim_8259 *s, bool slave);

#endif
