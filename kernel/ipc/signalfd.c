/*
 * signalfd.c - signalfd(2): taking signals by read().
 *
 * It has no queue of its own: a read dequeues from the reader's pending signals, whoever made the
 * file; sleepers and polls wait at the reader's process.
 */
#include <kernel/files.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/signal.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <abi/signalfd.h>
#include "ipc_util.h"

#define SIGNALFD_NEVER (sigmask(SIGKILL) | sigmask(SIGSTOP))

struct signalfd {
	u64 mask; /* the signals it takes; siglock of whoever looks */
};

void signalfd_notify(struct process *process)
{
	wake_up_poll(&process->signalfd_wait, POLLIN);
}

static bool signalfd_pending(const struct signalfd *sfd)
{
	return (current->pending.set | current->process->pending.set) & READ_ONCE(sfd->mask);
}

static int signalfd_take(const struct signalfd *sfd, struct siginfo_k *info)
{
	struct process *process = current->process;
	unsigned long flags = spin_lock_irqsave(&process->siglock);
	int sig = signal_dequeue(current, ~sfd->mask, info);

	spin_unlock_irqrestore(&process->siglock, flags);
	return sig;
}

static void convert_by_code(struct signalfd_siginfo_abi *out, const struct siginfo_k *info)
{
	switch (info->code) {
	case SI_TIMER:
		out->tid = (u32)info->timer_id;
		out->overrun = (u32)info->overrun;
		out->int_value = (s32)info->timer_value;
		out->ptr = info->timer_value;
		break;
	case SI_SIGIO:
		out->band = (u32)info->band;
		out->fd = info->fd;
		break;
	default:
		out->pid = (u32)info->pid;
		out->uid = info->uid;
		if (info->code < 0) {
			out->int_value = (s32)info->value;
			out->ptr = info->value;
		}
		break;
	}
}

static void signalfd_convert(struct signalfd_siginfo_abi *out, const struct siginfo_k *info)
{
	memset(out, 0, sizeof(*out));
	out->signo = (u32)info->signo;
	out->error = info->error;
	out->code = info->code;
	if (info->code <= 0 || info->code == SI_KERNEL) {
		convert_by_code(out, info);
		return;
	}
	switch (info->signo) {
	case SIGCHLD:
		out->pid = (u32)info->pid;
		out->uid = info->uid;
		out->status = info->status;
		out->utime = (u64)(s64)info->utime;
		out->stime = (u64)(s64)info->stime;
		break;
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		out->addr = info->addr;
		out->trapno = (u32)info->trapno;
		break;
	case SIGSYS:
		out->call_addr = info->call_addr;
		out->syscall = info->syscall;
		out->arch = info->arch;
		break;
	default:
		out->band = (u32)info->band;
		out->fd = info->fd;
		break;
	}
}

static int signalfd_wait(struct file *file, struct siginfo_k *info)
{
	struct signalfd *sfd = file->private;
	int sig;

	while (!(sig = signalfd_take(sfd, info))) {
		int err = -EAGAIN;

		if (!(file->flags & O_NONBLOCK))
			err = wait_event_interruptible(&current->process->signalfd_wait,
						       signalfd_pending(sfd));
		if (err)
			return err;
	}
	return sig;
}

static ssize_t signalfd_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct signalfd_siginfo_abi record;
	struct siginfo_k info;
	ssize_t done = 0;
	int sig;

	if (to->count < sizeof(record))
		return -EINVAL;
	while (to->count >= sizeof(record)) {
		sig = done ? signalfd_take(file->private, &info) : signalfd_wait(file, &info);
		if (sig <= 0)
			return done ? done : sig;
		signalfd_convert(&record, &info);
		if (iov_copy_to(to, &record, sizeof(record)) != sizeof(record))
			return done ? done : -EFAULT;
		done += (ssize_t)sizeof(record);
	}
	return done;
}

static u32 signalfd_poll(struct file *file, struct poll_table *pt)
{
	poll_wait(file, &current->process->signalfd_wait, pt);
	return signalfd_pending(file->private) ? POLLIN : 0;
}

static void signalfd_release(struct file *file)
{
	kfree(file->private);
}

static void signalfd_show_fdinfo(struct file *file, char *buf, size_t size)
{
	struct signalfd *sfd = file->private;

	snprintf(buf, size, "sigmask:\t%016llx\n", sfd->mask);
}

static const struct file_ops signalfd_fops = {
	.read = signalfd_read,
	.poll = signalfd_poll,
	.release = signalfd_release,
	.show_fdinfo = signalfd_show_fdinfo,
};

/* Another mask for an existing one: readers look again. */
static int signalfd_change(int fd, u64 mask)
{
	struct process *process = current->process;
	struct fd f = fd_get_light(fd);
	struct signalfd *sfd;
	unsigned long flags;

	if (!f.file)
		return -EBADF;
	if (f.file->ops != &signalfd_fops) {
		fd_put_light(f);
		return -EINVAL;
	}
	sfd = f.file->private;
	flags = spin_lock_irqsave(&process->siglock);
	sfd->mask = mask;
	spin_unlock_irqrestore(&process->siglock, flags);
	wake_up_all(&process->signalfd_wait);
	fd_put_light(f);
	return fd;
}

static int signalfd_create(u64 mask, u32 flags)
{
	struct signalfd *sfd = kmalloc(sizeof(*sfd), GFP_KERNEL);
	int fd;

	if (!sfd)
		return -ENOMEM;
	sfd->mask = mask;
	fd = ipc_install_anon("anon_inode:[signalfd]", &signalfd_fops, sfd, O_RDWR | flags);
	if (fd < 0)
		kfree(sfd);
	return fd;
}

asmlinkage long sys_signalfd4(int fd, const void __user *umask, size_t size, u32 flags)
{
	u64 mask;

	if (size != sizeof(mask) || (flags & ~(u32)(O_CLOEXEC | O_NONBLOCK)))
		return -EINVAL;
	if (copy_from_user(&mask, umask, sizeof(mask)))
		return -EFAULT;
	mask &= ~SIGNALFD_NEVER;
	return fd == -1 ? signalfd_create(mask, flags) : signalfd_change(fd, mask);
}

asmlinkage long sys_signalfd(int fd, const void __user *mask, size_t size)
{
	return sys_signalfd4(fd, mask, size, 0);
}
