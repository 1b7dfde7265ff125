/*
 * vga.c - the display adapter: which kind, is its text memory sound, its registers; with somebody
 * there a page of all attributes and characters.
 *
 * Text memory is tested a cell at a time, each put back before the next, so a picture stays. In
 * graphics mode it is left alone: what lies there then is not text. Registers are read through
 * their index, which is put back. ATI's RS100 does not bear reads of 3B0 to 3BB: on a colour
 * adapter the ports of a monochrome one are not touched.
 *
 * Source: IBM VGA technical reference; hardware-notes 9.1.
 */
#include "probe.h"
#include <drivers/vga/vga_reg.h>

#define BDA	       0x400u
#define BDA_BYTES      0x100u
#define MODE_MONO      7u
#define CRTC_REGISTERS 25u
#define GRAPHICS_INDEX 0x3ceu
#define GRAPHICS_MISC  6u
#define GRAPHICS_ON    1u
#define WINDOW	       0x8000u
#define PATTERN_A      0xaa55u
#define PATTERN_B      0x55aau
#define PAGE_US	       15000000u
#define COLUMNS	       80u
#define GRID	       16u
#define CELL(c, attr)  ((u16)((attr) << 8 | (c)))
#define GREY	       7u

static u8 indexed(struct host *h, u16 index_port, u8 index)
{
	unsigned long flags = host_lock();
	u8 before = hw_in8(&h->hw, index_port), value;

	hw_out8(&h->hw, index_port, index);
	value = hw_in8(&h->hw, (u16)(index_port + 1));
	hw_out8(&h->hw, index_port, before);
	host_unlock(flags);
	return value;
}

static void note_registers(struct probe_run *run, u16 crtc)
{
	struct hw *hw = &run->host->hw;
	u8 bytes[CRTC_REGISTERS];

	for (u8 i = 0; i < CRTC_REGISTERS; i++)
		bytes[i] = indexed(run->host, crtc, i);
	note_number(run, "", "crtc-port", crtc, "");
	note_bytes(run, "", "crtc", bytes, sizeof(bytes));
	note_number(run, "", "status", hw_in8(hw, (u16)(crtc + VGA_STATUS_OFF)), "");
	if (crtc != VGA_CRTC_COLOR)
		return;
	note_number(run, "", "misc-output", hw_in8(hw, VGA_MISC_READ), "");
	note_number(run, "", "graphics-misc", indexed(run->host, GRAPHICS_INDEX, GRAPHICS_MISC),
		    "");
}

/* ---- memory ---- */

static bool cell_works(volatile u16 *cell)
{
	unsigned long flags = host_lock();
	u16 before = *cell;
	bool works;

	*cell = PATTERN_A;
	works = *cell == PATTERN_A;
	*cell = PATTERN_B;
	works = works && *cell == PATTERN_B;
	*cell = before;
	host_unlock(flags);
	return works;
}

static void test_memory(struct probe_run *run, u32 at, u32 bytes)
{
	volatile u16 *cells = host_map(run->host, at, bytes);
	u32 bad = 0, first = 0;

	if (!cells)
		return;
	for (u32 i = 0; i < bytes / sizeof(u16); i++) {
		if (cell_works(&cells[i]))
			continue;
		if (!bad++)
			first = at + i * (u32)sizeof(u16);
	}
	host_unmap(cells, bytes);
	note_number(run, "", "memory", at, "");
	note_number(run, "", "memory-size", bytes, "bytes");
	note_number(run, "", "bad-cells", bad, "");
	if (bad)
		note_number(run, "", "first-bad", first, "");
}

/* ---- the page to look at ---- */

/* Sixteen rows: left all attributes, right all characters. */
static void draw(volatile u16 *screen)
{
	for (unsigned int i = 0; i < COLUMNS * 25; i++)
		screen[i] = CELL(' ', GREY);
	for (unsigned int row = 0; row < GRID; row++) {
		for (unsigned int column = 0; column < GRID; column++) {
			u8 value = (u8)(row * GRID + column);

			screen[(row + 2) * COLUMNS + 2 + 2 * column] = CELL('A', value);
			screen[(row + 2) * COLUMNS + 40 + 2 * column] = CELL(value, GREY);
		}
	}
}

static void show_page(struct probe_run *run, u32 at, unsigned int start)
{
	volatile u16 *cells = host_map(run->host, at, WINDOW), *screen;
	u16 kept[COLUMNS * 25];

	if (!cells)
		return;
	probe_step(run, "all attributes and characters, for 15 seconds");
	screen = cells + start % (WINDOW / sizeof(u16) - COLUMNS * 25);
	for (unsigned int i = 0; i < COLUMNS * 25; i++)
		kept[i] = screen[i];
	draw(screen);
	hw_sleep_us(&run->host->hw, PAGE_US);
	for (unsigned int i = 0; i < COLUMNS * 25; i++)
		screen[i] = kept[i];
	host_unmap(cells, WINDOW);
	note_number(run, "", "page-shown", 1, "");
}

/* ---- */

static bool in_graphics(struct host *h, u16 crtc)
{
	u8 misc = indexed(h, GRAPHICS_INDEX, GRAPHICS_MISC);

	return crtc == VGA_CRTC_COLOR && misc != 0xff && misc & GRAPHICS_ON;
}

static void look(struct probe_run *run, u16 crtc, u32 at, bool ega)
{
	unsigned int start = (unsigned int)indexed(run->host, crtc, CRTC_START_HI) << 8 |
			     indexed(run->host, crtc, CRTC_START_LO);
	u32 bytes = ega ? WINDOW : crtc == VGA_CRTC_COLOR ? 0x4000 : 0x1000;

	note_registers(run, crtc);
	if (in_graphics(run->host, crtc)) {
		note_number(run, "", "graphics", 1, "");
		return;
	}
	test_memory(run, at, bytes);
	if (run->options->interactive && ega)
		show_page(run, at, start);
}

static enum probe_end run_vga(struct probe_run *run)
{
	u8 bda[BDA_BYTES];
	bool mono;
	u16 crtc;

	if (host_read_memory(run->host, BDA, bda, sizeof(bda)))
		return not_run(run, "this system does not let programs read physical memory");
	note_bytes(run, "", "bios", bda + (BDA_VIDEO_MODE - BDA),
		   BDA_EGA_INFO + 1 - BDA_VIDEO_MODE);
	mono = (bda[BDA_VIDEO_MODE - BDA] & 0x7f) == MODE_MONO;
	crtc = mono ? VGA_CRTC_MONO : VGA_CRTC_COLOR;
	if (hw_in8(&run->host->hw, crtc) == 0xff &&
	    hw_in8(&run->host->hw, (u16)(crtc + VGA_STATUS_OFF)) == 0xff)
		return PROBE_ABSENT;
	look(run, crtc, mono ? VGA_MEM_MONO : VGA_MEM_COLOR, bda[BDA_EGA_INFO - BDA] != 0);
	return PROBE_DONE;
}

const struct probe probe_vga = {
	.name = "vga",
	.title = "display adapter: kind, text memory, registers",
	.class = CLASS_R1,
	.seconds = 30,
	.run = run_vga,
};
