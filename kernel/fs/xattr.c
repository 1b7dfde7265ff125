/*
 * xattr.c - extended attributes: name spaces, permission, and the twelve calls.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX 65536
#define XATTR_LIST_MAX 65536

static bool starts_with(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* Who may touch an attribute of this name? */
static int xattr_permission(struct inode *inode, const char *name, int mask)
{
	if ((mask & MAY_WRITE) && (inode->flags & (INODE_IMMUTABLE | INODE_APPEND)))
		return -EPERM;
	if (starts_with(name, "security."))
		return mask & MAY_WRITE && !capable(CAP_SYS_ADMIN) ? -EPERM : 0;
	if (starts_with(name, "system."))
		return 0;
	if (starts_with(name, "trusted.")) {
		if (capable(CAP_SYS_ADMIN))
			return 0;
		return mask & MAY_WRITE ? -EPERM : -ENODATA;
	}
	if (starts_with(name, "user.")) {
		if (!S_ISREG(inode->mode) && !S_ISDIR(inode->mode))
			return mask & MAY_WRITE ? -EPERM : -ENODATA;
		if (S_ISDIR(inode->mode) && (inode->mode & S_ISVTX) && (mask & MAY_WRITE) &&
		    current_cred()->fsuid != inode->uid && !capable(CAP_FOWNER))
			return -EPERM;
	}
	return inode_permission(inode, mask);
}

/* A name space without a name in it. */
static bool is_bare(const char *name)
{
	return !strcmp(name, "user.") || !strcmp(name, "trusted.") || !strcmp(name, "security.");
}

static int get_name(char name[XATTR_NAME_MAX + 1], const char __user *user)
{
	ssize_t n = strncpy_from_user(name, user, XATTR_NAME_MAX + 1);

	if (n == 0 || n == XATTR_NAME_MAX + 1)
		return -ERANGE;
	return n < 0 ? n : 0;
}

/* value NULL: remove. */
static int set(const struct path *path, const char *name, const void *value, size_t size, u32 flags)
{
	struct inode *inode = path->dentry->inode;
	int err = mnt_want_write(path->mnt);

	if (err)
		return err;
	mutex_lock(&inode->lock);
	err = xattr_permission(inode, name, MAY_WRITE);
	if (!err && !(inode->ops && inode->ops->setxattr))
		err = -EOPNOTSUPP;
	if (!err)
		err = is_bare(name) ? -EINVAL
				    : inode->ops->setxattr(inode, name, value, size, flags);
	mutex_unlock(&inode->lock);
	mnt_drop_write(path->mnt);
	if (!err)
		fsnotify_dentry(path->dentry, IN_ATTRIB);
	return err;
}

static long set_user(const struct path *path, const char __user *attr, const void __user *user,
		     size_t size, u32 flags)
{
	char name[XATTR_NAME_MAX + 1];
	void *value;
	long err;

	if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	err = get_name(name, attr);
	if (err)
		return err;
	if (size > XATTR_SIZE_MAX)
		return -E2BIG;
	value = kmalloc(size ? size : 1, GFP_KERNEL);
	if (!value)
		return -ENOMEM;
	err = copy_from_user(value, user, size) ? -EFAULT : set(path, name, value, size, flags);
	kfree(value);
	return err;
}

static long get_user_attr(const struct path *path, const char __user *attr, void __user *user,
			  size_t size)
{
	struct inode *inode = path->dentry->inode;
	char name[XATTR_NAME_MAX + 1];
	void *value;
	long ret = get_name(name, attr);

	if (ret)
		return ret;
	ret = xattr_permission(inode, name, MAY_READ);
	if (ret)
		return ret;
	if (!inode->ops || !inode->ops->getxattr)
		return -EOPNOTSUPP;
	if (is_bare(name))
		return -EINVAL;
	if (size > XATTR_SIZE_MAX)
		size = XATTR_SIZE_MAX;
	value = size ? kmalloc(size, GFP_KERNEL) : NULL;
	if (size && !value)
		return -ENOMEM;
	ret = inode->ops->getxattr(inode, name, value, size);
	if (ret > 0 && size && copy_to_user(user, value, ret))
		ret = -EFAULT;
	kfree(value);
	return ret;
}

static long list_user(const struct path *path, void __user *user, size_t size)
{
	struct inode *inode = path->dentry->inode;
	char *list;
	long ret;

	if (!inode->ops || !inode->ops->listxattr)
		return 0;
	if (size > XATTR_LIST_MAX)
		size = XATTR_LIST_MAX;
	list = size ? kmalloc(size, GFP_KERNEL) : NULL;
	if (size && !list)
		return -ENOMEM;
	ret = inode->ops->listxattr(inode, list, size);
	if (ret > 0 && size && copy_to_user(user, list, ret))
		ret = -EFAULT;
	kfree(list);
	return ret;
}

static long remove_user(const struct path *path, const char __user *attr)
{
	char name[XATTR_NAME_MAX + 1];
	long err = get_name(name, attr);

	return err ? err : set(path, name, NULL, 0, XATTR_REPLACE);
}

/* Runs `call` (which uses &path) on what a name or descriptor denotes. */
#define ON_NAME(name, follow, call)                                                                \
	({                                                                                         \
		struct path path;                                                                  \
		long ret_ = path_lookup_user(AT_FDCWD, name, follow, &path);                       \
		if (!ret_) {                                                                       \
			ret_ = (call);                                                             \
			path_put(&path);                                                           \
		}                                                                                  \
		ret_;                                                                              \
	})
#define ON_FD(fd, call)                                                                            \
	({                                                                                         \
		struct fd f_ = fd_get_light(fd);                                                   \
		long ret_ = -EBADF;                                                                \
		if (f_.file) {                                                                     \
			const struct path path = f_.file->path;                                    \
			ret_ = (call);                                                             \
			fd_put_light(f_);                                                          \
		}                                                                                  \
		ret_;                                                                              \
	})

asmlinkage long sys_setxattr(const char __user *name, const char __user *attr,
			     const void __user *value, size_t size, u32 flags)
{
	return ON_NAME(name, LOOKUP_FOLLOW, set_user(&path, attr, value, size, flags));
}
asmlinkage long sys_lsetxattr(const char __user *name, const char __user *attr,
			      const void __user *value, size_t size, u32 flags)
{
	return ON_NAME(name, 0, set_user(&path, attr, value, size, flags));
}
asmlinkage long sys_fsetxattr(int fd, const char __user *attr, const void __user *value,
			      size_t size, u32 flags)
{
	return ON_FD(fd, set_user(&path, attr, value, size, flags));
}
asmlinkage long sys_getxattr(const char __user *name, const char __user *attr, void __user *value,
			     size_t size)
{
	return ON_NAME(name, LOOKUP_FOLLOW, get_user_attr(&path, attr, value, size));
}
asmlinkage long sys_lgetxattr(const char __user *name, const char __user *attr, void __user *value,
			      size_t size)
{
	return ON_NAME(name, 0, get_user_attr(&path, attr, value, size));
}
asmlinkage long sys_fgetxattr(int fd, const char __user *attr, void __user *value, size_t size)
{
	return ON_FD(fd, get_user_attr(&path, attr, value, size));
}
asmlinkage long sys_listxattr(const char __user *name, void __user *list, size_t size)
{
	return ON_NAME(name, LOOKUP_FOLLOW, list_user(&path, list, size));
}
asmlinkage long sys_llistxattr(const char __user *name, void __user *list, size_t size)
{
	return ON_NAME(name, 0, list_user(&path, list, size));
}
asmlinkage long sys_flistxattr(int fd, void __user *list, size_t size)
{
	return ON_FD(fd, list_user(&path, list, size));
}
asmlinkage long sys_removexattr(const char __user *name, const char __user *attr)
{
	return ON_NAME(name, LOOKUP_FOLLOW, remove_user(&path, attr));
}
asmlinkage long sys_lremovexattr(const char __user *name, const char __user *attr)
{
	return ON_NAME(name, 0, remove_user(&path, attr));
}
asmlinkage long sys_fremovexattr(int fd, const char __user *attr)
{
	return ON_FD(fd, remove_user(&path, attr));
}
