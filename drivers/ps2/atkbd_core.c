/* AT and PS/2 keyboards; see atkbd_core.h. */
#include <kernel/errno.h>
#include "atkbd_core.h"

#define RATE_UNKNOWN 0xFF
#define RATES	     32
#define DELAYS	     4

/* First bytes of keyboards' IDs; facts of Linux's atkbd.c. */
static const u8 keyboard_ids[] = { 0xAB, 0xAC, 0x2B, 0x5D, 0x60, 0x47 };

static bool is_keyboard_id(u8 first)
{
	unsigned int i;

	for (i = 0; i < sizeof(keyboard_ids); i++)
		if (keyboard_ids[i] == first)
			return true;
	return false;
}

/* 0: a keyboard; -EBUSY: a mouse; -EIO: something odd came between. */
static int identify_once(struct atkbd *k)
{
	u8 id[2] = { 0, 0 };
	struct ps2_cmd cmd = { .command = PS2_CMD_GET_ID, .reply_count = 2, .reply = id };
	int err = ps2_command(&k->port, &cmd);

	if (err && !(err == -ETIMEDOUT && cmd.reply_got))
		return err;
	if (cmd.reply_got == 2 && is_keyboard_id(id[0])) {
		k->id = (u16)(id[0] << 8 | id[1]);
		return 0;
	}
	return cmd.reply_got == 1 && (id[0] == 0x00 || id[0] == 0x03) ? -EBUSY : -EIO;
}

static int identify(struct atkbd *k)
{
	static const u8 no_leds = 0;
	int err = identify_once(k);

	/* A key pressed at the moment spoils the answer once. */
	if (err == -EIO)
		err = identify_once(k);
	if (!err || err == -EBUSY)
		return err;
	/* Old AT keyboards know no ID; but they have lights. */
	k->id = 0;
	return ps2_send(&k->port, ATKBD_CMD_LEDS, &no_leds, 1);
}

static int reset(struct atkbd *k)
{
	u8 bat = 0;
	struct ps2_cmd cmd = {
		.command = PS2_CMD_RESET, .reply_count = 1, .reply = &bat, .reply_us = PS2_BAT_US
	};
	int err = ps2_command(&k->port, &cmd);

	if (err)
		return err;
	return bat == PS2_BAT_OK ? 0 : -EIO;
}

/* Untranslated, the keyboard must speak set 2; translated, it does, or BIOS and DOS would not work.
 */
static void choose_set(struct atkbd *k)
{
	static const u8 two = 2;

	k->set = k->port.ctl->translated ? 1 : 2;
	if (k->set == 2)
		ps2_send(&k->port, ATKBD_CMD_SET, &two, 1);
}

int atkbd_probe(struct atkbd *k, struct i8042 *ctl)
{
	int err;

	ps2_port_init(&k->port, ctl, false, k->byte, k->ctx);
	k->rate = RATE_UNKNOWN;
	k->set = ctl->translated ? 1 : 2;
	k->present = false;
	k->listen = true;
	err = identify(k);
	if (err && err != -EBUSY) {
		err = reset(k);
		if (!err)
			err = identify(k);
	}
	if (err) {
		k->listen = err != -EBUSY;
		return err == -EBUSY ? err : -ENODEV;
	}
	k->present = true;
	choose_set(k);
	return ps2_send(&k->port, PS2_CMD_ENABLE, NULL, 0);
}

int atkbd_set_leds(struct atkbd *k, unsigned int leds)
{
	struct hw *hw = k->port.ctl->hw;
	u64 since = hw_now_us(hw) - k->leds_us;
	u8 byte = leds & 7;

	if (!k->present)
		return -ENODEV;
	k->leds = byte;
	if (k->leds_us && since < ATKBD_LED_GAP_US)
		hw_sleep_us(hw, (unsigned int)(ATKBD_LED_GAP_US - since));
	k->leds_us = hw_now_us(hw);
	return ps2_send(&k->port, ATKBD_CMD_LEDS, &byte, 1);
}

/* Milliseconds between repeats for the low five bits: (8 + A) * 2^B / 240 s. */
static unsigned int period_of(unsigned int rate)
{
	return ((8 + (rate & 7)) << (rate >> 3)) * 1000 / 240;
}

static unsigned int distance(unsigned int a, unsigned int b)
{
	return a > b ? a - b : b - a;
}

u8 atkbd_rate_byte(unsigned int *delay_ms, unsigned int *period_ms)
{
	unsigned int i, rate = 0, delay = 0;

	for (i = 1; i < RATES; i++)
		if (distance(period_of(i), *period_ms) < distance(period_of(rate), *period_ms))
			rate = i;
	for (i = 1; i < DELAYS; i++)
		if (distance((i + 1) * 250, *delay_ms) < distance((delay + 1) * 250, *delay_ms))
			delay = i;
	*period_ms = period_of(rate);
	*delay_ms = (delay + 1) * 250;
	return (u8)(delay << 5 | rate);
}

int atkbd_set_repeat(struct atkbd *k, unsigned int delay_ms, unsigned int period_ms)
{
	if (!k->present)
		return -ENODEV;
	k->rate = atkbd_rate_byte(&delay_ms, &period_ms);
	return ps2_send(&k->port, ATKBD_CMD_RATE, &k->rate, 1);
}

int atkbd_reconnect(struct atkbd *k)
{
	int err = identify(k);

	if (err)
		return err;
	k->present = true;
	choose_set(k);
	if (k->rate != RATE_UNKNOWN)
		err = ps2_send(&k->port, ATKBD_CMD_RATE, &k->rate, 1);
	if (!err)
		err = ps2_send(&k->port, PS2_CMD_ENABLE, NULL, 0);
	if (!err)
		err = atkbd_set_leds(k, k->leds);
	return err;
}
