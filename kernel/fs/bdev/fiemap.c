/*
 * fiemap.c - FS_IOC_FIEMAP for files in blocks, by map().
 *
 * An extent is told when the next one is known, as the last one of the range is marked.
 */
#include <abi/fiemap.h>
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/uaccess.h>

#define MAP_BLOCKS (1u << 20) /* asked for at once */

struct listing {
	struct abi_fiemap head;
	struct abi_fiemap_extent __user *out;
	struct abi_fiemap_extent last; /* not told yet; length 0: none */
};

#define LIST_FULL 1

/* 0, LIST_FULL, -EFAULT. */
static int tell(struct listing *l, u32 flags)
{
	if (!l->last.length)
		return 0;
	l->last.flags = flags | FIEMAP_EXTENT_MERGED;
	if (!l->head.extent_count) {
		l->head.mapped_extents++;
		return 0;
	}
	if (l->head.mapped_extents == l->head.extent_count)
		return LIST_FULL;
	if (copy_to_user(&l->out[l->head.mapped_extents++], &l->last, sizeof(l->last)))
		return -EFAULT;
	return l->head.mapped_extents == l->head.extent_count ? LIST_FULL : 0;
}

/* inode->lock held. Blocks [block, end). */
static int list_blocks(struct inode *inode, struct listing *l, u64 block, u64 end)
{
	const struct blockfile *bf = inode->mapping->private;
	int err = 0;

	while (!err && block < end) {
		struct block_extent ext = { .count = 1 };

		err = bf->map(inode, block, (u32)min_t(u64, end - block, MAP_BLOCKS), false, &ext);
		if (err)
			break;
		if (ext.block) {
			err = tell(l, 0);
			l->last =
				(struct abi_fiemap_extent){ .logical = block << bf->block_bits,
							    .physical = ext.block << bf->block_bits,
							    .length = (u64)ext.count
								      << bf->block_bits };
		}
		block += ext.count;
	}
	if (!err)
		err = tell(l, FIEMAP_EXTENT_LAST);
	return err == LIST_FULL ? 0 : err;
}

static int check(struct inode *inode, struct abi_fiemap *h)
{
	const u64 max = (u64)inode->sb->max_bytes;
	const u32 unknown = h->flags & ~(FIEMAP_FLAG_SYNC | FIEMAP_FLAG_CACHE);

	h->mapped_extents = 0;
	h->flags &= ~FIEMAP_FLAG_CACHE;
	if (!h->length)
		return -EINVAL;
	if (h->start >= max)
		return -EFBIG;
	if (unknown) {
		h->flags = unknown;
		return -EBADR;
	}
	return h->flags & FIEMAP_FLAG_SYNC ? mapping_sync(inode->mapping, 0, LLONG_MAX) : 0;
}

static int list_range(struct inode *inode, struct listing *l)
{
	const struct blockfile *bf = inode->mapping->private;
	const u64 start = l->head.start;
	u64 end;
	int err;

	mutex_lock(&inode->lock);
	end = (u64)inode->size;
	if (start < end && l->head.length < end - start)
		end = start + l->head.length;
	err = start < end ? list_blocks(inode, l, start >> bf->block_bits,
					(end + (1u << bf->block_bits) - 1) >> bf->block_bits)
			  : 0;
	mutex_unlock(&inode->lock);
	return err;
}

int blockfile_fiemap(struct inode *inode, void __user *arg)
{
	struct abi_fiemap __user *user = arg;
	struct listing l = { .out = user->extents };
	struct abi_fiemap asked;
	int err;

	if (copy_from_user(&asked, user, sizeof(asked)))
		return -EFAULT;
	if (asked.extent_count > UINT_MAX / sizeof(struct abi_fiemap_extent))
		return -EINVAL;
	l.head = asked;
	err = check(inode, &l.head);
	if (!err)
		err = list_range(inode, &l);
	if (copy_to_user(user, &l.head, sizeof(l.head)))
		err = -EFAULT;
	return err;
}
