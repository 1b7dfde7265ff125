/*
 * cd_upper.c - CD drives and removable packet disks as disks of the block layer.
 *
 * The medium is looked at when a disk is opened that nobody has open. With O_NONBLOCK a drive opens
 * without a medium. The door stays locked while a disc is open.
 */
#include <kernel/blockdev.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <abi/cdrom.h>
#include "cd.h"

#define MAX_SECTORS (CD_MAX_BYTES / SECTOR_SIZE)

static DEFINE_MUTEX(cds_lock, RANK_MUTEX_LEAF - 2);
static LIST_HEAD(cds); /* cds_lock */

int cd_for_each(void (*fn)(struct cd *cd, void *arg), void *arg)
{
	struct cd *cd;
	int n = 0;

	mutex_lock(&cds_lock);
	list_for_each_entry (cd, &cds, node) {
		fn(cd, arg);
		n++;
	}
	mutex_unlock(&cds_lock);
	return n;
}

/* ---- requests ---- */

static void *map_piece(const struct ata_piece *piece)
{
	return (u8 *)kmap_local(piece->owner) + piece->offset;
}

static void unmap_piece(const struct ata_piece *piece, void *addr)
{
	kunmap_local((u8 *)addr - piece->offset);
}

/* As much of the request as one command takes, in whole blocks. */
static void fill_buffer(struct cd *cd, const struct request *rq, struct ata_buffer *buf)
{
	struct request_iter it;
	struct bio_vec v;
	u32 n = 0, bytes = 0;

	request_iter_init(&it, rq);
	while (n < CD_MAX_PIECES && bytes < CD_MAX_BYTES &&
	       request_iter_next(&it, CD_MAX_BYTES - bytes, &v)) {
		u8 *addr = page_address(v.page);

		cd->pieces[n++] = (struct ata_piece){ .addr = addr ? addr + v.offset : NULL,
						      .owner = v.page,
						      .offset = v.offset,
						      .phys = page_to_phys(v.page) + v.offset,
						      .bytes = v.len };
		bytes += v.len;
	}
	*buf = (struct ata_buffer){ .pieces = cd->pieces,
				    .count = n,
				    .bytes = ALIGN_DOWN(bytes, cd->disk.sector_size),
				    .map = map_piece,
				    .unmap = unmap_piece };
}

static void complain(struct cd *cd, const struct request *rq, int err)
{
	const struct sense *s = &cd->drive.sense;

	if (cd->drive.run_out)
		(void)work_queue(&cd->resize);
	else if (err == -ETIMEDOUT)
		pr_err("%s: sector %llu: no answer\n", cd->disk.name,
		       (unsigned long long)rq->sector);
	else
		pr_err("%s: sector %llu: %s (%x/%02x/%02x)\n", cd->disk.name,
		       (unsigned long long)rq->sector, sense_text(s), s->key, s->asc, s->ascq);
}

static bool is_for_all(int err)
{
	return err == -ENXIO || err == -ENOMEDIUM || err == -EROFS || err == -ETIMEDOUT;
}

/* True: more of it is left. */
static bool transfer(struct cd *cd, struct request *rq)
{
	bool hurry = rq->flags & BIO_AHEAD && rq->op == BIO_READ;
	struct ata_buffer buf;
	u32 size, good = 0;
	int err;

	if (!hurry)
		cd_look_again(&cd->drive);
	size = cd->drive.block_bytes;
	fill_buffer(cd, rq, &buf);
	/* Another medium came while the disk is in use, and with larger blocks. */
	if (!cd_has_blocks(&cd->drive, rq->sector, buf.bytes))
		return request_end(rq, rq->sectors * SECTOR_SIZE, -EIO);
	err = cd_transfer(&cd->drive, rq->op == BIO_WRITE,
			  (u32)div_u64(rq->sector, size / SECTOR_SIZE), buf.bytes / size, &buf,
			  hurry, &good);
	/* Of a medium with small blocks: only what is a whole sector of the disk's. */
	good = ALIGN_DOWN(good * size, cd->disk.sector_size);
	if (good && !request_end(rq, good, 0))
		return false;
	if (!err)
		return true;
	if (!hurry && err != -ENOMEDIUM && err != -EROFS)
		complain(cd, rq, err);
	if (hurry || is_for_all(err))
		return request_end(rq, rq->sectors * SECTOR_SIZE, err == -ETIMEDOUT ? -EIO : err);
	return request_end(rq, cd->disk.sector_size, -EIO);
}

static bool cd_serve(struct ata_unit *unit)
{
	struct cd *cd = unit->private;
	struct request *rq = request_next(&cd->disk);

	if (!rq)
		return false;
	if (rq->op == BIO_FLUSH) {
		(void)request_end(rq, 0, cd->drive.disk ? cd_flush(&cd->drive) : 0);
		return true;
	}
	while (transfer(cd, rq))
		;
	return true;
}

static void cd_kick(struct disk *disk)
{
	struct cd *cd = disk->private;

	ata_unit_kick(cd->unit);
}

/* ---- the medium ---- */

static u64 medium_sectors(const struct cd *cd)
{
	const struct cd_drive *drive = &cd->drive;
	u64 blocks = drive->blocks - drive->run_out;

	if (drive->stale && drive->in_use) /* who uses it may get it back */
		return cd->disk.sectors;
	if (!drive->known)
		return 0;
	return ALIGN_DOWN(blocks * (drive->block_bytes / SECTOR_SIZE),
			  (u64)(cd->disk.sector_size / SECTOR_SIZE));
}

void cd_update_size(struct cd *cd)
{
	u64 sectors;

	cd_lock_unit(cd);
	sectors = medium_sectors(cd);
	cd_unlock_unit(cd);
	if (sectors != cd->disk.sectors)
		disk_set_sectors(&cd->disk, sectors);
}

static void resize_later(struct work *work)
{
	struct cd *cd = container_of(work, struct cd, resize);

	pr_info("%s: the last %u blocks are no data\n", cd->disk.name, cd->drive.run_out);
	cd_update_size(cd);
}

/* Nobody has it open: its block size and protection may become the medium's. */
static void adopt_medium(struct cd *cd)
{
	if (!cd->drive.disk || !cd->drive.known)
		return;
	cd->disk.sector_size = cd->drive.block_bytes;
	if (cd->drive.protected)
		cd->disk.flags |= DISK_READONLY;
	else
		cd->disk.flags &= ~DISK_READONLY;
}

/* Without patience but for disks, whose partitions are read next: who opens a CD waits himself. */
static void look_at_medium(struct cd *cd)
{
	struct cd_drive *drive = &cd->drive;

	if (drive->disk || !cd_test_ready(drive))
		(void)cd_check_medium(drive);
	else
		drive->known = false;
}

/* part_lock is held, nobody has it open. */
static bool cd_media_changed(struct disk *disk)
{
	struct cd *cd = disk->private;
	bool changed;

	cd_lock_unit(cd);
	cd->drive.in_use = false;
	look_at_medium(cd);
	changed = cd_take_changed(&cd->drive, CD_WHO_BLOCK);
	adopt_medium(cd);
	cd_unlock_unit(cd);
	cd_update_size(cd);
	return changed;
}

/* ---- opening; part_lock is held ---- */

/* A tray that is out goes in. */
static int close_tray(struct cd *cd)
{
	enum cd_status status;
	int err = cd_status(&cd->drive, &status);

	if (err || status != CD_STATUS_OPEN || cd_close(&cd->drive))
		return -ENOMEDIUM;
	return cd_check_medium(&cd->drive);
}

static bool has_data(struct cd_drive *drive)
{
	if (cd_read_toc(drive))
		return true;
	for (unsigned int i = 0; i < drive->toc.count; i++)
		if (drive->toc.track[i].number <= CD_TRACKS_MAX &&
		    drive->toc.track[i].adr_control & CD_CONTROL_DATA)
			return true;
	return false;
}

static int open_medium(struct cd *cd)
{
	struct cd_drive *drive = &cd->drive;
	int err = drive->known ? 0 : cd_check_medium(drive);

	if (err == -ENOMEDIUM && cd->options & CDO_AUTO_CLOSE)
		err = close_tray(cd);
	if (!err && cd->options & CDO_CHECK_TYPE && !drive->disk && !has_data(drive))
		err = -EMEDIUMTYPE;
	if (!err && cd->options & CDO_LOCK && !drive->locked)
		(void)cd_lock(drive, true);
	if (!err && !drive->in_use)
		cd_mark_disc(drive);
	if (!err)
		drive->in_use = true;
	return err == -EBUSY ? -ENOMEDIUM : err;
}

static int cd_open(struct disk *disk, u32 mode)
{
	struct cd *cd = disk->private;
	int err;

	if (mode & FMODE_NODELAY && cd->options & CDO_USE_FFLAGS)
		return 0;
	cd_lock_unit(cd);
	err = open_medium(cd);
	cd_unlock_unit(cd);
	cd_update_size(cd);
	return err;
}

static void cd_release(struct disk *disk)
{
	struct cd *cd = disk->private;

	if (disk->openings)
		return;
	cd_lock_unit(cd);
	cd->drive.in_use = false;
	if ((cd->drive.locked || cd->drive.lock_lost) && !cd->keep_locked)
		(void)cd_lock(&cd->drive, false);
	if (cd->options & CDO_AUTO_EJECT && !cd->keep_locked)
		(void)cd_eject(&cd->drive);
	cd_unlock_unit(cd);
}

static int cd_session_start(struct disk *disk, u32 track, u32 *block)
{
	struct cd *cd = disk->private;
	int err;

	cd_lock_unit(cd);
	err = cd->drive.disk ? -EOPNOTSUPP : cd_session_block(&cd->drive, track, block);
	cd_unlock_unit(cd);
	return err;
}

static const struct disk_ops cd_ops = {
	.kick = cd_kick,
	.open = cd_open,
	.release = cd_release,
	.media_changed = cd_media_changed,
	.session_start = cd_session_start,
	.ioctl = cd_ioctl,
};

/* ---- attaching ---- */

/* The channel is free for the other drive meanwhile. */
static void pause_unlocked(struct cd_drive *drive, u32 us)
{
	struct cd *cd = container_of(drive, struct cd, drive);

	cd_unlock_unit(cd);
	usleep(us);
	cd_lock_unit(cd);
}
static const struct cd_host cd_host = { pause_unlocked };

static void fill_disk(struct cd *cd)
{
	const struct ata_identity *id = &cd->unit->dev->id;
	struct disk *disk = &cd->disk;

	disk_init(disk, cd->unit->name, cd->unit->major, cd->unit->first_minor, cd->unit->minors);
	disk->sector_size = cd->drive.disk ? SECTOR_SIZE : CD_BLOCK;
	disk->flags = DISK_REMOVABLE | (cd->drive.disk ? 0 : DISK_CD | DISK_READONLY);
	disk->limits.max_sectors = MAX_SECTORS;
	disk->limits.max_segments = CD_MAX_PIECES;
	disk->ops = &cd_ops;
	disk->private = cd;
	disk->parent = &cd->unit->device;
	/* Whether it has one is not asked: it is flushed at the end of a sync. */
	if (cd->drive.disk)
		disk->flags |= DISK_WRITE_CACHE;
	else
		disk->dev.link_name = "cdrom";
	strscpy(disk->model, id->model, sizeof(disk->model));
	strscpy(disk->serial, id->serial, sizeof(disk->serial));
	strscpy(disk->firmware, id->firmware, sizeof(disk->firmware));
}

static void list_cd(struct cd *new)
{
	struct list_head *at = &cds;
	struct cd *cd;

	mutex_lock(&cds_lock);
	list_for_each_entry (cd, &cds, node)
		if (strcmp(cd->disk.name, new->disk.name) > 0) {
			at = &cd->node;
			break;
		}
	list_add_tail(&new->node, at);
	mutex_unlock(&cds_lock);
}

static void describe(const struct cd *cd)
{
	const struct cd_capabilities *c = &cd->drive.caps;
	unsigned int times = cd_speed_times(c->max_speed);
	char speed[16] = "";

	if (times)
		(void)snprintf(speed, sizeof(speed), " %ux", times);
	pr_info("%s: ATAPI%s %s%s%s, %s\n", cd->disk.name, speed,
		cd->drive.disk ? "disk"
		: c->read_dvd  ? "DVD"
			       : "CD",
		c->write_cdr ? ", writes CD-R" : "", c->write_dvdr ? ", writes DVD-R" : "",
		ata_mode_text(cd->unit->dev));
}

static int probe(struct cd *cd)
{
	int err;

	cd->drive.host = &cd_host;
	cd_lock_unit(cd);
	err = cd_probe(&cd->drive, cd->unit->dev);
	/* One look without patience: the line at boot says whether there is a medium. */
	if (!err && !cd_test_ready(&cd->drive))
		(void)cd_check_medium(&cd->drive);
	cd_unlock_unit(cd);
	return err;
}

static void destroy(struct cd *cd)
{
	if (cd)
		kfree(cd->pieces);
	kfree(cd);
}

static struct cd *create(struct ata_unit *unit)
{
	struct cd *cd = kzalloc(sizeof(*cd), GFP_KERNEL);

	if (cd)
		cd->pieces = kcalloc(CD_MAX_PIECES, sizeof(*cd->pieces), GFP_KERNEL);
	if (!cd || !cd->pieces) {
		destroy(cd);
		return NULL;
	}
	cd->unit = unit;
	work_init(&cd->resize, resize_later);
	return cd;
}

static int cd_attach(struct ata_unit *unit)
{
	struct cd *cd;
	int err;

	if (unit->dev->kind != ATA_PACKET)
		return -ENODEV;
	cd = create(unit);
	if (!cd)
		return -ENOMEM;
	err = probe(cd);
	if (err) {
		destroy(cd);
		return err;
	}
	fill_disk(cd);
	cd->options = cd_default_options();
	adopt_medium(cd);
	describe(cd);
	cd->disk.sectors = medium_sectors(cd);
	WRITE_ONCE(unit->private, cd);
	if (!cd->drive.disk)
		list_cd(cd);
	err = disk_add(&cd->disk);
	if (err)
		pr_err("%s: cannot be added (%d)\n", unit->name, err);
	return 0;
}

static void cd_shutdown(struct ata_unit *unit)
{
	struct cd *cd = unit->private;

	if (cd->drive.disk && cd->drive.known)
		(void)cd_flush(&cd->drive);
	if (cd->drive.locked)
		(void)cd_lock(&cd->drive, false);
}

static struct ata_upper cd_upper = {
	.name = "cd",
	.attach = cd_attach,
	.serve = cd_serve,
	.shutdown = cd_shutdown,
};

static int cd_init(void)
{
	ata_upper_register(&cd_upper);
	return 0;
}
INIT_CALL(INIT_CORE, cd_init);
