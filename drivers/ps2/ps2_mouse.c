/*
 * ps2_mouse.c - the PS/2 mouse as an input device.
 */
#include <kernel/input.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include "ps2.h"
#include "psmouse_core.h"

static struct psmouse mouse;
static struct input_dev input;
static struct work replug_work;
static bool registered; /* the work thread's */

static const struct {
	u8 bit;
	u16 code;
} buttons[] = { { PSMOUSE_LEFT, BTN_LEFT },
		{ PSMOUSE_RIGHT, BTN_RIGHT },
		{ PSMOUSE_MIDDLE, BTN_MIDDLE },
		{ PSMOUSE_SIDE, BTN_SIDE },
		{ PSMOUSE_EXTRA, BTN_EXTRA } };

/* An interrupt, the controller's lock held. */
static void event(void *ctx, const struct psmouse_event *ev)
{
	unsigned int n = mouse.type == PSMOUSE_EXPLORER ? 5 : 3;

	for (unsigned int i = 0; i < n; i++) {
		bool down = ev->buttons & buttons[i].bit;

		if (down != bit_test(input.down, buttons[i].code))
			input_event(&input, EV_KEY, buttons[i].code, down);
	}
	input_event(&input, EV_REL, REL_X, ev->dx);
	input_event(&input, EV_REL, REL_Y, ev->dy);
	input_event(&input, EV_REL, REL_WHEEL, ev->wheel);
	input_sync(&input);
}

static void replug(void *ctx)
{
	work_queue(&replug_work);
}

static void describe(void)
{
	static const char *const names[] = { [PSMOUSE_PLAIN] = "PS/2 Generic Mouse",
					     [PSMOUSE_WHEEL] = "ImPS/2 Generic Wheel Mouse",
					     [PSMOUSE_EXPLORER] =
						     "ImExPS/2 Generic Explorer Mouse" };

	input.name = names[mouse.type];
	input.phys = "isa0060/serio1/input0";
	/* Linux's product numbers of the protocols. */
	input.id = (struct input_id){ BUS_I8042, 2,
				      mouse.type == PSMOUSE_PLAIN   ? 1
				      : mouse.type == PSMOUSE_WHEEL ? 5
								    : 6,
				      mouse.id };
	bit_set(input.types, EV_KEY);
	bit_set(input.types, EV_REL);
	bit_set(input.rels, REL_X);
	bit_set(input.rels, REL_Y);
	for (unsigned int i = 0; i < (mouse.type == PSMOUSE_EXPLORER ? 5u : 3u); i++)
		bit_set(input.keys, buttons[i].code);
	if (mouse.type != PSMOUSE_PLAIN)
		bit_set(input.rels, REL_WHEEL);
}

static void probe(void)
{
	int err;

	mutex_lock(&ps2_mutex);
	err = psmouse_probe(&mouse, &ps2_controller);
	mutex_unlock(&ps2_mutex);
	if (err || registered)
		return;
	describe();
	registered = input_register(&input) == 0;
}

static void replug_fn(struct work *work)
{
	input_release_keys(&input);
	probe();
}

void ps2_mouse_start(void)
{
	work_init(&replug_work, replug_fn);
	mouse.event = event;
	mouse.replug = replug;
	probe();
}
