/*
 * staged_judge.c - the new table read by the kernel's parser: foreign partitions as before, the
 * plan's as planned, nothing else, and nothing wrong that was not wrong before.
 */
#include "read_table.h"
#include "staged_table.h"
#include "table_bytes.h"
#include <errno.h>
#include <string.h>

/* A sector at a time, as the parser reads; what holds no table is empty. */
static int copy_read(void *ctx, uint64_t offset, void *data, size_t n)
{
	const struct staged_table *table = ctx;
	const struct staged_sector *s = staged_at(table, offset / table->sector_size);

	if (n != table->sector_size)
		return -EINVAL;
	if (s)
		memcpy(data, s->is, n);
	else
		memset(data, 0, n);
	return 0;
}

static bool same_entry(const struct partition *a, const struct partition *b)
{
	return a->kind == b->kind && a->start == b->start && a->count == b->count &&
	       a->type == b->type && !memcmp(a->type_guid, b->type_guid, GUID_BYTES) &&
	       !memcmp(a->guid, b->guid, GUID_BYTES);
}

static bool is_as_planned(const struct partition *p, const struct plan_part *part)
{
	return p->kind == part->kind && p->start == part->start && p->count == part->count &&
	       p->type == part->type && !memcmp(p->type_guid, part->type_guid, GUID_BYTES) &&
	       !memcmp(p->guid, part->guid, GUID_BYTES);
}

static int fault(struct findings *findings, const char *what, unsigned int number)
{
	finding_add(findings, FIND_PLAN_BROKEN,
		    "The new table, read back, is not as planned: %s (partition %u)", what, number);
	return -EINVAL;
}

static bool is_planned_number(const struct disk_plan *plan, unsigned int number)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].number == number)
			return true;
	return false;
}

static int compare(const struct disk *was, const struct disk *is, const struct disk_plan *plan,
		   struct findings *findings)
{
	size_t expected = plan->new_table ? 0 : was->partitions;

	for (size_t i = 0; i < plan->parts; i++) {
		const struct partition *p = disk_partition(is, plan->part[i].number);

		expected += plan->part[i].is_new;
		if (!p || !is_as_planned(p, &plan->part[i]))
			return fault(findings, "one of the plan's is missing or differs",
				     plan->part[i].number);
	}
	for (size_t i = 0; i < was->partitions && !plan->new_table; i++) {
		const struct partition *old = &was->partition[i];
		const struct partition *p = disk_partition(is, old->number);

		if (!p || (!is_planned_number(plan, old->number) && !same_entry(old, p)))
			return fault(findings, "one that was there is gone or differs",
				     old->number);
		if (!plan->set_active && p->active != old->active)
			return fault(findings, "the active flag moved", old->number);
	}
	if (is->partitions != expected)
		return fault(findings, "there are more or fewer than planned", 0);
	if (is->kind != (plan->gpt ? TABLE_GPT : TABLE_MBR))
		return fault(findings, "the kind of table", 0);
	if (is->troubles & TROUBLE_NO_EDIT)
		return fault(findings, is->table_reason ? is->table_reason : "it is damaged", 0);
	return 0;
}

int staged_judge_kernel(const struct staged_table *table, const struct disk *disk,
			const struct disk_plan *plan, struct findings *findings)
{
	struct disk_io copy = { .read = copy_read, .ctx = (void *)table };
	struct machine m = { 0 };
	struct disk *seen;
	int error;

	if (!plan->edit)
		return 0;
	seen = machine_add_disk(&m);
	if (!seen)
		return -ENOMEM;
	seen->sectors = disk->sectors;
	seen->sector_size = disk->sector_size;
	error = table_read(seen, &copy);
	if (!error)
		error = compare(disk, seen, plan, findings);
	machine_free(&m);
	return error;
}
