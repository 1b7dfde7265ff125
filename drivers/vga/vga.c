/*
 * vga.c - the machine's text screen, from the first moment of the boot.
 */
#include <kernel/hw_host.h>
#include <kernel/init.h>
#include <kernel/page.h>
#include <kernel/printk.h>
#include <kernel/vt.h>
#include "vga_core.h"
#include "vga_reg.h"

static struct vga vga;
static struct hw_host host;

static u8 bda8(u32 at)
{
	return *(const volatile u8 *)phys_to_virt(at);
}
static u16 bda16(u32 at)
{
	return *(const volatile u16 *)phys_to_virt(at);
}
static void bda16_put(u32 at, u16 value)
{
	*(volatile u16 *)phys_to_virt(at) = value;
}

/* As a BIOS keeps it: who calls one, or looks at memory from outside, finds the screen. */
static void tell_start(void)
{
	bda16_put(BDA_PAGE_START, (u16)(vga.start * sizeof(u16)));
}

static void scroll(struct vt_display *d, unsigned int n)
{
	vga_core_scroll(&vga, n);
	tell_start();
}
static void cells(struct vt_display *d, unsigned int row, unsigned int col, const u16 *text,
		  unsigned int n)
{
	vga_core_cells(&vga, row, col, text, n);
}
static void cursor(struct vt_display *d, unsigned int row, unsigned int col, bool visible, u8 shape)
{
	vga_core_cursor(&vga, row, col, visible, shape);
	bda16_put(BDA_CURSOR, (u16)(row << 8 | col));
}
static void blank(struct vt_display *d, bool on)
{
	vga_core_blank(&vga, on);
}
static void palette(struct vt_display *d, const u8 *colors)
{
	vga_core_palette(&vga, colors);
}
static void restore(struct vt_display *d)
{
	vga_core_restore(&vga);
	tell_start();
}

static const struct vt_display_ops ops = { scroll, cells, cursor, blank, palette, restore };
static struct vt_display display = { .ops = &ops };

static int vga_init(void)
{
	struct vga_bios bios = {
		.mode = bda8(BDA_VIDEO_MODE) & 0x7f,
		.columns = bda16(BDA_COLUMNS),
		.crtc_base = bda16(BDA_CRTC_BASE),
		.rows_less_1 = bda8(BDA_ROWS_LESS_1),
		.char_height = bda8(BDA_CHAR_HEIGHT),
		.ega_info = bda8(BDA_EGA_INFO),
	};
	u32 mem;

	hw_host_init(&host);
	vga.hw = &host.hw;
	mem = vga_core_describe(&vga, &bios);
	if (!mem)
		return 0;
	vga.mem = phys_to_virt(mem);
	if (vga_core_start(&vga))
		return 0;
	tell_start();
	display.name = vga.is_vga ? "VGA" : vga.mono ? "MDA" : vga.cells > 0x2000 ? "EGA" : "CGA";
	display.cols = vga.cols;
	display.rows = vga.rows;
	display.mono = vga.mono;
	display.font_height = vga.font_height;
	vt_display_register(&display);
	pr_info("console: %s text, %u columns, %u lines\n", display.name, vga.cols, vga.rows);
	return 0;
}
INIT_CALL(INIT_EARLY, vga_init);
