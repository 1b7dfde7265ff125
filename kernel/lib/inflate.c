/*
 * inflate.c - see inflate.h. Source: RFC 1950, RFC 1951, RFC 1952.
 *
 * Here every bit of input and every byte of room is asked for; inflate_fast() takes over wherever
 * there are plenty of both. At most 15 + 13 bits are needed between two refills of the bit buffer.
 */
#include <kernel/inflate.h>
#include <kernel/string.h>
#include "inflate_internal.h"

const char *inflate_strerror(enum inflate_error error)
{
	static const char *const text[] = {
		"no error",	   "input ends early", "bad compressed data",
		"bad gzip header", "wrong checksum",   "wrong length",
		"stopped"
	};
	unsigned int n = -(int)error;

	return n < ARRAY_SIZE(text) ? text[n] : "unknown error";
}

/* ---- input ---- */

static bool refill(struct gunzip *g)
{
	const u8 *data;
	size_t n = g->fill(g->arg, &data);

	if (!n)
		return false;
	g->in = data;
	g->in_end = data + n;
	return true;
}

static int next_byte(struct gunzip *g)
{
	if (g->in == g->in_end && !refill(g)) {
		g->error = INFLATE_TRUNCATED;
		return 0;
	}
	return *g->in++;
}

/* Makes at least n (<= 24) bits available where the input has them; zeros after its end. */
static inline void need(struct gunzip *g, unsigned int n)
{
	if (likely(g->bit_count >= n))
		return;
	if (likely(g->in_end - g->in >= 2 && g->bit_count <= 16)) {
		g->bits |= ((u32)g->in[0] | (u32)g->in[1] << 8) << g->bit_count;
		g->bit_count += 16;
		g->in += 2;
	}
	while (g->bit_count < n) {
		if (unlikely(g->in == g->in_end) && !refill(g))
			return;
		g->bits |= (u32)*g->in++ << g->bit_count;
		g->bit_count += 8;
	}
}

static inline void drop(struct gunzip *g, unsigned int n)
{
	if (unlikely(n > g->bit_count)) {
		g->error = INFLATE_TRUNCATED;
		g->bit_count = 0;
		return;
	}
	g->bits >>= n;
	g->bit_count -= n;
}

static u32 get_bits(struct gunzip *g, unsigned int n)
{
	u32 v;

	need(g, n);
	v = g->bits & ((1u << n) - 1);
	drop(g, n);
	return v;
}

/* Whole bytes after a stored block's or member's end. */
static void align_to_byte(struct gunzip *g)
{
	drop(g, g->bit_count % 8);
}

static int get_byte(struct gunzip *g)
{
	if (g->bit_count)
		return (int)get_bits(g, 8);
	return next_byte(g);
}

int gunzip_peek(struct gunzip *g)
{
	if (g->bit_count >= 8)
		return g->bits & 0xff;
	if (g->in == g->in_end && !refill(g))
		return -1;
	return *g->in;
}

void gunzip_skip_byte(struct gunzip *g)
{
	(void)get_byte(g);
}

/* ---- output ---- */

/* Two sums modulo 65521, which stay below 2^32 for 5552 bytes. */
static u32 adler32(u32 adler, const u8 *data, size_t n)
{
	u32 a = adler & 0xffff, b = adler >> 16;

	while (n) {
		size_t part = min_t(size_t, n, 5552);

		n -= part;
		while (part--) {
			a += *data++;
			b += a;
		}
		a %= 65521;
		b %= 65521;
	}
	return b << 16 | a;
}

static void flush_window(struct gunzip *g)
{
	const u8 *from = g->window + g->flushed;
	size_t n = g->pos - g->flushed;

	if (!n)
		return;
	g->crc = g->zlib ? adler32(g->crc, from, n) : crc32_update(&g->crc_table, g->crc, from, n);
	g->total += n;
	if (!g->flush(g->arg, from, n) && !g->error)
		g->error = INFLATE_STOPPED;
	if (g->pos == INFLATE_RING)
		g->pos = 0;
	g->flushed = g->pos;
}

static inline void put_byte(struct gunzip *g, u8 c)
{
	g->window[g->pos++] = c;
	if (unlikely(g->pos == INFLATE_RING))
		flush_window(g);
}

static void copy_match(struct gunzip *g, unsigned int distance, unsigned int length)
{
	unsigned int from = g->pos - distance;

	if (distance > g->pos)
		from += INFLATE_RING;
	while (length--) {
		put_byte(g, g->window[from]);
		if (++from == INFLATE_RING)
			from = 0;
	}
}

/* ---- symbols ---- */

/* The entry of the next symbol, whose code is dropped; ENTRY_NONE with an error if there is none.
 */
static u32 decode(struct gunzip *g, const u32 *table, unsigned int root)
{
	u32 entry;

	need(g, INFLATE_MAX_BITS);
	entry = table[LOW_BITS(g->bits, root)];
	if (entry & ENTRY_LINK) {
		drop(g, ENTRY_DROP(entry));
		entry = table[ENTRY_VALUE(entry) + LOW_BITS(g->bits, ENTRY_CODE(entry))];
	}
	if (entry & ENTRY_NONE && !g->error)
		g->error = g->bit_count < INFLATE_MAX_BITS ? INFLATE_TRUNCATED : INFLATE_BAD_DATA;
	drop(g, ENTRY_CODE(entry));
	return g->error ? ENTRY_NONE : entry;
}

/* Of a length or distance. */
static u32 value_of(struct gunzip *g, u32 entry)
{
	return ENTRY_VALUE(entry) + get_bits(g, ENTRY_DROP(entry) - ENTRY_CODE(entry));
}

static void inflate_match(struct gunzip *g, u32 entry)
{
	u32 length = value_of(g, entry), distance;

	entry = decode(g, g->distances, INFLATE_DISTANCE_ROOT);
	distance = value_of(g, entry);
	if (g->error)
		return;
	if (distance > g->pos && !g->total) { /* before the beginning of the output */
		g->error = INFLATE_BAD_DATA;
		return;
	}
	copy_match(g, distance, length);
}

static void inflate_codes(struct gunzip *g)
{
	while (!g->error && !inflate_fast(g) && !g->error) {
		u32 entry = decode(g, g->literals, INFLATE_LITERAL_ROOT);

		if (g->error || entry & ENTRY_END)
			return;
		if (entry & ENTRY_LITERAL)
			put_byte(g, ENTRY_LETTER(entry));
		else
			inflate_match(g, entry);
	}
}

/* ---- blocks ---- */

static bool build_literals(struct gunzip *g, const u8 *lengths, unsigned int n)
{
	return inflate_build(g->literals, INFLATE_LITERAL_ROOT, INFLATE_LITERALS, lengths, n);
}

static bool build_distances(struct gunzip *g, const u8 *lengths, unsigned int n)
{
	return inflate_build(g->distances, INFLATE_DISTANCE_ROOT, INFLATE_DISTANCES, lengths, n);
}

static void inflate_stored(struct gunzip *g)
{
	unsigned int len, check;

	align_to_byte(g);
	len = get_byte(g);
	len |= (unsigned int)get_byte(g) << 8;
	check = get_byte(g);
	check |= (unsigned int)get_byte(g) << 8;
	if (!g->error && len != (~check & 0xffff))
		g->error = INFLATE_BAD_DATA;
	while (len-- && !g->error)
		put_byte(g, get_byte(g));
}

static void fixed_tables(struct gunzip *g)
{
	u8 lengths[288];

	memset(lengths, 8, 144);
	memset(lengths + 144, 9, 112);
	memset(lengths + 256, 7, 24);
	memset(lengths + 280, 8, 8);
	(void)build_literals(g, lengths, 288);
	memset(lengths, 5, 32); /* 30 and 31 never occur in valid data */
	(void)build_distances(g, lengths, 32);
}

/* The code lengths are coded themselves, by a table in the place of g->literals. */
#define PLAIN_ROOT 7

/* Reads n of them. */
static bool read_lengths(struct gunzip *g, u8 *lengths, unsigned int n)
{
	unsigned int i = 0;

	while (i < n && !g->error) {
		unsigned int symbol = ENTRY_LETTER(decode(g, g->literals, PLAIN_ROOT));
		unsigned int repeat;
		u8 value = 0;

		if (g->error)
			return false;
		if (symbol < 16) {
			lengths[i++] = (u8)symbol;
			continue;
		}
		if (symbol == 16) {
			if (!i)
				return false;
			value = lengths[i - 1];
			repeat = 3 + get_bits(g, 2);
		} else {
			repeat = symbol == 17 ? 3 + get_bits(g, 3) : 11 + get_bits(g, 7);
		}
		if (repeat > n - i)
			return false;
		while (repeat--)
			lengths[i++] = value;
	}
	return !g->error;
}

static bool dynamic_tables(struct gunzip *g)
{
	static const u8 order[19] = { 16, 17, 18, 0, 8,	 7, 9,	6, 10, 5,
				      11, 4,  12, 3, 13, 2, 14, 1, 15 };
	u8 lengths[288 + 32];
	unsigned int literals = 257 + get_bits(g, 5), distances = 1 + get_bits(g, 5);
	unsigned int codes = 4 + get_bits(g, 4);

	if (literals > 286 || distances > 30)
		return false;
	memset(lengths, 0, sizeof(lengths));
	for (unsigned int i = 0; i < codes; i++)
		lengths[order[i]] = get_bits(g, 3);
	if (!inflate_build(g->literals, PLAIN_ROOT, INFLATE_PLAIN, lengths, 19))
		return false;
	if (!read_lengths(g, lengths, literals + distances) || !lengths[256])
		return false;
	return build_literals(g, lengths, literals) &&
	       build_distances(g, lengths + literals, distances);
}

static bool inflate_block(struct gunzip *g)
{
	bool last = get_bits(g, 1);

	switch (get_bits(g, 2)) {
	case 0:
		inflate_stored(g);
		break;
	case 1:
		fixed_tables(g);
		inflate_codes(g);
		break;
	case 2:
		if (dynamic_tables(g))
			inflate_codes(g);
		else if (!g->error)
			g->error = INFLATE_BAD_DATA;
		break;
	default:
		g->error = INFLATE_BAD_DATA;
		break;
	}
	return !last && !g->error;
}

/* ---- the gzip frame ---- */

#define GZIP_HEADER_CRC 2
#define GZIP_EXTRA	4
#define GZIP_NAME	8
#define GZIP_COMMENT	16
#define GZIP_RESERVED	0xe0

static void skip_text(struct gunzip *g)
{
	while (get_byte(g) && !g->error)
		;
}

static void read_header(struct gunzip *g)
{
	bool magic = get_byte(g) == 0x1f;
	int flags;

	magic = get_byte(g) == 0x8b && magic;
	magic = get_byte(g) == 8 && magic; /* deflate */
	flags = get_byte(g);
	for (int i = 0; i < 6; i++) /* time, extra flags, system */
		(void)get_byte(g);
	if (!g->error && (!magic || flags & GZIP_RESERVED))
		g->error = INFLATE_BAD_HEADER;
	if (g->error)
		return;
	if (flags & GZIP_EXTRA) {
		int n = get_byte(g);

		n |= get_byte(g) << 8;
		while (n-- && !g->error)
			(void)get_byte(g);
	}
	if (flags & GZIP_NAME)
		skip_text(g);
	if (flags & GZIP_COMMENT)
		skip_text(g);
	if (flags & GZIP_HEADER_CRC)
		(void)(get_byte(g), get_byte(g));
}

static u32 get_u32(struct gunzip *g)
{
	u32 v = 0;

	for (int shift = 0; shift < 32; shift += 8)
		v |= (u32)get_byte(g) << shift;
	return v;
}

/* ---- the zlib frame ---- */

#define ZLIB_DICTIONARY 0x20

static void read_zlib_header(struct gunzip *g)
{
	const int method = get_byte(g), flags = get_byte(g);

	if (!g->error && ((method & 15) != 8 || method >> 4 > 7 || (method << 8 | flags) % 31 ||
			  flags & ZLIB_DICTIONARY))
		g->error = INFLATE_BAD_HEADER;
}

/* ---- both ---- */
static void begin(struct gunzip *g, bool zlib)
{
	g->zlib = zlib;
	g->error = INFLATE_OK;
	g->crc = zlib;
	g->total = 0;
	g->pos = g->flushed = 0;
}

static void inflate_all(struct gunzip *g)
{
	while (!g->error && inflate_block(g))
		;
	if (!g->error)
		flush_window(g);
	if (!g->error)
		align_to_byte(g);
}

enum inflate_error gunzip_member(struct gunzip *g)
{
	u32 crc, total;

	if (!g->crc_table.of[0][1])
		crc32_table_init(&g->crc_table);
	begin(g, false);
	read_header(g);
	inflate_all(g);
	crc = get_u32(g);
	total = get_u32(g);
	if (g->error)
		return g->error;
	if (crc != g->crc)
		return INFLATE_BAD_CRC;
	return total != g->total ? INFLATE_BAD_LENGTH : INFLATE_OK;
}

enum inflate_error zlib_stream(struct gunzip *g)
{
	u32 sum;

	g->bits = g->bit_count = 0;
	g->in = g->in_end = NULL;
	begin(g, true);
	read_zlib_header(g);
	inflate_all(g);
	sum = __builtin_bswap32(get_u32(g));
	if (g->error)
		return g->error;
	return sum != g->crc ? INFLATE_BAD_CRC : INFLATE_OK;
}
