/*
 * direct.c - O_DIRECT: reading and writing past the page cache, of block devices and of files in
 * blocks.
 *
 * Data goes through pages of its own, not the program's: an old controller could not reach every
 * page, and a program could change its own meanwhile. What the cache has of the range is written
 * before; a write also takes it out of the cache, and out of everybody's mappings, and keeps it out
 * (invalidate_lock) until the disk has the new contents. What cannot be taken out, because somebody
 * uses it at that moment, is left to a write through the cache.
 */
#include "bdev_internal.h"
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/pagecache.h>

#define DIRECT_PAGES 32u
#define DIRECT_ALIGN 512u /* of the addresses in memory, as Linux wants it of drives */

struct direct {
	struct mapping *m;
	struct blockfile *bf;
	enum bio_op op;
	struct page *page[DIRECT_PAGES];
	unsigned int pages;
};

bool blockfile_direct_ok(const struct file *file, const struct iov_iter *it, loff_t pos)
{
	const struct blockfile *bf = file->mapping->private;
	const u32 mask = bf->bdev->disk->sector_size - 1;

	return !(((u32)pos | it->count) & mask) && !iov_misaligned(it, DIRECT_ALIGN - 1, mask);
}

/* ---- pages ---- */
static void pages_free(struct direct *d)
{
	while (d->pages)
		page_put(d->page[--d->pages]);
}

static int pages_alloc(struct direct *d, size_t len)
{
	unsigned int want =
		(unsigned int)min_t(size_t, (len + PAGE_SIZE - 1) >> PAGE_SHIFT, DIRECT_PAGES);

	while (d->pages < want) {
		struct page *page = page_alloc(GFP_USER | GFP_NORETRY, 0);

		if (!page)
			return d->pages ? 0 : -ENOMEM;
		d->page[d->pages++] = page;
	}
	return 0;
}

static size_t copy(struct direct *d, struct iov_iter *it, size_t len)
{
	size_t done = 0;

	for (unsigned int i = 0; done < len; i++) {
		size_t n = min_t(size_t, len - done, PAGE_SIZE), moved;

		moved = d->op == BIO_READ ? iov_copy_page_to(it, d->page[i], 0, n)
					  : iov_copy_page_from(it, d->page[i], 0, n);
		done += moved;
		if (moved < n)
			break;
	}
	return done;
}

/* ---- the disk ---- */
struct run {
	u64 sector;
	size_t bytes;
	bool hole;
};

/* Where [pos, pos + len) begins, and how far it goes on like that. */
static int find_run(const struct direct *d, loff_t pos, size_t len, struct run *r)
{
	const struct blockfile *bf = d->bf;
	const unsigned int bits = bf->block_bits, in = (u32)pos & ((1u << bits) - 1);
	struct block_extent ext = { .block = (u64)pos >> bits };
	int err;

	*r = (struct run){ .bytes = len };
	if (bf->map) {
		const u32 max = (u32)((in + len + (1u << bits) - 1) >> bits);

		err = bf->map(d->m->host, (u64)pos >> bits, max, false, &ext);
		if (err)
			return err;
		r->hole = !ext.block;
		r->bytes = (size_t)min_t(u64, len, ((u64)ext.count << bits) - in);
	}
	r->sector = bf->bdev->start + (ext.block << (bits - SECTOR_SHIFT)) + (in >> SECTOR_SHIFT);
	return 0;
}

static int transfer(struct direct *d, u64 sector, size_t len)
{
	struct bio *bio = bio_alloc(d->bf->bdev->disk, d->op, d->pages, GFP_KERNEL);
	int err;

	if (!bio)
		return -ENOMEM;
	bio->sector = sector;
	for (unsigned int i = 0; len; i++) {
		unsigned int n = (unsigned int)min_t(size_t, len, PAGE_SIZE);

		bio_add(bio, d->page[i], 0, n);
		len -= n;
	}
	err = bio_submit_wait(bio);
	bio_free(bio);
	return err;
}

/* How much of the transfer is inside the file and has pages. */
static size_t part(const struct direct *d, const struct iov_iter *it, loff_t pos)
{
	const size_t room = min_t(size_t, it->count, d->pages << PAGE_SHIFT);

	return (size_t)min_t(u64, room, (u64)(d->m->host->size - pos));
}

/* ---- reading ---- */
static ssize_t read_run(struct direct *d, struct iov_iter *to, loff_t pos)
{
	const u32 mask = d->bf->bdev->disk->sector_size - 1;
	const size_t want = part(d, to, pos);
	struct run r;
	size_t n;
	int err = find_run(d, pos, (want + mask) & ~(size_t)mask, &r);

	if (err)
		return err;
	n = min(want, r.bytes);
	if (!r.hole)
		err = transfer(d, r.sector, (n + mask) & ~(size_t)mask);
	if (err)
		return err;
	n = r.hole ? iov_zero(to, n) : copy(d, to, n);
	return n ? (ssize_t)n : -EFAULT;
}

/* ---- writing ---- */
/* Bytes; 0: the cache has to do it. */
static ssize_t write_run(struct direct *d, struct iov_iter *from, loff_t pos)
{
	const size_t want = part(d, from, pos);
	struct run r;
	int err = find_run(d, pos, want & ~(size_t)(d->bf->bdev->disk->sector_size - 1), &r);
	ssize_t n;

	if (err || r.hole || !r.bytes)
		return err;
	if (copy(d, from, r.bytes) < r.bytes)
		return -EFAULT;
	write_lock(&d->m->invalidate_lock);
	if (mapping_take_out(d->m, (unsigned long)(pos >> PAGE_SHIFT),
			     (unsigned long)((pos + (loff_t)r.bytes - 1) >> PAGE_SHIFT))) {
		err = transfer(d, r.sector, r.bytes);
		n = err ? err : (ssize_t)r.bytes;
	} else {
		n = 0;
	}
	write_unlock(&d->m->invalidate_lock);
	if (n <= 0)
		iov_revert(from, r.bytes);
	return n;
}

/* ---- both ---- */
static ssize_t direct(struct file *file, struct iov_iter *it, loff_t *pos, enum bio_op op)
{
	struct direct d = { .m = file->mapping, .bf = file->mapping->private, .op = op };
	const loff_t size = d.m->host->size;
	ssize_t n = 0, done = 0;
	int err;

	if (!it->count || *pos >= size)
		return 0;
	err = mapping_sync(d.m, *pos, *pos + (loff_t)it->count - 1);
	if (!err)
		err = pages_alloc(&d, it->count);
	while (!err && it->count && *pos < size) {
		n = op == BIO_READ ? read_run(&d, it, *pos) : write_run(&d, it, *pos);
		if (n <= 0)
			break;
		*pos += n;
		done += n;
	}
	pages_free(&d);
	return done ? done : err ? err : n;
}

ssize_t blockfile_direct_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	return direct(file, to, pos, BIO_READ);
}

ssize_t blockfile_direct_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	return direct(file, from, pos, BIO_WRITE);
}

ssize_t blockfile_write_through(struct file *file, struct iov_iter *from, loff_t *pos,
				ssize_t (*write)(struct file *file, struct iov_iter *from,
						 loff_t *pos))
{
	ssize_t n = write(file, from, pos);
	int err;

	if (n <= 0)
		return n;
	err = mapping_sync(file->mapping, *pos - n, *pos - 1);
	if (err)
		return err;
	mapping_drop_clean(file->mapping, (unsigned long)((*pos - n) >> PAGE_SHIFT),
			   (unsigned long)((*pos - 1) >> PAGE_SHIFT));
	return n;
}
