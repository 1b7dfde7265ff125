/* UTF-16 to UTF-8: both byte orders, surrogates, cutting. */
// LINK: kernel/lib/unicode.c
#include <host/host.h>
#include <kernel/unicode.h>
#include <string.h>

static char out[32];

static size_t convert(const char *in, size_t units, size_t size, bool big)
{
	memset(out, '#', sizeof(out));
	return utf16_to_utf8(out, size, (const u8 *)in, units, big);
}

static void lengths_of_characters(void **state)
{
	assert_int_equal(convert("A\0\xE4\0\xAC\x20\x3D\xD8\x00\xDE", 5, 32, false), 10);
	assert_string_equal(out, "A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
	assert_int_equal(convert("\0A\0\xE4\x20\xAC\xD8\x3D\xDE\x00", 5, 32, true), 10);
	assert_string_equal(out, "A\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
}

static void ends_at_zero(void **state)
{
	assert_int_equal(convert("A\0\0\0B\0", 3, 32, false), 1);
	assert_string_equal(out, "A");
	assert_int_equal(convert("", 0, 32, false), 0);
	assert_string_equal(out, "");
}

static void lone_surrogates(void **state)
{
	convert("\x3D\xD8\x41\0", 2, 32, false); /* high, then a letter */
	assert_string_equal(out, "\xEF\xBF\xBD\x41");
	convert("\x3D\xD8", 1, 32, false); /* high at the end */
	assert_string_equal(out, "\xEF\xBF\xBD");
	convert("\x00\xDE\x41\0", 2, 32, false); /* low first */
	assert_string_equal(out, "\xEF\xBF\xBD\x41");
}

static void cut_between_characters(void **state)
{
	assert_int_equal(convert("A\0\xAC\x20", 2, 4, false), 1);
	assert_string_equal(out, "A");
	assert_int_equal(convert("A\0\xAC\x20", 2, 5, false), 4);
	assert_int_equal(convert("A\0", 1, 1, false), 0);
	assert_string_equal(out, "");
	assert_int_equal(out[1], '#');
}

static void no_characters(void **state)
{
	assert_int_equal(utf8_put(out, 0xD800), 3);
	assert_int_equal(utf8_put(out, 0x110000), 3);
	assert_memory_equal(out, "\xEF\xBF\xBD", 3);
	assert_int_equal(utf8_put(out, 0x10FFFF), 4);
	assert_memory_equal(out, "\xF4\x8F\xBF\xBF", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(lengths_of_characters), host_test(ends_at_zero),
		host_test(lone_surrogates),	  host_test(cut_between_characters),
		host_test(no_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
