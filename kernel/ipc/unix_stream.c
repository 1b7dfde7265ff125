/*
 * unix_stream.c - data of stream sockets.
 *
 * A write goes in messages of up to STREAM_CHUNK; a read takes from several, but does not join data
 * of different senders' credentials (when asked for) nor go past passed files.
 */
#include <kernel/signal.h>
#include <kernel/slab.h>
#include "unix_internal.h"

#define STREAM_CHUNK 32768u

/* One message; how many bytes, or a negative errno. */
static ssize_t stream_send_chunk(struct socket *sock, struct socket_msg *m, struct unix_scm *scm)
{
	struct unix_sock *u = unix_of(sock), *peer = u->peer;
	size_t n = min_t(size_t, m->iter->count, STREAM_CHUNK);
	struct unix_msg *msg;
	int err;

	n = min_t(size_t, n, (size_t)sock->sndbuf / 2);
	err = unix_wait_wmem(sock, m->flags);
	if (err)
		return err;
	if (u->shutdown & UNIX_SHUT_SND)
		return -EPIPE;
	msg = unix_msg_alloc(u, n);
	if (!msg)
		return -ENOBUFS;
	msg->cred = scm->cred;
	err = unix_msg_fill(msg, m->iter) == n ? 0 : -EFAULT;
	if (!err) {
		msg->files = scm->files;
		scm->files = NULL; /* they go with the first chunk */
		err = unix_msg_send(peer, msg);
	}
	if (err) {
		unix_msg_free(msg);
		return err;
	}
	return (ssize_t)n;
}

static ssize_t stream_sendmsg(struct socket *sock, struct socket_msg *m)
{
	struct unix_sock *u = unix_of(sock);
	struct unix_scm scm;
	ssize_t done = 0, n = 0;

	if (m->flags & MSG_OOB_ABI)
		return -EOPNOTSUPP;
	if (m->namelen)
		return u->state == UNIX_CONNECTED ? -EISCONN : -EOPNOTSUPP;
	if (!u->peer)
		return -ENOTCONN;
	if (u->shutdown & UNIX_SHUT_SND)
		return -EPIPE;
	n = unix_scm_parse(m, &scm);
	while (n >= 0 && m->iter->count) {
		n = stream_send_chunk(sock, m, &scm);
		if (n > 0)
			done += n;
	}
	if (scm.files)
		unix_files_put(scm.files);
	return done ? done : n;
}

/* A read under way. */
struct stream_read {
	struct socket_msg *m;
	struct unix_scm scm;
	ssize_t done;
	bool started;	       /* scm.cred is that of the data so far */
	bool creds;	       /* and must not change */
	bool finished;	       /* files were met, or there was a fault */
	struct list_head used; /* messages read to the end, freed without the lock */
};

/* Files go out once; peeking copies them. */
static int stream_take_files(struct unix_msg *msg, struct stream_read *r, bool peek)
{
	if (!msg->files)
		return 0;
	if (peek) {
		r->scm.files = unix_files_dup(msg->files);
		return r->scm.files ? 0 : -ENOMEM;
	}
	mutex_lock(&unix_gc_lock);
	unix_files_detach(msg->files);
	r->scm.files = msg->files;
	msg->files = NULL;
	mutex_unlock(&unix_gc_lock);
	return 0;
}

/* Takes from one message; 0 or a negative errno when nothing could be. read_lock held. */
static int stream_take(struct unix_sock *u, struct unix_msg *msg, struct stream_read *r)
{
	bool peek = r->m->flags & MSG_PEEK_ABI, had_files = msg->files;
	size_t n = min_t(size_t, msg->len - msg->offset, r->m->iter->count);
	size_t moved = unix_msg_drain(msg, msg->offset, r->m->iter, n);
	int err;

	if (moved < n && !r->done && !moved) {
		r->finished = true;
		return -EFAULT;
	}
	r->done += (ssize_t)moved;
	err = stream_take_files(msg, r, peek);
	r->finished = moved < n || had_files || err;
	if (peek)
		return err;
	msg->offset += (u32)moved;
	if (msg->offset == msg->len) {
		unix_msg_unqueue(u, msg);
		list_add_tail(&msg->node, &r->used);
	}
	return err;
}

static bool same_cred(const struct ucred_abi *a, const struct ucred_abi *b)
{
	return a->pid == b->pid && a->uid == b->uid && a->gid == b->gid;
}

static struct unix_msg *queue_next(struct unix_sock *u, struct unix_msg *after)
{
	struct unix_msg *msg = NULL;
	struct list_head *next;

	spin_lock(&u->lock);
	next = after ? after->node.next : u->queue.next;
	if (next != &u->queue)
		msg = list_entry(next, struct unix_msg, node);
	spin_unlock(&u->lock);
	return msg;
}

/* Everything that is there and wanted. read_lock held. */
static int stream_take_all(struct unix_sock *u, struct stream_read *r)
{
	bool peek = r->m->flags & MSG_PEEK_ABI;
	struct unix_msg *msg = queue_next(u, NULL), *seen;
	int err = 0;

	while (msg && r->m->iter->count && !r->finished && !err) {
		if (r->started && r->creds && !same_cred(&r->scm.cred, &msg->cred)) {
			r->finished = true;
			break;
		}
		if (!r->started)
			r->scm.cred = msg->cred;
		r->started = true;
		seen = peek ? msg : NULL;
		err = stream_take(u, msg, r);
		msg = queue_next(u, seen);
	}
	return err;
}

/* Nothing (more) to read: 1 = end of file or enough, 0 = wait was done, else a negative errno. */
static int stream_wait(struct socket *sock, struct stream_read *r, s64 *left)
{
	struct unix_sock *u = unix_of(sock);
	int err = socket_take_error(sock);
	s64 ret;

	if (err)
		return err;
	if (u->shutdown & UNIX_SHUT_RCV)
		return 1;
	if (r->m->flags & MSG_DONTWAIT_ABI)
		return -EAGAIN;
	mutex_unlock(&u->read_lock);
	ret = wait_event_full(&u->wait,
			      !list_empty(&u->queue) || u->shutdown & UNIX_SHUT_RCV || sock->error,
			      TASK_INTERRUPTIBLE, false, *left);
	mutex_lock(&u->read_lock);
	if (ret > 0 && *left != TIMEOUT_NEVER)
		*left = ret;
	return unix_wait_result(ret, sock->rcvtimeo);
}

static int stream_read_loop(struct socket *sock, struct stream_read *r)
{
	struct unix_sock *u = unix_of(sock);
	size_t size = r->m->iter->count;
	size_t target =
		r->m->flags & MSG_WAITALL_ABI ? size : min_t(size_t, (size_t)sock->rcvlowat, size);
	s64 left = sock->rcvtimeo;
	int err = 0;

	mutex_lock(&u->read_lock);
	for (;;) {
		err = stream_take_all(u, r);
		if (err || r->finished || (size_t)r->done >= target)
			break;
		/* A peek that waited for more would see the beginning again. */
		if (r->done && r->m->flags & MSG_PEEK_ABI)
			break;
		err = stream_wait(sock, r, &left);
		if (err)
			break;
	}
	mutex_unlock(&u->read_lock);
	return err > 0 ? 0 : err;
}

static ssize_t stream_recvmsg(struct socket *sock, struct socket_msg *m)
{
	struct unix_sock *u = unix_of(sock);
	struct stream_read r = { .m = m, .creds = sock->options & SOCKET_PASSCRED };
	int err;

	if (m->flags & MSG_OOB_ABI)
		return -EOPNOTSUPP;
	if (u->state != UNIX_CONNECTED)
		return -EINVAL;
	m->namelen = 0;
	list_init(&r.used);
	err = stream_read_loop(sock, &r);
	while (!list_empty(&r.used)) {
		struct unix_msg *msg = list_first_entry(&r.used, struct unix_msg, node);

		list_del(&msg->node);
		unix_msg_free(msg);
	}
	if (r.started)
		unix_scm_deliver(sock, m, &r.scm);
	return r.done ? r.done : err;
}

static u32 stream_poll(struct file *file, struct socket *sock, struct poll_table *pt)
{
	struct unix_sock *u = unix_of(sock);
	u32 events = 0;
	u8 shut;

	poll_wait(file, &u->wait, pt);
	shut = READ_ONCE(u->shutdown);
	if (sock->error)
		events |= POLLERR;
	if (shut == UNIX_SHUT_ALL || u->state == UNIX_CLOSED)
		events |= POLLHUP;
	if (shut & UNIX_SHUT_RCV)
		events |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!list_empty(&u->queue) || !list_empty(&u->to_accept))
		events |= POLLIN | POLLRDNORM;
	if (unix_writable(u, sock))
		events |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return events;
}

const struct socket_ops unix_stream_ops = {
	.bind = unix_bind,
	.connect = unix_stream_connect,
	.listen = unix_listen,
	.accept = unix_accept,
	.pair = unix_pair,
	.getname = unix_getname,
	.poll = stream_poll,
	.ioctl = unix_ioctl,
	.shutdown = unix_shutdown,
	.sendmsg = stream_sendmsg,
	.recvmsg = stream_recvmsg,
	.getsockopt = unix_getsockopt,
	.release = unix_release,
};
