/* Terminals and job control: the controlling terminal, tty signals, background access, hang-up. */
#include "abitest.h"
#include "ttyutil.h"
#include <sys/ioctl.h>

static int master, slave;

/* A child in a session of its own on a new pty runs fn; the status word comes back. */
static pid_t session_start(void (*fn)(void))
{
	pid_t pid;

	master = t_pty(&slave);
	pid = t_fork();
	if (!pid) {
		tty_take(slave);
		fn();
		t_exit();
	}
	return pid;
}

static void session_ok(void (*fn)(void))
{
	t_wait_ok(session_start(fn));
}

static void acquire(void)
{
	int n = -1, fd;

	CHECK_EQ(tcgetpgrp(slave), getpgrp());
	CHECK_OK(ioctl(slave, TIOCGSID, &n));
	CHECK_EQ(n, getsid(0));
	CHECK_OK(ioctl(slave, TIOCSCTTY, 0)); /* once more: no error */
	fd = OK(open("/dev/tty", O_RDWR));
	CHECK_EQ(tcgetpgrp(fd), getpgrp());
	CHECK_OK(ioctl(fd, TIOCNOTTY, 0));
	CHECK_ERR(open("/dev/tty", O_RDWR), ENXIO);
	CHECK_ERR(ioctl(slave, TIOCGPGRP, &n), ENOTTY);
}

TEST(job, controlling_terminal)
{
	signal(SIGHUP, SIG_IGN);
	session_ok(acquire);
}

static void acquire_by_open(void)
{
	int n = -1, m, s;
	char name[32];

	OK(ioctl(slave, TIOCNOTTY, 0));
	m = t_pty(&s);
	OK(ioctl(m, TIOCGPTN, &n));
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	OK(open(name, O_RDWR | O_NOCTTY));
	CHECK_ERR(open("/dev/tty", O_RDWR), ENXIO);
	OK(open(name, O_RDWR)); /* a leader without one gets it */
	CHECK_OK(open("/dev/tty", O_RDWR));
}

TEST(job, acquired_by_open)
{
	signal(SIGHUP, SIG_IGN);
	signal(SIGCONT, SIG_IGN);
	session_ok(acquire_by_open);
}

static void acquire_errors(void)
{
	int s;
	pid_t pid;

	t_pty(&s);
	CHECK_ERR(ioctl(s, TIOCSCTTY, 0), EPERM); /* has one already */
	CHECK_ERR(tcsetpgrp(slave, 1 << 20), ESRCH);
	CHECK_ERR(tcsetpgrp(slave, -5), EINVAL);
	CHECK_ERR(tcsetpgrp(s, getpgrp()), ENOTTY);
	pid = t_fork();
	if (!pid) {
		CHECK_ERR(ioctl(s, TIOCSCTTY, 0), EPERM); /* not the leader */
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(job, errors)
{
	session_ok(acquire_errors);
}

static void wait_for_signal(void)
{
	CHECK_EQ(write(slave, "ready", 5), 5);
	for (;;)
		pause();
}

static int signal_typed(const char *key)
{
	pid_t pid = session_start(wait_for_signal);
	char buf[64];
	int n = 0;

	while (n < 5)
		n += OK(read(master, buf + n, 5 - n));
	tty_put(master, key);
	return t_wait(pid);
}

TEST(job, keys_send_signals)
{
	CHECK_EQ(WTERMSIG(signal_typed("\003")), SIGINT);
	CHECK_EQ(WTERMSIG(signal_typed("\034")), SIGQUIT);
	CHECK_EQ(WTERMSIG(signal_typed("abc\003")), SIGINT);
}

TEST(job, interrupt_flushes_input_and_echoes)
{
	char buf[64];
	struct termios t;
	int n = 0;

	t_wait(session_start(acquire)); /* leaves a fresh pty behind */
	tty_drain(master, buf, sizeof(buf));
	tty_put(master, "abc");
	tty_drain(master, buf, sizeof(buf));
	CHECK_STR(buf, "abc");
	tty_put(master, "\003");
	tty_drain(master, buf, sizeof(buf));
	CHECK_STR(buf, "^C");
	CHECK_OK(ioctl(slave, FIONREAD, &n));
	CHECK_EQ(n, 0);
	OK(tcgetattr(slave, &t));
	t.c_lflag |= NOFLSH;
	OK(tcsetattr(slave, TCSANOW, &t));
	tty_put(master, "ab\003\n");
	CHECK_EQ(read(slave, buf, 64), 3);
}

/* A job: a child in a group of its own, as a shell makes them. */
static pid_t start_job(void (*fn)(void))
{
	pid_t pid = t_fork();

	if (!pid) {
		setpgid(0, 0);
		fn();
		t_exit();
	}
	setpgid(pid, pid);
	return pid;
}

static void job_reads(void)
{
	char c;

	CHECK_EQ(read(slave, &c, 1), 1);
}

static void shell_background_read(void)
{
	pid_t pid = start_job(job_reads);
	int st;

	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTTIN);
	CHECK_OK(tcsetpgrp(slave, pid));
	kill(-pid, SIGCONT);
	t_msleep(20);
	CHECK_EQ(write(master, "x\n", 2), 2);
	CHECK_EQ(t_wait(pid), 0);
}

TEST(job, background_read_stops)
{
	session_ok(shell_background_read);
}

static void job_writes(void)
{
	CHECK_EQ(write(slave, "y", 1), 1);
}

static void shell_background_write(void)
{
	struct termios t;
	pid_t pid = start_job(job_writes);
	int st;

	CHECK_EQ(t_wait(pid), 0); /* allowed without TOSTOP */
	OK(tcgetattr(slave, &t));
	t.c_lflag |= TOSTOP;
	OK(tcsetattr(slave, TCSANOW, &t));
	pid = start_job(job_writes);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTTOU);
	kill(pid, SIGKILL);
	t_wait(pid);
}

TEST(job, background_write_with_tostop)
{
	session_ok(shell_background_write);
}

static void job_sets(void)
{
	struct termios t;

	CHECK_OK(tcgetattr(slave, &t));
	CHECK_OK(tcsetattr(slave, TCSANOW, &t));
}

static void job_sets_ignoring(void)
{
	signal(SIGTTOU, SIG_IGN);
	job_sets();
	CHECK_OK(tcsetpgrp(slave, getpgrp()));
}

static void job_sets_group(void)
{
	tcsetpgrp(slave, getpgrp());
}

static void shell_background_set(void)
{
	pid_t pid = start_job(job_sets);
	int st;

	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTTOU);
	kill(pid, SIGKILL);
	t_wait(pid);
	pid = start_job(job_sets_group);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTTOU);
	kill(pid, SIGKILL);
	t_wait(pid);
	pid = start_job(job_sets_ignoring);
	CHECK_EQ(t_wait(pid), 0);
}

TEST(job, background_tcsetattr_stops)
{
	session_ok(shell_background_set);
}

static void job_reads_ignoring(void)
{
	char c;

	signal(SIGTTIN, SIG_IGN);
	CHECK_ERR(read(slave, &c, 1), EIO);
}

static void shell_background_ignoring(void)
{
	CHECK_EQ(t_wait(start_job(job_reads_ignoring)), 0);
}

TEST(job, background_read_ignoring_is_eio)
{
	session_ok(shell_background_ignoring);
}

static void job_waits(void)
{
	for (;;)
		pause();
}

static void shell_suspend(void)
{
	pid_t pid = start_job(job_waits);
	int st;

	OK(tcsetpgrp(slave, pid));
	CHECK_EQ(write(master, "\032", 1), 1);
	CHECK_EQ(waitpid(pid, &st, WUNTRACED), pid);
	CHECK(WIFSTOPPED(st) && WSTOPSIG(st) == SIGTSTP);
	signal(SIGTTOU, SIG_IGN);
	CHECK_OK(tcsetpgrp(slave, getpgrp()));
	CHECK_EQ(tcgetpgrp(slave), getpgrp());
	kill(-pid, SIGCONT);
	CHECK_EQ(waitpid(pid, &st, WCONTINUED), pid);
	kill(-pid, SIGTERM);
	CHECK_EQ(t_wait(pid), SIGTERM);
}

TEST(job, suspend_and_resume)
{
	session_ok(shell_suspend);
}

static void winch_waits(void)
{
	struct winsize ws = { 30, 100, 0, 0 };

	t_count_signal(SIGWINCH, 0);
	CHECK_OK(ioctl(slave, TIOCSWINSZ, &ws));
	CHECK(t_until(t_signals[SIGWINCH] == 1));
	CHECK_OK(ioctl(slave, TIOCSWINSZ, &ws)); /* the same size: no signal */
	t_msleep(20);
	CHECK_EQ(t_signals[SIGWINCH], 1);
	ws.ws_row++;
	CHECK_OK(ioctl(master, TIOCSWINSZ, &ws));
	CHECK(t_until(t_signals[SIGWINCH] == 2));
}

TEST(job, window_change)
{
	session_ok(winch_waits);
}

static void sees_hangup(void)
{
	char c;

	t_count_signal(SIGHUP, SA_RESTART);
	t_count_signal(SIGCONT, SA_RESTART);
	CHECK_EQ(write(slave, "r", 1), 1);
	close(master);
	CHECK(t_until(t_signals[SIGHUP] == 1));
	CHECK(t_until(t_signals[SIGCONT] == 1));
	CHECK_EQ(read(slave, &c, 1), 0);
}

TEST(job, master_close_hangs_up)
{
	pid_t pid = session_start(sees_hangup);
	char c;

	CHECK_EQ(read(master, &c, 1), 1);
	close(slave);
	close(master);
	t_wait_ok(pid);
}

static int hup_pipe[2], ready_pipe[2];

static void leader_with_job(void)
{
	pid_t pid = fork();
	char c;

	if (!pid) {
		close(master);
		t_count_signal(SIGHUP, 0);
		CHECK_EQ(write(ready_pipe[1], "r", 1), 1);
		while (!t_signals[SIGHUP])
			pause();
		_exit(write(hup_pipe[1], "h", 1) != 1);
	}
	CHECK_EQ(read(ready_pipe[0], &c, 1), 1);
}

/* The session leader ends: the foreground group gets SIGHUP. */
TEST(job, leader_exit_hangs_up)
{
	char c = 0;

	OK(pipe(hup_pipe));
	OK(pipe(ready_pipe));
	t_wait_ok(session_start(leader_with_job));
	close(hup_pipe[1]);
	CHECK(read(hup_pipe[0], &c, 1) == 1 && c == 'h');
}

static void inject(void)
{
	char buf[8];

	CHECK_OK(ioctl(slave, TIOCSTI, "z"));
	CHECK_OK(ioctl(slave, TIOCSTI, "\n"));
	CHECK_EQ(read(slave, buf, 8), 2);
	CHECK_EQ(buf[0], 'z');
}

TEST_FLAGS(job, tiocsti, TEST_ROOT)
{
	if (!t_native())
		t_skip("newer kernels switch it off");
	session_ok(inject);
}

static void vhangup_kills(void)
{
	close(master);
	for (;;)
		pause();
}

TEST(job, default_hup_ends_session)
{
	pid_t pid = session_start(vhangup_kills);

	t_until(t_proc_state(pid) == 'S' && getsid(pid) == pid && tcgetpgrp(master) == pid);
	close(slave);
	close(master);
	CHECK_EQ(t_wait(pid), SIGHUP);
}

static void stat_shows_tty(void)
{
	char text[512], *p;
	int ppid, pgrp, sid, tty, tpgid;

	t_read_file("/proc/self/stat", text, sizeof(text));
	p = strrchr(text, ')');
	CHECK_EQ(sscanf(p + 4, "%d %d %d %d %d", &ppid, &pgrp, &sid, &tty, &tpgid), 5);
	CHECK(pgrp == getpgrp() && sid == getsid(0) && tpgid == pgrp);
	CHECK_EQ(tty >> 8 & 0xff, 136);
}

TEST(job, proc_stat_names_tty)
{
	session_ok(stat_shows_tty);
}
