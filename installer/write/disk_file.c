/* disk_file.c - struct disk_io over a device or file; see disk_io.h. */
#define _GNU_SOURCE
#include "disk_io.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR_BYTES 512u

static int file_read(void *ctx, uint64_t offset, void *data, size_t n)
{
	const struct disk_file *file = ctx;
	char *at = data;

	while (n) {
		ssize_t got = pread(file->fd, at, n, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -ENODATA;
		at += got;
		offset += (uint64_t)got;
		n -= (size_t)got;
	}
	return 0;
}

static int file_write(void *ctx, uint64_t offset, const void *data, size_t n)
{
	const struct disk_file *file = ctx;
	const char *at = data;

	while (n) {
		ssize_t put = pwrite(file->fd, at, n, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put ? -errno : -EIO;
		at += put;
		offset += (uint64_t)put;
		n -= (size_t)put;
	}
	return 0;
}

static int file_flush(void *ctx)
{
	const struct disk_file *file = ctx;

	if (fsync(file->fd))
		return -errno;
	/* What is read next comes from the medium, not from the cache. */
	if (file->is_device && ioctl(file->fd, BLKFLSBUF, 0))
		return -errno;
	return 0;
}

int disk_file_open(struct disk_file *file, const char *path, bool writable, struct disk_io *io)
{
	struct stat st;
	int flags = O_CLOEXEC | (writable ? O_RDWR : O_RDONLY);

	if (stat(path, &st))
		return -errno;
	file->is_device = S_ISBLK(st.st_mode);
	if (!file->is_device && !S_ISREG(st.st_mode))
		return -ENOTBLK;
	if (file->is_device && writable)
		flags |= O_EXCL;
	file->fd = open(path, flags);
	if (file->fd < 0)
		return -errno;
	*io = (struct disk_io){
		.read = file_read, .write = file_write, .flush = file_flush, .ctx = file
	};
	return 0;
}

int disk_file_size(const struct disk_file *file, uint64_t *bytes, uint32_t *sector_size)
{
	struct stat st;
	int size = 0;

	*sector_size = SECTOR_BYTES;
	if (file->is_device) {
		if (ioctl(file->fd, BLKGETSIZE64, bytes))
			return -errno;
		if (ioctl(file->fd, BLKSSZGET, &size) == 0 && size > 0)
			*sector_size = (uint32_t)size;
		return 0;
	}
	if (fstat(file->fd, &st))
		return -errno;
	*bytes = (uint64_t)st.st_size;
	return 0;
}

void disk_file_close(struct disk_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}
