/*
 * partitions.c - partition tables and what is on the volumes, by the kernel's own parsers.
 *
 * Noted are sector 0 (without the disk's signature, and a volume's number and label), what the
 * parsers made of the table, and each partition with its volume's kind; labels and UUIDs are noted
 * as identifying.
 *
 * Source: hardware-notes 6; kernel/block/part_scan.h, kernel/include/kernel/volume_id.h;
 * Microsoft's FAT and exFAT specifications (boot sector).
 */
#include <common/xalloc.h>
#include <kernel/block/part_scan.h>
#include <kernel/unaligned.h>
#include <kernel/volume_id.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "media.h"

#define SIGNATURE_AT	440u
#define SIGNATURE_BYTES 4u
#define SUBJECT_MAX	48u

/* In a volume's first sector */
#define JUMP_SHORT	     0xebu
#define JUMP_NEAR	     0xe9u
#define MAKER_AT	     3u
#define FAT_SIZE16_AT	     22u
#define FAT16_NUMBER_AT	     39u
#define FAT32_NUMBER_AT	     67u
#define FAT_NUMBER_AND_LABEL 15u
#define NTFS_NUMBER_AT	     72u
#define EXFAT_NUMBER_AT	     100u

struct table {
	struct probe_run *run;
	struct medium *medium;
	struct part_scan scan;
	u8 buffer[PART_SECTOR_MAX];
	u8 volume_buffer[PART_SECTOR_MAX];
	u64 volume_start; /* 512 bytes */
};

static int read_sector(void *ctx, u64 lba, void *sector)
{
	struct table *t = ctx;

	return t->medium->read(t->medium, lba, 1, sector);
}

/* A volume's sectors have 512 bytes, whatever the medium's have. */
static int read_volume(void *ctx, u64 sector, void *buffer)
{
	struct table *t = ctx;
	u32 each = t->medium->sector_bytes / PART_SECTOR_UNITS;
	u64 at = t->volume_start + sector;
	int err = t->medium->read(t->medium, at / each, 1, t->volume_buffer);

	memcpy(buffer, t->volume_buffer + at % each * PART_SECTOR_UNITS, PART_SECTOR_UNITS);
	return err;
}

static void note_secret(struct table *t, const char *subject, const char *key, const char *text)
{
	if (text[0])
		note_text(t->run, subject, key, "%s", text)->identifying = true;
}

static void note_volume(struct table *t, const char *subject, u64 start, u64 sectors)
{
	struct volume_id *id = xalloc(sizeof(*id));

	t->volume_start = start;
	id->read = read_volume;
	id->ctx = t;
	id->sectors = sectors;
	if (volume_identify(id)) {
		note_text(t->run, subject, "contents", "%s", id->type);
		note_secret(t, subject, "label", id->label);
		note_secret(t, subject, "uuid", id->uuid);
	}
	free(id);
}

static void note_partition(void *arg, const struct part_entry *entry)
{
	struct table *t = arg;
	char subject[SUBJECT_MAX];

	(void)snprintf(subject, sizeof(subject), "%s-%u", t->medium->subject, entry->number);
	note_number(t->run, subject, "start", (s64)entry->start, "sectors");
	note_number(t->run, subject, "count",
		    (s64)(entry->container_sectors ? entry->container_sectors : entry->count),
		    "sectors");
	note_text(t->run, subject, "type", "%s", entry->type);
	note_number(t->run, subject, "flags", entry->flags, "");
	if (!(entry->flags & PART_CONTAINER))
		note_volume(t, subject, entry->start, entry->count);
}

/*
 * A volume over the whole disk has its number and its label in that sector. Such a sector begins
 * with a jump over its table; a partition table's has the boot loader's code there.
 */
static void hide_volume(struct fact *fact, const u8 *sector)
{
	if (sector[0] != JUMP_SHORT && sector[0] != JUMP_NEAR)
		return;
	if (!memcmp(sector + MAKER_AT, "NTFS", 4))
		facts_hide(fact, NTFS_NUMBER_AT, 8);
	else if (!memcmp(sector + MAKER_AT, "EXFAT", 5))
		facts_hide(fact, EXFAT_NUMBER_AT, 4);
	else if (get_le16(sector + FAT_SIZE16_AT))
		facts_hide(fact, FAT16_NUMBER_AT, FAT_NUMBER_AND_LABEL);
	else
		facts_hide(fact, FAT32_NUMBER_AT, FAT_NUMBER_AND_LABEL);
}

static void note_sector_0(struct table *t)
{
	struct fact *fact;

	if (t->medium->read(t->medium, 0, 1, t->buffer))
		return;
	fact = note_bytes(t->run, t->medium->subject, "sector-0", t->buffer, PART_SECTOR_UNITS);
	facts_hide(fact, SIGNATURE_AT, SIGNATURE_BYTES);
	hide_volume(fact, t->buffer);
}

static void look(struct probe_run *run, struct medium *m, void *ctx)
{
	struct table *t;

	if (m->sector_bytes > PART_SECTOR_MAX)
		return;
	t = xalloc(sizeof(*t));
	t->run = run;
	t->medium = m;
	t->scan.source = (struct part_source){ .read = read_sector,
					       .ctx = t,
					       .sectors = m->sectors,
					       .sector_size = m->sector_bytes,
					       .buffer = t->buffer };
	t->scan.found = note_partition;
	t->scan.arg = t;
	probe_step(run, "%s: its partitions", m->subject);
	note_number(run, m->subject, "sectors", (s64)m->sectors, "sectors");
	note_number(run, m->subject, "sector-size", m->sector_bytes, "bytes");
	note_number(run, m->subject, "heads", m->heads, "");
	note_number(run, m->subject, "track-sectors", m->track_sectors, "");
	note_sector_0(t);
	note_number(run, m->subject, "error", part_scan(&t->scan), "");
	note_text(run, m->subject, "scheme", "%s", part_scheme_name(t->scan.scheme));
	note_number(run, m->subject, "problems", t->scan.problems, "");
	if (!t->scan.count)
		note_volume(t, m->subject, 0, m->sectors * (m->sector_bytes / PART_SECTOR_UNITS));
	free(t);
}

static enum probe_end run_partitions(struct probe_run *run)
{
	return media_each(run, look, NULL) ? PROBE_DONE : PROBE_ABSENT;
}

const struct probe probe_partitions = {
	.name = "partitions",
	.title = "Partition tables and volumes",
	.class = CLASS_R1,
	.seconds = 190,
	.run = run_partitions,
};
