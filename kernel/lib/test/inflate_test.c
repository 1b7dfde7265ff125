/* The gzip reader against vectors made by zlib; truncation and damage at every byte. */
// LINK: kernel/lib/inflate.c kernel/lib/inflate_fast.c kernel/lib/inflate_tables.c
// LINK: kernel/lib/crc32.c
#include <host/host.h>
#include <kernel/inflate.h>
#include <string.h>
#include "inflate_vectors.h"

#define PATTERN_SIZE 70000

static struct gunzip g;
static u8 out[PATTERN_SIZE + 1], pattern[PATTERN_SIZE];
static size_t out_len, out_max = sizeof(out), piece;
static const u8 *in;
static size_t in_left;

static size_t fill(void *arg, const u8 **data)
{
	size_t n = piece < in_left ? piece : in_left;

	*data = in;
	in += n;
	in_left -= n;
	return n;
}

static bool flush(void *arg, const u8 *data, size_t n)
{
	if (n > out_max - out_len)
		return false;
	memcpy(out + out_len, data, n);
	out_len += n;
	return true;
}

static enum inflate_error run(const u8 *data, size_t n, size_t piece_size)
{
	memset(&g, 0, sizeof(g));
	g.fill = fill;
	g.flush = flush;
	in = data;
	in_left = n;
	piece = piece_size;
	out_len = 0;
	return gunzip_member(&g);
}

static void make_pattern(void)
{
	u32 x = 1;

	for (unsigned int i = 0; i < PATTERN_SIZE; i++) {
		x = x * 1103515245 + 12345;
		pattern[i] = i / 100 % 40 == 0 ? 'a' + (x >> 16) % 5 : '0' + i % 10;
	}
}

static void check(const u8 *gz, size_t n, const void *plain, size_t plain_n)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 100, 100000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		assert_int_equal(run(gz, n, pieces[i]), INFLATE_OK);
		assert_int_equal(out_len, plain_n);
		assert_memory_equal(out, plain, plain_n);
		assert_int_equal(gunzip_peek(&g), -1);
	}
}

static void unpacks_vectors(void **state)
{
	make_pattern();
	check(gz_empty, sizeof(gz_empty), "", 0);
	check(gz_text, sizeof(gz_text), "hello hello hello hello\n", 24);
	check(gz_stored, sizeof(gz_stored), "stored bytes", 12);
	check(gz_fixed, sizeof(gz_fixed), "abcabcabcabd", 12);
	check(gz_named, sizeof(gz_named), "named", 5);
	check(gz_pattern, sizeof(gz_pattern), pattern, PATTERN_SIZE);
}

static void reads_members_in_a_row(void **state)
{
	u8 two[sizeof(gz_text) + sizeof(gz_fixed) + 1];

	memcpy(two, gz_text, sizeof(gz_text));
	memcpy(two + sizeof(gz_text), gz_fixed, sizeof(gz_fixed));
	two[sizeof(two) - 1] = '0';
	assert_int_equal(run(two, sizeof(two), 5), INFLATE_OK);
	assert_int_equal(gunzip_peek(&g), 0x1f);
	assert_int_equal(gunzip_member(&g), INFLATE_OK);
	assert_int_equal(gunzip_peek(&g), '0');
	gunzip_skip_byte(&g);
	assert_int_equal(gunzip_peek(&g), -1);
	assert_int_equal(out_len, 36);
}

static void tells_truncation(void **state)
{
	for (size_t n = 0; n < sizeof(gz_text); n++)
		assert_int_equal(run(gz_text, n, 4), INFLATE_TRUNCATED);
	for (size_t n = 0; n < sizeof(gz_pattern); n += 3)
		assert_int_equal(run(gz_pattern, n, 4096), INFLATE_TRUNCATED);
}

/* Every damaged byte is noticed, but for those of the header that mean nothing. */
static void notices_damage(void **state)
{
	u8 bad[sizeof(gz_text)];

	for (size_t i = 0; i < sizeof(gz_text); i++) {
		if (i >= 4 && i < 10)
			continue;
		memcpy(bad, gz_text, sizeof(bad));
		bad[i] ^= 0x21;
		assert_int_not_equal(run(bad, sizeof(bad), 100), INFLATE_OK);
	}
	memcpy(bad, gz_text, sizeof(bad));
	bad[sizeof(bad) - 6] ^= 1;
	assert_int_equal(run(bad, sizeof(bad), 100), INFLATE_BAD_CRC);
	memcpy(bad, gz_text, sizeof(bad));
	bad[sizeof(bad) - 1] ^= 1;
	assert_int_equal(run(bad, sizeof(bad), 100), INFLATE_BAD_LENGTH);
	assert_string_equal(inflate_strerror(INFLATE_BAD_CRC), "wrong checksum");
}

/* The body of a gzip member in the other frame; its sum as RFC 1950 has it. */
static size_t make_zlib(u8 *z)
{
	const size_t n = sizeof(gz_pattern) - 18;
	u32 a = 1, b = 0;

	make_pattern();
	for (u32 i = 0; i < PATTERN_SIZE; i++) {
		a = (a + pattern[i]) % 65521;
		b = (b + a) % 65521;
	}
	z[0] = 0x78;
	z[1] = 0x9c;
	memcpy(z + 2, gz_pattern + 10, n);
	for (unsigned int i = 0; i < 4; i++)
		z[2 + n + i] = (u8)((b << 16 | a) >> (24 - 8 * i));
	return n + 6;
}

static enum inflate_error run_zlib(const u8 *data, size_t n, size_t piece_size)
{
	in = data;
	in_left = n;
	piece = piece_size;
	out_len = 0;
	return zlib_stream(&g);
}

static void unpacks_zlib(void **state)
{
	static u8 z[sizeof(gz_pattern)];
	const size_t n = make_zlib(z);

	run(gz_empty, sizeof(gz_empty), 100); /* sets the functions; leaves bits behind */
	for (size_t p = 1; p < 2000; p += 333) {
		assert_int_equal(run_zlib(z, n, p), INFLATE_OK);
		assert_int_equal(out_len, PATTERN_SIZE);
		assert_memory_equal(out, pattern, PATTERN_SIZE);
	}
	assert_int_equal(run_zlib(z, n - 1, 100), INFLATE_TRUNCATED);
	z[n - 1] ^= 1;
	assert_int_equal(run_zlib(z, n, 100), INFLATE_BAD_CRC);
	z[n - 1] ^= 1;
	z[1] ^= 1; /* no multiple of 31 */
	assert_int_equal(run_zlib(z, n, 100), INFLATE_BAD_HEADER);
	z[0] = 0x88; /* a window that is too large */
	z[1] = 0x1c;
	assert_int_equal(run_zlib(z, n, 100), INFLATE_BAD_HEADER);
	z[0] = 0x78;
	z[1] = 0xbb; /* wants a dictionary */
	assert_int_equal(run_zlib(z, n, 100), INFLATE_BAD_HEADER);
}

static void stops_when_told(void **state)
{
	out_max = 40000;
	assert_int_equal(run(gz_pattern, sizeof(gz_pattern), 4096), INFLATE_STOPPED);
	out_max = sizeof(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(unpacks_vectors),  host_test(reads_members_in_a_row),
		host_test(tells_truncation), host_test(notices_damage),
		host_test(unpacks_zlib),     host_test(stops_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
