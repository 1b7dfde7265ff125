/*
 * ramdisk.c - /dev/ram0 ..: disks in memory, of ramdisk_size= KB each (4096), as Linux's.
 *
 * A page of a disk exists once something was written to it; others read as zeros. The pages are
 * never given back: a RAM disk is asked for by whoever writes to it.
 *
 * Locking: ram.lock guards the table of pages and their contents.
 */
#include "block_internal.h"
#include <kernel/slab.h>

#define RAM_MAJOR   1u
#define RAM_DISKS   4u
#define RAM_SIZE_KB 4096u

struct ram {
	struct disk disk;
	struct mutex lock;
	struct page **pages;
};

static struct page *page_at(struct ram *r, u64 sector, bool create)
{
	unsigned long index = (unsigned long)(sector / SECTORS_PER_PAGE);

	if (!r->pages[index] && create)
		r->pages[index] = page_alloc(GFP_USER | GFP_ZERO, 0);
	return r->pages[index];
}

static void copy_bytes(struct page *to, unsigned int to_offset, struct page *from,
		       unsigned int from_offset, unsigned int len)
{
	char *d = kmap_local(to);
	char *s = from ? kmap_local(from) : NULL;

	if (s)
		memcpy(d + to_offset, s + from_offset, len);
	else
		memset(d + to_offset, 0, len);
	if (s)
		kunmap_local(s);
	kunmap_local(d);
}

static int serve_piece(struct ram *r, bool write, const struct bio_vec *v, u64 sector)
{
	for (unsigned int at = 0; at < v->len; at += SECTOR_SIZE, sector++) {
		unsigned int offset = (unsigned int)(sector % SECTORS_PER_PAGE) << SECTOR_SHIFT;
		struct page *page = page_at(r, sector, write);

		if (write && !page)
			return -ENOSPC;
		if (write)
			copy_bytes(page, offset, v->page, v->offset + at, SECTOR_SIZE);
		else
			copy_bytes(v->page, v->offset + at, page, offset, SECTOR_SIZE);
	}
	return 0;
}

static int submit(struct disk *disk, struct bio *bio)
{
	struct ram *r = disk->private;
	u64 sector = bio->sector;
	int err = 0;

	mutex_lock(&r->lock);
	for (unsigned int i = 0; i < bio->vecs && !err; i++) {
		err = serve_piece(r, bio->op == BIO_WRITE, &bio->vec[i], sector);
		sector += bio->vec[i].len >> SECTOR_SHIFT;
	}
	mutex_unlock(&r->lock);
	return err;
}

static const struct disk_ops ram_ops = { .submit = submit };

static int ram_create(unsigned int n, u32 kb)
{
	struct ram *r = kzalloc(sizeof(*r), GFP_KERNEL);
	unsigned long pages = (kb + 3) / 4;
	char name[16];

	if (!r)
		return -ENOMEM;
	r->pages = vmalloc(pages * sizeof(*r->pages));
	if (!r->pages) {
		kfree(r);
		return -ENOMEM;
	}
	memset(r->pages, 0, pages * sizeof(*r->pages));
	mutex_init(&r->lock, RANK_MUTEX_LEAF, "ramdisk");
	snprintf(name, sizeof(name), "ram%u", n);
	disk_init(&r->disk, name, RAM_MAJOR, n, 1);
	r->disk.sectors = (u64)pages * SECTORS_PER_PAGE;
	r->disk.flags = DISK_VIRTUAL | DISK_SOLID | DISK_NO_PARTS;
	r->disk.ops = &ram_ops;
	r->disk.private = r;
	return disk_add(&r->disk);
}

static int ramdisk_init(void)
{
	u32 kb = cmdline_get_uint("ramdisk_size", RAM_SIZE_KB);
	int err = blkdev_register_major(RAM_MAJOR, "ramdisk");

	if (!kb || kb > 1u << 20)
		kb = RAM_SIZE_KB;
	for (unsigned int i = 0; err >= 0 && i < RAM_DISKS; i++)
		err = ram_create(i, kb);
	return err < 0 ? err : 0;
}
INIT_CALL(INIT_DRIVER, ramdisk_init);
