/*
 * freeze.c - FIFREEZE and FITHAW: a file system that stands still, clean on its disk.
 *
 * The frozen one has a reference of its own: it outlives its last mount, keeps its device, and is
 * found again, frozen, when the device is mounted. Inodes whose end came meanwhile (deleted files
 * that were closed) have waited in memory and go when it thaws.
 */
#include "vfs_internal.h"

/* All gates are closed behind this: what is dirty by then gets no company any more. */
static int stop_and_sync(struct super_block *sb)
{
	struct sb_freeze *f = &sb->freeze;
	int err;

	sb_gate_close(f, SB_GATE_WRITE);
	sb_gate_close(f, SB_GATE_FAULT);
	/* Most of it, while inodes may still come to their end: a commit lets some go. */
	err = super_sync(sb, true);
	sb_gate_close(f, SB_GATE_END);
	err = err ? err : super_sync(sb, true);
	return err ? err : sb->ops->freeze(sb);
}

/* f->lock held. */
static void let_go(struct super_block *sb)
{
	sb_gates_open(&sb->freeze);
	inode_end_kept(sb);
}

int super_freeze(struct super_block *sb)
{
	struct sb_freeze *f = &sb->freeze;
	int err = 0;

	if (!f->able)
		return -EOPNOTSUPP;
	mutex_lock(&f->lock);
	if (f->frozen)
		err = -EBUSY;
	else if (!(sb->flags & MS_RDONLY) && (err = stop_and_sync(sb)))
		let_go(sb);
	if (!err) {
		f->frozen = true;
		refcount_inc(&sb->refs);
	}
	mutex_unlock(&f->lock);
	return err;
}

int super_thaw(struct super_block *sb)
{
	struct sb_freeze *f = &sb->freeze;
	int err = 0;

	if (!f->able)
		return -EINVAL;
	mutex_lock(&f->lock);
	if (!f->frozen)
		err = -EINVAL;
	else if (!(sb->flags & MS_RDONLY))
		err = sb->ops->thaw(sb);
	if (!err) {
		f->frozen = false;
		let_go(sb);
	}
	mutex_unlock(&f->lock);
	if (!err)
		super_put(sb);
	return err;
}
