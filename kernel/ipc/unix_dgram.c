/*
 * unix_dgram.c - data of datagram and seqpacket sockets: messages stay whole.
 */
#include <kernel/signal.h>
#include <kernel/string.h>
#include "unix_internal.h"

/* ---- who is talked to ---- */

static bool dgram_may_send(const struct unix_sock *u, const struct unix_sock *to)
{
	return !to->peer || to->peer == u;
}

/* Someone else's queue is bounded by number; partners bound each other by their buffers. */
static bool dgram_queue_full(const struct unix_sock *u, const struct unix_sock *to)
{
	return to != u && to->peer != u && unix_queue_full(to);
}

/* The peer changes: what it had sent is for nobody, and it learns of it. */
static void dgram_leave(struct unix_sock *u, struct unix_sock *old)
{
	struct unix_msg *msg;
	bool linked;

	while (!list_empty(&u->queue)) {
		mutex_lock(&u->read_lock);
		msg = list_first_entry_or_null(&u->queue, struct unix_msg, node);
		if (msg)
			unix_msg_unqueue(u, msg);
		mutex_unlock(&u->read_lock);
		if (msg)
			unix_msg_free(msg);
	}
	spin_lock(&unix_lock);
	linked = !old->dead && old->peer == u;
	if (linked)
		unix_set_error(old, ECONNRESET);
	spin_unlock(&unix_lock);
	if (linked)
		unix_wake(old, POLLERR);
}

/* Leaves the full peer's wait queue when it no longer is the peer. */
static void dgram_drop_relay(struct unix_sock *u)
{
	struct unix_sock *at;

	spin_lock(&unix_lock);
	at = u->relay_at;
	u->relay_at = NULL;
	spin_unlock(&unix_lock);
	if (at) {
		wait_remove(&at->peer_wait, &u->relay);
		unix_sock_put(at);
	}
}

/* Consumes the reference to `to`, which may be NULL. */
static void dgram_set_peer(struct unix_sock *u, struct unix_sock *to)
{
	struct unix_sock *old;

	spin_lock(&unix_lock);
	old = u->peer;
	u->peer = to;
	u->state = to ? UNIX_CONNECTED : UNIX_CLOSED;
	spin_unlock(&unix_lock);
	dgram_drop_relay(u);
	if (!old)
		return;
	if (old != to)
		dgram_leave(u, old);
	unix_sock_put(old);
}

static int dgram_connect(struct socket *sock, const void *addr, int len, bool nonblock)
{
	struct unix_sock *u = unix_of(sock), *to;
	struct sockaddr_un_abi name[2];
	int err;

	if (len >= SOCKADDR_UN_PATH && *(const u16 *)addr == AF_UNSPEC) {
		dgram_set_peer(u, NULL);
		return 0;
	}
	memset(name, 0, sizeof(name));
	len = unix_check_addr(name, addr, len);
	if (len < 0)
		return len;
	if (sock->options & SOCKET_PASSCRED) {
		err = unix_autobind(u);
		if (err)
			return err;
	}
	to = unix_find(name, len, u->type);
	if (IS_ERR(to))
		return (int)PTR_ERR(to);
	if (to->dead || !dgram_may_send(u, to)) {
		err = to->dead ? -ECONNREFUSED : -EPERM;
		unix_sock_put(to);
		return err;
	}
	dgram_set_peer(u, to);
	return 0;
}

/* ---- sending ---- */

/* Who gets the message: the named socket or the peer, referenced; ERR_PTR. */
static struct unix_sock *dgram_target(struct socket *sock, struct socket_msg *m)
{
	struct unix_sock *u = unix_of(sock), *to;
	struct sockaddr_un_abi name[2];
	int len;

	if (!m->namelen) {
		to = unix_peer_get(u);
		return to ? to : ERR_PTR(-ENOTCONN);
	}
	memset(name, 0, sizeof(name));
	len = unix_check_addr(name, m->name, m->namelen);
	return len < 0 ? ERR_PTR(len) : unix_find(name, len, u->type);
}

static int dgram_wait_room(struct socket *sock, struct unix_sock *to, u32 flags)
{
	struct unix_sock *u = unix_of(sock);
	s64 left;

	if (flags & MSG_DONTWAIT_ABI)
		return -EAGAIN;
	left = wait_event_full(&to->peer_wait,
			       !dgram_queue_full(u, to) || to->dead || to->shutdown & UNIX_SHUT_RCV,
			       TASK_INTERRUPTIBLE, true, sock->sndtimeo);
	return unix_wait_result(left, sock->sndtimeo);
}

/* Consumes the message when it returns 0. */
static int dgram_deliver(struct socket *sock, struct unix_sock *to, struct unix_msg *msg, u32 flags)
{
	struct unix_sock *u = unix_of(sock);
	int err = 0;

	do {
		if (!dgram_may_send(u, to))
			return -EPERM;
		if (to->dead || to->shutdown & UNIX_SHUT_RCV)
			break;
		if (!dgram_queue_full(u, to))
			break;
		err = dgram_wait_room(sock, to, flags);
	} while (!err);
	if (!err)
		err = unix_msg_send(to, msg);
	if (err == -ECONNREFUSED && READ_ONCE(u->peer) == to)
		dgram_set_peer(u, NULL); /* a connection to the dead ends */
	return err;
}

static int dgram_send_to(struct socket *sock, struct unix_sock *to, struct socket_msg *m,
			 struct unix_scm *scm)
{
	struct unix_sock *u = unix_of(sock);
	size_t len = m->iter->count;
	struct unix_msg *msg;
	int err = unix_wait_wmem(sock, m->flags);

	if (err)
		return err;
	if (u->shutdown & UNIX_SHUT_SND)
		return -EPIPE;
	msg = unix_msg_alloc(u, len);
	if (!msg)
		return -ENOBUFS;
	msg->cred = scm->cred;
	err = unix_msg_fill(msg, m->iter) == len ? 0 : -EFAULT;
	if (!err) {
		msg->files = scm->files;
		scm->files = NULL;
		err = dgram_deliver(sock, to, msg, m->flags);
	}
	if (err)
		unix_msg_free(msg);
	return err;
}

static ssize_t dgram_sendmsg(struct socket *sock, struct socket_msg *m)
{
	struct unix_sock *u = unix_of(sock), *to;
	size_t len = m->iter->count;
	struct unix_scm scm;
	int err;

	if (m->flags & MSG_OOB_ABI)
		return -EOPNOTSUPP;
	if (len > (size_t)sock->sndbuf - 32)
		return -EMSGSIZE;
	if (sock->options & SOCKET_PASSCRED) {
		err = unix_autobind(u);
		if (err)
			return err;
	}
	err = unix_scm_parse(m, &scm);
	if (err)
		return err;
	to = dgram_target(sock, m);
	if (IS_ERR(to)) {
		err = (int)PTR_ERR(to);
	} else {
		err = dgram_send_to(sock, to, m, &scm);
		unix_sock_put(to);
	}
	if (scm.files)
		unix_files_put(scm.files);
	return err ? err : (ssize_t)len;
}

static ssize_t seqpacket_sendmsg(struct socket *sock, struct socket_msg *m)
{
	int err = socket_take_error(sock);

	if (err)
		return err;
	if (unix_of(sock)->state != UNIX_CONNECTED)
		return -ENOTCONN;
	m->namelen = 0;
	return dgram_sendmsg(sock, m);
}

/* ---- receiving ---- */

/* 1: end of file; 0: look again; else a negative errno. read_lock held, let go meanwhile. */
static int dgram_wait(struct socket *sock, u32 flags, s64 *left)
{
	struct unix_sock *u = unix_of(sock);
	int err = socket_take_error(sock);
	s64 ret;

	if (err)
		return err;
	if (u->shutdown & UNIX_SHUT_RCV &&
	    (u->type == SOCK_SEQPACKET || !(flags & MSG_DONTWAIT_ABI)))
		return 1;
	if (flags & MSG_DONTWAIT_ABI)
		return -EAGAIN;
	mutex_unlock(&u->read_lock);
	ret = wait_event_full(&u->wait,
			      !list_empty(&u->queue) || u->shutdown & UNIX_SHUT_RCV || sock->error,
			      TASK_INTERRUPTIBLE, true, *left);
	mutex_lock(&u->read_lock);
	if (ret > 0 && *left != TIMEOUT_NEVER)
		*left = ret;
	return unix_wait_result(ret, sock->rcvtimeo);
}

static void dgram_source(struct socket_msg *m, const struct unix_sock *sender)
{
	const struct unix_addr *addr = READ_ONCE(sender->addr);

	m->namelen = 0;
	if (!addr)
		return;
	m->namelen = addr->len;
	if (m->name)
		memcpy(m->name, &addr->name, (size_t)addr->len);
}

/* Copies a message out; its length or a negative errno. read_lock held. */
static ssize_t dgram_take(struct unix_sock *u, struct unix_msg *msg, struct socket_msg *m,
			  struct unix_scm *scm)
{
	size_t n = min_t(size_t, msg->len, m->iter->count);
	bool peek = m->flags & MSG_PEEK_ABI;

	dgram_source(m, msg->sender);
	if (unix_msg_drain(msg, 0, m->iter, n) != n)
		return -EFAULT;
	if (n < msg->len)
		m->flags_out |= MSG_TRUNC_ABI;
	if (u->type == SOCK_SEQPACKET)
		m->flags_out |= MSG_EOR_ABI;
	scm->cred = msg->cred;
	if (msg->files && peek) {
		scm->files = unix_files_dup(msg->files);
		if (!scm->files)
			return -ENOMEM;
	} else if (msg->files) {
		mutex_lock(&unix_gc_lock);
		unix_files_detach(msg->files);
		scm->files = msg->files;
		msg->files = NULL;
		mutex_unlock(&unix_gc_lock);
	}
	return m->flags & MSG_TRUNC_ABI ? (ssize_t)msg->len : (ssize_t)n;
}

static ssize_t dgram_recvmsg(struct socket *sock, struct socket_msg *m)
{
	struct unix_sock *u = unix_of(sock);
	struct unix_scm scm = { .files = NULL };
	struct unix_msg *msg, *used = NULL;
	s64 left = sock->rcvtimeo;
	ssize_t ret = 0;

	if (m->flags & MSG_OOB_ABI)
		return -EOPNOTSUPP;
	mutex_lock(&u->read_lock);
	while (!(msg = list_first_entry_or_null(&u->queue, struct unix_msg, node))) {
		ret = dgram_wait(sock, m->flags, &left);
		if (ret)
			break;
	}
	if (msg) {
		ret = dgram_take(u, msg, m, &scm);
		if (!(m->flags & MSG_PEEK_ABI)) {
			unix_msg_unqueue(u, msg);
			used = msg;
		}
	} else {
		m->namelen = 0;
	}
	mutex_unlock(&u->read_lock);
	if (!msg)
		return ret > 0 ? 0 : ret;
	if (used) {
		wake_up_poll(&u->peer_wait, POLLOUT | POLLWRNORM | POLLWRBAND);
		unix_msg_free(used);
	}
	unix_scm_deliver(sock, m, &scm);
	return ret;
}

static ssize_t seqpacket_recvmsg(struct socket *sock, struct socket_msg *m)
{
	ssize_t ret;

	if (unix_of(sock)->state != UNIX_CONNECTED)
		return -ENOTCONN;
	ret = dgram_recvmsg(sock, m);
	m->namelen = 0;
	return ret;
}

/* ---- polling ---- */

/* Writable, if the peer takes messages: else its queue tells when it does. */
static bool dgram_peer_takes(struct unix_sock *u)
{
	struct unix_sock *peer = unix_peer_get(u);
	bool full, enter;

	if (!peer)
		return true;
	if (!dgram_queue_full(u, peer)) {
		unix_sock_put(peer);
		return true;
	}
	spin_lock(&unix_lock);
	enter = !u->relay_at && u->peer == peer && !peer->dead;
	if (enter) {
		u->relay_at = peer; /* takes over the reference */
		wait_add(&peer->peer_wait, &u->relay);
	}
	full = dgram_queue_full(u, peer) && !peer->dead;
	spin_unlock(&unix_lock);
	if (!enter)
		unix_sock_put(peer);
	return !full;
}

static u32 dgram_poll(struct file *file, struct socket *sock, struct poll_table *pt)
{
	struct unix_sock *u = unix_of(sock);
	u32 events = 0;
	u8 shut;

	poll_wait(file, &u->wait, pt);
	shut = READ_ONCE(u->shutdown);
	if (sock->error)
		events |= POLLERR;
	if (shut == UNIX_SHUT_ALL)
		events |= POLLHUP;
	if (shut & UNIX_SHUT_RCV)
		events |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (!list_empty(&u->queue) || !list_empty(&u->to_accept))
		events |= POLLIN | POLLRDNORM;
	if (u->type == SOCK_SEQPACKET && u->state == UNIX_CLOSED)
		events |= POLLHUP;
	if (unix_writable(u, sock) && dgram_peer_takes(u))
		events |= POLLOUT | POLLWRNORM | POLLWRBAND;
	return events;
}

const struct socket_ops unix_dgram_ops = {
	.bind = unix_bind,
	.connect = dgram_connect,
	.pair = unix_pair,
	.getname = unix_getname,
	.poll = dgram_poll,
	.ioctl = unix_ioctl,
	.shutdown = unix_shutdown,
	.sendmsg = dgram_sendmsg,
	.recvmsg = dgram_recvmsg,
	.getsockopt = unix_getsockopt,
	.release = unix_release,
};

const struct socket_ops unix_seqpacket_ops = {
	.bind = unix_bind,
	.connect = unix_stream_connect,
	.listen = unix_listen,
	.accept = unix_accept,
	.pair = unix_pair,
	.getname = unix_getname,
	.poll = dgram_poll,
	.ioctl = unix_ioctl,
	.shutdown = unix_shutdown,
	.sendmsg = seqpacket_sendmsg,
	.recvmsg = seqpacket_recvmsg,
	.getsockopt = unix_getsockopt,
	.release = unix_release,
};
