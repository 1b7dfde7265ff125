/* A block device as a file: its end, O_DIRECT, O_EXCL, mapping, and what files can that it cannot.
 */
#include "block.h"
#include <linux/fiemap.h>
#include <sys/sysmacros.h>

#define SIZE (1 << 20)

BLOCK_TEST(end_of_device)
{
	static char buf[8192];
	int fd = loop_over(SIZE, NULL);

	CHECK_EQ(lseek(fd, 0, SEEK_END), SIZE);
	CHECK_EQ(read(fd, buf, 512), 0);
	CHECK_ERR(write(fd, buf, 512), ENOSPC);
	CHECK_EQ(pread(fd, buf, sizeof(buf), SIZE - 4096), 4096);
	CHECK_EQ(pwrite(fd, buf, sizeof(buf), SIZE - 4096), 4096);
	CHECK_EQ(pread(fd, buf, 512, SIZE + 4096), 0);
	CHECK_ERR(pwrite(fd, buf, 512, SIZE + 4096), ENOSPC);
	CHECK_ERR(pwrite(fd, buf, 1, 1ll << 60), ENOSPC);
	CHECK_EQ(pwrite(fd, buf, 0, SIZE), 0);
	CHECK_EQ(pread(fd, buf, 100, SIZE - 50), 50);
}

BLOCK_TEST(seeking)
{
	int fd = loop_over(SIZE, NULL);

	CHECK_ERR(lseek(fd, SIZE + 1, SEEK_SET), EINVAL);
	CHECK_EQ(lseek(fd, SIZE, SEEK_SET), SIZE);
	CHECK_ERR(lseek(fd, 1, SEEK_CUR), EINVAL);
	CHECK_ERR(lseek(fd, 1, SEEK_END), EINVAL);
	CHECK_ERR(lseek(fd, -1, SEEK_SET), EINVAL);
	CHECK_EQ(lseek(fd, -SIZE, SEEK_END), 0);
	CHECK_EQ(lseek(fd, 10, SEEK_CUR), 10);
	CHECK_ERR(lseek(fd, 0, 9), EINVAL);
	CHECK_ERR(lseek(fd, 0, SEEK_DATA), EINVAL);
}

/* What the file system answers in which the node is, or none. */
BLOCK_TEST(asked_as_a_file)
{
	struct fiemap map = { .fm_length = SIZE };
	int fd = loop_over(SIZE, NULL), size = 0, block = 0;

	CHECK_OK(ioctl(fd, FIGETBSZ, &size));
	CHECK_EQ(size, 4096);
	CHECK_ERR(ioctl(fd, FIGETBSZ, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, FIFREEZE, 0), EOPNOTSUPP);
	CHECK_ERR(ioctl(fd, FITHAW, 0), EINVAL);
	CHECK_ERR(ioctl(fd, FS_IOC_FIEMAP, &map), EOPNOTSUPP);
	close(fd);
	fd = blk_file("f", SIZE);
	CHECK_ERR(ioctl(fd, FIBMAP, &block), EINVAL);
	CHECK_ERR(ioctl(fd, FIBMAP, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, FS_IOC_FIEMAP, &map), EOPNOTSUPP);
	close(fd);
}

static int is_cached(char *p)
{
	unsigned char in;

	OK(mincore(p, PAGE, &in));
	return in & 1;
}

/* Advice about what of a file is wanted in memory, seen by mincore(2). */
BLOCK_TEST(advice)
{
	int fd = loop_over(SIZE, NULL);
	char *p = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0), c;

	CHECK_EQ(pread(fd, &c, 1, 8 * PAGE), 1);
	CHECK(is_cached(p + 8 * PAGE));
	CHECK_EQ(posix_fadvise(fd, 8 * PAGE + 1, PAGE, POSIX_FADV_DONTNEED), 0);
	CHECK(is_cached(p + 8 * PAGE)); /* no whole page */
	CHECK_EQ(posix_fadvise(fd, 8 * PAGE, PAGE, POSIX_FADV_DONTNEED), 0);
	CHECK(!is_cached(p + 8 * PAGE));
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK_EQ(posix_fadvise(fd, 40 * PAGE, 3 * PAGE, POSIX_FADV_WILLNEED), 0);
	CHECK(t_until(is_cached(p + 40 * PAGE) && is_cached(p + 42 * PAGE)));
	CHECK_OK(readahead(fd, 60 * PAGE, 2 * PAGE));
	CHECK(t_until(is_cached(p + 60 * PAGE) && is_cached(p + 61 * PAGE)));
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	CHECK(!is_cached(p + 60 * PAGE));
	/* What is dirty begins to be written, and can go after that. */
	CHECK_EQ(pwrite(fd, "new", 3, 20 * PAGE), 3);
	CHECK(t_until(!posix_fadvise(fd, 20 * PAGE, PAGE, POSIX_FADV_DONTNEED) &&
		      !is_cached(p + 20 * PAGE)));
	CHECK_EQ(pwrite(fd, "new", 3, 21 * PAGE), 3);
	CHECK_OK(sync_file_range(fd, 21 * PAGE, PAGE,
				 SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
					 SYNC_FILE_RANGE_WAIT_AFTER));
	CHECK_EQ(posix_fadvise(fd, 21 * PAGE, PAGE, POSIX_FADV_DONTNEED), 0);
	CHECK(!is_cached(p + 21 * PAGE));
	CHECK_EQ(pread(fd, &c, 1, 21 * PAGE), 1);
	CHECK_EQ(c, 'n');
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	/* Who jumps about is given what he asks for. */
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM), 0);
	CHECK_EQ(pread(fd, &c, 1, 0), 1);
	CHECK(!is_cached(p + PAGE));
	CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL), 0);
	CHECK_EQ(posix_fadvise(fd, 0, 0, 6), EINVAL);
	CHECK_EQ(posix_fadvise(fd, 0, -1, POSIX_FADV_NORMAL), EINVAL);
	CHECK_EQ(posix_fadvise(fd, 1ll << 62, 1ll << 62, POSIX_FADV_WILLNEED), 0);
	OK(munmap(p, SIZE));
	close(fd);
}

/* A link to what is above it names that, too. */
BLOCK_TEST(device_link)
{
	char path[64], to[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/block/%s/device", strrchr(blk_disk(""), '/') + 1);
	n = OK(readlink(path, to, sizeof(to) - 1));
	to[n] = 0;
	CHECK(!strncmp(to, "../../../", 9));
	CHECK(n > 9 && !strchr(to + 9, '/'));
	CHECK(!strncmp(blk_attr(blk_disk(""), "device/model"), "QEMU HARDDISK", 13));
}

/* The last sectors of a device whose size is not a multiple of a page. */
BLOCK_TEST(odd_size)
{
	static char buf[8192];
	int fd = loop_over(SIZE + 1536, NULL);

	CHECK_EQ(lseek(fd, 0, SEEK_END), SIZE + 1536);
	memset(buf, 'z', sizeof(buf));
	CHECK_EQ(pwrite(fd, buf, sizeof(buf), SIZE), 1536);
	CHECK_OK(fsync(fd));
	CHECK_EQ(pread(fd, buf, sizeof(buf), SIZE), 1536);
	CHECK_EQ(buf[1535], 'z');
}

BLOCK_TEST(direct)
{
	char *page =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char back[512];
	const char *name;
	int cached = loop_over(SIZE, &name), fd = OK(open(name, O_RDWR | O_DIRECT));

	memset(page, 'd', PAGE);
	CHECK_EQ(pwrite(fd, page, 512, 1024), 512);
	CHECK_EQ(pread(cached, back, 512, 1024), 512);
	CHECK(!memcmp(page, back, 512));
	CHECK_ERR(pread(fd, page, 100, 0), EINVAL);
	CHECK_ERR(pread(fd, page, 512, 100), EINVAL);
	CHECK_ERR(pwrite(fd, page, 100, 0), EINVAL);
	CHECK_ERR(pwrite(fd, page, 512, 100), EINVAL);
	CHECK_ERR(pread(fd, page + 1, 512, 0), EINVAL);
	CHECK_ERR(pread(fd, page + 256, 512, 0), EINVAL);
	CHECK_ERR(pwrite(fd, page + 1, 512, 0), EINVAL);
	CHECK_EQ(pread(fd, page + 512, 512, 0), 512);
	CHECK_EQ(pread(fd, page, 4096, SIZE), 0);
	CHECK_EQ(pread(fd, page, 4096, SIZE - 1024), 1024);
	CHECK_ERR(pwrite(fd, page, 512, SIZE), ENOSPC);
	CHECK_EQ(pwrite(fd, page, 4096, SIZE - 1024), 1024);
	CHECK_ERR(pread(fd, (void *)((uintptr_t)BAD_PTR & ~511u), 512, 0), EFAULT);
	/* What the cache has dirty is seen. */
	CHECK_EQ(pwrite(cached, "now", 3, 4096), 3);
	CHECK_EQ(pread(fd, page, 512, 4096), 512);
	CHECK(!memcmp(page, "now", 3));
}

static void age(int fd)
{
	static const struct timespec old[2] = { { 1000, 0 }, { 1000, 0 } };

	OK(futimens(fd, old));
}

/* Of the node: libblkid looks at them to know whether a device was written. */
BLOCK_TEST(times)
{
	char *page =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const char *name;
	int fd = loop_over(SIZE, &name), direct = OK(open(name, O_RDWR | O_DIRECT));
	int both[] = { fd, direct };
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		age(fd);
		CHECK_EQ(pread(both[i], page, PAGE, 0), PAGE);
		OK(stat(name, &st));
		CHECK(st.st_atime > 1000);
		CHECK_EQ(st.st_mtime, 1000);
		age(fd);
		CHECK_ERR(pwrite(both[i], page, PAGE, SIZE), ENOSPC);
		OK(stat(name, &st));
		CHECK_EQ(st.st_mtime, 1000);
		CHECK_EQ(pwrite(both[i], page, PAGE, 0), PAGE);
		OK(stat(name, &st));
		CHECK(st.st_mtime > 1000);
		CHECK_EQ(st.st_atime, 1000);
	}
}

static unsigned long long value_of(const char *file, const char *name)
{
	static char text[16384];
	char *at;

	CHECK(t_read_file(file, text, sizeof(text)) > 0);
	at = strstr(text, name);
	return CHECK(at != NULL) ? strtoull(at + strlen(name), NULL, 10) : 0;
}

/* What vmstat and free tell of disks. */
BLOCK_TEST(counted)
{
	enum {
		BYTES = 256 * 1024
	};
	char *data = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = OK(open(blk_disk(""), O_RDONLY | O_DIRECT)), written = loop_over(SIZE, NULL);
	unsigned long long in = value_of("/proc/vmstat", "\npgpgin "), buffers;
	unsigned long long out = value_of("/proc/vmstat", "\npgpgout ");

	CHECK_EQ(pread(fd, data, BYTES, 0), BYTES);
	CHECK(value_of("/proc/vmstat", "\npgpgin ") >= in + BYTES / 1024);
	CHECK_EQ(pwrite(written, data, BYTES, 0), BYTES);
	OK(fsync(written));
	CHECK(value_of("/proc/vmstat", "\npgpgout ") >= out + BYTES / 1024);
	buffers = value_of("/proc/meminfo", "\nBuffers:");
	CHECK(buffers >= BYTES / 1024);
	CHECK(value_of("/proc/meminfo", "\nCached:") > 0);
	close(written);
	close(fd);
}

BLOCK_TEST(direct_disk)
{
	char *page =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = OK(open(blk_disk(""), O_RDONLY | O_DIRECT));

	CHECK_EQ(pread(fd, page, 512, 0), 512);
	CHECK_EQ((unsigned char)page[510], 0x55);
	CHECK_ERR(pread(fd, page + 1, 512, 0), EINVAL);
	CHECK_ERR(pread(fd, page + 4, 512, 0), EINVAL);
	CHECK_EQ(pread(fd, page + 512, 512, 0), 512);
	CHECK_EQ((unsigned char)page[1022], 0x55);
	CHECK_ERR(pread(fd, page, 511, 0), EINVAL);
}

BLOCK_TEST(exclusive)
{
	int disk = OK(open(blk_disk(""), O_RDONLY | O_EXCL)), part;

	CHECK_ERR(open(blk_disk(""), O_RDONLY | O_EXCL), EBUSY);
	CHECK_ERR(open(blk_disk("1"), O_RDONLY | O_EXCL), EBUSY);
	part = CHECK_OK(open(blk_disk("1"), O_RDWR)) ? OK(open(blk_disk("1"), O_RDWR)) : -1;
	close(part);
	close(disk);
	part = OK(open(blk_disk("1"), O_RDONLY | O_EXCL));
	CHECK_ERR(open(blk_disk(""), O_RDONLY | O_EXCL), EBUSY);
	CHECK_OK(open(blk_disk(""), O_RDWR));
	CHECK_OK(mkdir("m", 0755));
	CHECK_ERR(mount(blk_disk("1"), "m", "ext2", 0, ""), EBUSY);
	close(part);
}

BLOCK_TEST(exclusive_and_mounted)
{
	OK(mkdir("m", 0755));
	OK(mkdir("n", 0755));
	OK(mount(blk_disk("1"), "m", "ext2", 0, ""));
	CHECK_ERR(open(blk_disk("1"), O_RDONLY | O_EXCL), EBUSY);
	CHECK_ERR(open(blk_disk(""), O_RDONLY | O_EXCL), EBUSY);
	CHECK_OK(open(blk_disk("1"), O_RDONLY));
	/* A second mount is another view of the same file system, but not with other rights. */
	CHECK_OK(mount(blk_disk("1"), "n", "ext2", 0, ""));
	CHECK_OK(umount("n"));
	CHECK_ERR(mount(blk_disk("1"), "n", "ext2", MS_RDONLY, ""), EBUSY);
	CHECK_ERR(mount(blk_disk(""), "n", "ext2", 0, ""), EBUSY);
	CHECK_OK(umount("m"));
	CHECK_OK(close(OK(open(blk_disk("1"), O_RDONLY | O_EXCL))));
}

BLOCK_TEST(mapping)
{
	char back[4];
	int fd = loop_over(SIZE, NULL);
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, SIZE - PAGE);

	REQUIRE(p != MAP_FAILED);
	memcpy(p, "map", 4);
	CHECK_EQ(pread(fd, back, 4, SIZE - PAGE), 4);
	CHECK_STR(back, "map");
	CHECK_EQ(pwrite(fd, "new", 4, SIZE - PAGE), 4);
	CHECK_STR(p, "new");
	CHECK_OK(msync(p, PAGE, MS_SYNC));
	t_count_signal(SIGBUS, SA_RESETHAND);
	pid_t pid = t_fork();

	if (!pid) {
		signal(SIGBUS, SIG_DFL);
		p[PAGE] = 1;
		_exit(0);
	}
	int st = t_wait(pid);

	CHECK(WIFSIGNALED(st) && WTERMSIG(st) == SIGBUS);
	munmap(p, 2 * PAGE);
}

BLOCK_TEST(mapped_data_reaches_the_file)
{
	char back[4];
	int fd = loop_over(SIZE, NULL), file = OK(open("loopfile", O_RDONLY));
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 8192);

	REQUIRE(p != MAP_FAILED);
	memcpy(p, "abc", 4);
	CHECK_OK(fsync(fd));
	CHECK_EQ(pread(file, back, 4, 8192), 4);
	CHECK_STR(back, "abc");
}

BLOCK_TEST(not_a_file)
{
	struct stat st;
	const char *name;
	int fd = loop_over(SIZE, &name);

	CHECK_ERR(ftruncate(fd, 512), EINVAL);
	CHECK_ERR(truncate(name, 512), EINVAL);
	CHECK_ERR(fallocate(fd, 0, 0, 512), EOPNOTSUPP);
	OK(fstat(fd, &st));
	CHECK_EQ(st.st_size, 0);
	CHECK(S_ISBLK(st.st_mode));
	CHECK_EQ(major(st.st_rdev), 7);
	CHECK_EQ(st.st_blocks, 0);
	CHECK_OK(close(OK(open(name, O_RDWR | O_TRUNC))));
	CHECK_ERR(open(name, O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
	CHECK_OK(fdatasync(fd));
	CHECK_OK(fsync(OK(open(name, O_RDONLY))));
	CHECK_ERR(read(OK(open(name, O_WRONLY)), &st, 1), EBADF);
	CHECK_ERR(write(OK(open(name, O_RDONLY)), &st, 1), EBADF);
}

BLOCK_TEST(no_such_device)
{
	OK(mknod("b", S_IFBLK | 0600, makedev(7, 4000)));
	OK(mknod("c", S_IFBLK | 0600, makedev(240, 5)));
	CHECK_ERR(open("c", O_RDONLY), ENXIO);
	CHECK_OK(mkdir("m", 0755));
	CHECK_ERR(mount("c", "m", "ext2", 0, ""), ENXIO);
	t_write_file("f", "");
	CHECK_ERR(mount("f", "m", "ext2", 0, ""), ENOTBLK);
	CHECK_ERR(mount("absent", "m", "ext2", 0, ""), ENOENT);
	CHECK_ERR(mount(blk_disk(""), "m", "ext2", 0, ""), EINVAL);
}
