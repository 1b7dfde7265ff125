/* The line discipline, through pty pairs: canonical and raw input, echo, editing, output
 * processing, VMIN and VTIME. */
#include "abitest.h"
#include "ttyutil.h"
#include <poll.h>
#include <sys/ioctl.h>

TEST(tty, defaults)
{
	struct termios t;
	int s, m = t_pty(&s);

	CHECK(m >= 0 && isatty(s) && isatty(m));
	OK(tcgetattr(s, &t));
	CHECK_EQ(t.c_iflag, ICRNL | IXON);
	CHECK_EQ(t.c_oflag, OPOST | ONLCR);
	CHECK_EQ(t.c_cflag & (CSIZE | CREAD | PARENB), CS8 | CREAD);
	CHECK_EQ(t.c_lflag, ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN);
	CHECK(t.c_cc[VINTR] == 3 && t.c_cc[VQUIT] == 28 && t.c_cc[VERASE] == 127);
	CHECK(t.c_cc[VKILL] == 21 && t.c_cc[VEOF] == 4 && t.c_cc[VSUSP] == 26);
	CHECK(t.c_cc[VSTART] == 17 && t.c_cc[VSTOP] == 19 && t.c_cc[VWERASE] == 23);
	CHECK(t.c_cc[VLNEXT] == 22 && t.c_cc[VREPRINT] == 18);
	CHECK_EQ(cfgetospeed(&t), B38400);
}

TEST(tty, canonical_line)
{
	int s, m = t_pty(&s);
	char buf[32];

	fcntl(s, F_SETFL, O_NONBLOCK);
	tty_put(m, "abc");
	CHECK_ERR(read(s, buf, 32), EAGAIN); /* no line yet */
	tty_put(m, "d\rnext\r");
	CHECK_EQ(read(s, buf, 32), 5); /* one line a read, CR became NL */
	CHECK(!memcmp(buf, "abcd\n", 5));
	CHECK_EQ(read(s, buf, 2), 2);
	CHECK_EQ(read(s, buf, 32), 3);
	CHECK(!memcmp(buf, "xt\n", 3));
	CHECK_ERR(read(s, buf, 32), EAGAIN);
}

static void check_line(const char *typed, const char *want)
{
	int s, m = t_pty(&s);
	char buf[64] = "";
	ssize_t n;

	fcntl(s, F_SETFL, O_NONBLOCK);
	tty_put(m, typed);
	n = read(s, buf, sizeof(buf) - 1);
	buf[n > 0 ? n : 0] = 0;
	CHECK_STR(buf, want);
	close(m);
	close(s);
}

TEST(tty, line_editing)
{
	check_line("abx\177c\r", "abc\n");
	check_line("\177\177ab\r", "ab\n");		 /* erase at the start does nothing */
	check_line("wrong line\025right\r", "right\n");	 /* kill */
	check_line("one two\027three\r", "one three\n"); /* word erase */
	check_line("one two  \027x\r", "one x\n");
	check_line("a\026\003b\r", "a\003b\n"); /* literal next */
	check_line("a\026\177b\r", "a\177b\n");
	check_line("a\r\n", "a\n");
	check_line("a\021b\r", "ab\n"); /* XON is not data */
}

TEST(tty, end_of_file)
{
	int s, m = t_pty(&s);
	char buf[8];

	tty_put(m, "\004");
	CHECK_EQ(read(s, buf, 8), 0);
	tty_put(m, "ab\004");
	CHECK_EQ(read(s, buf, 8), 2); /* pushes what is there */
	tty_put(m, "cd\n\004");
	CHECK_EQ(read(s, buf, 8), 3);
	CHECK_EQ(read(s, buf, 8), 0);
}

TEST(tty, extra_line_ends)
{
	int s, m = t_pty(&s);
	struct termios t;
	char buf[8];

	OK(tcgetattr(s, &t));
	t.c_cc[VEOL] = ';';
	t.c_cc[VEOL2] = '!';
	OK(tcsetattr(s, TCSANOW, &t));
	tty_put(m, "ab;c!d\n");
	CHECK(read(s, buf, 8) == 3 && buf[2] == ';');
	CHECK(read(s, buf, 8) == 2 && buf[1] == '!');
	CHECK(read(s, buf, 8) == 2 && buf[1] == '\n');
}

static void check_echo(unsigned off, unsigned on, const char *typed, const char *want)
{
	int s, m = t_pty(&s);
	struct termios t;
	char buf[128];

	OK(tcgetattr(s, &t));
	t.c_lflag = (t.c_lflag & ~off) | on;
	OK(tcsetattr(s, TCSANOW, &t));
	tty_put(m, typed);
	tty_drain(m, buf, sizeof(buf));
	CHECK_STR(buf, want);
	close(m);
	close(s);
}

TEST(tty, echo)
{
	check_echo(0, 0, "ab\r", "ab\r\n");
	check_echo(0, 0, "ab\177", "ab\b \b");
	check_echo(0, 0, "a\001\177", "a^A\b \b\b \b");
	check_echo(0, 0, "a\tb\177\177", "a\tb\b \b\b\b\b\b\b\b\b");
	check_echo(0, 0, "abc\025", "abc\b \b\b \b\b \b");
	check_echo(0, 0, "a b\027", "a b\b \b");
	check_echo(ECHOKE, 0, "abc\025", "abc^U\r\n");
	check_echo(0, 0, "\033[A", "^[[A");
	check_echo(ECHOCTL, 0, "\001", "\001");
	check_echo(ECHO, 0, "abc\r", "");
	check_echo(ECHO, ECHONL, "abc\r", "\r\n");
	check_echo(0, 0, "ab\022", "ab^R\r\nab");
	check_echo(0, 0, "\004", "");
	check_echo(0, ECHOPRT, "ab\177\177c", "ab\\ba/c");
	check_echo(ECHOE | ECHOK, 0, "ab\177", "ab^?");
}

TEST(tty, raw_sees_every_byte)
{
	int s, m = t_pty(&s);
	char buf[16] = "";

	tty_raw(s, 1, 0);
	tty_put(m, "a\r\003\004\177");
	CHECK_EQ(read(s, buf, 16), 5);
	CHECK_STR(buf, "a\r\003\004\177");
	CHECK_EQ(write(s, "x\n", 2), 2);
	CHECK_EQ(read(m, buf, 16), 2); /* no output processing, no echo */
	CHECK(buf[0] == 'x' && buf[1] == '\n');
}

TEST(tty, vmin_vtime)
{
	int s, m = t_pty(&s);
	char buf[16];
	long long begin;

	tty_raw(s, 0, 0);
	CHECK_EQ(read(s, buf, 16), 0); /* polls */
	tty_raw(s, 0, 1);
	begin = t_now_ms();
	CHECK_EQ(read(s, buf, 16), 0);
	CHECK(t_now_ms() - begin >= 90 && t_now_ms() - begin < 1500);
	tty_put(m, "a");
	CHECK_EQ(read(s, buf, 16), 1);
	tty_raw(s, 3, 0);
	tty_put(m, "abcd");
	CHECK_EQ(read(s, buf, 16), 4);
	tty_put(m, "ab");
	fcntl(s, F_SETFL, O_NONBLOCK);
	CHECK_EQ(read(s, buf, 16), 2); /* non-blocking: what there is */
	CHECK_ERR(read(s, buf, 16), EAGAIN);
}

TEST(tty, vmin_waits_for_enough)
{
	int s, m = t_pty(&s);
	char buf[16];
	pid_t pid;

	tty_raw(s, 3, 0);
	pid = t_fork();
	if (!pid) {
		for (int i = 0; i < 3; i++) {
			t_msleep(20);
			tty_put(m, "x");
		}
		t_exit();
	}
	CHECK_EQ(read(s, buf, 16), 3);
	t_wait_ok(pid);
}

TEST(tty, vmin_with_interbyte_timer)
{
	int s, m = t_pty(&s);
	char buf[16];
	long long begin;

	tty_raw(s, 5, 1);
	tty_put(m, "ab");
	begin = t_now_ms();
	CHECK_EQ(read(s, buf, 16), 2); /* 0.1 s after the last byte */
	CHECK(t_now_ms() - begin >= 90 && t_now_ms() - begin < 1500);
}

TEST(tty, switch_to_raw_makes_the_partial_line_readable)
{
	int s, m = t_pty(&s);
	char buf[16];

	tty_put(m, "abc");
	tty_raw(s, 1, 0);
	CHECK_EQ(read(s, buf, 16), 3);
}

static void check_input(unsigned iflag, const char *typed, const char *want)
{
	int s, m = t_pty(&s);
	struct termios t;
	char buf[32] = "";
	ssize_t n;

	tty_raw(s, 0, 1);
	OK(tcgetattr(s, &t));
	t.c_iflag = iflag;
	OK(tcsetattr(s, TCSANOW, &t));
	tty_put(m, typed);
	n = read(s, buf, 31);
	buf[n > 0 ? n : 0] = 0;
	CHECK_STR(buf, want);
	close(m);
	close(s);
}

TEST(tty, input_flags)
{
	check_input(0, "a\rb\n", "a\rb\n");
	check_input(ICRNL, "a\rb", "a\nb");
	check_input(INLCR, "a\nb", "a\rb");
	check_input(IGNCR, "a\rb\n", "ab\n");
	check_input(ISTRIP, "\341", "a");
	check_input(IUCLC, "ABC", "ABC"); /* only with IEXTEN */
}

static void check_output(unsigned oflag, const char *written, const char *want)
{
	int s, m = t_pty(&s);
	struct termios t;
	char buf[64];

	OK(tcgetattr(s, &t));
	t.c_oflag = oflag;
	OK(tcsetattr(s, TCSANOW, &t));
	CHECK_EQ(write(s, written, strlen(written)), strlen(written));
	tty_drain(m, buf, sizeof(buf));
	CHECK_STR(buf, want);
	close(m);
	close(s);
}

TEST(tty, output_flags)
{
	check_output(0, "a\nb\tc", "a\nb\tc");
	check_output(OPOST | ONLCR, "a\nb", "a\r\nb");
	check_output(OPOST | OCRNL, "a\rb", "a\nb");
	check_output(OPOST | ONOCR, "\ra\rb", "a\rb");
	check_output(OPOST | XTABS, "ab\tc", "ab      c");
	check_output(OPOST | OLCUC, "abC", "ABC");
	check_output(ONLCR, "a\n", "a\n"); /* nothing without OPOST */
}

TEST(tty, long_line_is_cut)
{
	static char line[5000], buf[5000];
	int s, m = t_pty(&s);
	struct termios t;

	OK(tcgetattr(s, &t));
	t.c_lflag &= ~ECHO;
	OK(tcsetattr(s, TCSANOW, &t));
	memset(line, 'x', sizeof(line));
	fcntl(m, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 50; i++) {
		if (write(m, line, 100) < 0)
			t_msleep(5);
	}
	tty_put(m, "\n");
	CHECK_EQ(read(s, buf, sizeof(buf)), 4096); /* 4095 and the newline */
	CHECK_EQ(buf[4095], '\n');
}

TEST(tty, ioctls)
{
	int s, m = t_pty(&s), n = -1;
	struct winsize ws = { 25, 80, 0, 0 }, got;

	CHECK_OK(ioctl(s, TIOCGWINSZ, &got));
	CHECK(got.ws_row == 0 && got.ws_col == 0);
	CHECK_OK(ioctl(m, TIOCSWINSZ, &ws));
	CHECK_OK(ioctl(s, TIOCGWINSZ, &got));
	CHECK(got.ws_row == 25 && got.ws_col == 80);
	tty_raw(s, 1, 0);
	tty_put(m, "abc");
	CHECK(t_until(ioctl(s, FIONREAD, &n) == 0 && n == 3));
	CHECK_EQ(write(s, "xy", 2), 2);
	CHECK(t_until(ioctl(m, FIONREAD, &n) == 0 && n == 2));
	CHECK_OK(ioctl(s, TIOCOUTQ, &n));
	CHECK_OK(ioctl(s, TIOCGETD, &n));
	CHECK_EQ(n, 0);
	CHECK_ERR(ioctl(s, TCGETS, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(s, 0x5499, &n), ENOTTY);
	CHECK_OK(ioctl(s, TIOCEXCL, 0));
	CHECK_OK(ioctl(s, TIOCNXCL, 0));
}

TEST(tty, flush)
{
	int s, m = t_pty(&s);
	char buf[8];

	tty_raw(s, 1, 0);
	fcntl(s, F_SETFL, O_NONBLOCK);
	tty_put(m, "abc");
	CHECK_OK(tcflush(s, TCIFLUSH));
	CHECK_ERR(read(s, buf, 8), EAGAIN);
	tty_put(m, "abc");
	CHECK_OK(tcflush(s, TCOFLUSH));
	CHECK_EQ(read(s, buf, 8), 3);
	CHECK_ERR(tcflush(s, 77), EINVAL);
	tty_put(m, "abc");
	struct termios t;

	OK(tcgetattr(s, &t));
	CHECK_OK(tcsetattr(s, TCSAFLUSH, &t));
	CHECK_ERR(read(s, buf, 8), EAGAIN);
	CHECK_OK(tcdrain(s));
	CHECK_OK(tcsendbreak(s, 0));
}

TEST(tty, flow_control)
{
	int s, m = t_pty(&s);
	char buf[8];

	fcntl(m, F_SETFL, O_NONBLOCK);
	fcntl(s, F_SETFL, O_NONBLOCK);
	tty_put(m, "\023"); /* XOFF */
	errno = 0;
	CHECK(write(s, "x", 1) < 0 && errno == EAGAIN);
	CHECK_ERR(read(m, buf, 8), EAGAIN);
	tty_put(m, "\021");
	CHECK_EQ(write(s, "y", 1), 1);
	CHECK(t_until(read(m, buf, 8) == 1));
	CHECK_OK(tcflow(s, TCOOFF));
	CHECK(write(s, "x", 1) < 0 && errno == EAGAIN);
	CHECK_OK(tcflow(s, TCOON));
	CHECK_EQ(write(s, "x", 1), 1);
}

TEST(tty, poll_follows_lines)
{
	int s, m = t_pty(&s);
	struct pollfd p = { s, POLLIN | POLLOUT, 0 };

	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLOUT);
	tty_put(m, "abc");
	poll(&p, 1, 20);
	CHECK_EQ(p.revents, POLLOUT);
	tty_put(m, "\n");
	poll(&p, 1, 20);
	CHECK_EQ(p.revents, POLLIN | POLLOUT);
}

/* Ptys */

TEST(pty, hang_up)
{
	int s, m = t_pty(&s);
	char buf[8];
	struct pollfd p = { 0, POLLIN, 0 };

	close(s);
	CHECK_ERR(read(m, buf, 8), EIO);
	m = t_pty(&s);
	close(m);
	CHECK_EQ(read(s, buf, 8), 0);
	CHECK_ERR(write(s, "x", 1), EIO);
	p.fd = s;
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK(p.revents & POLLHUP);
	struct termios t;

	CHECK_ERR(tcgetattr(s, &t), EIO);
}

TEST(pty, output_left_is_still_read)
{
	int s, m = t_pty(&s);
	char buf[8];

	CHECK_EQ(write(s, "bye", 3), 3);
	close(s);
	CHECK_EQ(read(m, buf, 8), 3);
	CHECK_ERR(read(m, buf, 8), EIO);
}

TEST(pty, locked_until_unlocked)
{
	int m = OK(open("/dev/ptmx", O_RDWR | O_NOCTTY)), n = -1, lock = -1;
	char name[32];

	OK(ioctl(m, TIOCGPTN, &n));
	CHECK_OK(ioctl(m, 0x80045439 /* TIOCGPTLCK */, &lock));
	CHECK_EQ(lock, 1);
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	CHECK_ERR(open(name, O_RDWR | O_NOCTTY), EIO);
	lock = 0;
	CHECK_OK(ioctl(m, TIOCSPTLCK, &lock));
	CHECK_OK(open(name, O_RDWR | O_NOCTTY));
}

TEST(pty, node)
{
	int s, m = t_pty(&s), n = -1;
	char name[32], link[64] = "", proc[32];
	struct stat st;

	OK(ioctl(m, TIOCGPTN, &n));
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	OK(stat(name, &st));
	CHECK_EQ(st.st_rdev >> 8, 136);
	CHECK_EQ(st.st_rdev & 255, n);
	CHECK_EQ(st.st_uid, geteuid());
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", s);
	CHECK(readlink(proc, link, 63) > 0);
	CHECK_STR(link, name);
	close(s);
	close(m);
	CHECK_ERR(stat(name, &st), ENOENT);
}

TEST(pty, packet_mode)
{
	int s, m = t_pty(&s), on = 1;
	char buf[16];

	CHECK_OK(ioctl(m, TIOCPKT, &on));
	CHECK_EQ(write(s, "ab", 2), 2);
	CHECK_EQ(read(m, buf, 16), 3);
	CHECK(buf[0] == 0 && buf[1] == 'a');
	CHECK_OK(tcflush(s, TCIFLUSH));
	CHECK_EQ(read(m, buf, 16), 1);
	CHECK_EQ(buf[0] & TIOCPKT_FLUSHREAD, TIOCPKT_FLUSHREAD);
	CHECK_EQ(poll(&(struct pollfd){ m, POLLIN | POLLPRI, 0 }, 1, 0), 0);
}

TEST(pty, many_at_once)
{
	int m[20], s[20];
	char c;

	for (int i = 0; i < 20; i++)
		m[i] = t_pty(&s[i]);
	for (int i = 0; i < 20; i++) {
		CHECK_EQ(write(s[i], &(char){ 'a' + i }, 1), 1);
		CHECK(read(m[i], &c, 1) == 1 && c == 'a' + i);
	}
}

TEST(pty, bulk)
{
	static char buf[8192];
	int s, m = t_pty(&s);
	size_t got = 0;
	pid_t pid;

	tty_raw(s, 1, 0);
	pid = t_fork();
	if (!pid) {
		close(m);
		memset(buf, 'x', sizeof(buf));
		for (int i = 0; i < 16; i++)
			CHECK_EQ(write(s, buf, sizeof(buf)), sizeof(buf));
		t_exit();
	}
	close(s);
	for (ssize_t n; (n = read(m, buf, sizeof(buf))) > 0;)
		got += n;
	CHECK_EQ(got, 16 * sizeof(buf));
	t_wait_ok(pid);
}
