/* ipc_util.c - see ipc_util.h. */
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "ipc_util.h"

void ipc_send_sigpipe(void)
{
	struct siginfo_k info = {
		.signo = SIGPIPE,
		.code = SI_USER,
		.pid = task_tgid(current),
		.uid = current_cred()->uid,
	};

	signal_send_task(SIGPIPE, &info, current);
}

struct file *ipc_stream(struct file *file)
{
	if (!IS_ERR(file))
		file->mode = (file->mode & ~FMODE_PREAD) | FMODE_STREAM;
	return file;
}

int ipc_install(struct file *file, u32 flags)
{
	int fd;

	if (IS_ERR(file))
		return (int)PTR_ERR(file);
	fd = fd_install_new(file, flags);
	if (fd < 0)
		file_put(file);
	return fd;
}

int ipc_install_anon(const char *name, const struct file_ops *ops, void *private, u32 flags)
{
	struct file *file;
	int fd = fd_alloc(0, flags);

	if (fd < 0)
		return fd;
	file = ipc_stream(file_anon(name, ops, private, flags & ~(u32)O_CLOEXEC));
	if (IS_ERR(file)) {
		fd_release(fd);
		return (int)PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/* The numbers are told before the files are there: a fault leaves nothing to close. */
int ipc_install_pair(struct file *a, struct file *b, u32 flags, s32 __user *fds)
{
	int fd_a = fd_alloc(0, flags), fd_b = -EMFILE, err = fd_a;

	if (fd_a >= 0)
		err = fd_b = fd_alloc(0, flags);
	if (fd_b >= 0) {
		err = put_user(fd_a, &fds[0]);
		if (!err)
			err = put_user(fd_b, &fds[1]);
		if (!err) {
			fd_install(fd_a, a);
			fd_install(fd_b, b);
			return 0;
		}
		fd_release(fd_b);
	}
	if (fd_a >= 0)
		fd_release(fd_a);
	file_put(a);
	file_put(b);
	return err;
}

struct inode *ipc_anon_inode(const char *kind, u32 mode, char name[IPC_NAME_MAX])
{
	struct inode *inode = inode_new(anon_sb, mode);

	if (inode)
		snprintf(name, IPC_NAME_MAX, "%s:[%u]", kind, (u32)inode->ino);
	return inode;
}

int ipc_set_mask(const void __user *mask, size_t size)
{
	u64 set;

	if (!mask)
		return 0;
	if (size != sizeof(set))
		return -EINVAL;
	if (copy_from_user(&set, mask, sizeof(set)))
		return -EFAULT;
	signal_set_temporary_mask(set & ~(sigmask(SIGKILL) | sigmask(SIGSTOP)));
	return 0;
}

void ipc_restore_mask(const void __user *mask, long ret, long interrupted)
{
	if (mask && ret != interrupted)
		signal_restore_temporary_mask();
}

s64 ipc_deadline(s64 relative)
{
	s64 now = clock_monotonic();

	return relative >= TIMEOUT_NEVER - now ? TIMEOUT_NEVER : now + relative;
}

s64 ipc_time_left(s64 deadline)
{
	s64 left;

	if (deadline == TIMEOUT_NEVER)
		return TIMEOUT_NEVER;
	left = deadline - clock_monotonic();
	return left > 0 ? left : 0;
}

int ipc_get_timeout(const void __user *ts, bool is64, s64 *ns)
{
	*ns = TIMEOUT_NEVER;
	return ts ? timespec_get_user(ns, ts, is64) : 0;
}
