/*
 * fs_freeze.h - keeping writers out of a file system while it is frozen (FIFREEZE).
 *
 * Who changes a file system is inside one of its gates meanwhile. Freezing closes them one after
 * the other and waits at each until those inside have left; thawing opens all. Three, because one
 * who is inside may need the next:
 *
 *   SB_GATE_WRITE   a system call that changes something: write, create, chmod, ... Begun before
 *                   any lock of an inode (RANK_FREEZE_WRITE), never by who is in it already
 *   SB_GATE_FAULT   a store to a shared mapping makes a page dirty. mmap_lock is held, and the
 *                   writer who copies from user memory may be waiting for that one
 *   SB_GATE_END     the last reference to an inode went, which is deleted or written. Only tried,
 *                   since memory reclaim gets here: what is refused waits for the thaw (inode.c)
 *
 * sb_gate_begin() sleeps until the gate is open; no signal ends that, as on Linux. sb_gate_try()
 * never sleeps: false, the gate is closed. Each has its own end: sb_gate_end(), sb_gate_leave().
 * Nothing is counted where file systems cannot be frozen (super_ops.freeze is NULL).
 *
 * Source: Linux, Documentation/filesystems/locking (freeze_fs), ioctl_fsfreeze in fsfreeze(8).
 */
#ifndef KERNEL_FS_FREEZE_H
#define KERNEL_FS_FREEZE_H

#include <kernel/atomic.h>
#include <kernel/lock.h>
#include <kernel/wait.h>

enum sb_gate {
	SB_GATE_WRITE,
	SB_GATE_FAULT,
	SB_GATE_END,
	SB_GATES
};

struct sb_freeze {
	bool able;   /* can be frozen at all; written once, by the mount */
	bool frozen; /* lock; of a read-only file system the gates stay open */
	u32 closed;  /* how many gates are, in their order; lock */
	struct atomic inside[SB_GATES];
	struct wait_queue wait; /* for a gate to be empty, or open */
	struct mutex lock;	/* one freeze, thaw or remount at a time */
};

void sb_freeze_init(struct sb_freeze *f);
/* Sleeps until nobody is inside. The caller holds f->lock; gates are closed in their order. */
void sb_gate_close(struct sb_freeze *f, enum sb_gate gate);
void sb_gates_open(struct sb_freeze *f);

/* The slow halves of what follows. */
void sb_gate_wait(struct sb_freeze *f, enum sb_gate gate);
void sb_gate_left(struct sb_freeze *f);

static inline void freeze_leave(struct sb_freeze *f, enum sb_gate gate)
{
	if (f->able && atomic_dec_and_test(&f->inside[gate]) && unlikely(READ_ONCE(f->closed)))
		sb_gate_left(f);
}

static inline bool freeze_try(struct sb_freeze *f, enum sb_gate gate)
{
	if (!f->able)
		return true;
	atomic_inc(&f->inside[gate]);
	/* Counted before asking, and freezing closes before it counts. */
	if (likely(READ_ONCE(f->closed) <= gate))
		return true;
	freeze_leave(f, gate);
	return false;
}

static inline void freeze_begin(struct sb_freeze *f, enum sb_gate gate)
{
	if (!f->able)
		return;
	if (unlikely(!freeze_try(f, gate)))
		sb_gate_wait(f, gate);
#ifdef CONFIG_DEBUG
	lock_debug_acquire(&f->inside[gate],
			   gate == SB_GATE_WRITE ? RANK_FREEZE_WRITE : RANK_FREEZE_FAULT,
			   gate == SB_GATE_WRITE ? "freeze (write)" : "freeze (fault)", true);
#endif
}

static inline void freeze_end(struct sb_freeze *f, enum sb_gate gate)
{
#ifdef CONFIG_DEBUG
	if (f->able)
		lock_debug_release(&f->inside[gate]);
#endif
	freeze_leave(f, gate);
}

/* A file system's, by its super block. */
#define sb_gate_begin(sb, gate) freeze_begin(&(sb)->freeze, gate)
#define sb_gate_end(sb, gate)	freeze_end(&(sb)->freeze, gate)
#define sb_gate_try(sb, gate)	freeze_try(&(sb)->freeze, gate)
#define sb_gate_leave(sb, gate) freeze_leave(&(sb)->freeze, gate)

#endif
