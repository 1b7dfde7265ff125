/*
 * directio.c - O_DIRECT, FIBMAP and FIEMAP on a file system's files, and what else it takes a look
 * past the cache to see; prints what comes back, one line each, the same for the same behaviour.
 * For comparing kernels.
 *
 *     directio FOLDER
 *     directio FOLDER short     only where Linux 6.1 on i386 goes round for ever
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SIZE 65536u

static unsigned char *buf; /* at a page's start, two pages more than SIZE */
static char name[300];

static unsigned int sum(const void *data, size_t n)
{
	const unsigned char *p = data;
	unsigned int s = 1;

	while (n--)
		s = s * 31 + *p++;
	return s;
}

static void say(const char *what, long ret)
{
	printf("%s: %ld %s\n", what, ret, ret < 0 ? strerrorname_np(errno) : "");
}

static void fill(unsigned int seed, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf[i] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
}

/* The whole file as a read through the cache has it, and what is told of it. */
static void look(const char *what)
{
	static unsigned char all[4 * SIZE];
	int fd = open(name, O_RDONLY);
	struct stat st;
	ssize_t n;

	fstat(fd, &st);
	n = pread(fd, all, sizeof(all), 0);
	printf("%s: size %lld, read %zd, sum %08x, blocks %lld\n", what, (long long)st.st_size, n,
	       sum(all, n > 0 ? n : 0), (long long)st.st_blocks);
	close(fd);
}

static void reads(int fd)
{
	static const struct {
		size_t at, len, shift;
	} cases[] = { { 0, SIZE, 0 },	      { 512, 512, 0 },
		      { 4096, 8192, 512 },    { 100, 512, 0 },
		      { 512, 100, 0 },	      { 0, 512, 1 },
		      { 0, 512, 4 },	      { 0, 512, 256 },
		      { SIZE, 4096, 0 },      { SIZE - 512, 4096, 0 },
		      { SIZE + 512, 512, 0 }, { 4 * SIZE, 512, 0 },
		      { 4 * SIZE + 1, 7, 3 }, { 0, 0, 1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ssize_t n;

		memset(buf, 0xee, SIZE + 8192);
		n = pread(fd, buf + cases[i].shift, cases[i].len, (off_t)cases[i].at);
		printf("read %zu %zu %zu: ", cases[i].at, cases[i].len, cases[i].shift);
		say("", n);
		/* Behind what was read Linux may have zeros of the last sector. */
		printf("  sum %08x\n", sum(buf + cases[i].shift, n > 0 ? n : 0));
	}
}

static void writes(int fd)
{
	static const struct {
		size_t at, len, shift;
	} cases[] = { { 4096, 4096, 0 }, { 512, 512, 512 },	 { 100, 512, 0 },
		      { 512, 100, 0 },	 { 512, 512, 2 },	 { 8192, 512, 256 },
		      { SIZE, 0, 1 },	 { SIZE - 512, 1024, 0 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fill((unsigned int)i + 77, SIZE);
		printf("write %zu %zu %zu: ", cases[i].at, cases[i].len, cases[i].shift);
		say("", pwrite(fd, buf + cases[i].shift, cases[i].len, (off_t)cases[i].at));
		look("  ");
	}
}

static void holes(int fd)
{
	ftruncate(fd, 0);
	ftruncate(fd, 3 * SIZE);
	memset(buf, 1, SIZE);
	say("read of a hole", pread(fd, buf, SIZE, 512));
	printf("  sum %08x\n", sum(buf, SIZE));
	fill(5, SIZE);
	say("write into a hole", pwrite(fd, buf, 8192, 16384));
	look("  ");
	say("write over data and hole", pwrite(fd, buf + 4096, 16384, 20480));
	look("  ");
	say("write of a part of a block", pwrite(fd, buf + 512, 512, 100 * 512));
	look("  ");
	say("write beyond the end", pwrite(fd, buf, 4096, 3 * SIZE + 4096));
	look("  ");
	ftruncate(fd, SIZE + 700);
	say("write over an end inside a sector", pwrite(fd, buf, 4096, SIZE));
	look("  ");
}

static void mapping(int fd)
{
	unsigned char *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int cached = open(name, O_RDWR);

	fill(8, SIZE);
	say("write", pwrite(fd, buf, SIZE, 0));
	printf("mapping after write: %08x\n", sum(map, SIZE));
	fill(9, SIZE);
	say("write under a mapping", pwrite(fd, buf, 8192, 8192));
	printf("mapping has it: %d\n", !memcmp(map + 8192, buf, 8192));
	memset(map + 20000, 0x33, 5000);
	say("read of what the mapping stored", pread(fd, buf, 8192, 16384));
	printf("  sum %08x\n", sum(buf, 8192));
	say("cached write", pwrite(cached, "cached", 6, 513));
	say("read of it", pread(fd, buf, 512, 512));
	printf("  %.6s\n", (char *)buf + 1);
	fill(10, 512);
	say("write over it", pwrite(fd, buf, 512, 512));
	say("cached read of it", pread(cached, buf + 4096, 512, 512));
	printf("  same: %d\n", !memcmp(buf, buf + 4096, 512));
	/* The program's memory is the file itself. */
	say("write from the mapping", pwrite(fd, map, 4096, 4096));
	say("read into the mapping", pread(fd, map + 32768, 4096, 0));
	look("  ");
	munmap(map, SIZE);
	close(cached);
}

static void vectors(int fd)
{
	struct iovec good[] = { { buf, 512 }, { buf + 4096, 1024 }, { buf + 1024, 512 } },
		     bad[] = { { buf, 500 }, { buf + 512, 524 } };

	fill(20, SIZE);
	say("pwritev", pwritev(fd, good, 3, 1024));
	look("  ");
	say("pwritev unaligned", pwritev(fd, bad, 2, 1024));
	memset(buf, 0, SIZE);
	say("preadv", preadv(fd, good, 3, 1024));
	printf("  sum %08x\n", sum(buf, SIZE));
	say("preadv unaligned", preadv(fd, bad, 2, 1024));
}

static void other(int fd)
{
	struct rlimit limit = { SIZE + 1024, RLIM_INFINITY },
		      none = { RLIM_INFINITY, RLIM_INFINITY };
	int append = open(name, O_WRONLY | O_APPEND | O_DIRECT), flags = fcntl(fd, F_GETFL);

	ftruncate(fd, SIZE);
	fill(30, SIZE);
	say("append", write(append, buf, 1024));
	look("  ");
	setrlimit(RLIMIT_FSIZE, &limit);
	say("over the limit", pwrite(fd, buf, 4096, SIZE));
	look("  ");
	setrlimit(RLIMIT_FSIZE, &none);
	say("clear O_DIRECT", fcntl(fd, F_SETFL, flags & ~O_DIRECT));
	say("unaligned then", pwrite(fd, buf, 100, 77));
	say("set O_DIRECT", fcntl(fd, F_SETFL, flags | O_DIRECT));
	say("bad address", pwrite(fd, (void *)0x1000, 512, 0));
	say("bad address", pread(fd, (void *)0x1000, 512, 0));
	chmod(name, 06777);
	say("write", pwrite(fd, buf, 512, 512));
	look("  ");
	close(append);
}

/* ---- where data is ---- */
#define EXTENTS 64
static char room[sizeof(struct fiemap) + EXTENTS * sizeof(struct fiemap_extent)];
static struct fiemap *map = (void *)room;

static void fiemap(int fd, const char *what, unsigned long long start, unsigned long long length,
		   unsigned int extents)
{
	map->fm_start = start;
	map->fm_length = length;
	map->fm_extent_count = extents;
	say(what, ioctl(fd, FS_IOC_FIEMAP, map));
}

static void fibmap(int fd, const char *what, int block)
{
	say(what, ioctl(fd, FIBMAP, &block));
	printf("  %d\n", block);
}

/* Every block of the extents is where the other call says, and only the last is marked. */
static void compare(int fd)
{
	int block_size, agree = 1, mapped = 0, block;

	ioctl(fd, FIGETBSZ, &block_size);
	for (unsigned int i = 0; i < map->fm_mapped_extents; i++) {
		const struct fiemap_extent *e = &map->fm_extents[i];

		if (e->fe_flags != (i + 1 == map->fm_mapped_extents ? 0x1001u : 0x1000u))
			printf("flags %x\n", e->fe_flags);
		for (unsigned long long at = 0; at < e->fe_length; at += block_size, mapped++) {
			block = (int)((e->fe_logical + at) / block_size);
			if (ioctl(fd, FIBMAP, &block) ||
			    (e->fe_physical + at) / block_size != block)
				agree = 0;
		}
	}
	printf("mapped %d blocks, agree %d\n", mapped, agree);
	fibmap(fd, "fibmap of a hole", (int)(SIZE / block_size));
}

static void places(int fd)
{
	ftruncate(fd, 0);
	fill(40, SIZE);
	pwrite(fd, buf, SIZE, 0);
	pwrite(fd, buf, SIZE, 2 * SIZE);
	ftruncate(fd, 4 * SIZE);
	map->fm_flags = FIEMAP_FLAG_SYNC;
	fiemap(fd, "fiemap", 0, ~0ull, EXTENTS);
	compare(fd);
	fibmap(fd, "fibmap of -1", -1);
	fibmap(fd, "fibmap far out", 0x7fffffff);
	fiemap(fd, "count only", 0, ~0ull, 0);
	printf("  some %d\n", map->fm_mapped_extents >= 2);
	fiemap(fd, "one", 0, ~0ull, 1);
	printf("  %u at %llu\n", map->fm_mapped_extents, map->fm_extents[0].fe_logical);
	fiemap(fd, "in a hole", SIZE, SIZE, 1);
	printf("  %u\n", map->fm_mapped_extents);
	fiemap(fd, "one byte", 2 * SIZE + 1, 1, 1);
	printf("  %u at %llu flags %x\n", map->fm_mapped_extents, map->fm_extents[0].fe_logical,
	       map->fm_extents[0].fe_flags);
	fiemap(fd, "no length", 0, 0, 1);
	fiemap(fd, "too far", ~0ull >> 1, 5, 1);
	map->fm_flags = 0x40;
	fiemap(fd, "unknown flag", 0, 5, 1);
	printf("  %x\n", map->fm_flags);
	map->fm_flags = 0;
	fiemap(fd, "too many", 0, 5, 0x7fffffff);
}

/* ---- what of the cache reaches the disk ---- */
/* The whole file as the disk has it; its length is a multiple of 4096. */
static void look_at_disk(int fd, const char *what)
{
	static unsigned char all[4 * SIZE] __attribute__((aligned(4096)));
	ssize_t n = pread(fd, all, sizeof(all), 0);

	printf("%s: on disk %zd, sum %08x\n", what, n, sum(all, n > 0 ? n : 0));
}

/* Stores by a mapping that could be written to before the file grew inside of that page. */
static void grown(int fd)
{
	static const off_t first[] = { 1000, 1024, 2500, 4096, 5000 };
	int cached = open(name, O_RDWR);

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		for (int by_write = 0; by_write < 2; by_write++) {
			unsigned char *p;

			ftruncate(fd, 0);
			ftruncate(fd, first[i]);
			p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, cached, 0);
			p[first[i] - 1] = 1;
			if (by_write)
				say("write", pwrite(cached, "w", 1, 8191));
			else
				ftruncate(fd, 8192);
			memset(p + first[i], 7, 8191 - (size_t)first[i]);
			say("msync", msync(p, 8192, MS_SYNC));
			munmap(p, 8192);
			look_at_disk(fd, "grown");
		}
	close(cached);
}

/* A write whose buffer ends in the middle, into a hole where the disk has old contents: what was
 * not written is zero. */
static void cut_short(int fd)
{
	unsigned char *two =
		mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int cached = open(name, O_RDWR);

	munmap(two + 4096, 4096);
	fill(50, SIZE);
	ftruncate(fd, 0);
	pwrite(fd, buf, SIZE, 0);
	for (size_t have = 100; have < 4096; have += 950) {
		size_t other = 0;
		ssize_t n;

		ftruncate(fd, 0);
		ftruncate(fd, 8192);
		memset(two, 9, 4096);
		n = pwrite(cached, two + 4096 - have, 4096, 0);
		fsync(cached);
		pread(fd, buf, 8192, 0);
		for (size_t i = 0; i < 8192; i++)
			other += buf[i] != (i < have ? 9 : 0);
		printf("%zu of 4096 bytes: %zd written, %zu others differ\n", have, n, other);
	}
	munmap(two, 4096);
	close(cached);
}

/* Over a file that is not in the cache, from a mapping that is not in memory. */
static void from_absent_memory(int fd)
{
	char other[320];
	int cached = open(name, O_RDWR), source;
	unsigned char *p;

	snprintf(other, sizeof(other), "%s.source", name);
	source = open(other, O_RDWR | O_CREAT | O_TRUNC, 0600);
	ftruncate(fd, 4 * SIZE);
	for (unsigned int i = 0; i < 5; i++) {
		fill(60 + i, SIZE);
		pwrite(source, buf, SIZE, i * (off_t)SIZE);
		if (i < 4)
			pwrite(fd, buf, SIZE, i * (off_t)SIZE);
	}
	fsync(cached);
	posix_fadvise(cached, 0, 0, POSIX_FADV_DONTNEED);
	p = mmap(NULL, 5 * SIZE, PROT_READ, MAP_PRIVATE, source, 0);
	say("write from absent memory", pwrite(cached, p + 100, 4 * SIZE, 0));
	look("  ");
	fsync(cached);
	look_at_disk(fd, "  ");
	munmap(p, 5 * SIZE);
	unlink(other);
	close(source);
	close(cached);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 2)
		return 2;
	snprintf(name, sizeof(name), "%s/direct", argv[1]);
	buf = mmap(NULL, SIZE + 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	signal(SIGXFSZ, SIG_IGN);
	if (argc > 2) {
		cut_short(fd);
		return 0;
	}
	say("open", fd < 0 ? -1 : 0);
	fill(1, SIZE);
	say("write", write(fd, buf, SIZE));
	look("written");
	reads(fd);
	writes(fd);
	ftruncate(fd, SIZE + 700);
	reads(fd);
	holes(fd);
	ftruncate(fd, SIZE);
	mapping(fd);
	vectors(fd);
	other(fd);
	places(fd);
	grown(fd);
	from_absent_memory(fd);
	return 0;
}
