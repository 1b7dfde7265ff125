/* iso_name.c - names of plain ISO 9660 and of Joliet as programs see them. See iso_record.h. */
#include "iso_record.h"
#include <kernel/string.h>
#include <kernel/unicode.h>

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* "README.;1" is "readme", "A.C;1" is "a.c"; other versions keep theirs, as ".2". */
static u32 without_version(const u8 *name, u32 length)
{
	if (length > 2 && name[length - 2] == ';' && name[length - 1] == '1')
		length -= 2;
	else
		return length;
	return length > 1 && name[length - 1] == '.' ? length - 1 : length;
}

u32 iso_name_plain(char *out, const u8 *name, u32 length, enum iso_mapping mapping)
{
	u32 n;

	if (mapping == ISO_MAP_NORMAL)
		length = without_version(name, length);
	for (n = 0; n < length && name[n]; n++) {
		char c = (char)name[n];

		if (mapping == ISO_MAP_NORMAL)
			c = c == ';' ? '.' : lower(c);
		out[n] = c == '/' ? '.' : c; /* no part of a path; some Acorn discs have it */
	}
	out[n] = 0;
	return n;
}

u32 iso_name_joliet(char *out, const u8 *name, u32 length)
{
	u32 n = utf16_to_utf8(out, ISO_NAME_MAX + 1, name, length / 2, true);

	if (n > 2 && out[n - 2] == ';' && out[n - 1] == '1')
		n -= 2;
	while (n >= 2 && out[n - 1] == '.')
		n--;
	for (u32 i = 0; i < n; i++)
		if (out[i] == '/')
			out[i] = '.';
	out[n] = 0;
	return n;
}

bool iso_name_equal(const char *a, u32 a_length, const char *b, u32 b_length, bool exact)
{
	if (a_length != b_length)
		return false;
	if (exact)
		return !memcmp(a, b, a_length);
	for (u32 i = 0; i < a_length; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}
