/* plan_text.c - see plan_text.h: the consent and the dry run. disk_text.c has the words for disks.
 */
#include "plan_text.h"
#include "disk_text.h"
#include "plan_internal.h"
#include <common/sha256.h>
#include "text_page.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what becomes of a partition ---- */
static const struct plan_part *named_part(const struct disk_plan *plan, const struct partition *p)
{
	for (size_t i = 0; plan && i < plan->parts; i++)
		if (!plan->part[i].is_new && plan->part[i].number == p->number)
			return &plan->part[i];
	return NULL;
}

static const char *verdict(const struct disk_plan *plan, const struct partition *p)
{
	const struct plan_part *part = named_part(plan, p);

	if (part && part->format)
		return "LOST: FORMATTED";
	if (part)
		return "used, contents kept";
	return plan && !plan_keeps(plan, p) ? "LOST: DELETED" : "kept";
}

static const char *purpose(const struct plan_part *part)
{
	switch (part->role) {
	case ROLE_SWAP:
		return "swap";
	case ROLE_BIOS_BOOT:
		return "BIOS boot partition, for the loader";
	case ROLE_EXTENDED:
		return "holds the logical partitions";
	case ROLE_ROOT:
	case ROLE_HOME:
	case ROLE_OTHER:
		break;
	}
	return part->mount_point ? part->mount_point : "";
}

/* ---- the disks ---- */
static void add_partition(struct text_page *page, const struct disk *disk,
			  const struct disk_plan *plan, const struct partition *p)
{
	char size[SIZE_TEXT], name[32];
	char *contents = partition_contents_text(disk, p);

	if (!contents)
		page->failed = true;
	partition_name(name, sizeof(name), disk, p->number);
	page_add(page, 30, "  %-7s %-8s %9s  %-*s%s", name, partition_kind_text(p->kind),
		 size_text(size, disk_bytes(disk, p->count)), plan ? 21 : 0,
		 plan ? verdict(plan, p) : "", contents ? contents : "");
	free(contents);
}

static void add_new_part(struct text_page *page, const struct disk *disk,
			 const struct plan_part *part)
{
	char size[SIZE_TEXT], name[32];

	partition_name(name, sizeof(name), disk, part->number);
	page_add(page, 30, "  %-7s %-8s %9s  %-20s %s", name, partition_kind_text(part->kind),
		 size_text(size, disk_bytes(disk, part->count)), "NEW", purpose(part));
}

static void add_free(struct text_page *page, const struct disk *disk)
{
	char size[SIZE_TEXT];

	for (size_t i = 0; i < disk->regions; i++) {
		const struct free_region *r = &disk->region[i];

		/* The gap behind a table and crumbs between partitions are no news. */
		if (disk_bytes(disk, r->count) >= 2 * PLAN_MIB)
			page_add(page, 30, "  %-7s %-8s %9s  from sector %llu", "free",
				 r->logical ? "logical" : "",
				 size_text(size, disk_bytes(disk, r->count)),
				 (unsigned long long)r->start);
	}
}

static void add_disk(struct text_page *page, const struct disk *disk, const struct disk_plan *plan)
{
	char *title = disk_title(disk);
	char *table = disk_table_text(disk);

	if (!title || !table)
		page->failed = true;
	page_add(page, 6, "Disk %s", title ? title : "");
	page_add(page, 6, "  %s%s%s", table ? table : "",
		 plan && plan->new_table ? " -> a new " : "",
		 plan && plan->new_table ? (plan->gpt ? "GPT: EVERYTHING ON THE DISK IS LOST"
						      : "MBR: EVERYTHING ON THE DISK IS LOST")
					 : "");
	free(title);
	free(table);
	for (size_t i = 0; i < disk->partitions; i++)
		add_partition(page, disk, plan, &disk->partition[i]);
	for (size_t i = 0; plan && i < plan->parts; i++)
		if (plan->part[i].is_new)
			add_new_part(page, disk, &plan->part[i]);
	if (!plan)
		add_free(page, disk);
}

static bool is_plans_disk(const struct disk *disk, const struct disk_plan *plan)
{
	return plan && disk->path && !strcmp(disk->path, plan->disk_path);
}

/* ---- sectors ---- */
static void range_text(char *out, size_t size, uint64_t start, uint64_t count)
{
	if (count == 1)
		snprintf(out, size, "sector %llu", (unsigned long long)start);
	else
		snprintf(out, size, "sectors %llu-%llu", (unsigned long long)start,
			 (unsigned long long)(start + count - 1));
}

static void add_range(struct text_page *page, const struct disk_plan *plan, uint64_t start,
		      uint64_t count, const char *what)
{
	char where[64];

	range_text(where, sizeof(where), start, count);
	page_add(page, 4, "  %-26s %10llu bytes  %s", where,
		 (unsigned long long)(count * plan->sector_size), what);
}

static void add_outside(struct text_page *page, const struct disk_plan *plan)
{
	uint64_t bytes = 0;

	page_add(page, 0, "Written outside the new system's partitions:");
	for (size_t i = 0; i < plan->ranges; i++) {
		const struct plan_range *r = &plan->range[i];

		if (!r->outside)
			continue;
		add_range(page, plan, r->start, r->count, r->reason);
		bytes += r->count * plan->sector_size;
	}
	if (bytes)
		page_add(page, 2, "  %llu bytes in all; their old content is saved first.",
			 (unsigned long long)bytes);
	else
		page_add(page, 2, "  nothing");
}

static bool anything_lost(const struct machine *machine, const struct disk_plan *plan)
{
	for (size_t i = 0; i < machine->disks; i++) {
		const struct disk *disk = &machine->disk[i];

		if (!is_plans_disk(disk, plan))
			continue;
		for (size_t k = 0; k < disk->partitions; k++)
			if (!strncmp(verdict(plan, &disk->partition[k]), "LOST", 4))
				return true;
		return plan->new_table && disk->kind != TABLE_NONE;
	}
	return false;
}

char *plan_consent_text(const struct machine *machine, const struct disk_plan *plan)
{
	struct text_page page = { .columns = PLAN_COLUMNS };

	for (size_t i = 0; i < machine->disks; i++) {
		const struct disk *disk = &machine->disk[i];

		add_disk(&page, disk, is_plans_disk(disk, plan) ? plan : NULL);
		if (plan && !is_plans_disk(disk, plan))
			page_add(&page, 2, "  This disk is not touched.");
		page_add(&page, 0, "%s", "");
	}
	if (!plan)
		return page_end(&page);
	add_outside(&page, plan);
	if (plan->swap_file_bytes)
		page_add(&page, 2, "Swap is a file of %llu MB in the root.",
			 (unsigned long long)(plan->swap_file_bytes / 1000000));
	page_add(&page, 0, "%s",
		 anything_lost(machine, plan) ? "What is marked LOST above will be lost."
					      : "Nothing that is there now is lost.");
	return page_end(&page);
}

/* ---- findings ---- */
static void add_findings(struct text_page *page, const struct findings *findings)
{
	for (int severity = FINDING_ERROR; severity >= FINDING_NOTE; severity--)
		for (size_t i = 0; i < findings->rows; i++)
			if ((int)findings->row[i].severity == severity)
				page_add(page, 9, "%-8s %s. [%s]",
					 severity_name(findings->row[i].severity),
					 findings->row[i].text,
					 finding_name(findings->row[i].code));
}

char *findings_text(const struct findings *findings)
{
	struct text_page page = { .columns = PLAN_COLUMNS };

	add_findings(&page, findings);
	return page_end(&page);
}

/* ---- the dry run ---- */
static void add_file_systems(struct text_page *page, const struct disk_plan *plan)
{
	char path[128], what[512];

	for (size_t i = 0; i < plan->parts; i++) {
		const struct plan_part *part = &plan->part[i];

		if (!part->format)
			continue;
		plan_part_path(plan, part, path, sizeof(path));
		snprintf(what, sizeof(what), "%s on %s (%s)",
			 part->role == ROLE_SWAP ? "swap area" : "file system", path,
			 purpose(part));
		add_range(page, plan, part->start, part->fs_sectors, what);
	}
}

static void add_steps(struct text_page *page, const struct disk_plan *plan)
{
	for (unsigned int step = 0; step < PLAN_STEPS; step++) {
		page_add(page, 3, "%u. %s", step + 1, plan_step_text[step]);
		for (size_t i = 0; i < plan->ranges; i++)
			if (plan->range[i].step == step)
				add_range(page, plan, plan->range[i].start, plan->range[i].count,
					  plan->range[i].reason);
		if (step == STEP_FILE_SYSTEMS)
			add_file_systems(page, plan);
		if (step == STEP_UNDO && !plan->undo_count)
			page_add(page, 2, "  the record goes to the medium that you name");
		if ((step == STEP_LOADER || step == STEP_SWITCH) && plan->loader == LOADER_NONE)
			page_add(page, 2, "  nothing: no loader was wanted");
	}
	page_add(page, 2, "%s", "");
	page_add(page, 0, "Saved in the undo record:");
	for (size_t i = 0; i < plan->saves; i++)
		add_range(page, plan, plan->save[i].start, plan->save[i].count,
			  plan->save[i].reason);
}

char *plan_dry_run_text(const struct machine *machine, const struct disk_plan *plan,
			const struct findings *findings)
{
	struct text_page page = { .columns = PLAN_COLUMNS };
	char hash[2 * SHA256_BYTES + 1];
	char *consent = plan_consent_text(machine, plan);

	if (!consent)
		return NULL;
	for (char *line = consent, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		page_add(&page, 0, "%.*s", (int)(end - line), line);
	}
	free(consent);
	page_add(&page, 0, "%s", "");
	add_steps(&page, plan);
	sha256_text(hash, plan->hash);
	page_add(&page, 0, "Plan %s", hash);
	page_add(&page, 0, "%s", "");
	add_findings(&page, findings);
	return page_end(&page);
}
