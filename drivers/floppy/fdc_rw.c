/*
 * fdc_rw.c - sectors of a disk: how much goes in one command, what is kept, what is tried again.
 *
 * A turn takes 0.2 s whatever is read in it. So reading goes on to the end of the track, or of the
 * cylinder when its second side is wanted too, and what came is kept.
 */
#include "fdc_internal.h"

/* Sectors from there to the end of the track, or of the cylinder. */
static u32 to_end(const struct fdc_format *f, u32 sector, bool of_cylinder)
{
	u32 span = of_cylinder ? (u32)f->sect * f->heads : f->sect;

	return span - sector % span;
}

static u32 max_count(const struct fdc_drive *d, u32 sector)
{
	u32 n = to_end(&d->format, sector, fdc_uses_dma(d->fdc));

	return min(n, d->fdc->buffer_bytes / FDC_SECTOR);
}

u32 fdc_write_max(const struct fdc_drive *d, u32 sector)
{
	return max_count(d, sector);
}

/* ---- trying again ---- */

static bool is_final(enum fdc_error e)
{
	switch (e) {
	case FDC_NO_CONTROLLER:
	case FDC_PROTECTED:
	case FDC_CHANGED:
	case FDC_NO_DISK:
	case FDC_NO_TRACK0:
		return true;
	default:
		return false;
	}
}

/* The heads may stand somewhere else than the controller thinks. */
static void recover(struct fdc_drive *d, enum fdc_error e, unsigned int tries)
{
	if (tries % 2 == 0 || e == FDC_WRONG_CYLINDER || e == FDC_SEEK_FAILED ||
	    e == FDC_BAD_CYLINDER)
		d->cylinder = -1;
	if (tries == FDC_TRIES / 2)
		d->fdc->needs_reset = true;
}

static enum fdc_error attempt(struct fdc_drive *d, enum fdc_transfer what, u32 sector, u32 count,
			      u32 place, u32 *good)
{
	enum fdc_error e;

	*good = 0;
	if (fdc_line_changed(d))
		return FDC_CHANGED;
	e = fdc_transfer(d, what, &d->format, sector, min(count, max_count(d, sector)), place,
			 good);
	d->used_at = hw_now_us(d->fdc->hw);
	/* Taken out meanwhile: what the controller says of it is no matter. */
	if (e && fdc_line_changed(d))
		e = FDC_CHANGED;
	return e;
}

/* From the second try on by single sectors, so that only the bad one is tried over and over.
 * Ends well when `need` of them are done. */
static enum fdc_error move(struct fdc_drive *d, enum fdc_transfer what, u32 sector, u32 need,
			   u32 count, u32 *done)
{
	unsigned int tries = 0;
	enum fdc_error e = FDC_OK;

	*done = 0;
	while (*done < count) {
		u32 good;

		e = attempt(d, what, sector + *done, tries ? 1 : count - *done, *done, &good);
		*done += good;
		if (good)
			tries = 0;
		if (!e)
			continue;
		if (is_final(e) || *done >= need || ++tries == FDC_TRIES)
			break;
		recover(d, e, tries);
	}
	return *done >= need ? FDC_OK : e;
}

/* ---- reading ---- */

static u32 cached_from(const struct fdc_drive *d, u32 sector)
{
	const struct fdc *fdc = d->fdc;

	if (fdc->cached != d || sector < fdc->cache_first)
		return 0;
	sector -= fdc->cache_first;
	return sector < fdc->cache_count ? fdc->cache_count - sector : 0;
}

static void keep(struct fdc_drive *d, u32 sector, u32 count)
{
	d->fdc->cached = count ? d : NULL;
	d->fdc->cache_first = sector;
	d->fdc->cache_count = count;
}

static enum fdc_error check(const struct fdc_drive *d, u32 sector)
{
	if (!d->known)
		return FDC_CHANGED;
	return sector < d->format.sectors ? FDC_OK : FDC_END_OF_TRACK;
}

static enum fdc_error fill(struct fdc_drive *d, u32 sector, u32 want)
{
	u32 track = to_end(&d->format, sector, false);
	u32 count = max_count(d, sector), done;
	enum fdc_error e;

	if (want <= track)
		count = min(count, track);
	fdc_drop_cache(d->fdc);
	e = move(d, FDC_DO_READ, sector, 1, count, &done);
	keep(d, sector, done);
	fdc_mark(d, sector, d->fdc->buffer, done);
	return e;
}

enum fdc_error fdc_read(struct fdc_drive *d, u32 sector, u32 want, const u8 **data, u32 *count)
{
	enum fdc_error e;

	*count = 0;
	if (fdc_check_change(d))
		return FDC_CHANGED;
	e = check(d, sector);
	if (!e && !cached_from(d, sector))
		e = fill(d, sector, want);
	if (e)
		return e;
	*data = d->fdc->buffer + (sector - d->fdc->cache_first) * FDC_SECTOR;
	*count = cached_from(d, sector);
	return FDC_OK;
}

/* ---- writing ---- */

enum fdc_error fdc_write(struct fdc_drive *d, u32 sector, u32 count, u32 *done)
{
	enum fdc_error e;

	*done = 0;
	fdc_drop_cache(d->fdc);
	e = check(d, sector);
	if (!e && d->protected)
		e = FDC_PROTECTED;
	if (e)
		return e;
	count = min(count, max_count(d, sector));
	e = move(d, FDC_DO_WRITE, sector, count, count, done);
	keep(d, sector, *done);
	fdc_unmark(d, sector, count);
	fdc_mark(d, sector, d->fdc->buffer, *done);
	return e;
}
