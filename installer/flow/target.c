/* The new system's tree: mounting, files, configuration, and the log that stays there. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/boot_entries.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum ui_result stop_if(struct install *in, char *complaint)
{
	if (!complaint)
		return UI_OK;
	ui_stop(in->ui, "%s", complaint);
	free(complaint);
	return UI_STOP;
}

static char *mount_part(const struct install *in, const struct plan_part *part, const char *where)
{
	char device[64];

	plan_part_path(&in->plan, part, device, sizeof(device));
	mkdir(where, 0755);
	if (mount(device, where, "ext2", 0, NULL))
		return xasprintf("%s cannot be mounted: %s", device, strerror(errno));
	return NULL;
}

enum ui_result target_mount(struct install *in)
{
	const struct plan_part *home = plan_find(&in->plan, ROLE_HOME);
	char *complaint = mount_part(in, plan_find(&in->plan, ROLE_ROOT), TARGET);

	if (!complaint && home)
		complaint = mount_part(in, home, TARGET "/home");
	return stop_if(in, complaint);
}

/* Also after a failure: what is not mounted is passed over. */
enum ui_result target_unmount(struct install *in)
{
	int err = 0;

	sync();
	if (umount(TARGET "/home") && errno != EINVAL && errno != ENOENT)
		err = errno;
	if (umount(TARGET) && errno != EINVAL && errno != ENOENT)
		err = errno;
	return err ? ui_stop(in->ui, "the new file system cannot be let go: %s", strerror(err))
		   : UI_OK;
}

/* ---- files */

static void show_progress(void *arg, const char *what, const char *path, uint64_t done,
			  uint64_t total)
{
	struct ui_progress progress = { .what = what, .item = path, .done = done, .total = total };

	ui_progress(arg, &progress);
}

enum ui_result copy_files(struct install *in, struct copy_job *job)
{
	char *from = xasprintf("%s/system", in->options.medium), *complaint;

	job->manifest = &in->medium.manifest;
	job->from = from;
	job->to = TARGET;
	job->groups = in->medium.names;
	job->progress = show_progress;
	job->arg = in->ui;
	complaint = copy_tree(job);
	if (!complaint)
		complaint = copy_verify(job);
	free(from);
	return stop_if(in, complaint);
}

enum ui_result step_files(struct install *in)
{
	enum ui_result result = target_mount(in);
	struct copy_job job = { 0 };

	if (result == UI_OK)
		result = copy_files(in, &job);
	return result == UI_OK ? target_unmount(in) : result;
}

/* ---- configuration */

static char *kernel_configuration(void)
{
	static const char *const config[] = { "oldiron-kernel", "--root", TARGET, "config", NULL };

	return run_program(config, NULL, NULL, NULL);
}

static void fill_mounts(const struct install *in, struct config *c, struct config_mount *mounts)
{
	mounts[c->n_mounts++] =
		(struct config_mount){ in->root_uuid, "/", "ext2", "errors=remount-ro", 1 };
	if (plan_find(&in->plan, ROLE_HOME))
		mounts[c->n_mounts++] =
			(struct config_mount){ in->home_uuid, "/home", "ext2", "defaults", 2 };
	if (plan_find(&in->plan, ROLE_SWAP))
		mounts[c->n_mounts++] =
			(struct config_mount){ in->swap_uuid, "none", "swap", "sw", 0 };
	c->mounts = mounts;
}

static char *hash_or_null(const char *password, char **hash)
{
	*hash = password ? password_hash(password) : NULL;
	return password && !*hash
		       ? xstrdup("a password cannot be hashed: there are no random numbers")
		       : NULL;
}

static char *apply(struct install *in)
{
	struct choices *ch = &in->choice;
	struct config_mount mounts[3];
	struct config c = { .hostname = ch->hostname,
			    .keymap = ch->keymap,
			    .timezone = ch->timezone };
	char *root_hash = NULL, *user_hash = NULL,
	     *complaint = hash_or_null(ch->root_password, &root_hash);

	c.local_clock = ch->local_clock;
	c.root_hash = root_hash;
	c.serial = serial_lines[ch->serial];
	c.kernel_arguments = ch->local_clock ? "rtc=local" : NULL;
	c.root_uuid = in->root_uuid;
	c.swap_file = in->plan.swap_file_bytes ? "/swap" : NULL;
	c.cdrom = !access("/dev/cdrom", F_OK);
	c.floppy = !access("/dev/fd0", F_OK);
	c.day = (long)(time(NULL) / 86400);
	fill_mounts(in, &c, mounts);
	if (strcmp(ch->user, "none")) {
		c.user = ch->user;
		c.user_full_name = ch->user_full_name;
		if (!complaint)
			complaint = hash_or_null(ch->user_password, &user_hash);
		c.user_hash = user_hash;
	}
	if (!complaint)
		complaint = config_apply(&c, TARGET);
	free(root_hash);
	free(user_hash);
	return complaint;
}

static char *write_entries(struct install *in)
{
	const struct plan_part *root = plan_find(&in->plan, ROLE_ROOT);
	char *text, *complaint = NULL;

	if (!in->choice.other_systems)
		return NULL;
	text = boot_entries(&in->machine, in->disk, root->number);
	mkdir(TARGET "/etc/oldiron/boot.d", 0755);
	if (text)
		complaint = file_write(TARGET "/etc/oldiron/boot.d/10-others.cfg", text,
				       strlen(text), 0644);
	free(text);
	return complaint;
}

enum ui_result target_sign(struct install *in)
{
	struct xtext t = { 0 };
	const char *const *name;
	char *complaint;
	size_t n;

	xtext_add(&t,
		  "# Written by oldiron-install(8): what a later upgrade goes by.\nrelease = "
		  "%s\ngroups =",
		  in->medium.manifest.release);
	for (name = in->medium.names; *name; name++)
		xtext_add(&t, " %s", *name);
	xtext_add(&t, "\n");
	mkdir(TARGET "/var/lib/oldiron", 0700);
	complaint = file_write(TARGET "/etc/oldiron/installed", t.text, t.length, 0644);
	n = strlen(in->medium.text);
	if (!complaint)
		complaint =
			file_write(TARGET "/var/lib/oldiron/manifest", in->medium.text, n, 0600);
	free(t.text);
	return stop_if(in, complaint);
}

static char *keep_undo(struct install *in)
{
	struct disk_file file;
	struct disk_io io;
	char *complaint = file_write(TARGET "/var/lib/oldiron/undo", "", 0, 0600);
	int err;

	if (complaint)
		return complaint;
	err = disk_file_open(&file, TARGET "/var/lib/oldiron/undo", true, &io);
	if (!err) {
		err = undo_write_copy(&in->record, &io, 0);
		disk_file_close(&file);
	}
	return err ? xasprintf("the undo record cannot be kept as a file: %s", strerror(-err))
		   : NULL;
}

static char *configure(struct install *in)
{
	char *complaint = apply(in);

	if (!complaint && in->plan.swap_file_bytes)
		complaint = make_swap_file(TARGET "/swap", in->plan.swap_file_bytes);
	if (!complaint)
		complaint = write_entries(in);
	if (!complaint)
		complaint = kernel_configuration();
	return complaint ? complaint : keep_undo(in);
}

enum ui_result step_configure(struct install *in)
{
	enum ui_result result = target_mount(in);

	if (result == UI_OK)
		result = stop_if(in, configure(in));
	if (result == UI_OK)
		result = core_modules(in);
	if (result == UI_OK)
		result = core_into_file(in);
	if (result == UI_OK)
		result = target_sign(in);
	return result == UI_OK ? target_unmount(in) : result;
}

enum ui_result target_log(struct install *in)
{
	enum ui_result result = target_mount(in);

	if (result != UI_OK)
		return result;
	log_line("done");
	if (!log_copy(TARGET "/var/log/oldiron-install.log"))
		log_line("the log cannot be copied to the new system");
	return target_unmount(in);
}
