/*
 * plan_verify.c - plan_check(): a finished plan held against the disk by somebody who does not know
 * how it was made. Each promise of the installer is a function here.
 */
#include "plan_internal.h"
#include <string.h>

struct verdict {
	const struct disk *disk;
	const struct disk_plan *plan;
	struct findings *findings;
};

static void broken(const struct verdict *v, const char *promise, uint64_t lba)
{
	finding_add(v->findings, FIND_PLAN_BROKEN,
		    "This plan must not be carried out: %s (sector %llu). Please report it",
		    promise, (unsigned long long)lba);
}

/* ---- partitions ---- */
static bool is_table_sector(const struct verdict *v, uint64_t start, uint64_t count)
{
	for (size_t i = 0; i < v->disk->ebrs && !v->plan->new_table; i++)
		if (ranges_meet(start, count, v->disk->ebr[i], 1))
			return true;
	return ranges_meet(start, count, 0, 1);
}

/* New partitions and their tables lie where nothing is. */
static void check_new_place(const struct verdict *v, uint64_t start, uint64_t count, bool logical)
{
	if (is_table_sector(v, start, count))
		broken(v, "a new partition covers a table", start);
	for (size_t i = 0; i < v->disk->partitions && !v->plan->new_table; i++) {
		const struct partition *old = &v->disk->partition[i];

		if (logical && old->kind == PARTITION_EXTENDED) {
			continue;
		}
		if (ranges_meet(start, count, old->start, old->count))
			broken(v, "a new partition overlaps one that is there", start);
	}
}

static bool container_of_new(const struct verdict *v, uint64_t *start, uint64_t *count)
{
	const struct plan_part *own = plan_find(v->plan, ROLE_EXTENDED);
	const struct partition *there = v->plan->new_table ? NULL : disk_extended(v->disk);

	if (own || there) {
		*start = own ? own->start : there->start;
		*count = own ? own->count : there->count;
	}
	return own || there;
}

static void check_logical(const struct verdict *v, const struct plan_part *part)
{
	uint64_t start, count;

	if (!container_of_new(v, &start, &count) ||
	    !range_within(part->start, part->count, start, count) ||
	    (part->ebr && !range_within(part->ebr, 1, start, count)))
		broken(v, "a logical partition leaves its container", part->start);
	if (part->ebr && ranges_meet(part->ebr, 1, part->start, part->count))
		broken(v, "a logical partition covers its own table", part->ebr);
	if (part->ebr)
		check_new_place(v, part->ebr, 1, true);
}

static void check_named(const struct verdict *v, const struct plan_part *part)
{
	const struct partition *old = disk_partition(v->disk, part->number);

	if (v->plan->new_table || !old || old->start != part->start || old->count != part->count ||
	    old->kind != part->kind)
		broken(v, "a named partition is not the one on the disk", part->start);
}

static void check_part(const struct verdict *v, const struct plan_part *part)
{
	const struct disk_plan *plan = v->plan;

	if (!part->count || !range_within(part->start, part->count, 0, plan->disk_sectors))
		broken(v, "a partition leaves the disk", part->start);
	if (part->fs_sectors > part->count)
		broken(v, "a file system is larger than its partition", part->start);
	if (!part->is_new) {
		check_named(v, part);
		return;
	}
	if (part->kind != PARTITION_GPT && part->start + part->count > MBR_REACH)
		broken(v, "a partition is out of the MBR's reach", part->start);
	if (part->kind == PARTITION_GPT &&
	    (part->start < plan->gpt_place.first_usable ||
	     part->start + part->count - 1 > plan->gpt_place.last_usable))
		broken(v, "a partition leaves what the GPT allows", part->start);
	check_new_place(v, part->start, part->count, part->kind == PARTITION_LOGICAL);
	if (part->kind == PARTITION_LOGICAL)
		check_logical(v, part);
}

/* Of two parts: do they share sectors that they must not share? */
static bool parts_clash(const struct plan_part *a, const struct plan_part *b)
{
	if (a->kind == PARTITION_EXTENDED && b->kind == PARTITION_LOGICAL)
		return false;
	if (b->kind == PARTITION_EXTENDED && a->kind == PARTITION_LOGICAL)
		return false;
	return ranges_meet(a->start, a->count, b->start, b->count) ||
	       (a->ebr && ranges_meet(a->ebr, 1, b->start, b->count)) ||
	       (b->ebr && ranges_meet(b->ebr, 1, a->start, a->count)) ||
	       (a->ebr && a->ebr == b->ebr);
}

static void check_pairs(const struct verdict *v)
{
	const struct disk_plan *plan = v->plan;

	for (size_t i = 0; i < plan->parts; i++)
		for (size_t k = 0; k < i; k++) {
			if (parts_clash(&plan->part[i], &plan->part[k]))
				broken(v, "its partitions overlap", plan->part[i].start);
			if (plan->part[i].number == plan->part[k].number)
				broken(v, "two partitions have one number", plan->part[i].start);
		}
}

static void check_numbers(const struct verdict *v)
{
	unsigned int primary = 0, extended = 0;

	for (size_t i = 0; i < v->disk->partitions && !v->plan->new_table; i++) {
		primary += v->disk->partition[i].kind == PARTITION_PRIMARY;
		extended += v->disk->partition[i].kind == PARTITION_EXTENDED;
	}
	for (size_t i = 0; i < v->plan->parts; i++) {
		const struct plan_part *part = &v->plan->part[i];

		if (!part->is_new)
			continue;
		primary += part->kind == PARTITION_PRIMARY;
		extended += part->kind == PARTITION_EXTENDED;
		if (!v->plan->new_table && disk_partition(v->disk, part->number))
			broken(v, "a new partition takes the number of another", part->start);
	}
	if (primary + extended > MBR_SLOTS || extended > 1)
		broken(v, "the MBR has no entry for a partition", 0);
}

/* ---- what may be written ---- */
/* Inside a partition that stays? Only a BIOS boot partition is shared, by the loader. */
static bool may_write_inside(const struct plan_range *r, const struct partition *old)
{
	if (old->kind == PARTITION_EXTENDED)
		return true; /* the tables in it are looked at one by one */
	return r->step == STEP_LOADER && !memcmp(old->type_guid, guid_bios_boot, GUID_BYTES);
}

/* A sector of an existing extended partition that is written is a table of the chain or was free.
 */
static bool is_known_table(const struct verdict *v, const struct plan_range *r)
{
	for (size_t i = 0; i < v->disk->ebrs; i++)
		if (r->count == 1 && r->start == v->disk->ebr[i])
			return true;
	for (size_t i = 0; i < v->plan->parts; i++)
		if (r->count == 1 && r->start == v->plan->part[i].ebr)
			return true;
	return false;
}

static bool is_in_part(const struct disk_plan *plan, const struct plan_range *r)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].role != ROLE_EXTENDED &&
		    range_within(r->start, r->count, plan->part[i].start, plan->part[i].count))
			return true;
	return false;
}

static bool is_saved(const struct disk_plan *plan, const struct plan_range *r)
{
	uint64_t at = r->start, end = r->start + r->count;

	for (size_t i = 0; i < plan->saves; i++) /* sorted */
		if (plan->save[i].start <= at && at < plan->save[i].start + plan->save[i].count)
			at = plan->save[i].start + plan->save[i].count;
	return at >= end;
}

static void check_range(const struct verdict *v, const struct plan_range *r)
{
	const struct disk_plan *plan = v->plan;

	if (!r->count || !range_within(r->start, r->count, 0, plan->disk_sectors)) {
		broken(v, "it writes outside the disk", r->start);
		return;
	}
	if (r->outside == is_in_part(plan, r) && !(r->step == STEP_LOADER || r->step == STEP_TABLE))
		broken(v, "it does not know whose sectors it writes", r->start);
	if (r->outside && !is_saved(plan, r))
		broken(v, "it writes what it has not saved", r->start);
	for (size_t i = 0; i < v->disk->partitions; i++) {
		const struct partition *old = &v->disk->partition[i];

		if (plan->new_table || plan_names(plan, old) ||
		    !ranges_meet(r->start, r->count, old->start, old->count))
			continue;
		if (old->kind == PARTITION_EXTENDED && !is_in_part(plan, r) &&
		    !is_known_table(v, r))
			broken(v, "it writes into an extended partition", r->start);
		if (!may_write_inside(r, old))
			broken(v, "it writes into a partition that is kept", r->start);
	}
}

static void check_undo(const struct verdict *v)
{
	const struct disk_plan *plan = v->plan;
	const struct plan_part *root = plan_find(plan, ROLE_ROOT);

	if (!root) {
		broken(v, "it has no root", 0);
		return;
	}
	if (!plan->undo_count)
		return;
	if (!range_within(plan->undo_start, plan->undo_count, root->start, root->count) ||
	    plan->undo_start < root->start + root->fs_sectors)
		broken(v, "the undo record is not behind the root's file system", plan->undo_start);
	for (size_t i = 0; i < plan->saves; i++)
		if (ranges_meet(plan->save[i].start, plan->save[i].count, plan->undo_start,
				plan->undo_count))
			broken(v, "the undo record covers what it saves", plan->save[i].start);
}

void plan_check(const struct disk *disk, const struct disk_plan *plan, struct findings *findings)
{
	struct verdict v = { .disk = disk, .plan = plan, .findings = findings };

	if (plan->disk_sectors != disk->sectors || plan->sector_size != disk->sector_size)
		broken(&v, "it is for a disk of another size", disk->sectors);
	for (size_t i = 0; i < plan->parts; i++)
		check_part(&v, &plan->part[i]);
	check_pairs(&v);
	check_numbers(&v);
	for (size_t i = 0; i < plan->ranges; i++)
		check_range(&v, &plan->range[i]);
	check_undo(&v);
}
