/* Partitions: BLKPG, BLKRRPART, and what /proc and /sys tell of disks and partitions. */
#include "block.h"

static int change(int fd, int op, int number, long long start, long long sectors)
{
	struct blkpg_partition p = { .start = start * 512, .length = sectors * 512, .pno = number };
	struct blkpg_ioctl_arg how = { .op = op, .datalen = sizeof(p), .data = &p };

	return ioctl(fd, BLKPG, &how);
}
#define add(fd, ...)	change(fd, BLKPG_ADD_PARTITION, __VA_ARGS__)
#define resize(fd, ...) change(fd, BLKPG_RESIZE_PARTITION, __VA_ARGS__)
#define del(fd, number) change(fd, BLKPG_DEL_PARTITION, number, 0, 0)

/* A path below the disk in sysfs: of its partition. */
static const char *part_attr(int number, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%d/%s", strrchr(blk_disk(""), '/') + 1, number, name);
	return blk_attr(blk_disk(""), path);
}

BLOCK_TEST(add_delete)
{
	char a[512], b[512];
	int fd = OK(open(blk_disk(""), O_RDWR)), part;

	memset(a, 'p', sizeof(a));
	CHECK_OK(add(fd, 5, 60000, 1000));
	CHECK_STR(part_attr(5, "start"), "60000\n");
	CHECK_STR(part_attr(5, "size"), "1000\n");
	CHECK_STR(part_attr(5, "partition"), "5\n");
	CHECK_EQ(pwrite(fd, a, 512, 60010 * 512ll), 512);
	CHECK_OK(fsync(fd));
	part = OK(open(blk_disk("5"), O_RDONLY));
	CHECK_EQ(blk_size(part), 512000);
	CHECK_EQ(pread(part, b, 512, 10 * 512), 512);
	CHECK(!memcmp(a, b, 512));
	CHECK_ERR(del(fd, 5), EBUSY);
	close(part);
	CHECK_OK(del(fd, 5));
	CHECK_ERR(open(blk_disk("5"), O_RDONLY), ENOENT);
	CHECK_ERR(del(fd, 5), ENXIO);
}

BLOCK_TEST(add_errors)
{
	struct blkpg_ioctl_arg how = { .op = BLKPG_ADD_PARTITION, .data = BAD_PTR };
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY));

	CHECK_ERR(ioctl(fd, BLKPG, &how), EFAULT);
	CHECK_ERR(add(fd, 0, 60000, 8), EINVAL);
	CHECK_ERR(add(fd, -1, 60000, 8), EINVAL);
	CHECK_ERR(add(fd, 6, 60000, 0), EINVAL);
	CHECK_ERR(add(fd, 6, 60000, -8), EINVAL);
	CHECK_ERR(add(fd, 6, -8, 16), EINVAL);
	CHECK_ERR(add(fd, 6, 1, -512 >> 9), EINVAL);
	CHECK_ERR(add(fd, 1, 60000, 8), EBUSY);
	CHECK_ERR(add(fd, 6, 100, 8), EBUSY);
	CHECK_ERR(add(fd, 6, 0, PART_START + 1), EBUSY);
	CHECK_ERR(add(fd, 6, 0, DISK_SECTORS), EBUSY);
	CHECK_ERR(add(part, 6, 60000, 8), EINVAL);
	CHECK_ERR(change(fd, 9, 1, 0, 8), EINVAL);
	CHECK_ERR(del(fd, 9), ENXIO);
	CHECK_ERR(del(fd, 0), EINVAL);
	CHECK_OK(add(fd, 6, 0, PART_START));
	CHECK_OK(del(fd, 6));
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(add(fd, 6, 60000, 8), EACCES);
}

BLOCK_TEST(unaligned)
{
	struct blkpg_partition p = { .start = 60000 * 512ll + 100, .length = 4096, .pno = 6 };
	struct blkpg_ioctl_arg how = { .op = BLKPG_ADD_PARTITION,
				       .datalen = sizeof(p),
				       .data = &p };
	int fd = OK(open(blk_disk(""), O_RDONLY));

	CHECK_ERR(ioctl(fd, BLKPG, &how), EINVAL);
	p.start -= 100;
	p.length = 700;
	CHECK_ERR(ioctl(fd, BLKPG, &how), EINVAL);
}

BLOCK_TEST(resize)
{
	int fd = OK(open(blk_disk(""), O_RDONLY)), part;

	CHECK_OK(add(fd, 5, 60000, 1000));
	CHECK_OK(add(fd, 7, 62000, 1000));
	part = OK(open(blk_disk("5"), O_RDONLY));
	CHECK_OK(resize(fd, 5, 60000, 2000));
	CHECK_EQ(blk_size(part), 2000 * 512);
	CHECK_EQ(lseek(part, 0, SEEK_END), 2000 * 512);
	CHECK_STR(part_attr(5, "size"), "2000\n");
	CHECK_ERR(resize(fd, 5, 60000, 2001), EBUSY);
	CHECK_ERR(resize(fd, 5, 60001, 100), EINVAL);
	CHECK_ERR(resize(fd, 9, 60000, 100), ENXIO);
	CHECK_OK(resize(fd, 5, 60000, 10));
	CHECK_EQ(blk_size(part), 5120);
	close(part);
	CHECK_OK(del(fd, 5));
	CHECK_OK(del(fd, 7));
}

BLOCK_TEST(reread)
{
	int fd = OK(open(blk_disk(""), O_RDONLY)), part = OK(open(blk_disk("1"), O_RDONLY));

	CHECK_ERR(ioctl(part, BLKRRPART, 0), EINVAL);
	CHECK_ERR(ioctl(fd, BLKRRPART, 0), EBUSY);
	close(part);
	CHECK_OK(add(fd, 5, 60000, 1000));
	CHECK_OK(ioctl(fd, BLKRRPART, 0));
	CHECK_ERR(open(blk_disk("5"), O_RDONLY), ENOENT);
	part = OK(open(blk_disk("1"), O_RDONLY));
	CHECK_EQ(blk_size(part), PART_SECTORS * 512ll);
	OK(setresuid(1000, 1000, 1000));
	CHECK_ERR(ioctl(fd, BLKRRPART, 0), EACCES);
}

BLOCK_TEST(reread_of_mounted)
{
	int fd = OK(open(blk_disk(""), O_RDONLY));

	OK(mkdir("m", 0755));
	CHECK_OK(mount(blk_disk("1"), "m", "ext2", 0, ""));
	CHECK_ERR(ioctl(fd, BLKRRPART, 0), EBUSY);
	CHECK_ERR(del(fd, 1), EBUSY);
	CHECK_OK(umount("m"));
	CHECK_OK(ioctl(fd, BLKRRPART, 0));
}

BLOCK_TEST(reread_of_held)
{
	int fd = OK(open(blk_disk(""), O_RDONLY)), held = OK(open(blk_disk(""), O_RDONLY | O_EXCL));

	CHECK_ERR(ioctl(fd, BLKRRPART, 0), EBUSY);
	CHECK_OK(ioctl(held, BLKRRPART, 0));
}

/* ---- what is told of them ---- */
static const char *line_of(const char *file, const char *name)
{
	static char text[8192];
	static char line[256];
	char *rest = NULL, *at;

	t_read_file(file, text, sizeof(text));
	for (at = strtok_r(text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest)) {
		char *word = strstr(at, name);

		if (word && word > at && word[-1] == ' ' && strchr(" ", word[strlen(name)])) {
			snprintf(line, sizeof(line), "%s", at);
			return line;
		}
	}
	return "";
}

BLOCK_TEST(proc_partitions)
{
	static char text[8192];
	char want[128];
	struct stat st;

	t_read_file("/proc/partitions", text, sizeof(text));
	CHECK(!strncmp(text, "major minor  #blocks  name\n\n", 28));
	OK(stat(blk_disk("1"), &st));
	snprintf(want, sizeof(want), "%4d  %7d %10d %s", (int)(st.st_rdev >> 8 & 0xfff),
		 (int)(st.st_rdev & 0xff), PART_SECTORS / 2, strrchr(blk_disk("1"), '/') + 1);
	CHECK_STR(line_of("/proc/partitions", strrchr(blk_disk("1"), '/') + 1), want);
	snprintf(want, sizeof(want), "%4d  %7d %10d %s", (int)(st.st_rdev >> 8 & 0xfff), 0,
		 DISK_SECTORS / 2, strrchr(blk_disk(""), '/') + 1);
	CHECK_STR(line_of("/proc/partitions", strrchr(blk_disk(""), '/') + 1), want);
}

/* Columns of a statistics line: counted from 1 as in its description. */
static unsigned long column(const char *text, int n)
{
	char *end;
	unsigned long value = 0;

	while (n--) {
		value = strtoul(text, &end, 10);
		text = end;
	}
	return value;
}

static int columns(const char *text)
{
	int n = 0, in = 0;

	for (; *text && *text != '\n'; text++) {
		n += *text != ' ' && !in;
		in = *text != ' ';
	}
	return n;
}

BLOCK_TEST(statistics)
{
	char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = OK(open(blk_disk("1"), O_RDONLY | O_DIRECT));
	const char *part = part_attr(1, "stat"), *disk = blk_attr(blk_disk(""), "stat");
	const char *after;

	CHECK_EQ(columns(disk), 17);
	CHECK_EQ(columns(part), 17);
	CHECK_EQ(pread(fd, page, PAGE, 8192), PAGE);
	after = part_attr(1, "stat");
	CHECK_EQ(column(after, 1) - column(part, 1), 1);
	CHECK_EQ(column(after, 3) - column(part, 3), 8);
	after = blk_attr(blk_disk(""), "stat");
	CHECK_EQ(column(after, 1) - column(disk, 1), 1);
	CHECK_EQ(column(after, 3) - column(disk, 3), 8);
	CHECK_EQ(columns(line_of("/proc/diskstats", strrchr(blk_disk("1"), '/') + 1)), 20);
	CHECK_EQ(columns(line_of("/proc/diskstats", strrchr(blk_disk(""), '/') + 1)), 20);
}

static const struct {
	const char *name, *value; /* NULL: a number */
} disk_values[] = {
	{ "size", "81920\n" },
	{ "ro", "0\n" },
	{ "removable", "0\n" },
	{ "hidden", "0\n" },
	{ "ext_range", "256\n" },
	{ "alignment_offset", "0\n" },
	{ "inflight", "       0        0\n" },
	{ "queue/logical_block_size", "512\n" },
	{ "queue/physical_block_size", "512\n" },
	{ "queue/hw_sector_size", "512\n" },
	{ "queue/minimum_io_size", "512\n" },
	{ "queue/optimal_io_size", "0\n" },
	{ "queue/rotational", "1\n" },
	{ "queue/read_ahead_kb", "128\n" },
	{ "queue/zoned", "none\n" },
	{ "queue/dax", "0\n" },
	{ "queue/discard_zeroes_data", "0\n" },
	{ "queue/write_cache", "write back\n" },
	{ "queue/iostats", "1\n" },
	{ "queue/nomerges", "0\n" },
	{ "queue/fua", "0\n" },
	{ "queue/chunk_sectors", "0\n" },
	{ "queue/max_sectors_kb", NULL },
	{ "queue/max_hw_sectors_kb", NULL },
	{ "queue/max_segments", NULL },
	{ "queue/max_segment_size", NULL },
	{ "queue/nr_requests", NULL },
	{ "range", NULL },
	{ "diskseq", NULL },
};

BLOCK_TEST(sysfs)
{
	char target[256], path[128];
	ssize_t n;

	for (size_t i = 0; i < ARRAY_SIZE(disk_values); i++) {
		const char *text = blk_attr(blk_disk(""), disk_values[i].name);

		if (disk_values[i].value)
			CHECK_STR(text, disk_values[i].value);
		else if (!CHECK(strspn(text, "0123456789") == strlen(text) - 1))
			t_note("%s: %s", disk_values[i].name, text);
	}
	CHECK_STR(part_attr(1, "partition"), "1\n");
	CHECK_STR(part_attr(1, "start"), "63\n");
	CHECK_STR(part_attr(1, "size"), "49152\n");
	CHECK_STR(part_attr(1, "ro"), "0\n");
	CHECK_STR(part_attr(1, "inflight"), "       0        0\n");
	CHECK(strstr(part_attr(1, "uevent"), "DEVTYPE=partition\n") != NULL);
	CHECK(strstr(part_attr(1, "uevent"), "PARTN=1\n") != NULL);
	CHECK(strstr(blk_attr(blk_disk(""), "uevent"), "DEVTYPE=disk\n") != NULL);
	snprintf(path, sizeof(path), "/sys/class/block/%s", strrchr(blk_disk("1"), '/') + 1);
	n = OK(readlink(path, target, sizeof(target) - 1));
	target[n] = 0;
	CHECK(strstr(target, strrchr(blk_disk(""), '/')) != NULL);
	snprintf(path, sizeof(path), "/sys/block/%s/holders", strrchr(blk_disk(""), '/') + 1);
	CHECK_OK(access(path, F_OK));
	snprintf(path, sizeof(path), "/sys/block/%s/slaves", strrchr(blk_disk(""), '/') + 1);
	CHECK_OK(access(path, F_OK));
}
