/*
 * blockdev.h - block devices as files and file systems see them: a disk or a partition with a page
 * cache, and buffers, which are views of that cache.
 *
 * A block_device is found by its number and opened; two openings share one object and one cache. A
 * file system (or swap, or O_EXCL) opens with a holder, and no second holder gets in (-EBUSY).
 *
 * The cache's pages are 4 KB and in the direct map. Each keeps, in page->private, which of its
 * eight sectors are up to date and which are dirty (page_sectors.h); a buffer of 512 to 4096 bytes
 * is a part of one page, and write-back writes dirty sectors only. So metadata may share a page
 * with blocks that belong to some file's cache: the device's copy of those is never written.
 *
 * Locking: disk.part_lock (RANK_DISK) for openings and holders. A buffer's contents are
 * the file system's to serialise; buf_* themselves may sleep (they read) but for buf_dirty() and
 * buf_put().
 */
#ifndef KERNEL_BLOCKDEV_H
#define KERNEL_BLOCKDEV_H

#include <kernel/block.h>
#include <kernel/fs.h>

struct block_device {
	u32 devnum;
	struct disk *disk;
	u32 partno;	     /* 0: the whole disk */
	u64 start, sectors;  /* 512 bytes; of the partition */
	struct inode *inode; /* whose mapping is the cache; i_size is the device's */
	u32 block_size;	     /* BLKBSZGET; only a number that programs ask for */
	unsigned int openings;
	const void *holder; /* who has it for itself, or NULL */
	unsigned int holds; /* how often the same holder opened it */
	bool readonly;	    /* a partition by BLKROSET; ask blockdev_readonly() */
	struct hlist_node hash_node;
	struct refcount refs;
};

/* The number of a device node by path; 0, what path look-up says, -ENOTBLK, -EACCES (nodev). */
int blockdev_resolve(const char *path, u32 *devnum);
/*
 * mode: FMODE_READ | FMODE_WRITE. holder: NULL or whose it is (a super block, the swap area).
 * ERR_PTR: -ENXIO (no such device), -EBUSY, -ENOMEDIUM, -EROFS.
 */
struct block_device *blockdev_open(u32 devnum, u32 mode, const void *holder);
/* Writes the cache back on the last close of a writer. */
void blockdev_close(struct block_device *bdev, u32 mode, const void *holder);
/* It cannot be written, or nobody wants it written. */
static inline bool blockdev_readonly(const struct block_device *bdev)
{
	return bdev->readonly || disk_readonly(bdev->disk);
}
/* Whether `holder` has it for itself or could: nobody else has it, the disk around it, or a
 * partition in it. part_lock held. */
bool blockdev_may_hold(const struct block_device *bdev, const void *holder);
/* Forgets every clean page; dirty ones are written first. BLKFLSBUF. */
int blockdev_flush_cache(struct block_device *bdev);
/* Every open device's cache, and every drive's. */
void blockdev_sync_all(void);
/* What all devices have cached as such, in pages: "Buffers". */
unsigned long blockdev_cached_pages(void);
struct volume_id;
/* What is on that range of a disk (kernel/block/volume_id.h); false: unknown. */
bool blockdev_identify(struct disk *disk, u64 start, u64 sectors, struct volume_id *id);
/* Dirty pages and then the drive's cache: 0 or the first error. */
int blockdev_sync(struct block_device *bdev);
/* disk_discard() of sectors of the device, all of them; -EINTR: a fatal signal came between two
 * commands, -EPERM: it is read-only. */
int blockdev_discard(struct block_device *bdev, u64 sector, u64 sectors);
/* The device number that root=, resume=, mount by name mean: "/dev/hda1", "hda1", "0301",
 * "LABEL=", "UUID=", "PARTUUID="; 0: none (yet). */
u32 blockdev_find_name(const char *name);
/* "hda1", "loop0p1", for messages. */
void blockdev_name(const struct block_device *bdev, char *buf, size_t size);

/* ---- buffers ---- */
struct buf {
	struct page *page; /* referenced */
	void *data;
	u16 offset, size; /* in the page */
	struct block_device *bdev;
};
/* block counts in units of size (512..4096, a power of two). 0, -EIO, -ENOMEM, -EINVAL (beyond). */
int buf_read(struct block_device *bdev, u64 block, unsigned int size, struct buf *b);
/* Without reading: for a block that the caller fills whole. Contents undefined; then buf_dirty().
 */
int buf_get_new(struct block_device *bdev, u64 block, unsigned int size, struct buf *b);
/* Changed: will be written. */
void buf_dirty(struct buf *b);
/* Writes it now if it is dirty, and waits. */
int buf_sync(struct buf *b);
void buf_put(struct buf *b);
/* The blocks were freed and may become data: what the cache has of them must not be written. */
void buf_forget(struct block_device *bdev, u64 block, unsigned int count, unsigned int size);
/* Starts reading. */
void buf_read_ahead(struct block_device *bdev, u64 block, unsigned int count, unsigned int size);

#endif
