/*
 * staged_check.c - staged_check_bytes(): whose byte is each that changed? Knows the layout of
 * tables, but nothing of how they were edited.
 */
#include "table_bytes.h"
#include <errno.h>
#include <string.h>

struct judge {
	const struct staged_table *table;
	const struct disk *disk;
	const struct disk_plan *plan;
};

static bool is_new_ebr(const struct disk_plan *plan, uint64_t lba)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (lba && plan->part[i].ebr == lba)
			return true;
	return false;
}

static bool is_new_number(const struct disk_plan *plan, unsigned int number)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].is_new && plan->part[i].number == number)
			return true;
	return false;
}

/* Is it the type byte of a partition that the plan formats? */
static bool is_formatted_slot(const struct disk_plan *plan, const uint8_t *slot, uint64_t base)
{
	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *part = &plan->part[i];

		if (!part->is_new && part->format && base + get_le(slot + 8, 4) == part->start &&
		    get_le(slot + 12, 4) == part->count)
			return true;
	}
	return false;
}

static bool mbr_byte(const struct judge *j, const struct staged_sector *s, unsigned int at)
{
	unsigned int slot = (at - MBR_TABLE) / SLOT_BYTES, in = (at - MBR_TABLE) % SLOT_BYTES;

	if (j->plan->new_table)
		return true;
	if (at < MBR_TABLE || at >= MBR_MAGIC)
		return false;
	if (in == 0 && j->plan->set_active)
		return true;
	if (j->plan->gpt)
		return false;
	if (is_new_number(j->plan, slot + 1))
		return slot_is_empty(slot_at(s->was, slot));
	return in == SLOT_TYPE && is_formatted_slot(j->plan, slot_at(s->was, slot), 0);
}

static bool ebr_byte(const struct judge *j, const struct staged_sector *s, unsigned int at)
{
	unsigned int slot = (at - MBR_TABLE) / SLOT_BYTES, in = (at - MBR_TABLE) % SLOT_BYTES;

	if (at < MBR_TABLE || at >= MBR_MAGIC)
		return false;
	if (slot < 2 && slot_is_empty(slot_at(s->was, slot)))
		return s->lba == j->disk->ebr[j->disk->ebrs - 1];
	return in == SLOT_TYPE && is_formatted_slot(j->plan, slot_at(s->was, slot), s->lba);
}

static bool gpt_header_byte(unsigned int at)
{
	return (at >= GPT_HEADER_CRC && at < GPT_HEADER_CRC + 4) ||
	       (at >= GPT_ARRAY_CRC && at < GPT_ARRAY_CRC + 4);
}

static bool gpt_entry_byte(const struct judge *j, const struct staged_sector *s, uint64_t entries,
			   unsigned int at)
{
	uint64_t byte = (s->lba - entries) * j->table->sector_size + at;
	uint32_t size = j->plan->gpt_place.entry_size;
	unsigned int number = (unsigned int)(byte / size) + 1;

	if (is_new_number(j->plan, number))
		return true;
	for (size_t i = 0; i < j->plan->parts; i++)
		if (j->plan->part[i].number == number && j->plan->part[i].format)
			return byte % size < GUID_BYTES;
	return false;
}

static bool is_ebr(const struct disk *disk, uint64_t lba)
{
	for (size_t i = 0; i < disk->ebrs; i++)
		if (disk->ebr[i] == lba)
			return true;
	return false;
}

static bool gpt_byte(const struct judge *j, const struct staged_sector *s, unsigned int at)
{
	const struct gpt_place *g = &j->plan->gpt_place;
	uint64_t array = gpt_array_sectors(j->plan);

	if (j->plan->new_table)
		return true;
	if (s->lba == g->header || s->lba == g->alternate)
		return gpt_header_byte(at);
	if (s->lba >= g->entries && s->lba - g->entries < array)
		return gpt_entry_byte(j, s, g->entries, at);
	if (s->lba >= g->alternate_entries && s->lba - g->alternate_entries < array)
		return gpt_entry_byte(j, s, g->alternate_entries, at);
	return false;
}

static bool may_change(const struct judge *j, const struct staged_sector *s, unsigned int at)
{
	const struct disk_plan *plan = j->plan;

	if (s->lba == 0)
		return mbr_byte(j, s, at);
	if (is_new_ebr(plan, s->lba))
		return true;
	if (!plan->new_table && is_ebr(j->disk, s->lba))
		return ebr_byte(j, s, at);
	if ((plan->wipe_gpt && s->lba == 1) ||
	    (plan->wipe_backup && s->lba == plan->disk_sectors - 1))
		return true;
	return plan->gpt && gpt_byte(j, s, at);
}

static bool is_in_range(const struct disk_plan *plan, uint64_t lba)
{
	for (size_t i = 0; i < plan->ranges; i++)
		if (plan->range[i].step == STEP_TABLE && lba >= plan->range[i].start &&
		    lba - plan->range[i].start < plan->range[i].count)
			return true;
	return false;
}

int staged_check_bytes(const struct staged_table *table, const struct disk *disk,
		       const struct disk_plan *plan, struct findings *findings)
{
	struct judge j = { table, disk, plan };

	for (size_t i = 0; i < table->count; i++) {
		const struct staged_sector *s = &table->sector[i];
		unsigned int at = 0;

		if (!memcmp(s->was, s->is, table->sector_size))
			continue;
		while (at < table->sector_size &&
		       (s->was[at] == s->is[at] || may_change(&j, s, at)))
			at++;
		if (at == table->sector_size && is_in_range(plan, s->lba))
			continue;
		finding_add(findings, FIND_PLAN_BROKEN,
			    "Byte %u of sector %llu would change, which is not the plan's", at,
			    (unsigned long long)s->lba);
		return -EINVAL;
	}
	return 0;
}
