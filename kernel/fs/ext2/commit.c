/*
 * commit.c - writing all metadata as one state, and keeping what was freed out of use until then.
 *
 * There is no journal, so after a power cut the disk is a mixture of older and newer blocks. What
 * must not be in the mixture are two inodes that claim one block, or a name that leads to another
 * kind of file than it was made for: e2fsck cannot mend that by itself. So blocks and inode numbers
 * that were freed are not used again before the next commit has made the disk forget their former
 * owner (unless nothing else is left). A commit is made by sync, by fsync of a file with a new
 * name, and COMMIT_AGE after something was freed.
 *
 *   1  what was freed so far is set apart (now -> committing); later frees wait for the next one
 *   2  all changed inodes go into their buffers
 *   3  directories and pointer blocks are written, then all the rest
 *   4  what was set apart can be used again
 *
 * fs.commit_lock makes them one at a time; alloc_lock guards the maps.
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include <kernel/bitops.h>
#include <kernel/time.h>

#define COMMIT_AGE SEC(30)

/* alloc_lock held. Without memory for a map the group's blocks are just not kept out of use. */
void ext2_freed_note(struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit, u32 count)
{
	void **map = &fs->freed[kind].now[group];

	if (!*map)
		*map = kzalloc(fs->geo.block_size, GFP_KERNEL);
	if (!*map)
		return;
	ext2_bitmap_set(*map, bit, count);
	if (kind == EXT2_FREED_BLOCKS)
		fs->waiting += count;
	if (!fs->freed_since)
		fs->freed_since = clock_coarse_monotonic();
}

u32 ext2_freed_clear_run(const struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit,
			 u32 count)
{
	const void *now = fs->freed[kind].now[group],
		   *committing = fs->freed[kind].committing[group];

	if (now)
		count = ext2_bitmap_clear_at(now, bit + count, bit, count);
	if (committing && count)
		count = ext2_bitmap_clear_at(committing, bit + count, bit, count);
	return count;
}

u32 ext2_freed_skip(const struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit)
{
	const u32 bits = fs->geo.block_size * 8;
	const void *now = fs->freed[kind].now[group],
		   *committing = fs->freed[kind].committing[group];
	u32 at = now ? find_next_zero_bit(now, bits, bit) : bit;

	/* One of the maps is enough to get on. */
	if (at == bit && committing)
		at = find_next_zero_bit(committing, bits, bit);
	return max(at, bit + 1);
}

int ext2_freed_init(struct ext2_fs *fs)
{
	for (unsigned int i = 0; i < EXT2_FREED_KINDS; i++) {
		fs->freed[i].now = kcalloc(fs->geo.groups, sizeof(void *), GFP_KERNEL);
		fs->freed[i].committing = kcalloc(fs->geo.groups, sizeof(void *), GFP_KERNEL);
		if (!fs->freed[i].now || !fs->freed[i].committing)
			return -ENOMEM;
	}
	return 0;
}

static void drop_maps(const struct ext2_fs *fs, void **maps)
{
	for (u32 group = 0; maps && group < fs->geo.groups; group++) {
		kfree(maps[group]);
		maps[group] = NULL;
	}
}

void ext2_freed_end(struct ext2_fs *fs)
{
	for (unsigned int i = 0; i < EXT2_FREED_KINDS; i++) {
		drop_maps(fs, fs->freed[i].now);
		drop_maps(fs, fs->freed[i].committing);
		kfree(fs->freed[i].now);
		kfree(fs->freed[i].committing);
	}
}

static void set_apart(struct ext2_fs *fs)
{
	mutex_lock(&fs->alloc_lock);
	for (unsigned int i = 0; i < EXT2_FREED_KINDS; i++) {
		void **maps = fs->freed[i].committing;

		fs->freed[i].committing = fs->freed[i].now;
		fs->freed[i].now = maps;
	}
	fs->freed_since = 0;
	fs->committing += fs->waiting;
	fs->waiting = 0;
	mutex_unlock(&fs->alloc_lock);
}

/* After a failed write the disk may still know the former owners: then they wait on. */
static void release(struct ext2_fs *fs, bool written)
{
	mutex_lock(&fs->alloc_lock);
	for (unsigned int i = 0; i < EXT2_FREED_KINDS && written; i++)
		drop_maps(fs, fs->freed[i].committing);
	if (written)
		fs->committing = 0;
	mutex_unlock(&fs->alloc_lock);
}

static int encode_inode(struct inode *inode, void *arg)
{
	if (inode->flags & INODE_DIRTY) {
		inode->flags &= ~INODE_DIRTY;
		ext2_write_inode(inode, false);
	}
	ext2_i(inode)->name_new = false;
	return 0;
}

static int write_meta(struct inode *inode, void *arg)
{
	const int err = ext2_i(inode)->dirty_count ? ext2_sync_meta(inode) : 0;

	*(int *)arg = err ? err : *(int *)arg;
	return 0;
}

int ext2_commit(struct ext2_fs *fs)
{
	int err = 0, dev_err;

	mutex_lock(&fs->commit_lock);
	set_apart(fs);
	inode_for_each(fs->sb, encode_inode, NULL);
	inode_for_each(fs->sb, write_meta, &err);
	dev_err = blockdev_sync(fs->bdev);
	err = err ? err : dev_err;
	release(fs, !err);
	mutex_unlock(&fs->commit_lock);
	return err;
}

bool ext2_commit_is_due(const struct ext2_fs *fs)
{
	return fs->freed_since && clock_coarse_monotonic() - fs->freed_since > COMMIT_AGE;
}

bool ext2_commit_is_wanted(const struct ext2_fs *fs)
{
	return fs->waiting > 16 && fs->waiting > fs->free_blocks / 2;
}
