/* The grammar of a terminal's output; see vt_parse.h. */
#include <kernel/string.h>
#include "vt_parse.h"

#define ESC 0x1B
#define CAN 0x18
#define SUB 0x1A
#define DEL 0x7F
#define CSI 0x9B

#define UCS_REPLACEMENT 0xFFFDu

/* In display-control mode only these act; otherwise all below 0x20 do (those without a meaning: not
 * at all). */
#define SHOWN_MODE_CONTROLS 0x0800F501u
#define ACTING_CONTROLS	    0x0D00FF81u

static void enter(struct vt_parser *p, enum vt_state state)
{
	p->state = state;
}

void vt_parser_reset(struct vt_parser *p)
{
	p->state = VT_GROUND;
	p->utf8_left = 0;
}

void vt_parser_init(struct vt_parser *p, const struct vt_actions *act, void *ctx)
{
	memset(p, 0, sizeof(*p));
	p->act = act;
	p->ctx = ctx;
	p->utf8 = true;
}

static void enter_csi(struct vt_parser *p)
{
	memset(&p->csi, 0, sizeof(p->csi));
	p->csi.count = 1;
	enter(p, VT_CSI_ENTRY);
}

/* ---- escape sequences: one character each ---- */

static void step_escape(struct vt_parser *p, u32 c)
{
	switch (c) {
	case '[':
		enter_csi(p);
		return;
	case ']':
		enter(p, VT_OSC_ENTRY);
		return;
	case 'P':
	case '^':
	case '_':
		enter(p, VT_STRING);
		return;
	case '(':
	case ')':
	case '#':
	case '%':
		p->intermediate = (u8)c;
		enter(p, VT_INTERMEDIATE);
		return;
	}
	enter(p, VT_GROUND);
	if (c < DEL)
		p->act->escape(p->ctx, 0, (u8)c);
}

static void step_intermediate(struct vt_parser *p, u32 c)
{
	enter(p, VT_GROUND);
	if (c < DEL)
		p->act->escape(p->ctx, p->intermediate, (u8)c);
}

static void add_digit(struct vt_csi *csi, unsigned int digit)
{
	u16 *param = &csi->param[csi->count - 1];

	*param = (u16)min_t(unsigned int, *param * 10u + digit, VT_PARAM_MAX);
}

static void step_csi(struct vt_parser *p, u32 c)
{
	if (c >= '0' && c <= '9') {
		add_digit(&p->csi, c - '0');
		return;
	}
	if (c == ';' && p->csi.count < VT_PARAMS) {
		p->csi.count++;
		return;
	}
	if (c >= 0x20 && c <= 0x3F) {
		enter(p, VT_CSI_IGNORE);
		return;
	}
	enter(p, VT_GROUND);
	if (c < DEL)
		p->act->csi(p->ctx, &p->csi, (u8)c);
}

static void step_csi_entry(struct vt_parser *p, u32 c)
{
	enter(p, VT_CSI_PARAM);
	if (c == '[')
		enter(p, VT_FUNCTION_KEY);
	else if (c >= '<' && c <= '?')
		p->csi.prefix = (u8)c;
	else
		step_csi(p, c);
}

static void step_csi_ignore(struct vt_parser *p, u32 c)
{
	if (c < 0x20 || c > 0x3F)
		enter(p, VT_GROUND);
}

static void step_osc_entry(struct vt_parser *p, u32 c)
{
	if (c == 'P') {
		p->palette_count = 0;
		enter(p, VT_PALETTE);
	} else if (c >= '0' && c <= '9') {
		enter(p, VT_STRING);
	} else {
		enter(p, VT_GROUND);
		if (c == 'R')
			p->act->palette_reset(p->ctx);
	}
}

static int hex_digit(u32 c)
{
	if (c >= '0' && c <= '9')
		return (int)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (int)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (int)(c - 'A' + 10);
	return -1;
}

static void step_palette(struct vt_parser *p, u32 c)
{
	int digit = hex_digit(c);
	const u8 *d = p->palette_digit;

	if (digit < 0) {
		enter(p, VT_GROUND);
		return;
	}
	p->palette_digit[p->palette_count++] = (u8)digit;
	if (p->palette_count < ARRAY_SIZE(p->palette_digit))
		return;
	enter(p, VT_GROUND);
	p->act->palette(p->ctx, d[0], (u8)(d[1] << 4 | d[2]), (u8)(d[3] << 4 | d[4]),
			(u8)(d[5] << 4 | d[6]));
}

static void step_ground(struct vt_parser *p, u32 c)
{
	u8 byte = (u8)c;

	if (c >= 0x20 && c < DEL)
		p->act->run(p->ctx, &byte, 1);
	else
		p->act->character(p->ctx, c);
}

static void step_function_key(struct vt_parser *p, u32 c)
{
	enter(p, VT_GROUND);
}

static void step_string(struct vt_parser *p, u32 c)
{
}

static void (*const step[])(struct vt_parser *p, u32 c) = {
	[VT_GROUND] = step_ground,
	[VT_ESCAPE] = step_escape,
	[VT_INTERMEDIATE] = step_intermediate,
	[VT_CSI_ENTRY] = step_csi_entry,
	[VT_CSI_PARAM] = step_csi,
	[VT_CSI_IGNORE] = step_csi_ignore,
	[VT_FUNCTION_KEY] = step_function_key,
	[VT_OSC_ENTRY] = step_osc_entry,
	[VT_PALETTE] = step_palette,
	[VT_STRING] = step_string,
};

/* ---- control characters ---- */

static void control(struct vt_parser *p, u8 c)
{
	bool in_string = p->state == VT_STRING;

	if (c == ESC) {
		enter(p, VT_ESCAPE);
	} else if (c == CAN || c == SUB) {
		enter(p, VT_GROUND);
	} else if (in_string) {
		if (c == 0x07)
			enter(p, VT_GROUND);
	} else if (c) {
		p->act->control(p->ctx, c);
	}
}

/* One whole character, control or not. */
static void character(struct vt_parser *p, u32 c)
{
	u32 acting = p->show_controls ? SHOWN_MODE_CONTROLS : ACTING_CONTROLS;

	if (c < 0x20) {
		/* Within a sequence every control acts; unused ones are dropped, or shown. */
		if (acting >> c & 1 || (p->state != VT_GROUND && ACTING_CONTROLS >> c & 1))
			control(p, (u8)c);
		else if (p->show_controls && p->state == VT_GROUND)
			p->act->character(p->ctx, c);
		return;
	}
	if (c == CSI && p->state != VT_STRING) {
		enter_csi(p);
		return;
	}
	if (c == DEL && !(p->show_controls && p->state == VT_GROUND))
		return;
	step[p->state](p, c);
}

/* ---- UTF-8 ---- */

static void utf8_start(struct vt_parser *p, u8 byte)
{
	if (byte >= 0xC0 && byte < 0xE0)
		p->utf8_len = 1;
	else if (byte >= 0xE0 && byte < 0xF0)
		p->utf8_len = 2;
	else if (byte >= 0xF0 && byte < 0xF8)
		p->utf8_len = 3;
	else {
		character(p, UCS_REPLACEMENT);
		return;
	}
	p->utf8_left = p->utf8_len;
	p->utf8_char = byte & (0x3Fu >> p->utf8_len);
}

static u32 utf8_checked(u32 c, unsigned int len)
{
	static const u32 least[] = { 0, 0x80, 0x800, 0x10000 };

	if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000) || (c & 0xFFFE) == 0xFFFE)
		return UCS_REPLACEMENT;
	return c;
}

static void utf8_continue(struct vt_parser *p, u8 byte)
{
	p->utf8_char = p->utf8_char << 6 | (byte & 0x3F);
	if (--p->utf8_left == 0)
		character(p, utf8_checked(p->utf8_char, p->utf8_len));
}

static void utf8_byte(struct vt_parser *p, u8 byte)
{
	bool continuation = (byte & 0xC0) == 0x80;

	if (p->utf8_left && continuation) {
		utf8_continue(p, byte);
		return;
	}
	if (p->utf8_left) {
		p->utf8_left = 0;
		character(p, UCS_REPLACEMENT);
	}
	if (byte < 0x80)
		character(p, byte);
	else
		utf8_start(p, byte);
}

/* ---- the loop ---- */

/* Plain characters from here on; what they do does not depend on the modes. */
static size_t plain_run(const struct vt_parser *p, const u8 *data, size_t n)
{
	size_t i = 0;

	if (p->state != VT_GROUND || p->utf8_left)
		return 0;
	while (i < n && data[i] >= 0x20 && data[i] < DEL)
		i++;
	return i;
}

void vt_parse(struct vt_parser *p, const u8 *data, size_t n)
{
	while (n) {
		size_t run = plain_run(p, data, n);

		if (run) {
			p->act->run(p->ctx, data, run);
		} else {
			if (p->utf8 && !p->show_controls)
				utf8_byte(p, *data);
			else
				character(p, *data);
			run = 1;
		}
		data += run;
		n -= run;
	}
}
