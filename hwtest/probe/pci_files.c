/* Configuration space by files; see pci_files.h. */
#include "pci_files.h"
#include <dirent.h>
#include <drivers/pci/pci_reg.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROC_FOLDER "/proc/bus/pci"
#define SYS_FOLDER  "/sys/bus/pci/devices"

static int open_config(const char *folder, const struct pci_seen *fn)
{
	char path[64];

	if (!strcmp(folder, PROC_FOLDER))
		(void)snprintf(path, sizeof(path), "%s/%02x/%02x.%x", folder, fn->bus,
			       fn->devfn >> 3, fn->devfn & 7u);
	else
		(void)snprintf(path, sizeof(path), "%s/%s/config", folder, fn->name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void read_header(struct pci_view *v, struct pci_seen *fn)
{
	int fd;

	if (v->about)
		v->about(v->ctx, fn->name);
	memset(fn->header, 0xff, sizeof(fn->header));
	fd = open_config(v->folder, fn);
	if (fd < 0)
		return;
	if (pread(fd, fn->header, sizeof(fn->header), 0) != (ssize_t)sizeof(fn->header))
		memset(fn->header, 0xff, sizeof(fn->header));
	close(fd);
}

u32 pci_files_read(const struct pci_view *v, const struct pci_seen *fn, unsigned int reg,
		   unsigned int width)
{
	int fd = open_config(v->folder, fn);
	u8 bytes[4] = { 0xff, 0xff, 0xff, 0xff };
	u32 value = 0;

	if (fd >= 0 && pread(fd, bytes, width, (off_t)reg) != (ssize_t)width)
		memset(bytes, 0xff, sizeof(bytes));
	if (fd >= 0)
		close(fd);
	for (unsigned int i = width; i > 0; i--)
		value = value << 8 | bytes[i - 1];
	return value;
}

static int by_place(const void *a, const void *b)
{
	const struct pci_seen *x = a, *y = b;

	return (x->bus << 8 | x->devfn) - (y->bus << 8 | y->devfn);
}

static void list_proc(struct pci_view *v, FILE *f)
{
	char line[512];

	while (fgets(line, sizeof(line), f)) {
		unsigned long place = strtoul(line, NULL, 16);

		if (place <= 0xffff)
			(void)pci_view_add(v, (unsigned int)place >> 8, place & 0xff);
	}
}

/* Names there have a domain; others than the first are no old PC's. */
static void list_sys(struct pci_view *v, DIR *dir)
{
	struct dirent *entry;
	unsigned int bus, slot, func;

	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "0000:%2x:%2x.%1x", &bus, &slot, &func) == 3)
			(void)pci_view_add(v, bus, PCI_DEVFN(slot, func));
}

static bool list_folder(struct pci_view *v)
{
	FILE *f = fopen(PROC_FOLDER "/devices", "re");
	DIR *dir;

	if (f) {
		v->folder = PROC_FOLDER;
		list_proc(v, f);
		(void)fclose(f);
		return true;
	}
	dir = opendir(SYS_FOLDER);
	if (!dir)
		return false;
	v->folder = SYS_FOLDER;
	list_sys(v, dir);
	closedir(dir);
	return true;
}

int pci_files_open(struct pci_view *v)
{
	if (!list_folder(v) || !v->count)
		return -ENODEV;
	qsort(v->fn, v->count, sizeof(*v->fn), by_place);
	for (size_t i = 0; i < v->count; i++) {
		read_header(v, &v->fn[i]);
		v->buses += !i || v->fn[i].bus != v->fn[i - 1].bus;
	}
	return 0;
}
