/* guarded_disk.c - see guarded_disk.h. */
#include "guarded_disk.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct guarded_write {
	struct guarded_write *next;
	uint64_t lba, count;
	uint8_t data[];
};

/* The range that allows it, or NULL. */
static const struct plan_range *allowed(const struct guarded_disk *disk, uint64_t lba,
					uint64_t count)
{
	for (size_t i = 0; i < disk->ranges; i++) {
		const struct plan_range *r = &disk->range[i];

		if (r->step <= disk->step && lba >= r->start && count <= r->count &&
		    lba - r->start <= r->count - count)
			return r;
	}
	return NULL;
}

static bool on_disk(const struct guarded_disk *disk, uint64_t lba, uint64_t count)
{
	return count && count <= disk->sectors && lba <= disk->sectors - count;
}

int guarded_read(struct guarded_disk *disk, uint64_t lba, uint64_t count, void *data)
{
	if (!on_disk(disk, lba, count))
		return -ERANGE;
	return disk->io.read(disk->io.ctx, lba * disk->sector_size, data,
			     (size_t)(count * disk->sector_size));
}

static int refuse(struct guarded_disk *disk, uint64_t lba)
{
	if (!disk->refused)
		disk->refused_lba = lba;
	disk->refused = true;
	return -EPERM;
}

/* Remembered for the comparison; a later write to the same place is compared in its stead. */
static int remember(struct guarded_disk *disk, uint64_t lba, uint64_t count, const void *data)
{
	size_t bytes = (size_t)(count * disk->sector_size);
	struct guarded_write *w = malloc(sizeof(*w) + bytes);

	if (!w)
		return -ENOMEM;
	w->lba = lba;
	w->count = count;
	memcpy(w->data, data, bytes);
	w->next = disk->pending;
	disk->pending = w;
	return 0;
}

int guarded_write(struct guarded_disk *disk, uint64_t lba, uint64_t count, const void *data)
{
	const struct plan_range *range;
	int error;

	if (disk->refused)
		return -EPERM;
	range = on_disk(disk, lba, count) ? allowed(disk, lba, count) : NULL;
	if (!range)
		return refuse(disk, lba);
	error = remember(disk, lba, count, data);
	if (error)
		return error;
	if (disk->log)
		disk->log(disk->log_ctx, lba, count, range->reason);
	disk->writes++;
	return disk->io.write(disk->io.ctx, lba * disk->sector_size, data,
			      (size_t)(count * disk->sector_size));
}

/* ---- as a disk_io ---- */
static int guarded_io_read(void *ctx, uint64_t offset, void *data, size_t n)
{
	const struct guarded_disk *disk = ctx;

	return disk->io.read(disk->io.ctx, offset, data, n);
}

static int guarded_io_write(void *ctx, uint64_t offset, const void *data, size_t n)
{
	struct guarded_disk *disk = ctx;

	if (offset % disk->sector_size || n % disk->sector_size)
		return refuse(disk, offset / disk->sector_size);
	return guarded_write(disk, offset / disk->sector_size, n / disk->sector_size, data);
}

static int guarded_io_flush(void *ctx)
{
	return guarded_commit(ctx);
}

void guarded_as_io(struct guarded_disk *disk, struct disk_io *io)
{
	*io = (struct disk_io){ .read = guarded_io_read,
				.write = guarded_io_write,
				.flush = guarded_io_flush,
				.ctx = disk };
}

void guarded_free(struct guarded_disk *disk)
{
	while (disk->pending) {
		struct guarded_write *next = disk->pending->next;

		free(disk->pending);
		disk->pending = next;
	}
}

/* Was sector `lba` written again after `w`? The newest write is first in the list. */
static bool is_overwritten(const struct guarded_disk *disk, const struct guarded_write *w,
			   uint64_t lba)
{
	for (const struct guarded_write *n = disk->pending; n != w; n = n->next)
		if (lba >= n->lba && lba - n->lba < n->count)
			return true;
	return false;
}

static int compare(struct guarded_disk *disk, const struct guarded_write *w)
{
	size_t size = disk->sector_size;
	uint8_t *back = malloc((size_t)w->count * size);
	int error;

	if (!back)
		return -ENOMEM;
	error = disk->io.read(disk->io.ctx, w->lba * size, back, (size_t)w->count * size);
	for (uint64_t i = 0; i < w->count && !error; i++)
		if (memcmp(back + i * size, w->data + i * size, size) &&
		    !is_overwritten(disk, w, w->lba + i))
			error = -EILSEQ;
	free(back);
	return error;
}

int guarded_commit(struct guarded_disk *disk)
{
	int error = disk->io.flush(disk->io.ctx);

	for (const struct guarded_write *w = disk->pending; w && !error; w = w->next)
		error = compare(disk, w);
	guarded_free(disk);
	return error;
}
