/*
 * futex_robust.c - what a dying thread leaves behind in user memory: locks of its robust list are
 * marked FUTEX_OWNER_DIED and a waiter woken; *clear_child_tid becomes 0 for pthread_join().
 */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <arch/futex.h>
#include "futex.h"

#define ROBUST_LIMIT 2048 /* a list may be made circular by its program */

struct robust_head_abi {
	u32 next;
	s32 offset; /* from an entry to its lock word */
	u32 pending;
};

asmlinkage long sys_set_robust_list(unsigned long head, size_t len)
{
	if (len != sizeof(struct robust_head_abi))
		return -EINVAL;
	current->robust_list = (u32)head;
	return 0;
}

asmlinkage long sys_get_robust_list(pid_t pid, void __user *head, void __user *len)
{
	struct task *t = current;
	u32 list;

	if (pid) {
		t = task_find_get(pid);
		if (!t)
			return -ESRCH;
		if (!ptrace_may_access(t)) {
			task_put(t);
			return -EPERM;
		}
	}
	list = t->robust_list;
	if (pid)
		task_put(t);
	if (put_user((u32)sizeof(struct robust_head_abi), (u32 __user *)len))
		return -EFAULT;
	return put_user(list, (u32 __user *)head);
}

static int mark_dead(u32 addr, bool pi, bool pending)
{
	u32 __user *uaddr = (u32 __user *)(uintptr_t)addr;
	u32 now, seen;

	if (addr & 3)
		return -EINVAL;
	do {
		if (get_user(now, uaddr))
			return -EFAULT;
		/* It had released the lock, but not yet woken the next. */
		if (pending && !pi && !now) {
			(void)futex_wake(uaddr, true, 1, FUTEX_BITSET_ALL);
			return 0;
		}
		if ((now & FUTEX_TID_MASK) != (u32)task_tid(current))
			return 0;
		if (arch_user_cmpxchg(&seen, uaddr, now, (now & FUTEX_WAITERS) | FUTEX_OWNER_DIED))
			return -EFAULT;
	} while (seen != now);
	if (!pi && (now & FUTEX_WAITERS))
		(void)futex_wake(uaddr, true, 1, FUTEX_BITSET_ALL);
	return 0;
}

/* Bit 0 of an entry's address says that its lock is a PI one. */
static void walk_list(u32 head_addr)
{
	const void __user *uhead = (const void __user *)(uintptr_t)head_addr;
	struct robust_head_abi head;
	u32 entry, next;

	if (copy_from_user(&head, uhead, sizeof(head)))
		return;
	entry = head.next;
	for (int i = 0; (entry & ~1u) != head_addr && i < ROBUST_LIMIT; i++) {
		bool bad = get_user(next, (const u32 __user *)(uintptr_t)(entry & ~1u));

		if (entry != head.pending &&
		    mark_dead((entry & ~1u) + (u32)head.offset, entry & 1, false))
			return;
		if (bad)
			return;
		entry = next;
	}
	if (head.pending & ~1u)
		(void)mark_dead((head.pending & ~1u) + (u32)head.offset, head.pending & 1, true);
}

void futex_exit_task(struct task *task)
{
	u32 list = task->robust_list, tid = task->clear_child_tid;

	if (!task->mm)
		return;
	task->robust_list = 0;
	task->clear_child_tid = 0;
	if (list)
		walk_list(list);
	futex_pi_exit(task);
	/* Nobody is left to look when this is the last thread. */
	if (tid && refcount_read(&task->mm->users) > 1) {
		u32 __user *uaddr = (u32 __user *)(uintptr_t)tid;

		if (!put_user(0, uaddr))
			(void)futex_wake(uaddr, true, 1, FUTEX_BITSET_ALL);
	}
}
