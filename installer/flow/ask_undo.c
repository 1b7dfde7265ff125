/* Where the second copy of the undo record goes. What is there is overwritten, so it may be nothing
 * that anybody needs: not the disk that is installed on, not a table, not what is in use. */
#define _GNU_SOURCE
#include "install.h"
#include <common/xalloc.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool is_named(const char *path, const char *device)
{
	return device && !strncmp(path, "/dev/", 5) && !strcmp(path + 5, device);
}

static char *on_disk(const struct install *in, const struct disk *d, const char *path)
{
	size_t i;

	if (d->path && !strcmp(path, d->path)) {
		if (d == in->disk)
			return xstrdup("that is the disk that Oldiron is installed on");
		return d->partitions ? xstrdup("it has partitions: name one of them") : NULL;
	}
	for (i = 0; i < d->partitions; i++)
		if (is_named(path, d->partition[i].device)) {
			if (d == in->disk)
				return xstrdup("it is on the disk that Oldiron is installed on");
			return d->partition[i].kind == PARTITION_EXTENDED
				       ? xstrdup("it holds other partitions")
				       : NULL;
		}
	return NULL;
}

static char *refuse_writing(const char *path)
{
	struct disk_file file = { .fd = -1 };
	struct disk_io io;
	int err = disk_file_open(&file, path, true, &io);

	disk_file_close(&file);
	return err ? xasprintf("%s cannot be written: %s", path, strerror(-err)) : NULL;
}

static char *check_undo(const char *value, void *arg)
{
	const struct install *in = arg;
	char path[PATH_MAX], *complaint = NULL;
	struct stat st;
	size_t i;

	if (!strcmp(value, "none"))
		return NULL;
	if (!realpath(value, path) || stat(path, &st) || !S_ISBLK(st.st_mode))
		return xstrdup("none, or a floppy or partition that is there, such as /dev/fd0");
	for (i = 0; i < in->machine.disks && !complaint; i++)
		complaint = on_disk(in, &in->machine.disk[i], path);
	return complaint ? complaint : refuse_writing(path);
}

enum ui_result ask_undo(struct install *in)
{
	struct ui_field field = {
		.key = "undo",
		.label = "Second copy",
		.optional = true,
		.check = check_undo,
		.arg = in,
		.help = "Before anything is written, all that will be overwritten outside new "
			"partitions is saved at the end of the new root file system, and here, if "
			"you name a floppy or a partition of another disk. What is on it is LOST."
	};

	return ask_line(in, field, "Undo record",
			"Where does a second copy of the undo record go? none, or a device such as "
			"/dev/fd0.",
			"none", &in->choice.undo);
}
