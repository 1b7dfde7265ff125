/*
 * orphan.c - the list of inodes that were being deleted or cut when an ext3 went down: from
 * super.last_orphan on, each inode's dtime is the number of the next.
 *
 * This file system itself makes no such list, and Linux makes none where there is no journal: the
 * list's head and its links lie in blocks that reach the disk one by one. After a power cut between
 * two of them it would lead astray, which e2fsck -p leaves to its operator; what is merely
 * unreferenced it frees by itself.
 */
#include "ext2_internal.h"

/* Frees or cuts one; the next number, 0 at the end or when the chain cannot be followed. */
static u32 free_one(struct ext2_fs *fs, u32 ino, unsigned int *freed, unsigned int *cut)
{
	const u32 bits = fs->geo.block_bits;
	struct inode *inode = ext2_iget_orphan(fs->sb, ino);
	u32 next;

	if (IS_ERR(inode))
		return 0;
	next = ext2_i(inode)->dtime;
	ext2_i(inode)->dtime = 0;
	if (inode->nlink) {
		if (S_ISREG(inode->mode))
			ext2_truncate(inode, (u32)((u64)(inode->size + (1ll << bits) - 1) >> bits));
		inode_mark_dirty(inode);
		++*cut;
	} else {
		++*freed;
	}
	inode_put(inode);
	return next;
}

void ext2_orphans_free(struct ext2_fs *fs)
{
	struct ext2_super *s = fs->super;
	unsigned int freed = 0, cut = 0;
	u32 ino = s->last_orphan;

	if (!ino)
		return;
	if (s->state & EXT2_STATE_ERROR) {
		ext2_warn(fs, "has errors: files that were being deleted are left to e2fsck");
		return;
	}
	/* An inode's number in the chain is taken out when it is visited: a circle ends. */
	while (ino >= fs->geo.first_ino && ino <= fs->geo.inodes && !ext2_readonly(fs) &&
	       freed + cut < fs->geo.inodes)
		ino = free_one(fs, ino, &freed, &cut);
	if (ino)
		ext2_error(fs, "the list of deleted files leads to inode %u", ino);
	s->last_orphan = 0;
	buf_dirty(&fs->super_buf);
	ext2_message(fs, KERN_INFO, "%u deleted files freed, %u files cut", freed, cut);
}
