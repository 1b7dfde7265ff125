/*
 * journal.c - ext3's journal, at mounting. One that still holds changes is replayed before anything
 * is read, as without that the file system on the disk is an old and inconsistent state. Then the
 * file system is used as ext2: nothing is written to the journal any more.
 *
 * The order makes it sure at every moment: the log's blocks are on the disk before the log is
 * marked empty, and that before needs_recovery is taken off. Cut short, it is done over.
 */
#include "ext2_internal.h"
#include "jbd2_format.h"
#include "jbd2_log.h"
#include <kernel/pagecache.h>

/* ---- what the log is read from and written to ---- */
static int read_journal(void *arg, u32 nth, void *data)
{
	struct inode *journal = arg;
	struct ext2_fs *fs = ext2_fs(journal->sb);
	struct block_extent ext;
	struct buf b;
	int err = ext2_map(journal, nth, fs->geo.blocks, false, &ext);

	if (!err && !ext.block)
		err = ext2_error(fs, "the journal has a hole at its block %u", nth);
	if (!err)
		err = ext2_read(fs, (u32)ext.block, "journal", &b);
	if (err)
		return err;
	memcpy(data, b.data, fs->geo.block_size);
	buf_put(&b);
	return 0;
}

static bool may_write(void *arg, u64 block)
{
	struct inode *journal = arg;

	return block <= 0xffffffff && ext2_block_in_range(&ext2_fs(journal->sb)->geo, (u32)block);
}

static int write_block(void *arg, u64 block, const void *data)
{
	struct ext2_fs *fs = ext2_fs(((struct inode *)arg)->sb);
	struct buf b;
	int err = buf_get_new(fs->bdev, block, fs->geo.block_size, &b);

	if (err)
		return err;
	memcpy(b.data, data, fs->geo.block_size);
	buf_dirty(&b);
	buf_put(&b);
	/* A journal can be larger than memory. */
	dirty_throttle(&fs->bdev->inode->data);
	return 0;
}

static const struct jbd2_ops ops = { .read = read_journal,
				     .may_write = may_write,
				     .write = write_block };

/* ---- replaying ---- */
static int clear_log(struct inode *journal, const struct jbd2_log *log)
{
	struct ext2_fs *fs = ext2_fs(journal->sb);
	struct block_extent ext;
	struct buf b;
	int err = ext2_map(journal, 0, 1, false, &ext);

	if (!err)
		err = ext2_read(fs, (u32)ext.block, "journal", &b);
	if (err)
		return err;
	jbd2_super_clear(log, b.data);
	buf_dirty(&b);
	buf_put(&b);
	return blockdev_sync(fs->bdev);
}

static int clear_feature(struct ext2_fs *fs, const struct jbd2_log *log)
{
	struct ext2_super *s = fs->super;

	s->incompat &= ~EXT2_INCOMPAT_RECOVER;
	if (log->failed)
		s->state |= EXT2_STATE_ERROR;
	buf_dirty(&fs->super_buf);
	return blockdev_sync(fs->bdev);
}

/* The log was checked: from here on the disk is changed. */
static int replay_log(struct inode *journal, struct jbd2_log *log)
{
	struct ext2_fs *fs = ext2_fs(journal->sb);
	int err = jbd2_replay(log);

	if (!err)
		err = blockdev_sync(fs->bdev);
	if (!err)
		err = clear_log(journal, log);
	if (!err)
		err = clear_feature(fs, log);
	if (!err)
		ext2_message(fs, KERN_INFO,
			     "journal replayed: %u transactions, %u blocks written, %u revoked",
			     log->transactions, log->written, log->skipped);
	return err;
}

static int replay_inode(struct inode *journal)
{
	struct ext2_fs *fs = ext2_fs(journal->sb);
	const u64 blocks = (u64)journal->size >> fs->geo.block_bits;
	struct jbd2_log log = { .why = NULL };
	void *super;
	int err;

	if (!S_ISREG(journal->mode) || blocks < 2 || blocks > fs->geo.blocks) {
		ext2_message(fs, KERN_ERR, "its journal's inode is no journal");
		return -EUCLEAN;
	}
	super = kmalloc(fs->geo.block_size, GFP_KERNEL);
	if (!super)
		return -ENOMEM;
	err = read_journal(journal, 0, super);
	if (!err)
		err = jbd2_open(&log, &ops, journal, super, fs->geo.block_size, (u32)blocks);
	if (!err)
		err = jbd2_check(&log);
	if (!err)
		err = replay_log(journal, &log);
	if (err)
		ext2_message(fs, KERN_ERR, "cannot be mounted, its journal was not replayed: %s",
			     log.why ? log.why : "error while reading or writing");
	jbd2_close(&log);
	kfree(super);
	return err;
}

/* With the descriptors as they are: places in them are never journalled changes. */
static int replay(struct ext2_fs *fs)
{
	int err =
		ext2_groups_load(fs, (fs->opt.super_block * EXT2_SUPER_SIZE) >> fs->geo.block_bits);
	struct inode *journal;

	if (err)
		return err;
	journal = ext2_iget_journal(fs->sb);
	if (IS_ERR(journal)) {
		err = (int)PTR_ERR(journal);
	} else {
		err = replay_inode(journal);
		inode_put(journal);
	}
	ext2_groups_unload(fs);
	return err;
}

/* ---- may it be, and must it? ---- */
static int refuse(struct ext2_fs *fs, int err, const char *why)
{
	ext2_message(fs, KERN_ERR, "its journal has to be replayed (needs_recovery): %s", why);
	return err;
}

static int may_replay(struct ext2_fs *fs)
{
	const struct ext2_super *s = fs->super;
	char text[200], names[100];

	if (fs->opt.no_load)
		return refuse(fs, -EINVAL, "noload is for mounting read-only");
	if (blockdev_readonly(fs->bdev))
		return refuse(fs, -EROFS, "the device cannot be written; mount with -o ro,noload");
	if (!(s->compat & EXT2_COMPAT_HAS_JOURNAL))
		return refuse(fs, -EINVAL, "but there is none (has_journal); run e2fsck");
	if (!s->journal_inum)
		return refuse(fs, -EINVAL,
			      "it is on another device, which is not supported; run e2fsck");
	if (s->journal_inum != EXT2_JOURNAL_INO)
		return refuse(fs, -EINVAL, "its inode is not the journal's; run e2fsck");
	if (!(s->ro_compat & ~EXT2_RO_KNOWN))
		return 0;
	scnprintf(text, sizeof(text), "not supported with %s; mount with -o ro,noload",
		  ext2_feature_names(EXT2_KIND_RO_COMPAT, s->ro_compat & ~EXT2_RO_KNOWN, names,
				     sizeof(names)));
	return refuse(fs, -EROFS, text);
}

int ext2_journal_load(struct ext2_fs *fs)
{
	const struct ext2_super *s = fs->super;
	const u32 flags = fs->sb->flags;
	int err;

	if (s->rev_level == EXT2_REV_ORIGINAL)
		return 0;
	if (!(s->incompat & EXT2_INCOMPAT_RECOVER)) {
		if (s->compat & EXT2_COMPAT_HAS_JOURNAL)
			ext2_warn(fs, "mounting ext3 file system as ext2");
		return 0;
	}
	if (fs->opt.no_load && ext2_readonly(fs)) {
		ext2_warn(
			fs,
			"its journal is not replayed (noload): what is read may be old or broken");
		return 0;
	}
	err = may_replay(fs);
	if (err)
		return err;
	/* What is found wrong meanwhile is told, but changes nothing. */
	fs->sb->flags |= MS_RDONLY;
	err = replay(fs);
	fs->sb->flags = flags;
	if (!err)
		ext2_warn(fs, "mounting ext3 file system as ext2");
	return err;
}
