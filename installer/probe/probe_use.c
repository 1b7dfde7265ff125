/* probe_use.c - which disks and partitions are in use, by /proc/mounts, /proc/swaps and root=. */
#include "probe_internal.h"
#include <errno.h>
#include <installer/plan/disk_text.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 1024u

/* Marks what `path` names: a partition or a whole disk. */
static int mark(struct machine *machine, const char *dev, const char *path, enum partition_use use,
		const char *where)
{
	char real[PATH_MAX], name[PATH_MAX];

	if (!realpath(path, real))
		snprintf(real, sizeof(real), "%s", path);
	for (size_t i = 0; i < machine->disks; i++) {
		struct disk *disk = &machine->disk[i];

		snprintf(name, sizeof(name), "%s/%s", dev, disk->name);
		if (!strcmp(real, name)) {
			disk->use = use;
			return model_set(&disk->used_where, where);
		}
		for (size_t k = 0; k < disk->partitions; k++) {
			struct partition *p = &disk->partition[k];

			snprintf(name, sizeof(name), "%s/%s", dev, p->device ? p->device : "");
			if (strcmp(real, name))
				continue;
			p->use = use;
			return model_set(&p->used_where, where);
		}
	}
	return 0;
}

/* "\040" and the like, as the kernel writes spaces in names. */
static void unescape(char *text)
{
	char *to = text;
	unsigned int value;

	for (; *text; text++) {
		if (*text == '\\' && sscanf(text + 1, "%3o", &value) == 1 && strlen(text) >= 4) {
			*to++ = (char)value;
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = 0;
}

static int read_mounts(struct machine *machine, const char *proc, const char *dev)
{
	char path[PATH_MAX], line[LINE_BYTES], source[LINE_BYTES], where[LINE_BYTES], type[64];
	int error = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/mounts", proc);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (!error && fgets(line, sizeof(line), f)) {
		bool medium;

		if (sscanf(line, "%1023s %1023s %63s", source, where, type) != 3)
			continue;
		unescape(source);
		unescape(where);
		/* What the installer runs from: its root, or a CD's file system on a stick. */
		medium = !strcmp(where, "/") || !strcmp(type, "iso9660");
		error = mark(machine, dev, source, medium ? USE_MEDIUM : USE_MOUNTED, where);
	}
	fclose(f);
	return error;
}

static int read_swaps(struct machine *machine, const char *proc, const char *dev)
{
	char path[PATH_MAX], line[LINE_BYTES], source[LINE_BYTES];
	int error = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/swaps", proc);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (!error && fgets(line, sizeof(line), f))
		if (sscanf(line, "%1023s", source) == 1 && source[0] == '/') {
			unescape(source);
			error = mark(machine, dev, source, USE_SWAP, NULL);
		}
	fclose(f);
	return error;
}

/* The kernel's own root, which may stand as /dev/root in the table of mounts. */
static int read_command_line(struct machine *machine, const char *proc, const char *dev)
{
	char path[PATH_MAX], line[LINE_BYTES], *word;

	snprintf(path, sizeof(path), "%s/cmdline", proc);
	if (!read_small_file(path, line, sizeof(line)))
		return 0;
	for (word = strtok(line, " "); word; word = strtok(NULL, " "))
		if (!strncmp(word, "root=/", 6))
			return mark(machine, dev, word + 5, USE_MEDIUM, "/");
	return 0;
}

int probe_use(struct machine *machine, const char *proc, const char *dev)
{
	int error = read_mounts(machine, proc, dev);

	if (!error)
		error = read_swaps(machine, proc, dev);
	return error ? error : read_command_line(machine, proc, dev);
}
