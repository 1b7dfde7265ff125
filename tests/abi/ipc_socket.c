/* Unix-domain sockets. */
#include "abitest.h"
#include <poll.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static socklen_t name_of(struct sockaddr_un *un, const char *path)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path, path);
	return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static int bound(int type, const char *path)
{
	struct sockaddr_un un;
	int fd = OK(socket(AF_UNIX, type, 0));

	OK(bind(fd, (void *)&un, name_of(&un, path)));
	return fd;
}

static int connected(int type, const char *path)
{
	struct sockaddr_un un;
	int fd = OK(socket(AF_UNIX, type, 0));

	OK(connect(fd, (void *)&un, name_of(&un, path)));
	return fd;
}

TEST(sock, pair_stream)
{
	int s[2];
	char buf[16] = "";

	CHECK_OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_EQ(write(s[0], "hello", 5), 5);
	CHECK_EQ(send(s[0], "X", 1, 0), 1);
	CHECK_EQ(read(s[1], buf, 16), 6);
	CHECK_STR(buf, "helloX");
	CHECK_EQ(write(s[1], "back", 4), 4);
	CHECK_EQ(recv(s[0], buf, 2, MSG_PEEK), 2);
	CHECK_EQ(recv(s[0], buf, 16, 0), 4);
	CHECK_ERR(recv(s[0], buf, 16, MSG_DONTWAIT), EAGAIN);
	close(s[1]);
	CHECK_EQ(read(s[0], buf, 16), 0);
	t_count_signal(SIGPIPE, 0);
	CHECK_ERR(write(s[0], "x", 1), EPIPE);
	CHECK_EQ(t_signals[SIGPIPE], 1);
	CHECK_ERR(send(s[0], "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_EQ(t_signals[SIGPIPE], 1);
}

TEST(sock, close_with_unread_data_resets)
{
	int s[2];
	char c;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_EQ(write(s[0], "x", 1), 1);
	close(s[1]);
	CHECK_ERR(read(s[0], &c, 1), ECONNRESET);
}

TEST(sock, pair_datagram)
{
	int s[2];
	char buf[16];

	CHECK_OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
	CHECK_EQ(send(s[0], "abc", 3, 0), 3);
	CHECK_EQ(send(s[0], "", 0, 0), 0);
	CHECK_EQ(send(s[0], "defgh", 5, 0), 5);
	CHECK_EQ(recv(s[1], buf, 16, 0), 3);
	CHECK_EQ(recv(s[1], buf, 16, 0), 0);
	CHECK_EQ(recv(s[1], buf, 2, MSG_TRUNC), 5); /* the real length; the rest is dropped */
	CHECK_ERR(recv(s[1], buf, 2, MSG_DONTWAIT), EAGAIN);
}

TEST(sock, pair_seqpacket)
{
	int s[2];
	char buf[16];

	CHECK_OK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, s));
	CHECK_EQ(fcntl(s[0], F_GETFD), FD_CLOEXEC);
	CHECK_EQ(send(s[0], "abc", 3, 0), 3);
	CHECK_EQ(send(s[0], "de", 2, 0), 2);
	CHECK_EQ(recv(s[1], buf, 16, 0), 3);
	CHECK_EQ(recv(s[1], buf, 16, 0), 2);
	close(s[0]);
	CHECK_EQ(recv(s[1], buf, 16, 0), 0);
}

TEST(sock, stream_server)
{
	struct sockaddr_un un;
	socklen_t len = sizeof(un);
	int srv = bound(SOCK_STREAM, "sock"), cl, con;
	struct stat st;
	char c;

	OK(stat("sock", &st));
	CHECK(S_ISSOCK(st.st_mode));
	CHECK_OK(listen(srv, 5));
	cl = connected(SOCK_STREAM, "sock");
	con = OK(accept4(srv, (void *)&un, &len, SOCK_CLOEXEC));
	CHECK_EQ(fcntl(con, F_GETFD), FD_CLOEXEC);
	CHECK_EQ(len, 2); /* the client has no name */
	CHECK_EQ(write(cl, "x", 1), 1);
	CHECK_EQ(read(con, &c, 1), 1);
	len = sizeof(un);
	CHECK_OK(getpeername(cl, (void *)&un, &len));
	CHECK_STR(un.sun_path, "sock");
	CHECK_EQ(len, offsetof(struct sockaddr_un, sun_path) + 5);
	len = sizeof(un);
	CHECK_OK(getsockname(con, (void *)&un, &len));
	CHECK_STR(un.sun_path, "sock");
}

TEST(sock, errors)
{
	struct sockaddr_un un;
	socklen_t len = name_of(&un, "sock");
	int fd = OK(socket(AF_UNIX, SOCK_STREAM, 0)), srv;

	CHECK_ERR(connect(fd, (void *)&un, len), ENOENT);
	srv = bound(SOCK_STREAM, "sock");
	CHECK_ERR(bind(fd, (void *)&un, len), EADDRINUSE);
	CHECK_ERR(connect(fd, (void *)&un, len), ECONNREFUSED); /* not listening */
	OK(listen(srv, 1));
	CHECK_ERR(connect(OK(socket(AF_UNIX, SOCK_DGRAM, 0)), (void *)&un, len), EPROTOTYPE);
	CHECK_ERR(bind(srv, (void *)&un, name_of(&un, "other")), EINVAL);
	close(srv);
	name_of(&un, "sock");
	CHECK_ERR(connect(fd, (void *)&un, len), ECONNREFUSED); /* nobody behind the name */
	CHECK_ERR(accept(fd, NULL, NULL), EINVAL);
	CHECK_ERR(send(fd, "x", 1, 0), ENOTCONN);
	CHECK_ERR(recv(fd, &len, 1, 0), EINVAL);
	CHECK_ERR(getpeername(fd, (void *)&un, &len), ENOTCONN);
	CHECK_ERR(socket(AF_UNIX, 99, 0), EINVAL);
	CHECK_ERR(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
	CHECK_ERR(socket(AF_UNIX, SOCK_STREAM, 77), EPROTONOSUPPORT);
	CHECK_ERR(listen(t_open_new("f", ""), 1), ENOTSOCK);
	t_write_file("plain", "");
	len = name_of(&un, "plain");
	CHECK_ERR(connect(fd, (void *)&un, len), ECONNREFUSED);
	CHECK_ERR(lseek(fd, 0, SEEK_CUR), ESPIPE);
}

TEST(sock, backlog)
{
	struct sockaddr_un un;
	socklen_t len = name_of(&un, "sock");
	int srv = bound(SOCK_STREAM, "sock"), n;

	OK(listen(srv, 2));
	for (n = 0; n < 10; n++) {
		int fd = OK(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0));

		if (connect(fd, (void *)&un, len) < 0)
			break;
	}
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(n, 3);
	CHECK_EQ(poll(&(struct pollfd){ srv, POLLIN, 0 }, 1, 0), 1);
	CHECK_OK(accept(srv, NULL, NULL));
	fcntl(srv, F_SETFL, O_NONBLOCK);
	CHECK_OK(accept(srv, NULL, NULL));
	CHECK_OK(accept(srv, NULL, NULL));
	CHECK_ERR(accept(srv, NULL, NULL), EAGAIN);
}

TEST(sock, abstract_names)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "\0abi-test\0x" }, got;
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + 11, glen = sizeof(got);
	int srv = OK(socket(AF_UNIX, SOCK_STREAM, 0)), cl = OK(socket(AF_UNIX, SOCK_STREAM, 0));

	CHECK_OK(bind(srv, (void *)&un, len));
	OK(listen(srv, 1));
	CHECK_ERR(connect(cl, (void *)&un, len - 1), ECONNREFUSED); /* the length counts */
	CHECK_OK(connect(cl, (void *)&un, len));
	CHECK_OK(getpeername(cl, (void *)&got, &glen));
	CHECK(glen == len && !memcmp(&got, &un, len));
	CHECK_ERR(bind(OK(socket(AF_UNIX, SOCK_STREAM, 0)), (void *)&un, len), EADDRINUSE);
	close(srv);
	CHECK_OK(bind(OK(socket(AF_UNIX, SOCK_STREAM, 0)), (void *)&un, len));
}

TEST(sock, autobind)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t len = sizeof(un);
	int fd = OK(socket(AF_UNIX, SOCK_DGRAM, 0));

	CHECK_OK(bind(fd, (void *)&un, sizeof(sa_family_t)));
	CHECK_OK(getsockname(fd, (void *)&un, &len));
	CHECK_EQ(len, 8);
	CHECK_EQ(un.sun_path[0], 0);
}

TEST(sock, datagram_by_name)
{
	struct sockaddr_un un, from;
	socklen_t len = name_of(&un, "dst"), flen = sizeof(from);
	int dst = bound(SOCK_DGRAM, "dst"), src = bound(SOCK_DGRAM, "src");
	char buf[16];

	CHECK_EQ(sendto(src, "abc", 3, 0, (void *)&un, len), 3);
	CHECK_EQ(recvfrom(dst, buf, 16, 0, (void *)&from, &flen), 3);
	CHECK_STR(from.sun_path, "src");
	CHECK_EQ(sendto(dst, "re", 2, 0, (void *)&from, flen), 2);
	CHECK_EQ(recv(src, buf, 16, 0), 2);
	CHECK_OK(connect(src, (void *)&un, len));
	CHECK_EQ(send(src, "y", 1, 0), 1);
	close(dst);
	CHECK_ERR(send(src, "y", 1, 0), ECONNREFUSED);
}

TEST(sock, shutdown)
{
	int s[2];
	char c;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_EQ(write(s[0], "x", 1), 1);
	CHECK_OK(shutdown(s[0], SHUT_WR));
	CHECK_EQ(read(s[1], &c, 1), 1);
	CHECK_EQ(read(s[1], &c, 1), 0);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERR(write(s[0], "x", 1), EPIPE);
	CHECK_EQ(write(s[1], "y", 1), 1); /* the other direction works on */
	CHECK_EQ(read(s[0], &c, 1), 1);
	CHECK_OK(shutdown(s[0], SHUT_RD));
	CHECK_EQ(read(s[0], &c, 1), 0);
	CHECK_ERR(shutdown(s[0], 9), EINVAL);
	CHECK_OK(shutdown(OK(socket(AF_UNIX, SOCK_STREAM, 0)), SHUT_WR)); /* Linux does not mind */
}

static int revents(int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

	return poll(&p, 1, 0) < 0 ? -1 : p.revents;
}

TEST(sock, poll_states)
{
	int s[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_EQ(revents(s[0]), POLLOUT);
	CHECK_EQ(write(s[1], "x", 1), 1);
	CHECK_EQ(revents(s[0]), POLLIN | POLLOUT);
	OK(shutdown(s[1], SHUT_WR));
	CHECK_EQ(revents(s[0]), POLLIN | POLLOUT | POLLRDHUP);
	close(s[1]);
	CHECK_EQ(revents(s[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
	CHECK_EQ(revents(OK(socket(AF_UNIX, SOCK_STREAM, 0))), POLLOUT | POLLHUP);
}

TEST(sock, stream_buffer_fills)
{
	static char buf[PAGE];
	int s[2];
	long n = 0, r;

	OK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, s));
	while ((r = write(s[0], buf, PAGE)) > 0)
		n += r;
	CHECK_EQ(errno, EAGAIN);
	CHECK(n >= 16384);
	CHECK_EQ(revents(s[0]) & POLLOUT, 0);
	while ((r = read(s[1], buf, PAGE)) > 0)
		n -= r;
	CHECK_EQ(n, 0);
	CHECK_EQ(revents(s[0]) & POLLOUT, POLLOUT);
}

TEST(sock, options)
{
	int s[2], v = 0;
	struct ucred uc;
	socklen_t len = sizeof(v);

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &v, &len));
	CHECK_EQ(v, SOCK_STREAM);
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_DOMAIN, &v, &len));
	CHECK_EQ(v, AF_UNIX);
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &v, &len));
	CHECK_EQ(v, 0);
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_ACCEPTCONN, &v, &len));
	CHECK_EQ(v, 0);
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &v, &len));
	CHECK(v > 4096);
	len = sizeof(uc);
	CHECK_OK(getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &uc, &len));
	CHECK(uc.pid == getpid() && uc.uid == geteuid() && uc.gid == getegid());
	CHECK_ERR(getsockopt(s[0], SOL_SOCKET, 9999, &v, &len), ENOPROTOOPT);
	CHECK_ERR(setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &v, 1), EINVAL);
}

TEST(sock, receive_time_out)
{
	struct timeval tv = { 0, 40000 };
	int s[2];
	char c;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_OK(setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)));
	long long begin = t_now_ms();

	CHECK_ERR(read(s[0], &c, 1), EAGAIN);
	CHECK(t_now_ms() - begin >= 39 && t_now_ms() - begin < 2000);
}

/* Ancillary data */

static int send_fds(int sock, const int *fds, int n)
{
	char ctl[256] = { 0 };
	struct iovec iov = { "F", 1 };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl };
	struct cmsghdr *cm = (struct cmsghdr *)ctl;

	mh.msg_controllen = CMSG_SPACE(n * sizeof(int));
	cm->cmsg_level = SOL_SOCKET;
	cm->cmsg_type = SCM_RIGHTS;
	cm->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(cm), fds, n * sizeof(int));
	return sendmsg(sock, &mh, 0);
}

static int receive_fds(int sock, int *fds, int max, int flags, int *msg_flags)
{
	char ctl[256] = { 0 }, c;
	struct iovec iov = { &c, 1 };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl };
	struct cmsghdr *cm;
	int n;

	mh.msg_controllen = CMSG_SPACE(max * sizeof(int));
	if (recvmsg(sock, &mh, flags) < 0)
		return -1;
	*msg_flags = mh.msg_flags;
	cm = CMSG_FIRSTHDR(&mh);
	if (!cm || cm->cmsg_type != SCM_RIGHTS)
		return 0;
	n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(fds, CMSG_DATA(cm), n * sizeof(int));
	return n;
}

TEST(scm, rights)
{
	int s[2], fds[2] = { t_open_new("f", "hello"), 0 }, got[2], flags;
	char buf[8] = "";
	pid_t pid;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	pid = t_fork();
	if (!pid) {
		close(fds[0]);
		CHECK_EQ(receive_fds(s[1], got, 2, MSG_CMSG_CLOEXEC, &flags), 2);
		CHECK_EQ(flags & (MSG_CTRUNC | MSG_TRUNC), 0);
		CHECK_EQ(fcntl(got[0], F_GETFD), FD_CLOEXEC);
		CHECK_EQ(read(got[0], buf, 5), 5);
		CHECK_STR(buf, "hello");
		t_exit();
	}
	CHECK_EQ(send_fds(s[0], fds, 2), 1);
	t_wait_ok(pid);
	CHECK_EQ(lseek(fds[0], 0, SEEK_CUR), 5); /* the same open file */
}

TEST(scm, rights_truncated)
{
	int s[2], fds[3] = { 0, 1, 2 }, got[3], flags = 0;

	OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
	CHECK_EQ(send_fds(s[0], fds, 3), 1);
	CHECK_EQ(receive_fds(s[1], got, 1, 0, &flags), 1);
	CHECK_EQ(flags & MSG_CTRUNC, MSG_CTRUNC);
	CHECK_EQ(send_fds(s[0], (int[]){ 99 }, 1), -1);
	CHECK_EQ(errno, EBADF);
}

/* Each pair is sent through the next; the last close drops them all, one inside the other. */
TEST(scm, nested_deep)
{
	int inner[2], outer[2];

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, inner));
	for (int i = 0; i < 400; i++) {
		OK(socketpair(AF_UNIX, SOCK_STREAM, 0, outer));
		OK(send_fds(outer[0], inner, 2));
		close(inner[0]);
		close(inner[1]);
		memcpy(inner, outer, sizeof(inner));
	}
	CHECK_OK(close(inner[0]));
	CHECK_OK(close(inner[1]));
}

TEST(scm, rights_survive_close)
{
	int s[2], fd = t_open_new("f", "x"), got, flags;
	char c;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	CHECK_EQ(send_fds(s[0], &fd, 1), 1);
	close(fd);
	unlink("f");
	CHECK_EQ(receive_fds(s[1], &got, 1, 0, &flags), 1);
	CHECK_EQ(read(got, &c, 1), 1);
}

TEST(scm, socket_in_itself_is_collected)
{
	for (int i = 0; i < 50; i++) {
		int s[2];

		OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
		CHECK_EQ(send_fds(s[0], &s[1], 1), 1);
		CHECK_EQ(send_fds(s[1], &s[0], 1), 1);
		close(s[0]);
		close(s[1]);
	}
}

TEST(scm, credentials)
{
	int s[2], on = 1;
	char ctl[128], c;
	struct iovec iov = { &c, 1 };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl };
	struct cmsghdr *cm;
	struct ucred uc = { 0 };

	OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
	OK(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	CHECK_EQ(send(s[0], "x", 1, 0), 1);
	mh.msg_controllen = sizeof(ctl);
	CHECK_EQ(recvmsg(s[1], &mh, 0), 1);
	cm = CMSG_FIRSTHDR(&mh);
	REQUIRE(cm && cm->cmsg_type == SCM_CREDENTIALS);
	memcpy(&uc, CMSG_DATA(cm), sizeof(uc));
	CHECK(uc.pid == getpid() && uc.uid == getuid() && uc.gid == getgid());
}

TEST(sock, msg_vectors_and_socketcall)
{
	int s[2];
	char a[3], b[3];
	struct iovec in[2] = { { "abc", 3 }, { "def", 3 } }, out[2] = { { a, 3 }, { b, 3 } };
	struct msghdr mh = { .msg_iov = in, .msg_iovlen = 2 };
	long args[4];

	args[0] = AF_UNIX;
	args[1] = SOCK_DGRAM;
	args[2] = 0;
	args[3] = (long)s;
	CHECK_OK(syscall(102, 8 /* socketpair */, args));
	CHECK_EQ(sendmsg(s[0], &mh, 0), 6);
	mh.msg_iov = out;
	CHECK_EQ(recvmsg(s[1], &mh, 0), 6);
	CHECK(!memcmp(a, "abc", 3) && !memcmp(b, "def", 3));
	CHECK_ERR(syscall(102, 99, args), EINVAL);
	CHECK_ERR(syscall(102, 8, BAD_PTR), EFAULT);
}

TEST(sock, waitall)
{
	int s[2];
	char buf[10];
	pid_t pid;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	pid = t_fork();
	if (!pid) {
		CHECK_EQ(write(s[0], "abc", 3), 3);
		t_msleep(30);
		CHECK_EQ(write(s[0], "defg", 4), 4);
		t_exit();
	}
	CHECK_EQ(recv(s[1], buf, 7, MSG_WAITALL), 7);
	t_wait_ok(pid);
}

TEST_FLAGS(sock, permission, TEST_ROOT)
{
	struct sockaddr_un un;
	socklen_t len = name_of(&un, "sock");
	int srv = bound(SOCK_STREAM, "sock");

	OK(listen(srv, 1));
	OK(chmod("sock", 0700));
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(connect(OK(socket(AF_UNIX, SOCK_STREAM, 0)), (void *)&un, len), EACCES);
}
