/* plan_check.c - see plan_check.h: the rows of findings, and what is wrong with a disk by itself.
 */
#define _GNU_SOURCE /* vasprintf */
#include "plan_internal.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name;
	enum finding_severity severity;
} code_table[FINDING_CODES] = {
	[FIND_NO_DISK] = { "no-disk", FINDING_ERROR },
	[FIND_AMBIGUOUS_DISK] = { "ambiguous-disk", FINDING_ERROR },
	[FIND_NOT_NAMED] = { "not-named", FINDING_ERROR },
	[FIND_READ_ONLY] = { "read-only", FINDING_ERROR },
	[FIND_SECTOR_SIZE] = { "sector-size", FINDING_ERROR },
	[FIND_DISK_TOO_SMALL] = { "disk-too-small", FINDING_ERROR },
	[FIND_TABLE_BROKEN] = { "table-broken", FINDING_ERROR },
	[FIND_TABLE_UNREADABLE] = { "table-unreadable", FINDING_ERROR },
	[FIND_OVERLAP] = { "overlap", FINDING_ERROR },
	[FIND_EBR_LOOP] = { "ebr-loop", FINDING_ERROR },
	[FIND_EBR_CHAIN] = { "ebr-chain", FINDING_ERROR },
	[FIND_SECOND_EXTENDED] = { "second-extended", FINDING_ERROR },
	[FIND_STALE_GPT] = { "stale-gpt", FINDING_ERROR },
	[FIND_STALE_GPT_REMOVED] = { "stale-gpt-removed", FINDING_NOTE },
	[FIND_HYBRID] = { "hybrid", FINDING_ERROR },
	[FIND_GPT_DAMAGED] = { "gpt-damaged", FINDING_ERROR },
	[FIND_DISK_MANAGER] = { "disk-manager", FINDING_ERROR },
	[FIND_SUPERFLOPPY] = { "superfloppy", FINDING_ERROR },
	[FIND_CLIPPED] = { "clipped", FINDING_ERROR },
	[FIND_IN_USE] = { "in-use", FINDING_ERROR },
	[FIND_MEDIUM] = { "medium", FINDING_ERROR },
	[FIND_NO_FREE_SPACE] = { "no-free-space", FINDING_ERROR },
	[FIND_NO_REGION] = { "no-region", FINDING_ERROR },
	[FIND_REGION_TOO_SMALL] = { "region-too-small", FINDING_ERROR },
	[FIND_FIFTH_PRIMARY] = { "fifth-primary", FINDING_ERROR },
	[FIND_GPT_FULL] = { "gpt-full", FINDING_ERROR },
	[FIND_NO_PARTITION] = { "no-partition", FINDING_ERROR },
	[FIND_EXTENDED_CHOSEN] = { "extended-chosen", FINDING_ERROR },
	[FIND_PARTITION_TOO_SMALL] = { "partition-too-small", FINDING_ERROR },
	[FIND_NO_ROOT] = { "no-root", FINDING_ERROR },
	[FIND_TWO_MOUNTS] = { "two-mounts", FINDING_ERROR },
	[FIND_BAD_MOUNT_POINT] = { "bad-mount-point", FINDING_ERROR },
	[FIND_TWICE_ASSIGNED] = { "twice-assigned", FINDING_ERROR },
	[FIND_ROOT_NOT_FORMATTED] = { "root-not-formatted", FINDING_ERROR },
	[FIND_PARTITION_LOST] = { "partition-lost", FINDING_WARNING },
	[FIND_MBR_LIMIT] = { "mbr-limit", FINDING_WARNING },
	[FIND_NO_UNDO_ROOM] = { "no-undo-room", FINDING_WARNING },
	[FIND_TYPE_DIFFERS] = { "type-differs", FINDING_NOTE },
	[FIND_GAP_TOO_SMALL] = { "gap-too-small", FINDING_ERROR },
	[FIND_GPT_NO_BIOS_BOOT] = { "gpt-no-bios-boot", FINDING_ERROR },
	[FIND_NO_LOADER] = { "no-loader", FINDING_WARNING },
	[FIND_LOADER_REPLACED] = { "loader-replaced", FINDING_WARNING },
	[FIND_NOT_ACTIVE] = { "not-active", FINDING_WARNING },
	[FIND_GEOMETRY] = { "geometry", FINDING_WARNING },
	[FIND_MID_CYLINDER] = { "mid-cylinder", FINDING_WARNING },
	[FIND_LIMIT_504M] = { "limit-504m", FINDING_WARNING },
	[FIND_LIMIT_2G] = { "limit-2g", FINDING_WARNING },
	[FIND_LIMIT_8G] = { "limit-8g", FINDING_WARNING },
	[FIND_LIMIT_1024] = { "limit-1024", FINDING_WARNING },
	[FIND_GPT_OLD_BIOS] = { "gpt-old-bios", FINDING_NOTE },
	[FIND_SWAP_FILE] = { "swap-file", FINDING_NOTE },
	[FIND_PLAN_BROKEN] = { "plan-broken", FINDING_ERROR },
};

/* ---- rows ---- */
static struct finding *add_row(struct findings *findings)
{
	size_t n = findings->rows;
	struct finding *more = findings->row;

	if ((n & (n - 1)) == 0) {
		more = realloc(more, (n ? 2 * n : 1) * sizeof(*more));
		if (!more)
			return NULL;
		findings->row = more;
	}
	return &more[findings->rows];
}

void finding_add(struct findings *findings, enum finding_code code, const char *format, ...)
{
	struct finding *row = add_row(findings);
	va_list values;
	int length;

	if (!row) {
		findings->no_memory = true;
		return;
	}
	va_start(values, format);
	length = vasprintf(&row->text, format, values);
	va_end(values);
	if (length < 0) {
		findings->no_memory = true;
		return;
	}
	row->code = code;
	row->severity = code_table[code].severity;
	findings->rows++;
}

void findings_free(struct findings *findings)
{
	for (size_t i = 0; i < findings->rows; i++)
		free(findings->row[i].text);
	free(findings->row);
	*findings = (struct findings){ 0 };
}

bool findings_have_error(const struct findings *findings)
{
	for (size_t i = 0; i < findings->rows; i++)
		if (findings->row[i].severity == FINDING_ERROR)
			return true;
	return findings->no_memory;
}

bool findings_have(const struct findings *findings, enum finding_code code)
{
	for (size_t i = 0; i < findings->rows; i++)
		if (findings->row[i].code == code)
			return true;
	return false;
}

const char *finding_name(enum finding_code code)
{
	return code_table[code].name;
}

const char *severity_name(enum finding_severity severity)
{
	static const char *const name[] = { "note", "warning", "error" };

	return name[severity];
}

/* ---- a disk by itself ---- */
static void check_use(const struct disk *disk, struct findings *f)
{
	static const char *const how[] = { [USE_MOUNTED] = "mounted at",
					   [USE_SWAP] = "used as swap:",
					   [USE_OTHER] = "in use by" };
	enum partition_use use;
	const char *where;

	if (!disk_in_use(disk, &use, &where))
		return;
	if (use == USE_MEDIUM)
		finding_add(f, FIND_MEDIUM, "%s is the medium that this installer runs from",
			    disk->name);
	else
		finding_add(f, FIND_IN_USE, "%s is in use: a part of it is %s %s", disk->name,
			    how[use], where ? where : "something");
}

static void check_device(const struct disk *disk, struct findings *f)
{
	uint32_t size = disk->sector_size;

	if (disk->read_only)
		finding_add(f, FIND_READ_ONLY, "%s cannot be written to", disk->name);
	if (size != 512 && size != 1024 && size != 2048 && size != 4096)
		finding_add(f, FIND_SECTOR_SIZE, "%s has sectors of %u bytes", disk->name, size);
	if (disk->table_unreadable)
		finding_add(
			f, FIND_TABLE_UNREADABLE,
			"Sector %llu of %s, which belongs to its partition table, cannot be read",
			(unsigned long long)disk->bad_lba, disk->name);
	if (!disk->sectors)
		finding_add(f, FIND_DISK_TOO_SMALL, "%s has no sectors: no medium?", disk->name);
}

/* What makes a table one that nobody should add to. */
static void check_troubles(const struct disk *disk, struct findings *f)
{
	static const struct {
		uint32_t trouble;
		enum finding_code code;
		const char *text;
	} row[] = {
		{ TROUBLE_OVERLAP, FIND_OVERLAP, "partitions overlap" },
		{ TROUBLE_EBR_LOOP, FIND_EBR_LOOP,
		  "the chain of logical partitions runs in a circle" },
		{ TROUBLE_EBR_CHAIN, FIND_EBR_CHAIN, "the chain of logical partitions is damaged" },
		{ TROUBLE_TWO_EXTENDED, FIND_SECOND_EXTENDED,
		  "there are several extended partitions" },
		{ TROUBLE_MANAGER, FIND_DISK_MANAGER,
		  "a disk manager (EZ-Drive, Disk Manager) hides the real table" },
		{ TROUBLE_HIDDEN, FIND_TABLE_BROKEN,
		  "the table has an entry that cannot be right" },
		{ TROUBLE_COVERS, FIND_TABLE_BROKEN, "a partition covers the table itself" },
		{ TROUBLE_GPT_DAMAGED, FIND_GPT_DAMAGED,
		  "the two copies of its GPT are not both whole and the same" },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		if (disk->troubles & row[i].trouble)
			finding_add(f, row[i].code, "%s: %s; it is not changed", disk->name,
				    row[i].text);
}

static void check_table(const struct disk *disk, struct findings *f)
{
	check_troubles(disk, f);
	if (disk->kind == TABLE_BROKEN)
		finding_add(f, FIND_TABLE_BROKEN, "The partition table of %s is damaged: %s",
			    disk->name, disk->table_reason ? disk->table_reason : "unknown");
	if (disk->kind == TABLE_HYBRID)
		finding_add(
			f, FIND_HYBRID,
			"%s has a GPT and an MBR with partitions of its own (hybrid); it is not "
			"changed",
			disk->name);
	if (disk->stale_gpt)
		finding_add(f, FIND_STALE_GPT,
			    "%s has an MBR and, unused, a GPT of other contents; which of them is "
			    "meant "
			    "cannot be known",
			    disk->name);
}

static void check_no_table(const struct disk *disk, enum plan_place place, struct findings *f)
{
	bool contents = disk->kind == TABLE_SUPERFLOPPY ||
			(disk->kind == TABLE_NONE && disk->volume.file_system);

	if (contents && place != PLACE_WHOLE_DISK)
		finding_add(f, FIND_SUPERFLOPPY,
			    "%s has no partition table but %s on the whole disk", disk->name,
			    disk->volume.file_system ? disk->volume.file_system : "a file system");
	else if (disk->kind == TABLE_NONE && (place == PLACE_PARTITION || place == PLACE_BY_HAND))
		finding_add(f, FIND_NO_PARTITION, "%s has no partition table", disk->name);
}

void disk_check(const struct disk *disk, enum plan_place place, struct findings *findings)
{
	check_use(disk, findings);
	check_device(disk, findings);
	check_no_table(disk, place, findings);
	if (place != PLACE_WHOLE_DISK) {
		check_table(disk, findings);
		return;
	}
	if (disk->stale_gpt)
		finding_add(findings, FIND_STALE_GPT_REMOVED,
			    "The unused GPT of %s goes with the old table", disk->name);
}
