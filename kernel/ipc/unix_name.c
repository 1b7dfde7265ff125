/*
 * unix_name.c - addresses of Unix sockets: names in the file system, abstract names, autobind.
 *
 * A path name leads to an inode whose `pipe` field is the bound socket; abstract names (first byte
 * zero, length counts) are in a hash. Both under unix_lock.
 */
#include <kernel/files.h>
#include <kernel/hash.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include "unix_internal.h"

#define NAME_HASH_BITS 6
#define AUTOBIND_SPACE 0x100000u /* five hexadecimal digits */

static struct hlist_head abstract_names[1u << NAME_HASH_BITS];

int unix_check_addr(struct sockaddr_un_abi *out, const void *addr, int len)
{
	if (len <= SOCKADDR_UN_PATH || len > (int)sizeof(*out))
		return -EINVAL;
	memcpy(out, addr, (size_t)len);
	if (out->family != AF_UNIX)
		return -EINVAL;
	if (out->path[0]) /* a path ends at its NUL, or where it is cut off */
		len = SOCKADDR_UN_PATH + (int)strnlen(out->path, (size_t)len - SOCKADDR_UN_PATH) +
		      1;
	return len;
}

static struct unix_addr *addr_alloc(const struct sockaddr_un_abi *name, int len)
{
	struct unix_addr *addr = kzalloc(sizeof(*addr) + 1, GFP_KERNEL); /* + 1: a NUL of its own */

	if (!addr)
		return NULL;
	refcount_set(&addr->refs, 1);
	addr->len = len;
	memcpy(&addr->name, name, min_t(size_t, (size_t)len, sizeof(*name)));
	return addr;
}

void unix_addr_put(struct unix_addr *addr)
{
	if (addr && refcount_dec(&addr->refs))
		kfree(addr);
}

static struct hlist_head *abstract_chain(const char *name, int len)
{
	u32 hash = hash_bytes(0, name, (size_t)len);

	return &abstract_names[hash_u32(hash, NAME_HASH_BITS)];
}

/* unix_lock held. The type is part of the name, as in Linux. */
static struct unix_sock *abstract_find(const struct sockaddr_un_abi *name, int len, int type)
{
	struct unix_sock *u;

	hlist_for_each_entry (u, abstract_chain(name->path, len - SOCKADDR_UN_PATH), name_node) {
		if (u->type == type && u->addr->len == len &&
		    !memcmp(u->addr->name.path, name->path, (size_t)len - SOCKADDR_UN_PATH))
			return u;
	}
	return NULL;
}

/* Takes the address over on success. */
static int abstract_insert(struct unix_sock *u, struct unix_addr *addr)
{
	int err = 0;

	spin_lock(&unix_lock);
	if (u->addr) {
		err = -EINVAL;
	} else if (abstract_find(&addr->name, addr->len, u->type)) {
		err = -EADDRINUSE;
	} else {
		WRITE_ONCE(u->addr, addr);
		hlist_add_head(&u->name_node,
			       abstract_chain(addr->name.path, addr->len - SOCKADDR_UN_PATH));
	}
	spin_unlock(&unix_lock);
	return err;
}

int unix_autobind(struct unix_sock *u)
{
	struct sockaddr_un_abi name = { .family = AF_UNIX };
	struct unix_addr *addr;
	u32 start = random_u32();
	int err = -EADDRINUSE;

	if (u->addr)
		return 0;
	addr = addr_alloc(&name, SOCKADDR_UN_PATH + 6);
	if (!addr)
		return -ENOMEM;
	for (u32 i = 0; i < AUTOBIND_SPACE && err == -EADDRINUSE; i++) {
		snprintf(addr->name.path + 1, 6, "%05x", (start + i) % AUTOBIND_SPACE);
		err = abstract_insert(u, addr);
	}
	if (err)
		unix_addr_put(addr);
	if (err == -EADDRINUSE)
		return -ENOSPC;
	return err == -EINVAL ? 0 : err; /* somebody else bound it meanwhile */
}

/* Ties the socket to the inode that was just made for it. */
static int path_attach(struct unix_sock *u, struct unix_addr *addr, const struct path *path)
{
	struct inode *inode = path->dentry->inode;
	int err = 0;

	spin_lock(&unix_lock);
	if (u->addr) {
		err = -EINVAL;
	} else if (!S_ISSOCK(inode->mode) || inode->pipe) {
		err = -EADDRINUSE; /* the name was taken from under us */
	} else {
		inode->pipe = u;
		u->bound = inode;
		u->path = *path;
		WRITE_ONCE(u->addr, addr);
	}
	spin_unlock(&unix_lock);
	return err;
}

static int path_bind(struct socket *sock, struct unix_addr *addr)
{
	u32 mode = (sock->file->inode->mode & 07777) & ~current->fs->umask;
	struct path path;
	int err;

	err = vfs_mknod(AT_FDCWD, addr->name.path, S_IFSOCK | mode, 0);
	if (err)
		return err == -EEXIST ? -EADDRINUSE : err;
	err = path_lookup(AT_FDCWD, addr->name.path, 0, &path);
	if (err)
		return err;
	err = path_attach(unix_of(sock), addr, &path);
	if (err)
		path_put(&path);
	return err;
}

int unix_bind(struct socket *sock, const void *uaddr, int len)
{
	struct unix_sock *u = unix_of(sock);
	struct sockaddr_un_abi name;
	struct unix_addr *addr;
	int err;

	memset(&name, 0, sizeof(name));
	if (len == SOCKADDR_UN_PATH && *(const u16 *)uaddr == AF_UNIX)
		return unix_autobind(u);
	len = unix_check_addr(&name, uaddr, len);
	if (len < 0)
		return len;
	if (u->addr)
		return -EINVAL;
	addr = addr_alloc(&name, len);
	if (!addr)
		return -ENOMEM;
	err = name.path[0] ? path_bind(sock, addr) : abstract_insert(u, addr);
	if (err)
		unix_addr_put(addr);
	return err;
}

/* unix_lock held. The path itself is put by the last reference. */
void unix_unbind(struct unix_sock *u)
{
	hlist_del_init(&u->name_node);
	if (u->bound) {
		u->bound->pipe = NULL;
		u->bound = NULL;
	}
}

static struct unix_sock *path_find(const char *name)
{
	struct unix_sock *u = NULL;
	struct inode *inode;
	struct path path;
	int err = path_lookup(AT_FDCWD, name, LOOKUP_FOLLOW, &path);

	if (err)
		return ERR_PTR(err);
	inode = path.dentry->inode;
	err = inode_permission(inode, MAY_WRITE);
	if (!err) {
		err = -ECONNREFUSED;
		spin_lock(&unix_lock);
		u = S_ISSOCK(inode->mode) ? inode->pipe : NULL;
		if (u)
			unix_sock_get(u);
		spin_unlock(&unix_lock);
	}
	path_put(&path);
	return u ? u : ERR_PTR(err);
}

struct unix_sock *unix_find(const struct sockaddr_un_abi *name, int len, int type)
{
	struct unix_sock *u;

	if (!name->path[0]) {
		spin_lock(&unix_lock);
		u = abstract_find(name, len, type);
		if (u)
			unix_sock_get(u);
		spin_unlock(&unix_lock);
		return u ? u : ERR_PTR(-ECONNREFUSED);
	}
	u = path_find(((const struct sockaddr_un_abi *)name)->path);
	if (!IS_ERR(u) && u->type != type) {
		unix_sock_put(u);
		return ERR_PTR(-EPROTOTYPE);
	}
	return u;
}
