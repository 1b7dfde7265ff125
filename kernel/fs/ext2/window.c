/*
 * window.c - reservation windows: stretches of free blocks kept for files that are being written,
 * so that two writers do not interleave. Only in memory; a window keeps others away as long as
 * there is other room.
 */
#include "ext2_internal.h"

/* Beyond this many writers at once the list is not worth its walk. */
#define WINDOWS_MAX 128u

void ext2_window_drop(struct inode *inode)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_window *w = &ext2_i(inode)->window;

	if (list_empty(&w->node))
		return;
	spin_lock(&fs->window_lock);
	if (!list_empty(&w->node)) {
		list_del_init(&w->node);
		fs->window_count--;
	}
	w->start = w->end = 0;
	spin_unlock(&fs->window_lock);
}

void ext2_window_set(struct inode *inode, u32 start, u32 end)
{
	struct ext2_fs *fs = ext2_fs(inode->sb);
	struct ext2_window *w = &ext2_i(inode)->window;

	spin_lock(&fs->window_lock);
	w->start = w->end = 0;
	if (list_empty(&w->node) && fs->window_count < WINDOWS_MAX) {
		list_add(&w->node, &fs->windows);
		fs->window_count++;
	}
	if (!list_empty(&w->node)) {
		w->start = start;
		w->end = end;
	}
	spin_unlock(&fs->window_lock);
}

u32 ext2_window_conflict(struct ext2_fs *fs, const struct ext2_window *own, u32 start, u32 count)
{
	const struct ext2_window *w;
	u32 behind = 0;

	if (!fs->window_count)
		return 0;
	spin_lock(&fs->window_lock);
	list_for_each_entry (w, &fs->windows, node)
		if (w != own && start < w->end && w->start < start + count && w->end > behind)
			behind = w->end;
	spin_unlock(&fs->window_lock);
	return behind;
}
