/*
 * blockfile.h - the page cache of files whose contents lie in blocks of a block device: what ext2,
 * ISO 9660 and FAT share. A file system says where blocks are; reading ahead, joining neighbours to
 * large transfers, partial pages, holes and write-back are done here.
 *
 * A mapping of such a file has .ops = &blockfile_ops and .private = its struct blockfile. Pages
 * keep per-sector states in page->private (up to date, dirty), as block devices' do, so that a
 * sparse file with blocks smaller than a page stays sparse.
 *
 * Locking: map() is called with the page locked and may sleep. create is only asked for under
 * inode->lock (write) or from a store to a shared mapping, which holds invalidate_lock for reading;
 * the file system serialises its own block tables (RANK_FS_BLOCKS).
 */
#ifndef KERNEL_BLOCKFILE_H
#define KERNEL_BLOCKFILE_H

#include <kernel/blockdev.h>
#include <kernel/iov.h>
#include <kernel/pagecache.h>

struct block_extent {
	u64 block;  /* of the device, in file system blocks; 0: a hole */
	u32 count;  /* blocks in a row with the same nature, 1 .. max */
	bool fresh; /* just allocated: what the caller does not write must become zero */
};

struct blockfile {
	struct block_device *bdev;
	unsigned int block_bits; /* log2 of the block size, 9..12 */
	/*
	 * Where blocks [block, block + max) of the file are. create: holes are allocated (at least
	 * the first block), -ENOSPC, -EDQUOT, -EIO, -EFBIG.
	 */
	int (*map)(struct inode *inode, u64 block, u32 max, bool create, struct block_extent *out);
	/* Another way to get at a page's bytes, instead of map(): for compressed or inline data.
	 * NULL. */
	int (*fill)(struct inode *inode, struct page *page);
	/* mapping_ops.fill_gap, of files without holes. NULL. */
	int (*fill_gap)(struct inode *inode, loff_t pos);
};

extern const struct mapping_ops blockfile_ops;
extern const struct mapping_ops blockfile_readonly_ops; /* never dirty */

int blockfile_mmap(struct file *file, struct vma *vma); /* shared, writable ones included */
/* FIBMAP: the device block of a block of the file, 0 for a hole. */
int blockfile_bmap(struct inode *inode, u64 block, u64 *out);
/* FS_IOC_FIEMAP. Takes inode->lock. */
int blockfile_fiemap(struct inode *inode, void __user *arg);
/* SEEK_DATA, SEEK_HOLE by what map() says. inode->lock held. */
loff_t blockfile_seek(struct file *file, loff_t offset, int whence);
/* Before a file gets shorter or is extended over its last block: zeroes from `size` to the end of
 * its block in the cache, as dirty. 0 or -errno. */
int blockfile_zero_tail(struct inode *inode, loff_t size);

/* After the size grew from `old`: stores by older mappings into the page that the old end is in
 * reach the disk. */
void blockfile_grown(struct inode *inode, loff_t old);

/*
 * O_DIRECT. Address, length and position have to be multiples of the medium's sectors, each piece
 * of a vector by itself, else -EINVAL is for the caller to answer.
 */
bool blockfile_direct_ok(const struct file *file, const struct iov_iter *it, loff_t pos);
/* Up to the file's end. A file system holds inode->lock. */
ssize_t blockfile_direct_read(struct file *file, struct iov_iter *to, loff_t *pos);
/* What lies in blocks that the file has. It stops before a hole, the end, or pages that somebody
 * uses: then from->count is not 0 and blockfile_write_through() has to write the rest. */
ssize_t blockfile_direct_write(struct file *file, struct iov_iter *from, loff_t *pos);
/* Writes by the cache, then the cache to the disk, and drops what it can. */
ssize_t blockfile_write_through(struct file *file, struct iov_iter *from, loff_t *pos,
				ssize_t (*write)(struct file *file, struct iov_iter *from,
						 loff_t *pos));

#endif
