/*
 * ps2_port.h - commands to a PS/2 device and their replies, on one port of the controller.
 *
 * A command is a byte, answered by FA (or FE: again, FC/FE: no), then parameters, each answered
 * too, then reply bytes. Bytes arrive in i8042_core_irq(), by interrupt or because the waiting side
 * calls it: the machine is the same, so commands work with interrupts, without, and when they get
 * lost. Bytes that are no part of a reply go to the device's handler.
 *
 * ps2_command() may sleep, is called by one thread at a time for each port (the device's mutex),
 * never from an interrupt.
 *
 * Errors: -ETIMEDOUT no answer in time, -EIO the device says no (FC, or FE too often), or what
 * i8042_send() returned.
 *
 * Locking: the fields of a command in progress are under the controller's lock.
 *
 * Source: hardware-notes 7.2, 7.4 (facts of Linux's libps2.c).
 */
#ifndef DRIVERS_PS2_PS2_PORT_H
#define DRIVERS_PS2_PS2_PORT_H

#include <kernel/types.h>
#include "i8042_core.h"

#define PS2_ACK	   0xFA
#define PS2_NAK	   0xFE
#define PS2_ERR	   0xFC
#define PS2_BAT_OK 0xAA

#define PS2_CMD_RESET	 0xFF
#define PS2_CMD_RESEND	 0xFE
#define PS2_CMD_DEFAULTS 0xF6
#define PS2_CMD_DISABLE	 0xF5
#define PS2_CMD_ENABLE	 0xF4
#define PS2_CMD_GET_ID	 0xF2

#define PS2_ACK_US	 200000u  /* each byte of a command */
#define PS2_ACK_RESET_US 1000000u /* the reset command alone */
#define PS2_REPLY_US	 500000u  /* reply bytes, all together */
#define PS2_BAT_US	 4000000u /* self test after a reset */
#define PS2_RETRIES	 3	  /* FE answers accepted for one byte */
#define PS2_POLL_US	 1000u	  /* between looks at a port without interrupts */

#define PS2_REPLY_MAX 8

enum ps2_phase {
	PS2_IDLE,
	PS2_WAIT_ACK,
	PS2_WAIT_REPLY
};

struct ps2_port {
	struct i8042 *ctl;
	bool aux;
	/* A byte that is not part of a reply. Runs under the controller's lock. */
	void (*byte)(void *ctx, u8 byte);
	void *ctx;

	/* private: under the controller's lock */
	u8 phase;	/* enum ps2_phase */
	u8 answer;	/* FA, FE or FC, 0 while none came */
	bool awaits_id; /* F2 was sent: some mice answer with the ID and no FA */
	bool draining;
	u8 reply_want, reply_got;
	u8 reply[PS2_REPLY_MAX];
};

/* Take over a port of the controller. */
void ps2_port_init(struct ps2_port *p, struct i8042 *ctl, bool aux,
		   void (*byte)(void *ctx, u8 byte), void *ctx);

struct ps2_cmd {
	u8 command;
	u8 send_count, reply_count;
	const u8 *send;
	u8 *reply;
	unsigned int reply_us; /* 0: PS2_REPLY_US */
	u8 reply_got;	       /* out: a device may answer less */
};

/*
 * 0 when all was acknowledged and all reply bytes came; -ETIMEDOUT with cmd->reply_got telling how
 * many came otherwise.
 */
int ps2_command(struct ps2_port *p, struct ps2_cmd *cmd);

/* A command with parameters and no reply. */
int ps2_send(struct ps2_port *p, u8 command, const u8 *send, unsigned int n);

/* Swallow what comes for a while. */
void ps2_drain(struct ps2_port *p, unsigned int us);

#endif
