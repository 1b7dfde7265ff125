/* fat_name_test.c - long and short names. */
// LINK: kernel/fs/fat/fat_name.c kernel/lib/cp437_table.c kernel/lib/unicode.c
#include <host/host.h>
#include "../fat_name.h"
#include <kernel/string.h>
#include <string.h>

static struct fat_name make(const char *text)
{
	struct fat_name name;

	assert_int_equal(fat_name_from_utf8(&name, text, (u32)strlen(text)), 0);
	return name;
}

static void expect_text(const struct fat_name *name, const char *want)
{
	char text[800];
	u32 len = fat_name_to_utf8(name, text, sizeof(text) - 1);

	text[len] = 0;
	assert_string_equal(text, want);
}

static void test_utf8_round_trip(void **state)
{
	static const char *const texts[] = { "a", "Größe", "語", "\xf0\x9f\x92\xbe disk",
					     "a b.c d" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct fat_name name = make(texts[i]);

		expect_text(&name, texts[i]);
	}
	assert_int_equal(make("\xf0\x9f\x92\xbe").len, 2);
	assert_int_equal(make("name...").len, 4);
}

static void test_bad_names(void **state)
{
	static const char *const bad[] = { "",
					   "...",
					   "a:b",
					   "a\\b",
					   "*",
					   "?",
					   "a\"b",
					   "a|b",
					   "tab\t",
					   "\x80",
					   "\xc0\x80",
					   "\xe2\x82",
					   "\xed\xa0\x80",
					   "\xf5\x80\x80\x80",
					   "\xff" };
	struct fat_name name;
	char longest[256 * 3 + 1];

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(fat_name_from_utf8(&name, bad[i], (u32)strlen(bad[i])), -EINVAL);
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(fat_name_from_utf8(&name, longest, 255), 0);
	assert_int_equal(fat_name_from_utf8(&name, longest, 256), -ENAMETOOLONG);
	assert_int_equal(fat_name_to_utf8(&name, longest, 254), 0);
}

static void expect_equal(const char *a, const char *b, bool same)
{
	struct fat_name x = make(a), y = make(b);

	assert_int_equal(fat_name_equal(&x, &y), same);
}

static void test_case(void **state)
{
	expect_equal("ReadMe.TXT", "README.txt", true);
	expect_equal("grüße", "GRÜßE", true);
	expect_equal("ЖЁЛ", "жёл", true);
	expect_equal("αβγσ", "ΑΒΓΣ", true);
	expect_equal("ÿ", "Ÿ", true);
	expect_equal("÷", "×", false);
	expect_equal("a", "ab", false);
	expect_equal("[", "{", false);
	expect_equal("@", "`", false);
}

static void expect_short(const char *text, const char *want, bool want_exact, bool want_lossless)
{
	struct fat_name name = make(text);
	u8 raw[12] = { 0 };
	bool exact, lossless;

	fat_short_make(&name, raw, &exact, &lossless);
	assert_string_equal((char *)raw, want);
	assert_int_equal(exact, want_exact);
	assert_int_equal(lossless, want_lossless);
}

static void test_short_names(void **state)
{
	expect_short("README.TXT", "README  TXT", true, true);
	expect_short("A", "A          ", true, true);
	expect_short("readme.txt", "README  TXT", false, true);
	expect_short("long filename.html", "LONGFILEHTM", false, false);
	expect_short("a.b.c", "AB      C  ", false, false);
	expect_short(".bashrc", "BASHRC     ", false, false);
	expect_short("a+b", "A_B        ", false, false);
	expect_short("Ä.ö", "\x8e       \x99  ", false, true);
	expect_short("12345678.123", "12345678123", true, true);
	expect_short("123456789.1", "123456781  ", false, false);
}

static void expect_tail(const char *base, u32 n, const char *want)
{
	u8 raw[12] = { 0 };

	memcpy(raw, base, 11);
	fat_short_tail(raw, n);
	assert_string_equal((char *)raw, want);
}

static void test_tails(void **state)
{
	expect_tail("LONGFILEHTM", 1, "LONGFI~1HTM");
	expect_tail("AB         ", 2, "AB~2       ");
	expect_tail("ABCDEFG    ", 12, "ABCDE~12   ");
	expect_tail("ABCDEFGHTXT", 999999, "A~999999TXT");
	expect_tail("           ", 3, "~3         ");
}

static void expect_shown(const char *raw, u8 flags, const char *want)
{
	u8 entry[ENTRY_SIZE] = { 0 };
	struct fat_name name;

	memcpy(entry, raw, 11);
	entry[ENTRY_CASE] = flags;
	fat_short_decode(entry, &name);
	expect_text(&name, want);
}

static void test_shown_short_names(void **state)
{
	expect_shown("README  TXT", 0, "README.TXT");
	expect_shown("README  TXT", CASE_LOWER_BASE, "readme.TXT");
	expect_shown("README  TXT", CASE_LOWER_EXT, "README.txt");
	expect_shown("README     ", CASE_LOWER_BASE | CASE_LOWER_EXT, "readme");
	expect_shown("A B     C  ", 0, "A B.C");
	expect_shown("\x05"
		     "BC     D  ",
		     0, "σBC.D");
	expect_shown("\x8e"
		     "/      D  ",
		     0, "Ä_.D");
}

/* Every length of a long name goes to slots and back. */
static void test_long_names(void **state)
{
	char text[256];
	u8 entry[ENTRY_SIZE] = "SHORT   TXT";
	const u8 sum = fat_short_checksum(entry);

	for (u32 len = 1; len <= 255; len++) {
		struct fat_long l = { .slots = 0 };
		struct fat_name name;
		u8 slot[ENTRY_SIZE];
		u32 slots;

		for (u32 i = 0; i < len; i++)
			text[i] = (char)('a' + (i + len) % 26);
		text[len] = 0;
		name = make(text);
		slots = fat_long_slots(&name);
		for (u32 order = slots; order; order--) {
			assert_false(fat_long_matches(&l, entry));
			fat_long_encode(&name, order, slots, sum, slot);
			assert_true(fat_long_feed(&l, slot));
		}
		assert_true(fat_long_matches(&l, entry));
		expect_text(&l.name, text);
		entry[0]++;
		assert_false(fat_long_matches(&l, entry));
		entry[0]--;
	}
}

/* As mtools 4.0 wrote it beside these names. */
static void test_checksum(void **state)
{
	assert_int_equal(fat_short_checksum((const u8 *)"ALONGN~1TEX"), 0xbd);
	assert_int_equal(fat_short_checksum((const u8 *)"ZZ~1    C1D"), 0x54);
}

static void test_broken_long_names(void **state)
{
	struct fat_name name = make("a name of three slots, which are filled");
	struct fat_long l = { .slots = 0 };
	u8 three[ENTRY_SIZE], two[ENTRY_SIZE], other[ENTRY_SIZE];

	fat_long_encode(&name, 3, 3, 7, three);
	fat_long_encode(&name, 2, 3, 7, two);
	assert_false(fat_long_feed(&l, two)); /* without a beginning */
	assert_true(fat_long_feed(&l, three));
	l.slots = 0;
	assert_true(fat_long_feed(&l, three));
	memcpy(other, two, sizeof(other));
	other[LONG_CHECKSUM]++;
	assert_false(fat_long_feed(&l, other));
	memcpy(other, two, sizeof(other));
	other[1] = other[2] = 0; /* ends in the middle */
	assert_true(fat_long_feed(&l, three));
	assert_false(fat_long_feed(&l, other));
	memset(other, 0xff, sizeof(other));
	other[LONG_ORDER] = LONG_LAST | 21;
	assert_false(fat_long_feed(&l, other));
	other[LONG_ORDER] = LONG_LAST;
	assert_false(fat_long_feed(&l, other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_utf8_round_trip),
		host_test(test_bad_names),
		host_test(test_case),
		host_test(test_short_names),
		host_test(test_tails),
		host_test(test_shown_short_names),
		host_test(test_long_names),
		host_test(test_checksum),
		host_test(test_broken_long_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
