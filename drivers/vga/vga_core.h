/*
 * vga_core.h - text screens of PC video adapters: MDA, Hercules, CGA, EGA, VGA.
 *
 * vga_core_probe() looks at what the BIOS left in its data area, tests that there is memory, and
 * takes the mode as it is: no mode is ever set. Afterwards cells go straight into the adapter's
 * memory; scrolling moves the start address through all of it and copies one screen back to the
 * front when the end is reached, so that a line costs a few port writes and not a screen of slow
 * bus reads.
 *
 * Register access is through struct hw; memory through `mem`, which a test points at its own.
 *
 * Errors: -ENODEV there is no adapter, or it is in a graphics mode.
 *
 * Locking: none inside; the console lock covers every call.
 *
 * Source: hardware notes 9.1; IBM VGA technical reference.
 */
#ifndef DRIVERS_VGA_CORE_H
#define DRIVERS_VGA_CORE_H

#include <kernel/hw.h>
#include <kernel/types.h>

#define VGA_COLS_MAX 132
#define VGA_ROWS_MAX 60

struct vga {
	struct hw *hw;
	u16 crtc;	    /* index port */
	volatile u16 *mem;  /* of the adapter */
	unsigned int cells; /* of it, a power of two */
	u16 cols, rows;
	u8 font_height; /* of the cursor's lines; MDA 14, CGA 8 */
	bool mono, is_vga;
	unsigned int start; /* cell at the top left; written by the core alone */

	/* private */
	unsigned int cursor; /* address last written */
	u8 shape;
	bool cursor_on, shape_known;
};

/* Bytes 0x400.. of memory as the BIOS left them. */
struct vga_bios {
	u8 mode, rows_less_1, char_height, ega_info;
	u16 columns, crtc_base;
};

/* `v` zeroed but for hw. The memory's physical address comes back, 0: no text mode. Pure. */
u32 vga_core_describe(struct vga *v, const struct vga_bios *bios);
/* After `mem` was set: is it memory? Then starts with a blank screen at cell 0. */
int vga_core_start(struct vga *v);

void vga_core_scroll(struct vga *v, unsigned int n);
void vga_core_cells(struct vga *v, unsigned int row, unsigned int col, const u16 *cells,
		    unsigned int n);
/* shape: enum vt_cursor_shape of kernel/tty/vt_screen.h */
void vga_core_cursor(struct vga *v, unsigned int row, unsigned int col, bool visible, u8 shape);
void vga_core_blank(struct vga *v, bool on);
/* 48 bytes r g b in ANSI order; VGA only. */
void vga_core_palette(struct vga *v, const u8 *palette);
/* Someone else used the registers. */
void vga_core_restore(struct vga *v);

#endif
