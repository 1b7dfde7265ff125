/*
 * unix_connect.c - listen, connect and accept of stream and seqpacket sockets.
 *
 * connect() makes the server's end itself and leaves it in the listener's queue: the client is
 * connected at once and may send before accept().
 */
#include <kernel/signal.h>
#include <kernel/string.h>
#include "unix_internal.h"

int unix_listen(struct socket *sock, int backlog)
{
	struct unix_sock *u = unix_of(sock);
	int err = -EINVAL;

	spin_lock(&unix_lock);
	if (u->addr && u->state != UNIX_CONNECTED) {
		if (backlog > u->backlog)
			wake_up_all(&u->peer_wait);
		u->backlog = backlog;
		u->state = UNIX_LISTENING;
		u->peercred = unix_current_cred(); /* what SO_PEERCRED of clients shows */
		err = 0;
	}
	spin_unlock(&unix_lock);
	return err;
}

static bool listener_has_room(const struct unix_sock *l)
{
	return (int)READ_ONCE(l->accept_count) <= l->backlog || l->dead ||
	       l->state != UNIX_LISTENING || l->shutdown & UNIX_SHUT_RCV;
}

/* Links client, server end and listener; -EAGAIN: the queue is full. unix_lock held. */
static int connect_link(struct unix_sock *u, struct unix_sock *end, struct unix_sock *listener)
{
	if (listener->dead || listener->state != UNIX_LISTENING ||
	    listener->shutdown & UNIX_SHUT_RCV)
		return -ECONNREFUSED;
	if (!listener_has_room(listener))
		return -EAGAIN;
	if (u->state != UNIX_CLOSED)
		return u->state == UNIX_CONNECTED ? -EISCONN : -EINVAL;
	unix_sock_get(u);
	unix_sock_get(end);
	end->peer = u;
	u->peer = end;
	end->state = u->state = UNIX_CONNECTED;
	end->peercred = unix_current_cred();
	u->peercred = listener->peercred;
	refcount_inc(&listener->addr->refs);
	end->addr = listener->addr;
	if (listener->path.dentry) {
		path_get(&listener->path);
		end->path = listener->path;
	}
	list_add_tail(&end->accept_node, &listener->to_accept);
	listener->accept_count++;
	return 0;
}

/* Waits for the listener's queue; 0: try again. */
static int connect_wait(struct unix_sock *listener, s64 *left, s64 timeout)
{
	s64 ret = wait_event_full(&listener->peer_wait, listener_has_room(listener),
				  TASK_INTERRUPTIBLE, true, *left);

	if (ret > 0 && *left != TIMEOUT_NEVER)
		*left = ret;
	return unix_wait_result(ret, timeout);
}

int unix_stream_connect(struct socket *sock, const void *addr, int len, bool nonblock)
{
	struct unix_sock *u = unix_of(sock), *end, *listener;
	struct sockaddr_un_abi name[2]; /* the second makes room for a NUL */
	s64 left = sock->sndtimeo;
	int err;

	memset(name, 0, sizeof(name));
	len = unix_check_addr(name, addr, len);
	if (len < 0)
		return len;
	if (sock->options & SOCKET_PASSCRED) {
		err = unix_autobind(u);
		if (err)
			return err;
	}
	end = unix_sock_create(u->type);
	if (!end)
		return -ENOMEM;
	do {
		listener = unix_find(name, len, u->type);
		err = (int)PTR_ERR(listener);
		if (IS_ERR(listener))
			break;
		spin_lock(&unix_lock);
		err = connect_link(u, end, listener);
		spin_unlock(&unix_lock);
		if (!err)
			unix_wake(listener, POLLIN | POLLRDNORM);
		else if (err == -EAGAIN && !nonblock) {
			err = connect_wait(listener, &left, sock->sndtimeo);
			if (!err)
				err = 1; /* look again */
		}
		unix_sock_put(listener);
	} while (err > 0);
	if (err)
		unix_sock_put(end);
	return err;
}

static struct unix_sock *accept_take(struct unix_sock *u)
{
	struct unix_sock *end;

	spin_lock(&unix_lock);
	end = list_first_entry_or_null(&u->to_accept, struct unix_sock, accept_node);
	if (end) {
		list_del_init(&end->accept_node);
		u->accept_count--;
	}
	spin_unlock(&unix_lock);
	return end;
}

static int accept_wait(struct socket *sock, struct unix_sock *u, bool nonblock)
{
	s64 left;

	if (u->shutdown & UNIX_SHUT_RCV)
		return -EINVAL;
	if (nonblock)
		return -EAGAIN;
	left = wait_event_full(&u->wait, !list_empty(&u->to_accept) || u->shutdown & UNIX_SHUT_RCV,
			       TASK_INTERRUPTIBLE, true, sock->rcvtimeo);
	return unix_wait_result(left, sock->rcvtimeo);
}

int unix_accept(struct socket *sock, struct socket *child, bool nonblock)
{
	struct unix_sock *u = unix_of(sock), *end;
	int err;

	if (u->state != UNIX_LISTENING)
		return -EINVAL;
	while (!(end = accept_take(u))) {
		err = accept_wait(sock, u, nonblock);
		if (err)
			return err;
	}
	wake_up(&u->peer_wait);
	spin_lock(&unix_lock);
	child->ops = sock->ops;
	child->private = end;
	child->error = end->pending_error;
	end->socket = child;
	spin_unlock(&unix_lock);
	return 0;
}
