/*
 * mouse.c - a PS/2 mouse: is there one, of what kind, and with somebody there, does it move.
 *
 * Where a driver has the controller, the system's list is told. Otherwise the mouse is asked for
 * its ID, which changes nothing; finding out whether it has a wheel resets it, and is of class R2
 * or done when somebody is to move it.
 *
 * Source: hardware-notes 7.4.
 */
#include "input_list.h"
#include "ps2_open.h"
#include <drivers/ps2/psmouse_core.h>

#define MOVE_US 10000000u
#define POLL_US 5000u

struct seen {
	unsigned int events, buttons;
	int left, right, up, down; /* how far, each added up */
};

static void moved(void *ctx, const struct psmouse_event *ev)
{
	struct seen *s = ctx;

	s->events++;
	s->buttons |= ev->buttons;
	s->right += ev->dx > 0 ? ev->dx : 0;
	s->left += ev->dx < 0 ? -ev->dx : 0;
	s->down += ev->dy > 0 ? ev->dy : 0;
	s->up += ev->dy < 0 ? -ev->dy : 0;
}

static void ask_id(struct probe_run *run, struct i8042 *c)
{
	u8 id = 0xff;
	struct ps2_cmd cmd = { .command = PS2_CMD_GET_ID, .reply_count = 1, .reply = &id };
	struct ps2_port port = { .ctl = c };
	int err;

	ps2_port_init(&port, c, true, NULL, NULL);
	err = ps2_command(&port, &cmd);
	note_number(run, "", "error", err, "");
	if (!err)
		note_number(run, "", "id", id, "");
}

static void ask_to_move(struct probe_run *run, struct i8042 *c, struct seen *s)
{
	struct hw *hw = &run->host->hw;
	u64 begin = hw_now_us(hw);

	probe_step(run, "move the mouse about and press its buttons, for 10 seconds");
	while (hw_now_us(hw) - begin < MOVE_US) {
		(void)i8042_core_irq(c);
		hw_sleep_us(hw, POLL_US);
	}
	note_number(run, "", "events", s->events, "");
	note_number(run, "", "buttons", s->buttons, "");
	note_number(run, "", "directions",
		    (s->left > 0) + (s->right > 0) + (s->up > 0) + (s->down > 0), "");
}

static void find_kind(struct probe_run *run, struct i8042 *c)
{
	struct seen seen = { .events = 0 };
	struct psmouse mouse = { .event = moved, .ctx = &seen };
	int err;

	probe_step(run, "resetting the mouse, to find out its kind");
	err = psmouse_probe(&mouse, c);
	note_number(run, "", "error", err, "");
	if (err)
		return;
	note_number(run, "", "id", mouse.id, "");
	note_number(run, "", "kind", mouse.type, "");
	if (run->options->interactive)
		ask_to_move(run, c, &seen);
}

static enum probe_end look(struct probe_run *run)
{
	struct i8042 c;
	int err = ps2_open(&c, run, 0);

	if (err)
		return not_run(run, "its controller cannot be used: %s", i8042_fault_text(c.fault));
	if (!c.has_aux) {
		ps2_close(&c);
		return PROBE_ABSENT;
	}
	if (run->options->class >= CLASS_R2 || run->options->interactive)
		find_kind(run, &c);
	else
		ask_id(run, &c);
	ps2_close(&c);
	return PROBE_DONE;
}

static enum probe_end run_mouse(struct probe_run *run)
{
	const char *owner = ps2_owner(run->host);

	if (!owner)
		return hw_in8(&run->host->hw, 0x64) == 0xff ? PROBE_ABSENT : look(run);
	note_text(run, "", "owner", "%s", owner);
	if (!input_list_note_system(run, "mouse"))
		return not_run(run, "%s has the controller, and the system lists no mouse", owner);
	return PROBE_DONE;
}

const struct probe probe_mouse = {
	.name = "mouse",
	.title = "PS/2 mouse",
	.class = CLASS_R1,
	.seconds = 40,
	.run = run_mouse,
};
