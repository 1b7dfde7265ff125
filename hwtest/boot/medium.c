/*
 * medium.c - the FAT volume for mark and report.
 *
 * Only a volume with our label is taken by itself: what else is in the machine belongs to somebody.
 */
#include "boot.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACE	      "/medium"
#define FLOPPY	      "fd0"
#define PROBE_WAIT_US 30000000u /* drives that do not answer are given up by then */
#define PROBE_STEP_US 100000u
#define MOST_KEPT     99

static const char *why_not(int err)
{
	switch (err) {
	case EROFS:
		return "it is write-protected";
	case ENOENT:
	case ENXIO:
		return "there is no disk in it, or no such drive";
	case EINVAL:
		return "there is no FAT file system on it";
	default:
		return strerror(err);
	}
}

static bool mount_device(struct medium *m, const char *name)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	(void)mkdir(PLACE, 0755);
	if (mount(path, PLACE, "vfat", 0, NULL)) {
		printf("hwtest: %s cannot be used: %s\n", path, why_not(errno));
		return false;
	}
	(void)snprintf(m->device, sizeof(m->device), "%s", name);
	m->mounted = true;
	return true;
}

static bool has_label(const char *name)
{
	uint8_t sector[512];
	char path[32];
	int fd;
	bool good;

	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = read(fd, sector, sizeof(sector)) == (ssize_t)sizeof(sector) &&
	       label_is(sector, MEDIUM_LABEL);
	close(fd);
	return good;
}

/* Drives are looked for while the boot goes on. */
static void wait_for_drives(void)
{
	for (unsigned int us = 0; us < PROBE_WAIT_US; us += PROBE_STEP_US) {
		char *text = host_read_text("/proc/oldiron/probes");
		bool busy = text && atoi(text) > 0;

		free(text);
		if (!busy)
			return;
		usleep(PROBE_STEP_US);
	}
}

/* Calls for each name in /proc/partitions until one is taken. */
static bool try_disks(struct medium *m)
{
	char *text = host_read_text("/proc/partitions"), *at = NULL, name[16];
	bool found = false;

	for (char *line = text ? strtok_r(text, "\n", &at) : NULL; line && !found;
	     line = strtok_r(NULL, "\n", &at))
		if (sscanf(line, " %*u %*u %*u %15s", name) == 1 &&
		    (name[0] == 'h' || name[0] == 's'))
			found = has_label(name) && mount_device(m, name);
	free(text);
	return found;
}

bool medium_find(struct medium *m)
{
	*m = (struct medium){ 0 };
	if (has_label(FLOPPY) && mount_device(m, FLOPPY))
		return true;
	wait_for_drives();
	return try_disks(m);
}

bool medium_take_floppy(struct medium *m)
{
	*m = (struct medium){ 0 };
	return mount_device(m, FLOPPY);
}

void medium_release(struct medium *m)
{
	if (m->mounted && umount(PLACE))
		printf("/dev/%s: %s\n", m->device, strerror(errno));
	m->mounted = false;
}

const char *medium_path(const struct medium *m, const char *name)
{
	static char paths[2][64];
	static unsigned int next;
	char *path = paths[next++ % 2];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", m->mounted ? PLACE : "/tmp", name);
	return path;
}

bool keep_older(const char *path, char kept[KEPT_PATH])
{
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;

	kept[0] = 0;
	if (access(path, F_OK))
		return true;
	for (unsigned int n = 1; n <= MOST_KEPT; n++) {
		(void)snprintf(kept, KEPT_PATH, "%.*sHWTEST%02u.JSN", (int)folder, path, n);
		if (access(kept, F_OK) && errno == ENOENT)
			return !rename(path, kept);
	}
	errno = EEXIST;
	return false;
}
