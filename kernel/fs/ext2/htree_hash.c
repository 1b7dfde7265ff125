/*
 * htree_hash.c - the hashes of names in hashed directories; see htree_hash.h.
 */
#include "htree_hash.h"

#define HASH_END 0xfffffffeu /* stands for "no more" in a reader's position */

static u32 rotate(u32 x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

/* Characters above 127 count as negative or not: that depends on the machine that made the disk. */
static u32 character(char c, bool is_unsigned)
{
	return is_unsigned ? (u32)(u8)c : (u32)(s32)(s8)c;
}

static u32 legacy(const char *name, u32 len, bool is_unsigned)
{
	u32 hash, h0 = 0x12a3fe2d, h1 = 0x37abe8f9;

	while (len--) {
		hash = h1 + (h0 ^ character(*name++, is_unsigned) * 7152373u);
		if (hash & 0x80000000u)
			hash -= 0x7fffffff;
		h1 = h0;
		h0 = hash;
	}
	return h0 << 1;
}

/* A piece of the name as `words` numbers; what is missing is filled with its length. */
static void pack(const char *name, u32 len, u32 *out, u32 words, bool is_unsigned)
{
	u32 pad = len | len << 8, value, i;

	pad |= pad << 16;
	value = pad;
	if (len > words * 4)
		len = words * 4;
	for (i = 0; i < len; i++) {
		value = character(name[i], is_unsigned) + (value << 8);
		if (i % 4 == 3) {
			*out++ = value;
			value = pad;
			words--;
		}
	}
	if (words) {
		*out++ = value;
		words--;
	}
	while (words--)
		*out++ = pad;
}

static void tea(u32 state[4], const u32 key[4])
{
	u32 sum = 0, a = state[0], b = state[1];

	for (unsigned int round = 0; round < 16; round++) {
		sum += 0x9e3779b9;
		a += ((b << 4) + key[0]) ^ (b + sum) ^ ((b >> 5) + key[1]);
		b += ((a << 4) + key[2]) ^ (a + sum) ^ ((a >> 5) + key[3]);
	}
	state[0] += a;
	state[1] += b;
}

static u32 md4_mix(unsigned int round, u32 x, u32 y, u32 z)
{
	switch (round) {
	case 0:
		return z ^ (x & (y ^ z));
	case 1:
		return (x & y) + ((x ^ y) & z);
	default:
		return x ^ y ^ z;
	}
}

/* Three rounds of eight steps: which word, how far it is rotated, what is added. */
static void half_md4(u32 state[4], const u32 in[8])
{
	static const u8 order[3][8] = { { 0, 1, 2, 3, 4, 5, 6, 7 },
					{ 1, 3, 5, 7, 0, 2, 4, 6 },
					{ 3, 7, 2, 6, 1, 5, 0, 4 } };
	static const u8 turns[3][4] = { { 3, 7, 11, 19 }, { 3, 5, 9, 13 }, { 3, 9, 11, 15 } };
	static const u32 add[3] = { 0, 0x5a827999, 0x6ed9eba1 };
	u32 a = state[0], b = state[1], c = state[2], d = state[3];

	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int i = 0; i < 8; i++) {
			const u32 x =
				a + md4_mix(round, b, c, d) + in[order[round][i]] + add[round];

			a = d;
			d = c;
			c = b;
			b = rotate(x, turns[round][i % 4]);
		}
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
}

static u32 block_hash(bool is_tea, bool is_unsigned, const u32 seed[4], const char *name, u32 len)
{
	static const u32 standard[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
	const bool seeded = seed[0] | seed[1] | seed[2] | seed[3];
	const u32 step = is_tea ? 16 : 32;
	u32 state[4], in[8];

	for (unsigned int i = 0; i < 4; i++)
		state[i] = seeded ? seed[i] : standard[i];
	for (s32 left = (s32)len; left > 0; left -= (s32)step, name += step) {
		pack(name, (u32)left, in, step / 4, is_unsigned);
		if (is_tea)
			tea(state, in);
		else
			half_md4(state, in);
	}
	return is_tea ? state[0] : state[1];
}

u32 ext2_name_hash(enum ext2_hash_version version, const u32 seed[4], const char *name, u32 len)
{
	const bool is_unsigned = version >= EXT2_HASH_LEGACY_UNSIGNED;
	u32 hash;

	if (version == EXT2_HASH_LEGACY || version == EXT2_HASH_LEGACY_UNSIGNED)
		hash = legacy(name, len, is_unsigned);
	else
		hash = block_hash(version == EXT2_HASH_TEA || version == EXT2_HASH_TEA_UNSIGNED,
				  is_unsigned, seed, name, len);
	hash &= ~1u;
	return hash == HASH_END ? HASH_END - 2 : hash;
}
