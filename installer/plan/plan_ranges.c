/*
 * plan_ranges.c - where the loader goes, what may be written, what is saved before, and where the
 * record of it lies.
 */
#include "plan_internal.h"
#include <errno.h>
#include <stdlib.h>

/* Header, journal and hashes of an undo record; the notes of the flow; each extent's row. */
#define UNDO_FIXED_SECTORS 32u
#define UNDO_FIXED_BYTES   (64u * 1024)
#define UNDO_EXTENT_BYTES  64u
#define UNDO_GRAIN_BYTES   4096u
/* A file system is made of blocks of at most so much. */
#define FS_GRAIN_BYTES 4096u

/* ---- the loader ---- */
/* The lowest sector that a partition of the finished table has, or its end of the gap. */
static uint64_t first_partition(const struct planner *p)
{
	uint64_t first = p->plan->disk_sectors;

	for (size_t i = 0; i < p->disk->partitions; i++) {
		const struct partition *old = &p->disk->partition[i];

		if (!p->plan->new_table && old->start < first)
			first = old->start;
	}
	for (size_t i = 0; i < p->plan->parts; i++)
		if (p->plan->part[i].start < first)
			first = p->plan->part[i].start;
	return first;
}

static bool place_in_bios_boot(struct planner *p)
{
	const struct plan_part *own = plan_find(p->plan, ROLE_BIOS_BOOT);
	const struct partition *there = p->plan->new_table ? NULL : disk_bios_boot(p->disk);

	if (own) {
		p->plan->core_start = own->start;
		p->plan->core_room = own->count;
	} else if (there) {
		p->plan->core_start = there->start;
		p->plan->core_room = there->count;
	} else {
		finding_add(p->findings, FIND_GPT_NO_BIOS_BOOT,
			    "%s has a GPT without a BIOS boot partition, which the loader needs",
			    p->disk->name);
	}
	return own || there;
}

int plan_place_loader(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	uint64_t needed = p->request->core_bytes ? p->request->core_bytes : CORE_BYTES_LEAST;

	plan->loader = p->request->loader;
	if (plan->loader == LOADER_NONE)
		return 0;
	if (plan->sector_size != 512) {
		finding_add(
			p->findings, FIND_SECTOR_SIZE,
			"%s has sectors of %u bytes; the loader can only be put on disks with 512",
			p->disk->name, plan->sector_size);
		return -EINVAL;
	}
	if (plan->loader == LOADER_PARTITION)
		return 0;
	plan->core_in_gap = true;
	if (plan->gpt) {
		if (!place_in_bios_boot(p))
			return -EINVAL;
	} else {
		plan->core_start = 1;
		plan->core_room = first_partition(p) - 1;
	}
	if (disk_bytes(p->disk, plan->core_room) < needed) {
		finding_add(p->findings, FIND_GAP_TOO_SMALL,
			    "The loader needs %llu sectors behind the MBR of %s; there are %llu. "
			    "It can go into the partition's boot sector",
			    (unsigned long long)to_sectors(plan, needed), p->disk->name,
			    (unsigned long long)plan->core_room);
		return -EINVAL;
	}
	if (to_sectors(plan, p->request->core_bytes))
		plan->core_room = to_sectors(plan, p->request->core_bytes);
	return 0;
}

/* ---- what may be written ---- */
static uint64_t gpt_array_sectors(const struct disk_plan *plan, const struct gpt_place *g)
{
	return to_sectors(plan, (uint64_t)g->slots * g->entry_size);
}

static int range_gpt(struct disk_plan *plan)
{
	const struct gpt_place *g = &plan->gpt_place;
	uint64_t array = gpt_array_sectors(plan, g);
	int error = plan_add_range(plan, STEP_TABLE, g->alternate_entries, array, true,
				   "the backup GPT's entries");

	if (!error)
		error = plan_add_range(plan, STEP_TABLE, g->alternate, 1, true,
				       "the backup GPT's header");
	if (!error)
		error = plan_add_range(plan, STEP_TABLE, g->entries, array, true,
				       "the GPT's entries");
	if (!error)
		error = plan_add_range(plan, STEP_TABLE, g->header, 1, true, "the GPT's header");
	return error;
}

static int range_wipes(struct disk_plan *plan)
{
	int error = 0;

	if (plan->wipe_gpt)
		error = plan_add_range(plan, STEP_TABLE, 1, 1, true,
				       "the old GPT's header, which is cleared");
	if (!error && plan->wipe_backup)
		error = plan_add_range(plan, STEP_TABLE, plan->disk_sectors - 1, 1, true,
				       "the old GPT's backup header, which is cleared");
	return error;
}

/* The end of the chain, which gets a link (or a partition) that it did not have. */
static int range_last_ebr(struct planner *p)
{
	bool logical = false;

	if (p->plan->new_table || !p->disk->ebrs)
		return 0;
	for (size_t i = 0; i < p->plan->parts; i++)
		logical |= p->plan->part[i].is_new && p->plan->part[i].kind == PARTITION_LOGICAL;
	if (!logical)
		return 0;
	return plan_add_range(p->plan, STEP_TABLE, p->disk->ebr[p->disk->ebrs - 1], 1, true,
			      "the end of the chain of logical partitions");
}

/* The table of an existing logical partition whose type changes. */
static int range_own_ebr(struct planner *p, const struct plan_part *part)
{
	const struct partition *was = disk_partition(p->disk, part->number);

	if (part->is_new || part->kind != PARTITION_LOGICAL || !was || was->type == part->type)
		return 0;
	return plan_add_range(p->plan, STEP_TABLE, was->table_lba, 1, true,
			      "the table of the chosen logical partition: its type");
}

static int range_table(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	int error = 0;

	if (!plan->edit)
		return 0;
	for (size_t i = 0; i < plan->parts && !error; i++) {
		error = range_own_ebr(p, &plan->part[i]);
		if (!error && plan->part[i].ebr)
			error = plan_add_range(plan, STEP_TABLE, plan->part[i].ebr, 1, true,
					       "the table of a new logical partition");
	}
	if (!error)
		error = range_last_ebr(p);
	if (!error && plan->gpt)
		error = range_gpt(plan);
	if (!error)
		error = plan_add_range(plan, STEP_TABLE, 0, 1, true,
				       plan->gpt ? "the protective MBR"
						 : "the partition table (MBR)");
	return error ? error : range_wipes(plan);
}

static int range_loader(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	const struct plan_part *root = plan_find(plan, ROLE_ROOT);
	bool own = plan_find(plan, ROLE_BIOS_BOOT) != NULL;
	int error = 0;

	if (plan->loader == LOADER_NONE)
		return 0;
	if (plan->loader == LOADER_PARTITION)
		return plan_add_range(plan, STEP_SWITCH, root->start, 1, false,
				      "the boot sector of the root partition");
	error = plan_add_range(plan, STEP_LOADER, plan->core_start, plan->core_room, !own,
			       plan->gpt ? "the loader's body in the BIOS boot partition"
					 : "the loader's body behind the MBR");
	if (error)
		return error;
	return plan_add_range(plan, STEP_SWITCH, 0, 1, true, "the loader's code in the MBR");
}

/* ---- what is saved ---- */
static int save_old_gpt(struct planner *p)
{
	const struct gpt_place *g = &p->disk->gpt;
	uint64_t array = gpt_array_sectors(p->plan, g);
	int error = 0;

	if (g->header)
		error = plan_add_save(p->plan, g->header, 1, "GPT header");
	if (!error && g->entries)
		error = plan_add_save(p->plan, g->entries, array, "GPT entries");
	if (!error && g->alternate)
		error = plan_add_save(p->plan, g->alternate, 1, "backup GPT header");
	if (!error && g->alternate_entries)
		error = plan_add_save(p->plan, g->alternate_entries, array, "backup GPT entries");
	return error;
}

static int save_tables(struct planner *p)
{
	int error = plan_add_save(p->plan, 0, 1, "MBR");

	for (size_t i = 0; i < p->disk->ebrs && !error; i++)
		error = plan_add_save(p->plan, p->disk->ebr[i], 1, "EBR");
	return error ? error : save_old_gpt(p);
}

/* The boot sectors of partitions whose contents go. */
static int save_boot_sectors(struct planner *p)
{
	int error = 0;

	for (size_t i = 0; i < p->disk->partitions && !error; i++) {
		const struct partition *old = &p->disk->partition[i];
		bool lost = !plan_keeps(p->plan, old) && old->kind != PARTITION_EXTENDED;

		if (lost && old->start < p->disk->sectors)
			error = plan_add_save(p->plan, old->start, 1, "boot sector");
	}
	return error;
}

static int save_what_is_written(struct disk_plan *plan)
{
	int error = 0;

	for (size_t i = 0; i < plan->ranges && !error; i++)
		if (plan->range[i].outside || plan->range[i].step == STEP_SWITCH)
			error = plan_add_save(plan, plan->range[i].start, plan->range[i].count,
					      plan->range[i].reason);
	return error;
}

int plan_fill_ranges(struct planner *p)
{
	int error = range_table(p);

	if (!error)
		error = range_loader(p);
	if (!error)
		error = save_tables(p);
	if (!error)
		error = save_boot_sectors(p);
	if (!error)
		error = save_what_is_written(p->plan);
	if (!error)
		plan_join_saves(p->plan);
	return error;
}

/* ---- the undo record's place ---- */
static int undo_length(struct disk_plan *plan, uint64_t *sectors)
{
	uint64_t bytes = UNDO_FIXED_BYTES, saved = 0;
	uint8_t *data;
	size_t size;
	int error = plan_serialize(plan, &data, &size);

	if (error)
		return error;
	free(data);
	for (size_t i = 0; i < plan->saves; i++)
		saved += plan->save[i].count;
	/* An extent can become one for each of its sectors, where what is written to it is known.
	 */
	bytes += size + (plan->saves + saved) * UNDO_EXTENT_BYTES;
	*sectors = round_up(UNDO_FIXED_SECTORS + saved + to_sectors(plan, bytes),
			    to_sectors(plan, UNDO_GRAIN_BYTES));
	return 0;
}

/* The highest range of so many sectors in the root that holds nothing that is to be saved. */
static uint64_t undo_start(const struct disk_plan *plan, const struct plan_part *root,
			   uint64_t count)
{
	uint64_t end = root->start + root->count;

	/* Sorted: from the end downwards each is met once. */
	for (size_t i = plan->saves; i > 0; i--) {
		const struct plan_range *s = &plan->save[i - 1];

		if (end < root->start + count)
			return 0;
		if (ranges_meet(s->start, s->count, end - count, count))
			end = s->start;
	}
	return end < root->start + count ? 0 : end - count;
}

static int no_undo_room(struct planner *p)
{
	finding_add(
		p->findings, FIND_NO_UNDO_ROOM,
		"There is no room on %s for the record that oldiron-undo needs: name a floppy or a "
		"second disk for it",
		p->disk->name);
	return 0;
}

int plan_place_undo(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	struct plan_part *root = NULL;
	uint64_t count, start, kept, block = to_sectors(plan, FS_GRAIN_BYTES);
	int error;

	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].role == ROLE_ROOT)
			root = &plan->part[i];
	error = undo_length(plan, &count);
	if (error || !root)
		return error ? error : -EINVAL;
	start = undo_start(plan, root, count);
	if (!root->format) { /* only behind a file system that was made shorter */
		const struct partition *was = disk_partition(p->disk, root->number);

		kept = was ? was->volume.fs_sectors : 0;
		if (!kept || !start || start < root->start + kept)
			return no_undo_room(p);
		root->fs_sectors = kept;
	} else {
		if (!start || disk_bytes(p->disk, start - root->start) <
				      p->request->needed_bytes + PLAN_MIB) {
			finding_add(p->findings, FIND_PARTITION_TOO_SMALL,
				    "The root partition is too small for the system and the record "
				    "that undoes the installation");
			return -EINVAL;
		}
		root->fs_sectors = round_down(start - root->start, block);
	}
	plan->undo_start = start;
	plan->undo_count = count;
	return plan_add_range(plan, STEP_UNDO, start, count, false,
			      "the undo record, at the end of the root partition");
}
