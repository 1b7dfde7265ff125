/* GRUB's core.img, made for one root file system; and what is where it would go. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/gap.h>
#include <installer/loader/grub_place.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define CORE_FILE   FOLDER "/core.img"
#define CONFIG_FILE FOLDER "/load.cfg"

static char *make_image(struct install *in, const char *root_uuid)
{
	static const char *const mkimage[] = { "grub-mkimage",
					       "-O",
					       "i386-pc",
					       "-d",
					       GRUB_FOLDER,
					       "-p",
					       "/boot/grub",
					       "-c",
					       CONFIG_FILE,
					       "-o",
					       CORE_FILE,
					       "biosdisk",
					       "part_msdos",
					       "part_gpt",
					       "ext2",
					       "search_fs_uuid",
					       NULL };
	char *config =
		xasprintf("search.fs_uuid %s root\nset prefix=($root)/boot/grub\n", root_uuid);
	char *complaint = file_write(CONFIG_FILE, config, strlen(config), 0600), *text = NULL;

	free(config);
	if (!complaint)
		complaint = run_program(mkimage, NULL, NULL, NULL);
	if (!complaint)
		complaint = file_read(CORE_FILE, &text, &in->core_bytes);
	free(in->core);
	in->core = (uint8_t *)text;
	return complaint;
}

enum ui_result core_make(struct install *in, const char *root_uuid)
{
	return stop_if(in, make_image(in, root_uuid));
}

/* ---- what is in the gap now */

static enum ui_result ask_gap(struct install *in, const struct gap_content *found)
{
	static const struct row rows[] = {
		{ "Keep it", "GRUB then cannot go into the MBR", "keep" },
		{ "Overwrite it", "it is saved in the undo record", "overwrite" },
		{ NULL, NULL, NULL },
	};
	char *text = xasprintf("The sectors behind the MBR are not empty: sector %zu looks like "
			       "%s. GRUB would go there.",
			       found->sector, found->what);
	size_t chosen = 0;
	enum ui_result result = ask_rows(in, "gap", "Behind the MBR", text, rows, &chosen);

	if (result == UI_OK && !chosen)
		result = in->unattended ? ui_stop(in->ui, "gap = keep: %s", text) : UI_BACK;
	free(text);
	return result;
}

static enum ui_result judge_gap(struct install *in, const struct gap_content *found)
{
	log_line("gap: %s", found->what ? found->what : "empty");
	if (found->verdict < GAP_UNKNOWN)
		return UI_OK;
	if (found->verdict == GAP_UNKNOWN)
		return ask_gap(in, found);
	return ui_stop(in->ui,
		       "behind the MBR of %s is %s (sector %zu), without which the disk cannot be "
		       "reached: "
		       "GRUB cannot go there. Choose another place for the loader",
		       in->disk->path, found->what, found->sector);
}

enum ui_result gap_check(struct install *in)
{
	size_t sectors = (size_t)(in->plan.core_start + in->plan.core_room - 1), bytes;
	struct gap_content found = { GAP_EMPTY, NULL, 0 };
	struct disk_file file;
	struct disk_io io;
	uint8_t *gap;
	int err;

	if (in->plan.loader != LOADER_MBR || !in->plan.core_in_gap || in->plan.gpt ||
	    in->plan.new_table)
		return UI_OK;
	err = disk_file_open(&file, in->disk->path, false, &io);
	if (err)
		return ui_stop(in->ui, "%s: %s", in->disk->path, strerror(-err));
	bytes = sectors * GRUB_SECTOR;
	gap = xalloc(bytes);
	err = io.read(io.ctx, GRUB_SECTOR, gap, bytes);
	if (!err)
		found = gap_inspect(gap, sectors);
	free(gap);
	disk_file_close(&file);
	if (err)
		return ui_stop(
			in->ui,
			"sectors 1 to %zu of %s, behind the MBR, cannot be read and so not be "
			"saved: %s. GRUB would go there; choose another place for the "
			"loader",
			sectors, in->disk->path, strerror(-err));
	return judge_gap(in, &found);
}
