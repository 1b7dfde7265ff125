/* Attributes: what ESC [ ... m makes of the pen, and the pen of a VGA attribute. */
#include "vt_internal.h"

const u8 vt_ansi_to_vga[16] = { 0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15 };

/* IBM's default DAC values for the 16 text colours, in ANSI order. */
const u8 vt_default_palette[48] = {
	0x00, 0x00, 0x00, 0xAA, 0x00, 0x00, 0x00, 0xAA, 0x00, 0xAA, 0x55, 0x00,
	0x00, 0x00, 0xAA, 0xAA, 0x00, 0xAA, 0x00, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA,
	0x55, 0x55, 0x55, 0xFF, 0x55, 0x55, 0x55, 0xFF, 0x55, 0xFF, 0xFF, 0x55,
	0x55, 0x55, 0xFF, 0xFF, 0x55, 0xFF, 0x55, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};

static u8 swap_colors(u8 attr)
{
	return (u8)((attr & 0x88) | (attr >> 4 & 7) | (attr & 7) << 4);
}

/* A VGA has no italics, underline (in colour) or half-bright: colours stand for them. */
static u8 stand_in(const struct vt_screen *s, const struct vt_pen *pen)
{
	u8 back = pen->color & 0xF0;

	if (pen->italic)
		return back | s->italic_color;
	if (pen->underline)
		return back | s->underline_color;
	if (pen->intensity == VT_HALF_BRIGHT)
		return back | s->half_color;
	return pen->color;
}

static u8 build_attr(const struct vt_screen *s, const struct vt_pen *pen, bool reverse)
{
	u8 attr = stand_in(s, pen);

	if (reverse)
		attr = swap_colors(attr);
	if (pen->blink)
		attr ^= VGA_ATTR_BLINK;
	if (pen->intensity == VT_BOLD)
		attr ^= VGA_ATTR_BRIGHT;
	return attr;
}

void vt_update_attr(struct vt_screen *s)
{
	struct vt_pen erase = { .color = s->pen.color,
				.intensity = VT_NORMAL,
				.blink = s->pen.blink };

	s->attr = build_attr(s, &s->pen, s->pen.reverse != s->inverse_screen);
	s->blank = VGA_CELL(' ', build_attr(s, &erase, s->inverse_screen));
}

void vt_default_pen(struct vt_screen *s)
{
	s->pen.intensity = VT_NORMAL;
	s->pen.italic = s->pen.underline = s->pen.blink = s->pen.reverse = false;
	s->pen.color = s->default_color;
}

/* ---- 256 and direct colours, to the nearest of 16 (8 behind the text) ---- */

struct rgb {
	u8 r, g, b;
};

static struct rgb rgb_of_16(unsigned int i)
{
	u8 on = i & 8 ? 0xFF : 0xAA, off = i & 8 ? 0x55 : 0;

	return (struct rgb){ i & 1 ? on : off, i & 2 ? on : off, i & 4 ? on : off };
}

static struct rgb rgb_of_256(unsigned int i)
{
	u8 grey;

	if (i < 16)
		return rgb_of_16(i);
	if (i < 232) {
		i -= 16;
		return (struct rgb){ (u8)(i / 36 * 85 / 2), (u8)(i / 6 % 6 * 85 / 2),
				     (u8)(i % 6 * 85 / 2) };
	}
	grey = (u8)(i * 10 - 2312);
	return (struct rgb){ grey, grey, grey };
}

static void direct_foreground(struct vt_pen *pen, struct rgb c)
{
	u8 rg = max(c.r, c.g), most = max(rg, c.b), hue = 0;

	if (c.r > most / 2)
		hue |= 4;
	if (c.g > most / 2)
		hue |= 2;
	if (c.b > most / 2)
		hue |= 1;
	pen->intensity = most > 0xAA ? VT_BOLD : VT_NORMAL;
	if (hue == 7 && most <= 0x55) {
		hue = 0;
		pen->intensity = VT_BOLD;
	}
	pen->color = (pen->color & 0xF0) | hue;
}

/* Behind text rather too dark than too light. */
static void direct_background(struct vt_pen *pen, struct rgb c)
{
	u8 hue = (u8)((c.r & 0x80) >> 5 | (c.g & 0x80) >> 6 | (c.b & 0x80) >> 7);

	pen->color = (u8)((pen->color & 0x0F) | hue << 4);
}

/* 38 or 48 at i: returns the index of the last parameter used. */
static unsigned int extended_color(struct vt_pen *pen, const struct vt_csi *csi, unsigned int i)
{
	const u16 *p = csi->param;
	unsigned int last = csi->count - 1u, at = i + 1;
	struct rgb c;

	if (at + 1 <= last && p[at] == 5) {
		c = rgb_of_256(p[at + 1] & 0xFF);
		at += 1;
	} else if (at + 3 <= last && p[at] == 2) {
		c = (struct rgb){ (u8)p[at + 1], (u8)p[at + 2], (u8)p[at + 3] };
		at += 3;
	} else {
		return at;
	}
	if (p[i] == 38)
		direct_foreground(pen, c);
	else
		direct_background(pen, c);
	return at;
}

/* ---- SGR ---- */

static void set_foreground(struct vt_pen *pen, u8 color)
{
	pen->color = (pen->color & 0xF0) | (color & 0x0F);
}

static void set_background(struct vt_pen *pen, u8 color)
{
	pen->color = (u8)((pen->color & 0x0F) | color << 4);
}

/* 10: the charset chosen by SO or SI; 11, 12: bytes are glyphs, 12 with bit 7 set. */
static void select_font(struct vt_screen *s, unsigned int n)
{
	s->active_charset = n == 10 ? s->pen.charset[s->pen.charset_slot] : VT_CHARSET_IBMPC;
	s->parser.show_controls = n != 10;
	s->high_bit = n == 12;
}

static bool sgr_color(struct vt_screen *s, unsigned int n)
{
	struct vt_pen *pen = &s->pen;

	if (n >= 30 && n <= 37) {
		set_foreground(pen, vt_ansi_to_vga[n - 30]);
	} else if (n >= 40 && n <= 47) {
		set_background(pen, vt_ansi_to_vga[n - 40]);
	} else if (n >= 90 && n <= 97) {
		pen->intensity = VT_BOLD;
		set_foreground(pen, vt_ansi_to_vga[n - 90]);
	} else if (n >= 100 && n <= 107) {
		set_background(pen, vt_ansi_to_vga[n - 100]);
	} else if (n == 39) {
		set_foreground(pen, s->default_color);
	} else if (n == 49) {
		set_background(pen, s->default_color >> 4);
	} else {
		return false;
	}
	return true;
}

static void sgr_one(struct vt_screen *s, unsigned int n)
{
	struct vt_pen *pen = &s->pen;

	switch (n) {
	case 0:
		vt_default_pen(s);
		break;
	case 1:
		pen->intensity = VT_BOLD;
		break;
	case 2:
		pen->intensity = VT_HALF_BRIGHT;
		break;
	case 22:
		pen->intensity = VT_NORMAL;
		break;
	case 3:
	case 23:
		pen->italic = n == 3;
		break;
	case 4:
	case 21:
	case 24:
		pen->underline = n != 24;
		break;
	case 5:
	case 25:
		pen->blink = n == 5;
		break;
	case 7:
	case 27:
		pen->reverse = n == 7;
		break;
	case 10:
	case 11:
	case 12:
		select_font(s, n);
		break;
	default:
		sgr_color(s, n);
	}
}

void vt_sgr(struct vt_screen *s, const struct vt_csi *csi)
{
	unsigned int i;

	for (i = 0; i < csi->count; i++) {
		unsigned int n = csi->param[i];

		if (n == 38 || n == 48)
			i = extended_color(&s->pen, csi, i);
		else
			sgr_one(s, n);
	}
	vt_update_attr(s);
}
