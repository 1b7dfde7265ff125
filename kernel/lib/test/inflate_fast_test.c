/*
 * The inner loop of decompression against a model: streams written here, of codes of every length
 * and matches of every kind, must give the same whether they come whole (the fast loop) or byte by
 * byte (the careful one).
 */
// LINK: kernel/lib/inflate.c kernel/lib/inflate_fast.c kernel/lib/inflate_tables.c
// LINK: kernel/lib/crc32.c
#include <host/host.h>
#include <kernel/inflate.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN_MAX 400000
#define GZ_MAX	  500000
#define HISTORY	  32768u

static struct gunzip g;
static u8 gz[GZ_MAX], plain[PLAIN_MAX], out[PLAIN_MAX];
static size_t gz_len, plain_len, out_len, piece, in_at;
static u8 *copy;
static u32 bit_buffer;
static unsigned int bit_count;

/* ---- writing deflate ---- */

static void put_bits(u32 value, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		bit_buffer |= (value >> i & 1) << bit_count++;
		if (bit_count == 8) {
			gz[gz_len++] = (u8)bit_buffer;
			bit_buffer = bit_count = 0;
		}
	}
}

/* Of a Huffman code the highest bit comes first. */
static void put_code(u32 code, unsigned int n)
{
	while (n--)
		put_bits(code >> n & 1, 1);
}

/* Symbols in use: the n-th has a code of n + 1 bits, the last as many as the one before, which is
 * the lesser of the two. */
#define USED 16
static const u16 letters[USED] = { 'a', 257, 'b', 285, 264, 'c', 269, 258,
				   'd', 280, 'e', 284, 277, 'f', 'g', 256 };
static const u16 spans[USED] = { 0, 3, 29, 1, 2, 28, 4, 15, 20, 9, 27, 12, 25, 26, 5, 7 };

static unsigned int code_length(unsigned int n)
{
	return n < USED - 1 ? n + 1 : USED - 1;
}

static void put_symbol(const u16 *set, unsigned int symbol)
{
	unsigned int n = 0, len;

	while (set[n] != symbol)
		assert_true(++n < USED);
	/* Canonical: ones and a zero; of the two longest the second is all ones. */
	len = code_length(n);
	put_code(n == USED - 1 ? (1u << len) - 1 : (1u << len) - 2, len);
}

static void put_lengths(const u16 *set, unsigned int symbols)
{
	for (unsigned int s = 0; s < symbols; s++) {
		unsigned int n = 0;

		while (n < USED && set[n] != s)
			n++;
		put_code(n < USED ? code_length(n) : 0, 4);
	}
}

static void begin_stream(void)
{
	static const u8 header[10] = { 0x1f, 0x8b, 8 };

	memcpy(gz, header, sizeof(header));
	gz_len = sizeof(header);
	plain_len = 0;
	bit_buffer = bit_count = 0;
}

/* The code lengths 0 to 15 are written in four bits each. */
static void begin_dynamic(void)
{
	put_bits(1 | 2 << 1, 3);
	put_bits(286 - 257, 5);
	put_bits(30 - 1, 5);
	put_bits(19 - 4, 4);
	for (unsigned int i = 0; i < 19; i++)
		put_bits(i < 3 ? 0 : 4, 3); /* 16, 17, 18 are not used */
	put_lengths(letters, 286);
	put_lengths(spans, 30);
}

static u32 crc_of(const u8 *data, size_t n)
{
	static struct crc32_table table;

	crc32_table_init(&table);
	return crc32_update(&table, 0, data, n);
}

static void end_stream(void)
{
	u32 tail[2] = { crc_of(plain, plain_len), (u32)plain_len };

	put_symbol(letters, 256);
	put_bits(0, (8 - bit_count) % 8);
	memcpy(gz + gz_len, tail, sizeof(tail));
	gz_len += sizeof(tail);
}

static void literal(u8 c)
{
	put_symbol(letters, c);
	plain[plain_len++] = c;
}

/* Symbols, their extra bits, and what they come to. */
static void match(unsigned int symbol, u32 extra, unsigned int extra_bits, unsigned int length,
		  unsigned int span, u32 far, unsigned int distance)
{
	put_symbol(letters, symbol);
	put_bits(extra, extra_bits);
	put_symbol(spans, span);
	put_bits(far, span < 4 ? 0 : span / 2 - 1);
	assert_true(distance <= plain_len && plain_len + length <= PLAIN_MAX);
	for (unsigned int i = 0; i < length; i++, plain_len++)
		plain[plain_len] = plain[plain_len - distance];
}

static unsigned int span_base(unsigned int span)
{
	return span < 4 ? span + 1 : (2 + (span & 1u)) * (1u << (span / 2 - 1)) + 1;
}

/* RFC 1951's table, of the symbols in use. */
static void match_of(unsigned int symbol, unsigned int extra, unsigned int span, u32 far)
{
	static const struct {
		u16 symbol, base;
		u8 extra_bits;
	} table[] = { { 257, 3, 0 },  { 258, 4, 0 },   { 264, 10, 0 },	{ 269, 19, 2 },
		      { 277, 67, 4 }, { 280, 115, 4 }, { 284, 227, 5 }, { 285, 258, 0 } };
	unsigned int i = 0;

	while (table[i].symbol != symbol)
		i++;
	extra &= (1u << table[i].extra_bits) - 1;
	if (symbol == 284 && extra == 31)
		extra = 30; /* 258 has a symbol of its own */
	match(symbol, extra, table[i].extra_bits, table[i].base + extra, span, far,
	      span_base(span) + far);
}

/* ---- reading it ---- */

static size_t fill(void *arg, const u8 **data)
{
	size_t n = piece < gz_len - in_at ? piece : gz_len - in_at;

	/* A block of its own, so that reading on is noticed. */
	free(copy);
	copy = NULL;
	if (!n)
		return 0;
	copy = malloc(n);
	memcpy(copy, gz + in_at, n);
	*data = copy;
	in_at += n;
	return n;
}

static bool flush(void *arg, const u8 *data, size_t n)
{
	if (n > sizeof(out) - out_len)
		return false;
	memcpy(out + out_len, data, n);
	out_len += n;
	return true;
}

static enum inflate_error unpack(size_t piece_size)
{
	enum inflate_error error;

	memset(&g, 0, sizeof(g));
	g.fill = fill;
	g.flush = flush;
	piece = piece_size;
	in_at = out_len = 0;
	error = gunzip_member(&g);
	free(copy);
	copy = NULL;
	return error;
}

static void check_stream(void)
{
	static const size_t pieces[] = { GZ_MAX, 1, 6, 7, 8, 15, 64, 4096 };

	for (unsigned int i = 0; i < ARRAY_SIZE(pieces); i++) {
		assert_int_equal(unpack(pieces[i]), INFLATE_OK);
		assert_int_equal(out_len, plain_len);
		assert_memory_equal(out, plain, plain_len);
	}
}

/* ---- the tests ---- */

static u32 seed;

static u32 random_number(void)
{
	seed = seed * 1103515245 + 12345;
	return seed >> 8;
}

static void random_symbol(void)
{
	unsigned int symbol = letters[random_number() % USED], span, far;

	if (symbol < 256) {
		literal((u8)symbol);
		return;
	}
	span = spans[random_number() % USED];
	far = span < 4 ? 0 : random_number() & ((1u << (span / 2 - 1)) - 1);
	if (symbol > 256 && span_base(span) + far <= plain_len)
		match_of(symbol, random_number(), span, far);
}

static void agrees_on_any_stream(void **state)
{
	for (seed = 1; seed < 6; seed++) {
		u32 kept = seed;

		begin_stream();
		begin_dynamic();
		while (plain_len < 150000)
			random_symbol();
		end_stream();
		seed = kept;
		check_stream();
	}
}

/* Literals that no two matches can confuse. */
static void fill_up_to(size_t n)
{
	while (plain_len < n)
		literal("abcdefg"[random_number() % 7]);
}

/* The farthest matches at each place near the ring's end, where source and copy come close. */
static void farthest_matches(void **state)
{
	seed = 7;
	for (unsigned int back = 0; back < 300; back += back < 24 ? 1 : 23) {
		begin_stream();
		begin_dynamic();
		fill_up_to(INFLATE_RING - back);
		for (u32 far = 8191; far > 8191 - 12; far--) {
			match_of(257, 0, 29, far);
			match_of(258, 0, 29, far);
			match_of(264, 0, 29, far);
			literal('g');
		}
		match_of(285, 0, 29, 8191);
		match_of(285, 0, 0, 0);
		match_of(285, 0, 29, 8191);
		fill_up_to(plain_len + 600);
		match_of(285, 0, 29, 8191);
		end_stream();
		check_stream();
	}
}

/* Patterns of one to eight bytes, of every length, over the ring's end too. */
static void near_matches(void **state)
{
	static const u16 lengths[] = { 257, 258, 264, 269, 277, 280, 284, 285 };

	seed = 9;
	begin_stream();
	begin_dynamic();
	fill_up_to(16);
	while (plain_len < 3 * INFLATE_RING)
		for (unsigned int i = 0; i < ARRAY_SIZE(lengths); i++)
			for (unsigned int d = 1; d <= 8; d++) {
				static const u8 span_of[9] = { 0, 0, 1, 2, 3, 4, 4, 5, 5 };
				unsigned int span = span_of[d];

				literal("abcdefg"[random_number() % 7]);
				match_of(lengths[i], random_number(), span, d - span_base(span));
			}
	end_stream();
	check_stream();
}

/* Nothing but the longest codes with the most extra bits: what a turn of the loop can take at most.
 */
static void longest_codes(void **state)
{
	seed = 11;
	begin_stream();
	begin_dynamic();
	fill_up_to(20000);
	for (unsigned int i = 0; i < 400; i++)
		match_of(284, random_number(), 26, random_number() & 4095);
	end_stream();
	check_stream();
}

/* What must be refused, with plenty of input and room behind it. */
static void refuses_in_the_fast_loop(void **state)
{
	begin_stream();
	begin_dynamic();
	literal('a');
	put_symbol(letters, 257);
	put_symbol(spans, 1); /* two back, of one */
	memset(gz + gz_len, 0x55, 100);
	gz_len += 100;
	assert_int_equal(unpack(GZ_MAX), INFLATE_BAD_DATA);
	/* Fixed codes: lengths 286 and 287, distances 30 and 31. */
	for (unsigned int which = 0; which < 4; which++) {
		begin_stream();
		put_bits(1 | 1 << 1, 3);
		put_code(0x30 + 'a', 8);
		put_code(which < 2 ? 0xc6 + which : 1, which < 2 ? 8 : 7);
		put_code(28 + which, 5);
		memset(gz + gz_len, 0x55, 100);
		gz_len += 100;
		assert_int_equal(unpack(GZ_MAX), INFLATE_BAD_DATA);
	}
	/* The end of the input, however near. */
	begin_stream();
	begin_dynamic();
	fill_up_to(50);
	end_stream();
	for (size_t whole = gz_len; gz_len; gz_len--)
		assert_int_equal(unpack(GZ_MAX), gz_len == whole ? INFLATE_OK : INFLATE_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(agrees_on_any_stream),
		host_test(farthest_matches),
		host_test(near_matches),
		host_test(longest_codes),
		host_test(refuses_in_the_fast_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
