/* See acpi_decode.h. */
#include <kernel/string.h>
#include "acpi_decode.h"

#define NAME_OP	    0x08
#define ROOT_CHAR   0x5C
#define PACKAGE_OP  0x12
#define BYTE_PREFIX 0x0A
#define WORD_PREFIX 0x0B
#define ONE_OP	    0x01
#define ZERO_OP	    0x00

u8 acpi_checksum(const void *table, u32 length)
{
	const u8 *p = table;
	u8 sum = 0;

	while (length--)
		sum = (u8)(sum + *p++);
	return sum;
}

static bool is_definition(const u8 *dsdt, u32 at)
{
	return (at >= 1 && dsdt[at - 1] == NAME_OP) ||
	       (at >= 2 && dsdt[at - 1] == ROOT_CHAR && dsdt[at - 2] == NAME_OP);
}

/* One integer at *p; moves *p behind it. */
static bool small_integer(const u8 **p, const u8 *end, u8 *value)
{
	if (*p >= end)
		return false;
	if (**p == ZERO_OP || **p == ONE_OP) {
		*value = *(*p)++;
		return true;
	}
	if (**p == BYTE_PREFIX && end - *p >= 2) {
		*value = (*p)[1];
		*p += 2;
		return true;
	}
	if (**p == WORD_PREFIX && end - *p >= 3) {
		*value = (*p)[1];
		*p += 3;
		return true;
	}
	return false;
}

static bool parse_package(const u8 *p, const u8 *end, u8 *typ_a, u8 *typ_b)
{
	u32 skip;

	if (end - p < 4 || *p++ != PACKAGE_OP)
		return false;
	skip = 1 + (*p >> 6); /* bytes of PkgLength */
	if ((u32)(end - p) < skip + 1)
		return false;
	p += skip + 1; /* and the element count */
	if (!small_integer(&p, end, typ_a))
		return false;
	if (!small_integer(&p, end, typ_b))
		*typ_b = *typ_a;
	return *typ_a < 8 && *typ_b < 8;
}

bool acpi_find_s5(const u8 *dsdt, u32 length, u8 *typ_a, u8 *typ_b)
{
	for (u32 i = 1; length >= 8 && i < length - 7; i++)
		if (!memcmp(dsdt + i, "_S5_", 4) && is_definition(dsdt, i) &&
		    parse_package(dsdt + i + 4, dsdt + length, typ_a, typ_b))
			return true;
	return false;
}
