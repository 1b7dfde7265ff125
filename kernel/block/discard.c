/*
 * discard.c - giving sectors back to the disk, a command as large as it takes at a time.
 *
 * Where it ends before the whole does, it ends at a multiple of the disk's granularity, so that no
 * block is given back in two halves, of which the disk would keep both.
 */
#include "block_internal.h"
#include <kernel/math64.h>

static int check(const struct disk *disk, u64 sector, u64 sectors)
{
	const u32 unit = (disk->sector_size >> SECTOR_SHIFT) - 1;

	if (!disk_can_discard(disk))
		return -EOPNOTSUPP;
	if (disk_readonly(disk))
		return -EROFS;
	if (!sectors || ((sector | sectors) & unit))
		return -EINVAL;
	if (sector >= disk->sectors || sectors > disk->sectors - sector)
		return -EINVAL;
	return 0;
}

/* The length of the next command. */
static u64 next_part(const struct disk *disk, u64 sector, u64 sectors)
{
	const u32 most = disk->limits.max_discard;
	const u32 granularity = disk->limits.discard >> SECTOR_SHIFT;
	u32 over = 0;

	if (!most || sectors <= most)
		return sectors;
	if (granularity)
		(void)div_u64_rem(sector + most, granularity, &over);
	return over < most ? most - over : most;
}

static bool is_dead(struct disk *disk)
{
	unsigned long flags = spin_lock_irqsave(&disk->queue.lock);
	bool dead = disk->queue.dead;

	spin_unlock_irqrestore(&disk->queue.lock, flags);
	return dead;
}

int disk_discard(struct disk *disk, u64 sector, u64 *sectors)
{
	const s64 begun = clock_monotonic();
	int err = check(disk, sector, *sectors);
	unsigned long flags;

	if (!err && is_dead(disk))
		err = -ENXIO;
	if (err)
		return err;
	*sectors = next_part(disk, sector, *sectors);
	err = disk->ops->discard(disk, sector, *sectors);
	if (err)
		return err;
	flags = spin_lock_irqsave(&disk->queue.lock);
	stats_discarded(disk, sector + *sectors, *sectors, begun, clock_monotonic());
	spin_unlock_irqrestore(&disk->queue.lock, flags);
	return 0;
}
