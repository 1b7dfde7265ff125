/*
 * pty.h - between pty.c (the pair, the slave's driver) and pty_master.c (files on /dev/ptmx).
 *
 * The slave is a whole terminal; the master reads what it puts out and writes straight into its
 * line discipline. The master's file holds the pair and pins the slave's buffers, so that what is
 * written before the slave is opened is kept.
 *
 * Locking: pair->lock (spinlock) guards the ring; pty_lock (mutex) the list of pairs.
 */
#ifndef KERNEL_TTY_PTY_H
#define KERNEL_TTY_PTY_H

#include <kernel/tty.h>
#include "pty_ring.h"

struct pty {
	struct tty tty;	       /* the slave */
	struct list_head node; /* sorted by number; pty_lock */
	struct dentry *dentry;
	struct spinlock lock;
	struct pty_ring ring;
	bool locked;	   /* TIOCSPTLCK: the slave cannot be opened */
	bool slave_closed; /* it was open, and is not any more */
	bool may_write;	   /* the line discipline took all, or made room since */
	struct wait_queue read_wait, write_wait; /* the master's */
};

struct pty *pty_create(void); /* one reference, pinned; ERR_PTR: -ENOSPC, -ENOMEM */
void pty_master_gone(struct pty *pty);
extern const struct file_ops ptmx_fops;

#endif
