/* media_file.c - disks by the system's device files; see media.h. */
#include "media.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include "disks.h"

#define HDIO_GETGEO 0x0301

struct file_medium {
	struct medium medium;
	int fd;
};

struct getgeo {
	unsigned char heads, sectors;
	unsigned short cylinders;
	unsigned long start;
};

static int result(ssize_t n, size_t bytes)
{
	if (n == (ssize_t)bytes)
		return 0;
	return n < 0 ? -errno : -EIO;
}

static int read_file(struct medium *m, u64 sector, u32 count, void *to)
{
	struct file_medium *f = container_of(m, struct file_medium, medium);
	size_t bytes = (size_t)count * m->sector_bytes;

	return result(pread(f->fd, to, bytes, (off_t)(sector * m->sector_bytes)), bytes);
}

static int write_file(struct medium *m, u64 sector, u32 count, const void *from)
{
	struct file_medium *f = container_of(m, struct file_medium, medium);
	size_t bytes = (size_t)count * m->sector_bytes;

	return result(pwrite(f->fd, from, bytes, (off_t)(sector * m->sector_bytes)), bytes);
}

/* The system's cache is emptied too, or it would answer instead of the medium. */
static int flush_file(struct medium *m)
{
	struct file_medium *f = container_of(m, struct file_medium, medium);

	return fsync(f->fd) || ioctl(f->fd, BLKFLSBUF, 0) ? -errno : 0;
}

static void ask_size(struct file_medium *f)
{
	struct medium *m = &f->medium;
	struct getgeo geo = { 0 };
	int sector_bytes = 512;
	u64 bytes = 0;

	(void)ioctl(f->fd, BLKSSZGET, &sector_bytes);
	if (ioctl(f->fd, BLKGETSIZE64, &bytes) || sector_bytes < 512)
		return;
	if (!ioctl(f->fd, HDIO_GETGEO, &geo)) {
		m->heads = geo.heads;
		m->track_sectors = geo.sectors;
	}
	m->sector_bytes = (u32)sector_bytes;
	m->sectors = bytes / m->sector_bytes;
}

bool media_look_at_file(struct probe_run *run, const char *name, const char *subject,
			void (*look)(struct probe_run *run, struct medium *m, void *ctx), void *ctx)
{
	struct file_medium f = { .medium = { .subject = subject, .read = read_file } };
	bool writable = media_may_write(run, subject) || media_may_write(run, name);
	char path[DISK_NAME + 8];

	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	f.fd = open(path, (writable ? O_RDWR | O_EXCL : O_RDONLY) | O_CLOEXEC);
	if (f.fd < 0) {
		if (writable)
			note_text(run, subject, "open-error", "%s", strerror(errno));
		return false;
	}
	if (writable) {
		f.medium.write = write_file;
		f.medium.flush = flush_file;
	}
	ask_size(&f);
	if (f.medium.sectors)
		look(run, &f.medium, ctx);
	close(f.fd);
	return f.medium.sectors != 0;
}
