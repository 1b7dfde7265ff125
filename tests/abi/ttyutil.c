/* See ttyutil.h. */
#include "abitest.h"
#include "ttyutil.h"
#include <poll.h>
#include <sys/ioctl.h>

void tty_put(int master, const char *text)
{
	size_t len = strlen(text);

	CHECK_EQ(write(master, text, len), len);
	t_msleep(5); /* Linux hands the bytes over in a worker */
}

size_t tty_drain(int master, char *buf, size_t size)
{
	struct pollfd p = { master, POLLIN, 0 };
	size_t got = 0;
	ssize_t n;

	while (got < size - 1 && poll(&p, 1, 30) > 0 &&
	       (n = read(master, buf + got, size - 1 - got)) > 0)
		got += n;
	buf[got] = 0;
	return got;
}

void tty_raw(int slave, int vmin, int vtime)
{
	struct termios t;

	OK(tcgetattr(slave, &t));
	cfmakeraw(&t);
	t.c_cc[VMIN] = vmin;
	t.c_cc[VTIME] = vtime;
	OK(tcsetattr(slave, TCSANOW, &t));
}

void tty_take(int slave)
{
	OK(setsid());
	OK(ioctl(slave, TIOCSCTTY, 0));
}
