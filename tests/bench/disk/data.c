/* The contents of a large file on ext2. */
#include "disk.h"
#include <sys/mman.h>

#define DATA MNT "/data"

static int open_data(int flags)
{
	return MUST(open(DATA, flags | O_CLOEXEC, 0600));
}

static void write_new(void)
{
	int fd = open_data(O_WRONLY | O_CREAT | O_TRUNC);

	write_through(fd, seq_pages);
	MUST(fsync(fd));
	close(fd);
}

static void rewrite(void)
{
	int fd = open_data(O_WRONLY);

	write_through(fd, seq_pages);
	MUST(fsync(fd));
	close(fd);
}

static void read_seq(void)
{
	int fd = open_data(O_RDONLY);

	read_through(fd, seq_pages);
	close(fd);
}

static void read_part(void)
{
	int fd = open_data(O_RDONLY);

	read_through(fd, warm_pages);
	close(fd);
}

static void write_part(void)
{
	int fd = open_data(O_WRONLY);

	write_through(fd, warm_pages);
	close(fd);
}

static void read_mapped(void)
{
	int fd = open_data(O_RDONLY);
	size_t len = (size_t)seq_pages * 4096;
	char *p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	volatile char sum = 0;

	if (p == MAP_FAILED)
		disk_die("mmap");
	for (size_t i = 0; i < len; i += 4096)
		sum = (char)(sum + p[i]);
	munmap(p, len);
	close(fd);
}

static void rand_read(void)
{
	int fd = open_data(O_RDONLY);

	read_random(fd, seq_pages, random_count);
	close(fd);
}

static void rand_write(void)
{
	int fd = open_data(O_WRONLY);

	write_random(fd, seq_pages, random_count);
	MUST(fsync(fd));
	close(fd);
}

static void rand_write_osync(void)
{
	int fd = open_data(O_WRONLY | O_SYNC);

	write_random(fd, seq_pages, sync_count);
	close(fd);
}

static void rand_write_fsync(void)
{
	int fd = open_data(O_WRONLY);

	for (int i = 0; i < sync_count; i++) {
		write_random(fd, seq_pages, 1);
		MUST(fsync(fd));
	}
	close(fd);
}

/* As a mail box or a log is written. */
static void append_fsync(void)
{
	int fd = MUST(open(MNT "/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));

	for (int i = 0; i < sync_count; i++) {
		MUST(write(fd, chunk, 100));
		MUST(fsync(fd));
	}
	close(fd);
}

static void remove_data(void)
{
	MUST(unlink(DATA));
	sync();
}

const struct disk_bench bench_data[] = {
	{ "file_write", NULL, write_new, &seq_pages, true },
	{ "file_rewrite", NULL, rewrite, &seq_pages, true },
	{ "file_read_cold", NULL, read_seq, &seq_pages, true },
	{ "file_read_mapped_cold", NULL, read_mapped, &seq_pages, true },
	{ "file_read_warm", read_part, read_part, &warm_pages, false },
	{ "file_write_cached", read_part, write_part, &warm_pages, false },
	{ "file_random_read", NULL, rand_read, &random_count, true },
	{ "file_random_write", NULL, rand_write, &random_count, true },
	{ "file_random_write_osync", NULL, rand_write_osync, &sync_count, true },
	{ "file_random_write_fsync", NULL, rand_write_fsync, &sync_count, true },
	{ "file_append_fsync", NULL, append_fsync, &sync_count, true },
	{ "file_remove", NULL, remove_data, &seq_pages, true },
	{ 0 },
};
