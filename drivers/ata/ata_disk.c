/*
 * ata_disk.c - ATA disks: hda and its like.
 *
 * A request's pages become the core's pieces; it is then read or written as far as ata_rw() gets.
 * The sector where that stops fails alone and what lies behind it is tried anew.
 */
#include <kernel/block.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "ata_disk.h"
#include "chs.h"

#define MAX_SEGMENTS 128u
#define MAX_BYTES    (256u * SECTOR_SIZE)

/* ---- memory ---- */

static void *map_piece(const struct ata_piece *piece)
{
	return (u8 *)kmap_local(piece->owner) + piece->offset;
}

static void unmap_piece(const struct ata_piece *piece, void *addr)
{
	kunmap_local((u8 *)addr - piece->offset);
}

static bool joins(const struct ata_piece *last, const struct ata_piece *next)
{
	return last->addr && next->addr && last->phys + last->bytes == next->phys;
}

/* As much of the request as one transfer takes; a multiple of the disk's sector. */
static void fill_buffer(struct ata_disk *d, const struct request *rq, struct ata_buffer *buf)
{
	struct request_iter it;
	struct bio_vec v;
	u32 n = 0, bytes = 0;

	request_iter_init(&it, rq);
	while (n < MAX_SEGMENTS && bytes < MAX_BYTES &&
	       request_iter_next(&it, MAX_BYTES - bytes, &v)) {
		u8 *addr = page_address(v.page);
		struct ata_piece piece = { .addr = addr ? addr + v.offset : NULL,
					   .owner = v.page,
					   .offset = v.offset,
					   .phys = page_to_phys(v.page) + v.offset,
					   .bytes = v.len };

		if (n && joins(&d->pieces[n - 1], &piece))
			d->pieces[n - 1].bytes += piece.bytes;
		else
			d->pieces[n++] = piece;
		bytes += v.len;
	}
	*buf = (struct ata_buffer){ .pieces = d->pieces,
				    .count = n,
				    .bytes = ALIGN_DOWN(bytes, d->disk.sector_size),
				    .map = map_piece,
				    .unmap = unmap_piece };
}

/* From 512 bytes to the disk's own sectors of 512 or 4096. */
static unsigned int sector_shift(const struct ata_disk *d)
{
	return d->disk.sector_size == SECTOR_SIZE ? 0 : 3;
}

/* ---- requests ---- */

/* True: more of it is left. */
static bool transfer(struct ata_disk *d, struct request *rq)
{
	u32 size = d->disk.sector_size, good = 0;
	unsigned int shift = sector_shift(d);
	struct ata_buffer buf;
	int err;

	fill_buffer(d, rq, &buf);
	err = ata_rw(d->unit->dev, rq->op == BIO_WRITE, rq->sector >> shift, buf.bytes / size, &buf,
		     &good);
	if (good && !request_end(rq, good * size, 0))
		return false;
	if (!err)
		return true;
	if (err == -ENXIO || err == -EINVAL)
		return request_end(rq, rq->sectors * SECTOR_SIZE, err == -ENXIO ? err : -EIO);
	pr_err("%s: %s sector %llu: %s\n", d->disk.name, rq->op == BIO_WRITE ? "write" : "read",
	       (unsigned long long)rq->sector, err == -ETIMEDOUT ? "no answer" : "error");
	return request_end(rq, size, -EIO);
}

static int flush(struct ata_disk *d)
{
	int err = ata_flush(d->unit->dev);

	if (err && err != -ENXIO)
		pr_err("%s: its write cache could not be flushed: %s\n", d->disk.name,
		       err == -ETIMEDOUT ? "no answer" : "error");
	return err == -ETIMEDOUT ? -EIO : err;
}

static bool disk_serve(struct ata_unit *unit)
{
	struct ata_disk *d = unit->private;
	struct request *rq = request_next(&d->disk);

	if (!rq)
		return false;
	if (rq->op == BIO_FLUSH) {
		(void)request_end(rq, 0, flush(d));
		return true;
	}
	while (transfer(d, rq))
		;
	return true;
}

static void disk_kick(struct disk *disk)
{
	struct ata_disk *d = disk->private;

	ata_unit_kick(d->unit);
}

static void disk_shutdown(struct ata_unit *unit)
{
	(void)ata_flush(unit->dev);
}

/* ---- what it is ---- */

static int disk_getgeo(struct disk *disk, u32 *cylinders, u32 *heads, u32 *sectors)
{
	struct ata_disk *d = disk->private;
	struct ata_geometry g;

	chs_bios_geometry(&d->unit->dev->id.geometry, d->unit->dev->sectors, &g);
	*cylinders = g.cylinders;
	*heads = g.heads;
	*sectors = g.sectors;
	return 0;
}

/* In the caller, as its commands are: the block layer sees to it that nothing else is under way to
 * these sectors. */
static int disk_trim(struct disk *disk, u64 sector, u64 sectors)
{
	struct ata_disk *d = disk->private;
	const unsigned int shift = sector_shift(d);
	struct ata_buffer buf;
	struct ata_piece piece = { .addr = d->trim_block,
				   .phys = virt_to_phys(d->trim_block),
				   .bytes = ATA_TRIM_BYTES };
	int err;

	buf = (struct ata_buffer){ .pieces = &piece, .count = 1, .bytes = ATA_TRIM_BYTES };
	ata_unit_lock(d->unit);
	err = ata_trim(d->unit->dev, sector >> shift, (u32)(sectors >> shift), &buf);
	if (err)
		ata_disk_show(d);
	ata_unit_unlock(d->unit);
	if (!err || err == -ENXIO || err == -EOPNOTSUPP)
		return err;
	pr_err("%s: TRIM from sector %llu on: %s\n", disk->name, (unsigned long long)sector,
	       err == -ETIMEDOUT ? "no answer" : "error");
	return -EIO;
}

static const struct disk_ops disk_ops = {
	.kick = disk_kick,
	.discard = disk_trim,
	.getgeo = disk_getgeo,
	.ioctl = ata_disk_ioctl,
};

static void describe(const struct ata_disk *d)
{
	const struct ata_device *dev = d->unit->dev;
	const struct ata_geometry *g = &dev->id.geometry;
	static const char *const form[] = { "CHS", "LBA", "LBA48" };

	pr_info("%s: %s, CHS %u/%u/%u, %s%s%s\n", d->disk.name, form[dev->addressing], g->cylinders,
		g->heads, g->sectors, ata_mode_text(dev),
		dev->io32 && !dev->dma_mode ? ", 32 bit" : "",
		dev->write_cache ? ", write cache" : "");
}

void ata_disk_show(struct ata_disk *d)
{
	struct disk *disk = &d->disk;
	const u32 most = d->trim_block ? ata_max_trim(d->unit->dev) : 0;

	if (d->unit->dev->write_cache)
		disk->flags |= DISK_WRITE_CACHE;
	else
		disk->flags &= ~DISK_WRITE_CACHE;
	disk->limits.max_discard = most << sector_shift(d);
	disk->limits.discard = most ? disk_physical_size(disk) : 0;
}

static void fill_disk(struct ata_disk *d)
{
	const struct ata_device *dev = d->unit->dev;
	struct disk *disk = &d->disk;

	disk_init(disk, d->unit->name, d->unit->major, d->unit->first_minor, d->unit->minors);
	disk->sector_size = dev->id.sector_bytes;
	disk->physical_size = dev->id.physical_bytes;
	disk->sectors = dev->sectors * (disk->sector_size / SECTOR_SIZE);
	disk->limits.max_sectors = MAX_BYTES / SECTOR_SIZE;
	disk->limits.max_segments = MAX_SEGMENTS;
	disk->ops = &disk_ops;
	disk->private = d;
	disk->parent = &d->unit->device;
	if (dev->id.cf || dev->id.solid)
		disk->flags |= DISK_SOLID;
	if (dev->id.removable && !dev->id.cf)
		disk->flags |= DISK_REMOVABLE;
	ata_disk_show(d);
	strscpy(disk->model, dev->id.model, sizeof(disk->model));
	strscpy(disk->serial, dev->id.serial, sizeof(disk->serial));
	strscpy(disk->firmware, dev->id.firmware, sizeof(disk->firmware));
}

static int disk_attach(struct ata_unit *unit)
{
	struct ata_disk *d;
	int err;

	if (unit->dev->kind != ATA_DISK)
		return -ENODEV;
	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (d)
		d->pieces = kcalloc(MAX_SEGMENTS, sizeof(*d->pieces), GFP_KERNEL);
	if (!d || !d->pieces) {
		kfree(d);
		return -ENOMEM;
	}
	/* Without memory for it there is no TRIM. */
	if (unit->dev->id.trim)
		d->trim_block = kmalloc(ATA_TRIM_BYTES, GFP_KERNEL);
	d->unit = unit;
	fill_disk(d);
	describe(d);
	WRITE_ONCE(unit->private, d);
	err = disk_add(&d->disk);
	if (err)
		pr_err("%s: cannot be added (%d)\n", unit->name, err);
	return 0;
}

static struct ata_upper disk_upper = {
	.name = "disk",
	.attach = disk_attach,
	.serve = disk_serve,
	.shutdown = disk_shutdown,
};

static int ata_disk_init(void)
{
	ata_upper_register(&disk_upper);
	return 0;
}
INIT_CALL(INIT_CORE, ata_disk_init);
