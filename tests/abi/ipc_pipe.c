/* Pipes and FIFOs. */
#include "abitest.h"
#include <poll.h>
#include <sys/ioctl.h>

static int revents(int fd, short events)
{
	struct pollfd p = { fd, events, 0 };

	return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

TEST(pipe, transfer)
{
	int p[2];
	char buf[16] = "";

	CHECK_OK(pipe(p));
	CHECK_EQ(fcntl(p[0], F_GETFL) & O_ACCMODE, O_RDONLY);
	CHECK_EQ(fcntl(p[1], F_GETFL) & O_ACCMODE, O_WRONLY);
	CHECK_EQ(write(p[1], "hello", 5), 5);
	CHECK_EQ(write(p[1], "world", 5), 5);
	CHECK_EQ(read(p[0], buf, 7), 7);
	CHECK_STR(buf, "hellowo");
	CHECK_EQ(read(p[0], buf, 16), 3);
	CHECK_ERR(write(p[0], "x", 1), EBADF);
	CHECK_ERR(read(p[1], buf, 1), EBADF);
	close(p[1]);
	CHECK_EQ(read(p[0], buf, 1), 0);
}

TEST(pipe, errors)
{
	int p[2];

	CHECK_ERR(syscall(SYS_pipe, BAD_PTR), EFAULT);
	CHECK_ERR(syscall(SYS_pipe2, p, 0x1234567), EINVAL);
	CHECK_OK(pipe2(p, O_CLOEXEC | O_NONBLOCK));
	CHECK_EQ(fcntl(p[0], F_GETFD), FD_CLOEXEC);
	CHECK(fcntl(p[1], F_GETFL) & O_NONBLOCK);
}

TEST(pipe, broken)
{
	int p[2];

	OK(pipe(p));
	close(p[0]);
	t_count_signal(SIGPIPE, 0);
	CHECK_ERR(write(p[1], "x", 1), EPIPE);
	CHECK_EQ(t_signals[SIGPIPE], 1);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERR(write(p[1], "x", 1), EPIPE);
}

static void write_broken(void *arg)
{
	int p[2];

	OK(pipe(p));
	close(p[0]);
	if (write(p[1], "x", 1) < 0)
		_exit(1);
}

TEST(pipe, sigpipe_kills)
{
	CHECK_EQ(t_status_of(write_broken, NULL), SIGPIPE);
}

TEST(pipe, nonblocking_capacity)
{
	static char buf[70000];
	int p[2], n = 0;

	OK(pipe2(p, O_NONBLOCK));
	CHECK_ERR(read(p[0], buf, 1), EAGAIN);
	while (write(p[1], buf, PAGE) == PAGE)
		n++;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(n, 16);
	CHECK_EQ(read(p[0], buf, PAGE), PAGE);
	CHECK_EQ(write(p[1], buf, PAGE), PAGE);
	CHECK_EQ(read(p[0], buf, sizeof(buf)), 65536);
	CHECK_EQ(write(p[1], buf, sizeof(buf)), 65536); /* more than PIPE_BUF: partial */
}

TEST(pipe, small_writes_are_atomic)
{
	static char buf[70000];
	int p[2];

	OK(pipe2(p, O_NONBLOCK));
	CHECK_EQ(write(p[1], buf, 65536 - 100), 65536 - 100);
	CHECK_EQ(read(p[0], buf, 50), 50);
	CHECK_ERR(write(p[1], buf, PAGE), EAGAIN); /* all of it or nothing */
}

TEST(pipe, set_size)
{
	int p[2];

	OK(pipe(p));
	CHECK_EQ(fcntl(p[0], F_GETPIPE_SZ), 65536);
	CHECK_EQ(fcntl(p[0], F_SETPIPE_SZ, 5000), 8192);
	CHECK_EQ(fcntl(p[1], F_GETPIPE_SZ), 8192);
	CHECK_EQ(fcntl(p[0], F_SETPIPE_SZ, 1), PAGE);
	CHECK_ERR(fcntl(t_open_new("f", ""), F_GETPIPE_SZ), EBADF);
	fcntl(p[0], F_SETPIPE_SZ, 8192);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	CHECK_EQ(write(p[1], (char[8192]){ 0 }, 8192), 8192);
	CHECK_ERR(fcntl(p[0], F_SETPIPE_SZ, PAGE), EBUSY);
}

TEST(pipe, poll_states)
{
	int p[2];

	OK(pipe(p));
	CHECK_EQ(revents(p[0], POLLIN), 0);
	CHECK_EQ(revents(p[1], POLLOUT), POLLOUT);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK_EQ(revents(p[0], POLLIN), POLLIN);
	close(p[1]);
	CHECK_EQ(revents(p[0], POLLIN), POLLIN | POLLHUP);
	CHECK_EQ(read(p[0], &(char){ 0 }, 1), 1);
	CHECK_EQ(revents(p[0], POLLIN), POLLHUP);
	OK(pipe(p));
	close(p[0]);
	CHECK_EQ(revents(p[1], POLLOUT), POLLOUT | POLLERR);
}

TEST(pipe, blocking_writer_wakes)
{
	static char buf[65536];
	int p[2];
	size_t total = 0;
	ssize_t n;
	pid_t pid;

	OK(pipe(p));
	pid = t_fork();
	if (!pid) {
		for (int i = 0; i < 10; i++) {
			memset(buf, 'a' + i, 50000);
			CHECK_EQ(write(p[1], buf, 50000), 50000);
		}
		t_exit();
	}
	close(p[1]);
	while ((n = read(p[0], buf, sizeof(buf))) > 0) {
		for (int i = 0; i < n; i++) {
			if (buf[i] != 'a' + (int)((total + i) / 50000)) {
				CHECK_EQ(buf[i], 'a' + (total + i) / 50000);
				n = -1;
				break;
			}
		}
		total += n;
	}
	CHECK_EQ(total, 500000);
	t_wait_ok(pid);
}

TEST(pipe, many_writers_atomic)
{
	char buf[100];
	int p[2], bad = 0, total = 0;

	OK(pipe(p));
	for (int w = 0; w < 4; w++) {
		if (!t_fork()) {
			memset(buf, 'a' + w, sizeof(buf));
			for (int i = 0; i < 200; i++)
				CHECK_EQ(write(p[1], buf, sizeof(buf)), sizeof(buf));
			t_exit();
		}
	}
	close(p[1]);
	while (read(p[0], buf, sizeof(buf)) == sizeof(buf)) {
		total++;
		for (int i = 1; i < 100; i++)
			bad += buf[i] != buf[0];
	}
	CHECK_EQ(total, 800);
	CHECK_EQ(bad, 0);
}

TEST(pipe, packet_mode)
{
	int p[2];
	char buf[16];

	if (pipe2(p, O_DIRECT) < 0)
		t_skip("no packet pipes");
	CHECK_EQ(write(p[1], "abc", 3), 3);
	CHECK_EQ(write(p[1], "de", 2), 2);
	CHECK_EQ(read(p[0], buf, 16), 3);
	CHECK_EQ(read(p[0], buf, 1), 1); /* the rest of a packet is dropped */
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	CHECK_ERR(read(p[0], buf, 1), EAGAIN);
}

TEST(pipe, reopen_by_proc)
{
	int p[2], fd;
	char path[32], c;

	OK(pipe(p));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p[1]);
	fd = OK(open(path, O_WRONLY));
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_EQ(read(p[0], &c, 1), 1);
}

/* FIFOs */

TEST(fifo, open_waits_for_the_other_side)
{
	char c = 0;
	int fd;
	pid_t pid;

	CHECK_OK(mkfifo("fifo", 0600));
	pid = t_fork();
	if (!pid) {
		t_msleep(40);
		fd = OK(open("fifo", O_WRONLY));
		CHECK_EQ(write(fd, "x", 1), 1);
		t_exit();
	}
	long long begin = t_now_ms();

	fd = OK(open("fifo", O_RDONLY));
	CHECK(t_now_ms() - begin >= 30);
	CHECK_EQ(read(fd, &c, 1), 1);
	CHECK_EQ(read(fd, &c, 1), 0);
	t_wait_ok(pid);
}

TEST(fifo, nonblocking)
{
	int r, w;
	char c;

	OK(mkfifo("fifo", 0600));
	CHECK_ERR(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
	r = OK(open("fifo", O_RDONLY | O_NONBLOCK));
	CHECK_EQ(read(r, &c, 1), 0); /* no writer: end of file, not EAGAIN */
	CHECK_EQ(revents(r, POLLIN), 0);
	w = OK(open("fifo", O_WRONLY | O_NONBLOCK));
	CHECK_ERR(read(r, &c, 1), EAGAIN);
	CHECK_EQ(write(w, "x", 1), 1);
	CHECK_EQ(read(r, &c, 1), 1);
	close(w);
	CHECK_EQ(revents(r, POLLIN), POLLHUP);
	CHECK_EQ(read(r, &c, 1), 0);
}

TEST(fifo, read_write_open)
{
	int fd;
	char c;

	OK(mkfifo("fifo", 0600));
	fd = OK(open("fifo", O_RDWR));
	CHECK_EQ(write(fd, "x", 1), 1);
	CHECK_EQ(read(fd, &c, 1), 1);
}

TEST(fifo, contents_go_with_last_close)
{
	int fd, fd2;
	char c;

	OK(mkfifo("fifo", 0600));
	fd = OK(open("fifo", O_RDWR));
	CHECK_EQ(write(fd, "x", 1), 1);
	close(fd);
	fd2 = OK(open("fifo", O_RDWR | O_NONBLOCK));
	CHECK_ERR(read(fd2, &c, 1), EAGAIN);
}
