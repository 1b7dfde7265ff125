/*
 * epoll.h - what the rest of the kernel owes epoll.
 *
 * A watched file does not know its epolls but through file->epoll_items. The VFS calls
 * epoll_file_gone() when the last reference of a file goes, before ops->release(); it may sleep.
 * An owner of a wait queue that may die before the files that poll it (struct process and its
 * signalfd_wait) calls poll_queue_gone() first: epoll then forgets the queue.
 */
#ifndef KERNEL_EPOLL_H
#define KERNEL_EPOLL_H

#include <kernel/fs.h>
#include <kernel/wait.h>

/* A wake-up key of its own: the queue is about to be freed. */
#define POLLFREE 0x4000u

void epoll_forget_file(struct file *file);
static inline void epoll_file_gone(struct file *file)
{
	if (unlikely(!list_empty(&file->epoll_items)))
		epoll_forget_file(file);
}
static inline void poll_queue_gone(struct wait_queue *q)
{
	if (wait_queue_active(q))
		wait_queue_wake(q, 0, POLLFREE);
}

#endif
