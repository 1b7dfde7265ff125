/*
 * sim_ps2.h - a simulated 8042 with a keyboard and a mouse on the simulated bus, and what can be
 * wrong with each.
 *
 * The controller takes ibf_us to look at a byte, holds one byte at a time in its output buffer, and
 * fills it again out of its own answers first, then the keyboard's, then the mouse's bytes. With
 * `deliver` set, interrupts call it (as a kernel's handlers would); without, the driver must poll.
 */
#ifndef SIM_PS2_H
#define SIM_PS2_H

#include <host/host.h>
#include <host/sim_bus.h>

#define SIM_QUEUE 64

struct sim_queue {
	u8 byte[SIM_QUEUE], error[SIM_QUEUE];
	unsigned int head, count;
};

struct sim_device {
	struct sim_queue out;
	bool absent;		/* the controller times out: FE with the time-out bit */
	bool silent;		/* takes bytes, says nothing */
	unsigned int answer_us; /* before it answers a byte */
	unsigned int bat_us;	/* self test after FF */
	u8 bat_code;		/* AA */
	unsigned int nak;	/* answers FE to so many bytes */
	u8 ignores;		/* a command it does not know: says nothing (0: none) */
	u8 refuses;		/* a command it refuses with FC */
	u8 swallow_ack_of;	/* the answer to this command gets lost once */
	bool bare_id;		/* answers F2 without FA */
	bool no_id;		/* acknowledges F2 and nothing more */
	u8 id[2];
	unsigned int id_count;
	u8 stray; /* sends this byte once before the ID (0: none) */
	bool has_wheel, has_explorer, lost_after_explorer;
	/* state */
	bool enabled;
	u8 awaiting; /* a command whose parameter comes next */
	u8 rates[3], leds, rate, set, resolution;
	unsigned int resets, led_commands;
	u64 last_led_us, least_led_gap_us;
	u8 pending[8];
	unsigned int pending_count;
};

struct sim_ps2 {
	struct sim_bus bus;
	/* faults */
	bool no_aux;	   /* commands of the mouse port do nothing */
	bool no_loop;	   /* D3 is unknown */
	bool loop_to_kbd;  /* D3 answers as the keyboard */
	bool aux_stuck_on; /* A7 has no effect */
	bool mux_on;	   /* multiplexing was left on by the BIOS */
	u8 mux_answer;	   /* what A5 as third loop byte is answered with */
	bool no_reply;	   /* answers no command */
	bool ctr_unstable, ctr_readonly, ctr_lost_by_test;
	unsigned int ctr_noise;	     /* a key byte comes before so many first answers */
	unsigned int bad_self_tests; /* wrong so many times */
	bool silent_self_test;
	void (*at_self_test)(struct sim_ps2 *sim); /* whatever happens at that moment */
	bool locked;				   /* key switch */
	bool aux_irq_dead;
	unsigned int ibf_us;
	unsigned int lost; /* drops every nth byte of the mouse (0: none) */
	/* state */
	u8 status, ctr, data, command;
	bool loop_next, aux_next, ctr_next;
	u8 looped[2]; /* before the last one */
	struct sim_queue own;
	u8 own_aux[SIM_QUEUE];
	struct sim_device kbd, mouse;
	unsigned int irqs[2], cpu_resets;
	unsigned int mouse_bytes;
	void (*deliver)(void *arg);
	void *deliver_arg;
	u64 start_us;
};

/* A PC with both devices, as a BIOS leaves it. */
void sim_ps2_init(struct sim_ps2 *sim);
/* The device sends bytes on its own. */
void sim_kbd_sends(struct sim_ps2 *sim, const u8 *bytes, unsigned int n);
void sim_mouse_sends(struct sim_ps2 *sim, const u8 *bytes, unsigned int n);
/* A byte with parity or time-out error bits of the status. */
void sim_kbd_sends_bad(struct sim_ps2 *sim, u8 byte, u8 error);
/* Pulled out and plugged in again: self test, then its greeting. */
void sim_replug(struct sim_ps2 *sim, struct sim_device *dev);
/* Virtual time since init. */
u64 sim_elapsed_us(struct sim_ps2 *sim);

#endif
