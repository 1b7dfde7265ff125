/* Loop devices: /dev/loop-control and the ioctls of a device. */
#include "block.h"
#include <sys/sysmacros.h>

#define SIZE (1 << 20)

LOOP_TEST(control)
{
	int c = OK(open("/dev/loop-control", O_RDWR)), n = OK(ioctl(c, LOOP_CTL_GET_FREE)), fd;
	char name[32];

	CHECK_EQ(ioctl(c, LOOP_CTL_GET_FREE), n);
	CHECK_EQ(ioctl(c, LOOP_CTL_ADD, 77), 77);
	CHECK_ERR(ioctl(c, LOOP_CTL_ADD, 77), EEXIST);
	fd = OK(open("/dev/loop77", O_RDONLY));
	CHECK_ERR(ioctl(c, LOOP_CTL_REMOVE, 77), EBUSY);
	close(fd);
	CHECK_EQ(ioctl(c, LOOP_CTL_REMOVE, 77), 0);
	CHECK_ERR(ioctl(c, LOOP_CTL_REMOVE, 77), ENODEV);
	CHECK_ERR(open("/dev/loop77", O_RDONLY), ENOENT);
	CHECK_ERR(ioctl(c, LOOP_CTL_REMOVE, -1), EINVAL);
	CHECK_ERR(ioctl(c, 0x4c99, 0), ENOSYS);
	n = OK(ioctl(c, LOOP_CTL_ADD, -1));
	snprintf(name, sizeof(name), "/dev/loop%d", n);
	CHECK_OK(access(name, F_OK));
	CHECK_EQ(ioctl(c, LOOP_CTL_REMOVE, n), 0);
}

LOOP_TEST(unbound)
{
	struct loop_info64 info = { 0 };
	struct loop_info old;
	char c;
	int fd = loop_free_device(NULL);

	CHECK_EQ(blk_size(fd), 0);
	CHECK_EQ(read(fd, &c, 1), 0);
	CHECK_ERR(write(fd, &c, 1), ENOSPC);
	CHECK_ERR(ioctl(fd, LOOP_GET_STATUS64, &info), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_GET_STATUS, &old), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_STATUS64, &info), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_STATUS64, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, LOOP_CLR_FD, 0), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_CAPACITY, 0), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_BLOCK_SIZE, 512), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_DIRECT_IO, 1), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, 99), EBADF);
	CHECK_ERR(ioctl(fd, LOOP_CHANGE_FD, OK(open(blk_disk(""), O_RDONLY))), ENXIO);
	CHECK_ERR(ioctl(fd, LOOP_CONFIGURE, BAD_PTR), EFAULT);
}

LOOP_TEST(set_fd)
{
	struct loop_info64 info;
	const char *name;
	int fd = loop_free_device(&name), file = blk_file("f", SIZE);
	struct stat st;
	char back[4];

	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	CHECK_EQ(blk_size(fd), SIZE);
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, file), EBUSY);
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	OK(fstat(file, &st));
	CHECK_EQ(info.lo_inode, st.st_ino);
	CHECK_EQ(info.lo_offset, 0);
	CHECK_EQ(info.lo_sizelimit, 0);
	CHECK_EQ(info.lo_flags, 0);
	CHECK_EQ(info.lo_number, atoi(name + 9));
	CHECK_EQ(info.lo_encrypt_type, 0);
	CHECK_EQ(pwrite(fd, "abc", 4, 4096), 4);
	CHECK_OK(fsync(fd));
	CHECK_EQ(pread(file, back, 4, 4096), 4);
	CHECK_STR(back, "abc");
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	CHECK_ERR(ioctl(fd, LOOP_GET_STATUS64, &info), ENXIO);
}

/* By whom else it is open, it is let go with the last opening. */
LOOP_TEST(clear_while_open)
{
	struct loop_info64 info;
	const char *name;
	int fd = loop_free_device(&name), other = OK(open(name, O_RDONLY));

	OK(ioctl(fd, LOOP_SET_FD, blk_file("f", SIZE)));
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_AUTOCLEAR);
	close(fd);
	OK(ioctl(other, LOOP_GET_STATUS64, &info));
	close(other);
	fd = OK(open(name, O_RDWR));
	CHECK(t_until(ioctl(fd, LOOP_GET_STATUS64, &info) < 0 && errno == ENXIO));
}

LOOP_TEST(autoclear)
{
	struct loop_info64 info;
	const char *name;
	int fd = loop_over(SIZE, &name);

	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_AUTOCLEAR);
	CHECK_STR(blk_attr(name, "loop/autoclear"), "1\n");
	close(fd);
	fd = OK(open(name, O_RDWR));
	CHECK(t_until(ioctl(fd, LOOP_GET_STATUS64, &info) < 0 && errno == ENXIO));
	CHECK_EQ(blk_size(fd), 0);
}

/* /sys/block/NAME/loop is there while the device has a file: losetup -l goes by it. */
LOOP_TEST(folder)
{
	const char *name, *none = "no loop/offset";
	int fd = loop_free_device(&name);

	CHECK_STR(blk_attr(name, "loop/offset"), none);
	OK(ioctl(fd, LOOP_SET_FD, blk_file("f", SIZE)));
	CHECK_STR(blk_attr(name, "loop/offset"), "0\n");
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	CHECK(t_until(!strcmp(blk_attr(name, "loop/offset"), none)));
	close(fd);
	CHECK_STR(blk_attr(name, "loop/offset"), none);
	fd = loop_over(SIZE, &name);
	CHECK_STR(blk_attr(name, "loop/autoclear"), "1\n");
	close(fd);
	CHECK(t_until(!strcmp(blk_attr(name, "loop/offset"), none)));
}

/* A number whose node somebody made without asking the control device. */
LOOP_TEST(made_by_opening)
{
	int c = OK(open("/dev/loop-control", O_RDWR)), fd;

	OK(mknod("node", S_IFBLK | 0600, makedev(7, 91)));
	CHECK_ERR(access("/sys/block/loop91", F_OK), ENOENT);
	fd = OK(open("node", O_RDWR));
	CHECK_OK(access("/sys/block/loop91", F_OK));
	CHECK_ERR(ioctl(c, LOOP_CTL_ADD, 91), EEXIST);
	CHECK_OK(ioctl(fd, LOOP_SET_FD, blk_file("f", SIZE)));
	CHECK_EQ(blk_size(fd), SIZE);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	close(fd);
	CHECK(t_until(ioctl(c, LOOP_CTL_REMOVE, 91) == 0));
	CHECK_ERR(access("/sys/block/loop91", F_OK), ENOENT);
}

LOOP_TEST(offset_and_limit)
{
	struct loop_info64 info = { .lo_offset = 4096,
				    .lo_sizelimit = 8192,
				    .lo_file_name = "a b" };
	struct loop_config config = { .info = { .lo_offset = 512 } };
	const char *name;
	char back[4];
	int fd = loop_free_device(&name), file = blk_file("f", SIZE);

	CHECK_EQ(pwrite(file, "off", 4, 4096), 4);
	config.fd = file;
	CHECK_OK(ioctl(fd, LOOP_CONFIGURE, &config));
	CHECK_EQ(blk_size(fd), SIZE - 512);
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	CHECK_EQ(blk_size(fd), 8192);
	CHECK_EQ(pread(fd, back, 4, 0), 4);
	CHECK_STR(back, "off");
	CHECK_STR(blk_attr(name, "loop/offset"), "4096\n");
	CHECK_STR(blk_attr(name, "loop/sizelimit"), "8192\n");
	CHECK_STR(blk_attr(name, "size"), "16\n");
	memset(&info, 0, sizeof(info));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_STR((char *)info.lo_file_name, "a b");
	CHECK_EQ(info.lo_sizelimit, 8192);
	info.lo_offset = 2 * SIZE;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	CHECK_EQ(blk_size(fd), 0);
	info.lo_offset = 0;
	info.lo_sizelimit = 700;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	CHECK_EQ(blk_size(fd), 512);
	info.lo_offset = 1ull << 63;
	CHECK_ERR(ioctl(fd, LOOP_SET_STATUS64, &info), EOVERFLOW);
	info.lo_offset = 0;
	info.lo_encrypt_type = LO_CRYPT_CRYPTOAPI;
	CHECK_ERR(ioctl(fd, LOOP_SET_STATUS64, &info), EINVAL);
	info.lo_encrypt_type = 0;
	info.lo_encrypt_key_size = 33;
	CHECK_ERR(ioctl(fd, LOOP_SET_STATUS64, &info), EINVAL);
	info.lo_encrypt_key_size = 32;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

static void check_byte(int fd, off_t at, char expected)
{
	char c;

	CHECK_EQ(pread(fd, &c, 1, at), 1);
	CHECK_EQ(c, expected);
}

/* What is cached is of the place where it was read, or is to be written. */
LOOP_TEST(moved_under_the_cache)
{
	struct loop_info64 info = { .lo_offset = 4096 };
	int fd = loop_free_device(NULL), file = blk_file("f", SIZE);

	for (int i = 0; i < 4; i++)
		CHECK_EQ(pwrite(file, &"abcd"[i], 1, i * 4096), 1);
	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	check_byte(fd, 0, 'a');
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	check_byte(fd, 0, 'b');
	CHECK_EQ(pwrite(fd, "Z", 1, 0), 1);
	info.lo_offset = 8192;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	check_byte(fd, 0, 'c');
	CHECK_OK(fsync(fd));
	check_byte(file, 4096, 'Z');
	check_byte(file, 8192, 'c');
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(block_size_under_the_cache)
{
	int fd = loop_free_device(NULL), file = blk_file("f", SIZE), size;

	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	CHECK_EQ(pwrite(fd, "a", 1, 0), 1);
	CHECK_OK(ioctl(fd, LOOP_SET_BLOCK_SIZE, 4096));
	CHECK_OK(ioctl(fd, BLKSSZGET, &size));
	CHECK_EQ(size, 4096);
	CHECK_EQ(pwrite(fd, "b", 1, 512), 1);
	CHECK_OK(fsync(fd));
	check_byte(file, 0, 'a');
	check_byte(file, 512, 'b');
	CHECK_OK(ioctl(fd, LOOP_SET_BLOCK_SIZE, 512));
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

/* What was written and not synced is the file's when the device lets go of it. Linux 6.1 takes the
 * file away first, and loses it. */
LOOP_TEST(written_before_clear)
{
	int fd = loop_free_device(NULL), file = blk_file("f", SIZE);
	int on_linux = strstr(blk_disk(""), "sda") != NULL;

	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	CHECK_EQ(pwrite(fd, "a", 1, 4096), 1);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	close(fd);
	check_byte(file, 4096, on_linux ? 0 : 'a');
}

/* Whether it may be written is the file's affair first. */
LOOP_TEST(readonly_stays)
{
	int fd = loop_free_device(NULL), file, off = 0, ro;

	close(blk_file("f", SIZE));
	file = OK(open("f", O_RDONLY));
	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	CHECK_OK(ioctl(fd, BLKROSET, &off));
	OK(ioctl(fd, BLKROGET, &ro));
	CHECK_EQ(ro, 1);
	CHECK_ERR(pwrite(fd, "a", 1, 0), EPERM);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(old_status)
{
	struct loop_info64 info = { .lo_offset = 1024 };
	struct loop_info old;
	int fd = loop_over(SIZE, NULL);

	OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	OK(ioctl(fd, LOOP_GET_STATUS, &old));
	CHECK_EQ(old.lo_offset, 1024);
	old.lo_offset = 2048;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS, &old));
	CHECK_EQ(blk_size(fd), SIZE - 2048);
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_offset, 2048);
	info.lo_offset = 1ull << 33;
	OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	CHECK_ERR(ioctl(fd, LOOP_GET_STATUS, &old), EOVERFLOW);
	OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(settable_flags)
{
	struct loop_info64 info = { .lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_READ_ONLY | 0x100 };
	int fd = loop_free_device(NULL);

	OK(ioctl(fd, LOOP_SET_FD, blk_file("f", SIZE)));
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_AUTOCLEAR);
	info.lo_flags = LO_FLAGS_PARTSCAN;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_PARTSCAN);
	info.lo_flags = 0;
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_PARTSCAN); /* set once, it stays */
	OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(configure)
{
	struct loop_config config = { .block_size = 4096 };
	int fd = loop_free_device(NULL), n;

	config.fd = blk_file("f", SIZE);
	config.info.lo_flags = 0x100;
	CHECK_ERR(ioctl(fd, LOOP_CONFIGURE, &config), EINVAL);
	config.info.lo_flags = 0;
	config.block_size = 1000;
	CHECK_ERR(ioctl(fd, LOOP_CONFIGURE, &config), EINVAL);
	config.block_size = 8192;
	CHECK_ERR(ioctl(fd, LOOP_CONFIGURE, &config), EINVAL);
	config.block_size = 4096;
	CHECK_OK(ioctl(fd, LOOP_CONFIGURE, &config));
	OK(ioctl(fd, BLKSSZGET, &n));
	CHECK_EQ(n, 4096);
	CHECK_ERR(ioctl(fd, LOOP_CONFIGURE, &config), EBUSY);
	CHECK_ERR(ioctl(fd, LOOP_SET_BLOCK_SIZE, 1000), EINVAL);
	CHECK_ERR(ioctl(fd, LOOP_SET_BLOCK_SIZE, 0), EINVAL);
	CHECK_OK(ioctl(fd, LOOP_SET_BLOCK_SIZE, 1024));
	OK(ioctl(fd, BLKSSZGET, &n));
	CHECK_EQ(n, 1024);
	OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(capacity)
{
	const char *name;
	int fd = loop_over(SIZE, &name), file = OK(open("loopfile", O_RDWR));

	OK(ftruncate(file, SIZE + 5000));
	CHECK_EQ(blk_size(fd), SIZE);
	CHECK_OK(ioctl(fd, LOOP_SET_CAPACITY, 0));
	CHECK_EQ(blk_size(fd), SIZE + 4608);
	OK(ftruncate(file, 512));
	CHECK_OK(ioctl(fd, LOOP_SET_CAPACITY, 0));
	CHECK_EQ(lseek(fd, 0, SEEK_END), 512);
}

LOOP_TEST(readonly)
{
	struct loop_info64 info;
	char c = 0;
	const char *name;
	int fd = loop_free_device(&name), file, n;

	close(blk_file("f", SIZE));
	file = OK(open("f", O_RDONLY));
	CHECK_OK(ioctl(fd, LOOP_SET_FD, file));
	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_EQ(info.lo_flags, LO_FLAGS_READ_ONLY);
	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 1);
	CHECK_STR(blk_attr(name, "ro"), "1\n");
	CHECK_ERR(pwrite(fd, &c, 1, 0), EPERM);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	/* The device opened for reading only makes it so, too. */
	close(fd);
	fd = OK(open(name, O_RDONLY));
	CHECK_OK(ioctl(fd, LOOP_SET_FD, OK(open("f", O_RDWR))));
	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 1);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(change_fd)
{
	int fd = loop_free_device(NULL), rw = blk_file("a", SIZE), other = blk_file("b", SIZE),
	    small;
	char back[4];

	CHECK_EQ(pwrite(other, "new", 4, 0), 4);
	OK(ioctl(fd, LOOP_SET_FD, rw));
	CHECK_ERR(ioctl(fd, LOOP_CHANGE_FD, other), EINVAL); /* only of one that is not written */
	OK(ioctl(fd, LOOP_CLR_FD, 0));
	OK(ioctl(fd, LOOP_SET_FD, OK(open("a", O_RDONLY))));
	CHECK_ERR(ioctl(fd, LOOP_CHANGE_FD, 99), EBADF);
	small = blk_file("c", SIZE / 2);
	CHECK_ERR(ioctl(fd, LOOP_CHANGE_FD, small), EINVAL);
	CHECK_EQ(pread(fd, back, 4, 0), 4);
	CHECK_STR(back, "");
	CHECK_OK(ioctl(fd, LOOP_CHANGE_FD, other));
	OK(ioctl(fd, BLKFLSBUF, 0));
	CHECK_EQ(pread(fd, back, 4, 0), 4);
	CHECK_STR(back, "new");
	OK(ioctl(fd, LOOP_CLR_FD, 0));
}

LOOP_TEST(bad_files)
{
	const char *name;
	int fd = loop_free_device(&name), p[2], on;

	OK(pipe(p));
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, p[0]), EINVAL);
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, OK(open("/dev/null", O_RDWR))), EINVAL);
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, OK(open(".", O_RDONLY))), EINVAL);
	CHECK_ERR(ioctl(fd, LOOP_SET_FD, fd), EBADF);
	on = OK(open(blk_disk("1"), O_RDWR));
	CHECK_OK(ioctl(fd, LOOP_SET_FD, on));
	CHECK_EQ(blk_size(fd), blk_size(on));
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
}

/* No device is its own file, by way of another either. */
LOOP_TEST(circle)
{
	const char *a, *b;
	int fa = loop_free_device(&a), fb;

	close(blk_file("f", SIZE));
	CHECK_OK(ioctl(fa, LOOP_SET_FD, OK(open("f", O_RDONLY))));
	fb = loop_free_device(&b);
	CHECK_OK(ioctl(fb, LOOP_SET_FD, OK(open(a, O_RDONLY))));
	CHECK_ERR(ioctl(fa, LOOP_CHANGE_FD, OK(open(b, O_RDONLY))), EBADF);
	CHECK_OK(ioctl(fb, LOOP_CLR_FD, 0));
	/* One without a file is none. */
	CHECK_ERR(ioctl(fa, LOOP_CHANGE_FD, OK(open(b, O_RDONLY))), EBADF);
	CHECK_OK(ioctl(fa, LOOP_CLR_FD, 0));
}

/* Devices go while others open them: who is first decides, and nothing is left. */
LOOP_TEST(removed_while_opened)
{
	const int number = 200;
	const char *name = "/dev/loop200";
	int control = OK(open("/dev/loop-control", O_RDWR)), pid = OK(fork()), opened = 0;

	if (!pid) {
		for (int i = 0; i < 2000; i++) {
			int fd = open(name, O_RDWR);

			if (fd >= 0)
				close(fd);
			else if (errno != ENOENT && errno != ENXIO && errno != ENODEV)
				_exit(1);
		}
		_exit(0);
	}
	while (!waitpid(pid, &opened, WNOHANG)) {
		if (ioctl(control, LOOP_CTL_ADD, number) < 0)
			CHECK(errno == EEXIST);
		if (ioctl(control, LOOP_CTL_REMOVE, number) < 0)
			CHECK(errno == EBUSY);
	}
	CHECK_EQ(opened, 0);
	CHECK(ioctl(control, LOOP_CTL_REMOVE, number) >= 0 || errno == ENODEV || errno == EINVAL);
}

LOOP_TEST(who_may)
{
	int fd = loop_over(SIZE, NULL), c = OK(open("/dev/loop-control", O_RDWR));
	struct loop_info64 info;

	OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	OK(setresuid(1000, 1000, 1000));
	CHECK_OK(ioctl(fd, LOOP_GET_STATUS64, &info));
	CHECK_OK(ioctl(fd, LOOP_SET_STATUS64, &info)); /* who may write to it */
	CHECK_OK(ioctl(fd, LOOP_SET_CAPACITY, 0));
	CHECK(ioctl(c, LOOP_CTL_GET_FREE) >= 0);
}

LOOP_TEST(partitions)
{
	static unsigned char table[512];
	struct loop_config config = { .info = { .lo_flags = LO_FLAGS_PARTSCAN } };
	static const unsigned char entry[] = { 0, 0, 0, 0, 0x83, 0, 0, 0, 8, 0, 0, 0, 16 };
	const char *name;
	char part[64];
	int fd = loop_free_device(&name), p;

	memcpy(table + 446, entry, sizeof(entry));
	table[510] = 0x55;
	table[511] = 0xaa;
	config.fd = blk_file("f", SIZE);
	CHECK_EQ(pwrite(config.fd, table, 512, 0), 512);
	CHECK_OK(ioctl(fd, LOOP_CONFIGURE, &config));
	snprintf(part, sizeof(part), "%sp1", name);
	p = OK(open(part, O_RDWR));
	CHECK_EQ(blk_size(p), 16 * 512);
	CHECK_EQ(pwrite(p, "part", 5, 0), 5);
	CHECK_OK(fsync(p));
	memset(table, 0, 5);
	CHECK_EQ(pread(config.fd, table, 5, 8 * 512), 5);
	CHECK_STR((char *)table, "part");
	CHECK_STR(blk_attr(name, "loop/partscan"), "1\n");
	close(p);
	CHECK_OK(ioctl(fd, LOOP_CLR_FD, 0));
	close(fd);
	CHECK(t_until(access(part, F_OK) < 0));
}
