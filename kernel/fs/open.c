/*
 * open.c - open(2) and its kin, creat, close.
 *
 * The walk to the last component is the one of namei.c; with O_CREAT the last step may make the
 * file. Permission is checked before the file system's own open() is called.
 */
#include "vfs_internal.h"
#include <kernel/errseq.h>
#include <kernel/syscall.h>

#define O_VALID                                                                                    \
	(O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC |      \
	 O_ASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC |     \
	 O_PATH | O_TMPFILE)
#define O_TMPFILE_BIT (O_TMPFILE & ~O_DIRECTORY)
#define O_PATH_FLAGS  (O_DIRECTORY | O_NOFOLLOW | O_PATH | O_CLOEXEC)
#define SMALL_FILE    0x7fffffffll

static const struct file_ops path_fops;

/* MAY_* for the access mode: 3 wants both and gives neither. */
static int access_mask(u32 flags)
{
	static const u8 mask[4] = { MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE,
				    MAY_READ | MAY_WRITE };

	return mask[flags & O_ACCMODE] | (flags & O_TRUNC ? MAY_WRITE : 0);
}

int open_args_check(struct open_args *a, u32 flags, u32 mode)
{
	flags &= O_VALID;
	if (!(flags & (O_CREAT | O_TMPFILE_BIT)))
		mode = 0;
	a->mode = (mode & S_PERM_MASK) | S_IFREG;
	if (flags & O_TMPFILE_BIT) {
		if ((flags & O_TMPFILE) != O_TMPFILE || !(access_mask(flags) & MAY_WRITE))
			return -EINVAL;
		if (flags & O_CREAT)
			return -EINVAL;
	}
	if (flags & O_PATH)
		flags &= O_PATH_FLAGS;
	a->flags = flags;
	a->lookup = 0;
	if (flags & O_DIRECTORY)
		a->lookup |= LOOKUP_DIRECTORY;
	if (!(flags & O_NOFOLLOW))
		a->lookup |= LOOKUP_FOLLOW;
	return 0;
}

static int check_type(const struct path *path, u32 flags, int mask)
{
	u32 nodev = path->mnt->flags & MS_NODEV;

	switch (path->dentry->inode->mode & S_IFMT) {
	case S_IFLNK:
		return -ELOOP;
	case S_IFDIR:
		return mask & MAY_WRITE ? -EISDIR : 0;
	case S_IFBLK:
	case S_IFCHR:
		return nodev ? -EACCES : 0;
	default:
		return 0;
	}
}

int may_open(const struct path *path, u32 flags, bool created)
{
	struct inode *inode = path->dentry->inode;
	int mask = access_mask(flags), err;

	err = check_type(path, flags, mask);
	if (err || created)
		return err;
	if ((mask & MAY_WRITE) && (S_ISREG(inode->mode) || S_ISDIR(inode->mode))) {
		if (mount_is_readonly(path->mnt))
			return -EROFS;
	}
	err = inode_permission(inode, mask);
	if (err)
		return err;
	if (unlikely(inode->flags & INODE_APPEND)) {
		if ((mask & MAY_WRITE) && (!(flags & O_APPEND) || (flags & O_TRUNC)))
			return -EPERM;
	}
	if (unlikely(flags & O_NOATIME) && current_cred()->fsuid != inode->uid &&
	    !capable(CAP_FOWNER))
		return -EPERM;
	return 0;
}

/* path is set and checked: hands the file to its file system. On failure the caller frees it. */
int file_open_finish(struct file *file)
{
	struct inode *inode = file->path.dentry->inode;
	int err = 0;

	file->inode = inode;
	file->mapping = inode->mapping;
	if (file->flags & O_PATH) {
		file->mode = FMODE_PATH;
		file->ops = &path_fops;
		return 0;
	}
	if (file->mode & FMODE_WRITE) {
		err = file_get_write(file);
		if (err)
			return err;
	}
	file->ops = inode->fops;
	if (!file->ops)
		err = -ENXIO;
	else if (file->ops->open)
		err = file->ops->open(inode, file);
	file->wb_seen = errseq_sample(&file->mapping->wb_error);
	file->sb_seen = errseq_sample(&inode->sb->wb_error);
	file->dev_seen = inode->sb->bdev ? errseq_sample(device_error(inode->sb)) : 0;
	file->flags &= ~(u32)(O_NOCTTY | O_EXCL);
	if (err && (file->mode & FMODE_WRITE))
		file_put_write(file);
	return err;
}

static int check_opened(const struct file *file)
{
	const struct inode *inode = file->inode;

	if (!S_ISREG(inode->mode) || (file->mode & FMODE_PATH))
		return 0;
	if (unlikely(file->flags & O_DIRECT) && inode->sb->in_memory)
		return -EINVAL;
	if (!(file->flags & O_LARGEFILE) && inode->size > SMALL_FILE)
		return -EOVERFLOW;
	return 0;
}

static struct file *finish_or_free(struct file *file)
{
	int err = file_open_finish(file);

	if (err) {
		file_free_unopened(file);
		return ERR_PTR(err);
	}
	err = check_opened(file);
	if (err) {
		file_put(file);
		return ERR_PTR(err);
	}
	return file;
}

struct file *file_open_path(const struct path *path, u32 flags)
{
	struct file *file = file_alloc(path, flags | O_LARGEFILE);

	if (IS_ERR(file))
		return file;
	file = finish_or_free(file);
	if (!IS_ERR(file) && !(flags & O_PATH))
		fsnotify_dentry(file->path.dentry, IN_OPEN);
	return file;
}

/* The last component is not there: makes it. Locked before and after. */
static int create_last(struct walk *w, const struct open_args *a, bool *created)
{
	struct inode *dir;
	struct dentry *d;
	int err = 0, denied;

	walk_unlock(w);
	dir = w->cur.dentry->inode;
	denied = mnt_want_write(w->cur.mnt);
	mutex_lock(&dir->lock);
	d = lookup_in_locked_dir(w->cur.dentry, &w->last);
	if (IS_ERR(d)) {
		err = PTR_ERR(d);
	} else if (!d->inode) {
		err = denied;
		if (!err)
			err = may_create(dir, w->flags);
		if (!err)
			err = dir_create(dir, d, a->mode, 0);
		*created = !err;
	}
	mutex_unlock(&dir->lock);
	if (!denied)
		mnt_drop_write(w->cur.mnt);
	if (!IS_ERR(d))
		w->extra = d;
	walk_lock(w);
	if (*created)
		w->cur.dentry = d;
	return err;
}

/* The last component with O_CREAT; as walk_last(). */
static int open_create(struct walk *w, const struct open_args *a, bool *created)
{
	int ret;

	if (w->last_type == LAST_NORM && w->trailing)
		return -EISDIR;
	if ((a->flags & O_EXCL) && w->last_type == LAST_NORM)
		ret = walk_last(w, 0);
	else
		ret = walk_last(w, a->lookup);
	if (ret == -ENOENT && w->last_type == LAST_NORM && !w->trailing && w->create_ok) {
		ret = create_last(w, a, created);
		if (!ret && !*created) /* someone was faster */
			ret = walk_last(w, a->flags & O_EXCL ? 0 : a->lookup);
	}
	if (ret || *created)
		return ret;
	if (a->flags & O_EXCL)
		return -EEXIST;
	return S_ISDIR(w->cur.dentry->inode->mode) ? -EISDIR : 0;
}

/* O_TRUNC on what was there before. */
static int open_truncate(struct file *file)
{
	struct inode *inode = file->path.dentry->inode;
	int err;

	if (!S_ISREG(inode->mode))
		return 0;
	err = inode_get_write(inode);
	if (err)
		return err;
	err = path_truncate(&file->path, NULL, 0, ATTR_CTIME | ATTR_MTIME);
	inode_put_write(inode);
	return err;
}

/* The walk is over: checks, truncates, opens. Consumes the file. */
static struct file *open_walked(struct file *file, const struct open_args *a, bool created)
{
	int err = 0;

	if (!(a->flags & O_PATH))
		err = may_open(&file->path, a->flags, created);
	else if (S_ISLNK(file->path.dentry->inode->mode) && (a->lookup & LOOKUP_FOLLOW))
		err = -ELOOP;
	if (err) {
		file_free_unopened(file);
		return ERR_PTR(err);
	}
	file = finish_or_free(file);
	if (IS_ERR(file))
		return file;
	if ((a->flags & O_TRUNC) && !created)
		err = open_truncate(file);
	if (err) {
		file_put(file);
		return ERR_PTR(err);
	}
	if (!(a->flags & O_PATH))
		fsnotify_dentry(file->path.dentry, IN_OPEN);
	return file;
}

/* O_TMPFILE: a file without a name in the directory. */
static struct file *open_tmpfile(struct file *file, struct path *dir, const struct open_args *a)
{
	static const struct qstr name = { "#tmp", 4, 0 };
	struct inode *inode = dir->dentry->inode;
	struct dentry *d = NULL;
	const int denied = mnt_want_write(dir->mnt);
	int err = denied;

	if (!err)
		err = inode_permission(inode, MAY_WRITE | MAY_EXEC);
	if (!err && (!inode->ops || !inode->ops->tmpfile))
		err = -EOPNOTSUPP;
	if (!err) {
		d = dentry_alloc(dir->dentry, &name);
		err = d ? 0 : -ENOMEM;
	}
	if (!err) {
		mutex_lock(&inode->lock);
		err = inode->ops->tmpfile(inode, d, a->mode);
		mutex_unlock(&inode->lock);
	}
	if (!err && !(a->flags & O_EXCL))
		d->inode->flags |= INODE_LINKABLE;
	if (!err) {
		file->path = (struct path){ dir->mnt, d };
		path_get(&file->path);
	}
	dentry_put(d);
	if (!denied)
		mnt_drop_write(dir->mnt);
	path_put(dir);
	if (err) {
		file_free_unopened(file);
		return ERR_PTR(err);
	}
	return open_walked(file, a, true);
}

struct file *file_open_walk(struct walk *w, int dfd, const char *name, const struct open_args *a)
{
	struct file *file = file_alloc(NULL, a->flags);
	bool created = false;
	struct path dir;
	int ret;

	if (IS_ERR(file))
		return file;
	ret = walk_parent(w, dfd, name);
	if (!ret) {
		do {
			ret = a->flags & O_CREAT ? open_create(w, a, &created)
						 : walk_last(w, a->lookup);
		} while (ret > 0);
	}
	if (ret) {
		walk_end(w);
		file_free_unopened(file);
		return ERR_PTR(ret);
	}
	if (a->flags & O_TMPFILE_BIT) {
		walk_take(w, &dir);
		return open_tmpfile(file, &dir, a);
	}
	walk_take(w, &file->path);
	return open_walked(file, a, created);
}

struct file *file_open_args(int dfd, const char *name, const struct open_args *a)
{
	struct walk w;

	if (!*name)
		return ERR_PTR(-ENOENT);
	walk_init(&w, NULL, a->lookup & LOOKUP_NO_SYMLINKS);
	return file_open_walk(&w, dfd, name, a);
}

struct file *file_open(int dfd, const char *name, u32 flags, u32 mode)
{
	struct open_args a;
	int err = open_args_check(&a, flags | O_LARGEFILE, mode);

	return err ? ERR_PTR(err) : file_open_args(dfd, name, &a);
}

/* ---- system calls ---- */

static __hot long do_open(int dfd, const char __user *name, u32 flags, u32 mode)
{
	struct open_args a;
	struct name_buf nb;
	struct file *file;
	long fd, err;

	err = open_args_check(&a, flags, mode & ~current->fs->umask);
	if (!err)
		err = name_get(&nb, name, false);
	if (err)
		return err;
	fd = fd_alloc(0, flags);
	if (fd >= 0) {
		file = file_open_args(dfd, nb.name, &a);
		if (IS_ERR(file)) {
			fd_release(fd);
			fd = PTR_ERR(file);
		} else {
			fd_install(fd, file);
		}
	}
	name_put(&nb);
	return fd;
}

asmlinkage long sys_open(const char __user *name, u32 flags, u32 mode)
{
	return do_open(AT_FDCWD, name, flags, mode);
}
asmlinkage long sys_openat(int dfd, const char __user *name, u32 flags, u32 mode)
{
	return do_open(dfd, name, flags, mode);
}
asmlinkage long sys_creat(const char __user *name, u32 mode)
{
	return do_open(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

asmlinkage long sys_close(int fd)
{
	int err = fd_close(fd);

	/* The descriptor is gone: the call must not be restarted. */
	if (unlikely(err <= -ERESTARTSYS))
		return -EINTR;
	return err;
}

asmlinkage long sys_close_range(u32 first, u32 last, u32 flags)
{
	struct files *files = current->files;

	if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || first > last)
		return -EINVAL;
	if ((flags & CLOSE_RANGE_UNSHARE) && refcount_read(&files->refs) > 1) {
		struct files *copy = files_dup(files);

		if (IS_ERR(copy))
			return PTR_ERR(copy);
		spin_lock(&current->alloc_lock);
		current->files = copy;
		spin_unlock(&current->alloc_lock);
		files_put(files);
		files = copy;
	}
	files_close_range(files, first, last, flags & CLOSE_RANGE_CLOEXEC);
	return 0;
}

static int read_how(struct open_how_abi *how, const void __user *user, size_t size)
{
	static const size_t known = sizeof(*how);
	char rest[64];

	if (size < known)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (copy_from_user(how, user, known))
		return -EFAULT;
	/* A longer struct of a later version is fine as long as the rest says nothing. */
	for (size_t at = known; at < size;) {
		size_t n = min(sizeof(rest), size - at);

		if (copy_from_user(rest, (const char __user *)user + at, n))
			return -EFAULT;
		for (size_t i = 0; i < n; i++)
			if (rest[i])
				return -E2BIG;
		at += n;
	}
	return 0;
}

static int check_how(const struct open_how_abi *how, struct open_args *a, u32 *walk_flags)
{
	static const struct {
		u32 resolve, lookup;
	} map[] = {
		{ RESOLVE_NO_XDEV, LOOKUP_NO_XDEV },
		{ RESOLVE_NO_MAGICLINKS, LOOKUP_NO_MAGIC },
		{ RESOLVE_NO_SYMLINKS, LOOKUP_NO_SYMLINKS },
		{ RESOLVE_BENEATH, LOOKUP_BENEATH },
		{ RESOLVE_IN_ROOT, LOOKUP_IN_ROOT },
	};
	const u32 known = 63;

	if (how->flags & ~(u64)O_VALID || how->resolve & ~(u64)known)
		return -EINVAL;
	if ((how->resolve & RESOLVE_BENEATH) && (how->resolve & RESOLVE_IN_ROOT))
		return -EINVAL;
	if (how->flags & (O_CREAT | O_TMPFILE_BIT) ? how->mode & ~(u64)S_PERM_MASK : how->mode)
		return -EINVAL;
	if ((how->flags & O_PATH) && (how->flags & ~(u64)O_PATH_FLAGS))
		return -EINVAL;
	if (how->resolve & RESOLVE_CACHED)
		return -EAGAIN;
	*walk_flags = 0;
	for (unsigned int i = 0; i < ARRAY_SIZE(map); i++)
		if (how->resolve & map[i].resolve)
			*walk_flags |= map[i].lookup;
	return open_args_check(a, how->flags, how->mode & ~(u64)current->fs->umask);
}

/* BENEATH and IN_ROOT: where the walk is confined to, referenced. */
static int how_base(int dfd, struct path *base)
{
	struct file *file;

	if (dfd == AT_FDCWD) {
		fs_get_cwd(current->fs, base);
		return 0;
	}
	file = fd_get_raw(dfd);
	if (!file)
		return -EBADF;
	*base = file->path;
	path_get(base);
	file_put(file);
	return S_ISDIR(base->dentry->inode->mode) ? 0 : (path_put(base), -ENOTDIR);
}

static struct file *open_how(int dfd, const char *name, const struct open_args *a, u32 walk_flags)
{
	struct path base;
	struct file *file;
	struct walk w;
	int err;

	if (!(walk_flags & (LOOKUP_BENEATH | LOOKUP_IN_ROOT))) {
		walk_init(&w, NULL, walk_flags);
		return file_open_walk(&w, dfd, name, a);
	}
	err = how_base(dfd, &base);
	if (err)
		return ERR_PTR(err);
	walk_init(&w, &base, walk_flags);
	file = file_open_walk(&w, dfd, name, a);
	path_put(&base);
	return file;
}

asmlinkage long sys_openat2(int dfd, const char __user *name, const void __user *user, size_t size)
{
	struct open_how_abi how;
	struct open_args a;
	struct name_buf nb;
	struct file *file;
	u32 walk_flags;
	long err = read_how(&how, user, size);

	if (!err)
		err = check_how(&how, &a, &walk_flags);
	if (!err)
		err = name_get(&nb, name, false);
	if (err)
		return err;
	file = open_how(dfd, nb.name, &a, walk_flags);
	name_put(&nb);
	if (IS_ERR(file))
		return PTR_ERR(file);
	err = fd_install_new(file, how.flags);
	if (err < 0)
		file_put(file);
	return err;
}
