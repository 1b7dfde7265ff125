/*
 * trim.c - FITRIM: giving free blocks back to the disk.
 *
 * What a crash could bring back into use is never given back: not what was freed since the last
 * commit (inodes on the disk still point there), so a trim begins with one; and nothing at all of a
 * file system that was not clean when it was mounted or has errors, since its bitmaps, which no
 * commit puts in order, may then call free what an inode has.
 *
 * One run is under way at a time. The allocator keeps away from it, and waits for its end when
 * there is nothing else. No lock is held meanwhile. A group that was given back as a whole is not
 * given back again before something in it is freed.
 *
 * Source: Linux, Documentation/filesystems/ext4 and its answers to bad ranges.
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include <abi/fstrim.h>
#include <kernel/cred.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

struct trim {
	struct ext2_fs *fs;
	u32 first, end; /* blocks, [first, end) */
	u32 least;	/* of a run, to be worth it */
	u64 done;	/* blocks */
};

/* ---- between the allocator and a trim; alloc_lock held ---- */

u32 ext2_trim_clear_run(const struct ext2_fs *fs, u32 first, u32 count)
{
	const u32 at = fs->trimming.first, end = at + fs->trimming.count;

	if (first >= end || first + count <= at)
		return count;
	return first < at ? at - first : 0;
}

bool ext2_trim_wait(struct ext2_fs *fs)
{
	if (!fs->trimming.count)
		return false;
	mutex_unlock(&fs->alloc_lock);
	wait_event(&fs->trimming.over, !READ_ONCE(fs->trimming.count));
	mutex_lock(&fs->alloc_lock);
	return true;
}

/* ---- one run ---- */

/* The next run of the group at or behind block *at, before `end`: how many blocks it has; *at is
 * where it begins. */
static u32 find_run(const struct trim *t, u32 group, const void *map, u32 *at, u32 end)
{
	const u32 base = ext2_group_first(&t->fs->geo, group);
	u32 bit = *at - base, start;

	for (;;) {
		u32 n = ext2_bitmap_run(map, end - base, bit, end - base, &start);

		if (!n)
			return 0;
		n = ext2_freed_clear_run(t->fs, EXT2_FREED_BLOCKS, group, start, n);
		*at = base + start;
		if (n && n >= t->least)
			return n;
		bit = n ? start + n : ext2_freed_skip(t->fs, EXT2_FREED_BLOCKS, group, start);
	}
}

/* *count blocks of the next run, which is under way then; 0: none is left, or the group's bitmap is
 * bad. -ENOMEM: it is not known what was freed since the last commit. */
static int begin_run(struct trim *t, u32 group, u32 *at, u32 end, u32 *count)
{
	struct ext2_fs *fs = t->fs;
	struct buf b;
	bool unknown;
	u32 n = 0;

	mutex_lock(&fs->alloc_lock);
	while (ext2_trim_wait(fs))
		;
	unknown = fs->unnoted || fs->committing_unnoted;
	if (!unknown && !ext2_block_bitmap(fs, group, &b)) {
		n = find_run(t, group, b.data, at, end);
		buf_put(&b);
	}
	if (n && !ext2_check_free_run(fs, group, *at, n))
		n = 0;
	fs->trimming.first = *at;
	WRITE_ONCE(fs->trimming.count, n);
	mutex_unlock(&fs->alloc_lock);
	*count = n;
	return unknown ? -ENOMEM : 0;
}

static void end_run(struct ext2_fs *fs)
{
	mutex_lock(&fs->alloc_lock);
	WRITE_ONCE(fs->trimming.count, 0);
	mutex_unlock(&fs->alloc_lock);
	wake_up_all(&fs->trimming.over);
}

/* ---- a group ---- */

static int trim_runs(struct trim *t, u32 group, u32 at, u32 end)
{
	const u32 sectors = ext2_block_sectors(t->fs);
	u32 n = 0;
	int err;

	for (;;) {
		err = at < end ? begin_run(t, group, &at, end, &n) : 0;
		if (err || !n || at >= end)
			return err;
		err = blockdev_discard(t->fs->bdev, (u64)at * sectors, (u64)n * sectors);
		end_run(t->fs);
		if (err)
			return err;
		t->done += n;
		at += n;
	}
}

/* Nothing of it was freed since, and no shorter run is wanted than then. */
static bool is_trimmed(const struct trim *t, u32 group)
{
	bool marked;

	mutex_lock(&t->fs->alloc_lock);
	marked = t->fs->seen[group] & EXT2_TRIMMED;
	mutex_unlock(&t->fs->alloc_lock);
	return marked && t->least >= t->fs->trimmed_least;
}

/* Beforehand: what is freed while it is under way takes the mark off again. Not where a part is
 * left that was freed before. */
static void mark_trimmed(struct ext2_fs *fs, u32 group)
{
	mutex_lock(&fs->alloc_lock);
	if (!fs->freed[EXT2_FREED_BLOCKS].now[group] &&
	    !fs->freed[EXT2_FREED_BLOCKS].committing[group])
		fs->seen[group] |= EXT2_TRIMMED;
	mutex_unlock(&fs->alloc_lock);
}

static void mark_untrimmed(struct ext2_fs *fs, u32 group)
{
	mutex_lock(&fs->alloc_lock);
	fs->seen[group] &= (u8)~EXT2_TRIMMED;
	mutex_unlock(&fs->alloc_lock);
}

static int trim_group(struct trim *t, u32 group)
{
	const u32 base = ext2_group_first(&t->fs->geo, group);
	const u32 behind = base + ext2_group_blocks(&t->fs->geo, group);
	const bool whole = t->first <= base && t->end >= behind;
	int err;

	if (is_trimmed(t, group) || ext2_desc(t->fs, group)->free_blocks < t->least)
		return 0;
	if (whole)
		mark_trimmed(t->fs, group);
	err = trim_runs(t, group, max(t->first, base), min(t->end, behind));
	if (err)
		mark_untrimmed(t->fs, group);
	return err;
}

static bool is_whole(const struct trim *t)
{
	return t->first == t->fs->geo.first_data_block && t->end == t->fs->geo.blocks;
}

static int trim_all(struct trim *t)
{
	const u32 last = ext2_group_of(&t->fs->geo, t->end - 1);
	int err = 0;

	for (u32 group = ext2_group_of(&t->fs->geo, t->first); group <= last && !err; group++)
		err = fatal_signal_pending(current) ? -EINTR : trim_group(t, group);
	/* Groups that were not part of it have the mark of an earlier one. */
	if (!err && is_whole(t))
		t->fs->trimmed_least = t->least;
	else
		t->fs->trimmed_least = max(t->fs->trimmed_least, t->least);
	return err;
}

/* ---- the call ---- */

/* The range in blocks; false: nothing of it can be given back. */
static bool set_range(struct trim *t, const struct fstrim_range_abi *range)
{
	const struct ext2_geometry *geo = &t->fs->geo;
	const u64 granularity = t->fs->bdev->disk->limits.discard;
	const u64 first = range->start >> geo->block_bits, blocks = range->len >> geo->block_bits;
	const u64 least = max_t(u64, range->minlen, granularity) >> geo->block_bits;

	t->first = max((u32)first, geo->first_data_block);
	t->end = blocks < geo->blocks - first ? (u32)(first + blocks) : geo->blocks;
	t->least = max_t(u32, (u32)least, 1);
	return least <= geo->blocks_per_group && t->first < t->end;
}

static int check_range(const struct ext2_fs *fs, const struct fstrim_range_abi *range)
{
	const struct ext2_geometry *geo = &fs->geo;

	return range->minlen >> geo->block_bits > geo->blocks_per_group ||
			       range->start >> geo->block_bits >= geo->blocks ||
			       range->len < geo->block_size
		       ? -EINVAL
		       : 0;
}

/* Whether the bitmaps tell the truth. */
static bool is_trusted(const struct ext2_fs *fs)
{
	const u16 state = ext2_readonly(fs) ? fs->super->state : fs->mount_state;

	return state & EXT2_STATE_VALID && !((state | fs->mount_state) & EXT2_STATE_ERROR);
}

static int trim(struct ext2_fs *fs, struct fstrim_range_abi *range)
{
	struct trim t = { .fs = fs };
	int err = check_range(fs, range);

	if (err)
		return err;
	if (!is_trusted(fs)) {
		ext2_warn(fs, "is not trimmed: it was not clean, running e2fsck is recommended");
		return -EUCLEAN;
	}
	if (!ext2_readonly(fs))
		err = ext2_commit(fs);
	if (!err && set_range(&t, range))
		err = trim_all(&t);
	range->len = t.done << fs->geo.block_bits;
	return err;
}

long ext2_fitrim(struct ext2_fs *fs, void __user *arg)
{
	struct fstrim_range_abi range;
	int err;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!disk_can_discard(fs->bdev->disk))
		return -EOPNOTSUPP;
	/* The journal may know better than the bitmaps. */
	if (fs->opt.no_load || blockdev_readonly(fs->bdev))
		return -EROFS;
	if (copy_from_user(&range, arg, sizeof(range)))
		return -EFAULT;
	err = trim(fs, &range);
	if (err)
		return err;
	return copy_to_user(arg, &range, sizeof(range)) ? -EFAULT : 0;
}
