/* The ioctls that every block device has. */
#include "block.h"

BLOCK_TEST(sizes)
{
	unsigned long sectors;
	uint64_t bytes;
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY)), n;

	OK(ioctl(fd, BLKGETSIZE, &sectors));
	CHECK_EQ(sectors, DISK_SECTORS);
	OK(ioctl(fd, BLKGETSIZE64, &bytes));
	CHECK_EQ(bytes, DISK_SECTORS * 512ll);
	OK(ioctl(part, BLKGETSIZE, &sectors));
	CHECK_EQ(sectors, PART_SECTORS);
	OK(ioctl(part, BLKGETSIZE64, &bytes));
	CHECK_EQ(bytes, PART_SECTORS * 512ll);
	OK(ioctl(fd, BLKSSZGET, &n));
	CHECK_EQ(n, 512);
	OK(ioctl(fd, BLKPBSZGET, &n));
	CHECK_EQ(n, 512);
	OK(ioctl(fd, BLKIOMIN, &n));
	CHECK_EQ(n, 512);
	OK(ioctl(fd, BLKIOOPT, &n));
	CHECK_EQ(n, 0);
	OK(ioctl(fd, BLKALIGNOFF, &n));
	CHECK_EQ(n, 0);
	OK(ioctl(fd, BLKDISCARDZEROES, &n));
	CHECK_EQ(n, 0);
}

BLOCK_TEST(short_answers)
{
	uint16_t value[2] = { 7, 7 };
	int fd = OK(open(blk_disk(""), O_RDONLY));

	OK(ioctl(fd, BLKROTATIONAL, value));
	CHECK_EQ(value[0], 1);
	CHECK_EQ(value[1], 7);
	OK(ioctl(fd, BLKSECTGET, value));
	CHECK(value[0] >= 128);
	CHECK_EQ(value[1], 7);
	fd = loop_over(1 << 20, NULL);
	OK(ioctl(fd, BLKROTATIONAL, value));
	CHECK_EQ(value[0], 0);
}

BLOCK_TEST(bad_pointers)
{
	static const unsigned int told[] = { BLKGETSIZE,  BLKGETSIZE64,	 BLKSSZGET, BLKPBSZGET,
					     BLKBSZGET,	  BLKROGET,	 BLKIOMIN,  BLKIOOPT,
					     BLKALIGNOFF, BLKROTATIONAL, BLKSECTGET };
	int fd = OK(open(blk_disk(""), O_RDWR));

	for (size_t i = 0; i < ARRAY_SIZE(told); i++)
		CHECK_ERR(ioctl(fd, told[i], BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKRAGET, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKRAGET, NULL), EINVAL);
	CHECK_ERR(ioctl(fd, BLKFRAGET, NULL), EINVAL);
	CHECK_ERR(ioctl(fd, BLKROSET, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKBSZSET, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKBSZSET, NULL), EINVAL);
	CHECK_ERR(ioctl(fd, HDIO_GETGEO, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, HDIO_GETGEO, NULL), EINVAL);
	CHECK_ERR(ioctl(fd, BLKPG, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKZEROOUT, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, 0x12fe, 0), ENOTTY);
}

BLOCK_TEST(block_size)
{
	static const int bad[] = { 0, -512, 256, 513, 3000, 8192, 65536 };
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY)), n;

	OK(ioctl(fd, BLKBSZGET, &n));
	CHECK_EQ(n, 4096);
	n = 1024;
	CHECK_OK(ioctl(fd, BLKBSZSET, &n));
	OK(ioctl(fd, BLKBSZGET, &n));
	CHECK_EQ(n, 1024);
	OK(ioctl(part, BLKBSZGET, &n));
	CHECK_EQ(n, 4096);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_ERR(ioctl(fd, BLKBSZSET, &bad[i]), EINVAL);
	close(fd);
	fd = OK(open(blk_disk(""), O_RDONLY));
	n = 4096;
	CHECK_OK(ioctl(fd, BLKBSZSET, &n));
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(ioctl(fd, BLKBSZSET, &n), EACCES);
}

/* Somebody who holds the device keeps others from changing its block size. */
BLOCK_TEST(block_size_of_held)
{
	int held = OK(open(blk_disk("1"), O_RDONLY | O_EXCL)), n = 1024;
	int fd = OK(open(blk_disk("1"), O_RDONLY));

	CHECK_ERR(ioctl(fd, BLKBSZSET, &n), EBUSY);
	CHECK_OK(ioctl(held, BLKBSZSET, &n));
}

/* What is set stays when nobody has the device open, and holds for those who have. */
BLOCK_TEST(readonly)
{
	char c = 0;
	int on = 1, off = 0, n = 7, other = OK(open(blk_disk("1"), O_RDWR));
	int fd = OK(open(blk_disk("1"), O_RDONLY)), disk = OK(open(blk_disk(""), O_RDWR));

	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 0);
	CHECK_OK(ioctl(fd, BLKROSET, &on));
	CHECK_ERR(pwrite(other, &c, 1, 0), EPERM);
	close(fd);
	close(other);
	fd = OK(open(blk_disk("1"), O_RDONLY));
	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 1);
	CHECK_STR(blk_attr(blk_disk(""), strrchr(blk_disk("1/ro"), 'd') - 1), "1\n");
	OK(ioctl(disk, BLKROGET, &n));
	CHECK_EQ(n, 0);
	CHECK_OK(ioctl(fd, BLKROSET, &off));
	/* Of the disk it is for all of it. */
	CHECK_OK(ioctl(disk, BLKROSET, &on));
	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 1);
	CHECK_STR(blk_attr(blk_disk(""), "ro"), "1\n");
	CHECK_OK(ioctl(disk, BLKROSET, &off));
	OK(ioctl(fd, BLKROGET, &n));
	CHECK_EQ(n, 0);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(ioctl(fd, BLKROSET, &on), EACCES);
}

/* Nothing can be stored through a mapping either. */
BLOCK_TEST(readonly_mapping)
{
	int on = 1, off = 0, rw = OK(open(blk_disk("1"), O_RDWR)),
	    ro = OK(open(blk_disk("1"), O_RDONLY));
	char *shared;

	CHECK_OK(ioctl(ro, BLKROSET, &on));
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, rw, 0) == MAP_FAILED &&
	      errno == EINVAL);
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, rw, 0) == MAP_FAILED && errno == EINVAL);
	shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, ro, 0);
	CHECK(shared != MAP_FAILED);
	CHECK_ERR(mprotect(shared, 4096, PROT_READ | PROT_WRITE), EACCES);
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, rw, 0) != MAP_FAILED);
	CHECK_OK(ioctl(ro, BLKROSET, &off));
	CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, rw, 0) != MAP_FAILED);
}

BLOCK_TEST(readonly_mount)
{
	int on = 1, off = 0, fd = OK(open(blk_disk("1"), O_RDONLY));

	OK(mkdir("m", 0755));
	CHECK_OK(ioctl(fd, BLKROSET, &on));
	CHECK_ERR(mount(blk_disk("1"), "m", "ext2", 0, ""), EACCES);
	CHECK_OK(mount(blk_disk("1"), "m", "ext2", MS_RDONLY, ""));
	CHECK_ERR(mount(NULL, "m", NULL, MS_REMOUNT, ""), EACCES);
	umount("m");
	CHECK_OK(ioctl(fd, BLKROSET, &off));
}

BLOCK_TEST(read_ahead)
{
	long n = 0;
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY));

	OK(ioctl(fd, BLKRAGET, &n));
	CHECK_EQ(n, 256);
	CHECK_OK(ioctl(fd, BLKRASET, 64));
	close(fd);
	OK(ioctl(part, BLKRAGET, &n));
	CHECK_EQ(n, 64);
	OK(ioctl(part, BLKFRAGET, &n));
	CHECK_EQ(n, 64);
	CHECK_STR(blk_attr(blk_disk(""), "queue/read_ahead_kb"), "32\n");
	CHECK_OK(ioctl(part, BLKFRASET, 256));
	OK(ioctl(part, BLKRAGET, &n));
	CHECK_EQ(n, 256);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(ioctl(part, BLKRASET, 8), EACCES);
	CHECK_ERR(ioctl(part, BLKFLSBUF, 0), EACCES);
}

/* The same number by its file in sysfs, which takes decimal kilobytes. */
BLOCK_TEST(read_ahead_kb)
{
	char path[96];
	long n = 0;
	int fd = OK(open(blk_disk(""), O_RDONLY)), file;

	snprintf(path, sizeof(path), "/sys/block/%s/queue/read_ahead_kb",
		 strrchr(blk_disk(""), '/') + 1);
	file = OK(open(path, O_RDWR));
	CHECK_EQ(write(file, "64\n", 3), 3);
	OK(ioctl(fd, BLKRAGET, &n));
	CHECK_EQ(n, 128);
	CHECK_EQ(pwrite(file, "7", 1, 0), 1);
	CHECK_STR(blk_attr(blk_disk(""), "queue/read_ahead_kb"), "4\n");
	CHECK_ERR(pwrite(file, "x\n", 2, 0), EINVAL);
	CHECK_ERR(pwrite(file, "-4", 2, 0), EINVAL);
	CHECK_ERR(pwrite(file, "8k", 2, 0), EINVAL);
	CHECK_ERR(pwrite(file, "4294967296", 10, 0), EINVAL);
	CHECK_STR(blk_attr(blk_disk(""), "queue/read_ahead_kb"), "4\n");
	CHECK_EQ(pwrite(file, "128", 3, 0), 3);
	OK(ioctl(fd, BLKRAGET, &n));
	CHECK_EQ(n, 256);
}

BLOCK_TEST(geometry)
{
	struct hd_geometry geo;
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY));

	OK(ioctl(fd, HDIO_GETGEO, &geo));
	CHECK_EQ(geo.start, 0);
	CHECK(geo.heads && geo.sectors && geo.sectors < 64);
	CHECK(geo.heads * geo.sectors * geo.cylinders <= DISK_SECTORS);
	OK(ioctl(part, HDIO_GETGEO, &geo));
	CHECK_EQ(geo.start, PART_START);
	CHECK_ERR(ioctl(loop_over(1 << 20, NULL), HDIO_GETGEO, &geo), ENOTTY);
}

BLOCK_TEST(flush_buffers)
{
	char c = 0;
	int fd = OK(open(blk_disk(""), O_RDWR));

	CHECK_OK(pwrite(fd, "x", 1, 60000 * 512ll));
	CHECK_OK(ioctl(fd, BLKFLSBUF, 0));
	CHECK_OK(pread(fd, &c, 1, 60000 * 512ll));
	CHECK_EQ(c, 'x');
	CHECK_OK(fsync(fd));
}

static int zero_out(int fd, uint64_t start, uint64_t len)
{
	uint64_t range[2] = { start, len };

	return ioctl(fd, BLKZEROOUT, range);
}

BLOCK_TEST(zero_out)
{
	static char text[4096], back[4096];
	const char *name;
	int fd = loop_over(1 << 20, &name), ro = OK(open(name, O_RDONLY)), on = 1;
	uint64_t range[2] = { 0, 512 };

	memset(text, 'a', sizeof(text));
	CHECK_EQ(pwrite(fd, text, 4096, 8192), 4096);
	CHECK_OK(zero_out(fd, 8192 + 512, 1024));
	CHECK_EQ(pread(fd, back, 4096, 8192), 4096);
	memset(text + 512, 0, 1024);
	CHECK(!memcmp(text, back, 4096));
	CHECK_ERR(zero_out(ro, 0, 512), EBADF);
	CHECK_ERR(ioctl(ro, BLKDISCARD, range), EBADF);
	CHECK_ERR(ioctl(ro, BLKSECDISCARD, range), EBADF);
	CHECK_ERR(ioctl(fd, BLKSECDISCARD, range), EOPNOTSUPP);
	CHECK_ERR(zero_out(fd, 100, 512), EINVAL);
	CHECK_ERR(zero_out(fd, 0, 100), EINVAL);
	CHECK_ERR(zero_out(fd, 1 << 20, 512), EINVAL);
	CHECK_ERR(zero_out(fd, 0, (1 << 20) + 512), EINVAL);
	CHECK_ERR(zero_out(fd, 0, 0), EINVAL);
	CHECK_ERR(zero_out(fd, 512, -512ull), EINVAL);
	CHECK_OK(ioctl(fd, BLKROSET, &on));
	CHECK_ERR(zero_out(fd, 0, 512), EPERM);
	on = 0;
	CHECK_OK(ioctl(fd, BLKROSET, &on));
	CHECK_OK(zero_out(fd, 0, 1 << 20));
	CHECK_EQ(pread(fd, back, 4096, 8192), 4096);
	memset(text, 0, 4096);
	CHECK(!memcmp(text, back, 4096));
}

static int discard(int fd, uint64_t start, uint64_t len)
{
	uint64_t range[2] = { start, len };

	return ioctl(fd, BLKDISCARD, range);
}

/* Over a file of a tmpfs: the file gets a hole, and keeps its size. */
BLOCK_TEST(discard)
{
	static char text[65536], back[65536];
	struct stat before, after;
	const char *name;
	int fd = loop_over(1 << 20, &name), file = OK(open("loopfile", O_RDWR)), on = 1;

	memset(text, 'd', sizeof(text));
	CHECK_EQ(pwrite(fd, text, sizeof(text), 0), sizeof(text));
	CHECK_OK(fsync(fd));
	CHECK_STR(blk_attr(name, "queue/discard_granularity"), "4096\n");
	CHECK_STR(blk_attr(name, "queue/discard_max_bytes"), "4294966784\n");
	OK(fstat(file, &before));
	CHECK_OK(discard(fd, 8192, 16384));
	OK(fstat(file, &after));
	CHECK_EQ(after.st_size, before.st_size);
	CHECK_EQ(after.st_blocks, before.st_blocks - 16384 / 512);
	/* Part of a block. */
	CHECK_OK(discard(fd, 40960 + 512, 1024));
	memset(text + 8192, 0, 16384);
	memset(text + 40960 + 512, 0, 1024);
	CHECK_EQ(pread(fd, back, sizeof(back), 0), sizeof(back));
	CHECK(!memcmp(text, back, sizeof(back)));
	CHECK_ERR(discard(fd, 0, 0), EINVAL);
	CHECK_ERR(discard(fd, 100, 512), EINVAL);
	CHECK_ERR(discard(fd, 0, 100), EINVAL);
	CHECK_ERR(discard(fd, 0, (1 << 20) + 512), EINVAL);
	CHECK_ERR(discard(fd, 1 << 20, 512), EINVAL);
	CHECK_ERR(ioctl(fd, BLKDISCARD, BAD_PTR), EFAULT);
	CHECK_OK(ioctl(fd, BLKROSET, &on));
	CHECK_ERR(discard(fd, 0, 512), EPERM);
	on = 0;
	CHECK_OK(ioctl(fd, BLKROSET, &on));
}

/* By TRIM. The emulated drive does nothing about it, but counts as having it. */
BLOCK_TEST(trim)
{
	static char text[4096], back[4096];
	const uint64_t part_end = PART_SECTORS * 512ull,
		       behind = (PART_START + PART_SECTORS) * 512ull;
	int fd = OK(open(blk_disk(""), O_RDWR)), part = OK(open(blk_disk("1"), O_RDWR)), on = 1;

	memset(text, 't', sizeof(text));
	CHECK_STR(blk_attr(blk_disk(""), "queue/discard_granularity"), "512\n");
	CHECK_STR(blk_attr(blk_disk(""), "queue/discard_max_bytes"), "2147450880\n");
	CHECK_STR(blk_attr(blk_disk(""), "queue/discard_max_hw_bytes"), "2147450880\n");
	CHECK_STR(blk_attr(blk_disk(""), "discard_alignment"), "0\n");
	CHECK_EQ(pwrite(fd, text, 4096, behind + 512), 4096);
	CHECK_OK(discard(fd, behind + 1024, 512));
	/* The page cache's copy of what lies beside it is written all the same. */
	CHECK_OK(fsync(fd));
	CHECK_OK(ioctl(fd, BLKFLSBUF, 0));
	CHECK_EQ(pread(fd, back, 4096, behind + 512), 4096);
	CHECK(!memcmp(back, text, 512) && !memcmp(back + 1024, text, 3072));
	CHECK_OK(discard(fd, behind, (DISK_SECTORS - PART_START - PART_SECTORS) * 512ull));
	CHECK_ERR(discard(fd, (DISK_SECTORS - 1) * 512ull, 1024), EINVAL);
	CHECK_ERR(discard(fd, DISK_SECTORS * 512ull, 512), EINVAL);
	CHECK_ERR(discard(fd, behind, 0), EINVAL);
	CHECK_ERR(discard(fd, behind + 1, 512), EINVAL);
	CHECK_ERR(discard(fd, 512, -512ull), EINVAL);
	CHECK_ERR(discard(part, part_end - 512, 1024), EINVAL);
	CHECK_ERR(discard(part, part_end, 512), EINVAL);
	CHECK_ERR(ioctl(fd, BLKDISCARD, BAD_PTR), EFAULT);
	CHECK_ERR(ioctl(fd, BLKSECDISCARD, BAD_PTR), EOPNOTSUPP);
	CHECK_OK(ioctl(part, BLKROSET, &on));
	CHECK_ERR(discard(part, 0, 512), EPERM);
	CHECK_ERR(discard(part, part_end, 512), EINVAL);
	on = 0;
	CHECK_OK(ioctl(part, BLKROSET, &on));
}

/* Reads that a device was asked for while 64 KB are read in pieces of 4 KB. */
static int reads_with_ahead(const char *name, int any, unsigned long sectors)
{
	static char page[4096];
	int before, after, fd;

	CHECK_OK(ioctl(any, BLKRASET, sectors));
	CHECK_OK(ioctl(any, BLKFLSBUF, 0));
	fd = OK(open(name, O_RDONLY)); /* Linux's files keep what was set when they were opened */
	before = atoi(blk_attr(name, "stat"));
	for (int i = 0; i < 16; i++)
		CHECK_EQ(pread(fd, page, sizeof(page), i * 4096), sizeof(page));
	after = atoi(blk_attr(name, "stat"));
	close(fd);
	return after - before;
}

BLOCK_TEST(read_ahead_is_done)
{
	const char *name = blk_disk("");
	int fd = OK(open(name, O_RDWR));
	unsigned long was = 0;

	OK(ioctl(fd, BLKRAGET, &was));
	CHECK(reads_with_ahead(name, fd, 0) >= 16);
	CHECK(reads_with_ahead(name, fd, 256) < 12);
	CHECK(reads_with_ahead(name, fd, 0) >= 16);
	CHECK_OK(ioctl(fd, BLKRASET, was));
}
