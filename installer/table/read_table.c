/* read_table.c - see read_table.h. */
#define _GNU_SOURCE /* memmem */
#include "read_table.h"
#include <errno.h>
#include <kernel/block/gpt.h>
#include <kernel/block/part_scan.h>
#include <kernel/unaligned.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MBR_CODE    440u
#define MBR_TABLE   446u
#define MBR_SLOTS   4u
#define SLOT_BYTES  16u
#define MBR_MAGIC   0xAA55u
#define CHS_CLIPPED 1023u

struct reader {
	struct disk *disk;
	const struct disk_io *io;
	struct part_scan *scan;
	unsigned int containers;
	uint64_t container; /* where the last one starts */
	int error;
};

static int read_sector(void *ctx, u64 lba, void *sector)
{
	struct reader *r = ctx;
	int error =
		r->io->read(r->io->ctx, lba * r->disk->sector_size, sector, r->disk->sector_size);

	if (error && !r->disk->table_unreadable) {
		r->disk->table_unreadable = true;
		r->disk->bad_lba = lba;
	}
	return error;
}

/* ---- partitions ---- */
/* The text of a GUID back to its bytes. */
static void guid_bytes(const char *text, uint8_t guid[GUID_BYTES])
{
	static const uint8_t place[GUID_BYTES] = { 3, 2, 1,  0,	 5,  4,	 7,  6,
						   8, 9, 10, 11, 12, 13, 14, 15 };
	unsigned int value, i = 0;

	for (; *text && i < GUID_BYTES; text += 2) {
		if (*text == '-')
			text++;
		if (sscanf(text, "%2x", &value) != 1)
			return;
		guid[place[i++]] = (uint8_t)value;
	}
}

static void add_partition(void *arg, const struct part_entry *e)
{
	struct reader *r = arg;
	uint32_t scale = r->disk->sector_size / PART_SECTOR_UNITS;
	bool gpt = e->mbr_type == 0;
	struct partition *p = disk_add_partition(r->disk);

	if (!p || (e->name[0] && model_set(&p->name, e->name))) {
		r->error = -ENOMEM;
		return;
	}
	p->number = e->number;
	p->start = e->start / scale;
	p->count = (e->flags & PART_CONTAINER ? e->container_sectors : e->count) / scale;
	p->kind = gpt			      ? PARTITION_GPT
		  : e->flags & PART_CONTAINER ? PARTITION_EXTENDED
		  : e->flags & PART_LOGICAL   ? PARTITION_LOGICAL
					      : PARTITION_PRIMARY;
	p->type = e->mbr_type;
	p->active = e->flags & PART_ACTIVE;
	p->clipped = e->flags & PART_CLIPPED;
	p->locked = e->flags & PART_READONLY;
	if (gpt) {
		memcpy(p->type_guid, e->type_guid, GUID_BYTES);
		guid_bytes(e->uuid, p->guid);
	}
	if (p->kind == PARTITION_EXTENDED) {
		r->containers++;
		r->container = p->start;
	}
	if (p->kind == PARTITION_LOGICAL && r->scan->ebrs_used)
		p->table_lba = r->container + r->scan->ebrs[r->scan->ebrs_used - 1];
}

static void add_chain(struct reader *r)
{
	for (unsigned int i = 0; r->containers == 1 && i < r->scan->ebrs_used; i++)
		if (disk_add_ebr(r->disk, r->container + r->scan->ebrs[i]))
			r->error = -ENOMEM;
}

/* ---- what is wrong ---- */
static uint32_t troubles_of(u32 problems)
{
	static const struct {
		u32 problem;
		uint32_t trouble;
	} row[] = {
		{ PART_BAD_OVERLAP, TROUBLE_OVERLAP },
		{ PART_BAD_EBR_LOOP, TROUBLE_EBR_LOOP },
		{ PART_BAD_EBR_OUTSIDE | PART_BAD_EBR_SIGNATURE | PART_BAD_EBR_LONG |
			  PART_BAD_LOGICAL,
		  TROUBLE_EBR_CHAIN },
		{ PART_BAD_TWO_EXTENDED, TROUBLE_TWO_EXTENDED },
		{ PART_BAD_MANAGER, TROUBLE_MANAGER },
		{ PART_BAD_BEYOND_END | PART_BAD_MANY | PART_BAD_GPT_ENTRY, TROUBLE_HIDDEN },
		{ PART_BAD_COVERS_TABLE, TROUBLE_COVERS },
		{ PART_BAD_GPT_HEADER | PART_BAD_GPT_ARRAY | PART_BAD_GPT_BACKUP |
			  PART_BAD_GPT_DIFFER,
		  TROUBLE_GPT_DAMAGED },
		{ PART_BAD_CLIPPED, TROUBLE_CLIPPED },
		{ PART_BAD_MANY_ACTIVE, TROUBLE_MANY_ACTIVE },
		{ PART_BAD_GPT_NOT_AT_END, TROUBLE_GPT_MOVED },
	};
	uint32_t troubles = 0;

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (problems & row[i].problem)
			troubles |= row[i].trouble;
	return troubles;
}

static bool meet(const struct partition *a, const struct partition *b)
{
	return a->start < partition_end(b) && b->start < partition_end(a);
}

/* The kernel compares as many as its stack has room for; here all are, and the chain's tables. */
static uint32_t find_overlaps(const struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++) {
		const struct partition *a = &disk->partition[i];

		for (size_t k = 0; k < i; k++) {
			const struct partition *b = &disk->partition[k];
			bool nested =
				(a->kind == PARTITION_LOGICAL && b->kind == PARTITION_EXTENDED) ||
				(b->kind == PARTITION_LOGICAL && a->kind == PARTITION_EXTENDED);

			if (!nested && meet(a, b))
				return TROUBLE_OVERLAP;
		}
		for (size_t k = 0; k < disk->ebrs; k++)
			if (a->kind != PARTITION_EXTENDED && disk->ebr[k] >= a->start &&
			    disk->ebr[k] < partition_end(a))
				return TROUBLE_EBR_CHAIN;
	}
	return 0;
}

static enum table_kind kind_of(const struct part_scan *scan)
{
	switch (scan->scheme) {
	case PART_SCHEME_NONE:
		return scan->problems & (PART_BAD_SECTOR_0 | PART_BAD_GPT_NONE) ? TABLE_BROKEN
										: TABLE_NONE;
	case PART_SCHEME_SUPERFLOPPY:
		return TABLE_SUPERFLOPPY;
	case PART_SCHEME_MBR:
		return TABLE_MBR;
	case PART_SCHEME_GPT:
	case PART_SCHEME_GPT_BACKUP:
		return TABLE_GPT;
	case PART_SCHEME_HYBRID:
		return TABLE_HYBRID;
	}
	return TABLE_BROKEN;
}

/* The first problem that is more than an inactive table, in the kernel's words. */
static int set_reason(struct disk *disk, u32 problems)
{
	problems &= ~(PART_BAD_NO_ACTIVE | PART_BAD_GPT_HYBRID);
	return problems ? model_set(&disk->table_reason, part_problem_text(problems))
			: model_set(&disk->table_reason, NULL);
}

/* ---- geometry, as the CHS fields have it ---- */
struct chs {
	uint32_t c, h, s;
};

static struct chs chs_read(const uint8_t *at)
{
	return (struct chs){ at[2] | (at[1] & 0xC0u) << 2, at[0], at[1] & 0x3Fu };
}

static bool chs_fits(struct chs at, uint64_t lba, const struct geometry *g)
{
	if (!at.s || at.h >= g->heads || at.s > g->sectors)
		return false;
	if (lba / ((uint64_t)g->heads * g->sectors) >= CHS_CLIPPED)
		return true; /* past what can be written down */
	return ((uint64_t)at.c * g->heads + at.h) * g->sectors + at.s - 1 == lba;
}

/* Partitions end with a cylinder: the last head and sector are the geometry, if all else fits it.
 */
static void guess_geometry(struct disk *disk, const uint8_t *sector)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		const uint8_t *slot = sector + MBR_TABLE + i * SLOT_BYTES;
		uint64_t start = get_le32(slot + 8), count = get_le32(slot + 12);
		struct chs last = chs_read(slot + 5);
		struct geometry g = { 0, last.h + 1, last.s };

		if (!slot[4] || !count || slot[4] == 0xEE || !last.s)
			continue;
		if (!chs_fits(chs_read(slot + 1), start, &g) ||
		    !chs_fits(last, start + count - 1, &g))
			continue;
		/* Both ends beyond 1023 cylinders prove nothing. */
		if (start / ((uint64_t)g.heads * g.sectors) >= CHS_CLIPPED)
			continue;
		g.cylinders = (uint32_t)(disk->sectors / ((uint64_t)g.heads * g.sectors));
		disk->table = g;
		return;
	}
}

static void note_mid_track(struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++)
		disk->partition[i].mid_track =
			disk->table.sectors && disk->partition[i].start % disk->table.sectors;
}

/* ---- the boot code ---- */
static bool contains(const uint8_t *code, const char *text)
{
	return memmem(code, MBR_CODE, text, strlen(text)) != NULL;
}

static int note_boot_code(struct disk *disk, const uint8_t *sector)
{
	static const struct {
		const char *text, *name;
	} row[] = {
		{ "GRUB", "GRUB" },
		{ "LILO", "LILO" },
		{ "SYSLINUX", "SYSLINUX" },
		{ "BOOTMGR", "Windows" },
		{ "Invalid partition table", "DOS or Windows" },
		{ "Missing operating system", "DOS or Windows" },
		{ "No active partition", "DOS" },
	};

	disk->boot_code = false;
	for (unsigned int i = 0; i < MBR_CODE; i++)
		disk->boot_code |= sector[i] != 0;
	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		if (contains(sector, row[i].text))
			return model_set(&disk->boot_code_name, row[i].name);
	return model_set(&disk->boot_code_name, NULL);
}

static int note_sector_0(struct reader *r, uint8_t *buffer)
{
	struct disk *disk = r->disk;

	disk->table = (struct geometry){ 0 };
	if (!disk->sectors || read_sector(r, 0, buffer) || get_le16(buffer + 510) != MBR_MAGIC ||
	    disk->kind == TABLE_SUPERFLOPPY || disk->kind == TABLE_BROKEN) {
		disk->boot_code = false;
		return 0;
	}
	if (disk->kind == TABLE_MBR)
		guess_geometry(disk, buffer);
	note_mid_track(disk);
	return note_boot_code(disk, buffer);
}

/* ---- where a GPT is, intact or not ---- */
static bool gpt_at(struct reader *r, uint64_t lba, uint8_t *buffer, struct gpt_header *h)
{
	*h = (struct gpt_header){ 0 };
	if (lba == 0 || lba >= r->disk->sectors || read_sector(r, lba, buffer) ||
	    memcmp(buffer, "EFI PART", 8))
		return false;
	gpt_header_decode(h, buffer, r->disk->sector_size, lba, r->disk->sectors);
	return true;
}

/* The kernel goes by the primary's entries; the backup's are for whoever repairs it, and for a
 * writer: both or none. */
static bool entries_differ(struct reader *r, const struct gpt_place *g, uint8_t *buffer)
{
	uint32_t size = r->disk->sector_size;
	uint64_t sectors = ((uint64_t)g->slots * g->entry_size + size - 1) / size, i;
	uint8_t *other = malloc(size);
	bool differ = !other;

	for (i = 0; i < sectors && !differ; i++) {
		differ = read_sector(r, g->entries + i, buffer) != 0;
		if (!differ)
			memcpy(other, buffer, size);
		differ = differ || read_sector(r, g->alternate_entries + i, buffer) ||
			 memcmp(other, buffer, size);
	}
	free(other);
	return differ;
}

static void note_gpt(struct reader *r, uint8_t *buffer)
{
	struct gpt_place *g = &r->disk->gpt;
	struct gpt_header h, backup;

	*g = (struct gpt_place){ 0 };
	if (gpt_at(r, 1, buffer, &h)) {
		g->header = 1;
		g->entries = h.entries_lba;
	}
	if (gpt_at(r, h.alternate_lba ? h.alternate_lba : r->disk->sectors - 1, buffer, &backup)) {
		g->alternate = h.alternate_lba ? h.alternate_lba : r->disk->sectors - 1;
		g->alternate_entries = backup.entries_lba;
	}
	if (!h.entries)
		h = backup;
	g->first_usable = h.first_usable;
	g->last_usable = h.last_usable;
	g->slots = h.entries;
	g->entry_size = h.entry_size;
	memcpy(g->disk_guid, h.disk_guid, GUID_BYTES);
	/* Of copies that are damaged otherwise the kernel has told. */
	if (r->disk->kind == TABLE_GPT && g->header && g->alternate &&
	    !(r->disk->troubles & TROUBLE_GPT_DAMAGED) && entries_differ(r, g, buffer))
		r->disk->troubles |= TROUBLE_GPT_DAMAGED;
}

/* ---- all of it ---- */
static void forget_table(struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++) {
		struct partition *p = &disk->partition[i];

		free(p->device);
		free(p->name);
		free(p->used_where);
		free(p->volume.file_system);
		free(p->volume.label);
		free(p->volume.uuid);
		free(p->volume.os);
	}
	free(disk->partition);
	free(disk->ebr);
	disk->partition = NULL;
	disk->ebr = NULL;
	disk->partitions = disk->ebrs = 0;
	disk->table_unreadable = false;
}

static int fill_model(struct reader *r, uint8_t *buffer)
{
	struct disk *disk = r->disk;
	struct part_scan *scan = r->scan;
	int error;

	add_chain(r);
	disk->kind = kind_of(scan);
	disk->signature = scan->disk_signature;
	disk->stale_gpt = scan->problems & PART_BAD_GPT_STALE;
	disk->troubles = troubles_of(scan->problems) | find_overlaps(disk);
	error = set_reason(disk, scan->problems);
	if (!error && disk->kind == TABLE_SUPERFLOPPY && scan->contents)
		error = model_set(&disk->volume.file_system, scan->contents);
	if (!error)
		error = note_sector_0(r, buffer);
	note_gpt(r, buffer);
	/* Sectors that only the search for remains of a GPT met are no part of the table. */
	if (!(scan->problems & PART_BAD_READ))
		disk->table_unreadable = false;
	if (!error)
		error = r->error;
	return error ? error : disk_find_free(disk);
}

int table_read(struct disk *disk, const struct disk_io *io)
{
	struct part_scan *scan = calloc(1, sizeof(*scan));
	uint8_t *buffer = malloc(PART_SECTOR_MAX);
	struct reader r = { .disk = disk, .io = io, .scan = scan };
	int error = scan && buffer ? 0 : -ENOMEM;

	forget_table(disk);
	if (!error) {
		scan->source = (struct part_source){ .read = read_sector,
						     .ctx = &r,
						     .sectors = disk->sectors,
						     .sector_size = disk->sector_size,
						     .buffer = buffer };
		scan->found = add_partition;
		scan->arg = &r;
		part_scan(scan); /* its errors are in the model: table_unreadable, kind */
		error = fill_model(&r, buffer);
	}
	free(buffer);
	free(scan);
	return error;
}
