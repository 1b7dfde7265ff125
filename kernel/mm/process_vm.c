/* process_vm.c - process_vm_readv and process_vm_writev: copies between two address spaces. */
#include <kernel/errno.h>
#include <kernel/iov.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define FAST_SEGS 8u

/* Moves up to `len` bytes at `remote`, a page at a time through buf; how many were moved. */
static size_t move_segment(struct mm *mm, unsigned long remote, size_t len, struct iov_iter *local,
			   char *buf, bool write)
{
	size_t done = 0;

	while (done < len && local->count) {
		size_t n = PAGE_SIZE - ((remote + done) & ~PAGE_MASK), moved, copied;

		n = min_t(size_t, n, len - done);
		n = min(n, local->count);
		if (write) {
			copied = iov_copy_from(local, buf, n);
			moved = mm_access(mm, remote + done, buf, copied, ACCESS_WRITE);
		} else {
			moved = mm_access(mm, remote + done, buf, n, 0);
			moved = iov_copy_to(local, buf, moved);
		}
		done += moved;
		if (moved < n)
			break;
	}
	return done;
}

static long move_all(struct mm *mm, struct iov_iter *local, const struct iovec *remote,
		     unsigned long segs, bool write)
{
	char *buf = page_alloc_addr(GFP_KERNEL);
	size_t done = 0;
	bool wanted = false;

	if (!buf)
		return -ENOMEM;
	for (unsigned long i = 0; i < segs && local->count; i++) {
		size_t len = remote[i].len, n;

		wanted |= len;
		n = move_segment(mm, (unsigned long)remote[i].base, len, local, buf, write);
		done += n;
		if (n < len)
			break;
	}
	page_free_addr(buf);
	return done || !wanted ? (long)done : -EFAULT;
}

static long with_target(pid_t pid, struct iov_iter *local, const struct iovec *remote,
			unsigned long segs, bool write)
{
	struct task *task = task_find_get(pid);
	struct mm *mm;
	long result = -EPERM;

	if (!task)
		return -ESRCH;
	if (ptrace_may_access(task)) {
		mm = task_get_mm(task);
		result = mm ? move_all(mm, local, remote, segs, write) : -EPERM;
		if (mm)
			mm_user_put(mm);
	}
	task_put(task);
	return result;
}

static long process_vm(pid_t pid, const void __user *lvec, size_t ln, const void __user *rvec,
		       size_t rn, u32 flags, bool write)
{
	struct iovec fast_local[FAST_SEGS], fast_remote[FAST_SEGS], *local, *remote;
	struct iov_iter it;
	long result;

	if (flags)
		return -EINVAL;
	result = iov_import(lvec, ln, fast_local, &local);
	if (result > 0) {
		iov_init_vec(&it, local, ln, (size_t)result);
		result = iov_import(rvec, rn, fast_remote, &remote);
		if (result > 0)
			result = with_target(pid, &it, remote, rn, write);
		if (remote != fast_remote)
			kfree(remote);
	}
	if (local != fast_local)
		kfree(local);
	return result;
}

asmlinkage long sys_process_vm_readv(pid_t pid, const void __user *lvec, size_t ln,
				     const void __user *rvec, size_t rn, u32 flags)
{
	return process_vm(pid, lvec, ln, rvec, rn, flags, false);
}

asmlinkage long sys_process_vm_writev(pid_t pid, const void __user *lvec, size_t ln,
				      const void __user *rvec, size_t rn, u32 flags)
{
	return process_vm(pid, lvec, ln, rvec, rn, flags, true);
}
