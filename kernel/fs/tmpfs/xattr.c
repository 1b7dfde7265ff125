/*
 * xattr.c - extended attributes kept in memory, a list per inode. Readers take the inode's lock
 * too: values are replaced.
 */
#include "tmpfs_internal.h"
#include <kernel/cred.h>

struct xattr {
	struct list_head node;
	char *name;
	size_t size;
	u8 value[];
};

/* All attributes of an inode together; Linux's bound is the kernel memory of the user. */
#define XATTRS_MAX 65536

static struct xattr *find(struct tmpfs_inode *ti, const char *name)
{
	struct xattr *x;

	list_for_each_entry (x, &ti->xattrs, node)
		if (!strcmp(x->name, name))
			return x;
	return NULL;
}

static void xattr_free(struct xattr *x)
{
	kfree(x->name);
	kfree(x);
}

void tmpfs_free_xattrs(struct tmpfs_inode *ti)
{
	struct xattr *x, *next;

	list_for_each_entry_safe (x, next, &ti->xattrs, node)
		xattr_free(x);
}

static bool name_space_known(const char *name)
{
	return !strncmp(name, "user.", 5) || !strncmp(name, "trusted.", 8) ||
	       !strncmp(name, "security.", 9);
}

ssize_t tmpfs_getxattr(struct inode *inode, const char *name, void *buf, size_t size)
{
	struct xattr *x;
	ssize_t ret = -ENODATA;

	if (!name_space_known(name))
		return -EOPNOTSUPP;
	mutex_lock(&inode->lock);
	x = find(tmpfs_i(inode), name);
	if (x) {
		ret = x->size;
		if (size && size < x->size)
			ret = -ERANGE;
		else if (size)
			memcpy(buf, x->value, x->size);
	}
	mutex_unlock(&inode->lock);
	return ret;
}

static size_t bytes_used(struct tmpfs_inode *ti)
{
	struct xattr *x;
	size_t n = 0;

	list_for_each_entry (x, &ti->xattrs, node)
		n += x->size + strlen(x->name) + 1;
	return n;
}

static struct xattr *xattr_new(const char *name, const void *value, size_t size)
{
	struct xattr *x = kmalloc(sizeof(*x) + size, GFP_KERNEL);

	if (!x)
		return NULL;
	x->name = kstrdup(name, GFP_KERNEL);
	if (!x->name) {
		kfree(x);
		return NULL;
	}
	x->size = size;
	memcpy(x->value, value, size);
	return x;
}

int tmpfs_setxattr(struct inode *inode, const char *name, const void *value, size_t size, u32 flags)
{
	struct tmpfs_inode *ti = tmpfs_i(inode);
	struct xattr *old = find(ti, name), *new = NULL;

	if (!name_space_known(name))
		return -EOPNOTSUPP;
	if (old && (flags & XATTR_CREATE))
		return -EEXIST;
	if (!old && (flags & XATTR_REPLACE))
		return -ENODATA;
	if (value) {
		if (bytes_used(ti) + size > XATTRS_MAX * 2)
			return -ENOSPC;
		new = xattr_new(name, value, size);
		if (!new)
			return -ENOMEM;
		list_add_tail(&new->node, &ti->xattrs);
	}
	if (old) {
		list_del(&old->node);
		xattr_free(old);
	}
	inode_touch(inode, ATTR_CTIME);
	return 0;
}

ssize_t tmpfs_listxattr(struct inode *inode, char *buf, size_t size)
{
	struct tmpfs_inode *ti = tmpfs_i(inode);
	struct xattr *x;
	size_t n = 0;

	mutex_lock(&inode->lock);
	list_for_each_entry (x, &ti->xattrs, node) {
		size_t len = strlen(x->name) + 1;

		if (!strncmp(x->name, "trusted.", 8) && !capable(CAP_SYS_ADMIN))
			continue;
		if (size && n + len <= size)
			memcpy(buf + n, x->name, len);
		n += len;
	}
	mutex_unlock(&inode->lock);
	return size && n > size ? -ERANGE : (ssize_t)n;
}
