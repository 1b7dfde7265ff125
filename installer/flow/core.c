/* GRUB's files: core.img made for this root file system, its modules in the target, its places on
 * the disk. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/gap.h>
#include <installer/loader/grub_place.h>
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define GRUB_FOLDER   "/usr/lib/grub/i386-pc"
#define CORE_FILE     FOLDER "/core.img"
#define CONFIG_FILE   FOLDER "/load.cfg"
#define TARGET_FOLDER TARGET "/boot/grub/i386-pc"

static char *make_image(struct install *in)
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
		xasprintf("search.fs_uuid %s root\nset prefix=($root)/boot/grub\n", in->root_uuid);
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

enum ui_result core_make(struct install *in)
{
	return in->request.loader == LOADER_NONE ? UI_OK : stop_if(in, make_image(in));
}

/* ---- modules */

static char *copy_module(const char *name)
{
	char *from = xasprintf("%s/%s", GRUB_FOLDER, name),
	     *to = xasprintf("%s/%s", TARGET_FOLDER, name);
	char *text = NULL, *complaint;
	size_t n;

	complaint = file_read(from, &text, &n);
	if (!complaint)
		complaint = file_write(to, text, n, 0644);
	free(text);
	free(from);
	free(to);
	return complaint;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	return n > e && !strcmp(name + n - e, end);
}

static char *copy_modules(void)
{
	DIR *folder = opendir(GRUB_FOLDER);
	struct dirent *entry;
	char *complaint = NULL;

	if (!folder)
		return xasprintf("%s: %s", GRUB_FOLDER, strerror(errno));
	mkdir(TARGET "/boot/grub", 0755);
	mkdir(TARGET_FOLDER, 0755);
	while (!complaint && (entry = readdir(folder)))
		if (ends_in(entry->d_name, ".mod") || ends_in(entry->d_name, ".lst"))
			complaint = copy_module(entry->d_name);
	closedir(folder);
	return complaint;
}

enum ui_result core_modules(struct install *in)
{
	return in->plan.loader == LOADER_NONE ? UI_OK : stop_if(in, copy_modules());
}

/* ---- core.img as a file, for a loader that finds it by its sectors */

static char *map_block(struct install *in, int fd, unsigned int block, unsigned int per_block,
		       uint64_t start)
{
	unsigned int i, at = block * per_block;
	int number = (int)block;

	if (ioctl(fd, FIBMAP, &number))
		return xasprintf("the places of GRUB's core.img on the disk cannot be told: %s",
				 strerror(errno));
	if (!number)
		return xstrdup("GRUB's core.img has a hole");
	for (i = 0; i < per_block && at + i < in->core_sectors; i++)
		in->core_lba[at + i] = start + (uint64_t)(unsigned int)number * per_block + i;
	return NULL;
}

static char *map_file(struct install *in, int fd)
{
	const struct plan_part *root = plan_find(&in->plan, ROLE_ROOT);
	unsigned int block, per_block;
	char *complaint = NULL;
	int size = 0;

	if (ioctl(fd, FIGETBSZ, &size) || size < (int)GRUB_SECTOR)
		return xasprintf("the block size of the root file system cannot be told: %s",
				 strerror(errno));
	per_block = (unsigned int)size / GRUB_SECTOR;
	in->core_sectors = (in->core_bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;
	in->core_lba = xrealloc(in->core_lba, in->core_sectors, sizeof(*in->core_lba));
	for (block = 0; block * per_block < in->core_sectors && !complaint; block++)
		complaint = map_block(in, fd, block, per_block, root->start);
	return complaint;
}

/* Over the same blocks: the file is neither cut nor made anew. */
static char *patch_file(struct install *in, int fd)
{
	struct grub_target target = { .core_lba = in->core_lba, .core_sectors = in->core_sectors };
	struct grub_images images = { .core = in->core, .core_bytes = in->core_bytes };
	uint8_t none[GRUB_SECTOR] = { 0 }, boot[GRUB_SECTOR],
		*core = xalloc(in->core_sectors * GRUB_SECTOR);
	char *image = NULL,
	     *complaint = file_read(GRUB_FOLDER "/boot.img", &image, &images.boot_bytes);
	int err = 0;

	images.boot = (const uint8_t *)image;
	target.old_boot = none;
	if (!complaint)
		err = grub_place(&images, &target, boot, core);
	if (err)
		complaint = xasprintf("GRUB's core.img cannot be found by its sectors: %s",
				      strerror(-err));
	else if (!complaint &&
		 (pwrite(fd, core, in->core_bytes, 0) != (ssize_t)in->core_bytes || fsync(fd)))
		complaint = xasprintf("GRUB's core.img cannot be written: %s", strerror(errno));
	free(image);
	free(core);
	return complaint;
}

static char *put_file(struct install *in)
{
	char *complaint =
		file_write(TARGET_FOLDER "/core.img", (const char *)in->core, in->core_bytes, 0644);
	int fd;

	if (complaint || in->plan.core_in_gap)
		return complaint;
	fd = open(TARGET_FOLDER "/core.img", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return xasprintf("%s: %s", TARGET_FOLDER "/core.img", strerror(errno));
	complaint = map_file(in, fd);
	if (!complaint)
		complaint = patch_file(in, fd);
	close(fd);
	return complaint;
}

enum ui_result core_into_file(struct install *in)
{
	return in->plan.loader == LOADER_NONE ? UI_OK : stop_if(in, put_file(in));
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
