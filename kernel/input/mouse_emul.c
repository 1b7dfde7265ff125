/* mouse_emul.c - see mouse_emul.h. */
#include <kernel/string.h>
#include "mouse_emul.h"

#define CMD_SET_RATE   0xF3
#define CMD_GET_ID     0xF2
#define CMD_GET_STATUS 0xE9
#define CMD_POLL       0xEB
#define CMD_RESET      0xFF
#define ACK	       0xFA
#define BAT_OK	       0xAA
#define FIRST_ALWAYS   0x08
#define FIRST_X_SIGN   0x10
#define FIRST_Y_SIGN   0x20

static const u8 knock_imps[] = { 0xF3, 200, 0xF3, 100, 0xF3, 80 };
static const u8 knock_exps[] = { 0xF3, 200, 0xF3, 200, 0xF3, 80 };

void mouse_emul_init(struct mouse_emul *m)
{
	memset(m, 0, sizeof(*m));
}

void mouse_emul_move(struct mouse_emul *m, int dx, int dy, int wheel)
{
	m->dx += dx;
	m->dy -= dy;
	m->dz += wheel;
	m->pending |= dx || dy || wheel;
}

void mouse_emul_button(struct mouse_emul *m, unsigned int button, bool down)
{
	u8 bit = (u8)(1u << button);

	m->buttons = down ? m->buttons | bit : m->buttons & (u8)~bit;
	m->pending |= m->buttons != m->told_buttons;
}

static int take_up_to(int *from, int limit)
{
	int n = *from > limit ? limit : *from < -limit ? -limit : *from;

	*from -= n;
	return n;
}

static void make_packet(struct mouse_emul *m)
{
	int dx = take_up_to(&m->dx, 127), dy = take_up_to(&m->dy, 127);
	u8 *p = m->out;

	p[0] = (u8)(FIRST_ALWAYS | (m->buttons & 7) | (dx < 0 ? FIRST_X_SIGN : 0) |
		    (dy < 0 ? FIRST_Y_SIGN : 0));
	p[1] = (u8)dx;
	p[2] = (u8)dy;
	m->out_n = 3;
	if (m->kind == MOUSE_EXPS) {
		p[3] = (u8)((take_up_to(&m->dz, 7) * -1) & 0x0f);
		p[3] |= (u8)((m->buttons & 0x18) << 1);
		m->out_n = 4;
	} else if (m->kind == MOUSE_IMPS) {
		p[0] |= (u8)((m->buttons & 0x10) >> 3 | (m->buttons & 0x08) >> 1);
		p[3] = (u8)-take_up_to(&m->dz, 127);
		m->out_n = 4;
	} else {
		m->dz = 0;
	}
	m->out_at = 0;
	m->told_buttons = m->buttons;
	m->pending = m->dx || m->dy || m->dz;
}

/* Where the sequence stands after one more byte; its length: it is complete. */
static u8 knock(u8 at, const u8 *sequence, u8 byte)
{
	if (byte == sequence[at])
		return at + 1;
	return byte == sequence[0] ? 1 : 0;
}

static void reply(struct mouse_emul *m, const u8 *bytes, u8 n)
{
	memcpy(m->out, bytes, n);
	m->out_n = n;
	m->out_at = 0;
}

void mouse_emul_command(struct mouse_emul *m, u8 byte)
{
	static const u8 ids[] = { [MOUSE_PS2] = 0, [MOUSE_IMPS] = 3, [MOUSE_EXPS] = 4 };

	m->knock_imps = knock(m->knock_imps, knock_imps, byte);
	if (m->knock_imps == sizeof(knock_imps)) {
		m->knock_imps = 0;
		m->kind = MOUSE_IMPS;
	}
	m->knock_exps = knock(m->knock_exps, knock_exps, byte);
	if (m->knock_exps == sizeof(knock_exps)) {
		m->knock_exps = 0;
		m->kind = MOUSE_EXPS;
	}
	switch (byte) {
	case CMD_POLL:
		make_packet(m);
		memmove(m->out + 1, m->out, m->out_n);
		m->out[0] = ACK;
		m->out_n++;
		break;
	case CMD_GET_ID:
		reply(m, (const u8[]){ ACK, ids[m->kind] }, 2);
		break;
	case CMD_GET_STATUS:
		reply(m, (const u8[]){ ACK, 0x60, 3, 200 }, 4);
		break;
	case CMD_RESET:
		m->kind = MOUSE_PS2;
		m->knock_imps = m->knock_exps = 0;
		reply(m, (const u8[]){ ACK, BAT_OK, 0 }, 3);
		break;
	default:
		reply(m, (const u8[]){ ACK }, 1);
		break;
	}
}

bool mouse_emul_readable(const struct mouse_emul *m)
{
	return m->out_at < m->out_n || m->pending;
}

size_t mouse_emul_read(struct mouse_emul *m, u8 *dst, size_t size)
{
	size_t n;

	if (m->out_at == m->out_n) {
		if (!m->pending)
			return 0;
		make_packet(m);
	}
	n = min_t(size_t, size, m->out_n - m->out_at);
	memcpy(dst, m->out + m->out_at, n);
	m->out_at += (u8)n;
	return n;
}
