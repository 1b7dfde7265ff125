/*
 * fasync.c - O_ASYNC: signals when a pipe, socket or terminal becomes ready.
 *
 * The file is watched as poll() would, with entries that stay on its wait queues. A wake-up may
 * come from an interrupt, under locks: it only notes the events; a work item sends the signals.
 */
#include "vfs_internal.h"
#include <kernel/irq.h>
#include <kernel/poll.h>
#include <abi/signal.h>

#define FASYNC_QUEUES 4 /* no file has more to wait on */

#define CODE_IN	 1 /* POLL_IN, POLL_OUT, POLL_PRI, POLL_HUP of siginfo */
#define CODE_OUT 2
#define CODE_PRI 5
#define CODE_HUP 6

struct fasync;

struct fasync_entry {
	struct wait_entry entry;
	struct wait_queue *queue;
	struct fasync *owner;
};

struct fasync {
	struct poll_table pt;
	struct work work;
	struct file *file;
	int fd;
	struct atomic events; /* came since the work last ran; bit 31: of unknown kind */
	unsigned int count;
	struct fasync_entry entries[FASYNC_QUEUES];
};

#define EVENTS_UNKNOWN 0x40000000

/* Guards file->fasync. */
static DEFINE_MUTEX(fasync_lock, RANK_RENAME + 1);

static bool note_events(struct wait_entry *entry, u32 key)
{
	struct fasync *fa = container_of(entry, struct fasync_entry, entry)->owner;
	int old;

	do {
		old = atomic_read(&fa->events);
	} while (!atomic_cmpxchg(&fa->events, old, old | (int)(key ? key : EVENTS_UNKNOWN)));
	work_queue(&fa->work);
	return false;
}

static void send(struct work *work)
{
	struct fasync *fa = container_of(work, struct fasync, work);
	u32 events = (u32)atomic_xchg(&fa->events, 0);

	if (events & EVENTS_UNKNOWN)
		events |= vfs_poll(fa->file, NULL);
	if (events & POLLPRI)
		file_send_sigio(fa->file, fa->fd, CODE_PRI);
	if (events & (POLLHUP | POLLERR | POLLRDHUP))
		file_send_sigio(fa->file, fa->fd, CODE_HUP);
	if (events & (POLLIN | POLLRDNORM))
		file_send_sigio(fa->file, fa->fd, CODE_IN);
	if (events & (POLLOUT | POLLWRNORM))
		file_send_sigio(fa->file, fa->fd, CODE_OUT);
}

static void queue(struct poll_table *pt, struct file *file, struct wait_queue *q)
{
	struct fasync *fa = container_of(pt, struct fasync, pt);
	struct fasync_entry *e;

	if (fa->count == FASYNC_QUEUES)
		return;
	e = &fa->entries[fa->count++];
	wait_entry_init(&e->entry, note_events);
	e->entry.flags = 0;
	e->queue = q;
	e->owner = fa;
	wait_add(q, &e->entry);
}

static int enable(struct file *file, int fd)
{
	struct fasync *fa = kzalloc(sizeof(*fa), GFP_KERNEL);

	if (!fa)
		return -ENOMEM;
	fa->file = file;
	fa->fd = fd;
	fa->pt = (struct poll_table){ queue, ~0u };
	work_init(&fa->work, send);
	file->fasync = fa;
	file->flags |= O_ASYNC;
	file->ops->poll(file, &fa->pt);
	return 0;
}

static void disable(struct file *file)
{
	struct fasync *fa = file->fasync;

	file->flags &= ~(u32)O_ASYNC;
	file->fasync = NULL;
	for (unsigned int i = 0; i < fa->count; i++)
		wait_remove(fa->entries[i].queue, &fa->entries[i].entry);
	work_flush(&fa->work);
	kfree(fa);
}

/* Whose wait queues live as long as the file: of these kinds alone O_ASYNC means something. */
static bool is_supported(const struct file *file)
{
	const u32 mode = file->inode->mode;

	return file->ops->poll && (S_ISFIFO(mode) || S_ISSOCK(mode) || S_ISCHR(mode));
}

int fasync_set(struct file *file, int fd, bool on)
{
	int err = 0;

	mutex_lock(&fasync_lock);
	if (!on && file->fasync)
		disable(file);
	else if (on && !file->fasync && is_supported(file))
		err = enable(file, fd);
	mutex_unlock(&fasync_lock);
	return err;
}
