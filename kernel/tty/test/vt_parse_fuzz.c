/*
 * Any bytes to a terminal of any size: the cursor stays on the screen, the parts of the state stay
 * in their ranges, a drawer that follows shows what the screen holds, and the same bytes in other
 * pieces make the same screen. The first bytes choose size, history and where to flush or resize.
 */
// LINK: kernel/tty/vt_parse.c kernel/tty/vt_screen.c kernel/tty/vt_csi.c kernel/tty/vt_sgr.c
// LINK: kernel/tty/vt_buffer.c kernel/tty/cp437.c kernel/lib/cp437_table.c
// LINK: kernel/tty/unicode_width.c
#include <stdlib.h>
#include <string.h>
#include "../vt_screen.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define require(expr)                                                                              \
	do {                                                                                       \
		if (!(expr))                                                                       \
			abort();                                                                   \
	} while (0)

static u16 shown[VT_ROWS_MAX][VT_COLS_MAX];
static const struct vt_screen *drawing;

static void draw_scroll(void *ctx, unsigned int n)
{
	require(n > 0 && n < drawing->rows);
	memmove(shown[0], shown[n], (drawing->rows - n) * sizeof(shown[0]));
	memset(shown[drawing->rows - n], 0xEE, n * sizeof(shown[0]));
}

static void draw_cells(void *ctx, unsigned int row, unsigned int col, const u16 *cells,
		       unsigned int n)
{
	require(row < drawing->rows && col < drawing->cols && n <= drawing->cols - col);
	memcpy(&shown[row][col], cells, n * sizeof(u16));
}

static void draw_cursor(void *ctx, unsigned int row, unsigned int col, bool visible, u8 shape)
{
	require(row < drawing->rows && col < drawing->cols && shape <= VT_CURSOR_BLOCK);
}

static const struct vt_draw_ops draw = { draw_scroll, draw_cells, draw_cursor };

static void on_reply(void *ctx, const char *bytes, size_t n)
{
	require(n <= 32);
}

static const struct vt_screen_ops ops = { .reply = on_reply };

static void check(const struct vt_screen *s)
{
	require(s->pen.x < s->cols && s->pen.y < s->rows);
	require(s->saved.x < s->cols && s->saved.y < s->rows);
	require(s->region_top < s->region_bottom && s->region_bottom <= s->rows);
	require(!s->wrap_next || s->pen.x == s->cols - 1);
	require(s->top < s->lines_total && s->history <= s->lines_total - s->rows);
	require(s->scrolled <= s->rows);
	require(s->pen.charset_slot < 2 && s->active_charset <= VT_CHARSET_USER);
	require(s->parser.state <= VT_STRING && s->parser.utf8_left <= 3);
	require(s->parser.csi.count <= VT_PARAMS);
}

static void flush(struct vt_screen *s)
{
	unsigned int row;

	drawing = s;
	vt_screen_flush(s, &draw, NULL);
	for (row = 0; row < s->rows; row++)
		require(!memcmp(shown[row], vt_screen_line(s, (int)row), s->cols * 2u));
}

struct choice {
	u8 cols, rows, history, piece, new_cols, new_rows;
};

static void *make(struct vt_screen *s, unsigned int cols, unsigned int rows, unsigned int history)
{
	void *mem = malloc(vt_screen_bytes(cols, rows, history));

	require(!vt_screen_init(s, mem, cols, rows, history, &ops, NULL));
	return mem;
}

static void *resize(struct vt_screen *s, void *old, unsigned int cols, unsigned int rows,
		    unsigned int history)
{
	void *mem = malloc(vt_screen_bytes(cols, rows, history));

	require(!vt_screen_resize(s, mem, cols, rows, history));
	free(old);
	return mem;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct vt_screen whole, pieces;
	struct choice c;
	void *mem_whole, *mem_pieces;
	size_t i, piece;
	unsigned int row;

	if (size < sizeof(c))
		return 0;
	memcpy(&c, data, sizeof(c));
	data += sizeof(c);
	size -= sizeof(c);
	c.cols = 1 + c.cols % VT_COLS_MAX;
	c.rows = 1 + c.rows % VT_ROWS_MAX;
	mem_whole = make(&whole, c.cols, c.rows, c.history);
	mem_pieces = make(&pieces, c.cols, c.rows, c.history);
	vt_screen_write(&whole, data, size);
	check(&whole);
	piece = 1 + c.piece % 16;
	for (i = 0; i < size; i += piece) {
		vt_screen_write(&pieces, data + i, min(piece, size - i));
		check(&pieces);
		if (c.piece & 0x80 || i % 5 == 0)
			flush(&pieces);
	}
	for (row = 0; row < whole.rows; row++)
		require(!memcmp(vt_screen_line(&whole, (int)row), vt_screen_line(&pieces, (int)row),
				whole.cols * 2u));
	mem_whole = resize(&whole, mem_whole, 1 + c.new_cols % VT_COLS_MAX,
			   1 + c.new_rows % VT_ROWS_MAX, c.piece);
	check(&whole);
	flush(&whole);
	vt_screen_write(&whole, data, size);
	check(&whole);
	flush(&whole);
	free(mem_whole);
	free(mem_pieces);
	return 0;
}
