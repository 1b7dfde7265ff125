/*
 * vt_screen.h - the terminal that TERM=linux describes, on a buffer of VGA text cells.
 *
 * A screen is a pure state machine: bytes go in by vt_screen_write(), cells change in memory of the
 * caller's, and the caller is told by ops only what is more than cells (replies, bell, palette,
 * lights, console switches). What changed is remembered line by line, and vt_screen_flush() hands
 * it to a drawer when the caller likes, usually once per write or per tick; so text that scrolls
 * by faster than it is drawn costs no drawing.
 *
 * Memory: one block from the caller, vt_screen_bytes() long, for `rows` lines on the screen and
 * `history` lines of scroll-back. Lines are a ring of pointers: scrolling the whole screen moves no
 * cell, the line that leaves becomes the newest of the history. A screen without history works too.
 *
 * Rows and columns count from 0 here, from 1 on the wire. Row -1 is the newest line of history.
 * Cells are CP437 glyph | attribute << 8 (vga_attr.h).
 *
 * Semantics are those of Linux's console (console_codes(4), drivers/tty/vt/vt.c read for facts),
 * but: deleting all lines of a region really clears them, and the cursor report under origin mode
 * is relative to the region, as a VT102's is. An 80/132 switch (?3) does nothing, as on Linux; and
 * as there, G0 and G1 have no effect on UTF-8 text: line drawing comes by SO (G1), SGR 11 or UTF-8.
 *
 * Locking: none inside; the caller's console lock covers every call on one screen. Ops are called
 * under it and must not call back into the same screen, but for vt_screen_line() and the like.
 */
#ifndef KERNEL_TTY_VT_SCREEN_H
#define KERNEL_TTY_VT_SCREEN_H

#include <kernel/types.h>
#include <kernel/vga_attr.h>
#include "vt_parse.h"

#define VT_COLS_MAX 240
#define VT_ROWS_MAX 100
#define VT_TAB_BITS 256

/* Keyboard modes (struct vt_screen.modes), told by ops->kbd_modes when they change. */
#define VT_KBD_APP_CURSOR (1u << 0) /* ?1: arrows send ESC O x */
#define VT_KBD_APP_KEYPAD (1u << 1) /* ESC = */
#define VT_KBD_REPEAT	  (1u << 2) /* ?8, on at reset */
#define VT_KBD_CRLF	  (1u << 3) /* 20 (LNM): Enter sends CR LF; LF on the screen does CR LF */

enum vt_mouse {
	VT_MOUSE_OFF,
	VT_MOUSE_X10,	/* ?9: report presses */
	VT_MOUSE_NORMAL /* ?1000: presses and releases */
};

/* Every slot may be NULL: then the thing is not done. */
struct vt_screen_ops {
	/* Bytes to put into the terminal's input: DA, status, CPR. At most 32. */
	void (*reply)(void *ctx, const char *bytes, size_t n);
	void (*bell)(void *ctx, unsigned int hz, unsigned int ms);
	/* palette[48] changed (r, g, b of the 16 colours in ANSI order 0..15, as PIO_CMAP has
	 * them). */
	void (*palette)(void *ctx, const u8 *palette);
	void (*kbd_modes)(void *ctx, unsigned int modes);
	/* ESC [ n q: 0 all off, 1 scroll, 2 num, 4 caps on; VT_LEDS_AUTO: show the locks again. */
	void (*leds)(void *ctx, unsigned int leds);
	/* ESC [ 12 ; n ]: bring console n (from 1) to the front; ESC [ 15 ]: n = 0, the previous
	 * one. */
	void (*switch_console)(void *ctx, unsigned int n);
	/* ESC [ 9 ; n ] minutes, ESC [ 14 ; n ] minutes to VESA power down, ESC [ 13 ] unblank now.
	 */
	void (*blank_interval)(void *ctx, unsigned int minutes);
	void (*powerdown_interval)(void *ctx, unsigned int minutes);
	void (*unblank)(void *ctx);
	/* A font of the user's own: glyph of a character, or -1. NULL: cp437_glyph(). */
	int (*glyph)(void *ctx, u32 ucs);
};
#define VT_LEDS_AUTO 0xFF

/* What a drawer is told by vt_screen_flush(), in this order. */
struct vt_draw_ops {
	/*
	 * Move everything up by n < rows lines. The n lowest lines need no clearing: they are drawn
	 * next. NULL: everything is drawn instead.
	 */
	void (*scroll)(void *ctx, unsigned int n);
	void (*cells)(void *ctx, unsigned int row, unsigned int col, const u16 *cells,
		      unsigned int n);
	void (*cursor)(void *ctx, unsigned int row, unsigned int col, bool visible, u8 shape);
};

/* Cursor shapes: the low nibble of ESC [ ? n c. 0 is the console's default (an underline). */
enum vt_cursor_shape {
	VT_CURSOR_DEFAULT,
	VT_CURSOR_NONE,
	VT_CURSOR_UNDERLINE,
	VT_CURSOR_THIRD,
	VT_CURSOR_HALF,
	VT_CURSOR_TWO_THIRDS,
	VT_CURSOR_BLOCK
};

enum vt_charset {
	VT_CHARSET_LATIN1,
	VT_CHARSET_VT100, /* line drawing */
	VT_CHARSET_IBMPC, /* bytes are glyphs */
	VT_CHARSET_USER	  /* bytes through user_map */
};

enum vt_intensity {
	VT_HALF_BRIGHT,
	VT_NORMAL,
	VT_BOLD
};

/* What ESC 7 saves. Colours are in VGA order. */
struct vt_pen {
	u16 x, y;
	u8 color; /* foreground | background << 4 */
	u8 intensity;
	bool italic, underline, blink, reverse;
	u8 charset_slot; /* 0: G0, 1: G1 */
	u8 charset[2];	 /* enum vt_charset */
};

struct vt_line {
	u16 *cells;
	u8 dirty_first, dirty_end; /* columns [first, end) differ from what was drawn */
};

struct vt_screen {
	struct vt_parser parser;
	const struct vt_screen_ops *ops;
	void *ctx;
	u16 cols, rows;

	/* The ring: screen row r is lines[(top + r) mod lines_total]. */
	struct vt_line *lines;
	unsigned int lines_total, top, history;
	unsigned int scrolled; /* whole-screen scrolls not yet drawn */

	struct vt_pen pen, saved;
	bool wrap_next; /* the last column was written; the next character wraps first */
	u16 region_top, region_bottom; /* scrolling rows [top, bottom) */
	u8 attr;		       /* of what is printed */
	u16 blank;		       /* the cell that erasing writes (bce) */
	u8 active_charset;	       /* what prints now: charset[slot], or IBMPC by SGR 11 */
	bool high_bit;		       /* SGR 12 */

	bool insert, origin, autowrap, cursor_visible, inverse_screen;
	u8 mouse;	 /* enum vt_mouse */
	u16 modes;	 /* VT_KBD_* */
	u32 cursor_type; /* the three parameters of ESC [ ? c, a byte each */
	u8 default_color, underline_color, half_color, italic_color;
	u16 bell_hz, bell_ms;
	u8 palette[48];
	const u8 *user_map; /* 256 glyphs, or NULL for the identity */
	bool default_utf8;  /* mode after reset */
	u32 tabs[VT_TAB_BITS / 32];

	/* What the drawer last saw of the cursor. */
	u16 drawn_x, drawn_y;
	bool drawn_visible, cursor_known;
	u8 drawn_shape;
};

/* Bytes of memory for a screen; 0 if the size is not allowed (1..VT_COLS_MAX, 1..VT_ROWS_MAX). */
size_t vt_screen_bytes(unsigned int cols, unsigned int rows, unsigned int history);

/* `mem` has vt_screen_bytes(cols, rows, history) bytes, aligned for a pointer. -EINVAL: bad size.
 */
int vt_screen_init(struct vt_screen *s, void *mem, unsigned int cols, unsigned int rows,
		   unsigned int history, const struct vt_screen_ops *ops, void *ctx);

/*
 * Change the size; the contents move to the new memory (the cursor's line stays visible, lines that
 * do not fit above go to the history). The old memory is the caller's again. -EINVAL: bad size,
 * nothing changed.
 */
int vt_screen_resize(struct vt_screen *s, void *mem, unsigned int cols, unsigned int rows,
		     unsigned int history);

/* ESC c. `clear`: also the cells; the history stays. */
void vt_screen_reset(struct vt_screen *s, bool clear);

void vt_screen_write(struct vt_screen *s, const void *bytes, size_t n);

/* Cells of row -history .. rows-1, NULL outside. `cols` long. */
const u16 *vt_screen_line(const struct vt_screen *s, int row);

/* Forget what was drawn: the next flush draws everything (console switch, unblank). */
void vt_screen_redraw(struct vt_screen *s);

/* Draw what changed since the last flush. */
void vt_screen_flush(struct vt_screen *s, const struct vt_draw_ops *draw, void *ctx);

/* Draw the screen scrolled back by `back` lines (cut to the history); follow by vt_screen_redraw().
 */
void vt_screen_draw_back(const struct vt_screen *s, unsigned int back,
			 const struct vt_draw_ops *draw, void *ctx);

void vt_screen_forget_history(struct vt_screen *s);

enum vt_cursor_shape vt_screen_cursor_shape(const struct vt_screen *s);

/* The palette of a VGA in ANSI order, r g b. */
extern const u8 vt_default_palette[48];

#endif
