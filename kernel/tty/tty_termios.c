/*
 * tty_termios.c - terminal modes: the ABI's three shapes of them, baud rates, setting and flushing.
 */
#include <kernel/string.h>
#include <kernel/signal.h>
#include <kernel/uaccess.h>
#include "tty_internal.h"

static const unsigned int low_rates[] = { 0,   50,   75,   110,	 134,  150,  200,   300,
					  600, 1200, 1800, 2400, 4800, 9600, 19200, 38400 };
static const unsigned int high_rates[] = { 57600,   115200,  230400,  460800,  500000,
					   576000,  921600,  1000000, 1152000, 1500000,
					   2000000, 2500000, 3000000, 3500000, 4000000 };

static const u8 initial_cc[NCCS] = {
	[VINTR] = 3,	 [VQUIT] = 28,	 [VERASE] = 127, [VKILL] = 21, [VEOF] = 4,
	[VMIN] = 1,	 [VSTART] = 17,	 [VSTOP] = 19,	 [VSUSP] = 26, [VREPRINT] = 18,
	[VDISCARD] = 15, [VWERASE] = 23, [VLNEXT] = 22,
};

void tty_driver_init_termios(struct termios2_abi *t)
{
	*t = (struct termios2_abi){
		.c_iflag = ICRNL | IXON,
		.c_oflag = OPOST | ONLCR,
		.c_cflag = B38400 | CS8 | CREAD | HUPCL,
		.c_lflag = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN,
		.c_ispeed = 38400,
		.c_ospeed = 38400,
	};
	memcpy(t->c_cc, initial_cc, sizeof(initial_cc));
}

static unsigned int code_rate(u32 code, unsigned int other)
{
	if (code == BOTHER)
		return other;
	if (!(code & CBAUDEX))
		return low_rates[code & 15];
	code = (code & 15) - 1;
	return code < ARRAY_SIZE(high_rates) ? high_rates[code] : 0;
}

static u32 rate_code(unsigned int baud)
{
	for (u32 i = 0; i < ARRAY_SIZE(low_rates); i++)
		if (low_rates[i] == baud)
			return i;
	for (u32 i = 0; i < ARRAY_SIZE(high_rates); i++)
		if (high_rates[i] == baud)
			return CBAUDEX | (i + 1);
	return BOTHER;
}

unsigned int tty_baud(const struct termios2_abi *t)
{
	return code_rate(t->c_cflag & CBAUD, t->c_ospeed);
}

void tty_set_baud(struct termios2_abi *t, unsigned int baud)
{
	t->c_cflag = (t->c_cflag & ~(CBAUD | CIBAUD)) | rate_code(baud);
	t->c_ispeed = t->c_ospeed = baud;
}

void tty_parse_line(struct termios2_abi *t, const char *s)
{
	static const u32 sizes[] = { CS5, CS6, CS7, CS8 };
	unsigned int baud = 0;

	for (; *s >= '0' && *s <= '9' && baud < 1000000; s++)
		baud = baud * 10 + (unsigned int)(*s - '0');
	if (baud)
		tty_set_baud(t, baud);
	if (*s == 'n' || *s == 'o' || *s == 'e') {
		t->c_cflag &= ~(PARENB | PARODD);
		if (*s != 'n')
			t->c_cflag |= *s == 'o' ? PARENB | PARODD : PARENB;
		s++;
	}
	if (*s >= '5' && *s <= '8')
		t->c_cflag = (t->c_cflag & ~CSIZE) | sizes[*s++ - '5'];
	if (*s == 'r')
		t->c_cflag |= CRTSCTS;
}

/* Speeds follow the code in c_cflag unless that is BOTHER. */
static void settle_speeds(struct termios2_abi *t)
{
	u32 in = (t->c_cflag & CIBAUD) >> IBSHIFT;

	t->c_ospeed = code_rate(t->c_cflag & CBAUD, t->c_ospeed);
	t->c_ispeed = in ? code_rate(in, t->c_ispeed) : t->c_ospeed;
}

void tty_set_termios_locked(struct tty *tty, const struct termios2_abi *want)
{
	struct termios2_abi old = tty->termios;

	tty->termios = *want;
	tty->termios.c_line = old.c_line;
	settle_speeds(&tty->termios);
	if (tty->driver->ops->termios_changed)
		tty->driver->ops->termios_changed(tty, &old);
	if (tty->n)
		n_tty_termios_changed(tty->n, old.c_lflag);
	if ((old.c_iflag & IXON) && !(tty->termios.c_iflag & IXON))
		tty_stop_locked(tty, false);
	tty_wake_readers(tty);
	tty_wake_writers(tty);
}

#define HOW_NOW	  0
#define HOW_DRAIN 1
#define HOW_FLUSH 2

static long set_modes(struct tty *tty, const struct termios2_abi *want, int how)
{
	long err = tty_check_change(tty, SIGTTOU);

	if (!err && how != HOW_NOW)
		err = tty_drain(tty, TIMEOUT_NEVER);
	if (err)
		return err;
	mutex_lock(&tty->lock);
	if (how == HOW_FLUSH && tty->n)
		tty_flush_input_locked(tty);
	tty_set_termios_locked(tty, want);
	mutex_unlock(&tty->lock);
	return 0;
}

static struct termios2_abi current_modes(struct tty *tty)
{
	struct termios2_abi t;

	mutex_lock(&tty->lock);
	t = tty->termios;
	mutex_unlock(&tty->lock);
	return t;
}

static long set_termios(struct tty *tty, const void __user *arg, int how)
{
	struct termios2_abi t = current_modes(tty);

	if (copy_from_user(&t, arg, sizeof(struct termios_abi)))
		return -EFAULT;
	return set_modes(tty, &t, how);
}

static long set_termios2(struct tty *tty, const void __user *arg, int how)
{
	struct termios2_abi t;

	return copy_from_user(&t, arg, sizeof(t)) ? -EFAULT : set_modes(tty, &t, how);
}

/* The oldest shape has the low halves only. */
static long set_termio(struct tty *tty, const void __user *arg, int how)
{
	struct termios2_abi t = current_modes(tty);
	struct termio_abi io;

	if (copy_from_user(&io, arg, sizeof(io)))
		return -EFAULT;
	t.c_iflag = (t.c_iflag & 0xffff0000) | io.c_iflag;
	t.c_oflag = (t.c_oflag & 0xffff0000) | io.c_oflag;
	t.c_cflag = (t.c_cflag & 0xffff0000) | io.c_cflag;
	t.c_lflag = (t.c_lflag & 0xffff0000) | io.c_lflag;
	memcpy(t.c_cc, io.c_cc, NCC);
	return set_modes(tty, &t, how);
}

static long get_termio(struct tty *tty, void __user *arg)
{
	struct termios2_abi t = current_modes(tty);
	struct termio_abi io = { (u16)t.c_iflag, (u16)t.c_oflag, (u16)t.c_cflag,
				 (u16)t.c_lflag, t.c_line,	 { 0 } };

	memcpy(io.c_cc, t.c_cc, NCC);
	return copy_to_user(arg, &io, sizeof(io));
}

static long soft_carrier(struct tty *tty, unsigned int cmd, void __user *arg)
{
	struct termios2_abi t = current_modes(tty);
	u32 on;

	if (cmd == TIOCGSOFTCAR)
		return put_user((u32) !!(t.c_cflag & CLOCAL), (u32 __user *)arg);
	if (get_user(on, (u32 __user *)arg))
		return -EFAULT;
	t.c_cflag = (t.c_cflag & ~CLOCAL) | (on ? CLOCAL : 0);
	return set_modes(tty, &t, HOW_NOW);
}

long tty_termios_ioctl(struct tty *tty, unsigned int cmd, unsigned long arg)
{
	void __user *p = (void __user *)arg;
	struct termios2_abi t;

	switch (cmd) {
	case TCGETS:
	case TCGETS2:
		t = current_modes(tty);
		return copy_to_user(p, &t, cmd == TCGETS2 ? sizeof(t) : sizeof(struct termios_abi));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_termios(tty, p, (int)(cmd - TCSETS));
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
		return set_termios2(tty, p, (int)(cmd - TCSETS2));
	case TCGETA:
		return get_termio(tty, p);
	case TCSETA:
	case TCSETAW:
	case TCSETAF:
		return set_termio(tty, p, (int)(cmd - TCSETA));
	case TIOCGSOFTCAR:
	case TIOCSSOFTCAR:
		return soft_carrier(tty, cmd, p);
	case TIOCGLCKTRMIOS: /* nothing is ever locked */
		memset(&t, 0, sizeof(t));
		return copy_to_user(p, &t, sizeof(struct termios_abi));
	default:
		return -ENOIOCTLCMD;
	}
}
