/* A terminal on the host, for the tests of vt_screen: write, then look at rows, cursor, attributes.
 */
#ifndef VT_HOST_H
#define VT_HOST_H

#include <host/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../vt_screen.h"

struct term {
	struct vt_screen s;
	void *mem;
	char replies[256];
	char events[1024];
	/* What a drawer shows. */
	u16 shown[VT_ROWS_MAX][VT_COLS_MAX];
	unsigned int cells_drawn, scrolls, cursor_row, cursor_col;
	bool cursor_visible;
	u8 cursor_shape;
};

struct term *term_new(unsigned int cols, unsigned int rows, unsigned int history);
extern const struct vt_draw_ops term_draw;
void term_free(struct term *t);
void term_write(struct term *t, const char *bytes, size_t n);
void term_flush(struct term *t);
/* Does the drawer show what the screen holds? */
void term_check_shown(struct term *t);
/* A row as text without trailing blanks; glyphs that are not ASCII as '#'. */
const char *term_row(struct term *t, int row);

#define out(t, text)	     term_write(t, text, sizeof(text) - 1)
#define row_is(t, row, text) assert_string_equal(term_row(t, row), text)
#define glyph(t, row, col)   (vt_screen_line(&(t)->s, row)[col] & 0xFF)
#define attr(t, row, col)    (vt_screen_line(&(t)->s, row)[col] >> 8)
#define cursor_is(t, row, col)                                                                     \
	do {                                                                                       \
		assert_int_equal((t)->s.pen.y, row);                                               \
		assert_int_equal((t)->s.pen.x, col);                                               \
	} while (0)

#endif
