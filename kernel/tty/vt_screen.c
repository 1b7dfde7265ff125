/* What the actions of a terminal's output do; see vt_screen.h. */
#include <kernel/string.h>
#include "cp437.h"
#include "vt_internal.h"

/* ---- cursor ---- */

/* Row and column may be beyond the screen on either side. */
void vt_move_to(struct vt_screen *s, int row, int col)
{
	int top = s->origin ? s->region_top : 0;
	int bottom = s->origin ? s->region_bottom : s->rows;

	s->pen.x = (u16)max(0, min(col, s->cols - 1));
	s->pen.y = (u16)max(top, min(row, bottom - 1));
	s->wrap_next = false;
}

/* As the user counts rows: from the region's top in origin mode. */
void vt_move_to_user(struct vt_screen *s, int row, int col)
{
	vt_move_to(s, row + (s->origin ? s->region_top : 0), col);
}

static void line_feed(struct vt_screen *s)
{
	if (s->pen.y + 1 == s->region_bottom)
		vt_scroll_up(s, s->region_top, s->region_bottom, 1);
	else if (s->pen.y + 1 < s->rows)
		s->pen.y++;
	s->wrap_next = false;
}

static void reverse_line_feed(struct vt_screen *s)
{
	if (s->pen.y == s->region_top)
		vt_scroll_down(s, s->region_top, s->region_bottom, 1);
	else if (s->pen.y > 0)
		s->pen.y--;
	s->wrap_next = false;
}

static void carriage_return(struct vt_screen *s)
{
	s->pen.x = 0;
	s->wrap_next = false;
}

static bool tab_at(const struct vt_screen *s, unsigned int x)
{
	return x < VT_TAB_BITS && s->tabs[x / 32] >> x % 32 & 1;
}

void vt_set_tab(struct vt_screen *s, unsigned int x, bool on)
{
	u32 bit = (u32)1 << x % 32;

	if (on)
		s->tabs[x / 32] |= bit;
	else
		s->tabs[x / 32] &= ~bit;
}

static void next_tab(struct vt_screen *s)
{
	while (s->pen.x + 1 < s->cols) {
		s->pen.x++;
		if (tab_at(s, s->pen.x))
			break;
	}
}

/* ---- charsets ---- */

/* VT100 line drawing and special graphics, from '_' on, as glyphs of CP437. */
static const u8 vt100_glyph[0x7F - 0x5F] = {
	0x20, 0x04, 0xB1, 0xFE, 0xFE, 0xFE, 0xFE, 0xF8, 0xF1, 0xB0, 0xFE,
	0xD9, 0xBF, 0xDA, 0xC0, 0xC5, 0xC4, 0xC4, 0xC4, 0xC4, 0x5F, 0xC3,
	0xB4, 0xC1, 0xC2, 0xB3, 0xF3, 0xF2, 0xE3, 0xD8, 0x9C, 0xFA,
};

/* Linux's terminfo draws arrows and a block from this set as well. */
static u8 vt100_to_glyph(u8 c)
{
	switch (c) {
	case '+':
		return 0x1A;
	case ',':
		return 0x1B;
	case '-':
		return 0x18;
	case '.':
		return 0x19;
	case '0':
		return 0xDB;
	}
	return c >= 0x5F && c < 0x7F ? vt100_glyph[c - 0x5F] : c;
}

static int glyph_of(struct vt_screen *s, u32 ucs)
{
	if (s->ops->glyph)
		return s->ops->glyph(s->ctx, ucs);
	return cp437_glyph(ucs);
}

/* A byte outside of UTF-8 mode to a glyph, -1: shows as nothing. */
static int charset_glyph(struct vt_screen *s, u8 c)
{
	int glyph;

	if (s->high_bit)
		c |= 0x80;
	switch (s->active_charset) {
	case VT_CHARSET_IBMPC:
		return c;
	case VT_CHARSET_USER:
		return s->user_map ? s->user_map[c] : c;
	case VT_CHARSET_VT100:
		if (c >= 0x20 && c < 0x7F)
			return vt100_to_glyph(c);
		break;
	}
	if (c < 0x20 || c == 0x7F)
		return -1;
	glyph = glyph_of(s, c);
	return glyph < 0 ? c : glyph;
}

static bool decodes_utf8(const struct vt_screen *s)
{
	return s->parser.utf8 && !s->parser.show_controls;
}

/* Is printable ASCII its own glyph? */
static bool ascii_is_plain(const struct vt_screen *s)
{
	if (decodes_utf8(s))
		return !s->ops->glyph;
	if (s->high_bit || s->active_charset == VT_CHARSET_VT100)
		return false;
	return s->active_charset != VT_CHARSET_USER || !s->user_map;
}

/* ---- printing ---- */

static void wrap_if_due(struct vt_screen *s)
{
	if (s->wrap_next) {
		carriage_return(s);
		line_feed(s);
	}
}

static void advance(struct vt_screen *s, unsigned int n)
{
	unsigned int x = s->pen.x + n;

	if (x >= s->cols) {
		x = s->cols - 1u;
		s->wrap_next = s->autowrap;
	}
	s->pen.x = (u16)x;
}

static void put_glyph(struct vt_screen *s, u8 glyph)
{
	struct vt_line *line;

	wrap_if_due(s);
	if (s->insert)
		vt_insert_cells(s, 1);
	line = vt_row(s, s->pen.y);
	line->cells[s->pen.x] = VGA_CELL(glyph, s->attr);
	vt_touch(line, s->pen.x, s->pen.x + 1u);
	advance(s, 1);
}

/* As many as fit into the line. */
static size_t put_plain(struct vt_screen *s, const u8 *text, size_t n)
{
	struct vt_line *line;
	unsigned int i, room;
	u16 attr = VGA_CELL(0, s->attr), *cell;

	wrap_if_due(s);
	line = vt_row(s, s->pen.y);
	room = (unsigned int)min_t(size_t, n, s->cols - s->pen.x);
	cell = line->cells + s->pen.x;
	for (i = 0; i < room; i++)
		cell[i] = attr | text[i];
	vt_touch(line, s->pen.x, s->pen.x + room);
	advance(s, room);
	return room;
}

static void put_byte(struct vt_screen *s, u8 c)
{
	int glyph = decodes_utf8(s) ? glyph_of(s, c) : charset_glyph(s, c);

	if (glyph >= 0)
		put_glyph(s, (u8)glyph);
}

static void act_run(void *ctx, const u8 *text, size_t n)
{
	struct vt_screen *s = ctx;

	if (!s->insert && ascii_is_plain(s)) {
		while (n) {
			size_t done = put_plain(s, text, n);

			text += done;
			n -= done;
		}
		return;
	}
	for (; n; n--)
		put_byte(s, *text++);
}

static void act_character(void *ctx, u32 ucs)
{
	struct vt_screen *s = ctx;
	int glyph, width;

	if (!decodes_utf8(s)) {
		put_byte(s, (u8)ucs);
		return;
	}
	width = unicode_width(ucs);
	if (!width)
		return;
	glyph = glyph_of(s, ucs);
	put_glyph(s, glyph < 0 ? CP437_REPLACEMENT : (u8)glyph);
	if (width == 2)
		put_glyph(s, ' ');
}

/* ---- control characters ---- */

static void shift_to(struct vt_screen *s, unsigned int slot)
{
	s->pen.charset_slot = (u8)slot;
	s->active_charset = s->pen.charset[slot];
	s->parser.show_controls = slot == 1;
}

static void act_control(void *ctx, u8 c)
{
	struct vt_screen *s = ctx;

	switch (c) {
	case '\a':
		if (s->ops->bell && s->bell_ms)
			s->ops->bell(s->ctx, s->bell_hz, s->bell_ms);
		break;
	case '\b':
		if (s->pen.x)
			s->pen.x--;
		s->wrap_next = false;
		break;
	case '\t':
		next_tab(s);
		break;
	case '\n':
	case '\v':
	case '\f':
		line_feed(s);
		if (s->modes & VT_KBD_CRLF)
			carriage_return(s);
		break;
	case '\r':
		carriage_return(s);
		break;
	case 0x0E:
	case 0x0F:
		shift_to(s, c == 0x0E);
		break;
	}
}

/* ---- save, restore, reset ---- */

void vt_save_cursor(struct vt_screen *s)
{
	s->saved = s->pen;
}

void vt_restore_cursor(struct vt_screen *s)
{
	u16 x = s->saved.x, y = s->saved.y;

	s->pen = s->saved;
	shift_to(s, s->pen.charset_slot);
	vt_move_to(s, y, x);
	vt_update_attr(s);
}

static void tell_kbd_modes(struct vt_screen *s)
{
	if (s->ops->kbd_modes)
		s->ops->kbd_modes(s->ctx, s->modes);
}

void vt_set_kbd_mode(struct vt_screen *s, unsigned int mode, bool on)
{
	s->modes = (u16)(on ? s->modes | mode : s->modes & ~mode);
	tell_kbd_modes(s);
}

static void reset_tabs(struct vt_screen *s)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(s->tabs); i++)
		s->tabs[i] = 0x01010101;
}

static void reset_modes(struct vt_screen *s)
{
	s->region_top = 0;
	s->region_bottom = s->rows;
	s->insert = s->origin = s->inverse_screen = s->high_bit = false;
	s->autowrap = s->cursor_visible = true;
	s->mouse = VT_MOUSE_OFF;
	s->modes = VT_KBD_REPEAT;
	s->cursor_type = VT_CURSOR_UNDERLINE;
	s->bell_hz = VT_BELL_HZ;
	s->bell_ms = VT_BELL_MS;
}

static const struct vt_actions actions;

void vt_screen_reset(struct vt_screen *s, bool clear)
{
	vt_parser_init(&s->parser, &actions, s);
	s->parser.utf8 = s->default_utf8;
	reset_modes(s);
	reset_tabs(s);
	memset(&s->pen, 0, sizeof(s->pen));
	s->pen.charset[0] = VT_CHARSET_LATIN1;
	s->pen.charset[1] = VT_CHARSET_VT100;
	s->active_charset = VT_CHARSET_LATIN1;
	vt_default_pen(s);
	vt_update_attr(s);
	vt_move_to(s, 0, 0);
	vt_save_cursor(s);
	tell_kbd_modes(s);
	if (s->ops->leds)
		s->ops->leds(s->ctx, VT_LEDS_AUTO);
	if (clear)
		vt_erase_rows(s, 0, s->rows);
}

/* ---- ESC x ---- */

static void alignment_test(struct vt_screen *s)
{
	u16 blank = s->blank;

	s->blank = (u16)((blank & 0xFF00) | 'E');
	vt_erase_rows(s, 0, s->rows);
	s->blank = blank;
	s->wrap_next = false;
}

static void designate(struct vt_screen *s, unsigned int slot, u8 final)
{
	static const char name[] = "B0UK"; /* in the order of enum vt_charset */
	unsigned int i;

	for (i = 0; i < sizeof(name) - 1; i++)
		if (name[i] == final)
			s->pen.charset[slot] = (u8)i;
	if (s->pen.charset_slot == slot)
		s->active_charset = s->pen.charset[slot];
}

static void escape_with(struct vt_screen *s, u8 intermediate, u8 final)
{
	if (intermediate == '(' || intermediate == ')')
		designate(s, intermediate == ')', final);
	else if (intermediate == '#' && final == '8')
		alignment_test(s);
	else if (intermediate == '%' && final == '@')
		s->parser.utf8 = false;
	else if (intermediate == '%' && (final == 'G' || final == '8'))
		s->parser.utf8 = true;
}

static void act_escape(void *ctx, u8 intermediate, u8 final)
{
	struct vt_screen *s = ctx;

	if (intermediate) {
		escape_with(s, intermediate, final);
		return;
	}
	switch (final) {
	case 'E':
		carriage_return(s);
		line_feed(s);
		break;
	case 'D':
		line_feed(s);
		break;
	case 'M':
		reverse_line_feed(s);
		break;
	case 'H':
		vt_set_tab(s, s->pen.x, true);
		break;
	case 'Z':
		vt_reply_identity(s);
		break;
	case '7':
		vt_save_cursor(s);
		break;
	case '8':
		vt_restore_cursor(s);
		break;
	case 'c':
		vt_screen_reset(s, true);
		break;
	case '=':
	case '>':
		vt_set_kbd_mode(s, VT_KBD_APP_KEYPAD, final == '=');
		break;
	}
}

/* ---- palette ---- */

static void tell_palette(struct vt_screen *s)
{
	if (s->ops->palette)
		s->ops->palette(s->ctx, s->palette);
}

static void act_palette(void *ctx, u8 index, u8 r, u8 g, u8 b)
{
	struct vt_screen *s = ctx;
	u8 *rgb = s->palette + index * 3;

	rgb[0] = r;
	rgb[1] = g;
	rgb[2] = b;
	tell_palette(s);
}

static void act_palette_reset(void *ctx)
{
	struct vt_screen *s = ctx;

	memcpy(s->palette, vt_default_palette, sizeof(s->palette));
	tell_palette(s);
}

static const struct vt_actions actions = {
	.run = act_run,
	.character = act_character,
	.control = act_control,
	.escape = act_escape,
	.csi = vt_act_csi,
	.palette = act_palette,
	.palette_reset = act_palette_reset,
};

void vt_screen_write(struct vt_screen *s, const void *bytes, size_t n)
{
	vt_parse(&s->parser, bytes, n);
}
