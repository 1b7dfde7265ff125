/* Steps on the whole disk: undo record, partition table, file systems, and the loader's sectors. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/grub_place.h>
#include <installer/plan/plan_text.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <time.h>
#include <unistd.h>

#define DEVICE_WAIT_S 20

static enum ui_result refused(struct install *in, const char *what, int err,
			      struct findings *findings)
{
	char *text = findings->rows ? findings_text(findings) : NULL;
	enum ui_result result =
		ui_stop(in->ui, "%s: %s\n%s", what, strerror(-err), text ? text : "");

	free(text);
	findings_free(findings);
	return result;
}

/* The new table in memory, judged; nothing is written. */
static enum ui_result stage(struct install *in, const struct disk_io *io)
{
	struct findings findings = { 0 };
	int err = staged_read(&in->staged, in->disk, &in->plan, io);

	if (!err)
		err = staged_apply(&in->staged, in->disk, &in->plan, &findings);
	if (!err)
		err = staged_check_bytes(&in->staged, in->disk, &in->plan, &findings);
	if (!err)
		err = staged_judge(&in->staged, in->disk, &in->plan, FOLDER, &findings);
	if (err)
		return refused(
			in, "the new partition table is not what was planned, and was not written",
			err, &findings);
	findings_free(&findings);
	return UI_OK;
}

static int gather(struct install *in, const struct disk_io *io)
{
	char *notes = xasprintf("hostname = %s\n", in->choice.hostname);
	int err = undo_gather(&in->record, &in->plan, io);

	if (!err)
		err = staged_expect(&in->staged, &in->record);
	if (!err)
		err = undo_set_notes(&in->record, notes, strlen(notes));
	free(notes);
	return err;
}

/* The copy that the person named: another medium, so nothing of the plan guards it. */
static int write_second(struct install *in)
{
	struct disk_file file;
	struct disk_io io;
	int err;

	if (!in->choice.undo || !*in->choice.undo || !strcmp(in->choice.undo, "none"))
		return 0;
	err = disk_file_open(&file, in->choice.undo, true, &io);
	if (err)
		return err;
	err = undo_write_copy(&in->record, &io, 0);
	disk_file_close(&file);
	log_line("undo: a second record on %s: %s", in->choice.undo,
		 err ? strerror(-err) : "written");
	return err;
}

static enum ui_result write_record(struct install *in, struct session *s)
{
	int err = gather(in, &s->io);

	if (err)
		return ui_stop(in->ui,
			       "what would be overwritten cannot be saved: %s. Nothing was written",
			       strerror(-err));
	err = write_second(in);
	if (err)
		return ui_stop(in->ui,
			       "the undo record cannot be written to %s: %s. The disk is as it was",
			       in->choice.undo, strerror(-err));
	if (!in->record.count)
		return UI_OK;
	in->written = true;
	err = undo_write(&in->record, &s->guard);
	return err ? ui_stop(in->ui, "the undo record cannot be written: %s", strerror(-err))
		   : UI_OK;
}

enum ui_result step_undo(struct install *in)
{
	struct session s;
	enum ui_result result = session_open(in, &s, STEP_UNDO);

	if (result != UI_OK)
		return result;
	result = stage(in, &s.io);
	if (result == UI_OK)
		result = write_record(in, &s);
	session_close(&s);
	return result;
}

/* The kernel looks at the table again; what it then says is compared with the plan before anything
 * is formatted. */
static enum ui_result reread_table(struct install *in)
{
	int fd = open(in->plan.disk_path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0)
		return ui_stop(in->ui, "%s: %s", in->plan.disk_path, strerror(errno));
	err = ioctl(fd, BLKRRPART) ? errno : 0;
	close(fd);
	if (err)
		return ui_stop(in->ui, "the kernel does not take the new partition table of %s: %s",
			       in->plan.disk_path, strerror(err));
	return UI_OK;
}

enum ui_result step_table(struct install *in)
{
	struct session s;
	enum ui_result result;
	int err;

	if (!in->plan.edit)
		return UI_OK;
	result = session_open(in, &s, STEP_TABLE);
	if (result != UI_OK)
		return result;
	in->written = true;
	err = staged_write(&in->staged, &s.guard);
	session_close(&s);
	if (err)
		return ui_stop(in->ui, "the partition table cannot be written: %s", strerror(-err));
	return reread_table(in);
}

/* ---- file systems */

static bool wait_for(const char *device)
{
	struct timespec pause = { 0, 100000000 };
	int tries;

	for (tries = 0; tries < DEVICE_WAIT_S * 10; tries++) {
		if (!access(device, F_OK))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static const char *uuid_of(const struct install *in, enum plan_role role)
{
	if (role == ROLE_ROOT)
		return in->root_uuid;
	return role == ROLE_SWAP ? in->swap_uuid : in->home_uuid;
}

static enum ui_result make_one(struct install *in, const struct plan_part *part)
{
	char device[64];

	plan_part_path(&in->plan, part, device, sizeof(device));
	if (!wait_for(device))
		return ui_stop(in->ui, "%s does not appear", device);
	return stop_if(in, make_file_system(&in->plan, part, uuid_of(in, part->role)));
}

static bool is_formatted(const struct plan_part *part)
{
	return part->format &&
	       (part->role == ROLE_ROOT || part->role == ROLE_HOME || part->role == ROLE_SWAP);
}

/* Amounts are those of the partitions: what is written of them is little. */
enum ui_result step_file_systems(struct install *in)
{
	struct ui_progress progress = { .what = "Making file systems" };
	enum ui_result result = UI_OK;
	size_t i;

	in->written = true;
	for (i = 0; i < in->plan.parts; i++)
		if (is_formatted(&in->plan.part[i]))
			progress.total += in->plan.part[i].count * in->plan.sector_size;
	for (i = 0; i < in->plan.parts && result == UI_OK; i++) {
		if (!is_formatted(&in->plan.part[i]))
			continue;
		progress.item = in->plan.part[i].mount_point;
		ui_progress(in->ui, &progress);
		result = make_one(in, &in->plan.part[i]);
		progress.done += in->plan.part[i].count * in->plan.sector_size;
	}
	if (result == UI_OK)
		ui_progress(in->ui, &progress);
	return result;
}

/* ---- the loader */

/* GRUB for this disk: `boot` becomes the boot sector, from what it is now; `core` what lies in
 * core.img's sectors. */
static enum ui_result place(struct install *in, const uint8_t *old, uint8_t boot[GRUB_SECTOR],
			    uint8_t *core)
{
	struct grub_target target = { .old_boot = old,
				      .whole_disk = in->plan.loader == LOADER_MBR };
	struct grub_images images = { .core = in->core, .core_bytes = in->core_bytes };
	char *image, *complaint;
	int err;

	complaint = file_read(GRUB_FOLDER "/boot.img", &image, &images.boot_bytes);
	if (complaint)
		return stop_if(in, complaint);
	images.boot = (const uint8_t *)image;
	target.core_lba = in->core_lba;
	target.core_sectors = in->core_sectors;
	err = grub_place(&images, &target, boot, core);
	free(image);
	return err ? ui_stop(in->ui, "GRUB does not fit where it has to go: %s", strerror(-err))
		   : UI_OK;
}

static void gap_sectors(struct install *in)
{
	size_t i;

	in->core_sectors = (in->core_bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;
	in->core_lba = xrealloc(in->core_lba, in->core_sectors, sizeof(*in->core_lba));
	for (i = 0; i < in->core_sectors; i++)
		in->core_lba[i] = in->plan.core_start + i;
}

static enum ui_result write_core(struct install *in, struct session *s)
{
	uint8_t none[GRUB_SECTOR] = { 0 }, boot[GRUB_SECTOR];
	uint8_t *core = xalloc(in->core_sectors * GRUB_SECTOR);
	enum ui_result result = place(in, none, boot, core);
	int err = 0;

	if (result == UI_OK)
		err = guarded_write(&s->guard, in->plan.core_start, in->core_sectors, core);
	if (!err && result == UI_OK)
		err = guarded_commit(&s->guard);
	free(core);
	return err ? ui_stop(in->ui, "GRUB cannot be written: %s", strerror(-err)) : result;
}

enum ui_result step_loader(struct install *in)
{
	struct session s;
	enum ui_result result;

	if (in->plan.loader == LOADER_NONE || !in->plan.core_in_gap)
		return UI_OK;
	gap_sectors(in);
	result = session_open(in, &s, STEP_LOADER);
	if (result != UI_OK)
		return result;
	result = write_core(in, &s);
	session_close(&s);
	return result;
}

static enum ui_result write_boot_sector(struct install *in, struct session *s)
{
	const struct plan_part *root = plan_find(&in->plan, ROLE_ROOT);
	uint64_t lba = in->plan.loader == LOADER_MBR ? 0 : root->start;
	uint8_t old[GRUB_SECTOR], boot[GRUB_SECTOR], *core = xalloc(in->core_sectors * GRUB_SECTOR);
	enum ui_result result;
	int err = guarded_read(&s->guard, lba, 1, old);

	result = err ? UI_OK : place(in, old, boot, core);
	if (!err && result == UI_OK)
		err = guarded_write(&s->guard, lba, 1, boot);
	if (!err && result == UI_OK)
		err = guarded_commit(&s->guard);
	free(core);
	return err ? ui_stop(in->ui, "the boot sector cannot be written: %s", strerror(-err))
		   : result;
}

enum ui_result step_switch(struct install *in)
{
	struct session s;
	enum ui_result result;

	if (in->plan.loader == LOADER_NONE)
		return UI_OK;
	result = session_open(in, &s, STEP_SWITCH);
	if (result != UI_OK)
		return result;
	result = write_boot_sector(in, &s);
	session_close(&s);
	return result;
}
