/*
 * fifo.c - opening and closing pipes: a FIFO's open() waits for the other end.
 *
 * A FIFO opened for reading without blocking while nobody writes notes the writer serial in
 * file->pos (a pipe has no position): until a writer has come and gone poll() does not report a
 * hang-up.
 */
#include <kernel/poll.h>
#include <kernel/signal.h>
#include "pipe_internal.h"

/* Guards inode->pipe and pipe->files. */
static DEFINE_MUTEX(fifo_table_lock, RANK_PIPE - 1);

void pipe_count_end(struct pipe *pipe, u32 mode)
{
	if (mode & FMODE_READ) {
		pipe->readers++;
		pipe->reader_serial++;
	}
	if (mode & FMODE_WRITE) {
		pipe->writers++;
		pipe->writer_serial++;
	}
}

/* The pipe of a FIFO's inode, made by the first who opens it. */
static struct pipe *fifo_get(struct inode *inode)
{
	struct pipe *pipe;

	mutex_lock(&fifo_table_lock);
	pipe = inode->pipe;
	if (!pipe) {
		pipe = pipe_create();
		if (pipe)
			pipe->fifo = true;
		inode->pipe = pipe;
	}
	if (pipe)
		pipe->files++;
	mutex_unlock(&fifo_table_lock);
	return pipe;
}

static void fifo_put(struct inode *inode, struct pipe *pipe)
{
	bool last;

	mutex_lock(&fifo_table_lock);
	last = --pipe->files == 0;
	if (last)
		inode->pipe = NULL;
	mutex_unlock(&fifo_table_lock);
	if (last)
		pipe_destroy(pipe);
}

/* An end came or went: whoever polls, reads, writes or opens looks again. */
static void pipe_wake_everyone(struct pipe *pipe)
{
	if (wait_queue_active(&pipe->readable))
		wait_queue_wake(&pipe->readable, 0, POLLIN | POLLRDNORM | POLLERR | POLLHUP);
	if (wait_queue_active(&pipe->writable))
		wait_queue_wake(&pipe->writable, 0, POLLOUT | POLLWRNORM | POLLERR | POLLHUP);
}

static void pipe_drop_end(struct pipe *pipe, u32 mode)
{
	mutex_lock(&pipe->lock);
	if (mode & FMODE_READ)
		pipe->readers--;
	if (mode & FMODE_WRITE)
		pipe->writers--;
	mutex_unlock(&pipe->lock);
	if (!pipe->readers != !pipe->writers)
		pipe_wake_everyone(pipe);
}

/* Sleeps until the serial changes: that the other end closed again meanwhile does not matter. */
static int fifo_wait_partner(struct pipe *pipe, const u32 *serial)
{
	u32 seen = *serial;
	int err;

	mutex_unlock(&pipe->lock);
	err = wait_event_interruptible(&pipe->readable, READ_ONCE(*serial) != seen);
	mutex_lock(&pipe->lock);
	return err;
}

/* Counts this end and waits for the other as POSIX wants it. Lock held. */
static int fifo_join(struct pipe *pipe, struct file *file)
{
	bool rd = file->mode & FMODE_READ, wr = file->mode & FMODE_WRITE;
	bool nonblock = file->flags & O_NONBLOCK;

	if (wr && !rd && nonblock && !pipe->readers && pipe->fifo)
		return -ENXIO;
	pipe_count_end(pipe, file->mode);
	pipe_wake_everyone(pipe);
	if ((rd && wr) || !pipe->fifo)
		return 0;
	if (rd && !pipe->writers) {
		if (!nonblock)
			return fifo_wait_partner(pipe, &pipe->writer_serial);
		file->pos = pipe->writer_serial;
	}
	if (wr && !pipe->readers)
		return fifo_wait_partner(pipe, &pipe->reader_serial);
	return 0;
}

int fifo_open(struct inode *inode, struct file *file)
{
	struct pipe *pipe = fifo_get(inode);
	int err;

	if (!pipe)
		return -ENOMEM;
	file->mode |= FMODE_STREAM;
	file->mode &= ~FMODE_PREAD;
	file->private = pipe;
	file->pos = 0;
	mutex_lock(&pipe->lock);
	err = fifo_join(pipe, file);
	mutex_unlock(&pipe->lock);
	if (!err)
		return 0;
	if (err != -ENXIO)
		pipe_drop_end(pipe, file->mode);
	fifo_put(inode, pipe);
	return err;
}

void pipe_release(struct file *file)
{
	struct pipe *pipe = file->private;

	pipe_drop_end(pipe, file->mode);
	fifo_put(file->inode, pipe);
}
