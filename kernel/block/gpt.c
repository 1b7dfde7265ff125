/* gpt.c - see gpt.h. */
#include "gpt.h"
#include <kernel/crc32_small.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>
#include <kernel/unicode.h>

#define PRIMARY_LBA	 1u
#define HEADER_MIN	 92u
#define HEADER_CRC_AT	 16u
#define REVISION_MAJOR	 1u
#define ENTRY_MIN	 128u
#define ENTRY_NAME_AT	 56u
#define ENTRY_NAME_LEN	 36u
#define ATTR_LEGACY_BOOT 4u

/* ---- the header ---- */
static bool crc_is_right(const u8 *sector, u32 size)
{
	static const u8 zero[4];
	u32 crc = crc32_small(0, sector, HEADER_CRC_AT);

	crc = crc32_small(crc, zero, sizeof(zero));
	crc = crc32_small(crc, sector + HEADER_CRC_AT + 4, size - HEADER_CRC_AT - 4);
	return crc == get_le32(sector + HEADER_CRC_AT);
}

static bool limits_are_sound(const struct gpt_header *h, u32 sector_size, u64 disk_sectors)
{
	u64 bytes = (u64)h->entries * h->entry_size;

	if (h->first_usable > h->last_usable || h->last_usable >= disk_sectors)
		return false;
	if (h->entry_size < ENTRY_MIN || (h->entry_size & (h->entry_size - 1)))
		return false;
	if (bytes == 0 || bytes > PART_ARRAY_MAX)
		return false;
	return h->entries_lba > PRIMARY_LBA && h->entries_lba < disk_sectors &&
	       DIV_ROUND_UP((u32)bytes, sector_size) <= disk_sectors - h->entries_lba;
}

bool gpt_header_decode(struct gpt_header *h, const u8 *sector, u32 sector_size, u64 lba,
		       u64 disk_sectors)
{
	u32 size = get_le32(sector + 12);

	if (memcmp(sector, "EFI PART", 8) || get_le16(sector + 10) != REVISION_MAJOR)
		return false;
	if (size < HEADER_MIN || size > sector_size || !crc_is_right(sector, size))
		return false;
	h->my_lba = get_le64(sector + 24);
	h->alternate_lba = get_le64(sector + 32);
	h->first_usable = get_le64(sector + 40);
	h->last_usable = get_le64(sector + 48);
	memcpy(h->disk_guid, sector + 56, sizeof(h->disk_guid));
	h->entries_lba = get_le64(sector + 72);
	h->entries = get_le32(sector + 80);
	h->entry_size = get_le32(sector + 84);
	h->array_crc = get_le32(sector + 88);
	return h->my_lba == lba && limits_are_sound(h, sector_size, disk_sectors);
}

static bool header_read(struct part_scan *scan, u64 lba, struct gpt_header *h)
{
	const struct part_source *source = &scan->source;
	const u8 *sector = lba < source->sectors ? part_read(scan, lba) : NULL;

	return sector && gpt_header_decode(h, sector, source->sector_size, lba, source->sectors);
}

bool gpt_is_present(struct part_scan *scan)
{
	struct gpt_header h;

	return header_read(scan, PRIMARY_LBA, &h);
}

/* ---- the entries ---- */
static bool array_is_right(struct part_scan *scan, const struct gpt_header *h)
{
	u32 left = h->entries * h->entry_size, crc = 0;

	for (u64 lba = h->entries_lba; left; lba++) {
		u32 n = min(left, scan->source.sector_size);
		const u8 *sector = part_read(scan, lba);

		if (!sector)
			return false;
		crc = crc32_small(crc, sector, n);
		left -= n;
	}
	return crc == h->array_crc;
}

/* Partition names are shown on terminals and in /proc. */
static void name_clean(char *name)
{
	for (; *name; name++)
		if ((u8)*name < 0x20 || *name == 0x7F)
			*name = '?';
}

static void entry_report(struct part_scan *scan, const struct gpt_header *h, const u8 *raw,
			 unsigned int number)
{
	u64 first = get_le64(raw + 32), last = get_le64(raw + 40);
	struct part_entry *entry;

	if (first > last || first < h->first_usable || last > h->last_usable) {
		scan->problems |= PART_BAD_GPT_ENTRY;
		return;
	}
	entry = part_entry_new(scan);
	entry->number = number;
	entry->start = first;
	entry->count = last - first + 1;
	memcpy(entry->type_guid, raw, sizeof(entry->type_guid));
	part_guid_text(entry->type, raw);
	part_guid_text(entry->uuid, raw + 16);
	entry->attributes = get_le64(raw + 48);
	if (entry->attributes & ATTR_LEGACY_BOOT)
		entry->flags |= PART_ACTIVE;
	utf16_to_utf8(entry->name, sizeof(entry->name), raw + ENTRY_NAME_AT, ENTRY_NAME_LEN, false);
	name_clean(entry->name);
	part_report(scan);
}

static void entries_report(struct part_scan *scan, const struct gpt_header *h)
{
	static const u8 unused[16];
	u64 have = 0; /* sector in the buffer; 0 is never an array's */
	const u8 *sector = NULL;

	for (u32 i = 0; i < h->entries; i++) {
		u32 at = i * h->entry_size, offset = at & (scan->source.sector_size - 1);
		u64 lba = h->entries_lba + at / scan->source.sector_size;

		if (lba != have) {
			sector = part_read(scan, lba);
			have = lba;
		}
		if (!sector || !memcmp(sector + offset, unused, sizeof(unused)))
			continue;
		if (i >= PART_NUMBER_MAX) {
			scan->problems |= PART_BAD_MANY;
			return;
		}
		entry_report(scan, h, sector + offset, i + 1);
	}
}

/* ---- which copy ---- */
/* The backup of an intact primary; only what it says, its entries are not read. */
static void backup_check(struct part_scan *scan, const struct gpt_header *primary)
{
	struct gpt_header backup;

	if (primary->alternate_lba != scan->source.sectors - 1)
		scan->problems |= PART_BAD_GPT_NOT_AT_END;
	if (!header_read(scan, primary->alternate_lba, &backup)) {
		scan->problems |= PART_BAD_GPT_BACKUP;
		return;
	}
	if (memcmp(primary->disk_guid, backup.disk_guid, sizeof(backup.disk_guid)) ||
	    primary->first_usable != backup.first_usable ||
	    primary->last_usable != backup.last_usable || primary->entries != backup.entries ||
	    primary->entry_size != backup.entry_size || primary->array_crc != backup.array_crc)
		scan->problems |= PART_BAD_GPT_DIFFER;
}

static bool copy_is_right(struct part_scan *scan, u64 lba, struct gpt_header *h)
{
	return header_read(scan, lba, h) && array_is_right(scan, h);
}

/* At the end of the disk; and where a primary said, whose entries alone are damaged. */
static bool backup_find(struct part_scan *scan, u64 named, struct gpt_header *h)
{
	u64 last = scan->source.sectors - 1;

	if (copy_is_right(scan, last, h))
		return true;
	return named > PRIMARY_LBA && named < last && copy_is_right(scan, named, h);
}

static bool primary_find(struct part_scan *scan, struct gpt_header *h, u64 *alternate)
{
	*alternate = 0;
	if (!header_read(scan, PRIMARY_LBA, h)) {
		scan->problems |= PART_BAD_GPT_HEADER;
		return false;
	}
	if (!array_is_right(scan, h)) {
		scan->problems |= PART_BAD_GPT_ARRAY;
		*alternate = h->alternate_lba;
		return false;
	}
	return true;
}

enum part_scheme gpt_scan(struct part_scan *scan)
{
	enum part_scheme scheme = PART_SCHEME_GPT;
	struct gpt_header h;
	u64 alternate;

	if (primary_find(scan, &h, &alternate)) {
		backup_check(scan, &h);
	} else if (backup_find(scan, alternate, &h)) {
		scheme = PART_SCHEME_GPT_BACKUP;
	} else {
		scan->problems |= PART_BAD_GPT_BACKUP;
		return PART_SCHEME_NONE;
	}
	part_guid_text(scan->disk_uuid, h.disk_guid);
	entries_report(scan, &h);
	return scheme;
}
