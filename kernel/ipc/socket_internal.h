/* socket_internal.h - what the files of the socket layer share. */
#ifndef SOCKET_INTERNAL_H
#define SOCKET_INTERNAL_H

#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/socket.h>

/* A socket looked up by descriptor: release with socket_put(). file NULL: err tells. */
struct socket_ref {
	struct fd fd;
	struct socket *sock;
	int err;
};
struct socket_ref socket_get(int fd);
static inline void socket_put(struct socket_ref ref)
{
	fd_put_light(ref.fd);
}
/* A socket without a family yet; NULL: no memory. */
struct socket *socket_alloc(int family, int type, int protocol);
void socket_free(struct socket *sock);
/* Gives it a file; ERR_PTR, and the socket stays the caller's. */
struct file *socket_make_file(struct socket *sock, u32 flags);

/* socket_msg.c: an address from user memory: its length or -EINVAL, -EFAULT. */
int socket_addr_from_user(u8 addr[SOCKADDR_MAX], const void __user *src, size_t len);
/* And back, cut to *ulen, which gets the true length. */
int socket_addr_to_user(const u8 *addr, int len, void __user *dst, s32 __user *ulen);
ssize_t socket_send(struct file *file, struct socket_msg *msg);
ssize_t socket_recv(struct file *file, struct socket_msg *msg);

#endif
