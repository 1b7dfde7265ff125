/*
 * epoll_internal.h - struct epoll and its watches, for epoll.c and epoll_wait.c.
 *
 *   epoll_tree_lock (mutex)  adding, changing, removing watches; file->epoll_items; the graph.
 *   epoll->scan_lock (mutex) who walks the ready list and asks files; removal takes it too, so a
 *                            watch seen on the list stays while it is looked at. Nested epolls take
 *                            theirs below, in the order of the graph.
 *   epoll->lock (spinlock)   ready list, watch->ready; taken by wakers with interrupts off, under
 *                            the lock of the wait queue that wakes. A chain of epolls nests these
 *                            in the order of the graph, hence no rank.
 */
#ifndef EPOLL_INTERNAL_H
#define EPOLL_INTERNAL_H

#include <kernel/fs.h>
#include <kernel/lock.h>
#include <kernel/poll.h>
#include <kernel/rbtree.h>
#include <kernel/wait.h>
#include <abi/epoll.h>
#include "epoll_graph.h"

struct epoll {
	struct mutex scan_lock;
	struct spinlock lock;
	struct list_head ready; /* struct epoll_watch.ready */
	struct rb_root watches; /* by (file, fd); epoll_tree_lock */
	struct wait_queue waiters;
	struct wait_queue pollers; /* those who poll the epoll file */
	struct epoll_node node;
	struct file *file; /* its own, not referenced */
};

/* One wait queue a watch hangs on. */
struct epoll_hook {
	struct wait_entry wait;
	struct wait_queue *queue; /* NULL: not hooked (any more) */
	struct epoll_watch *watch;
	struct epoll_hook *next;
};

struct epoll_watch {
	struct rb_node node;
	struct list_head ready;	    /* on epoll->ready or a scan's list; list_init()ed when not */
	struct list_head file_node; /* in file->epoll_items */
	struct file *file;	    /* not referenced: it takes its watches along when it goes */
	int fd;
	struct epoll *epoll;
	u32 events; /* under epoll->lock as wakers read it */
	u64 data;
	struct epoll_edge edge; /* when it watches another epoll */
	struct epoll_hook hook; /* most files have one queue */
	struct epoll_hook *more;
};

/* Bits that are no events. With nothing else set a watch is off (ONESHOT fired). */
#define EPOLL_MODE_BITS (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)

extern const struct file_ops epoll_fops;
u32 epoll_poll(struct file *file, struct poll_table *pt);
/* Puts a watch on the ready list and wakes those who wait. */
void epoll_watch_ready(struct epoll_watch *watch);
/* Wakes a waiter and whoever polls the epoll; true when a waiter was there. */
bool epoll_wake(struct epoll *ep);

#endif
