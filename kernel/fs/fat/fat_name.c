/* fat_name.c - see fat_name.h. */
#include "fat_name.h"
#include <kernel/cp437.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>
#include <kernel/unicode.h>

#define BASE_SIZE 8u

/* ---- UTF-8 ---- */
/* The character at text[*at], which moves behind it; -1: none. */
static s32 utf8_next(const u8 *text, u32 len, u32 *at)
{
	static const u32 least[4] = { 0, 0x80, 0x800, 0x10000 };
	u32 c = text[(*at)++], more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || more > len - *at)
		return -1;
	if (more)
		c &= 0x3fu >> more;
	for (u32 i = 0; i < more; i++) {
		const u8 next = text[(*at)++];

		if ((next & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (next & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return -1;
	return (s32)c;
}

static bool is_forbidden(u32 c)
{
	return c < 0x20 || (c < 0x80 && strchr("\"*/:<>?\\|", (int)c));
}

static bool put_unit(struct fat_name *name, u32 unit)
{
	if (name->len == LONG_NAME_MAX)
		return false;
	name->unit[name->len++] = (u16)unit;
	return true;
}

int fat_name_from_utf8(struct fat_name *name, const char *text, u32 len)
{
	name->len = 0;
	while (len && text[len - 1] == '.')
		len--;
	for (u32 at = 0; at < len;) {
		const s32 c = utf8_next((const u8 *)text, len, &at);
		bool room;

		if (c < 0 || is_forbidden((u32)c))
			return -EINVAL;
		if (c < 0x10000)
			room = put_unit(name, (u32)c);
		else
			room = put_unit(name, 0xd800 | (u32)(c - 0x10000) >> 10) &&
			       put_unit(name, 0xdc00 | ((u32)c & 0x3ff));
		if (!room)
			return -ENAMETOOLONG;
	}
	return name->len ? 0 : -EINVAL;
}

u32 fat_name_to_utf8(const struct fat_name *name, char *out, u32 size)
{
	u32 length = 0;

	for (u32 i = 0; i < name->len; i++) {
		u32 c = name->unit[i];
		char bytes[4];
		unsigned int n;

		if (c >= 0xd800 && c < 0xdc00 && i + 1 < name->len &&
		    (name->unit[i + 1] & 0xfc00) == 0xdc00)
			c = 0x10000 + ((c - 0xd800) << 10 | (name->unit[++i] & 0x3ffu));
		n = utf8_put(bytes, c == '/' || !c ? '_' : c);
		if (n > size - length)
			return 0;
		memcpy(out + length, bytes, n);
		length += n;
	}
	return length;
}

/* ---- case ---- */
/* Blocks of Unicode whose lower case lies `distance` above, or in pairs. */
static const struct {
	u16 first, last, distance; /* of the small letters; distance 1: every second one */
} small_letters[] = {
	{ 'a', 'z', 32 },	{ 0x00e0, 0x00f6, 32 }, { 0x00f8, 0x00fe, 32 },
	{ 0x0100, 0x0137, 1 },	{ 0x014a, 0x0177, 1 },	{ 0x03b1, 0x03c1, 32 },
	{ 0x03c3, 0x03cb, 32 }, { 0x0430, 0x044f, 32 }, { 0x0450, 0x045f, 80 },
	{ 0x0460, 0x0481, 1 },	{ 0x048a, 0x04bf, 1 },	{ 0x04d0, 0x052f, 1 },
	{ 0x0561, 0x0586, 48 }, { 0x1e00, 0x1e95, 1 },	{ 0x1ea0, 0x1eff, 1 },
	{ 0xff41, 0xff5a, 32 },
};

static u16 to_upper(u16 c)
{
	if (c == 0x0131) /* dotless: no capital that leads back to it */
		return c;
	for (unsigned int i = 0; i < ARRAY_SIZE(small_letters); i++) {
		if (c < small_letters[i].first)
			break;
		if (c > small_letters[i].last)
			continue;
		if (small_letters[i].distance > 1)
			return (u16)(c - small_letters[i].distance);
		return (u16)(c & ~1u);
	}
	return c == 0x00ff ? 0x0178 : c;
}

bool fat_name_equal(const struct fat_name *a, const struct fat_name *b)
{
	if (a->len != b->len)
		return false;
	for (u32 i = 0; i < a->len; i++)
		if (a->unit[i] != b->unit[i] && to_upper(a->unit[i]) != to_upper(b->unit[i]))
			return false;
	return true;
}

/* ---- 8.3 ---- */
static u16 from_oem(u8 c)
{
	const bool is_ascii = !(c & 0x80); /* controls are not glyphs here */

	return is_ascii ? c : cp437_unicode[c];
}

static int to_oem(u16 unit)
{
	if (unit < 0x80)
		return unit;
	for (int c = 0x80; c < 0x100; c++)
		if (cp437_unicode[c] == unit)
			return c;
	return -1;
}

static void decode_part(const u8 *raw, u32 size, bool lower, struct fat_name *name)
{
	while (size && raw[size - 1] == ' ')
		size--;
	for (u32 i = 0; i < size; i++) {
		u16 c = from_oem(raw[i]);

		if (lower && c >= 'A' && c <= 'Z')
			c = (u16)(c + 32);
		put_unit(name, c);
	}
}

void fat_short_decode(const u8 *entry, struct fat_name *name)
{
	u8 raw[ENTRY_NAME_SIZE];
	u32 base;

	memcpy(raw, entry, sizeof(raw));
	if (raw[0] == ENTRY_KANJI_E5)
		raw[0] = ENTRY_DELETED;
	name->len = 0;
	decode_part(raw, BASE_SIZE, entry[ENTRY_CASE] & CASE_LOWER_BASE, name);
	base = name->len;
	put_unit(name, '.');
	decode_part(raw + BASE_SIZE, 3, entry[ENTRY_CASE] & CASE_LOWER_EXT, name);
	if (name->len == base + 1)
		name->len = base;
}

u8 fat_short_checksum(const u8 *raw)
{
	u8 sum = 0;

	for (u32 i = 0; i < ENTRY_NAME_SIZE; i++)
		sum = (u8)((sum >> 1 | sum << 7) + raw[i]);
	return sum;
}

/* What happened to the characters of a name on their way to 8.3. */
struct shortening {
	bool lossy, recased;
};

/* Fills `room` bytes of raw from [from, to). */
static u32 shorten(const struct fat_name *name, u32 from, u32 to, u8 *raw, u32 room,
		   struct shortening *s)
{
	u32 n = 0;

	for (u32 i = from; i < to; i++) {
		const u16 unit = name->unit[i], upper = to_upper(unit);
		int c = to_oem(upper);

		if (unit == ' ' || unit == '.') {
			s->lossy = true;
			continue;
		}
		if (n == room) {
			s->lossy = true;
			break;
		}
		if (c < 0 || strchr("+,;=[]", c)) {
			c = '_';
			s->lossy = true;
		}
		s->recased |= upper != unit;
		raw[n++] = (u8)c;
	}
	return n;
}

bool fat_short_make(const struct fat_name *name, u8 *raw, bool *exact, bool *lossless)
{
	struct shortening s = { false, false };
	u32 dot = name->len, base;

	memset(raw, ' ', ENTRY_NAME_SIZE);
	for (u32 i = name->len; i-- > 1;)
		if (name->unit[i] == '.') {
			dot = i;
			break;
		}
	base = shorten(name, 0, dot, raw, BASE_SIZE, &s);
	if (dot < name->len)
		(void)shorten(name, dot + 1, name->len, raw + BASE_SIZE, 3, &s);
	if (raw[0] == ENTRY_DELETED)
		raw[0] = ENTRY_KANJI_E5;
	*lossless = !s.lossy && base;
	*exact = *lossless && !s.recased;
	return base;
}

void fat_short_tail(u8 *raw, u32 n)
{
	u8 digits[BASE_SIZE];
	u32 count = 0, base = 0;

	do {
		digits[count++] = (u8)('0' + n % 10);
		n /= 10;
	} while (n && count < BASE_SIZE - 1);
	while (base < BASE_SIZE - 1 - count && raw[base] != ' ')
		base++;
	raw[base++] = '~';
	while (count)
		raw[base++] = digits[--count];
	while (base < BASE_SIZE)
		raw[base++] = ' ';
}

/* ---- long names ---- */
static const u8 unit_offset[LONG_UNITS] = { 1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30 };

void fat_long_encode(const struct fat_name *name, u32 order, u32 slots, u8 checksum, u8 *entry)
{
	u32 at = (order - 1) * LONG_UNITS;

	memset(entry, 0, ENTRY_SIZE);
	entry[LONG_ORDER] = (u8)(order | (order == slots ? LONG_LAST : 0));
	entry[ENTRY_ATTR] = ATTR_LONG_NAME;
	entry[LONG_CHECKSUM] = checksum;
	for (u32 i = 0; i < LONG_UNITS; i++, at++) {
		const u16 unit = at < name->len ? name->unit[at] : at == name->len ? 0 : 0xffff;

		entry[unit_offset[i]] = (u8)unit;
		entry[unit_offset[i] + 1] = (u8)(unit >> 8);
	}
}

/* The units of one slot to their place; where the name ends, in *len. False: it ends twice. */
static bool take_units(struct fat_long *l, u32 order, const u8 *entry)
{
	u32 at = (order - 1) * LONG_UNITS;

	for (u32 i = 0; i < LONG_UNITS; i++, at++) {
		const u16 unit = get_le16(entry + unit_offset[i]);

		if (!unit) {
			l->name.len = at;
			return order == l->slots;
		}
		if (at >= LONG_NAME_MAX)
			return false;
		l->name.unit[at] = unit;
	}
	return true;
}

bool fat_long_feed(struct fat_long *l, const u8 *entry)
{
	const u32 order = entry[LONG_ORDER] & LONG_ORDER_MASK;

	if (entry[LONG_ORDER] & LONG_LAST) {
		l->slots = l->missing = order;
		l->checksum = entry[LONG_CHECKSUM];
		l->name.len = min(order * LONG_UNITS, LONG_NAME_MAX);
	}
	if (!order || order > LONG_SLOTS_MAX || order != l->missing ||
	    entry[LONG_CHECKSUM] != l->checksum || !take_units(l, order, entry)) {
		l->slots = 0;
		return false;
	}
	l->missing--;
	return true;
}

bool fat_long_matches(const struct fat_long *l, const u8 *entry)
{
	return l->slots && !l->missing && l->name.len && l->checksum == fat_short_checksum(entry);
}
