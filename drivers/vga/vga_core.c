/* vga_core.c - see vga_core.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/vga_attr.h>
#include "vga_core.h"
#include "vga_reg.h"

#define MODE_MONO  7
#define TEST_A	   0xAA55
#define TEST_B	   0x55AA
#define CRTC_TEST  0x66
#define BLANK_CELL VGA_CELL(' ', VGA_ATTR_GREY)
#define CELLS_MDA  0x800u  /* 4 KB */
#define CELLS_CGA  0x2000u /* 16 KB */
#define CELLS_VGA  0x4000u /* 32 KB */

/* Cursor shapes, as vt_screen.h numbers them: first line in eighths of the character. */
enum {
	SHAPE_DEFAULT,
	SHAPE_NONE,
	SHAPE_UNDERLINE,
	SHAPE_THIRD,
	SHAPE_HALF,
	SHAPE_TWO_THIRDS,
	SHAPE_BLOCK
};

static void crtc_put(struct vga *v, u8 index, u8 value)
{
	hw_out8(v->hw, v->crtc, index);
	hw_out8(v->hw, v->crtc + 1, value);
}

static void crtc_put_pair(struct vga *v, u8 high_index, unsigned int value)
{
	crtc_put(v, high_index, (u8)(value >> 8));
	crtc_put(v, high_index + 1, (u8)value);
}

u32 vga_core_describe(struct vga *v, const struct vga_bios *bios)
{
	bool ega = bios->ega_info != 0;

	if (bios->mode > 3 && bios->mode != MODE_MONO)
		return 0; /* graphics, or not a PC BIOS */
	v->mono = bios->mode == MODE_MONO;
	v->crtc = v->mono ? VGA_CRTC_MONO : VGA_CRTC_COLOR;
	v->cells = ega ? CELLS_VGA : v->mono ? CELLS_MDA : CELLS_CGA;
	v->cols = bios->columns >= 40 && bios->columns <= VGA_COLS_MAX ? bios->columns : 80;
	v->rows = 25;
	if (ega && bios->rows_less_1 >= 24 && bios->rows_less_1 < VGA_ROWS_MAX)
		v->rows = bios->rows_less_1 + 1;
	v->font_height = v->mono ? 14 : 8;
	if (ega && bios->char_height >= 6 && bios->char_height <= 32)
		v->font_height = bios->char_height;
	return v->mono ? VGA_MEM_MONO : VGA_MEM_COLOR;
}

/* The miscellaneous output register can be read on a VGA alone; bit 0 says where the CRTC is. */
static bool looks_like_vga(struct vga *v)
{
	u8 misc = hw_in8(v->hw, VGA_MISC_READ);

	return v->cells == CELLS_VGA && misc != 0xFF && (misc & 1) == !v->mono;
}

static bool is_memory(volatile u16 *cell)
{
	u16 saved = *cell;
	bool ok;

	*cell = TEST_A;
	ok = *cell == TEST_A;
	*cell = TEST_B;
	ok = ok && *cell == TEST_B;
	*cell = saved;
	return ok;
}

/* The cursor's address can be read back on every one of these chips; a floating bus keeps nothing.
 */
static bool is_crtc(struct vga *v)
{
	u8 saved, first, second;

	hw_out8(v->hw, v->crtc, CRTC_CURSOR_LO);
	saved = hw_in8(v->hw, v->crtc + 1);
	hw_out8(v->hw, v->crtc + 1, CRTC_TEST);
	first = hw_in8(v->hw, v->crtc + 1);
	hw_out8(v->hw, v->crtc + 1, (u8)~CRTC_TEST);
	second = hw_in8(v->hw, v->crtc + 1);
	hw_out8(v->hw, v->crtc + 1, saved);
	return first == CRTC_TEST && second == (u8)~CRTC_TEST;
}

static void fill(volatile u16 *dst, unsigned int n)
{
	while (n--)
		*dst++ = BLANK_CELL;
}

int vga_core_start(struct vga *v)
{
	if (!is_memory(v->mem) || !is_crtc(v))
		return -ENODEV;
	v->is_vga = looks_like_vga(v);
	if ((unsigned int)v->cols * v->rows > v->cells)
		v->rows = (u16)(v->cells / v->cols);
	fill(v->mem, (unsigned int)v->cols * v->rows);
	vga_core_restore(v);
	return 0;
}

static void set_start(struct vga *v, unsigned int start)
{
	v->start = start;
	crtc_put_pair(v, CRTC_START_HI, start);
}

void vga_core_restore(struct vga *v)
{
	v->shape_known = false;
	v->cursor = ~0u;
	set_start(v, 0);
}

/* Words, both ends aligned: what a display adapter's bus takes best. */
static void move_cells(volatile u16 *dst, const volatile u16 *src, unsigned int n)
{
	while (n--)
		*dst++ = *src++;
}

void vga_core_scroll(struct vga *v, unsigned int n)
{
	unsigned int shift = n * v->cols, screen = (unsigned int)v->cols * v->rows;
	unsigned int start = v->start + shift;

	if (start + screen <= v->cells) {
		set_start(v, start);
		return;
	}
	/* The end of the memory: what stays goes back to its beginning, beside what is shown. */
	move_cells(v->mem, v->mem + start, screen - shift);
	set_start(v, 0);
}

void vga_core_cells(struct vga *v, unsigned int row, unsigned int col, const u16 *cells,
		    unsigned int n)
{
	volatile u16 *dst = v->mem + v->start + row * v->cols + col;

	if (!v->mono) {
		while (n--)
			*dst++ = *cells++;
		return;
	}
	while (n--) {
		u16 cell = *cells++;

		*dst++ = VGA_CELL(cell, vga_attr_to_mda((u8)(cell >> 8)));
	}
}

static void set_shape(struct vga *v, bool on, u8 shape)
{
	/* Last lines of the character, out of its height. */
	static const struct {
		u8 from_num, from_den;
	} first[] = { [SHAPE_THIRD] = { 2, 3 },
		      [SHAPE_HALF] = { 1, 2 },
		      [SHAPE_TWO_THIRDS] = { 1, 3 },
		      [SHAPE_BLOCK] = { 0, 1 } };
	u8 height = v->font_height, end = height - 1, start;

	if (v->shape_known && v->cursor_on == on && v->shape == shape)
		return;
	v->shape_known = true;
	v->cursor_on = on;
	v->shape = shape;
	if (shape >= SHAPE_THIRD && shape <= SHAPE_BLOCK) {
		start = (u8)(height * first[shape].from_num / first[shape].from_den);
	} else {
		/* An underline: not in the last line where the character has room below. */
		end = height < 10 ? end : height - 2;
		start = end - 1;
	}
	if (!on || shape == SHAPE_NONE) {
		/* Bit 5 hides it on EGA and VGA; older chips want a start beyond the end. */
		start = v->cells == CELLS_VGA ? CRTC_CURSOR_OFF | start : 31;
		end = v->cells == CELLS_VGA ? end : 30;
	}
	crtc_put(v, CRTC_CURSOR_START, start);
	crtc_put(v, CRTC_CURSOR_END, end);
}

void vga_core_cursor(struct vga *v, unsigned int row, unsigned int col, bool visible, u8 shape)
{
	unsigned int at = v->start + row * v->cols + col;

	set_shape(v, visible, shape);
	if (at == v->cursor)
		return;
	v->cursor = at;
	crtc_put_pair(v, CRTC_CURSOR_HI, at);
}

void vga_core_blank(struct vga *v, bool on)
{
	u8 clocking;

	if (v->is_vga) {
		hw_out8(v->hw, VGA_SEQ, VGA_SEQ_CLOCKING);
		clocking = hw_in8(v->hw, VGA_SEQ_DATA) & (u8)~VGA_SEQ_SCREEN_OFF;
		hw_out8(v->hw, VGA_SEQ_DATA, on ? clocking | VGA_SEQ_SCREEN_OFF : clocking);
		return;
	}
	/* Others are dark because nothing is on them; the caller redraws. */
	if (on) {
		fill(v->mem + v->start, (unsigned int)v->cols * v->rows);
		set_shape(v, false, SHAPE_NONE);
	}
}

/* ANSI colour to attribute value: red and blue change places. */
static const u8 ansi_to_vga[16] = { 0, 4, 2, 6, 1, 5, 3, 7, 8, 12, 10, 14, 9, 13, 11, 15 };
/* Where the BIOS's text modes have the attribute's colours in the DAC. */
static const u8 dac_index[16] = { 0, 1, 2, 3, 4, 5, 20, 7, 56, 57, 58, 59, 60, 61, 62, 63 };

void vga_core_palette(struct vga *v, const u8 *palette)
{
	if (!v->is_vga || v->mono)
		return;
	for (unsigned int i = 0; i < 16; i++) {
		hw_out8(v->hw, VGA_DAC_WRITE, dac_index[ansi_to_vga[i]]);
		for (unsigned int c = 0; c < 3; c++)
			hw_out8(v->hw, VGA_DAC_DATA, palette[3 * i + c] >> 2);
	}
}
