/*
 * mbr_edit.c - entries of an MBR and of its chain of EBRs, slot by slot. A slot that is in use is
 * never written but for the type of a partition that the plan formats, and flags when the active
 * one moves. Sources: hardware notes 6.1; CHS beyond cylinder 1023 as DOS and Linux tools write it.
 */
#include "table_bytes.h"
#include <string.h>

#define CYLINDER_MAX 1023u

static void put_chs(uint8_t *at, const struct geometry *g, uint64_t lba)
{
	uint64_t cylinder = lba / ((uint64_t)g->heads * g->sectors);
	uint32_t head = (uint32_t)(lba / g->sectors % g->heads),
		 sector = (uint32_t)(lba % g->sectors);

	if (cylinder > CYLINDER_MAX) {
		cylinder = CYLINDER_MAX;
		head = g->heads - 1;
		sector = g->sectors - 1;
	}
	at[0] = (uint8_t)head;
	at[1] = (uint8_t)((sector + 1) | (cylinder >> 2 & 0xC0));
	at[2] = (uint8_t)cylinder;
}

/* A slot whose LBA counts from `base`. */
static void put_slot(const struct edit *e, uint8_t *slot, uint8_t type, uint64_t base,
		     uint64_t start, uint64_t count)
{
	memset(slot, 0, SLOT_BYTES);
	slot[SLOT_TYPE] = type;
	put_chs(slot + 1, &e->plan->geometry, start);
	put_chs(slot + 5, &e->plan->geometry, start + count - 1);
	put_le(slot + 8, start - base, 4);
	put_le(slot + 12, count, 4);
}

static bool has_magic(const uint8_t *sector)
{
	return get_le(sector + MBR_MAGIC, 2) == 0xAA55;
}

static void put_magic(uint8_t *sector)
{
	put_le(sector + MBR_MAGIC, 0xAA55, 2);
}

/* ---- sector 0 ---- */
/* Code that belongs to an MBR stays until the loader's own step; a boot sector's remains go. */
static void make_new_mbr(const struct edit *e, uint8_t *mbr)
{
	bool code =
		e->disk->boot_code && (e->disk->kind == TABLE_MBR || e->disk->kind == TABLE_GPT ||
				       e->disk->kind == TABLE_HYBRID);

	memset(mbr + (code ? MBR_SIGNATURE : 0), 0, MBR_MAGIC - (code ? MBR_SIGNATURE : 0));
	put_le(mbr + MBR_SIGNATURE, e->plan->new_signature, 4);
	put_magic(mbr);
}

static void put_protective(const struct edit *e, uint8_t *mbr)
{
	static const uint8_t chs[] = { 0, 2, 0, TYPE_PROTECTIVE, 0xFF, 0xFF, 0xFF };
	uint8_t *slot = slot_at(mbr, 0);
	uint64_t count = e->plan->disk_sectors - 1;

	memcpy(slot + 1, chs, sizeof(chs));
	put_le(slot + 8, 1, 4);
	put_le(slot + 12, count < 0xFFFFFFFF ? count : 0xFFFFFFFF, 4);
}

static int put_primary(const struct edit *e, uint8_t *mbr, const struct plan_part *part)
{
	uint8_t *slot = slot_at(mbr, part->number - 1);

	if (part->number < 1 || part->number > MBR_SLOTS || !slot_is_empty(slot))
		return edit_failed(e, "a slot is in use", 0);
	put_slot(e, slot, part->type, 0, part->start, part->count);
	return 0;
}

/* The slot of a sector that names a partition. */
static uint8_t *find_slot(uint8_t *sector, uint64_t base, uint64_t start, uint64_t count)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		uint8_t *slot = slot_at(sector, i);

		if (!slot_is_empty(slot) && base + get_le(slot + 8, 4) == start &&
		    get_le(slot + 12, 4) == count)
			return slot;
	}
	return NULL;
}

static int set_type(const struct edit *e, const struct plan_part *part)
{
	const struct partition *was = disk_partition(e->disk, part->number);
	bool logical = part->kind == PARTITION_LOGICAL;
	uint64_t lba = was && logical ? was->table_lba : 0;
	struct staged_sector *s;
	uint8_t *slot;

	if (!was || was->type == part->type)
		return 0;
	s = staged_at(e->table, lba);
	slot = s ? find_slot(s->is, lba, part->start, part->count) : NULL;
	if (!slot)
		return edit_failed(e, "the chosen partition is not in its table", lba);
	slot[SLOT_TYPE] = part->type;
	return 0;
}

/* Of a GPT the protective entry is marked: some BIOSes start from nothing that has no mark. */
static void move_active(const struct edit *e, uint8_t *mbr)
{
	for (unsigned int i = 0; i < MBR_SLOTS; i++) {
		uint8_t *slot = slot_at(mbr, i);
		bool marked = e->plan->gpt ? slot[SLOT_TYPE] == TYPE_PROTECTIVE
					   : i + 1 == e->plan->active_number;

		slot[0] = marked ? FLAG_ACTIVE : 0;
	}
}

/* ---- the chain ---- */
struct chain {
	uint64_t base; /* where the container starts: links count from it */
	uint64_t last; /* the table at its end; 0: there is none yet */
};

static struct chain find_chain(const struct edit *e)
{
	const struct plan_part *own = plan_find(e->plan, ROLE_EXTENDED);
	const struct partition *there = e->plan->new_table ? NULL : disk_extended(e->disk);

	if (own)
		return (struct chain){ .base = own->start };
	if (there && e->disk->ebrs)
		return (struct chain){ .base = there->start,
				       .last = e->disk->ebr[e->disk->ebrs - 1] };
	return (struct chain){ 0 };
}

/* The link goes to the second slot; where a program put the data there, to the first. */
static int put_link(const struct edit *e, const struct chain *chain, const struct plan_part *part)
{
	struct staged_sector *s = staged_at(e->table, chain->last);
	uint8_t *slot;

	if (!s || !has_magic(s->is))
		return edit_failed(e, "the end of the chain is no table", chain->last);
	for (unsigned int i = 0; i < 2; i++)
		if (!slot_is_empty(slot_at(s->is, i)) &&
		    partition_type_is_extended(slot_at(s->is, i)[SLOT_TYPE]))
			return edit_failed(e, "the chain goes on where it should end", chain->last);
	slot = slot_at(s->is, 1);
	if (!slot_is_empty(slot))
		slot = slot_at(s->is, 0);
	if (!slot_is_empty(slot))
		return edit_failed(e, "the end of the chain has no room for a link", chain->last);
	put_slot(e, slot, TYPE_EXTENDED, chain->base, part->ebr,
		 part->start + part->count - part->ebr);
	return 0;
}

static int put_in_empty_ebr(const struct edit *e, const struct chain *chain,
			    const struct plan_part *part)
{
	struct staged_sector *s = staged_at(e->table, chain->last);

	if (!s || !has_magic(s->is) || !slot_is_empty(slot_at(s->is, 0)) ||
	    part->start <= chain->last)
		return edit_failed(e, "a table that should be empty is not", chain->last);
	put_slot(e, slot_at(s->is, 0), part->type, chain->last, part->start, part->count);
	return 0;
}

static int put_logical(const struct edit *e, struct chain *chain, const struct plan_part *part)
{
	struct staged_sector *s;
	int error;

	if (!part->ebr)
		return put_in_empty_ebr(e, chain, part);
	s = staged_at(e->table, part->ebr);
	if (!s)
		return edit_failed(e, "the place of a new table was not read", part->ebr);
	memset(s->is, 0, e->table->sector_size);
	put_magic(s->is);
	put_slot(e, slot_at(s->is, 0), part->type, part->ebr, part->start, part->count);
	error = chain->last ? put_link(e, chain, part) : 0;
	if (!error && !chain->last && part->ebr != chain->base)
		error = edit_failed(e, "the first table is not at its container's start",
				    part->ebr);
	chain->last = part->ebr;
	return error;
}

int mbr_edit(const struct edit *e)
{
	const struct disk_plan *plan = e->plan;
	struct staged_sector *s = staged_at(e->table, 0);
	struct chain chain = find_chain(e);
	int error = 0;

	if (!s)
		return edit_failed(e, "sector 0 was not read", 0);
	if (plan->new_table)
		make_new_mbr(e, s->is);
	else if (!has_magic(s->is))
		return edit_failed(e, "sector 0 is no table", 0);
	if (plan->new_table && plan->gpt)
		put_protective(e, s->is);
	for (size_t i = 0; i < plan->parts && !error; i++) {
		const struct plan_part *part = &plan->part[i];

		if (part->kind == PARTITION_GPT)
			continue;
		if (!part->is_new)
			error = set_type(e, part);
		else if (part->kind == PARTITION_LOGICAL)
			error = put_logical(e, &chain, part);
		else
			error = put_primary(e, s->is, part);
	}
	if (!error && plan->set_active)
		move_active(e, s->is);
	return error;
}
