/* chacha20.c - see chacha20.h. */
#include <kernel/chacha20.h>

static __always_inline u32 rotl(u32 x, unsigned int n)
{
	return x << n | x >> (32 - n);
}

/* Inlined: its indices become offsets, which halves the instructions. */
static __always_inline void quarter_round(u32 *s, unsigned int a, unsigned int b, unsigned int c,
					  unsigned int d)
{
	u32 x = s[a], y = s[b], z = s[c], w = s[d];

	x += y;
	w = rotl(w ^ x, 16);
	z += w;
	y = rotl(y ^ z, 12);
	x += y;
	w = rotl(w ^ x, 8);
	z += w;
	y = rotl(y ^ z, 7);
	s[a] = x;
	s[b] = y;
	s[c] = z;
	s[d] = w;
}

void chacha20_block(const u32 key[8], const u32 counter[4], u32 out[16])
{
	u32 in[16] = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 };

	for (int i = 0; i < 8; i++)
		in[4 + i] = key[i];
	for (int i = 0; i < 4; i++)
		in[12 + i] = counter[i];
	for (int i = 0; i < 16; i++)
		out[i] = in[i];
	for (int round = 0; round < 10; round++) {
		quarter_round(out, 0, 4, 8, 12);
		quarter_round(out, 1, 5, 9, 13);
		quarter_round(out, 2, 6, 10, 14);
		quarter_round(out, 3, 7, 11, 15);
		quarter_round(out, 0, 5, 10, 15);
		quarter_round(out, 1, 6, 11, 12);
		quarter_round(out, 2, 7, 8, 13);
		quarter_round(out, 3, 4, 9, 14);
	}
	for (int i = 0; i < 16; i++)
		out[i] += in[i];
}
