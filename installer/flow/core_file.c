/* GRUB's files in the target: its modules, and core.img, which a loader finds by its sectors. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/loader/grub_place.h>
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

/* ---- modules */

static char *copy_module(const char *name)
{
	char *from = xasprintf("%s/%s", GRUB_FOLDER, name),
	     *to = xasprintf("%s/%s", TARGET_GRUB, name);
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
	mkdir(TARGET_GRUB, 0755);
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

char *core_map(struct install *in, int fd, size_t bytes)
{
	const struct plan_part *root = plan_find(&in->plan, ROLE_ROOT);
	unsigned int block, per_block;
	char *complaint = NULL;
	int size = 0;

	if (ioctl(fd, FIGETBSZ, &size) || size < (int)GRUB_SECTOR)
		return xasprintf("the block size of the root file system cannot be told: %s",
				 strerror(errno));
	per_block = (unsigned int)size / GRUB_SECTOR;
	in->core_sectors = (bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;
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

char *core_put(struct install *in, const char *path, bool found_by_sectors)
{
	char *complaint = file_write(path, (const char *)in->core, in->core_bytes, 0644);
	int fd;

	if (complaint || !found_by_sectors)
		return complaint;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return xasprintf("%s: %s", path, strerror(errno));
	complaint = core_map(in, fd, in->core_bytes);
	if (!complaint)
		complaint = patch_file(in, fd);
	close(fd);
	return complaint;
}

/* Beside core.img, so that an upgrade can tell the boot sector that they made. */
char *core_keep_boot(void)
{
	return copy_module("boot.img");
}

enum ui_result core_into_file(struct install *in)
{
	char *complaint;

	if (in->plan.loader == LOADER_NONE)
		return UI_OK;
	complaint = core_put(in, TARGET_GRUB "/core.img", !in->plan.core_in_gap);
	return stop_if(in, complaint ? complaint : core_keep_boot());
}
