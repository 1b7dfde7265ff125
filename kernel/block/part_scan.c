/* part_scan.c - which scheme a disk has, and what MBR and GPT share. See part_scan.h. */
#include "part_scan.h"
#include "gpt.h"
#include "mbr.h"
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/unaligned.h>

const char *part_problem_text(u32 problem)
{
	static const char *const text[PART_BAD_COUNT] = {
		"a sector could not be read",
		"a partition lies beyond the end of the disk and is left out",
		"a partition is longer than the disk and is cut off at its end",
		"partitions overlap",
		"no partition is marked active",
		"several partitions are marked active",
		"sector 0 is signed but holds neither a valid partition table nor a file system",
		"a partition covers the partition table",
		"the chain of logical partitions runs in a circle",
		"the chain of logical partitions leaves the extended partition",
		"a link of the chain of logical partitions has no signature",
		"the chain of logical partitions does not end",
		"a logical partition is not inside the extended partition",
		"there are several extended partitions",
		"the disk has a disk manager's layout (EZ-Drive, Disk Manager)",
		"there are more partitions than can be numbered",
		"the primary GPT header is damaged",
		"the primary GPT's entries are damaged",
		"the MBR says GPT, but there is no intact GPT",
		"the backup GPT is damaged or missing",
		"primary and backup GPT differ",
		"the backup GPT is not at the end of the disk",
		"a GPT entry has impossible limits and is left out",
		"there is a GPT which the MBR does not announce; it is not used",
		"the MBR has partitions beside the GPT's (hybrid)",
		"the sector size is not supported",
	};

	for (unsigned int i = 0; i < PART_BAD_COUNT; i++)
		if (problem & 1u << i)
			return text[i];
	return "no problem";
}

const char *part_scheme_name(enum part_scheme scheme)
{
	static const char *const name[] = { "none", "superfloppy", "mbr",
					    "gpt",  "gpt-backup",  "hybrid" };

	return name[scheme];
}

void part_guid_text(char *out, const u8 *guid)
{
	snprintf(out, PART_UUID_SIZE, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 get_le32(guid), get_le16(guid + 4), get_le16(guid + 6), guid[8], guid[9], guid[10],
		 guid[11], guid[12], guid[13], guid[14], guid[15]);
}

const u8 *part_read(struct part_scan *scan, u64 lba)
{
	const struct part_source *source = &scan->source;

	if (lba < source->sectors && scan->reads < PART_READS_MAX) {
		scan->reads++;
		if (source->read(source->ctx, lba, source->buffer) == 0)
			return source->buffer;
	}
	scan->problems |= PART_BAD_READ;
	return NULL;
}

struct part_entry *part_entry_new(struct part_scan *scan)
{
	memset(&scan->entry, 0, sizeof(scan->entry));
	return &scan->entry;
}

/* Remembers a range and tells whether it meets one that is known. */
static bool range_overlaps(struct part_scan *scan, u64 start, u64 end)
{
	bool overlaps = false;

	for (unsigned int i = scan->compare_from; i < scan->ranges_used; i++)
		if (start < scan->ranges[i].end && scan->ranges[i].start < end)
			overlaps = true;
	if (scan->ranges_used < PART_RANGES_MAX)
		scan->ranges[scan->ranges_used++] = (struct part_range){ start, end };
	return overlaps;
}

bool part_report(struct part_scan *scan)
{
	struct part_entry *entry = &scan->entry;
	u64 end = scan->source.sectors, range;
	u32 scale = scan->source.sector_size / PART_SECTOR_UNITS;

	if (entry->count == 0)
		return false;
	if (entry->start >= end) {
		scan->problems |= PART_BAD_BEYOND_END;
		return false;
	}
	if (entry->count > end - entry->start) {
		scan->problems |= PART_BAD_CLIPPED;
		entry->flags |= PART_CLIPPED;
		entry->count = end - entry->start;
	}
	entry->start *= scale;
	entry->count *= scale;
	range = entry->count;
	if (entry->flags & PART_CONTAINER) {
		/* Enough for a boot loader, too little for mkfs to destroy the chain. */
		entry->container_sectors = entry->count;
		entry->count = min_t(u64, entry->count, max(scale, 2u));
	}
	if (range_overlaps(scan, entry->start, entry->start + range))
		scan->problems |= PART_BAD_OVERLAP;
	scan->count++;
	scan->found(scan->arg, entry);
	return true;
}

static void scan_reset(struct part_scan *scan)
{
	scan->scheme = PART_SCHEME_NONE;
	scan->problems = 0;
	scan->count = 0;
	scan->disk_signature = 0;
	scan->disk_uuid[0] = 0;
	scan->contents = NULL;
	scan->reads = scan->ranges_used = scan->compare_from = 0;
}

/* The MBR announces a GPT; `hybrid`: and has partitions of its own. */
static void scan_gpt(struct part_scan *scan, bool hybrid)
{
	scan->scheme = gpt_scan(scan);
	if (scan->scheme == PART_SCHEME_NONE)
		scan->problems |= PART_BAD_GPT_NONE;
	if (!hybrid)
		return;
	scan->problems |= PART_BAD_GPT_HYBRID;
	if (scan->scheme == PART_SCHEME_GPT)
		scan->scheme = PART_SCHEME_HYBRID;
}

static void scan_mbr(struct part_scan *scan, const struct mbr_table *table)
{
	scan->scheme = PART_SCHEME_MBR;
	scan->disk_signature = table->signature;
	snprintf(scan->disk_uuid, sizeof(scan->disk_uuid), "%08x", table->signature);
	mbr_scan(scan, table);
	if (gpt_is_present(scan))
		scan->problems |= PART_BAD_GPT_STALE;
}

int part_scan(struct part_scan *scan)
{
	struct part_source *source = &scan->source;
	struct mbr_table table;
	int error;

	scan_reset(scan);
	if (source->sector_size < 512 || source->sector_size > PART_SECTOR_MAX ||
	    (source->sector_size & (source->sector_size - 1))) {
		scan->problems = PART_BAD_SECTOR_SIZE;
		return -EINVAL;
	}
	if (source->sectors == 0)
		return 0;
	scan->reads++;
	error = source->read(source->ctx, 0, source->buffer);
	if (error) {
		scan->problems = PART_BAD_READ;
		return error;
	}
	switch (mbr_decode(&table, source->buffer, source->sectors)) {
	case MBR_NONE:
		break;
	case MBR_UNKNOWN:
		scan->problems |= PART_BAD_SECTOR_0;
		break;
	case MBR_FILE_SYSTEM:
		scan->scheme = PART_SCHEME_SUPERFLOPPY;
		scan->contents = table.file_system;
		break;
	case MBR_PROTECTIVE:
	case MBR_HYBRID:
		scan_gpt(scan, table.kind == MBR_HYBRID);
		break;
	case MBR_TABLE:
		scan_mbr(scan, &table);
		break;
	}
	return 0;
}
