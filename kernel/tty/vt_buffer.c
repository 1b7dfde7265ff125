/* The cells of a terminal: lines in a ring, what is dirty, drawing. See vt_screen.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "vt_internal.h"

/* ---- memory ---- */

static bool size_allowed(unsigned int cols, unsigned int rows)
{
	return cols >= 1 && cols <= VT_COLS_MAX && rows >= 1 && rows <= VT_ROWS_MAX;
}

static size_t cells_bytes(unsigned int cols, unsigned int lines)
{
	return ALIGN_UP((size_t)cols * lines * sizeof(u16), sizeof(void *));
}

size_t vt_screen_bytes(unsigned int cols, unsigned int rows, unsigned int history)
{
	unsigned int lines = rows + history;

	if (!size_allowed(cols, rows) || history > 65535)
		return 0;
	return cells_bytes(cols, lines) + lines * sizeof(struct vt_line);
}

static void fill(u16 *cells, unsigned int n, u16 cell)
{
	u32 pair = cell | (u32)cell << 16;

	for (; n >= 2; n -= 2, cells += 2)
		memcpy(cells, &pair, sizeof(pair));
	if (n)
		*cells = cell;
}

/* Lay the lines out in fresh memory, all blank. */
static void lay_out(struct vt_screen *s, void *mem, unsigned int cols, unsigned int rows,
		    unsigned int history)
{
	unsigned int i, total = rows + history;
	u16 *cells = (u16 *)((struct vt_line *)mem + total);

	s->cols = (u16)cols;
	s->rows = (u16)rows;
	s->lines = mem;
	s->lines_total = total;
	s->top = s->history = s->scrolled = 0;
	for (i = 0; i < total; i++)
		s->lines[i] = (struct vt_line){ .cells = cells + i * cols, .dirty_end = (u8)cols };
	fill(cells, cols * total, s->blank);
	s->region_top = 0;
	s->region_bottom = (u16)rows;
	s->cursor_known = false;
}

int vt_screen_init(struct vt_screen *s, void *mem, unsigned int cols, unsigned int rows,
		   unsigned int history, const struct vt_screen_ops *ops, void *ctx)
{
	if (!vt_screen_bytes(cols, rows, history))
		return -EINVAL;
	memset(s, 0, sizeof(*s));
	s->ops = ops;
	s->ctx = ctx;
	s->default_utf8 = true;
	s->default_color = VGA_ATTR_GREY;
	s->underline_color = 3; /* cyan, green and dark grey: Linux's stand-ins */
	s->italic_color = 2;
	s->half_color = 8;
	s->blank = VGA_CELL(' ', VGA_ATTR_GREY);
	memcpy(s->palette, vt_default_palette, sizeof(s->palette));
	lay_out(s, mem, cols, rows, history);
	vt_screen_reset(s, true);
	return 0;
}

const u16 *vt_screen_line(const struct vt_screen *s, int row)
{
	if (row >= (int)s->rows || row < -(int)s->history)
		return NULL;
	if (row >= 0)
		return vt_row(s, (unsigned int)row)->cells;
	return vt_row(s, s->lines_total + (unsigned int)row)->cells;
}

static void clamp_cursor(const struct vt_screen *s, struct vt_pen *pen, unsigned int lost)
{
	pen->y = (u16)(pen->y > lost ? pen->y - lost : 0);
	pen->y = (u16)min_t(unsigned int, pen->y, s->rows - 1u);
	pen->x = (u16)min_t(unsigned int, pen->x, s->cols - 1u);
}

int vt_screen_resize(struct vt_screen *s, void *mem, unsigned int cols, unsigned int rows,
		     unsigned int history)
{
	const struct vt_screen old = *s;
	unsigned int lost, keep, row;

	if (!vt_screen_bytes(cols, rows, history))
		return -EINVAL;
	lost = s->pen.y >= rows ? s->pen.y + 1u - rows : 0;
	keep = min(history, old.history + lost);
	lay_out(s, mem, cols, rows, history);
	s->top = s->history = keep;
	if (s->top == s->lines_total)
		s->top = 0;
	for (row = 0; row < keep + rows; row++) {
		const u16 *from = vt_screen_line(&old, (int)(row + lost) - (int)keep);

		if (from)
			memcpy(s->lines[row].cells, from, min(cols, old.cols + 0u) * sizeof(u16));
	}
	clamp_cursor(s, &s->pen, lost);
	clamp_cursor(s, &s->saved, lost);
	s->wrap_next = false;
	return 0;
}

void vt_screen_forget_history(struct vt_screen *s)
{
	s->history = 0;
}

/* ---- cells ---- */

void vt_erase(struct vt_screen *s, unsigned int row, unsigned int col, unsigned int end)
{
	struct vt_line *line = vt_row(s, row);

	ASSERT(col <= end && end <= s->cols);
	if (col == end)
		return;
	fill(line->cells + col, end - col, s->blank);
	vt_touch(line, col, end);
}

void vt_erase_rows(struct vt_screen *s, unsigned int first, unsigned int end)
{
	for (; first < end; first++)
		vt_erase(s, first, 0, s->cols);
}

static void swap_rows(struct vt_screen *s, unsigned int a, unsigned int b)
{
	struct vt_line *la = vt_row(s, a), *lb = vt_row(s, b);
	u16 *cells = la->cells;

	la->cells = lb->cells;
	lb->cells = cells;
}

static void reverse_rows(struct vt_screen *s, unsigned int first, unsigned int end)
{
	while (first + 1 < end)
		swap_rows(s, first++, --end);
}

/* The first n rows of [top, bottom) go to its end: three reversals, no memory. */
static void rotate_rows(struct vt_screen *s, unsigned int top, unsigned int bottom, unsigned int n)
{
	unsigned int row;

	reverse_rows(s, top, top + n);
	reverse_rows(s, top + n, bottom);
	reverse_rows(s, top, bottom);
	for (row = top; row < bottom; row++)
		vt_touch(vt_row(s, row), 0, s->cols);
}

/* The whole screen: the ring turns, no row moves. */
static void scroll_ring(struct vt_screen *s, unsigned int n)
{
	s->top += n;
	if (s->top >= s->lines_total)
		s->top -= s->lines_total;
	s->history = min(s->history + n, s->lines_total - s->rows);
	s->scrolled = min(s->scrolled + n, s->rows + 0u);
	vt_erase_rows(s, s->rows - n, s->rows);
}

void vt_scroll_up(struct vt_screen *s, unsigned int top, unsigned int bottom, unsigned int n)
{
	ASSERT(bottom <= s->rows);
	if (top >= bottom)
		return;
	n = min(n, bottom - top);
	if (top == 0 && bottom == s->rows) {
		scroll_ring(s, n);
		return;
	}
	rotate_rows(s, top, bottom, n);
	vt_erase_rows(s, bottom - n, bottom);
}

void vt_scroll_down(struct vt_screen *s, unsigned int top, unsigned int bottom, unsigned int n)
{
	ASSERT(bottom <= s->rows);
	if (top >= bottom)
		return;
	n = min(n, bottom - top);
	rotate_rows(s, top, bottom, bottom - top - n);
	vt_erase_rows(s, top, top + n);
}

void vt_insert_cells(struct vt_screen *s, unsigned int n)
{
	struct vt_line *line = vt_row(s, s->pen.y);
	unsigned int x = s->pen.x, left = s->cols - x;

	n = min(n, left);
	memmove(line->cells + x + n, line->cells + x, (left - n) * sizeof(u16));
	vt_erase(s, s->pen.y, x, x + n);
	vt_touch(line, x, s->cols);
}

void vt_delete_cells(struct vt_screen *s, unsigned int n)
{
	struct vt_line *line = vt_row(s, s->pen.y);
	unsigned int x = s->pen.x, left = s->cols - x;

	n = min(n, left);
	memmove(line->cells + x, line->cells + x + n, (left - n) * sizeof(u16));
	vt_erase(s, s->pen.y, s->cols - n, s->cols);
	vt_touch(line, x, s->cols);
}

static u16 inverse_cell(u16 cell)
{
	return (u16)((cell & 0x88FF) | (cell & 0x7000) >> 4 | (cell & 0x0700) << 4);
}

void vt_invert_cells(struct vt_screen *s)
{
	unsigned int row, x;

	for (row = 0; row < s->rows; row++) {
		struct vt_line *line = vt_row(s, row);

		for (x = 0; x < s->cols; x++)
			line->cells[x] = inverse_cell(line->cells[x]);
		vt_touch(line, 0, s->cols);
	}
}

/* ---- drawing ---- */

void vt_screen_redraw(struct vt_screen *s)
{
	unsigned int row;

	for (row = 0; row < s->rows; row++)
		vt_touch(vt_row(s, row), 0, s->cols);
	s->scrolled = 0;
	s->cursor_known = false;
}

static void flush_row(struct vt_screen *s, unsigned int row, const struct vt_draw_ops *draw,
		      void *ctx)
{
	struct vt_line *line = vt_row(s, row);
	unsigned int first = line->dirty_first;

	if (line->dirty_end > first)
		draw->cells(ctx, row, first, line->cells + first, line->dirty_end - first);
	line->dirty_first = 0xFF;
	line->dirty_end = 0;
}

static void flush_cursor(struct vt_screen *s, const struct vt_draw_ops *draw, void *ctx)
{
	u8 shape = (u8)vt_screen_cursor_shape(s);
	bool visible = s->cursor_visible && shape != VT_CURSOR_NONE;

	if (s->cursor_known && s->drawn_x == s->pen.x && s->drawn_y == s->pen.y &&
	    s->drawn_visible == visible && s->drawn_shape == shape)
		return;
	s->cursor_known = true;
	s->drawn_x = s->pen.x;
	s->drawn_y = s->pen.y;
	s->drawn_visible = visible;
	s->drawn_shape = shape;
	draw->cursor(ctx, s->pen.y, s->pen.x, visible, shape);
}

void vt_screen_flush(struct vt_screen *s, const struct vt_draw_ops *draw, void *ctx)
{
	unsigned int row;

	if (s->scrolled) {
		if (draw->scroll && s->scrolled < s->rows)
			draw->scroll(ctx, s->scrolled);
		else
			vt_screen_redraw(s);
		s->scrolled = 0;
		s->cursor_known = false;
	}
	for (row = 0; row < s->rows; row++)
		flush_row(s, row, draw, ctx);
	flush_cursor(s, draw, ctx);
}

void vt_screen_draw_back(const struct vt_screen *s, unsigned int back,
			 const struct vt_draw_ops *draw, void *ctx)
{
	int row, first = -(int)min(back, s->history);

	for (row = 0; row < (int)s->rows; row++)
		draw->cells(ctx, (unsigned int)row, 0, vt_screen_line(s, first + row), s->cols);
	/* The cursor is with the newest text: shown only if its line still is. */
	row = s->pen.y - first;
	draw->cursor(ctx, row < (int)s->rows ? (unsigned int)row : 0, s->pen.x,
		     row < (int)s->rows && s->cursor_visible, (u8)vt_screen_cursor_shape(s));
}
