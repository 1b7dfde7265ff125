/* plan_named.c - plans over partitions that are there already: the table keeps its entries. */
#include "plan_internal.h"
#include <errno.h>
#include <string.h>

/* Of a partition that is formatted: the byte or GUID that says what it holds follows. */
static void set_type(struct planner *p, struct plan_part *part, const struct partition *was)
{
	part->type = was->type;
	memcpy(part->type_guid, was->type_guid, GUID_BYTES);
	memcpy(part->guid, was->guid, GUID_BYTES);
	if (!part->format)
		return;
	if (p->plan->gpt)
		memcpy(part->type_guid, part->role == ROLE_SWAP ? guid_linux_swap : guid_linux_data,
		       GUID_BYTES);
	else
		part->type = part->role == ROLE_SWAP ? TYPE_SWAP : TYPE_LINUX;
	if (part->type == was->type && !memcmp(part->type_guid, was->type_guid, GUID_BYTES))
		return;
	p->plan->edit = true;
	finding_add(p->findings, FIND_TYPE_DIFFERS,
		    "The type of partition %u in the table becomes that of its new contents",
		    part->number);
}

static enum plan_role role_of(const char *mount_point)
{
	if (!strcmp(mount_point, "/"))
		return ROLE_ROOT;
	if (!strcmp(mount_point, "/home"))
		return ROLE_HOME;
	return strcmp(mount_point, "swap") ? ROLE_OTHER : ROLE_SWAP;
}

static bool is_usable(struct planner *p, const struct partition *was, unsigned int number)
{
	if (!was) {
		finding_add(p->findings, FIND_NO_PARTITION, "%s has no partition %u", p->disk->name,
			    number);
	} else if (was->kind == PARTITION_EXTENDED) {
		finding_add(p->findings, FIND_EXTENDED_CHOSEN,
			    "Partition %u is extended: it only holds others", number);
		return false;
	} else if (was->locked || was->clipped) {
		finding_add(p->findings, FIND_CLIPPED, "Partition %u %s", number,
			    was->locked ? "is behind a disk manager and must not be written"
					: "goes beyond the end of the disk");
		return false;
	}
	return was != NULL;
}

static int add_named(struct planner *p, unsigned int number, const char *mount_point, bool format)
{
	const struct partition *was = disk_partition(p->disk, number);
	struct plan_part *part;

	if (!is_usable(p, was, number))
		return -EINVAL;
	part = plan_add_part(p->plan);
	if (!part)
		return -ENOMEM;
	part->role = role_of(mount_point);
	part->number = number;
	part->kind = was->kind;
	part->format = format;
	part->active = was->active;
	part->start = was->start;
	part->count = part->fs_sectors = was->count;
	set_type(p, part, was);
	if (format && was->volume.file_system)
		finding_add(p->findings, FIND_PARTITION_LOST,
			    "What is on partition %u (%s%s%s) will be lost", number,
			    was->volume.file_system, was->volume.os ? ", " : "",
			    was->volume.os ? was->volume.os : "");
	return part->role == ROLE_SWAP ? 0 : model_set(&part->mount_point, mount_point);
}

/* By parts of the table that stays: GPT's places, the active flag. */
static void keep_table(struct planner *p)
{
	const struct plan_part *root = plan_find(p->plan, ROLE_ROOT);

	if (p->plan->gpt)
		p->plan->gpt_place = p->disk->gpt;
	if (!p->request->set_active || !root)
		return;
	p->plan->set_active = true;
	p->plan->active_number = p->plan->gpt			   ? 0
				 : root->kind == PARTITION_LOGICAL ? disk_extended(p->disk)->number
								   : root->number;
	p->plan->edit = true;
}

int plan_named_partition(struct planner *p)
{
	const struct plan_part *root;
	int error = add_named(p, p->request->number, "/", true);
	uint64_t least = plan_root_bytes_least(p->request) + p->request->swap_bytes;

	if (error)
		return error;
	root = plan_find(p->plan, ROLE_ROOT);
	if (disk_bytes(p->disk, root->count) < least) {
		finding_add(p->findings, FIND_PARTITION_TOO_SMALL,
			    "Partition %u has %llu MB; %llu MB are needed", root->number,
			    (unsigned long long)(disk_bytes(p->disk, root->count) / 1000000),
			    (unsigned long long)(least / 1000000 + 1));
		return -EINVAL;
	}
	p->plan->swap_file_bytes = p->request->swap_bytes;
	keep_table(p);
	return 0;
}

/* ---- by hand ---- */
/* An absolute path without empty, "." or ".." parts and without what a line of fstab cannot hold.
 */
static bool is_mount_point(const char *path)
{
	const char *part = path;

	if (!strcmp(path, "swap") || !strcmp(path, "/"))
		return true;
	if (path[0] != '/' || strlen(path) > 255)
		return false;
	while (*part == '/') {
		size_t n = strcspn(++part, "/");

		if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && !memcmp(part, "..", 2)))
			return false;
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)part[i] <= ' ' || part[i] == 0x7F || part[i] == '\\')
				return false;
		part += n;
	}
	return true;
}

static bool assignment_is_sound(struct planner *p, size_t index)
{
	const struct plan_assign *a = &p->request->assign[index];

	if (!is_mount_point(a->mount_point)) {
		finding_add(p->findings, FIND_BAD_MOUNT_POINT,
			    "\"%s\" is no place for a partition: an absolute path, or swap",
			    a->mount_point);
		return false;
	}
	for (size_t i = 0; i < index; i++) {
		const struct plan_assign *b = &p->request->assign[i];

		if (b->number == a->number) {
			finding_add(p->findings, FIND_TWICE_ASSIGNED,
				    "Partition %u was assigned twice", a->number);
			return false;
		}
		if (!strcmp(a->mount_point, b->mount_point) && strcmp(a->mount_point, "swap")) {
			finding_add(p->findings, FIND_TWO_MOUNTS,
				    "Two partitions were assigned to %s", a->mount_point);
			return false;
		}
	}
	return true;
}

static int check_root(struct planner *p)
{
	const struct plan_part *root = plan_find(p->plan, ROLE_ROOT);

	if (!root) {
		finding_add(p->findings, FIND_NO_ROOT, "No partition was assigned to /");
		return -EINVAL;
	}
	if (!root->format && !p->request->keep_root) {
		finding_add(p->findings, FIND_ROOT_NOT_FORMATTED,
			    "The root, partition %u, must be formatted but for an upgrade",
			    root->number);
		return -EINVAL;
	}
	if (root->format && disk_bytes(p->disk, root->count) < plan_root_bytes_least(p->request)) {
		finding_add(p->findings, FIND_PARTITION_TOO_SMALL,
			    "Partition %u has %llu MB; %llu MB are needed", root->number,
			    (unsigned long long)(disk_bytes(p->disk, root->count) / 1000000),
			    (unsigned long long)(plan_root_bytes_least(p->request) / 1000000 + 1));
		return -EINVAL;
	}
	return 0;
}

int plan_named_by_hand(struct planner *p)
{
	const struct plan_request *r = p->request;
	int error = 0;

	for (size_t i = 0; i < r->assigns && !error; i++) {
		if (!assignment_is_sound(p, i))
			return -EINVAL;
		error = add_named(p, r->assign[i].number, r->assign[i].mount_point,
				  r->assign[i].format);
	}
	if (!error)
		error = check_root(p);
	if (error)
		return error;
	if (!plan_find(p->plan, ROLE_SWAP))
		p->plan->swap_file_bytes = r->swap_bytes;
	keep_table(p);
	return 0;
}
