/*
 * balloc.c - which file gets which block.
 *
 * What is wanted is one run that begins at the goal (the block behind the file's last one). A file
 * that is written has a window (window.c): runs come out of it while it lasts; the next window
 * begins where it ended and is twice as long. The search, each pass over all groups from the
 * goal's:
 *
 *   1  a free stretch as long as the window (or exactly at the goal), that no other window meets
 *   2  any free stretch that no other window meets
 *   3  any free block that was not freed just now (commit.c)
 *   4  any free block
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include <kernel/cred.h>
#include <kernel/task.h>

#define WINDOW_FIRST 8u
#define WINDOW_MAX   1024u
/* Groups whose bitmaps are looked at for a long stretch before a short one will do. */
#define PICKY_GROUPS 32u

struct search {
	struct ext2_fs *fs;
	const struct ext2_window *own;
	u32 goal, want, least; /* blocks: to begin at, to take at most, to take at least */
	bool respect_windows, respect_freed;
	u32 first, count; /* what was found */
};

/* May this task have the last blocks, kept for root or resuid=, resgid=? */
static bool may_use_reserve(const struct ext2_fs *fs)
{
	const struct cred *cred = current_cred();

	return cred->fsuid == fs->opt.resuid || (fs->opt.resgid && in_group(fs->opt.resgid)) ||
	       cred_capable(cred, CAP_SYS_RESOURCE);
}

static u32 blocks_for_current(const struct ext2_fs *fs)
{
	const u32 kept = fs->super->r_blocks_count;

	if (fs->free_blocks > kept)
		return fs->free_blocks - (may_use_reserve(fs) ? 0 : kept);
	return may_use_reserve(fs) ? fs->free_blocks : 0;
}

/* Cuts a free run [at, at + n) down to what no other window meets; 0: nothing left before *next. */
static u32 outside_windows(struct search *s, u32 at, u32 n, u32 *next)
{
	u32 behind;

	if (!s->respect_windows)
		return n;
	behind = ext2_window_conflict(s->fs, s->own, at, n);
	if (!behind)
		return n;
	*next = behind;
	/* What lies before the first window that is met. */
	for (n /= 2; n && ext2_window_conflict(s->fs, s->own, at, n); n /= 2)
		;
	return n;
}

/* Looks through one group's bitmap from block `from` of the group on. */
static bool search_bitmap(struct search *s, u32 group, const void *map, u32 from)
{
	const u32 base = ext2_group_first(&s->fs->geo, group);
	const u32 size = ext2_group_blocks(&s->fs->geo, group);
	u32 start, n;

	while ((n = ext2_bitmap_run(map, size, from, s->want, &start))) {
		u32 usable = ext2_trim_clear_run(s->fs, base + start, n), next;

		if (!usable) {
			from = s->fs->trimming.first + s->fs->trimming.count - base;
			continue;
		}
		if (s->respect_freed)
			usable = ext2_freed_clear_run(s->fs, EXT2_FREED_BLOCKS, group, start,
						      usable);
		next = base + (usable ? start + usable
				      : ext2_freed_skip(s->fs, EXT2_FREED_BLOCKS, group, start));
		usable = usable ? outside_windows(s, base + start, usable, &next) : 0;

		if (usable && (usable >= s->least || base + start == s->goal)) {
			s->first = base + start;
			s->count = usable;
			return true;
		}
		from = next - base;
	}
	return false;
}

bool ext2_check_free_run(struct ext2_fs *fs, u32 group, u32 first, u32 count)
{
	if (ext2_run_is_data(&fs->geo, group, ext2_desc(fs, group), first, count))
		return true;
	fs->seen[group] |= EXT2_BAD_BLOCKS;
	ext2_error(fs, "group %u: its bitmap says that metadata is free", group);
	return false;
}

/* 1 found, 0 not in this group. */
static int search_group(struct search *s, u32 group, u32 from)
{
	struct buf b;
	bool found;

	if (!ext2_desc(s->fs, group)->free_blocks)
		return 0;
	if (ext2_block_bitmap(s->fs, group, &b))
		return 0;
	found = search_bitmap(s, group, b.data, from);
	buf_put(&b);
	return found && ext2_check_free_run(s->fs, group, s->first, s->count);
}

static bool search_all(struct search *s, u32 limit)
{
	const struct ext2_geometry *geo = &s->fs->geo;
	u32 group = ext2_group_of(geo, s->goal);

	if (search_group(s, group, s->goal - ext2_group_first(geo, group)))
		return true;
	/* The goal's own group comes last once more, from its start. */
	for (u32 i = 0; i < geo->groups && i < limit; i++) {
		group = group + 1 < geo->groups ? group + 1 : 0;
		if (ext2_desc(s->fs, group)->free_blocks >= s->least && search_group(s, group, 0))
			return true;
	}
	return false;
}

static bool search_passes(struct search *s)
{
	const bool all_wait = s->fs->waiting + s->fs->committing >= s->fs->free_blocks;

	s->respect_windows = s->respect_freed = true;
	s->least = min(s->want, WINDOW_FIRST);
	if (!all_wait && search_all(s, PICKY_GROUPS))
		return true;
	s->least = 1;
	if (!all_wait && search_all(s, s->fs->geo.groups))
		return true;
	s->respect_windows = false;
	if (!all_wait && search_all(s, s->fs->geo.groups))
		return true;
	s->respect_freed = false;
	if (!search_all(s, s->fs->geo.groups))
		return false;
	s->fs->reused = true;
	return true;
}

/* Marks [first, first + count) of one group as taken. */
static int take(struct ext2_fs *fs, u32 first, u32 count)
{
	const u32 group = ext2_group_of(&fs->geo, first);
	struct ext2_group_desc *d = ext2_desc(fs, group);
	struct buf b;
	int err = ext2_block_bitmap(fs, group, &b);

	if (err)
		return err;
	ext2_bitmap_set(b.data, first - ext2_group_first(&fs->geo, group), count);
	buf_dirty(&b);
	buf_put(&b);
	d->free_blocks -= d->free_blocks < count ? d->free_blocks : (u16)count;
	fs->free_blocks -= min(fs->free_blocks, count);
	ext2_desc_dirty(fs, group);
	return 0;
}

/* The part of the window from `goal` on: how many of its first blocks are free. */
static u32 take_from_window(struct ext2_fs *fs, const struct ext2_window *w, u32 goal, u32 want)
{
	const u32 group = ext2_group_of(&fs->geo, goal);
	const u32 base = ext2_group_first(&fs->geo, group);
	struct buf b;
	u32 n;

	if (goal < w->start || goal >= w->end || ext2_block_bitmap(fs, group, &b))
		return 0;
	n = ext2_bitmap_clear_at(b.data, ext2_group_blocks(&fs->geo, group), goal - base,
				 min(want, w->end - goal));
	buf_put(&b);
	n = n ? ext2_trim_clear_run(fs, goal, n) : 0;
	return n ? ext2_freed_clear_run(fs, EXT2_FREED_BLOCKS, group, goal - base, n) : 0;
}

/* A window that was used up is followed by a larger one. */
static void next_window_size(struct ext2_window *w, u32 goal, u32 want)
{
	if (!w->size)
		w->size = WINDOW_FIRST;
	else if (w->end && goal == w->end)
		w->size = min(w->size * 2, WINDOW_MAX);
	if (w->size < want)
		w->size = min(want, WINDOW_MAX);
}

static int alloc_windowed(struct inode *inode, u32 goal, u32 *first, u32 *count)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_window *w = &ext2_i(inode)->window;
	struct search s = { .fs = fs, .own = w, .goal = goal };
	u32 n = take_from_window(fs, w, goal, *count);

	if (!n) {
		next_window_size(w, goal, *count);
		s.want = w->size;
		if (!search_passes(&s))
			return -ENOSPC;
		if (s.respect_windows)
			ext2_window_set(inode, s.first, s.first + s.count);
		goal = s.first;
		n = min(s.count, *count);
	}
	*first = goal;
	*count = n;
	return take(fs, goal, n);
}

static int alloc_plain(struct inode *inode, u32 goal, u32 *first, u32 *count)
{
	struct search s = { .fs = ext2_fs(inode->sb),
			    .own = &ext2_i(inode)->window,
			    .goal = goal,
			    .want = *count };

	if (!search_passes(&s))
		return -ENOSPC;
	*first = s.first;
	*count = s.count;
	return take(s.fs, s.first, s.count);
}

/* alloc_lock held. */
static int alloc_some(struct inode *inode, u32 goal, u32 *first, u32 *count)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	const u32 available = blocks_for_current(fs);

	if (!available)
		return -ENOSPC;
	*count = min(*count, available);
	return S_ISREG(inode->mode) && !fs->opt.no_reservation
		       ? alloc_windowed(inode, goal, first, count)
		       : alloc_plain(inode, goal, first, count);
}

int ext2_alloc_blocks(struct inode *inode, u32 goal, u32 *first, u32 *count)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	int err;

	if (ext2_readonly(fs))
		return -EROFS;
	if (!ext2_block_in_range(&fs->geo, goal))
		goal = fs->geo.first_data_block;
	mutex_lock(&fs->alloc_lock);
	do
		err = alloc_some(inode, goal, first, count);
	while (err == -ENOSPC && ext2_trim_wait(fs));
	if (!err)
		inode->blocks += (u64)*count * ext2_block_sectors(fs);
	mutex_unlock(&fs->alloc_lock);
	if (!err)
		inode_mark_dirty(inode);
	return err;
}

/* alloc_lock held; the run lies in one group. */
static int free_run(struct ext2_fs *fs, u32 group, u32 first, u32 count, u32 *freed)
{
	struct ext2_group_desc *d = ext2_desc(fs, group);
	struct buf b;
	u32 were;
	int err = ext2_block_bitmap(fs, group, &b);

	*freed = 0;
	if (err)
		return err;
	were = ext2_bitmap_clear(b.data, first - ext2_group_first(&fs->geo, group), count);
	buf_dirty(&b);
	buf_put(&b);
	d->free_blocks += (u16)were;
	fs->free_blocks += were;
	ext2_desc_dirty(fs, group);
	ext2_freed_note(fs, EXT2_FREED_BLOCKS, group, first - ext2_group_first(&fs->geo, group),
			count);
	*freed = were;
	return were == count ? 0
			     : ext2_error(fs, "%u of the blocks %u to %u were free already",
					  count - were, first, first + count - 1);
}

int ext2_free_blocks(struct inode *inode, u32 first, u32 count)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	u64 sectors;
	int err = 0;

	if (!ext2_blocks_ok(fs, first, count))
		return ext2_error(fs, "inode %llu frees blocks %u to %u, which are no file's",
				  (unsigned long long)inode->ino, first, first + count - 1);
	while (count) {
		const u32 group = ext2_group_of(&fs->geo, first);
		const u32 end =
			ext2_group_first(&fs->geo, group) + ext2_group_blocks(&fs->geo, group);
		const u32 n = min(count, end - first);
		u32 freed;
		int run_err;

		mutex_lock(&fs->alloc_lock);
		run_err = free_run(fs, group, first, n, &freed);
		sectors = (u64)freed * ext2_block_sectors(fs);
		inode->blocks -= min(inode->blocks, sectors);
		mutex_unlock(&fs->alloc_lock);
		err = err ? err : run_err;
		first += n;
		count -= n;
	}
	return err;
}

bool ext2_block_in_use(struct ext2_fs *fs, u32 block)
{
	const u32 group = ext2_group_of(&fs->geo, block);
	struct buf b;
	bool used = false;

	mutex_lock(&fs->alloc_lock);
	if (!ext2_block_bitmap(fs, group, &b)) {
		used = ext2_bitmap_all_set(b.data, block - ext2_group_first(&fs->geo, group), 1);
		buf_put(&b);
	}
	mutex_unlock(&fs->alloc_lock);
	return used;
}
