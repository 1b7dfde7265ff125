/*
 * epoll.c - epoll_create and epoll_ctl: the set of watches. epoll_wait.c has the other half.
 */
#include <kernel/cred.h>
#include <kernel/epoll.h>
#include <kernel/files.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include "epoll_internal.h"
#include "ipc_util.h"

static DEFINE_MUTEX(epoll_tree_lock, RANK_EPOLL - 1);

/* A watch being hooked; the table's `queue` fills it in. */
struct hook_request {
	struct poll_table table;
	struct epoll_watch *watch;
	int error;
};

static int watch_compare(const struct epoll_watch *watch, const struct file *file, int fd)
{
	if (watch->file != file)
		return (uintptr_t)file < (uintptr_t)watch->file ? -1 : 1;
	return fd < watch->fd ? -1 : fd > watch->fd;
}

static struct epoll_watch *watch_find(struct epoll *ep, struct file *file, int fd)
{
	struct rb_node *node = ep->watches.node;

	while (node) {
		struct epoll_watch *watch = container_of(node, struct epoll_watch, node);
		int order = watch_compare(watch, file, fd);

		if (!order)
			return watch;
		node = order < 0 ? node->left : node->right;
	}
	return NULL;
}

static void watch_insert(struct epoll *ep, struct epoll_watch *watch)
{
	struct rb_node **link = &ep->watches.node, *parent = NULL;

	while (*link) {
		parent = *link;
		if (watch_compare(container_of(parent, struct epoll_watch, node), watch->file,
				  watch->fd) < 0)
			link = &parent->left;
		else
			link = &parent->right;
	}
	rb_link(&watch->node, parent, link);
	rb_insert(&watch->node, &ep->watches, NULL);
}

/* ---- hooks on the wait queues of the watched file ---- */

static bool hook_wake(struct wait_entry *wait, u32 key)
{
	struct epoll_hook *hook = container_of(wait, struct epoll_hook, wait);
	struct epoll_watch *watch = hook->watch;
	struct epoll *ep = watch->epoll;
	u32 events;
	bool woke;

	if (unlikely(key & POLLFREE)) { /* the queue's lock is held: leave it for good */
		list_del_init(&wait->node);
		WRITE_ONCE(hook->queue, NULL);
		return false;
	}
	events = READ_ONCE(watch->events);
	if (!(events & ~EPOLL_MODE_BITS) || (key && !(key & events)))
		return false;
	spin_lock(&ep->lock);
	if (list_empty(&watch->ready))
		list_add_tail(&watch->ready, &ep->ready);
	spin_unlock(&ep->lock);
	woke = epoll_wake(ep);
	return woke || !(events & EPOLLEXCLUSIVE);
}

bool epoll_wake(struct epoll *ep)
{
	bool active = wait_queue_active(&ep->waiters);

	if (active)
		wait_queue_wake(&ep->waiters, 1, POLLIN);
	wake_up_poll(&ep->pollers, POLLIN | POLLRDNORM);
	return active;
}

void epoll_watch_ready(struct epoll_watch *watch)
{
	struct epoll *ep = watch->epoll;
	unsigned long flags = spin_lock_irqsave(&ep->lock);

	if (list_empty(&watch->ready))
		list_add_tail(&watch->ready, &ep->ready);
	spin_unlock_irqrestore(&ep->lock, flags);
	epoll_wake(ep);
}

static void hook_queue(struct poll_table *table, struct file *file, struct wait_queue *q)
{
	struct hook_request *req = container_of(table, struct hook_request, table);
	struct epoll_watch *watch = req->watch;
	struct epoll_hook *hook = &watch->hook;

	if (hook->queue) {
		hook = kzalloc(sizeof(*hook), GFP_KERNEL);
		if (!hook) {
			req->error = -ENOMEM;
			return;
		}
		hook->next = watch->more;
		watch->more = hook;
	}
	wait_entry_init(&hook->wait, hook_wake);
	hook->wait.task = NULL;
	hook->wait.flags = watch->events & EPOLLEXCLUSIVE ? WAIT_EXCLUSIVE : 0;
	hook->watch = watch;
	hook->queue = q;
	wait_add(q, &hook->wait);
}

/* With interrupts off no one can free the queue (POLLFREE) between the test and the removal. */
static void hook_remove(struct epoll_hook *hook)
{
	unsigned long flags = local_irq_save();
	struct wait_queue *q = READ_ONCE(hook->queue);

	if (q)
		wait_remove(q, &hook->wait);
	hook->queue = NULL;
	local_irq_restore(flags);
}

static void watch_unhook(struct epoll_watch *watch)
{
	struct epoll_hook *hook;

	hook_remove(&watch->hook);
	while ((hook = watch->more)) {
		watch->more = hook->next;
		hook_remove(hook);
		kfree(hook);
	}
}

/* ---- the set of watches; epoll_tree_lock held ---- */

static void watch_remove(struct epoll_watch *watch)
{
	struct epoll *ep = watch->epoll;
	unsigned long flags;

	watch_unhook(watch);
	mutex_lock(&ep->scan_lock);
	flags = spin_lock_irqsave(&ep->lock);
	list_del_init(&watch->ready);
	spin_unlock_irqrestore(&ep->lock, flags);
	mutex_unlock(&ep->scan_lock);
	rb_erase(&watch->node, &ep->watches, NULL);
	list_del(&watch->file_node);
	if (watch->edge.watched)
		epoll_graph_unlink(&watch->edge);
	kfree(watch);
}

static int watch_link_graph(struct epoll_watch *watch)
{
	struct epoll *other;
	int err;

	if (watch->file->ops != &epoll_fops)
		return 0;
	other = watch->file->private;
	err = epoll_graph_check(&watch->epoll->node, &other->node);
	if (!err)
		epoll_graph_link(&watch->edge, &watch->epoll->node, &other->node);
	return err;
}

static int watch_add(struct epoll *ep, struct file *file, int fd,
		     const struct epoll_event_abi *event)
{
	struct epoll_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
	struct hook_request req = { .table = { .queue = hook_queue }, .watch = watch };
	int err;

	if (!watch)
		return -ENOMEM;
	watch->file = file;
	watch->fd = fd;
	watch->epoll = ep;
	watch->events = event->events;
	watch->data = event->data;
	list_init(&watch->ready);
	err = watch_link_graph(watch);
	if (err) {
		kfree(watch);
		return err;
	}
	watch_insert(ep, watch);
	list_add_tail(&watch->file_node, &file->epoll_items);
	req.table.events = watch->events;
	if (vfs_poll(file, &req.table) & watch->events)
		epoll_watch_ready(watch);
	if (req.error)
		watch_remove(watch);
	return req.error;
}

static int watch_modify(struct epoll_watch *watch, const struct epoll_event_abi *event)
{
	struct epoll *ep = watch->epoll;
	unsigned long flags;

	if ((watch->events | event->events) & EPOLLEXCLUSIVE)
		return -EINVAL;
	flags = spin_lock_irqsave(&ep->lock);
	watch->events = event->events;
	watch->data = event->data;
	spin_unlock_irqrestore(&ep->lock, flags);
	if (vfs_poll(watch->file, NULL) & event->events)
		epoll_watch_ready(watch);
	return 0;
}

void epoll_forget_file(struct file *file)
{
	mutex_lock(&epoll_tree_lock);
	while (!list_empty(&file->epoll_items))
		watch_remove(list_first_entry(&file->epoll_items, struct epoll_watch, file_node));
	mutex_unlock(&epoll_tree_lock);
}

static void epoll_release(struct file *file)
{
	struct epoll *ep = file->private;

	mutex_lock(&epoll_tree_lock);
	while (ep->watches.node)
		watch_remove(container_of(ep->watches.node, struct epoll_watch, node));
	mutex_unlock(&epoll_tree_lock);
	kfree(ep);
}

static void epoll_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct epoll *ep = file->private;
	size_t used = 0;

	buf[0] = '\0';
	mutex_lock(&epoll_tree_lock);
	for (struct rb_node *node = rb_first(&ep->watches); node; node = rb_next(node)) {
		struct epoll_watch *w = container_of(node, struct epoll_watch, node);

		used += scnprintf(buf + used, size - used,
				  "tfd: %8d events: %8x data: %16llx  pos:%lli ino:%x sdev:%x\n",
				  w->fd, w->events, w->data, w->file->pos, (u32)w->file->inode->ino,
				  w->file->inode->sb->dev);
	}
	mutex_unlock(&epoll_tree_lock);
}

const struct file_ops epoll_fops = {
	.poll = epoll_poll,
	.release = epoll_release,
	.show_fdinfo = epoll_show_fdinfo,
};

/* ---- system calls ---- */

asmlinkage long sys_epoll_create1(u32 flags)
{
	struct epoll *ep;
	int fd;

	if (flags & ~(u32)O_CLOEXEC)
		return -EINVAL;
	ep = kzalloc(sizeof(*ep), GFP_KERNEL);
	if (!ep)
		return -ENOMEM;
	mutex_init(&ep->scan_lock, RANK_EPOLL, "epoll");
	spin_init(&ep->lock, RANK_NONE, "epoll ready");
	list_init(&ep->ready);
	wait_queue_init(&ep->waiters);
	wait_queue_init(&ep->pollers);
	/* Woken under the lock of another wait queue, a chain of epolls deep. */
	spin_init(&ep->waiters.lock, RANK_NONE, "epoll waiters");
	spin_init(&ep->pollers.lock, RANK_NONE, "epoll pollers");
	epoll_node_init(&ep->node);
	fd = ipc_install_anon("anon_inode:[eventpoll]", &epoll_fops, ep, O_RDWR | flags);
	if (fd < 0)
		kfree(ep);
	return fd;
}

asmlinkage long sys_epoll_create(int size)
{
	return size <= 0 ? -EINVAL : sys_epoll_create1(0);
}

static int exclusive_check(int op, const struct file *file, u32 events)
{
	const u32 allowed = EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLET | POLLIN | POLLOUT | POLLERR |
			    POLLHUP | POLLRDNORM | POLLWRNORM | POLLRDBAND | POLLWRBAND;

	if (!(events & EPOLLEXCLUSIVE))
		return 0;
	if (op == EPOLL_CTL_MOD || file->ops == &epoll_fops || (events & ~allowed))
		return -EINVAL;
	return 0;
}

static int ctl_locked(struct epoll *ep, int op, struct file *file, int fd,
		      const struct epoll_event_abi *event)
{
	struct epoll_watch *watch = watch_find(ep, file, fd);

	switch (op) {
	case EPOLL_CTL_ADD:
		return watch ? -EEXIST : watch_add(ep, file, fd, event);
	case EPOLL_CTL_MOD:
		return watch ? watch_modify(watch, event) : -ENOENT;
	case EPOLL_CTL_DEL:
		if (!watch)
			return -ENOENT;
		watch_remove(watch);
		return 0;
	default:
		return -EINVAL;
	}
}

static int ctl_files(struct file *epfile, int op, struct file *file, int fd,
		     struct epoll_event_abi *event)
{
	int err;

	if (!file->ops->poll)
		return -EPERM;
	if (epfile == file || epfile->ops != &epoll_fops)
		return -EINVAL;
	if (op != EPOLL_CTL_DEL) {
		err = exclusive_check(op, file, event->events);
		if (err)
			return err;
		event->events |= POLLERR | POLLHUP;
		if (!capable(CAP_BLOCK_SUSPEND))
			event->events &= ~EPOLLWAKEUP;
	}
	mutex_lock(&epoll_tree_lock);
	err = ctl_locked(epfile->private, op, file, fd, event);
	mutex_unlock(&epoll_tree_lock);
	return err;
}

asmlinkage long sys_epoll_ctl(int epfd, int op, int fd, const void __user *uevent)
{
	struct epoll_event_abi event = { 0 };
	struct file *epfile, *file;
	long err = -EBADF;

	if (op != EPOLL_CTL_DEL && copy_from_user(&event, uevent, sizeof(event)))
		return -EFAULT;
	epfile = fd_get(epfd);
	if (!epfile)
		return err;
	file = fd_get(fd);
	if (file) {
		err = ctl_files(epfile, op, file, fd, &event);
		file_put(file);
	}
	file_put(epfile);
	return err;
}
