/*
 * lock.h - the four locks: spinlock, mutex, rwlock (sleeping reader-writer), and (wait.h) the wait
 * queue.
 *
 * A lock has a rank. A CPU or task may only take a lock whose rank is higher than that of every
 * lock it holds (LOCK_NEST below excepted); debug builds check this at each acquire, and check that
 * no one sleeps under a spinlock. Spinlocks taken in interrupts must be taken with irqsave
 * elsewhere.
 *
 * On one CPU a spinlock is preempt_disable(); with irqsave it is interrupts off.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/percpu.h>
#include <arch/irqflags.h> /* local_irq_save(), local_irq_restore(), local_irq_enable(), ... */

/* Outermost first. Sleeping locks come before spinning ones. Leave gaps. */
enum lock_rank {
	RANK_NONE = 0, /* not checked */
	/* sleeping */
	RANK_FILE_POS = 1,	/* struct file.pos_lock: read() and write() take it first of all */
	RANK_SEQ = 2,		/* the text of an open procfs or sysfs file */
	RANK_DISK = 4,		/* struct disk.part_lock: openings, partitions */
	RANK_CLASS = 7,		/* a class's list of devices, while it adds and removes some */
	RANK_DEVICE = 8,	/* the device tree; attributes being read */
	RANK_MOUNT = 10,	/* the mount tree */
	RANK_FREEZE = 13,	/* struct sb_freeze.lock */
	RANK_FREEZE_WRITE = 14, /* SB_GATE_WRITE: fs_freeze.h */
	RANK_RENAME = 15,	/* one cross-directory rename at a time */
	RANK_INODE = 20,	/* struct inode.lock (parent before child, then by address) */
	RANK_KNODE = 22,	/* the tree behind procfs and sysfs */
	RANK_TTY = 25,		/* struct tty.lock, .atomic_write */
	RANK_SOCKET = 28,	/* struct socket, unix peers by address */
	RANK_PIPE = 30,
	RANK_EPOLL = 32,
	RANK_EXEC = 34,		/* exec and ptrace attach exclude each other */
	RANK_LDT = 36,		/* mm->arch.ldt_lock */
	RANK_MMAP = 40,		/* struct mm.mmap_lock */
	RANK_FREEZE_FAULT = 42, /* SB_GATE_FAULT */
	RANK_FILE_MAP = 45,	/* struct mapping.invalidate_lock */
	RANK_FS_DIR = 48, /* a file system's own: directory contents, allocation; may read blocks */
	RANK_FS_BLOCKS = 50,  /* a file's block tables */
	RANK_FS_ALLOC = 52,   /* bitmaps and counters of free blocks and inodes */
	RANK_DEVICE_MAP = 54, /* invalidate_lock of a block device's own mapping */
	RANK_MUTEX_LEAF = 90,
	/* spinning */
	RANK_TASKS = 100, /* task_list_lock: the family tree and pid tables */
	RANK_SIGHAND = 110,
	RANK_FILES = 120, /* descriptor table */
	RANK_DCACHE = 130,
	RANK_ICACHE = 132,
	RANK_MAPPING = 140, /* struct mapping.lock: the page tree */
	RANK_PTE = 150,	    /* page tables of one mm */
	RANK_LRU = 160,
	RANK_SWAP = 162,       /* swap areas, their slots, the swap cache */
	RANK_SOCK_NAMES = 164, /* socket name tables, the links between peers */
	RANK_SOCK = 166,       /* one socket's queue and state */
	RANK_SPIN = 170, /* a driver's or object's own lock that takes no other but those below */
	RANK_WAITQ = 180,
	RANK_WORK = 185, /* work_queue() is called from wait queues' wake functions */
	RANK_RUNQUEUE = 200,
	RANK_TIMER = 205,
	RANK_SLAB = 210,
	RANK_BUDDY = 220,
	RANK_LEAF = 240,
	RANK_LOG = 250,
};

struct spinlock {
#ifdef CONFIG_SMP
	u32 locked;
#endif
#ifdef CONFIG_DEBUG
	u16 rank;
	u16 held;
	const char *name;
#endif
};

#ifdef CONFIG_DEBUG
#define SPINLOCK_INIT(r, n)                                                                        \
	{                                                                                          \
		.rank = (r), .name = (n)                                                           \
	}
/* One lock that is held, in the order they were taken. */
struct held_lock {
	void *lock;
	u16 rank;
	u16 context; /* 0 task, 1 softirq, 2 interrupt */
	const char *name;
};
void lock_debug_acquire(void *lock, unsigned int rank, const char *name, bool sleeping);
void lock_debug_release(void *lock);
#else
#define SPINLOCK_INIT(r, n)                                                                        \
	{                                                                                          \
	}
#endif
#define DEFINE_SPINLOCK(name, rank) struct spinlock name = SPINLOCK_INIT(rank, #name)

static inline void spin_init(struct spinlock *l, enum lock_rank rank, const char *name)
{
	*l = (struct spinlock)SPINLOCK_INIT((u16)rank, name);
}
static inline void spin_acquire(struct spinlock *l)
{
#ifdef CONFIG_DEBUG
	lock_debug_acquire(l, l->rank, l->name, false);
	ASSERT(!l->held);
	l->held = 1;
#endif
#ifdef CONFIG_SMP
	while (arch_xchg((int *)&l->locked, 1))
		arch_cpu_relax();
#endif
	barrier();
}
static inline void spin_release(struct spinlock *l)
{
	barrier();
#ifdef CONFIG_DEBUG
	ASSERT(l->held);
	l->held = 0;
	lock_debug_release(l);
#endif
#ifdef CONFIG_SMP
	WRITE_ONCE(l->locked, 0);
#endif
}
static inline void spin_lock(struct spinlock *l)
{
	preempt_disable();
	spin_acquire(l);
}
static inline void spin_unlock(struct spinlock *l)
{
	spin_release(l);
	preempt_enable();
}
/* flags is an unsigned long of the caller's. */
static inline unsigned long spin_lock_irqsave(struct spinlock *l)
{
	unsigned long flags = local_irq_save();

	preempt_disable();
	spin_acquire(l);
	return flags;
}
static inline void spin_unlock_irqrestore(struct spinlock *l, unsigned long flags)
{
	spin_release(l);
	local_irq_restore(flags);
	preempt_enable();
}
#ifdef CONFIG_DEBUG
#define ASSERT_SPIN_HELD(l) ASSERT((l)->held)
#else
#define ASSERT_SPIN_HELD(l) ((void)(l))
#endif

/* Sleeping, owned by a task, not recursive, fair among waiters. */
struct mutex {
	struct atomic state; /* 0 free, 1 held, 2 held and waited for */
	struct task *owner;
	struct spinlock lock; /* guards waiters */
	struct list_head waiters;
	u16 rank;
	const char *name;
};
#define MUTEX_INIT(m, r)                                                                           \
	{                                                                                          \
		.lock = SPINLOCK_INIT(RANK_WAITQ, #m), .waiters = LIST_HEAD_INIT((m).waiters),     \
		.rank = (r), .name = #m                                                            \
	}
#define DEFINE_MUTEX(m, r) struct mutex m = MUTEX_INIT(m, r)
void mutex_init(struct mutex *m, enum lock_rank rank, const char *name);
void mutex_lock(struct mutex *m);
int __must_check mutex_lock_interruptible(struct mutex *m); /* 0 or -ERESTARTSYS */
int __must_check mutex_lock_killable(struct mutex *m);
bool mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m);
bool mutex_is_held(const struct mutex *m); /* by current; for asserts */
/* A second lock of the same rank, in the order the rank's comment gives. */
void mutex_lock_nested(struct mutex *m);

/* Sleeping reader-writer lock; a waiting writer holds back new readers. */
struct rwlock {
	struct spinlock lock; /* guards all below */
	int readers;	      /* -1: a writer holds it */
	struct task *writer;
	struct list_head waiters;
	u16 rank;
	const char *name;
};
#define RWLOCK_INIT(m, r)                                                                          \
	{                                                                                          \
		.lock = SPINLOCK_INIT(RANK_WAITQ, #m), .waiters = LIST_HEAD_INIT((m).waiters),     \
		.rank = (r), .name = #m                                                            \
	}
#define DEFINE_RWLOCK(m, r) struct rwlock m = RWLOCK_INIT(m, r)
void rwlock_init(struct rwlock *l, enum lock_rank rank, const char *name);
void read_lock(struct rwlock *l);
void read_unlock(struct rwlock *l);
bool read_trylock(struct rwlock *l);
void write_lock(struct rwlock *l);
int __must_check write_lock_killable(struct rwlock *l);
void write_unlock(struct rwlock *l);
void write_downgrade(struct rwlock *l); /* writer becomes reader */
bool rwlock_is_held(const struct rwlock *l);

#endif
