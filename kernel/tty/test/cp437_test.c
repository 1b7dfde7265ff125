/* Glyphs, widths, and the monochrome attributes. */
// LINK: kernel/tty/cp437.c kernel/lib/cp437_table.c
// LINK: kernel/tty/unicode_width.c kernel/tty/vga_attr.c
#include <host/host.h>
#include <kernel/vga_attr.h>
#include "../cp437.h"

static void test_every_glyph_comes_back(void **state)
{
	for (unsigned int g = 1; g < 256; g++) {
		assert_int_equal(cp437_glyph(cp437_unicode[g]), g);
		assert_int_equal(cp437_exact(cp437_unicode[g]), g);
	}
}

static void test_known(void **state)
{
	static const struct {
		u32 ucs;
		int glyph;
	} rows[] = {
		{ 'A', 'A' },	  { 0x00E9, 0x82 },   { 0x2500, 0xC4 }, { 0x2588, 0xDB },
		{ 0x2551, 0xBA }, { 0x263A, 0x01 },   { 0x03C0, 0xE3 }, { 0x00A0, 0xFF },
		{ 0xFFFD, 0xFE }, { 0x2018, '\'' },   { 0x2014, '-' },	{ 0x0107, 'c' },
		{ 0x015A, 'S' },  { 0x1EA1, 'a' },    { 0x2501, 0xC4 }, { 0x254B, 0xC5 },
		{ 0x256D, 0xDA }, { 0x2190, 0x1B },   { 0x21D2, 0x1A }, { 0xFF21, 'A' },
		{ 0xF0B3, 0xB3 }, { 0x2022, 0x07 },   { 0x20AC, 'E' },	{ 0x0391, 'A' },
		{ 0x0141, 'L' },  { 0x00E3, 'a' },    { 0x2260, 0xD8 }, { 0x2713, 0xFB },
		{ 0x25CF, 0x07 }, { 0x2026, 0xFA },   { 0x3042, -1 },	{ 0x0416, -1 },
		{ 0x1F600, -1 },  { 0x1F, -1 },	      { 0x7F, -1 },	{ 0x80, -1 },
		{ 0x10FFFF, -1 }, { 0xFFFFFFFF, -1 }, { 0xFF5F, -1 },	{ 0x2600 + 0x100, -1 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(cp437_glyph(rows[i].ucs), rows[i].glyph);
	assert_int_equal(cp437_exact(0x2501), -1);
}

static void test_never_out_of_range(void **state)
{
	for (u32 c = 0; c < 0x30000; c++) {
		int glyph = cp437_glyph(c);

		assert_true(glyph >= -1 && glyph <= 255);
	}
}

static void test_widths(void **state)
{
	static const struct {
		u32 ucs;
		int width;
	} rows[] = {
		{ 'a', 1 },	{ 0xE9, 1 },	{ 0xAD, 1 },	 { 0x300, 0 },	    { 0x36F, 0 },
		{ 0x200B, 0 },	{ 0xFEFF, 0 },	{ 0x1100, 2 },	 { 0x1160, 0 },	    { 0x2500, 1 },
		{ 0x3000, 2 },	{ 0x303F, 1 },	{ 0x4E2D, 2 },	 { 0xAC00, 2 },	    { 0xD7A3, 2 },
		{ 0xFF01, 2 },	{ 0xFF61, 1 },	{ 0xFFE0, 2 },	 { 0x1F600, 2 },    { 0x20000, 2 },
		{ 0x2FFFD, 2 }, { 0xE0100, 0 }, { 0x10FFFF, 1 }, { 0xFFFFFFFF, 1 }, { 0x20D0, 0 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(unicode_width(rows[i].ucs), rows[i].width);
}

static void test_mda(void **state)
{
	static const struct {
		u8 attr, mda;
	} rows[] = {
		{ 0x07, 0x07 }, { 0x0F, 0x0F }, { 0x70, 0x70 }, { 0x00, 0x00 }, { 0x77, 0x00 },
		{ 0x04, 0x07 }, { 0x0C, 0x0F }, { 0x17, 0x07 }, { 0x1F, 0x0F }, { 0x30, 0x70 },
		{ 0x87, 0x87 }, { 0xF0, 0xF0 }, { 0x03, 0x01 }, { 0x0B, 0x09 }, { 0x08, 0x07 },
		{ 0x11, 0x00 }, { 0x74, 0x70 }, { 0x47, 0x07 }, { 0x80, 0x00 }, { 0x78, 0x78 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(vga_attr_to_mda(rows[i].attr), rows[i].mda);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_glyph_comes_back),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_never_out_of_range),
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_mda),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
