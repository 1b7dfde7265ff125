/* media_floppy.c - floppies as media; see media.h. */
#include "floppy_session.h"
#include "media.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct floppy_medium {
	struct medium medium;
	struct fdc_drive *drive;
};

static int read_floppy(struct medium *m, u64 sector, u32 count, void *to)
{
	struct fdc_drive *d = container_of(m, struct floppy_medium, medium)->drive;
	const u8 *data;
	u32 got;

	for (u32 done = 0; done < count; done += got) {
		enum fdc_error e = fdc_read(d, (u32)sector + done, count - done, &data, &got);

		if (e)
			return fdc_errno(e);
		got = min(got, count - done);
		memcpy((u8 *)to + (size_t)done * FLOPPY_SECTOR, data, (size_t)got * FLOPPY_SECTOR);
	}
	return 0;
}

static int write_floppy(struct medium *m, u64 sector, u32 count, const void *from)
{
	struct fdc_drive *d = container_of(m, struct floppy_medium, medium)->drive;
	u32 part;

	for (u32 done = 0; done < count; done += part) {
		u32 at = (u32)sector + done, good;
		enum fdc_error e;

		part = min(count - done, fdc_write_max(d, at));
		(void)fdc_check_change(d);
		fdc_drop_cache(d->fdc);
		memcpy(d->fdc->buffer, (const u8 *)from + (size_t)done * FLOPPY_SECTOR,
		       (size_t)part * FLOPPY_SECTOR);
		e = fdc_write(d, at, part, &good);
		if (e)
			return fdc_errno(e);
	}
	return 0;
}

/* The drive keeps nothing back; the core does. */
static int flush_floppy(struct medium *m)
{
	fdc_drop_cache(container_of(m, struct floppy_medium, medium)->drive->fdc);
	return 0;
}

static bool look_at_drive(struct probe_run *run, struct fdc_drive *d, const char *subject,
			  void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			  void *ctx)
{
	struct floppy_medium f = { .medium = { .subject = subject,
					       .sector_bytes = FLOPPY_SECTOR,
					       .read = read_floppy },
				   .drive = d };
	enum fdc_error e;

	probe_step(run, "%s: motor on, looking for a disk", subject);
	e = fdc_detect(d);
	if (e) {
		note_text(run, subject, "open-error", "%s", fdc_error_text(e));
		return false;
	}
	d->in_use = true;
	f.medium.sectors = d->format.sectors;
	f.medium.heads = d->format.heads;
	f.medium.track_sectors = d->format.sect;
	if (media_may_write(run, subject)) {
		f.medium.write = write_floppy;
		f.medium.flush = flush_floppy;
	}
	look(run, &f.medium, ctx);
	return true;
}

static const char *const subjects[] = { "fd0", "fd1" };

static unsigned int by_ports(struct probe_run *run,
			     void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			     void *ctx)
{
	struct floppy_session s;
	unsigned int found = 0;

	if (!floppy_session_open(&s, run, floppy_read_types(run)))
		for (unsigned int unit = 0; unit < 2; unit++)
			if (s.fdc.drive[unit].kind)
				found += look_at_drive(run, &s.fdc.drive[unit], subjects[unit],
						       look, ctx);
	floppy_session_close(&s);
	return found;
}

unsigned int media_each_floppy(struct probe_run *run,
			       void (*look)(struct probe_run *run, struct medium *m, void *ctx),
			       void *ctx)
{
	unsigned int found = 0;

	if (run->host->alone && !host_owner(run->host, CMOS_INDEX) &&
	    !host_owner(run->host, FLOPPY_BASE + FDC_REG_MSR))
		return by_ports(run, look, ctx);
	for (unsigned int unit = 0; unit < 2; unit++)
		found += media_look_at_file(run, subjects[unit], subjects[unit], look, ctx);
	return found;
}
