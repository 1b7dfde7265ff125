/*
 * plan_warn.c - what a person should know about old machines before accepting a plan.
 *
 * A loader reads /boot by the BIOS. What it reaches depends on the BIOS's idea of the disk: without
 * translation 1024 cylinders of 16 heads and 63 sectors (504 MB), with it 1024 of up to 255 heads
 * (8.4 GB), with INT 13h extensions (1998 and later) all. Source: hardware notes 5.11.
 */
#include "plan_internal.h"

#define CYLINDERS_MAX	 1024ull
#define HEADS_PLAIN	 16u
#define LIMIT_8G_SECTORS (1024ull * 255 * 63)
#define LIMIT_2G_SECTORS (4096ull * 16 * 63)

static bool known(const struct geometry *g)
{
	return g->heads && g->sectors;
}

static unsigned long long megabytes(const struct disk_plan *plan, uint64_t sectors)
{
	return sectors * plan->sector_size / 1000000;
}

/* ---- geometry ---- */
static void compare(const struct geometry *a, const char *a_name, const struct geometry *b,
		    const char *b_name, struct findings *f)
{
	if (known(a) && known(b) && (a->heads != b->heads || a->sectors != b->sectors))
		finding_add(
			f, FIND_GEOMETRY,
			"%s counts %u heads and %u sectors a track, %s %u and %u; a loader that "
			"goes by cylinders may not find its files",
			a_name, a->heads, a->sectors, b_name, b->heads, b->sectors);
}

static void warn_geometry(const struct disk *disk, const struct disk_plan *plan, struct findings *f)
{
	bool small = known(&disk->identify) && disk->identify.cylinders <= CYLINDERS_MAX;

	if (!plan->new_table)
		compare(&disk->bios, "The BIOS", &disk->table, "the partition table", f);
	/* Beyond 1024 cylinders a BIOS translates, and another count of heads is what one expects.
	 */
	if (small && !known(&disk->bios) && !plan->new_table)
		compare(&disk->identify, "The disk", &disk->table, "the partition table", f);
	if (small)
		compare(&disk->identify, "The disk", &disk->bios, "the BIOS", f);
}

/* ---- how far the BIOS reaches ---- */
static void warn_bios_end(const struct disk *disk, const struct disk_plan *plan, uint64_t end,
			  struct findings *f)
{
	uint64_t sees = (uint64_t)disk->bios.cylinders * disk->bios.heads * disk->bios.sectors;

	/* Its last cylinder may be kept for tests; a clipped disk of 8.4 GB is the limit below. */
	if (disk->bios.cylinders && sees < LIMIT_8G_SECTORS - 1024 * 63 &&
	    end > sees + 2ull * disk->bios.heads * disk->bios.sectors)
		finding_add(f, sees <= LIMIT_2G_SECTORS ? FIND_LIMIT_2G : FIND_LIMIT_1024,
			    "The BIOS sees the first %llu MB of %s; the root ends at %llu MB",
			    megabytes(plan, sees), disk->name, megabytes(plan, end));
}

static void warn_cylinders(const struct disk *disk, const struct disk_plan *plan, uint64_t end,
			   struct findings *f)
{
	const struct geometry *g = known(&disk->bios) ? &disk->bios : &disk->table;
	uint64_t reach = CYLINDERS_MAX * g->heads * g->sectors;

	if (known(g) && g->heads <= HEADS_PLAIN && end > reach)
		finding_add(
			f, FIND_LIMIT_504M,
			"Without translation the BIOS reads the first %llu MB of %s; the root ends "
			"at %llu MB",
			megabytes(plan, reach), disk->name, megabytes(plan, end));
	else if (known(g) && reach < LIMIT_8G_SECTORS && end > reach)
		finding_add(f, FIND_LIMIT_1024,
			    "The root ends beyond cylinder 1024 of %s (%llu MB): a BIOS without "
			    "INT 13h "
			    "extensions does not reach it",
			    disk->name, megabytes(plan, reach));
	else if (end > LIMIT_8G_SECTORS)
		finding_add(
			f, FIND_LIMIT_8G,
			"The root ends beyond 8.4 GB: a BIOS from before 1998 does not reach it");
}

static void warn_reach(const struct disk *disk, const struct disk_plan *plan, struct findings *f)
{
	const struct plan_part *root = plan_find(plan, ROLE_ROOT);
	uint64_t end;

	if (!root || plan->loader == LOADER_NONE || plan->sector_size != 512)
		return;
	end = root->start + root->fs_sectors;
	warn_cylinders(disk, plan, end, f);
	if (!findings_have(f, FIND_LIMIT_504M) && !findings_have(f, FIND_LIMIT_1024))
		warn_bios_end(disk, plan, end, f);
}

/* ---- alignment ---- */
static bool on_cylinder(const struct geometry *g, uint64_t start)
{
	return start == g->sectors || start % ((uint64_t)g->heads * g->sectors) == 0;
}

/* Every partition that was there begins with a cylinder, and there is one. */
static bool table_goes_by_cylinders(const struct disk *disk, const struct geometry *g)
{
	bool any = false;

	for (size_t i = 0; i < disk->partitions; i++) {
		const struct partition *p = &disk->partition[i];

		if (p->kind == PARTITION_LOGICAL || p->kind == PARTITION_GPT)
			continue;
		any = true;
		if (!on_cylinder(g, p->start))
			return false;
	}
	return any;
}

static void warn_alignment(const struct disk *disk, const struct plan_request *request,
			   const struct disk_plan *plan, struct findings *f)
{
	bool cylinders = table_goes_by_cylinders(disk, &plan->geometry);

	if (plan->new_table || plan->gpt)
		return;
	for (size_t i = 0; i < plan->parts; i++)
		if (plan->part[i].is_new && plan->part[i].kind != PARTITION_LOGICAL && cylinders &&
		    !on_cylinder(&plan->geometry, plan->part[i].start)) {
			finding_add(
				f, FIND_MID_CYLINDER,
				"The partitions of %s begin with cylinders, the new one would not; "
				"old DOS and its tools may mind: align by cylinders",
				disk->name);
			return;
		}
	if (request->align == ALIGN_CYLINDER && disk->partitions && !cylinders &&
	    request->place == PLACE_FREE)
		finding_add(
			f, FIND_MID_CYLINDER,
			"Partitions of %s do not begin with cylinders of %u heads and %u sectors",
			disk->name, plan->geometry.heads, plan->geometry.sectors);
}

/* ---- loader and the rest ---- */
static void warn_loader(const struct disk *disk, const struct disk_plan *plan, struct findings *f)
{
	bool active = plan->set_active || plan->gpt;

	if (plan->loader == LOADER_NONE)
		finding_add(
			f, FIND_NO_LOADER,
			"No loader is installed: the new system starts only by an entry in another "
			"one's menu");
	if (plan->loader == LOADER_PARTITION && !disk->boot_code)
		finding_add(f, FIND_NO_LOADER,
			    "The MBR of %s has no code that starts the loader in the partition",
			    disk->name);
	if (plan->loader == LOADER_MBR && disk->boot_code)
		finding_add(
			f, FIND_LOADER_REPLACED,
			"The code in the MBR (%s) is replaced; it is saved, and other systems get "
			"an entry in the menu",
			disk->boot_code_name ? disk->boot_code_name : "unknown");
	for (size_t i = 0; i < disk->partitions; i++)
		active |= disk->partition[i].active;
	if (!active && plan->loader != LOADER_NONE)
		finding_add(f, FIND_NOT_ACTIVE,
			    "No partition is marked active: some BIOSes then do not start from %s",
			    disk->name);
}

void plan_warn(const struct disk *disk, const struct plan_request *request,
	       const struct disk_plan *plan, struct findings *findings)
{
	warn_geometry(disk, plan, findings);
	warn_reach(disk, plan, findings);
	warn_alignment(disk, request, plan, findings);
	warn_loader(disk, plan, findings);
	if (plan->new_table && !plan->gpt && disk->sectors > MBR_REACH)
		finding_add(
			findings, FIND_MBR_LIMIT,
			"An MBR reaches %llu GB of %s; the rest stays unused (a GPT reaches all)",
			(unsigned long long)(disk_bytes(disk, MBR_REACH) / 1000000000), disk->name);
	if (plan->gpt && plan->new_table)
		finding_add(findings, FIND_GPT_OLD_BIOS,
			    "DOS and Windows before Vista do not read a GPT");
	if (plan->swap_file_bytes)
		finding_add(
			findings, FIND_SWAP_FILE,
			"Swap becomes a file of %llu MB in the root: no partition is made for it",
			(unsigned long long)(plan->swap_file_bytes / 1000000));
}
