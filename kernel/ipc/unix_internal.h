/*
 * unix_internal.h - Unix sockets: what their files share.
 *
 * struct unix_sock is the end of a connection. It outlives its struct socket (and file): its peer,
 * messages it sent and a listener's queue hold references.
 *
 *   unix_lock (spinlock, RANK_SOCK_NAMES)  names, peer links, state, the queue of connections to
 *                                          accept, the list of all sockets.
 *   sock->lock (spinlock, RANK_SOCK)       its receive queue, shutdown, dead.
 *   sock->read_lock (mutex, RANK_SOCKET)   one reader at a time, so that a message stays where it
 *                                          is while it is copied out.
 *   unix_gc_lock (mutex)                   putting files in flight and taking them out.
 * The peer of a stream socket is set by connect() and stays until its own release: who holds the
 * file may read it without lock.
 */
#ifndef UNIX_INTERNAL_H
#define UNIX_INTERNAL_H

#include <kernel/fs.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/socket.h>
#include <kernel/wait.h>
#include "unix_gc_graph.h"

#define UNIX_SHUT_RCV	 1u
#define UNIX_SHUT_SND	 2u
#define UNIX_SHUT_ALL	 3u
#define UNIX_DGRAM_QUEUE 10 /* net.unix.max_dgram_qlen */

enum unix_state {
	UNIX_CLOSED,
	UNIX_LISTENING,
	UNIX_CONNECTED
};

struct unix_addr { /* immutable, shared by a listener and what it accepts */
	struct refcount refs;
	int len; /* family included */
	struct sockaddr_un_abi name;
};

struct unix_files { /* of one SCM_RIGHTS */
	struct list_head drop_node;
	unsigned int count;
	bool inflight; /* counted by the collector */
	struct file *file[];
};

struct unix_msg {
	struct list_head node;
	struct unix_sock *sender; /* referenced; charged with `charge` bytes */
	u32 len, offset;	  /* bytes in all, already read */
	u32 charge;
	struct ucred_abi cred;
	struct unix_files *files;
	u32 page_count; /* 0: the data lies behind this structure */
	u8 *page[];
};

struct unix_sock {
	struct refcount refs;
	struct spinlock lock;
	u8 type, shutdown;
	bool dead;
	enum unix_state state;
	struct list_head queue; /* struct unix_msg.node */
	unsigned int queued;
	struct mutex read_lock;
	struct wait_queue wait;	     /* readers, accepters, writers short of buffer, polls */
	struct wait_queue peer_wait; /* who wants to send or connect here */
	struct atomic wmem;	     /* bytes of its messages not read yet */
	struct socket *socket;	     /* NULL: not accepted yet, or released */
	int pending_error;	     /* for a socket not accepted yet */
	struct unix_sock *peer;	     /* referenced */
	struct list_head to_accept;  /* of a listener: struct unix_sock.accept_node */
	struct list_head accept_node;
	unsigned int accept_count;
	int backlog;
	struct unix_addr *addr; /* set once */
	struct path path;	/* of the name in the file system; dentry NULL: none */
	struct inode *bound;	/* path's inode whose `pipe` is this socket; NULL: not the owner */
	struct hlist_node name_node;
	struct ucred_abi peercred;
	struct list_head all_node;
	struct gc_node gc; /* inflight and the rest: unix_gc_lock */
	/* A datagram socket polled for writing waits at its full peer. */
	struct wait_entry relay;
	struct unix_sock *relay_at; /* referenced */
};

extern struct spinlock unix_lock;
extern struct list_head unix_all;
extern const struct socket_ops unix_stream_ops, unix_dgram_ops, unix_seqpacket_ops;

/* unix_socket.c */
struct unix_sock *unix_sock_create(int type);
void unix_sock_get(struct unix_sock *u);
void unix_sock_put(struct unix_sock *u);
struct unix_sock *unix_peer_get(struct unix_sock *u); /* referenced or NULL */
struct ucred_abi unix_current_cred(void);
void unix_set_error(struct unix_sock *u, int error);
int unix_pair(struct socket *a, struct socket *b);
int unix_shutdown(struct socket *sock, int how);
int unix_getname(struct socket *sock, void *addr, bool peer);
void unix_release(struct socket *sock);
long unix_ioctl(struct socket *sock, unsigned int cmd, unsigned long arg);
int unix_getsockopt(struct socket *sock, int level, int opt, void *value, int *len);
void unix_wake(struct unix_sock *u, u32 events);
static inline struct unix_sock *unix_of(struct socket *sock)
{
	return sock->private;
}
static inline bool unix_queue_full(const struct unix_sock *u)
{
	return (int)READ_ONCE(u->queued) > u->backlog;
}
/* How much a socket may have under way now: its buffer, or little when memory is scarce. */
int unix_sndbuf(const struct socket *sock);
static inline bool unix_writable(const struct unix_sock *u, const struct socket *sock)
{
	return u->state != UNIX_LISTENING && atomic_read(&u->wmem) <= unix_sndbuf(sock) / 4;
}
/* What a wait ended in: -ERESTARTSYS for an endless one, -EINTR, -EAGAIN when time was over. */
int unix_wait_result(s64 left, s64 timeout);

/* unix_name.c */
int unix_bind(struct socket *sock, const void *addr, int len);
int unix_autobind(struct unix_sock *u);
/* The bound socket of an address, referenced; ERR_PTR. type: must match. */
struct unix_sock *unix_find(const struct sockaddr_un_abi *name, int len, int type);
/* Checks an address: its length, or -EINVAL. The path gets a NUL. */
int unix_check_addr(struct sockaddr_un_abi *out, const void *addr, int len);
void unix_unbind(struct unix_sock *u);
void unix_addr_put(struct unix_addr *addr);

/* unix_connect.c */
int unix_listen(struct socket *sock, int backlog);
int unix_stream_connect(struct socket *sock, const void *addr, int len, bool nonblock);
int unix_accept(struct socket *sock, struct socket *child, bool nonblock);

/* unix_msg.c */
struct unix_msg *unix_msg_alloc(struct unix_sock *sender, size_t len);
/* Frees it, gives the sender its buffer back. */
void unix_msg_free(struct unix_msg *msg);
size_t unix_msg_fill(struct unix_msg *msg, struct iov_iter *from);
size_t unix_msg_drain(const struct unix_msg *msg, u32 offset, struct iov_iter *to, size_t n);
/* Waits for the sender's buffer to have room: 0 or a negative errno. */
int unix_wait_wmem(struct socket *sock, u32 flags);
/* Puts it in the receiver's queue: 0, or -EPIPE, -ECONNREFUSED when that is dead or shut down. */
int unix_msg_send(struct unix_sock *to, struct unix_msg *msg);
void unix_msg_unqueue(struct unix_sock *u, struct unix_msg *msg);

/* unix_scm.c: ancillary data */
struct unix_scm {
	struct ucred_abi cred;
	struct unix_files *files; /* NULL: none */
};
int unix_scm_parse(const struct socket_msg *msg, struct unix_scm *scm);
/* Writes credentials and files to the receiver; consumes scm->files. */
void unix_scm_deliver(struct socket *sock, struct socket_msg *msg, struct unix_scm *scm);
struct unix_files *unix_files_dup(const struct unix_files *files);
void unix_files_put(struct unix_files *files);

/* unix_gc.c */
extern struct mutex unix_gc_lock;
int unix_inflight_check(void);			  /* -ETOOMANYREFS */
void unix_files_attach(struct unix_files *files); /* unix_gc_lock held */
void unix_files_detach(struct unix_files *files);
void unix_gc(void);
void unix_gc_soon(void);

#endif
