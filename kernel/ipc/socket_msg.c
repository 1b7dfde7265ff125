/*
 * socket_msg.c - moving data: send, sendto, sendmsg, sendmmsg and their opposites.
 */
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <kernel/wait.h>
#include <abi/time.h>
#include "ipc_util.h"
#include "socket_internal.h"

#define CONTROL_MAX   20480u /* net.core.optmem_max */
#define CONTROL_STACK 64u
#define MMSG_MAX      1024u
#define FAST_VECS     8

int socket_addr_from_user(u8 addr[SOCKADDR_MAX], const void __user *src, size_t len)
{
	if (len > SOCKADDR_MAX)
		return -EINVAL;
	if (len && copy_from_user(addr, src, len))
		return -EFAULT;
	return (int)len;
}

int socket_addr_to_user(const u8 *addr, int len, void __user *dst, s32 __user *ulen)
{
	s32 room;

	if (get_user(room, ulen))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	room = min(room, len);
	if (room && copy_to_user(dst, addr, (size_t)room))
		return -EFAULT;
	return put_user(len, ulen);
}

ssize_t socket_send(struct file *file, struct socket_msg *msg)
{
	struct socket *sock = file->private;
	ssize_t ret;

	if (file->flags & O_NONBLOCK)
		msg->flags |= MSG_DONTWAIT_ABI;
	ret = sock->ops->sendmsg(sock, msg);
	if (ret == -EPIPE && !(msg->flags & MSG_NOSIGNAL_ABI) && sock->type == SOCK_STREAM)
		ipc_send_sigpipe();
	return ret;
}

ssize_t socket_recv(struct file *file, struct socket_msg *msg)
{
	struct socket *sock = file->private;

	if (file->flags & O_NONBLOCK)
		msg->flags |= MSG_DONTWAIT_ABI;
	return sock->ops->recvmsg(sock, msg);
}

void socket_put_cmsg(struct socket_msg *msg, int level, int type, const void *data, size_t len)
{
	struct cmsghdr_abi hdr = { .level = level, .type = type };
	size_t room = msg->controllen - msg->control_used, total = sizeof(hdr) + len;
	u8 __user *dst = msg->control_user + msg->control_used;

	if (!msg->control_user || room < sizeof(hdr)) {
		msg->flags_out |= MSG_CTRUNC_ABI;
		return;
	}
	if (room < total) {
		msg->flags_out |= MSG_CTRUNC_ABI;
		total = room;
	}
	hdr.len = (u32)total;
	if (copy_to_user(dst, &hdr, sizeof(hdr)) ||
	    copy_to_user(dst + sizeof(hdr), data, total - sizeof(hdr)))
		return;
	msg->control_used += min(CMSG_ALIGN_UP(total), room);
}

/* ---- one buffer ---- */

asmlinkage long sys_sendto(int fd, const void __user *buf, size_t len, u32 flags,
			   const void __user *uaddr, size_t addrlen)
{
	struct socket_ref ref = socket_get(fd);
	u8 addr[SOCKADDR_MAX];
	struct iov_iter iter;
	struct socket_msg msg = { .iter = &iter, .flags = flags };
	ssize_t ret = 0;

	if (!ref.sock)
		return ref.err;
	len = min_t(size_t, len, INT_MAX & PAGE_MASK);
	iov_init_user(&iter, (void __user *)(uintptr_t)buf, len);
	if (!user_range_ok(buf, len))
		ret = -EFAULT;
	if (!ret && uaddr) {
		ret = socket_addr_from_user(addr, uaddr, addrlen);
		msg.name = addr;
		msg.namelen = (int)ret;
	}
	if (ret >= 0)
		ret = socket_send(ref.fd.file, &msg);
	socket_put(ref);
	return ret;
}

asmlinkage long sys_recvfrom(int fd, void __user *buf, size_t len, u32 flags, void __user *uaddr,
			     void __user *addrlen)
{
	struct socket_ref ref = socket_get(fd);
	u8 addr[SOCKADDR_MAX];
	struct iov_iter iter;
	struct socket_msg msg = { .iter = &iter, .flags = flags, .name = addr };
	ssize_t ret = -EFAULT;

	if (!ref.sock)
		return ref.err;
	len = min_t(size_t, len, INT_MAX & PAGE_MASK);
	iov_init_user(&iter, buf, len);
	if (user_range_ok(buf, len))
		ret = socket_recv(ref.fd.file, &msg);
	socket_put(ref);
	if (ret >= 0 && uaddr) {
		int err = socket_addr_to_user(addr, msg.namelen, uaddr, addrlen);

		if (err)
			ret = err;
	}
	return ret;
}

/* ---- headers ---- */

/* The data vector of a header: 0 or a negative errno; *vec is kfree()d when it is not `fast`. */
static int header_import(const struct msghdr_abi *hdr, struct iov_iter *iter, struct iovec *fast,
			 struct iovec **vec)
{
	ssize_t total;

	*vec = fast;
	if (hdr->iovlen > 1024)
		return -EMSGSIZE;
	total = iov_import((const void __user *)hdr->iov, hdr->iovlen, fast, vec);
	if (total < 0)
		return (int)total;
	iov_init_vec(iter, *vec, hdr->iovlen, (size_t)total);
	return 0;
}

static int header_read(struct msghdr_abi *hdr, const void __user *uhdr)
{
	if (copy_from_user(hdr, uhdr, sizeof(*hdr)))
		return -EFAULT;
	if (!hdr->name)
		hdr->namelen = 0;
	if (hdr->namelen < 0)
		return -EINVAL;
	hdr->namelen = min(hdr->namelen, SOCKADDR_MAX);
	return 0;
}

/* Ancillary data to the kernel: `stack` when it is small, else kmalloc'ed. ERR_PTR. */
static u8 *control_import(const struct msghdr_abi *hdr, u8 *stack)
{
	u8 *control = stack;

	if (hdr->controllen > CONTROL_MAX)
		return ERR_PTR(-ENOBUFS);
	if (hdr->controllen > CONTROL_STACK) {
		control = kmalloc(hdr->controllen, GFP_KERNEL);
		if (!control)
			return ERR_PTR(-ENOBUFS);
	}
	if (copy_from_user(control, (const void __user *)hdr->control, hdr->controllen)) {
		if (control != stack)
			kfree(control);
		return ERR_PTR(-EFAULT);
	}
	return control;
}

static ssize_t send_with_control(struct file *file, const struct msghdr_abi *hdr,
				 struct socket_msg *msg)
{
	u8 stack[CONTROL_STACK] __aligned(4), *control;
	ssize_t ret;

	if (!hdr->controllen || !hdr->control)
		return socket_send(file, msg);
	control = control_import(hdr, stack);
	if (IS_ERR(control))
		return PTR_ERR(control);
	msg->control = control;
	msg->controllen = hdr->controllen;
	ret = socket_send(file, msg);
	if (control != stack)
		kfree(control);
	return ret;
}

static ssize_t send_header(struct file *file, const void __user *uhdr, u32 flags)
{
	struct iovec fast[FAST_VECS], *vec = fast;
	u8 addr[SOCKADDR_MAX];
	struct iov_iter iter;
	struct socket_msg msg = { .iter = &iter, .flags = flags };
	struct msghdr_abi hdr;
	ssize_t ret = header_read(&hdr, uhdr);

	if (!ret && hdr.namelen) {
		if (copy_from_user(addr, (const void __user *)hdr.name, (size_t)hdr.namelen))
			return -EFAULT;
		msg.name = addr;
		msg.namelen = hdr.namelen;
	}
	if (!ret)
		ret = header_import(&hdr, &iter, fast, &vec);
	if (!ret)
		ret = send_with_control(file, &hdr, &msg);
	if (vec != fast)
		kfree(vec);
	return ret;
}

/* What the caller learns: name, its length, control length, flags. */
static int header_write(struct msghdr_abi __user *uhdr, const struct msghdr_abi *hdr,
			const struct socket_msg *msg)
{
	if (hdr->name) {
		int n = min(hdr->namelen, msg->namelen);

		if (n && copy_to_user((void __user *)hdr->name, msg->name, (size_t)n))
			return -EFAULT;
		if (put_user(msg->namelen, &uhdr->namelen))
			return -EFAULT;
	}
	if (put_user(msg->flags_out | (msg->flags & MSG_CMSG_CLOEXEC_ABI), &uhdr->flags) ||
	    put_user((u32)msg->control_used, &uhdr->controllen))
		return -EFAULT;
	return 0;
}

static ssize_t recv_header(struct file *file, void __user *uhdr, u32 flags)
{
	struct iovec fast[FAST_VECS], *vec = fast;
	u8 addr[SOCKADDR_MAX];
	struct iov_iter iter;
	struct socket_msg msg = { .iter = &iter, .flags = flags, .name = addr };
	struct msghdr_abi hdr;
	ssize_t ret = header_read(&hdr, uhdr);
	int err;

	if (!ret)
		ret = header_import(&hdr, &iter, fast, &vec);
	if (!ret) {
		msg.control_user = (u8 __user *)hdr.control;
		msg.controllen = hdr.control ? hdr.controllen : 0;
		ret = socket_recv(file, &msg);
	}
	if (vec != fast)
		kfree(vec);
	if (ret < 0)
		return ret;
	err = header_write(uhdr, &hdr, &msg);
	return err ? err : ret;
}

asmlinkage long sys_sendmsg(int fd, const void __user *uhdr, u32 flags)
{
	struct socket_ref ref = socket_get(fd);
	ssize_t ret;

	if (!ref.sock)
		return ref.err;
	ret = send_header(ref.fd.file, uhdr, flags);
	socket_put(ref);
	return ret;
}

asmlinkage long sys_recvmsg(int fd, void __user *uhdr, u32 flags)
{
	struct socket_ref ref = socket_get(fd);
	ssize_t ret;

	if (!ref.sock)
		return ref.err;
	ret = recv_header(ref.fd.file, uhdr, flags);
	socket_put(ref);
	return ret;
}

/* ---- many messages in one call ---- */

asmlinkage long sys_sendmmsg(int fd, void __user *msgs, u32 n, u32 flags)
{
	struct mmsghdr_abi __user *m = msgs;
	struct socket_ref ref = socket_get(fd);
	ssize_t ret = 0;
	u32 i;

	if (!ref.sock)
		return ref.err;
	n = min(n, MMSG_MAX);
	for (i = 0; i < n; i++) {
		ret = send_header(ref.fd.file, &m[i].hdr, flags);
		if (ret >= 0)
			ret = put_user((u32)ret, &m[i].len) ? -EFAULT : 0;
		if (ret < 0)
			break;
	}
	socket_put(ref);
	return i ? (long)i : ret;
}

/* The time-out is looked at after each message only, as the call is documented. */
static long do_recvmmsg(int fd, struct mmsghdr_abi __user *m, u32 n, u32 flags, s64 deadline)
{
	struct socket_ref ref = socket_get(fd);
	ssize_t ret;
	u32 i;

	if (!ref.sock)
		return ref.err;
	ret = socket_take_error(ref.sock);
	for (i = 0; i < n && ret >= 0;) {
		ret = recv_header(ref.fd.file, &m[i].hdr, flags & ~MSG_WAITFORONE_ABI);
		if (ret >= 0)
			ret = put_user((u32)ret, &m[i].len) ? -EFAULT : 0;
		if (ret < 0)
			break;
		i++;
		if (flags & MSG_WAITFORONE_ABI)
			flags |= MSG_DONTWAIT_ABI;
		if (!ipc_time_left(deadline))
			break;
	}
	/* An error after the first message is told by the next call. */
	if (i && ret < 0 && ret != -EAGAIN)
		ref.sock->error = (int)-ret;
	socket_put(ref);
	return i ? (long)i : ret;
}

static long recvmmsg_timed(int fd, void __user *msgs, u32 n, u32 flags, void __user *timeout,
			   bool is64)
{
	s64 ns, deadline = TIMEOUT_NEVER;
	long ret = ipc_get_timeout(timeout, is64, &ns);

	if (ret)
		return ret;
	if (timeout)
		deadline = ipc_deadline(ns);
	ret = do_recvmmsg(fd, msgs, min(n, MMSG_MAX), flags, deadline);
	if (timeout && ret > 0 && timespec_put_user(ipc_time_left(deadline), timeout, is64))
		ret = -EFAULT;
	return ret;
}

asmlinkage long sys_recvmmsg32(int fd, void __user *msgs, u32 n, u32 flags, void __user *timeout)
{
	return recvmmsg_timed(fd, msgs, n, flags, timeout, false);
}

asmlinkage long sys_recvmmsg64(int fd, void __user *msgs, u32 n, u32 flags, void __user *timeout)
{
	return recvmmsg_timed(fd, msgs, n, flags, timeout, true);
}

/* ---- socketcall(2): all of them behind one number ---- */

#define SYS_SOCKETCALL_LAST 20

/* The first ten calls, and the rest. */
static long socketcall_name(int call, const u32 *a)
{
	switch (call) {
	case 1:
		return sys_socket((int)a[0], a[1], (int)a[2]);
	case 2:
		return sys_bind((int)a[0], (void __user *)a[1], a[2]);
	case 3:
		return sys_connect((int)a[0], (void __user *)a[1], a[2]);
	case 4:
		return sys_listen((int)a[0], (int)a[1]);
	case 5:
		return sys_accept4((int)a[0], (void __user *)a[1], (void __user *)a[2], 0);
	case 6:
		return sys_getsockname((int)a[0], (void __user *)a[1], (void __user *)a[2]);
	case 7:
		return sys_getpeername((int)a[0], (void __user *)a[1], (void __user *)a[2]);
	case 8:
		return sys_socketpair((int)a[0], a[1], (int)a[2], (void __user *)a[3]);
	case 9:
		return sys_sendto((int)a[0], (void __user *)a[1], a[2], a[3], NULL, 0);
	default:
		return sys_recvfrom((int)a[0], (void __user *)a[1], a[2], a[3], NULL, NULL);
	}
}

static long socketcall_data(int call, const u32 *a)
{
	switch (call) {
	case 11:
		return sys_sendto((int)a[0], (void __user *)a[1], a[2], a[3], (void __user *)a[4],
				  a[5]);
	case 12:
		return sys_recvfrom((int)a[0], (void __user *)a[1], a[2], a[3], (void __user *)a[4],
				    (void __user *)a[5]);
	case 13:
		return sys_shutdown((int)a[0], (int)a[1]);
	case 14:
		return sys_setsockopt((int)a[0], (int)a[1], (int)a[2], (void __user *)a[3], a[4]);
	case 15:
		return sys_getsockopt((int)a[0], (int)a[1], (int)a[2], (void __user *)a[3],
				      (void __user *)a[4]);
	case 16:
		return sys_sendmsg((int)a[0], (void __user *)a[1], a[2]);
	case 17:
		return sys_recvmsg((int)a[0], (void __user *)a[1], a[2]);
	case 18:
		return sys_accept4((int)a[0], (void __user *)a[1], (void __user *)a[2], a[3]);
	case 19:
		return sys_recvmmsg32((int)a[0], (void __user *)a[1], a[2], a[3],
				      (void __user *)a[4]);
	default:
		return sys_sendmmsg((int)a[0], (void __user *)a[1], a[2], a[3]);
	}
}

asmlinkage long sys_socketcall(int call, void __user *args)
{
	static const u8 count[SYS_SOCKETCALL_LAST + 1] = { 0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4,
							   6, 6, 2, 5, 5, 3, 3, 4, 5, 4 };
	u32 a[6];

	if (call < 1 || call > SYS_SOCKETCALL_LAST)
		return -EINVAL;
	if (copy_from_user(a, args, count[call] * sizeof(u32)))
		return -EFAULT;
	return call <= 10 ? socketcall_name(call, a) : socketcall_data(call, a);
}
