/* open and its flags, descriptors, fcntl, dup. */
#include "abitest.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/resource.h>

TEST(open, access_modes)
{
	char c;
	int r, w, rw;

	t_write_file("f", "abc");
	r = OK(open("f", O_RDONLY));
	w = OK(open("f", O_WRONLY));
	rw = OK(open("f", O_RDWR));
	CHECK_EQ(read(r, &c, 1), 1);
	CHECK_ERR(write(r, "x", 1), EBADF);
	CHECK_ERR(read(w, &c, 1), EBADF);
	CHECK_EQ(write(w, "x", 1), 1);
	CHECK(read(rw, &c, 1) == 1 && write(rw, "y", 1) == 1);
	CHECK_EQ(fcntl(r, F_GETFL) & O_ACCMODE, O_RDONLY);
	CHECK_EQ(fcntl(w, F_GETFL) & O_ACCMODE, O_WRONLY);
	CHECK_EQ(fcntl(rw, F_GETFL) & O_ACCMODE, O_RDWR);
	CHECK(fcntl(rw, F_GETFL) & 0100000); /* O_LARGEFILE, which musl always gives */
}

TEST(open, lowest_descriptor)
{
	int a, b, c;

	t_write_file("f", "");
	a = OK(open("f", O_RDONLY));
	b = OK(open("f", O_RDONLY));
	CHECK_EQ(b, a + 1);
	close(a);
	c = OK(open("f", O_RDONLY));
	CHECK_EQ(c, a);
}

TEST(open, creat_and_mode)
{
	struct stat st;

	umask(027);
	close(OK(open("f", O_CREAT | O_WRONLY, 0666)));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode, S_IFREG | 0640);
	CHECK(st.st_size == 0 && st.st_nlink == 1);
	CHECK_EQ(st.st_uid, geteuid());
	close(OK(creat("g", 0444))); /* writable although read-only */
	close(OK(open("f", O_CREAT | O_RDONLY, 0777)));
	OK(stat("f", &st));
	CHECK_EQ(st.st_mode, S_IFREG | 0640);
}

TEST(open, excl)
{
	close(OK(open("f", O_CREAT | O_EXCL | O_RDWR, 0600)));
	CHECK_ERR(open("f", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
	OK(symlink("nowhere", "l"));
	CHECK_ERR(open("l", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST);
	CHECK_OK(open("l", O_CREAT | O_RDWR, 0600)); /* makes what the link names */
	CHECK_OK(access("nowhere", F_OK));
}

TEST(open, trunc)
{
	struct stat st;

	t_write_file("f", "contents");
	close(OK(open("f", O_WRONLY | O_TRUNC)));
	OK(stat("f", &st));
	CHECK_EQ(st.st_size, 0);
	t_write_file("f", "contents");
	close(OK(open("f", O_WRONLY | O_CREAT, 0600)));
	OK(stat("f", &st));
	CHECK_EQ(st.st_size, 8);
}

TEST(open, append)
{
	char buf[16] = "";
	int fd, fd2;

	t_write_file("f", "one");
	fd = OK(open("f", O_RDWR | O_APPEND));
	fd2 = OK(open("f", O_WRONLY | O_APPEND));
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(write(fd, "two", 3), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 6);
	CHECK_EQ(write(fd2, "3", 1), 1);
	CHECK_EQ(write(fd, "4", 1), 1);
	CHECK_EQ(pread(fd, buf, 15, 0), 8);
	CHECK_STR(buf, "onetwo34");
	CHECK_EQ(pwrite(fd, "Z", 1, 0), 1); /* Linux: appends in spite of the offset */
	CHECK_EQ(lseek(fd, 0, SEEK_END), 9);
}

TEST(open, errors)
{
	char name[300];

	CHECK_ERR(open("absent", O_RDONLY), ENOENT);
	CHECK_ERR(open("absent/f", O_CREAT | O_RDWR, 0600), ENOENT);
	CHECK_ERR(open("", O_RDONLY), ENOENT);
	CHECK_ERR(open(".", O_RDWR), EISDIR);
	CHECK_ERR(open(".", O_WRONLY), EISDIR);
	CHECK_ERR(open("newdir/", O_CREAT | O_RDWR, 0600), EISDIR);
	t_write_file("f", "");
	CHECK_ERR(open("f/", O_RDONLY), ENOTDIR);
	CHECK_ERR(open("f/g", O_RDONLY), ENOTDIR);
	CHECK_ERR(open("f/.", O_RDONLY), ENOTDIR);
	CHECK_ERR(open("f", O_RDONLY | O_DIRECTORY), ENOTDIR);
	memset(name, 'n', sizeof(name));
	name[256] = 0;
	CHECK_ERR(open(name, O_RDWR | O_CREAT, 0600), ENAMETOOLONG);
	name[255] = 0;
	CHECK_OK(open(name, O_RDWR | O_CREAT, 0600));
	CHECK_ERR(open(BAD_PTR, O_RDONLY), EFAULT);
	CHECK_ERR(open(KERNEL_PTR, O_RDONLY), EFAULT);
}

TEST(open, path_max)
{
	static char path[5000];

	for (int i = 0; i < 4998; i += 2)
		memcpy(path + i, "./", 2);
	path[4094] = '.';
	path[4095] = 0;
	CHECK_OK(open(path, O_RDONLY)); /* 4095 characters and the zero */
	path[4095] = '/';
	path[4096] = 0;
	CHECK_ERR(open(path, O_RDONLY), ENAMETOOLONG);
}

TEST(open, nofollow_and_loops)
{
	t_write_file("f", "");
	OK(symlink("f", "l"));
	OK(symlink("b", "a"));
	OK(symlink("a", "b"));
	CHECK_ERR(open("l", O_RDONLY | O_NOFOLLOW), ELOOP);
	CHECK_OK(open("f", O_RDONLY | O_NOFOLLOW));
	CHECK_ERR(open("a", O_RDONLY), ELOOP);
	OK(mkdir("d", 0755));
	OK(symlink("d", "dl"));
	t_write_file("d/f", "");
	CHECK_OK(open("dl/f", O_RDONLY | O_NOFOLLOW)); /* only the last part counts */
	CHECK_ERR(open("dl", O_RDONLY | O_DIRECTORY | O_NOFOLLOW), ENOTDIR);
}

TEST(open, forty_links_are_followed)
{
	char name[16], to[16];

	t_write_file("l0", "");
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(to, sizeof(to), "l%d", i - 1);
		OK(symlink(to, name));
	}
	CHECK_OK(open("l40", O_RDONLY));
	CHECK_ERR(open("l41", O_RDONLY), ELOOP);
}

TEST(open, o_path)
{
	struct stat st;
	char c, link[64] = "", proc[32];
	int fd;

	t_write_file("f", "abc");
	OK(symlink("f", "l"));
	fd = OK(open("f", O_PATH));
	CHECK_ERR(read(fd, &c, 1), EBADF);
	CHECK_ERR(write(fd, "x", 1), EBADF);
	CHECK_ERR(ioctl(fd, FIONREAD, &c), EBADF);
	CHECK_ERR(syscall(SYS_fchmod, fd, 0600), EBADF);
	CHECK_ERR((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), EBADF);
	CHECK_OK(fstat(fd, &st));
	CHECK(fcntl(fd, F_GETFL) & O_PATH);
	fd = OK(open("l", O_PATH | O_NOFOLLOW));
	CHECK_OK(fstat(fd, &st));
	CHECK(S_ISLNK(st.st_mode));
	CHECK_EQ(readlinkat(fd, "", link, sizeof(link)), 1);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%ld", OK(open("f", O_PATH)));
	CHECK_OK(open(proc, O_RDWR));
}

TEST(open, cloexec)
{
	int fd;

	t_write_file("f", "");
	fd = OK(open("f", O_RDONLY | O_CLOEXEC));
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_OK(fcntl(fd, F_SETFD, 0));
	CHECK_EQ(fcntl(fd, F_GETFD), 0);
	CHECK_EQ(fcntl(OK(open("f", O_RDONLY)), F_GETFD), 0);
}

TEST(open, tmpfile)
{
	char path[64], c = 0;
	struct stat st;
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0 && errno == EOPNOTSUPP)
		t_skip("no O_TMPFILE here");
	REQUIRE(fd >= 0);
	CHECK_EQ(write(fd, "x", 1), 1);
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_nlink, 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	CHECK_OK(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	CHECK_EQ(read(OK(open("named", O_RDONLY)), &c, 1), 1);
	CHECK_EQ(c, 'x');
	CHECK_ERR(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
}

TEST(open, directory)
{
	char c;
	int fd = OK(open(".", O_RDONLY | O_DIRECTORY));

	CHECK_ERR(read(fd, &c, 1), EISDIR);
	CHECK_ERR(ftruncate(fd, 0), EINVAL);
	OK(mkdir("d", 0700));
	CHECK_OK(open("d/", O_RDONLY));
	CHECK_OK(open("d/../d/.", O_RDONLY));
	CHECK_OK(open("//", O_RDONLY));
	CHECK_OK(open("/..", O_RDONLY));
}

TEST(open, device_errors)
{
	OK(mkfifo("fifo", 0600));
	CHECK_ERR(open("fifo", O_WRONLY | O_NONBLOCK), ENXIO);
	CHECK_OK(open("fifo", O_RDONLY | O_NONBLOCK));
}

TEST(open, openat_and_openat2)
{
	struct {
		uint64_t flags, mode, resolve;
	} how = { O_RDONLY, 0, 0 };
	int dir, fd;

	OK(mkdir("d", 0755));
	t_write_file("d/f", "x");
	dir = OK(open("d", O_RDONLY | O_DIRECTORY));
	CHECK_OK(openat(dir, "f", O_RDONLY));
	CHECK_OK(openat(dir, "../d/f", O_RDONLY));
	CHECK_OK(openat(99, "/", O_RDONLY)); /* absolute: the descriptor is not looked at */
	CHECK_ERR(openat(99, "f", O_RDONLY), EBADF);
	CHECK_ERR(openat(OK(open("d/f", O_RDONLY)), "f", O_RDONLY), ENOTDIR);
	fd = syscall(437, dir, "f", &how, sizeof(how));
	if (fd < 0 && errno == ENOSYS)
		return;
	CHECK_OK(fd);
	how.flags = 1u << 30;
	CHECK_ERR(syscall(437, dir, "f", &how, sizeof(how)), EINVAL);
	CHECK_ERR(syscall(437, dir, "f", &how, 8), EINVAL);
}

TEST(open, o_direct_and_sync_flags)
{
	int fd = OK(open("f", O_RDWR | O_CREAT | O_SYNC | O_NOATIME | O_NONBLOCK, 0600));
	int fl = fcntl(fd, F_GETFL);

	CHECK_EQ(fl & (O_SYNC | O_NOATIME | O_NONBLOCK), O_SYNC | O_NOATIME | O_NONBLOCK);
	CHECK_EQ(fl & (O_CREAT | O_EXCL | O_TRUNC), 0);
}

/* Descriptors */

TEST(fd, dup_shares_offset_and_flags)
{
	int fd = t_open_new("f", "abcdef"), d = OK(dup(fd));
	char c;

	CHECK(read(fd, &c, 1) == 1 && read(d, &c, 1) == 1);
	CHECK_EQ(c, 'b');
	OK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
	CHECK_EQ(fcntl(d, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND | O_NONBLOCK);
	OK(fcntl(fd, F_SETFD, FD_CLOEXEC));
	CHECK_EQ(fcntl(d, F_GETFD), 0);
	close(fd);
	CHECK_EQ(read(d, &c, 1), 1);
}

TEST(fd, dup2_and_dup3)
{
	int fd = t_open_new("f", "abc");

	CHECK_EQ(dup2(fd, 50), 50);
	CHECK_EQ(dup2(fd, fd), fd);
	CHECK_ERR(dup2(99, 50), EBADF);
	CHECK_ERR(dup2(99, 99), EBADF);
	CHECK_ERR(dup2(fd, -1), EBADF);
	CHECK_OK(fcntl(50, F_GETFD)); /* a failed dup2 closes nothing */
	CHECK_EQ(dup3(fd, 51, O_CLOEXEC), 51);
	CHECK_EQ(fcntl(51, F_GETFD), FD_CLOEXEC);
	CHECK_ERR(dup3(fd, fd, 0), EINVAL);
	CHECK_ERR(syscall(SYS_dup3, fd, 52, O_APPEND), EINVAL);
	CHECK_EQ(dup2(51, 52), 52);
	CHECK_EQ(fcntl(52, F_GETFD), 0);
}

TEST(fd, fcntl_dupfd)
{
	int fd = t_open_new("f", "");

	CHECK_EQ(fcntl(fd, F_DUPFD, 60), 60);
	CHECK_EQ(fcntl(fd, F_DUPFD, 60), 61);
	CHECK_EQ(fcntl(fd, F_DUPFD_CLOEXEC, 60), 62);
	CHECK_EQ(fcntl(62, F_GETFD), FD_CLOEXEC);
	CHECK_ERR(fcntl(99, F_DUPFD, 0), EBADF);
	CHECK_ERR(fcntl(fd, F_DUPFD, -1), EINVAL);
	CHECK_ERR(fcntl(fd, 9999, 0), EINVAL);
}

TEST(fd, bad_descriptors)
{
	struct stat st;
	char c;
	static const int bad[] = { -1, 99, 1 << 20, 0x7fffffff };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK_ERR(read(bad[i], &c, 1), EBADF);
		CHECK_ERR(write(bad[i], &c, 1), EBADF);
		CHECK_ERR(close(bad[i]), EBADF);
		CHECK_ERR(lseek(bad[i], 0, SEEK_CUR), EBADF);
		CHECK_ERR(fstat(bad[i], &st), EBADF);
		CHECK_ERR(dup(bad[i]), EBADF);
		CHECK_ERR(fcntl(bad[i], F_GETFL), EBADF);
		CHECK_ERR(ioctl(bad[i], FIONREAD, &c), EBADF);
	}
}

TEST(fd, close_range)
{
	for (int i = 40; i < 45; i++)
		OK(dup2(0, i));
	if (syscall(436, 41, 42, 0) < 0 && errno == ENOSYS)
		t_skip("no close_range");
	CHECK_ERR(fcntl(41, F_GETFD), EBADF);
	CHECK_ERR(fcntl(42, F_GETFD), EBADF);
	CHECK_OK(fcntl(43, F_GETFD));
	CHECK_OK(syscall(436, 43, ~0u, 4 /* CLOSE_RANGE_CLOEXEC */));
	CHECK_EQ(fcntl(44, F_GETFD), FD_CLOEXEC);
	CHECK_ERR(syscall(436, 5, 4, 0), EINVAL);
}

TEST(fd, many)
{
	struct rlimit rl = { 1024, 4096 };
	int i, last = 0;

	setrlimit(RLIMIT_NOFILE, &rl);
	for (i = 0; i < 1000; i++) {
		int fd = dup(0);

		if (fd < 0)
			break;
		last = fd;
	}
	CHECK(last >= 1000);
	CHECK_OK(close(last));
	CHECK_EQ(dup(0), last);
}

/* Where files cannot share blocks; cp --reflink=always tells it. */
TEST(fd, clone_range)
{
	struct file_clone_range range = { 0 };
	struct file_dedupe_range same = { 0 };
	int fd = t_open_new("f", "abcdef"), to = t_open_new("g", ""), p[2];

	CHECK_ERR(ioctl(to, FICLONE, fd), EOPNOTSUPP);
	range.src_fd = fd;
	CHECK_ERR(ioctl(to, FICLONERANGE, &range), EOPNOTSUPP);
	CHECK_ERR(ioctl(fd, FIDEDUPERANGE, &same), EOPNOTSUPP);
	CHECK_ERR(ioctl(to, FICLONERANGE, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(to, FICLONE, 999), EBADF);
	range.src_fd = -1;
	CHECK_ERR(ioctl(to, FICLONERANGE, &range), EBADF);
	CHECK_ERR(ioctl(to, FICLONE, OK(open("f", O_WRONLY))), EBADF);
	CHECK_ERR(ioctl(OK(open("g", O_RDONLY)), FICLONE, fd), EBADF);
	CHECK_ERR(ioctl(OK(open("g", O_WRONLY | O_APPEND)), FICLONE, fd), EBADF);
	CHECK_ERR(ioctl(to, FICLONE, OK(open(".", O_RDONLY))), EISDIR);
	CHECK_ERR(ioctl(OK(open(".", O_RDONLY)), FIDEDUPERANGE, &same), EISDIR);
	CHECK_ERR(ioctl(to, FICLONE, OK(open("/proc/version", O_RDONLY))), EXDEV);
	OK(pipe(p));
	CHECK_ERR(ioctl(p[1], FICLONE, p[0]), EINVAL);
	CHECK_ERR(ioctl(p[0], FIDEDUPERANGE, &same), EINVAL);
}

TEST(fd, ioctl_generic)
{
	int fd = t_open_new("f", "abcdef"), n = -1, on = 1, p[2];

	CHECK_OK(ioctl(fd, FIONREAD, &n));
	CHECK_EQ(n, 6);
	CHECK_OK(ioctl(fd, FIONBIO, &on));
	CHECK(fcntl(fd, F_GETFL) & O_NONBLOCK);
	CHECK_OK(ioctl(fd, FIOCLEX));
	CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
	CHECK_OK(ioctl(fd, FIONCLEX));
	CHECK_ERR(ioctl(fd, TCGETS, &n), ENOTTY);
	CHECK_ERR(ioctl(fd, 0x1234, &n), ENOTTY);
	OK(pipe(p));
	CHECK_EQ(write(p[1], "abc", 3), 3);
	CHECK_OK(ioctl(p[0], FIONREAD, &n));
	CHECK_EQ(n, 3);
	CHECK_ERR(ioctl(p[0], FIONREAD, BAD_PTR), EFAULT);
}

TEST(fd, owner_and_sigio)
{
	int p[2];

	OK(pipe(p));
	CHECK_OK(fcntl(p[0], F_SETOWN, getpid()));
	CHECK_EQ(fcntl(p[0], F_GETOWN), getpid());
	t_count_signal(SIGIO, 0);
	CHECK_OK(fcntl(p[0], F_SETFL, O_ASYNC));
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK(t_until(t_signals[SIGIO] >= 1));
	CHECK_OK(fcntl(p[0], F_SETSIG, SIGUSR1));
	t_count_signal(SIGUSR1, 0);
	CHECK_EQ(write(p[1], "x", 1), 1);
	CHECK(t_until(t_signals[SIGUSR1] >= 1));
	CHECK_EQ(fcntl(p[0], F_GETSIG), SIGUSR1);
}
