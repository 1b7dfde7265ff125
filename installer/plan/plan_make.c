/* plan_make.c - see disk_plan.h: the order in which a plan comes about, and its arrays. */
#include "plan_internal.h"
#include <common/sha256.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const plan_step_text[PLAN_STEPS] = {
	"save what is overwritten outside the new partitions",
	"write the partition table",
	"make file systems and swap",
	"copy files, verified",
	"configure the new system",
	"write the loader's body",
	"switch the loader on",
};
const char *const plan_role_text[] = { "root", "home", "swap", "BIOS boot", "extended", "other" };

const uint8_t guid_linux_data[GUID_BYTES] = { 0xAF, 0x3D, 0xC6, 0x0F, 0x83, 0x84, 0x72, 0x47,
					      0x8E, 0x79, 0x3D, 0x69, 0xD8, 0x47, 0x7D, 0xE4 };
const uint8_t guid_linux_swap[GUID_BYTES] = { 0x6D, 0xFD, 0x57, 0x06, 0xAB, 0xA4, 0xC4, 0x43,
					      0x84, 0xE5, 0x09, 0x33, 0xC8, 0x4B, 0x4F, 0x4F };
const uint8_t guid_bios_boot[GUID_BYTES] = { 0x48, 0x61, 0x68, 0x21, 0x49, 0x64, 0x6F, 0x6E,
					     0x74, 0x4E, 0x65, 0x65, 0x64, 0x45, 0x46, 0x49 };

/* ---- arrays ---- */
static void *grown(void *array, size_t count, size_t size)
{
	return (count & (count - 1)) ? array : realloc(array, (count ? 2 * count : 1) * size);
}

struct plan_part *plan_add_part(struct disk_plan *plan)
{
	struct plan_part *array = grown(plan->part, plan->parts, sizeof(*array));

	if (!array)
		return NULL;
	plan->part = array;
	memset(&array[plan->parts], 0, sizeof(*array));
	return &array[plan->parts++];
}

int plan_add_deletion(struct disk_plan *plan, const struct partition *p)
{
	struct plan_deletion *array = grown(plan->deleted, plan->deletions, sizeof(*array));

	if (!array)
		return -ENOMEM;
	plan->deleted = array;
	array[plan->deletions++] = (struct plan_deletion){
		.number = p->number, .kind = p->kind, .start = p->start, .count = p->count
	};
	return 0;
}

static int add_range(struct plan_range **array, size_t *count, const struct plan_range *range)
{
	struct plan_range *more = grown(*array, *count, sizeof(*more));
	char *reason;

	if (!more)
		return -ENOMEM;
	*array = more;
	reason = strdup(range->reason);
	if (!reason)
		return -ENOMEM;
	more[*count] = *range;
	more[*count].reason = reason;
	++*count;
	return 0;
}

int plan_add_range(struct disk_plan *plan, enum plan_step step, uint64_t start, uint64_t count,
		   bool outside, const char *reason)
{
	struct plan_range range = { .start = start,
				    .count = count,
				    .step = step,
				    .outside = outside,
				    .reason = (char *)reason };

	return count ? add_range(&plan->range, &plan->ranges, &range) : 0;
}

int plan_add_save(struct disk_plan *plan, uint64_t start, uint64_t count, const char *reason)
{
	struct plan_range range = {
		.start = start, .count = count, .step = STEP_UNDO, .reason = (char *)reason
	};

	return count ? add_range(&plan->save, &plan->saves, &range) : 0;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct plan_range *p = a, *q = b;

	if (p->start != q->start)
		return p->start < q->start ? -1 : 1;
	return p->count < q->count ? -1 : p->count > q->count;
}

void plan_join_saves(struct disk_plan *plan)
{
	size_t kept = 0;

	if (plan->saves)
		qsort(plan->save, plan->saves, sizeof(*plan->save), compare_ranges);
	for (size_t i = 0; i < plan->saves; i++) {
		struct plan_range *last = kept ? &plan->save[kept - 1] : NULL;
		struct plan_range *r = &plan->save[i];
		uint64_t end = r->start + r->count;

		if (!last || r->start >= last->start + last->count) {
			plan->save[kept++] = *r;
			continue;
		}
		if (end > last->start + last->count)
			last->count = end - last->start;
		free(r->reason);
	}
	plan->saves = kept;
}

static void free_ranges(struct plan_range *range, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(range[i].reason);
	free(range);
}

void plan_free(struct disk_plan *plan)
{
	for (size_t i = 0; i < plan->parts; i++)
		free(plan->part[i].mount_point);
	free(plan->part);
	free(plan->deleted);
	free_ranges(plan->range, plan->ranges);
	free_ranges(plan->save, plan->saves);
	free(plan->disk_path);
	free(plan->disk_model);
	free(plan->disk_serial);
	*plan = (struct disk_plan){ 0 };
}

/* ---- questions ---- */
const struct plan_part *plan_find(const struct disk_plan *plan, enum plan_role role)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].role == role)
			return &plan->part[i];
	return NULL;
}

void plan_part_path(const struct disk_plan *plan, const struct plan_part *part, char *out,
		    size_t size)
{
	size_t n = strlen(plan->disk_path);
	char last = n ? plan->disk_path[n - 1] : 0;

	snprintf(out, size, "%s%s%u", plan->disk_path, last >= '0' && last <= '9' ? "p" : "",
		 part->number);
}

bool plan_names(const struct disk_plan *plan, const struct partition *p)
{
	for (size_t i = 0; i < plan->parts; i++)
		if (!plan->part[i].is_new && plan->part[i].number == p->number)
			return true;
	return false;
}

bool plan_keeps(const struct disk_plan *plan, const struct partition *p)
{
	for (size_t i = 0; i < plan->deletions; i++)
		if (plan->deleted[i].number == p->number)
			return false;
	return !plan_names(plan, p);
}

const struct partition *disk_bios_boot(const struct disk *disk)
{
	for (size_t i = 0; i < disk->partitions; i++)
		if (!memcmp(disk->partition[i].type_guid, guid_bios_boot, GUID_BYTES))
			return &disk->partition[i];
	return NULL;
}

uint64_t plan_root_bytes_least(const struct plan_request *request)
{
	/* Inodes, bitmaps and half-filled blocks: a twelfth; and room to live in. */
	return request->needed_bytes + request->needed_bytes / 12 + 4 * PLAN_MIB;
}

/* ---- making one ---- */
static const struct disk *choose_disk(const struct machine *machine,
				      const struct plan_request *request, struct findings *findings)
{
	const struct disk_choice *c = &request->disk;
	const struct disk *disk;
	const char *what = c->serial	 ? c->serial
			   : c->model	 ? c->model
			   : c->position ? c->position
			   : c->name	 ? c->name
					 : "";

	switch (machine_choose(machine, c, &disk)) {
	case -EINVAL:
		finding_add(findings, FIND_NOT_NAMED, "No disk was named");
		break;
	case -ENODEV:
		finding_add(findings, FIND_NO_DISK, "There is no disk \"%s\" in this machine",
			    what);
		break;
	case -ENOTUNIQ:
		finding_add(findings, FIND_AMBIGUOUS_DISK,
			    "Several disks are called \"%s\"; name it by serial number or position",
			    what);
		break;
	default:
		return disk;
	}
	return NULL;
}

static int note_identity(const struct disk *disk, struct disk_plan *plan)
{
	plan->disk_sectors = disk->sectors;
	plan->sector_size = disk->sector_size;
	if (model_set(&plan->disk_path, disk->path ? disk->path : "") ||
	    model_set(&plan->disk_model, disk->model ? disk->model : "") ||
	    model_set(&plan->disk_serial, disk->serial ? disk->serial : ""))
		return -ENOMEM;
	return 0;
}

static void note_alignment(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	bool whole = p->request->place == PLACE_WHOLE_DISK || p->disk->kind == TABLE_NONE;
	struct disk as_new = *p->disk;

	plan->gpt = whole ? p->request->gpt : p->disk->kind == TABLE_GPT;
	/* A new table is made for the BIOS that is there, not after the table that goes. */
	if (whole && as_new.bios.heads)
		as_new.table = (struct geometry){ 0 };
	plan->geometry = disk_geometry(&as_new);
	p->by_cylinder = p->request->align == ALIGN_CYLINDER && !plan->gpt;
	p->track = p->by_cylinder ? plan->geometry.sectors : to_sectors(plan, PLAN_MIB);
	p->grain = p->by_cylinder ? (uint64_t)plan->geometry.heads * plan->geometry.sectors
				  : to_sectors(plan, PLAN_MIB);
}

static int lay_out(struct planner *p)
{
	switch (p->request->place) {
	case PLACE_WHOLE_DISK:
		return plan_layout_whole(p);
	case PLACE_FREE:
		return p->disk->kind == TABLE_NONE ? plan_layout_whole(p) : plan_layout_free(p);
	case PLACE_PARTITION:
		return plan_named_partition(p);
	case PLACE_BY_HAND:
		return plan_named_by_hand(p);
	}
	return -EINVAL;
}

static int hash_plan(struct disk_plan *plan)
{
	uint8_t *data;
	size_t size;
	int error = plan_serialize(plan, &data, &size);

	if (error)
		return error;
	sha256(data, size, plan->hash);
	free(data);
	return 0;
}

static int make(struct planner *p)
{
	int error = note_identity(p->disk, p->plan);

	if (error)
		return error;
	note_alignment(p);
	error = lay_out(p);
	if (!error)
		error = plan_place_loader(p);
	if (!error)
		error = plan_fill_ranges(p);
	if (!error)
		error = plan_place_undo(p);
	if (!error)
		error = hash_plan(p->plan);
	if (error)
		return error;
	plan_check(p->disk, p->plan, p->findings);
	plan_warn(p->disk, p->request, p->plan, p->findings);
	return 0;
}

int plan_make(const struct machine *machine, const struct plan_request *request,
	      struct disk_plan *plan, struct findings *findings)
{
	struct planner p = { .request = request, .plan = plan, .findings = findings };
	int error = 0;

	*plan = (struct disk_plan){ 0 };
	p.disk = choose_disk(machine, request, findings);
	if (!p.disk)
		return -EINVAL;
	disk_check(p.disk, request->place, findings);
	if (!findings_have_error(findings))
		error = make(&p);
	if (!error && findings_have_error(findings))
		error = findings->no_memory ? -ENOMEM : -EINVAL;
	if (error)
		plan_free(plan);
	return error;
}
