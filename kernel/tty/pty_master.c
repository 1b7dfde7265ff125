/* pty_master.c - files on /dev/ptmx. See pty.h. */
#include <kernel/devpts.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/iov.h>
#include <kernel/poll.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "pty.h"
#include "tty_internal.h"

#define PIECE 512u /* of a read or write, on the stack */
/* So much room wakes the slave's writers: not for each few bytes. */
#define WAKE_SLAVE_AT (PTY_RING / 4)

static int ptmx_open(struct inode *inode, struct file *file)
{
	struct pty *pty = pty_create();

	if (IS_ERR(pty))
		return (int)PTR_ERR(pty);
	file->private = pty;
	return nonseekable_open(inode, file);
}

static void ptmx_release(struct file *file)
{
	pty_master_gone(file->private);
}

/* ---- reading ---- */

static bool has_something(const struct pty *pty)
{
	return pty_ring_used(&pty->ring) || (pty->ring.packet && pty->ring.status);
}

static size_t take(struct pty *pty, u8 *dst, size_t size)
{
	unsigned long flags = spin_lock_irqsave(&pty->lock);
	u32 before = pty_ring_room(&pty->ring), after;
	size_t n = pty_ring_get(&pty->ring, dst, size);

	after = pty_ring_room(&pty->ring);
	spin_unlock_irqrestore(&pty->lock, flags);
	if (before < WAKE_SLAVE_AT && after >= WAKE_SLAVE_AT)
		tty_wake_writers(&pty->tty);
	return n;
}

static int wait_output(struct pty *pty, struct file *file)
{
	if (READ_ONCE(pty->slave_closed))
		return -EIO;
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(&pty->read_wait,
					has_something(pty) || READ_ONCE(pty->slave_closed));
}

/* Echo the ring had no room for when it came. */
static void push_echo(struct pty *pty)
{
	if (!READ_ONCE(pty->tty.echo_left_n))
		return;
	mutex_lock(&pty->tty.lock);
	tty_put_echo(&pty->tty, NULL, 0);
	mutex_unlock(&pty->tty.lock);
}

static ssize_t ptmx_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct pty *pty = file->private;
	u8 piece[PIECE];
	ssize_t total = 0;
	int err;

	while (!has_something(pty) && to->count) {
		err = wait_output(pty, file);
		if (err)
			return err;
	}
	while (to->count) {
		size_t n = take(pty, piece, min_t(size_t, to->count, sizeof(piece)));

		if (!n)
			break;
		if (iov_copy_to(to, piece, n) != n)
			return total ? total : -EFAULT;
		total += (ssize_t)n;
		if (pty->ring.packet) /* one packet a read */
			break;
	}
	push_echo(pty);
	return total;
}

/* ---- writing ---- */

static int wait_input_room(struct pty *pty, struct file *file)
{
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(&pty->write_wait, READ_ONCE(pty->may_write));
}

static int write_piece(struct pty *pty, struct file *file, const u8 *bytes, size_t n, size_t *done)
{
	while (*done < n) {
		int err;

		WRITE_ONCE(pty->may_write, false);
		*done += tty_receive_now(&pty->tty, bytes + *done, n - *done);
		if (*done == n)
			break;
		err = wait_input_room(pty, file);
		if (err)
			return err;
	}
	WRITE_ONCE(pty->may_write, true);
	return 0;
}

static ssize_t ptmx_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct pty *pty = file->private;
	u8 piece[PIECE];
	ssize_t total = 0;

	while (from->count) {
		size_t done = 0,
		       n = iov_copy_from(from, piece, min_t(size_t, from->count, sizeof(piece)));
		int err;

		if (!n)
			return total ? total : -EFAULT;
		err = write_piece(pty, file, piece, n, &done);
		total += (ssize_t)done;
		if (err) {
			iov_revert(from, n - done);
			return total ? total : err;
		}
	}
	return total;
}

static u32 ptmx_poll(struct file *file, struct poll_table *pt)
{
	struct pty *pty = file->private;
	u32 events = 0;

	poll_wait(file, &pty->read_wait, pt);
	poll_wait(file, &pty->write_wait, pt);
	if (has_something(pty))
		events |= POLLIN | POLLRDNORM;
	if (pty->ring.packet && pty->ring.status)
		events |= POLLPRI;
	if (READ_ONCE(pty->slave_closed))
		events |= POLLHUP;
	if (READ_ONCE(pty->may_write))
		events |= POLLOUT | POLLWRNORM;
	return events;
}

/* ---- ioctls ---- */

static long set_packet(struct pty *pty, const s32 __user *arg)
{
	unsigned long flags;
	s32 on;

	if (get_user(on, arg))
		return -EFAULT;
	flags = spin_lock_irqsave(&pty->lock);
	if (on && !pty->ring.packet)
		pty->ring.status = 0;
	pty->ring.packet = on != 0;
	spin_unlock_irqrestore(&pty->lock, flags);
	return 0;
}

static long set_lock(struct pty *pty, const s32 __user *arg)
{
	s32 on;

	if (get_user(on, arg))
		return -EFAULT;
	pty->locked = on != 0;
	return 0;
}

static long send_signal(struct pty *pty, unsigned long sig)
{
	if (sig != SIGINT && sig != SIGQUIT && sig != SIGTSTP)
		return -EINVAL;
	tty_signal_pgrp(&pty->tty, (int)sig);
	return 0;
}

static long open_peer(struct pty *pty, unsigned long flags)
{
	struct path path;
	struct file *file;
	int fd, err = devpts_path(pty->tty.index, pty->dentry, &path);

	if (err)
		return err;
	file = file_open_path(&path, (u32)flags);
	path_put(&path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = fd_install_new(file, (u32)flags & O_CLOEXEC);
	if (fd < 0)
		file_put(file);
	return fd;
}

/* In is what the slave wrote; out is what waits for it to read. */
static long flush(struct pty *pty, unsigned long which)
{
	if (which > TCIOFLUSH)
		return -EINVAL;
	mutex_lock(&pty->tty.lock);
	if (which != TCOFLUSH)
		tty_flush_output_locked(&pty->tty);
	if (which != TCIFLUSH)
		tty_flush_input_locked(&pty->tty);
	mutex_unlock(&pty->tty.lock);
	return 0;
}

static long window_size(struct pty *pty, unsigned int cmd, void __user *arg)
{
	struct winsize_abi ws = pty->tty.winsize;

	if (cmd == TIOCGWINSZ)
		return copy_to_user(arg, &ws, sizeof(ws));
	if (copy_from_user(&ws, arg, sizeof(ws)))
		return -EFAULT;
	tty_set_winsize(&pty->tty, &ws);
	return 0;
}

static long shared_ioctl(struct pty *pty, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		return window_size(pty, cmd, (void __user *)arg);
	case TIOCGPGRP:
		return tty_get_pgrp(&pty->tty, arg);
	case TIOCGSID:
		return tty_get_sid(&pty->tty, arg);
	case TIOCINQ:
		return put_user((s32)pty_ring_used(&pty->ring), (s32 __user *)arg);
	case TIOCOUTQ:
		return put_user((s32)0, (s32 __user *)arg);
	case TCFLSH:
		return flush(pty, arg);
	case TCXONC:
	case TCSBRK:
	case TCSBRKP:
	case TIOCSBRK:
	case TIOCCBRK:
		return 0; /* there is no line */
	case TIOCGETD:
		return put_user((s32)0, (s32 __user *)arg);
	case TIOCGDEV:
		return put_user((u32)dev_encode64(MKDEV(5, 2)), (u32 __user *)arg);
	default:
		return tty_termios_ioctl(&pty->tty, cmd, arg);
	}
}

static long ptmx_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pty *pty = file->private;

	switch (cmd) {
	case TIOCGPTN:
		return put_user((u32)pty->tty.index, (u32 __user *)arg);
	case TIOCSPTLCK:
		return set_lock(pty, (s32 __user *)arg);
	case TIOCGPTLCK:
		return put_user((s32)pty->locked, (s32 __user *)arg);
	case TIOCPKT:
		return set_packet(pty, (s32 __user *)arg);
	case TIOCGPKT:
		return put_user((s32)pty->ring.packet, (s32 __user *)arg);
	case TIOCSIG:
		return send_signal(pty, arg);
	case TIOCGPTPEER:
		return open_peer(pty, arg);
	default:
		return shared_ioctl(pty, cmd, arg);
	}
}

const struct file_ops ptmx_fops = {
	.open = ptmx_open,
	.release = ptmx_release,
	.read = ptmx_read,
	.write = ptmx_write,
	.poll = ptmx_poll,
	.ioctl = ptmx_ioctl,
};
