/*
 * unix_socket.c - Unix sockets: their life, and what the three types share.
 */
#include <kernel/cred.h>
#include <kernel/epoll.h>
#include <kernel/init.h>
#include <kernel/ipc.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/ioctl.h>
#include "unix_internal.h"

DEFINE_SPINLOCK(unix_lock, RANK_SOCK_NAMES);
LIST_HEAD(unix_all);

static bool unix_relay_wake(struct wait_entry *entry, u32 key);

void unix_sock_get(struct unix_sock *u)
{
	refcount_inc(&u->refs);
}

void unix_sock_put(struct unix_sock *u)
{
	if (!refcount_dec(&u->refs))
		return;
	spin_lock(&unix_lock);
	list_del(&u->all_node);
	spin_unlock(&unix_lock);
	unix_addr_put(u->addr);
	if (u->path.dentry)
		path_put(&u->path);
	kfree(u);
}

struct unix_sock *unix_sock_create(int type)
{
	struct unix_sock *u = kzalloc(sizeof(*u), GFP_KERNEL);

	if (!u)
		return NULL;
	refcount_set(&u->refs, 1);
	spin_init(&u->lock, RANK_SOCK, "unix");
	mutex_init(&u->read_lock, RANK_SOCKET, "unix reader");
	wait_queue_init(&u->wait);
	wait_queue_init(&u->peer_wait);
	/* A sender's relay wakes the sender's queue under this one's lock. */
	spin_init(&u->peer_wait.lock, RANK_NONE, "unix peer wait");
	wait_entry_init(&u->relay, unix_relay_wake);
	list_init(&u->queue);
	list_init(&u->to_accept);
	list_init(&u->accept_node);
	list_init(&u->gc.link);
	u->type = (u8)type;
	u->backlog = UNIX_DGRAM_QUEUE;
	spin_lock(&unix_lock);
	list_add_tail(&u->all_node, &unix_all);
	spin_unlock(&unix_lock);
	return u;
}

struct unix_sock *unix_peer_get(struct unix_sock *u)
{
	struct unix_sock *peer;

	spin_lock(&unix_lock);
	peer = u->peer;
	if (peer)
		unix_sock_get(peer);
	spin_unlock(&unix_lock);
	return peer;
}

struct ucred_abi unix_current_cred(void)
{
	const struct cred *cred = current_cred();

	return (struct ucred_abi){ task_tgid(current), cred->euid, cred->egid };
}

void unix_set_error(struct unix_sock *u, int error)
{
	if (u->socket)
		u->socket->error = error;
	else
		u->pending_error = error;
}

void unix_wake(struct unix_sock *u, u32 events)
{
	wake_up_poll(&u->wait, events);
}

int unix_wait_result(s64 left, s64 timeout)
{
	if (left > 0)
		return 0;
	if (!left)
		return -EAGAIN;
	return timeout == TIMEOUT_NEVER ? -ERESTARTSYS : -EINTR;
}

/* ---- the end ---- */

static void unix_drop_relay(struct unix_sock *u)
{
	struct unix_sock *at;

	spin_lock(&unix_lock);
	at = u->relay_at;
	u->relay_at = NULL;
	spin_unlock(&unix_lock);
	if (!at)
		return;
	wait_remove(&at->peer_wait, &u->relay);
	unix_sock_put(at);
}

static void unix_purge(struct unix_sock *u)
{
	for (;;) {
		struct unix_msg *msg;

		spin_lock(&u->lock);
		msg = list_first_entry_or_null(&u->queue, struct unix_msg, node);
		if (msg) {
			list_del(&msg->node);
			u->queued--;
		}
		spin_unlock(&u->lock);
		if (!msg)
			return;
		unix_msg_free(msg);
	}
}

/* The other end learns of it: end of file, or a reset when something was never read. unix_lock. */
static void unix_tell_peer(struct unix_sock *u, struct unix_sock *peer, bool reset)
{
	if (peer->dead)
		return;
	spin_lock(&peer->lock);
	peer->shutdown = UNIX_SHUT_ALL;
	spin_unlock(&peer->lock);
	if (reset)
		unix_set_error(peer, ECONNRESET);
	if (wait_queue_active(&peer->wait))
		wait_queue_wake(&peer->wait, 0, 0);
}

/* Consumes the reference of the socket or of the listener's queue. */
static void unix_end(struct unix_sock *u, bool embryo)
{
	struct unix_sock *peer, *child;

	spin_lock(&unix_lock);
	unix_unbind(u);
	spin_lock(&u->lock);
	u->dead = true;
	u->shutdown = UNIX_SHUT_ALL;
	spin_unlock(&u->lock);
	u->socket = NULL;
	u->state = UNIX_CLOSED;
	peer = u->peer;
	u->peer = NULL;
	if (peer && u->type != SOCK_DGRAM)
		unix_tell_peer(u, peer, embryo || !list_empty(&u->queue));
	spin_unlock(&unix_lock);
	wake_up_all(&u->peer_wait);
	unix_drop_relay(u);
	if (peer)
		unix_sock_put(peer);
	for (;;) {
		spin_lock(&unix_lock);
		child = list_first_entry_or_null(&u->to_accept, struct unix_sock, accept_node);
		if (child)
			list_del_init(&child->accept_node);
		spin_unlock(&unix_lock);
		if (!child)
			break;
		unix_end(child, true); /* one level: an embryo is no listener */
	}
	unix_purge(u);
	unix_sock_put(u);
}

void unix_release(struct socket *sock)
{
	if (!sock->private)
		return;
	unix_end(sock->private, false);
	sock->private = NULL;
	unix_gc_soon();
}

/* ---- what all types have ---- */

int unix_pair(struct socket *sa, struct socket *sb)
{
	struct unix_sock *a = unix_of(sa), *b = unix_of(sb);

	spin_lock(&unix_lock);
	unix_sock_get(a);
	unix_sock_get(b);
	a->peer = b;
	b->peer = a;
	a->state = b->state = UNIX_CONNECTED;
	a->peercred = b->peercred = unix_current_cred();
	spin_unlock(&unix_lock);
	return 0;
}

int unix_getname(struct socket *sock, void *addr, bool want_peer)
{
	struct unix_sock *u = unix_of(sock), *peer = NULL;
	struct sockaddr_un_abi *out = addr;
	int len = SOCKADDR_UN_PATH;

	if (want_peer) {
		peer = unix_peer_get(u);
		if (!peer)
			return -ENOTCONN;
		u = peer;
	}
	out->family = AF_UNIX;
	if (READ_ONCE(u->addr)) {
		len = u->addr->len;
		memcpy(out, &u->addr->name, (size_t)len);
	}
	if (peer)
		unix_sock_put(peer);
	return len;
}

static void shutdown_one(struct unix_sock *u, u8 how)
{
	spin_lock(&u->lock);
	u->shutdown |= how;
	spin_unlock(&u->lock);
	if (wait_queue_active(&u->wait))
		wait_queue_wake(&u->wait, 0, 0);
	wake_up_all(&u->peer_wait);
}

int unix_shutdown(struct socket *sock, int how)
{
	struct unix_sock *u = unix_of(sock), *peer;
	u8 mine = (u8)(how + 1), other = 0;

	if (how < SHUT_RD_ABI || how > SHUT_RDWR_ABI)
		return -EINVAL;
	shutdown_one(u, mine);
	if (u->type == SOCK_DGRAM)
		return 0;
	peer = unix_peer_get(u);
	if (!peer)
		return 0;
	if (mine & UNIX_SHUT_RCV)
		other |= UNIX_SHUT_SND;
	if (mine & UNIX_SHUT_SND)
		other |= UNIX_SHUT_RCV;
	shutdown_one(peer, other);
	unix_sock_put(peer);
	return 0;
}

/* A stream tells all that waits, the others the next message. */
static int unix_input_bytes(struct unix_sock *u)
{
	struct unix_msg *msg;
	int bytes = 0;

	spin_lock(&u->lock);
	list_for_each_entry (msg, &u->queue, node) {
		bytes += (int)(msg->len - msg->offset);
		if (u->type == SOCK_DGRAM)
			break;
	}
	spin_unlock(&u->lock);
	return bytes;
}

long unix_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg)
{
	struct unix_sock *u = unix_of(sock);
	s32 __user *out = (s32 __user *)arg;

	switch (cmd) {
	case SIOCINQ:
		return u->state == UNIX_LISTENING ? -EINVAL : put_user(unix_input_bytes(u), out);
	case SIOCOUTQ:
		return put_user(atomic_read(&u->wmem), out);
	default:
		return -ENOIOCTLCMD;
	}
}

int unix_getsockopt(struct socket *sock, int level, int opt, void *value, int *len)
{
	struct unix_sock *u = unix_of(sock);
	struct ucred_abi cred = { 0, ~0u, ~0u };

	if (level != SOL_SOCKET_ABI || opt != SO_PEERCRED_ABI)
		return level == SOL_SOCKET_ABI ? -ENOPROTOOPT : -EOPNOTSUPP;
	if (u->peercred.pid)
		cred = u->peercred;
	*len = min(*len, (int)sizeof(cred));
	memcpy(value, &cred, (size_t)*len);
	return 0;
}

/* ---- the relay of a datagram socket ---- */

/* Runs under the full peer's peer_wait lock: room there means that the sender may write. */
static bool unix_relay_wake(struct wait_entry *entry, u32 key)
{
	struct unix_sock *u = container_of(entry, struct unix_sock, relay);

	unix_wake(u, POLLOUT | POLLWRNORM | POLLWRBAND);
	return false;
}

/* ---- registration ---- */

static int unix_create(struct socket *sock)
{
	if (sock->protocol && sock->protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	switch (sock->type) {
	case SOCK_STREAM:
		sock->ops = &unix_stream_ops;
		break;
	case SOCK_RAW: /* as Linux: a datagram socket */
		sock->type = SOCK_DGRAM;
		fallthrough;
	case SOCK_DGRAM:
		sock->ops = &unix_dgram_ops;
		break;
	case SOCK_SEQPACKET:
		sock->ops = &unix_seqpacket_ops;
		break;
	default:
		return -ESOCKTNOSUPPORT;
	}
	sock->private = unix_sock_create(sock->type);
	if (!sock->private) {
		sock->ops = NULL;
		return -ENOMEM;
	}
	unix_of(sock)->socket = sock;
	return 0;
}

static struct socket_family unix_family = { .family = AF_UNIX, .create = unix_create };

static int unix_init(void)
{
	socket_family_register(&unix_family);
	return 0;
}
INIT_CALL(INIT_FS, unix_init);

/* ---- /proc/net/unix ---- */

static size_t unix_format(const struct unix_sock *u, char *buf, size_t size)
{
	unsigned int st = u->state == UNIX_CONNECTED ? 3 : 1;
	size_t n = (size_t)scnprintf(buf, size, "%08x: %08X 00000000 %08X %04X %02X %5u",
				     (u32)(uintptr_t)u, (u32)refcount_read(&u->refs),
				     u->state == UNIX_LISTENING ? 0x10000u : 0u, (u32)u->type, st,
				     u->socket ? (u32)u->socket->file->inode->ino : 0u);

	if (u->addr) {
		int len = u->addr->len - SOCKADDR_UN_PATH, i = 0;

		n += (size_t)scnprintf(buf + n, size - n, " ");
		if (u->addr->name.path[0])
			len--; /* the NUL */
		for (; i < len && n + 2 < size; i++)
			buf[n++] = u->addr->name.path[i] ? u->addr->name.path[i] : '@';
		buf[n] = '\0';
	}
	return n + (size_t)scnprintf(buf + n, size - n, "\n");
}

size_t unix_proc_show(unsigned int pos, char *buf, size_t size)
{
	struct unix_sock *u;
	size_t n = 0;

	if (!pos)
		return (size_t)scnprintf(
			buf, size, "Num       RefCount Protocol Flags    Type St Inode Path\n");
	spin_lock(&unix_lock);
	list_for_each_entry (u, &unix_all, all_node) {
		if (--pos)
			continue;
		n = unix_format(u, buf, size);
		break;
	}
	spin_unlock(&unix_lock);
	return n;
}
