/* The terminal as programs under TERM=linux use it: text, cursor, erasing, scrolling, drawing. */
// LINK: kernel/tty/vt_parse.c kernel/tty/vt_screen.c kernel/tty/vt_csi.c kernel/tty/vt_sgr.c
// LINK: kernel/tty/vt_buffer.c kernel/tty/cp437.c kernel/lib/cp437_table.c
// LINK: kernel/tty/unicode_width.c
// LINK: kernel/tty/test/vt_host.c
#include "vt_host.h"
#include <kernel/errno.h>

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

/* ---- printing and the margins ---- */

static void test_print(void **state)
{
	struct term *t = *state;

	out(t, "hello\r\nworld");
	row_is(t, 0, "hello");
	row_is(t, 1, "world");
	cursor_is(t, 1, 5);
	assert_int_equal(attr(t, 0, 0), 0x07);
}

static void test_deferred_wrap(void **state)
{
	struct term *t = *state;

	for (int i = 0; i < 80; i++)
		out(t, "x");
	cursor_is(t, 0, 79);
	/* A newline after a full line makes no empty one. */
	out(t, "\r\ny");
	row_is(t, 1, "y");
	out(t, "\033[1;80HAB");
	assert_int_equal(glyph(t, 0, 79), 'A');
	row_is(t, 1, "B");
	cursor_is(t, 1, 1);
}

static void test_wrap_cancelled(void **state)
{
	struct term *t = *state;

	out(t, "\033[1;80HA\bB");
	assert_int_equal(glyph(t, 0, 78), 'B');
	out(t, "\033[1;80HA\033[KC");
	assert_int_equal(glyph(t, 0, 79), 'C');
	out(t, "\033[1;80HA\033[1;80HD");
	assert_int_equal(glyph(t, 0, 79), 'D');
	row_is(t, 1, "");
}

static void test_no_autowrap(void **state)
{
	struct term *t = *state;

	out(t, "\033[?7l\033[1;78Habcdef");
	assert_int_equal(glyph(t, 0, 79), 'f');
	assert_int_equal(glyph(t, 0, 78), 'b');
	row_is(t, 1, "");
	out(t, "\033[?7h\033[1;80Hgh");
	row_is(t, 1, "h");
}

static void test_long_run(void **state)
{
	struct term *t = *state;
	char text[401];

	for (int i = 0; i < 400; i++)
		text[i] = (char)('a' + i % 26);
	term_write(t, text, 400);
	cursor_is(t, 4, 79);
	assert_int_equal(glyph(t, 0, 0), 'a');
	assert_int_equal(glyph(t, 3, 79), text[319]);
	assert_int_equal(glyph(t, 4, 0), text[320]);
	assert_int_equal(glyph(t, 4, 79), text[399]);
}

static void test_backspace_and_return(void **state)
{
	struct term *t = *state;

	out(t, "abc\b\bX\b\b\b\b\bY\rZ");
	row_is(t, 0, "ZXc");
	cursor_is(t, 0, 1);
}

static void test_bell(void **state)
{
	struct term *t = *state;

	out(t, "\a\033[10;440]\033[11;50]\a\033[10]\033[11]\a\033[11;5000]\a");
	assert_string_equal(t->events, "bell(7500125)bell(4400050)bell(7500125)");
}

/* ---- tabs ---- */

static void test_tabs(void **state)
{
	struct term *t = *state;

	out(t, "\tx");
	cursor_is(t, 0, 9);
	out(t, "\r\033[4C\033H\r\ty");
	assert_int_equal(glyph(t, 0, 4), 'y');
	out(t, "\r\033[4C\033[g\r\t");
	cursor_is(t, 0, 8);
	out(t, "\033[3g\r\t");
	cursor_is(t, 0, 79);
	out(t, "\t");
	cursor_is(t, 0, 79);
}

/* ---- moving ---- */

static void test_moves(void **state)
{
	struct term *t = *state;

	out(t, "\033[10;20H");
	cursor_is(t, 9, 19);
	out(t, "\033[3A\033[2B\033[5C\033[2D");
	cursor_is(t, 8, 22);
	out(t, "\033[A\033[B\033[e\033[C\033[a\033[D");
	cursor_is(t, 9, 23);
	out(t, "\033[2E");
	cursor_is(t, 11, 0);
	out(t, "\033[7G\033[3F");
	cursor_is(t, 8, 0);
	out(t, "\033[12`\033[4d");
	cursor_is(t, 3, 11);
	out(t, "\033[f");
	cursor_is(t, 0, 0);
}

static void test_moves_are_clamped(void **state)
{
	struct term *t = *state;

	out(t, "\033[999;999H");
	cursor_is(t, 24, 79);
	out(t, "\033[99999B\033[99999C");
	cursor_is(t, 24, 79);
	out(t, "\033[32767A\033[32767D");
	cursor_is(t, 0, 0);
	out(t, "\033[0;0H");
	cursor_is(t, 0, 0);
}

static void test_save_restore(void **state)
{
	struct term *t = *state;

	out(t, "\033[5;6H\033[1;31m\0337\033[m\033[20;20H\0338X");
	assert_int_equal(glyph(t, 4, 5), 'X');
	assert_int_equal(attr(t, 4, 5), 0x0C);
	out(t, "\033[s\033[1;1H\033[u");
	cursor_is(t, 4, 6);
	out(t, "\033)0\016\0337\017q\0338q");
	assert_int_equal(glyph(t, 4, 6), 0xC4);
}

/* ---- erasing and editing ---- */

static void fill_screen(struct term *t)
{
	char text[64];

	for (int row = 1; row <= 25; row++) {
		snprintf(text, sizeof(text), "\033[%d;1Hline%02dabcdefghij", row, row);
		term_write(t, text, strlen(text));
	}
}

static void test_erase_line(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[2;5H\033[K\033[3;5H\033[1K\033[4;5H\033[2K");
	row_is(t, 1, "line");
	row_is(t, 2, "     3abcdefghij");
	row_is(t, 3, "");
	cursor_is(t, 3, 4);
	out(t, "\033[5;1H\033[7K");
	row_is(t, 4, "line05abcdefghij");
}

static void test_erase_display(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[20;5H\033[J");
	row_is(t, 18, "line19abcdefghij");
	row_is(t, 19, "line");
	row_is(t, 20, "");
	out(t, "\033[3;5H\033[1J");
	row_is(t, 1, "");
	row_is(t, 2, "     3abcdefghij");
	row_is(t, 3, "line04abcdefghij");
	out(t, "\033[2J");
	row_is(t, 10, "");
	cursor_is(t, 2, 4);
}

static void test_erase_cells(void **state)
{
	struct term *t = *state;

	out(t, "abcdefgh\033[1;3H\033[3X");
	row_is(t, 0, "ab   fgh");
	out(t, "\033[X\033[1;7H\033[9999X");
	row_is(t, 0, "ab   f");
}

static void test_insert_delete_cells(void **state)
{
	struct term *t = *state;

	out(t, "abcdefgh\033[1;3H\033[2@");
	row_is(t, 0, "ab  cdefgh");
	out(t, "\033[3P");
	row_is(t, 0, "abdefgh");
	out(t, "\033[1;80HZ\033[1;1H\033[@");
	row_is(t, 0, " abdefgh");
	out(t, "\033[999P");
	row_is(t, 0, "");
	out(t, "xyz\033[1;2H\033[999@");
	row_is(t, 0, "x");
}

static void test_insert_mode(void **state)
{
	struct term *t = *state;

	out(t, "abc\r\033[4hXY\033[4lZ");
	row_is(t, 0, "XYZbc");
}

static void test_insert_delete_lines(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[3;5H\033[2L");
	row_is(t, 1, "line02abcdefghij");
	row_is(t, 2, "");
	row_is(t, 3, "");
	row_is(t, 4, "line03abcdefghij");
	row_is(t, 24, "line23abcdefghij");
	cursor_is(t, 2, 4);
	out(t, "\033[3M");
	row_is(t, 2, "line04abcdefghij");
	row_is(t, 22, "");
	out(t, "\033[999M");
	row_is(t, 1, "line02abcdefghij");
	row_is(t, 2, "");
}

static void test_lines_in_region(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[5;10r\033[7;1H\033[L");
	row_is(t, 6, "");
	row_is(t, 7, "line07abcdefghij");
	row_is(t, 9, "line09abcdefghij");
	row_is(t, 10, "line11abcdefghij");
	out(t, "\033[20;1H\033[L\033[M");
	row_is(t, 19, "line20abcdefghij");
	out(t, "\033[5;1H\033[99M");
	row_is(t, 4, "");
	row_is(t, 9, "");
	row_is(t, 10, "line11abcdefghij");
}

/* ---- scrolling ---- */

static void test_scroll(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[25;1H\nnew");
	row_is(t, 0, "line02abcdefghij");
	row_is(t, 24, "new");
	row_is(t, -1, "line01abcdefghij");
	assert_null(vt_screen_line(&t->s, -2));
	assert_null(vt_screen_line(&t->s, 25));
	out(t, "\033[1;1H\033M");
	row_is(t, 0, "");
	row_is(t, 1, "line02abcdefghij");
	row_is(t, 24, "line25abcdefghij");
}

static void test_region(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[2;4r");
	cursor_is(t, 0, 0);
	out(t, "\033[4;1H\nX");
	row_is(t, 0, "line01abcdefghij");
	row_is(t, 1, "line03abcdefghij");
	row_is(t, 3, "X");
	row_is(t, 4, "line05abcdefghij");
	assert_int_equal(t->s.history, 0);
	out(t, "\033[2;1H\033MY");
	row_is(t, 1, "Y");
	row_is(t, 2, "line03abcdefghij");
	/* Below the region a line feed moves, and stops at the last line. */
	out(t, "\033[25;1H\n");
	cursor_is(t, 24, 0);
	row_is(t, 24, "line25abcdefghij");
	out(t, "\033[1;1H\033M");
	row_is(t, 0, "line01abcdefghij");
}

static void test_bad_regions(void **state)
{
	struct term *t = *state;

	out(t, "\033[5;10r\033[7;7H\033[9;9r\033[10;4r\033[1;26r");
	cursor_is(t, 6, 6);
	assert_int_equal(t->s.region_top, 4);
	assert_int_equal(t->s.region_bottom, 10);
	out(t, "\033[r");
	assert_int_equal(t->s.region_bottom, 25);
	cursor_is(t, 0, 0);
}

static void test_origin_mode(void **state)
{
	struct term *t = *state;

	out(t, "\033[5;10r\033[?6h");
	cursor_is(t, 4, 0);
	out(t, "\033[2;3H");
	cursor_is(t, 5, 2);
	out(t, "\033[99;1H");
	cursor_is(t, 9, 0);
	out(t, "\033[99A");
	cursor_is(t, 4, 0);
	out(t, "\033[3d\033[6n");
	assert_string_equal(t->replies, "\033[3;1R");
	out(t, "\033[?6l");
	cursor_is(t, 0, 0);
}

static void test_history_ring(void **state)
{
	struct term *t = *state;
	char text[32];

	for (int i = 0; i < 200; i++) {
		snprintf(text, sizeof(text), "\r\nn%d", i);
		term_write(t, text, strlen(text));
	}
	row_is(t, 24, "n199");
	row_is(t, 0, "n175");
	row_is(t, -1, "n174");
	row_is(t, -50, "n125");
	assert_null(vt_screen_line(&t->s, -51));
	out(t, "\033[3J");
	assert_null(vt_screen_line(&t->s, -1));
	row_is(t, 24, "");
}

static void test_draw_back(void **state)
{
	struct term *t = *state;
	char text[32];

	for (int i = 0; i < 60; i++) {
		snprintf(text, sizeof(text), "\r\nn%d", i);
		term_write(t, text, strlen(text));
	}
	term_flush(t);
	vt_screen_draw_back(&t->s, 10, &term_draw, t);
	assert_int_equal(t->shown[0][1] & 0xFF, '2');
	assert_int_equal(t->shown[0][2] & 0xFF, '5');
	assert_false(t->cursor_visible);
	vt_screen_draw_back(&t->s, 9999, &term_draw, t);
	assert_memory_equal(t->shown[0], vt_screen_line(&t->s, -(int)t->s.history), 160);
	vt_screen_redraw(&t->s);
}

/* ---- drawing ---- */

static void test_draws_only_changes(void **state)
{
	struct term *t = *state;

	term_flush(t);
	t->cells_drawn = 0;
	term_flush(t);
	assert_int_equal(t->cells_drawn, 0);
	out(t, "\033[5;5Hab");
	term_flush(t);
	assert_int_equal(t->cells_drawn, 2);
}

static void test_scroll_is_an_operation(void **state)
{
	struct term *t = *state;

	out(t, "\033[25;1H");
	term_check_shown(t);
	t->cells_drawn = 0;
	out(t, "\na\n\rb");
	term_check_shown(t);
	assert_int_equal(t->scrolls, 1);
	assert_int_equal(t->cells_drawn, 160);
	/* More than a screen between two flushes: drawn once, not scrolled. */
	t->cells_drawn = 0;
	for (int i = 0; i < 1000; i++)
		out(t, "text\r\n");
	term_check_shown(t);
	assert_int_equal(t->scrolls, 1);
	assert_int_equal(t->cells_drawn, 2000);
}

static void test_drawer_without_scroll(void **state)
{
	struct term *t = *state;
	struct vt_draw_ops draw = term_draw;

	term_flush(t);
	draw.scroll = NULL;
	out(t, "\033[1;1Hfirst\033[25;1H\n\nx");
	vt_screen_flush(&t->s, &draw, t);
	term_check_shown(t);
	assert_int_equal(t->scrolls, 0);
}

/* ---- size ---- */

static void test_sizes(void **state)
{
	struct vt_screen s;

	assert_int_equal(vt_screen_bytes(0, 25, 0), 0);
	assert_int_equal(vt_screen_bytes(80, 0, 0), 0);
	assert_int_equal(vt_screen_bytes(VT_COLS_MAX + 1, 25, 0), 0);
	assert_int_equal(vt_screen_bytes(80, VT_ROWS_MAX + 1, 0), 0);
	assert_int_equal(vt_screen_bytes(80, 25, 1u << 30), 0);
	assert_int_equal(vt_screen_init(&s, NULL, 0, 0, 0, NULL, NULL), -EINVAL);
	assert_int_equal(vt_screen_resize(&s, NULL, 0, 0, 0), -EINVAL);
}

static void resize(struct term *t, unsigned int cols, unsigned int rows, unsigned int history)
{
	void *mem = malloc(vt_screen_bytes(cols, rows, history));

	assert_int_equal(vt_screen_resize(&t->s, mem, cols, rows, history), 0);
	free(t->mem);
	t->mem = mem;
	term_check_shown(t);
}

static void test_resize_smaller(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[5;10r\033[25;17H!");
	resize(t, 10, 10, 20);
	row_is(t, 9, "line25abcd");
	row_is(t, 0, "line16abcd");
	row_is(t, -1, "line15abcd");
	row_is(t, -15, "line01abcd");
	cursor_is(t, 9, 9);
	assert_int_equal(t->s.region_bottom, 10);
	out(t, "\r\nmore");
	row_is(t, -16, "line01abcd");
	row_is(t, 9, "more");
}

static void test_resize_larger(void **state)
{
	struct term *t = *state;

	fill_screen(t);
	out(t, "\033[25;1H\n\nx");
	resize(t, 132, 60, 0);
	row_is(t, 0, "line03abcdefghij");
	row_is(t, 24, "x");
	row_is(t, 59, "");
	assert_int_equal(t->s.history, 0);
	cursor_is(t, 24, 1);
	out(t, "\033[60;132Hz\ny");
	assert_int_equal(glyph(t, 59, 131), 'y');
	assert_int_equal(glyph(t, 58, 131), 'z');
}

static void test_tiny(void **state)
{
	struct term *t = term_new(1, 1, 0);

	out(t, "abc\033[2J\033[5L\033[5M\033[5P\033[5@\t\033[9;9Hx\n\033My\033[1;1r\033#8");
	term_check_shown(t);
	assert_int_equal(glyph(t, 0, 0), 'E');
	term_free(t);
}

#define screen_test(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		screen_test(test_print),
		screen_test(test_deferred_wrap),
		screen_test(test_wrap_cancelled),
		screen_test(test_no_autowrap),
		screen_test(test_long_run),
		screen_test(test_backspace_and_return),
		screen_test(test_bell),
		screen_test(test_tabs),
		screen_test(test_moves),
		screen_test(test_moves_are_clamped),
		screen_test(test_save_restore),
		screen_test(test_erase_line),
		screen_test(test_erase_display),
		screen_test(test_erase_cells),
		screen_test(test_insert_delete_cells),
		screen_test(test_insert_mode),
		screen_test(test_insert_delete_lines),
		screen_test(test_lines_in_region),
		screen_test(test_scroll),
		screen_test(test_region),
		screen_test(test_bad_regions),
		screen_test(test_origin_mode),
		screen_test(test_history_ring),
		screen_test(test_draw_back),
		screen_test(test_draws_only_changes),
		screen_test(test_scroll_is_an_operation),
		screen_test(test_drawer_without_scroll),
		screen_test(test_sizes),
		screen_test(test_resize_smaller),
		screen_test(test_resize_larger),
		screen_test(test_tiny),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
