/*
 * vt.h - virtual consoles as a display driver and the rest of the kernel see them.
 *
 * A display driver registers one struct vt_display as early as it can (INIT_EARLY), so that boot
 * messages are seen. The console in front is drawn through it; without a display the consoles work
 * all the same, unseen. Draw ops take rows, columns and cells as kernel/tty/vt_screen.h has them:
 * glyph | attribute << 8, attributes as vga_attr.h.
 *
 * Locking: the console lock (kernel/tty/vt.c) is held around every op, interrupts may be on or off;
 * ops must not sleep, and in a panic they run on top of whatever was interrupted.
 */
#ifndef KERNEL_VT_H
#define KERNEL_VT_H

#include <kernel/types.h>

struct vt_display;

struct vt_display_ops {
	/* Everything up by n lines, n < rows; the lowest n lines are drawn next. */
	void (*scroll)(struct vt_display *d, unsigned int n);
	void (*cells)(struct vt_display *d, unsigned int row, unsigned int col, const u16 *cells,
		      unsigned int n);
	/* shape: enum vt_cursor_shape */
	void (*cursor)(struct vt_display *d, unsigned int row, unsigned int col, bool visible,
		       u8 shape);
	void (*blank)(struct vt_display *d, bool on);
	/* 48 bytes, r g b of 16 colours in ANSI order. NULL: fixed colours. */
	void (*palette)(struct vt_display *d, const u8 *palette);
	/* A program had the hardware (KD_GRAPHICS) and gives it back. */
	void (*restore)(struct vt_display *d);
};

struct vt_display {
	const struct vt_display_ops *ops;
	const char *name;
	u16 cols, rows;
	u16 font_height;
	bool mono;
};

void vt_display_register(struct vt_display *display);
bool vt_display_present(void);

/* A beep of the speaker; any context. ms 0: until the next call; hz 0: silence. */
void vt_beep(unsigned int hz, unsigned int ms);

#endif
