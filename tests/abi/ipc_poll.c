/* poll, ppoll, select, pselect, epoll, eventfd. */
#include "abitest.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>

TEST(poll, time_out)
{
	long long begin = t_now_ms();

	CHECK_EQ(poll(NULL, 0, 50), 0);
	CHECK(t_now_ms() - begin >= 49 && t_now_ms() - begin < 1000);
	CHECK_EQ(poll(NULL, 0, 0), 0);
}

TEST(poll, regular_files_always_ready)
{
	struct pollfd p = { t_open_new("f", ""), POLLIN | POLLOUT, 0 };

	CHECK_EQ(poll(&p, 1, -1), 1);
	CHECK_EQ(p.revents, POLLIN | POLLOUT);
}

TEST(poll, bad_and_negative_fds)
{
	struct pollfd p[3] = { { 99, POLLIN, 0 }, { -1, POLLIN, 0x7f }, { 0, 0, 0 } };

	p[2].fd = t_open_new("f", "");
	CHECK_EQ(poll(p, 3, 0), 1);
	CHECK_EQ(p[0].revents, POLLNVAL);
	CHECK_EQ(p[1].revents, 0);
	CHECK_EQ(p[2].revents, 0);
	CHECK_ERR(syscall(SYS_poll, BAD_PTR, 1, 0), EFAULT);
	CHECK_ERR(syscall(SYS_poll, p, 0x7fffffff, 0), EINVAL);
}

TEST(poll, wakes_on_write)
{
	struct pollfd p = { 0, POLLIN, 0 };
	int fds[2];
	pid_t pid;

	OK(pipe(fds));
	p.fd = fds[0];
	pid = t_fork();
	if (!pid) {
		t_msleep(30);
		_exit(write(fds[1], "x", 1) != 1);
	}
	CHECK_EQ(poll(&p, 1, 5000), 1);
	CHECK_EQ(p.revents, POLLIN);
	t_wait_ok(pid);
}

TEST(poll, many_fds)
{
	struct pollfd p[200];
	int fds[2];

	OK(pipe(fds));
	for (int i = 0; i < 200; i++) {
		p[i].fd = i == 150 ? fds[1] : fds[0];
		p[i].events = POLLIN | POLLOUT;
	}
	CHECK_EQ(poll(p, 200, -1), 1);
	CHECK_EQ(p[150].revents, POLLOUT);
}

TEST(poll, ppoll_mask_and_time)
{
	struct timespec ts = { 0, 30000000 };
	struct itimerval it = { { 0, 20000 }, { 0, 20000 } };
	sigset_t none;

	sigemptyset(&none);
	t_count_signal(SIGALRM, 0);
	t_block(SIGALRM);
	CHECK_EQ(ppoll(NULL, 0, &ts, NULL), 0);
	setitimer(ITIMER_REAL, &it, NULL);
	ts.tv_sec = 5;
	CHECK_ERR(ppoll(NULL, 0, &ts, &none), EINTR);
	CHECK(t_signals[SIGALRM] >= 1);
	ts.tv_nsec = -1;
	CHECK_ERR(ppoll(NULL, 0, &ts, NULL), EINVAL);
}

TEST(poll, pending_signal_interrupts_ppoll_at_once)
{
	sigset_t none;

	sigemptyset(&none);
	t_count_signal(SIGUSR1, 0);
	t_block(SIGUSR1);
	raise(SIGUSR1);
	CHECK_ERR(ppoll(NULL, 0, NULL, &none), EINTR);
	CHECK_EQ(t_signals[SIGUSR1], 1);
}

/* select */

TEST(select, sets)
{
	int fds[2], n;
	fd_set r, w;
	struct timeval tv = { 0, 0 };

	OK(pipe(fds));
	n = fds[1] + 1;
	FD_ZERO(&r);
	FD_ZERO(&w);
	FD_SET(fds[0], &r);
	FD_SET(fds[1], &w);
	CHECK_EQ(select(n, &r, &w, NULL, &tv), 1);
	CHECK(!FD_ISSET(fds[0], &r) && FD_ISSET(fds[1], &w));
	CHECK_EQ(write(fds[1], "x", 1), 1);
	FD_SET(fds[0], &r);
	CHECK_EQ(select(n, &r, NULL, NULL, NULL), 1);
	CHECK(FD_ISSET(fds[0], &r));
	close(fds[1]);
	FD_ZERO(&w);
	FD_SET(fds[1], &w);
	CHECK_ERR(select(n, NULL, &w, NULL, &tv), EBADF);
	CHECK_ERR(select(-1, NULL, NULL, NULL, &tv), EINVAL);
}

TEST(select, updates_time)
{
	int32_t tv[2] = { 2, 0 };
	int fds[2];
	fd_set r;
	pid_t pid;

	OK(pipe(fds));
	FD_ZERO(&r);
	FD_SET(fds[0], &r);
	pid = t_fork();
	if (!pid) {
		t_msleep(40);
		_exit(write(fds[1], "x", 1) != 1);
	}
	CHECK_EQ(syscall(142, fds[0] + 1, &r, NULL, NULL, tv), 1);
	CHECK(tv[0] == 1 && tv[1] > 0);
	t_wait_ok(pid);
}

TEST(select, hang_up_is_readable)
{
	int fds[2];
	fd_set r;

	OK(pipe(fds));
	close(fds[1]);
	FD_ZERO(&r);
	FD_SET(fds[0], &r);
	CHECK_EQ(select(fds[0] + 1, &r, NULL, NULL, NULL), 1);
}

TEST(select, old_call)
{
	fd_set r;
	int32_t tv[2] = { 0, 10000 };
	int fds[2];
	struct {
		long n;
		void *r, *w, *e, *tv;
	} args;

	OK(pipe(fds));
	FD_ZERO(&r);
	FD_SET(fds[0], &r);
	args.n = fds[0] + 1;
	args.r = &r;
	args.w = args.e = NULL;
	args.tv = tv;
	CHECK_EQ(syscall(82, &args), 0);
	CHECK_ERR(syscall(82, BAD_PTR), EFAULT);
}

TEST(select, pselect_mask)
{
	struct timespec ts = { 5, 0 };
	sigset_t none;

	sigemptyset(&none);
	t_count_signal(SIGUSR1, 0);
	t_block(SIGUSR1);
	raise(SIGUSR1);
	CHECK_ERR(pselect(0, NULL, NULL, NULL, &ts, &none), EINTR);
	CHECK_EQ(t_signals[SIGUSR1], 1);
	ts.tv_sec = 0;
	ts.tv_nsec = 10000000;
	CHECK_EQ(pselect(0, NULL, NULL, NULL, &ts, NULL), 0);
}

/* epoll */

static int epoll_with(int fd, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.u64 = 0x123456789abcdefULL };
	int ep = OK(epoll_create1(EPOLL_CLOEXEC));

	OK(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev));
	return ep;
}

TEST(epoll, level)
{
	struct epoll_event ev = { 0 };
	int p[2], ep;

	OK(pipe(p));
	ep = epoll_with(p[0], EPOLLIN);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
	CHECK_EQ(write(p[1], "xy", 2), 2);
	CHECK_EQ(epoll_wait(ep, &ev, 1, -1), 1);
	CHECK_EQ(ev.events, EPOLLIN);
	CHECK_EQ(ev.data.u64, 0x123456789abcdefULL);
	CHECK_EQ(sizeof(ev), 12);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 1);
	CHECK_EQ(read(p[0], &(short){ 0 }, 2), 2);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
	close(p[1]);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 1);
	CHECK_EQ(ev.events, EPOLLHUP);
}

TEST(epoll, edge)
{
	struct epoll_event ev;
	int p[2], ep;

	OK(pipe(p));
	ep = epoll_with(p[0], EPOLLIN | EPOLLET);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 100), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 100), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
}

TEST(epoll, oneshot)
{
	struct epoll_event ev = { .events = EPOLLIN | EPOLLONESHOT };
	int p[2], ep;

	OK(pipe(p));
	ep = epoll_with(p[0], EPOLLIN | EPOLLONESHOT);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 100), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
	ev.events = EPOLLIN | EPOLLONESHOT;
	CHECK_OK(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &ev));
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 1);
}

TEST(epoll, ctl_errors)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int p[2], ep, file = t_open_new("f", "");

	OK(pipe(p));
	ep = epoll_with(p[0], EPOLLIN);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev), EEXIST);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_MOD, p[1], &ev), ENOENT);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_DEL, p[1], &ev), ENOENT);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, file, &ev), EPERM);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &ev), EINVAL);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &ev), EBADF);
	CHECK_ERR(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &ev), EINVAL);
	CHECK_ERR(epoll_ctl(ep, 77, p[1], &ev), EINVAL);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, p[1], BAD_PTR), EFAULT);
	CHECK_ERR(epoll_wait(ep, &ev, 0, 0), EINVAL);
	CHECK_ERR(epoll_wait(p[0], &ev, 1, 0), EINVAL);
	CHECK_ERR(syscall(SYS_epoll_create, 0), EINVAL);
	CHECK_ERR(epoll_create1(0x1234), EINVAL);
}

TEST(epoll, closed_fd_leaves_the_set)
{
	struct epoll_event ev;
	int p[2], ep;

	OK(pipe(p));
	CHECK_EQ(write(p[1], "x", 1), 1);
	ep = epoll_with(p[0], EPOLLIN);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 1);
	close(p[0]);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
}

TEST(epoll, nested)
{
	struct epoll_event ev;
	int p[2], inner, outer;

	OK(pipe(p));
	inner = epoll_with(p[0], EPOLLIN);
	outer = epoll_with(inner, EPOLLIN);
	CHECK_EQ(epoll_wait(outer, &ev, 1, 0), 0);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(epoll_wait(outer, &ev, 1, 0), 1);
	CHECK_EQ(poll(&(struct pollfd){ outer, POLLIN, 0 }, 1, 0), 1);
	ev.events = EPOLLIN;
	CHECK_ERR(epoll_ctl(inner, EPOLL_CTL_ADD, outer, &ev), ELOOP);
}

TEST(epoll, waits_and_pwait)
{
	struct epoll_event ev;
	sigset_t none;
	int p[2], ep;
	pid_t pid;

	OK(pipe(p));
	ep = epoll_with(p[0], EPOLLIN);
	pid = t_fork();
	if (!pid) {
		t_msleep(30);
		_exit(write(p[1], "x", 1) != 1);
	}
	CHECK_EQ(epoll_wait(ep, &ev, 1, 5000), 1);
	t_wait_ok(pid);
	CHECK_EQ(read(p[0], &(char){ 0 }, 1), 1);
	t_count_signal(SIGUSR1, 0);
	t_block(SIGUSR1);
	raise(SIGUSR1);
	sigemptyset(&none);
	CHECK_ERR(epoll_pwait(ep, &ev, 1, 1000, &none), EINTR);
}

TEST(epoll, many)
{
	struct epoll_event ev[64], add = { .events = EPOLLIN };
	int p[40][2], ep = OK(epoll_create1(0));

	for (int i = 0; i < 40; i++) {
		OK(pipe(p[i]));
		add.data.u32 = i;
		OK(epoll_ctl(ep, EPOLL_CTL_ADD, p[i][0], &add));
		CHECK_EQ(write(p[i][1], "x", 1), 1);
	}
	CHECK_EQ(epoll_wait(ep, ev, 64, 0), 40);
	CHECK_EQ(epoll_wait(ep, ev, 25, 0), 25);
	uint64_t seen = 0;

	for (int i = 0; i < 25; i++)
		seen |= 1ULL << ev[i].data.u32;
	CHECK_EQ(epoll_wait(ep, ev, 25, 0), 25); /* takes turns: the others come now */
	for (int i = 0; i < 25; i++)
		seen |= 1ULL << ev[i].data.u32;
	CHECK_EQ(seen, (1ULL << 40) - 1);
}

/* eventfd */

TEST(eventfd, counter)
{
	int fd = OK(eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC));
	uint64_t v = 0;

	CHECK_EQ(read(fd, &v, 8), 8);
	CHECK_EQ(v, 3);
	CHECK_ERR(read(fd, &v, 8), EAGAIN);
	v = 5;
	CHECK_EQ(write(fd, &v, 8), 8);
	CHECK_EQ(write(fd, &v, 8), 8);
	CHECK_EQ(read(fd, &v, 8), 8);
	CHECK_EQ(v, 10);
	v = ~0ULL;
	CHECK_ERR(write(fd, &v, 8), EINVAL);
	v = ~0ULL - 1;
	CHECK_EQ(write(fd, &v, 8), 8);
	v = 1;
	CHECK_ERR(write(fd, &v, 8), EAGAIN);
	CHECK_EQ(poll(&(struct pollfd){ fd, POLLOUT, 0 }, 1, 0), 0);
	CHECK_ERR(read(fd, &v, 4), EINVAL);
	CHECK_ERR(eventfd(0, 0x1234), EINVAL);
}

TEST(eventfd, semaphore)
{
	int fd = OK(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
	uint64_t v = 0;

	CHECK(read(fd, &v, 8) == 8 && v == 1);
	CHECK(read(fd, &v, 8) == 8 && v == 1);
	CHECK_ERR(read(fd, &v, 8), EAGAIN);
}

TEST(eventfd, blocks_and_polls)
{
	int fd = OK(eventfd(0, 0));
	uint64_t v = 1;
	pid_t pid = t_fork();

	if (!pid) {
		t_msleep(30);
		_exit(write(fd, &v, 8) != 8);
	}
	CHECK_EQ(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 0), 0);
	CHECK_EQ(read(fd, &v, 8), 8);
	t_wait_ok(pid);
}
