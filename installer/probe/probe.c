/* probe.c - see probe.h: from /sys/block, or from one path, to disks of the model. */
#include "probe_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <installer/plan/disk_text.h>
#include <installer/table/read_table.h>
#include <linux/cdrom.h>
#include <linux/hdreg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PATH_BYTES	512u
#define SYS_SECTOR	512u
#define FIRST_BIOS_DISK 0x80u
#define BIOS_TABLES	2u

bool read_small_file(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return false;
	while (n > 0 && (unsigned char)out[n - 1] <= ' ')
		n--;
	out[n] = 0;
	return true;
}

static bool sys_text(const char *sys, const char *name, const char *what, char *out, size_t size)
{
	char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/block/%s/%s", sys, name, what);
	return read_small_file(path, out, size);
}

/* ---- what the disk says of itself ---- */
/* Text of a fixed field, spaces at both ends off. */
static int set_field(char **to, const void *field, size_t n)
{
	char text[64];
	const char *start = text;

	if (n >= sizeof(text))
		n = sizeof(text) - 1;
	memcpy(text, field, n);
	text[n] = 0;
	while (*start == ' ')
		start++;
	n = strlen(start);
	while (n && start[n - 1] == ' ')
		text[(size_t)(start - text) + --n] = 0;
	return n ? model_set(to, start) : 0;
}

static int ask_identity(struct disk *disk, int fd)
{
	struct hd_driveid id;
	int error;

	memset(&id, 0, sizeof(id));
	if (ioctl(fd, HDIO_GET_IDENTITY, &id))
		return 0;
	error = set_field(&disk->model, id.model, sizeof(id.model));
	if (!error)
		error = set_field(&disk->serial, id.serial_no, sizeof(id.serial_no));
	if (!error)
		error = set_field(&disk->firmware, id.fw_rev, sizeof(id.fw_rev));
	if (id.heads >= 1 && id.heads <= 16 && id.sectors >= 1 && id.sectors <= 63)
		disk->identify = (struct geometry){ id.cyls, id.heads, id.sectors };
	return error;
}

static int ask_sys(struct disk *disk, const char *sys)
{
	char text[256];
	int error = 0;

	if (!disk->model && sys_text(sys, disk->name, "device/model", text, sizeof(text)))
		error = set_field(&disk->model, text, strlen(text));
	if (!error && !disk->serial &&
	    sys_text(sys, disk->name, "device/serial", text, sizeof(text)))
		error = set_field(&disk->serial, text, strlen(text));
	if (!error && !disk->serial && sys_text(sys, disk->name, "serial", text, sizeof(text)))
		error = set_field(&disk->serial, text, strlen(text));
	disk->removable =
		sys_text(sys, disk->name, "removable", text, sizeof(text)) && text[0] == '1';
	disk->read_only = sys_text(sys, disk->name, "ro", text, sizeof(text)) && text[0] == '1';
	return error;
}

/* The place that a disk's path in /sys tells; Oldiron calls an AHCI port sataN. */
static void position_of_path(const char *link, const char *name, char *text, size_t size)
{
	const char *port = strstr(link, "/sata");

	if (port) {
		snprintf(text, size, "AHCI, port %u", (unsigned int)atoi(port + strlen("/sata")));
		return;
	}
	snprintf(text, size, "%s, %s",
		 strstr(link, "/usb")	   ? "USB"
		 : strstr(link, "/ata")	   ? "ATA"
		 : strstr(link, "/virtio") ? "virtio"
					   : "disk",
		 name);
}

/* Oldiron names IDE disks by their place, so the name says it. */
static int set_position(struct disk *disk, const char *sys)
{
	static const char *const channel[] = { "primary", "secondary", "third", "fourth", "fifth" };
	char path[PATH_BYTES], link[PATH_BYTES], text[64];
	unsigned int unit = (unsigned int)(disk->name[2] - 'a');
	ssize_t n;

	if (!strncmp(disk->name, "hd", 2) && unit < 10 && !disk->name[3]) {
		snprintf(text, sizeof(text), "IDE, %s %s", channel[unit / 2],
			 unit % 2 ? "slave" : "master");
		return model_set(&disk->position, text);
	}
	snprintf(path, sizeof(path), "%s/block/%s", sys, disk->name);
	n = readlink(path, link, sizeof(link) - 1);
	link[n < 0 ? 0 : n] = 0;
	position_of_path(link, disk->name, text, sizeof(text));
	return model_set(&disk->position, text);
}

/* ---- its contents ---- */
static int probe_contents(struct disk *disk, int fd, const struct disk_io *io)
{
	int error = 0;

	for (size_t i = 0; i < disk->partitions && !error; i++) {
		struct partition *p = &disk->partition[i];
		struct volume_source v = { io, disk_bytes(disk, p->start),
					   disk_bytes(disk, p->count) };
		char device[64];

		partition_name(device, sizeof(device), disk, p->number);
		error = disk->is_file ? 0 : model_set(&p->device, device);
		if (!error && p->kind != PARTITION_EXTENDED)
			error = probe_volume(fd, &v, disk->sector_size, &p->volume);
	}
	if (!error && (disk->kind == TABLE_NONE || disk->kind == TABLE_SUPERFLOPPY)) {
		struct volume_source v = { io, 0, disk_bytes(disk, disk->sectors) };

		error = probe_volume(fd, &v, disk->sector_size, &disk->volume);
	}
	return error;
}

static int read_disk(struct disk *disk, const struct disk_file *file, const struct disk_io *io)
{
	int error = table_read(disk, io);

	return error ? error : probe_contents(disk, file->fd, io);
}

int probe_table_again(struct disk *disk)
{
	struct disk_file file;
	struct disk_io io;
	int error = disk_file_open(&file, disk->path, false, &io);

	if (error)
		return error;
	error = read_disk(disk, &file, &io);
	disk_file_close(&file);
	return error;
}

/* ---- one disk ---- */
static int set_size(struct disk *disk, const struct disk_file *file, uint32_t sector_size)
{
	uint64_t bytes;
	uint32_t size;
	int error = disk_file_size(file, &bytes, &size);

	disk->is_file = !file->is_device;
	disk->sector_size = disk->is_file && sector_size ? sector_size : size;
	disk->sectors = error ? 0 : bytes / disk->sector_size;
	return error;
}

static int describe_file(struct disk *disk, const char *path)
{
	const char *name = strrchr(path, '/');

	if (model_set(&disk->name, name ? name + 1 : path) || model_set(&disk->path, path) ||
	    model_set(&disk->model, disk->is_file ? "disk image" : NULL) ||
	    model_set(&disk->position, disk->is_file ? "a file" : NULL))
		return -ENOMEM;
	return 0;
}

int probe_path(struct machine *machine, const char *path, uint32_t sector_size)
{
	struct disk *disk;
	struct disk_file file;
	struct disk_io io;
	int error = disk_file_open(&file, path, false, &io);

	if (error)
		return error;
	disk = machine_add_disk(machine);
	error = disk ? set_size(disk, &file, sector_size) : -ENOMEM;
	if (!error)
		error = describe_file(disk, path);
	if (!error && file.is_device)
		error = ask_identity(disk, file.fd);
	if (!error && file.is_device)
		error = ask_sys(disk, "/sys");
	if (!error && file.is_device)
		error = set_position(disk, "/sys");
	if (!error)
		error = read_disk(disk, &file, &io);
	disk_file_close(&file);
	return error;
}

static bool is_disk_name(const char *name)
{
	static const char *const others[] = { ".", "ram", "loop", "fd", "sr", "zram", "dm-", "md" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strncmp(name, others[i], strlen(others[i])))
			return false;
	return true;
}

/* A CD drive among the IDE disks. */
static bool is_cd(const struct disk_file *file)
{
	return ioctl(file->fd, CDROM_GET_CAPABILITY, 0) >= 0;
}

/* A disk that cannot even be opened is one of the machine all the same. */
static int add_unreadable(struct machine *machine, const char *name, const char *path,
			  const char *sys)
{
	struct disk *disk = machine_add_disk(machine);

	if (!disk || model_set(&disk->name, name) || model_set(&disk->path, path))
		return -ENOMEM;
	disk->sector_size = SYS_SECTOR;
	disk->table_unreadable = true;
	return set_position(disk, sys);
}

static int add_block_device(struct machine *machine, const char *name, const char *sys,
			    const char *dev)
{
	char path[PATH_BYTES];
	struct disk_file file;
	struct disk_io io;
	struct disk *disk;
	int error;

	snprintf(path, sizeof(path), "%s/%s", dev, name);
	error = disk_file_open(&file, path, false, &io);
	if (error)
		return error == -ENOMEDIUM || error == -ENXIO || error == -ENOENT
			       ? 0
			       : add_unreadable(machine, name, path, sys);
	if (is_cd(&file)) {
		disk_file_close(&file);
		return 0;
	}
	disk = machine_add_disk(machine);
	error = disk ? set_size(disk, &file, 0) : -ENOMEM;
	if (!error && (model_set(&disk->name, name) || model_set(&disk->path, path)))
		error = -ENOMEM;
	if (!error)
		error = ask_identity(disk, file.fd);
	if (!error)
		error = ask_sys(disk, sys);
	if (!error)
		error = set_position(disk, sys);
	if (!error)
		error = read_disk(disk, &file, &io);
	disk_file_close(&file);
	return error;
}

/* ---- the machine ---- */
static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct disk *)a)->name, ((const struct disk *)b)->name);
}

/* Does a table of the BIOS fit a disk? It may leave the last cylinder, and stops at 1024. */
static bool is_plausible(const struct disk *disk, const struct geometry *g)
{
	uint64_t cylinder = (uint64_t)g->heads * g->sectors, sees = g->cylinders * cylinder;

	return sees <= disk->sectors + cylinder &&
	       (g->cylinders >= 1023 || sees + 3 * cylinder >= disk->sectors);
}

/* The BIOS numbers the IDE disks in their order, so far as nothing else was set up in it. */
static void ask_bios(struct machine *machine, const char *memory)
{
	unsigned int drive = 0;

	for (size_t i = 0; i < machine->disks; i++) {
		struct disk *disk = &machine->disk[i];
		struct geometry g;

		if (strncmp(disk->name, "hd", 2))
			continue;
		if (drive < BIOS_TABLES && *memory && bios_disk_table(memory, drive, &g) &&
		    is_plausible(disk, &g))
			disk->bios = g;
		disk->bios_number = FIRST_BIOS_DISK + drive++;
	}
}

static int list_disks(struct machine *machine, const char *sys, const char *dev)
{
	char path[PATH_BYTES];
	struct dirent *entry;
	int error = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/block", sys);
	folder = opendir(path);
	if (!folder)
		return -errno;
	while (!error && (entry = readdir(folder)) != NULL)
		if (is_disk_name(entry->d_name))
			error = add_block_device(machine, entry->d_name, sys, dev);
	closedir(folder);
	return error;
}

int probe_machine(struct machine *machine, const struct probe_options *options)
{
	static const struct probe_options usual;
	const char *sys, *dev;
	int error;

	if (!options)
		options = &usual;
	sys = options->sys ? options->sys : "/sys";
	dev = options->dev ? options->dev : "/dev";
	error = list_disks(machine, sys, dev);
	if (error)
		return error;
	if (machine->disks)
		qsort(machine->disk, machine->disks, sizeof(*machine->disk), compare_names);
	ask_bios(machine, options->memory ? options->memory : "/dev/mem");
	return probe_use(machine, options->proc ? options->proc : "/proc", dev);
}
