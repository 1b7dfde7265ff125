/*
 * inflate.c - see inflate.h. Source: RFC 1951, RFC 1952.
 *
 * Codes up to INFLATE_FAST bits are decoded by one table look-up, longer ones bit by bit in
 * canonical order. At most 15 + 13 bits are needed between two refills of the bit buffer.
 */
#include <kernel/inflate.h>
#include <kernel/string.h>

#define MAX_BITS 15

/* crc_table[k][b]: the CRC of byte b followed by k zero bytes, so that four bytes go at once. */
static u32 crc_table[4][256];

static void crc_table_init(void)
{
	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
		crc_table[0][i] = c;
	}
	for (int k = 1; k < 4; k++)
		for (u32 i = 0; i < 256; i++)
			crc_table[k][i] =
				crc_table[0][crc_table[k - 1][i] & 0xff] ^ crc_table[k - 1][i] >> 8;
}

u32 crc32_update(u32 crc, const u8 *data, size_t n)
{
	if (!crc_table[0][1])
		crc_table_init();
	crc = ~crc;
	for (; n >= 4; n -= 4, data += 4) {
		u32 word;

		memcpy(&word, data, sizeof(word));
		crc ^= word;
		crc = crc_table[3][crc & 0xff] ^ crc_table[2][crc >> 8 & 0xff] ^
		      crc_table[1][crc >> 16 & 0xff] ^ crc_table[0][crc >> 24];
	}
	while (n--)
		crc = crc_table[0][(crc ^ *data++) & 0xff] ^ crc >> 8;
	return ~crc;
}

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

static void flush_window(struct gunzip *g)
{
	const u8 *from = g->window + g->flushed;
	size_t n = g->pos - g->flushed;

	if (!n)
		return;
	g->crc = crc32_update(g->crc, from, n);
	g->total += n;
	if (!g->flush(g->arg, from, n) && !g->error)
		g->error = INFLATE_STOPPED;
	if (g->pos == INFLATE_WINDOW)
		g->pos = 0;
	g->flushed = g->pos;
}

static inline void put_byte(struct gunzip *g, u8 c)
{
	g->window[g->pos++] = c;
	if (unlikely(g->pos == INFLATE_WINDOW))
		flush_window(g);
}

/* Both places in one piece: nothing wraps. The copy may run into what it has just written. */
static void copy_within(u8 *to, const u8 *from, unsigned int distance, unsigned int length)
{
	if (distance >= 4) {
		for (; length >= 4; length -= 4, to += 4, from += 4)
			memcpy(to, from, 4);
	}
	while (length--)
		*to++ = *from++;
}

static void copy_match(struct gunzip *g, unsigned int distance, unsigned int length)
{
	unsigned int from = (g->pos - distance) & (INFLATE_WINDOW - 1);

	if (likely(g->pos + length < INFLATE_WINDOW && from + length <= INFLATE_WINDOW)) {
		copy_within(g->window + g->pos, g->window + from, distance, length);
		g->pos += length;
		return;
	}
	while (length--) {
		put_byte(g, g->window[from]);
		from = (from + 1) & (INFLATE_WINDOW - 1);
	}
}

/* ---- Huffman codes ---- */

static u32 reverse_bits(u32 code, unsigned int n)
{
	u32 r = 0;

	while (n--) {
		r = r << 1 | (code & 1);
		code >>= 1;
	}
	return r;
}

static void fill_fast(struct inflate_huffman *h, u32 code, unsigned int len, u16 symbol)
{
	for (u32 i = reverse_bits(code, len); i < 1u << INFLATE_FAST; i += 1u << len)
		h->fast[i] = symbol << 4 | len;
}

/* Builds the tables; false when the lengths over-subscribe, or are incomplete with more than one
 * code (which deflate does not allow). */
static bool build(struct inflate_huffman *h, const u8 *lengths, unsigned int n)
{
	u16 offset[MAX_BITS + 2];
	int left = 1;
	u32 code = 0;

	memset(h, 0, sizeof(*h));
	for (unsigned int i = 0; i < n; i++)
		h->count[lengths[i]]++;
	if (h->count[0] == n)
		return true; /* no codes: an error only when one is used */
	h->count[0] = 0;
	offset[1] = 0;
	for (unsigned int len = 1; len <= MAX_BITS; len++) {
		left = left * 2 - h->count[len];
		if (left < 0)
			return false;
		offset[len + 1] = offset[len] + h->count[len];
	}
	if (left > 0 && !(offset[MAX_BITS + 1] == 1 && h->count[1] == 1))
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (lengths[i])
			h->symbol[offset[lengths[i]]++] = i;
	for (unsigned int len = 1, at = 0; len <= INFLATE_FAST; len++, code <<= 1)
		for (unsigned int k = 0; k < h->count[len]; k++)
			fill_fast(h, code++, len, h->symbol[at++]);
	return true;
}

static int decode_slow(struct gunzip *g, const struct inflate_huffman *h)
{
	int code = 0, first = 0, index = 0;
	u32 bits = g->bits;

	for (unsigned int len = 1; len <= MAX_BITS; len++) {
		code |= bits & 1;
		bits >>= 1;
		if (code - h->count[len] < first) {
			drop(g, len);
			return h->symbol[index + (code - first)];
		}
		index += h->count[len];
		first = (first + h->count[len]) << 1;
		code <<= 1;
	}
	g->error = g->bit_count < MAX_BITS ? INFLATE_TRUNCATED : INFLATE_BAD_DATA;
	return -1;
}

static inline int decode(struct gunzip *g, const struct inflate_huffman *h)
{
	u16 entry;

	need(g, MAX_BITS);
	entry = h->fast[g->bits & ((1u << INFLATE_FAST) - 1)];
	if (likely(entry)) {
		drop(g, entry & 15);
		return entry >> 4;
	}
	return decode_slow(g, h);
}

/* ---- blocks ---- */

static const u16 length_base[29] = { 3,	 4,  5,	 6,   7,   8,	9,   10,  11, 13,
				     15, 17, 19, 23,  27,  31,	35,  43,  51, 59,
				     67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const u8 length_extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
				     2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const u16 distance_base[30] = {
	1,   2,	  3,   4,   5,	 7,    9,    13,   17,	 25,   33,   49,   65,	  97,	 129,
	193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
};

static void inflate_match(struct gunzip *g, unsigned int symbol)
{
	unsigned int length, distance;
	int d;

	symbol -= 257;
	if (symbol >= ARRAY_SIZE(length_base)) {
		g->error = INFLATE_BAD_DATA;
		return;
	}
	length = length_base[symbol] + get_bits(g, length_extra[symbol]);
	d = decode(g, &g->distances);
	if (d < 0 || d >= (int)ARRAY_SIZE(distance_base)) {
		if (!g->error)
			g->error = INFLATE_BAD_DATA;
		return;
	}
	distance = distance_base[d] + get_bits(g, d < 4 ? 0 : d / 2 - 1);
	if (g->error)
		return;
	/* Not before the beginning of the output. */
	if (g->total < INFLATE_WINDOW && distance > g->total + (g->pos - g->flushed)) {
		g->error = INFLATE_BAD_DATA;
		return;
	}
	copy_match(g, distance, length);
}

static void inflate_codes(struct gunzip *g)
{
	while (!g->error) {
		int symbol = decode(g, &g->literals);

		if (symbol == 256 || symbol < 0)
			return;
		if (symbol < 256)
			put_byte(g, symbol);
		else
			inflate_match(g, symbol);
	}
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
	(void)build(&g->literals, lengths, 288);
	memset(lengths, 5, 32); /* 30 and 31 never occur in valid data */
	(void)build(&g->distances, lengths, 32);
}

/* Reads n code lengths, themselves coded by `g->literals`. */
static bool read_lengths(struct gunzip *g, u8 *lengths, unsigned int n)
{
	unsigned int i = 0;

	while (i < n && !g->error) {
		int symbol = decode(g, &g->literals);
		unsigned int repeat;
		u8 value = 0;

		if (symbol < 0)
			return false;
		if (symbol < 16) {
			lengths[i++] = symbol;
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
	if (!build(&g->literals, lengths, 19))
		return false;
	if (!read_lengths(g, lengths, literals + distances) || !lengths[256])
		return false;
	return build(&g->literals, lengths, literals) &&
	       build(&g->distances, lengths + literals, distances);
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

enum inflate_error gunzip_member(struct gunzip *g)
{
	u32 crc, total;

	g->error = INFLATE_OK;
	g->crc = g->total = 0;
	g->pos = g->flushed = 0;
	read_header(g);
	if (!g->error) {
		while (inflate_block(g))
			;
		flush_window(g);
	}
	if (g->error)
		return g->error;
	align_to_byte(g);
	crc = get_u32(g);
	total = get_u32(g);
	if (g->error)
		return g->error;
	if (crc != g->crc)
		return INFLATE_BAD_CRC;
	return total != g->total ? INFLATE_BAD_LENGTH : INFLATE_OK;
}
