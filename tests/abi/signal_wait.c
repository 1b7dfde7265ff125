/* sigsuspend, pause, sigtimedwait, signalfd, and what a signal does to each slow call. */
#include "abitest.h"
#include "futexcall.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

static void alarm_in_ms(int ms)
{
	struct itimerval it = {
		{ 0, ms * 1000 }, { 0, ms * 1000 }
	}; /* repeats: a loaded machine may be late for one */

	OK(setitimer(ITIMER_REAL, &it, NULL));
}

TEST(sigwait, sigsuspend)
{
	sigset_t none, now;

	sigemptyset(&none);
	t_count_signal(SIGALRM, 0);
	t_block(SIGALRM);
	alarm_in_ms(20);
	t_msleep(60);
	CHECK_EQ(t_signals[SIGALRM], 0);
	CHECK_ERR(sigsuspend(&none), EINTR);
	CHECK(t_signals[SIGALRM] >= 1);
	sigprocmask(0, NULL, &now);
	CHECK(sigismember(&now, SIGALRM));
	CHECK_ERR(syscall(SYS_rt_sigsuspend, BAD_PTR, 8), EFAULT);
	CHECK_ERR(syscall(SYS_rt_sigsuspend, &none, 3), EINVAL);
}

TEST(sigwait, old_sigsuspend_call)
{
	t_count_signal(SIGALRM, 0);
	t_block(SIGALRM);
	alarm_in_ms(20);
	CHECK_ERR(syscall(72, 0, 0, 0), EINTR);
	CHECK(t_signals[SIGALRM] >= 1);
}

TEST(sigwait, pause)
{
	t_count_signal(SIGALRM, SA_RESTART);
	alarm_in_ms(20);
	CHECK_ERR(pause(), EINTR); /* never restarted */
}

TEST(sigwait, pause_ignores_ignored)
{
	long long begin = t_now_ms();
	pid_t pid, me = getpid();

	signal(SIGUSR1, SIG_IGN);
	t_count_signal(SIGUSR2, 0);
	pid = t_fork();
	if (!pid) {
		t_msleep(20);
		kill(me, SIGUSR1);
		t_msleep(40);
		kill(me, SIGUSR2);
		_exit(0);
	}
	CHECK_ERR(pause(), EINTR);
	CHECK(t_now_ms() - begin >= 55);
	t_wait_ok(pid);
}

TEST(sigwait, sigtimedwait)
{
	struct timespec ts = { 0, 30000000 }, bad = { 0, 2000000000 };
	long long begin = t_now_ms();
	sigset_t set;
	siginfo_t si;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	CHECK_ERR(sigtimedwait(&set, &si, &ts), EAGAIN);
	CHECK(t_now_ms() - begin >= 29);
	CHECK_ERR(sigtimedwait(&set, &si, &bad), EINVAL);
	raise(SIGUSR1);
	CHECK_EQ(sigtimedwait(&set, &si, &ts), SIGUSR1);
	CHECK_EQ(si.si_signo, SIGUSR1);
	CHECK_EQ(si.si_pid, getpid());
	ts.tv_nsec = 0;
	CHECK_ERR(sigtimedwait(&set, &si, &ts), EAGAIN);
}

TEST(sigwait, sigtimedwait_interrupted)
{
	struct timespec ts = { 2, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	t_count_signal(SIGALRM, SA_RESTART);
	alarm_in_ms(20);
	CHECK_ERR(syscall(SYS_rt_sigtimedwait, &set, NULL, &ts, 8), EINTR);
}

TEST(sigwait, signalfd)
{
	sigset_t set;
	struct signalfd_siginfo si;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = OK(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
	CHECK_ERR(read(fd, &si, sizeof(si)), EAGAIN);
	CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0), 0);
	raise(SIGUSR1);
	sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 77 });
	CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0), 1);
	CHECK_ERR(read(fd, &si, sizeof(si) - 1), EINVAL);
	CHECK_EQ(read(fd, &si, sizeof(si)), 128);
	CHECK(si.ssi_signo == SIGUSR1 && (int)si.ssi_pid == getpid());
	CHECK_EQ(read(fd, &si, sizeof(si)), 128);
	CHECK(si.ssi_signo == (unsigned)SIGRTMIN && si.ssi_int == 77 && si.ssi_code == SI_QUEUE);
	sigdelset(&set, SIGUSR1);
	CHECK_EQ(signalfd(fd, &set, 0), fd);
	raise(SIGUSR1);
	CHECK_ERR(read(fd, &si, sizeof(si)), EAGAIN);
	signal(SIGUSR1, SIG_IGN);
}

/* Slow calls: each is run under a handler without and with SA_RESTART. */

static int pipe_fds[2], sock_fds[2];

static long slow_read_pipe(void)
{
	char c;

	return read(pipe_fds[0], &c, 1);
}

static long slow_write_pipe(void)
{
	static char big[200000];

	fcntl(pipe_fds[1], F_SETFL, O_NONBLOCK);
	while (write(pipe_fds[1], big, 4096) > 0)
		;
	fcntl(pipe_fds[1], F_SETFL, 0);
	return write(pipe_fds[1], big, 4096);
}

static long slow_recv(void)
{
	char c;

	return recv(sock_fds[0], &c, 1, 0);
}

static long slow_accept(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "" };
	int fd = OK(socket(AF_UNIX, SOCK_STREAM, 0));

	OK(bind(fd, (void *)&un, sizeof(sa_family_t)));
	OK(listen(fd, 1));
	return accept(fd, NULL, NULL);
}

static long slow_open_fifo(void)
{
	mkfifo("fifo", 0600);
	return open("fifo", O_RDONLY);
}

static long slow_wait(void)
{
	return waitpid(-1, NULL, 0);
}

static long slow_flock(void)
{
	int a = OK(open("lock", O_RDWR | O_CREAT, 0600)), b = OK(open("lock", O_RDWR));

	OK(flock(a, LOCK_EX));
	return flock(b, LOCK_EX);
}

static long slow_futex(void)
{
	static int word;

	return futex_wait(&word, 0, NULL);
}

static long slow_poll(void)
{
	return poll(&(struct pollfd){ pipe_fds[0], POLLIN, 0 }, 1, -1);
}

static long slow_select(void)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(pipe_fds[0], &set);
	return select(pipe_fds[0] + 1, &set, NULL, NULL, NULL);
}

static long slow_epoll(void)
{
	struct epoll_event ev;

	return epoll_wait(OK(epoll_create1(0)), &ev, 1, -1);
}

static long slow_nanosleep(void)
{
	struct timespec ts = { 5, 0 };

	return nanosleep(&ts, NULL);
}

static const struct slow {
	const char *name;
	long (*run)(void);
	int restarts;
} slow_calls[] = {
	{ "read pipe", slow_read_pipe, 1 }, { "write pipe", slow_write_pipe, 1 },
	{ "recv", slow_recv, 1 },	    { "accept", slow_accept, 1 },
	{ "open fifo", slow_open_fifo, 1 }, { "wait", slow_wait, 1 },
	{ "flock", slow_flock, 1 },	    { "futex", slow_futex, 1 },
	{ "poll", slow_poll, 0 },	    { "select", slow_select, 0 },
	{ "epoll_wait", slow_epoll, 0 },    { "nanosleep", slow_nanosleep, 0 },
};

/* 1: the call ended with EINTR; 2: it was still waiting well after the signal; 3: something else.
 */
static int slow_child(const struct slow *call, int flags)
{
	pid_t helper;

	OK(pipe(pipe_fds));
	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, sock_fds));
	t_count_signal(SIGALRM, flags);
	helper = call->run == slow_wait ? t_fork() : -1;
	if (!helper) {
		for (;;)
			pause();
	}
	alarm_in_ms(20);
	_exit(call->run() < 0 && errno == EINTR && t_signals[SIGALRM] ? 1 : 3);
}

static int slow_outcome(const struct slow *call, int flags, int want)
{
	pid_t pid = t_fork();
	int st;

	if (!pid)
		slow_child(call, flags);
	for (int i = 0; i < (want == 1 ? 500 : 12); i++) {
		t_msleep(10);
		if (waitpid(pid, &st, WNOHANG) == pid)
			return WEXITSTATUS(st);
	}
	kill(pid, SIGKILL);
	t_wait(pid);
	return 2;
}

TEST(sigwait, slow_calls_without_restart)
{
	for (size_t i = 0; i < ARRAY_SIZE(slow_calls); i++) {
		if (!CHECK_EQ(slow_outcome(&slow_calls[i], 0, 1), 1))
			t_note("in %s", slow_calls[i].name);
	}
}

TEST(sigwait, slow_calls_with_restart)
{
	for (size_t i = 0; i < ARRAY_SIZE(slow_calls); i++) {
		int want = slow_calls[i].restarts ? 2 : 1;

		if (!CHECK_EQ(slow_outcome(&slow_calls[i], SA_RESTART, want), want))
			t_note("in %s", slow_calls[i].name);
	}
}

TEST(sigwait, partial_transfer_is_not_an_error)
{
	static char big[300000];
	int fds[2];

	OK(pipe(fds));
	t_count_signal(SIGALRM, 0);
	alarm_in_ms(20);
	CHECK_EQ(write(fds[1], big, sizeof(big)), 65536);
	CHECK(t_signals[SIGALRM] >= 1);
}

TEST(sigwait, nanosleep_tells_the_rest)
{
	struct timespec ts = { 5, 0 }, left = { 0, 0 };

	t_count_signal(SIGALRM, 0);
	alarm_in_ms(30);
	CHECK_ERR(nanosleep(&ts, &left), EINTR);
	CHECK(left.tv_sec >= 1 && left.tv_sec < 5);
}

TEST(sigwait, stop_and_continue_resume_a_sleep)
{
	long long begin = t_now_ms();
	int st;
	pid_t pid = t_fork();

	if (!pid) {
		struct timespec ts = { 0, 150000000 };

		_exit(nanosleep(&ts, NULL) == 0 ? 0 : 1);
	}
	t_msleep(20);
	kill(pid, SIGSTOP);
	waitpid(pid, &st, WUNTRACED);
	t_msleep(30);
	kill(pid, SIGCONT);
	t_wait_ok(pid);
	CHECK(t_now_ms() - begin >= 145);
}

TEST(sigwait, stop_and_continue_resume_a_poll)
{
	int st;
	pid_t pid = t_fork();

	if (!pid)
		_exit(poll(NULL, 0, 150) == 0 ? 0 : 1);
	t_msleep(20);
	kill(pid, SIGSTOP);
	waitpid(pid, &st, WUNTRACED);
	kill(pid, SIGCONT);
	t_wait_ok(pid);
}
