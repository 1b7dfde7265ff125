/* inflate_tables.c - see inflate_internal.h. Source: RFC 1951, 3.2.2 and 3.2.5. */
#include "inflate_internal.h"
#include <kernel/string.h>

#define END_OF_BLOCK 256
#define SYMBOLS_MAX  288

static const u16 length_base[29] = { 3,	 4,  5,	 6,   7,   8,	9,   10,  11, 13,
				     15, 17, 19, 23,  27,  31,	35,  43,  51, 59,
				     67, 83, 99, 115, 131, 163, 195, 227, 258 };
static const u8 length_extra[29] = { 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
				     2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0 };
static const u16 distance_base[30] = {
	1,   2,	  3,   4,   5,	 7,    9,    13,   17,	 25,   33,   49,   65,	  97,	 129,
	193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
};

/* Without the bits of the code. */
static u32 entry_of(enum inflate_kind kind, unsigned int symbol)
{
	if (kind == INFLATE_PLAIN || (kind == INFLATE_LITERALS && symbol < END_OF_BLOCK))
		return ENTRY_LITERAL | symbol << 16;
	if (kind == INFLATE_LITERALS) {
		if (symbol == END_OF_BLOCK)
			return ENTRY_END;
		symbol -= END_OF_BLOCK + 1;
		if (symbol < ARRAY_SIZE(length_base))
			return (u32)length_base[symbol] << 16 | length_extra[symbol];
	} else if (symbol < ARRAY_SIZE(distance_base)) {
		return (u32)distance_base[symbol] << 16 | (symbol < 4 ? 0 : symbol / 2 - 1);
	}
	return ENTRY_NONE;
}

static u32 with_code(u32 entry, unsigned int bits)
{
	return entry + (bits << 8 | bits);
}

/* Symbols in order of code: by length, then by number. False: no set of codes has such lengths. */
static bool sort_symbols(u16 *sorted, u16 *count, const u8 *lengths, unsigned int n)
{
	u16 offset[INFLATE_MAX_BITS + 2];
	int left = 1;

	memset(count, 0, (INFLATE_MAX_BITS + 1) * sizeof(*count));
	for (unsigned int i = 0; i < n; i++)
		count[lengths[i]]++;
	count[0] = 0;
	offset[1] = 0;
	for (unsigned int len = 1; len <= INFLATE_MAX_BITS; len++) {
		left = left * 2 - count[len];
		if (left < 0)
			return false;
		offset[len + 1] = offset[len] + count[len];
	}
	/* Incomplete: none at all, an error only when one is used; or one of one bit. */
	if (left > 0 && offset[INFLATE_MAX_BITS + 1] != count[1])
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (lengths[i])
			sorted[offset[lengths[i]]++] = (u16)i;
	return true;
}

/* The code after this one, both with their first bit lowest; 0 after the last. */
static u32 next_code(u32 code, unsigned int len)
{
	u32 bit = 1u << (len - 1);

	while (code & bit)
		bit >>= 1;
	return bit ? (code & (bit - 1)) + bit : 0;
}

/* Bits of the second table that begins with a code of length len: until its codes fill it. */
static unsigned int second_bits(const u16 *count, unsigned int done, unsigned int len,
				unsigned int root)
{
	unsigned int bits = len - root;
	int left = (1 << bits) - (count[len] - (int)done);

	while (left > 0 && bits + root < INFLATE_MAX_BITS) {
		bits++;
		left = left * 2 - count[bits + root];
	}
	return bits;
}

static void fill(u32 *table, unsigned int size, unsigned int at, unsigned int step, u32 entry)
{
	for (; at < size; at += step)
		table[at] = entry;
}

bool inflate_build(u32 *table, unsigned int root, enum inflate_kind kind, const u8 *lengths,
		   unsigned int n)
{
	u16 sorted[SYMBOLS_MAX], count[INFLATE_MAX_BITS + 1];
	unsigned int used = 1u << root, bits = 0;
	u32 code = 0, prefix = ~0u, *second = NULL;
	const u16 *symbol = sorted;

	fill(table, used, 0, 1, ENTRY_NONE);
	if (!sort_symbols(sorted, count, lengths, n))
		return false;
	for (unsigned int len = 1; len <= INFLATE_MAX_BITS; len++) {
		for (unsigned int k = 0; k < count[len]; k++, code = next_code(code, len)) {
			u32 entry = entry_of(kind, *symbol++);

			if (len <= root) {
				fill(table, 1u << root, code, 1u << len, with_code(entry, len));
				continue;
			}
			if (LOW_BITS(code, root) != prefix) {
				prefix = LOW_BITS(code, root);
				bits = second_bits(count, k, len, root);
				table[prefix] = ENTRY_LINK | used << 16 | bits << 8 | root;
				second = table + used;
				used += 1u << bits;
			}
			fill(second, 1u << bits, code >> root, 1u << (len - root),
			     with_code(entry, len - root));
		}
	}
	return true;
}
