/*
 * pipe_internal.h - struct pipe, for pipe.c, fifo.c and splice.c.
 *
 * pipe->lock (mutex, RANK_PIPE) guards everything; wait conditions read the ring and the counts
 * without it and look again under it. Copies to and from user memory happen under the lock.
 */
#ifndef PIPE_INTERNAL_H
#define PIPE_INTERNAL_H

#include <kernel/fs.h>
#include <kernel/lock.h>
#include <kernel/wait.h>
#include "pipe_ring.h"

#define PIPE_DEFAULT_SLOTS 16u
#define PIPE_BUF_ATOMIC	   4096u

struct pipe {
	struct mutex lock;
	struct pipe_ring ring;
	unsigned int readers, writers;	  /* open ends */
	u32 reader_serial, writer_serial; /* ends ever opened: a FIFO's open() waits for a change */
	unsigned int files;		  /* open files; fifo_table_lock */
	bool fifo;			  /* has a name; times are kept */
	struct page *spare;		  /* an emptied page, to save the allocator's time */
	struct wait_queue readable, writable;
};

struct pipe *pipe_create(void);
void pipe_destroy(struct pipe *pipe);
struct pipe *pipe_of(struct file *file); /* NULL: not a pipe */

static inline bool pipe_has_input(const struct pipe *pipe)
{
	return !ring_empty(&pipe->ring) || !READ_ONCE(pipe->writers);
}
static inline bool pipe_has_room(const struct pipe *pipe)
{
	return !ring_full(&pipe->ring) || !READ_ONCE(pipe->readers);
}
/* Drops the oldest buffer. Lock held. */
void pipe_drop_first(struct pipe *pipe);
/*
 * Wait until there is something to read (or nobody who would write), or room (or no reader).
 * Called with the lock held, which is let go meanwhile. 0, -EAGAIN, -ERESTARTSYS.
 */
int pipe_wait_readable(struct pipe *pipe, bool nonblock);
int pipe_wait_writable(struct pipe *pipe, bool nonblock);
void pipe_wake_readers(struct pipe *pipe);
void pipe_wake_writers(struct pipe *pipe);

/* read() and write(); flags: O_NONBLOCK, O_DIRECT. */
ssize_t pipe_read_iter(struct pipe *pipe, struct iov_iter *to, u32 flags);
ssize_t pipe_write_iter(struct pipe *pipe, struct iov_iter *from, u32 flags);

/* fifo.c */
int fifo_open(struct inode *inode, struct file *file);
void pipe_release(struct file *file);
void pipe_count_end(struct pipe *pipe, u32 mode);

#endif
