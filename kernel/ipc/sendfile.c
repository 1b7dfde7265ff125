/*
 * sendfile.c - sendfile, copy_file_range: file to file inside the kernel.
 *
 * Pages of the page cache are written from where they lie; anything else goes through one kernel
 * page at a time.
 */
#include <kernel/files.h>
#include <kernel/poll.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "splice_internal.h"

/* At most a page: reads to `buf` unless the page cache has it at a lasting address. */
static ssize_t source_chunk(struct file *in, loff_t *pos, size_t len, char *buf, char **data,
			    struct page **page)
{
	u32 offset = (u32)*pos & (PAGE_SIZE - 1);
	struct iov_iter iter;
	loff_t left = in->inode->size - *pos;

	*page = NULL;
	*data = buf;
	if (in->ops->read == generic_file_read && S_ISREG(in->inode->mode) && left > 0) {
		*page = pagecache_read(in->mapping, (unsigned long)(*pos >> PAGE_SHIFT));
		if (IS_ERR(*page))
			return PTR_ERR(*page);
		if (page_address(*page)) {
			*data = (char *)page_address(*page) + offset;
			len = min_t(size_t, len, PAGE_SIZE - offset);
			return left < (loff_t)len ? (ssize_t)left : (ssize_t)len;
		}
		page_put(*page);
		*page = NULL;
	}
	iov_init_kernel(&iter, buf, min_t(size_t, len, PAGE_SIZE));
	return vfs_read(in, &iter, pos);
}

/* One round: bytes written, 0 at the end, or a negative errno. What was not written is not read. */
static ssize_t copy_chunk(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos,
			  size_t len, char *buf)
{
	loff_t pos = *in_pos;
	struct iov_iter iter;
	struct page *page;
	char *data;
	ssize_t n = source_chunk(in, &pos, len, buf, &data, &page), written;

	if (n <= 0)
		return n;
	iov_init_kernel(&iter, data, (size_t)n);
	written = vfs_write(out, &iter, out_pos);
	if (page)
		page_put(page);
	if (written > 0)
		*in_pos += written;
	return written;
}

ssize_t splice_copy(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos, size_t len)
{
	char *buf = page_alloc_addr(GFP_KERNEL);
	ssize_t done = 0, n = 0;

	if (!buf)
		return -ENOMEM;
	while ((size_t)done < len) {
		n = copy_chunk(in, in_pos, out, out_pos, len - (size_t)done, buf);
		if (n <= 0)
			break;
		done += n;
		if (signal_pending(current)) {
			n = -EINTR;
			break;
		}
	}
	page_free_addr(buf);
	return done ? done : n;
}

static ssize_t sendfile_files(struct file *in, struct file *out, void __user *uoffset, size_t count,
			      bool is64)
{
	struct splice_pos pos;
	struct pipe *pipe = pipe_of(out);
	loff_t none = 0, *out_pos = out->mode & FMODE_STREAM ? &none : &out->pos;
	ssize_t n;

	if (!(in->mode & FMODE_READ) || !(out->mode & FMODE_WRITE))
		return -EBADF;
	if (!(in->mode & FMODE_PREAD) || out->flags & O_APPEND)
		return -EINVAL;
	n = splice_pos_get(&pos, in, uoffset, is64);
	if (n)
		return n;
	count = min_t(size_t, count, INT_MAX & PAGE_MASK);
	if (pipe)
		n = splice_from_file(in, &pos.value, pipe, count,
				     out->flags & O_NONBLOCK ? SPLICE_F_NONBLOCK : 0);
	else
		n = splice_copy(in, &pos.value, out, out_pos, count);
	if (n > 0 && splice_pos_put(&pos))
		n = -EFAULT;
	return n;
}

static long do_sendfile(int out_fd, int in_fd, void __user *offset, size_t count, bool is64)
{
	struct file *in = fd_get(in_fd), *out;
	ssize_t n = -EBADF;

	if (!in)
		return n;
	out = fd_get(out_fd);
	if (out) {
		n = sendfile_files(in, out, offset, count, is64);
		file_put(out);
	}
	file_put(in);
	return n;
}

asmlinkage long sys_sendfile(int out, int in, void __user *offset, size_t count)
{
	return do_sendfile(out, in, offset, count, false);
}

asmlinkage long sys_sendfile64(int out, int in, void __user *offset, size_t count)
{
	return do_sendfile(out, in, offset, count, true);
}

static int copy_range_check(struct file *in, struct file *out, u32 flags)
{
	if (flags)
		return -EINVAL;
	if (!(in->mode & FMODE_READ) || !(out->mode & FMODE_WRITE) || out->flags & O_APPEND)
		return -EBADF;
	if (S_ISDIR(in->inode->mode) || S_ISDIR(out->inode->mode))
		return -EISDIR;
	if (!S_ISREG(in->inode->mode) || !S_ISREG(out->inode->mode))
		return -EINVAL;
	return 0;
}

static ssize_t copy_range(struct file *in, void __user *off_in, struct file *out,
			  void __user *off_out, size_t len, u32 flags)
{
	struct splice_pos from, to;
	ssize_t n = copy_range_check(in, out, flags);

	if (!n)
		n = splice_pos_get(&from, in, off_in, true);
	if (!n)
		n = splice_pos_get(&to, out, off_out, true);
	if (n)
		return n;
	len = min_t(size_t, len, INT_MAX & PAGE_MASK);
	/* Copying onto itself must not overlap. */
	if (in->inode == out->inode && from.value < to.value + (loff_t)len &&
	    to.value < from.value + (loff_t)len)
		return -EINVAL;
	n = len ? splice_copy(in, &from.value, out, &to.value, len) : 0;
	if (n > 0 && (splice_pos_put(&from) || splice_pos_put(&to)))
		n = -EFAULT;
	return n;
}

asmlinkage long sys_copy_file_range(int in_fd, void __user *off_in, int out_fd,
				    void __user *off_out, size_t len, u32 flags)
{
	struct file *in = fd_get(in_fd), *out;
	ssize_t n = -EBADF;

	if (!in)
		return n;
	out = fd_get(out_fd);
	if (out) {
		n = copy_range(in, off_in, out, off_out, len, flags);
		file_put(out);
	}
	file_put(in);
	return n;
}
