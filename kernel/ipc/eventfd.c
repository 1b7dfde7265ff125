/* eventfd.c - eventfd(2): a 64-bit counter that can be waited for. */
#include <kernel/lock.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/wait.h>
#include "ipc_util.h"

#define EFD_SEMAPHORE 1u
#define EVENTFD_MAX   (~0ull - 1) /* the largest value a write may leave */

struct eventfd {
	struct spinlock lock; /* guards count */
	u64 count;
	bool semaphore;
	struct wait_queue wait; /* readers and writers */
};

/* Takes the count (or one of it); 0 = nothing there. */
static u64 eventfd_take(struct eventfd *ev)
{
	u64 n;

	spin_lock(&ev->lock);
	n = ev->semaphore && ev->count ? 1 : ev->count;
	ev->count -= n;
	spin_unlock(&ev->lock);
	return n;
}

static bool eventfd_add(struct eventfd *ev, u64 n)
{
	bool fits;

	spin_lock(&ev->lock);
	fits = n <= EVENTFD_MAX - ev->count;
	if (fits)
		ev->count += n;
	spin_unlock(&ev->lock);
	return fits;
}

static ssize_t eventfd_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct eventfd *ev = file->private;
	u64 n;

	if (to->count < sizeof(n))
		return -EINVAL;
	while (!(n = eventfd_take(ev))) {
		int err = -EAGAIN;

		if (!(file->flags & O_NONBLOCK))
			err = wait_event_interruptible(&ev->wait, ev->count);
		if (err)
			return err;
	}
	wake_up_poll(&ev->wait, POLLOUT);
	return iov_copy_to(to, &n, sizeof(n)) == sizeof(n) ? (ssize_t)sizeof(n) : -EFAULT;
}

static ssize_t eventfd_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct eventfd *ev = file->private;
	u64 n;

	if (from->count < sizeof(n))
		return -EINVAL;
	if (iov_copy_from(from, &n, sizeof(n)) != sizeof(n))
		return -EFAULT;
	if (n == ~0ull)
		return -EINVAL;
	while (!eventfd_add(ev, n)) {
		int err = -EAGAIN;

		if (!(file->flags & O_NONBLOCK))
			err = wait_event_interruptible(&ev->wait, n <= EVENTFD_MAX - ev->count);
		if (err)
			return err;
	}
	wake_up_poll(&ev->wait, POLLIN);
	return sizeof(n);
}

static u32 eventfd_poll(struct file *file, struct poll_table *pt)
{
	struct eventfd *ev = file->private;
	u32 events = 0;

	poll_wait(file, &ev->wait, pt);
	spin_lock(&ev->lock);
	if (ev->count)
		events |= POLLIN;
	if (ev->count < EVENTFD_MAX)
		events |= POLLOUT;
	spin_unlock(&ev->lock);
	return events;
}

static void eventfd_release(struct file *file)
{
	kfree(file->private);
}

static void eventfd_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct eventfd *ev = file->private;

	snprintf(buf, size, "eventfd-count: %16llx\n", ev->count);
}

static const struct file_ops eventfd_fops = {
	.read = eventfd_read,
	.write = eventfd_write,
	.poll = eventfd_poll,
	.release = eventfd_release,
	.show_fdinfo = eventfd_show_fdinfo,
};

asmlinkage long sys_eventfd2(u32 count, u32 flags)
{
	struct eventfd *ev;
	int fd;

	if (flags & ~(u32)(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	ev = kmalloc(sizeof(*ev), GFP_KERNEL);
	if (!ev)
		return -ENOMEM;
	spin_init(&ev->lock, RANK_SPIN, "eventfd");
	ev->count = count;
	ev->semaphore = flags & EFD_SEMAPHORE;
	wait_queue_init(&ev->wait);
	fd = ipc_install_anon("anon_inode:[eventfd]", &eventfd_fops, ev,
			      O_RDWR | (flags & ~EFD_SEMAPHORE));
	if (fd < 0)
		kfree(ev);
	return fd;
}

asmlinkage long sys_eventfd(u32 count)
{
	return sys_eventfd2(count, 0);
}
