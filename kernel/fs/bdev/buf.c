/*
 * buf.c - buffers: parts of the pages of a block device's cache.
 */
#include "bdev_internal.h"
#include "page_sectors.h"
#include <kernel/errno.h>
#include <kernel/errseq.h>

static bool beyond(const struct block_device *bdev, u64 block, unsigned int size)
{
	/* 2^50 blocks: beyond every device, and far from wrapping. */
	return block >= 1ull << 50 || block * size + size > bdev->sectors << SECTOR_SHIFT;
}

static void buf_init(struct buf *b, struct block_device *bdev, struct page *page, u64 byte,
		     unsigned int size)
{
	*b = (struct buf){ .page = page, .size = (u16)size, .bdev = bdev };
	b->offset = (u16)(byte & (PAGE_SIZE - 1));
	b->data = (char *)page_address(page) + b->offset;
}

/* What is in the cache, though perhaps not the rest of its page. */
static bool buf_find(struct block_device *bdev, u64 byte, unsigned int size, struct buf *b)
{
	const unsigned int want = sectors_of((unsigned int)(byte & (PAGE_SIZE - 1)), size);
	struct page *page = pagecache_find(&bdev->inode->data, (unsigned long)(byte >> PAGE_SHIFT));

	if (!page)
		return false;
	if ((page_uptodate_sectors(page) & want) == want) {
		buf_init(b, bdev, page, byte, size);
		return true;
	}
	page_put(page);
	return false;
}

int buf_read(struct block_device *bdev, u64 block, unsigned int size, struct buf *b)
{
	u64 byte = block * size;
	struct page *page;

	if (beyond(bdev, block, size))
		return -EINVAL;
	if (buf_find(bdev, byte, size, b))
		return 0;
	page = pagecache_read(&bdev->inode->data, (unsigned long)(byte >> PAGE_SHIFT));
	/* A bad sector elsewhere in the page is no matter. */
	if (IS_ERR(page))
		return PTR_ERR(page) == -EIO && buf_find(bdev, byte, size, b) ? 0
									      : (int)PTR_ERR(page);
	buf_init(b, bdev, page, byte, size);
	return 0;
}

int buf_get_new(struct block_device *bdev, u64 block, unsigned int size, struct buf *b)
{
	struct mapping *m = &bdev->inode->data;
	u64 byte = block * size;
	struct page *page;
	bool created;

	if (beyond(bdev, block, size))
		return -EINVAL;
	/* A part of a sector of the medium cannot be new. */
	if (size < bdev->disk->sector_size)
		return buf_read(bdev, block, size, b);
	page = pagecache_get(m, (unsigned long)(byte >> PAGE_SHIFT), &created);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (!created)
		page_lock(page); /* a read under way would overwrite it */
	buf_init(b, bdev, page, byte, size);
	page_set_uptodate_sectors(page, sectors_of(b->offset, size));
	if (page_uptodate_sectors(page) == SECTORS_ALL)
		page_set_flag(page, PG_UPTODATE);
	page_unlock(page);
	return 0;
}

void buf_dirty(struct buf *b)
{
	unsigned int unit = b->bdev->disk->sector_size, offset = b->offset & ~(unit - 1);
	unsigned int end = (b->offset + b->size + unit - 1) & ~(unit - 1);

	page_set_dirty_sectors(b->page, sectors_of(offset, end - offset));
	page_mark_dirty(b->page);
}

int buf_sync(struct buf *b)
{
	struct mapping *m = &b->bdev->inode->data;
	loff_t start = (loff_t)b->page->index << PAGE_SHIFT;

	return mapping_sync(m, start, start + (loff_t)PAGE_SIZE - 1);
}

void buf_put(struct buf *b)
{
	if (b->page)
		page_put(b->page);
	b->page = NULL;
}

void buf_forget(struct block_device *bdev, u64 block, unsigned int count, unsigned int size)
{
	u64 byte = block * size, end = byte + (u64)count * size;

	while (byte < end) {
		unsigned int offset = (unsigned int)(byte & (PAGE_SIZE - 1));
		unsigned int len = (unsigned int)min_t(u64, end - byte, PAGE_SIZE - offset);
		struct page *page =
			pagecache_find(&bdev->inode->data, (unsigned long)(byte >> PAGE_SHIFT));

		if (page) {
			page_clear_dirty_sectors(page, sectors_of(offset, len));
			/* An older state on its way would land after what is written next. */
			page_wait_writeback(page);
			page_put(page);
		}
		byte += len;
	}
}

void buf_read_ahead(struct block_device *bdev, u64 block, unsigned int count, unsigned int size)
{
	struct mapping *m = &bdev->inode->data;
	u64 first = (block * size) >> PAGE_SHIFT;
	u64 end = (min_t(u64, (block + count) * size, (u64)bdev->sectors << SECTOR_SHIFT) +
		   PAGE_SIZE - 1) >>
		  PAGE_SHIFT;

	if (first >= end)
		return;
	read_lock(&m->invalidate_lock);
	m->ops->read_ahead(m, (unsigned long)first, (unsigned long)(end - first));
	read_unlock(&m->invalidate_lock);
}
