/* flock, POSIX and OFD record locks, leases absent, inotify. */
#include "abitest.h"
#include <poll.h>
#include <sys/file.h>
#include <sys/inotify.h>

static struct flock range(short type, off_t start, off_t len)
{
	struct flock fl = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fl;
}

static int set_lock(int fd, int cmd, short type, off_t start, off_t len)
{
	struct flock fl = range(type, start, len);

	return fcntl(fd, cmd, &fl);
}

TEST(lock, flock)
{
	int a = t_open_new("f", ""), b = OK(open("f", O_RDWR)), d = OK(dup(a));

	CHECK_OK(flock(a, LOCK_SH));
	CHECK_OK(flock(b, LOCK_SH));
	CHECK_ERR(flock(b, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	CHECK_OK(flock(a, LOCK_UN));
	CHECK_OK(flock(b, LOCK_EX | LOCK_NB));
	CHECK_ERR(flock(d, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	close(b);
	CHECK_OK(flock(d, LOCK_EX | LOCK_NB));
	CHECK_OK(flock(a, LOCK_EX | LOCK_NB)); /* the same open file */
	CHECK_ERR(flock(a, 77), EINVAL);
}

TEST(lock, flock_shared_with_children)
{
	int a = t_open_new("f", ""), b;
	pid_t pid;

	OK(flock(a, LOCK_EX));
	pid = t_fork();
	if (!pid) {
		CHECK_OK(flock(a, LOCK_UN));
		t_exit();
	}
	t_wait_ok(pid);
	b = OK(open("f", O_RDWR));
	CHECK_OK(flock(b, LOCK_EX | LOCK_NB));
}

TEST(lock, flock_waits)
{
	int a = t_open_new("f", "");
	long long begin;
	pid_t pid = t_fork();

	if (!pid) {
		int b = OK(open("f", O_RDWR));

		OK(flock(b, LOCK_EX));
		t_msleep(80);
		_exit(0);
	}
	begin = t_now_ms();
	t_msleep(30);
	CHECK_OK(flock(a, LOCK_EX));
	CHECK(t_now_ms() - begin >= 60);
	t_wait_ok(pid);
}

static int lock_in_child(int cmd, short type, off_t start, off_t len)
{
	pid_t pid = t_fork();

	if (!pid) {
		int fd = OK(open("f", O_RDWR));

		_exit(set_lock(fd, cmd, type, start, len) < 0 ? errno : 0);
	}
	return WEXITSTATUS(t_wait(pid));
}

TEST(lock, record_ranges)
{
	int fd = t_open_new("f", "");

	CHECK_OK(set_lock(fd, F_SETLK, F_WRLCK, 10, 10));
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 15, 1), EAGAIN);
	CHECK_EQ(lock_in_child(F_SETLK, F_RDLCK, 19, 100), EAGAIN);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 20, 100), 0);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 0, 10), 0);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 0, 0), EAGAIN);
	CHECK_OK(set_lock(fd, F_SETLK, F_RDLCK, 12, 2)); /* splits and changes the middle */
	CHECK_EQ(lock_in_child(F_SETLK, F_RDLCK, 12, 2), 0);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 12, 2), EAGAIN);
	CHECK_OK(set_lock(fd, F_SETLK, F_UNLCK, 12, 2));
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 12, 2), 0);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 14, 1), EAGAIN);
}

TEST(lock, getlk)
{
	int fd = t_open_new("f", ""), p[2];
	struct flock fl = range(F_WRLCK, 0, 0);
	char c;
	pid_t pid;

	OK(pipe(p));
	pid = t_fork();
	if (!pid) {
		OK(set_lock(OK(open("f", O_RDWR)), F_SETLK, F_RDLCK, 5, 10));
		CHECK_EQ(write(p[1], "x", 1), 1);
		for (;;)
			pause();
	}
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_OK(fcntl(fd, F_GETLK, &fl));
	CHECK(fl.l_type == F_RDLCK && fl.l_start == 5 && fl.l_len == 10 && fl.l_pid == pid);
	fl = range(F_RDLCK, 0, 0);
	CHECK_OK(fcntl(fd, F_GETLK, &fl));
	CHECK_EQ(fl.l_type, F_UNLCK);
	kill(pid, SIGKILL);
	t_wait(pid);
	CHECK_OK(set_lock(fd, F_SETLK, F_WRLCK, 0, 0)); /* gone with the process */
}

TEST(lock, released_by_any_close)
{
	int fd = t_open_new("f", "");

	OK(set_lock(fd, F_SETLK, F_WRLCK, 0, 0));
	close(OK(open("f", O_RDONLY)));
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 0, 0), 0);
}

TEST(lock, not_inherited)
{
	int fd = t_open_new("f", "");
	pid_t pid;

	OK(set_lock(fd, F_SETLK, F_WRLCK, 0, 0));
	pid = t_fork();
	if (!pid) {
		CHECK_ERR(set_lock(fd, F_SETLK, F_WRLCK, 0, 0), EAGAIN);
		t_exit();
	}
	t_wait_ok(pid);
}

TEST(lock, setlkw_waits_and_deadlock)
{
	int fd = t_open_new("f", "");
	pid_t pid;

	OK(set_lock(fd, F_SETLKW, F_WRLCK, 0, 1));
	pid = t_fork();
	if (!pid) {
		int other = OK(open("f", O_RDWR));

		OK(set_lock(other, F_SETLKW, F_WRLCK, 1, 1));
		/* waits for the parent's; the parent's wait for ours below is the deadlock */
		CHECK_OK(set_lock(other, F_SETLKW, F_WRLCK, 0, 1));
		t_exit();
	}
	t_msleep(60);
	CHECK_ERR(set_lock(fd, F_SETLKW, F_WRLCK, 1, 1), EDEADLK);
	OK(set_lock(fd, F_SETLK, F_UNLCK, 0, 1));
	t_wait_ok(pid);
}

TEST(lock, record_errors)
{
	int fd = t_open_new("f", ""), ro = OK(open("f", O_RDONLY));
	struct flock fl = range(F_WRLCK, -1, 5);

	CHECK_ERR(fcntl(fd, F_SETLK, &fl), EINVAL);
	CHECK_ERR(set_lock(ro, F_SETLK, F_WRLCK, 0, 1), EBADF);
	CHECK_OK(set_lock(ro, F_SETLK, F_RDLCK, 0, 1));
	fl = range(77, 0, 5);
	CHECK_ERR(fcntl(fd, F_SETLK, &fl), EINVAL);
	CHECK_ERR(fcntl(fd, F_SETLK, BAD_PTR), EFAULT);
	fl = range(F_WRLCK, 10, -5); /* 5..9 */
	CHECK_OK(fcntl(fd, F_SETLK, &fl));
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 10, 1), 0);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 9, 1), EAGAIN);
}

TEST(lock, open_file_locks)
{
	int a = t_open_new("f", ""), b = OK(open("f", O_RDWR));
	struct flock fl = range(F_WRLCK, 0, 0);

	CHECK_OK(set_lock(a, F_OFD_SETLK, F_WRLCK, 0, 10));
	CHECK_ERR(set_lock(b, F_OFD_SETLK, F_WRLCK, 5, 10), EAGAIN);
	CHECK_OK(fcntl(b, F_OFD_GETLK, &fl));
	CHECK_EQ(fl.l_pid, -1);
	close(OK(open("f", O_RDONLY))); /* does not release */
	CHECK_ERR(set_lock(b, F_OFD_SETLK, F_WRLCK, 5, 10), EAGAIN);
	close(a);
	CHECK_OK(set_lock(b, F_OFD_SETLK, F_WRLCK, 5, 10));
}

TEST(lock, thirty_two_bit_flock)
{
	struct {
		short type, whence;
		int32_t start, len, pid;
	} fl = { F_WRLCK, 0, 3, 4, 0 };
	int fd = t_open_new("f", "");

	CHECK_OK(syscall(55, fd, 6 /* F_SETLK */, &fl));
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 6, 1), EAGAIN);
	CHECK_EQ(lock_in_child(F_SETLK, F_WRLCK, 7, 1), 0);
}

/* inotify */

static int next_event(int fd, struct inotify_event *ev, char *name)
{
	static char buf[4096];
	static int at, len;

	if (at >= len) {
		len = read(fd, buf, sizeof(buf));
		at = 0;
		if (len <= 0)
			return 0;
	}
	memcpy(ev, buf + at, sizeof(*ev));
	strcpy(name, ev->len ? buf + at + sizeof(*ev) : "");
	at += sizeof(*ev) + ev->len;
	return 1;
}

static void expect_event(int fd, uint32_t mask, const char *name)
{
	struct inotify_event ev = { 0 };
	char got[256] = "";

	CHECK(next_event(fd, &ev, got));
	CHECK_EQ(ev.mask, mask);
	CHECK_STR(got, name);
}

TEST(inotify, directory_events)
{
	int fd = OK(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), f;
	struct inotify_event ev;
	char name[256];

	OK(mkdir("d", 0755));
	CHECK_EQ(inotify_add_watch(fd, "d",
				   IN_CREATE | IN_DELETE | IN_MOVE | IN_MODIFY | IN_CLOSE_WRITE |
					   IN_ATTRIB),
		 1);
	CHECK(!next_event(fd, &ev, name) && errno == EAGAIN);
	f = OK(open("d/f", O_CREAT | O_WRONLY, 0600));
	CHECK_EQ(write(f, "x", 1), 1);
	close(f);
	OK(chmod("d/f", 0644));
	OK(rename("d/f", "d/g"));
	OK(mkdir("d/sub", 0700));
	OK(unlink("d/g"));
	expect_event(fd, IN_CREATE, "f");
	expect_event(fd, IN_MODIFY, "f");
	expect_event(fd, IN_CLOSE_WRITE, "f");
	expect_event(fd, IN_ATTRIB, "f");
	expect_event(fd, IN_MOVED_FROM, "f");
	expect_event(fd, IN_MOVED_TO, "g");
	expect_event(fd, IN_CREATE | IN_ISDIR, "sub");
	expect_event(fd, IN_DELETE, "g");
}

TEST(inotify, watched_file_goes)
{
	int fd = OK(inotify_init1(IN_NONBLOCK)), wd;
	struct pollfd p = { fd, POLLIN, 0 };

	t_write_file("f", "");
	wd = OK(inotify_add_watch(fd, "f", IN_DELETE_SELF | IN_OPEN));
	CHECK_EQ(inotify_add_watch(fd, "f", IN_DELETE_SELF), wd); /* the same watch, new mask */
	CHECK_EQ(poll(&p, 1, 0), 0);
	OK(unlink("f"));
	CHECK_EQ(poll(&p, 1, 1000), 1);
	expect_event(fd, IN_DELETE_SELF, "");
	expect_event(fd, IN_IGNORED, "");
	CHECK_ERR(inotify_rm_watch(fd, wd), EINVAL);
}

/* A watched file or directory in a watched directory: its own events come first. */
TEST(inotify, order_of_removal)
{
	int fd = OK(inotify_init1(IN_NONBLOCK));

	OK(mkdir("d", 0755));
	t_write_file("d/f", "");
	OK(mkdir("d/sub", 0755));
	OK(inotify_add_watch(fd, "d", IN_DELETE));
	OK(inotify_add_watch(fd, "d/f", IN_ATTRIB | IN_DELETE_SELF));
	OK(inotify_add_watch(fd, "d/sub", IN_ATTRIB | IN_DELETE_SELF));
	OK(unlink("d/f"));
	OK(rmdir("d/sub"));
	expect_event(fd, IN_ATTRIB, "");
	expect_event(fd, IN_DELETE_SELF, "");
	expect_event(fd, IN_IGNORED, "");
	expect_event(fd, IN_DELETE, "f");
	expect_event(fd, IN_DELETE_SELF, "");
	expect_event(fd, IN_IGNORED, "");
	expect_event(fd, IN_DELETE | IN_ISDIR, "sub");
}

/* Who is woken by IN_DELETE does not find the name any more, even while the file is open. */
TEST(inotify, deleted_name_is_gone)
{
	int fd = OK(inotify_init1(0)), hold, status, i;
	char event[300];
	pid_t pid;

	OK(inotify_add_watch(fd, ".", IN_DELETE));
	for (i = 0; i < 20; i++) {
		hold = OK(open("f", O_CREAT | O_RDWR, 0600));
		pid = OK(fork());
		if (!pid)
			_exit(read(fd, event, sizeof(event)) <= 0 || !access("f", F_OK));
		usleep(1000);
		OK(unlink("f"));
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK_EQ(status, 0);
		close(hold);
	}
}

TEST(inotify, errors)
{
	int fd = OK(inotify_init()), wd = OK(inotify_add_watch(fd, ".", IN_CREATE));
	char buf[4];

	CHECK_ERR(inotify_add_watch(fd, "absent", IN_CREATE), ENOENT);
	CHECK_ERR(inotify_add_watch(0, ".", IN_CREATE), EINVAL);
	CHECK_ERR(inotify_add_watch(fd, ".", 0), EINVAL);
	t_write_file("f", "");
	CHECK_ERR(inotify_add_watch(fd, "f", IN_CREATE | IN_ONLYDIR), ENOTDIR);
	CHECK_OK(inotify_rm_watch(fd, wd));
	CHECK_ERR(inotify_init1(0x12345), EINVAL);
	CHECK_ERR(read(fd, buf, 4), EINVAL);
}
