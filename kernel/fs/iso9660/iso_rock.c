/* iso_rock.c - see iso_rock.h. One function for each kind of entry, found by its two letters. */
#include "iso_rock.h"
#include <kernel/string.h>
#include <kernel/unaligned.h>

#define ENTRY_HEAD 4u /* two letters, length, version */
#define XA_LENGTH  14u

/* ---- entries: `e` has `n` bytes, its length, at least those that the table below asks for ---- */
static void entry_px(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_PX;
	r->mode = get_le32(e + 4);
	r->nlink = get_le32(e + 12);
	r->uid = get_le32(e + 20);
	r->gid = get_le32(e + 28);
	if (n >= 44) { /* since version 1.12 */
		r->serial = get_le32(e + 36);
		r->have |= ROCK_SERIAL;
	}
}

static void entry_pn(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_PN;
	r->dev_high = get_le32(e + 4);
	r->dev_low = get_le32(e + 12);
}

static void entry_cl(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_CL;
	r->child_extent = get_le32(e + 4);
}

static void entry_pl(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_PL;
}

static void entry_re(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_RE;
}

static void entry_zf(struct iso_rock *r, const u8 *e, u32 n)
{
	r->have |= ROCK_ZF;
	memcpy(r->zf_method, e + 4, sizeof(r->zf_method));
	r->zf_header = (u8)(min(e[6], (u8)63) * 4);
	r->zf_block_bits = e[7];
	r->zf_size = get_le32(e + 8);
}

static void entry_ce(struct iso_rock *r, const u8 *e, u32 n)
{
	r->more = true;
	r->more_block = get_le32(e + 4);
	r->more_offset = get_le32(e + 12);
	r->more_length = get_le32(e + 20);
}

static void entry_er(struct iso_rock *r, const u8 *e, u32 n)
{
	static const char *const id[] = { "RRIP_1991A", "IEEE_P1282", "IEEE_1282" };

	for (unsigned int i = 0; i < ARRAY_SIZE(id); i++)
		if (e[4] == strlen(id[i]) && e[4] <= n - 8 && !memcmp(e + 8, id[i], e[4]))
			r->have |= ROCK_ER;
}

/* Flags of a name: it goes on in the next entry; it means "." or ".." and says nothing. */
#define NAME_GOES_ON 1
#define NAME_DOTS    6

static void entry_nm(struct iso_rock *r, const u8 *e, u32 n)
{
	u32 room = ISO_NAME_MAX - r->name_length;

	if ((e[4] & NAME_DOTS) || ((r->have & ROCK_NM) && !r->name_goes_on))
		return;
	r->have |= ROCK_NM;
	r->name_goes_on = e[4] & NAME_GOES_ON;
	for (const u8 *c = e + 5; c < e + n && room && *c; c++, room--)
		r->name[r->name_length++] = *c == '/' ? '.' : (char)*c;
	r->name[r->name_length] = 0;
}

/* The times that are there, in this order, by bits of e[4]; in 17 digits when its top bit is set.
 */
#define TIMES_LONG 0x80

static void entry_tf(struct iso_rock *r, const u8 *e, u32 n)
{
	/* Creation is shown as the change of attributes, unless there is that too. */
	static const u32 meaning[] = { ROCK_CTIME, ROCK_MTIME, ROCK_ATIME, ROCK_CTIME };
	u32 step = e[4] & TIMES_LONG ? 17 : 7, at = 5;

	for (unsigned int i = 0; i < ARRAY_SIZE(meaning); i++) {
		s64 time;

		if (!(e[4] & 1u << i))
			continue;
		if (at + step > n)
			return;
		time = step == 17 ? iso_date_long(e + at) : iso_date_short(e + at);
		at += step;
		r->have |= meaning[i];
		if (meaning[i] == ROCK_MTIME)
			r->mtime = time;
		else if (meaning[i] == ROCK_ATIME)
			r->atime = time;
		else
			r->ctime = time;
	}
}

/* ---- symbolic links: components, each of which may go on in the next ---- */
#define PART_GOES_ON 1
#define PART_DOT     2
#define PART_DOTDOT  4
#define PART_ROOT    8
enum {
	LINK_START,
	LINK_COMPONENT_ENDED,
	LINK_GOES_ON
};

static void link_put(struct iso_rock *r, const char *text, u32 n)
{
	for (u32 i = 0; i < n; i++) {
		if (r->link && r->link_length + 1 < r->link_size)
			r->link[r->link_length] = text[i];
		r->link_length++;
	}
}

static void link_component(struct iso_rock *r, u8 flags, const u8 *text, u32 n)
{
	if (r->link_state == LINK_COMPONENT_ENDED)
		link_put(r, "/", 1);
	if (flags & PART_ROOT)
		link_put(r, "/", 1);
	else if (flags & PART_DOT)
		link_put(r, ".", 1);
	else if (flags & PART_DOTDOT)
		link_put(r, "..", 2);
	else
		link_put(r, (const char *)text, (u32)strnlen((const char *)text, n));
	r->link_state = flags & (PART_GOES_ON | PART_ROOT) ? LINK_GOES_ON : LINK_COMPONENT_ENDED;
}

static void entry_sl(struct iso_rock *r, const u8 *e, u32 n)
{
	u32 at = 5;

	r->have |= ROCK_SL;
	while (at + 2 <= n && e[at + 1] <= n - at - 2) {
		link_component(r, e[at], e + at + 2, e[at + 1]);
		at += 2u + e[at + 1];
	}
	if (r->link && r->link_size)
		r->link[min(r->link_length, r->link_size - 1)] = 0;
}

/* ---- areas ---- */
static const struct entry_kind {
	char letters[3];
	u8 least; /* bytes */
	void (*read)(struct iso_rock *r, const u8 *e, u32 n);
} kinds[] = {
	{ "PX", 36, entry_px }, { "NM", 5, entry_nm },	{ "TF", 5, entry_tf },
	{ "SL", 5, entry_sl },	{ "CE", 28, entry_ce }, { "CL", 12, entry_cl },
	{ "PL", 12, entry_pl }, { "RE", 4, entry_re },	{ "PN", 20, entry_pn },
	{ "ZF", 16, entry_zf }, { "ER", 8, entry_er },
};

static void entry_read(struct iso_rock *r, const u8 *e, u32 n)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!memcmp(e, kinds[i].letters, 2) && n >= kinds[i].least)
			kinds[i].read(r, e, n);
}

void iso_rock_init(struct iso_rock *r, char *link, u32 link_size)
{
	memset(r, 0, sizeof(*r));
	r->link = link;
	r->link_size = link_size;
}

bool iso_rock_feed(struct iso_rock *r, const u8 *bytes, u32 n)
{
	u32 at = 0;

	r->more = false;
	while (at + ENTRY_HEAD <= n && bytes[at]) {
		const u8 *e = bytes + at;
		u32 length = e[2];

		if (length < ENTRY_HEAD || length > n - at)
			return false;
		if (!memcmp(e, "ST", 2)) /* the end, though bytes may follow */
			return true;
		entry_read(r, e, length);
		at += length;
	}
	return true;
}

static bool is_sp(const u8 *bytes, u32 n)
{
	return n >= 7 && !memcmp(bytes, "SP", 2) && bytes[4] == 0xBE && bytes[5] == 0xEF;
}

bool iso_rock_announced(const u8 *bytes, u32 n, u8 *skip)
{
	*skip = 0;
	if (is_sp(bytes, n)) {
		*skip = bytes[6];
		return true;
	}
	if (n > XA_LENGTH && is_sp(bytes + XA_LENGTH, n - XA_LENGTH)) {
		*skip = bytes[XA_LENGTH + 6];
		return true;
	}
	return false;
}
