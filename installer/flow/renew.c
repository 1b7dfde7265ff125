/*
 * An upgrade's GRUB. What starts the earlier installation is renewed only when every byte of it is
 * what /boot/grub/i386-pc of that installation makes: boot sector by boot.img, the sectors it names
 * by core.img. Whatever else is there belongs to somebody and stays.
 *
 * At each moment the boot sector names a core.img that is whole: the new one is first a file of its
 * own (core.new), the boot sector is turned to its sectors, only then are those behind the MBR
 * written, and the boot sector is turned back to them. A run that was cut off is told by core.new.
 */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/gap.h>
#include <installer/loader/grub_place.h>
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define CORE_IMAGE TARGET_GRUB "/core.img"
#define CORE_NEW   TARGET_GRUB "/core.new"

struct look {
	struct install *in;
	struct disk_file file;
	struct disk_io io; /* the whole disk, for reading */
	enum renew found;
	size_t ours; /* of the sectors for the MBR's core.img: known to be this installation's */
};

/* ---- the disk of the earlier installation, as a plan that the steps understand */

static const struct partition *find_root(const struct install *in, const struct disk **disk)
{
	const char *name = in->upgrade->device + strlen("/dev/");
	const struct disk *d;
	size_t i;

	for (d = in->machine.disk; d < in->machine.disk + in->machine.disks; d++)
		for (i = 0; i < d->partitions; i++)
			if (d->partition[i].device && !strcmp(d->partition[i].device, name)) {
				*disk = d;
				return &d->partition[i];
			}
	return NULL;
}

/* Where core.img lies for the MBR, as a new installation puts it. */
static void set_core_area(struct disk_plan *plan, const struct disk *disk)
{
	const struct partition *boot = disk_bios_boot(disk);
	uint64_t first = disk->sectors;
	size_t i;

	for (i = 0; i < disk->partitions; i++)
		if (disk->partition[i].start < first)
			first = disk->partition[i].start;
	if (plan->gpt) {
		plan->core_start = boot ? boot->start : 0;
		plan->core_room = boot ? boot->count : 0;
	} else {
		plan->core_start = 1;
		plan->core_room = first - 1;
	}
}

static void set_plan(struct install *in, const struct disk *disk, const struct partition *root)
{
	struct disk_plan *plan = &in->plan;

	plan_free(plan);
	*plan = (struct disk_plan){ .disk_path = xstrdup(disk->path),
				    .disk_sectors = disk->sectors,
				    .sector_size = disk->sector_size,
				    .gpt = disk->kind == TABLE_GPT,
				    .loader = LOADER_NONE };
	plan->part = xalloc(sizeof(*plan->part));
	plan->parts = 1;
	plan->part[0] = (struct plan_part){ .role = ROLE_ROOT,
					    .number = root->number,
					    .kind = root->kind,
					    .start = root->start,
					    .count = root->count };
	set_core_area(plan, disk);
}

static uint64_t boot_lba(const struct disk_plan *plan)
{
	return plan->loader == LOADER_MBR ? 0 : plan->part[0].start;
}

/* What the one routine that writes may touch. */
static void set_ranges(struct disk_plan *plan, size_t core_sectors)
{
	plan->range = xalloc(2 * sizeof(*plan->range));
	plan->range[plan->ranges++] = (struct plan_range){ .start = boot_lba(plan),
							   .count = 1,
							   .step = STEP_SWITCH,
							   .reason = xstrdup("GRUB's code") };
	if (plan->core_in_gap)
		plan->range[plan->ranges++] =
			(struct plan_range){ .start = plan->core_start,
					     .count = core_sectors,
					     .step = STEP_LOADER,
					     .reason = xstrdup("GRUB's core.img") };
}

/* ---- is that ours? */

static int read_sectors(const struct look *l, const uint64_t *lba, size_t n, uint8_t *data)
{
	int err = 0;
	size_t i;

	for (i = 0; i < n && !err; i++)
		err = l->io.read(l->io.ctx, lba[i] * GRUB_SECTOR, data + i * GRUB_SECTOR,
				 GRUB_SECTOR);
	return err;
}

/* Do the boot sector of plan.loader and the sectors at core_lba hold these images? */
static bool is_placed(const struct look *l, const struct grub_images *images)
{
	const struct install *in = l->in;
	struct grub_target target = { .core_lba = in->core_lba, .core_sectors = in->core_sectors };
	size_t n = grub_core_sectors(images);
	uint8_t old[GRUB_SECTOR], *core = xalloc(n * GRUB_SECTOR);
	uint64_t lba = boot_lba(&in->plan);
	bool same;

	target.old_boot = old;
	target.whole_disk = in->plan.loader == LOADER_MBR;
	same = n <= in->core_sectors && !read_sectors(l, &lba, 1, old) &&
	       !read_sectors(l, in->core_lba, n, core) && grub_is_placed(images, &target, core);
	free(core);
	return same;
}

static void core_in_a_row(struct install *in, size_t sectors)
{
	size_t i;

	in->core_sectors = sectors;
	in->core_lba = xrealloc(in->core_lba, sectors, sizeof(*in->core_lba));
	for (i = 0; i < sectors; i++)
		in->core_lba[i] = in->plan.core_start + i;
}

/* In the place for the MBR's, when there is so much of it. */
static bool is_in_gap(const struct look *l, const struct grub_images *images)
{
	size_t n = grub_core_sectors(images);

	if (n > l->in->plan.core_room)
		return false;
	core_in_a_row(l->in, n);
	return is_placed(l, images);
}

static bool is_in_file(const struct look *l, const struct grub_images *images, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *complaint;
	bool same;

	if (fd < 0)
		return false;
	complaint = core_map(l->in, fd, images->core_bytes);
	close(fd);
	same = !complaint && is_placed(l, images);
	free(complaint);
	return same;
}

/* Sets plan.loader when the MBR or the root's boot sector starts this core.img. */
static bool starts(const struct look *l, const struct grub_images *images, const char *path)
{
	struct disk_plan *plan = &l->in->plan;

	plan->loader = LOADER_MBR;
	if (is_in_gap(l, images) || is_in_file(l, images, path))
		return true;
	plan->loader = LOADER_PARTITION;
	if (is_in_file(l, images, path))
		return true;
	plan->loader = LOADER_NONE;
	return false;
}

/* A core.img's sectors behind the MBR are this installation's. */
static void count_ours(struct look *l, size_t bytes)
{
	size_t sectors = (bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;

	if (sectors > l->ours)
		l->ours = sectors;
}

/* The core.img in that file, with the installation's boot.img or, where it has none, ours. */
static bool starts_file(struct look *l, const char *path)
{
	static const char *const boots[] = { TARGET_GRUB "/boot.img", GRUB_FOLDER "/boot.img" };
	struct grub_images images;
	char *core, *boot, *complaint = file_read(path, &core, &images.core_bytes);
	bool found = false;
	size_t i;

	images.core = (const uint8_t *)core;
	if (!complaint)
		count_ours(l, images.core_bytes);
	for (i = 0; i < 2 && !complaint && !found; i++) {
		char *missing = file_read(boots[i], &boot, &images.boot_bytes);

		images.boot = (const uint8_t *)boot;
		found = !missing && starts(l, &images, path);
		free(missing);
		free(boot);
	}
	free(complaint);
	free(core);
	return found;
}

/* ---- may the new one go there? */

static bool is_the_new_one(const struct look *l)
{
	struct grub_images images = { .core = l->in->core, .core_bytes = l->in->core_bytes };
	char *boot, *complaint = file_read(GRUB_FOLDER "/boot.img", &boot, &images.boot_bytes);
	bool same;

	images.boot = (const uint8_t *)boot;
	same = !complaint && (l->in->plan.core_in_gap ? is_in_gap(l, &images)
						      : is_in_file(l, &images, CORE_IMAGE));
	free(complaint);
	free(boot);
	return same;
}

/* Behind the MBR, what the new one needs beyond the old one must be empty. When core.new is what
 * starts, a run was cut off that had seen to that, and all up to its end is ours. */
static bool has_room(const struct look *l, size_t sectors)
{
	const struct disk_plan *plan = &l->in->plan;
	size_t more = sectors > l->ours ? sectors - l->ours : 0;
	uint8_t *gap;
	bool room;

	if (!plan->core_in_gap)
		return true;
	if (sectors > plan->core_room)
		return false;
	if (plan->gpt || !more)
		return true;
	gap = xalloc(more * GRUB_SECTOR);
	room = !l->io.read(l->io.ctx, (plan->core_start + l->ours) * GRUB_SECTOR, gap,
			   more * GRUB_SECTOR) &&
	       gap_inspect(gap, more).verdict == GAP_EMPTY;
	free(gap);
	return room;
}

static enum ui_result judge(struct look *l)
{
	struct install *in = l->in;
	size_t sectors;

	if (access(CORE_IMAGE, F_OK)) {
		l->found = RENEW_NONE;
		return UI_OK;
	}
	l->found = RENEW_FOREIGN;
	if (!starts_file(l, CORE_IMAGE) && !starts_file(l, CORE_NEW))
		return UI_OK;
	in->plan.core_in_gap = in->plan.loader == LOADER_MBR;
	if (core_make(in, in->upgrade->uuid) != UI_OK)
		return UI_STOP;
	sectors = (in->core_bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;
	l->found = RENEW_NO_ROOM;
	if (is_the_new_one(l))
		l->found = RENEW_SAME;
	else if (has_room(l, sectors))
		l->found = RENEW_ALL;
	set_ranges(&in->plan, sectors);
	return UI_OK;
}

static enum ui_result look_mounted(struct look *l)
{
	enum ui_result result;
	int err = disk_file_open(&l->file, l->in->plan.disk_path, false, &l->io);

	if (err)
		return ui_stop(l->in->ui, "%s: %s", l->in->plan.disk_path, strerror(-err));
	result = judge(l);
	disk_file_close(&l->file);
	return result;
}

enum ui_result renew_look(struct install *in)
{
	struct look l = { .in = in, .found = RENEW_NONE };
	const struct disk *disk = NULL;
	const struct partition *root = find_root(in, &disk);
	enum ui_result result;

	in->renew = RENEW_NONE;
	if (!root)
		return ui_stop(in->ui, "%s is not there any more", in->upgrade->device);
	set_plan(in, disk, root);
	if (disk->sector_size != GRUB_SECTOR)
		return UI_OK;
	if (mount(in->upgrade->device, TARGET, "ext2", MS_RDONLY, NULL))
		return ui_stop(in->ui, "%s cannot be mounted: %s", in->upgrade->device,
			       strerror(errno));
	result = look_mounted(&l);
	umount(TARGET);
	in->renew = l.found;
	log_line("GRUB of %s: %d", in->upgrade->device, (int)in->renew);
	return result;
}

/* ---- in words */

static char *places_text(const struct disk_plan *plan)
{
	const struct plan_range *boot = &plan->range[0], *core = &plan->range[1];

	if (!plan->core_in_gap)
		return xasprintf("the boot sector of the partition (sector %llu of %s)",
				 (unsigned long long)boot->start, plan->disk_path);
	return xasprintf("the code in the MBR of %s and sectors %llu-%llu", plan->disk_path,
			 (unsigned long long)core->start,
			 (unsigned long long)(core->start + core->count - 1));
}

char *renew_text(const struct install *in)
{
	char *places, *text;

	if (in->renew == RENEW_NONE)
		return xstrdup("No boot loader was installed with it, and none is now.");
	if (in->renew == RENEW_FOREIGN)
		return xasprintf("The boot loader on %s is not, or not any more, the one that was "
				 "installed with it: it is not touched.",
				 in->plan.disk_path);
	places = places_text(&in->plan);
	if (in->renew == RENEW_NO_ROOM)
		text = xasprintf("GRUB stays the old one: the new one would need %s, where there "
				 "is not so much room that is nobody's.",
				 places);
	else if (in->renew == RENEW_SAME)
		text = xasprintf("GRUB, in %s, is the new one already.", places);
	else
		text = xasprintf("GRUB is renewed, in %s, where nothing but the GRUB of this "
				 "installation is.",
				 places);
	free(places);
	return text;
}

/* ---- writing */

/* What is there is the new one: its files, too, and nothing that a run left behind. */
static char *put_same(struct install *in)
{
	char *complaint = in->plan.core_in_gap ? core_put(in, CORE_IMAGE, false) : NULL;

	if (!complaint)
		complaint = core_keep_boot();
	if (!complaint && unlink(CORE_NEW) && errno != ENOENT)
		complaint = xasprintf(CORE_NEW ": %s", strerror(errno));
	return complaint;
}

static enum ui_result put_files(struct install *in)
{
	enum ui_result result = target_mount(in);

	if (result == UI_OK)
		result = core_modules(in);
	if (result == UI_OK)
		result = stop_if(in, in->renew == RENEW_SAME ? put_same(in)
							     : core_put(in, CORE_NEW, true));
	return target_unmount(in) == UI_OK ? result : UI_STOP;
}

static enum ui_result put_sectors(struct install *in)
{
	enum ui_result result = step_switch(in);

	if (result == UI_OK && in->plan.core_in_gap)
		result = step_loader(in);
	if (result == UI_OK && in->plan.core_in_gap)
		result = step_switch(in);
	return result;
}

/* By the same name as ever; the file keeps its sectors. */
static char *settle(void)
{
	if (rename(CORE_NEW, CORE_IMAGE))
		return xasprintf(CORE_IMAGE ": %s", strerror(errno));
	return core_keep_boot();
}

static enum ui_result settle_files(struct install *in)
{
	enum ui_result result = target_mount(in);

	if (result == UI_OK)
		result = stop_if(in, settle());
	return target_unmount(in) == UI_OK ? result : UI_STOP;
}

enum ui_result renew_loader(struct install *in)
{
	enum ui_result result;

	if (in->renew != RENEW_SAME && in->renew != RENEW_ALL)
		return UI_OK;
	result = put_files(in);
	if (result == UI_OK && in->renew == RENEW_ALL)
		result = put_sectors(in);
	if (result == UI_OK && in->renew == RENEW_ALL)
		result = settle_files(in);
	return result;
}
