/* File mappings: shared and private, coherence with read and write, past the end, msync, and the
 * mapping of fds that go. */
#include "abitest.h"
#include "fault.h"

#define RW (PROT_READ | PROT_WRITE)

static char *map(int fd, size_t len, int prot, int flags)
{
	char *p = mmap(NULL, len, prot, flags, fd, 0);

	REQUIRE(p != MAP_FAILED);
	return p;
}

TEST(filemap, private_write_stays_private)
{
	int fd = t_open_new("f", "hello");
	char *p = map(fd, PAGE, RW, MAP_PRIVATE), buf[6] = "";

	p[0] = 'J';
	CHECK_EQ(pread(fd, buf, 5, 0), 5);
	CHECK_STR(buf, "hello");
	CHECK(!memcmp(p, "Jello", 5));
}

TEST(filemap, private_sees_later_writes_until_touched)
{
	int fd = t_open_new("f", "hello");
	char *p = map(fd, PAGE, RW, MAP_PRIVATE);

	CHECK_EQ(p[0], 'h');
	CHECK_EQ(pwrite(fd, "H", 1, 0), 1);
	CHECK_EQ(p[0], 'H');
	p[1] = 'E';
	CHECK_EQ(pwrite(fd, "Q", 1, 0), 1);
	CHECK_EQ(p[0], 'H');
}

TEST(filemap, shared_and_read_write_agree)
{
	int fd = t_open_new("f", "hello world");
	char *p = map(fd, PAGE, RW, MAP_SHARED), *q = map(fd, PAGE, RW, MAP_SHARED), buf[6] = "";

	p[0] = 'J';
	CHECK_EQ(q[0], 'J');
	CHECK_EQ(pread(fd, buf, 5, 0), 5);
	CHECK_STR(buf, "Jello");
	CHECK_EQ(pwrite(fd, "MMMM", 4, 1), 4);
	CHECK(!memcmp(p, "JMMMM", 5));
}

TEST(filemap, shared_across_processes)
{
	int fd = t_open_new("f", "0");
	volatile char *p = map(fd, PAGE, RW, MAP_SHARED);
	pid_t pid = t_fork();

	if (!pid) {
		int fd2 = OK(open("f", O_RDWR));
		char *q = map(fd2, PAGE, RW, MAP_SHARED);

		q[0] = '1';
		t_exit();
	}
	t_wait_ok(pid);
	CHECK_EQ(p[0], '1');
}

TEST(filemap, tail_of_last_page_is_zero)
{
	int fd = t_open_new("f", "abc");
	char *p = map(fd, PAGE, RW, MAP_SHARED), c = 1;

	CHECK_EQ(p[3], 0);
	CHECK_EQ(p[PAGE - 1], 0);
	p[10] = 'x'; /* not part of the file */
	CHECK_EQ(lseek(fd, 0, SEEK_END), 3);
	CHECK_OK(ftruncate(fd, 20));
	CHECK_EQ(pread(fd, &c, 1, 15), 1);
	CHECK_EQ(c, 0);
}

TEST(filemap, past_the_end_is_sigbus)
{
	int fd = t_open_new("f", "abc");
	char *p = map(fd, 3 * PAGE, RW, MAP_SHARED);

	CHECK_EQ(fault_on_read(p), 0);
	CHECK_EQ(fault_on_read(p + PAGE + 5), SIGBUS);
	CHECK_EQ(fault.code, BUS_ADRERR);
	CHECK_EQ((uintptr_t)fault.addr, (uintptr_t)p + PAGE + 5);
	CHECK_EQ(fault_on_write(p + 2 * PAGE), SIGBUS);
	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_EQ(fault_on_write(p + PAGE), 0);
}

TEST(filemap, truncate_takes_pages_away)
{
	int fd = OK(open("f", O_RDWR | O_CREAT, 0644));
	char *p, *q;

	OK(ftruncate(fd, 2 * PAGE));
	p = map(fd, 2 * PAGE, RW, MAP_SHARED);
	q = map(fd, 2 * PAGE, RW, MAP_PRIVATE);
	p[PAGE] = 1;
	q[PAGE] = 2;
	p[100] = 'x';
	CHECK_OK(ftruncate(fd, 50));
	CHECK_EQ(fault_on_read(p + PAGE), SIGBUS);
	CHECK_EQ(fault_on_read(q + PAGE), SIGBUS); /* private copies go too */
	CHECK_EQ(p[100], 0);
	CHECK_OK(ftruncate(fd, 2 * PAGE));
	CHECK_EQ(p[PAGE], 0);
}

TEST(filemap, bad_kernel_copy_past_end)
{
	int fd = t_open_new("f", "abc"), out = t_open_new("g", "");
	char *p = map(fd, 3 * PAGE, RW, MAP_SHARED);

	CHECK_ERR(write(out, p + PAGE, 10), EFAULT);
	CHECK_EQ(write(out, p + PAGE - 4, 10), 4);
	CHECK_ERR(pread(fd, p + PAGE, 1, 0), EFAULT);
}

TEST(filemap, survives_close_and_unlink)
{
	int fd = t_open_new("f", "still here");
	char *p = map(fd, PAGE, RW, MAP_SHARED);

	close(fd);
	CHECK_OK(unlink("f"));
	CHECK(!memcmp(p, "still here", 10));
	p[0] = 'S';
	CHECK_EQ(p[0], 'S');
}

TEST(filemap, offset)
{
	int fd = OK(open("f", O_RDWR | O_CREAT, 0644));
	char *p;

	OK(ftruncate(fd, 4 * PAGE));
	CHECK_EQ(pwrite(fd, "third", 5, 2 * PAGE), 5);
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 2 * PAGE);
	CHECK(p != MAP_FAILED && !memcmp(p, "third", 5));
	CHECK_ERR(syscall(SYS_mmap2, NULL, PAGE, PROT_READ, (1 << 22) | 3, fd, 0), EOPNOTSUPP);
}

TEST(filemap, read_into_mapping_of_same_file)
{
	int fd = OK(open("f", O_RDWR | O_CREAT, 0644));
	char *p;

	OK(ftruncate(fd, 2 * PAGE));
	CHECK_EQ(pwrite(fd, "source", 6, PAGE), 6);
	p = map(fd, 2 * PAGE, RW, MAP_SHARED);
	CHECK_EQ(pread(fd, p, 6, PAGE), 6);
	CHECK(!memcmp(p, "source", 6));
	CHECK_EQ(pwrite(fd, p + PAGE, 6, 100), 6);
	CHECK(!memcmp(p + 100, "source", 6));
}

TEST(filemap, msync)
{
	int fd = t_open_new("f", "abc");
	char *p = map(fd, PAGE, RW, MAP_SHARED);

	p[0] = 'X';
	CHECK_OK(msync(p, PAGE, MS_SYNC));
	CHECK_OK(msync(p, PAGE, MS_ASYNC));
	CHECK_ERR(msync(p, PAGE, MS_SYNC | MS_ASYNC), EINVAL);
	CHECK_ERR(msync(p + 1, PAGE, MS_SYNC), EINVAL);
	munmap(p, PAGE);
	CHECK_ERR(msync(p, PAGE, MS_SYNC), ENOMEM);
}

TEST(filemap, dev_zero)
{
	int fd = OK(open("/dev/zero", O_RDWR));
	char *p = map(fd, 2 * PAGE, RW, MAP_PRIVATE), *s = map(fd, PAGE, RW, MAP_SHARED);
	pid_t pid;

	CHECK_EQ(p[PAGE], 0);
	p[PAGE] = 1;
	pid = t_fork();
	if (!pid) {
		s[0] = 5;
		_exit(0);
	}
	t_wait_ok(pid);
	CHECK_EQ(s[0], 5); /* shared /dev/zero is shared anonymous memory */
}

TEST(filemap, mtime_changes_by_mapping)
{
	int fd = t_open_new("f", "abc");
	struct stat a, b;
	struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };
	char *p = map(fd, PAGE, RW, MAP_SHARED);

	OK(futimens(fd, old));
	OK(fstat(fd, &a));
	p[0] = 'x';
	OK(msync(p, PAGE, MS_SYNC));
	OK(fstat(fd, &b));
	CHECK(b.st_mtime >= a.st_mtime);
}

TEST(filemap, memfd)
{
	int fd = syscall(SYS_memfd_create, "name", 3 /* CLOEXEC | ALLOW_SEALING */);
	char link[64], path[32];

	if (fd < 0 && errno == ENOSYS)
		t_skip("no memfd_create");
	REQUIRE(fd >= 0);
	CHECK_OK(ftruncate(fd, PAGE));
	CHECK(map(fd, PAGE, RW, MAP_SHARED)[0] == 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	memset(link, 0, sizeof(link));
	CHECK(readlink(path, link, sizeof(link) - 1) > 0);
	CHECK_STR(link, "/memfd:name (deleted)");
	CHECK_OK(fcntl(fd, 1033 /* F_ADD_SEALS */, 2 /* SHRINK */));
	CHECK_ERR(ftruncate(fd, 1), EPERM);
	CHECK_OK(ftruncate(fd, 2 * PAGE));
}
