/* unicode.c - UTF-16 to UTF-8. See unicode.h. */
#include <kernel/string.h>
#include <kernel/unaligned.h>
#include <kernel/unicode.h>

unsigned int utf8_put(char *out, u32 c)
{
	if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
		c = UNICODE_REPLACEMENT;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xC0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xE0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3F));
		out[2] = (char)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3F));
	out[2] = (char)(0x80 | (c >> 6 & 0x3F));
	out[3] = (char)(0x80 | (c & 0x3F));
	return 4;
}

static u32 unit_at(const u8 *in, size_t i, bool big_endian)
{
	return big_endian ? get_be16(in + 2 * i) : get_le16(in + 2 * i);
}

/* The character at *i, which moves behind it. */
static u32 next_character(const u8 *in, size_t units, size_t *i, bool big_endian)
{
	u32 high = unit_at(in, (*i)++, big_endian), low;

	if (high < 0xD800 || high >= 0xDC00 || *i == units)
		return high;
	low = unit_at(in, *i, big_endian);
	if (low < 0xDC00 || low >= 0xE000)
		return high;
	(*i)++;
	return 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00));
}

size_t utf16_to_utf8(char *out, size_t size, const u8 *in, size_t units, bool big_endian)
{
	size_t length = 0;

	for (size_t i = 0; i < units && unit_at(in, i, big_endian);) {
		char bytes[4];
		unsigned int n = utf8_put(bytes, next_character(in, units, &i, big_endian));

		if (n >= size - length)
			break;
		memcpy(out + length, bytes, n);
		length += n;
	}
	out[length] = 0;
	return length;
}
