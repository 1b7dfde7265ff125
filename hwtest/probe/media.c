/* media.c - disks to read sectors from; see media.h. */
#include "media.h"
#include <drivers/ata/chs.h>
#include <stdlib.h>
#include "ahci_session.h"
#include "disks.h"

/* ---- by the ports ---- */

struct ata_medium {
	struct medium medium;
	struct ata_device *dev;
};

static int read_ata(struct medium *m, u64 sector, u32 count, void *to)
{
	return ata_session_read(container_of(m, struct ata_medium, medium)->dev, sector, count, to);
}

static int write_ata(struct medium *m, u64 sector, u32 count, const void *from)
{
	struct ata_medium *a = container_of(m, struct ata_medium, medium);

	return ata_session_write(a->dev, sector, count, from);
}

static int flush_ata(struct medium *m)
{
	return ata_flush(container_of(m, struct ata_medium, medium)->dev);
}

struct looker {
	void (*look)(struct probe_run *run, struct medium *m, void *ctx);
	void *ctx;
};

static void look_at_unit(struct ata_session *s, unsigned int unit, const struct looker *l)
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
	if (media_may_write(s->run, a.medium.subject)) {
		a.medium.write = write_ata;
		a.medium.flush = flush_ata;
	}
	l->look(s->run, &a.medium, l->ctx);
}

static unsigned int look_at_port(struct ata_session *s, void *ctx)
{
	if (s->ch.dev[0].kind != ATA_DISK)
		return 0;
	look_at_unit(s, 0, ctx);
	return 1;
}

static unsigned int by_ports(struct probe_run *run, struct looker *l)
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
					look_at_unit(&s, unit, l);
		ata_session_close(&s);
	}
	ata_places_free(&places);
	return found + ahci_each(run, false, look_at_port, l);
}

/* ---- by files ---- */

static unsigned int by_files(struct probe_run *run,
			     void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			     void *ctx)
{
	unsigned int found = 0;
	size_t count;
	struct disk_name *disks = disks_find(&count);

	for (size_t i = 0; i < count; i++)
		if (!disks[i].cd)
			found +=
				media_look_at_file(run, disks[i].name, disks[i].subject, look, ctx);
	free(disks);
	return found;
}

unsigned int media_each(struct probe_run *run,
			void (*look)(struct probe_run *run, struct medium *m, void *ctx), void *ctx)
{
	struct looker l = { look, ctx };
	unsigned int found = run->host->alone ? by_ports(run, &l) : 0;

	return found ? found : by_files(run, look, ctx);
}
