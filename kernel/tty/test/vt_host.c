/* The terminal of vt_host.h. */
#include "vt_host.h"

static void event(struct term *t, const char *what, unsigned int n)
{
	size_t used = strlen(t->events);

	snprintf(t->events + used, sizeof(t->events) - used, "%s(%u)", what, n);
}

static void on_reply(void *ctx, const char *bytes, size_t n)
{
	struct term *t = ctx;

	assert_true(n <= 32);
	strncat(t->replies, bytes, n);
}
static void on_bell(void *ctx, unsigned int hz, unsigned int ms)
{
	event(ctx, "bell", hz * 10000 + ms);
}
static void on_palette(void *ctx, const u8 *palette)
{
	event(ctx, "palette", palette[3]);
}
static void on_modes(void *ctx, unsigned int modes)
{
	event(ctx, "modes", modes);
}
static void on_leds(void *ctx, unsigned int leds)
{
	event(ctx, "leds", leds);
}
static void on_switch(void *ctx, unsigned int n)
{
	event(ctx, "switch", n);
}
static void on_blank(void *ctx, unsigned int minutes)
{
	event(ctx, "blank", minutes);
}
static void on_powerdown(void *ctx, unsigned int minutes)
{
	event(ctx, "powerdown", minutes);
}
static void on_unblank(void *ctx)
{
	event(ctx, "unblank", 0);
}

static const struct vt_screen_ops ops = {
	.reply = on_reply,
	.bell = on_bell,
	.palette = on_palette,
	.kbd_modes = on_modes,
	.leds = on_leds,
	.switch_console = on_switch,
	.blank_interval = on_blank,
	.powerdown_interval = on_powerdown,
	.unblank = on_unblank,
};

struct term *term_new(unsigned int cols, unsigned int rows, unsigned int history)
{
	struct term *t = calloc(1, sizeof(*t));
	size_t bytes = vt_screen_bytes(cols, rows, history);

	assert_true(bytes > 0);
	t->mem = malloc(bytes);
	memset(t->mem, 0xA5, bytes);
	assert_int_equal(vt_screen_init(&t->s, t->mem, cols, rows, history, &ops, t), 0);
	t->events[0] = 0;
	return t;
}

void term_free(struct term *t)
{
	free(t->mem);
	free(t);
}

void term_write(struct term *t, const char *bytes, size_t n)
{
	vt_screen_write(&t->s, bytes, n);
}

static void draw_scroll(void *ctx, unsigned int n)
{
	struct term *t = ctx;

	assert_true(n > 0 && n < t->s.rows);
	memmove(t->shown[0], t->shown[n], (t->s.rows - n) * sizeof(t->shown[0]));
	/* The lowest rows are undefined: show that nobody relies on them. */
	memset(t->shown[t->s.rows - n], 0xEE, n * sizeof(t->shown[0]));
	t->scrolls++;
}

static void draw_cells(void *ctx, unsigned int row, unsigned int col, const u16 *cells,
		       unsigned int n)
{
	struct term *t = ctx;

	assert_true(row < t->s.rows && n > 0 && col + n <= t->s.cols);
	memcpy(&t->shown[row][col], cells, n * sizeof(u16));
	t->cells_drawn += n;
}

static void draw_cursor(void *ctx, unsigned int row, unsigned int col, bool visible, u8 shape)
{
	struct term *t = ctx;

	assert_true(row < t->s.rows && col < t->s.cols);
	t->cursor_row = row;
	t->cursor_col = col;
	t->cursor_visible = visible;
	t->cursor_shape = shape;
}

const struct vt_draw_ops term_draw = { draw_scroll, draw_cells, draw_cursor };

void term_flush(struct term *t)
{
	vt_screen_flush(&t->s, &term_draw, t);
}

void term_check_shown(struct term *t)
{
	unsigned int row;

	term_flush(t);
	for (row = 0; row < t->s.rows; row++)
		assert_memory_equal(t->shown[row], vt_screen_line(&t->s, (int)row), t->s.cols * 2);
	assert_int_equal(t->cursor_row, t->s.pen.y);
	assert_int_equal(t->cursor_col, t->s.pen.x);
}

const char *term_row(struct term *t, int row)
{
	static char text[VT_COLS_MAX + 1];
	const u16 *cells = vt_screen_line(&t->s, row);
	unsigned int i, n = 0;

	assert_non_null(cells);
	for (i = 0; i < t->s.cols; i++) {
		u8 c = cells[i] & 0xFF;

		text[i] = c >= 0x20 && c < 0x7F ? (char)c : '#';
		if (c != ' ')
			n = i + 1;
	}
	text[n] = 0;
	return text;
}
