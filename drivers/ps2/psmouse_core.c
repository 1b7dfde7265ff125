/* PS/2 mice; see psmouse_core.h. */
#include <kernel/errno.h>
#include "psmouse_core.h"

#define FIRST_ALWAYS 0x08
#define FIRST_XSIGN  0x10
#define FIRST_YSIGN  0x20
#define FIRST_OVER   0xC0

#define ID_WHEEL    3
#define ID_EXPLORER 4

/* Sample rates that, set one after another, make a mouse show its wheel or its further buttons. */
static const u8 wheel_knock[] = { 200, 100, 80 };
static const u8 explorer_knock[] = { 200, 200, 80 };

/* ---- packets; under the controller's lock ---- */

bool psmouse_decode(enum psmouse_type type, const u8 *packet, struct psmouse_event *ev)
{
	u8 first = packet[0], last = type == PSMOUSE_PLAIN ? 0 : packet[3];

	if (first & FIRST_OVER)
		return false;
	ev->dx = packet[1] ? (s16)(packet[1] - (first & FIRST_XSIGN ? 256 : 0)) : 0;
	ev->dy = packet[2] ? (s16)((first & FIRST_YSIGN ? 256 : 0) - packet[2]) : 0;
	ev->buttons = first & (PSMOUSE_LEFT | PSMOUSE_RIGHT | PSMOUSE_MIDDLE);
	if (type == PSMOUSE_EXPLORER) {
		ev->wheel = (s8)((last & 8) - (last & 7));
		ev->buttons |= (u8)(last >> 1 & (PSMOUSE_SIDE | PSMOUSE_EXTRA));
	} else {
		ev->wheel = (s8)-last;
	}
	return true;
}

static void whole_packet(struct psmouse *m)
{
	struct psmouse_event ev;

	m->got = 0;
	m->bad = 0;
	if (psmouse_decode(m->type, m->packet, &ev) && m->event)
		m->event(m->ctx, &ev);
}

/* Nothing more from it until it was probed again. */
static void ask_for_probe(struct psmouse *m)
{
	m->enabled = false;
	m->got = 0;
	if (m->replug)
		m->replug(m->ctx);
}

static void out_of_step(struct psmouse *m)
{
	m->resyncs++;
	m->got = 0;
	if (++m->bad >= PSMOUSE_BAD_BYTES)
		ask_for_probe(m);
}

static void on_byte(void *ctx, u8 byte)
{
	struct psmouse *m = ctx;
	u64 now;

	if (!m->enabled)
		return;
	now = hw_now_us(m->port.ctl->hw);
	if (m->got && now - m->last_us > PSMOUSE_RESYNC_US) {
		m->resyncs++;
		m->got = 0;
	}
	m->last_us = now;
	if (!m->got && !(byte & FIRST_ALWAYS)) {
		out_of_step(m);
		return;
	}
	m->packet[m->got++] = byte;
	if (m->got == 2 && m->packet[0] == PS2_BAT_OK && byte == 0x00)
		ask_for_probe(m);
	else if (m->got == m->want)
		whole_packet(m);
}

/* ---- finding its kind ---- */

static int reset(struct psmouse *m)
{
	u8 answer[2] = { 0, 0 };
	struct ps2_cmd cmd = {
		.command = PS2_CMD_RESET, .reply_count = 2, .reply = answer, .reply_us = PS2_BAT_US
	};
	int err = ps2_command(&m->port, &cmd);

	if (err)
		return err;
	m->id = answer[1];
	return answer[0] == PS2_BAT_OK ? 0 : -EIO;
}

/* The ID after a knock, or a negative errno. */
static int knock(struct psmouse *m, const u8 *rates)
{
	u8 id = 0;
	struct ps2_cmd cmd = { .command = PS2_CMD_GET_ID, .reply_count = 1, .reply = &id };
	unsigned int i;
	int err = 0;

	for (i = 0; i < sizeof(wheel_knock) && !err; i++)
		err = ps2_send(&m->port, PSMOUSE_CMD_RATE, rates + i, 1);
	if (!err)
		err = ps2_command(&m->port, &cmd);
	return err ? err : id;
}

/* Kind of a mouse that was just reset; a knock that went wrong is undone by another reset. */
static int find_type(struct psmouse *m)
{
	int id = knock(m, wheel_knock);

	m->type = PSMOUSE_PLAIN;
	if (id < 0)
		return reset(m);
	if (id != ID_WHEEL)
		return 0;
	m->type = PSMOUSE_WHEEL;
	m->id = ID_WHEEL;
	id = knock(m, explorer_knock);
	if (id == ID_EXPLORER) {
		m->type = PSMOUSE_EXPLORER;
		m->id = ID_EXPLORER;
	} else if (id != ID_WHEEL) {
		/* It lost its way: back to the wheel. */
		int err = reset(m);

		if (err)
			return err;
		if (knock(m, wheel_knock) != ID_WHEEL)
			m->type = PSMOUSE_PLAIN;
	}
	return 0;
}

static int start(struct psmouse *m)
{
	static const u8 resolution = PSMOUSE_DEFAULT_RES, rate = PSMOUSE_DEFAULT_RATE;
	int err;

	/* It works without these. */
	ps2_send(&m->port, PSMOUSE_CMD_RATE, &rate, 1);
	ps2_send(&m->port, PSMOUSE_CMD_RESOLUTION, &resolution, 1);
	ps2_send(&m->port, PSMOUSE_CMD_SCALE11, NULL, 0);
	m->want = m->type == PSMOUSE_PLAIN ? 3 : 4;
	m->got = m->bad = 0;
	m->enabled = true;
	err = ps2_send(&m->port, PS2_CMD_ENABLE, NULL, 0);
	if (err)
		m->enabled = false;
	return err;
}

int psmouse_probe(struct psmouse *m, struct i8042 *ctl)
{
	int err;

	m->enabled = false;
	m->type = PSMOUSE_NONE;
	if (!ctl->has_aux)
		return -ENODEV;
	ps2_port_init(&m->port, ctl, true, on_byte, m);
	if (reset(m) && reset(m))
		return -ENODEV;
	err = find_type(m);
	if (!err)
		err = start(m);
	if (err)
		m->type = PSMOUSE_NONE;
	return err;
}
