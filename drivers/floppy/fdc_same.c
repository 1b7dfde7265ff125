/*
 * fdc_same.c - is it still the same disk, where no change line tells?
 *
 * Of the first sectors (boot sector, FAT, superblock: what differs between any two disks that are
 * used) check sums are kept. A drive that is in use and was idle for as long as it takes to change
 * a disk has them compared before anything else is read or written.
 */
#include <kernel/crc32_small.h>
#include "fdc_internal.h"

#define TRIES 3u

void fdc_mark(struct fdc_drive *d, u32 sector, const u8 *data, u32 count)
{
	for (; count && sector < FDC_MARK_SECTORS; count--, sector++, data += FDC_SECTOR) {
		d->mark[sector] = crc32_small(0, data, FDC_SECTOR);
		d->marked |= 1u << sector;
	}
}

void fdc_unmark(struct fdc_drive *d, u32 sector, u32 count)
{
	for (; count && sector < FDC_MARK_SECTORS; count--, sector++)
		d->marked &= ~(1u << sector);
}

/* Into the buffer: how many of them, from the first on. */
static u32 read_marked(struct fdc_drive *d)
{
	u32 count = min_t(u32, FDC_MARK_SECTORS, d->format.sect), good = 0;

	fdc_drop_cache(d->fdc);
	for (unsigned int i = 0; i < TRIES && !good; i++) {
		enum fdc_error e = fdc_transfer(d, FDC_DO_READ, &d->format, 0, count, 0, &good);

		if (e == FDC_NO_CONTROLLER || e == FDC_TRANSFER_HANGS)
			break;
		if (e)
			d->cylinder = -1;
	}
	return good;
}

void fdc_mark_disk(struct fdc_drive *d)
{
	d->marked = 0;
	fdc_mark(d, 0, d->fdc->buffer, read_marked(d));
}

bool fdc_is_same(struct fdc_drive *d)
{
	u32 good;

	/* Nothing of it could be read: as far as can be told. */
	if (!d->marked)
		return true;
	good = read_marked(d);
	for (u32 i = 0; i < good; i++)
		if (d->marked & 1u << i &&
		    crc32_small(0, d->fdc->buffer + i * FDC_SECTOR, FDC_SECTOR) != d->mark[i])
			return false;
	return good;
}
