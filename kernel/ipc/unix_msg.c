/*
 * unix_msg.c - messages of Unix sockets.
 *
 * Short ones lie in one piece of kernel memory with their head, longer ones in pages. A message is
 * charged to its sender until it is read: that bounds what one socket can have under way.
 */
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/time.h>
#include "ipc_util.h"
#include "unix_internal.h"

#define UNIX_INLINE_MAX (PAGE_SIZE - 128)
/*
 * What all sockets together have under way is kernel memory that no process answers for. Beyond a
 * share of memory each has only a small buffer; an empty one always takes a message, so everybody
 * gets on.
 */
#define WMEM_SHARE    8
#define SNDBUF_SCARCE 8192

static struct atomic wmem_pages = ATOMIC_INIT(0); /* charges of all, in pages, rounded up */

static int charge_pages(const struct unix_msg *msg)
{
	return (int)DIV_ROUND_UP(msg->charge, PAGE_SIZE);
}

int unix_sndbuf(const struct socket *sock)
{
	static unsigned long limit;
	struct page_stats stats;

	if (unlikely(!limit)) {
		page_get_stats(&stats);
		limit = stats.total / WMEM_SHARE;
	}
	return (unsigned long)atomic_read(&wmem_pages) < limit ? sock->sndbuf
							       : min(sock->sndbuf, SNDBUF_SCARCE);
}

static u8 *msg_inline_data(const struct unix_msg *msg)
{
	return (u8 *)(uintptr_t)msg->page;
}

static void msg_free_memory(struct unix_msg *msg)
{
	for (u32 i = 0; i < msg->page_count; i++)
		page_free_addr(msg->page[i]);
	kfree(msg);
}

struct unix_msg *unix_msg_alloc(struct unix_sock *sender, size_t len)
{
	u32 pages = len > UNIX_INLINE_MAX ? DIV_ROUND_UP(len, PAGE_SIZE) : 0;
	size_t size = sizeof(struct unix_msg) + (pages ? pages * sizeof(u8 *) : len);
	struct unix_msg *msg = kmalloc(size, GFP_KERNEL);

	if (!msg)
		return NULL;
	msg->page_count = 0;
	while (msg->page_count < pages) {
		msg->page[msg->page_count] = page_alloc_addr(GFP_KERNEL);
		if (!msg->page[msg->page_count]) {
			msg_free_memory(msg);
			return NULL;
		}
		msg->page_count++;
	}
	msg->len = (u32)len;
	msg->offset = 0;
	msg->charge = (u32)size + pages * (u32)PAGE_SIZE;
	msg->files = NULL;
	msg->sender = sender;
	unix_sock_get(sender);
	atomic_add(&sender->wmem, (int)msg->charge);
	atomic_add(&wmem_pages, charge_pages(msg));
	return msg;
}

/*
 * Who waits for room is woken when the buffer falls to a quarter, where poll() says "writable"
 * again: not at each message, which would rouse a sender that sleeps for its answer.
 */
static void sender_has_room(struct unix_sock *sender, int now, int before)
{
	int limit;

	spin_lock(&unix_lock); /* the socket stays while we look */
	limit = sender->socket ? unix_sndbuf(sender->socket) / 4 : 0;
	spin_unlock(&unix_lock);
	/* The limit may have changed since the sender went to sleep: empty is always room. */
	if ((now <= limit && before > limit) || !now)
		unix_wake(sender, POLLOUT | POLLWRNORM | POLLWRBAND);
}

void unix_msg_free(struct unix_msg *msg)
{
	struct unix_sock *sender = msg->sender;
	int left;

	left = atomic_add(&sender->wmem, -(int)msg->charge);
	atomic_add(&wmem_pages, -charge_pages(msg));
	if (wait_queue_active(&sender->wait))
		sender_has_room(sender, left, left + (int)msg->charge);
	unix_sock_put(sender);
	if (msg->files) {
		mutex_lock(&unix_gc_lock);
		unix_files_detach(msg->files);
		mutex_unlock(&unix_gc_lock);
		unix_files_put(msg->files);
	}
	msg_free_memory(msg);
}

size_t unix_msg_fill(struct unix_msg *msg, struct iov_iter *from)
{
	size_t done = 0;

	if (!msg->page_count)
		return iov_copy_from(from, msg_inline_data(msg), msg->len);
	while (done < msg->len) {
		size_t n = min_t(size_t, msg->len - done, PAGE_SIZE);
		size_t moved = iov_copy_from(from, msg->page[done / PAGE_SIZE], n);

		done += moved;
		if (moved < n)
			break;
	}
	return done;
}

size_t unix_msg_drain(const struct unix_msg *msg, u32 offset, struct iov_iter *to, size_t n)
{
	size_t done = 0;

	if (!msg->page_count)
		return iov_copy_to(to, msg_inline_data(msg) + offset, n);
	while (done < n) {
		u32 at = offset + (u32)done, in_page = at % PAGE_SIZE;
		size_t part = min_t(size_t, n - done, PAGE_SIZE - in_page);
		size_t moved = iov_copy_to(to, msg->page[at / PAGE_SIZE] + in_page, part);

		done += moved;
		if (moved < part)
			break;
	}
	return done;
}

int unix_wait_wmem(struct socket *sock, u32 flags)
{
	struct unix_sock *u = unix_of(sock);
	s64 left;

	if (likely(atomic_read(&u->wmem) < unix_sndbuf(sock)))
		return 0;
	if (flags & MSG_DONTWAIT_ABI)
		return -EAGAIN;
	left = wait_event_full(&u->wait,
			       atomic_read(&u->wmem) < unix_sndbuf(sock) || sock->error ||
				       u->shutdown & UNIX_SHUT_SND,
			       TASK_INTERRUPTIBLE, false, sock->sndtimeo);
	return unix_wait_result(left, sock->sndtimeo);
}

int unix_msg_send(struct unix_sock *to, struct unix_msg *msg)
{
	struct unix_files *files = msg->files;
	int err = 0;

	if (unlikely(files)) {
		mutex_lock(&unix_gc_lock);
		unix_files_attach(files);
	}
	spin_lock(&to->lock);
	if (unlikely(to->dead || to->shutdown & UNIX_SHUT_RCV)) {
		err = to->dead && to->type == SOCK_DGRAM ? -ECONNREFUSED : -EPIPE;
	} else {
		list_add_tail(&msg->node, &to->queue);
		to->queued++;
	}
	spin_unlock(&to->lock);
	if (unlikely(files))
		mutex_unlock(&unix_gc_lock);
	if (!err)
		unix_wake(to, POLLIN | POLLRDNORM | POLLRDBAND);
	return err;
}

void unix_msg_unqueue(struct unix_sock *u, struct unix_msg *msg)
{
	spin_lock(&u->lock);
	list_del(&msg->node);
	u->queued--;
	spin_unlock(&u->lock);
}
