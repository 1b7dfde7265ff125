/*
 * epoll_wait.c - collecting events.
 *
 * A scan takes the whole ready list and looks at each watch: it is unlinked first and asked then,
 * so that an event coming in between links it again and is not lost. Level-triggered watches that
 * were ready go back to the tail.
 */
#include <kernel/files.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "epoll_internal.h"
#include "ipc_util.h"

#define EPOLL_MAX_EVENTS (INT_MAX / (int)sizeof(struct epoll_event_abi))

static void list_splice_head(struct list_head *from, struct list_head *to)
{
	if (list_empty(from))
		return;
	from->prev->next = to->next;
	to->next->prev = from->prev;
	to->next = from->next;
	from->next->prev = to;
	list_init(from);
}

/* All that is ready moves to `list`. scan_lock held. */
static void ready_take(struct epoll *ep, struct list_head *list)
{
	unsigned long flags = spin_lock_irqsave(&ep->lock);

	list_init(list);
	list_splice_tail_init(&ep->ready, list);
	spin_unlock_irqrestore(&ep->lock, flags);
}

/* What was not looked at comes first the next time. Are there any ready now? */
static bool ready_give_back(struct epoll *ep, struct list_head *list)
{
	unsigned long flags = spin_lock_irqsave(&ep->lock);
	bool any;

	list_splice_head(list, &ep->ready);
	any = !list_empty(&ep->ready);
	spin_unlock_irqrestore(&ep->lock, flags);
	return any;
}

static void ready_unlink(struct epoll *ep, struct epoll_watch *watch)
{
	unsigned long flags = spin_lock_irqsave(&ep->lock);

	list_del_init(&watch->ready);
	spin_unlock_irqrestore(&ep->lock, flags);
}

/* After an event was handed over: ONESHOT is off now, level-triggered looks again next time. */
static void watch_delivered(struct epoll *ep, struct epoll_watch *watch)
{
	unsigned long flags;

	if (watch->events & EPOLLET && !(watch->events & EPOLLONESHOT))
		return;
	flags = spin_lock_irqsave(&ep->lock);
	if (watch->events & EPOLLONESHOT)
		watch->events &= EPOLL_MODE_BITS;
	else if (list_empty(&watch->ready))
		list_add_tail(&watch->ready, &ep->ready);
	spin_unlock_irqrestore(&ep->lock, flags);
}

static int event_put_user(struct epoll_event_abi __user *dst, u32 events, u64 data)
{
	struct epoll_event_abi event = { .events = events, .data = data };

	return copy_to_user(dst, &event, sizeof(event));
}

/* How many events were written, or -EFAULT when the first could not be. */
static int send_events(struct epoll *ep, struct epoll_event_abi __user *out, int max)
{
	struct list_head list;
	int count = 0;
	bool left;

	mutex_lock(&ep->scan_lock);
	ready_take(ep, &list);
	while (count < max && !list_empty(&list)) {
		struct epoll_watch *watch = list_first_entry(&list, struct epoll_watch, ready);
		u32 events;

		ready_unlink(ep, watch);
		events = vfs_poll(watch->file, NULL) & watch->events & ~EPOLL_MODE_BITS;
		if (!events)
			continue;
		if (event_put_user(&out[count], events, watch->data)) {
			epoll_watch_ready(watch);
			count = count ? count : -EFAULT;
			break;
		}
		count++;
		watch_delivered(ep, watch);
	}
	left = ready_give_back(ep, &list);
	mutex_unlock(&ep->scan_lock);
	if (left)
		epoll_wake(ep); /* another waiter may take the rest */
	return count;
}

/*
 * The epoll file itself is readable when one of its watches really is: those that are not any more
 * leave the list. Its scan_lock may nest in that of an outer epoll, bounded by the graph.
 */
u32 epoll_poll(struct file *file, struct poll_table *pt)
{
	struct epoll *ep = file->private;
	struct epoll_watch *watch;
	u32 ready = 0;

	poll_wait(file, &ep->pollers, pt);
	if (list_empty(&ep->ready))
		return 0;
	mutex_lock_nested(&ep->scan_lock);
	for (;;) {
		unsigned long flags = spin_lock_irqsave(&ep->lock);

		watch = list_first_entry_or_null(&ep->ready, struct epoll_watch, ready);
		if (watch)
			list_del_init(&watch->ready);
		spin_unlock_irqrestore(&ep->lock, flags);
		if (!watch)
			break;
		if (vfs_poll(watch->file, NULL) & watch->events & ~EPOLL_MODE_BITS) {
			flags = spin_lock_irqsave(&ep->lock);
			if (list_empty(&watch->ready))
				list_add(&watch->ready, &ep->ready);
			spin_unlock_irqrestore(&ep->lock, flags);
			ready = POLLIN | POLLRDNORM;
			break;
		}
	}
	mutex_unlock(&ep->scan_lock);
	return ready;
}

static int wait_events(struct epoll *ep, struct epoll_event_abi __user *out, int max, s64 deadline)
{
	for (;;) {
		int count = 0;
		s64 left;

		if (!list_empty(&ep->ready))
			count = send_events(ep, out, max);
		if (count || !deadline)
			return count;
		left = ipc_time_left(deadline);
		if (!left)
			return 0;
		left = wait_event_full(&ep->waiters, !list_empty(&ep->ready), TASK_INTERRUPTIBLE,
				       true, left);
		if (left < 0)
			return -EINTR;
	}
}

static long do_epoll_wait(int epfd, void __user *events, int max, s64 deadline)
{
	struct file *file;
	long ret = -EINVAL;

	if (max <= 0 || max > EPOLL_MAX_EVENTS)
		return -EINVAL;
	if (!user_range_ok(events, (size_t)max * sizeof(struct epoll_event_abi)))
		return -EFAULT;
	file = fd_get(epfd);
	if (!file)
		return -EBADF;
	if (file->ops == &epoll_fops)
		ret = wait_events(file->private, events, max, deadline);
	file_put(file);
	return ret;
}

static s64 deadline_ms(int timeout)
{
	return timeout > 0 ? ipc_deadline(MSEC(timeout)) : timeout < 0 ? TIMEOUT_NEVER : 0;
}

asmlinkage long sys_epoll_wait(int epfd, void __user *events, int max, int timeout)
{
	return do_epoll_wait(epfd, events, max, deadline_ms(timeout));
}

static long epoll_wait_masked(int epfd, void __user *events, int max, s64 deadline,
			      const void __user *mask, size_t size)
{
	long ret = ipc_set_mask(mask, size);

	if (ret)
		return ret;
	ret = do_epoll_wait(epfd, events, max, deadline);
	ipc_restore_mask(mask, ret, -EINTR);
	return ret;
}

asmlinkage long sys_epoll_pwait(int epfd, void __user *events, int max, int timeout,
				const void __user *sigmask, size_t size)
{
	return epoll_wait_masked(epfd, events, max, deadline_ms(timeout), sigmask, size);
}

asmlinkage long sys_epoll_pwait2(int epfd, void __user *events, int max, const void __user *timeout,
				 const void __user *sigmask, size_t size)
{
	s64 ns, deadline = TIMEOUT_NEVER;
	int err = ipc_get_timeout(timeout, true, &ns);

	if (err)
		return err;
	if (timeout)
		deadline = ns ? ipc_deadline(ns) : 0;
	return epoll_wait_masked(epfd, events, max, deadline, sigmask, size);
}
