/* gpt_edit.c - entries of both copies of a GPT and their checksums. Source: UEFI 2.10, 5.3. */
#include "table_bytes.h"
#include <errno.h>
#include <kernel/crc32_small.h>
#include <stdlib.h>
#include <string.h>

#define NAME_AT	   56u
#define NAME_UNITS 36u
#define REVISION   0x00010000u

/* One copy: an array of entries gathered from its sectors, and the header. */
struct gpt_copy {
	uint64_t header_lba, entries_lba, other_lba;
	uint8_t *array; /* whole sectors */
	size_t bytes;	/* that count */
	uint64_t sectors;
};

static int load_array(const struct edit *e, struct gpt_copy *c)
{
	uint32_t size = e->table->sector_size;

	c->bytes = (size_t)e->plan->gpt_place.slots * e->plan->gpt_place.entry_size;
	c->sectors = gpt_array_sectors(e->plan);
	c->array = malloc((size_t)c->sectors * size + 1);
	if (!c->array)
		return -ENOMEM;
	for (uint64_t i = 0; i < c->sectors; i++) {
		const struct staged_sector *s = staged_at(e->table, c->entries_lba + i);

		if (!s)
			return edit_failed(e, "the GPT was not read", c->entries_lba + i);
		memcpy(c->array + i * size, s->is, size);
	}
	if (e->plan->new_table)
		memset(c->array, 0, (size_t)c->sectors * size);
	return 0;
}

static void store_array(const struct edit *e, const struct gpt_copy *c)
{
	uint32_t size = e->table->sector_size;

	for (uint64_t i = 0; i < c->sectors; i++)
		memcpy(staged_at(e->table, c->entries_lba + i)->is, c->array + i * size, size);
}

/* ---- entries ---- */
static const char *name_of(const struct plan_part *part)
{
	switch (part->role) {
	case ROLE_ROOT:
		return "Oldiron";
	case ROLE_HOME:
		return "Oldiron home";
	case ROLE_SWAP:
		return "Oldiron swap";
	case ROLE_BIOS_BOOT:
		return "Oldiron loader";
	case ROLE_EXTENDED:
	case ROLE_OTHER:
		break;
	}
	return "";
}

static bool all_zero(const uint8_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (at[i])
			return false;
	return true;
}

static void put_entry(uint8_t *entry, uint32_t entry_size, const struct plan_part *part)
{
	const char *name = name_of(part);

	memset(entry, 0, entry_size);
	memcpy(entry, part->type_guid, GUID_BYTES);
	memcpy(entry + GUID_BYTES, part->guid, GUID_BYTES);
	put_le(entry + 32, part->start, 8);
	put_le(entry + 40, part->start + part->count - 1, 8);
	for (unsigned int i = 0; i < NAME_UNITS && name[i]; i++)
		entry[NAME_AT + 2 * i] = (uint8_t)name[i];
}

static int edit_entry(const struct edit *e, struct gpt_copy *c, const struct plan_part *part)
{
	uint32_t size = e->plan->gpt_place.entry_size;
	uint8_t *entry;

	if (part->number < 1 || part->number > e->plan->gpt_place.slots)
		return edit_failed(e, "a number is beyond the GPT's entries", c->entries_lba);
	entry = c->array + (size_t)(part->number - 1) * size;
	if (part->is_new) {
		if (!all_zero(entry, GUID_BYTES))
			return edit_failed(e, "an entry of the GPT is in use", c->entries_lba);
		put_entry(entry, size, part);
		return 0;
	}
	if (get_le(entry + 32, 8) != part->start ||
	    get_le(entry + 40, 8) != part->start + part->count - 1)
		return edit_failed(e, "the chosen partition is not in its entry", c->entries_lba);
	memcpy(entry, part->type_guid, GUID_BYTES);
	return 0;
}

/* ---- the header ---- */
static void make_header(const struct edit *e, const struct gpt_copy *c, uint8_t *header)
{
	const struct gpt_place *g = &e->plan->gpt_place;

	memset(header, 0, e->table->sector_size);
	memcpy(header, "EFI PART", 8);
	put_le(header + 8, REVISION, 4);
	put_le(header + 12, GPT_HEADER_MIN, 4);
	put_le(header + 24, c->header_lba, 8);
	put_le(header + 32, c->other_lba, 8);
	put_le(header + 40, g->first_usable, 8);
	put_le(header + 48, g->last_usable, 8);
	memcpy(header + 56, e->plan->new_disk_guid, GUID_BYTES);
	put_le(header + 72, c->entries_lba, 8);
	put_le(header + 80, g->slots, 4);
	put_le(header + 84, g->entry_size, 4);
}

static int edit_header(const struct edit *e, const struct gpt_copy *c)
{
	struct staged_sector *s = staged_at(e->table, c->header_lba);
	uint64_t size;

	if (!s)
		return edit_failed(e, "a GPT header was not read", c->header_lba);
	if (e->plan->new_table)
		make_header(e, c, s->is);
	size = get_le(s->is + 12, 4);
	if (memcmp(s->is, "EFI PART", 8) || size < GPT_HEADER_MIN || size > e->table->sector_size ||
	    get_le(s->is + 72, 8) != c->entries_lba || get_le(s->is + 24, 8) != c->header_lba)
		return edit_failed(e, "a GPT header is not what was read before", c->header_lba);
	put_le(s->is + GPT_ARRAY_CRC, crc32_small(0, c->array, c->bytes), 4);
	put_le(s->is + GPT_HEADER_CRC, 0, 4);
	put_le(s->is + GPT_HEADER_CRC, crc32_small(0, s->is, (size_t)size), 4);
	return 0;
}

static bool changes_entries(const struct edit *e)
{
	for (size_t i = 0; i < e->plan->parts; i++) {
		const struct plan_part *part = &e->plan->part[i];
		const struct partition *was = disk_partition(e->disk, part->number);

		if (part->is_new || !was || memcmp(was->type_guid, part->type_guid, GUID_BYTES))
			return true;
	}
	return false;
}

static int edit_copy(const struct edit *e, struct gpt_copy *c)
{
	int error = load_array(e, c);

	for (size_t i = 0; i < e->plan->parts && !error; i++)
		error = edit_entry(e, c, &e->plan->part[i]);
	if (!error) {
		store_array(e, c);
		error = edit_header(e, c);
	}
	free(c->array);
	return error;
}

int gpt_edit(const struct edit *e)
{
	const struct gpt_place *g = &e->plan->gpt_place;
	struct gpt_copy primary = { .header_lba = g->header,
				    .entries_lba = g->entries,
				    .other_lba = g->alternate };
	struct gpt_copy backup = { .header_lba = g->alternate,
				   .entries_lba = g->alternate_entries,
				   .other_lba = g->header };
	int error;

	if (!e->plan->new_table && !changes_entries(e))
		return 0;
	error = edit_copy(e, &backup);
	return error ? error : edit_copy(e, &primary);
}
