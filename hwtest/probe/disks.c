/* The system's disks; see disks.h. */
#include "disks.h"
#include <common/xalloc.h>
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CDROM_GET_CAPABILITY 0x5331 /* Linux, include/uapi/linux/cdrom.h */

bool disk_subject_of_ide(const char *name, char subject[DISK_NAME])
{
	unsigned int n = (unsigned int)(name[0] && name[1] ? name[2] : 0) - 'a';

	if (strncmp(name, "hd", 2) != 0 || n >= 26 || name[3])
		return false;
	(void)snprintf(subject, DISK_NAME, "ide%u.%u", n / 2, n % 2);
	return true;
}

bool disk_name_is_disk(const char *name)
{
	static const char *const letters[] = { "hd", "sd", "vd", "xvd" };

	for (size_t i = 0; i < ARRAY_SIZE(letters); i++) {
		size_t n = strlen(letters[i]), all = strlen(name);

		if (!strncmp(name, letters[i], n) && all > n && all < DISK_NAME)
			return !isdigit((unsigned char)name[all - 1]);
	}
	return !strncmp(name, "sr", 2) && isdigit((unsigned char)name[2]);
}

/* hdX may be either: a CD drive answers what only these know. */
static bool is_cd(const char *name)
{
	char path[DISK_NAME + 8];
	bool cd;
	int fd;

	if (!strncmp(name, "sr", 2))
		return true;
	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	cd = ioctl(fd, CDROM_GET_CAPABILITY, 0) >= 0;
	close(fd);
	return cd;
}

/* ---- where an sdX hangs on Linux ---- */

/* How many ports of that controller come before this one. */
static unsigned int port_index(const char *controller, unsigned int port)
{
	DIR *dir = opendir(controller);
	struct dirent *entry;
	unsigned int before = 0, other;

	while (dir && (entry = readdir(dir)))
		before += sscanf(entry->d_name, "ata%u", &other) == 1 && other < port;
	if (dir)
		closedir(dir);
	return before;
}

static bool is_ahci(const char *controller)
{
	char path[PATH_MAX + 8], class[16] = "";
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/class", controller);
	f = fopen(path, "re");
	if (f && !fgets(class, sizeof(class), f))
		class[0] = '\0';
	if (f)
		(void)fclose(f);
	return !strncmp(class, "0x0106", 6);
}

/* .../0000:00:01.1/ata1/host0/target0:0:0/0:0:0:0 */
static bool subject_by_path(char *path, char subject[DISK_NAME])
{
	char *ata = strstr(path, "/ata"), *last = strrchr(path, '/'), *legacy;
	unsigned int port, unit, index;

	if (!ata || sscanf(ata, "/ata%u/", &port) != 1 || sscanf(last, "/%*u:%*u:%u:", &unit) != 1)
		return false;
	*ata = '\0';
	legacy = strstr(path, "pata_legacy.");
	index = legacy ? (unsigned int)strtoul(legacy + strlen("pata_legacy."), NULL, 10)
		       : port_index(path, port);
	if (is_ahci(path))
		(void)snprintf(subject, DISK_NAME, "sata%u", index);
	else
		(void)snprintf(subject, DISK_NAME, "ide%u.%u", index, unit);
	return true;
}

static void find_subject(struct disk_name *d)
{
	char path[64], real[PATH_MAX];

	if (disk_subject_of_ide(d->name, d->subject))
		return;
	(void)snprintf(path, sizeof(path), "/sys/block/%s/device", d->name);
	if (!realpath(path, real) || !subject_by_path(real, d->subject))
		memcpy(d->subject, d->name, sizeof(d->subject));
}

/* ---- all of them ---- */

struct list {
	struct disk_name *at;
	size_t count;
};

static void add(struct list *l, const char *name)
{
	struct disk_name *d;

	if (!disk_name_is_disk(name))
		return;
	l->at = xrealloc(l->at, l->count + 1, sizeof(*l->at));
	d = &l->at[l->count++];
	memset(d, 0, sizeof(*d));
	(void)snprintf(d->name, sizeof(d->name), "%s", name);
	d->cd = is_cd(name);
	find_subject(d);
}

static void list_proc(struct list *l)
{
	FILE *f = fopen("/proc/partitions", "re");
	char line[128], name[DISK_NAME];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*u %*u %*u %31s", name) == 1)
			add(l, name);
	if (f)
		(void)fclose(f);
}

static int by_subject(const void *a, const void *b)
{
	const struct disk_name *x = a, *y = b;

	return strcmp(x->subject, y->subject);
}

struct disk_name *disks_find(size_t *count)
{
	DIR *dir = opendir("/sys/block");
	struct list l = { NULL, 0 };
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		add(&l, entry->d_name);
	if (dir)
		closedir(dir);
	else
		list_proc(&l);
	if (l.count)
		qsort(l.at, l.count, sizeof(*l.at), by_subject);
	*count = l.count;
	return l.at;
}
