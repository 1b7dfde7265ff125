/* CSI sequences: moving, erasing, editing, modes, reports; see vt_screen.h. */
#include <kernel/string.h>
#include "vt_internal.h"

#define BELL_MS_MAX	2000
#define BLANK_MAX_MIN	60
#define CURSOR_SOFTWARE 0x10

/* ---- replies ---- */

static void reply(struct vt_screen *s, const char *bytes, size_t n)
{
	if (s->ops->reply)
		s->ops->reply(s->ctx, bytes, n);
}

void vt_reply_identity(struct vt_screen *s)
{
	reply(s, "\033[?6c", 5);
}

static char *put_number(char *to, unsigned int n)
{
	if (n >= 10)
		to = put_number(to, n / 10);
	*to++ = (char)('0' + n % 10);
	return to;
}

static void reply_cursor(struct vt_screen *s)
{
	unsigned int row = s->pen.y - (s->origin ? s->region_top : 0u);
	char text[16], *end = text;

	*end++ = '\033';
	*end++ = '[';
	end = put_number(end, row + 1);
	*end++ = ';';
	end = put_number(end, s->pen.x + 1u);
	*end++ = 'R';
	reply(s, text, (size_t)(end - text));
}

/* ---- CSI: erasing, moving, modes ---- */

static void erase_display(struct vt_screen *s, unsigned int what)
{
	unsigned int x = s->pen.x, y = s->pen.y;

	switch (what) {
	case 0:
		vt_erase(s, y, x, s->cols);
		vt_erase_rows(s, y + 1, s->rows);
		break;
	case 1:
		vt_erase_rows(s, 0, y);
		vt_erase(s, y, 0, x + 1);
		break;
	case 3:
		vt_screen_forget_history(s);
		fallthrough;
	case 2:
		vt_erase_rows(s, 0, s->rows);
		break;
	default:
		return;
	}
	s->wrap_next = false;
}

static void erase_line(struct vt_screen *s, unsigned int what)
{
	unsigned int x = s->pen.x;

	if (what > 2)
		return;
	vt_erase(s, s->pen.y, what ? 0 : x, what == 1 ? x + 1 : s->cols);
	s->wrap_next = false;
}

static void erase_cells(struct vt_screen *s, unsigned int n)
{
	unsigned int x = s->pen.x;

	vt_erase(s, s->pen.y, x, min(x + n, s->cols + 0u));
	s->wrap_next = false;
}

/* From the cursor's row to the end of the region; outside of it nothing moves. */
static void scroll_here(struct vt_screen *s, unsigned int n, bool up)
{
	unsigned int top = s->pen.y;

	s->wrap_next = false;
	if (top >= s->region_bottom)
		return;
	if (up)
		vt_scroll_up(s, top, s->region_bottom, n);
	else
		vt_scroll_down(s, top, s->region_bottom, n);
}

static void set_region(struct vt_screen *s, const struct vt_csi *csi)
{
	unsigned int top = csi->param[0] ? csi->param[0] : 1;
	unsigned int bottom = csi->param[1] ? csi->param[1] : s->rows;

	if (top < bottom && bottom <= s->rows) {
		s->region_top = (u16)(top - 1);
		s->region_bottom = (u16)bottom;
		vt_move_to_user(s, 0, 0);
	}
}

static void clear_tabs(struct vt_screen *s, unsigned int what)
{
	if (what == 0)
		vt_set_tab(s, s->pen.x, false);
	else if (what == 3)
		memset(s->tabs, 0, sizeof(s->tabs));
}

static void set_private_mode(struct vt_screen *s, unsigned int mode, bool on)
{
	switch (mode) {
	case 1:
		vt_set_kbd_mode(s, VT_KBD_APP_CURSOR, on);
		break;
	case 5:
		if (s->inverse_screen != on) {
			s->inverse_screen = on;
			vt_invert_cells(s);
			vt_update_attr(s);
		}
		break;
	case 6:
		s->origin = on;
		vt_move_to_user(s, 0, 0);
		break;
	case 7:
		s->autowrap = on;
		break;
	case 8:
		vt_set_kbd_mode(s, VT_KBD_REPEAT, on);
		break;
	case 9:
		s->mouse = on ? VT_MOUSE_X10 : VT_MOUSE_OFF;
		break;
	case 25:
		s->cursor_visible = on;
		break;
	case 1000:
		s->mouse = on ? VT_MOUSE_NORMAL : VT_MOUSE_OFF;
		break;
	}
}

static void set_ansi_mode(struct vt_screen *s, unsigned int mode, bool on)
{
	if (mode == 3)
		s->parser.show_controls = on;
	else if (mode == 4)
		s->insert = on;
	else if (mode == 20)
		vt_set_kbd_mode(s, VT_KBD_CRLF, on);
}

static void set_modes(struct vt_screen *s, const struct vt_csi *csi, bool on)
{
	unsigned int i;

	for (i = 0; i < csi->count; i++) {
		if (csi->prefix)
			set_private_mode(s, csi->param[i], on);
		else
			set_ansi_mode(s, csi->param[i], on);
	}
}

static void set_cursor_type(struct vt_screen *s, const struct vt_csi *csi)
{
	const u16 *p = csi->param;

	if (p[0])
		s->cursor_type = (p[0] & 0xFFu) | (p[1] & 0xFFu) << 8 | (p[2] & 0xFFu) << 16;
	else
		s->cursor_type = VT_CURSOR_UNDERLINE;
}

enum vt_cursor_shape vt_screen_cursor_shape(const struct vt_screen *s)
{
	unsigned int shape = s->cursor_type & 0x0F;

	if (s->cursor_type & CURSOR_SOFTWARE || shape > VT_CURSOR_BLOCK)
		return VT_CURSOR_BLOCK;
	return shape == VT_CURSOR_DEFAULT ? VT_CURSOR_UNDERLINE : (enum vt_cursor_shape)shape;
}

/* ---- CSI ... ]: Linux's own settings ---- */

static void set_stand_in(struct vt_screen *s, u8 *color, unsigned int ansi)
{
	if (ansi < 16) {
		*color = vt_ansi_to_vga[ansi];
		vt_update_attr(s);
	}
}

static void call(struct vt_screen *s, void (*op)(void *ctx, unsigned int), unsigned int arg)
{
	if (op)
		op(s->ctx, arg);
}

static void store_default_colors(struct vt_screen *s)
{
	s->default_color = s->attr;
	vt_default_pen(s);
	vt_update_attr(s);
}

static void set_bell(struct vt_screen *s, const struct vt_csi *csi)
{
	unsigned int n = csi->param[1];

	if (csi->param[0] == 10)
		s->bell_hz = (u16)(csi->count > 1 ? n : VT_BELL_HZ);
	else
		s->bell_ms = (u16)(csi->count < 2 ? VT_BELL_MS : n < BELL_MS_MAX ? n : 0);
}

static void setterm(struct vt_screen *s, const struct vt_csi *csi)
{
	unsigned int n = csi->param[1];

	switch (csi->param[0]) {
	case 1:
		set_stand_in(s, &s->underline_color, n);
		break;
	case 2:
		set_stand_in(s, &s->half_color, n);
		break;
	case 8:
		store_default_colors(s);
		break;
	case 9:
		call(s, s->ops->blank_interval, min(n, BLANK_MAX_MIN + 0u));
		break;
	case 10:
	case 11:
		set_bell(s, csi);
		break;
	case 12:
		if (n)
			call(s, s->ops->switch_console, n);
		break;
	case 13:
		if (s->ops->unblank)
			s->ops->unblank(s->ctx);
		break;
	case 14:
		call(s, s->ops->powerdown_interval, min(n, BLANK_MAX_MIN + 0u));
		break;
	case 15:
		call(s, s->ops->switch_console, 0);
		break;
	}
}

/* ---- CSI: who does what ---- */

/* Finals that take a prefix: only '?' has any. */
static void csi_private(struct vt_screen *s, const struct vt_csi *csi, u8 final)
{
	if (csi->prefix != '?')
		return;
	if (final == 'h' || final == 'l')
		set_modes(s, csi, final == 'h');
	else if (final == 'c')
		set_cursor_type(s, csi);
}

static bool csi_move(struct vt_screen *s, const struct vt_csi *csi, u8 final)
{
	int n = csi->param[0] ? csi->param[0] : 1;
	int x = s->pen.x, y = s->pen.y;

	switch (final) {
	case 'A':
		vt_move_to(s, y - n, x);
		break;
	case 'B':
	case 'e':
		vt_move_to(s, y + n, x);
		break;
	case 'C':
	case 'a':
		vt_move_to(s, y, x + n);
		break;
	case 'D':
		vt_move_to(s, y, x - n);
		break;
	case 'E':
		vt_move_to(s, y + n, 0);
		break;
	case 'F':
		vt_move_to(s, y - n, 0);
		break;
	case 'G':
	case '`':
		vt_move_to(s, y, n - 1);
		break;
	case 'd':
		vt_move_to_user(s, n - 1, x);
		break;
	case 'H':
	case 'f':
		vt_move_to_user(s, n - 1, (csi->param[1] ? csi->param[1] : 1) - 1);
		break;
	default:
		return false;
	}
	return true;
}

static bool csi_edit(struct vt_screen *s, const struct vt_csi *csi, u8 final)
{
	unsigned int n = csi->param[0] ? csi->param[0] : 1;

	switch (final) {
	case 'J':
		erase_display(s, csi->param[0]);
		break;
	case 'K':
		erase_line(s, csi->param[0]);
		break;
	case 'L':
	case 'M':
		scroll_here(s, n, final == 'M');
		break;
	case 'P':
		vt_delete_cells(s, n);
		s->wrap_next = false;
		break;
	case '@':
		vt_insert_cells(s, n);
		s->wrap_next = false;
		break;
	case 'X':
		erase_cells(s, n);
		break;
	default:
		return false;
	}
	return true;
}

static void csi_report(struct vt_screen *s, unsigned int what)
{
	if (what == 5)
		reply(s, "\033[0n", 4);
	else if (what == 6)
		reply_cursor(s);
}

static void csi_other(struct vt_screen *s, const struct vt_csi *csi, u8 final)
{
	unsigned int n = csi->param[0];

	switch (final) {
	case 'm':
		vt_sgr(s, csi);
		break;
	case 'h':
	case 'l':
		set_modes(s, csi, final == 'h');
		break;
	case 'r':
		set_region(s, csi);
		break;
	case 'c':
		if (!n)
			vt_reply_identity(s);
		break;
	case 'n':
		csi_report(s, n);
		break;
	case 'g':
		clear_tabs(s, n);
		break;
	case 's':
		vt_save_cursor(s);
		break;
	case 'u':
		vt_restore_cursor(s);
		break;
	case 'q':
		if (n < 4) /* 3 is Caps Lock's bit */
			call(s, s->ops->leds, n == 3 ? 4u : n);
		break;
	case ']':
		setterm(s, csi);
		break;
	}
}

void vt_act_csi(void *ctx, const struct vt_csi *csi, u8 final)
{
	struct vt_screen *s = ctx;

	if (csi->prefix)
		csi_private(s, csi, final);
	else if (!csi_move(s, csi, final) && !csi_edit(s, csi, final))
		csi_other(s, csi, final);
}
