/*
 * splice.c - splice, tee, vmsplice: moving data through pipes without going through the program.
 *
 * A file that keeps its data in the page cache gives its pages themselves to the pipe; others are
 * read into fresh pages that then belong to the pipe. Pipe to file is a write of the pipe's pages.
 */
#include <kernel/files.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "ipc_util.h"
#include "splice_internal.h"

int splice_pos_get(struct splice_pos *pos, struct file *file, void __user *user, bool is64)
{
	s32 pos32;

	*pos = (struct splice_pos){ .file = file, .user = user, .is64 = is64 };
	if (!user) {
		pos->value = file->pos;
		return 0;
	}
	if (!(file->mode & FMODE_PREAD))
		return -ESPIPE;
	if (is64) {
		if (copy_from_user(&pos->value, user, sizeof(pos->value)))
			return -EFAULT;
	} else {
		if (get_user(pos32, (s32 __user *)user))
			return -EFAULT;
		pos->value = pos32;
	}
	return pos->value < 0 ? -EINVAL : 0;
}

int splice_pos_put(const struct splice_pos *pos)
{
	if (!pos->user) {
		if (!(pos->file->mode & FMODE_STREAM))
			pos->file->pos = pos->value;
		return 0;
	}
	if (pos->is64)
		return copy_to_user(pos->user, &pos->value, sizeof(pos->value));
	return put_user((s32)pos->value, (s32 __user *)pos->user);
}

/* Puts a page at the end of the ring; the reference goes along. Lock held, not full. */
static void pipe_push_page(struct pipe *pipe, struct page *page, u32 offset, u32 len, u32 flags)
{
	*ring_push(&pipe->ring) = (struct pipe_buf){
		.page = page, .offset = (u16)offset, .len = (u16)len, .flags = flags
	};
}

/* Lock held; let go while waiting. 0, -EPIPE, -EAGAIN, -ERESTARTSYS. */
static int pipe_make_room(struct pipe *pipe, bool nonblock)
{
	for (;;) {
		int err;

		if (!pipe->readers) {
			ipc_send_sigpipe();
			return -EPIPE;
		}
		if (!ring_full(&pipe->ring))
			return 0;
		err = pipe_wait_writable(pipe, nonblock);
		if (err)
			return err;
	}
}

/* ---- file to pipe ---- */

/* Does read() of this file mean its page cache? */
static bool file_is_cached(const struct file *file)
{
	return file->ops->read == generic_file_read && file->mapping && S_ISREG(file->inode->mode);
}

/* One page's worth out of the page cache: its length, 0 at the end, or a negative errno. */
static ssize_t cache_page_at(struct file *in, loff_t pos, size_t len, struct page **page)
{
	loff_t size = in->inode->size;
	u32 offset = (u32)pos & (PAGE_SIZE - 1);

	if (pos >= size)
		return 0;
	len = min_t(size_t, len, PAGE_SIZE - offset);
	if (size - pos < (loff_t)len)
		len = (size_t)(size - pos);
	*page = pagecache_read(in->mapping, (unsigned long)(pos >> PAGE_SHIFT));
	return IS_ERR(*page) ? (ssize_t)PTR_ERR(*page) : (ssize_t)len;
}

/* The same by reading into a page of our own. */
static ssize_t read_page_at(struct file *in, loff_t *pos, size_t len, struct page **page)
{
	struct page *p = page_alloc(GFP_KERNEL, 0);
	struct iov_iter iter;
	ssize_t n;

	if (!p)
		return -ENOMEM;
	iov_init_kernel(&iter, page_address(p), min_t(size_t, len, PAGE_SIZE));
	n = vfs_read(in, &iter, pos);
	if (n <= 0)
		page_put(p);
	else
		*page = p;
	return n;
}

ssize_t splice_from_file(struct file *in, loff_t *pos, struct pipe *pipe, size_t len, u32 flags)
{
	bool cached = file_is_cached(in), nonblock = flags & SPLICE_F_NONBLOCK;
	ssize_t done = 0, n = 0;
	struct page *page;

	while ((size_t)done < len) {
		u32 offset = cached ? (u32)*pos & (PAGE_SIZE - 1) : 0;

		mutex_lock(&pipe->lock);
		n = pipe_make_room(pipe, nonblock || done);
		mutex_unlock(&pipe->lock);
		if (n)
			break;
		n = cached ? cache_page_at(in, *pos, len - (size_t)done, &page)
			   : read_page_at(in, pos, len - (size_t)done, &page);
		if (n <= 0)
			break;
		/* Someone may have filled the slot meanwhile; the data are in hand: wait again. */
		mutex_lock(&pipe->lock);
		if (pipe_make_room(pipe, false)) {
			mutex_unlock(&pipe->lock);
			page_put(page);
			n = -EPIPE;
			break;
		}
		pipe_push_page(pipe, page, offset, (u32)n, cached ? PIPE_BUF_SHARED : 0);
		mutex_unlock(&pipe->lock);
		if (cached)
			*pos += n;
		done += n;
		if (!cached && n < (ssize_t)PAGE_SIZE)
			break; /* what there was: a tty or a socket has no more just now */
	}
	if (!done)
		return n;
	pipe_wake_readers(pipe);
	if (cached)
		file_accessed(in);
	return done;
}

/* ---- pipe to file ---- */

/* Takes the oldest buffer's first bytes out: their page, referenced; 0 or a negative errno. */
static int pipe_peek_page(struct pipe *pipe, bool nonblock, size_t len, struct pipe_buf *out)
{
	int err = 0;

	mutex_lock(&pipe->lock);
	while (ring_empty(&pipe->ring) && pipe->writers && !err)
		err = pipe_wait_readable(pipe, nonblock);
	out->len = 0;
	if (!err && !ring_empty(&pipe->ring)) {
		*out = *ring_first(&pipe->ring);
		out->len = (u16)min_t(size_t, out->len, len);
		page_get(out->page);
	}
	mutex_unlock(&pipe->lock);
	return err;
}

/* Drops n bytes that were written, if they are still the oldest ones. */
static void pipe_consume(struct pipe *pipe, const struct pipe_buf *taken, size_t n)
{
	struct pipe_buf *buf;

	mutex_lock(&pipe->lock);
	buf = ring_empty(&pipe->ring) ? NULL : ring_first(&pipe->ring);
	if (buf && buf->page == taken->page && buf->offset == taken->offset) {
		buf->offset += (u16)n;
		buf->len -= (u16)n;
		if (!buf->len) {
			buf->flags |= PIPE_BUF_SHARED; /* we still look at the page */
			pipe_drop_first(pipe);
		}
	}
	mutex_unlock(&pipe->lock);
	pipe_wake_writers(pipe);
}

/* A high page has no address that lasts while write() sleeps: it goes through a low one. */
static ssize_t write_page(struct file *out, const struct pipe_buf *buf, loff_t *pos)
{
	char *addr = page_address(buf->page), *bounce = NULL, *map;
	struct iov_iter iter;
	ssize_t n;

	if (!addr) {
		bounce = page_alloc_addr(GFP_KERNEL);
		if (!bounce)
			return -ENOMEM;
		map = kmap_local(buf->page);
		__builtin_memcpy(bounce + buf->offset, map + buf->offset, buf->len);
		kunmap_local(map);
		addr = bounce;
	}
	iov_init_kernel(&iter, addr + buf->offset, buf->len);
	n = vfs_write(out, &iter, pos);
	if (bounce)
		page_free_addr(bounce);
	return n;
}

static ssize_t splice_to_file(struct pipe *pipe, struct file *out, loff_t *pos, size_t len,
			      u32 flags)
{
	ssize_t done = 0, n = 0;
	struct pipe_buf buf;

	while ((size_t)done < len) {
		n = pipe_peek_page(pipe, flags & SPLICE_F_NONBLOCK || done, len - (size_t)done,
				   &buf);
		if (n || !buf.len)
			break;
		n = write_page(out, &buf, pos);
		if (n > 0)
			pipe_consume(pipe, &buf, (size_t)n);
		page_put(buf.page);
		if (n <= 0)
			break;
		done += n;
	}
	return done ? done : n;
}

/* ---- pipe to pipe ---- */

static void lock_both(struct pipe *a, struct pipe *b)
{
	if (a > b) {
		struct pipe *t = a;

		a = b;
		b = t;
	}
	mutex_lock(&a->lock);
	mutex_lock_nested(&b->lock);
}

static void unlock_both(struct pipe *a, struct pipe *b)
{
	mutex_unlock(&a->lock);
	mutex_unlock(&b->lock);
}

/* Shares up to len bytes of `in` with `out`; moving takes them away from `in`. Both locked. */
static size_t pipe_link(struct pipe *in, struct pipe *out, size_t len, bool move)
{
	u32 used = ring_used(&in->ring), i = 0;
	size_t done = 0;

	while (done < len && i < used && !ring_full(&out->ring)) {
		struct pipe_buf *buf = ring_nth(&in->ring, i);
		u32 n = (u32)min_t(size_t, buf->len, len - done);

		page_get(buf->page);
		buf->flags |= PIPE_BUF_SHARED;
		pipe_push_page(out, buf->page, buf->offset, n, buf->flags);
		done += n;
		if (!move) {
			i++;
			continue;
		}
		buf->offset += (u16)n;
		buf->len -= (u16)n;
		if (buf->len)
			break;
		pipe_drop_first(in);
		used--;
	}
	return done;
}

/* Waits until `in` has something and `out` has room. 0 = end of input. */
static ssize_t pipe_to_pipe(struct pipe *in, struct pipe *out, size_t len, u32 flags, bool move)
{
	bool nonblock = flags & SPLICE_F_NONBLOCK;
	size_t n;
	int err;

	if (in == out)
		return -EINVAL;
	for (;;) {
		mutex_lock(&in->lock);
		err = 0;
		while (ring_empty(&in->ring) && in->writers && !err)
			err = pipe_wait_readable(in, nonblock);
		mutex_unlock(&in->lock);
		if (err)
			return err;
		mutex_lock(&out->lock);
		err = pipe_make_room(out, nonblock);
		mutex_unlock(&out->lock);
		if (err)
			return err;
		lock_both(in, out);
		n = pipe_link(in, out, len, move);
		err = !n && (!ring_empty(&in->ring) || in->writers);
		unlock_both(in, out);
		if (!err)
			break;
	}
	if (n) {
		pipe_wake_readers(out);
		if (move)
			pipe_wake_writers(in);
	}
	return (ssize_t)n;
}

/* ---- system calls ---- */

/* Two open files with the right modes. */
struct file_pair {
	struct file *in, *out;
};

static int pair_get(struct file_pair *p, int in, int out)
{
	p->in = fd_get(in);
	p->out = fd_get(out);
	if (p->in && p->out && p->in->mode & FMODE_READ && p->out->mode & FMODE_WRITE)
		return 0;
	if (p->in)
		file_put(p->in);
	if (p->out)
		file_put(p->out);
	return -EBADF;
}

static void pair_put(struct file_pair *p)
{
	file_put(p->in);
	file_put(p->out);
}

/* A file is on one side. */
static ssize_t splice_with_file(struct file_pair *p, void __user *off, struct pipe *pipe,
				size_t len, u32 flags, bool to_pipe)
{
	struct file *file = to_pipe ? p->in : p->out;
	struct splice_pos pos;
	ssize_t n = splice_pos_get(&pos, file, off, true);

	if (n)
		return n;
	if (!to_pipe && file->flags & O_APPEND)
		return -EINVAL;
	if (!to_pipe)
		n = splice_to_file(pipe, file, &pos.value, len, flags);
	else if (file->ops->splice_read)
		n = file->ops->splice_read(file, &pos.value, p->out, len, flags);
	else
		n = splice_from_file(file, &pos.value, pipe, len, flags);
	if (n > 0 && splice_pos_put(&pos))
		n = -EFAULT;
	return n;
}

asmlinkage long sys_splice(int in, void __user *off_in, int out, void __user *off_out, size_t len,
			   u32 flags)
{
	struct pipe *from, *to;
	struct file_pair p;
	ssize_t n;

	if (!len)
		return 0;
	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	n = pair_get(&p, in, out);
	if (n)
		return n;
	from = pipe_of(p.in);
	to = pipe_of(p.out);
	len = min_t(size_t, len, INT_MAX & PAGE_MASK);
	if ((from && off_in) || (to && off_out))
		n = -ESPIPE;
	else if (from && to)
		n = pipe_to_pipe(
			from, to, len,
			flags | ((p.in->flags | p.out->flags) & O_NONBLOCK ? SPLICE_F_NONBLOCK : 0),
			true);
	else if (to)
		n = splice_with_file(&p, off_in, to, len, flags, true);
	else if (from)
		n = splice_with_file(&p, off_out, from, len, flags, false);
	else
		n = -EINVAL;
	pair_put(&p);
	return n;
}

asmlinkage long sys_tee(int in, int out, size_t len, u32 flags)
{
	struct pipe *from, *to;
	struct file_pair p;
	ssize_t n;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	if (!len)
		return 0;
	n = pair_get(&p, in, out);
	if (n)
		return n;
	from = pipe_of(p.in);
	to = pipe_of(p.out);
	n = from && to ? pipe_to_pipe(from, to, len, flags, false) : -EINVAL;
	pair_put(&p);
	return n;
}

/* Writing copies: a page given away by a program may change under the reader in any case. */
static ssize_t vmsplice_file(struct file *file, struct iov_iter *iter, u32 flags)
{
	u32 mode = file->flags | (flags & SPLICE_F_NONBLOCK ? O_NONBLOCK : 0);
	struct pipe *pipe = pipe_of(file);

	if (!pipe)
		return -EBADF;
	return file->mode & FMODE_WRITE ? pipe_write_iter(pipe, iter, mode)
					: pipe_read_iter(pipe, iter, mode);
}

asmlinkage long sys_vmsplice(int fd, const void __user *uiov, size_t segs, u32 flags)
{
	struct iovec fast[8], *vec = fast;
	struct file *file;
	struct iov_iter iter;
	ssize_t n;

	if (flags & ~SPLICE_F_ALL)
		return -EINVAL;
	file = fd_get(fd);
	if (!file)
		return -EBADF;
	n = iov_import(uiov, segs, fast, &vec);
	if (n > 0) {
		iov_init_vec(&iter, vec, segs, (size_t)n);
		n = vmsplice_file(file, &iter, flags);
	}
	if (vec != fast)
		kfree(vec);
	file_put(file);
	return n;
}
