/* Disks to read sectors from; see media.h. */
#include "media.h"
#include <drivers/ata/chs.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include "ahci_session.h"
#include "disks.h"

#define HDIO_GETGEO 0x0301

/* ---- by the ports ---- */

struct ata_medium {
	struct medium medium;
	struct ata_device *dev;
};

static int read_ata(struct medium *m, u64 sector, void *to)
{
	struct ata_medium *a = container_of(m, struct ata_medium, medium);
	struct ata_piece piece;
	struct ata_buffer buf;
	u32 good;

	ata_buffer_init(&buf, &piece, to, m->sector_bytes);
	return ata_rw(a->dev, false, sector, 1, &buf, &good);
}

struct looker {
	void (*look)(struct probe_run *run, struct medium *m);
};

static void look_at_unit(struct ata_session *s, unsigned int unit,
			 void (*look)(struct probe_run *run, struct medium *m))
{
	struct ata_device *dev = &s->ch.dev[unit];
	struct ata_medium a = { .medium = { .subject = s->unit[unit],
					    .sectors = dev->sectors,
					    .sector_bytes = dev->id.sector_bytes,
					    .read = read_ata },
				.dev = dev };
	struct ata_geometry bios;

	chs_bios_geometry(&dev->geometry, dev->sectors, &bios);
	a.medium.heads = bios.heads;
	a.medium.track_sectors = bios.sectors;
	look(s->run, &a.medium);
}

static unsigned int look_at_port(struct ata_session *s, void *ctx)
{
	if (s->ch.dev[0].kind != ATA_DISK)
		return 0;
	look_at_unit(s, 0, ((struct looker *)ctx)->look);
	return 1;
}

static unsigned int by_ports(struct probe_run *run,
			     void (*look)(struct probe_run *run, struct medium *m))
{
	struct ata_places places;
	unsigned int found = 0;

	ata_places_find(&places, run->host, false);
	for (unsigned int i = 0; i < places.count; i++) {
		struct ata_place *at = &places.at[i];
		struct ata_session s;

		if (at->off || host_owner(run->host, at->base))
			continue;
		probe_step(run, "%s: looking for drives", at->name);
		if (!ata_session_open(&s, at, run))
			for (unsigned int unit = 0; unit < 2; unit++)
				if (s.ch.dev[unit].kind == ATA_DISK && ++found)
					look_at_unit(&s, unit, look);
		ata_session_close(&s);
	}
	ata_places_free(&places);
	return found + ahci_each(run, false, look_at_port, &(struct looker){ look });
}

/* ---- by files ---- */

struct file_medium {
	struct medium medium;
	int fd;
};

struct getgeo {
	unsigned char heads, sectors;
	unsigned short cylinders;
	unsigned long start;
};

static int read_file(struct medium *m, u64 sector, void *to)
{
	struct file_medium *f = container_of(m, struct file_medium, medium);
	ssize_t n = pread(f->fd, to, m->sector_bytes, (off_t)(sector * m->sector_bytes));

	if (n == (ssize_t)m->sector_bytes)
		return 0;
	return n < 0 ? -errno : -EIO;
}

static bool look_at_file(struct probe_run *run, const struct disk_name *d,
			 void (*look)(struct probe_run *run, struct medium *m))
{
	struct file_medium f = { .medium = { .subject = d->subject, .read = read_file } };
	char path[DISK_NAME + 8];
	struct getgeo geo = { 0 };
	int sector_bytes = 512;
	u64 bytes = 0;

	(void)snprintf(path, sizeof(path), "/dev/%s", d->name);
	f.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f.fd < 0)
		return false;
	(void)ioctl(f.fd, BLKSSZGET, &sector_bytes);
	if (!ioctl(f.fd, BLKGETSIZE64, &bytes) && bytes && sector_bytes >= 512) {
		if (!ioctl(f.fd, HDIO_GETGEO, &geo)) {
			f.medium.heads = geo.heads;
			f.medium.track_sectors = geo.sectors;
		}
		f.medium.sector_bytes = (u32)sector_bytes;
		f.medium.sectors = bytes / f.medium.sector_bytes;
		look(run, &f.medium);
	}
	close(f.fd);
	return bytes != 0;
}

static unsigned int by_files(struct probe_run *run,
			     void (*look)(struct probe_run *run, struct medium *m))
{
	unsigned int found = 0;
	size_t count;
	struct disk_name *disks = disks_find(&count);

	for (size_t i = 0; i < count; i++)
		if (!disks[i].cd)
			found += look_at_file(run, &disks[i], look);
	free(disks);
	return found;
}

unsigned int media_each(struct probe_run *run,
			void (*look)(struct probe_run *run, struct medium *m))
{
	unsigned int found = run->host->alone ? by_ports(run, look) : 0;

	return found ? found : by_files(run, look);
}
