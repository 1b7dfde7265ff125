/* iso_record.c - volume descriptors, directory records and dates. See iso_record.h. */
#include "iso_record.h"
#include <kernel/string.h>
#include <kernel/unaligned.h>

#define RECORD_NAME_AT	33u
#define ROOT_RECORD_AT	156u
#define ROOT_RECORD	34u
#define NS_PER_SECOND	1000000000ll
#define SECONDS_PER_DAY 86400ll

/* ---- volume descriptors ---- */
static bool is_joliet(const u8 *escape)
{
	return escape[0] == '%' && escape[1] == '/' &&
	       (escape[2] == '@' || escape[2] == 'C' || escape[2] == 'E');
}

static bool volume_decode(struct iso_volume *v, const u8 *sector)
{
	struct iso_record root;
	size_t n = 32;

	v->block_size = get_le16(sector + 128);
	v->blocks = get_le32(sector + 80);
	if (v->block_size != 512 && v->block_size != 1024 && v->block_size != 2048)
		return false;
	if (!iso_record_decode(&root, sector + ROOT_RECORD_AT, ROOT_RECORD) ||
	    !(root.flags & ISO_DIRECTORY))
		return false;
	v->root_extent = root.extent;
	v->root_size = root.size;
	memcpy(v->label, sector + 40, n);
	while (n && v->label[n - 1] == ' ')
		n--;
	v->label[n] = 0;
	return true;
}

enum iso_descriptor iso_descriptor_decode(const u8 *sector, struct iso_volume *volume)
{
	if (memcmp(sector + 1, "CD001", 5) != 0)
		return ISO_FOREIGN;
	switch (sector[0]) {
	case 1:
		return volume_decode(volume, sector) ? ISO_PRIMARY : ISO_FOREIGN;
	case 2:
		if (!is_joliet(sector + 88))
			return ISO_OTHER;
		return volume_decode(volume, sector) ? ISO_JOLIET : ISO_OTHER;
	case 255:
		return ISO_TERMINATOR;
	default:
		return ISO_OTHER;
	}
}

/* ---- directory records ---- */
bool iso_record_decode(struct iso_record *r, const u8 *bytes, size_t n)
{
	u32 used;

	if (n < RECORD_NAME_AT + 1 || bytes[0] < RECORD_NAME_AT + 1 || bytes[0] > n)
		return false;
	r->length = bytes[0];
	r->extent = get_le32(bytes + 2);
	if (r->extent > UINT_MAX - bytes[1])
		return false;
	r->extent += bytes[1]; /* blocks of an extended attribute record */
	r->size = get_le32(bytes + 10);
	memcpy(r->date, bytes + 18, sizeof(r->date));
	r->flags = bytes[25];
	r->unit = bytes[26];
	r->name_length = bytes[32];
	r->name = bytes + RECORD_NAME_AT;
	used = RECORD_NAME_AT + r->name_length;
	if (r->name_length == 0 || used > r->length)
		return false;
	used += ~r->name_length & 1; /* padded to an even place */
	r->susp = bytes + min(used, r->length);
	r->susp_length = (u8)(r->length - min(used, r->length));
	return true;
}

int iso_record_dot(const struct iso_record *r)
{
	return r->name_length == 1 && r->name[0] <= 1 ? r->name[0] : -1;
}

/* ---- dates ---- */
/* Days since 1970 of a day in the Gregorian calendar; years counted from March. */
static s64 days_since_1970(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int from_march = (month + 9) % 12;

	return 365ll * y + y / 4 - y / 100 + y / 400 + (153 * from_march + 2) / 5 + day - 1 -
	       719468;
}

/* zone: quarters of an hour east of Greenwich. */
static s64 date_ns(int year, int month, int day, u32 seconds, s8 zone)
{
	s64 t;

	if (month < 1 || month > 12 || day < 1 || day > 31 || seconds > SECONDS_PER_DAY)
		return 0;
	t = days_since_1970(year, month, day) * SECONDS_PER_DAY + seconds;
	if (zone >= -52 && zone <= 52) /* others are no time zones, but happen */
		t -= zone * 15 * 60;
	return t * NS_PER_SECOND;
}

s64 iso_date_short(const u8 *d)
{
	return date_ns(1900 + d[0], d[1], d[2], d[3] * 3600u + d[4] * 60u + d[5], (s8)d[6]);
}

static int digits(const u8 *text, unsigned int n)
{
	int value = 0;

	while (n--) {
		if (*text < '0' || *text > '9')
			return -1;
		value = 10 * value + (*text++ - '0');
	}
	return value;
}

s64 iso_date_long(const u8 *d)
{
	int year = digits(d, 4), hour = digits(d + 8, 2), minute = digits(d + 10, 2);
	int second = digits(d + 12, 2), hundredths = digits(d + 14, 2);
	s64 ns;

	if (year < 1 || hour < 0 || minute < 0 || second < 0)
		return 0;
	ns = date_ns(year, digits(d + 4, 2), digits(d + 6, 2),
		     (u32)(hour * 3600 + minute * 60 + second), (s8)d[16]);
	return ns && hundredths > 0 ? ns + hundredths * 10000000ll : ns;
}
