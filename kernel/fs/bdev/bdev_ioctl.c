/*
 * bdev_ioctl.c - the ioctls of every block device; what is not known here goes to the driver.
 */
#include "bdev_internal.h"
#include <kernel/capability.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/uaccess.h>
#include <abi/blkdev.h>

static long put_int(unsigned long arg, s32 value)
{
	return put_user(value, (s32 __user *)arg);
}

static long put_long(unsigned long arg, u32 value)
{
	return put_user(value, (u32 __user *)arg);
}

static long get_size(const struct block_device *b, unsigned long arg)
{
	if (b->sectors > 0xffffffffu)
		return -EFBIG;
	return put_long(arg, (u32)b->sectors);
}

static long get_geometry(struct block_device *b, unsigned long arg)
{
	struct hd_geometry_abi geo = { 0 };
	u32 cylinders, heads, sectors;
	int err;

	if (!arg)
		return -EINVAL;
	if (!b->disk->ops->getgeo)
		return -ENOTTY;
	err = b->disk->ops->getgeo(b->disk, &cylinders, &heads, &sectors);
	if (err)
		return err;
	geo.heads = (u8)heads;
	geo.sectors = (u8)sectors;
	geo.cylinders = (u16)cylinders;
	geo.start = (u32)b->start;
	return copy_to_user((void __user *)arg, &geo, sizeof(geo)) ? -EFAULT : 0;
}

static bool held_by_other(struct block_device *b, const struct file *file)
{
	bool held;

	mutex_lock(&b->disk->part_lock);
	held = !blockdev_may_hold(b, file);
	mutex_unlock(&b->disk->part_lock);
	return held;
}

static long set_block_size(struct block_device *b, const struct file *file, unsigned long arg)
{
	s32 size;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (!arg || get_user(size, (const s32 __user *)arg))
		return arg ? -EFAULT : -EINVAL;
	if (size < (s32)b->disk->sector_size || size > (s32)PAGE_SIZE || (size & (size - 1)))
		return -EINVAL;
	if (held_by_other(b, file))
		return -EBUSY;
	b->block_size = (u32)size;
	return 0;
}

/* Of a disk it is for its partitions too, and it outlasts this opening. */
static void mark_readonly(struct block_device *b, bool on)
{
	struct partition *p;

	mutex_lock(&b->disk->part_lock);
	p = b->partno ? partition_find(b->disk, b->partno) : NULL;
	if (p)
		p->readonly = b->readonly = on;
	else if (!b->partno)
		b->disk->readonly = on;
	mutex_unlock(&b->disk->part_lock);
}

static long set_readonly(struct block_device *b, unsigned long arg)
{
	s32 on;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (get_user(on, (const s32 __user *)arg))
		return -EFAULT;
	mark_readonly(b, on);
	return 0;
}

static long get_read_ahead(const struct block_device *b, unsigned long arg)
{
	return arg ? put_long(arg, b->disk->read_ahead) : -EINVAL;
}

static long set_read_ahead(struct block_device *b, unsigned long sectors)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	b->disk->read_ahead = (u32)sectors & ~(SECTORS_PER_PAGE - 1);
	return 0;
}

static long reread(struct block_device *b, const struct file *file)
{
	int err;

	if (b->partno)
		return -EINVAL;
	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (b->disk->flags & DISK_NO_PARTS)
		return -EINVAL;
	err = blockdev_flush_cache(b);
	mutex_lock(&b->disk->part_lock);
	if (!err)
		err = blockdev_may_hold(b, file) ? partitions_reread(b->disk) : -EBUSY;
	mutex_unlock(&b->disk->part_lock);
	return err;
}

/* ---- BLKPG ---- */
static int change_partition(struct disk *disk, int op, const struct blkpg_partition_abi *p)
{
	u64 start = (u64)p->start >> SECTOR_SHIFT, sectors = (u64)p->length >> SECTOR_SHIFT;
	u32 unaligned = (u32)(p->start | p->length) & (disk->sector_size - 1);

	if (p->pno <= 0)
		return -EINVAL;
	if (op == BLKPG_DEL_PARTITION)
		return partition_delete(disk, (u32)p->pno);
	if (p->start < 0 || p->length <= 0 || unaligned)
		return -EINVAL;
	if (op == BLKPG_ADD_PARTITION)
		return partition_add(disk, (u32)p->pno, start, sectors);
	if (op == BLKPG_RESIZE_PARTITION)
		return partition_resize(disk, (u32)p->pno, start, sectors);
	return -EINVAL;
}

static long blkpg(struct block_device *b, unsigned long arg)
{
	struct blkpg_partition_abi part;
	struct blkpg_ioctl_abi how;
	int err;

	if (copy_from_user(&how, (const void __user *)arg, sizeof(how)) ||
	    copy_from_user(&part, (const void __user *)(uintptr_t)how.data, sizeof(part)))
		return -EFAULT;
	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (b->partno)
		return -EINVAL;
	mutex_lock(&b->disk->part_lock);
	err = change_partition(b->disk, how.op, &part);
	mutex_unlock(&b->disk->part_lock);
	return err;
}

/* ---- zeroing and discarding ---- */
static int zero_range(struct block_device *b, u64 sector, u64 sectors)
{
	struct page *page = page_alloc(GFP_KERNEL | GFP_ZERO, 0);
	int err = 0;

	if (!page)
		return -ENOMEM;
	while (sectors && !err) {
		struct bio *bio = bio_alloc(b->disk, BIO_WRITE, BIO_RESERVE_VECS, GFP_KERNEL);
		u32 len = 0;

		bio->sector = b->start + sector;
		while (len < sectors && len + SECTORS_PER_PAGE <= disk_max_sectors(b->disk)) {
			u32 n = (u32)min_t(u64, sectors - len, SECTORS_PER_PAGE);

			if (bio->vecs == bio->vecs_max)
				break;
			bio->vec[bio->vecs++] =
				(struct bio_vec){ page, 0, (u16)(n << SECTOR_SHIFT) };
			bio->bytes += n << SECTOR_SHIFT;
			len += n;
		}
		err = bio_submit_wait(bio);
		bio_free(bio);
		sector += len;
		sectors -= len;
	}
	page_put(page);
	return err;
}

/* Start and length in bytes: whole sectors of the device. */
static int get_range(const struct block_device *b, unsigned long arg, u64 range[2])
{
	if (copy_from_user(range, (const void __user *)arg, 2 * sizeof(range[0])))
		return -EFAULT;
	if ((range[0] | range[1]) & (b->disk->sector_size - 1) || range[0] > (u64)b->inode->size ||
	    range[1] > (u64)b->inode->size - range[0] || !range[1])
		return -EINVAL;
	return 0;
}

/* What the cache has of it is neither written later nor read. -EBUSY: some of it is in use. */
static int past_the_cache(struct block_device *b, const u64 range[2],
			  int (*change)(struct block_device *b, u64 sector, u64 sectors))
{
	const u64 last = range[0] + range[1] - 1;
	struct mapping *m = &b->inode->data;
	int err = mapping_sync(m, (loff_t)range[0], (loff_t)last);

	if (err)
		return err;
	write_lock(&m->invalidate_lock);
	if (mapping_take_out(m, (unsigned long)(range[0] >> PAGE_SHIFT),
			     (unsigned long)(last >> PAGE_SHIFT)))
		err = change(b, range[0] >> SECTOR_SHIFT, range[1] >> SECTOR_SHIFT);
	else
		err = -EBUSY;
	write_unlock(&m->invalidate_lock);
	return err;
}

static long zero_out(struct block_device *b, struct file *file, unsigned long arg)
{
	u64 range[2];
	int err;

	if (!(file->mode & FMODE_WRITE))
		return -EBADF;
	err = get_range(b, arg, range);
	if (err)
		return err;
	if (blockdev_readonly(b))
		return -EPERM;
	return past_the_cache(b, range, zero_range);
}

static long discard(struct block_device *b, struct file *file, unsigned long arg)
{
	u64 range[2];
	int err;

	if (!(file->mode & FMODE_WRITE))
		return -EBADF;
	if (!disk_can_discard(b->disk))
		return -EOPNOTSUPP;
	err = get_range(b, arg, range);
	if (err)
		return err;
	return past_the_cache(b, range, blockdev_discard);
}

static long flush_buffers(struct block_device *b)
{
	return capable(CAP_SYS_ADMIN) ? blockdev_flush_cache(b) : -EACCES;
}

/* Numbers that are only told. -ENOIOCTLCMD: none of them. */
static long tell(struct block_device *b, unsigned int cmd, unsigned long arg)
{
	const struct disk *disk = b->disk;

	switch (cmd) {
	case BLKROGET:
		return put_int(arg, blockdev_readonly(b));
	case BLKSSZGET:
		return put_int(arg, (s32)disk->sector_size);
	case BLKPBSZGET:
	case BLKIOMIN:
		return put_int(arg, (s32)disk_physical_size(disk));
	case BLKIOOPT:
	case BLKALIGNOFF:
	case BLKDISCARDZEROES:
		return put_int(arg, 0);
	case BLKROTATIONAL:
		return put_user((u16) !(disk->flags & (DISK_SOLID | DISK_VIRTUAL)),
				(u16 __user *)arg);
	case BLKSECTGET:
		return put_user((u16)disk_max_sectors(disk), (u16 __user *)arg);
	case BLKBSZGET:
		return put_int(arg, (s32)b->block_size);
	case BLKGETDISKSEQ:
		return put_user(disk->sequence, (u64 __user *)arg);
	case BLKRAGET:
	case BLKFRAGET:
		return get_read_ahead(b, arg);
	case BLKGETSIZE64:
		return put_user((u64)b->sectors << SECTOR_SHIFT, (u64 __user *)arg);
	default:
		return -ENOIOCTLCMD;
	}
}

long blockdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct block_device *b = bdev_of(file);
	long ret = tell(b, cmd, arg);

	if (ret != -ENOIOCTLCMD)
		return ret;
	switch (cmd) {
	case BLKGETSIZE:
		return get_size(b, arg);
	case HDIO_GETGEO:
		return get_geometry(b, arg);
	case BLKBSZSET:
		return set_block_size(b, file, arg);
	case BLKROSET:
		return set_readonly(b, arg);
	case BLKRASET:
	case BLKFRASET:
		return set_read_ahead(b, arg);
	case BLKFLSBUF:
		return flush_buffers(b);
	case BLKRRPART:
		return reread(b, file);
	case BLKPG:
		return blkpg(b, arg);
	case BLKZEROOUT:
		return zero_out(b, file, arg);
	case BLKDISCARD:
		return discard(b, file, arg);
	case BLKSECDISCARD:
		return file->mode & FMODE_WRITE ? -EOPNOTSUPP : -EBADF;
	default:
		return b->disk->ops->ioctl ? b->disk->ops->ioctl(b->disk, file->mode, cmd, arg)
					   : -ENOTTY;
	}
}
