/*
 * tty_read.c - read(2) and poll(2) of a terminal: lines, or VMIN and VTIME in all four ways.
 */
#include <kernel/iov.h>
#include <kernel/poll.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include "tty_internal.h"

#define TENTH (NSEC_PER_SEC / 10)

/* How long one read waits, and for how much. */
struct patience {
	size_t minimum;
	s64 first;   /* for the first byte */
	s64 between; /* for each further one; 0: as `first` */
};

static struct patience patience_of(const struct tty *tty)
{
	struct patience p = { .minimum = 0, .first = TIMEOUT_NEVER };
	u8 vmin = tty->termios.c_cc[VMIN], vtime = tty->termios.c_cc[VTIME];

	if (tty->termios.c_lflag & ICANON)
		return p;
	p.minimum = vmin ? vmin : 1;
	if (!vmin)
		p.first = vtime * TENTH;
	else if (vtime)
		p.between = vtime * TENTH;
	return p;
}

/* Moves what is there, at most a line. *over: the read is. */
static ssize_t take(struct tty *tty, struct iov_iter *to, bool *over)
{
	u8 piece[TTY_READ_PIECE];
	ssize_t total = 0;

	*over = false;
	while (to->count && !*over) {
		size_t n = 0;

		mutex_lock(&tty->lock);
		if (tty->n)
			n = n_tty_copy(tty->n, piece, min_t(size_t, to->count, sizeof(piece)),
				       over);
		if (tty->n && n == to->count && !*over)
			n_tty_skip_eof(tty->n);
		if (n || *over)
			tty_unthrottle_locked(tty);
		mutex_unlock(&tty->lock);
		if (!n)
			break;
		if (iov_copy_to(to, piece, n) != n)
			return total ? total : -EFAULT;
		total += (ssize_t)n;
	}
	return total;
}

static bool readable(struct tty *tty, unsigned int amount)
{
	bool yes;

	mutex_lock(&tty->lock);
	yes = tty->n && n_tty_readable(tty->n, amount);
	mutex_unlock(&tty->lock);
	return yes;
}

/* Without the lock: a look that may be wrong in the moment, for sleeping. */
static bool seems_readable(struct tty *tty)
{
	struct n_tty *n = READ_ONCE(tty->n);

	return n && n_tty_readable(n, 1);
}

/* 1: look again; 0: end of file or time over; negative: error. */
static int wait_input(struct tty *tty, struct file *file, s64 ns)
{
	s64 left;

	if (tty_file_dead(file))
		return 0;
	if (tty->other_closed)
		return -EIO;
	if (!ns)
		return 0;
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	left = wait_event_interruptible_timeout(
		&tty->read_wait,
		seems_readable(tty) || tty_file_dead(file) || READ_ONCE(tty->other_closed), ns);
	return left < 0 ? (int)left : left > 0;
}

static ssize_t read_loop(struct tty *tty, struct file *file, struct iov_iter *to)
{
	struct patience p = patience_of(tty);
	ssize_t total = 0;
	s64 wait = p.first;

	while (to->count) {
		bool over;
		ssize_t n;
		int err;

		if (!readable(tty, 1)) {
			err = wait_input(tty, file, wait);
			if (err > 0) {
				/* Another process may have moved us to the background. */
				err = tty_check_change(tty, SIGTTIN);
				if (!err)
					continue;
			}
			return total ? total : err;
		}
		n = take(tty, to, &over);
		if (n < 0)
			return total ? total : n;
		total += n;
		if (over || (size_t)total >= p.minimum)
			break;
		if (p.between)
			wait = p.between;
	}
	return total;
}

ssize_t tty_read(struct file *file, struct iov_iter *to, loff_t *pos)
{
	struct tty *tty = tty_file(file)->tty;
	ssize_t ret;

	if (tty_file_dead(file))
		return 0;
	ret = tty_check_change(tty, SIGTTIN);
	if (ret)
		return ret;
	ret = read_loop(tty, file, to);
	if (ret > 0 && S_ISCHR(file->inode->mode))
		file->inode->times.atime = file_time_now();
	return ret;
}

u32 tty_poll(struct file *file, struct poll_table *pt)
{
	struct tty *tty = tty_file(file)->tty;
	const u8 *cc = tty->termios.c_cc;
	u32 events = 0;

	if (tty_file_dead(file))
		return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
	poll_wait(file, &tty->read_wait, pt);
	poll_wait(file, &tty->write_wait, pt);
	if (readable(tty, !cc[VTIME] && cc[VMIN] ? cc[VMIN] : 1))
		events |= POLLIN | POLLRDNORM;
	if (tty->other_closed)
		events |= POLLHUP;
	if (tty_room(tty) && tty_pending(tty) < TTY_WAKEUP_CHARS)
		events |= POLLOUT | POLLWRNORM;
	return events;
}
