/*
 * read_write.c - read(2), write(2) and their positioned forms, lseek(2).
 *
 * A short read or write through a descriptor table that is not shared takes no lock and no
 * reference. The position is locked only when the description has more than one reference.
 */
#include "vfs_internal.h"
#include <kernel/syscall.h>

#define RW_MAX (INT_MAX & PAGE_MASK)

__hot ssize_t vfs_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	ssize_t n;

	if (unlikely(!(file->mode & FMODE_READ)))
		return -EBADF;
	if (unlikely(!file->ops->read))
		return S_ISDIR(file->inode->mode) ? -EISDIR : -EINVAL;
	n = file->ops->read(file, to, pos);
	if (n > 0)
		fsnotify_dentry(file->path.dentry, IN_ACCESS);
	return n;
}

__hot ssize_t vfs_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	/* Who waits for a reader or a device must not keep its node's file system from freezing. */
	const bool gated = S_ISREG(file->inode->mode);
	ssize_t n;

	if (unlikely(!(file->mode & FMODE_WRITE)))
		return -EBADF;
	if (unlikely(!file->ops->write))
		return -EINVAL;
	if (gated)
		sb_gate_begin(file->inode->sb, SB_GATE_WRITE);
	n = file->ops->write(file, from, pos);
	if (gated)
		sb_gate_end(file->inode->sb, SB_GATE_WRITE);
	if (n > 0)
		fsnotify_dentry(file->path.dentry, IN_MODIFY);
	return n;
}

ssize_t file_read_kernel(struct file *file, void *buf, size_t len, loff_t *pos)
{
	struct iov_iter it;

	iov_init_kernel(&it, buf, len);
	return vfs_read(file, &it, pos ? pos : &file->pos);
}

ssize_t file_write_kernel(struct file *file, const void *buf, size_t len, loff_t *pos)
{
	struct iov_iter it;

	iov_init_kernel(&it, (void *)(uintptr_t)buf, len);
	return vfs_write(file, &it, pos ? pos : &file->pos);
}

static inline bool pos_lock(struct file *file)
{
	if (likely(refcount_read(&file->refs) == 1) || (file->mode & FMODE_STREAM))
		return false;
	/* A device's reader may block for ever and must not keep the writers out. */
	if (!S_ISREG(file->inode->mode) && !S_ISDIR(file->inode->mode))
		return false;
	mutex_lock(&file->pos_lock);
	return true;
}

/* The two directions differ in one call. */
static __always_inline ssize_t rw_iter(struct file *file, struct iov_iter *it, bool write)
{
	bool locked = pos_lock(file);
	ssize_t n = write ? vfs_write(file, it, &file->pos) : vfs_read(file, it, &file->pos);

	if (locked)
		mutex_unlock(&file->pos_lock);
	return n;
}

static __always_inline ssize_t rw_fd(int fd, void __user *buf, size_t count, bool write)
{
	struct fd f = fd_get_light(fd);
	struct iov_iter it;
	ssize_t n;

	if (unlikely(!f.file))
		return -EBADF;
	if (unlikely(!(f.file->mode & (write ? FMODE_WRITE : FMODE_READ)))) {
		n = -EBADF;
	} else if (unlikely(!user_range_ok(buf, count))) {
		n = -EFAULT;
	} else {
		if (count > RW_MAX)
			count = RW_MAX;
		iov_init_user(&it, buf, count);
		n = rw_iter(f.file, &it, write);
	}
	fd_put_light(f);
	return n;
}

asmlinkage __hot long sys_read(int fd, void __user *buf, size_t count)
{
	return rw_fd(fd, buf, count, false);
}
asmlinkage __hot long sys_write(int fd, const void __user *buf, size_t count)
{
	return rw_fd(fd, (void __user *)(uintptr_t)buf, count, true);
}

static long prw_fd(int fd, void __user *buf, size_t count, loff_t pos, bool write)
{
	struct iov_iter it;
	struct fd f;
	ssize_t n;

	if (pos < 0)
		return -EINVAL;
	f = fd_get_light(fd);
	if (!f.file)
		return -EBADF;
	if (!(f.file->mode & FMODE_PREAD)) {
		n = -ESPIPE;
	} else if (!(f.file->mode & (write ? FMODE_WRITE : FMODE_READ))) {
		n = -EBADF;
	} else if (!user_range_ok(buf, count)) {
		n = -EFAULT;
	} else {
		iov_init_user(&it, buf, count > RW_MAX ? RW_MAX : count);
		n = write ? vfs_write(f.file, &it, &pos) : vfs_read(f.file, &it, &pos);
	}
	fd_put_light(f);
	return n;
}

asmlinkage long sys_pread64(int fd, void __user *buf, size_t count, u32 low, u32 high)
{
	return prw_fd(fd, buf, count, loff_from_words(low, high), false);
}
asmlinkage long sys_pwrite64(int fd, const void __user *buf, size_t count, u32 low, u32 high)
{
	return prw_fd(fd, (void __user *)(uintptr_t)buf, count, loff_from_words(low, high), true);
}

/* ---- vectors ---- */

/* pos NULL: the file's own position. */
static ssize_t rwv_file(struct file *file, const void __user *vec, size_t segs, loff_t *pos,
			bool write)
{
	struct iovec fast[8], *iov;
	struct iov_iter it;
	ssize_t n;

	if (!(file->mode & (write ? FMODE_WRITE : FMODE_READ)))
		return -EBADF;
	n = iov_import(vec, segs, fast, &iov);
	if (n < 0)
		return n;
	iov_init_vec(&it, iov, segs, n);
	if (!pos)
		n = rw_iter(file, &it, write);
	else
		n = write ? vfs_write(file, &it, pos) : vfs_read(file, &it, pos);
	if (iov != fast)
		kfree(iov);
	return n;
}

/* RWF_* as open flags for the time of the call; -EOPNOTSUPP for what is not known. */
static int rwf_to_open_flags(u32 flags, u32 *open_flags)
{
	if (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND))
		return -EOPNOTSUPP;
	if (flags & RWF_NOWAIT)
		return -EOPNOTSUPP;
	*open_flags = 0;
	if (flags & RWF_DSYNC)
		*open_flags |= O_DSYNC;
	if (flags & RWF_SYNC)
		*open_flags |= O_SYNC;
	if (flags & RWF_APPEND)
		*open_flags |= O_APPEND;
	return 0;
}

static long rwv_fd(int fd, const void __user *vec, size_t segs, loff_t *pos, u32 flags, bool write)
{
	struct fd f = fd_get_light(fd);
	u32 open_flags = 0, added;
	ssize_t n;

	if (!f.file)
		return -EBADF;
	n = flags ? rwf_to_open_flags(flags, &open_flags) : 0;
	if (!n && pos && !(f.file->mode & FMODE_PREAD))
		n = -ESPIPE;
	if (!n) {
		added = write ? open_flags & ~f.file->flags : 0;
		f.file->flags |= added;
		n = rwv_file(f.file, vec, segs, pos, write);
		f.file->flags &= ~added;
	}
	fd_put_light(f);
	return n;
}

asmlinkage long sys_readv(int fd, const void __user *vec, size_t vlen)
{
	return rwv_fd(fd, vec, vlen, NULL, 0, false);
}
asmlinkage long sys_writev(int fd, const void __user *vec, size_t vlen)
{
	return rwv_fd(fd, vec, vlen, NULL, 0, true);
}

static long prwv(int fd, const void __user *vec, size_t vlen, loff_t pos, u32 flags, bool write)
{
	if (pos < 0)
		return -EINVAL;
	return rwv_fd(fd, vec, vlen, &pos, flags, write);
}

asmlinkage long sys_preadv(int fd, const void __user *vec, size_t vlen, u32 low, u32 high)
{
	return prwv(fd, vec, vlen, loff_from_words(low, high), 0, false);
}
asmlinkage long sys_pwritev(int fd, const void __user *vec, size_t vlen, u32 low, u32 high)
{
	return prwv(fd, vec, vlen, loff_from_words(low, high), 0, true);
}

/* Position -1: the file's own. */
static long prwv2(int fd, const void __user *vec, size_t vlen, loff_t pos, u32 flags, bool write)
{
	if (pos == -1)
		return rwv_fd(fd, vec, vlen, NULL, flags, write);
	return prwv(fd, vec, vlen, pos, flags, write);
}

asmlinkage long sys_preadv2(int fd, const void __user *vec, size_t vlen, u32 low, u32 high,
			    u32 flags)
{
	return prwv2(fd, vec, vlen, loff_from_words(low, high), flags, false);
}
asmlinkage long sys_pwritev2(int fd, const void __user *vec, size_t vlen, u32 low, u32 high,
			     u32 flags)
{
	return prwv2(fd, vec, vlen, loff_from_words(low, high), flags, true);
}

/* ---- positions ---- */

loff_t llseek_size(struct file *file, loff_t offset, int whence, loff_t size)
{
	loff_t base;

	switch (whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = file->pos;
		break;
	case SEEK_END:
		base = size;
		break;
	case SEEK_DATA: /* a file without holes */
		if (offset < 0 || offset >= size)
			return -ENXIO;
		base = 0;
		break;
	case SEEK_HOLE:
		if (offset < 0 || offset >= size)
			return -ENXIO;
		offset = size;
		base = 0;
		break;
	default:
		return -EINVAL;
	}
	if (offset > 0 && base > LLONG_MAX - offset)
		return -EOVERFLOW;
	offset += base;
	if (offset < 0)
		return -EINVAL;
	if (offset > file->inode->sb->max_bytes)
		return -EINVAL;
	file->pos = offset;
	return offset;
}

loff_t generic_llseek(struct file *file, loff_t offset, int whence)
{
	return llseek_size(file, offset, whence, file->inode->size);
}

int nonseekable_open(struct inode *inode, struct file *file)
{
	file->mode = (file->mode & ~FMODE_PREAD) | FMODE_STREAM;
	return 0;
}

static loff_t seek_fd(int fd, loff_t offset, int whence)
{
	struct fd f = fd_get_light(fd);
	loff_t ret;
	bool locked;

	if (!f.file)
		return -EBADF;
	if (whence < SEEK_SET || whence > SEEK_HOLE) {
		ret = -EINVAL;
	} else if (!(f.file->mode & FMODE_PREAD)) {
		ret = -ESPIPE;
	} else {
		locked = pos_lock(f.file);
		ret = f.file->ops->llseek ? f.file->ops->llseek(f.file, offset, whence)
					  : generic_llseek(f.file, offset, whence);
		if (locked)
			mutex_unlock(&f.file->pos_lock);
	}
	fd_put_light(f);
	return ret;
}

asmlinkage long sys_lseek(int fd, s32 offset, int whence)
{
	loff_t pos = seek_fd(fd, offset, whence);

	return pos > LONG_MAX ? -EOVERFLOW : (long)pos;
}

asmlinkage long sys__llseek(int fd, u32 high, u32 low, void __user *result, int whence)
{
	loff_t pos = seek_fd(fd, loff_from_words(low, high), whence);

	if (pos < 0)
		return (long)pos;
	return put_user(pos, (loff_t __user *)result);
}

u32 vfs_poll(struct file *file, struct poll_table *pt)
{
	/* POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM */
	return file->ops->poll ? file->ops->poll(file, pt) : 0x0145u;
}

void fsnotify_dentry_slow(struct dentry *dentry, u32 mask)
{
	struct inode *inode = dentry->inode, *dir = dentry->parent->inode;

	if (S_ISDIR(inode->mode))
		mask |= IN_ISDIR;
	if (inode->marks)
		fsnotify(inode, NULL, mask, 0);
	if (dentry->parent != dentry && dir->marks)
		fsnotify(dir, dentry, mask, 0);
}
