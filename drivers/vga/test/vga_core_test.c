// LINK: drivers/vga/vga_core.c kernel/tty/vga_attr.c
/* Text adapters against a frame buffer and registers of our own. */
#include <host/host.h>

#include <stdio.h>
#include <string.h>

#include <kernel/errno.h>
#include <kernel/vga_attr.h>
#include "../vga_core.h"
#include "../vga_reg.h"

static u16 mem[0x4000];
static u8 crtc[32], seq[8], dac[256][3];
static u8 crtc_index, seq_index, dac_index, dac_part, misc;
static bool mono, absent;
static u8 crtc_keeps = 0xFF; /* bits of its registers that are there */

static u8 in8(struct hw *hw, u16 port)
{
	if (port == VGA_MISC_READ)
		return misc;
	if (port == (mono ? VGA_CRTC_MONO : VGA_CRTC_COLOR) + 1 && !absent)
		return crtc[crtc_index];
	if (port == VGA_SEQ_DATA)
		return seq[seq_index];
	return 0xFF;
}

static void out8(struct hw *hw, u16 port, u8 value)
{
	u16 base = mono ? VGA_CRTC_MONO : VGA_CRTC_COLOR;

	if (port == base) {
		crtc_index = value;
	} else if (port == base + 1) {
		assert_true(crtc_index < sizeof(crtc));
		crtc[crtc_index] = value & crtc_keeps;
	} else if (port == VGA_SEQ) {
		seq_index = value;
	} else if (port == VGA_SEQ_DATA) {
		seq[seq_index] = value;
	} else if (port == VGA_DAC_WRITE) {
		dac_index = value;
		dac_part = 0;
	} else if (port == VGA_DAC_DATA) {
		dac[dac_index][dac_part++] = value;
	} else {
		fail_msg("write to port %#x", port);
	}
}

static const struct hw_ops hw_ops = { .in8 = in8, .out8 = out8 };
static struct hw hw = { .ops = &hw_ops };

static struct vga start(struct vga_bios bios, u8 misc_value)
{
	struct vga v = { .hw = &hw };

	memset(mem, 0x55, sizeof(mem));
	memset(crtc, 0, sizeof(crtc));
	misc = misc_value;
	assert_true(vga_core_describe(&v, &bios) != 0);
	mono = v.mono;
	v.mem = mem;
	assert_int_equal(vga_core_start(&v), 0);
	return v;
}

static const struct vga_bios color_vga = { 3, 24, 16, 0x60, 80, 0x3D4 };
static const struct vga_bios mda = { 7, 0, 0, 0, 80, 0x3B4 };
static const struct vga_bios cga = { 3, 0, 0, 0, 80, 0x3D4 };

static unsigned int shown(void)
{
	return (unsigned int)crtc[CRTC_START_HI] << 8 | crtc[CRTC_START_LO];
}

static void put_text(struct vga *v, unsigned int row, const char *text)
{
	u16 cells[80];

	for (unsigned int i = 0; i < v->cols; i++)
		cells[i] = VGA_CELL(i < strlen(text) ? text[i] : ' ', 7);
	vga_core_cells(v, row, 0, cells, v->cols);
}

static void test_describe(void **state)
{
	struct vga v = { .hw = &hw };

	assert_int_equal(vga_core_describe(&v, &color_vga), VGA_MEM_COLOR);
	assert_int_equal(v.rows, 25);
	assert_int_equal(v.crtc, VGA_CRTC_COLOR);
	assert_int_equal(vga_core_describe(&v, &mda), VGA_MEM_MONO);
	assert_true(v.mono);
	assert_int_equal(v.font_height, 14);
	assert_int_equal(vga_core_describe(&v, &(struct vga_bios){ 3, 49, 8, 0x60, 80, 0x3D4 }),
			 VGA_MEM_COLOR);
	assert_int_equal(v.rows, 50);
	/* Graphics, and a data area full of ones: nothing. */
	assert_int_equal(vga_core_describe(&v, &(struct vga_bios){ 0x13, 24, 8, 0x60, 40, 0x3D4 }),
			 0);
	assert_int_equal(
		vga_core_describe(&v, &(struct vga_bios){ 0x7f, 255, 255, 255, 65535, 65535 }), 0);
	/* A size nobody has is not believed. */
	(void)vga_core_describe(&v, &(struct vga_bios){ 3, 200, 99, 0x60, 1000, 0x3D4 });
	assert_int_equal(v.cols, 80);
	assert_int_equal(v.rows, 25);
}

static void test_kinds(void **state)
{
	assert_true(start(color_vga, 0x67).is_vga);
	assert_false(start(color_vga, 0xFF).is_vga); /* an EGA */
	assert_false(start(cga, 0x67).is_vga);
	assert_false(start(mda, 0x67).is_vga);
}

static void test_absent(void **state)
{
	struct vga v = { .hw = &hw };

	/* There is memory, as an emulator or a shadowed hole has, but no adapter. */
	(void)vga_core_describe(&v, &color_vga);
	mono = false;
	v.mem = mem;
	absent = true;
	assert_int_equal(vga_core_start(&v), -ENODEV);
	absent = false;
	assert_int_equal(vga_core_start(&v), 0);
}

/* What is tested and is not an adapter has its old contents back. */
static void test_test_leaves_no_marks(void **state)
{
	struct vga v = { .hw = &hw };

	(void)vga_core_describe(&v, &color_vga);
	mono = false;
	v.mem = mem;
	mem[0] = 0x1234;
	crtc[CRTC_CURSOR_LO] = 0x2a;
	crtc_keeps = 0x3F;
	assert_int_equal(vga_core_start(&v), -ENODEV);
	crtc_keeps = 0xFF;
	assert_int_equal(mem[0], 0x1234);
	assert_int_equal(crtc[CRTC_CURSOR_LO], 0x2a);
}

static void test_start_blanks(void **state)
{
	struct vga v = start(color_vga, 0x67);

	for (unsigned int i = 0; i < 2000; i++)
		assert_int_equal(mem[i], 0x0720);
	assert_int_equal(shown(), 0);
	assert_int_equal(v.start, 0);
}

static void test_cells(void **state)
{
	struct vga v = start(color_vga, 0x67);
	const u16 cells[] = { 0x1F41, 0x4E42 };

	vga_core_cells(&v, 3, 5, cells, 2);
	assert_int_equal(mem[245], 0x1F41);
	assert_int_equal(mem[246], 0x4E42);
	assert_int_equal(mem[247], 0x0720);
}

static void test_mono_attributes(void **state)
{
	struct vga v = start(mda, 0xFF);
	const u16 cells[] = { 0x0741, 0x7041, 0x0341, 0x1141 };

	vga_core_cells(&v, 0, 0, cells, 4);
	assert_int_equal(mem[0], 0x0741);
	assert_int_equal(mem[1], 0x7041);
	assert_int_equal(mem[2], MDA_UNDERLINE << 8 | 0x41);
	assert_int_equal(mem[3], 0x0041);
}

/* However far: the screen shows the last lines, and nothing beyond the memory is touched. */
static void scroll_far(struct vga_bios bios)
{
	struct vga v = start(bios, 0x67);
	char text[16];

	for (unsigned int i = 0; i < 1000; i++) {
		unsigned int n = 1 + i % 3;

		vga_core_scroll(&v, n);
		for (unsigned int k = 0; k < n; k++) {
			snprintf(text, sizeof(text), "line %u.%u", i, k);
			put_text(&v, v.rows - n + k, text);
		}
		assert_int_equal(shown(), v.start);
		assert_true(v.start + 2000 <= v.cells);
	}
	/* 999 ends with one line, 998 with three. */
	assert_int_equal((u8)mem[v.start + 24 * 80 + 5], '9');
	assert_int_equal((u8)mem[v.start + 24 * 80 + 7], '9');
	assert_int_equal((u8)mem[v.start + 23 * 80 + 7], '8');
	assert_int_equal((u8)mem[v.start + 23 * 80 + 9], '2');
	assert_int_equal((u8)mem[v.start + 21 * 80 + 9], '0');
}

static void test_scrolling(void **state)
{
	scroll_far(color_vga);
	scroll_far(cga);
	scroll_far(mda);
}

static void test_cursor(void **state)
{
	struct vga v = start(color_vga, 0x67);

	vga_core_scroll(&v, 1);
	vga_core_cursor(&v, 2, 3, true, 0);
	assert_int_equal(crtc[CRTC_CURSOR_HI] << 8 | crtc[CRTC_CURSOR_LO], 80 + 163);
	assert_int_equal(crtc[CRTC_CURSOR_START], 13);
	assert_int_equal(crtc[CRTC_CURSOR_END], 14);
	vga_core_cursor(&v, 2, 3, false, 0);
	assert_true(crtc[CRTC_CURSOR_START] & CRTC_CURSOR_OFF);
	vga_core_cursor(&v, 2, 3, true, 6);
	assert_int_equal(crtc[CRTC_CURSOR_START], 0);
	assert_int_equal(crtc[CRTC_CURSOR_END], 15);
}

static void test_blank_and_palette(void **state)
{
	struct vga v = start(color_vga, 0x67);
	u8 palette[48] = { 0 };

	seq[VGA_SEQ_CLOCKING] = 1;
	vga_core_blank(&v, true);
	assert_int_equal(seq[VGA_SEQ_CLOCKING], 0x21);
	vga_core_blank(&v, false);
	assert_int_equal(seq[VGA_SEQ_CLOCKING], 1);
	palette[3] = 0xAA; /* ANSI red */
	vga_core_palette(&v, palette);
	assert_int_equal(dac[4][0], 0xAA >> 2);
	assert_int_equal(dac[1][0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_describe),	 host_test(test_kinds),
		host_test(test_absent),		 host_test(test_test_leaves_no_marks),
		host_test(test_start_blanks),	 host_test(test_cells),
		host_test(test_mono_attributes), host_test(test_scrolling),
		host_test(test_cursor),		 host_test(test_blank_and_palette),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
