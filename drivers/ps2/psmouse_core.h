/*
 * psmouse_core.h - a PS/2 mouse: plain, IntelliMouse (wheel) or Explorer (wheel and 5 buttons).
 *
 * psmouse_probe() resets it, finds its kind and enables it. Then each byte from the port (in an
 * interrupt) goes through the packet assembler; whole packets become a struct psmouse_event for
 * ops->event. Lost bytes: bit 3 of a packet's first byte is always 1, and after PSMOUSE_RESYNC_US
 * of silence a packet starts anew. A mouse that was plugged in again says AA 00: ops->replug is
 * called (in the interrupt), and the glue calls psmouse_probe() again from a thread.
 *
 * Locking: psmouse_probe() and the setters may sleep, one mutex of the glue's; event and replug run
 * under the controller's lock.
 *
 * Errors: -ENODEV nothing answers the reset, else those of ps2_port.h.
 *
 * Source: hardware-notes 7.4; Microsoft's "IntelliMouse" and Explorer knock sequences.
 */
#ifndef DRIVERS_PS2_PSMOUSE_CORE_H
#define DRIVERS_PS2_PSMOUSE_CORE_H

#include <kernel/types.h>
#include "ps2_port.h"

#define PSMOUSE_CMD_SCALE11    0xE6
#define PSMOUSE_CMD_RESOLUTION 0xE8
#define PSMOUSE_CMD_STATUS     0xE9
#define PSMOUSE_CMD_RATE       0xF3

#define PSMOUSE_RESYNC_US    500000u
#define PSMOUSE_DEFAULT_RATE 100 /* reports a second */
#define PSMOUSE_DEFAULT_RES  3	 /* 8 counts a mm */
#define PSMOUSE_BAD_BYTES    20	 /* so many in a row that begin no packet: ask for a new probe */

enum psmouse_type {
	PSMOUSE_NONE,
	PSMOUSE_PLAIN,	 /* ID 0, 3 bytes */
	PSMOUSE_WHEEL,	 /* ID 3, 4 bytes */
	PSMOUSE_EXPLORER /* ID 4, 4 bytes with buttons 4 and 5 */
};

#define PSMOUSE_LEFT   1u
#define PSMOUSE_RIGHT  2u
#define PSMOUSE_MIDDLE 4u
#define PSMOUSE_SIDE   8u
#define PSMOUSE_EXTRA  16u

struct psmouse_event {
	s16 dx, dy; /* right and DOWN positive, as REL_X and REL_Y */
	s8 wheel;   /* away from the user positive, as REL_WHEEL */
	u8 buttons; /* PSMOUSE_*, those down */
};

struct psmouse {
	struct ps2_port port;
	/* From the caller, before psmouse_probe(). Both run in interrupts; replug may be NULL. */
	void (*event)(void *ctx, const struct psmouse_event *ev);
	void (*replug)(void *ctx);
	void *ctx;

	u8 type; /* enum psmouse_type */
	u8 id;

	/* private: under the controller's lock */
	bool enabled;
	u8 packet[4], got, want;
	u8 bad;
	u64 last_us;
	u32 resyncs; /* for tests and /proc */
};

/* `m` zeroed but for event, replug and ctx. Also after a replug. */
int psmouse_probe(struct psmouse *m, struct i8042 *ctl);

/* Pure: a whole packet to an event; false: overflow, drop it. */
bool psmouse_decode(enum psmouse_type type, const u8 *packet, struct psmouse_event *ev);

#endif
