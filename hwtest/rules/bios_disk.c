/* See bios_disk.h. */
#include "bios_disk.h"
#include <kernel/unaligned.h>
#include <string.h>

#define TABLE_BYTES    16u
#define AT_CYLINDERS   0
#define AT_HEADS       2
#define AT_SIGNATURE   3
#define AT_DRIVE_TRACK 4
#define AT_DRIVE_HEADS 11
#define AT_TRACK       14
/* The version of the specification is in the low half. */
#define TRANSLATED	0xa0
#define TRANSLATED_MASK 0xf0

static bool sum_is_zero(const u8 *t)
{
	u8 sum = 0;

	for (unsigned int i = 0; i < TABLE_BYTES; i++)
		sum += t[i];
	return !sum;
}

bool bios_disk_get(const struct facts *facts, unsigned int number, struct bios_disk *b)
{
	const struct fact *f = facts_get_bytes(facts, "ata", number ? "bios1" : "bios0",
					       "parameters", TABLE_BYTES);
	const u8 *t = f ? f->bytes : NULL;

	if (!t || !get_le16(t + AT_CYLINDERS) || !t[AT_HEADS] || !t[AT_TRACK])
		return false;
	*b = (struct bios_disk){ .cylinders = get_le16(t + AT_CYLINDERS),
				 .heads = t[AT_HEADS],
				 .track = t[AT_TRACK],
				 .drive_heads = t[AT_HEADS],
				 .drive_track = t[AT_TRACK] };
	b->translated = (t[AT_SIGNATURE] & TRANSLATED_MASK) == TRANSLATED && sum_is_zero(t);
	if (b->translated) {
		b->drive_heads = t[AT_DRIVE_HEADS];
		b->drive_track = t[AT_DRIVE_TRACK];
	}
	return true;
}

u64 bios_disk_sectors(const struct bios_disk *b)
{
	return (u64)b->cylinders * b->heads * b->track;
}

const char *bios_disk_subject(const struct facts *facts, unsigned int number)
{
	const struct fact *f = NULL;

	while ((f = facts_next(facts, f, "ata", "kind")))
		if (f->kind == FACT_TEXT && !strcmp(f->text, "disk") && !number--)
			return f->subject;
	return NULL;
}
