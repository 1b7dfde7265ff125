/*
 * discard.c - giving a device's sectors back to its disk, within the device's bounds.
 */
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/signal.h>
#include <kernel/task.h>

int blockdev_discard(struct block_device *b, u64 sector, u64 sectors)
{
	int err = 0;

	if (!disk_can_discard(b->disk))
		return -EOPNOTSUPP;
	if (blockdev_readonly(b))
		return -EPERM;
	if (!sectors || sector >= b->sectors || sectors > b->sectors - sector)
		return -EINVAL;
	while (!err && sectors) {
		u64 n = sectors;

		err = fatal_signal_pending(current) ? -EINTR
						    : disk_discard(b->disk, b->start + sector, &n);
		sector += n;
		sectors -= n;
	}
	return err;
}
