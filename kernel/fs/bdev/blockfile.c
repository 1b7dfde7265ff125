/*
 * blockfile.c - reading and writing the pages of files in blocks, and of block devices.
 *
 * A transfer is built run by run: as long as the next piece continues on the disk where the last
 * one ended, it joins the same bio. A page may need several runs; each counts in page->private, and
 * the last read to end unlocks the page, the last write ends its write-back.
 */
#include "bdev_internal.h"
#include "page_sectors.h"
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/printk.h>
#include <kernel/string.h>

#define BIO_VECS  64u
#define MAP_AHEAD 256u /* blocks that map() is asked for at once when reading ahead */

/* What map() last said, for the blocks that follow. */
struct place {
	u64 first;  /* file block */
	u32 count;  /* 0: nothing known */
	u64 sector; /* of the whole disk */
	bool hole, fresh;
};

static struct blockfile *blockfile_of(const struct mapping *m)
{
	return m->private;
}

static int find_place(struct mapping *m, u64 block, u32 max, bool create, struct place *p)
{
	struct blockfile *bf = blockfile_of(m);
	struct block_extent ext = { .count = max };
	int err;

	if (p->count && block >= p->first && block - p->first < p->count)
		return 0;
	p->count = 0;
	if (!bf->map) {
		ext.block = block;
	} else {
		err = bf->map(m->host, block, max, create, &ext);
		if (err)
			return err;
	}
	*p = (struct place){ .first = block,
			     .count = min(ext.count, max),
			     .sector = bf->bdev->start +
				       (ext.block << (bf->block_bits - SECTOR_SHIFT)),
			     .hole = bf->map && !ext.block,
			     .fresh = ext.fresh };
	return 0;
}

static u64 sector_in(const struct blockfile *bf, const struct place *p, u64 block)
{
	return p->sector + ((block - p->first) << (bf->block_bits - SECTOR_SHIFT));
}

/* How many bytes from `at` on in a page are one piece, with all of them wanted: they lie in a row.
 */
static unsigned int piece_len(const struct blockfile *bf, const struct place *p, u64 block,
			      unsigned int at, u64 end)
{
	u64 known = min_t(u64, p->first + p->count, end) - block;

	return (unsigned int)min_t(u64, known, (PAGE_SIZE - at) >> bf->block_bits)
	       << bf->block_bits;
}

/* ---- building bios ---- */
static struct bio *bio_begin(struct disk *disk, enum bio_op op, u64 sector, u32 flags,
			     void (*end)(struct bio *))
{
	struct bio *bio = bio_alloc(disk, op, BIO_VECS, GFP_KERNEL);

	if (!bio)
		bio = bio_alloc(disk, op, BIO_RESERVE_VECS, GFP_KERNEL);
	bio->sector = sector;
	bio->flags = flags;
	bio->end = end;
	return bio;
}

static void submit(struct bio **bio)
{
	if (*bio)
		bio_submit(*bio);
	*bio = NULL;
}

/* Adds a piece of a page; *bio is what is being built, or NULL. */
static void add_piece(struct bio **bio, struct disk *disk, enum bio_op op, u32 flags, u64 sector,
		      struct page *page, unsigned int offset, unsigned int len,
		      void (*end)(struct bio *))
{
	u32 max = disk_max_sectors(disk);
	unsigned int vecs;

	if (*bio && ((*bio)->sector + ((*bio)->bytes >> SECTOR_SHIFT) != sector ||
		     ((*bio)->bytes + len) >> SECTOR_SHIFT > max))
		submit(bio);
	vecs = *bio ? (*bio)->vecs : 0;
	if (!*bio || !bio_add(*bio, page, offset, len)) {
		submit(bio);
		*bio = bio_begin(disk, op, sector, flags, end);
		bio_add(*bio, page, offset, len);
		vecs = 0;
	}
	/* One that grew the last piece ends with it. */
	if ((*bio)->vecs != vecs)
		page_transfer_begin(page, op);
}

/* ---- reading ---- */
static void finish_read(struct page *page)
{
	if (!page_transfer_end(page, BIO_READ))
		return;
	if (page_uptodate_sectors(page) == SECTORS_ALL)
		page_set_flag(page, PG_UPTODATE);
	page_unlock(page);
}

static void read_ended(struct bio *bio)
{
	/* Who waits for the first page is to find the others unlocked too: one switch of tasks. */
	preempt_disable();
	for (unsigned int i = 0; i < bio->vecs; i++) {
		struct bio_vec *v = &bio->vec[i];

		if (!bio->error)
			page_set_uptodate_sectors(v->page, sectors_of(v->offset, v->len));
		else if (bio->error != -EAGAIN)
			page_set_flag(v->page, PG_ERROR);
		finish_read(v->page);
	}
	preempt_enable();
	bio_free(bio);
}

static void zero_block(struct page *page, unsigned int offset, unsigned int len)
{
	char *va = kmap_local(page);

	memset(va + offset, 0, len);
	kunmap_local(va);
	page_set_uptodate_sectors(page, sectors_of(offset, len));
}

/* Blocks of the file that hold anything. */
static u64 blocks_of_size(const struct mapping *m, unsigned int bits)
{
	return (u64)(m->host->size + (1ll << bits) - 1) >> bits;
}

/* The locked page's missing blocks; it is unlocked when the last has come. */
static int read_blocks(struct mapping *m, struct page *page, struct place *p, u32 ahead, u32 flags,
		       struct bio **bio)
{
	struct blockfile *bf = blockfile_of(m);
	unsigned int size = 1u << bf->block_bits, have = page_uptodate_sectors(page), len;
	u64 block = (u64)page->index << (PAGE_SHIFT - bf->block_bits);
	u64 end = blocks_of_size(m, bf->block_bits);
	int err = 0;

	page_transfer_begin(page, BIO_READ);
	for (unsigned int at = 0; at < PAGE_SIZE; at += len, block += len >> bf->block_bits) {
		unsigned int sectors = sectors_of(at, size);

		len = size;
		if ((have & sectors) == sectors)
			continue;
		if (block < end) {
			err = find_place(m, block, (u32)min_t(u64, ahead, end - block), false, p);
			if (err)
				break;
			if (!have)
				len = piece_len(bf, p, block, at, end);
		}
		if (block >= end || p->hole)
			zero_block(page, at, len);
		else
			add_piece(bio, bf->bdev->disk, BIO_READ, flags, sector_in(bf, p, block),
				  page, at, len, read_ended);
	}
	if (err)
		page_set_flag(page, PG_ERROR);
	finish_read(page);
	return err;
}

static int read_page(struct mapping *m, struct page *page)
{
	struct blockfile *bf = blockfile_of(m);
	struct place p = { .count = 0 };
	struct bio *bio = NULL;
	int err;

	if (bf->fill && (err = bf->fill(m->host, page)) != -EOPNOTSUPP) {
		page_set_flag(page, err ? PG_ERROR : PG_UPTODATE);
		page_unlock(page);
		return err;
	}
	err = read_blocks(m, page, &p, 1u << (PAGE_SHIFT - bf->block_bits), BIO_SYNC, &bio);
	submit(&bio);
	return err;
}

/* Each block by itself: a bad one costs no neighbour. */
static void read_apart(struct mapping *m, struct page *page)
{
	struct blockfile *bf = blockfile_of(m);
	unsigned int size = 1u << bf->block_bits, have = page_uptodate_sectors(page);
	u64 block = (u64)page->index << (PAGE_SHIFT - bf->block_bits);
	u64 end = blocks_of_size(m, bf->block_bits);

	page_transfer_begin(page, BIO_READ);
	for (unsigned int at = 0; at < PAGE_SIZE && block < end; at += size, block++) {
		struct place p = { .count = 0 };
		struct bio *bio = NULL;

		if ((have & sectors_of(at, size)) == sectors_of(at, size) ||
		    find_place(m, block, 1, false, &p) || p.hole)
			continue;
		add_piece(&bio, bf->bdev->disk, BIO_READ, BIO_SYNC, sector_in(bf, &p, block), page,
			  at, size, read_ended);
		submit(&bio);
	}
	finish_read(page);
}

static void read_ahead(struct mapping *m, unsigned long index, unsigned long count)
{
	struct disk *disk = blockfile_of(m)->bdev->disk;
	struct place p = { .count = 0 };
	struct bio *bio = NULL;

	if (blockfile_of(m)->fill)
		return;
	/* A scattered file's pieces are sorted before the first of them starts. */
	disk_plug(disk);
	for (unsigned long i = 0; i < count; i++) {
		bool created;
		struct page *page = pagecache_get(m, index + i, &created);
		int err = 0;

		if (IS_ERR(page))
			break;
		if (created)
			err = read_blocks(m, page, &p, MAP_AHEAD, BIO_AHEAD, &bio);
		page_put(page);
		if (err)
			break;
	}
	submit(&bio);
	disk_unplug(disk);
}

/* ---- writing back ---- */
static void finish_write(struct page *page)
{
	if (page_transfer_end(page, BIO_WRITE))
		page_end_writeback(page);
}

static void write_ended(struct bio *bio)
{
	struct mapping *m = bio->vec[0].page->mapping;

	if (bio->error)
		pr_err("%s: of the %u bytes from sector %llu on, some could not be written\n",
		       bio->disk->name, bio->bytes, (unsigned long long)bio->sector);
	for (unsigned int i = 0; i < bio->vecs; i++) {
		struct page *page = bio->vec[i].page;

		if (bio->error)
			mapping_set_error(m, bio->error == -ENOSPC ? -ENOSPC : -EIO);
		finish_write(page);
	}
	bio_free(bio);
}

/* What a mapping may have stored beyond the file's end must not reach the disk. */
static void zero_beyond(struct mapping *m, struct page *page)
{
	loff_t start = (loff_t)page->index << PAGE_SHIFT, size = m->host->size;
	char *va;

	if (size <= start || size - start >= (loff_t)PAGE_SIZE)
		return;
	va = kmap_local(page);
	memset(va + (size - start), 0, PAGE_SIZE - (size_t)(size - start));
	kunmap_local(va);
}

static int write_page(struct mapping *m, struct page *page, void **batch)
{
	struct blockfile *bf = blockfile_of(m);
	unsigned int size = 1u << bf->block_bits, dirty = page_dirty_sectors(page), len;
	u64 block = (u64)page->index << (PAGE_SHIFT - bf->block_bits);
	u64 end = blocks_of_size(m, bf->block_bits);
	struct place p = { .count = 0 };
	struct bio *bio = *batch;
	int err = 0;

	page_clear_dirty_sectors(page, dirty);
	zero_beyond(m, page);
	page_transfer_begin(page, BIO_WRITE);
	for (unsigned int at = 0; at < PAGE_SIZE && block < end;
	     at += len, block += len >> bf->block_bits) {
		len = size;
		if (!(dirty & sectors_of(at, size)))
			continue;
		err = find_place(m, block, (PAGE_SIZE - at) >> bf->block_bits, false, &p);
		if (!err && p.hole) {
			p.count = 0;
			err = find_place(m, block, 1, true, &p);
		}
		if (err)
			break;
		if (dirty == SECTORS_ALL)
			len = piece_len(bf, &p, block, at, end);
		add_piece(&bio, bf->bdev->disk, BIO_WRITE, 0, sector_in(bf, &p, block), page, at,
			  len, write_ended);
	}
	finish_write(page);
	*batch = bio;
	return err;
}

static void write_flush(struct mapping *m, void **batch)
{
	struct bio *bio = *batch;

	submit(&bio);
	*batch = NULL;
}

/* ---- before the cache is written to ---- */
/* Blocks that the file has got, of a write that cannot go on: on the disk is what somebody left
 * there, in the file are zeros. */
static void keep_fresh(struct page *page, unsigned int sectors, unsigned int bits)
{
	if (!sectors)
		return;
	for (unsigned int at = 0; at < PAGE_SIZE; at += 1u << bits)
		if ((sectors & sectors_of(at, 1u << bits)) && !page_test_flag(page, PG_UPTODATE))
			zero_block(page, at, 1u << bits);
	page_set_dirty_sectors(page, sectors);
	page_mark_dirty(page);
}

static int fill_gap(struct mapping *m, loff_t pos)
{
	const struct blockfile *bf = blockfile_of(m);

	return bf->fill_gap ? bf->fill_gap(m->host, pos) : 0;
}

static int write_begin(struct mapping *m, struct page *page, unsigned int offset, unsigned int len)
{
	struct blockfile *bf = blockfile_of(m);
	unsigned int bits = bf->block_bits, first = offset >> bits,
		     last = (offset + len - 1) >> bits;
	u64 base = (u64)page->index << (PAGE_SHIFT - bits);
	struct place p = { .count = 0 };
	unsigned int fresh = 0;

	if (!len)
		return 0;
	for (unsigned int b = first; b <= last && bf->map; b++) {
		int err = find_place(m, base + b, last - b + 1, true, &p);

		if (err) {
			keep_fresh(page, fresh, bits);
			return err;
		}
		if (p.fresh)
			fresh |= sectors_of(b << bits, 1u << bits);
	}
	page_set_dirty_sectors(page, sectors_of(first << bits, (last - first + 1) << bits));
	return 0;
}

/* The locked page's blocks up to the file's end are there and dirty. */
static int begin_stores(struct mapping *m, struct page *page)
{
	const loff_t left = m->host->size - ((loff_t)page->index << PAGE_SHIFT);

	return page->mapping == m && left > 0
		       ? write_begin(m, page, 0, (unsigned int)min_t(loff_t, left, PAGE_SIZE))
		       : -EFAULT;
}

static enum fault_result make_writable(struct vma *vma, struct page *page)
{
	return begin_stores(vma->mapping, page) ? FAULT_BUS : FAULT_OK;
}

static const struct vm_ops shared_vm_ops = { .fault = filemap_fault,
					     .page_mkwrite = make_writable };

int blockfile_mmap(struct file *file, struct vma *vma)
{
	int err = generic_file_mmap(file, vma);

	if (!err)
		vma->ops = &shared_vm_ops;
	return err;
}

/*
 * A mapping that may be written to since before knows nothing of the blocks that the page has got.
 * It has to ask again, and what was stored there already is taken for dirty.
 */
void blockfile_grown(struct inode *inode, loff_t old)
{
	struct mapping *m = inode->mapping;
	const loff_t block = 1ll << blockfile_of(m)->block_bits;
	struct page *page;

	old = (old + block - 1) & -block;
	if (!(old & (loff_t)(PAGE_SIZE - 1)) || inode->size <= old || list_empty(&m->vmas))
		return;
	page = pagecache_find(m, (unsigned long)(old >> PAGE_SHIFT));
	if (!page)
		return;
	read_lock(&m->invalidate_lock);
	page_lock(page);
	if (atomic_read(&page->mapcount)) {
		mapping_unmap(m, page->index, 1, false);
		/* Without room the next store is told. */
		if (!begin_stores(m, page))
			page_mark_dirty(page);
	}
	page_unlock(page);
	read_unlock(&m->invalidate_lock);
	page_put(page);
}

int blockfile_zero_tail(struct inode *inode, loff_t size)
{
	struct mapping *m = inode->mapping;
	unsigned int bits = blockfile_of(m)->block_bits;
	unsigned int in_page = (unsigned int)(size & (loff_t)(PAGE_SIZE - 1));
	unsigned int end = (in_page + (1u << bits) - 1) & ~((1u << bits) - 1);
	struct place p = { .count = 0 };
	struct page *page;
	char *va;
	int err;

	if (in_page == end)
		return 0;
	err = find_place(m, (u64)size >> bits, 1, false, &p);
	if (err || p.hole)
		return err;
	page = pagecache_read(m, (unsigned long)(size >> PAGE_SHIFT));
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	page_lock(page);
	page_wait_writeback(page);
	va = kmap_local(page);
	memset(va + in_page, 0, end - in_page);
	kunmap_local(va);
	page_set_dirty_sectors(page, sectors_of(in_page & ~((1u << bits) - 1), 1u << bits));
	page_unlock(page);
	page_mark_dirty(page);
	page_put(page);
	return 0;
}

/* ---- questions ---- */
int blockfile_bmap(struct inode *inode, u64 block, u64 *out)
{
	struct blockfile *bf = blockfile_of(inode->mapping);
	struct block_extent ext = { .count = 1 };
	int err = bf->map ? bf->map(inode, block, 1, false, &ext) : -EINVAL;

	*out = err ? 0 : ext.block;
	return err;
}

loff_t blockfile_seek(struct file *file, loff_t offset, int whence)
{
	struct inode *inode = file->mapping->host;
	struct mapping *m = file->mapping;
	unsigned int bits = blockfile_of(m)->block_bits;
	u64 block = (u64)offset >> bits, end = blocks_of_size(m, bits);
	struct place p = { .count = 0 };
	int err;

	if (offset < 0 || offset >= inode->size)
		return -ENXIO;
	while (block < end) {
		err = find_place(m, block, (u32)min_t(u64, end - block, 1u << 20), false, &p);
		if (err)
			return err;
		if (p.hole == (whence == SEEK_HOLE))
			return max_t(loff_t, offset, (loff_t)(block << bits));
		block += p.count;
		p.count = 0;
	}
	return whence == SEEK_HOLE ? inode->size : -ENXIO;
}

/* BLKRASET of the disk. */
static unsigned long ahead_max(const struct mapping *m)
{
	const struct blockfile *bf = m->private;

	return bf->bdev->disk->read_ahead / SECTORS_PER_PAGE;
}

const struct mapping_ops blockfile_ops = {
	.read_page = read_page,
	.read_apart = read_apart,
	.read_ahead = read_ahead,
	.ahead_max = ahead_max,
	.write_page = write_page,
	.write_flush = write_flush,
	.fill_gap = fill_gap,
	.write_begin = write_begin,
};

const struct mapping_ops blockfile_readonly_ops = { .read_page = read_page,
						    .read_ahead = read_ahead,
						    .ahead_max = ahead_max };
