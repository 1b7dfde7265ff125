/*
 * plan_layout.c - new partitions: how many, of which kind, where.
 *
 * Partitions lie in the order BIOS boot, root, swap, home: the root, where /boot is, as low as can
 * be, for BIOSes that do not reach the disk's end. By cylinders: a primary partition begins on a
 * cylinder (the first one a track behind the table), a logical one a track behind its EBR, all end
 * with a cylinder. By megabytes: everything begins at a multiple of one, an EBR one before its
 * data.
 */
#include "plan_internal.h"
#include <common/sha256.h>
#include <errno.h>
#include <string.h>

struct wanted {
	enum plan_role role;
	uint64_t sectors; /* 0: what is left */
};

#define WANTED_MAX 4u

struct window {
	uint64_t from, to; /* usable sectors [from, to) */
	enum partition_kind kind;
	bool new_extended;
	uint64_t empty_ebr; /* an EBR without data at the chain's end, to be used first; 0: none */
};

static void make_guid(const struct planner *p, unsigned int index, uint8_t guid[GUID_BYTES])
{
	uint8_t in[sizeof(p->request->seed) + 1], hash[SHA256_BYTES];

	memcpy(in, p->request->seed, sizeof(p->request->seed));
	in[sizeof(in) - 1] = (uint8_t)index;
	sha256(in, sizeof(in), hash);
	memcpy(guid, hash, GUID_BYTES);
	guid[7] = (uint8_t)((guid[7] & 0x0F) | 0x40); /* RFC 4122: version 4, random */
	guid[8] = (uint8_t)((guid[8] & 0x3F) | 0x80);
}

/* ---- how much for whom ---- */
static unsigned int list_wanted(const struct planner *p, struct wanted *w)
{
	const struct plan_request *r = p->request;
	unsigned int n = 0;

	if (p->plan->gpt && r->loader == LOADER_MBR)
		w[n++] = (struct wanted){ ROLE_BIOS_BOOT, to_sectors(p->plan, BIOS_BOOT_BYTES) };
	w[n++] = (struct wanted){ ROLE_ROOT, 0 };
	if (r->swap_bytes)
		w[n++] = (struct wanted){ ROLE_SWAP,
					  round_up(to_sectors(p->plan, r->swap_bytes), p->grain) };
	if (r->separate_home)
		w[n++] = (struct wanted){ ROLE_HOME, 0 };
	return n;
}

/* Root and home share what the others leave of `sectors`. False: it is not enough. */
static bool share(const struct planner *p, struct wanted *w, unsigned int n, uint64_t sectors)
{
	uint64_t least = to_sectors(p->plan, plan_root_bytes_least(p->request)), root;
	struct wanted *home = NULL, *slash = NULL;

	for (unsigned int i = 0; i < n; i++) {
		if (w[i].role == ROLE_HOME)
			home = &w[i];
		else if (w[i].role == ROLE_ROOT)
			slash = &w[i];
		else if (w[i].sectors > sectors)
			return false;
		else
			sectors -= w[i].sectors;
	}
	if (sectors < least)
		return false;
	if (!home) {
		slash->sectors = sectors;
		return true;
	}
	root = to_sectors(p->plan, p->request->root_bytes);
	if (!root)
		root = sectors / 2 > 2 * least ? sectors / 2 : 2 * least;
	slash->sectors = round_up(root, p->grain);
	if (slash->sectors >= sectors || sectors - slash->sectors < p->grain)
		return false;
	home->sectors = sectors - slash->sectors;
	return true;
}

/* ---- where ---- */
static uint64_t align_primary(const struct planner *p, uint64_t from)
{
	if (p->by_cylinder && from <= p->track)
		return p->track;
	return round_up(from ? from : 1, p->grain);
}

static uint64_t align_in_empty_ebr(const struct planner *p, uint64_t ebr, uint64_t from)
{
	uint64_t least = from > ebr + 1 ? from : ebr + 1;

	if (p->by_cylinder && ebr + p->track >= least)
		return ebr + p->track;
	return round_up(least, p->by_cylinder ? p->track : p->grain);
}

/* The next partition of a window from *at on: its EBR (0: none or not new) and first sector. */
static void place_start(const struct planner *p, struct window *w, uint64_t at, uint64_t *ebr,
			uint64_t *start)
{
	*ebr = 0;
	if (w->kind != PARTITION_LOGICAL) {
		*start = align_primary(p, at);
	} else if (w->empty_ebr) {
		*start = align_in_empty_ebr(p, w->empty_ebr, at);
		w->empty_ebr = 0;
	} else {
		*ebr = align_primary(p, at);
		*start = *ebr + p->track;
	}
}

static uint64_t window_end(const struct planner *p, const struct window *w)
{
	return round_down(w->to, p->grain);
}

/* What partitions may have of a window at most, the room between them taken off. */
static uint64_t window_room(const struct planner *p, const struct window *w, unsigned int n)
{
	struct window copy = *w;
	uint64_t ebr, start, end = window_end(p, w), between = 0;

	place_start(p, &copy, w->from, &ebr, &start);
	if (w->kind == PARTITION_LOGICAL)
		between = (n - 1) * p->grain;
	return end > start && end - start > between ? end - start - between : 0;
}

static void set_type(const struct planner *p, struct plan_part *part)
{
	part->type = part->role == ROLE_SWAP ? TYPE_SWAP : TYPE_LINUX;
	if (!p->plan->gpt)
		return;
	part->type = 0;
	memcpy(part->type_guid,
	       part->role == ROLE_SWAP	      ? guid_linux_swap
	       : part->role == ROLE_BIOS_BOOT ? guid_bios_boot
					      : guid_linux_data,
	       GUID_BYTES);
	make_guid(p, 1 + (unsigned int)p->plan->parts, part->guid);
}

static int set_mount_point(struct plan_part *part)
{
	if (part->role == ROLE_ROOT)
		return model_set(&part->mount_point, "/");
	if (part->role == ROLE_HOME)
		return model_set(&part->mount_point, "/home");
	return 0;
}

static int add_new(struct planner *p, const struct window *w, enum plan_role role, uint64_t ebr,
		   uint64_t start, uint64_t end)
{
	struct plan_part *part = plan_add_part(p->plan);

	if (!part)
		return -ENOMEM;
	part->role = role;
	part->kind = w->kind;
	part->is_new = true;
	part->format = role != ROLE_BIOS_BOOT;
	part->ebr = ebr;
	part->start = start;
	part->count = end - start;
	part->fs_sectors = part->count;
	set_type(p, part);
	return set_mount_point(part);
}

/* False: they do not fit. */
static int place_all(struct planner *p, struct window *w, const struct wanted *wanted,
		     unsigned int n)
{
	uint64_t at = w->from, limit = window_end(p, w);

	for (unsigned int i = 0; i < n; i++) {
		uint64_t ebr, start, end;
		int error;

		place_start(p, w, at, &ebr, &start);
		end = start + wanted[i].sectors;
		end = wanted[i].role == ROLE_SWAP ? round_up(end, p->grain)
						  : round_down(end, p->grain);
		if (end > limit)
			end = limit;
		if (end <= start)
			return -ENOSPC;
		error = add_new(p, w, wanted[i].role, ebr, start, end);
		if (error)
			return error;
		at = end;
	}
	return 0;
}

/* ---- numbers ---- */
static bool number_is_free(const struct planner *p, unsigned int number)
{
	for (size_t i = 0; i < p->plan->parts; i++)
		if (p->plan->part[i].number == number)
			return false;
	return p->plan->new_table || !disk_partition(p->disk, number);
}

static unsigned int next_logical(const struct planner *p)
{
	unsigned int number = FIRST_LOGICAL;

	while (!number_is_free(p, number))
		number++;
	return number;
}

/* The lowest free slot; 0: none. */
static unsigned int next_slot(const struct planner *p, unsigned int slots)
{
	for (unsigned int number = 1; number <= slots; number++)
		if (number_is_free(p, number))
			return number;
	return 0;
}

static int number_all(struct planner *p)
{
	for (size_t i = 0; i < p->plan->parts; i++) {
		struct plan_part *part = &p->plan->part[i];

		if (part->number)
			continue;
		if (part->kind == PARTITION_LOGICAL)
			part->number = next_logical(p);
		else
			part->number =
				next_slot(p, part->kind == PARTITION_GPT ? p->plan->gpt_place.slots
									 : MBR_SLOTS);
		if (!part->number) {
			finding_add(
				p->findings, p->plan->gpt ? FIND_GPT_FULL : FIND_FIFTH_PRIMARY,
				"The partition table of %s has no free entry for another partition",
				p->disk->name);
			return -EINVAL;
		}
	}
	return 0;
}

/* ---- extended partitions ---- */
/* A container for the logical partitions that follow; the window shrinks to its inside. */
static int add_extended(struct planner *p, struct window *w)
{
	uint64_t start = align_primary(p, w->from), end = window_end(p, w);
	uint64_t cylinder = (uint64_t)p->plan->geometry.heads * p->plan->geometry.sectors;
	struct plan_part *part;

	if (end <= start)
		return -ENOSPC;
	part = plan_add_part(p->plan);
	if (!part)
		return -ENOMEM;
	part->role = ROLE_EXTENDED;
	part->kind = PARTITION_PRIMARY;
	part->is_new = true;
	part->start = start;
	part->count = end - start;
	part->type = end <= 1024 * cylinder ? TYPE_EXTENDED : TYPE_EXTENDED_LBA;
	part->kind = PARTITION_EXTENDED;
	w->from = start;
	w->kind = PARTITION_LOGICAL;
	return 0;
}

/* The last table of the chain, when it has no partition and nothing lies in its way. */
static uint64_t empty_ebr(const struct disk *disk, const struct free_region *region)
{
	uint64_t last = disk->ebrs ? disk->ebr[disk->ebrs - 1] : 0;

	for (size_t i = 0; i < disk->partitions; i++)
		if (disk->partition[i].kind == PARTITION_LOGICAL &&
		    disk->partition[i].table_lba == last)
			return 0;
	return last < region->start ? last : 0;
}

static unsigned int free_slots(const struct disk *disk)
{
	unsigned int used = 0;

	for (size_t i = 0; i < disk->partitions; i++)
		used += disk->partition[i].kind == PARTITION_PRIMARY ||
			disk->partition[i].kind == PARTITION_EXTENDED;
	return used < MBR_SLOTS ? MBR_SLOTS - used : 0;
}

/* Primary or logical partitions for n of them in a region outside any extended partition. */
static int choose_kind(struct planner *p, struct window *w, unsigned int n)
{
	const struct partition *extended = disk_extended(p->disk);
	unsigned int slots = free_slots(p->disk);

	w->kind = PARTITION_PRIMARY;
	if (n <= slots && !(p->request->want_logical && !extended))
		return 0;
	if (!extended && slots) {
		w->new_extended = true;
		return add_extended(p, w);
	}
	if (extended && slots)
		finding_add(p->findings, FIND_SECOND_EXTENDED,
			    "%u partitions do not fit the %u free entries of %s, and it has an "
			    "extended partition (%u) elsewhere: a second one cannot be made",
			    n, slots, p->disk->name, extended->number);
	else
		finding_add(p->findings, FIND_FIFTH_PRIMARY,
			    "%s has four primary partitions already; a fifth cannot be made",
			    p->disk->name);
	return -EINVAL;
}

/* ---- in a window ---- */
static int too_small(struct planner *p, uint64_t sectors, enum finding_code code)
{
	const struct plan_request *r = p->request;

	finding_add(p->findings, code,
		    "%llu MB of %s can be used; %llu MB are needed (root %llu MB, swap %llu MB)",
		    (unsigned long long)(disk_bytes(p->disk, sectors) / 1000000), p->disk->name,
		    (unsigned long long)((plan_root_bytes_least(r) + r->swap_bytes) / 1000000 + 1),
		    (unsigned long long)(plan_root_bytes_least(r) / 1000000 + 1),
		    (unsigned long long)(r->swap_bytes / 1000000));
	return -EINVAL;
}

static int fill_window(struct planner *p, struct window *w, enum finding_code code)
{
	struct wanted wanted[WANTED_MAX];
	unsigned int n = list_wanted(p, wanted);
	uint64_t room;
	int error = 0;

	if (p->plan->gpt)
		w->kind = PARTITION_GPT;
	else if (w->kind != PARTITION_LOGICAL)
		error = choose_kind(p, w, n);
	if (error && error != -ENOSPC)
		return error;
	room = error ? 0 : window_room(p, w, n);
	if (!room || !share(p, wanted, n, room))
		return too_small(p, room, code);
	error = place_all(p, w, wanted, n);
	if (error)
		return error == -ENOSPC ? too_small(p, room, code) : error;
	p->plan->edit = true;
	return number_all(p);
}

/* ---- a whole disk ---- */
static void place_gpt(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	struct gpt_place *g = &plan->gpt_place;
	uint64_t array = to_sectors(plan, GPT_SLOTS * GPT_ENTRY_BYTES);

	g->header = 1;
	g->entries = 2;
	g->alternate = plan->disk_sectors - 1;
	g->alternate_entries = g->alternate - array;
	g->first_usable = g->entries + array;
	g->last_usable = g->alternate_entries - 1;
	g->slots = GPT_SLOTS;
	g->entry_size = GPT_ENTRY_BYTES;
	make_guid(p, 0, g->disk_guid);
}

static void mark_root_active(struct disk_plan *plan)
{
	const struct plan_part *root = plan_find(plan, ROLE_ROOT);
	const struct plan_part *marked = root;

	if (root && root->kind == PARTITION_LOGICAL)
		marked = plan_find(plan, ROLE_EXTENDED);
	plan->set_active = true;
	plan->active_number = plan->gpt || !marked ? 0 : marked->number;
}

int plan_layout_whole(struct planner *p)
{
	struct disk_plan *plan = p->plan;
	struct window w = { .from = 1, .to = plan->disk_sectors };
	uint8_t random[GUID_BYTES];
	int error = 0;

	plan->new_table = true;
	if (plan->disk_sectors < 4 * p->grain)
		return too_small(p, plan->disk_sectors, FIND_DISK_TOO_SMALL);
	for (size_t i = 0; i < p->disk->partitions && !error; i++)
		error = plan_add_deletion(plan, &p->disk->partition[i]);
	if (error)
		return error;
	make_guid(p, 255, random);
	memcpy(&plan->new_signature, random, sizeof(plan->new_signature));
	plan->new_signature |= 1; /* never 0: that is none */
	if (plan->gpt) {
		place_gpt(p);
		memcpy(plan->new_disk_guid, plan->gpt_place.disk_guid, GUID_BYTES);
		w.from = plan->gpt_place.first_usable;
		w.to = plan->gpt_place.last_usable + 1;
	} else {
		plan->wipe_gpt = p->disk->gpt.header != 0;
		plan->wipe_backup = p->disk->gpt.alternate == plan->disk_sectors - 1;
		if (plan->wipe_backup)
			w.to--; /* the sector that is cleared is in nobody's partition */
		if (w.to > MBR_REACH)
			w.to = MBR_REACH;
	}
	error = fill_window(p, &w, FIND_DISK_TOO_SMALL);
	if (!error && (!plan->gpt || p->request->set_active))
		mark_root_active(plan);
	return error;
}

/* ---- a free region ---- */
static const struct free_region *find_region(const struct planner *p)
{
	const struct free_region *best = NULL;

	for (size_t i = 0; i < p->disk->regions; i++) {
		const struct free_region *r = &p->disk->region[i];

		if (p->request->region_start) {
			if (r->start == p->request->region_start)
				return r;
		} else if (!best || r->count > best->count) {
			best = r;
		}
	}
	return best;
}

/* A region that takes in the place of the container's first table has nothing in it yet. */
static int region_missing(struct planner *p)
{
	if (p->request->region_start)
		finding_add(p->findings, FIND_NO_REGION,
			    "No free space of %s begins at sector %llu", p->disk->name,
			    (unsigned long long)p->request->region_start);
	else
		finding_add(p->findings, FIND_NO_FREE_SPACE, "%s has no free space", p->disk->name);
	return -EINVAL;
}

int plan_layout_free(struct planner *p)
{
	const struct free_region *region = find_region(p);
	struct window w;
	int error;

	if (!region)
		return region_missing(p);
	w = (struct window){ .from = region->start, .to = region->start + region->count };
	if (p->request->region_bytes &&
	    region->count > to_sectors(p->plan, p->request->region_bytes))
		w.to = round_up(w.from + to_sectors(p->plan, p->request->region_bytes), p->grain);
	if (w.to > region->start + region->count)
		w.to = region->start + region->count;
	p->plan->gpt_place = p->disk->gpt;
	if (!p->plan->gpt)
		p->plan->gpt_place = (struct gpt_place){ 0 };
	if (region->logical) {
		w.kind = PARTITION_LOGICAL;
		w.empty_ebr = empty_ebr(p->disk, region);
	}
	error = fill_window(p, &w,
			    region->count < p->grain ? FIND_NO_FREE_SPACE : FIND_REGION_TOO_SMALL);
	if (!error && p->request->set_active) {
		mark_root_active(p->plan);
		/* Into an extended partition that was there before: that one is marked. */
		if (!p->plan->gpt && region->logical)
			p->plan->active_number = disk_extended(p->disk)->number;
	}
	return error;
}
