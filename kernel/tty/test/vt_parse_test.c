/* Bytes to actions: the grammar, UTF-8 and its errors. */
// LINK: kernel/tty/vt_parse.c
#include <host/host.h>
#include <stdio.h>
#include <string.h>
#include "../vt_parse.h"

static char seen[4096];

static void note(const char *fmt, ...)
{
	size_t used = strlen(seen);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(seen + used, sizeof(seen) - used, fmt, ap);
	va_end(ap);
}

static void on_run(void *ctx, const u8 *text, size_t n)
{
	assert_true(n > 0);
	note("%.*s", (int)n, text);
}
static void on_character(void *ctx, u32 ucs)
{
	note("<%X>", ucs);
}
static void on_control(void *ctx, u8 c)
{
	note("{%02X}", c);
}
static void on_escape(void *ctx, u8 intermediate, u8 final)
{
	note("[esc ");
	if (intermediate)
		note("%c", intermediate);
	note("%c]", final);
}
static void on_csi(void *ctx, const struct vt_csi *csi, u8 final)
{
	note("[csi ");
	if (csi->prefix)
		note("%c", csi->prefix);
	for (unsigned int i = 0; i < csi->count; i++)
		note("%s%u", i ? ";" : "", csi->param[i]);
	note("%c]", final);
}
static void on_palette(void *ctx, u8 index, u8 r, u8 g, u8 b)
{
	note("[pal %u %02X%02X%02X]", index, r, g, b);
}
static void on_palette_reset(void *ctx)
{
	note("[pal reset]");
}

static const struct vt_actions actions = {
	.run = on_run,
	.character = on_character,
	.control = on_control,
	.escape = on_escape,
	.csi = on_csi,
	.palette = on_palette,
	.palette_reset = on_palette_reset,
};

struct setting {
	bool utf8, show_controls;
};

static void parse_with(struct setting set, const char *bytes, size_t n, size_t piece)
{
	struct vt_parser p;

	seen[0] = 0;
	vt_parser_init(&p, &actions, NULL);
	p.utf8 = set.utf8;
	p.show_controls = set.show_controls;
	for (size_t i = 0; i < n; i += piece)
		vt_parse(&p, (const u8 *)bytes + i, min(piece, n - i));
}

/* The same whole and byte by byte. */
#define check_mode(set, bytes, want)                                                               \
	do {                                                                                       \
		parse_with(set, bytes, sizeof(bytes) - 1, sizeof(bytes));                          \
		assert_string_equal(seen, want);                                                   \
		parse_with(set, bytes, sizeof(bytes) - 1, 1);                                      \
		assert_string_equal(seen, want);                                                   \
	} while (0)

static const struct setting utf8 = { true, false };
static const struct setting bytes8 = { false, false };
static const struct setting shown = { true, true };
#define check(bytes, want) check_mode(utf8, bytes, want)

static void test_plain(void **state)
{
	check("hello, world~", "hello, world~");
	check("a\tb\r\nc\b\a", "a{09}b{0D}{0A}c{08}{07}");
	check("a\x7f"
	      "b\x01\x02\x1c"
	      "c\0d",
	      "abcd");
}

static void test_utf8_whole(void **state)
{
	check("\xc3\xa9", "<E9>");
	check("\xe2\x94\x80x", "<2500>x");
	check("\xf0\x9f\x98\x80", "<1F600>");
	check("\xf4\x8f\xbf\xbd", "<10FFFD>");
	check("\xc2\x80", "<80>");
}

static void test_utf8_broken(void **state)
{
	check("\x80", "<FFFD>");
	check("\xc3"
	      "A",
	      "<FFFD>A");
	check("\xe2\x94"
	      "A",
	      "<FFFD>A");
	check("\xe2\x94\xc3\xa9", "<FFFD><E9>");
	check("\xfe\xff", "<FFFD><FFFD>");
	check("\xc0\x80", "<FFFD>");
	check("\xe0\x9f\xbf", "<FFFD>");
	check("\xf0\x8f\xbf\xbf", "<FFFD>");
	check("\xf4\x90\x80\x80", "<FFFD>");
	check("\xed\xa0\x80", "<FFFD>");
	check("\xef\xbf\xbe", "<FFFD>");
	check("\xc3\033[m", "<FFFD>[csi 0m]");
	check("\xc3\n", "<FFFD>{0A}");
}

static void test_bytes(void **state)
{
	check_mode(bytes8, "\xe9\xffz", "<E9><FF>z");
	check_mode(bytes8,
		   "\x9b"
		   "2J",
		   "[csi 2J]");
	/* U+009B is CSI in UTF-8, too. */
	check("\xc2\x9b"
	      "2J",
	      "[csi 2J]");
}

static void test_escape(void **state)
{
	check("\033D\033M\0337\0338", "[esc D][esc M][esc 7][esc 8]");
	check("\033(0\033)B\033#8\033%G", "[esc (0][esc )B][esc #8][esc %G]");
	check("\033\033D", "[esc D]");
	check("\033\xc3\xa9x", "x");
}

static void test_csi(void **state)
{
	check("\033[H", "[csi 0H]");
	check("\033[5;10H", "[csi 5;10H]");
	check("\033[;7H", "[csi 0;7H]");
	check("\033[?25l", "[csi ?25l]");
	check("\033[>0c\033[=1c\033[<c", "[csi >0c][csi =1c][csi <0c]");
	check("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16m",
	      "[csi 1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16m]");
	check("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17mX", "X");
	check("\033[99999999999H", "[csi 32767H]");
}

static void test_csi_swallowed(void **state)
{
	check("\033[4:3mX", "X");
	check("\033[!pX", "X");
	check("\033[0 qX", "X");
	check("\033[1?hX", "X");
	check("\033[[AX", "X");
	check("\033[[[X", "X");
}

static void test_controls_inside(void **state)
{
	check("\033[3\n;4\bH", "{0A}{08}[csi 3;4H]");
	check("\033[3\x18X", "X");
	check("\033[3\x1aX", "X");
	check("\033[3\033[4m", "[csi 4m]");
	check("\033[1\x7f"
	      "2m",
	      "[csi 12m]");
	check("\033[1\0"
	      "2m",
	      "[csi 12m]");
}

static void test_strings(void **state)
{
	check("\033]0;a title\aX", "X");
	check("\033]2;t\033\\X", "[esc \\]X");
	check("\033]0;a\nb\tc\aX", "X");
	check("\033Pq#0;1~\033\\X", "[esc \\]X");
	check("\033_apc\033\\\033^pm\x18X", "[esc \\]X");
	check("\033]0;\xc3\xa9\aX", "X");
	check("\033]XY", "Y");
}

static void test_palette(void **state)
{
	check("\033]P1fF8000X", "[pal 1 FF8000]X");
	check("\033]Pe0102030", "[pal 14 010203]0");
	check("\033]P1fgX", "X");
	check("\033]RX", "[pal reset]X");
}

static void test_show_controls(void **state)
{
	check_mode(shown, "\x01\x80\x7f\xc3\xa9", "<1><80><7F><C3><A9>");
	check_mode(shown, "\x07\t\n\x0e\x0f\033[0m", "<7><9>{0A}{0E}{0F}[csi 0m]");
	check_mode(shown,
		   "\033[\x07"
		   "10m",
		   "{07}[csi 10m]");
}

static void test_reset(void **state)
{
	struct vt_parser p;

	seen[0] = 0;
	vt_parser_init(&p, &actions, NULL);
	vt_parse(&p, (const u8 *)"\033[1\xc3", 4);
	vt_parser_reset(&p);
	vt_parse(&p, (const u8 *)"m", 1);
	assert_string_equal(seen, "m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),	      cmocka_unit_test(test_utf8_whole),
		cmocka_unit_test(test_utf8_broken),   cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_escape),	      cmocka_unit_test(test_csi),
		cmocka_unit_test(test_csi_swallowed), cmocka_unit_test(test_controls_inside),
		cmocka_unit_test(test_strings),	      cmocka_unit_test(test_palette),
		cmocka_unit_test(test_show_controls), cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
