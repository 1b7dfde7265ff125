/*
 * journal.c - ext3's journal. A clean one is left alone and the file system is mounted as ext2, as
 * Linux does it. One that still holds changes must be replayed before anything is read: without
 * that the file system on the disk is an old and inconsistent state.
 */
#include "ext2_internal.h"

int ext2_journal_check(struct ext2_fs *fs)
{
	const struct ext2_super *s = fs->super;

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
	ext2_message(fs, KERN_ERR,
		     "its journal has to be replayed (needs_recovery): run e2fsck, or mount with "
		     "-o ro,noload");
	return -EINVAL;
}
