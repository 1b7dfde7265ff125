/*
 * page_sectors.h - what page->private of a page of blocks says: which of its eight sectors are up
 * to date and which are dirty, and how many reads and how many writes of pieces are under way. They
 * are counted apart: what is missing in a page is read while its dirty sectors are being written,
 * and the end of one is not the end of the other.
 *
 * A page with PG_UPTODATE is up to date as a whole whatever the bits say. Bits are set with atomic
 * operations; PG_DIRTY is set after a dirty bit and cleared before the bits are taken for writing,
 * so no dirty sector is ever forgotten.
 */
#ifndef PAGE_SECTORS_H
#define PAGE_SECTORS_H

#include <kernel/atomic.h>
#include <kernel/block.h>

#define SECTORS_ALL		0xffu
#define PAGE_UPTODATE_SHIFT	0u
#define PAGE_DIRTY_SHIFT	8u
#define PAGE_TRANSFER_SHIFT(op) ((op) == BIO_READ ? 16u : 24u)
#define PAGE_TRANSFERS		0xffu /* of either kind: a piece is at least a sector */

/* The bits of the sectors that bytes [offset, offset + len) touch. */
static inline unsigned int sectors_of(unsigned int offset, unsigned int len)
{
	unsigned int first = offset >> SECTOR_SHIFT, end;

	end = (offset + len + SECTOR_SIZE - 1) >> SECTOR_SHIFT;
	return ((1u << end) - 1) & ~((1u << first) - 1);
}

static inline unsigned int page_uptodate_sectors(const struct page *page)
{
	if (page_test_flag(page, PG_UPTODATE))
		return SECTORS_ALL;
	return (unsigned int)(READ_ONCE(page->private) >> PAGE_UPTODATE_SHIFT) & SECTORS_ALL;
}

static inline void page_set_uptodate_sectors(struct page *page, unsigned int sectors)
{
	arch_atomic_or(&page->private, (unsigned long)sectors << PAGE_UPTODATE_SHIFT);
}

static inline unsigned int page_dirty_sectors(const struct page *page)
{
	return (unsigned int)(READ_ONCE(page->private) >> PAGE_DIRTY_SHIFT) & SECTORS_ALL;
}

static inline void page_set_dirty_sectors(struct page *page, unsigned int sectors)
{
	arch_atomic_or(&page->private, (unsigned long)sectors << PAGE_DIRTY_SHIFT);
}

static inline void page_clear_dirty_sectors(struct page *page, unsigned int sectors)
{
	arch_atomic_and(&page->private, ~((unsigned long)sectors << PAGE_DIRTY_SHIFT));
}

/* Transfers: the last one of its kind to end finishes that kind. */
static inline void page_transfer_begin(struct page *page, enum bio_op op)
{
	arch_xadd((int *)&page->private, 1 << PAGE_TRANSFER_SHIFT(op));
}

static inline bool page_transfer_end(struct page *page, enum bio_op op)
{
	unsigned int shift = PAGE_TRANSFER_SHIFT(op);
	unsigned int old = (unsigned int)arch_xadd((int *)&page->private, -(1 << shift));

	return (old >> shift & PAGE_TRANSFERS) == 1;
}

#endif
