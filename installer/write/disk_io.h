/*
 * disk_io.h - reading and writing at byte positions: a device, a file, or a test's disk with
 * faults.
 *
 * Errors: 0 or -errno; a short write is -EIO, a read past the end -ENODATA. Threading: one.
 */
#ifndef INSTALLER_DISK_IO_H
#define INSTALLER_DISK_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct disk_io {
	int (*read)(void *ctx, uint64_t offset, void *data, size_t n); /* bytes; 0 or -errno */
	int (*write)(void *ctx, uint64_t offset, const void *data, size_t n);
	int (*flush)(void *ctx); /* to the medium; later reads come from there */
	void *ctx;
};

/* A device or file of `path`, O_EXCL on a device: -EBUSY when it is mounted. */
struct disk_file {
	int fd;
	bool is_device;
};
int disk_file_open(struct disk_file *file, const char *path, bool writable, struct disk_io *io);
/* Its length in bytes and logical sector size (512 for a file). */
int disk_file_size(const struct disk_file *file, uint64_t *bytes, uint32_t *sector_size);
void disk_file_close(struct disk_file *file);

#endif
