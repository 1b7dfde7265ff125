/* select.c - select(2), pselect(2); the rounds are poll.c's. */
#include <kernel/files.h>
#include <kernel/math64.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include <abi/time.h>
#include "fdset.h"
#include "ipc_util.h"
#include "poll_set.h"

#define SELECT_STACK_WORDS (6u * 8u) /* six maps of 256 */

/* One look at every descriptor asked about: how many bits found, or -EBADF. */
static int select_round(struct fdset *s, struct poll_table *pt)
{
	int count = 0;

	for (unsigned int fd = fdset_next(s, 0); fd < s->n; fd = fdset_next(s, fd + 1)) {
		struct fd f = fd_get_light((int)fd);
		u32 events;

		if (!f.file)
			return -EBADF;
		if (pt)
			pt->events = fdset_events(s, fd);
		events = vfs_poll(f.file, pt);
		fd_put_light(f);
		count += (int)fdset_found(s, fd, events);
		if (count)
			pt = NULL;
	}
	return count;
}

static int select_wait(struct fdset *s, s64 deadline)
{
	struct poll_set set;
	struct poll_table *pt;
	int count = select_round(s, NULL);

	if (count || !deadline)
		return count;
	poll_set_init(&set);
	pt = &set.table;
	for (;;) {
		s64 left;

		count = select_round(s, pt);
		pt = NULL;
		if (count)
			break;
		count = set.error;
		if (count)
			break;
		count = -ERESTARTNOHAND;
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

static int fdset_get_user(unsigned long *map, const void __user *user, unsigned int words)
{
	if (user)
		return copy_from_user(map, user, words * sizeof(long));
	memset(map, 0, words * sizeof(long));
	return 0;
}

static int fdset_put_user(const unsigned long *map, void __user *user, unsigned int words)
{
	return user ? copy_to_user(user, map, words * sizeof(long)) : 0;
}

static int select_user(struct fdset *s, void __user *in, void __user *out, void __user *ex,
		       s64 deadline)
{
	int count;

	if (fdset_get_user(s->in, in, s->words) || fdset_get_user(s->out, out, s->words) ||
	    fdset_get_user(s->ex, ex, s->words))
		return -EFAULT;
	fdset_clear_results(s);
	count = select_wait(s, deadline);
	if (count < 0)
		return count;
	if (fdset_put_user(s->res_in, in, s->words) || fdset_put_user(s->res_out, out, s->words) ||
	    fdset_put_user(s->res_ex, ex, s->words))
		return -EFAULT;
	return count;
}

/* Descriptors beyond the table cannot be open: they are not looked at, as in Linux. */
static int do_select(int n, void __user *in, void __user *out, void __user *ex, s64 deadline)
{
	unsigned long stack[SELECT_STACK_WORDS], *memory = stack;
	struct fdset s;
	int count;

	if (n < 0)
		return -EINVAL;
	n = (int)min((unsigned int)n, READ_ONCE(current->files->size));
	if (6 * fdset_words((unsigned int)n) > SELECT_STACK_WORDS) {
		memory = kmalloc(6 * fdset_words((unsigned int)n) * sizeof(long), GFP_KERNEL);
		if (!memory)
			return -ENOMEM;
	}
	fdset_init(&s, (unsigned int)n, memory);
	count = select_user(&s, in, out, ex, deadline);
	if (memory != stack)
		kfree(memory);
	return count;
}

static int timeval_get_user(s64 *ns, const struct timeval_abi __user *utv)
{
	struct timeval_abi tv;

	if (copy_from_user(&tv, utv, sizeof(tv)))
		return -EFAULT;
	if (tv.sec < 0 || tv.usec < 0)
		return -EINVAL;
	*ns = SEC(tv.sec) + (s64)tv.usec * NSEC_PER_USEC; /* more than a second of us is allowed */
	return 0;
}

static int timeval_put_user(s64 ns, struct timeval_abi __user *utv)
{
	u32 rest;
	struct timeval_abi tv;

	tv.sec = (s32)div_u64_rem((u64)ns, (u32)NSEC_PER_SEC, &rest);
	tv.usec = (s32)(rest / (u32)NSEC_PER_USEC);
	return copy_to_user(utv, &tv, sizeof(tv));
}

asmlinkage long sys_select(int n, void __user *in, void __user *out, void __user *ex,
			   void __user *timeout)
{
	s64 ns, deadline = TIMEOUT_NEVER;
	long ret;

	if (timeout) {
		ret = timeval_get_user(&ns, timeout);
		if (ret)
			return ret;
		deadline = ns ? ipc_deadline(ns) : 0;
	}
	ret = do_select(n, in, out, ex, deadline);
	/* A call that cannot tell what is left must not be restarted with the whole of it. */
	if (timeout && timeval_put_user(deadline ? ipc_time_left(deadline) : 0, timeout) &&
	    ret == -ERESTARTNOHAND)
		ret = -EINTR;
	return ret;
}

asmlinkage long sys_old_select(const void __user *args)
{
	struct {
		s32 n;
		u32 in, out, ex, timeout;
	} a;

	if (copy_from_user(&a, args, sizeof(a)))
		return -EFAULT;
	return sys_select(a.n, (void __user *)a.in, (void __user *)a.out, (void __user *)a.ex,
			  (void __user *)a.timeout);
}

static long do_pselect(int n, void __user *in, void __user *out, void __user *ex,
		       void __user *timeout, const void __user *sigarg, bool is64)
{
	struct {
		u32 mask;
		u32 size;
	} sig = { 0, 0 };
	s64 ns, deadline = TIMEOUT_NEVER;
	const void __user *mask;
	long ret;

	if (sigarg && copy_from_user(&sig, sigarg, sizeof(sig)))
		return -EFAULT;
	mask = (const void __user *)sig.mask;
	ret = ipc_get_timeout(timeout, is64, &ns);
	if (!ret)
		ret = ipc_set_mask(mask, sig.size);
	if (ret)
		return ret;
	if (timeout)
		deadline = ns ? ipc_deadline(ns) : 0;
	ret = do_select(n, in, out, ex, deadline);
	ipc_restore_mask(mask, ret, -ERESTARTNOHAND);
	if (timeout && timespec_put_user(deadline ? ipc_time_left(deadline) : 0, timeout, is64) &&
	    ret == -ERESTARTNOHAND)
		ret = -EINTR;
	return ret;
}

asmlinkage long sys_pselect6_32(int n, void __user *in, void __user *out, void __user *ex,
				void __user *timeout, const void __user *sigmask)
{
	return do_pselect(n, in, out, ex, timeout, sigmask, false);
}

asmlinkage long sys_pselect6_64(int n, void __user *in, void __user *out, void __user *ex,
				void __user *timeout, const void __user *sigmask)
{
	return do_pselect(n, in, out, ex, timeout, sigmask, true);
}
