/*
 * pipe.c - reading and writing pipes, pipe(2).
 *
 * Who sleeps is woken by the one who changes the state: a reader that made room, a writer that
 * brought data. Sleepers are exclusive; one that leaves something over wakes the next.
 */
#include <kernel/cred.h>
#include <kernel/pipe.h>
#include <kernel/poll.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/ioctl.h>
#include "ipc_util.h"
#include "pipe_internal.h"

#define PIPE_MAX_SIZE (1u << 20) /* without CAP_SYS_RESOURCE, as /proc/sys/fs/pipe-max-size */

struct pipe *pipe_create(void)
{
	struct pipe *pipe = kzalloc(sizeof(*pipe), GFP_KERNEL);

	if (!pipe)
		return NULL;
	pipe->ring.bufs = kmalloc(PIPE_DEFAULT_SLOTS * sizeof(struct pipe_buf), GFP_KERNEL);
	if (!pipe->ring.bufs) {
		kfree(pipe);
		return NULL;
	}
	pipe->ring.slots = PIPE_DEFAULT_SLOTS;
	mutex_init(&pipe->lock, RANK_PIPE, "pipe");
	wait_queue_init(&pipe->readable);
	wait_queue_init(&pipe->writable);
	return pipe;
}

void pipe_destroy(struct pipe *pipe)
{
	while (!ring_empty(&pipe->ring))
		page_put(pipe->ring.bufs[pipe->ring.tail++ & (pipe->ring.slots - 1)].page);
	if (pipe->spare)
		page_put(pipe->spare);
	kfree(pipe->ring.bufs);
	kfree(pipe);
}

void pipe_drop_first(struct pipe *pipe)
{
	struct pipe_buf *buf = ring_first(&pipe->ring);

	if (!pipe->spare && !(buf->flags & PIPE_BUF_SHARED))
		pipe->spare = buf->page;
	else
		page_put(buf->page);
	pipe->ring.tail++;
}

void pipe_wake_readers(struct pipe *pipe)
{
	wake_up_poll(&pipe->readable, POLLIN | POLLRDNORM);
}

void pipe_wake_writers(struct pipe *pipe)
{
	wake_up_poll(&pipe->writable, POLLOUT | POLLWRNORM);
}

int pipe_wait_readable(struct pipe *pipe, bool nonblock)
{
	int err;

	if (nonblock)
		return -EAGAIN;
	mutex_unlock(&pipe->lock);
	err = wait_event_interruptible_exclusive(&pipe->readable, pipe_has_input(pipe));
	mutex_lock(&pipe->lock);
	return err;
}

int pipe_wait_writable(struct pipe *pipe, bool nonblock)
{
	int err;

	if (nonblock)
		return -EAGAIN;
	mutex_unlock(&pipe->lock);
	pipe_wake_readers(pipe);
	err = wait_event_interruptible_exclusive(&pipe->writable, pipe_has_room(pipe));
	mutex_lock(&pipe->lock);
	return err;
}

/* Low pages, which a pipe's own are, are copied without a temporary mapping. */
static size_t buf_copy_out(const struct pipe_buf *buf, struct iov_iter *to, size_t n)
{
	char *addr = page_address(buf->page);

	return addr ? iov_copy_to(to, addr + buf->offset, n)
		    : iov_copy_page_to(to, buf->page, buf->offset, n);
}

/* Copies what there is; the bytes moved, or -EFAULT. Lock held. */
static ssize_t pipe_take(struct pipe *pipe, struct iov_iter *to)
{
	ssize_t done = 0;

	while (to->count && !ring_empty(&pipe->ring)) {
		struct pipe_buf *buf = ring_first(&pipe->ring);
		size_t want = min_t(size_t, buf->len, to->count);
		size_t n = buf_copy_out(buf, to, want);
		bool packet = buf->flags & PIPE_BUF_PACKET;

		done += (ssize_t)n;
		buf->offset += n;
		buf->len -= n;
		if (n < want)
			return done ? done : -EFAULT;
		if (!buf->len || packet)
			pipe_drop_first(pipe);
		if (packet)
			break;
	}
	return done;
}

ssize_t pipe_read_iter(struct pipe *pipe, struct iov_iter *to, u32 flags)
{
	bool was_full, more;
	ssize_t ret;

	if (!to->count)
		return 0;
	mutex_lock(&pipe->lock);
	for (;;) {
		was_full = ring_full(&pipe->ring);
		ret = pipe_take(pipe, to);
		if (ret || !pipe->writers)
			break;
		ret = pipe_wait_readable(pipe, flags & O_NONBLOCK);
		if (ret)
			break;
	}
	more = !ring_empty(&pipe->ring);
	was_full = was_full && !ring_full(&pipe->ring);
	mutex_unlock(&pipe->lock);
	if (was_full)
		pipe_wake_writers(pipe);
	if (more)
		pipe_wake_readers(pipe);
	return ret;
}

static ssize_t pipe_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct pipe *pipe = file->private;
	ssize_t ret = pipe_read_iter(pipe, to, file->flags);

	if (ret > 0 && pipe->fifo)
		file_accessed(file);
	return ret;
}

/* The part that fits behind the youngest bytes; 0 when none does. */
static ssize_t pipe_merge(struct pipe *pipe, struct iov_iter *from)
{
	u32 n = ring_merge_room(&pipe->ring, from->count);
	struct pipe_buf *buf;
	size_t moved;

	if (!n)
		return 0;
	buf = ring_last(&pipe->ring);
	moved = iov_copy_from(from, (char *)page_address(buf->page) + buf->offset + buf->len, n);
	if (moved < n) {
		iov_revert(from, moved);
		return -EFAULT;
	}
	buf->len += n;
	return n;
}

/* Up to a page into a free slot: the bytes moved or a negative errno. */
static ssize_t pipe_fill_slot(struct pipe *pipe, struct iov_iter *from, u32 buf_flags)
{
	size_t n = min_t(size_t, from->count, PAGE_SIZE), moved;
	struct page *page = pipe->spare;
	struct pipe_buf *buf;

	if (!page)
		page = page_alloc(GFP_KERNEL, 0);
	pipe->spare = NULL;
	if (!page)
		return -ENOMEM;
	moved = iov_copy_from(from, page_address(page), n);
	if (moved < n) { /* all or nothing, so that small writes stay atomic */
		iov_revert(from, moved);
		pipe->spare = page;
		return -EFAULT;
	}
	buf = ring_push(&pipe->ring);
	*buf = (struct pipe_buf){ .page = page, .len = (u16)n, .flags = buf_flags };
	return (ssize_t)n;
}

/* One step of a write; 0 = the pipe is full. Lock held. */
static ssize_t pipe_put_some(struct pipe *pipe, struct iov_iter *from, bool first, u32 buf_flags)
{
	ssize_t n;

	if (!pipe->readers) {
		ipc_send_sigpipe();
		return -EPIPE;
	}
	if (first && !buf_flags) {
		n = pipe_merge(pipe, from);
		if (n)
			return n;
	}
	return ring_full(&pipe->ring) ? 0 : pipe_fill_slot(pipe, from, buf_flags);
}

ssize_t pipe_write_iter(struct pipe *pipe, struct iov_iter *from, u32 flags)
{
	u32 buf_flags = flags & O_DIRECT ? PIPE_BUF_PACKET : 0;
	bool first = true, room;
	ssize_t done = 0, n = 0;

	if (!from->count)
		return 0;
	mutex_lock(&pipe->lock);
	while (from->count) {
		n = pipe_put_some(pipe, from, first, buf_flags);
		first = false;
		if (!n)
			n = pipe_wait_writable(pipe, flags & O_NONBLOCK);
		if (n < 0)
			break;
		done += n;
	}
	room = !ring_full(&pipe->ring);
	mutex_unlock(&pipe->lock);
	if (done)
		pipe_wake_readers(pipe);
	if (room)
		pipe_wake_writers(pipe);
	return done ? done : n;
}

static ssize_t pipe_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct pipe *pipe = file->private;
	ssize_t ret = pipe_write_iter(pipe, from, file->flags);

	if (ret > 0 && pipe->fifo)
		file_modified(file);
	return ret;
}

static u32 pipe_poll(struct file *file, struct poll_table *pt)
{
	struct pipe *pipe = file->private;
	u32 events = 0;

	if (file->mode & FMODE_READ)
		poll_wait(file, &pipe->readable, pt);
	if (file->mode & FMODE_WRITE)
		poll_wait(file, &pipe->writable, pt);
	if (file->mode & FMODE_READ) {
		if (!ring_empty(&pipe->ring))
			events |= POLLIN | POLLRDNORM;
		/* A FIFO opened before any writer came (pos, see fifo.c) has not hung up yet. */
		if (!pipe->writers && (u32)file->pos != pipe->writer_serial)
			events |= POLLHUP;
	}
	if (file->mode & FMODE_WRITE) {
		if (!ring_full(&pipe->ring))
			events |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			events |= POLLERR;
	}
	return events;
}

static long pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe *pipe = file->private;
	s32 bytes;

	if (cmd != FIONREAD)
		return -ENOIOCTLCMD;
	mutex_lock(&pipe->lock);
	bytes = (s32)ring_bytes(&pipe->ring);
	mutex_unlock(&pipe->lock);
	return put_user(bytes, (s32 __user *)arg);
}

static loff_t pipe_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}

const struct file_ops fifo_fops = {
	.read = pipe_read,
	.write = pipe_write,
	.llseek = pipe_llseek,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.open = fifo_open,
	.release = pipe_release,
};

struct pipe *pipe_of(struct file *file)
{
	return file->ops == &fifo_fops ? file->private : NULL;
}

static long pipe_set_size(struct pipe *pipe, unsigned long size)
{
	u32 slots = ring_slots_for(size);
	struct pipe_buf *bufs;
	bool grown;

	if (!slots || size > INT_MAX)
		return -EINVAL;
	if (slots * PAGE_SIZE > PIPE_MAX_SIZE && slots > pipe->ring.slots &&
	    !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	bufs = kcalloc(slots, sizeof(*bufs), GFP_KERNEL | GFP_NORETRY);
	if (!bufs)
		return -ENOMEM;
	mutex_lock(&pipe->lock);
	if (ring_used(&pipe->ring) > slots) {
		mutex_unlock(&pipe->lock);
		kfree(bufs);
		return -EBUSY;
	}
	grown = slots > pipe->ring.slots;
	bufs = ring_resize(&pipe->ring, bufs, slots);
	mutex_unlock(&pipe->lock);
	kfree(bufs);
	if (grown)
		pipe_wake_writers(pipe);
	return (long)(slots * PAGE_SIZE);
}

long pipe_fcntl(struct file *file, int cmd, unsigned long arg)
{
	struct pipe *pipe = pipe_of(file);

	if (!pipe)
		return -EBADF;
	if (cmd == F_SETPIPE_SZ)
		return pipe_set_size(pipe, arg);
	if (cmd == F_GETPIPE_SZ)
		return (long)(pipe->ring.slots * PAGE_SIZE);
	return -EINVAL;
}

/* A new pipe with both its ends. */
static int pipe_make(struct file *ends[2], u32 flags)
{
	char name[IPC_NAME_MAX];
	struct inode *inode = ipc_anon_inode("pipe", S_IFIFO | 0600, name);
	struct pipe *pipe;
	int err = -ENFILE;

	if (!inode)
		return err;
	err = -ENOMEM;
	pipe = pipe_create();
	if (!pipe)
		goto out_inode;
	inode->fops = &fifo_fops;
	inode->pipe = pipe;
	pipe->files = 2;
	ends[0] = ipc_stream(file_anon_inode(inode, name, &fifo_fops, pipe, O_RDONLY | flags));
	err = (int)PTR_ERR(ends[0]);
	if (IS_ERR(ends[0]))
		goto out_pipe;
	pipe_count_end(pipe, FMODE_READ);
	ends[1] = ipc_stream(file_anon_again(ends[0], O_WRONLY | flags));
	err = (int)PTR_ERR(ends[1]);
	if (IS_ERR(ends[1])) {
		pipe->files = 1;
		file_put(ends[0]);
		goto out_inode;
	}
	pipe_count_end(pipe, FMODE_WRITE);
	inode_put(inode);
	return 0;
out_pipe:
	inode->pipe = NULL;
	pipe_destroy(pipe);
out_inode:
	inode_put(inode);
	return err;
}

asmlinkage long sys_pipe2(void __user *fds, u32 flags)
{
	struct file *ends[2];
	int err;

	if (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return -EINVAL;
	err = pipe_make(ends, flags & (O_NONBLOCK | O_DIRECT));
	return err ? err : ipc_install_pair(ends[0], ends[1], flags, fds);
}

asmlinkage long sys_pipe(void __user *fds)
{
	return sys_pipe2(fds, 0);
}
