/*
 * state.c - what the super block says of the file system's condition: clean or in use, how often
 * mounted, how much is free; writing it all.
 *
 * While mounted for writing the super block on disk says "not clean". The counts of free blocks and
 * inodes in it are brought up to date when it is written; those of the groups are what counts.
 */
#include "ext2_internal.h"

static void put_counts(struct ext2_fs *fs)
{
	mutex_lock(&fs->alloc_lock);
	fs->super->free_blocks = fs->free_blocks;
	fs->super->free_inodes = fs->free_inodes;
	fs->super->wtime = ext2_seconds_now();
	mutex_unlock(&fs->alloc_lock);
	buf_dirty(&fs->super_buf);
}

int ext2_sync_super(struct super_block *sb, bool wait)
{
	struct ext2_fs *fs = ext2_fs(sb);

	if (!ext2_readonly(fs) && (fs->super->free_blocks != fs->free_blocks ||
				   fs->super->free_inodes != fs->free_inodes))
		put_counts(fs);
	/* Made read-only by an error: what was done before is kept. */
	if (ext2_readonly(fs))
		return wait && (fs->pending.count || fs->changed_since ||
				!list_empty(&fs->replaced))
			       ? ext2_commit(fs)
			       : 0;
	return wait || ext2_commit_is_due(fs) ? ext2_commit(fs) : 0;
}

/* Before the first change: features that old kernels need to be told of. */
void ext2_need_feature(struct ext2_fs *fs, u32 compat, u32 ro_compat)
{
	struct ext2_super *s = fs->super;

	if ((s->compat & compat) == compat && (s->ro_compat & ro_compat) == ro_compat)
		return;
	if (s->rev_level == EXT2_REV_ORIGINAL) {
		ext2_message(fs, KERN_INFO, "becomes revision 1");
		s->rev_level = EXT2_REV_DYNAMIC;
		s->first_ino = EXT2_FIRST_INO_R0;
		s->inode_size = EXT2_INODE_SIZE;
		s->compat = s->incompat = s->ro_compat = 0;
	}
	s->compat |= compat;
	s->ro_compat |= ro_compat;
	buf_dirty(&fs->super_buf);
}

/* What fsck should be told of, in the words that administrators look for. */
static void give_advice(struct ext2_fs *fs)
{
	const struct ext2_super *s = fs->super;

	if (s->state & EXT2_STATE_ERROR)
		ext2_warn(fs, "mounting a file system with errors, running e2fsck is recommended");
	else if (!(s->state & EXT2_STATE_VALID))
		ext2_warn(fs, "was not cleanly unmounted, running e2fsck is recommended");
	else if (s->max_mnt_count > 0 && s->mnt_count >= (u16)s->max_mnt_count)
		ext2_warn(fs, "maximal mount count reached, running e2fsck is recommended");
	else if (s->checkinterval && (u64)s->lastcheck + s->checkinterval <= ext2_seconds_now())
		ext2_warn(fs, "checktime reached, running e2fsck is recommended");
}

/* "In use": nothing else may reach the disk before. */
static int write_state(struct ext2_fs *fs)
{
	int err;

	buf_dirty(&fs->super_buf);
	err = buf_sync(&fs->super_buf);
	return err ? err : disk_flush(fs->bdev->disk);
}

int ext2_state_begin(struct ext2_fs *fs)
{
	struct ext2_super *s = fs->super;

	give_advice(fs);
	fs->mount_state = s->state;
	s->state &= ~EXT2_STATE_VALID;
	if (!s->max_mnt_count)
		s->max_mnt_count = -1;
	s->mnt_count++;
	s->mtime = s->wtime = ext2_seconds_now();
	return write_state(fs);
}

int ext2_state_end(struct ext2_fs *fs)
{
	int err;

	put_counts(fs);
	/* First all the rest, so that "clean" is true when it is written. */
	err = ext2_commit(fs);
	/* What was replaced has come to its end by that, and wants to be written too. */
	for (unsigned int i = 0; i < 2 && !err; i++)
		err = ext2_commit(fs);
	if (err)
		return ext2_error(fs, "cannot write everything back: stays marked as not clean");
	fs->super->state = fs->mount_state;
	buf_dirty(&fs->super_buf);
	return blockdev_sync(fs->bdev);
}

/* As after an unmount, but for deleted files that are open: those are for e2fsck. */
int ext2_freeze(struct super_block *sb)
{
	return ext2_has_unlinked(sb) ? 0 : ext2_state_end(ext2_fs(sb));
}

int ext2_thaw(struct super_block *sb)
{
	struct ext2_fs *fs = ext2_fs(sb);

	fs->super->state &= ~EXT2_STATE_VALID;
	return write_state(fs);
}
