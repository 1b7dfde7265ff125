/* Colours, characters, modes and requests of the terminal. */
// LINK: kernel/tty/vt_parse.c kernel/tty/vt_screen.c kernel/tty/vt_csi.c kernel/tty/vt_sgr.c
// LINK: kernel/tty/vt_buffer.c kernel/tty/cp437.c kernel/lib/cp437_table.c
// LINK: kernel/tty/unicode_width.c
// LINK: kernel/tty/test/vt_host.c
#include "vt_host.h"

static int setup(void **state)
{
	*state = term_new(80, 25, 50);
	return 0;
}

static int teardown(void **state)
{
	/* Whatever a test did, the drawer can follow. */
	term_check_shown(*state);
	term_free(*state);
	return 0;
}

/* ---- attributes ---- */

static void sgr_is(struct term *t, const char *sgr, unsigned int want)
{
	char text[64];

	snprintf(text, sizeof(text), "\033[m\033[1;1H\033[%smX", sgr);
	term_write(t, text, strlen(text));
	assert_int_equal(attr(t, 0, 0), want);
}

static void test_sgr(void **state)
{
	static const struct {
		const char *sgr;
		u8 attr;
	} rows[] = {
		{ "", 0x07 },	   { "1", 0x0F },	{ "31", 0x04 },	    { "1;31", 0x0C },
		{ "34", 0x01 },	   { "33;44", 0x16 },	{ "41;37", 0x47 },  { "5", 0x87 },
		{ "7", 0x70 },	   { "7;31;44", 0x41 }, { "1;7", 0x78 },    { "2", 0x08 },
		{ "3", 0x02 },	   { "4", 0x03 },	{ "21", 0x03 },	    { "1;4", 0x0B },
		{ "1;22", 0x07 },  { "3;23", 0x07 },	{ "4;24", 0x07 },   { "5;25", 0x07 },
		{ "7;27", 0x07 },  { "31;39", 0x07 },	{ "41;49", 0x07 },  { "91", 0x0C },
		{ "97", 0x0F },	   { "101", 0x47 },	{ "107;30", 0x70 }, { "31;0", 0x07 },
		{ "31;;1", 0x0F }, { "99", 0x07 },	{ "4;7", 0x30 },    { "36;1;46", 0x3B },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		sgr_is(*state, rows[i].sgr, rows[i].attr);
}

static void test_sgr_256(void **state)
{
	struct term *t = *state;

	sgr_is(t, "38;5;1", 0x04);
	sgr_is(t, "38;5;9", 0x0C);
	sgr_is(t, "38;5;15", 0x0F);
	sgr_is(t, "38;5;8", 0x08);
	sgr_is(t, "38;5;196", 0x0C);
	sgr_is(t, "38;5;21", 0x09);
	sgr_is(t, "38;5;255", 0x0F);
	sgr_is(t, "38;5;244", 0x07);
	sgr_is(t, "48;5;4", 0x17);
	sgr_is(t, "48;5;196", 0x47);
	sgr_is(t, "48;5;232", 0x07);
}

static void test_sgr_direct(void **state)
{
	struct term *t = *state;

	sgr_is(t, "38;2;255;0;0", 0x0C);
	sgr_is(t, "38;2;0;160;0", 0x02);
	sgr_is(t, "48;2;0;0;200", 0x17);
	sgr_is(t, "48;2;10;20;30", 0x07);
	/* What follows a colour is read again; a cut one changes nothing. */
	sgr_is(t, "38;2;0;160;0;1", 0x0A);
	sgr_is(t, "38;5", 0x07);
	sgr_is(t, "38;2;1;2", 0x08);
	sgr_is(t, "38;9;31", 0x04);
}

static void test_background_erase(void **state)
{
	struct term *t = *state;

	out(t, "\033[44m\033[2J\033[2;1H\033[1;7m\033[K\033[m");
	assert_int_equal(vt_screen_line(&t->s, 10)[10], 0x1720);
	/* Erasing takes the colours, not reverse or bold. */
	assert_int_equal(vt_screen_line(&t->s, 1)[10], 0x1720);
	out(t, "\033[41m\033[25;1H\n\033[m");
	assert_int_equal(vt_screen_line(&t->s, 24)[79], 0x4720);
}

static void test_default_colors(void **state)
{
	struct term *t = *state;

	out(t, "\033[32;44m\033[8]\033[mX\033[31mY\033[39mZ");
	assert_int_equal(attr(t, 0, 0), 0x12);
	assert_int_equal(attr(t, 0, 1), 0x14);
	assert_int_equal(attr(t, 0, 2), 0x12);
	out(t, "\033[1;5]\033[4mU\033[2;6]\033[24;2mH");
	assert_int_equal(attr(t, 0, 3), 0x15);
	assert_int_equal(attr(t, 0, 4), 0x13);
}

static void test_inverse_screen(void **state)
{
	struct term *t = *state;

	out(t, "A\033[1;31;44mB\033[m\033[?5h");
	assert_int_equal(attr(t, 0, 0), 0x70);
	assert_int_equal(attr(t, 0, 1), 0x49);
	out(t, "C\033[?5h");
	assert_int_equal(attr(t, 0, 2), 0x70);
	out(t, "\033[K");
	assert_int_equal(vt_screen_line(&t->s, 0)[50], 0x7020);
	out(t, "\033[?5l");
	assert_int_equal(attr(t, 0, 0), 0x07);
	assert_int_equal(attr(t, 0, 1), 0x1C);
	assert_int_equal(attr(t, 0, 2), 0x07);
}

/* ---- characters ---- */

static void test_utf8_glyphs(void **state)
{
	struct term *t = *state;

	out(t, "\xc3\xa9\xe2\x94\x80\xe2\x95\xac\xe2\x96\x88\xc4\x87\xe2\x80\x9c|");
	assert_int_equal(glyph(t, 0, 0), 0x82);
	assert_int_equal(glyph(t, 0, 1), 0xC4);
	assert_int_equal(glyph(t, 0, 2), 0xCE);
	assert_int_equal(glyph(t, 0, 3), 0xDB);
	assert_int_equal(glyph(t, 0, 4), 'c');
	assert_int_equal(glyph(t, 0, 5), '"');
	assert_int_equal(glyph(t, 0, 6), '|');
}

static void test_widths(void **state)
{
	struct term *t = *state;

	/* Wide: two cells. Combining: none. Unknown and broken: the square. */
	out(t, "\xe4\xb8\xad|e\xcc\x81|\xff|\xf0\x9f\x98\x80|");
	assert_int_equal(glyph(t, 0, 0), 0xFE);
	assert_int_equal(glyph(t, 0, 1), ' ');
	assert_int_equal(glyph(t, 0, 2), '|');
	assert_int_equal(glyph(t, 0, 4), '|');
	assert_int_equal(glyph(t, 0, 5), 0xFE);
	assert_int_equal(glyph(t, 0, 9), '|');
}

static void test_line_drawing(void **state)
{
	struct term *t = *state;

	out(t, "\033)0\016lqk\017lqk");
	assert_int_equal(glyph(t, 0, 0), 0xDA);
	assert_int_equal(glyph(t, 0, 1), 0xC4);
	assert_int_equal(glyph(t, 0, 2), 0xBF);
	assert_int_equal(glyph(t, 0, 3), 'l');
	/* Outside of UTF-8, in G0 as well. */
	out(t, "\033%@\033(0x\033(Bx\xe9\033%G");
	assert_int_equal(glyph(t, 0, 6), 0xB3);
	assert_int_equal(glyph(t, 0, 7), 'x');
	assert_int_equal(glyph(t, 0, 8), 0x82);
}

static void test_pc_charset(void **state)
{
	struct term *t = *state;

	out(t, "\033[11m\xc4\x01\x80\033[12mA\033[10m\xc3\xa9");
	assert_int_equal(glyph(t, 0, 0), 0xC4);
	assert_int_equal(glyph(t, 0, 1), 0x01);
	assert_int_equal(glyph(t, 0, 2), 0x80);
	assert_int_equal(glyph(t, 0, 3), 'A' | 0x80);
	assert_int_equal(glyph(t, 0, 4), 0x82);
	out(t, "\033%@\033(U\xc4\033(K\xc5\033(B\xff\033%G");
	assert_int_equal(glyph(t, 0, 5), 0xC4);
	assert_int_equal(glyph(t, 0, 6), 0xC5);
	assert_int_equal(glyph(t, 0, 7), 0x98);
}

static int shouting_glyph(void *ctx, u32 ucs)
{
	return ucs == 'a' ? 'A' : -1;
}

static void test_own_font(void **state)
{
	struct term *t = *state;
	const struct vt_screen_ops *old = t->s.ops;
	struct vt_screen_ops ops = *old;

	ops.glyph = shouting_glyph;
	t->s.ops = &ops;
	out(t, "a\xc3\xa9");
	assert_int_equal(glyph(t, 0, 0), 'A');
	assert_int_equal(glyph(t, 0, 1), 0xFE);
	t->s.ops = old;
}

/* ---- modes, replies, requests ---- */

static void test_replies(void **state)
{
	struct term *t = *state;

	out(t, "\033[c\033Z\033[5n\033[12;34H\033[6n\033[1c\033[>c\033[?6n");
	assert_string_equal(t->replies, "\033[?6c\033[?6c\033[0n\033[12;34R");
}

static void test_keyboard_modes(void **state)
{
	struct term *t = *state;

	out(t, "\033[?1h\033=\033[20h\033[?8l\033[?1l\033>\033[20l");
	assert_string_equal(t->events,
			    "modes(5)modes(7)modes(15)modes(11)modes(10)modes(8)modes(0)");
}

static void test_newline_mode(void **state)
{
	struct term *t = *state;

	out(t, "ab\ncd\033[20h\nef\013gh\014ij");
	row_is(t, 1, "  cd");
	row_is(t, 2, "ef");
	row_is(t, 4, "ij");
}

static void test_mouse_modes(void **state)
{
	struct term *t = *state;

	out(t, "\033[?9h");
	assert_int_equal(t->s.mouse, VT_MOUSE_X10);
	out(t, "\033[?1000h");
	assert_int_equal(t->s.mouse, VT_MOUSE_NORMAL);
	out(t, "\033[?1000l");
	assert_int_equal(t->s.mouse, VT_MOUSE_OFF);
}

static void test_cursor_modes(void **state)
{
	struct term *t = *state;

	out(t, "\033[?25l");
	term_flush(t);
	assert_false(t->cursor_visible);
	out(t, "\033[?25h\033[?6c");
	term_flush(t);
	assert_true(t->cursor_visible);
	assert_int_equal(t->cursor_shape, VT_CURSOR_BLOCK);
	out(t, "\033[?8c");
	assert_int_equal(vt_screen_cursor_shape(&t->s), VT_CURSOR_BLOCK);
	out(t, "\033[?17;0;64c");
	assert_int_equal(vt_screen_cursor_shape(&t->s), VT_CURSOR_BLOCK);
	assert_int_equal(t->s.cursor_type, 17 | 64 << 16);
	out(t, "\033[?4c");
	assert_int_equal(vt_screen_cursor_shape(&t->s), VT_CURSOR_HALF);
	out(t, "\033[?1c");
	term_flush(t);
	assert_false(t->cursor_visible);
	out(t, "\033[?0c");
	assert_int_equal(vt_screen_cursor_shape(&t->s), VT_CURSOR_UNDERLINE);
}

static void test_unknown_modes(void **state)
{
	struct term *t = *state;

	out(t, "\033[?2004h\033[?1049h\033[?12l\033[?2026$p\033[?47h\033[?3h\033[99hok");
	row_is(t, 0, "ok");
	assert_string_equal(t->events, "");
}

static void test_setterm(void **state)
{
	struct term *t = *state;

	out(t, "\033[9;15]\033[9;99]\033[12;3]\033[12;0]\033[13]\033[14;5]\033[15]\033[16;5]");
	assert_string_equal(t->events,
			    "blank(15)blank(60)switch(3)unblank(0)powerdown(5)switch(0)");
}

static void test_leds(void **state)
{
	struct term *t = *state;

	out(t, "\033[q\033[1q\033[2q\033[3q\033[4q");
	assert_string_equal(t->events, "leds(0)leds(1)leds(2)leds(4)");
}

static void test_palette(void **state)
{
	struct term *t = *state;

	out(t, "\033]P1804020");
	assert_string_equal(t->events, "palette(128)");
	assert_int_equal(t->s.palette[5], 0x20);
	out(t, "\033]R");
	assert_string_equal(t->events, "palette(128)palette(170)");
}

static void test_alignment(void **state)
{
	struct term *t = *state;

	out(t, "\033[3;3H\033#8");
	assert_int_equal(glyph(t, 0, 0), 'E');
	assert_int_equal(glyph(t, 24, 79), 'E');
	cursor_is(t, 2, 2);
	out(t, "\033[K");
	assert_int_equal(glyph(t, 2, 2), ' ');
}

static void test_reset(void **state)
{
	struct term *t = *state;

	out(t, "\033[5;10r\033[?6h\033[?7l\033[?25l\033[4h\033[1;31;44m\033%@\033[11m\033[3g"
	       "\033[?1h\033[?1000h\033[?5h\033[10;99]abc\033c");
	row_is(t, 4, "");
	cursor_is(t, 0, 0);
	out(t, "\tx\xc3\xa9");
	assert_int_equal(glyph(t, 0, 8), 'x');
	assert_int_equal(glyph(t, 0, 9), 0x82);
	assert_int_equal(attr(t, 0, 8), 0x07);
	assert_true(t->s.autowrap && t->s.cursor_visible);
	assert_false(t->s.insert || t->s.origin || t->s.inverse_screen);
	assert_int_equal(t->s.region_bottom, 25);
	assert_int_equal(t->s.mouse, VT_MOUSE_OFF);
	assert_int_equal(t->s.bell_hz, 750);
	assert_int_equal(t->s.modes, VT_KBD_REPEAT);
}

#define screen_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		screen_test(test_sgr),
		screen_test(test_sgr_256),
		screen_test(test_sgr_direct),
		screen_test(test_background_erase),
		screen_test(test_default_colors),
		screen_test(test_inverse_screen),
		screen_test(test_utf8_glyphs),
		screen_test(test_widths),
		screen_test(test_line_drawing),
		screen_test(test_pc_charset),
		screen_test(test_own_font),
		screen_test(test_replies),
		screen_test(test_keyboard_modes),
		screen_test(test_newline_mode),
		screen_test(test_mouse_modes),
		screen_test(test_cursor_modes),
		screen_test(test_unknown_modes),
		screen_test(test_setterm),
		screen_test(test_leds),
		screen_test(test_palette),
		screen_test(test_alignment),
		screen_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
