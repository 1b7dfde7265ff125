/*
 * commit.c - writing all metadata as one state, and keeping what was freed out of use until then.
 *
 * There is no journal, so after a power cut the disk is a mixture of older and newer blocks; a
 * drive's cache makes it any mixture of what was written since the last flush. It must be one that
 * e2fsck -p mends by itself, with all that was synced in it. That forbids: an inode in use without
 * a name, or with a pointer block that was not written; two inodes with one block; a file that is
 * at neither its old nor its new name. A name of an unused inode is allowed: e2fsck removes it.
 *
 * So a commit writes in this order, with a flush behind each step that had anything to write:
 *
 *   1  inodes that are deleted              before their names go; indices are given up
 *   2  names, pointer blocks                before the inodes that they are for
 *   3  pointers to new pointer blocks       level by level
 *   4  inodes of directories                that grew, then new ones from the top down
 *   5  inodes of files
 *   6  blocks that a name left              it is elsewhere now: a rename, the split of a block
 *   7  new inodes, when there was a step 6  their names may be in its blocks
 *   8  directories whose names moved        they have an index again
 *
 * Nothing of this is written before (pending.c). Blocks and inode numbers that were freed are not
 * used again before the commit is over (unless nothing else is left). A commit is made by sync, by
 * fsync of what has a name that waits for one, and COMMIT_AGE after a change.
 *
 * Not in the power of an order: a directory that moves to another directory, or whose name moves to
 * another block; the split of a hashed directory's block that has directories in it. A cut in the
 * moment between two steps of that commit needs e2fsck -y.
 *
 * fs.commit_lock makes them one at a time; change_lock keeps changes of names whole; alloc_lock
 * guards the maps.
 */
#include "ext2_internal.h"
#include "bitmap.h"
#include <kernel/bitops.h>
#include <kernel/task.h>
#include <kernel/time.h>

#define COMMIT_AGE SEC(30)

/* alloc_lock held. Without memory for a map the group's blocks are just not kept out of use. */
void ext2_freed_note(struct ext2_fs *fs, enum ext2_freed kind, u32 group, u32 bit, u32 count)
{
	void **map = &fs->freed[kind].now[group];

	if (kind == EXT2_FREED_BLOCKS)
		fs->seen[group] &= (u8)~EXT2_TRIMMED;
	if (!*map)
		*map = kzalloc(fs->geo.block_size, GFP_KERNEL);
	if (!*map) {
		fs->unnoted |= kind == EXT2_FREED_BLOCKS;
		return;
	}
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
	fs->reused = false;
	fs->committing += fs->waiting;
	fs->waiting = 0;
	fs->committing_unnoted |= fs->unnoted;
	fs->unnoted = false;
	mutex_unlock(&fs->alloc_lock);
}

/* After a failed write the disk may still know the former owners: then they wait on. */
static void release(struct ext2_fs *fs, bool written)
{
	mutex_lock(&fs->alloc_lock);
	for (unsigned int i = 0; i < EXT2_FREED_KINDS && written; i++)
		drop_maps(fs, fs->freed[i].committing);
	if (written) {
		fs->committing = 0;
		fs->committing_unnoted = false;
	}
	mutex_unlock(&fs->alloc_lock);
}

/* ---- changes ---- */
void ext2_change_begin(struct ext2_fs *fs)
{
	if (READ_ONCE(fs->committer) != current)
		read_lock(&fs->change_lock);
}

void ext2_change_end(struct ext2_fs *fs)
{
	if (READ_ONCE(fs->committer) != current)
		read_unlock(&fs->change_lock);
}

/* ---- the steps ---- */
static int first_error(int err, int next)
{
	return err ? err : next;
}

enum pass {
	PASS_DEAD,
	PASS_INDEX,
	PASS_DIRS,
	PASS_FILES,
	PASS_REST
};

struct encoding {
	enum pass pass;
	u32 depth; /* PASS_DIRS */
	bool late; /* there is a step 6: new inodes are left to PASS_REST */
	int err;
};

static bool belongs(const struct inode *inode, const struct encoding *e)
{
	const struct ext2_inode *ei = ext2_i((struct inode *)inode);

	switch (e->pass) {
	case PASS_DEAD:
		return !inode->nlink && ei->on_disk && !ei->replaced;
	case PASS_INDEX:
		return ei->index_moved;
	case PASS_DIRS:
		return (inode->flags & INODE_DIRTY) && S_ISDIR(inode->mode) &&
		       (ei->on_disk ? 0 : ei->depth) == e->depth && (!e->late || ei->on_disk);
	case PASS_FILES:
		return (inode->flags & INODE_DIRTY) && (!e->late || ei->on_disk);
	default:
		return inode->flags & INODE_DIRTY;
	}
}

static int encode_one(struct inode *inode, void *arg)
{
	struct ext2_inode *ei = ext2_i(inode);
	struct encoding *e = arg;
	int err;

	if (e->pass == PASS_DEAD && ei->loaded && ei->on_disk && ei->index_moved)
		e->err = first_error(e->err, ext2_unindex_inode(inode));
	if (!ei->loaded || !belongs(inode, e))
		return 0;
	if (e->pass == PASS_INDEX)
		ei->index_moved = false;
	mutex_lock(&ei->map_lock);
	err = ext2_encode_inode(inode);
	if (e->pass != PASS_DEAD && !err) {
		ei->on_disk = true;
		ei->meta_new = false;
		ei->dirty_count = 0;
	}
	mutex_unlock(&ei->map_lock);
	e->err = first_error(e->err, err);
	return 0;
}

static int write_inodes(struct ext2_fs *fs, enum pass pass, u32 depth, bool late)
{
	struct encoding e = { .pass = pass, .depth = depth, .late = late };
	int err;

	inode_for_each(fs->sb, encode_one, &e);
	err = ext2_wait_write(fs, EXT2_WAIT_INODES);
	return e.err ? e.err : err;
}

static int write_steps(struct ext2_fs *fs)
{
	const bool late = !list_empty(&fs->pending.list[EXT2_WAIT_LATE]);
	int err = 0;

	if (fs->dead || fs->index_moved)
		err = write_inodes(fs, PASS_DEAD, 0, late);
	for (unsigned int kind = EXT2_WAIT_NAMES; kind <= EXT2_WAIT_TOP; kind++)
		err = first_error(err, ext2_wait_write(fs, kind));
	if (fs->dir_grew)
		err = first_error(err, write_inodes(fs, PASS_DIRS, 0, late));
	for (u32 depth = 1; depth <= fs->depth && !late; depth++)
		err = first_error(err, write_inodes(fs, PASS_DIRS, depth, late));
	err = first_error(err, write_inodes(fs, PASS_FILES, 0, late));
	err = first_error(err, ext2_wait_write(fs, EXT2_WAIT_LATE));
	for (u32 depth = 1; depth <= fs->depth && late; depth++)
		err = first_error(err, write_inodes(fs, PASS_DIRS, depth, false));
	if (late)
		err = first_error(err, write_inodes(fs, PASS_REST, 0, false));
	return fs->index_moved ? first_error(err, write_inodes(fs, PASS_INDEX, 0, false)) : err;
}

static int commit_locked(struct ext2_fs *fs)
{
	LIST_HEAD(replaced);
	int err, dev_err;

	write_lock(&fs->change_lock);
	fs->committer = current;
	fs->commits_begun++;
	set_apart(fs);
	ext2_replaced_begin(fs, &replaced);
	fs->changed_since = 0;
	err = write_steps(fs);
	dev_err = blockdev_sync(fs->bdev);
	err = first_error(err, dev_err);
	if (!err) {
		fs->dead = fs->dir_grew = fs->index_moved = false;
		fs->depth = 0;
		fs->commits_done = fs->commits_begun;
	}
	release(fs, !err);
	ext2_replaced_written(fs, &replaced);
	fs->committer = NULL;
	write_unlock(&fs->change_lock);
	ext2_replaced_end(&replaced);
	return err;
}

int ext2_commit(struct ext2_fs *fs)
{
	int err;

	mutex_lock(&fs->commit_lock);
	err = commit_locked(fs);
	mutex_unlock(&fs->commit_lock);
	return err;
}

int ext2_commit_until(struct ext2_fs *fs, u32 number)
{
	int err = 0;

	mutex_lock(&fs->commit_lock);
	if (!ext2_is_committed(fs, number))
		err = commit_locked(fs);
	mutex_unlock(&fs->commit_lock);
	return err;
}

/* ---- one inode ---- */
/* Those of its listed pointer blocks that wait as this kind. *unflushed: lower ones were written,
 * which have to be on the disk before. */
static int sync_kind(struct ext2_fs *fs, const struct ext2_inode *ei, enum ext2_wait kind,
		     bool *unflushed)
{
	bool written = false;
	int err = 0;

	for (unsigned int i = 0; i < ei->dirty_count && !err; i++) {
		if (!ext2_waits_as(fs, ei->dirty_meta[i], kind))
			continue;
		if (*unflushed)
			err = disk_flush(fs->bdev->disk);
		*unflushed = false;
		if (!err)
			err = ext2_wait_end(fs, ei->dirty_meta[i]);
		written = true;
	}
	*unflushed |= written;
	return err;
}

/* Its pointer blocks, in a commit's order. map_lock held throughout: what a writer hung in
 * meanwhile would be named on the disk by the block above it, and not be there. */
static int sync_pointers(struct ext2_fs *fs, struct ext2_inode *ei)
{
	bool unflushed = false;
	int err = 0;

	for (unsigned int kind = EXT2_WAIT_NAMES; kind <= EXT2_WAIT_TOP && !err; kind++)
		err = sync_kind(fs, ei, kind, &unflushed);
	if (!err && ei->meta_new)
		err = disk_flush(fs->bdev->disk);
	if (err)
		return err;
	ei->dirty_count = 0;
	ei->meta_new = false;
	return 0;
}

/* commit_lock held. Its names are on disk: it alone, and the drive's cache. */
static int sync_alone(struct ext2_fs *fs, struct inode *inode)
{
	struct ext2_inode *ei = ext2_i(inode);
	int err;

	mutex_lock(&ei->map_lock);
	err = sync_pointers(fs, ei);
	if (!err)
		err = ext2_encode_inode(inode);
	mutex_unlock(&ei->map_lock);
	if (!err)
		err = ext2_wait_end(fs, ext2_inode_block(fs, (u32)inode->ino));
	return first_error(err, disk_flush(fs->bdev->disk));
}

int ext2_sync_inode(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_inode *ei = ext2_i(inode);
	int err;

	mutex_lock(&fs->commit_lock);
	if (!ei->on_disk || ei->dirty_count > EXT2_DIRTY_META || READ_ONCE(fs->reused) ||
	    !ext2_is_committed(fs, max(ei->name_commit, fs->evicted_name)))
		err = commit_locked(fs);
	else if ((inode->flags & INODE_DIRTY) || ei->dirty_count)
		err = sync_alone(fs, inode);
	else
		err = disk_flush(fs->bdev->disk);
	mutex_unlock(&fs->commit_lock);
	return err;
}

/* ---- when ---- */
bool ext2_commit_is_due(const struct ext2_fs *fs)
{
	const s64 now = clock_coarse_monotonic();

	return (fs->freed_since && now - fs->freed_since > COMMIT_AGE) ||
	       (fs->changed_since && now - fs->changed_since > COMMIT_AGE);
}

bool ext2_commit_is_wanted(const struct ext2_fs *fs)
{
	return (fs->waiting > 16 && fs->waiting > fs->free_blocks / 2) || ext2_waits_for_much(fs);
}
