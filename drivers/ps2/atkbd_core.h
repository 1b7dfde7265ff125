/*
 * atkbd_core.h - an AT or PS/2 keyboard on a port of the controller.
 *
 * atkbd_probe() leaves a keyboard that types in peace: it asks who is there, resets only a device
 * that does not answer at first, and a keyboard that answers nothing at all is still listened to
 * (-ENODEV, and `listen` true), since USB legacy emulation may type without knowing commands.
 *
 * Bytes that the keyboard sends on its own go to ops->byte (the glue feeds its scancode decoder,
 * kernel/scancode.h, made for set `set`). When the decoder says SCAN_REPLUG the glue calls
 * atkbd_reconnect() from a thread: a replugged keyboard has lost lights and rate.
 *
 * Locking: probe, set and reconnect functions may sleep and are called under one mutex of the
 * glue's; ops->byte runs under the controller's lock in an interrupt.
 *
 * Errors: those of ps2_port.h; -ENODEV nothing answers; -EBUSY the device is a mouse.
 *
 * Source: hardware-notes 7.2; IBM PS/2 reference (keyboard commands).
 */
#ifndef DRIVERS_PS2_ATKBD_CORE_H
#define DRIVERS_PS2_ATKBD_CORE_H

#include <kernel/types.h>
#include "ps2_port.h"

#define ATKBD_CMD_LEDS 0xED
#define ATKBD_CMD_SET  0xF0
#define ATKBD_CMD_RATE 0xF3

#define ATKBD_LED_SCROLL 1u
#define ATKBD_LED_NUM	 2u
#define ATKBD_LED_CAPS	 4u

#define ATKBD_LED_GAP_US 50000u /* slow keyboards drop events when lights change faster */

struct atkbd {
	struct ps2_port port;
	/* From the caller, before atkbd_probe(). Runs in interrupts. */
	void (*byte)(void *ctx, u8 byte);
	void *ctx;

	u16 id;	      /* AB83 and the like; 0 for an old AT keyboard */
	u8 set;	      /* 1 or 2: what the bytes are */
	bool present; /* it answered commands */
	bool listen;  /* bytes may come all the same */
	u8 leds;      /* as set last */
	u8 rate;      /* as set last: F3's parameter */
	u64 leds_us;  /* when the lights were set */
};

/* `k` zeroed but for byte and ctx. */
int atkbd_probe(struct atkbd *k, struct i8042 *ctl);

/* Lights: ATKBD_LED_*. Sleeps up to ATKBD_LED_GAP_US when called too often. */
int atkbd_set_leds(struct atkbd *k, unsigned int leds);

/* Typematic: the nearest the keyboard has. delay 250..1000 ms, period 33..500 ms. */
int atkbd_set_repeat(struct atkbd *k, unsigned int delay_ms, unsigned int period_ms);
/* F3's parameter for that; `delay_ms` and `period_ms` become what it really gives. Pure. */
u8 atkbd_rate_byte(unsigned int *delay_ms, unsigned int *period_ms);

/* After a replug: identify again, enable, lights and rate as they were. */
int atkbd_reconnect(struct atkbd *k);

#endif
