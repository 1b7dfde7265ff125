/*
 * session.c - which session of a disc is mounted. Each has a volume of its own, and the last one's
 * names all files that are still there: it is taken unless an option says otherwise.
 */
#include "iso9660_internal.h"
#include <kernel/printk.h>

int iso_find_session(const struct block_device *bdev, struct iso_options *o)
{
	struct disk *disk = bdev->disk;
	u32 block = 0;
	int err;

	if (o->sector_given)
		return 0;
	if (bdev->partno || !disk->ops->session_start)
		return o->session > 1 ? -EINVAL : 0; /* what is no CD has one */
	err = disk->ops->session_start(disk, o->session, &block);
	if (err && o->session) {
		pr_err("ISO 9660 on %s: the disc has no session %u with data\n", disk->name,
		       o->session - 1);
		return err == -ENOMEDIUM ? err : -EINVAL;
	}
	/* A drive that cannot tell has the first, at least. */
	o->first_sector = err ? 0 : block;
	return 0;
}
