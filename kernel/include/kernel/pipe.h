/*
 * pipe.h - pipes and FIFOs, as the VFS and splice see them.
 *
 * inode_init_special() gives a FIFO's inode fifo_fops of fs.h; inode->pipe is the struct pipe while
 * somebody has it open. fcntl() hands F_SETPIPE_SZ and F_GETPIPE_SZ to pipe_fcntl().
 */
#ifndef KERNEL_PIPE_H
#define KERNEL_PIPE_H

#include <kernel/types.h>

struct file;
struct inode;

/* A size, 0, or -EBADF (not a pipe), -EPERM, -EBUSY, -EINVAL, -ENOMEM. */
long pipe_fcntl(struct file *file, int cmd, unsigned long arg);

#endif
