/*
 * locks.c - file locks: POSIX record locks, open-file-description locks, flock(2).
 *
 * An inode that has or had locks carries a struct file_lock_context. POSIX locks are owned by a
 * descriptor table (struct files), OFD and flock locks by the struct file; the three kinds differ
 * in owner and, flock's, in the list. Waiters sleep on the context and look again when anything was
 * released; for POSIX locks a cycle among waiting owners is looked for first (EDEADLK).
 *
 * Locking: locks_lock guards all lists; operations are short and rare.
 */
#include "lock_ranges.h"
#include "vfs_internal.h"
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>

struct file_lock_context {
	struct list_head ranges; /* POSIX and OFD */
	struct list_head flocks; /* whole-file ranges, owner: struct file */
	struct wait_queue wait;
};

/* A POSIX request that sleeps: what it wants and on whom it waits. */
struct waiting {
	struct list_head node;
	const void *owner, *blocker;
};

/* Sleeping under it never happens; held while a context's lists are read or changed. */
static DEFINE_SPINLOCK(locks_lock, RANK_FILES - 1);
static LIST_HEAD(waiting_list);

#define DEADLOCK_STEPS 10 /* as Linux: longer chains are taken for none */

static struct file_lock_context *get_context(struct inode *inode)
{
	struct file_lock_context *c = READ_ONCE(inode->locks), *fresh;

	if (c)
		return c;
	fresh = kmalloc(sizeof(*fresh), GFP_KERNEL);
	if (!fresh)
		return NULL;
	list_init(&fresh->ranges);
	list_init(&fresh->flocks);
	wait_queue_init(&fresh->wait);
	spin_lock(&locks_lock);
	if (!inode->locks)
		inode->locks = fresh;
	c = inode->locks;
	spin_unlock(&locks_lock);
	if (c != fresh)
		kfree(fresh);
	return c;
}

static void free_spares(struct list_head *spare)
{
	struct lock_range *r, *next;

	list_for_each_entry_safe (r, next, spare, node)
		kfree(r);
	list_init(spare);
}

static int fill_spares(struct list_head *spare)
{
	for (int i = 0; i < 2; i++) {
		struct lock_range *r = kmalloc(sizeof(*r), GFP_KERNEL);

		if (!r) {
			free_spares(spare);
			return -ENOLCK;
		}
		list_add(&r->node, spare);
	}
	return 0;
}

/* Would `owner`, waiting for `blocker`, wait for itself? locks_lock held. */
static bool would_deadlock(const void *owner, const void *blocker)
{
	struct waiting *w;

	for (int i = 0; i < DEADLOCK_STEPS; i++) {
		const void *next = NULL;

		list_for_each_entry (w, &waiting_list, node)
			if (w->owner == blocker) {
				next = w->blocker;
				break;
			}
		if (!next)
			return false;
		if (next == owner)
			return true;
		blocker = next;
	}
	return false;
}

/* 0: done. -EAGAIN: somebody is in the way (*blocker). */
static int try_range(struct file_lock_context *c, struct list_head *list, struct lock_range *want,
		     struct list_head *spare, const void **blocker)
{
	struct lock_range *r = NULL;

	if (want->type != F_UNLCK)
		r = lock_range_conflict(list, want);
	if (r) {
		*blocker = r->owner;
		return -EAGAIN;
	}
	return lock_range_apply(list, want, spare);
}

/* Sleeps until locks of this file were released. Entered with locks_lock held, left without. */
static int wait_for_release(struct file_lock_context *c, struct waiting *w, bool check)
{
	struct wait_entry entry;
	int err;

	if (check && would_deadlock(w->owner, w->blocker)) {
		spin_unlock(&locks_lock);
		return -EDEADLK;
	}
	if (check)
		list_add(&w->node, &waiting_list);
	wait_entry_init(&entry, wait_default_wake);
	wait_prepare(&c->wait, &entry, TASK_INTERRUPTIBLE);
	spin_unlock(&locks_lock);
	err = wait_signal_check(TASK_INTERRUPTIBLE);
	if (!err)
		schedule();
	wait_finish(&c->wait, &entry);
	if (check) {
		spin_lock(&locks_lock);
		list_del(&w->node);
		spin_unlock(&locks_lock);
	}
	return err;
}

/* Sets, clears or waits for a lock. */
static int lock_apply(struct inode *inode, bool flock, struct lock_range *want, bool wait,
		      bool deadlock_check)
{
	struct file_lock_context *c;
	struct waiting w = { .owner = want->owner };
	LIST_HEAD(spare);
	int err;

	if (want->type == F_UNLCK && !inode->locks)
		return 0;
	c = get_context(inode);
	if (!c)
		return -ENOLCK;
	for (;;) {
		free_spares(&spare);
		err = fill_spares(&spare);
		if (err)
			return err;
		spin_lock(&locks_lock);
		err = try_range(c, flock ? &c->flocks : &c->ranges, want, &spare, &w.blocker);
		if (err != -EAGAIN || !wait)
			break;
		err = wait_for_release(c, &w, deadlock_check);
		if (err) {
			free_spares(&spare);
			return err;
		}
	}
	spin_unlock(&locks_lock);
	free_spares(&spare);
	if (!err)
		wake_up_all(&c->wait); /* unlocked, or an exclusive lock became a shared one */
	return err;
}

/* ---- fcntl ---- */

struct flock_request {
	s16 type, whence;
	s64 start, len;
	s32 pid;
};

static int get_flock(struct flock_request *q, const void __user *user, bool is64)
{
	struct flock64_abi f64;
	struct flock_abi f32;

	if (is64) {
		if (copy_from_user(&f64, user, sizeof(f64)))
			return -EFAULT;
		*q = (struct flock_request){ f64.type, f64.whence, f64.start, f64.len, f64.pid };
	} else {
		if (copy_from_user(&f32, user, sizeof(f32)))
			return -EFAULT;
		*q = (struct flock_request){ f32.type, f32.whence, f32.start, f32.len, f32.pid };
	}
	return 0;
}

static int put_flock(const struct flock_request *q, void __user *user, bool is64)
{
	struct flock64_abi f64 = { q->type, q->whence, q->start, q->len, q->pid };
	struct flock_abi f32 = { q->type, q->whence, (s32)q->start, (s32)q->len, q->pid };

	if (is64)
		return copy_to_user(user, &f64, sizeof(f64));
	if (q->type != F_UNLCK && (q->start > 0x7fffffff || q->len > 0x7fffffff))
		return -EOVERFLOW;
	return copy_to_user(user, &f32, sizeof(f32));
}

static int to_range(struct file *file, const struct flock_request *q, struct lock_range *r)
{
	loff_t base;

	switch (q->whence) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = file->pos;
		break;
	case SEEK_END:
		base = file->inode->size;
		break;
	default:
		return -EINVAL;
	}
	if (q->type != F_RDLCK && q->type != F_WRLCK && q->type != F_UNLCK)
		return -EINVAL;
	r->type = q->type;
	return lock_range_from_flock(r, base, q->start, q->len);
}

static int get_lock(struct file *file, struct flock_request *q, struct lock_range *want)
{
	struct file_lock_context *c = file->inode->locks;
	struct lock_range *r;

	if (want->type == F_UNLCK)
		return -EINVAL;
	q->type = F_UNLCK;
	if (!c)
		return 0;
	spin_lock(&locks_lock);
	r = lock_range_conflict(&c->ranges, want);
	if (r) {
		q->type = r->type;
		q->whence = SEEK_SET;
		q->start = r->start;
		q->len = r->end == LOCK_RANGE_END ? 0 : r->end - r->start + 1;
		q->pid = r->pid;
	}
	spin_unlock(&locks_lock);
	return 0;
}

static bool is_ofd(int cmd)
{
	return cmd == F_OFD_GETLK || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;
}

static int set_lock(struct file *file, int fd, int cmd, struct lock_range *want)
{
	const bool wait = cmd == F_SETLKW || cmd == F_SETLKW64 || cmd == F_OFD_SETLKW;
	const u32 need = want->type == F_RDLCK	 ? FMODE_READ
			 : want->type == F_WRLCK ? FMODE_WRITE
						 : 0;
	struct file *again;
	int err;

	if (need && !(file->mode & need))
		return -EBADF;
	err = lock_apply(file->inode, false, want, wait, !is_ofd(cmd));
	if (err || is_ofd(cmd) || want->type == F_UNLCK)
		return err;
	/* A close() that came between has already dropped this table's locks: drop it again. */
	again = fd_get_raw(fd);
	if (again != file) {
		struct lock_range all = { .owner = want->owner,
					  .start = want->start,
					  .end = want->end,
					  .type = F_UNLCK };

		lock_apply(file->inode, false, &all, false, false);
		err = -EBADF;
	}
	if (again)
		file_put(again);
	return err;
}

int sys_fcntl_lock(struct file *file, int fd, int cmd, unsigned long arg, bool is64)
{
	void __user *user = (void __user *)arg;
	struct lock_range want = { .pid = is_ofd(cmd) ? -1 : task_tgid(current) };
	struct flock_request q;
	bool wide = cmd != F_GETLK && cmd != F_SETLK && cmd != F_SETLKW;
	int err = get_flock(&q, user, wide);

	if (err)
		return err;
	want.owner = is_ofd(cmd) ? (void *)file : (void *)current->files;
	if (is_ofd(cmd) && q.pid)
		return -EINVAL;
	err = to_range(file, &q, &want);
	if (err)
		return err;
	if (cmd != F_GETLK && cmd != F_GETLK64 && cmd != F_OFD_GETLK)
		return set_lock(file, fd, cmd, &want);
	err = get_lock(file, &q, &want);
	return err ? err : put_flock(&q, user, wide);
}

/* ---- flock ---- */

asmlinkage long sys_flock(int fd, u32 op)
{
	struct lock_range want = { .start = 0, .end = LOCK_RANGE_END };
	struct file *file;
	int err;

	if (op & LOCK_MAND) /* mandatory share modes do nothing since Linux 5.17 */
		return -EOPNOTSUPP;
	switch (op & ~(u32)LOCK_NB) {
	case LOCK_SH:
		want.type = F_RDLCK;
		break;
	case LOCK_EX:
		want.type = F_WRLCK;
		break;
	case LOCK_UN:
		want.type = F_UNLCK;
		break;
	default:
		return -EINVAL;
	}
	file = fd_get(fd);
	if (!file)
		return -EBADF;
	want.owner = file;
	want.pid = task_tgid(current);
	if (want.type != F_UNLCK && !(file->mode & (FMODE_READ | FMODE_WRITE)))
		err = -EBADF;
	else
		err = lock_apply(file->inode, true, &want, !(op & LOCK_NB), false);
	file_put(file);
	return err;
}

/* ---- release ---- */

static void remove_owner(struct inode *inode, const void *owner)
{
	struct file_lock_context *c = inode->locks;
	struct lock_range *r, *next;
	LIST_HEAD(dead);

	if (!c)
		return;
	spin_lock(&locks_lock);
	list_for_each_entry_safe (r, next, &c->ranges, node)
		if (r->owner == owner)
			list_move(&r->node, &dead);
	list_for_each_entry_safe (r, next, &c->flocks, node)
		if (r->owner == owner)
			list_move(&r->node, &dead);
	spin_unlock(&locks_lock);
	if (list_empty(&dead))
		return;
	free_spares(&dead);
	wake_up_all(&c->wait);
}

void locks_remove_posix(struct file *file, void *owner)
{
	remove_owner(file->inode, owner);
}

void locks_remove_file(struct file *file)
{
	remove_owner(file->inode, file);
}

/* ---- /proc/locks ---- */

struct locks_text {
	char *buf;
	size_t size, len;
	unsigned int nr;
};

static void put_lock(struct locks_text *t, const struct inode *inode, const struct lock_range *r,
		     bool flock)
{
	char end[24] = "EOF";

	if (r->end != LOCK_RANGE_END)
		snprintf(end, sizeof(end), "%lld", r->end);
	t->len += scnprintf(t->buf + t->len, t->size - t->len,
			    "%u: %-6s ADVISORY  %s %d %02x:%02x:%llu %lld %s\n", ++t->nr,
			    flock	 ? "FLOCK"
			    : r->pid < 0 ? "OFDLCK"
					 : "POSIX",
			    r->type == F_WRLCK ? "WRITE" : "READ ", r->pid, MAJOR(inode->sb->dev),
			    MINOR(inode->sb->dev), inode->ino, r->start, end);
}

static int inode_locks(struct inode *inode, void *arg)
{
	struct lock_range *r;

	if (!inode->locks)
		return 0;
	spin_lock(&locks_lock);
	list_for_each_entry (r, &inode->locks->ranges, node)
		put_lock(arg, inode, r, false);
	list_for_each_entry (r, &inode->locks->flocks, node)
		put_lock(arg, inode, r, true);
	spin_unlock(&locks_lock);
	return 0;
}

static int super_locks(struct super_block *sb, void *arg)
{
	return inode_for_each(sb, inode_locks, arg);
}

size_t locks_format(char *buf, size_t size)
{
	struct locks_text t = { buf, size, 0, 0 };

	super_for_each(super_locks, &t);
	return t.len;
}
