/*
 * fcntl.c - fcntl(2), the dup family, and who gets SIGIO.
 */
#include "vfs_internal.h"
#include <kernel/pipe.h>
#include <kernel/poll.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>

#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

asmlinkage long sys_dup(int fd)
{
	struct file *file = fd_get_raw(fd);
	int ret;

	if (!file)
		return -EBADF;
	ret = fd_install_new(file, 0);
	if (ret < 0)
		file_put(file);
	return ret;
}

static long dup_to(int old, int new, u32 flags)
{
	struct file *file = fd_get_raw(old);
	int ret;

	if (!file)
		return -EBADF;
	ret = fd_replace(new, file, flags);
	if (ret < 0)
		file_put(file);
	return ret;
}

asmlinkage long sys_dup3(int old, int new, u32 flags)
{
	if (flags & ~O_CLOEXEC || old == new)
		return -EINVAL;
	return dup_to(old, new, flags);
}

asmlinkage long sys_dup2(int old, int new)
{
	struct fd f;

	if (old != new)
		return dup_to(old, new, 0);
	f = fd_get_light_raw(old);
	if (!f.file)
		return -EBADF;
	fd_put_light(f);
	return new;
}

static long dup_from(struct file *file, unsigned long from, u32 flags)
{
	int fd;

	if (from >= rlimit(RLIMIT_NOFILE))
		return -EINVAL;
	fd = fd_alloc(from, flags);
	if (fd < 0)
		return fd;
	file_get(file);
	fd_install(fd, file);
	return fd;
}

static long set_flags(struct file *file, int fd, u32 flags)
{
	struct inode *inode = file->inode;

	/* An append-only file stays so. */
	if ((inode->flags & INODE_APPEND) && ((flags ^ file->flags) & O_APPEND))
		return -EPERM;
	if ((flags & O_NOATIME) && !(file->flags & O_NOATIME) &&
	    current_cred()->fsuid != inode->uid && !capable(CAP_FOWNER))
		return -EPERM;
	if ((flags & O_DIRECT) && S_ISREG(inode->mode) && inode->sb->in_memory)
		return -EINVAL;
	if ((flags ^ file->flags) & O_ASYNC) {
		int err = fasync_set(file, fd, flags & O_ASYNC);

		if (err)
			return err;
	}
	/* O_ASYNC was set as far as the file knows it. */
	file->flags =
		(file->flags & ~(u32)(SETFL_MASK & ~O_ASYNC)) | (flags & SETFL_MASK & ~O_ASYNC);
	return 0;
}

/* ---- owner ---- */

/* Guards file->owner of all files: changes are rare and short. Interrupts send signals. */
static DEFINE_SPINLOCK(owner_lock, RANK_TASKS - 1);

static void set_owner(struct file *file, struct pid *pid, int type)
{
	struct pid *old;
	unsigned long flags = spin_lock_irqsave(&owner_lock);

	old = file->owner.pid;
	file->owner.pid = pid;
	file->owner.type = type;
	file->owner.uid = current_cred()->uid;
	file->owner.euid = current_cred()->euid;
	spin_unlock_irqrestore(&owner_lock, flags);
	if (old)
		pid_put(old);
}

static int set_owner_nr(struct file *file, int nr, int type)
{
	struct pid *pid = nr ? pid_find_get(nr) : NULL;

	if (nr && !pid)
		return -ESRCH;
	set_owner(file, pid, type);
	return 0;
}

int file_set_owner(struct file *file, int nr)
{
	if (nr == (int)0x80000000)
		return -EINVAL;
	return set_owner_nr(file, nr < 0 ? -nr : nr, nr < 0 ? PID_PGID : PID_TGID);
}

int file_get_owner(const struct file *file)
{
	const struct pid *pid = file->owner.pid;

	if (!pid)
		return 0;
	return file->owner.type == PID_PGID ? -pid->nr : pid->nr;
}

static long set_owner_ex(struct file *file, const void __user *user)
{
	static const u8 types[] = { PID_TID, PID_TGID, PID_PGID };
	struct f_owner_ex_abi ex;

	if (copy_from_user(&ex, user, sizeof(ex)))
		return -EFAULT;
	if (ex.type < F_OWNER_TID || ex.type > F_OWNER_PGRP)
		return -EINVAL;
	return set_owner_nr(file, ex.pid, types[ex.type]);
}

static long get_owner_ex(const struct file *file, void __user *user)
{
	struct f_owner_ex_abi ex = { F_OWNER_PID, 0 };

	if (file->owner.pid) {
		ex.pid = file->owner.pid->nr;
		ex.type = file->owner.type == PID_PGID	? F_OWNER_PGRP
			  : file->owner.type == PID_TID ? F_OWNER_TID
							: F_OWNER_PID;
	}
	return copy_to_user(user, &ex, sizeof(ex));
}

/* May the one who set the owner signal this task? As kill(2) at that time. */
static bool may_signal(const struct file *file, const struct task *t)
{
	const struct cred *c = t->cred;

	return file->owner.euid == 0 || file->owner.euid == c->suid || file->owner.euid == c->uid ||
	       file->owner.uid == c->suid || file->owner.uid == c->uid;
}

static void signal_one(struct file *file, struct task *t, int fd, int code)
{
	static const s32 bands[] = {
		[POLL_IN] = POLLIN | POLLRDNORM,     [POLL_OUT] = POLLOUT | POLLWRNORM | POLLWRBAND,
		[3] = POLLIN | POLLRDNORM | POLLMSG, [4] = POLLERR,
		[5] = POLLPRI | POLLRDBAND,	     [6] = POLLHUP | POLLERR
	};
	struct siginfo_k info = { .signo = file->owner.sig, .code = code, .fd = fd };
	int sig = file->owner.sig;

	if (!may_signal(file, t))
		return;
	if (code > 0 && code < (int)ARRAY_SIZE(bands))
		info.band = bands[code];
	/* Without F_SETSIG, or when the queue is full: a plain SIGIO. */
	if (!sig || signal_send_task(sig, &info, t)) {
		info = (struct siginfo_k){ .signo = SIGIO, .code = SI_KERNEL };
		if (file->owner.type == PID_TID)
			signal_send_task(SIGIO, &info, t);
		else
			signal_send_process(SIGIO, &info, t->process);
	}
}

void file_send_sigio(struct file *file, int fd, int code)
{
	struct task *t;
	struct pid *pid;
	unsigned long flags;
	int type;

	if (!file->owner.pid)
		return;
	flags = spin_lock_irqsave(&owner_lock);
	pid = file->owner.pid;
	type = file->owner.type;
	spin_acquire(&task_list_lock);
	if (pid) {
		for_each_pid_task (t, pid, type)
			signal_one(file, t, fd, code);
	}
	spin_release(&task_list_lock);
	spin_unlock_irqrestore(&owner_lock, flags);
}

static long set_signal(struct file *file, unsigned long sig)
{
	if (sig > SIGNAL_MAX)
		return -EINVAL;
	file->owner.sig = sig;
	return 0;
}

/* ---- the call ---- */

static long do_fcntl(struct file *file, int fd, int cmd, unsigned long arg, bool is64)
{
	switch (cmd) {
	case F_DUPFD:
		return dup_from(file, arg, 0);
	case F_DUPFD_CLOEXEC:
		return dup_from(file, arg, O_CLOEXEC);
	case F_GETFD:
		return files_fd_cloexec(current->files, fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		fd_set_cloexec(fd, arg & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return file->flags;
	case F_SETFL:
		return set_flags(file, fd, arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_GETLK64:
	case F_SETLK64:
	case F_SETLKW64:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return sys_fcntl_lock(file, fd, cmd, arg, is64);
	case F_SETOWN:
		return file_set_owner(file, (int)arg);
	case F_GETOWN:
		return file_get_owner(file);
	case F_SETOWN_EX:
		return set_owner_ex(file, (const void __user *)arg);
	case F_GETOWN_EX:
		return get_owner_ex(file, (void __user *)arg);
	case F_SETSIG:
		return set_signal(file, arg);
	case F_GETSIG:
		return file->owner.sig;
	case F_SETPIPE_SZ:
	case F_GETPIPE_SZ:
		return pipe_fcntl(file, cmd, arg);
	case F_ADD_SEALS:
	case F_GET_SEALS:
		return memfd_fcntl_seals(file, cmd, arg);
	case F_GETLEASE:
		return F_UNLCK;
	default:
		return -EINVAL;
	}
}

/* What an O_PATH descriptor allows. */
static bool path_cmd(int cmd)
{
	return cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC || cmd == F_GETFD || cmd == F_SETFD ||
	       cmd == F_GETFL;
}

static long fcntl_fd(int fd, int cmd, unsigned long arg, bool is64)
{
	struct file *file = fd_get_raw(fd);
	long ret = -EBADF;

	if (!file)
		return ret;
	if (!(file->mode & FMODE_PATH) || path_cmd(cmd))
		ret = do_fcntl(file, fd, cmd, arg, is64);
	file_put(file);
	return ret;
}

asmlinkage long sys_fcntl(int fd, int cmd, unsigned long arg)
{
	switch (cmd) { /* these exist in fcntl64() only */
	case F_GETLK64:
	case F_SETLK64:
	case F_SETLKW64:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return -EINVAL;
	default:
		return fcntl_fd(fd, cmd, arg, false);
	}
}
asmlinkage long sys_fcntl64(int fd, int cmd, unsigned long arg)
{
	return fcntl_fd(fd, cmd, arg, true);
}
