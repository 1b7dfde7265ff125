/*
 * floppy_disk.c - a drive as a disk of the block layer: opening, requests, the controller's memory.
 */
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/isa_dma.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "floppy.h"

static struct floppy_disk *disk_of(struct disk *disk)
{
	return container_of(disk, struct floppy_disk, disk);
}

/* ---- memory ---- */

int floppy_get_buffer(struct floppy *f, bool may_wait)
{
	void *buffer = NULL;
	unsigned int order = f->buffer_order + 1;

	if (READ_ONCE(f->fdc.buffer))
		return 0;
	while (!buffer && order--)
		buffer = isa_dma_buffer(order, may_wait ? GFP_NORETRY : GFP_ATOMIC);
	if (!buffer)
		return -ENOMEM;
	if (may_wait)
		mutex_lock(&f->lock);
	if (!f->fdc.buffer) {
		f->fdc.buffer_bytes = (u32)(PAGE_SIZE << order);
		f->buffer_has = order;
		WRITE_ONCE(f->fdc.buffer, buffer);
		buffer = NULL;
	}
	if (may_wait)
		mutex_unlock(&f->lock);
	if (buffer)
		isa_dma_buffer_free(buffer, order);
	return 0;
}

void floppy_drop_buffer(struct floppy *f)
{
	if (!f->fdc.buffer)
		return;
	fdc_drop_cache(&f->fdc);
	isa_dma_buffer_free(f->fdc.buffer, f->buffer_has);
	f->fdc.buffer = NULL;
}

/* ---- what is in the drive; locked ---- */

static void complain(const struct floppy_drive *d, enum fdc_error e)
{
	if (e == FDC_NO_DISK)
		return;
	pr_warn("fd%u: %s\n", d->core->unit, fdc_error_text(e));
}

/* The format is the device number's, the user's, or found out. */
static void choose_format(struct floppy_disk *fd)
{
	struct fdc_drive *core = fd->drive->core;

	if (fd->type)
		fdc_set_format(core, &fdc_formats[fd->type]);
	else if (!core->known && !fd->drive->keep_format)
		core->fixed = false;
}

bool floppy_gone(struct floppy_drive *d)
{
	(void)fdc_check_change(d->core);
	if (d->seen && !d->core->known)
		d->stale = true;
	return d->stale;
}

int floppy_look(struct floppy_disk *fd)
{
	struct floppy_drive *d = fd->drive;
	enum fdc_error e = FDC_OK;

	if (floppy_gone(d))
		return -ENXIO;
	choose_format(fd);
	if (!d->core->known)
		e = fdc_detect(d->core);
	if (e)
		complain(d, e);
	d->seen = d->core->known;
	return fdc_errno(e);
}

void floppy_update(struct floppy_disk *fd)
{
	struct fdc_drive *core = fd->drive->core;
	u64 sectors;

	floppy_lock(fd->drive);
	sectors = core->known ? core->format.sectors : FLOPPY_UNSEEN_SECTORS;
	if (core->known && core->protected)
		fd->disk.flags |= DISK_READONLY;
	else
		fd->disk.flags &= ~DISK_READONLY;
	if (core->known)
		fd->disk.flags &= ~DISK_UNSEEN;
	else
		fd->disk.flags |= DISK_UNSEEN;
	mutex_unlock(&fd->drive->floppy->lock);
	if (sectors != fd->disk.sectors)
		disk_set_sectors(&fd->disk, sectors);
}

/* ---- opening; part_lock is held ---- */

/* Nobody has it open: what happened to an earlier disk is over. */
static bool media_changed(struct disk *disk)
{
	struct floppy_disk *fd = disk_of(disk);
	struct floppy_drive *d = fd->drive;
	bool changed = false;

	floppy_lock(d);
	if (!d->openings) {
		d->stale = d->seen = false;
		changed = fdc_check_change(d->core);
		choose_format(fd);
	}
	floppy_unlock(d);
	floppy_update(fd);
	return changed;
}

/* With O_NONBLOCK a drive opens whatever is in it; but who then reads (blkid) shall find the size.
 */
static int open_locked(struct floppy_disk *fd, u32 mode)
{
	struct floppy_drive *d = fd->drive;
	int err;

	if (d->openings && d->open_as != fd)
		return -EBUSY;
	err = floppy_look(fd);
	if (!err && mode & FMODE_WRITE && d->core->protected)
		err = -EROFS;
	if (err && !(mode & FMODE_NODELAY))
		return err;
	d->open_as = fd;
	d->openings++;
	d->core->in_use = true;
	return 0;
}

static int floppy_open(struct disk *disk, u32 mode)
{
	struct floppy_disk *fd = disk_of(disk);
	int err = floppy_get_buffer(fd->drive->floppy, true);

	if (err)
		return err;
	floppy_lock(fd->drive);
	err = floppy_get_buffer(fd->drive->floppy, false);
	if (!err)
		err = open_locked(fd, mode);
	floppy_unlock(fd->drive);
	floppy_update(fd);
	return err;
}

static void floppy_release(struct disk *disk)
{
	struct floppy_drive *d = disk_of(disk)->drive;

	floppy_lock(d);
	d->core->in_use = --d->openings;
	floppy_unlock(d);
}

/* ---- requests ---- */

static void copy(const struct request *rq, u8 *data, u32 bytes, bool to_request)
{
	struct request_iter it;
	struct bio_vec v;

	request_iter_init(&it, rq);
	while (bytes && request_iter_next(&it, bytes, &v)) {
		u8 *page = kmap_local(v.page);

		if (to_request)
			memcpy(page + v.offset, data, v.len);
		else
			memcpy(data, page + v.offset, v.len);
		kunmap_local(page);
		data += v.len;
		bytes -= v.len;
	}
}

static enum fdc_error read_some(struct fdc_drive *core, struct request *rq, u32 *good)
{
	const u8 *data;
	u32 count;
	enum fdc_error e = fdc_read(core, (u32)rq->sector, rq->sectors, &data, &count);

	*good = min(count, rq->sectors);
	if (!e)
		copy(rq, (u8 *)data, *good * SECTOR_SIZE, true);
	return e;
}

static enum fdc_error write_some(struct fdc_drive *core, struct request *rq, u32 *good)
{
	u32 count = min(rq->sectors, fdc_write_max(core, (u32)rq->sector));

	*good = 0;
	fdc_drop_cache(core->fdc);
	copy(rq, core->fdc->buffer, count * SECTOR_SIZE, false);
	return fdc_write(core, (u32)rq->sector, count, good);
}

static void count_write_error(struct floppy_drive *d, u32 sector)
{
	struct floppy_write_errors_abi *w = &d->write_errors;

	if (!w->write_errors++) {
		w->first_error_sector = sector;
		w->first_error_generation = (s32)d->core->generation;
	}
	w->last_error_sector = sector;
	w->last_error_generation = (s32)d->core->generation;
}

/* The rest of the request will not go better. */
static bool is_for_all(enum fdc_error e)
{
	return e == FDC_CHANGED || e == FDC_NO_CONTROLLER || e == FDC_PROTECTED ||
	       e == FDC_TRANSFER_HANGS || e == FDC_NO_RESET;
}

/* Locked. */
static enum fdc_error move(struct floppy_disk *fd, struct request *rq, u32 *good, bool *whole)
{
	struct floppy_drive *d = fd->drive;
	enum fdc_error e = FDC_CHANGED;

	*good = 0;
	*whole = true;
	if (d->open_as != fd || floppy_gone(d) || floppy_get_buffer(d->floppy, false))
		return e;
	/* Opened without a disk (O_NONBLOCK): now there is one. */
	if (!d->core->known && (!d->openings || floppy_look(fd)))
		return FDC_NO_DISK;
	e = rq->op == BIO_WRITE ? write_some(d->core, rq, good) : read_some(d->core, rq, good);
	if (e && rq->op == BIO_WRITE && !floppy_gone(d))
		count_write_error(d, (u32)rq->sector + *good);
	*whole = is_for_all(e);
	return e;
}

/* True: more of it is left. */
static bool transfer(struct floppy_disk *fd, struct request *rq)
{
	enum fdc_error e;
	bool whole;
	u32 good;

	floppy_lock(fd->drive);
	e = move(fd, rq, &good, &whole);
	floppy_unlock(fd->drive);
	if (good && !request_end(rq, good * SECTOR_SIZE, 0))
		return false;
	if (!e)
		return true;
	if (!(rq->flags & BIO_AHEAD))
		pr_err("%s: %s sector %llu: %s\n", fd->disk.name,
		       rq->op == BIO_WRITE ? "write" : "read", (unsigned long long)rq->sector,
		       fdc_error_text(e));
	if (whole || rq->flags & BIO_AHEAD)
		return request_end(rq, rq->sectors * SECTOR_SIZE, -EIO);
	return request_end(rq, SECTOR_SIZE, -EIO);
}

bool floppy_serve(struct floppy_disk *fd)
{
	struct request *rq = request_next(&fd->disk);

	if (!rq)
		return false;
	if (rq->op == BIO_FLUSH)
		(void)request_end(rq, 0, 0);
	else
		while (transfer(fd, rq))
			;
	return true;
}

static void floppy_kick(struct disk *disk)
{
	struct floppy *f = disk_of(disk)->drive->floppy;

	WRITE_ONCE(f->kicked, 1);
	wake_up(&f->wake);
}

const struct disk_ops floppy_disk_ops = {
	.kick = floppy_kick,
	.open = floppy_open,
	.release = floppy_release,
	.media_changed = media_changed,
	.getgeo = floppy_getgeo,
	.ioctl = floppy_ioctl,
};
