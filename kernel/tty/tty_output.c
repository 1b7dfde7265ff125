/*
 * tty_output.c - write(2), echo, stopping and draining of output.
 *
 * A write goes in pieces: copied from the program under atomic_write, processed and handed to the
 * driver under tty->lock, so that echo fits in between. Sleeping for room holds only atomic_write.
 */
#include <kernel/cred.h>
#include <kernel/iov.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include "tty_internal.h"

size_t tty_room(struct tty *tty)
{
	if (READ_ONCE(tty->stopped) || READ_ONCE(tty->hold) || READ_ONCE(tty->echo_left_n))
		return 0;
	return tty->driver->ops->room(tty);
}

size_t tty_pending(struct tty *tty)
{
	if (!tty->driver->ops->pending)
		return 0;
	return READ_ONCE(tty->echo_left_n) + tty->driver->ops->pending(tty);
}

void tty_wake_writers(struct tty *tty)
{
	wake_up_poll(&tty->write_wait, POLLOUT | POLLWRNORM);
}

/* ---- echo ---- */

static void push_echo_left(struct tty *tty)
{
	size_t n;

	if (!tty->echo_left_n || tty->stopped || tty->hold)
		return;
	n = tty->driver->ops->write(tty, tty->echo_left, tty->echo_left_n);
	tty->echo_left_n -= (unsigned int)n;
	memmove(tty->echo_left, tty->echo_left + n, tty->echo_left_n);
}

void tty_put_echo(struct tty *tty, const u8 *bytes, size_t n)
{
	size_t done = 0;

	push_echo_left(tty);
	if (!tty->stopped && !tty->hold && !tty->echo_left_n)
		done = tty->driver->ops->write(tty, bytes, n);
	n = min_t(size_t, n - done, TTY_ECHO_LEFT - tty->echo_left_n);
	memcpy(tty->echo_left + tty->echo_left_n, bytes + done, n);
	tty->echo_left_n += (unsigned int)n;
}

/* ---- write ---- */

/* One piece at most; how much of it went. */
static size_t write_piece(struct tty *tty, const u8 *in, size_t n)
{
	u8 *out = tty->page + TTY_WRITE_IN;
	size_t used = 0, made, room;

	mutex_lock(&tty->lock);
	push_echo_left(tty);
	room = tty_room(tty);
	if (room && tty->n) {
		if (tty->termios.c_oflag & OPOST) {
			made = n_tty_output(tty->n, in, n, out, min_t(size_t, room, TTY_WRITE_OUT),
					    &used);
			if (made)
				(void)tty->driver->ops->write(tty, out, made);
		} else {
			used = tty->driver->ops->write(tty, in, min(n, room));
		}
	}
	mutex_unlock(&tty->lock);
	return used;
}

static int wait_room(struct tty *tty, struct file *file)
{
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	/* A tab needs 8 bytes of room, see n_tty_output(). */
	return wait_event_interruptible(&tty->write_wait, tty_room(tty) >= 8 ||
								  tty_file_dead(file) ||
								  READ_ONCE(tty->other_closed));
}

static int write_bytes(struct tty *tty, struct file *file, const u8 *in, size_t n, size_t *done)
{
	while (*done < n) {
		size_t used;
		int err;

		if (tty_file_dead(file) || tty->other_closed)
			return -EIO;
		used = write_piece(tty, in + *done, n - *done);
		*done += used;
		if (used)
			continue;
		if (tty->driver->ops->write_end)
			tty->driver->ops->write_end(tty);
		err = wait_room(tty, file);
		if (err)
			return err;
	}
	return 0;
}

static ssize_t write_all(struct tty *tty, struct file *file, struct iov_iter *from)
{
	ssize_t total = 0;
	int err = 0;

	while (from->count && !err) {
		size_t n = iov_copy_from(from, tty->page, min_t(size_t, from->count, TTY_WRITE_IN));
		size_t done = 0;

		if (!n) {
			err = -EFAULT;
			break;
		}
		err = write_bytes(tty, file, tty->page, n, &done);
		if (done < n)
			iov_revert(from, n - done);
		total += (ssize_t)done;
		if (!err && signal_pending(current) && from->count)
			err = -ERESTARTSYS;
	}
	return total ? total : err;
}

/* ---- TIOCCONS ---- */

static DEFINE_SPINLOCK(redirect_lock, RANK_SPIN);
static struct file *redirect; /* redirect_lock */

int tty_redirect_console(struct file *file)
{
	unsigned long flags;
	struct file *old = NULL;
	int err = 0;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	flags = spin_lock_irqsave(&redirect_lock);
	if (tty_of_file(file) && tty_file(file)->is_console) {
		old = redirect;
		redirect = NULL;
	} else if (redirect) {
		err = -EBUSY;
	} else {
		redirect = file;
		file_get(file);
	}
	spin_unlock_irqrestore(&redirect_lock, flags);
	if (old)
		file_put(old);
	return err;
}

/* A terminal that hung up is no console any more. */
static struct file *redirected(struct file *file)
{
	struct file *to, *dead = NULL;
	unsigned long flags;

	if (!READ_ONCE(redirect) || !tty_file(file)->is_console)
		return NULL;
	flags = spin_lock_irqsave(&redirect_lock);
	to = redirect;
	if (to && tty_of_file(to) && tty_file_dead(to)) {
		dead = to;
		to = redirect = NULL;
	}
	if (to)
		file_get(to);
	spin_unlock_irqrestore(&redirect_lock, flags);
	if (dead)
		file_put(dead);
	return to;
}

ssize_t tty_write(struct file *file, struct iov_iter *from, loff_t *pos)
{
	struct tty *tty = tty_file(file)->tty;
	struct file *to = redirected(file);
	ssize_t ret;

	if (to) {
		ret = vfs_write(to, from, pos);
		file_put(to);
		return ret;
	}
	if (tty_file_dead(file))
		return -EIO;
	if ((tty->termios.c_lflag & TOSTOP)) {
		ret = tty_check_change(tty, SIGTTOU);
		if (ret)
			return ret;
	}
	if (!mutex_trylock(&tty->atomic_write)) {
		if (file->flags & O_NONBLOCK)
			return -EAGAIN;
		if (mutex_lock_interruptible(&tty->atomic_write))
			return -ERESTARTSYS;
	}
	ret = write_all(tty, file, from);
	if (tty->driver->ops->write_end)
		tty->driver->ops->write_end(tty);
	mutex_unlock(&tty->atomic_write);
	if (ret > 0 && S_ISCHR(file->inode->mode))
		file->inode->times.mtime = file_time_now();
	return ret;
}

/* ---- stopping, flushing, draining ---- */

void tty_stop_locked(struct tty *tty, bool stop)
{
	if (tty->stopped == stop)
		return;
	tty->stopped = stop;
	if (tty->n)
		tty->n->stopped = stop;
	if (tty->driver->ops->stop)
		tty->driver->ops->stop(tty, stop || tty->hold);
	if (tty->driver->ops->packet_event)
		tty->driver->ops->packet_event(tty, stop ? TIOCPKT_STOP : TIOCPKT_START);
	if (!stop) {
		push_echo_left(tty);
		tty_wake_writers(tty);
	}
}

void tty_hold(struct tty *tty, bool hold)
{
	mutex_lock(&tty->lock);
	tty->hold = hold;
	if (tty->driver->ops->stop)
		tty->driver->ops->stop(tty, hold || tty->stopped);
	if (!hold && tty->n) {
		push_echo_left(tty);
		if (tty->driver->ops->write_end)
			tty->driver->ops->write_end(tty);
	}
	mutex_unlock(&tty->lock);
	if (!hold)
		tty_wake_writers(tty);
}

void tty_flush_output_locked(struct tty *tty)
{
	tty->echo_left_n = 0;
	if (tty->driver->ops->flush_output)
		tty->driver->ops->flush_output(tty);
	if (tty->driver->ops->packet_event)
		tty->driver->ops->packet_event(tty, TIOCPKT_FLUSHWRITE);
	tty_wake_writers(tty);
}

/* The last bytes leave the chip without an interrupt to tell. */
#define DRAIN_STEP MSEC(10)

int tty_drain(struct tty *tty, s64 ns)
{
	s64 left = ns;

	while (tty_pending(tty) && !tty->stopped) {
		left = wait_event_interruptible_timeout(&tty->write_wait,
							!tty_pending(tty) || !tty->active, left);
		if (left < 0)
			return (int)left;
		if (!left || !tty->active)
			return 0;
	}
	while (tty->driver->ops->drained && tty->active && !tty->driver->ops->drained(tty)) {
		left -= DRAIN_STEP;
		if (left <= 0)
			return 0;
		if (signal_pending(current))
			return -ERESTARTSYS;
		usleep(DRAIN_STEP / NSEC_PER_USEC);
	}
	return 0;
}
