/*
 * ps2_keyboard.c - the PS/2 keyboard as an input device.
 */
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/scancode.h>
#include "atkbd_core.h"
#include "ps2.h"

#define DELAY_DEFAULT  250 /* ms, as Linux sets it */
#define PERIOD_DEFAULT 33

static struct atkbd keyboard;
static struct scan_decoder decoder; /* the controller's lock */
static struct work reconnect_work;
static struct input_dev input;

/* An interrupt, the controller's lock held. */
static void byte(void *ctx, u8 code)
{
	struct scan_event ev = scan_byte(&decoder, code, hw_now_us(ps2_controller.hw));

	switch (ev.kind) {
	case SCAN_PRESS:
	case SCAN_RELEASE:
		input_event(&input, EV_MSC, MSC_SCAN, ev.raw & 0xff);
		input_event(&input, EV_KEY, ev.keycode, ev.kind == SCAN_PRESS);
		break;
	case SCAN_TAP:
		input_event(&input, EV_KEY, ev.keycode, 1);
		input_sync(&input);
		input_event(&input, EV_KEY, ev.keycode, 0);
		break;
	case SCAN_ALL_UP:
		input_release_keys(&input);
		return;
	case SCAN_REPLUG:
		input_release_keys(&input);
		work_queue(&reconnect_work);
		return;
	default:
		return;
	}
	input_sync(&input);
}

static void reconnect(struct work *work)
{
	mutex_lock(&ps2_mutex);
	if (atkbd_reconnect(&keyboard) == 0)
		pr_info("ps2: keyboard plugged in again\n");
	mutex_unlock(&ps2_mutex);
}

static int set_leds(struct input_dev *dev, unsigned int leds)
{
	unsigned int lights = (leds & 1u << LED_NUML ? ATKBD_LED_NUM : 0) |
			      (leds & 1u << LED_CAPSL ? ATKBD_LED_CAPS : 0) |
			      (leds & 1u << LED_SCROLLL ? ATKBD_LED_SCROLL : 0);
	int err;

	mutex_lock(&ps2_mutex);
	err = atkbd_set_leds(&keyboard, lights);
	mutex_unlock(&ps2_mutex);
	return err;
}

static int set_repeat(struct input_dev *dev, unsigned int delay, unsigned int period)
{
	int err;

	(void)atkbd_rate_byte(&delay, &period);
	mutex_lock(&ps2_mutex);
	err = atkbd_set_repeat(&keyboard, delay, period);
	mutex_unlock(&ps2_mutex);
	if (!err) {
		dev->repeat_delay = delay;
		dev->repeat_period = period;
	}
	return err;
}

/* Every key that set 1 can say. */
static void list_keys(void)
{
	for (unsigned int code = 1; code < 0x80; code++) {
		unsigned int plain = scan_set1_keycode(code),
			     grey = scan_set1_keycode(0xE000 | code);

		if (plain)
			bit_set(input.keys, plain);
		if (grey)
			bit_set(input.keys, grey);
	}
}

static void describe(void)
{
	input.name = keyboard.set == 1 ? "AT Translated Set 2 keyboard" : "AT Raw Set 2 keyboard";
	input.phys = "isa0060/serio0/input0";
	input.id = (struct input_id){ BUS_I8042, 1, keyboard.set == 1 ? 1 : 2, keyboard.id };
	bit_set(input.types, EV_KEY);
	bit_set(input.types, EV_MSC);
	bit_set(input.types, EV_LED);
	bit_set(input.types, EV_REP);
	bit_set(input.mscs, MSC_SCAN);
	bit_set(input.leds, LED_NUML);
	bit_set(input.leds, LED_CAPSL);
	bit_set(input.leds, LED_SCROLLL);
	list_keys();
	input.repeat_delay = DELAY_DEFAULT;
	input.repeat_period = PERIOD_DEFAULT;
	input.set_leds = set_leds;
	input.set_repeat = set_repeat;
}

void ps2_keyboard_start(void)
{
	int err;

	work_init(&reconnect_work, reconnect);
	scan_init(&decoder, ps2_controller.translated ? 1 : 2);
	keyboard.byte = byte;
	mutex_lock(&ps2_mutex);
	err = atkbd_probe(&keyboard, &ps2_controller);
	mutex_unlock(&ps2_mutex);
	if (err == -EBUSY)
		return; /* a mouse in the keyboard's socket */
	if (err && !keyboard.listen)
		return;
	scan_init(&decoder, keyboard.set);
	describe();
	(void)input_register(&input);
	if (keyboard.present)
		(void)set_repeat(&input, DELAY_DEFAULT, PERIOD_DEFAULT);
}
