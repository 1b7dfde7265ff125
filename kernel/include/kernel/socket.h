/*
 * socket.h - the socket layer: between the system calls and a protocol family.
 *
 * socket.c makes the file and knows SOL_SOCKET; a family registers itself with create() and gives
 * each socket its struct socket_ops. Addresses are kernel copies of up to SOCKADDR_MAX bytes. A
 * NULL slot answers the errno beside it.
 *
 * Locking: the fields of struct socket are set by setsockopt() in single words and read without
 * lock; everything else is the family's, with locks of its own.
 */
#ifndef KERNEL_SOCKET_H
#define KERNEL_SOCKET_H

#include <kernel/iov.h>
#include <kernel/list.h>
#include <kernel/poll.h>
#include <kernel/types.h>
#include <abi/socket.h>

struct file;
struct socket;

/* One message under way, in either direction. */
struct socket_msg {
	u8 *name; /* SOCKADDR_MAX bytes; send: NULL = none given */
	int namelen;
	struct iov_iter *iter;
	/* Ancillary data: send, a kernel copy; receive, where in user memory it goes. */
	const u8 *control;
	u8 __user *control_user;
	size_t controllen; /* receive: room; what was used is counted in control_used */
	size_t control_used;
	u32 flags; /* MSG_* asked for, with MSG_DONTWAIT when the file is non-blocking */
	u32 flags_out;
};

struct socket_ops {
	int (*bind)(struct socket *sock, const void *addr, int len); /* -EOPNOTSUPP */
	int (*connect)(struct socket *sock, const void *addr, int len, bool nonblock); /* same */
	int (*listen)(struct socket *sock, int backlog);			       /* same */
	/* `child` is a fresh socket without create(). */
	int (*accept)(struct socket *sock, struct socket *child, bool nonblock); /* same */
	int (*pair)(struct socket *a, struct socket *b);			 /* same */
	int (*getname)(struct socket *sock, void *addr, bool peer);		 /* length */
	u32 (*poll)(struct file *file, struct socket *sock, struct poll_table *pt);
	long (*ioctl)(struct socket *sock, unsigned int cmd, unsigned long arg); /* -ENOTTY */
	int (*shutdown)(struct socket *sock, int how);				 /* -EOPNOTSUPP */
	ssize_t (*sendmsg)(struct socket *sock, struct socket_msg *msg);
	ssize_t (*recvmsg)(struct socket *sock, struct socket_msg *msg);
	/* SOL_SOCKET options the layer does not know, and other levels. NULL: -ENOPROTOOPT. */
	int (*getsockopt)(struct socket *sock, int level, int opt, void *value, int *len);
	int (*setsockopt)(struct socket *sock, int level, int opt, const void *value, int len);
	void (*release)(struct socket *sock);
};

struct socket {
	const struct socket_ops *ops;
	int family, type, protocol;
	struct file *file;	/* not referenced */
	void *private;		/* the family's */
	s64 rcvtimeo, sndtimeo; /* ns; TIMEOUT_NEVER */
	int sndbuf, rcvbuf;	/* bytes, as getsockopt shows them: twice what was set */
	int rcvlowat;
	u32 options; /* SOCKET_* */
	int linger;  /* seconds; kept only */
	int error;   /* SO_ERROR, positive; read and cleared */
};
#define SOCKET_PASSCRED	 1u
#define SOCKET_ACCEPTS	 2u  /* listening */
#define SOCKET_KEPT_BASE 16u /* bits from here: boolean options kept and told, see socket_opt.c */

#define SOCKET_BUF_DEFAULT 212992
#define SOCKET_SNDBUF_MIN  4608
#define SOCKET_RCVBUF_MIN  2304

struct socket_family {
	struct list_head node;
	int family;
	/* type and protocol are set; gives ops and private. -ESOCKTNOSUPPORT, -EPROTONOSUPPORT. */
	int (*create)(struct socket *sock);
};
void socket_family_register(struct socket_family *family);

/* The socket behind a file, or NULL. */
struct socket *socket_of(struct file *file);
/* Returns SO_ERROR negative and clears it; 0 = none. */
int socket_take_error(struct socket *sock);
/* Appends one ancillary record for the receiver; cuts it and sets MSG_CTRUNC when it does not fit.
 */
void socket_put_cmsg(struct socket_msg *msg, int level, int type, const void *data, size_t len);

#endif
