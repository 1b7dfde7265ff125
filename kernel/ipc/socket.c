/*
 * socket.c - making sockets, their files, and the calls that do not move data.
 */
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/ioctl.h>
#include "ipc_util.h"
#include "socket_internal.h"

static LIST_HEAD(families); /* filled while booting, only read later */

void socket_family_register(struct socket_family *family)
{
	list_add_tail(&family->node, &families);
}

static struct socket_family *family_find(int number)
{
	struct socket_family *family;

	list_for_each_entry (family, &families, node)
		if (family->family == number)
			return family;
	return NULL;
}

struct socket *socket_of(struct file *file)
{
	return file->ops == &socket_fops ? file->private : NULL;
}

struct socket_ref socket_get(int fd)
{
	struct socket_ref ref = { .fd = fd_get_light(fd), .err = -EBADF };

	if (!ref.fd.file)
		return ref;
	ref.sock = socket_of(ref.fd.file);
	ref.err = 0;
	if (!ref.sock) {
		ref.err = -ENOTSOCK;
		fd_put_light(ref.fd);
	}
	return ref;
}

int socket_take_error(struct socket *sock)
{
	int err = READ_ONCE(sock->error);

	if (err)
		WRITE_ONCE(sock->error, 0);
	return -err;
}

struct socket *socket_alloc(int family, int type, int protocol)
{
	struct socket *sock = kzalloc(sizeof(*sock), GFP_KERNEL);

	if (!sock)
		return NULL;
	sock->family = family;
	sock->type = type;
	sock->protocol = protocol;
	sock->rcvtimeo = TIMEOUT_NEVER;
	sock->sndtimeo = TIMEOUT_NEVER;
	sock->sndbuf = SOCKET_BUF_DEFAULT;
	sock->rcvbuf = SOCKET_BUF_DEFAULT;
	sock->rcvlowat = 1;
	return sock;
}

void socket_free(struct socket *sock)
{
	if (sock->ops)
		sock->ops->release(sock);
	kfree(sock);
}

/* ---- the file ---- */

static ssize_t socket_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct socket_msg msg = { .iter = to };

	/* A read of nothing is no receive: it must not wait for data. */
	return to->count ? socket_recv(file, &msg) : 0;
}

static ssize_t socket_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct socket_msg msg = { .iter = from };

	return socket_send(file, &msg);
}

static u32 socket_poll(struct file *file, struct poll_table *pt)
{
	struct socket *sock = file->private;

	return sock->ops->poll(file, sock, pt);
}

static long socket_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct socket *sock = file->private;
	s32 __user *value = (s32 __user *)arg;
	s32 owner;

	switch (cmd) {
	case FIOSETOWN:
	case SIOCSPGRP:
		return get_user(owner, value) ? -EFAULT : file_set_owner(file, owner);
	case FIOGETOWN:
	case SIOCGPGRP:
		return put_user(file_get_owner(file), value);
	default:
		return sock->ops->ioctl ? sock->ops->ioctl(sock, cmd, arg) : -ENOIOCTLCMD;
	}
}

static loff_t socket_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}

/* Through /proc/PID/fd or a name in the file system. */
static int socket_open(struct inode *inode, struct file *file)
{
	return -ENXIO;
}

static void socket_release(struct file *file)
{
	socket_free(file->private);
}

const struct file_ops socket_fops = {
	.read = socket_read,
	.write = socket_write,
	.llseek = socket_llseek,
	.poll = socket_poll,
	.ioctl = socket_ioctl,
	.open = socket_open,
	.release = socket_release,
};

struct file *socket_make_file(struct socket *sock, u32 flags)
{
	char name[IPC_NAME_MAX];
	struct inode *inode = ipc_anon_inode("socket", S_IFSOCK | 0777, name);
	struct file *file;

	if (!inode)
		return ERR_PTR(-ENFILE);
	inode->fops = &socket_fops;
	file = ipc_stream(
		file_anon_inode(inode, name, &socket_fops, sock, O_RDWR | (flags & O_NONBLOCK)));
	inode_put(inode);
	if (!IS_ERR(file))
		sock->file = file;
	return file;
}

/* ---- socket(2), socketpair(2) ---- */

/* A socket with its file; ERR_PTR. */
static struct file *socket_create(int domain, u32 type, int protocol)
{
	struct socket_family *family;
	struct socket *sock;
	struct file *file;
	int err;

	if (type & ~(SOCK_TYPE_MASK | SOCK_NONBLOCK_ | SOCK_CLOEXEC_))
		return ERR_PTR(-EINVAL);
	if (domain < 0 || domain >= AF_MAX)
		return ERR_PTR(-EAFNOSUPPORT);
	if ((type & SOCK_TYPE_MASK) > 10)
		return ERR_PTR(-EINVAL);
	family = family_find(domain);
	if (!family)
		return ERR_PTR(-EAFNOSUPPORT);
	sock = socket_alloc(domain, (int)(type & SOCK_TYPE_MASK), protocol);
	if (!sock)
		return ERR_PTR(-ENOMEM);
	err = family->create(sock);
	file = err ? ERR_PTR(err) : socket_make_file(sock, type);
	if (IS_ERR(file))
		socket_free(sock);
	return file;
}

asmlinkage long sys_socket(int domain, u32 type, int protocol)
{
	return ipc_install(socket_create(domain, type, protocol), type & O_CLOEXEC);
}

asmlinkage long sys_socketpair(int domain, u32 type, int protocol, void __user *fds)
{
	struct file *a = socket_create(domain, type, protocol), *b;
	struct socket *sa, *sb;
	int err;

	if (IS_ERR(a))
		return PTR_ERR(a);
	b = socket_create(domain, type, protocol);
	if (IS_ERR(b)) {
		file_put(a);
		return PTR_ERR(b);
	}
	sa = a->private;
	sb = b->private;
	err = sa->ops->pair ? sa->ops->pair(sa, sb) : -EOPNOTSUPP;
	if (err) {
		file_put(a);
		file_put(b);
		return err;
	}
	return ipc_install_pair(a, b, type & O_CLOEXEC, fds);
}

/* ---- names and connections ---- */

asmlinkage long sys_bind(int fd, const void __user *uaddr, size_t len)
{
	struct socket_ref ref = socket_get(fd);
	u8 addr[SOCKADDR_MAX];
	int n;

	if (!ref.sock)
		return ref.err;
	n = socket_addr_from_user(addr, uaddr, len);
	if (n >= 0)
		n = ref.sock->ops->bind ? ref.sock->ops->bind(ref.sock, addr, n) : -EOPNOTSUPP;
	socket_put(ref);
	return n;
}

asmlinkage long sys_connect(int fd, const void __user *uaddr, size_t len)
{
	struct socket_ref ref = socket_get(fd);
	u8 addr[SOCKADDR_MAX];
	int n;

	if (!ref.sock)
		return ref.err;
	n = socket_addr_from_user(addr, uaddr, len);
	if (n >= 0)
		n = ref.sock->ops->connect ? ref.sock->ops->connect(ref.sock, addr, n,
								    ref.fd.file->flags & O_NONBLOCK)
					   : -EOPNOTSUPP;
	socket_put(ref);
	return n;
}

asmlinkage long sys_listen(int fd, int backlog)
{
	struct socket_ref ref = socket_get(fd);
	int err;

	if (!ref.sock)
		return ref.err;
	if ((u32)backlog > 4096)
		backlog = 4096; /* net.core.somaxconn */
	err = ref.sock->ops->listen ? ref.sock->ops->listen(ref.sock, backlog) : -EOPNOTSUPP;
	if (!err)
		ref.sock->options |= SOCKET_ACCEPTS;
	socket_put(ref);
	return err;
}

/* The file of the next connection; ERR_PTR. */
static struct file *accept_file(struct socket *sock, struct file *listener, u32 flags)
{
	struct socket *child = socket_alloc(sock->family, sock->type, sock->protocol);
	struct file *file;
	int err;

	if (!child)
		return ERR_PTR(-ENOMEM);
	file = socket_make_file(child, flags);
	if (IS_ERR(file)) {
		kfree(child);
		return file;
	}
	child->options = sock->options & ~SOCKET_ACCEPTS;
	err = sock->ops->accept ? sock->ops->accept(sock, child, listener->flags & O_NONBLOCK)
				: -EOPNOTSUPP;
	if (!err)
		return file;
	file_put(file);
	return ERR_PTR(err);
}

asmlinkage long sys_accept4(int fd, void __user *uaddr, void __user *ulen, u32 flags)
{
	u8 addr[SOCKADDR_MAX];
	struct socket_ref ref;
	struct socket *child;
	struct file *file;
	long ret;

	if (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	ref = socket_get(fd);
	if (!ref.sock)
		return ref.err;
	file = accept_file(ref.sock, ref.fd.file, flags);
	socket_put(ref);
	if (IS_ERR(file))
		return PTR_ERR(file);
	child = file->private;
	if (uaddr) {
		ret = child->ops->getname(child, addr, true);
		if (ret < 0)
			ret = -ECONNABORTED;
		else
			ret = socket_addr_to_user(addr, (int)ret, uaddr, ulen);
		if (ret) {
			file_put(file);
			return ret;
		}
	}
	return ipc_install(file, flags & O_CLOEXEC);
}

static long socket_name(int fd, void __user *uaddr, void __user *ulen, bool peer)
{
	struct socket_ref ref = socket_get(fd);
	u8 addr[SOCKADDR_MAX];
	int n;

	if (!ref.sock)
		return ref.err;
	n = ref.sock->ops->getname(ref.sock, addr, peer);
	socket_put(ref);
	return n < 0 ? n : socket_addr_to_user(addr, n, uaddr, ulen);
}

asmlinkage long sys_getsockname(int fd, void __user *addr, void __user *len)
{
	return socket_name(fd, addr, len, false);
}

asmlinkage long sys_getpeername(int fd, void __user *addr, void __user *len)
{
	return socket_name(fd, addr, len, true);
}

asmlinkage long sys_shutdown(int fd, int how)
{
	struct socket_ref ref = socket_get(fd);
	int err;

	if (!ref.sock)
		return ref.err;
	err = ref.sock->ops->shutdown ? ref.sock->ops->shutdown(ref.sock, how) : -EOPNOTSUPP;
	socket_put(ref);
	return err;
}
