/*
 * Where the answers of an unattended installation are: --answers FILE,
 * answers=DEVICE_OR_LABEL:/PATH of the kernel's command line, or answers.txt on a volume labelled
 * OI-ANSWERS. The volume is mounted for reading only and let go again.
 */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define LABEL	 "OI-ANSWERS"
#define MOUNTED	 FOLDER "/answers"
#define OUR_COPY FOLDER "/answers.txt"

/* The value of answers= in the kernel's command line; the caller frees it. */
static char *named_at_boot(void)
{
	char *line, *complaint, *save = NULL, *word, *value = NULL;
	size_t n;

	complaint = file_read("/proc/cmdline", &line, &n);
	if (complaint) {
		free(complaint);
		return NULL;
	}
	for (word = strtok_r(line, " \n", &save); word; word = strtok_r(NULL, " \n", &save))
		if (!strncmp(word, "answers=", 8)) {
			free(value);
			value = xstrdup(word + 8);
		}
	free(line);
	return value;
}

/* "/dev/hdc", "hdc" or a label, as a device; NULL: there is none. The caller frees it. */
static char *device_of(const char *name)
{
	char *path = xasprintf("%s%s", strncmp(name, "/dev/", 5) ? "/dev/" : "", name),
	     *found = NULL, *complaint;
	const char *const blkid[] = { "blkid", "-L", name, NULL };
	struct stat st;

	if (!stat(path, &st) && S_ISBLK(st.st_mode))
		return path;
	free(path);
	complaint = run_program(blkid, NULL, NULL, &found);
	free(complaint);
	if (found)
		found[strcspn(found, "\n")] = 0;
	if (found && *found == '/')
		return found;
	free(found);
	return NULL;
}

static bool mount_reading(const char *device)
{
	static const char *const types[] = { "iso9660", "ext2", "vfat" };
	size_t i;

	mkdir(MOUNTED, 0700);
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!mount(device, MOUNTED, types[i], MS_RDONLY, NULL))
			return true;
	return false;
}

/* Copies the file from the volume to where it stays readable. */
static char *fetch(const char *device, const char *path)
{
	char *from, *text = NULL, *complaint;
	size_t n;

	if (!mount_reading(device))
		return xasprintf("answers: %s cannot be mounted: %s", device, strerror(errno));
	from = xasprintf("%s%s", MOUNTED, path);
	complaint = file_read(from, &text, &n);
	umount(MOUNTED);
	if (!complaint)
		complaint = file_write(OUR_COPY, text, n, 0600);
	free(from);
	free(text);
	return complaint;
}

static char *from_volume(const char *name, const char *path, char **complaint)
{
	char *device = device_of(name);

	if (!device) {
		*complaint = xasprintf("answers: there is no device and no volume called %s", name);
		return NULL;
	}
	*complaint = fetch(device, path);
	log_line("answers: %s on %s", path, device);
	free(device);
	return *complaint ? NULL : xstrdup(OUR_COPY);
}

static char *from_boot(char *value, char **complaint)
{
	char *colon = strrchr(value, ':'), *file = NULL;

	if (!colon || colon == value || colon[1] != '/')
		*complaint = xasprintf("answers=%s: accepted: LABEL_OR_DEVICE:/PATH", value);
	else {
		*colon = 0;
		file = from_volume(value, colon + 1, complaint);
	}
	free(value);
	return file;
}

char *answers_place(const char *option, char **complaint)
{
	char *value, *device;

	*complaint = NULL;
	if (option)
		return xstrdup(option);
	value = named_at_boot();
	if (value)
		return from_boot(value, complaint);
	device = device_of(LABEL);
	if (!device)
		return NULL;
	free(device);
	return from_volume(LABEL, "/answers.txt", complaint);
}
