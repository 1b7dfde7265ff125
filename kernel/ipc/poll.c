/*
 * poll.c - poll(2), ppoll(2).
 *
 * Two rounds where needed: one that only asks, then one that also queues. A program that finds
 * something ready, or does not want to wait, pays for the first alone.
 */
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/poll.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "ipc_util.h"
#include "poll_set.h"

struct pollfd_abi {
	s32 fd;
	s16 events, revents;
};
_Static_assert(sizeof(struct pollfd_abi) == 8, "struct pollfd");

#define POLL_STACK_FDS 32u

static u32 poll_one(struct pollfd_abi *pfd, struct poll_table *pt)
{
	u32 wanted = (u16)pfd->events | POLLERR | POLLHUP, ready;
	struct fd f;

	if (pfd->fd < 0) {
		pfd->revents = 0;
		return 0;
	}
	f = fd_get_light(pfd->fd);
	if (!f.file) {
		pfd->revents = POLLNVAL;
		return POLLNVAL;
	}
	if (pt)
		pt->events = wanted;
	ready = vfs_poll(f.file, pt) & wanted;
	fd_put_light(f);
	pfd->revents = (s16)ready;
	return ready;
}

static int poll_round(struct pollfd_abi *fds, unsigned int n, struct poll_table *pt)
{
	int count = 0;

	for (unsigned int i = 0; i < n; i++)
		if (poll_one(&fds[i], count ? NULL : pt))
			count++;
	return count;
}

/* The number ready, 0 on time-out, -EINTR when a signal came. */
static int poll_wait_fds(struct pollfd_abi *fds, unsigned int n, s64 deadline)
{
	struct poll_set set;
	struct poll_table *pt;
	int count = poll_round(fds, n, NULL);

	if (count || !deadline)
		return count;
	poll_set_init(&set);
	pt = &set.table;
	for (;;) {
		s64 left;

		count = poll_round(fds, n, pt);
		pt = NULL; /* queued once is enough */
		if (count)
			break;
		count = set.error;
		if (count)
			break;
		count = -EINTR;
		if (signal_pending(current))
			break;
		count = 0;
		left = ipc_time_left(deadline);
		if (!left)
			break;
		poll_set_sleep(&set, left);
	}
	poll_set_end(&set);
	return count;
}

/* deadline: 0 do not wait, TIMEOUT_NEVER, or monotonic. */
static int poll_user(struct pollfd_abi __user *ufds, unsigned int n, s64 deadline)
{
	struct pollfd_abi stack[POLL_STACK_FDS], *fds = stack;
	int count;

	if (n > rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	if (n > POLL_STACK_FDS) {
		fds = kcalloc(n, sizeof(*fds), GFP_KERNEL);
		if (!fds)
			return -ENOMEM;
	}
	count = -EFAULT;
	if (copy_from_user(fds, ufds, n * sizeof(*fds)))
		goto out;
	count = poll_wait_fds(fds, n, deadline);
	for (unsigned int i = 0; i < n; i++) {
		if (put_user(fds[i].revents, &ufds[i].revents)) {
			count = -EFAULT;
			break;
		}
	}
out:
	if (fds != stack)
		kfree(fds);
	return count;
}

static long poll_restart(struct task *task)
{
	int ret = poll_user((void __user *)task->restart.arg[0], task->restart.arg[1],
			    task->restart.deadline);

	return ret == -EINTR ? -ERESTART_RESTARTBLOCK : ret;
}

asmlinkage long sys_poll(void __user *fds, u32 n, int timeout)
{
	s64 deadline = timeout > 0 ? ipc_deadline(MSEC(timeout)) : timeout < 0 ? TIMEOUT_NEVER : 0;
	int ret = poll_user(fds, n, deadline);

	if (ret != -EINTR)
		return ret;
	current->restart.fn = poll_restart;
	current->restart.arg[0] = (u32)(uintptr_t)fds;
	current->restart.arg[1] = n;
	current->restart.deadline = deadline;
	return -ERESTART_RESTARTBLOCK;
}

static long do_ppoll(void __user *fds, u32 n, void __user *timeout, const void __user *mask,
		     size_t size, bool is64)
{
	s64 ns, deadline = TIMEOUT_NEVER;
	long ret = ipc_get_timeout(timeout, is64, &ns);

	if (!ret)
		ret = ipc_set_mask(mask, size);
	if (ret)
		return ret;
	if (timeout)
		deadline = ns ? ipc_deadline(ns) : 0;
	ret = poll_user(fds, n, deadline);
	if (ret == -EINTR)
		ret = -ERESTARTNOHAND;
	ipc_restore_mask(mask, ret, -ERESTARTNOHAND);
	/* What is left is told even when it cannot be written: the result stands. */
	if (timeout && timespec_put_user(deadline ? ipc_time_left(deadline) : 0, timeout, is64) &&
	    ret == -ERESTARTNOHAND)
		ret = -EINTR;
	return ret;
}

asmlinkage long sys_ppoll32(void __user *fds, u32 n, void __user *timeout,
			    const void __user *sigmask, size_t size)
{
	return do_ppoll(fds, n, timeout, sigmask, size, false);
}

asmlinkage long sys_ppoll64(void __user *fds, u32 n, void __user *timeout,
			    const void __user *sigmask, size_t size)
{
	return do_ppoll(fds, n, timeout, sigmask, size, true);
}
