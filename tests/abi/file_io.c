/* read, write, seek, truncate, vectors, holes, sendfile, splice, copy_file_range, fallocate. */
#include "abitest.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

TEST(io, read_write_offsets)
{
	int fd = t_open_new("f", "0123456789");
	char buf[16] = "";

	CHECK_EQ(read(fd, buf, 4), 4);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4);
	CHECK_EQ(write(fd, "AB", 2), 2);
	CHECK_EQ(read(fd, buf, 16), 4);
	CHECK(!memcmp(buf, "6789", 4));
	CHECK_EQ(read(fd, buf, 16), 0);
	CHECK_EQ(read(fd, buf, 0), 0);
	CHECK_EQ(write(fd, "", 0), 0);
	CHECK_EQ(pread(fd, buf, 10, 0), 10);
	CHECK(!memcmp(buf, "0123AB6789", 10));
}

TEST(io, pread_pwrite)
{
	int fd = t_open_new("f", "0123456789"), p[2];
	char buf[16] = "";

	CHECK_EQ(pread(fd, buf, 3, 5), 3);
	CHECK_EQ(pread(fd, buf, 3, 50), 0);
	CHECK_EQ(pwrite(fd, "xyz", 3, 12), 3);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 15);
	CHECK_EQ(pread(fd, buf, 15, 0), 15);
	CHECK_EQ(buf[11], 0);
	CHECK_ERR(pread(fd, buf, 1, -1), EINVAL);
	CHECK_ERR(pwrite(fd, buf, 1, -1), EINVAL);
	OK(pipe(p));
	CHECK_ERR(pread(p[0], buf, 1, 0), ESPIPE);
	CHECK_ERR(pwrite(p[1], buf, 1, 0), ESPIPE);
}

TEST(io, bad_buffers)
{
	int fd = t_open_new("f", "0123456789");
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(p + PAGE, PAGE);
	CHECK_ERR(read(fd, BAD_PTR, 4), EFAULT);
	CHECK_ERR(write(fd, BAD_PTR, 4), EFAULT);
	CHECK_ERR(read(fd, KERNEL_PTR, 4), EFAULT);
	CHECK_ERR(read(fd, (void *)0xc0001000, 4), EFAULT);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
	CHECK_EQ(read(fd, p + PAGE - 4, 10), 4);
	CHECK_EQ(write(fd, p + PAGE - 4, 10), 4);
	CHECK_EQ(read(fd, (void *)1, 0), 0);
}

TEST(io, lseek)
{
	int fd = t_open_new("f", "0123456789"), p[2];

	CHECK_EQ(lseek(fd, -3, SEEK_END), 7);
	CHECK_EQ(lseek(fd, 5, SEEK_CUR), 12);
	CHECK_ERR(lseek(fd, -13, SEEK_CUR), EINVAL);
	CHECK_ERR(lseek(fd, 0, 99), EINVAL);
	CHECK_ERR(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_EQ(lseek(fd, 0x123456789aLL, SEEK_SET), 0x123456789aLL);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0x123456789aLL);
	OK(pipe(p));
	CHECK_ERR(lseek(p[0], 0, SEEK_CUR), ESPIPE);
	if (t_native())
		CHECK_ERR(syscall(SYS_lseek, fd, 0, SEEK_CUR), EOVERFLOW); /* the 32-bit call */
	CHECK_ERR(syscall(140, fd, 0, 0, BAD_PTR, SEEK_SET), EFAULT);
}

TEST(io, holes_read_zero)
{
	int fd = t_open_new("f", "start");
	char buf[PAGE];
	struct stat st;

	CHECK_EQ(pwrite(fd, "end", 3, 1000000), 3);
	CHECK_EQ(pread(fd, buf, PAGE, 500000), PAGE);
	CHECK(buf[0] == 0 && buf[PAGE - 1] == 0);
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 1000003);
	CHECK(st.st_blocks < 200);
}

TEST(io, seek_data_and_hole)
{
	int fd = t_open_new("f", "");
	off_t hole;

	CHECK_EQ(pwrite(fd, "x", 1, 0), 1);
	CHECK_EQ(pwrite(fd, "x", 1, 1000000), 1);
	hole = lseek(fd, 0, SEEK_HOLE);
	CHECK(hole > 0 && hole <= 1000001);
	CHECK_EQ(lseek(fd, 1000000, SEEK_DATA), 1000000);
	CHECK_EQ(lseek(fd, 1000000, SEEK_HOLE), 1000001);
	CHECK_ERR(lseek(fd, 1000001, SEEK_DATA), ENXIO);
	CHECK_ERR(lseek(fd, 1000002, SEEK_HOLE), ENXIO);
}

TEST(io, truncate)
{
	int fd = t_open_new("f", "0123456789"), ro;
	char buf[16] = "";
	struct stat st;

	CHECK_OK(ftruncate(fd, 4));
	CHECK_OK(ftruncate(fd, 8));
	CHECK_EQ(pread(fd, buf, 16, 0), 8);
	CHECK(!memcmp(buf, "0123\0\0\0\0", 8));
	CHECK_OK(truncate("f", 3));
	OK(stat("f", &st));
	CHECK_EQ(st.st_size, 3);
	CHECK_ERR(ftruncate(fd, -1), EINVAL);
	CHECK_ERR(truncate(".", 0), EISDIR);
	CHECK_ERR(truncate("absent", 0), ENOENT);
	ro = OK(open("f", O_RDONLY));
	CHECK_ERR(ftruncate(ro, 0), EINVAL);
	CHECK_OK(syscall(SYS_truncate, "f", 1));
	CHECK_OK(syscall(SYS_ftruncate, fd, 2));
}

TEST(io, vectors)
{
	int fd = t_open_new("f", "");
	char a[4] = "", b[8] = "";
	struct iovec w[3] = { { "abc", 3 }, { "", 0 }, { "defgh", 5 } };
	struct iovec r[2] = { { a, 4 }, { b, 8 } };

	CHECK_EQ(writev(fd, w, 3), 8);
	CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
	CHECK_EQ(readv(fd, r, 2), 8);
	CHECK(!memcmp(a, "abcd", 4) && !memcmp(b, "efgh", 4));
	CHECK_EQ(pwritev(fd, w, 3, 2), 8);
	CHECK_EQ(preadv(fd, r, 2, 0), 10);
	CHECK(!memcmp(a, "abab", 4));
	CHECK_EQ(readv(fd, r, 0), 0);
}

TEST(io, vector_errors)
{
	int fd = t_open_new("f", "0123456789");
	static struct iovec many[1025];
	char c[4];
	struct iovec neg = { c, -1 }, two[2] = { { c, 4 }, { BAD_PTR, 4 } };

	CHECK_ERR(readv(fd, &neg, 1), EINVAL);
	CHECK_ERR(syscall(SYS_readv, fd, many, 1025), EINVAL);
	CHECK_ERR(syscall(SYS_readv, fd, many, -1), EINVAL);
	CHECK_EQ(syscall(SYS_readv, fd, many, 1024), 0);
	CHECK_ERR(syscall(SYS_readv, fd, BAD_PTR, 1), EFAULT);
	CHECK_EQ(syscall(SYS_readv, fd, two, 2), 4);
}

TEST(io, preadv2_flags)
{
	int fd = t_open_new("f", "0123456789");
	char b[4];
	struct iovec v = { b, 4 };
	long r = syscall(SYS_preadv2, fd, &v, 1, -1, -1, 0);

	if (r < 0 && errno == ENOSYS)
		t_skip("no preadv2");
	CHECK_EQ(r, 4);
	CHECK_EQ(lseek(fd, 0, SEEK_CUR), 4); /* offset -1: the file's own */
	CHECK_EQ(syscall(SYS_preadv2, fd, &v, 1, 2, 0, 0), 4);
	CHECK_EQ(b[0], '2');
	CHECK_ERR(syscall(SYS_preadv2, fd, &v, 1, 0, 0, 0x4000), EOPNOTSUPP);
	CHECK_EQ(syscall(SYS_pwritev2, fd, &v, 1, 0, 0, 0x10 /* RWF_APPEND */), 4);
	CHECK_EQ(lseek(fd, 0, SEEK_END), 14);
}

TEST(io, large_transfer)
{
	enum {
		N = 1 << 20
	};
	unsigned *buf = malloc(N), *got = malloc(N);
	int fd = t_open_new("f", "");

	for (int i = 0; i < N / 4; i++)
		buf[i] = i * 2654435761u;
	CHECK_EQ(write(fd, buf, N), N);
	CHECK_EQ(pread(fd, got, N, 0), N);
	CHECK(!memcmp(buf, got, N));
	CHECK_EQ(pread(fd, got, N, 4097), N - 4097);
	CHECK(!memcmp((char *)buf + 4097, got, N - 4097));
}

TEST(io, offset_past_4_gb)
{
	int fd = t_open_new("f", "");
	off_t at = 0x180000000LL;
	struct stat st;
	char c = 0;

	CHECK_EQ(pwrite(fd, "x", 1, at), 1);
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, at + 1);
	CHECK_EQ(pread(fd, &c, 1, at), 1);
	CHECK_EQ(c, 'x');
	char raw[64];

	CHECK_ERR(syscall(18 /* oldstat */, "f", raw), EOVERFLOW);
	CHECK_ERR(syscall(106 /* stat */, "f", raw), EOVERFLOW);
}

TEST(io, devices)
{
	char buf[64];
	int null = OK(open("/dev/null", O_RDWR)), zero = OK(open("/dev/zero", O_RDWR));
	int full = OK(open("/dev/full", O_RDWR)), rnd = OK(open("/dev/urandom", O_RDONLY));

	CHECK_EQ(read(null, buf, 64), 0);
	CHECK_EQ(write(null, buf, 64), 64);
	memset(buf, 1, sizeof(buf));
	CHECK_EQ(read(zero, buf, 64), 64);
	CHECK(buf[0] == 0 && buf[63] == 0);
	CHECK_EQ(write(zero, buf, 64), 64);
	CHECK_EQ(read(full, buf, 64), 64);
	CHECK_ERR(write(full, buf, 64), ENOSPC);
	CHECK_EQ(read(rnd, buf, 64), 64);
	CHECK_ERR(write(rnd, buf, 64), EBADF);
	CHECK_ERR(read(zero, BAD_PTR, 64), EFAULT);
}

TEST(io, device_numbers)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} devs[] = { { "/dev/null", 1, 3 },   { "/dev/zero", 1, 5 },	{ "/dev/full", 1, 7 },
		     { "/dev/random", 1, 8 }, { "/dev/urandom", 1, 9 }, { "/dev/tty", 5, 0 },
		     { "/dev/ptmx", 5, 2 } };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(devs); i++) {
		OK(stat(devs[i].name, &st));
		CHECK(S_ISCHR(st.st_mode));
		CHECK_EQ(st.st_rdev >> 8 & 0xfff, devs[i].major);
		CHECK_EQ(st.st_rdev & 0xff, devs[i].minor);
	}
}

TEST(io, sendfile)
{
	int in = t_open_new("in", "0123456789"), out = t_open_new("out", ""), p[2];
	off_t off = 2;
	char buf[16] = "";

	CHECK_EQ(sendfile(out, in, &off, 5), 5);
	CHECK_EQ(off, 7);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 0);
	CHECK_EQ(pread(out, buf, 16, 0), 5);
	CHECK_STR(buf, "23456");
	CHECK_EQ(sendfile(out, in, NULL, 100), 10);
	CHECK_EQ(lseek(in, 0, SEEK_CUR), 10);
	CHECK_EQ(sendfile(out, in, NULL, 100), 0);
	OK(pipe(p));
	off = 0;
	CHECK_EQ(sendfile(p[1], in, &off, 4), 4);
	CHECK_EQ(read(p[0], buf, 16), 4);
	CHECK_ERR(sendfile(out, 99, NULL, 1), EBADF);
	CHECK_ERR(sendfile(OK(open("out", O_RDONLY)), in, NULL, 1), EBADF);
}

TEST(io, splice)
{
	int in = t_open_new("in", "0123456789"), out = t_open_new("out", ""), p[2], q[2];
	char buf[16] = "";
	off_t off = 3;

	OK(pipe(p));
	OK(pipe(q));
	CHECK_EQ(splice(in, &off, p[1], NULL, 4, 0), 4);
	CHECK_EQ(off, 7);
	CHECK_EQ(tee(p[0], q[1], 100, 0), 4);
	CHECK_EQ(splice(p[0], NULL, out, NULL, 100, 0), 4);
	CHECK_EQ(pread(out, buf, 16, 0), 4);
	CHECK_STR(buf, "3456");
	CHECK_EQ(read(q[0], buf, 16), 4);
	CHECK_ERR(splice(in, NULL, out, NULL, 4, 0), EINVAL); /* neither is a pipe */
	CHECK_ERR(splice(p[0], NULL, out, NULL, 4, SPLICE_F_NONBLOCK), EAGAIN);
	CHECK_ERR(splice(p[0], &off, out, NULL, 4, 0), ESPIPE);
	struct iovec v = { "vm", 2 };

	CHECK_EQ(vmsplice(p[1], &v, 1, 0), 2);
	CHECK_EQ(read(p[0], buf, 16), 2);
}

TEST(io, copy_file_range)
{
	int in = t_open_new("in", "0123456789"), out = t_open_new("out", "");
	off_t from = 4;
	long r = copy_file_range(in, &from, out, NULL, 3, 0);
	char buf[16] = "";

	if (r < 0 && (errno == ENOSYS || errno == EXDEV))
		t_skip("no copy_file_range here");
	CHECK_EQ(r, 3);
	CHECK_EQ(from, 7);
	CHECK_EQ(pread(out, buf, 16, 0), 3);
	CHECK_STR(buf, "456");
	CHECK_EQ(copy_file_range(in, NULL, out, NULL, 100, 0), 10);
	CHECK_ERR(copy_file_range(in, NULL, out, NULL, 1, 1), EINVAL);
}

TEST(io, fallocate)
{
	int fd = t_open_new("f", "abc");
	struct stat st;
	char buf[4];

	if (fallocate(fd, 0, 0, 100) < 0 && errno == EOPNOTSUPP)
		t_skip("no fallocate here");
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 100);
	CHECK_OK(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 10000));
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 100);
	CHECK_OK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1, 1));
	CHECK_EQ(pread(fd, buf, 3, 0), 3);
	CHECK(!memcmp(buf, "a\0c", 3));
	CHECK_ERR(fallocate(fd, 0, -1, 10), EINVAL);
	CHECK_ERR(fallocate(fd, 0, 0, 0), EINVAL);
	CHECK_ERR(fallocate(OK(open("f", O_RDONLY)), 0, 0, 10), EBADF);
}

TEST(io, sync_calls)
{
	int fd = t_open_new("f", "abc"), p[2];

	CHECK_OK(fsync(fd));
	CHECK_OK(fdatasync(fd));
	CHECK_OK(syscall(SYS_sync));
	CHECK_OK(syncfs(fd));
	CHECK_OK(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE));
	CHECK_ERR(sync_file_range(fd, 0, 0, 8), EINVAL);
	CHECK_ERR(sync_file_range(fd, -1, 0, 0), EINVAL);
	CHECK_ERR(sync_file_range(fd, 1, INT64_MAX, 0), EINVAL);
	CHECK_ERR(sync_file_range(-1, -1, 0, 8), EBADF);
	OK(pipe(p));
	CHECK_ERR(sync_file_range(p[0], 0, 0, SYNC_FILE_RANGE_WRITE), ESPIPE);
	CHECK_ERR(fsync(p[0]), EINVAL);
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
	CHECK_EQ(posix_fadvise(p[0], 0, 0, POSIX_FADV_SEQUENTIAL), ESPIPE);
	CHECK_OK(readahead(fd, 0, 100));
}
