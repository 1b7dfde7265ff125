/* probe_internal.h - what the files of probe/ share. */
#ifndef INSTALLER_PROBE_INTERNAL_H
#define INSTALLER_PROBE_INTERNAL_H

#include "probe.h"
#include <installer/write/disk_io.h>

/* A stretch of a disk as a volume of its own. */
struct volume_source {
	const struct disk_io *io;
	uint64_t offset, bytes;
};
/* False: cannot be read, or lies outside. */
bool volume_read(const struct volume_source *v, uint64_t at, void *data, size_t n);

/* First line or whole of a small file; false: it is not there. Trailing white space goes. */
bool read_small_file(const char *path, char *out, size_t size);

/* probe_volume.c: what is on it, by libblkid. */
int probe_volume(int fd, const struct volume_source *v, uint32_t sector_size,
		 struct volume *volume);
/* probe_os.c: which system; volume->file_system is known. -ENOMEM. */
int probe_os(const struct volume_source *v, struct volume *volume);
/* fat_find.c: does the root directory of a FAT hold a file of that name ("IO      SYS")? */
struct fat_names {
	const char *name; /* 11 characters */
	bool found;
};
bool fat_find(const struct volume_source *v, struct fat_names *names, size_t count);
/* ext2_find.c: the beginning of a file, by its path, of an ext2, ext3 or ext4. Length or -1. */
int ext2_read_file(const struct volume_source *v, const char *path, char *out, size_t size);
bool ext2_has_file(const struct volume_source *v, const char *path);

/* probe_bios.c: the BIOS's fixed-disk tables for drives 80 and 81; false: none that can be. */
bool bios_disk_table(const char *memory, unsigned int drive, struct geometry *geometry);
/* probe_use.c: mounts, swaps and the installer's medium into the model. */
int probe_use(struct machine *machine, const char *proc, const char *dev);

#endif
