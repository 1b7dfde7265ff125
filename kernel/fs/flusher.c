/*
 * flusher.c - the thread that writes back what has been dirty for long, or is too much.
 *
 * Every FLUSH_PERIOD it writes changed inodes to their file systems' buffers and then the mappings
 * that have been dirty for DIRTY_AGE. When more than a share of memory is dirty it is woken and
 * writes the oldest mappings whatever their age. A mapping is written a piece at a time, so that
 * one large file does not keep the others waiting.
 */
#include "vfs_internal.h"
#include <kernel/init.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/wait.h>

#define FLUSH_PERIOD SEC(5)
#define DIRTY_AGE    SEC(30)
#define PIECE	     1024ul /* pages */

static DEFINE_WAIT_QUEUE(flusher_wait);
static bool wanted;

void flusher_wake(void)
{
	if (READ_ONCE(wanted))
		return;
	wanted = true;
	wake_up(&flusher_wait);
}

static int write_old_inode(struct inode *inode, void *arg)
{
	const struct super_ops *ops = inode->sb->ops;

	if ((inode->flags & INODE_DIRTY) && ops->write_inode && inode->nlink)
		ops->write_inode(inode, false);
	return 0;
}

static int write_super(struct super_block *sb, void *arg)
{
	if (!sb->bdev || (sb->flags & MS_RDONLY) || !sb->ops || READ_ONCE(sb->freeze.closed))
		return 0;
	inode_for_each(sb, write_old_inode, NULL);
	if (sb->ops->sync)
		sb->ops->sync(sb, false);
	return 0;
}

/* Mappings that got dirty before that moment; all of memory's share when there is too much. */
static void write_mappings(s64 before)
{
	struct mapping *m;

	while ((m = mapping_take_dirty(before))) {
		struct inode *host = m->host;

		(void)mapping_write_some(m, PIECE);
		mapping_put_dirty(m);
		inode_put(host);
	}
}

static void flush_too_much(void)
{
	struct mapping *m;

	while (dirty_over_background() && (m = mapping_take_dirty(clock_monotonic()))) {
		struct inode *host = m->host;
		unsigned long n = mapping_write_some(m, PIECE);

		mapping_put_dirty(m);
		inode_put(host);
		if (!n)
			break;
	}
}

static int flusher(void *arg)
{
	s64 next = clock_monotonic() + FLUSH_PERIOD;

	for (;;) {
		s64 left = next - clock_monotonic();

		if (left > 0)
			(void)wait_event_timeout(&flusher_wait, wanted, left);
		if (wanted)
			flush_too_much();
		wanted = false;
		if (clock_monotonic() < next)
			continue;
		(void)super_for_each(write_super, NULL);
		write_mappings(clock_monotonic() - DIRTY_AGE);
		next = clock_monotonic() + FLUSH_PERIOD;
	}
	return 0;
}

static int flusher_init(void)
{
	struct task *task = kthread_create(flusher, NULL, "flush");

	return IS_ERR(task) ? (int)PTR_ERR(task) : 0;
}
INIT_CALL(INIT_DRIVER, flusher_init);
