/*
 * tty_ioctl.c - the ioctls of every terminal. Modes are in tty_termios.c, sessions in tty_jobctl.c.
 */
#include <kernel/cred.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/time.h>
#include <kernel/uaccess.h>
#include "tty_internal.h"

#define N_TTY_NUMBER 0
#define BREAK_MS     250
#define TENTH_MS     100

void tty_set_winsize(struct tty *tty, const struct winsize_abi *ws)
{
	bool changed;

	mutex_lock(&tty->lock);
	changed = memcmp(&tty->winsize, ws, sizeof(*ws)) != 0;
	tty->winsize = *ws;
	mutex_unlock(&tty->lock);
	if (changed)
		tty_signal_pgrp(tty, SIGWINCH);
}

static long winsize_ioctl(struct tty *tty, unsigned int cmd, void __user *arg)
{
	struct winsize_abi ws;

	if (cmd == TIOCSWINSZ) {
		if (copy_from_user(&ws, arg, sizeof(ws)))
			return -EFAULT;
		tty_set_winsize(tty, &ws);
		return 0;
	}
	mutex_lock(&tty->lock);
	ws = tty->winsize;
	mutex_unlock(&tty->lock);
	return copy_to_user(arg, &ws, sizeof(ws));
}

/* ---- break ---- */

static int set_break(struct tty *tty, bool on)
{
	int err;

	if (!tty->driver->ops->send_break)
		return 0; /* as Linux: a terminal without a line has none to break */
	mutex_lock(&tty->lock);
	err = tty->driver->ops->send_break(tty, on);
	mutex_unlock(&tty->lock);
	return err;
}

static long send_break(struct tty *tty, unsigned int ms)
{
	int err = set_break(tty, true);

	if (err || !tty->driver->ops->send_break)
		return err;
	msleep(ms);
	return set_break(tty, false);
}

static long break_ioctl(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	long err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (cmd != TIOCCBRK) {
		err = tty_drain(tty, TIMEOUT_NEVER);
		if (err)
			return err;
	}
	switch (cmd) {
	case TIOCSBRK:
	case TIOCCBRK:
		return set_break(tty, cmd == TIOCSBRK);
	case TCSBRK:
		return arg ? 0 : send_break(tty, BREAK_MS);
	default: /* TCSBRKP */
		return send_break(tty, arg && arg <= 100 ? (unsigned int)arg * TENTH_MS : BREAK_MS);
	}
}

/* ---- flow and flush ---- */

static long flow_ioctl(struct tty *tty, unsigned long arg)
{
	long err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	mutex_lock(&tty->lock);
	switch (arg) {
	case TCOOFF:
	case TCOON:
		tty_stop_locked(tty, arg == TCOOFF);
		break;
	case TCIOFF:
	case TCION:
		tty_send_flow_char(tty, arg == TCIOFF);
		break;
	default:
		err = -EINVAL;
		break;
	}
	mutex_unlock(&tty->lock);
	return err;
}

static long flush_ioctl(struct tty *tty, unsigned long arg)
{
	long err = tty_check_change(tty, SIGTTOU);

	if (err)
		return err;
	if (arg > TCIOFLUSH)
		return -EINVAL;
	mutex_lock(&tty->lock);
	if (tty->n && arg != TCOFLUSH)
		tty_flush_input_locked(tty);
	if (tty->n && arg != TCIFLUSH)
		tty_flush_output_locked(tty);
	mutex_unlock(&tty->lock);
	return 0;
}

/* ---- modem lines ---- */

static long get_modem(struct tty *tty, u32 __user *arg)
{
	int lines;

	if (!tty->driver->ops->get_modem)
		return -ENOTTY;
	mutex_lock(&tty->lock);
	lines = tty->driver->ops->get_modem(tty);
	mutex_unlock(&tty->lock);
	return lines < 0 ? lines : put_user((u32)lines, arg);
}

static long set_modem(struct tty *tty, unsigned int cmd, const u32 __user *arg)
{
	u32 want, settable = TIOCM_DTR | TIOCM_RTS | TIOCM_OUT1 | TIOCM_OUT2 | TIOCM_LOOP;
	long err;

	if (!tty->driver->ops->set_modem)
		return -ENOTTY;
	if (get_user(want, arg))
		return -EFAULT;
	mutex_lock(&tty->lock);
	err = tty->driver->ops->set_modem(tty, cmd == TIOCMBIC ? 0 : want & settable,
					  cmd == TIOCMBIS   ? 0
					  : cmd == TIOCMBIC ? want & settable
							    : ~want & settable);
	mutex_unlock(&tty->lock);
	return err;
}

/* ---- the rest ---- */

static long fake_input(struct tty *tty, const u8 __user *arg)
{
	u8 c;

	if (tty != current->process->tty && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (get_user(c, arg))
		return -EFAULT;
	(void)tty_receive_now(tty, &c, 1);
	return 0;
}

static long input_count(struct tty *tty, s32 __user *arg)
{
	s32 n = 0;

	mutex_lock(&tty->lock);
	if (tty->n)
		n = (s32)n_tty_available(tty->n);
	mutex_unlock(&tty->lock);
	return put_user(n, arg);
}

static long set_exclusive(struct tty *tty, bool on)
{
	mutex_lock(&tty->lock);
	tty->exclusive = on;
	mutex_unlock(&tty->lock);
	return 0;
}

static long set_discipline(struct tty *tty, const s32 __user *arg)
{
	long err = tty_check_change(tty, SIGTTOU);
	s32 number;

	if (err)
		return err;
	if (get_user(number, arg))
		return -EFAULT;
	return number == N_TTY_NUMBER ? 0 : -EINVAL;
}

static long hangup_by_user(struct tty *tty)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	tty_hangup(tty);
	return 0;
}

static long misc_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg)
{
	s32 __user *p = (s32 __user *)arg;

	switch (cmd) {
	case TIOCSTI:
		return fake_input(tty, (u8 __user *)arg);
	case TIOCINQ:
		return input_count(tty, p);
	case TIOCOUTQ:
		return put_user((s32)tty_pending(tty), p);
	case TIOCGEXCL:
		return put_user((s32)tty->exclusive, p);
	case TIOCGETD:
		return put_user((s32)N_TTY_NUMBER, p);
	case TIOCSETD:
		return set_discipline(tty, p);
	case TIOCGDEV:
		return put_user((u32)dev_encode64(MKDEV(tty->driver->major,
							tty->driver->first_minor + tty->index)),
				(u32 __user *)arg);
	case TIOCCONS:
		return tty_redirect_console(file);
	case TIOCVHANGUP:
		return hangup_by_user(tty);
	case TIOCMGET:
		return get_modem(tty, (u32 __user *)arg);
	case TIOCMSET:
	case TIOCMBIS:
	case TIOCMBIC:
		return set_modem(tty, cmd, (u32 __user *)arg);
	case TIOCPKT: /* of a pty master only */
	default:
		return -ENOTTY;
	}
}

static long common_ioctl(struct tty *tty, struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case TIOCGWINSZ:
	case TIOCSWINSZ:
		return winsize_ioctl(tty, cmd, (void __user *)arg);
	case TIOCSCTTY:
	case TIOCNOTTY:
	case TIOCGPGRP:
	case TIOCSPGRP:
	case TIOCGSID:
		return tty_jobctl_ioctl(tty, file, cmd, arg);
	case TIOCSBRK:
	case TIOCCBRK:
	case TCSBRK:
	case TCSBRKP:
		return break_ioctl(tty, cmd, arg);
	case TCXONC:
		return flow_ioctl(tty, arg);
	case TCFLSH:
		return flush_ioctl(tty, arg);
	case TIOCEXCL:
	case TIOCNXCL:
		return set_exclusive(tty, cmd == TIOCEXCL);
	default:
		return misc_ioctl(tty, file, cmd, arg);
	}
}

long tty_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tty *tty = tty_file(file)->tty;
	long ret;

	if (tty_file_dead(file))
		return cmd == TIOCSPGRP ? -ENOTTY : -EIO;
	ret = tty_termios_ioctl(tty, cmd, arg);
	if (ret == -ENOIOCTLCMD && tty->driver->ops->ioctl)
		ret = tty->driver->ops->ioctl(tty, file, cmd, arg);
	return ret == -ENOIOCTLCMD ? common_ioctl(tty, file, cmd, arg) : ret;
}
