/*
 * pidfd.c - descriptors of processes: pidfd_open, pidfd_send_signal, pidfd_getfd.
 *
 * The file holds a reference to the struct pid, so the number it means is never another process's.
 * It polls readable when the whole process is dead; exit wakes pid->wait.
 */
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/ipc.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "ipc_util.h"

/* The thread group leader, referenced; NULL: reaped. */
static struct task *pid_leader(struct pid *pid)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct task *task, *leader = NULL;

	for_each_pid_task (task, pid, PID_TGID) {
		leader = task;
		task_get(leader);
		break;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return leader;
}

static u32 pidfd_poll(struct file *file, struct poll_table *pt)
{
	struct pid *pid = file->private;
	struct task *leader;
	bool dead = true;

	poll_wait(file, &pid->wait, pt);
	leader = pid_leader(pid);
	if (leader) {
		dead = leader->exit_state && leader->process->thread_count <= 1;
		task_put(leader);
	}
	return dead ? POLLIN | POLLRDNORM : 0;
}

static void pidfd_release(struct file *file)
{
	pid_put(file->private);
}

static void pidfd_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct pid *pid = file->private;
	struct task *leader = pid_leader(pid);
	int nr = leader ? pid->nr : -1;

	if (leader)
		task_put(leader);
	snprintf(buf, size, "Pid:\t%d\nNSpid:\t%d\n", nr, nr);
}

static const struct file_ops pidfd_fops = {
	.poll = pidfd_poll,
	.release = pidfd_release,
	.show_fdinfo = pidfd_show_fdinfo,
};

struct file *pidfd_file(struct pid *pid, u32 flags)
{
	struct file *file =
		file_anon("anon_inode:[pidfd]", &pidfd_fops, pid, O_RDWR | (flags & O_NONBLOCK));

	if (!IS_ERR(file))
		pid_get(pid);
	return file;
}

struct pid *pidfd_pid(struct file *file)
{
	return file->ops == &pidfd_fops ? file->private : NULL;
}

asmlinkage long sys_pidfd_open(pid_t nr, u32 flags)
{
	struct task *leader;
	struct pid *pid;
	long ret;

	if (nr <= 0 || (flags & ~(u32)O_NONBLOCK))
		return -EINVAL;
	pid = pid_find_get(nr);
	if (!pid)
		return -ESRCH;
	leader = pid_leader(pid);
	if (leader) {
		task_put(leader);
		ret = ipc_install(pidfd_file(pid, flags), O_CLOEXEC);
	} else {
		ret = -EINVAL; /* a thread, not a process */
	}
	pid_put(pid);
	return ret;
}

static int pidfd_make_info(struct pid *pid, int sig, const void __user *uinfo,
			   struct siginfo_k *info)
{
	int err;

	if (!uinfo) {
		*info = (struct siginfo_k){ .signo = sig,
					    .code = SI_USER,
					    .pid = task_tgid(current),
					    .uid = current_cred()->uid };
		return 0;
	}
	err = siginfo_from_user(info, uinfo);
	if (err)
		return err;
	if (info->signo != sig)
		return -EINVAL;
	/* Only the kernel may say so of itself, except to oneself. */
	if (pid->nr != task_tgid(current) && (info->code >= 0 || info->code == SI_TKILL))
		return -EPERM;
	return 0;
}

static int pidfd_signal(struct pid *pid, int sig, const struct siginfo_k *info)
{
	struct task *leader = pid_leader(pid);
	unsigned long flags;
	int err;

	if (!leader)
		return -ESRCH;
	flags = spin_lock_irqsave(&task_list_lock);
	err = signal_check_permission(sig, leader);
	spin_unlock_irqrestore(&task_list_lock, flags);
	if (!err && sig)
		err = signal_send_process(sig, info, leader->process);
	task_put(leader);
	return err;
}

asmlinkage long sys_pidfd_send_signal(int fd, int sig, const void __user *uinfo, u32 flags)
{
	struct siginfo_k info;
	struct pid *pid;
	struct file *file;
	long err = -EBADF;

	if (flags)
		return -EINVAL;
	file = fd_get(fd);
	if (!file)
		return err;
	pid = pidfd_pid(file);
	if (pid) {
		err = sig < 0 || sig > SIGNAL_MAX ? -EINVAL
						  : pidfd_make_info(pid, sig, uinfo, &info);
		if (!err)
			err = pidfd_signal(pid, sig, &info);
	}
	file_put(file);
	return err;
}

static long pidfd_steal(struct pid *pid, int fd)
{
	struct task *leader = pid_leader(pid);
	struct file *file = NULL;
	struct files *files;

	if (!leader)
		return -ESRCH;
	if (!ptrace_may_access(leader)) {
		task_put(leader);
		return -EPERM;
	}
	files = task_get_files(leader);
	task_put(leader);
	if (!files)
		return -ESRCH;
	file = files_get(files, (unsigned int)fd);
	files_put(files);
	return file ? ipc_install(file, O_CLOEXEC) : -EBADF;
}

asmlinkage long sys_pidfd_getfd(int pidfd, int fd, u32 flags)
{
	struct file *file;
	struct pid *pid;
	long ret = -EBADF;

	if (flags)
		return -EINVAL;
	file = fd_get(pidfd);
	if (!file)
		return ret;
	pid = pidfd_pid(file);
	if (pid)
		ret = pidfd_steal(pid, fd);
	file_put(file);
	return ret;
}
