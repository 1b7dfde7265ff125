/*
 * swap_map.c - where the slots of an area lie on its disk.
 *
 * A partition is one extent. A file's blocks are asked for once, by swapon(), which keeps the file
 * from being shortened or written; from then on its pages go straight to the disk. A page of it
 * whose blocks do not lie together is marked bad.
 */
#include "swap.h"
#include <kernel/blockfile.h>
#include <kernel/errno.h>
#include <kernel/slab.h>

u64 swap_slot_sector(const struct swap_area *area, u32 slot, u32 *run)
{
	unsigned int low = 0, high = area->extent_count;
	const struct swap_extent *e;

	while (high - low > 1) {
		unsigned int mid = (low + high) / 2;

		if (area->extents[mid].slot <= slot)
			low = mid;
		else
			high = mid;
	}
	e = &area->extents[low];
	ASSERT(slot >= e->slot && slot - e->slot < e->count);
	*run = e->count - (slot - e->slot);
	return e->sector + (u64)(slot - e->slot) * SECTORS_PER_PAGE;
}

int swap_map_device(struct swap_area *area)
{
	area->extents = kmalloc(sizeof(*area->extents), GFP_KERNEL);
	if (!area->extents)
		return -ENOMEM;
	area->extents[0] = (struct swap_extent){ 0, area->slots.count, area->bdev->start };
	area->extent_count = 1;
	return 0;
}

/* Joins the page to the last extent, or begins another. */
static int add_page(struct swap_area *area, u32 slot, u64 sector)
{
	struct swap_extent *last = area->extents, *more;
	unsigned int n = area->extent_count;

	if (n) {
		last += n - 1;
		if (last->slot + last->count == slot &&
		    last->sector + (u64)last->count * SECTORS_PER_PAGE == sector) {
			last->count++;
			return 0;
		}
	}
	if (!(n & (n - 1))) {
		more = krealloc(area->extents, max(2 * n, 1u) * sizeof(*more), GFP_KERNEL);
		if (!more)
			return -ENOMEM;
		area->extents = more;
	}
	area->extents[area->extent_count++] = (struct swap_extent){ slot, 1, sector };
	return 0;
}

/* The sector of a page, *sector 0 when its blocks lie apart; -EINVAL: a hole. */
static int find_page(struct inode *inode, u32 page, u64 *sector)
{
	const struct blockfile *bf = inode->data.private;
	u32 per_page = 1u << (PAGE_SHIFT - bf->block_bits);
	u64 first = 0, block;
	bool together = true;

	for (u32 i = 0; i < per_page; i++) {
		int err = blockfile_bmap(inode, (u64)page * per_page + i, &block);

		if (err)
			return err;
		if (!block)
			return -EINVAL;
		if (!i)
			first = block;
		together &= block == first + i;
	}
	*sector = together ? bf->bdev->start + (first << (bf->block_bits - SECTOR_SHIFT)) : 0;
	return 0;
}

int swap_map_file(struct swap_area *area, struct inode *inode, u32 pages)
{
	for (u32 slot = 0; slot < pages; slot++) {
		u64 sector;
		int err = find_page(inode, slot, &sector);

		if (!err && sector)
			err = add_page(area, slot, sector);
		else if (!err && slot)
			swap_slots_set_bad(&area->slots, slot);
		if (err)
			return err;
	}
	return 0;
}
